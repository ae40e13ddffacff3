"""A field of the counter: its keys go to the window first, and it says when it gets the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from pos_desktop.widgets.fields import TextEdit

_NAMES: Final = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Backtab: "Tab",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_PageUp: "PageUp",
    Qt.Key.Key_PageDown: "PageDown",
    Qt.Key.Key_Delete: "Del",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Z: "Z",
}
_MODIFIERS: Final = (
    ("Ctrl", Qt.KeyboardModifier.ControlModifier),
    ("Alt", Qt.KeyboardModifier.AltModifier),
    ("Shift", Qt.KeyboardModifier.ShiftModifier),
)


def key_name(event: QKeyEvent) -> str:
    """Return a key as the key maps write it: ``Up``, ``Ctrl+Enter``, ``Shift+Tab``; empty for one they never name."""
    name = next((name for key, name in _NAMES.items() if key == event.key()), "")
    held = [word for word, modifier in _MODIFIERS if event.modifiers() & modifier]
    return "+".join([*held, name]) if name else ""


class CounterField(TextEdit):
    """A line of text whose ``keys`` come before its own. A key's function returns False to leave it to the field."""

    focused = Signal()
    left = Signal()

    def __init__(self, keys: dict[str, Callable[[], object]], *, most: int = 0, placeholder: str = "") -> None:
        super().__init__(most=most, placeholder=placeholder)
        self._keys = keys

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt moves the focus with it, and this window's keys before any shortcut."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            intent = self._keys.get(key_name(event))
            if intent is not None and intent() is not False:
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Say that the keys are here now."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Say that the keys are elsewhere; nothing typed is lost by it."""
        super().focusOutEvent(event)
        self.left.emit()
