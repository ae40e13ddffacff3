"""Where everything stands on a label, in millimetres from its upper left corner: one layout for printers and pages.

Texts are measured in Noto Sans, for label printers in its bold letters, which are wider than their own but for a few
signs: what fits here fits there. What does not fit is made smaller, then wrapped inside words; it is never cut and
never covers the code or the white that belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.kernel.errors import RuleBroken
from core.printing.label_codes import LabelCode, Symbology
from core.printing.label_sizes import ROLLS, SHEETS, LabelSize
from core.printing.labels import AnyLabel, LabelText
from core.printing.page import Face, Style, showable, text_width, wrap_text
from core.printing.plain import plain

#: Points in a millimetre.
POINTS = 72 / 25.4
#: From one line to the next, in heights of the letters.
PITCH = 1.2
#: Letters lower than this are not read (4.25 points).
_LEAST_TEXT = 1.5
#: Two dots of a printer with 8 dots a millimetre: what scanners read of a printed label.
_LEAST_MODULE = 0.25
#: The widest modules for each millimetre of the label's height, and at all: wider ones read no better.
_BARS_SHARE, _WIDEST_BARS = 0.016, 0.5
_SQUARE_SHARE, _WIDEST_SQUARE = 0.02, 0.9
_LEAST_BARS, _HIGHEST_BARS = 5.0, 18.0
#: How many times their size on 50 by 25 mm texts are tried, the largest first.
_FACTORS = tuple(2.8 * 0.95**step for step in range(42))
_COMFORTABLE = 0.7
#: Between texts and the code.
_APART = 0.75
_CUT = 1e-6
#: Printers draw the outer and middle bars of an EAN so many modules longer than the others (GS1 5.2.3.2).
_GUARDS = 5
#: Signs that are wider in font 0 of label printers (a dash is nine tenths of its height) than in our bold letters, and
#: letters that are as wide: they stand for them while lines are made.
_STAND_INS = str.maketrans("-+=<>~@%J_{}", "ÆŒœ—―№Ŵ⅘–Śçč")
_SIGNS = {stand_in: sign for sign, stand_in in _STAND_INS.items()}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the label."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: Box) -> bool:
        """Say whether they cover each other anywhere."""
        return (
            self.x < other.x + other.width - _CUT
            and other.x < self.x + self.width - _CUT
            and self.y < other.y + other.height - _CUT
            and other.y < self.y + self.height - _CUT
        )


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text from its upper left corner; ``width`` is the room it has."""

    x: float
    y: float
    width: float
    size: float
    text: str
    is_bold: bool

    @property
    def box(self) -> Box:
        """The room it takes."""
        return Box(self.x, self.y, self.width, self.size * PITCH)

    @property
    def style(self) -> Style:
        """How it is drawn on a page."""
        return _style(self.size, is_bold=self.is_bold)


@dataclass(frozen=True, slots=True)
class PlacedCode:
    """A code from the upper left corner of its first bar or module; ``dots`` of the printer make a module.

    ``height`` is that of its bars; the guard bars of an EAN reach ``guards`` lower.
    """

    x: float
    y: float
    height: float
    module: float
    dots: int
    code: LabelCode

    @property
    def width(self) -> float:
        """From its first to its last module."""
        return self.code.modules * self.module

    @property
    def guards(self) -> float:
        """How much lower its guard bars may reach than the others."""
        return _GUARDS * self.module if self.code.symbology in (Symbology.EAN_13, Symbology.EAN_8) else 0.0

    @property
    def box(self) -> Box:
        """What it takes with the white that belongs to it."""
        left, right = (modules * self.module for modules in self.code.quiet)
        over = left if self.code.is_square else 0.0
        return Box(self.x - left, self.y - over, left + self.width + right, self.height + self.guards + 2 * over)


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """A label with everything in its place."""

    texts: tuple[PlacedText, ...]
    code: PlacedCode | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A way to lay a label out: where its texts may stand, and its code with what is written below it."""

    room: Box
    code: PlacedCode | None = None
    caption: PlacedText | None = None


def lay_out(label: AnyLabel, size: LabelSize, dots_per_mm: float, *, for_page: bool) -> LabelLayout:
    """Return where everything stands; modules of the code are whole dots.

    ``for_page`` writes in the letters of our own fonts; label printers have ASCII and one font, which is bold. Raises
    RuleBroken ``labels.code_too_wide``, ``labels.code_fits_none``, ``labels.text_too_long``,
    ``labels.text_fits_none``.
    """
    spelled = showable if for_page else _printable
    texts = [LabelText(spelled(text.text), text.size, text.is_bold or not for_page) for text in label.texts]
    found = _laid_out(texts, label.code, size, dots_per_mm)
    if found is not None and for_page:
        return found
    if found is not None:
        return replace(found, texts=tuple(replace(line, text=line.text.translate(_SIGNS)) for line in found.texts))
    name = label.name
    is_sheet = size.name.startswith("A4")
    others = [sheet.label for sheet in SHEETS] if is_sheet else ROLLS
    fitting = " or ".join(other.name for other in others if _laid_out(texts, label.code, other, dots_per_mm))
    if label.code is not None and next(_plans(label.code, size, dots_per_mm), None) is None:
        code = label.code.data
        if not fitting:
            raise RuleBroken("labels.code_fits_none", item=name, barcode=code, where="item")
        raise RuleBroken("labels.code_too_wide", item=name, barcode=code, size=size.name, fitting=fitting, where="size")
    if not fitting:
        raise RuleBroken("labels.text_fits_none", item=name, where="item")
    raise RuleBroken("labels.text_too_long", item=name, size=size.name, fitting=fitting, where="size")


def _printable(text: str) -> str:
    """Return ASCII, with stand-ins, without the backslash: it begins escapes, and many printers have none."""
    return plain(text).replace("\\", "/").translate(_STAND_INS)


def _laid_out(
    texts: Sequence[LabelText], code: LabelCode | None, size: LabelSize, dots_per_mm: float
) -> LabelLayout | None:
    plans = list(_plans(code, size, dots_per_mm))
    fine = [(plan, factor) for plan in plans for factor in _FACTORS if factor >= _COMFORTABLE]
    small = [(plan, factor) for factor in _FACTORS if factor < _COMFORTABLE for plan in plans]
    for tried, breaks_words in ((fine, False), (small, False), (fine + small, True)):
        for plan, factor in tried:
            placed = _fitted(texts, plan.room, factor, breaks_words=breaks_words)
            if placed is not None:
                caption = () if plan.caption is None else (plan.caption,)
                return LabelLayout((*placed, *caption), plan.code)
    return None


def _fitted(
    texts: Sequence[LabelText], room: Box, factor: float, *, breaks_words: bool
) -> tuple[PlacedText, ...] | None:
    """Return the texts below each other in a room, None where they do not fit into it."""
    placed: list[PlacedText] = []
    y = room.y
    for text in texts:
        height = max(_LEAST_TEXT, text.size * factor)
        style = _style(height, is_bold=text.is_bold)
        width = room.width * POINTS
        if not breaks_words and any(text_width(word, style) > width for word in text.text.split()):
            return None
        for line in wrap_text(text.text, style, width):
            placed.append(PlacedText(room.x, y, room.width, height, line, text.is_bold))
            y += height * PITCH
        if y > room.y + room.height + _CUT:
            return None
    return tuple(placed)


def _plans(code: LabelCode | None, size: LabelSize, dots_per_mm: float) -> Iterator[_Plan]:
    """Yield the ways to lay a label out, the finest code first; none where the code has no room."""
    inside = Box(size.inset, size.inset, size.width - 2 * size.inset, size.height - 2 * size.inset)
    if code is None:
        yield _Plan(inside)
    elif code.is_square:
        yield from _beside(code, inside, size, dots_per_mm)
    else:
        yield from _above(code, inside, size, dots_per_mm)


def _modules(widest: float, dots_per_mm: float) -> Iterator[tuple[int, float]]:
    """Yield how many dots a module may have and how wide it is then, the widest first."""
    dots = int(widest * dots_per_mm + _CUT)
    while dots / dots_per_mm >= _LEAST_MODULE - _CUT:
        yield dots, dots / dots_per_mm
        dots -= 1


def _beside(code: LabelCode, inside: Box, size: LabelSize, dots_per_mm: float) -> Iterator[_Plan]:
    """Yield the ways with a square at the right and the texts to its left."""
    for dots, module in _modules(min(_WIDEST_SQUARE, _SQUARE_SHARE * size.height), dots_per_mm):
        side = code.modules * module
        reach = side + 2 * code.quiet[0] * module
        if reach > inside.height or reach > inside.width * 0.45:
            continue
        x = int((inside.x + inside.width - side) * dots_per_mm) / dots_per_mm
        y = int((size.height - side) / 2 * dots_per_mm) / dots_per_mm
        placed = PlacedCode(x, y, side, module, dots, code)
        yield _Plan(Box(inside.x, inside.y, placed.box.x - _APART - inside.x, inside.height), placed)


def _above(code: LabelCode, inside: Box, size: LabelSize, dots_per_mm: float) -> Iterator[_Plan]:
    """Yield the ways with bars at the foot, what they say below them and the texts above."""
    left, right = code.quiet
    for share in (0.36, 0.28, 0.2):
        height = min(_HIGHEST_BARS, max(_LEAST_BARS, share * size.height))
        for dots, module in _modules(min(_WIDEST_BARS, _BARS_SHARE * size.height), dots_per_mm):
            reach = (left + code.modules + right) * module
            if reach > size.width - 1:  # the white of a code may reach over the inset: it is white there
                continue
            width = code.modules * module
            letters = max(_LEAST_TEXT, min(3.5, 0.08 * size.height))
            caption = code.caption.translate(_STAND_INS)
            while letters > _LEAST_TEXT and text_width(caption, _style(letters, is_bold=True)) > width * POINTS:
                letters = max(_LEAST_TEXT, letters * 0.95)
            foot = inside.y + inside.height - letters * PITCH
            x = int((max(inside.x, (size.width - reach) / 2 + left * module)) * dots_per_mm) / dots_per_mm
            placed = PlacedCode(x, 0, height, module, dots, code)
            y = int((foot - 0.2 - placed.box.height) * dots_per_mm) / dots_per_mm
            below = PlacedText(x, foot, width, letters, code.caption, is_bold=False)
            room = Box(inside.x, inside.y, inside.width, y - 0.4 - inside.y)
            yield _Plan(room, replace(placed, y=y), below)


def _style(size: float, *, is_bold: bool) -> Style:
    return Style(size * POINTS, Face.BOLD if is_bold else Face.REGULAR)
