"""Debit notes to suppliers as commands give them and as they are shown."""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, RateText, Rupees, checked
from core.catalog.dto import Code
from core.inventory.batch_dto import BatchNumber, ExpiryText, Print, Reason
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Money
from core.purchasing.bill_dto import BillNumber
from core.purchasing.order_dto import Typed
from core.purchasing.receipt_dto import DocumentText, ReceiptReversalView, SupplierText


class DebitKind(enum.StrEnum):
    """What a line asks back: money for goods that never came, or for goods that go back."""

    CLAIM = "claim"
    RETURN = "return"


class DebitWhy(enum.StrEnum):
    """What is wrong with the goods of a line; ``MISSING`` is that of claims."""

    MISSING = "missing"
    EXPIRED = "expired"
    NEAR_EXPIRY = "near_expiry"
    DAMAGED = "damaged"
    WRONG = "wrong"
    RECALL = "recall"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason as papers show it."""
        return _WHYS[self]


_WHYS = {
    DebitWhy.MISSING: "Billed, short or damaged",
    DebitWhy.EXPIRED: "Expired",
    DebitWhy.NEAR_EXPIRY: "Near expiry",
    DebitWhy.DAMAGED: "Damaged",
    DebitWhy.WRONG: "Not as ordered",
    DebitWhy.RECALL: "Recalled",
    DebitWhy.OTHER: "Returned",
}


class ClaimInput(Frozen):
    """Units that a bill asks for and that were not there: ``bill`` is the supplier's number, ``line`` that of the bill.

    It settles the whole claim of the line.
    """

    bill: BillNumber
    line: Annotated[int, Field(ge=1)]


def _of_goods(why: object) -> object:
    """Refuse what cannot be wrong with goods that go back, and name what can."""
    if why == DebitWhy.MISSING:
        raise RuleBroken("debit_notes.not_missing")
    reasons = [one.value for one in DebitWhy if one is not DebitWhy.MISSING]
    if why not in reasons:
        raise RuleBroken("input.not_one_of", text=str(why), values=", ".join(reasons))
    return why


class ReturnInput(Frozen):
    """Units of a lot that go back: ``item`` is a code, ``batch`` the number that stands, ``quantity`` as typed.

    Where the batch came more than once, ``receipt`` (the number of a goods receipt) with ``receipt_line``, or ``lot``
    by its id, says which lot is meant; ``expires`` and ``printed`` (MRP) say which batch, where several have the
    number. Goods that stood here before the shop began have no bill in the books: ``rate`` of a pack without GST and
    ``gst`` are typed, and ``bill`` and ``billed_on`` of the supplier's paper where it is known.
    """

    item: Code
    batch: BatchNumber
    quantity: Typed
    why: Annotated[DebitWhy, Field(strict=False), BeforeValidator(checked(_of_goods))]
    expires: ExpiryText | None = None
    printed: Rupees | None = None
    receipt: DocumentText | None = None
    receipt_line: Annotated[int | None, Field(ge=1)] = None
    lot: Annotated[UUID | None, Field(strict=False)] = None
    rate: RateText | None = None
    gst: PercentText | None = None
    bill: BillNumber | None = None
    billed_on: IsoDate | None = None


class IssueDebitNote(Frozen):
    """The command to ask a supplier for money back. ``command_id`` becomes the note's id.

    ``reason`` stands on the paper. Its lines are the claims and then the returns, at least one. ``confirmed`` asks for
    what was asked about.
    """

    command_id: UUID = Field(strict=False)
    supplier: SupplierText
    reason: Reason
    claims: Annotated[tuple[ClaimInput, ...], Field(max_length=500)] = ()
    returns: Annotated[tuple[ReturnInput, ...], Field(max_length=500)] = ()
    confirmed: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        checked(_asks)(self)
        return self

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json(exclude={"confirmed"}).encode()).digest()


def _asks(command: IssueDebitNote) -> IssueDebitNote:
    if not command.claims and not command.returns:
        raise RuleBroken("debit_notes.nothing")
    return command


class TakeBackDebitNote(Frozen):
    """The command to take a debit note back that was issued wrongly, all of it, by its number."""

    number: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    reason: Reason


class DebitNoteLineView(Frozen):
    """A line of a debit note; ``units`` are the smallest, ``mrp`` of a sale pack.

    ``taxable`` is the value that GST is on, ``discount`` what of it the bill took off after GST. ``cost`` is what
    units that went back were worth in stock. ``corrected`` is what their packs print, where what stands here of the
    batch was put right since.
    """

    line: int
    kind: DebitKind
    why: DebitWhy
    bill_id: UUID | None
    bill_line: int | None
    bill_number: str | None
    billed_on: IsoDate | None
    lot_id: UUID | None
    batch_id: UUID | None
    item_id: UUID
    item_code: str
    item_name: str
    hsn: str | None
    pack_label: str
    pieces_per_pack: int
    batch_number: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees
    units: int
    treatment: GstTreatment
    gst: PercentText
    taxable: Rupees
    discount: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    is_recoverable: bool
    cost: Rupees
    corrected: Print | None = None

    @property
    def tax(self) -> Money:
        """All GST of the line."""
        return self.cgst + self.sgst + self.igst

    @property
    def total(self) -> Money:
        """What is asked back for it."""
        return self.taxable - self.discount + self.tax

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)


class DebitNoteView(Frozen):
    """A debit note as it was written. The supplier's details are those of the day.

    ``taken_back`` says that it was issued wrongly: nothing of it is asked back any more.
    """

    note_id: UUID
    number: str
    date: IsoDate
    issued_at: datetime
    username: str
    supplier_id: UUID
    supplier_name: str
    supplier_address: str | None
    supplier_gstin: str | None
    supplier_state: str | None
    reason: str
    taxable: Rupees
    discount: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    total: Rupees
    lines: tuple[DebitNoteLineView, ...]
    taken_back: ReceiptReversalView | None

    @property
    def tax(self) -> Money:
        """All GST of the note."""
        return self.cgst + self.sgst + self.igst
