"""Posted bills, as they were computed and printed: nothing on them is read from a master again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class Bill(Table):
    """A bill. Its id is the command's, so that a second Enter or a replay meets the row that is there.

    ``command_sha`` tells a replay from another command that wrongly carries the same id.
    """

    __tablename__ = "bill"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_bill_on_date", "on_date", "number"),
        Index("ix_bill_memo_number", "memo_number"),
        # most bills name no card: they cost this index nothing
        Index(
            "ix_bill_customer_id",
            "customer_id",
            sqlite_where=text("customer_id IS NOT NULL"),
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    document_kind: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    customer_name: Mapped[str | None]
    customer_phone: Mapped[str | None]
    customer_address: Mapped[str | None]
    place_of_supply: Mapped[str]
    tax_type: Mapped[str]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]
    change_paise: Mapped[int]
    # null is what every bill meant before the column came: unregistered, no zone, MRP, no memo (ADR 5)
    customer_gstin: Mapped[str | None]
    to_sez: Mapped[bool | None]
    price_basis: Mapped[str | None]
    memo_number: Mapped[str | None]
    customer_state: Mapped[str | None]
    # null: nothing on it had to be supplied under a pharmacist, and no register has an entry of it
    dispensing_number: Mapped[str | None]
    # null: whoever bought has no card
    customer_id: Mapped[UUID | None]


class BillLine(Table):
    """A line: one batch, in smallest units, with everything that stood on the paper."""

    __tablename__ = "bill_line"
    __table_args__ = table_options(Index("ix_bill_line_item_id", "item_id"))
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    batch_id: Mapped[UUID] = mapped_column(reference("batch.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    manufacturer: Mapped[str | None]
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
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    amount_paise: Mapped[int]
    # null: none free, priced at MRP
    free_units: Mapped[int | None]
    rate_parts: Mapped[int | None]


class BillTender(Table):
    """How a bill was paid: the amount handed over, change not taken off (that stands on the bill)."""

    __tablename__ = "bill_tender"
    __table_args__ = table_options()
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    amount_paise: Mapped[int]
    reference: Mapped[str | None]


class PaymentChange(Table):
    """The fact that a bill was paid in another way than was said; the newest one counts."""

    __tablename__ = "payment_change"
    __table_args__ = table_options(Index("ix_payment_change_bill_id", "bill_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"))
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    reason: Mapped[str]


class PaymentChangeTender(Table):
    """How a bill was paid, as its payment change says."""

    __tablename__ = "payment_change_tender"
    __table_args__ = table_options()
    role = TableRole.FACT

    change_id: Mapped[UUID] = mapped_column(reference("payment_change.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    amount_paise: Mapped[int]
    reference: Mapped[str | None]


class PaymentConfirmation(Table):
    """That a UPI payment came in: tender ``line`` of ``document_id``, which is a bill or a payment change."""

    __tablename__ = "payment_confirmation"
    __table_args__ = table_options()
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class BillCancellation(Table):
    """The fact that a bill was cancelled; its number stays used, and its effects are reversed under this id."""

    __tablename__ = "bill_cancellation"
    __table_args__ = table_options(UniqueConstraint("bill_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"))
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    reason: Mapped[str]


class BillDraft(Table):
    """A bill that is being typed, kept so that a power cut loses nothing; ``body`` is JSON of the counter's window."""

    __tablename__ = "bill_draft"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    slot: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[UUID]
    body: Mapped[str]
    saved_at: Mapped[datetime]


class BillPrint(Table):
    """That a bill's paper came out on this machine: a posted bill without a row was perhaps never printed."""

    __tablename__ = "bill_print"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    printed_at: Mapped[datetime]
