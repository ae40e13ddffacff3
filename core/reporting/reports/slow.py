"""The report of stock that does not sell: money that stands on the shelf until it expires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core.auth.permissions import Permission
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn
from core.reporting.dashboard_sales import named_items
from core.reporting.dashboard_stock import first_unsold, items_since_before, last_sold, standing_batches
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import STOCK_NEEDS, Reading, Report, ReportRow, Section, Source, ToReport

_USUAL_DAYS = 60


def _rows(reading: Reading) -> Iterator[ReportRow]:
    since = reading.today - timedelta(days=reading.asked.numbers.get("unsold", _USUAL_DAYS))
    standing = items_since_before(standing_batches(reading.session, reading.today, []), since)
    # by MRP: who may not see cost is not shown the order of it either
    ordered = sorted(standing, key=lambda item: (-item.mrp, item.item_id))
    unsold = first_unsold(reading.session, ordered, since, len(ordered))
    ids = [item.item_id for item in unsold]
    names, sold = named_items(reading.session, ids), last_sold(reading.session, ids)
    for item in unsold:
        name = names[item.item_id]
        yield ReportRow(
            (
                name.name,
                name.code,
                name.pack,
                Quantity(item.units, name.pieces),
                Money(item.cost),
                Money(item.mrp),
                sold[item.item_id],
            ),
            ToReport("stock", {"item": name.code}),
        )


SLOW_STOCK = Report(
    id="slow-stock",
    title="Stock that does not sell",
    about="Items that stand and were not sold for so many days, what is worth most first; new goods are left out.",
    section=Section.STOCK,
    columns=(
        ReportColumn("item", "Item", letters=24, stretches=True),
        ReportColumn("code", "Code", letters=10, under="item"),
        ReportColumn("pack", "Pack", letters=8),
        ReportColumn("stock", "Stock", Kind.QUANTITY, 9),
        ReportColumn("cost", "Cost value", Kind.MONEY, 13, adds_up=True, need=Permission.SEE_COST),
        ReportColumn("mrp_value", "MRP value", Kind.MONEY, 13, adds_up=True),
        ReportColumn("last_sold", "Last sold", Kind.DATE, 11),
    ),
    rows=_rows,
    # not "days": that is the name of a first and a last day
    parameters=(Parameter("unsold", "Days without a sale", Ask.NUMBER, default=str(_USUAL_DAYS)),),
    needs=STOCK_NEEDS,
    sources=frozenset({Source.STOCK, Source.BILLS, Source.ITEMS}),
)
