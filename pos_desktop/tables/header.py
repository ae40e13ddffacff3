"""The titles over a table, drawn in one go."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QHeaderView, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, Theme
from pos_desktop.tables.drawing import BEFORE, fitted
from pos_desktop.tables.model import RowTableModel


class TitleHeader(QHeaderView):
    """Columns' titles, aligned as their cells, and which way the rows are sorted.

    Qt would have a style sheet measure and draw each title whenever a row comes or goes: a third of what it takes to
    show a new line of a bill.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of a row; no title is measured."""
        return QSize(0, theme.current().compact_row)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw the titles that are seen, over a line."""
        model = self.model()
        if not isinstance(model, RowTableModel):
            return
        look, place = theme.current(), self.viewport().rect()
        painter = QPainter(self.viewport())
        painter.fillRect(place, QColor(look.ground))
        painter.fillRect(0, place.height() - 1, place.width(), 1, QColor(look.line))
        painter.setFont(look.font(semi_bold=True))
        painter.setPen(QColor(look.muted))
        for number in range(self.count()):
            left, width = self.sectionViewportPosition(number), self.sectionSize(number)
            if not self.isSectionHidden(number) and left + width > 0 and left < place.width():
                self._draw_title(painter, look, model, number)
        painter.end()

    def _draw_title(self, painter: QPainter, look: Theme, model: RowTableModel[Any], number: int) -> None:
        column = model.columns[number]
        margin, height = look.px(Space.S), self.viewport().height()
        arrow = look.px(Space.S) if self._is_sorted_by(number) else 0
        gap = look.px(Space.XS) if arrow else 0
        room = max(0, self.sectionSize(number) - 2 * margin - arrow - gap)
        shown, text_width, text_height = fitted(column.title, room, look, semi_bold=True)
        left = self.sectionViewportPosition(number) + margin + int((room - text_width) * BEFORE[column.align])
        painter.drawStaticText(left, (height - text_height) // 2, shown)
        if arrow:
            self._draw_arrow(painter, look, left + text_width + gap, arrow)

    def _is_sorted_by(self, number: int) -> bool:
        return self.isSortIndicatorShown() and self.sortIndicatorSection() == number

    def _draw_arrow(self, painter: QPainter, look: Theme, left: int, width: int) -> None:
        """Point up where the least stands first."""
        middle, half = self.viewport().height() // 2, width // 4
        rises = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        base, tip = (middle + half, middle - half) if rises else (middle - half, middle + half)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.muted))
        painter.drawPolygon(QPolygon([QPoint(left, base), QPoint(left + width, base), QPoint(left + width // 2, tip)]))
        painter.restore()
