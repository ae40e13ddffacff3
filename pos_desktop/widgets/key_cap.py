"""A key as it looks on the keyboard, for the key bar and the list of keys."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import TextSize


def cap_size(key: str) -> QSize:
    """Return how large a key is drawn."""
    look = theme.current()
    metrics = QFontMetrics(look.font(TextSize.SMALL, semi_bold=True))
    return QSize(max(look.px(28), metrics.horizontalAdvance(key) + look.px(10)), look.px(20))


def draw_cap(painter: QPainter, key: str, place: QRect, *, enabled: bool = True) -> None:
    """Draw a key into a rectangle of its size."""
    look = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(look.edge if enabled else look.line))
    painter.setBrush(QColor(look.ground))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), look.px(3), look.px(3))
    painter.setFont(look.font(TextSize.SMALL, semi_bold=True))
    painter.setPen(QColor(look.text if enabled else look.muted))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


class KeyCap(QWidget):
    """A key that stands in a layout."""

    def __init__(self, key: str, *, enabled: bool = True) -> None:
        super().__init__()
        self._key = key
        self._is_enabled = enabled
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the key's size."""
        return cap_size(self._key)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter = QPainter(self)
        draw_cap(painter, self._key, self.rect(), enabled=self._is_enabled)
        painter.end()
