"""How wide the columns of a report are on paper, which way its sheet lies and how large its letters are.

Widths are measured once, in letters a point high, since a text is twice as wide in letters twice as high.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.printing.listing import LYING, STANDING, width_of
from core.printing.page import Face, Style, showable, text_width
from core.printing.table import NOTE_SIZE

#: Between two columns: an amount and a name beside it are not read as one.
GAP = 8.0
#: Letters that are good to read, and those that are better than an amount over two lines: a file can be enlarged.
_READABLE = (8.0, 7.5, 7.0)
_SMALL = (6.5, 6.0, 5.5, 5.0, 4.5, 4.0, 3.5)
#: The smallest of all letters of a table on a sheet that stands, where there are small ones below others.
_LEAST_NOTE = 6.4
#: How many of a column's texts are measured, the longest: all of a long report would take longer than to draw it.
_MEASURED = 60
#: In heights of a letter: how wide text likes to be (more so where its column takes what room there is) and may be at
#: least, and the longest word that is not broken.
_LIKED, _LIKED_MOST, _LEAST, _LONGEST_WORD = 12.0, 15.0, 6.0, 11.0
_WIDEST = 40.0
#: Measured in the heavier letters of head and sums.
_STYLE = Style(1.0, Face.SEMIBOLD)


@dataclass(frozen=True, slots=True)
class Wish:
    """How wide a column wants to be, in heights of its letters: at least, to be read easily, and all in one line."""

    least: float
    liked: float
    whole: float
    stretches: bool = False

    def joined(self, other: Wish) -> Wish:
        """Return the wish of a column in which both stand below each other."""
        return Wish(
            max(self.least, other.least),
            max(self.liked, other.liked),
            max(self.whole, other.whole),
            self.stretches or other.stretches,
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """The sheet that a table fits on, the widths of its columns in points, gaps included, and its letters."""

    sheet: tuple[float, float]
    widths: tuple[float, ...]
    size: float


def wish_of(title: str, texts: Iterable[str], *, wraps: bool, stretches: bool = False, small: bool = False) -> Wish:
    """Return how wide a column with that title and those texts wants to be.

    Amounts and days do not wrap. What is ``small`` stands below another column's text.
    """
    every = set(texts)
    scale = NOTE_SIZE if small else 1.0
    word = scale * _widest(title.split())
    whole = scale * _widest(_longest(every))
    titled = max(whole, scale * _widest([title]))
    if not wraps:
        return Wish(max(word, whole), max(word, whole), min(titled, _WIDEST), stretches)
    longest = min(_LONGEST_WORD, scale * _widest(_longest({part for text in every for part in text.split()})))
    return Wish(
        max(word, min(whole, max(longest, _LEAST))),
        max(word, min(whole, max(longest, _LIKED_MOST if stretches else _LIKED))),
        min(titled, _WIDEST),
        stretches,
    )


def _longest(texts: Iterable[str]) -> list[str]:
    # in the order of the letters where they are equally many, so that the same report is the same file
    return heapq.nlargest(_MEASURED, texts, key=lambda text: (len(text), text))


def _widest(texts: Iterable[str]) -> float:
    return max((text_width(showable(text), _STYLE) for text in texts), default=0.0)


def fitted(wishes: Sequence[Wish], *, has_notes: bool) -> Fitted:
    """Return the first that fits: a sheet that stands, one that lies, less room for texts, small letters.

    It ``has_notes`` where small letters stand below others. Where nothing fits, all columns are narrower than they have
    to be, and even amounts go over two lines.
    """
    liked = [wish.liked for wish in wishes]
    least = [wish.least for wish in wishes]
    tried = (
        *((STANDING, size, liked) for size in _READABLE if not has_notes or size * NOTE_SIZE >= _LEAST_NOTE),
        *((LYING, size, liked) for size in _READABLE),
        *((LYING, size, least) for size in (*_READABLE, *_SMALL)),
    )
    for sheet, size, lows in tried:
        if (widths := _shared(wishes, lows, size, width_of(sheet))) is not None:
            return Fitted(sheet, tuple(widths), size)
    room = width_of(LYING) - GAP * len(wishes)
    share = room / (sum(least) or 1.0)
    return Fitted(LYING, tuple(share * low + GAP for low in least), _SMALL[-1])


def _shared(wishes: Sequence[Wish], lows: Sequence[float], size: float, width: float) -> list[float] | None:
    """Return widths that fill a width, none below its low; None where it has not so much room."""
    spare = width - sum(low * size + GAP for low in lows)
    if spare < 0:
        return None
    more = [max(0.0, wish.whole - low) * size for wish, low in zip(wishes, lows, strict=True)]
    given = min(1.0, spare / (sum(more) or 1.0))
    widths = [low * size + GAP + given * part for low, part in zip(lows, more, strict=True)]
    takers = [at for at, wish in enumerate(wishes) if wish.stretches] or range(len(wishes))
    for at in takers:
        widths[at] += max(0.0, spare - sum(more)) / len(takers)
    return widths
