"""Items: what is bought and sold, however many batches of it there are."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class Item(Table):
    """An item of the catalogue.

    ``pieces_per_pack`` smallest units make the sale pack that MRP is printed on; ``packs_per_box`` sale packs make
    the box it is bought in, where the label says so (10*10). ``schedules_known`` keeps "not looked up yet" apart from
    "on no schedule".
    """

    __tablename__ = "item"
    __table_args__ = table_options(UniqueConstraint("code"), Index("ix_item_name_key", "name_key"))
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    kind: Mapped[str]
    manufacturer: Mapped[str | None]
    salts: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    packs_per_box: Mapped[int | None]
    hsn: Mapped[str | None]
    uqc: Mapped[str | None]
    rack: Mapped[str | None]
    min_stock_units: Mapped[int | None]
    schedules_known: Mapped[bool]
    is_active: Mapped[bool]


class ItemBarcode(Table):
    """A barcode that names an item; an item may have several."""

    __tablename__ = "item_barcode"
    __table_args__ = table_options(Index("ix_item_barcode_item_id", "item_id"))
    role = TableRole.MASTER

    barcode: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))


class ItemTax(Table):
    """The item's own GST treatment and rate from a day on; the newest that has begun holds (facts, rule 2)."""

    __tablename__ = "item_tax"
    __table_args__ = table_options()
    role = TableRole.MASTER

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    treatment: Mapped[str]
    gst_bp: Mapped[int]


class ItemSchedule(Table):
    """A drug schedule the item is on (H, H1, X, C, C1, NDPS ...) from a day on; each is its own flag (rule 25)."""

    __tablename__ = "item_schedule"
    __table_args__ = table_options()
    role = TableRole.MASTER

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    schedule: Mapped[str] = mapped_column(primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
