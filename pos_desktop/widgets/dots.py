"""Dots as a picture on the screen, black on white in every theme: paper is white."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPixmap

from core.printing.codes import Bitmap
from pos_desktop.shell import theme


def dots_pixmap(bitmap: Bitmap) -> QPixmap:
    """Return the dots, a pixel for each."""
    image = QImage(bitmap.data, bitmap.width, bitmap.height, bitmap.row_bytes, QImage.Format.Format_Mono)
    image.setColorTable([theme.CODE_PAPER.rgb(), theme.CODE_INK.rgb()])
    return QPixmap.fromImage(image.copy())
