"""The columns that no sum proves: free goods, MRP, PTR and texts. Named by a header, or the only one it can be.

Where two columns could be the one, or a number stands there that might be free goods or a price, that is a doubt: a
question for a person, since a wrong answer would add up all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.kernel.dates import ExpiryPrecision
from core.kernel.rounding import divide_half_away
from core.purchasing.reading import roles
from core.purchasing.reading.columns import Column, expiry_or_none
from core.purchasing.reading.roles import Role
from core.purchasing.reading.solving import Explanation
from core.purchasing.reading.values import PARTS, is_share

_DIGIT = re.compile(r"\d", re.ASCII)
_CODE_DIGITS = re.compile(r"[A-Z]{0,4}[-/]?\d{3,}", re.IGNORECASE | re.ASCII)
_MEDICINES = ("30", "33", "34")
_FORMS = re.compile(
    r"\b(?:tab|tabs|tablets?|cap|caps|capsules?|syp|syrup|inj|injection|cream|oint|gel|drops?|susp|lotion|powder|oil"
    r"|soap|kit|ml|mg|gm?|mcg|spray|inhaler|respules?|sachet|cartridge|shampoo|wash)\b",
    re.IGNORECASE,
)
_LONGEST_RACK = 4
_LEAST_DIGITS = 4
_FEW_LINES = 2
#: Roles whose cells are taken over as texts, whatever they hold.
_AS_THEY_STAND = roles.TEXTS | {Role.EXPIRY}
_PRICES = frozenset({Role.RATE, Role.NET_RATE})
_DISCOUNTS_IN_ORDER = (Role.DISCOUNT_PERCENT, Role.DISCOUNT_PERCENT_2, Role.DISCOUNT, Role.SCHEME_DISCOUNT)


@dataclass(slots=True)
class Filled:
    """The role of every column that has one, and the roles that stay in doubt."""

    roles: dict[int, Role]
    doubts: list[Role] = field(default_factory=list)


def fill(columns: Sequence[Column], explained: Explanation | None) -> Filled:
    """Return the roles of all columns: those that the numbers explain, then the others."""
    filled = Filled(dict(explained.roles) if explained else {})
    for role in sorted(roles.OF_THE_BILL):
        if not _named(columns, filled, role):
            repeated = [column for column in columns if len(set(column.filled)) == 1]
            _named(repeated, filled, role, by_words=True)
    _texts(columns, filled)
    if explained is not None:
        _free(columns, filled, explained)
        _prices(columns, filled, explained)
        _nothing_left(columns, filled, explained)
    return filled


def _left(columns: Iterable[Column], filled: Filled) -> list[Column]:
    return [column for column in columns if column.place not in filled.roles]


def _named(columns: Sequence[Column], filled: Filled, role: Role, *, by_words: bool = False) -> bool:
    """Give a role to the column whose header names it alone. Two that differ are a doubt; says whether one is named."""
    left = _left(columns, filled)
    fitting = [column for column in left if column.said == {role} and column.may(role)]
    if not fitting and role in _AS_THEY_STAND:
        belied = [c for c in left if c.said == {role} and not c.is_blank]
        if belied:  # a header that the cells belie is asked about, an answer is not
            filled.roles[belied[0].place] = role
            filled.doubts += [] if belied[0].given else [role]
            return True
    if not fitting and by_words:
        fitting = [c for c in left if not c.said and role in c.suggested and c.may(role) and not c.is_blank]
    if not fitting:
        return False
    different = {column.cells for column in fitting if not column.is_blank}
    if len(different) > 1 and role not in {Role.SERIAL, Role.MAKER, Role.CODE}:
        filled.doubts.append(role)
    chosen = next((column for column in fitting if not column.is_blank), fitting[0])
    filled.roles[chosen.place] = role
    for column in fitting:
        if column is not chosen:
            filled.roles[column.place] = Role.IGNORED
    return True


def _texts(columns: Sequence[Column], filled: Filled) -> None:
    for column in _left(columns, filled):
        if (column.is_blank and not column.said) or column.said == {Role.IGNORED}:
            filled.roles[column.place] = Role.IGNORED
    found = {
        role: _named(columns, filled, role) or _named(columns, filled, role, by_words=True)
        for role in (Role.SERIAL, Role.NAME, Role.BATCH, Role.EXPIRY, Role.HSN, Role.PACK, Role.MAKER, Role.CODE)
    }
    for column in _left(columns, filled):
        if Role.IGNORED in column.suggested and not column.said:
            filled.roles[column.place] = Role.IGNORED
    if not found[Role.SERIAL]:
        counting = [column for column in _unknown(columns, filled) if column.may(Role.SERIAL)]
        # on two lines free goods can count up as well
        if len(counting) == 1 and (counting[0].place == 0 or len(counting[0].cells) > _FEW_LINES):
            filled.roles[counting[0].place] = Role.SERIAL
    if not found[Role.EXPIRY]:
        _latest(columns, filled)
    for role, fits in (
        (Role.HSN, _like_hsn),
        (Role.PACK, lambda column: column.may(Role.PACK)),
        (Role.NAME, None),
        (Role.BATCH, _like_batch),
        (Role.CODE, _like_code),
        (Role.MAKER, _like_maker),
    ):
        if not found[role]:
            _only(columns, filled, role, fits)
    _batch_or_code(columns, filled)


def _batch_or_code(columns: Sequence[Column], filled: Filled) -> None:
    """Doubt a code that nobody named where no batch is: batches of one maker have one form as well."""
    if Role.BATCH in filled.roles.values():
        return
    for column in columns:
        if filled.roles.get(column.place) is Role.CODE and not column.said and not column.suggested:
            filled.doubts.append(Role.BATCH)


def _unknown(columns: Sequence[Column], filled: Filled) -> list[Column]:
    return [c for c in _left(columns, filled) if not c.said and not c.suggested and not c.is_blank]


def _latest(columns: Sequence[Column], filled: Filled) -> None:
    """Take the one column of months for expiry; of two the one that is later on every line, the other is of making."""
    fitting = [column for column in _unknown(columns, filled) if column.may(Role.EXPIRY)]
    # the same day on every line is rather that of the bill
    fitting = [c for c in fitting if len(set(c.filled)) > 1 or _names_months(c)]
    later = [c for c in fitting if all(c is other or _is_later(c, other) for other in fitting)]
    if len(later) == 1:
        for column in fitting:
            filled.roles[column.place] = Role.EXPIRY if column is later[0] else Role.IGNORED
    elif fitting:
        filled.doubts.append(Role.EXPIRY)


def _names_months(column: Column) -> bool:
    expiries = [expiry_or_none(cell) for cell in column.filled]
    return all(expiry is not None and expiry.precision is ExpiryPrecision.MONTH for expiry in expiries)


def _is_later(column: Column, other: Column) -> bool:
    return all(
        mine is not None and its is not None and mine > its
        for mine, its in zip(map(expiry_or_none, column.cells), map(expiry_or_none, other.cells), strict=True)
    )


def _only(columns: Sequence[Column], filled: Filled, role: Role, fits: Callable[[Column], bool] | None) -> None:
    """Give a role to the only column of unknown meaning that is like it; two are a doubt."""
    unknown = [column for column in _unknown(columns, filled) if _is_text(column)]
    if fits is None:
        fitting = _likest_names([column for column in unknown if column.may(role)])
    else:
        fitting = [column for column in unknown if column.may(role) and fits(column)]
    if len(fitting) == 1:
        filled.roles[fitting[0].place] = role
    elif fitting:
        filled.doubts.append(role)


def _is_text(column: Column) -> bool:
    """Say whether a column is no amount: it has letters, or digits of one length as codes and batches have."""
    if column.numbers is None:
        return True
    lengths = {len(cell) for cell in column.filled}
    if not all(cell.isdigit() for cell in column.filled) or min(lengths) < _LEAST_DIGITS:
        return False
    return len(lengths) == 1 or column.may(Role.HSN)


def _likest_names(columns: list[Column]) -> list[Column]:
    """Return the column that is most like names of medicines; more than one where two are nearly as like."""

    def likeness(column: Column) -> int:
        cells = column.filled
        forms = sum(_FORMS.search(cell) is not None for cell in cells)
        return (sum(map(len, cells)) + 10 * forms) * (100 + 100 * len(set(cells)) // len(cells)) // len(cells)

    ranked = sorted(columns, key=likeness, reverse=True)
    if len(ranked) > 1 and 10 * likeness(ranked[1]) > 6 * likeness(ranked[0]):
        return ranked[:2]
    return ranked[:1]


def _like_hsn(column: Column) -> bool:
    medicines = sum(cell.startswith(_MEDICINES) for cell in column.filled)
    return 2 * medicines >= len(column.filled) and min(map(len, column.filled)) >= 4


def _like_code(column: Column) -> bool:
    """Say whether cells are codes that a program gives: all different, letters and digits in one form."""
    forms = {re.sub(r"\d", "9", cell) for cell in column.filled}
    return (
        len(set(column.filled)) == len(column.filled) == len(column.cells) > 1
        and len(forms) == 1
        and all(_CODE_DIGITS.fullmatch(cell) for cell in column.filled)
    )


def _like_batch(column: Column) -> bool:
    with_digits = sum(_DIGIT.search(cell) is not None for cell in column.filled)
    return (
        10 * with_digits >= 7 * len(column.filled)
        and 10 * len(set(column.filled)) >= 6 * len(column.filled)
        and max(map(len, column.filled)) > _LONGEST_RACK
        and not _like_code(column)
        and sum(" " in cell for cell in column.filled) * 3 <= len(column.filled)
    )


def _like_maker(column: Column) -> bool:
    return 5 * sum(_DIGIT.search(cell) is not None for cell in column.filled) <= len(column.filled)


def _free(columns: Sequence[Column], filled: Filled, explained: Explanation) -> None:
    """Find the free goods: beside the billed (10+1), in a column of their own, or in none."""
    counts = explained.quantity.counts or ()
    beside = any(free for _, free in counts)
    if _named(columns, filled, Role.FREE) or _named(columns, filled, Role.FREE, by_words=True):
        if beside:
            filled.doubts.append(Role.FREE)
        return
    for column in _left(columns, filled):
        if Role.SCHEME in column.said | column.suggested and not beside and Role.FREE not in filled.roles.values():
            is_free = not column.has_values or _may_be_free(column, [billed for billed, _ in counts])
            filled.roles[column.place] = Role.FREE if is_free and column.may(Role.FREE) else Role.SCHEME
            if any(map(is_share, column.cells)):  # half a pack is no text that says how goods are given: it is given
                filled.doubts.append(Role.FREE)
    if beside or Role.FREE in filled.roles.values():
        return
    if any(_may_be_free(column, [billed for billed, _ in counts]) for column in _unknown(columns, filled)):
        filled.doubts.append(Role.FREE)


def _may_be_free(column: Column, billed: Sequence[int]) -> bool:
    """Say whether numbers could be free packs: whole or half ones, of goods billed no more than the billed.

    Whether they are no sum proves: what came short or went back looks the same, so only a header makes them so.
    """
    return (
        column.may(Role.FREE)
        and column.has_values
        and all(number % (PARTS // 2) == 0 for number in column.numbers or ())
        and all(number <= most or not most for number, most in zip(column.numbers or (), billed, strict=True))
    )


def _prices(columns: Sequence[Column], filled: Filled, explained: Explanation) -> None:
    net = [value + tax for value, tax in zip(explained.taxable, explained.tax, strict=True)]
    counts = [billed for billed, _ in explained.quantity.counts or ()]

    def is_above(column: Column) -> bool:
        """Say whether a price of a pack is on no line below what the pack costs with GST."""
        return all(
            divide_half_away(number * count, 100 * PARTS) + 2 + count // (2 * PARTS) >= paise
            for number, count, paise in zip(column.numbers or (), counts, net, strict=True)
        )

    if not _named(columns, filled, Role.MRP):
        by_words = [c for c in _left(columns, filled) if Role.MRP in c.suggested and not c.said and c.may(Role.MRP)]
        if by_words:
            if len(by_words) > 1 or not is_above(by_words[0]):
                filled.doubts.append(Role.MRP)
            else:
                filled.roles[by_words[0].place] = Role.MRP
        else:
            _mrp_by_height(columns, filled, is_above)
    for column in _left(columns, filled):
        if Role.PTR in column.said | column.suggested and column.may(Role.PTR):
            if Role.PTR in filled.roles.values():
                filled.doubts.append(Role.PTR)
            filled.roles[column.place] = Role.PTR


def _mrp_by_height(columns: Sequence[Column], filled: Filled, is_above: Callable[[Column], bool]) -> None:
    """Take the only unknown price that is never below cost for MRP, and no other unknown price may be left then."""
    prices = [
        c
        for c in _left(columns, filled)
        if not c.said and (not c.suggested or (c.suggested & _PRICES and Role.PTR not in c.suggested))
    ]
    prices = [c for c in prices if c.may(Role.MRP) and all(c.numbers or ()) and not _is_text(c)]
    high = [column for column in prices if is_above(column)]
    if len(high) == 1:
        filled.roles[high[0].place] = Role.MRP
    elif high:
        filled.doubts.append(Role.MRP)


def _nothing_left(columns: Sequence[Column], filled: Filled, explained: Explanation) -> None:
    """Doubt what is left: numbers that could be free goods, a price or a discount; discounts that nothing takes off."""
    billed = [count for count, _ in explained.quantity.counts or ()]

    def is_above(column: Column) -> bool:
        """Say whether a number is on each line at least half of what a pack costs, as prices of it are."""
        return all(
            2 * number * count >= 100 * PARTS * paise
            for number, count, paise in zip(column.numbers or (), billed, explained.taxable, strict=True)
        )

    for column in _left(columns, filled):
        if column.numbers is None or not column.has_values:
            if column.said or column.suggested or column.is_blank:
                filled.roles[column.place] = _zero_role(column, filled)
            else:  # texts whose meaning nobody said
                filled.roles[column.place] = Role.IGNORED
            continue
        if column.speaks_of(roles.DISCOUNTS) and not column.speaks_of({Role.FREE}):
            if not explained.net or not any(column.may(role) for role in column.said or column.suggested):
                filled.doubts.append(Role.DISCOUNT)  # or more is off than the goods cost
            filled.roles[column.place] = _told_discount(column, filled)
            continue
        explained.unexplained.append(column)
        if column.speaks_of({Role.QUANTITY}):
            if not _is_all_goods(column, columns, filled, explained):
                filled.doubts.append(Role.QUANTITY)
        elif column.said or column.suggested:
            if column.speaks_of({Role.RATE, Role.NET_RATE, *roles.AMOUNTS, *roles.TAX_AMOUNTS, *roles.TAX_PERCENTS}):
                filled.doubts.append(Role.RATE if column.speaks_of({Role.RATE}) else Role.AMOUNT)
        elif Role.FREE not in filled.roles.values() and _may_be_free(column, billed):
            filled.doubts.append(Role.FREE)
        elif _is_text(column):
            pass  # codes of the supplier's own
        elif Role.PTR not in filled.roles.values() and all(column.numbers) and is_above(column):
            filled.doubts.append(Role.PTR)
        elif column.may(Role.DISCOUNT_PERCENT) and explained.taxable == explained.gross and not _is_constant(column):
            # rates may have it taken off already
            filled.doubts.append(Role.DISCOUNT_PERCENT)
        filled.roles[column.place] = Role.IGNORED


def _is_all_goods(column: Column, columns: Sequence[Column], filled: Filled, explained: Explanation) -> bool:
    """Say whether a second quantity is that of billed and free together."""
    free = next((c.numbers for c in columns if filled.roles.get(c.place) is Role.FREE), None)
    counts = explained.quantity.counts or ()
    given = free or [beside for _, beside in counts]
    together = [billed + one for (billed, _), one in zip(counts, given, strict=True)]
    return list(column.numbers or ()) == together


def _is_constant(column: Column) -> bool:
    return len(set(column.numbers or ())) == 1 and len(column.cells) > 1


def _zero_role(column: Column, filled: Filled) -> Role:
    """Return the role of a named column in which nothing stands: it says that there are no discounts, no free goods."""
    named = column.said or column.suggested
    taken = set(filled.roles.values())
    wanted = [role for role in (Role.FREE, *_DISCOUNTS_IN_ORDER) if role in named and role not in taken]
    return wanted[0] if wanted else Role.IGNORED


def _told_discount(column: Column, filled: Filled) -> Role:
    taken = set(filled.roles.values())
    wanted = [
        role
        for role in _DISCOUNTS_IN_ORDER
        if role in (column.said or column.suggested) and role not in taken and column.may(role)
    ]
    return wanted[0] if wanted else Role.IGNORED
