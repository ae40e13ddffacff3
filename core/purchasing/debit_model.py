"""Debit notes to suppliers, as they were written: what is asked back of a bill, and which goods went back for it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class DebitNote(Table):
    """What a supplier is asked to give back, in paise; the sums of its lines.

    ``taxable_paise`` is the value that GST is on, ``discount_paise`` what of it had been taken off the bill after GST,
    and the rest of ``total_paise`` is GST by head. It is the supplier's open item, by ``number``, until it is set off
    or paid.
    """

    __tablename__ = "debit_note"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_debit_note_on_date", "on_date", "at", "id"),
        Index("ix_debit_note_supplier_id", "supplier_id", "on_date"),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"))
    supplier_name: Mapped[str]
    supplier_address: Mapped[str | None]
    supplier_gstin: Mapped[str | None]
    supplier_state: Mapped[str | None]
    reason: Mapped[str]
    taxable_paise: Mapped[int]
    discount_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    total_paise: Mapped[int]


class DebitNoteLine(Table):
    """A line of a debit note: a claim for units that were billed and not there, or units of a lot that go back.

    ``kind`` is ``claim`` or ``return``; ``why`` says what is wrong with the goods. ``bill_id`` and ``bill_line`` are
    the line that was billed; null for goods that stood here before the shop began, whose ``bill_number`` and
    ``billed_on`` are as typed. A return has ``lot_id`` and ``batch_id``, and ``cost_paise`` is what its units were
    worth in stock. ``is_recoverable`` says that its GST had been input tax and is so no more; that of a claim never
    was.
    """

    __tablename__ = "debit_note_line"
    __table_args__ = table_options(
        Index("ix_debit_note_line_bill", "bill_id", "bill_line"), Index("ix_debit_note_line_lot_id", "lot_id")
    )
    role = TableRole.FACT

    note_id: Mapped[UUID] = mapped_column(reference("debit_note.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    why: Mapped[str]
    bill_id: Mapped[UUID | None] = mapped_column(reference("supplier_bill.id"))
    bill_line: Mapped[int | None]
    bill_number: Mapped[str | None]
    billed_on: Mapped[date | None]
    lot_id: Mapped[UUID | None] = mapped_column(reference("lot.id"))
    batch_id: Mapped[UUID | None] = mapped_column(reference("batch.id"))
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    hsn: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    batch_number: Mapped[str]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    mrp_paise: Mapped[int]
    units: Mapped[int]
    treatment: Mapped[str]
    gst_bp: Mapped[int]
    taxable_paise: Mapped[int]
    discount_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    is_recoverable: Mapped[bool]
    cost_paise: Mapped[int]


class DebitNoteReversal(Table):
    """That a debit note was issued wrongly and all of it taken back; ``id`` is the document that did it."""

    __tablename__ = "debit_note_reversal"
    __table_args__ = table_options(
        Index("ix_debit_note_reversal_id", "id"), Index("ix_debit_note_reversal_on_date", "on_date")
    )
    role = TableRole.FACT

    note_id: Mapped[UUID] = mapped_column(reference("debit_note.id"), primary_key=True)
    id: Mapped[UUID]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
