"""The recovery sheet on one A4 page: the code large enough to be typed from paper, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from core.printing.page import Face, Page, Piece, Side, Style, beside, rule, space, stack, text_block, to_pdf

A4 = (595.28, 841.89)
_MARGIN = 56.0
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = 4

_TITLE = Style(24, Face.BOLD)
_SHOP = Style(13, Face.SEMIBOLD)
_TEXT = Style(10.5)
_STRONG = Style(10.5, Face.SEMIBOLD)
_LABEL = Style(8, grey=0.35)
_GROUP = Style(19, Face.BOLD)

_KEEP = (
    "Whoever has this code and a backup can read the shop. Keep the sheet in a safe place away from the computer. "
    "Without it no backup opens on another computer, and nobody can make it again."
)
_USE = (
    "To get the shop back: install Nuskha on the other computer, choose \u201cRestore a backup\u201d in the first "
    "window, choose the backup's file, and type the code when it is asked for. Small letters and spaces do not matter."
)


def sheet_pages(shop: str, counter: str, key_id: str, code: str, made_at: str) -> Sequence[Page]:
    """Return the sheet; ``code`` has its groups joined by hyphens, ``made_at`` is shown as it is."""
    body = stack(
        text_block("Recovery sheet", _TITLE, _WIDTH),
        space(6),
        text_block(shop, _SHOP, _WIDTH),
        space(4),
        text_block(f"Counter {counter} · Key {key_id} · Printed {made_at}", _TEXT, _WIDTH),
        space(14),
        rule(_WIDTH),
        space(18),
        _code(code.split("-")),
        rule(_WIDTH),
        space(14),
        text_block(_KEEP, _STRONG, _WIDTH),
        space(8),
        text_block(_USE, _TEXT, _WIDTH),
    )
    return (Page(body.moved(_MARGIN, _MARGIN)),)


def sheet_pdf(shop: str, pages: Sequence[Page]) -> bytes:
    """Return the pages as a PDF; the code stands on the page and nowhere in the file's properties."""
    return to_pdf(pages, A4, title="Recovery sheet", author=shop)


def _code(groups: Sequence[str]) -> Piece:
    """Return the groups in rows, each under its number: a wrong one is later named by it."""
    width = _WIDTH / _COLUMNS
    rows = []
    for start in range(0, len(groups), _COLUMNS):
        cells = enumerate(groups[start : start + _COLUMNS], start + 1)
        placed = [(place * width, _group(number, group, width)) for place, (number, group) in enumerate(cells)]
        rows += [beside(*placed), space(14)]
    return stack(*rows)


def _group(number: int, group: str, width: float) -> Piece:
    return stack(
        text_block(str(number), _LABEL, width, Side.LEFT),
        text_block(group, _GROUP, width, Side.LEFT),
    )
