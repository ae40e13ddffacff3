"""The list of quotations that wait: its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.kernel.dates import show_date
from core.kernel.money import Money
from core.sales.quotations import QuotationHit
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """A quotation as the list shows it; ``has_ended`` where its prices hold no more."""

    number: str
    on_date: date
    customer: str
    phone: str
    items: str
    total: Money
    valid_until: date
    has_ended: bool


def quotation_row(hit: QuotationHit, today: date) -> QuotationRow:
    """Return the row of a quotation."""
    return QuotationRow(
        number=hit.number,
        on_date=hit.on_date,
        customer=hit.customer_name or "",
        phone=hit.customer_phone or "",
        items=", ".join(hit.items),
        total=hit.total,
        valid_until=hit.valid_until,
        has_ended=hit.valid_until < today,
    )


QUOTATION_COLUMNS: tuple[Column[QuotationRow], ...] = (
    Column("number", tr("Quotation"), lambda row: row.number, 18),
    Column("date", tr("Date"), lambda row: show_date(row.on_date), 10),
    Column("customer", tr("Customer"), lambda row: row.customer, 22),
    Column("phone", tr("Telephone"), lambda row: row.phone, 13),
    Column(
        "items",
        tr("Items"),
        lambda row: row.items,
        stretches=True,
        tone=lambda row: Tone.MUTED,
        tooltip=lambda row: row.items,
    ),
    Column(
        "valid_until",
        tr("Valid until"),
        lambda row: show_date(row.valid_until),
        21,
        badges=lambda row: (Badge(tr("ENDED"), Tone.WARNING),) if row.has_ended else (),
    ),
    Column("total", tr("Total"), lambda row: row.total.grouped(), 11, Align.RIGHT, bold=True),
)
