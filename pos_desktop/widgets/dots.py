"""Paper on the screen, black on white in every theme: dots, and text of a fixed width."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPixmap

from core.printing.codes import Bitmap
from pos_desktop.shell import theme

_TEXT_PIXELS = 13
#: How wide a letter's place is beside a digit: the few wider letters reach a little into their neighbours'.
_CELL = 1.15


def dots_pixmap(bitmap: Bitmap) -> QPixmap:
    """Return the dots, a pixel for each."""
    image = QImage(bitmap.data, bitmap.width, bitmap.height, bitmap.row_bytes, QImage.Format.Format_Mono)
    image.setColorTable([theme.CODE_PAPER.rgb(), theme.CODE_INK.rgb()])
    return QPixmap.fromImage(image.copy())


def text_pixmap(text: str) -> QPixmap:
    """Return lines of text as a printer with letters of one width prints them."""
    font = theme.distant_font(_TEXT_PIXELS)
    metrics = QFontMetricsF(font)
    lines = text.splitlines()
    cell, height = metrics.horizontalAdvance("0") * _CELL, metrics.height()
    longest = max(map(len, lines), default=0)
    image = QImage(math.ceil((longest + 2) * cell), math.ceil((len(lines) + 1) * height), QImage.Format.Format_RGB32)
    image.fill(theme.CODE_PAPER)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(theme.CODE_INK)
    for row, line in enumerate(lines, 1):
        for place, letter in enumerate(line, 1):  # our font has letters of many widths: each stands in its cell
            if letter != " ":
                before = (cell - metrics.horizontalAdvance(letter)) / 2
                painter.drawText(QPointF(place * cell + before, row * height), letter)
    painter.end()
    return QPixmap.fromImage(image)
