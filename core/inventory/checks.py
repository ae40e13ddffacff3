"""Proves the stock balances against the movements they were kept from."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.inventory.model import StockBalance, StockMovement


def check_stock(session: Session) -> Iterator[Finding]:
    """Yield every balance that is not the sum of its lot's movements at its location, and any below zero."""
    moved = {
        (lot, location): int(units)
        for lot, location, units in session.execute(
            select(StockMovement.lot_id, StockMovement.location_id, func.sum(StockMovement.units)).group_by(
                StockMovement.lot_id, StockMovement.location_id
            )
        )
    }
    kept = {
        (lot, location): units
        for lot, location, units in session.execute(
            select(StockBalance.lot_id, StockBalance.location_id, StockBalance.units)
        )
    }
    for place in sorted(moved.keys() | kept.keys()):
        said, found = moved.get(place, 0), kept.get(place, 0)
        key = "/".join(part.hex for part in place)
        if said != found:
            yield Finding("verify.stock_differs", "stock_balance", key, f"{said} units moved, {found} kept")
        elif found < 0:
            yield Finding("verify.stock_negative", "stock_balance", key, f"{found} units")
