"""The ways in which columns can be discounts and GST, and what they make of gross amounts. Whole numbers only."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from core.kernel.rounding import divide_half_away
from core.purchasing.reading import roles
from core.purchasing.reading.arithmetic import LINE_TOLERANCE
from core.purchasing.reading.columns import SLABS, Column
from core.purchasing.reading.roles import Role

#: 1/10000 pack times 1/10000 rupee in a paisa; 1/10000 percent in the whole; 1/10000 rupee in a paisa.
GROSS_PER_PAISA = 1_000_000
WHOLE = 1_000_000
PARTS_PER_PAISA = 100

_MOST_DISCOUNTS = 8
_MOST_TAXES = 30
_SLABS = sorted(SLABS)


@dataclass(frozen=True, slots=True)
class Discounts:
    """Which columns are discounts: percentages one after the other (or ``added``), then amounts of the line."""

    percents: tuple[Column, ...] = ()
    amounts: tuple[Column, ...] = ()
    added: bool = False


@dataclass(frozen=True, slots=True)
class Taxing:
    """The GST of each line in 1/10000 percent, and the columns that say so; None where nothing does."""

    percents: tuple[int, ...] | None
    said_in: tuple[tuple[Column, Role], ...] = ()


def ways_of_discount(
    columns: Sequence[Column],
    gross: Sequence[int],
    is_likely: Callable[[Column, Role], bool],
    *,
    least: int = 0,
) -> list[Discounts]:
    """Return every way in which some of the columns can take something off gross amounts (in paise).

    What no header calls a discount must take off more than ``least`` in all: less would not be seen in a total.
    """
    free = [c for c in columns if _is_discount(c) or _tells(c, gross, least)]
    percents = _best(free, roles.DISCOUNT_PERCENTS, is_likely)
    amounts = _best(free, roles.DISCOUNT_AMOUNTS, is_likely)
    ways = [Discounts()]
    ways += [Discounts((percent,)) for percent in percents]
    ways += [Discounts((), (amount,)) for amount in amounts]
    for pair in itertools.combinations(percents, 2):
        ways += [Discounts(pair), Discounts(pair, added=True)]
    ways += [Discounts((p,), (a,)) for p, a in itertools.product(percents, amounts) if p is not a]
    ways += [Discounts((), pair) for pair in itertools.combinations(amounts, 2)]
    return ways


def _best(columns: Sequence[Column], some: frozenset[Role], is_likely: Callable[[Column, Role], bool]) -> list[Column]:
    """Return the columns that may have one of the roles, those whose headers lead there first."""
    fitting = [column for column in columns if any(is_likely(column, role) for role in some)]
    return sorted(fitting, key=lambda column: -max(map(column.leaning, some)))[:_MOST_DISCOUNTS]


def _is_discount(column: Column) -> bool:
    named = column.said or column.suggested
    return bool(named) and named <= roles.DISCOUNTS


def _tells(column: Column, gross: Sequence[int], least: int) -> bool:
    """Say whether a discount in this column could be seen in the sums, be it a percentage or an amount.

    On nothing billed, or on some paise, it would prove nothing.
    """
    effects = [
        min(divide_half_away(amount * number, WHOLE), number // PARTS_PER_PAISA)
        for number, amount in zip(column.numbers or (), gross, strict=True)
        if number
    ]
    return max(effects, default=0) > LINE_TOLERANCE and sum(effects) > least


def less(gross: Sequence[int], discounts: Discounts, lines: Sequence[int]) -> tuple[int, ...]:
    """Return the taxable values of some lines in paise."""
    shares = [column.numbers or () for column in discounts.percents]
    amounts = [column.numbers or () for column in discounts.amounts]
    scale = WHOLE if discounts.added else WHOLE ** len(shares)
    found = []
    for line in lines:
        left = gross[line]
        if discounts.added:
            left *= WHOLE - sum(share[line] for share in shares)
        else:
            for share in shares:
                left *= WHOLE - share[line]
        for amount in amounts:
            left -= amount[line] * 10_000 * scale
        found.append(divide_half_away(left, GROSS_PER_PAISA * scale))
    return tuple(found)


def ways_of_tax(columns: Sequence[Column], taken: set[int]) -> list[Taxing]:
    """Return every way in which columns of percentages can be GST, nothing said of it among them."""
    free = [column for column in columns if column.numbers is not None and column.place not in taken]
    ways: list[Taxing] = []
    halves = [c for c in free if c.may(Role.CGST_PERCENT) or c.may(Role.SGST_PERCENT)]
    wholes = [c for c in free if c.may(Role.IGST_PERCENT) and c.speaks_of({Role.IGST_PERCENT})]
    for one, other in itertools.combinations(halves, 2):
        by_name = sorted((one, other), key=lambda column: -column.leaning(Role.CGST_PERCENT))
        for first, second in (by_name, by_name[::-1]):
            if not (first.may(Role.CGST_PERCENT) and second.may(Role.SGST_PERCENT)):
                continue
            if first.numbers == second.numbers and _alike(first, second):
                for whole in [None, *wholes]:
                    parts = [first, second, *([whole] if whole else [])]
                    percents = tuple(map(sum, zip(*(part.numbers or () for part in parts), strict=True)))
                    if set(percents) <= SLABS and any(percents):
                        named = (Role.CGST_PERCENT, Role.SGST_PERCENT, Role.IGST_PERCENT)
                        ways.append(Taxing(percents, tuple(zip(parts, named, strict=False))))
                break
    for column in free:
        role = Role.IGST_PERCENT if column in wholes else Role.GST_PERCENT
        # of zeros alone only what can be nothing else: an IGST without a sign of percent is rather an amount of nothing
        if column.may(role) and (column.has_values or _says_percent(column)):
            ways.append(Taxing(column.numbers, ((column, role),)))
    if not any(column.said and column.said <= roles.TAX_PERCENTS and column.has_values for column in free):
        ways.append(Taxing(None))
    return ways


def _says_percent(column: Column) -> bool:
    said = column.said or column.suggested
    return bool(said) and said <= roles.TAX_PERCENTS


def printed_taxes(
    columns: Sequence[Column], paise: Mapping[int, tuple[int, ...]]
) -> list[tuple[tuple[int, ...], tuple[tuple[Column, Role], ...]]]:
    """Return the amounts of GST on all lines that columns can be, two equal halves first, with the columns."""
    found: list[tuple[tuple[int, ...], tuple[tuple[Column, Role], ...]]] = []
    taxes = [c for c in columns if may_be_any(c, roles.TAX_AMOUNTS)]
    for one, other in itertools.combinations(taxes, 2):
        central, state = paise[one.place], paise[other.place]
        if all(abs(half - rest) <= 1 for half, rest in zip(central, state, strict=True)):  # the whole may be odd
            tax = tuple(map(add, central, state))
            found.append((tax, ((one, Role.CGST), (other, Role.SGST))))
    for column in taxes:
        role = Role.IGST if column.speaks_of({Role.IGST}) else Role.GST
        if column.may(role):
            found.append((paise[column.place], ((column, role),)))
    return found[:_MOST_TAXES]


def taxing_by(tax: Sequence[int], taxable: Sequence[int], said_in: tuple[tuple[Column, Role], ...]) -> Taxing | None:
    """Return the rates that make amounts of GST of taxable values, None where on some line none does."""
    percents = list(itertools.takewhile(_is_known, map(_slab, taxable, tax)))
    if len(percents) < len(taxable) or not any(percents):
        return None
    return Taxing(tuple(percent or 0 for percent in percents), said_in)


def tax_of(taxable: Sequence[int], taxing: Taxing, inter_state: bool | None) -> tuple[int, ...]:
    """Return the GST of each line in paise."""
    if taxing.percents is None:
        return (0,) * len(taxable)
    inter = bool(inter_of(taxing, inter_state))
    return tuple(
        tax_paise(value, percent, inter_state=inter) for value, percent in zip(taxable, taxing.percents, strict=True)
    )


def tax_paise(value: int, percent: int, *, inter_state: bool) -> int:
    """Return the GST on paise as ``arithmetic.tax_on`` has it, quicker: it is asked for ten thousand times."""
    if inter_state:
        return divide_half_away(value * percent, WHOLE)
    return 2 * divide_half_away(value * percent, 2 * WHOLE)


def inter_of(taxing: Taxing, otherwise: bool | None) -> bool | None:
    """Return whether the columns that say the GST are those of a bill across states."""
    for column, role in taxing.said_in:
        if role in {Role.IGST, Role.IGST_PERCENT} and column.has_values:
            return True
        if role in {Role.CGST, Role.CGST_PERCENT} and column.has_values:
            return False
    return otherwise


def may_be_any(column: Column, some: frozenset[Role]) -> bool:
    """Say whether a column can have one of some roles."""
    return any(map(column.may, some))


def _alike(one: Column, other: Column) -> bool:
    """Say whether both halves of GST have a header that says so, or neither: one beside an unknown column is none."""
    return one.speaks_of(roles.TAX_PERCENTS) == other.speaks_of(roles.TAX_PERCENTS)


def _slab(taxable: int, tax: int) -> int | None:
    """Return the rate of GST that makes that tax of a value to a paisa, in 1/10000 percent; None where no rate does."""
    fitting = (slab for slab in _SLABS if abs(taxable * slab - tax * WHOLE) <= WHOLE)
    return next(fitting, None)


def _is_known(percent: int | None) -> bool:
    return percent is not None
