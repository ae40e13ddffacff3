"""How many of our sale packs are one unit of the supplier: known, or asked with what speaks for which. Pure.

A box of ten strips that is billed as one, beside the MRP of a strip, is ten times the stock. So one is only taken for
one where nothing speaks against it, and what was learned only while prices agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Rate
from core.kernel.packs import PackReading
from core.kernel.rounding import divide_half_away

MOST_FACTOR: Final = 100_000
#: A price that is this many tenths of the last one, or the reverse, is of another unit sooner than another price.
_JUMP_TENTHS = 18
#: Within so many percent two MRPs may be of one unit.
_SAME_MRP_PERCENT = 30


@dataclass(frozen=True, slots=True)
class UnitEvidence:
    """What a line and the shop know of the supplier's unit.

    ``unit_cost`` is what one costs with GST, ``unit_rate`` without, both after discounts; None for goods that are only
    free. ``mrp`` and ``ptr`` are as printed. ``last_rate`` (without GST) and ``last_mrp`` are of our sale pack, None
    where there was none. ``chosen`` and ``mrp_of_unit`` are what a person said. ``pack_is_learned`` says that the
    factor was learned for just this pack, as it is by a name, and not by a code alone.
    """

    pieces_per_pack: int
    packs_per_box: int | None = None
    bought_packs: int | None = None
    label: PackReading | None = None
    learned: tuple[int, ...] = ()
    pack_is_learned: bool = False
    chosen: int | None = None
    mrp_of_unit: bool | None = None
    unit_cost: Money | None = None
    unit_rate: Rate | None = None
    mrp: Money | None = None
    ptr: Rate | None = None
    last_rate: Rate | None = None
    last_mrp: Money | None = None


@dataclass(frozen=True, slots=True)
class SupplierUnitFound:
    """The factor, None where it is asked; ``factors`` are those to choose from. ``pack_mrp`` is of our sale pack."""

    factor: int | None
    factors: tuple[int, ...] = ()
    pack_mrp: Money | None = None
    asked: tuple[RuleBroken, ...] = ()


def find_unit(said: UnitEvidence) -> SupplierUnitFound:
    """Return how many sale packs are one unit of the supplier, or what makes that doubtful."""
    factor = said.chosen or (said.learned[0] if said.learned else 1)
    if said.chosen is None:
        doubts = tuple(_doubts(said, factor))
        if doubts:
            return SupplierUnitFound(None, _choices(said), asked=doubts)
    of_unit = _mrp_is_of_unit(said, factor)
    if of_unit is None:
        doubt = RuleBroken("proposal.mrp_of_which", factor=factor)
        return SupplierUnitFound(factor, (factor,), asked=(doubt,))
    mrp = said.mrp.pro_rata_down(1, factor) if said.mrp is not None and of_unit else said.mrp
    return SupplierUnitFound(factor, pack_mrp=mrp)


def _doubts(said: UnitEvidence, factor: int) -> Iterator[RuleBroken]:
    if len(said.learned) > 1:
        yield RuleBroken("proposal.factors_differ", factors=", ".join(map(str, said.learned)))
    if not said.pack_is_learned:
        yield from _doubts_of_packs(said, factor)
    of_unit = _mrp_is_of_unit(said, factor)
    room = 1 if of_unit else factor
    if said.unit_cost is not None and said.mrp and said.unit_cost > said.mrp * room:
        yield RuleBroken("proposal.cost_above_mrp", cost=said.unit_cost, mrp=said.mrp)
    if said.unit_rate is not None and said.ptr is not None:
        of_packs = said.ptr.parts * factor  # below it stand discounts, above it nothing but another unit
        if said.unit_rate.parts > of_packs and _jumps(said.unit_rate.parts, of_packs):
            yield RuleBroken("proposal.rate_above_ptr", rate=said.unit_rate.grouped(), ptr=said.ptr.grouped())
    if said.unit_rate is not None and said.last_rate is not None:
        if _jumps(said.unit_rate.parts, said.last_rate.parts * factor):
            yield RuleBroken("proposal.rate_jumps", rate=said.unit_rate.grouped(), last=said.last_rate.grouped())
    elif factor == 1 and said.mrp and said.last_mrp and _jumps(said.mrp.paise, said.last_mrp.paise):
        yield RuleBroken("proposal.mrp_jumps", mrp=said.mrp, last=said.last_mrp)


def _doubts_of_packs(said: UnitEvidence, factor: int) -> Iterator[RuleBroken]:
    """Yield what the paper's pack says against the factor; one that a code was taught with may explain it."""
    label = said.label
    boxed = label.packs_per_box if label is not None else None
    if boxed is not None and not (said.learned and boxed == factor):
        yield RuleBroken("proposal.box_or_pack", packs=boxed)
    elif not said.learned and said.bought_packs is not None and said.bought_packs > 1:
        yield RuleBroken("proposal.box_or_pack", packs=said.bought_packs)
    if label is None or label.pieces_per_pack == said.pieces_per_pack:
        return
    if not said.learned or label.pieces_per_pack * (boxed or 1) != said.pieces_per_pack * factor:
        yield RuleBroken("proposal.pack_differs", pieces=label.pieces_per_pack, own=said.pieces_per_pack)


def _choices(said: UnitEvidence) -> tuple[int, ...]:
    """Return the factors that something speaks for, the smallest first."""
    found = {1, *said.learned, said.packs_per_box, said.bought_packs}
    if said.label is not None:
        found.add(said.label.packs_per_box)
        packs, rest = divmod(said.label.pieces_per_pack, said.pieces_per_pack)
        found.add(packs if not rest else None)
    for pack in (said.last_rate, said.ptr):
        if said.unit_rate is not None and pack is not None and pack.parts:
            found.add(divide_half_away(said.unit_rate.parts, pack.parts))
    return tuple(sorted(factor for factor in found if factor is not None and 1 <= factor <= MOST_FACTOR))


def _mrp_is_of_unit(said: UnitEvidence, factor: int) -> bool | None:
    """Say whether the printed MRP is that of the supplier's unit; None where both could be."""
    if factor == 1 or not said.mrp:
        return False
    if said.mrp_of_unit is not None:
        return said.mrp_of_unit
    if said.unit_cost is not None and said.unit_cost > said.mrp:
        return False
    if said.last_mrp:
        of_pack, of_unit = (_near(said.mrp.paise, said.last_mrp.paise * packs) for packs in (1, factor))
        if of_pack != of_unit:
            return of_unit
    return None


def _near(one: int, other: int) -> bool:
    return abs(one - other) * 100 <= other * _SAME_MRP_PERCENT


def _jumps(now: int, last: int) -> bool:
    if not now or not last:
        return False
    low, high = sorted((now, last))
    return high * 10 >= low * _JUMP_TENTHS
