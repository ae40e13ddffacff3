"""Reads a short bill by its known headers alone, where its numbers contradict each other.

One line, or two, outvote nobody: which number is misprinted nothing tells. But where every column is known by name, a
person wants to hear what contradicts what, and not be asked what columns mean that say so. Such a bill never closes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.kernel.rounding import divide_half_away
from core.purchasing.reading.arithmetic import closes
from core.purchasing.reading.columns import Column
from core.purchasing.reading.filling import fill
from core.purchasing.reading.mapping import InvoiceRead
from core.purchasing.reading.roles import DISCOUNT_AMOUNTS, DISCOUNT_PERCENTS, TAX_PERCENTS, Role
from core.purchasing.reading.solving import Explanation
from core.purchasing.reading.table_reader import Candidate, TableReader
from core.purchasing.reading.ways import GROSS_PER_PAISA, PARTS_PER_PAISA, Discounts, Taxing, less, tax_of

#: In more lines those that add up tell which do not (``misprints``).
_MOST_LINES: Final = 2
#: Ways to give the meanings of headers that have several.
_MOST_WAYS: Final = 32
_A_RUPEE: Final = 100
_ORDER: Final = list(Role)
_RATES: Final = (Role.RATE, Role.NET_RATE, Role.PTR)


def by_names(reader: TableReader) -> InvoiceRead | None:
    """Return the invoice that the headers name with what contradicts what, None where they do not name all of it.

    Of several ways to take the headers it is the one that contradicts itself least. What a person, or the supplier's
    last file, said of the columns may be what is wrong: then they are asked.
    """
    if reader.given or len(reader.body.lines) > _MOST_LINES:
        return None
    found = [one for roles in _ways(reader.columns) if (one := _candidate(reader, roles)) is not None]
    best = min(found, key=_contradictions, default=None)
    return None if best is None or not best.differences else reader.read(best)


def _contradictions(one: Candidate) -> tuple[bool, int]:
    """Rank readings: first those that name a line, then by how much they leave contradicting.

    Amounts with GST that come to the printed total bear each other out, whatever the lines make.
    """
    invoice, total = one.invoice, one.invoice.sums.total
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    is_borne_out = total is not None and bool(amounts) and abs((Money.total(amounts) - total).paise) <= _A_RUPEE
    return all(each.row is None for each in one.differences), len(one.differences) - is_borne_out


def _ways(columns: tuple[Column, ...]) -> Iterator[dict[Role, Column]]:
    """Yield the columns by what their headers name, each meaning once; nothing where a header is not known."""
    holding = [column for column in columns if not column.is_blank]
    if not all(column.said for column in holding):
        return
    choices = itertools.product(*(sorted(filter(column.may, column.said), key=_ORDER.index) for column in holding))
    for chosen in itertools.islice(choices, _MOST_WAYS):
        named = [(role, column) for role, column in zip(chosen, holding, strict=True) if role is not Role.IGNORED]
        if len(dict(named)) == len(named):
            yield dict(named)


def _candidate(reader: TableReader, named: Mapping[Role, Column]) -> Candidate | None:
    quantity = named.get(Role.QUANTITY)
    rated = next((role for role in _RATES if role in named), None)
    if quantity is None or quantity.counts is None or rated is None or named[rated].numbers is None:
        return None
    explained = _explanation(reader, named, quantity, rated)
    filled = fill(reader.columns, explained)
    if filled.doubts:
        return None
    try:
        invoice = reader.invoice_of(explained, filled)
    except RuleBroken:
        return None
    return Candidate(invoice, explained, filled, closes(invoice), 0)


def _explanation(reader: TableReader, named: Mapping[Role, Column], quantity: Column, rated: Role) -> Explanation:
    rate, lines = named[rated], range(len(reader.body.lines))
    gross = [count * price for (count, _), price in zip(quantity.counts or (), rate.numbers or (), strict=True)]
    percents, amounts = (
        tuple(named[role] for role in sorted(some & named.keys())) for some in (DISCOUNT_PERCENTS, DISCOUNT_AMOUNTS)
    )
    discounts = Discounts(percents, amounts)
    net = rated is Role.NET_RATE
    taxable = less(gross, Discounts() if net else discounts, lines)
    printed = named.get(Role.TAXABLE)
    if printed is not None and printed.numbers is not None:
        taxable = tuple(divide_half_away(number, PARTS_PER_PAISA) for number in printed.numbers)
    taxing = _taxing(named)
    roles = {column.place: role for role, column in named.items()}
    if rated is Role.PTR:  # where no other rate stands there, it is that
        roles[rate.place] = Role.RATE
    return Explanation(
        quantity=quantity,
        rate=rate,
        net=net,
        roles=roles,
        gross=tuple(divide_half_away(one, GROSS_PER_PAISA) for one in gross),
        taxable=taxable,
        tax=tax_of(taxable, taxing, reader.inter_state),
        taxing=taxing,
        sums=reader.footer.as_named(),
        discounts=discounts,
    )


def _taxing(named: Mapping[Role, Column]) -> Taxing:
    said_in = tuple((named[role], role) for role in sorted(TAX_PERCENTS & named.keys()))
    if not said_in or any(column.numbers is None for column, _ in said_in):
        return Taxing(None)
    return Taxing(tuple(map(sum, zip(*(column.numbers or () for column, _ in said_in), strict=True))), said_in)
