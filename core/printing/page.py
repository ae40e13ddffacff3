"""A page as data: pieces of ink with a height, set beside and above each other, and their way into a PDF.

Lengths are points (1/72 inch); places are measured from the upper left corner, downwards. ReportLab is imported only
when something is drawn or measured (117 ms).
"""

from __future__ import annotations

import enum
import functools
import importlib.resources
import io
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.printing.codes import Bitmap
from core.printing.plain import plain

_LINE_HEIGHT = 1.32
_BASELINE = 1.02
_DEVANAGARI = re.compile("[\u0900-\u097f]")
# with the signs that keep letters apart or together, and what stands between two words of it
_JOINING_RUN = re.compile("([\u0900-\u097f\u200c\u200d]+(?: +[\u0900-\u097f\u200c\u200d]+)*)")


class Face(enum.StrEnum):
    """The weights of Noto Sans in ``resources/fonts``."""

    REGULAR = "Regular"
    SEMIBOLD = "SemiBold"
    BOLD = "Bold"


class Side(enum.StrEnum):
    """Where text stands in its width."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; ``grey`` is 0 for black and 1 for white, since most shops print in black."""

    size: float
    face: Face = Face.REGULAR
    grey: float = 0.0

    @property
    def line_height(self) -> float:
        """From one line to the next."""
        return self.size * _LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class TextInk:
    """Text; ``x`` is its left end, middle or right end by ``side``, ``y`` the top of its line."""

    x: float
    y: float
    text: str
    style: Style
    side: Side = Side.LEFT

    @property
    def baseline(self) -> float:
        """Where its letters stand, from the top."""
        return self.y + self.style.size * _BASELINE


@dataclass(frozen=True, slots=True)
class BoxInk:
    """A filled rectangle; a very low one is a rule."""

    x: float
    y: float
    width: float
    height: float
    grey: float


@dataclass(frozen=True, slots=True)
class PictureInk:
    """Black dots (a QR code, a logo) over so much of the page."""

    x: float
    y: float
    width: float
    height: float
    bitmap: Bitmap

    def boxes(self) -> Iterator[tuple[float, float, float, float]]:
        """Yield left, top, width and height of its black runs; equal runs of neighbouring rows are one box."""
        across, down = self.width / self.bitmap.width, self.height / self.bitmap.height
        open_runs: dict[tuple[int, int], int] = {}
        for row, dots in enumerate([*self.bitmap.rows(), []]):
            runs = set(_dark_runs(dots))
            for run in [run for run in open_runs if run not in runs]:
                top = open_runs.pop(run)
                start, end = run
                yield self.x + start * across, self.y + top * down, (end - start) * across, (row - top) * down
            for run in sorted(runs):
                open_runs.setdefault(run, row)


def _dark_runs(dots: Sequence[bool]) -> Iterator[tuple[int, int]]:
    place = 0
    for is_dark, run in itertools.groupby(dots):
        start, place = place, place + len(list(run))
        if is_dark:
            yield start, place


Ink = TextInk | BoxInk | PictureInk


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that belongs together, placed from the piece's own upper left corner."""

    height: float
    inks: tuple[Ink, ...] = ()

    def moved(self, x: float, y: float) -> tuple[Ink, ...]:
        """Return its ink with the corner at that place."""
        return tuple(_move(ink, x, y) for ink in self.inks)


def _move(ink: Ink, x: float, y: float) -> Ink:
    if isinstance(ink, TextInk):  # a long list has half a million, and ``replace`` takes three times as long
        return TextInk(ink.x + x, ink.y + y, ink.text, ink.style, ink.side)
    return replace(ink, x=ink.x + x, y=ink.y + y)


def split(piece: Piece, room: float) -> tuple[Piece, Piece]:
    """Return what of a piece stands in so much height, and the rest; each line of text stays whole.

    It is for what is higher than a page. ``room`` is at least a line.
    """
    kept: list[Ink] = []
    over: list[Ink] = []
    for ink in piece.inks:
        (over if ink.y + _height_of(ink) > room else kept).append(ink)
    if not over:
        return Piece(min(piece.height, room), piece.inks), Piece(max(0.0, piece.height - room))
    top = min(ink.y for ink in over)
    return Piece(room, tuple(kept)), Piece(piece.height - top, tuple(_move(ink, 0, -top) for ink in over))


def _height_of(ink: Ink) -> float:
    return ink.style.line_height if isinstance(ink, TextInk) else ink.height


def space(height: float) -> Piece:
    """Return nothing, that high."""
    return Piece(height)


def rule(width: float, *, grey: float = 0.6, thickness: float = 0.6) -> Piece:
    """Return a line across."""
    return Piece(thickness, (BoxInk(0, 0, width, thickness, grey),))


def picture(bitmap: Bitmap, width: float, height: float) -> Piece:
    """Return a picture as large as it fits into that room, its proportions kept."""
    scale = min(width / bitmap.width, height / bitmap.height)
    ink = PictureInk(0, 0, bitmap.width * scale, bitmap.height * scale, bitmap)
    return Piece(ink.height, (ink,))


def text_block(text: str, style: Style, width: float, side: Side = Side.LEFT) -> Piece:
    """Return the text wrapped to the width; an empty text takes no room."""
    x = {Side.LEFT: 0.0, Side.CENTRE: width / 2, Side.RIGHT: width}[side]
    lines = wrap_text(text, style, width)
    inks = tuple(TextInk(x, row * style.line_height, line, style, side) for row, line in enumerate(lines))
    return Piece(len(lines) * style.line_height, inks)


def stack(*pieces: Piece) -> Piece:
    """Return the pieces below each other."""
    inks: list[Ink] = []
    y = 0.0
    for piece in pieces:
        inks += piece.moved(0, y)
        y += piece.height
    return Piece(y, tuple(inks))


def beside(*placed: tuple[float, Piece]) -> Piece:
    """Return the pieces next to each other, each at its distance from the left."""
    inks = tuple(ink for x, piece in placed for ink in piece.moved(x, 0))
    return Piece(max((piece.height for _, piece in placed), default=0.0), inks)


def wrap_text(text: str, style: Style, width: float) -> list[str]:
    """Return the lines of a text, none wider; broken at its own line ends, between words, or else inside a word."""
    lines: list[str] = []
    for part in text.splitlines():
        words = showable(part).split()
        line = " ".join(words)
        if line and text_width(line, style) <= width:  # most cells of most tables: measured once and not word by word
            lines.append(line)
            continue
        line = ""
        for word in _no_wider(words, style, width):
            longer = f"{line} {word}" if line else word
            if text_width(longer, style) <= width:
                line = longer
            else:
                lines += [line] if line else []
                line = word
        if line:
            lines.append(line)
    return lines


def first_lines(text: str, style: Style, width: float, most: int) -> str:
    """Return a text that stands whole elsewhere in no more lines than that; three dots say that it goes on."""
    lines = wrap_text(text, style, width)
    if len(lines) <= most:
        return "\n".join(lines)
    last = lines[most - 1]
    while last and text_width(f"{last}...", style) > width:
        last = last[:-1]
    return "\n".join([*lines[: most - 1], f"{last}..."])


def _no_wider(words: Iterable[str], style: Style, width: float) -> Iterable[str]:
    for word in words:
        rest = word
        while (fitting := _fitting(rest, style, width)) < len(rest):
            yield rest[:fitting]
            rest = rest[fitting:]
        yield rest


def _fitting(word: str, style: Style, width: float) -> int:
    """Return how many letters of a word fit, at least one; looked for by halves, near its beginning first."""
    end = min(len(word), 64)
    while end < len(word) and text_width(word[:end], style) <= width:
        end = min(2 * end, len(word))
    if text_width(word[:end], style) <= width:
        return end
    fits = 1
    while end - fits > 1:
        middle = (fits + end) // 2
        if text_width(word[:middle], style) <= width:
            fits = middle
        else:
            end = middle
    return fits


@functools.lru_cache(maxsize=8192)
def text_width(text: str, style: Style) -> float:
    """Return how wide the text is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    _fonts()
    return float(stringWidth(text, _font_name(style.face), style.size))


@functools.lru_cache(maxsize=4096)
def showable(text: str) -> str:
    """Return the text with what the font lacks spelled out; no box and no control character reaches the page.

    Devanagari is kept: its letters are joined when they are drawn.
    """
    if text.isascii() and text.isprintable():
        return text
    known = _fonts()[Face.REGULAR].face.charToGlyph
    return _spell(text, known)


def _spell(text: str, known: dict[int, int]) -> str:
    """Return the text, each run of letters without a glyph made plain."""
    runs: list[tuple[bool, str]] = []
    for character in text:
        has_glyph = ord(character) in known and character.isprintable()
        if runs and runs[-1][0] == has_glyph:
            runs[-1] = (has_glyph, runs[-1][1] + character)
        else:
            runs.append((has_glyph, character))
    return "".join(run if has_glyph else plain(run) for has_glyph, run in runs)


@functools.cache
def _fonts() -> dict[Face, Any]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = importlib.resources.files("resources").joinpath("fonts")
    fonts = {}
    for face in Face:
        data = folder.joinpath(f"NotoSans-{face.value}.ttf").read_bytes()
        fonts[face] = TTFont(_font_name(face), io.BytesIO(data))
        pdfmetrics.registerFont(fonts[face])
    return fonts


def _font_name(face: Face) -> str:
    return f"Nuskha{face.value}"


@dataclass(frozen=True, slots=True)
class Watermark:
    """A word that stands large and pale across a page, behind its ink."""

    text: str
    grey: float = 0.95


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its ink, and what stands behind it."""

    inks: Sequence[Ink]
    watermark: Watermark | None = None


def to_pdf(pages: Iterable[Page], size: tuple[float, float], *, title: str, author: str) -> bytes:
    """Return the PDF. The same pages give the same bytes: no date and no random name is in it."""
    from reportlab.pdfgen.canvas import Canvas

    _fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    canvas.setTitle(showable(title))
    canvas.setAuthor(showable(author))
    canvas.setCreator("Nuskha")
    for page in pages:
        if page.watermark is not None:
            _draw_watermark(canvas, page.watermark, size)
        for ink in page.inks:
            _draw(canvas, ink, size[1])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Any, ink: Ink, page_height: float) -> None:
    if isinstance(ink, PictureInk):
        _draw_picture(canvas, ink, page_height)
        return
    if isinstance(ink, BoxInk):
        canvas.setFillGray(ink.grey)
        canvas.rect(ink.x, page_height - ink.y - ink.height, ink.width, ink.height, stroke=0, fill=1)
        return
    style = ink.style
    canvas.setFont(_font_name(style.face), style.size)
    canvas.setFillGray(style.grey)
    baseline = page_height - ink.baseline
    if _DEVANAGARI.search(ink.text):
        _draw_joined(canvas, ink, baseline)
        return
    draw = {Side.LEFT: canvas.drawString, Side.CENTRE: canvas.drawCentredString, Side.RIGHT: canvas.drawRightString}
    draw[ink.side](ink.x, baseline, ink.text)


def _draw_picture(canvas: Any, ink: PictureInk, page_height: float) -> None:
    """Draw the dots as one shape: pixels are smoothed by some readers, and boxes drawn one by one leave white seams."""
    path = canvas.beginPath()
    for left, top, width, height in ink.boxes():
        path.rect(left, page_height - top - height, width, height)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_joined(canvas: Any, ink: TextInk, baseline: float) -> None:
    """Draw text whose letters join; ``drawString(shaping=True)`` would leave the vowel signs out of order.

    Each run of Devanagari is joined for itself: a text is taken for the script that it begins with.
    """
    from reportlab.pdfbase.ttfonts import shapeStr

    style = ink.style
    font = _font_name(style.face)
    parts = [
        shapeStr(part, font, style.size) if _DEVANAGARI.search(part) else part
        for part in _JOINING_RUN.split(ink.text)
        if part
    ]
    width = sum(_width_of(part, style) for part in parts)
    line = canvas.beginText(ink.x - {Side.LEFT: 0.0, Side.CENTRE: 0.5, Side.RIGHT: 1.0}[ink.side] * width, baseline)
    line.setFont(font, style.size)
    for part in parts:
        line.textOut(part)
    canvas.drawText(line)


def _width_of(part: Any, style: Style) -> float:
    """Return how wide a part is drawn: joined letters are narrower than the same ones apart."""
    shapes = getattr(part, "__shapeData__", None)
    if shapes is None:
        return text_width(part, style)
    return float(sum(shape.x_advance for shape in shapes)) * style.size / 1000


def _draw_watermark(canvas: Any, mark: Watermark, size: tuple[float, float]) -> None:
    style = Style(150, Face.BOLD, mark.grey)
    room = 0.8 * math.hypot(*size)
    if (width := text_width(mark.text, style)) > room:
        style = Style(style.size * room / width, Face.BOLD, mark.grey)
    canvas.saveState()
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(math.degrees(math.atan2(size[1], size[0])))
    canvas.setFont(_font_name(style.face), style.size)
    canvas.setFillGray(style.grey)
    canvas.drawCentredString(0, -0.35 * style.size, mark.text)
    canvas.restoreState()
