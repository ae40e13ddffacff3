"""What happens to the money in a counter's drawer beside bills: opened, brought in, taken out, handed over."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class CounterSession(Table):
    """A counter was opened with so much cash in its drawer.

    Which bills belong to it is not written on them: they are those that the node's log has after the opening's event.
    """

    __tablename__ = "counter_session"
    __table_args__ = table_options(Index("ix_counter_session_node_id", "node_id", "at"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID]
    counter: Mapped[str]
    cash_paise: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class CounterHandover(Table):
    """A counter went from one user to another, the cash counted: ``expected_paise`` should have been there.

    ``position`` counts from 1 in the session, for a clock may be set back. ``username`` is who entered it, usually one
    of the two.
    """

    __tablename__ = "counter_handover"
    __table_args__ = table_options(UniqueConstraint("session_id", "position"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(reference("counter_session.id"))
    position: Mapped[int]
    from_username: Mapped[str]
    to_username: Mapped[str]
    expected_paise: Mapped[int]
    cash_paise: Mapped[int]
    note: Mapped[str | None]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class CashMovement(Table):
    """Cash that came into the drawer (positive) or left it (negative) without a bill.

    ``account`` is the other side of its ledger entry; null where the cash only went to another place of the shop's
    own cash, which makes no entry.
    """

    __tablename__ = "cash_movement"
    __table_args__ = table_options(Index("ix_cash_movement_session_id", "session_id", "at"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(reference("counter_session.id"))
    kind: Mapped[str]
    amount_paise: Mapped[int]
    account: Mapped[str | None] = mapped_column(reference("ledger_account.code"))
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class CountedCash(Table):
    """How many notes or coins of a face were counted, at an opening or a handover (``document_id``)."""

    __tablename__ = "counted_cash"
    __table_args__ = table_options()
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    face_paise: Mapped[int] = mapped_column(primary_key=True)
    pieces: Mapped[int]
