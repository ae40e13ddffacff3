"""The labels that shops buy: single ones on a roll, and A4 sheets of them. Lengths are millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.errors import RuleBroken

#: From one label on a roll to the next.
GAP = 2.0


@dataclass(frozen=True, slots=True)
class LabelSize:
    """One label; nothing is printed nearer to its edge than ``inset``, since paper does not feed to a hair."""

    name: str
    width: float
    height: float
    inset: float = 1.25


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Labels on an A4 page: so many across and down, how far the first one is from the upper left corner, and how far
    each is from the next."""

    label: LabelSize
    across: int
    down: int
    left: float
    top: float
    pitch_across: float
    pitch_down: float

    @property
    def count(self) -> int:
        """How many labels a sheet has."""
        return self.across * self.down

    def corner(self, place: int) -> tuple[float, float]:
        """Return how far the upper left corner of a label is from that of the page; places count from 0, row by row."""
        row, column = divmod(place, self.across)
        return self.left + column * self.pitch_across, self.top + row * self.pitch_down


#: The size that is meant where none is named: of a roll.
USUAL_ROLL = "50x25"

ROLLS = (
    LabelSize("34x22", 34, 22),
    LabelSize("38x25", 38, 25),
    LabelSize("50x25", 50, 25),
    LabelSize("100x50", 100, 50),
)

#: The common sheets of 65, 48 and 24 labels (Avery L7651, L4736 and L7159, and those that others cut alike).
SHEETS = (
    LabelSheet(LabelSize("A4-65", 38.1, 21.2, 1.5), 5, 13, left=4.75, top=10.7, pitch_across=40.6, pitch_down=21.2),
    LabelSheet(LabelSize("A4-48", 45.7, 21.2, 1.5), 4, 12, left=9.85, top=21.3, pitch_across=48.2, pitch_down=21.2),
    LabelSheet(LabelSize("A4-24", 63.5, 33.9, 2.0), 3, 8, left=7.25, top=12.9, pitch_across=66.0, pitch_down=33.9),
)


def roll_named(name: str) -> LabelSize:
    """Return the single label of that name, in any case. Raises RuleBroken ``labels.no_such_roll``."""
    found = next((size for size in ROLLS if size.name == name.strip().casefold()), None)
    if found is None:
        raise RuleBroken("labels.no_such_roll", size=name, sizes=", ".join(size.name for size in ROLLS), where="size")
    return found


def paper_named(name: str) -> LabelSize | LabelSheet:
    """Return the sheet or the single label of that name, in any case. Raises RuleBroken ``labels.no_such_size``."""
    wanted = name.strip().casefold()
    papers: dict[str, LabelSize | LabelSheet] = {sheet.label.name: sheet for sheet in SHEETS}
    papers |= {size.name: size for size in ROLLS}
    found = next((paper for known, paper in papers.items() if known.casefold() == wanted), None)
    if found is None:
        raise RuleBroken("labels.no_such_size", size=name, sizes=", ".join(papers), where="size")
    return found
