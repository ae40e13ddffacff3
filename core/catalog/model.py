"""Items: what is bought and sold, however many batches of it there are."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options

_HAS_MINIMUM = text("min_stock_units > 0")


class Item(Table):
    """An item of the catalogue.

    ``pieces_per_pack`` smallest units make the sale pack, whose MRP batches keep; ``packs_per_box`` sale packs make
    the box, where the label says so (10*10). ``pack_levels`` names the levels where somebody did (``box 10 strip 10
    tablet``), and the three levels beside it say on which one MRP is printed, which is sold and which is bought; null
    is not known, and asked. ``uqc_milli`` thousandths of the UQC are in one sale pack (Table 12 of GSTR-1).
    ``composition_key`` follows from the salts and their strengths; items that share it may replace each other.
    ``schedules_known`` keeps "not looked up yet" apart from "on no schedule", from ``schedules_known_from`` on.
    """

    __tablename__ = "item"
    __table_args__ = table_options(
        UniqueConstraint("code"),
        Index("ix_item_name_key", "name_key"),
        Index("ix_item_composition_key", "composition_key"),
        # few items have one: the reorder list reads these alone
        Index("ix_item_min_stock_units", "min_stock_units", sqlite_where=_HAS_MINIMUM, postgresql_where=_HAS_MINIMUM),
    )
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
    brand: Mapped[str | None]
    form: Mapped[str | None]
    pack_levels: Mapped[str | None]
    mrp_level: Mapped[str | None]
    sale_level: Mapped[str | None]
    purchase_level: Mapped[str | None]
    uqc_milli: Mapped[int | None]
    max_stock_units: Mapped[int | None]
    discount_bp: Mapped[int | None]
    no_discount: Mapped[bool | None]
    storage: Mapped[str | None]
    composition_key: Mapped[str | None]
    schedules_known_from: Mapped[date | None]


class Salt(Table):
    """A substance under the one key that its spellings share; the id follows from the key, on every counter."""

    __tablename__ = "salt"
    __table_args__ = table_options(UniqueConstraint("key"))
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    name: Mapped[str]


class ItemSalt(Table):
    """A salt of an item as its text lists it, with the strength where it could be read.

    A row that the text lists no more stays with ``is_listed`` off.
    """

    __tablename__ = "item_salt"
    __table_args__ = table_options(Index("ix_item_salt_salt_id", "salt_id", "item_id"))
    role = TableRole.MASTER

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    salt_id: Mapped[UUID] = mapped_column(reference("salt.id"))
    text: Mapped[str]
    strength_text: Mapped[str | None]
    strength: Mapped[str | None]
    is_listed: Mapped[bool]


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
    """A drug schedule the item is on (H, H1, X, C, C1, NDPS ...) from a day on; each is its own flag (rule 25).

    With ``is_on`` false the item is on it no more from that day; null is on.
    """

    __tablename__ = "item_schedule"
    __table_args__ = table_options()
    role = TableRole.MASTER

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    schedule: Mapped[str] = mapped_column(primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    is_on: Mapped[bool | None]


class ItemStateListing(Table):
    """What a State asks for an item beside the schedules (a permission, a cap), from a day on until it is off."""

    __tablename__ = "item_state_listing"
    __table_args__ = table_options()
    role = TableRole.MASTER

    item_id: Mapped[UUID] = mapped_column(reference("item.id"), primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str]
    is_on: Mapped[bool]
