"""Texts that only show: plain, a state badge, an amount."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.kernel.money import Money
from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize, Theme
from pos_desktop.shell.tone import Badge, Tone


class TextLabel(QLabel):
    """A text in one of the theme's sizes and tones."""

    def __init__(
        self,
        text: str = "",
        *,
        size: TextSize = TextSize.BODY,
        tone: Tone = Tone.PLAIN,
        weight: str = "",
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # names come from files: nothing in them is markup
        self.setProperty("textSize", size.value)
        self.setProperty("tone", tone.value)
        self.setProperty("weight", weight)
        self.setWordWrap(wraps)

    def set_tone(self, tone: Tone) -> None:
        """Show the text in another tone."""
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            repolish(self)


class ElidedLabel(TextLabel):
    """A text of one line that gives way: what does not fit is cut with dots and stands in the tooltip."""

    def __init__(self, text: str = "", *, tone: Tone = Tone.PLAIN, weight: str = "", most: int = 0) -> None:
        """``most`` is the widest it asks for, in average letters; 0 for its whole text."""
        super().__init__(tone=tone, weight=weight)
        self._whole = text
        self._most = most
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for the text, up to ``most`` letters."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self._whole) + 2
        if self._most:
            width = min(width, metrics.averageCharWidth() * self._most)
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for a few letters."""
        few = QFontMetrics(self.font()).averageCharWidth() * 4
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Cut the text anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class MoneyLabel(TextLabel):
    """An amount: right-aligned, bold, in Indian grouping; nothing is shown as a dash."""

    def __init__(self, *, size: TextSize = TextSize.BODY, tone: Tone = Tone.PLAIN, symbol: bool = False) -> None:
        super().__init__(size=size, tone=tone, weight="bold")
        self._symbol = symbol
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.show_amount(None)

    def show_amount(self, amount: Money | None) -> None:
        """Show an amount."""
        shown = "–" if amount is None else amount.grouped()
        self.setText(f"₹{shown}" if self._symbol and amount is not None else shown)


class BadgeLabel(QWidget):
    """A short state: its text says it, the colour only helps."""

    def __init__(self, badge: Badge | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = badge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_badge(badge)

    def show_badge(self, badge: Badge | None) -> None:
        """Show a badge, or nothing."""
        self._badge = badge
        self.setVisible(badge is not None)
        self.setAccessibleName(badge.text if badge else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return its size."""
        look = theme.current()
        return QSize(badge_width(look, self._badge) if self._badge else 0, badge_height(look))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return its size: a badge is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        if self._badge is not None:
            painter = QPainter(self)
            draw_badge(painter, self._badge, self.rect())
            painter.end()


@lru_cache(256)
def badge_width(look: Theme, badge: Badge) -> int:
    """Return how wide a badge is drawn."""
    return look.metrics(TextSize.SMALL, semi_bold=True).horizontalAdvance(badge.text) + 2 * look.px(6)


def badge_height(look: Theme) -> int:
    """Return how high every badge is drawn."""
    return look.px(20)


def draw_badge(painter: QPainter, badge: Badge, place: QRect) -> None:
    """Draw a badge into a rectangle of its size."""
    look = theme.current()
    colour = look.tone(badge.tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colour)
    painter.setBrush(look.soft(badge.tone))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), look.px(3), look.px(3))
    painter.setFont(look.font(TextSize.SMALL, semi_bold=True))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge.text)
    painter.restore()


def spaced(space: Space) -> int:
    """Return a distance at the scale in use."""
    return theme.current().px(space)


def repolish(widget: QWidget) -> None:
    """Have the style sheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
