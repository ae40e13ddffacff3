"""Stock: what the pack says (batch), what was bought (lot), what happened (movement), what is there (balance)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class Location(Table):
    """A place where stock stands; the shop itself is the first."""

    __tablename__ = "location"
    __table_args__ = table_options()
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_default: Mapped[bool]


class WrittenBatch(Table):
    """A batch as it was first written; its id follows from item, number, expiry and MRP, the same on every counter.

    What its packs say in truth is ``Batch``: a correction never changes this row, and never its id.
    """

    __tablename__ = "batch"
    __table_args__ = table_options(Index("ix_batch_item_id", "item_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    number: Mapped[str]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    mrp_paise: Mapped[int]


class BatchCorrection(Table):
    """That number, expiry or MRP of a batch had been mistyped: what stood, and what the packs print (ADR 82).

    ``id`` is the command's. The newest correction of a batch holds.
    """

    __tablename__ = "batch_correction"
    __table_args__ = table_options(
        Index("ix_batch_correction_item_id", "item_id", "old_number"), Index("ix_batch_correction_batch_id", "batch_id")
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    batch_id: Mapped[UUID] = mapped_column(reference("batch.id"))
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    old_number: Mapped[str]
    old_expiry: Mapped[date | None]
    old_expiry_precision: Mapped[str | None]
    old_mrp_paise: Mapped[int]
    number: Mapped[str]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    mrp_paise: Mapped[int]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class Batch(Table):
    """A batch as printed on the pack: as it was first written, or as it was corrected last. Everybody reads this.

    ``expiry`` is the last day it may be sold, ``expiry_precision`` whether the pack prints a month or a day; both
    are null for goods without expiry. ``mrp_paise`` is for one sale pack, GST included. Kept in the transaction of
    each receipt and correction, and proved from both (``check_batches``).
    """

    __tablename__ = "batch_now"
    __table_args__ = table_options(Index("ix_batch_now_item_id", "item_id"))
    role = TableRole.DERIVED

    id: Mapped[UUID] = mapped_column(reference("batch.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    number: Mapped[str]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    mrp_paise: Mapped[int]


class BatchHold(Table):
    """Every pack of an item with a batch number is put aside (a recall), until the hold is released.

    The number and not a batch's id: packs of it that come in later, at whatever MRP, are held as well. Two counters
    may hold the same number offline; each hold is released by itself.
    """

    __tablename__ = "batch_hold"
    __table_args__ = table_options(Index("ix_batch_hold_item_id_batch_number", "item_id", "batch_number"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    batch_number: Mapped[str]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class BatchRelease(Table):
    """The end of a hold."""

    __tablename__ = "batch_release"
    __table_args__ = table_options()
    role = TableRole.FACT

    hold_id: Mapped[UUID] = mapped_column(reference("batch_hold.id"), primary_key=True)
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class BatchMrp(Table):
    """What a pack of a batch may cost at most from a day on, below what it prints; the newest that has begun holds."""

    __tablename__ = "batch_mrp"
    __table_args__ = table_options()
    role = TableRole.MASTER

    batch_id: Mapped[UUID] = mapped_column(reference("batch.id"), primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    mrp_paise: Mapped[int]
    reason: Mapped[str]


class Lot(Table):
    """A receipt of a batch: where it came from and what one unit of it cost, recoverable GST outside the cost.

    ``cost_rate`` is in 1/10000 rupee for one smallest unit, rounded: what the lot is worth stands in its movements.
    """

    __tablename__ = "lot"
    __table_args__ = table_options(Index("ix_lot_batch_id", "batch_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(reference("batch.id"))
    document_id: Mapped[UUID]
    received_on: Mapped[date]
    cost_rate: Mapped[int]


class StockMovement(Table):
    """A change of stock: signed smallest units of a lot at a location, caused by a document's line.

    ``cost_paise`` has the sign of ``units``: what the stock's worth changed by.
    """

    __tablename__ = "stock_movement"
    __table_args__ = table_options(Index("ix_stock_movement_lot_id", "lot_id"))
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    document_kind: Mapped[str]
    lot_id: Mapped[UUID] = mapped_column(reference("lot.id"))
    location_id: Mapped[UUID] = mapped_column(reference("location.id"))
    units: Mapped[int]
    cost_paise: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]


_STANDS = text("units > 0")


class StockBalance(Table):
    """Units of a lot at a location and what they cost, kept in the transaction of each movement.

    Both are proved against the sums of the movements, and all costs together against the ledger's stock account.
    """

    __tablename__ = "stock_balance"
    # after some years most lots are sold out: what stands is found by itself
    __table_args__ = table_options(
        Index("ix_stock_balance_standing", "item_id", sqlite_where=_STANDS, postgresql_where=_STANDS)
    )
    role = TableRole.DERIVED

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lot.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(reference("location.id"), primary_key=True)
    units: Mapped[int]
    cost_paise: Mapped[int] = mapped_column(server_default="0")


class AwaitedStock(Table):
    """Units that a document handed out before their purchase was entered, in a lot of their own.

    The lot came in with the provisional ``cost_paise`` and went out at once: stock shows no number below nothing.
    ``document_id`` is the bill, ``line`` its line.
    """

    __tablename__ = "awaited_stock"
    __table_args__ = table_options(
        Index("ix_awaited_stock_document_id", "document_id"),
        Index("ix_awaited_stock_item_id", "item_id", "on_date"),
        Index("ix_awaited_stock_on_date", "on_date", "at", "lot_id"),
    )
    role = TableRole.FACT

    lot_id: Mapped[UUID] = mapped_column(reference("lot.id"), primary_key=True)
    document_id: Mapped[UUID]
    line: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    units: Mapped[int]
    cost_paise: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class AwaitedSettlement(Table):
    """Units of an awaited lot that are awaited no longer: the bill was cancelled, or a receipt brought them.

    ``cost_paise`` is their share of the lot's provisional cost; ``landed_paise`` what they cost as the receipt that
    brought them values them, null where none did.
    """

    __tablename__ = "awaited_settlement"
    __table_args__ = table_options()
    role = TableRole.FACT

    lot_id: Mapped[UUID] = mapped_column(reference("awaited_stock.lot_id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_kind: Mapped[str]
    units: Mapped[int]
    cost_paise: Mapped[int]
    landed_paise: Mapped[int | None]
    on_date: Mapped[date]
    at: Mapped[datetime]


class ItemPopularity(Table):
    """On how many bills of the last 90 days an item stood, counted on a day: what searches show first.

    Local: every machine counts for itself, at leisure, and a bill waits for none of it.
    """

    __tablename__ = "item_popularity"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    bills: Mapped[int]
    counted_on: Mapped[date]
