"""A receipt as a picture: the rupee sign, Hindi and a logo as they are, on any printer that prints dots.

Drawn with the program's own font and no other, so that it looks the same on every machine; what that font lacks is
spelled as in text mode. Works on any thread once there is an application.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QRawFont

from core.printing.codes import Bitmap, no_wider, qr_code, qr_module
from core.printing.dto import DOTS, Columns, PrinterProfile
from core.printing.paper import (
    Align,
    Blank,
    Cells,
    Cut,
    Feed,
    PaperLine,
    Picture,
    Qr,
    Rule,
    Sides,
    Size,
    Text,
    fit,
)
from core.printing.plain import plain
from pos_desktop.shell.theme import paper_font, paper_ink

#: 203.2 dots an inch, as all such printers have.
_DOTS_PER_METRE = 8000
#: Letters whose digits are about as wide as a printer's own: twelve dots.
_POINTS = 7.2
#: How much larger the letters of a head or total are, and how much higher tall ones: less than a printer's own double
#: ones, which are coarse.
_LARGE, _TALL = 1.6, 1.5
#: White at both edges, in dots: a letter may reach a little beyond its measure, and cheap printers lose a dot.
MARGIN: Final = 4
#: A picture is at most so many dots high (15 cm) however long the receipt is; the next one goes on below it.
MOST_ROWS: Final = 1200
#: Up to which grey a dot is black: thin strokes hold, and letters do not fill up.
_DARK = 150
_BLACK_OR_WHITE = bytes(0 if grey <= _DARK else 255 for grey in range(256))
_BLACK, _WHITE = 0xFF000000, 0xFFFFFFFF
_RULE_ROWS, _THIN, _THICK = 10, 1, 3
_AROUND_PICTURE = 8
_JOINERS = "\u200c\u200d"  # how some Hindi words are written


class PaperRuler:
    """Measures text by the font that receipts are drawn with; for the thread it was made on."""

    def __init__(self, columns: Columns) -> None:
        self.columns: int = columns
        self.dots = DOTS[columns]
        self.column = (self.dots - 2 * MARGIN) / columns
        self._glyphs = QRawFont.fromFont(_font())
        sheet = _sheet(1, 1)
        self.fonts = {(bold, wide): _font(bold=bold, wide=wide) for bold in (False, True) for wide in (False, True)}
        self.metrics = {look: QFontMetricsF(font, sheet) for look, font in self.fonts.items()}

    def shown(self, text: str) -> str:
        """Return the text with what the font has not spelled in plain letters, and without any control character."""
        if text.isascii() and text.isprintable():
            return text
        spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
        runs = itertools.groupby(filter(_is_seen, spaced), lambda c: self._glyphs.supportsCharacter(ord(c)))
        return "".join("".join(run) if is_ours else plain("".join(run)) for is_ours, run in runs)

    def width(self, text: str, *, bold: bool = False, wide: bool = False) -> float:
        """Return how many columns the text takes."""
        return self.metrics[bold, wide].horizontalAdvance(text) / self.column


def raster_receipt(lines: Iterable[PaperLine], profile: PrinterProfile) -> Sequence[PaperLine]:
    """Return a receipt drawn as pictures as wide as the printer's paper, with its cuts; ``to_escpos`` sends it.

    The lines are what ``receipt(..., raster=True)`` lays out. QR codes are drawn too.
    """
    ruler = PaperRuler(profile.columns)
    out: list[PaperLine] = []
    for strip in _strips(fit(lines, ruler), ruler):
        out += strip if isinstance(strip[0], Cut) else [Picture(_drawn(strip, ruler))]
    return out


def _strips(lines: Iterable[PaperLine], ruler: PaperRuler) -> Iterator[list[PaperLine]]:
    """Yield what goes on one picture, cuts by themselves."""
    strip: list[PaperLine] = []
    rows = 0
    for line in lines:
        height = _height(line, ruler)
        if strip and (isinstance(line, Cut) or rows + height > MOST_ROWS):
            yield strip
            strip, rows = [], 0
        if isinstance(line, Cut):
            yield [line]
        else:
            strip.append(line)
            rows += height
    if strip:
        yield strip


def _drawn(lines: Sequence[PaperLine], ruler: PaperRuler) -> Bitmap:
    heights = [_height(line, ruler) for line in lines]
    sheet = _sheet(ruler.dots, sum(heights))
    painter = QPainter(sheet)
    painter.setPen(paper_ink(0))
    top = 0
    for line, height in zip(lines, heights, strict=True):
        painter.setClipRect(QRectF(0, top, ruler.dots, height))  # a letter under ten accents stays in its own line
        _draw(painter, line, top, ruler)
        top += height
    painter.end()
    return bitmap_from(sheet)


def _height(line: PaperLine, ruler: PaperRuler) -> int:
    match line:
        case Text(size=size) | Sides(size=size):
            height = ruler.metrics[True, size is Size.DOUBLE].height()
            return math.ceil(height * (_TALL if size is Size.TALL else 1))
        case Rule():
            return _RULE_ROWS
        case Feed(count):
            return count * math.ceil(ruler.metrics[False, False].height())
        case Picture(bitmap):
            return no_wider(bitmap, ruler.dots).height + 2 * _AROUND_PICTURE
        case Qr(text):
            code = qr_code(text)
            return code.height * qr_module(code.width, ruler.dots) + 2 * _AROUND_PICTURE
        case Cut():
            return 0
        case _:
            return math.ceil(ruler.metrics[False, False].height())


def _draw(painter: QPainter, line: PaperLine, top: int, ruler: PaperRuler) -> None:
    match line:
        case Text(text, align, bold, size):
            free = ruler.columns - ruler.width(text, bold=bold, wide=size is Size.DOUBLE)
            left = {Align.LEFT: 0.0, Align.CENTRE: free / 2, Align.RIGHT: free}[align]
            _write(painter, text, left, top, ruler, bold=bold, size=size)
        case Sides(left_text, right_text, bold, size):
            width = ruler.width(right_text, bold=bold, wide=size is Size.DOUBLE)
            _write(painter, left_text, 0, top, ruler, bold=bold, size=size)
            _write(painter, right_text, ruler.columns - width, top, ruler, bold=bold, size=size)
        case Cells(cells, _, edges):
            _write(painter, cells[0], 0, top, ruler)
            for cell, edge in zip(cells[1:], edges[1:], strict=True):
                _write(painter, cell, edge - ruler.width(cell), top, ruler)
        case Blank(label):
            _write(painter, label, 0, top, ruler)
            begins = MARGIN + (ruler.width(label) + (1 if label else 0)) * ruler.column
            baseline = top + ruler.metrics[False, False].ascent()
            painter.fillRect(QRectF(round(begins), round(baseline), ruler.dots - MARGIN - begins, 1), paper_ink(0))
        case Rule(mark):
            thick = _THICK if mark == "=" else _THIN
            middle = top + (_RULE_ROWS - thick) // 2
            painter.fillRect(QRectF(MARGIN, middle, ruler.dots - 2 * MARGIN, thick), paper_ink(0))
        case Picture(bitmap):
            _put(painter, no_wider(bitmap, ruler.dots), 1, top, ruler)
        case Qr(text):
            code = qr_code(text)
            _put(painter, code, qr_module(code.width, ruler.dots), top, ruler)


def _write(
    painter: QPainter,
    text: str,
    left: float,
    top: int,
    ruler: PaperRuler,
    *,
    bold: bool = False,
    size: Size = Size.NORMAL,
) -> None:
    look = bold, size is Size.DOUBLE
    painter.setFont(ruler.fonts[look])
    place = QPointF(MARGIN + left * ruler.column, 0)
    painter.save()
    painter.translate(0, top)
    if size is Size.TALL:
        painter.scale(1, _TALL)
    painter.drawText(place + QPointF(0, ruler.metrics[look].ascent()), text)
    painter.restore()


def _put(painter: QPainter, bitmap: Bitmap, scale: int, top: int, ruler: PaperRuler) -> None:
    """Draw dots in the middle, each as so many dots wide and high."""
    width, height = bitmap.width * scale, bitmap.height * scale
    place = QRectF((ruler.dots - width) // 2, top + _AROUND_PICTURE, width, height)
    painter.drawImage(place, image_of(bitmap))


def image_of(bitmap: Bitmap) -> QImage:
    """Return dots as an image, black on white."""
    image = QImage(bitmap.data, bitmap.width, bitmap.height, bitmap.row_bytes, QImage.Format.Format_Mono)
    image.setColorTable([_WHITE, _BLACK])
    return image.copy()  # its own dots: the bytes may go


def bitmap_from(image: QImage, *, dithered: bool = False) -> Bitmap:
    """Return an image's dots, black and white: what is dark is black, or greys as many black dots as they are dark."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    if not dithered:
        sharp = bytes(grey.constBits()).translate(_BLACK_OR_WHITE)
        grey = QImage(sharp, grey.width(), grey.height(), grey.bytesPerLine(), QImage.Format.Format_Grayscale8)
    how = Qt.ImageConversionFlag.DiffuseDither if dithered else Qt.ImageConversionFlag.ThresholdDither
    mono = grey.convertToFormat(QImage.Format.Format_Mono, how | Qt.ImageConversionFlag.MonoOnly)
    if mono.color(0) == _BLACK:
        mono.invertPixels()
    row_bytes, stride, bits = (mono.width() + 7) // 8, mono.bytesPerLine(), bytes(mono.constBits())
    beyond = 0xFF << (row_bytes * 8 - mono.width()) & 0xFF  # what is behind a row's last dot is whatever it was
    rows = (bits[start : start + row_bytes] for start in range(0, stride * mono.height(), stride))
    return Bitmap(mono.width(), mono.height(), b"".join(row[:-1] + bytes([row[-1] & beyond]) for row in rows))


def _sheet(width: int, height: int) -> QImage:
    """Return white paper of so many dots."""
    sheet = QImage(width, height, QImage.Format.Format_Grayscale8)
    sheet.setDotsPerMeterX(_DOTS_PER_METRE)
    sheet.setDotsPerMeterY(_DOTS_PER_METRE)
    sheet.fill(_WHITE)
    return sheet


def _font(*, bold: bool = False, wide: bool = False) -> QFont:
    return paper_font(_POINTS * (_LARGE if wide else 1), bold=bold)


def _is_seen(character: str) -> bool:
    """Say whether it is no control character, nor one that turns a line around."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in _JOINERS
