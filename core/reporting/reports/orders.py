"""Reports of buying: what is ordered and has not come, and what should be ordered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from core.auth.permissions import Permission
from core.kernel.money import Money
from core.purchasing.order_dto import OrderLineView, OrderState, days_late, state_of
from core.purchasing.order_queries import open_lines
from core.purchasing.suggesting import suggestions
from core.reporting.columns import Kind, Quantity, ReportColumn
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import PURCHASE_NEEDS, Reading, Report, ReportRow, Section, Source, ToReport

_USUAL_DAYS = 7
_STATES = {OrderState.OPEN: "Nothing came", OrderState.PART_RECEIVED: "Part of it came", OrderState.RECEIVED: "Came"}
_SUPPLIER = Parameter("supplier", "Supplier", Ask.SUPPLIER, hint="name, telephone or GSTIN")
_ITEM = (
    ReportColumn("item", "Item", letters=24, stretches=True),
    ReportColumn("code", "Code", letters=10, under="item"),
    ReportColumn("pack", "Pack", letters=8),
    ReportColumn("maker", "Maker", letters=14, under="item", groups=True),
)


def _orders(reading: Reading) -> Iterator[ReportRow]:
    supplier: Any = reading.asked.keys.get("supplier")
    for each in open_lines(reading.session, supplier):
        line, pieces = each.line, each.line.pieces_per_pack
        awaited = Quantity(line.open_units, pieces) if line.open_units else None
        values = (
            each.number,
            each.on_date,
            each.supplier_name,
            line.item_name,
            line.item_code,
            line.pack_label,
            line.manufacturer,
            Quantity(line.ordered_units, pieces),
            Quantity(line.received_units, pieces),
            awaited,
            each.expected_on,
            days_late(each.expected_on, reading.today) if awaited else None,
            _state(line),
            line.origin.words,
            line.value,
        )
        yield ReportRow(values, ToReport("stock", {"item": line.item_code}))


def _state(line: OrderLineView) -> str:
    return _STATES[state_of(is_closed=False, has_come=line.received_units > 0, is_short=line.open_units > 0)]


def _reorder(reading: Reading) -> Iterator[ReportRow]:
    supplier: Any = reading.asked.keys.get("supplier")
    days = reading.asked.numbers.get("sold", _USUAL_DAYS)
    since = reading.today - timedelta(days=days - 1) if days else None
    found = suggestions(reading.session, supplier, reading.today, since)
    for done, each in enumerate(found):
        reading.tick(done, len(found))
        pieces = each.pieces_per_pack
        rate: Money | None = None if each.last_rate is None else each.last_rate.times(1)
        values = (
            each.supplier_name,
            each.item_name,
            each.item_code,
            each.pack_label,
            each.manufacturer,
            Quantity(each.stock_units, pieces),
            Quantity(each.on_order_units, pieces) if each.on_order_units else None,
            Quantity(each.minimum_units, pieces) if each.minimum_units else None,
            Quantity(each.wanted_units, pieces) if each.wanted_units else None,
            Quantity(each.sold_units, pieces) if each.sold_units else None,
            Quantity(each.units, pieces),
            each.supplier_code,
            each.lasts or None,
            each.origin.words,
            each.last_supplier_name,
            rate,
            each.value,
        )
        yield ReportRow(values, ToReport("stock", {"item": each.item_code}))


OPEN_ORDERS = Report(
    id="orders",
    title="Open orders",
    about="Orders of which something has not come, line by line, with what came and how late the rest is.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("number", "Order", letters=17, groups=True),
        ReportColumn("date", "Date", Kind.DATE, 10, under="number"),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        *_ITEM,
        ReportColumn("ordered", "Ordered", Kind.QUANTITY, 9),
        ReportColumn("received", "Received", Kind.QUANTITY, 9),
        ReportColumn("open", "Open", Kind.QUANTITY, 9),
        ReportColumn("expected", "Expected", Kind.DATE, 10),
        ReportColumn("late", "Days late", Kind.COUNT, 8),
        ReportColumn("state", "State", letters=14, groups=True, extra=True),
        ReportColumn("why", "Why", letters=12, groups=True, extra=True),
        ReportColumn("value", "Value", Kind.MONEY, 12, adds_up=True, need=Permission.SEE_COST),
    ),
    rows=_orders,
    parameters=(_SUPPLIER,),
    needs=PURCHASE_NEEDS,
    sources=frozenset({Source.STOCK, Source.ITEMS, Source.PARTIES}),
    note="Free goods are among what is ordered; the value is without them, at the rate that was expected, without GST.",
)
REORDER = Report(
    id="reorder",
    title="What to order",
    about="What stands below its minimum, is wanted or was sold, less what stands and is on order, by supplier.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        *_ITEM,
        ReportColumn("stock", "Stock", Kind.QUANTITY, 9),
        ReportColumn("on_order", "On order", Kind.QUANTITY, 9),
        ReportColumn("minimum", "Minimum", Kind.QUANTITY, 9),
        ReportColumn("wanted", "Wanted", Kind.QUANTITY, 9),
        ReportColumn("sold", "Sold", Kind.QUANTITY, 9),
        ReportColumn("order", "To order", Kind.QUANTITY, 9),
        ReportColumn("supplier_code", "Supplier's code", letters=12, under="supplier", extra=True),
        ReportColumn("lasts", "Lasts (months)", letters=8),
        ReportColumn("why", "Why", letters=12, groups=True),
        ReportColumn("last_supplier", "Last supplier", letters=16, groups=True, extra=True),
        ReportColumn("rate", "Last rate", Kind.MONEY, 10, need=Permission.SEE_COST),
        ReportColumn("value", "Value", Kind.MONEY, 12, adds_up=True, need=Permission.SEE_COST),
    ),
    rows=_reorder,
    parameters=(
        _SUPPLIER,
        Parameter(
            "sold", "Sold in so many days", Ask.NUMBER, default=str(_USUAL_DAYS), hint="1 is today, 0 leaves sales out"
        ),
    ),
    needs=PURCHASE_NEEDS,
    sources=frozenset({Source.STOCK, Source.BILLS, Source.ITEMS, Source.PARTIES}),
    note="What is expired or held does not stand here. It lasts with all that is on order and to be ordered.",
)
ORDERS = (OPEN_ORDERS, REORDER)
