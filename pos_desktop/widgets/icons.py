"""Icons: line drawings from ``resources/icons`` in whatever colour the theme asks for."""

from __future__ import annotations

import functools
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.tone import Tone


def draw_icon(painter: QPainter, name: str, place: QRectF, colour: QColor) -> None:
    """Draw an icon into a square."""
    _renderer(name, colour.name()).render(painter, place)


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """Return an icon for a widget that wants one; it does not change with the theme by itself."""
    pixmap = QPixmap(size * 2, size * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return QIcon(pixmap)


@functools.lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = files("resources").joinpath("icons", f"{name}.svg").read_text("utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))


class IconLabel(QWidget):
    """An icon that stands alone and follows the theme."""

    def __init__(self, name: str, tone: Tone = Tone.PLAIN, pixels: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._pixels = name, tone, pixels
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, tone: Tone) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a square."""
        side = theme.current().px(self._pixels)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it in the middle."""
        side = self.sizeHint().width()
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        draw_icon(painter, self._name, place, theme.current().tone(self._tone))
        painter.end()
