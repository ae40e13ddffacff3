"""Reports of what was bought: by day, supplier, item and maker, the bills one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.auth.permissions import Permission
from core.kernel.days import Days, Preset
from core.kernel.money import Money
from core.purchasing.model import SupplierBill
from core.reporting.bought import (
    NO_LINES,
    BoughtSums,
    PurchaseSums,
    asked_supplier,
    bought_sums,
    landed_of,
    purchase_documents,
    purchase_sums,
    suppliers_of,
)
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.documents import place_of
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import PURCHASE_NEEDS, Key, Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.sold import By, days_said
from core.reporting.standing import items_of
from core.reporting.streams import in_batches

DAYS_BOUGHT = days_parameter(Preset.THIS_MONTH)
SUPPLIER = Parameter("supplier", "Supplier", Ask.SUPPLIER, hint="name, telephone or GSTIN")
PURCHASES_FROM = frozenset({Source.STOCK, Source.PARTIES})
NO_MAKER = "No maker entered"
#: What stands below the lines of bills, so that items add up to the bills.
_BELOW = "Charges, discounts below and round-off"


def cost_column(
    name: str, title: str, letters: int = 12, *, kind: Kind = Kind.MONEY, adds_up: bool = True, extra: bool = False
) -> ReportColumn:
    """Return a column that says what goods cost."""
    return ReportColumn(name, title, kind, letters, adds_up=adds_up, extra=extra, need=Permission.SEE_COST)


TAX_COLUMNS = (
    cost_column("taxable", "Taxable", 13),
    cost_column("cgst", "CGST", 11),
    cost_column("sgst", "SGST", 11),
    cost_column("igst", "IGST", 11),
    cost_column("gst", "GST", 11),
)
_BILL_COLUMNS = (
    ReportColumn("bills", "Bills", Kind.COUNT, 6, adds_up=True),
    ReportColumn("taken_back", "Taken back", Kind.COUNT, 8, adds_up=True),
    *TAX_COLUMNS,
    cost_column("other", "Without GST", 11, extra=True),
    cost_column("tcs", "TCS", 9, extra=True),
    cost_column("round_off", "Round off", 9),
    cost_column("total", "Total", 13),
    cost_column("cost", "Cost of goods", 13),
)
_LINE_COLUMNS = (
    ReportColumn("lines", "Lines", Kind.COUNT, 6, adds_up=True),
    cost_column("gross", "Gross", extra=True),
    cost_column("discount", "Discount", 10, extra=True),
    *TAX_COLUMNS,
    cost_column("amount", "Amount", 13),
    cost_column("cost", "Cost of goods", 13),
)


# --- by day and supplier ---------------------------------------------------------------------------------------------

#: The first columns' values, what orders the rows, and what Enter opens.
_Labelled = tuple[tuple[Value, ...], Any, ToReport]


def _by_bill(
    name: str,
    title: str,
    about: str,
    heads: Sequence[ReportColumn],
    by: By,
    label: Callable[[Reading, Sequence[Key]], Mapping[Key, _Labelled]],
) -> Report:
    """Return a report of suppliers' bills put together; several keys with one label are one row."""

    def rows(reading: Reading) -> Iterator[ReportRow]:
        sums = purchase_sums(reading, by)
        labels = label(reading, list(sums))
        merged: dict[tuple[Value, ...], tuple[Any, PurchaseSums, ToReport]] = {}
        for key, part in sums.items():
            values, order, target = labels[key]
            before = merged.get(values)
            whole = part if before is None else PurchaseSums(*map(sum, zip(part, before[1], strict=True)))
            merged[values] = (order, whole, target)
        for values, (_, whole, target) in sorted(merged.items(), key=lambda entry: (entry[1][0], str(entry[0]))):
            yield ReportRow((*values, *whole.values), target)

    return Report(
        id=name,
        title=title,
        about=about,
        section=Section.PURCHASES,
        columns=(*heads, *_BILL_COLUMNS),
        rows=rows,
        parameters=(DAYS_BOUGHT,),
        needs=PURCHASE_NEEDS,
        sources=PURCHASES_FROM,
        note="A bill counts on the day it was entered, and as a minus on the day it was taken back.",
    )


def _days(_: Reading, keys: Sequence[Key]) -> Mapping[Key, _Labelled]:
    found: dict[Key, _Labelled] = {}
    for key in keys:
        day: Any = key[0]
        found[key] = ((day,), day, ToReport("purchase-bills", days_said(Days(day, day))))
    return found


def _suppliers(reading: Reading, keys: Sequence[Key]) -> Mapping[Key, _Labelled]:
    ids: list[Any] = [key[0] for key in keys]
    cards = suppliers_of(reading.session, ids)
    span = days_said(reading.asked.span)
    return {
        (supplier_id,): (
            (card.name, card.gstin),
            card.name.casefold(),
            ToReport("purchase-bills", {"supplier": str(card.id), **span}),
        )
        for supplier_id, card in cards.items()
    }


BY_DAY = _by_bill(
    "purchases-by-day",
    "Purchases by day",
    "Suppliers' bills by the day they were entered, less those taken back on it, with taxes and cost.",
    (ReportColumn("day", "Day", Kind.DATE, 10),),
    lambda day: (day,),
    _days,
)
BY_SUPPLIER = _by_bill(
    "purchases-by-supplier",
    "Purchases by supplier",
    "What was bought from each supplier, with taxes and cost.",
    (
        ReportColumn("supplier", "Supplier", letters=20, stretches=True),
        ReportColumn("gstin", "GSTIN", letters=15, under="supplier"),
    ),
    lambda day: (SupplierBill.supplier_id,),
    _suppliers,
)


# --- by item and maker -----------------------------------------------------------------------------------------------


def _line_values(sums: BoughtSums) -> tuple[Value, ...]:
    taxes = (sums.cgst, sums.sgst, sums.igst)
    amounts = (sums.gross, sums.discount, sums.taxable, *taxes, sum(taxes), sums.amount, sums.cost)
    return (sums.lines, *map(Money, amounts))


def _added(parts: Sequence[BoughtSums]) -> BoughtSums:
    return BoughtSums(*map(sum, zip(*parts, strict=True))) if parts else NO_LINES


def _below(reading: Reading, lines: BoughtSums) -> tuple[Value, ...] | None:
    """Return what bills come to beside their lines, None where that is nothing: items add up to the bills with it."""
    parts = list(purchase_sums(reading, lambda _: (SupplierBill.tax_type,), *_of(reading)).values())
    if not parts:
        return None
    bills = PurchaseSums(*map(sum, zip(*parts, strict=True)))
    taxes = (bills.cgst - lines.cgst, bills.sgst - lines.sgst, bills.igst - lines.igst)
    amounts = (0, 0, bills.taxable - lines.taxable, *taxes, sum(taxes), bills.total - lines.amount)
    return (0, *map(Money, amounts), Money(bills.cost - lines.cost)) if any(amounts) else None


def _of(reading: Reading) -> list[Any]:
    return asked_supplier(reading, SupplierBill.supplier_id)


def _item_rows(reading: Reading) -> Iterator[ReportRow]:
    sums = bought_sums(reading, *_of(reading))
    items = items_of(reading.session, sums)
    maker = reading.asked.texts.get("maker")
    span = days_said(reading.asked.span)
    for item_id, part in sorted(sums.items(), key=lambda entry: (-entry[1].amount, items[entry[0]].name_key)):
        item = items[item_id]
        if maker is not None and (item.manufacturer or NO_MAKER).casefold() != maker.casefold():
            continue
        head = (
            item.name,
            item.code,
            item.pack_label,
            item.manufacturer,
            Quantity(part.units, item.pieces_per_pack),
            Quantity(part.free_units, item.pieces_per_pack),
        )
        yield ReportRow((*head, *_line_values(part)), ToReport("price-history", {"item": item.code}))
    below = _below(reading, _added(list(sums.values()))) if maker is None else None
    if below is not None:
        yield ReportRow((_BELOW, None, None, None, None, None, *below), ToReport("purchases-by-day", span))


def _maker_rows(reading: Reading) -> Iterator[ReportRow]:
    sums = bought_sums(reading, *_of(reading))
    items = items_of(reading.session, sums)
    found: defaultdict[str, list[BoughtSums]] = defaultdict(list)
    for item_id, part in sums.items():
        found[items[item_id].manufacturer or NO_MAKER].append(part)
    span = days_said(reading.asked.span)
    whole = {name: _added(parts) for name, parts in found.items()}
    for name, part in sorted(whole.items(), key=lambda entry: (-entry[1].amount, entry[0].casefold())):
        target = ToReport("purchases-by-item", {"maker": name, **span})
        yield ReportRow((name, len(found[name]), *_line_values(part)), target)
    below = _below(reading, _added(list(sums.values())))
    if below is not None:
        yield ReportRow((_BELOW, None, *below), ToReport("purchases-by-day", span))


BY_ITEM = Report(
    id="purchases-by-item",
    title="Purchases by item",
    about="What was bought of each item, the one that cost most first.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("item", "Item", letters=24, stretches=True),
        ReportColumn("code", "Code", letters=10, under="item"),
        ReportColumn("pack", "Pack", letters=8),
        ReportColumn("maker", "Maker", letters=14, under="item", groups=True),
        ReportColumn("bought", "Billed", Kind.QUANTITY, 9),
        ReportColumn("free", "Free", Kind.QUANTITY, 7),
        *_LINE_COLUMNS,
    ),
    rows=_item_rows,
    parameters=(DAYS_BOUGHT, SUPPLIER, Parameter("maker", "Maker", Ask.TEXT, hint="its whole name")),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM | {Source.ITEMS},
    note="The last row is what bills ask beside their lines, so that items add up to the bills.",
)
BY_MAKER = Report(
    id="purchases-by-maker",
    title="Purchases by maker",
    about="What was bought of each company's items.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("maker", "Maker", letters=30, stretches=True),
        ReportColumn("items", "Items", Kind.COUNT, 6),
        *_LINE_COLUMNS,
    ),
    rows=_maker_rows,
    parameters=(DAYS_BOUGHT, SUPPLIER),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM | {Source.ITEMS},
    note="The last row is what bills ask beside their lines, so that makers add up to the bills.",
)


# --- bills -----------------------------------------------------------------------------------------------------------

_SHOWN = (
    SupplierBill.number,
    SupplierBill.supplier_name,
    SupplierBill.supplier_gstin,
    SupplierBill.billed_on,
    SupplierBill.due_date,
    SupplierBill.username,
    SupplierBill.taxable_paise,
    SupplierBill.cgst_paise,
    SupplierBill.sgst_paise,
    SupplierBill.igst_paise,
    SupplierBill.tcs_paise,
    SupplierBill.round_off_paise,
    SupplierBill.total_paise,
    SupplierBill.set_off_paise,
)


def _bills(reading: Reading) -> Iterator[ReportRow]:
    for batch in in_batches(purchase_documents(reading, _SHOWN, _of(reading))):
        costs = landed_of(reading.session, [row.bill_id for row in batch])
        for row in batch:
            yield ReportRow(_bill_values(row, costs.get(row.bill_id, 0)), None, place_of(row))


def _bill_values(row: Any, cost: int) -> tuple[Value, ...]:
    sums = PurchaseSums(
        0,
        0,
        row.taxable_paise,
        row.cgst_paise,
        row.sgst_paise,
        row.igst_paise,
        row.tcs_paise,
        row.round_off_paise,
        row.total_paise,
        cost,
    )
    taxes = (sums.cgst, sums.sgst, sums.igst, sums.gst)
    amounts = (sums.taxable, *taxes, sums.other, sums.tcs, sums.round_off, sums.total, row.set_off_paise)
    return (
        row.day,
        row.number,
        "Bill" if row.sign > 0 else "Taken back",
        row.supplier_name,
        row.supplier_gstin,
        row.billed_on,
        row.due_date,
        row.username if row.sign > 0 else row.taken_by,
        *(Money(row.sign * paise) for paise in (*amounts, sums.total - row.set_off_paise, cost)),
        row.reason,
    )


BILL_LIST = Report(
    id="purchase-bills",
    title="Suppliers' bills",
    about="Every bill of a supplier one by one, by the day it was entered; one taken back takes its amounts back.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Entered", Kind.DATE, 10, groups=True),
        ReportColumn("number", "Number", letters=15),
        ReportColumn("what", "What", letters=10, groups=True, under="number"),
        ReportColumn("supplier", "Supplier", letters=18, stretches=True, groups=True),
        ReportColumn("gstin", "GSTIN", letters=15, under="supplier"),
        ReportColumn("billed_on", "Dated", Kind.DATE, 10),
        ReportColumn("due", "Due", Kind.DATE, 10),
        ReportColumn("user", "User", letters=10, extra=True, groups=True),
        *TAX_COLUMNS,
        cost_column("other", "Without GST", 11, extra=True),
        cost_column("tcs", "TCS", 9, extra=True),
        cost_column("round_off", "Round off", 9),
        cost_column("total", "Total", 13),
        cost_column("set_off", "Set off", 11),
        cost_column("payable", "Payable", 13, extra=True),
        cost_column("cost", "Cost of goods", 13, extra=True),
        ReportColumn("reason", "Why taken back", letters=16, extra=True),
    ),
    rows=_bills,
    parameters=(DAYS_BOUGHT, SUPPLIER),
    needs=PURCHASE_NEEDS,
    is_paged=True,
    sources=PURCHASES_FROM,
)


PURCHASES = (BY_DAY, BY_SUPPLIER, BY_ITEM, BY_MAKER, BILL_LIST)
