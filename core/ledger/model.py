"""The double-entry books."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class LedgerAccount(Table):
    """An account of the chart, named by a code that tells its place (``sales.taxable.5``)."""

    __tablename__ = "ledger_account"
    __table_args__ = table_options()
    role = TableRole.MASTER

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    section: Mapped[str]


class LedgerEntry(Table):
    """One line of a document's entry: debit positive, credit negative; a document's lines add up to zero."""

    __tablename__ = "ledger_entry"
    __table_args__ = table_options(Index("ix_ledger_entry_account_on_date", "account", "on_date"))
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    document_kind: Mapped[str]
    account: Mapped[str] = mapped_column(reference("ledger_account.code"))
    amount_paise: Mapped[int]
    on_date: Mapped[date]


class LedgerDocument(Table):
    """When a document's entry was written, by which the entries of a day stand: ids tell no order.

    ``hlc`` is that of the event it was written with, so whatever is written later stands later, however the clock is
    set. ``nth`` counts the entries' lines that the same event held before.
    """

    __tablename__ = "ledger_document"
    __table_args__ = table_options(Index("ix_ledger_document_on_date", "on_date", "hlc", "nth", "document_id"))
    role = TableRole.DERIVED

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_date: Mapped[date]
    hlc: Mapped[int]
    nth: Mapped[int]


class LedgerDay(Table):
    """What an account moved by on a day, kept in the transaction of each entry and proved against the entries.

    A balance as of any day is a sum over days: five years of a shop are millions of entries and some ten thousand of
    these. ``debit_paise`` and ``credit_paise`` are both positive.
    """

    __tablename__ = "ledger_day"
    __table_args__ = table_options(Index("ix_ledger_day_on_date", "on_date", "account"))
    role = TableRole.DERIVED

    account: Mapped[str] = mapped_column(reference("ledger_account.code"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    debit_paise: Mapped[int]
    credit_paise: Mapped[int]


class OpenItem(Table):
    """A document of a party that was not settled when it was entered: debit (they owe us) positive, credit negative.

    ``original_paise`` is the whole of the document, ``open_paise`` what of it was open; what settles it later says so
    in facts of its own. ``document_id`` is the document that entered it and that the ledger entry belongs to. A row
    with ``reverses_id`` takes back the item of that id and has its amounts with the signs turned.
    """

    __tablename__ = "open_item"
    __table_args__ = table_options(
        Index("ix_open_item_document_id", "document_id"),
        Index("ix_open_item_party_id", "party_id"),
        Index("ix_open_item_reverses_id", "reverses_id"),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    document_id: Mapped[UUID]
    party_kind: Mapped[str]
    party_id: Mapped[UUID]
    kind: Mapped[str]
    number: Mapped[str]
    on_date: Mapped[date]
    due_date: Mapped[date]
    original_paise: Mapped[int]
    open_paise: Mapped[int]
    reverses_id: Mapped[UUID | None]


class OpenItemSettlement(Table):
    """What a document took off an open item: the amount has the sign against the item's, and moves the ledger with it.

    An advance of -500 of which a bill used 200 has a settlement of +200 by that bill.
    """

    __tablename__ = "open_item_settlement"
    __table_args__ = table_options(Index("ix_open_item_settlement_item_id", "item_id"))
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("open_item.id"))
    amount_paise: Mapped[int]
    on_date: Mapped[date]


class BooksLock(Table):
    """Through which day a node's books are closed, from this row on until the next; null is none.

    ``position`` counts from 1 in the node. ``reason`` says why they were opened again, null where they were closed.
    """

    __tablename__ = "books_lock"
    __table_args__ = table_options()
    role = TableRole.FACT

    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    through: Mapped[date | None]
    reason: Mapped[str | None]
    username: Mapped[str]
    at: Mapped[datetime]
