"""Reads the shop's logo from a picture file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from core.app.papers import HIGHEST_LOGO, WIDEST_LOGO
from core.kernel.errors import RuleBroken
from core.printing.codes import Bitmap
from pos_desktop.devices.raster import bitmap_from
from pos_desktop.shell.theme import CODE_PAPER

_KINDS = (b"png", b"bmp")
_MOST_BYTES = 5_000_000
#: Wider or higher it needs more memory than a counter should spend on it, whatever the file's size.
_MOST_DOTS = 4_000
#: How many of its dots may be neither nearly black nor nearly white in a drawing: more are a photograph.
_GREYS_IN_TEN = 1


def read_logo(path: Path) -> Bitmap:
    """Return a PNG or BMP file in black and white, made smaller where it is over 576 dots wide or 300 high.

    What is transparent is white. A drawing keeps its sharp edges; greys of a photograph become dots. Raises RuleBroken
    ``input.no_file``, ``input.is_folder``, ``papers.logo_too_big``, ``papers.logo_kind``.
    """
    reader_bytes = QBuffer()
    reader_bytes.setData(QByteArray(_content(path)))
    reader_bytes.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(reader_bytes)
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()) not in _KINDS:
        raise RuleBroken("papers.logo_kind", file=str(path))
    if max(reader.size().width(), reader.size().height()) > _MOST_DOTS:
        raise RuleBroken("papers.logo_too_big", file=str(path), megabytes=_MOST_BYTES // 1_000_000, dots=_MOST_DOTS)
    image = reader.read()
    if image.isNull():
        raise RuleBroken("papers.logo_kind", file=str(path))
    grey = _on_white(image)
    return bitmap_from(grey, dithered=_is_photograph(grey))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except IsADirectoryError:
        raise RuleBroken("input.is_folder", file=str(path)) from None
    except FileNotFoundError:
        raise RuleBroken("input.no_file", file=str(path)) from None
    if len(content) > _MOST_BYTES:
        raise RuleBroken("papers.logo_too_big", file=str(path), megabytes=_MOST_BYTES // 1_000_000, dots=_MOST_DOTS)
    return content


def _on_white(image: QImage) -> QImage:
    """Return it in greys on white, no larger than a logo may be."""
    if image.width() > WIDEST_LOGO or image.height() > HIGHEST_LOGO:
        keeps, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(WIDEST_LOGO, HIGHEST_LOGO, keeps, smooth)
    grey = QImage(max(1, image.width()), max(1, image.height()), QImage.Format.Format_Grayscale8)
    grey.fill(CODE_PAPER)
    painter = QPainter(grey)
    painter.drawImage(0, 0, image)
    painter.end()
    return grey


def _is_photograph(grey: QImage) -> bool:
    levels = bytes(grey.constBits())
    between = sum(levels.count(level) for level in range(64, 192))
    return between * 10 > _GREYS_IN_TEN * len(levels)
