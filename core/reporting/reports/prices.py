"""What items cost from purchase to purchase: the history of one, and what went up or down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.batch_dto import Print, corrected_words
from core.inventory.batches import corrected_since
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.days import Preset
from core.kernel.money import BASIS_POINTS, Money, Rate
from core.kernel.rounding import divide_half_away
from core.parties.queries import all_ids
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import PURCHASE_NEEDS, Reading, Report, ReportRow, Section, ToReport
from core.reporting.reports.purchases import PURCHASES_FROM, SUPPLIER, cost_column

#: A change of so many percent is told until another is asked for.
_USUAL_PERCENT = 5
_BILL_BACK = exists(
    select(1).where(SupplierBillReversal.bill_id == SupplierBillLine.bill_id).correlate(SupplierBillLine)
)
_PURCHASES = (
    select(
        GoodsReceipt.on_date,
        GoodsReceipt.at,
        GoodsReceipt.id,
        GoodsReceiptLine.line,
        GoodsReceipt.number,
        GoodsReceipt.supplier_id,
        GoodsReceipt.supplier_name,
        GoodsReceiptLine.item_id,
        GoodsReceiptLine.item_code,
        GoodsReceiptLine.item_name,
        GoodsReceiptLine.pieces_per_pack,
        GoodsReceiptLine.batch_id,
        GoodsReceiptLine.batch_number,
        GoodsReceiptLine.expiry,
        GoodsReceiptLine.expiry_precision,
        GoodsReceiptLine.mrp_paise,
        GoodsReceiptLine.billed_units,
        GoodsReceiptLine.free_units,
        GoodsReceiptLine.short_units,
        GoodsReceiptLine.damaged_units,
        GoodsReceiptLine.rate_parts,
        GoodsReceiptLine.is_provisional,
        GoodsReceiptLine.cost_paise,
        SupplierBill.number.label("bill"),
        SupplierBill.billed_on,
        SupplierBillLine.mrp_paise.label("bill_mrp"),
        SupplierBillLine.billed_units.label("bill_units"),
        SupplierBillLine.rate_parts.label("bill_rate"),
        SupplierBillLine.taxable_paise,
        SupplierBillLine.cost_paise.label("bill_cost"),
    )
    .select_from(GoodsReceiptLine)
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .outerjoin(
        SupplierBillLine,
        and_(
            SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id,
            SupplierBillLine.receipt_line == GoodsReceiptLine.line,
            ~_BILL_BACK,
        ),
    )
    .outerjoin(SupplierBill, SupplierBill.id == SupplierBillLine.bill_id)
    .where(~exists(select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceipt.id).correlate(GoodsReceipt)))
)


class _Bought(NamedTuple):
    """A purchase of an item: a line of a receipt, with what a bill asks for it where one does.

    ``landed`` is what a sale pack cost in the end, discounts, free goods and charges inside, None where nobody knows
    yet or nothing was asked; ``change`` basis points against the purchase before; ``now`` what its packs print, where
    that was put right since.
    """

    row: Any
    now: Print | None
    accepted: int
    cost: int
    landed: Money | None
    before: Money | None
    change: int | None
    extra: Money | None

    @property
    def mrp(self) -> Money:
        """What a pack may be sold for: as its packs print it, else as the bill has it, else as the receipt."""
        if self.now is not None and self.now.mrp.paise != self.row.mrp_paise:
            return self.now.mrp
        return Money(self.row.mrp_paise if self.row.bill_mrp is None else self.row.bill_mrp)


def _purchases(session: Session, item_ids: Iterable[UUID]) -> Iterator[_Bought]:
    """Yield the standing purchases of items, item by item, the oldest first."""
    for part in in_parts(item_ids):
        rows = session.execute(_PURCHASES.where(GoodsReceiptLine.item_id.in_(part))).all()
        by_item: defaultdict[UUID, list[tuple[Any, Print | None]]] = defaultdict(list)
        for row, now in zip(rows, corrected_since(session, rows), strict=True):
            by_item[row.item_id].append((row, now))
        for of_item in by_item.values():
            yield from _compared(sorted(of_item, key=lambda one: (one[0].on_date, one[0].at, one[0].id, one[0].line)))


def _compared(rows: Sequence[tuple[Any, Print | None]]) -> Iterator[_Bought]:
    before: tuple[int, int] | None = None  # what how many smallest units cost
    for row, now in rows:
        accepted = row.billed_units + row.free_units - row.short_units - row.damaged_units
        cost = row.cost_paise if row.bill_cost is None else row.bill_cost
        is_known = bool(accepted and cost and not (row.is_provisional and row.bill_cost is None))
        if not is_known:
            yield _Bought(row, now, accepted, cost, None, None, None, None)
            continue
        landed, earlier, change, extra = _per_pack(row, cost, accepted), None, None, None
        if before is not None:
            paise, units = before
            earlier = _per_pack(row, paise, units)
            change = divide_half_away((cost * units - paise * accepted) * BASIS_POINTS, paise * accepted)
            extra = Money(cost - divide_half_away(paise * accepted, units))
        before = (cost, accepted)
        yield _Bought(row, now, accepted, cost, landed, earlier, change, extra)


def _per_pack(row: Any, paise: int, units: int) -> Money:
    return Money(divide_half_away(paise * row.pieces_per_pack, units))


def _rate(parts: int | None) -> Money | None:
    return None if parts is None else Rate(parts).times(1)


# --- price history of an item ----------------------------------------------------------------------------------------


def _history(reading: Reading) -> Iterator[ReportRow]:
    item: Any = reading.asked.keys["item"]
    suppliers = _asked_suppliers(reading)
    for each in reversed(list(_purchases(reading.session, [item]))):
        row = each.row
        if suppliers is not None and row.supplier_id not in suppliers:
            continue
        pieces = row.pieces_per_pack
        net = None if not row.bill_units else Money(divide_half_away(row.taxable_paise * pieces, row.bill_units))
        values: tuple[Value, ...] = (
            row.on_date,
            row.supplier_name,
            row.number,
            row.bill,
            row.billed_on,
            corrected_words(row.batch_number, each.now and each.now.number),
            Expiry(row.expiry, ExpiryPrecision(row.expiry_precision)) if row.expiry_precision else None,
            each.mrp,
            Quantity(row.billed_units, pieces) if row.billed_units else None,
            Quantity(row.free_units, pieces) if row.free_units else None,
            _rate(row.rate_parts if row.bill_rate is None else row.bill_rate),
            net if net is not None else _rate(row.rate_parts),
            each.landed,
            each.change,
        )
        yield ReportRow(values, ToReport("batch-trace", {"item": row.item_code, "batch": row.batch_number}))


def _asked_suppliers(reading: Reading) -> frozenset[UUID] | None:
    supplier: Any = reading.asked.keys.get("supplier")
    return None if supplier is None else frozenset(all_ids(reading.session, supplier))


PRICE_HISTORY = Report(
    id="price-history",
    title="Price history of an item",
    about="Every purchase of an item, the newest first: from whom, at what rate, MRP and scheme, and what a pack cost.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Received", Kind.DATE, 10),
        ReportColumn("supplier", "Supplier", letters=18, stretches=True, groups=True),
        ReportColumn("receipt", "Receipt", letters=17),
        ReportColumn("bill", "Bill", letters=13),
        ReportColumn("billed_on", "Dated", Kind.DATE, 10, under="bill"),
        ReportColumn("batch", "Batch", letters=10),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8, extra=True),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9, groups=True),
        ReportColumn("quantity", "Billed", Kind.QUANTITY, 8),
        ReportColumn("free", "Free", Kind.QUANTITY, 7),
        cost_column("rate", "Rate", 10, adds_up=False),
        cost_column("net", "Net rate", 10, adds_up=False),
        cost_column("landed", "Cost of a pack", 10, adds_up=False),
        cost_column("change", "Change %", 8, kind=Kind.PERCENT, adds_up=False),
    ),
    rows=_history,
    parameters=(Parameter("item", "Item", Ask.ITEM, required=True, hint="code or barcode"), SUPPLIER),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
    note="Rate is before, net rate after discounts, both without GST. The cost of a pack has free goods and charges "
    "inside; the change is against the purchase before. What was taken back is left out.",
)


# --- what went up or down --------------------------------------------------------------------------------------------


def _drift(reading: Reading) -> Iterator[ReportRow]:
    span = reading.asked.span
    least = reading.asked.numbers.get("percent", _USUAL_PERCENT) * 100
    suppliers = _asked_suppliers(reading)
    items = reading.session.scalars(
        select(GoodsReceiptLine.item_id)
        .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
        .where(GoodsReceipt.on_date >= span.first, GoodsReceipt.on_date <= span.last)
        .distinct()
    ).all()
    found: list[_Bought] = []
    for done, part in enumerate(parts := list(in_parts(items))):
        reading.tick(done, len(parts))
        found += (
            each
            for each in _purchases(reading.session, part)
            if each.change is not None
            and abs(each.change) > least
            and _is_within(each, span.first, span.last)
            and (suppliers is None or each.row.supplier_id in suppliers)
        )
    for each in sorted(found, key=lambda each: (each.row.on_date, each.row.at, each.row.id, each.row.line)):
        row = each.row
        values: tuple[Value, ...] = (
            row.on_date,
            row.item_name,
            row.item_code,
            row.supplier_name,
            row.number,
            row.bill,
            Quantity(each.accepted, row.pieces_per_pack),
            each.mrp,
            each.before,
            each.landed,
            each.change,
            each.extra,
        )
        yield ReportRow(values, ToReport("price-history", {"item": row.item_code}))


def _is_within(each: _Bought, first: date, last: date) -> bool:
    day: date = each.row.on_date
    return first <= day <= last


RATE_DRIFT = Report(
    id="rate-drift",
    title="Prices that changed",
    about="Purchases in which a pack cost more or less than in the purchase before, by more than so many percent.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Received", Kind.DATE, 10),
        ReportColumn("item", "Item", letters=22, stretches=True, groups=True),
        ReportColumn("code", "Code", letters=10, under="item"),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        ReportColumn("receipt", "Receipt", letters=17),
        ReportColumn("bill", "Bill", letters=13),
        ReportColumn("quantity", "Came", Kind.QUANTITY, 9),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9, extra=True),
        cost_column("before", "Pack before", 11, adds_up=False),
        cost_column("now", "Pack now", 11, adds_up=False),
        cost_column("change", "Change %", 9, kind=Kind.PERCENT, adds_up=False),
        cost_column("extra", "More for it", 11),
    ),
    rows=_drift,
    parameters=(
        days_parameter(Preset.THIS_MONTH),
        Parameter("percent", "More than percent", Ask.NUMBER, default=str(_USUAL_PERCENT), hint="0 tells every change"),
        SUPPLIER,
    ),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
    note="What a pack cost has discounts, free goods and charges inside, GST only where it is not recovered.",
)
PRICES = (PRICE_HISTORY, RATE_DRIFT)
