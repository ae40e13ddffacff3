"""Posted bills, as they were computed and printed: nothing on them is read from a master again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


def _index_of_few(name: str, column: str, *, unique: bool = False) -> Index:
    """Return an index of a column that few bills have a value in: the others take no place in it."""
    is_given = text(f"{column} IS NOT NULL")
    return Index(name, column, unique=unique, sqlite_where=is_given, postgresql_where=is_given)


class Bill(Table):
    """A bill. Its id is the command's, so that a second Enter or a replay meets the row that is there.

    ``command_sha`` tells a replay from another command that wrongly carries the same id.
    """

    __tablename__ = "bill"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_bill_on_date", "on_date", "at", "id"),
        Index("ix_bill_total_paise", "total_paise", "on_date", "at", "id"),
        _index_of_few("ix_bill_memo_number", "memo_number"),
        _index_of_few("ix_bill_customer_id", "customer_id"),
        _index_of_few("uq_bill_corrects_id", "corrects_id", unique=True),
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
    # the cancelled bill that this one was posted in place of; null: of none
    corrects_id: Mapped[UUID | None]


class BillLine(Table):
    """A line: one batch, in smallest units, with everything that stood on the paper."""

    __tablename__ = "bill_line"
    __table_args__ = table_options()
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
    __table_args__ = table_options(
        Index("ix_payment_change_bill_id", "bill_id"), Index("ix_payment_change_on_date", "on_date", "at")
    )
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
    __table_args__ = table_options(UniqueConstraint("bill_id"), Index("ix_bill_cancellation_on_date", "on_date", "at"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"))
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    reason: Mapped[str]


class BillWord(Table):
    """A word by which bills are found: of the customer's or patient's name, a telephone number, or a mark.

    The key holds the order in which bills are listed, so that the newest of a word come without sorting.
    """

    __tablename__ = "bill_word"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    word: Mapped[str] = mapped_column(primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(primary_key=True)


class BillItem(Table):
    """That an item stands on a bill, in the order in which bills are listed (ADR 53)."""

    __tablename__ = "bill_item"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(primary_key=True)


class Quotation(Table):
    """What goods would cost, as it was put on paper: no stock, no ledger and no register knows of it.

    ``valid_until`` is the last day its prices hold. The discounts are what was asked for the whole.
    """

    __tablename__ = "quotation"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_quotation_at", "at", "id"),
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
    valid_until: Mapped[date]
    customer_id: Mapped[UUID | None]
    customer_name: Mapped[str | None]
    customer_phone: Mapped[str | None]
    customer_address: Mapped[str | None]
    # as the quotation itself said them; what a card says of them is read from the card when it is billed
    customer_state: Mapped[str | None]
    customer_gstin: Mapped[str | None]
    to_sez: Mapped[bool | None]
    asked_bp: Mapped[int | None]
    asked_paise: Mapped[int | None]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]


class QuotationLine(Table):
    """Goods at one MRP. ``position`` is the place of what was asked for: goods of two MRPs are two lines of it.

    ``net_paise`` is what they cost before a discount on the whole. The discount that was asked for (``asked_bp`` or
    ``asked_paise``, of the whole position) is null where it is what the shop gives.
    """

    __tablename__ = "quotation_line"
    __table_args__ = table_options()
    role = TableRole.FACT

    quotation_id: Mapped[UUID] = mapped_column(reference("quotation.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    manufacturer: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    mrp_paise: Mapped[int]
    units: Mapped[int]
    asked_bp: Mapped[int | None]
    asked_paise: Mapped[int | None]
    gross_paise: Mapped[int]
    net_paise: Mapped[int]
    amount_paise: Mapped[int]
    is_to_order: Mapped[bool]


class QuotationBill(Table):
    """The bill that came of a quotation. A table of its own: a column would cost every bill for the few that have one.

    One that was cancelled counts no more, and the quotation may be billed again.
    """

    __tablename__ = "quotation_bill"
    __table_args__ = table_options(Index("ix_quotation_bill_quotation_id", "quotation_id"))
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("bill.id"), primary_key=True)
    quotation_id: Mapped[UUID] = mapped_column(reference("quotation.id"))


class QuotationWord(Table):
    """A word by which quotations are found: of the customer's name, or a telephone number; in the order of the list."""

    __tablename__ = "quotation_word"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    word: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    quotation_id: Mapped[UUID] = mapped_column(primary_key=True)


class BillDraft(Table):
    """A bill that is being typed, kept so that a power cut loses nothing; ``body`` is JSON of the counter's window."""

    __tablename__ = "bill_draft"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    slot: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[UUID]
    body: Mapped[str]
    saved_at: Mapped[datetime]


class DraftCut(Table):
    """What was taken off a bill while it was being typed: a line, a part of a quantity after the money was asked for,
    or the whole bill; found where a draft is kept and told for the shop's owner.

    ``draft_id`` is the id that the bill had or would have had, ``node_id`` the counter. ``units`` (smallest, of the
    item) and ``amount_paise`` are what went, ``lines`` how many lines went whole; for a whole bill no item is named.
    """

    __tablename__ = "draft_cut"
    __table_args__ = table_options(Index("ix_draft_cut_on_date", "on_date", "at", "id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID]
    draft_id: Mapped[UUID]
    kind: Mapped[str]
    item_code: Mapped[str | None]
    item_name: Mapped[str | None]
    pieces_per_pack: Mapped[int | None]
    units: Mapped[int | None]
    lines: Mapped[int]
    amount_paise: Mapped[int]
    is_after_tender: Mapped[bool]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class BillPrint(Table):
    """That a bill's paper came out on this machine: a posted bill without a row was perhaps never printed."""

    __tablename__ = "bill_print"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    printed_at: Mapped[datetime]
