"""Reports of what was sold: by day, hour, item, salt, maker, customer, prescriber, user, counter and way of paying."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.dispensing.model import Dispensing
from core.kernel.days import Days, Preset
from core.kernel.money import Money
from core.parties.model import Customer, PartyMerge
from core.parties.queries import resolved
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.sold import GROSS_TITLE, By, LineSums, bill_sums, days_said, hour_of, item_sums, margin
from core.sales.model import Bill

_COST = Permission.SEE_COST
_MARGIN_COLUMNS = (
    ReportColumn("cost", "Cost", Kind.MONEY, 12, adds_up=True, need=_COST),
    ReportColumn("margin", "Margin", Kind.MONEY, 12, adds_up=True, need=_COST),
    ReportColumn("margin_percent", "Margin %", Kind.PERCENT, 8, need=_COST),
)
BILL_COLUMNS = (
    ReportColumn("bills", "Bills", Kind.COUNT, 6, adds_up=True),
    ReportColumn("cancelled", "Cancelled", Kind.COUNT, 9, adds_up=True),
    ReportColumn("gross", GROSS_TITLE, Kind.MONEY, 13, adds_up=True),
    ReportColumn("discount", "Discount", Kind.MONEY, 11, adds_up=True),
    ReportColumn("taxable", "Taxable", Kind.MONEY, 13, adds_up=True),
    ReportColumn("cgst", "CGST", Kind.MONEY, 11, adds_up=True, extra=True),
    ReportColumn("sgst", "SGST", Kind.MONEY, 11, adds_up=True, extra=True),
    ReportColumn("igst", "IGST", Kind.MONEY, 11, adds_up=True, extra=True),
    ReportColumn("gst", "GST", Kind.MONEY, 11, adds_up=True),
    ReportColumn("round_off", "Round off", Kind.MONEY, 9, adds_up=True),
    ReportColumn("total", "Total", Kind.MONEY, 13, adds_up=True),
    *_MARGIN_COLUMNS,
)
_BILLS = frozenset({Source.BILLS})
#: What bills without a card, a prescription or a salt are called.
NO_CARD, NO_PRESCRIPTION, NO_SALT, NO_MAKER = (
    "Without a card",
    "Without a prescription",
    "No salt entered",
    "No maker entered",
)

#: The first column's value, what orders the rows, and what Enter opens, of what bills were put together by.
_Labelled = tuple[tuple[Value, ...], Any, ToReport | None]


def _by_bill(
    name: str,
    title: str,
    about: str,
    heads: Sequence[ReportColumn],
    by: By,
    label: Callable[[Reading, Sequence[tuple[Any, ...]]], Mapping[tuple[Any, ...], _Labelled]],
    *,
    default: Preset = Preset.TODAY,
    prescribed: bool = False,
) -> Report:
    """Return a report of bills put together; several keys with one label are one row."""

    def rows(reading: Reading) -> Iterator[ReportRow]:
        sums = bill_sums(reading, by, prescribed=prescribed)
        labels = label(reading, list(sums))
        merged: dict[tuple[Value, ...], Any] = {}
        for key, part in sums.items():
            values, order, target = labels[key]
            before = merged.get(values)
            whole = part if before is None else type(part)(*map(sum, zip(part, before[1], strict=True)))
            merged[values] = (order, whole, target)
        for values, (_, whole, target) in sorted(merged.items(), key=lambda entry: (entry[1][0], str(entry[0]))):
            yield ReportRow((*values, *whole.values), target)

    return Report(
        id=name,
        title=title,
        about=about,
        section=Section.SALES,
        columns=(*heads, *BILL_COLUMNS),
        rows=rows,
        parameters=(days_parameter(default),),
        own_day=True,
        sources=_BILLS,
    )


def _bills_of(reading: Reading, **more: str) -> ToReport:
    return ToReport("bills", {**days_said(reading.asked.span), **more})


def _days(reading: Reading, keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], _Labelled]:
    return {(day,): ((day,), day, ToReport("bills", days_said(Days(day, day)))) for (day,) in keys}


def _hours(reading: Reading, keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], _Labelled]:
    return {
        (hour,): ((f"{hour:02d}:00 to {hour + 1:02d}:00",), hour, _bills_of(reading, hour=str(hour)))
        for (hour,) in keys
    }


def _named(reading: Reading, keys: Sequence[tuple[Any, ...]], *, parameter: str) -> Mapping[tuple[Any, ...], _Labelled]:
    return {(name,): ((name,), name, _bills_of(reading, **{parameter: name})) for (name,) in keys}


def _customers(reading: Reading, keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], _Labelled]:
    cards = customers_of(reading.session, [customer_id for (customer_id,) in keys if customer_id is not None])
    found: dict[tuple[Any, ...], _Labelled] = {}
    for key in keys:
        if key[0] is None:
            found[key] = ((NO_CARD, None), (1, ""), _bills_of(reading, customer="none"))
        else:
            kept, name, phone = cards[key[0]]
            found[key] = ((name, phone), (0, name.casefold()), _bills_of(reading, customer=str(kept)))
    return found


def customers_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str, str | None]]:
    """Return id, name and telephone of the card of each customer, that of the kept one where it was merged."""
    wanted = dict(zip(ids, ids, strict=True))
    for part in in_parts(ids):
        for merged_id in session.scalars(select(PartyMerge.merged_id).where(PartyMerge.merged_id.in_(part))):
            wanted[merged_id] = resolved(session, merged_id)
    cards: dict[UUID, tuple[UUID, str, str | None]] = {}
    for part in in_parts(sorted(set(wanted.values()))):
        rows = session.execute(select(Customer.id, Customer.name, Customer.phone).where(Customer.id.in_(part)))
        cards.update({row.id: (row.id, row.name, row.phone) for row in rows})
    return {customer_id: cards[card] for customer_id, card in wanted.items()}


def _prescribers(_: Reading, keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], _Labelled]:
    return {
        (name, number): (
            (name or NO_PRESCRIPTION, number),
            (0, name.casefold()) if name else (1, ""),
            None,
        )
        for name, number in keys
    }


BY_DAY = _by_bill(
    "sales-by-day",
    "Sales by day",
    "Each day's bills less what was cancelled on it, with taxes and margin.",
    (ReportColumn("day", "Day", Kind.DATE, 10),),
    lambda day: (day,),
    _days,
    default=Preset.THIS_MONTH,
)
BY_HOUR = _by_bill(
    "sales-by-hour",
    "Sales by hour",
    "At which hours the counter is busy.",
    (ReportColumn("hour", "Hour", letters=14),),
    lambda day: (hour_of(Bill.at),),
    _hours,
)
BY_USER = _by_bill(
    "sales-by-user",
    "Sales by user",
    "What each user billed.",
    (ReportColumn("user", "User", letters=14, stretches=True),),
    lambda day: (Bill.username,),
    partial(_named, parameter="user"),
)
BY_COUNTER = _by_bill(
    "sales-by-counter",
    "Sales by counter",
    "What was billed under each series of numbers; a counter has one.",
    (ReportColumn("counter", "Counter", letters=14, stretches=True),),
    lambda day: (Bill.series,),
    partial(_named, parameter="counter"),
)
BY_CUSTOMER = _by_bill(
    "sales-by-customer",
    "Sales by customer",
    "What customers with a card bought, and what all others did.",
    (
        ReportColumn("customer", "Customer", letters=20, stretches=True),
        ReportColumn("phone", "Telephone", letters=12, under="customer"),
    ),
    lambda day: (Bill.customer_id,),
    _customers,
)
BY_PRESCRIBER = _by_bill(
    "sales-by-prescriber",
    "Sales by prescriber",
    "Bills by who wrote the prescription, as it stands on them.",
    (
        ReportColumn("prescriber", "Prescriber", letters=20, stretches=True),
        ReportColumn("registration", "Registration", letters=12, under="prescriber"),
    ),
    lambda day: (Dispensing.prescriber_name, Dispensing.prescriber_registration),
    _prescribers,
    prescribed=True,
)


# --- by item, salt and maker -----------------------------------------------------------------------------------

_LINE_COLUMNS = (
    ReportColumn("lines", "Lines", Kind.COUNT, 6, adds_up=True),
    ReportColumn("gross", GROSS_TITLE, Kind.MONEY, 12, adds_up=True),
    ReportColumn("discount", "Discount", Kind.MONEY, 10, adds_up=True),
    ReportColumn("taxable", "Taxable", Kind.MONEY, 12, adds_up=True),
    ReportColumn("gst", "GST", Kind.MONEY, 10, adds_up=True),
    ReportColumn("amount", "Amount", Kind.MONEY, 12, adds_up=True),
    *_MARGIN_COLUMNS,
)


def _line_values(sums: LineSums) -> tuple[Value, ...]:
    amounts = (sums.gross, sums.discount, sums.taxable, sums.tax, sums.amount)
    return (sums.lines, *map(Money, amounts), *margin(sums.taxable, sums.cost))


def _items_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    columns = (Item.id, Item.code, Item.name, Item.manufacturer, Item.salts, Item.pack_label, Item.pieces_per_pack)
    for part in in_parts(ids):
        rows = session.execute(select(*columns).where(Item.id.in_(part)))
        found.update({row.id: row for row in rows})
    return found


def _item_rows(reading: Reading) -> Iterator[ReportRow]:
    sums = item_sums(reading)
    items = _items_of(reading.session, list(sums))
    makers = _called(reading.asked.texts.get("maker"), {item.manufacturer or NO_MAKER for item in items.values()})
    salts = _called(reading.asked.texts.get("salt"), {item.salts or NO_SALT for item in items.values()})
    span = days_said(reading.asked.span)
    for item_id, part in sorted(sums.items(), key=lambda entry: (-entry[1].amount, items[entry[0]].name.casefold())):
        item = items[item_id]
        if (item.manufacturer or NO_MAKER) not in makers or (item.salts or NO_SALT) not in salts:
            continue
        head: tuple[Value, ...] = (
            item.name,
            item.code,
            item.pack_label,
            item.manufacturer,
            item.salts,
            Quantity(part.units, item.pieces_per_pack),
            Quantity(part.free_units, item.pieces_per_pack),
        )
        yield ReportRow((*head, *_line_values(part)), ToReport("item-sales", {"item": item.code, **span}))


def _called(asked: str | None, names: set[str]) -> set[str]:
    """Return the names that are meant: the very one, in any case, else those in which every word stands."""
    if asked is None:
        return names
    meant = asked.casefold()
    exact = {name for name in names if name.casefold() == meant}
    return exact or {name for name in names if all(word in name.casefold() for word in meant.split())}


def _folded_rows(reading: Reading, *, label: Callable[[Any], str], parameter: str) -> Iterator[ReportRow]:
    sums = item_sums(reading)
    items = _items_of(reading.session, list(sums))
    found: defaultdict[str, list[LineSums]] = defaultdict(list)
    for item_id, part in sums.items():
        found[label(items[item_id])].append(part)
    whole = {name: LineSums(*map(sum, zip(*parts, strict=True))) for name, parts in found.items()}
    span = days_said(reading.asked.span)
    for name, part in sorted(whole.items(), key=lambda entry: (-entry[1].amount, entry[0].casefold())):
        target = ToReport("sales-by-item", {parameter: name, **span})
        yield ReportRow((name, len(found[name]), *_line_values(part)), target)


BY_ITEM = Report(
    id="sales-by-item",
    title="Sales by item",
    about="What was sold of each item, the one that brought most first.",
    section=Section.SALES,
    columns=(
        ReportColumn("item", "Item", letters=24, stretches=True),
        ReportColumn("code", "Code", letters=10, under="item"),
        ReportColumn("pack", "Pack", letters=8),
        ReportColumn("maker", "Maker", letters=14, under="item", groups=True),
        ReportColumn("salt", "Salt", letters=14, under="item", extra=True, groups=True),
        ReportColumn("sold", "Sold", Kind.QUANTITY, 9),
        ReportColumn("free", "Free", Kind.QUANTITY, 7, extra=True),
        *_LINE_COLUMNS,
    ),
    rows=_item_rows,
    parameters=(
        days_parameter(),
        Parameter("maker", "Maker", Ask.TEXT, hint="the name or words of it"),
        Parameter("salt", "Salt", Ask.TEXT, hint="words of it"),
    ),
    own_day=True,
    sources=_BILLS,
)
BY_SALT = Report(
    id="sales-by-salt",
    title="Sales by salt",
    about="What was sold of each composition, whoever makes it.",
    section=Section.SALES,
    columns=(
        ReportColumn("salt", "Salt", letters=30, stretches=True),
        ReportColumn("items", "Items", Kind.COUNT, 6),
        *_LINE_COLUMNS,
    ),
    rows=partial(_folded_rows, label=lambda item: item.salts or NO_SALT, parameter="salt"),
    parameters=(days_parameter(),),
    own_day=True,
    sources=_BILLS,
)
BY_MAKER = Report(
    id="sales-by-maker",
    title="Sales by maker",
    about="What was sold of each company's items.",
    section=Section.SALES,
    columns=(
        ReportColumn("maker", "Maker", letters=30, stretches=True),
        ReportColumn("items", "Items", Kind.COUNT, 6),
        *_LINE_COLUMNS,
    ),
    rows=partial(_folded_rows, label=lambda item: item.manufacturer or NO_MAKER, parameter="maker"),
    parameters=(days_parameter(),),
    own_day=True,
    sources=_BILLS,
)
SALES = (BY_DAY, BY_HOUR, BY_ITEM, BY_SALT, BY_MAKER, BY_CUSTOMER, BY_PRESCRIBER, BY_USER, BY_COUNTER)
