"""Draws rows of cells: ground, text cut with dots, badges behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QStaticText
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, Theme
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align
from pos_desktop.tables.model import Cell, RowTableModel
from pos_desktop.widgets.labels import badge_height, badge_width, draw_badge

Index = QModelIndex | QPersistentModelIndex
#: Texts that stay laid out: what a few pages of lists show, which the next key shows again.
_KEPT_TEXTS = 2_048
#: The share of a cell's free room that stands before its text.
BEFORE = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}


class Strip(NamedTuple):
    """A row as it is drawn: its place across the whole view, its ground (None: the view's own), its cells' places."""

    top: int
    height: int
    ground: str | None
    cells: Iterable[tuple[Cell, int, int]]


class CellDelegate(QStyledItemDelegate):
    """Tells how wide cells are. The view draws its rows itself, with ``draw_strips``."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the size that shows the whole cell."""
        look = theme.current()
        cell = _cell(index)
        metrics = look.metrics(bold=cell.bold, semi_bold=cell.semi_bold)
        width = metrics.horizontalAdvance(cell.text) + badges_width(cell.badges)
        return QSize(width + 2 * look.px(Space.S) + 1, look.compact_row)


def draw_strips(painter: QPainter, strips: Iterable[Strip], left: int, width: int) -> None:
    """Draw rows between ``left`` and ``left + width``; of each cell its left edge and its width are given.

    A list is drawn at every key that is typed. Qt would come to Python for each of its cells with an option to fill
    and a painter to save; here the painter is told only what changes, and no text is laid out twice.
    """
    look = theme.current()
    line, margin = QColor(look.line), look.px(Space.S)
    fonts = {(bold, semi): look.font(bold=bold, semi_bold=semi) for bold in (False, True) for semi in (False, True)}
    pens = {tone: look.tone(tone) for tone in Tone}
    pen: Tone | None = None
    weight: tuple[bool, bool] | None = None
    for strip in strips:
        if strip.ground is not None:
            painter.fillRect(left, strip.top, width, strip.height, QColor(strip.ground))
        painter.fillRect(left, strip.top + strip.height - 1, width, 1, line)
        for cell, start, wide in strip.cells:
            taken = badges_width(cell.badges) if cell.badges else 0
            room = max(0, wide - 2 * margin - taken)
            inner = start + margin
            text_width = 0
            if cell.text:
                shown, text_width, text_height = fitted(cell.text, room, look, bold=cell.bold, semi_bold=cell.semi_bold)
                if weight != (cell.bold, cell.semi_bold):
                    weight = (cell.bold, cell.semi_bold)
                    painter.setFont(fonts[weight])
                if pen is not cell.tone:
                    pen = cell.tone
                    painter.setPen(pens[pen])
                beside = int((room - text_width) * BEFORE[cell.align])
                painter.drawStaticText(inner + beside, strip.top + (strip.height - text_height) // 2, shown)
            if cell.badges:
                after = inner + (text_width + look.px(Space.S) if text_width else 0)
                after = max(inner, min(after, start + wide - margin - taken + look.px(Space.S)))
                _draw_badges(painter, look, cell.badges, after, strip.top + (strip.height - badge_height(look)) // 2)


@lru_cache(_KEPT_TEXTS)
def fitted(
    text: str, room: int, look: Theme, *, bold: bool = False, semi_bold: bool = False
) -> tuple[QStaticText, int, int]:
    """Return what of a text fits into a room, laid out, with its width and height."""
    font = look.font(bold=bold, semi_bold=semi_bold)

    def laid_out(said: str) -> QStaticText:
        made = QStaticText(said)
        made.setTextFormat(Qt.TextFormat.PlainText)  # names come from files: nothing in them is markup
        made.prepare(font=font)
        return made

    shown = laid_out(text)
    if shown.size().width() > room:
        metrics = look.metrics(bold=bold, semi_bold=semi_bold)
        shown = laid_out(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
    return shown, ceil(shown.size().width()), ceil(shown.size().height())


def _draw_badges(painter: QPainter, look: Theme, badges: tuple[Badge, ...], left: int, top: int) -> None:
    for badge in badges:
        width = badge_width(look, badge)
        draw_badge(painter, badge, QRect(left, top, width, badge_height(look)))
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
