"""Proves the stock balances against the movements they were kept from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.catalog.model import Item
from core.catalog.naming import index_words
from core.catalog.queries import salt_keys
from core.inventory.awaiting import AWAITED, settled_stock
from core.inventory.model import AwaitedStock, Batch, BatchCorrection, StockBalance, StockMovement, WrittenBatch
from core.ledger import chart
from core.ledger.model import LedgerEntry
from core.storage import search_index
from core.storage.prepared import Prepared

_MOVED = Prepared(
    select(StockMovement.lot_id, StockMovement.location_id, StockMovement.units, StockMovement.cost_paise)
)
_KEPT = Prepared(select(StockBalance.lot_id, StockBalance.location_id, StockBalance.units, StockBalance.cost_paise))


def check_stock(session: Session) -> Iterator[Finding]:
    """Yield every balance that is not the sum of its lot's movements at its location, and any below zero.

    All balances together must be worth what the ledger says of stock.
    """
    # added up here: to group them SQLite would sort every movement there is
    moved: dict[tuple[Any, Any], tuple[int, int]] = {}
    for lot, location, units, cost in _MOVED.raw_stream(session):
        before = moved.get((lot, location), (0, 0))
        moved[lot, location] = before[0] + units, before[1] + cost
    summed = {(_as_id(lot), _as_id(location)): sums for (lot, location), sums in moved.items()}
    kept = {(lot, location): (units, cost) for lot, location, units, cost in _KEPT.rows(session)}
    for place in sorted(summed.keys() | kept.keys()):
        said, found = summed.get(place, (0, 0)), kept.get(place, (0, 0))
        key = "/".join(part.hex for part in place)
        if said != found:
            detail = f"{said[0]} units of {said[1]} paise moved, {found[0]} of {found[1]} kept"
            yield Finding("verify.stock_differs", "stock_balance", key, detail)
        elif found[0] < 0:
            yield Finding("verify.stock_negative", "stock_balance", key, f"{found[0]} units")
    worth = sum(cost for _, cost in kept.values())
    booked = session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.amount_paise), 0)).where(LedgerEntry.account == chart.STOCK.code)
    )
    if worth != int(booked or 0):
        yield Finding(
            "verify.stock_worth", "ledger_entry", chart.STOCK.code, f"{worth} paise of stock, {booked} booked"
        )


def check_batches(session: Session) -> Iterator[Finding]:
    """Yield every batch that is not as it was first written, or as it was corrected last."""
    columns = ("item_id", "number", "expiry", "expiry_precision", "mrp_paise")

    def said(model: Any) -> Any:
        return (model.batch_id if model is BatchCorrection else model.id, *(getattr(model, name) for name in columns))

    should = {key: tuple(print_) for key, *print_ in session.execute(select(*said(WrittenBatch)))}
    corrections = select(*said(BatchCorrection)).order_by(BatchCorrection.at, BatchCorrection.id)
    should |= {key: tuple(print_) for key, *print_ in session.execute(corrections)}
    stands = {key: tuple(print_) for key, *print_ in session.execute(select(*said(Batch)))}
    for key in sorted(should.keys() | stands.keys()):
        one, other = should.get(key), stands.get(key)
        if one != other:
            detail = f"{_print_words(one)} was written, {_print_words(other)} stands"
            yield Finding("verify.batch_differs", "batch_now", key.hex, detail)


def _print_words(said: tuple[Any, ...] | None) -> str:
    return "nothing" if said is None else f"{said[1]}, expiry {said[2]}, MRP {said[4]} paise"


def check_awaited(session: Session) -> Iterator[Finding]:
    """Yield every lot sold before its purchase that is settled for more than it has or did not come in as it says.

    What is still awaited must together be worth what the ledger says.
    """
    settled = settled_stock()
    came_in = (
        select(StockMovement.lot_id, StockMovement.units, StockMovement.cost_paise)
        .where(StockMovement.units > 0, StockMovement.document_kind == AWAITED)
        .subquery()
    )
    rows = session.execute(
        select(
            AwaitedStock.lot_id,
            AwaitedStock.units,
            AwaitedStock.cost_paise,
            func.coalesce(settled.c.units, 0),
            func.coalesce(settled.c.cost, 0),
            came_in.c.units,
            came_in.c.cost_paise,
        )
        .outerjoin(settled, settled.c.lot_id == AwaitedStock.lot_id)
        .outerjoin(came_in, came_in.c.lot_id == AwaitedStock.lot_id)
    )
    open_cost = 0
    for lot_id, units, cost, units_settled, cost_settled, units_in, cost_in in rows:
        open_cost += cost - int(cost_settled)
        if units_settled > units or (units_settled == units and cost_settled != cost):
            detail = f"{units} units of {cost} paise awaited, {units_settled} of {cost_settled} settled"
            yield Finding("verify.awaited_differs", "awaited_settlement", lot_id.hex, detail)
        if (units_in, cost_in) != (units, cost):
            detail = f"{units} units of {cost} paise awaited, {units_in} of {cost_in} came in"
            yield Finding("verify.awaited_differs", "awaited_stock", lot_id.hex, detail)
    booked = session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.amount_paise), 0)).where(LedgerEntry.account == chart.AWAITED.code)
    )
    if open_cost != -int(booked or 0):
        yield Finding(
            "verify.awaited_differs",
            "ledger_entry",
            chart.AWAITED.code,
            f"{open_cost} paise awaited, {-int(booked or 0)} booked",
        )


def _as_id(part: bytes | UUID) -> UUID:
    """Return an id that the driver gave: bytes, but of PostgreSQL a UUID already."""
    return UUID(bytes=part) if isinstance(part, bytes) else part


def check_search(session: Session) -> Iterator[Finding]:
    """Yield every item that searches would not find as they should: its words are not those it was indexed by."""
    held = set(session.scalars(select(StockBalance.item_id).distinct()))
    keys = salt_keys(session)
    columns = (Item.id, Item.name, Item.brand, Item.salts, Item.manufacturer, Item.code)
    items = session.execute(select(*columns)).yield_per(1_000)
    said = (
        (item_id, index_words(identity, keys.get(item_id, ()), held=item_id in held)) for item_id, *identity in items
    )
    for item_id in search_index.differing(session, said):
        yield Finding("verify.search_differs", "item_search", item_id.hex)
