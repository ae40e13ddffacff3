"""Draws a cell: ground, text cut with dots, badges behind it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.model import BADGES_ROLE, BOLD_ROLE, TONE_ROLE
from pos_desktop.widgets.labels import badge_height, badge_width, draw_badge

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of a row table in the theme's own way."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell."""
        look = theme.current()
        place: QRect = option.rect  # type: ignore[attr-defined]  # the stubs lack it
        state = option.state  # type: ignore[attr-defined]  # the stubs lack it
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(place, QColor(look.selected))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(look.hover))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, QColor(look.line))

        inner = place.adjusted(look.px(Space.S), 0, -look.px(Space.S), 0)
        badges: tuple[Badge, ...] = tuple(index.data(BADGES_ROLE) or ())
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        room = inner.width() - badges_width(badges)
        font = look.font(bold=bool(index.data(BOLD_ROLE)))
        painter.setFont(font)
        painter.setPen(look.tone(Tone(index.data(TONE_ROLE) or Tone.PLAIN)))  # Qt made a plain text of it
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(QRect(inner.left(), inner.top(), max(0, room), inner.height()), alignment, shown)
        self._paint_badges(painter, inner, badges, QFontMetrics(font).horizontalAdvance(shown))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the size that shows the whole cell."""
        look = theme.current()
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        font = look.font(bold=bool(index.data(BOLD_ROLE)))
        width = QFontMetrics(font).horizontalAdvance(text) + badges_width(tuple(index.data(BADGES_ROLE) or ()))
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


def badges_width(badges: tuple[Badge, ...]) -> int:
    """Return the room that badges take behind a text, the gap before them included."""
    look = theme.current()
    if not badges:
        return 0
    return sum(badge_width(look, badge) for badge in badges) + look.px(Space.XS) * (len(badges) - 1) + look.px(Space.S)
