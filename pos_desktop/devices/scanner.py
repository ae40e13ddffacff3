"""Keyboard-wedge scanners: an application event filter that picks their bursts out of the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from core.app.scanner_dto import EndKey, WedgeSetup
from pos_desktop.devices.burst import Burst

#: Between the elements of a GS1 code; X11 reports it as Ctrl+].
_GROUP_SEPARATOR: Final = "\x1d"
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TAB: Final = frozenset({Qt.Key.Key_Tab})
_END_KEYS: Final = {
    EndKey.ENTER_OR_TAB: _ENTER | _TAB,
    EndKey.ENTER: _ENTER,
    EndKey.TAB: _TAB,
    EndKey.NONE: frozenset[Qt.Key](),
}
#: How many gaps without a key are a pause: a window that draws hears of a key a little late.
_GAPS_OF_PAUSE: Final = 3
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
    was and the end key goes nowhere, nor does a second one that a scanner sends right behind it. One that sends no end
    key is waited for: a pause ends its code, which its prefix has told from typing. Where nobody waits for a scan
    (``is_awaited``), and in fields that hide what is typed, keys are keys however fast they come: a password manager
    is no scanner. Install with ``QApplication.installEventFilter``.
    """

    scanned = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        time_of: Callable[[QKeyEvent], int] = timestamp_of,
    ) -> None:
        """Begin with nothing read. Time comes from the events, so a busy window does not look like a scanner."""
        super().__init__(parent)
        self.is_awaited: Callable[[], bool] = lambda: True
        #: While it is, every key is a key: the scanner itself is being looked at.
        self.is_held = False
        self._time_of = time_of
        self._field: _Field | None = None
        self._ended_ms: int | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._paused)
        self.use(WedgeSetup())

    def use(self, setup: WedgeSetup) -> None:
        """Tell scans from typing as that setup says, from the next key on."""
        self._burst = Burst(setup)
        self._end_keys = _END_KEYS[setup.end]
        self._pause.stop()
        self._pause.setInterval(setup.gap_ms * _GAPS_OF_PAUSE)
        self._ends_by_pause = setup.end is EndKey.NONE

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at each key as its widget gets it; swallow only the end key of a scan."""
        if event.type() is not QEvent.Type.KeyPress or watched is not QApplication.focusWidget():
            return False
        if self.is_held or _hides(watched) or not self.is_awaited():
            self._burst.forget()
            return False
        return self._takes(watched, cast(QKeyEvent, event))

    def _takes(self, widget: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _MODIFIER_KEYS:
            return False
        if self._pause.isActive() and not self._burst.follows(self._time_of(event)):
            self._paused()  # somebody types right behind a scan
        if event.isAutoRepeat():  # a key held down comes as fast as a scanner
            self._burst.forget()
            return False
        if key in self._end_keys:
            return self._ends(event)
        text = event.text()
        if text == _GROUP_SEPARATOR or (text.isprintable() and text and not event.modifiers() & _COMMAND):
            self._ended_ms = None
            if self._burst.feed(text, self._time_of(event)):
                self._field = _Field.of(widget) if isinstance(widget, QLineEdit) else None
            if self._ends_by_pause and self._burst.is_prefixed:
                self._pause.start()
        else:
            self._burst.forget()
        return False

    def _ends(self, event: QKeyEvent) -> bool:
        at_ms = self._time_of(event)
        ended_ms, self._ended_ms = self._ended_ms, None
        if ended_ms is not None and not self._burst.has_begun and 0 <= at_ms - ended_ms < self._burst.gap_ms:
            return True  # the second of two end keys: nobody presses Enter so soon
        code = self._burst.end(at_ms)
        if code is not None:
            self._ended_ms = at_ms
        return self._is_scan(code)

    def _paused(self) -> None:
        self._pause.stop()
        self._is_scan(self._burst.pause())

    def _is_scan(self, code: str | None) -> bool:
        field, self._field = self._field, None
        if code is None:
            return False
        if field is not None and shiboken6.isValid(field.edit):
            field.restore()
        self.scanned.emit(code)
        return True


def _hides(widget: QObject) -> bool:
    return isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal
