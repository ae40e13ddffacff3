"""How wide text is on paper, and how it is broken into lines of it.

A ruler measures in columns of the paper: letters where the printer has letters of one width, the font's measures where
the receipt is drawn. One layout serves both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Protocol

from core.printing.plain import plain

_JOINERS = "\u200c\u200d"
_VIRAMAS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d")


class Ruler(Protocol):
    """What measures text for a paper of so many columns."""

    @property
    def columns(self) -> int:
        """How many columns the paper has."""
        ...

    def shown(self, text: str) -> str:
        """Return the text in the characters that this paper can show, without any control character."""
        ...

    def width(self, text: str, *, bold: bool = False, wide: bool = False) -> float:
        """Return how many columns a text takes that is already ``shown``; ``wide`` letters are twice as wide."""
        ...


class TextRuler:
    """Measures for a printer's own letters, all of one width: plain ASCII, a column each, two where they are wide."""

    def __init__(self, columns: int) -> None:
        self.columns: int = columns

    def shown(self, text: str) -> str:
        """Return the text as ``plain`` spells it."""
        return plain(text)

    def width(self, text: str, *, bold: bool = False, wide: bool = False) -> float:
        """Return the number of letters."""
        return len(text) * (2 if wide else 1)


def wrap(text: str, ruler: Ruler, *, bold: bool = False, wide: bool = False) -> list[str]:
    """Return the text in lines no wider than the paper, broken between words, a longer word inside.

    A blank text has no line.
    """
    text = ruler.shown(text)

    def fits(line: str) -> bool:
        return ruler.width(line, bold=bold, wide=wide) <= ruler.columns

    if not text.strip() or fits(text):
        return [text] if text.strip() else []
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if fits(joined):
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        # what belongs together is broken only where it is wider than the paper by itself
        parts = (part for cluster in _clusters(word) for part in ([cluster] if fits(cluster) else cluster))
        for cluster in parts:
            if lines[-1] and not fits(lines[-1] + cluster):
                lines.append("")
            lines[-1] += cluster
    return lines


def flow(words: Iterable[str], ruler: Ruler) -> list[str]:
    """Return short texts one after the other with two spaces between, none broken unless it must be."""
    lines: list[str] = []
    for word in map(ruler.shown, words):
        joined = f"{lines[-1]}  {word}" if lines else word
        if lines and ruler.width(joined) <= ruler.columns:
            lines[-1] = joined
        else:
            lines.extend(wrap(word, ruler))
    return lines


def _clusters(word: str) -> list[str]:
    """Return what may not be broken: a letter with its marks, in an Indian script with what a virama joins to it."""
    clusters: list[str] = []
    for character in word:
        belongs = unicodedata.category(character).startswith("M") or character in _JOINERS
        after_virama = bool(clusters) and clusters[-1].rstrip(_JOINERS)[-1:] in _VIRAMAS
        if clusters and (belongs or after_virama):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters
