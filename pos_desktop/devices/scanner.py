"""Keyboard-wedge scanners: an application event filter that picks their bursts out of the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from pos_desktop.devices.burst import LEAST_CHARACTERS, LONGEST_GAP_MS, Burst

#: Between the elements of a GS1 code; X11 reports it as Ctrl+].
_GROUP_SEPARATOR: Final = "\x1d"
_END_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_MODIFIER_KEYS: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock}
)
_COMMAND: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


def timestamp_of(event: QKeyEvent) -> int:
    """Return when the key was pressed, in milliseconds, as the event says."""
    return int(event.timestamp())


@dataclass(frozen=True, slots=True)
class _Field:
    """A field as it was before the first character of a burst."""

    edit: QLineEdit
    text: str
    cursor: int
    selection: tuple[int, int]

    @classmethod
    def of(cls, edit: QLineEdit) -> _Field:
        return cls(edit, edit.text(), edit.cursorPosition(), (edit.selectionStart(), len(edit.selectedText())))

    def restore(self) -> None:
        """Take the characters out again."""
        self.edit.setText(self.text)
        start, length = self.selection
        if start >= 0:
            self.edit.setSelection(start, length)
        else:
            self.edit.setCursorPosition(self.cursor)


class WedgeScanner(QObject):
    """Watches the application's keys; ``scanned`` carries a code that a scanner typed.

    Keys go on to their field as they come; once Enter or Tab shows that they were a scan, the field is put back as it
    was and the end key goes nowhere. Where nobody waits for a scan (``is_awaited``), and in fields that hide what is
    typed, keys are keys however fast they come: a password manager is no scanner. Install with
    ``QApplication.installEventFilter``.
    """

    scanned = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        longest_gap_ms: int = LONGEST_GAP_MS,
        least_characters: int = LEAST_CHARACTERS,
        time_of: Callable[[QKeyEvent], int] = timestamp_of,
    ) -> None:
        """Begin with nothing read. Time comes from the events, so a busy window does not look like a scanner."""
        super().__init__(parent)
        self._burst = Burst(longest_gap_ms, least_characters)
        self.is_awaited: Callable[[], bool] = lambda: True
        self._time_of = time_of
        self._field: _Field | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at each key as its widget gets it; swallow only the end key of a scan."""
        if event.type() is not QEvent.Type.KeyPress or watched is not QApplication.focusWidget():
            return False
        if _hides(watched) or not self.is_awaited():
            self._burst.forget()
            return False
        return self._takes(watched, cast(QKeyEvent, event))

    def _takes(self, widget: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _MODIFIER_KEYS:
            return False
        if event.isAutoRepeat():  # a key held down comes as fast as a scanner
            self._burst.forget()
            return False
        if key in _END_KEYS:
            return self._ends(event)
        text = event.text()
        if text == _GROUP_SEPARATOR or (text.isprintable() and text and not event.modifiers() & _COMMAND):
            if self._burst.feed(text, self._time_of(event)):
                self._field = _Field.of(widget) if isinstance(widget, QLineEdit) else None
        else:
            self._burst.forget()
        return False

    def _ends(self, event: QKeyEvent) -> bool:
        code = self._burst.end(self._time_of(event))
        field, self._field = self._field, None
        if code is None:
            return False
        if field is not None:
            field.restore()
        self.scanned.emit(code)
        return True


def _hides(widget: QObject) -> bool:
    return isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal
