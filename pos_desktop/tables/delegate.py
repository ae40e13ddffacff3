"""Draws a cell: ground, text cut with dots, badges behind it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space
from pos_desktop.shell.tone import Badge
from pos_desktop.tables.model import Cell, RowTableModel
from pos_desktop.widgets.labels import badge_height, badge_width, draw_badge

Index = QModelIndex | QPersistentModelIndex
_SELECTED = QStyle.StateFlag.State_Selected.value
_MOUSE_OVER = QStyle.StateFlag.State_MouseOver.value


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of a row table in the theme's own way."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell. A list is drawn at every key that is typed, so nothing here is worked out twice."""
        look = theme.current()
        place: QRect = option.rect  # type: ignore[attr-defined]  # the stubs lack it
        state = option.state  # type: ignore[attr-defined]  # the stubs lack it
        bits = state.value  # Python's flags take longer than the drawing
        if bits & _SELECTED:
            painter.fillRect(place, QColor(look.selected))
        elif bits & _MOUSE_OVER:
            painter.fillRect(place, QColor(look.hover))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, QColor(look.line))

        cell = _cell(index)
        if not cell.text and not cell.badges:
            return
        margin = look.px(Space.S)
        inner = place.adjusted(margin, 0, -margin, 0)
        room = max(0, inner.width() - badges_width(cell.badges))
        metrics = look.metrics(bold=cell.bold)
        shown, width = cell.text, metrics.horizontalAdvance(cell.text)
        if width > room:
            shown = metrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(shown)
        painter.setFont(look.font(bold=cell.bold))
        painter.setPen(look.tone(cell.tone))
        painter.drawText(QRect(inner.left(), inner.top(), room, inner.height()), cell.alignment, shown)
        if cell.badges:
            self._paint_badges(painter, inner, cell.badges, width)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the size that shows the whole cell."""
        look = theme.current()
        cell = _cell(index)
        width = look.metrics(bold=cell.bold).horizontalAdvance(cell.text) + badges_width(cell.badges)
        return QSize(width + 2 * look.px(Space.S) + 1, look.compact_row)

    @staticmethod
    def _paint_badges(painter: QPainter, inner: QRect, badges: tuple[Badge, ...], text_width: int) -> None:
        look = theme.current()
        left = inner.left() + (text_width + look.px(Space.S) if text_width else 0)
        left = max(inner.left(), min(left, inner.right() + 1 - badges_width(badges) + look.px(Space.S)))
        height = badge_height(look)
        for badge in badges:
            width = badge_width(look, badge)
            draw_badge(painter, badge, QRect(left, inner.center().y() - height // 2, width, height))
            left += width + look.px(Space.XS)


def _cell(index: Index) -> Cell:
    model = index.model()
    assert isinstance(model, RowTableModel)
    return model.cell(index.row(), index.column())


def badges_width(badges: tuple[Badge, ...]) -> int:
    """Return the room that badges take behind a text, the gap before them included."""
    look = theme.current()
    if not badges:
        return 0
    return sum(badge_width(look, badge) for badge in badges) + look.px(Space.XS) * (len(badges) - 1) + look.px(Space.S)
