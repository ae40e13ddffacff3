"""A choice between a few things that each need a word of explanation: cards with a radio mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.widgets.icons import draw_icon
from pos_desktop.widgets.labels import spaced


@dataclass(frozen=True, slots=True)
class Option:
    """A thing to choose: its value, its name and what choosing it means."""

    value: str
    title: str
    explanation: str


class OptionCard(QAbstractButton):
    """One option; arrows move between the cards of one parent and choose."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(parent)
        self.option = option
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(option.title)
        self.setAccessibleName(option.title)
        self.setAccessibleDescription(option.explanation)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for two lines."""
        look = theme.current()
        return QSize(look.px(320), look.px(54))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw card, mark, title and explanation."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = 2 if self.hasFocus() else 1
        edge = look.accent if self.hasFocus() or self.isChecked() else look.edge
        painter.setPen(QPen(QColor(edge), thick))
        painter.setBrush(QColor(look.accent_soft if self.isChecked() else look.surface))
        inset = thick / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)

        centre = QPointF(look.px(22), self.height() / 2)
        painter.setPen(QPen(QColor(look.accent if self.isChecked() else look.edge), 1.5))
        painter.setBrush(QColor(look.surface))
        painter.drawEllipse(centre, look.px(8), look.px(8))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent))
            painter.drawEllipse(centre, look.px(4), look.px(4))

        left = look.px(42)
        width = self.width() - left - look.px(Space.S)
        _write(painter, QRect(left, look.px(7), width, look.px(20)), self.option.title, TextSize.BODY, look.text)
        _write(
            painter,
            QRect(left, look.px(27), width, look.px(20)),
            self.option.explanation,
            TextSize.SMALL,
            look.muted,
        )
        painter.end()


def _write(painter: QPainter, place: QRect, text: str, size: TextSize, colour: str) -> None:
    font = theme.current().font(size, semi_bold=size is TextSize.BODY)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class CheckBox(QCheckBox):
    """Yes or no. The check is drawn here, in the theme's colour."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it, then the check."""
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            painter = QPainter(self)
            place = QRectF(box).adjusted(2, 2, -2, -2)
            draw_icon(painter, "check", place, QColor(theme.current().on_accent))
            painter.end()


class OptionList(QWidget):
    """Cards below each other, one of them chosen."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spaced(Space.S))
        self.cards = {option.value: OptionCard(option, self) for option in options}
        for card in self.cards.values():
            layout.addWidget(card)
            card.toggled.connect(self._toggled)

    def choose(self, value: str) -> None:
        """Choose by value, saying nothing if it is chosen already."""
        had_keys = any(card.hasFocus() for card in self.cards.values())
        self.cards[value].setChecked(True)
        if had_keys:
            self.focus_chosen()

    def focus_chosen(self) -> None:
        """Take the keys."""
        chosen = next((card for card in self.cards.values() if card.isChecked()), None)
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggled(self, is_checked: bool) -> None:
        card = self.sender()
        if is_checked and isinstance(card, OptionCard):
            self.chosen.emit(card.option.value)
