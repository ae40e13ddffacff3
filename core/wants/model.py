"""What was asked for and not handed out, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class Want(Table):
    """Something that a counter noted because it was not there, or not enough of it.

    ``name`` and ``pieces_per_pack`` stand as they were then. Of an item that the shop has, ``units`` counts smallest
    pieces; of anything else ``quantity`` is what was typed. Both are null where nobody said how much.
    """

    __tablename__ = "want"
    __table_args__ = table_options(Index("ix_want_at", "at", "id"), Index("ix_want_item_id", "item_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID | None] = mapped_column(reference("item.id"))
    name: Mapped[str]
    pieces_per_pack: Mapped[int | None]
    units: Mapped[int | None]
    quantity: Mapped[str | None]
    customer_name: Mapped[str | None]
    customer_phone: Mapped[str | None]
    note: Mapped[str | None]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    counter: Mapped[str]


class WantSettlement(Table):
    """What came of a want: its goods came, it was handed out, or it was given up.

    Each has an id of its own: two counters that settle one want offline wrote two facts, and neither is wrong.
    """

    __tablename__ = "want_settlement"
    __table_args__ = table_options(Index("ix_want_settlement_want_id", "want_id", "outcome"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    want_id: Mapped[UUID] = mapped_column(reference("want.id"))
    outcome: Mapped[str]
    note: Mapped[str | None]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    counter: Mapped[str]
