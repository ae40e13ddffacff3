"""The box above a list: what is typed searches, the arrows move in the list below, so that the fingers stay here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from pos_desktop.widgets.fields import TextEdit

_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 15, Qt.Key.Key_PageUp: -15}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class SearchEdit(TextEdit):
    """``moved`` says by how many rows, ``entered`` that the chosen one is wanted."""

    moved = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows choose, Enter goes on; the rest is typed."""
        steps = _MOVES.get(Qt.Key(event.key()))
        if steps is not None:
            self.moved.emit(steps)
        elif event.key() in _ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)
