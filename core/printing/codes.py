"""Barcodes and pictures as black and white dots, for receipts, labels, pages and the screen alike.

zxing-cpp draws the codes (8 milliseconds to import), and reads them back in tests.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: A black dot in what zxing-cpp draws; paper is 255.
_INK = 0
#: A QR code on a receipt is so many dots wide (30 mm at 203 dots an inch), each module at most 8 dots. One with very
#: much text is wider where the paper is, because modules of less than 3 dots run together in print.
_QR_DOTS, _QR_MODULE, _LEAST_QR_MODULE = 240, 8, 3
#: How many modules wide and high the small square Data Matrix codes are (ISO/IEC 16022, table 7).
DATA_MATRIX_SIDES = (10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Dots row by row. A row begins at a whole byte, its first dot is the byte's highest bit, and 1 is black."""

    width: int
    height: int
    data: bytes

    @property
    def row_bytes(self) -> int:
        """How many bytes a row takes."""
        return (self.width + 7) // 8

    def is_dark(self, x: int, y: int) -> bool:
        """Say whether the dot in that column and row is black."""
        return bool(self.data[y * self.row_bytes + x // 8] & 0x80 >> x % 8)

    def rows(self) -> Iterator[Sequence[bool]]:
        """Yield the rows from above, each from the left."""
        for y in range(self.height):
            yield [self.is_dark(x, y) for x in range(self.width)]

    def scaled(self, factor: int) -> Bitmap:
        """Return it with squares of ``factor`` by ``factor`` dots in the place of each dot."""
        wide = [[dot for dot in row for _ in range(factor)] for row in self.rows()]
        return bitmap_of(row for row in wide for _ in range(factor))


@functools.lru_cache(maxsize=8)
def no_wider(bitmap: Bitmap, dots: int) -> Bitmap:
    """Return the bitmap made smaller where it is wider than that, as high in proportion; each dot is its nearest."""
    if bitmap.width <= dots:
        return bitmap
    height = max(1, bitmap.height * dots // bitmap.width)
    across = [x * bitmap.width // dots for x in range(dots)]
    down = (y * bitmap.height // height for y in range(height))
    return bitmap_of([bitmap.is_dark(x, y) for x in across] for y in down)


def qr_module(modules: int, dots: int) -> int:
    """Return how many dots wide each module of a QR code is, on a receipt of so many dots."""
    return max(1, min(_QR_MODULE, max(_QR_DOTS // modules, min(_LEAST_QR_MODULE, dots // modules))))


def bitmap_of(rows: Iterable[Sequence[bool]]) -> Bitmap:
    """Return rows of dots as a bitmap; all are as long as the first."""
    packed: list[bytes] = []
    width = 0
    for row in rows:
        width = len(row)
        size = (width + 7) // 8
        packed.append((int("".join("01"[dot] for dot in row), 2) << size * 8 - width).to_bytes(size, "big"))
    return Bitmap(width, len(packed), b"".join(packed))


def qr_code(text: str) -> Bitmap:
    """Return a QR code, a dot for each module and no white around it (ISO/IEC 18004 asks for 4 modules).

    Error correction is medium, which creased paper and a scratched screen need. ``text`` is one to about 2,000 bytes.
    """
    return _drawn(text, "QRCode", ec_level="M")


def ean(digits: str) -> Bitmap:
    """Return the bars of an EAN-13 or EAN-8 as one row, a dot for each module and no white around them.

    ``digits`` has its right check digit (``core.catalog.gtin.is_gtin``). There are 95 or 67 modules (GS1 General
    Specifications 5.2).
    """
    return _bars(_drawn(digits, f"EAN{len(digits)}"))


def code_128(text: str) -> Bitmap:
    """Return the bars of printable ASCII in Code 128 as one row, a dot for each module and no white around them."""
    return _bars(_drawn(text, "Code128"))


def gs1_data_matrix(elements: str, side: int) -> Bitmap:
    """Return GS1 elements (``[01]08901234567890[10]A1``) as a square of ``side`` modules without white around it.

    Separators are set where GS1 wants them. Square brackets, since batches may have round ones in them.
    """
    return _drawn(elements, "DataMatrix", gs1=True, version=DATA_MATRIX_SIDES.index(side) + 1)


def _bars(code: Bitmap) -> Bitmap:
    """Return the first row alone: the others are as it is."""
    return Bitmap(code.width, 1, code.data[: code.row_bytes])


def _drawn(text: str, kind: str, **options: Any) -> Bitmap:
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind), **options)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its type does not say
    rows: Any = memoryview(image).tolist()
    return bitmap_of([dot == _INK for dot in row] for row in rows)
