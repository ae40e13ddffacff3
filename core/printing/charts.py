"""Charts on paper, of boxes and letters alone: bars in greys, since most shops print in black."""

from __future__ import annotations

from core.printing.chart_data import ChartData, Series, Shares
from core.printing.page import BoxInk, Face, Ink, Piece, Side, Style, TextInk, showable, text_width

_TEXT = Style(6.6, grey=0.25)
_STRONG = Style(6.6, Face.SEMIBOLD)
_FILL, _OUTLINE, _GRID, _ZERO, _TRACK = 0.35, 0.3, 0.85, 0.4, 0.92
_PEN = 0.7
_GAP = 4.0
#: How much of a point's place its bars take.
_BARS_SHARE = 0.72


def chart_piece(data: ChartData, width: float, height: float) -> Piece:
    """Return a chart of bars in a room of that size; the bars of a second series are hollow."""
    axis = data.axis()
    line = _TEXT.line_height
    names = [data.unit.short(tick) for tick in axis.ticks]
    left = max(text_width(name, _TEXT) for name in names) + _GAP
    top = line + 2 if len(data.series) > 1 else line / 2
    room, down = width - left, height - top - line - 2
    span = axis.high - axis.low

    def level(number: int) -> float:
        return top + down * (axis.high - number) / span

    inks: list[Ink] = []
    for tick, name in zip(axis.ticks, names, strict=True):
        y = level(tick)
        inks.append(BoxInk(left, y - 0.2, room, 0.4, _ZERO if tick == 0 else _GRID))
        inks.append(TextInk(left - _GAP, y - line / 2, name, _TEXT, Side.RIGHT))
    slot = room / max(1, len(data.labels))
    bar = slot * _BARS_SHARE / len(data.series)
    for number, series in enumerate(data.series):
        for at, paise in enumerate(series.numbers):
            if paise:
                x = left + slot * at + slot * (1 - _BARS_SHARE) / 2 + bar * number
                y, end = sorted((level(paise), level(0)))
                inks += _bar(x, y, bar * 0.92, max(end - y, 0.4), is_hollow=number > 0)
    if len(data.series) > 1:
        inks += _legend(data.series, width)
    return Piece(height, (*inks, *_labels(data.labels, left, room, height - line)))


def _bar(x: float, y: float, width: float, height: float, *, is_hollow: bool) -> list[Ink]:
    if not is_hollow:
        return [BoxInk(x, y, width, height, _FILL)]
    pen = min(_PEN, width / 2, height)
    return [
        BoxInk(x, y, width, pen, _OUTLINE),
        BoxInk(x, y + height - pen, width, pen, _OUTLINE),
        BoxInk(x, y, pen, height, _OUTLINE),
        BoxInk(x + width - pen, y, pen, height, _OUTLINE),
    ]


def _legend(series: tuple[Series, ...], width: float) -> list[Ink]:
    inks: list[Ink] = []
    x = width
    for number, each in reversed(list(enumerate(series))):
        x -= text_width(showable(each.name), _TEXT)
        inks.append(TextInk(x, 0, showable(each.name), _TEXT))
        x -= 9
        inks += _bar(x, 1.6, 6, 5, is_hollow=number > 0)
        x -= 8
    return inks


def _labels(labels: tuple[str, ...], left: float, room: float, y: float) -> list[Ink]:
    """Return the labels that there is room for, the last one among them."""
    widths = [text_width(showable(label), _TEXT) for label in labels]
    slot = room / max(1, len(labels))
    widest = max(widths, default=0.0)
    stride = max(1, -int(-(widest + 5 + max(0.0, (widest - slot) / 2)) // slot))
    return [
        TextInk(min(left + slot * (at + 0.5), left + room - widths[at] / 2), y, showable(label), _TEXT, Side.CENTRE)
        for at, label in enumerate(labels)
        if (len(labels) - 1 - at) % stride == 0
    ]


def share_piece(shares: Shares, width: float) -> Piece:
    """Return parts of a whole below each other, each with its bar, its amount and its share."""
    line = _TEXT.line_height * 1.35
    amounts = [shares.unit.whole(part.number) for part in shares.parts]
    names = max((text_width(showable(part.name), _TEXT) for part in shares.parts), default=0.0) + _GAP
    right = max((text_width(amount, _STRONG) for amount in amounts), default=0.0) + text_width(" 100 %", _TEXT) + _GAP
    room = max(0.0, width - names - right - _GAP)
    inks: list[Ink] = []
    for at, (part, amount) in enumerate(zip(shares.parts, amounts, strict=True)):
        y = line * at
        inks.append(TextInk(0, y, showable(part.name), _TEXT))
        inks.append(BoxInk(names, y + 1.2, room, _TEXT.size, _TRACK))
        inks.append(BoxInk(names, y + 1.2, room * shares.basis_points(part) / 10_000, _TEXT.size, _FILL))
        inks.append(TextInk(width - text_width(" 100 %", _TEXT), y, amount, _STRONG, Side.RIGHT))
        inks.append(TextInk(width, y, shares.percent(part), _TEXT, Side.RIGHT))
    return Piece(line * len(shares.parts), tuple(inks))
