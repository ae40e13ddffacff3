"""A list that hangs under a field while the field keeps the keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from pos_desktop.shell import theme
from pos_desktop.tables.column import Column
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView

_MOST_ROWS = 12


class PopupList(RowTableView):
    """A table in a tooltip window: it takes no focus, a click in it picks."""

    pointed = Signal(int)

    def __init__(self, columns: Sequence[Column[Any]], name: str, parent: QWidget) -> None:
        self._rows: RowTableModel[Any] = RowTableModel(columns)
        super().__init__(self._rows, parent=parent)
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setProperty("panel", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.pointed.emit(index.row()))
        self.hide()

    @property
    def shown_rows(self) -> Sequence[Any]:
        """The rows as they are shown."""
        return self._rows.rows

    def open_at(self, anchor: QRect, rows: Iterable[Any], chosen: int) -> None:
        """Show rows under a place on the screen (above it where there is no room), as wide as the place."""
        self._rows.set_rows(rows)
        look = theme.current()
        count = min(self._rows.rowCount(), _MOST_ROWS)
        height = look.compact_row * (count + 1) + 2 * self.frameWidth()
        below = QRect(anchor.bottomLeft() + QPoint(0, look.px(2)), anchor.size())
        below.setHeight(height)
        available = self.screen().availableGeometry()
        if below.bottom() > available.bottom() and anchor.top() - height > available.top():
            below.moveBottom(anchor.top() - look.px(2))
        if self.geometry() != below:
            self.setGeometry(below)
        self.choose_row(chosen)
        if not self.isVisible():
            self.show()
