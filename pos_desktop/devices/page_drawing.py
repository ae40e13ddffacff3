"""Draws the same pages that make a PDF by Qt: on whatever the system prints on, and on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPaintDevice, QPainter, QPainterPath, QPixmap

from core.printing.page import BoxInk, Face, Ink, Page, PictureInk, Side
from pos_desktop.shell.theme import CODE_PAPER, paper_font, paper_ink

_POINTS_PER_INCH = 72
_METRES_PER_INCH = 0.0254


def page_pixmap(page: Page, size: tuple[float, float], width: int) -> QPixmap:
    """Return a page of that size (points) as it would be printed, so many pixels wide."""
    dots_an_inch = width * _POINTS_PER_INCH / size[0]
    image = QImage(width, round(size[1] * width / size[0]), QImage.Format.Format_RGB32)
    dots_a_metre = round(dots_an_inch / _METRES_PER_INCH)
    image.setDotsPerMeterX(dots_a_metre)
    image.setDotsPerMeterY(dots_a_metre)
    image.fill(CODE_PAPER)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_page(painter, image, page)
    painter.end()
    return QPixmap.fromImage(image)


def draw_page(painter: QPainter, device: QPaintDevice, page: Page) -> None:
    """Draw a page's ink; its watermark is left to the PDF."""
    across, down = (inch / _POINTS_PER_INCH for inch in (device.logicalDpiX(), device.logicalDpiY()))
    for ink in page.inks:
        _draw(painter, device, ink, across, down)


def _draw(painter: QPainter, device: QPaintDevice, ink: Ink, across: float, down: float) -> None:
    if isinstance(ink, PictureInk):
        shape = QPainterPath()  # one shape, as in the PDF: boxes drawn one by one may leave white seams
        shape.setFillRule(Qt.FillRule.WindingFill)
        for left, top, width, height in ink.boxes():
            shape.addRect(left * across, top * down, width * across, height * down)
        painter.fillPath(shape, paper_ink(0.0))
        return
    if isinstance(ink, BoxInk):
        place = QRectF(ink.x * across, ink.y * down, ink.width * across, ink.height * down)
        painter.fillRect(place, paper_ink(ink.grey))
        return
    font = paper_font(ink.style.size, bold=ink.style.face is Face.BOLD, semi_bold=ink.style.face is Face.SEMIBOLD)
    painter.setFont(font)
    painter.setPen(paper_ink(ink.style.grey))
    width = QFontMetricsF(font, device).horizontalAdvance(ink.text)
    before = {Side.LEFT: 0.0, Side.CENTRE: 0.5, Side.RIGHT: 1.0}[ink.side] * width
    painter.drawText(QPointF(ink.x * across - before, ink.baseline * down), ink.text)
