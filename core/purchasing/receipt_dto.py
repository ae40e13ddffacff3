"""Goods receipts as commands give them and as they are shown."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, RateText, Rupees, checked
from core.inventory.batch_dto import BatchNumber, Print, Reason
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import ZERO
from core.purchasing.domain import Scheme
from core.purchasing.order_dto import MOST_FACTOR, Note, Typed

DocumentText = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
#: Letters of a maker's name, as of the item's card.
MOST_MAKER = 100
SupplierText = Annotated[Line, StringConstraints(min_length=1, max_length=200)]


def _readable(text: str) -> str:
    return str(Expiry.parse(text))


def _scheme(text: str) -> str:
    return str(Scheme.parse(text))


class ReceiptLineInput(Frozen):
    """A batch that came in: ``item`` is a code or barcode.

    ``quantity`` (billed), ``free``, ``short`` and ``damaged`` are as typed at the counter, a bare number being units
    of the paper: ``factor`` sale packs each. ``scheme`` (``10+1``) says what comes free where ``free`` does not.
    ``rate`` is what one of them is asked for after discounts and without GST; None is not known yet. ``mrp`` is of a
    sale pack. ``expiry`` stands as on the pack (``12/2027``). ``maker`` is who made it as paper or pack say, which
    counts where the item's card has nobody. ``order`` is the number of the order that it answers.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    quantity: Typed | None = None
    free: Typed | None = None
    scheme: Annotated[Line, StringConstraints(max_length=12), AfterValidator(checked(_scheme))] | None = None
    short: Typed | None = None
    damaged: Typed | None = None
    factor: Annotated[int, Field(ge=1, le=MOST_FACTOR)] = 1
    batch: BatchNumber | None = None
    expiry: Annotated[Line, StringConstraints(max_length=10), AfterValidator(checked(_readable))] | None = None
    maker: Annotated[Line, StringConstraints(max_length=MOST_MAKER)] | None = None
    mrp: Rupees = ZERO
    rate: RateText | None = None
    order: DocumentText | None = None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        return None if self.expiry is None else Expiry.parse(self.expiry)


class ReceiveGoods(Frozen):
    """The command to take goods in. ``command_id`` becomes the receipt's id: the same again returns the same receipt.

    ``document`` is the number on the paper in the box. Lines that name no order answer those of ``orders`` on which
    their item is still open, in this order. ``confirmed`` takes what was asked about.
    """

    command_id: UUID = Field(strict=False)
    supplier: SupplierText
    document: DocumentText | None = None
    document_date: IsoDate | None = None
    orders: Annotated[tuple[DocumentText, ...], Field(max_length=50)] = ()
    note: Note | None = None
    lines: Annotated[tuple[ReceiptLineInput, ...], Field(min_length=1, max_length=2_000)]
    confirmed: bool = False

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json(exclude={"confirmed"}).encode()).digest()


class TakeBackReceipt(Frozen):
    """The command to take a wrong goods receipt back, all of it, by its number."""

    number: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    reason: Reason


class ReceiptLineView(Frozen):
    """A batch that came in, in smallest units: what the paper said, what was missing, what is on the shelf.

    ``rate`` is of a sale pack after discounts, without GST; ``cost`` what the accepted units were valued at.
    ``order_number`` is of the order that it answers; ``bill_number`` that of the supplier's bill, once there is one.
    ``corrected`` is what its packs print, where what stands here of the batch was put right since.
    """

    line: int
    item_id: UUID
    item_code: str
    item_name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    batch_number: str
    is_automatic_batch: bool
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees
    billed_units: int
    free_units: int
    short_units: int
    damaged_units: int
    awaited_units: int
    rate: RateText | None
    is_provisional: bool
    cost: Rupees
    lot_id: UUID | None
    order_number: str | None
    order_line: int | None
    bill_number: str | None
    corrected: Print | None = None

    @property
    def accepted_units(self) -> int:
        """What went on the shelf, or had been sold before."""
        return self.billed_units + self.free_units - self.short_units - self.damaged_units

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)


class ReceiptReversalView(Frozen):
    """That a receipt, bill or debit note was taken back: why, when and by whom."""

    reason: str
    date: IsoDate
    at: datetime
    username: str


class ReceiptView(Frozen):
    """A goods receipt as it was written. The supplier's details are those of the day."""

    receipt_id: UUID
    number: str
    date: IsoDate
    received_at: datetime
    username: str
    supplier_id: UUID
    supplier_name: str
    supplier_address: str | None
    supplier_gstin: str | None
    supplier_licences: str | None
    document: str | None
    document_date: IsoDate | None
    note: str | None
    lines: tuple[ReceiptLineView, ...]
    taken_back: ReceiptReversalView | None

    @property
    def is_billed(self) -> bool:
        """Whether a supplier's bill asks for every line of it."""
        return all(line.bill_number is not None for line in self.lines)
