"""Named pack levels: a box of ten strips of ten tablets, each with its factor over the one below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.kernel.errors import RuleBroken
from core.kernel.packs import MOST_PIECES, PackReading

_MOST_LEVELS = 6
_WORD = re.compile(r"[^\W\d_][^\W\d_-]{0,29}")
_FACTOR = re.compile(r"\d{1,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PackLevels:
    """Levels from the largest to the smallest piece.

    ``names`` are small letters, each once; ``factors[i]`` of ``names[i + 1]`` make one of ``names[i]``.
    """

    names: tuple[str, ...]
    factors: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> PackLevels:
        """Read ``box 10 strip 10 tablet``: names with the number of the next smaller one between them.

        Raises RuleBroken ``packs.levels_unreadable``, ``packs.level_twice``, ``packs.too_many_pieces``.
        """
        words = text.casefold().split()
        names, factors = words[::2], words[1::2]
        if (
            len(names) != len(factors) + 1
            or len(names) > _MOST_LEVELS
            or not all(map(_WORD.fullmatch, names))
            or not all(_FACTOR.fullmatch(factor) and int(factor) for factor in factors)
        ):
            raise RuleBroken("packs.levels_unreadable", text=text)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise RuleBroken("packs.level_twice", level=twice)
        levels = cls(tuple(names), tuple(map(int, factors)))
        if levels.pieces(names[0]) > MOST_PIECES**2:
            raise RuleBroken("packs.too_many_pieces", text=text)
        return levels

    @classmethod
    def of_reading(cls, reading: PackReading, *, piece: str = "piece", pack: str = "pack") -> PackLevels:
        """Return the levels that a label tells; a pack of one piece is the piece itself."""
        names, factors = [piece], list[int]()
        if reading.pieces_per_pack > 1:
            names.insert(0, pack)
            factors.insert(0, reading.pieces_per_pack)
        if reading.packs_per_box is not None:
            names.insert(0, "box")
            factors.insert(0, reading.packs_per_box)
        return cls(tuple(names), tuple(factors))

    def pieces(self, level: str) -> int:
        """Return how many smallest pieces make one of a level. Raises RuleBroken ``packs.no_level``."""
        if level not in self.names:
            raise RuleBroken("packs.no_level", level=level, levels=", ".join(self.names))
        pieces = 1
        for factor in self.factors[self.names.index(level) :]:
            pieces *= factor
        return pieces

    def split(self, pieces: int) -> tuple[int, ...]:
        """Return how many of each level make that many pieces, as few packs as can be; ``join`` adds them up again."""
        counts: list[int] = []
        for name in self.names:
            count, pieces = divmod(pieces, self.pieces(name))
            counts.append(count)
        return tuple(counts)

    def join(self, counts: tuple[int, ...]) -> int:
        """Return the smallest pieces in counts of each level."""
        return sum(count * self.pieces(name) for name, count in zip(self.names, counts, strict=True))

    def __str__(self) -> str:
        """Return the text that ``parse`` reads."""
        rest = (f" {factor} {name}" for factor, name in zip(self.factors, self.names[1:], strict=True))
        return self.names[0] + "".join(rest)
