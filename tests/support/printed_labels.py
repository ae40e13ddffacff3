"""What a label printer would print, as the two readers of its languages tell it. Lengths are dots."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import zxingcpp

from core.printing.page import Face, Style, text_width

#: Modules that must stay white to the left, right, above and below.
QUIET = {"EAN13": (11, 7, 0), "EAN8": (7, 7, 0), "128": (10, 10, 0), "DMATRIX": (1, 1, 1)}
EAN_MODULES = {"EAN13": 95, "EAN8": 67}
#: Modules by which the guard bars of an EAN are longer.
GUARDS = 5
#: How far font 0 goes on at each sign, in heights of the letters, where that is more than Noto Sans Bold does:
#: measured at 203 dots an inch.
_FONT_0 = dict.fromkeys("-+=", 0.93) | dict.fromkeys("<>~", 1.0) | dict.fromkeys("@%", 0.93)
_FONT_0 |= {"J": 0.47, "_": 0.53, "{": 0.53, "}": 0.53}
#: What scanners put before the data of a code.
SYMBOLOGIES = {"EAN13": "]E0", "EAN8": "]E4", "128": "]C0", "DMATRIX": "]d2"}


class WrongLabelError(Exception):
    """The bytes hold something that the printer does not know, or that would not come out."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: Area) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A line of text with the room it takes."""

    text: str
    area: Area


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code; ``data`` is what it says, with separators and the check digit."""

    kind: str
    data: str
    dots: int
    area: Area

    @property
    def scanned(self) -> str:
        """What a scanner sends."""
        return SYMBOLOGIES[self.kind] + self.data

    @property
    def with_white(self) -> Area:
        """Its area with the white that belongs to it."""
        left, right, above = (modules * self.dots for modules in QUIET[self.kind])
        area = self.area
        return Area(area.left - left, area.top - above, area.right + right, area.bottom + above)


@dataclass(slots=True)
class PrintedLabel:
    """A label as it comes out, so many times."""

    width: int
    height: int
    texts: list[PrintedText] = field(default_factory=list)
    codes: list[PrintedCode] = field(default_factory=list)
    copies: int = 0

    @property
    def words(self) -> str:
        """All texts from above, as one line."""
        return " ".join(text.text for text in self.texts)

    def say(self, text: str, left: int, top: int, height: int, room: int | None = None) -> None:
        """Print a text of that height from there, and no wider than its room."""
        noto = sum(_FONT_0.get(letter) or text_width(letter, Style(1, Face.BOLD)) for letter in text)
        width = math.ceil(noto * height)
        if room is not None and width > room:
            raise WrongLabelError(f"{text!r} is {width} dots wide, not {room}")
        self.texts.append(PrintedText(text, Area(left, top, left + width, top + height)))

    def check(self) -> None:
        """Raise WrongLabelError where something lies beside the label, or over something else."""
        whole = Area(0, 0, self.width, self.height)
        areas = [text.area for text in self.texts] + [code.with_white for code in self.codes]
        for area in areas:
            if not (0 <= area.left < area.right <= whole.right and 0 <= area.top < area.bottom <= whole.bottom):
                raise WrongLabelError(f"{area} is not on {whole}")
        for text, code in product(self.texts, self.codes):
            if text.area.overlaps(code.with_white):
                raise WrongLabelError(f"{text} covers {code}")
        for one, other in combinations(self.texts, 2):
            if one.area.overlaps(other.area):
                raise WrongLabelError(f"{one} covers {other}")
        for code in self.codes:
            if code.dots < 2:
                raise WrongLabelError(f"{code} is too fine")


def with_check_digit(digits: str, kind: str) -> str:
    """Return an EAN without its check digit with it, as the printer makes it."""
    if len(digits) != {"EAN13": 12, "EAN8": 7}[kind] or not digits.isdigit():
        raise WrongLabelError(f"{digits!r} is no {kind}")
    odd, even = sum(map(int, digits[-1::-2])), sum(map(int, digits[-2::-2]))
    return digits + str(-(3 * odd + even) % 10)


def check_matrix(elements: str, side: int) -> None:
    """Raise WrongLabelError where the elements do not go into a square of that side."""
    width = _width(elements, "DataMatrix", force_square=True)
    if width > side:
        raise WrongLabelError(f"{elements!r} needs {width}, not {side}")


def width_of_code_128(text: str) -> int:
    """Return how many modules a text takes in whatever sets are best."""
    return _width(text, "Code128")


def _width(text: str, kind: str, **options: Any) -> int:
    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind), **options)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its type does not say
    rows: Any = memoryview(image).tolist()
    return len(rows[0])
