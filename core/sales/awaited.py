"""What was sold before its purchase was entered, as a list to look after."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.inventory.awaiting import settled_stock
from core.inventory.model import AwaitedStock
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import Money
from core.sales.dto import AwaitedView
from core.sales.model import Bill, BillLine


def awaited_purchases(session: Session) -> list[AwaitedView]:
    """Return the lines of bills whose purchase is still awaited, the oldest first, with the units that are missing."""
    settled = settled_stock()
    left = AwaitedStock.units - func.coalesce(settled.c.units, 0)
    rows = session.execute(
        select(
            Bill.number.label("bill_number"),
            AwaitedStock.on_date,
            Item.code,
            Item.name,
            BillLine.batch_number,
            BillLine.expiry,
            BillLine.expiry_precision,
            BillLine.mrp_paise,
            left.label("units"),
            Item.pieces_per_pack,
            (AwaitedStock.cost_paise - func.coalesce(settled.c.cost, 0)).label("cost"),
            AwaitedStock.username,
        )
        .join(Bill, Bill.id == AwaitedStock.document_id)
        .join(BillLine, (BillLine.bill_id == AwaitedStock.document_id) & (BillLine.line == AwaitedStock.line))
        .join(Item, Item.id == AwaitedStock.item_id)
        .outerjoin(settled, settled.c.lot_id == AwaitedStock.lot_id)
        .where(left > 0)
        .order_by(AwaitedStock.at, AwaitedStock.lot_id)
    )
    return [
        AwaitedView(
            bill_number=row.bill_number,
            date=row.on_date,
            item=row.code,
            name=row.name,
            batch=row.batch_number,
            expiry=str(Expiry(row.expiry, ExpiryPrecision(row.expiry_precision))) if row.expiry else None,
            mrp=Money(row.mrp_paise),
            units=int(row.units),  # PostgreSQL adds whole numbers up to a decimal
            pieces_per_pack=row.pieces_per_pack,
            cost=Money(int(row.cost)),
            username=row.username,
        )
        for row in rows
    ]
