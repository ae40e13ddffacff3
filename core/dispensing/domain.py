"""Decides what a schedule asks for, how long a supply lasts, and what of a prescription a bill takes.

Nothing here reads: rules of the Drugs Rules 1945 (facts E1 to E4) over values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from core.kernel.errors import NeedsConfirmation, RuleBroken

#: Sold by retail on a prescription only (rule 65(9)(a); NDPS by the Act).
ON_PRESCRIPTION = frozenset({"H", "H1", "X", "NDPS"})
#: Of these the register or the copy kept names where patient and prescriber live.
NEEDS_ADDRESSES = frozenset({"H1", "X"})
#: Without a prescription the purchaser is named (rule 65(4)(1)).
BIOLOGICAL = frozenset({"C", "C1"})
#: Supplied under a pharmacist, and entered.
SUPERVISED = ON_PRESCRIPTION | BIOLOGICAL


def licence_form(schedules: Iterable[str]) -> str | None:
    """Return the form of the licence that a retailer needs for a drug of these schedules (facts E1), None for none.

    Form 20 leaves out Schedules C, C1 and X, form 21 Schedule X: an injection on H and C1 is sold under 21.
    """
    on = set(schedules)
    if "X" in on:
        return "20F"
    if on & BIOLOGICAL:
        return "21"
    return "20" if on & ON_PRESCRIPTION else None


#: What doctors write -> doses in a day.
_TIMES: Mapping[str, Fraction] = {
    "OD": Fraction(1), "QD": Fraction(1), "OM": Fraction(1), "HS": Fraction(1), "BD": Fraction(2), "BID": Fraction(2),
    "TDS": Fraction(3), "TID": Fraction(3), "QID": Fraction(4), "QDS": Fraction(4), "EOD": Fraction(1, 2),
    "OW": Fraction(1, 7),
}  # fmt: skip
#: As needed: no number of doses follows. STAT is one dose, once.
_OPEN, _ONCE = frozenset({"SOS", "PRN"}), "STAT"
_EVERY_HOURS = re.compile(r"Q(4|6|8|12|24)H", re.ASCII)
_AMOUNT = r"(?:\d{1,3}(?:\.\d{1,2})?|\d{1,2}/[1-9]|[½¼¾])"
_BY_HOURS = re.compile(rf"{_AMOUNT}(?:\s*-\s*{_AMOUNT}){{1,5}}", re.ASCII)
_COUNTED = re.compile(rf"({_AMOUNT})\s+(\w+)", re.ASCII)
_SIGNS: Mapping[str, Fraction] = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def doses_a_day(text: str | None) -> Fraction | None:
    """Return how many pieces a dose as typed takes in a day, exactly; None where no number can be told from it.

    ``BD`` and ``1-0-1`` are 2, ``1/2-0-1/2`` is 1, ``2 TDS`` is 6, ``OW`` (once a week) 1/7. What is needed only at
    times (``SOS``), once (``STAT``) or counted in something else (``5 ml TDS``) gives none.
    """
    written = (text or "").strip().upper()
    if _BY_HOURS.fullmatch(written):
        daily = sum((_amount(part) for part in written.split("-")), Fraction(0))
        return daily or None
    counted = _COUNTED.fullmatch(written)
    each, often = (_amount(counted[1]), counted[2]) if counted else (Fraction(1), written)
    if hours := _EVERY_HOURS.fullmatch(often):
        return (each * (24 // int(hours[1]))) or None
    times = _TIMES.get(often)
    return (each * times or None) if times is not None else None


def _amount(text: str) -> Fraction:
    part = text.strip()
    return _SIGNS[part] if part in _SIGNS else Fraction(part)


def units_for(dose: str | None, days: int | None) -> int | None:
    """Return the whole pieces that a dose asks for in so many days, None where that cannot be told.

    A half that is left over is a piece more. One dose at once is what it says, whatever the days.
    """
    written = (dose or "").strip().upper()
    counted = _COUNTED.fullmatch(written)
    if written == _ONCE or (counted and counted[2] == _ONCE):
        return max(1, _ceil(_amount(counted[1]) if counted else Fraction(1)))
    daily = doses_a_day(dose)
    return None if daily is None or days is None else _ceil(daily * days)


def days_of_supply(units: int, daily: Fraction | None) -> int | None:
    """Return for how many whole days so many pieces last, None where the dose gives no number."""
    return None if daily is None else int(units / daily)


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A line of a prescription with what has been supplied of it on bills that stand.

    ``units`` None is not known: then each bill counts as one of the ``times`` that it may be supplied.
    """

    number: int
    drug: str
    item_id: UUID | None
    units: int | None
    times: int
    supplied_units: int = 0
    supplied_times: int = 0

    @property
    def left(self) -> int | None:
        """The smallest units that may still be supplied; None for as much as is asked for, once more."""
        if self.units is not None:
            return max(0, self.units * self.times - self.supplied_units)
        return None if self.supplied_times < self.times else 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of a bill: its place in the command, the item, and the smallest units. ``limited``: on prescription only.

    ``of`` is the line of the prescription that the counter named for it, ``in_place`` that another item is meant.
    """

    index: int
    item_id: UUID
    item: str
    units: int
    limited: bool
    of: int | None = None
    in_place: bool = False


#: What a line of a bill takes: units of a line of the prescription, None of no line.
Taking = tuple[int | None, int]


def take_from(lines: Sequence[Prescribed], wanted: Sequence[Wanted]) -> dict[int, list[Taking]]:
    """Return what each line of a bill takes of which lines of the prescription, by its place in the command.

    A line takes of those with its item, in their order, and of another only if the counter says which and that it is
    in place of it. What is no prescription drug is tied where its item stands there, and never refused.

    Raises RuleBroken ``dispensing.no_line``, ``dispensing.not_prescribed``, ``dispensing.too_many``,
    ``dispensing.supplied_out``, NeedsConfirmation ``dispensing.in_place_of``.
    """
    left = {line.number: line.left for line in lines}
    by_number = {line.number: line for line in lines}
    named = {line.item_id for line in wanted}
    taken: dict[int, list[Taking]] = {}
    for line in wanted:
        where = f"lines.{line.index}.item"
        meant = _meant(line, lines, by_number, left, named, where)
        taken[line.index] = _taken(line, meant, left, where)
    return taken


def _meant(
    line: Wanted,
    lines: Sequence[Prescribed],
    by_number: Mapping[int, Prescribed],
    left: Mapping[int, int | None],
    named: set[UUID],
    where: str,
) -> list[Prescribed]:
    """Return the lines of the prescription that a line of the bill is for."""
    if line.of is not None:
        chosen = by_number.get(line.of)
        if chosen is None:
            raise RuleBroken("dispensing.no_line", line=line.of, item=line.item, where=where)
        if line.limited and chosen.item_id != line.item_id and not line.in_place:
            raise _question(line, chosen, where)
        return [chosen]
    same = [one for one in lines if one.item_id == line.item_id]
    if same or not line.limited:
        return same
    # no line says this item: one that the bill does not serve otherwise may be meant
    for other in lines:
        if other.item_id not in named and left[other.number] != 0:
            raise _question(line, other, where)
    raise RuleBroken("dispensing.not_prescribed", item=line.item, where=where)


def _question(line: Wanted, instead_of: Prescribed, where: str) -> NeedsConfirmation:
    return NeedsConfirmation(
        "dispensing.in_place_of",
        item=line.item,
        drug=instead_of.drug,
        line=line.index,
        of=instead_of.number,
        where=where,
    )


def _taken(line: Wanted, meant: Sequence[Prescribed], left: dict[int, int | None], where: str) -> list[Taking]:
    if not meant:
        return [(None, line.units)]
    takings: list[Taking] = []
    rest = line.units
    for one in meant:
        standing = left[one.number]
        units = rest if standing is None else min(rest, standing)
        if units:
            takings.append((one.number, units))
            rest -= units
            if standing is not None:
                left[one.number] = standing - units
    if rest and line.limited:
        if not takings:
            raise RuleBroken("dispensing.supplied_out", item=line.item, where=where)
        raise RuleBroken("dispensing.too_many", item=line.item, left=line.units - rest, pieces=rest, where=where)
    if rest:  # no prescription drug: more than prescribed is the customer's choice
        number, units = takings[-1] if takings else (meant[-1].number, 0)
        takings = [*takings[:-1], (number, units + rest)]
    return takings
