"""Labels as PDF: on A4 sheets that may have been begun, or one a page for a printer of single labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.kernel.errors import RuleBroken
from core.printing.codes import Bitmap
from core.printing.label_layout import POINTS, LabelLayout, PlacedCode, lay_out
from core.printing.label_sizes import LabelSheet, LabelSize
from core.printing.labels import Copies
from core.printing.measures import A4
from core.printing.page import BoxInk, Ink, Page, TextInk, to_pdf

#: Modules are whole dots of an office printer, so that all bars of a kind come out equally wide.
_DOTS_PER_MM = 600 / 25.4
#: Where letters stand in their line, from its top, in heights of the letters; room above them for Hindi.
_BASELINE = 0.93
_PLACED_BASELINE = 1.02


def labels_pdf(labels: Sequence[Copies], paper: LabelSize | LabelSheet, *, start: int = 1, author: str) -> bytes:
    """Return the PDF. ``start`` is the first label of the first sheet that is still there, counted from 1, row by row.

    Raises RuleBroken ``labels.no_such_place``, ``labels.start_without_sheet``, and what ``lay_out`` does.
    """
    if isinstance(paper, LabelSheet):
        return to_pdf(_sheets(labels, paper, start), A4.size, title="Labels", author=author)
    size = (paper.width * POINTS, paper.height * POINTS)
    return to_pdf(_singles(labels, paper, start), size, title="Labels", author=author)


def _singles(labels: Iterable[Copies], size: LabelSize, start: int) -> list[Page]:
    if start != 1:
        raise RuleBroken("labels.start_without_sheet", size=size.name, where="start")
    return [Page(page) for copies in labels for page in [_inks(_layout(copies, size), 0, 0)] * copies.count]


def _sheets(labels: Iterable[Copies], sheet: LabelSheet, start: int) -> list[Page]:
    if not 1 <= start <= sheet.count:
        raise RuleBroken("labels.no_such_place", start=start, count=sheet.count, where="start")
    pages: list[list[Ink]] = []
    place = start - 1
    for copies in labels:
        layout = _layout(copies, sheet.label)
        for _ in range(copies.count):
            if not pages or place == sheet.count:
                pages.append([])
                place = 0 if len(pages) > 1 else place
            pages[-1] += _inks(layout, *sheet.corner(place))
            place += 1
    return [Page(tuple(inks)) for inks in pages]


def _layout(copies: Copies, size: LabelSize) -> LabelLayout:
    return lay_out(copies.label, size, _DOTS_PER_MM, for_page=True)


def _inks(layout: LabelLayout, left: float, top: float) -> tuple[Ink, ...]:
    """Return the ink of a label whose corner is there on the page, in millimetres."""
    inks: list[Ink] = []
    for text in layout.texts:
        y = top + text.y + (_BASELINE - _PLACED_BASELINE) * text.size
        inks.append(TextInk((left + text.x) * POINTS, y * POINTS, text.text, text.style))
    if layout.code is not None:
        inks += _code(layout.code, left, top)
    return tuple(inks)


def _code(placed: PlacedCode, left: float, top: float) -> Iterator[BoxInk]:
    bitmap = placed.code.drawn()
    high = (placed.height + placed.guards) / bitmap.height
    for x, y, width, height in _dark(bitmap):
        yield BoxInk(
            (left + placed.x + x * placed.module) * POINTS,
            (top + placed.y + y * high) * POINTS,
            width * placed.module * POINTS,
            height * high * POINTS,
            0.0,
        )


def _dark(bitmap: Bitmap) -> Iterator[tuple[int, int, int, int]]:
    """Yield the black runs of a bitmap as x, y, width and height; those that stand below each other are one."""
    begun: dict[tuple[int, int], int] = {}
    for y in range(bitmap.height + 1):
        runs = set(_runs(bitmap, y)) if y < bitmap.height else set()
        for run in sorted(set(begun) - runs):
            since = begun.pop(run)
            yield run[0], since, run[1], y - since
        for run in runs:
            begun.setdefault(run, y)


def _runs(bitmap: Bitmap, y: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x in range(bitmap.width + 1):
        is_dark = x < bitmap.width and bitmap.is_dark(x, y)
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            yield start, x - start
            start = None
