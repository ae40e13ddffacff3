"""A bill as it is asked for, and as it was posted."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, Lines, PercentText, RateText, Rupees
from core.dispensing.dto import DispensingInput, DispensingView
from core.inventory.batch_dto import AwaitedBatch
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.gst import DocumentKind, GstTreatment, TaxType
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money, Percent
from core.settings.dto import Gstin, State

BillNumber = Annotated[Line, StringConstraints(min_length=1, max_length=16)]


class TenderMode(enum.StrEnum):
    """How a bill is paid. Credit is owed by a customer, an advance was paid by one before."""

    CASH = "cash"
    UPI = "upi"
    CARD = "card"
    CHEQUE = "cheque"
    CREDIT = "credit"
    ADVANCE = "advance"

    @property
    def words(self) -> str:
        """The mode as it stands in a sentence."""
        return "UPI" if self is TenderMode.UPI else self.value


class TenderInput(Frozen):
    """Money handed over; cash may be more than the bill, the change goes back.

    ``reference`` is the number of a cheque, of a UPI payment (UTR), of a card's slip. UPI without one is to be
    confirmed later.
    """

    mode: TenderMode = Field(strict=False)
    amount: Rupees
    reference: Annotated[Line, StringConstraints(max_length=50)] | None = None


class PriceBasis(enum.StrEnum):
    """What the prices of a bill mean: MRP with GST inside, or a rate to which GST is added (a clinic at PTR)."""

    MRP = "mrp"
    EXCLUSIVE = "exclusive"


class ShownPortion(Frozen):
    """A part of a line as who bills saw it: so many units of a batch at an MRP."""

    batch: str
    expiry: IsoDate | None
    mrp: Rupees
    units: int


class BillLineInput(Frozen):
    """A line as asked for: ``item`` is a code or barcode, ``quantity`` as typed (a bare number is sale packs).

    ``batch`` is a batch number to take first; ``discount`` (rupees) and ``discount_percent`` exclude each other. Where
    neither is given the item's own discount is taken off, at MRP; 0 takes nothing off.
    ``rate`` (a sale pack, without GST) and ``free`` (a quantity that comes with it) belong to an exclusive bill.
    ``awaiting`` is what packs in hand say whose purchase is not entered yet; what they do not give comes from stock.
    ``shown`` is what the line was seen to come of, batch by batch: where the stock has changed since, the bill is
    refused and not posted with other batches and prices than the customer was told. None where nobody saw any.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    quantity: Annotated[str, StringConstraints(min_length=1, max_length=12)]
    batch: Annotated[Line, StringConstraints(max_length=40)] | None = None
    discount_percent: PercentText | None = None
    discount: Rupees | None = None
    rate: RateText | None = None
    free: Annotated[str, StringConstraints(min_length=1, max_length=12)] | None = None
    awaiting: AwaitedBatch | None = None
    shown: tuple[ShownPortion, ...] | None = None


class CustomerInput(Frozen):
    """The customer as the bill shows them.

    The place of supply is the state of the GSTIN, else ``state``, unless the bill names one (facts A3). ``sez`` marks
    a buyer in a special economic zone, whom IGST is charged wherever they are. ``id`` is that of the customer's card:
    what the card says stands on the bill where this says nothing, and only who has one buys on credit.
    """

    id: UUID | None = Field(default=None, strict=False)
    name: Annotated[Line, StringConstraints(max_length=100)] | None = None
    phone: Annotated[Line, StringConstraints(max_length=20)] | None = None
    address: Annotated[Lines, StringConstraints(max_length=300)] | None = None
    state: State | None = None
    gstin: Gstin | None = None
    sez: bool = False


class ManualMemo(Frozen):
    """A memo written by hand while the computer was down: its number in the memo book, kept beside our own."""

    number: Annotated[Line, StringConstraints(min_length=1, max_length=20)]


class PostBill(Frozen):
    """The command to post a bill. ``command_id`` becomes its id: the same command again returns the same bill.

    ``manual`` enters a memo that was written by hand; its ``date`` is the memo's. ``dispensing`` is the prescription.
    ``corrects`` is the number of the cancelled bill that this one is posted in place of, ``quotation`` that of the
    quotation it comes of. ``confirmed`` once it was asked whether a payment's number that stands on another bill is
    meant.
    """

    command_id: UUID = Field(strict=False)
    date: IsoDate | None = None
    customer: CustomerInput | None = None
    lines: Annotated[tuple[BillLineInput, ...], Field(min_length=1, max_length=500)]
    bill_discount: Rupees = ZERO
    bill_discount_percent: PercentText | None = None
    place_of_supply: State | None = None
    price_basis: PriceBasis = Field(default=PriceBasis.MRP, strict=False)
    manual: ManualMemo | None = None
    payments: Annotated[tuple[TenderInput, ...], Field(min_length=1, max_length=10)]
    dispensing: DispensingInput | None = None
    corrects: BillNumber | None = None
    quotation: BillNumber | None = None
    confirmed: bool = Field(default=False, exclude=True)  # an answer, and no part of the bill

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes).

        A bill without a prescription, without a customer's card, that corrects none, comes of no quotation or awaits
        no purchase has the fingerprint it had before bills could: a draft that was posted just before the program was
        replaced is still known. What was shown is no part of it: a bill that is sent again after it was posted is the
        same bill, though the stock has changed by it. Nor is whether a question was answered.
        """
        newer = ("dispensing", "corrects", "quotation")
        left_out: dict[str, Any] = {name: True for name in newer if getattr(self, name) is None}
        if self.customer is not None and self.customer.id is None:
            left_out["customer"] = {"id"}
        left_out["lines"] = {
            place: {"shown"} if line.awaiting is not None else {"awaiting", "shown"}
            for place, line in enumerate(self.lines)
        }
        return hashlib.sha256(self.model_dump_json(exclude=left_out).encode()).digest()


class BillLineView(Frozen):
    """A posted line: one batch. ``units`` are smallest units; ``mrp`` is for one sale pack."""

    line: int
    item_code: str
    item_name: str
    manufacturer: str | None
    hsn: str | None
    pack_label: str
    pieces_per_pack: int
    batch: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees
    units: int
    treatment: GstTreatment
    gst: PercentText
    gross: Rupees
    discount: Rupees
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    amount: Rupees
    free_units: int
    rate: RateText | None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)


class TenderView(Frozen):
    """Money that was handed over. ``waits`` where a UPI payment is not confirmed yet; ``line`` tells it from others."""

    mode: TenderMode
    amount: Rupees
    reference: str | None
    line: int = 1
    waits: bool = False


class ChangePayment(Frozen):
    """The command to say that a posted bill was paid in another way; nothing goes back any more, so it is exact.

    ``command_id`` becomes the id of this fact, and is what a supervisor's override is given for. ``confirmed`` once it
    was asked whether a payment's number that stands on another bill is meant.
    """

    command_id: UUID = Field(default_factory=new_id, strict=False)
    number: Annotated[Line, StringConstraints(min_length=1, max_length=16)]
    payments: Annotated[tuple[TenderInput, ...], Field(min_length=1, max_length=10)]
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=200)]
    confirmed: bool = False


class ConfirmPayment(Frozen):
    """The command to say that a UPI payment of a bill came in, with its number; ``line`` is the tender's.

    ``confirmed`` once it was asked whether a number that stands on another bill is meant.
    """

    number: Annotated[Line, StringConstraints(min_length=1, max_length=16)]
    line: Annotated[int, Field(ge=1, le=10)] | None = None
    reference: Annotated[Line, StringConstraints(min_length=1, max_length=50)]
    confirmed: bool = False


class PaymentChangeView(Frozen):
    """When, by whom and why it was said that a bill was paid in another way, and how it was paid before that."""

    date: IsoDate
    username: str
    reason: str
    before: tuple[TenderView, ...]


class WaitingPayment(Frozen):
    """A UPI payment that nobody has confirmed, with the reference that its QR code bore."""

    bill_id: UUID
    number: str
    date: IsoDate
    customer_name: str | None
    amount: Rupees
    line: int
    upi_reference: str


class AwaitedView(Frozen):
    """Units that were sold before their purchase was entered, and that no receipt has been matched with.

    ``cost`` is provisional: what as many units cost when the item last came in, zero where it never did.
    """

    bill_number: str
    date: IsoDate
    item: str
    name: str
    batch: str
    expiry: str | None
    mrp: Rupees
    units: int
    pieces_per_pack: int
    cost: Rupees
    username: str


class TaxSummaryRow(Frozen):
    """What a bill's lines of one treatment and rate add up to."""

    treatment: GstTreatment
    gst: PercentText
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees


class TaxedLine(Protocol):
    """A line of a paper with its rate, its value and its taxes."""

    @property
    def treatment(self) -> GstTreatment: ...
    @property
    def gst(self) -> Percent: ...
    @property
    def taxable(self) -> Money: ...
    @property
    def cgst(self) -> Money: ...
    @property
    def sgst(self) -> Money: ...
    @property
    def igst(self) -> Money: ...


def summed_by_rate(lines: Sequence[TaxedLine]) -> tuple[TaxSummaryRow, ...]:
    """Return lines added up by treatment and rate, highest rate first."""
    keys = sorted({(line.treatment, line.gst) for line in lines}, key=lambda k: (-k[1].basis_points, k[0]))
    return tuple(
        _summed(treatment, gst, [line for line in lines if (line.treatment, line.gst) == (treatment, gst)])
        for treatment, gst in keys
    )


def _summed(treatment: GstTreatment, gst: Percent, lines: Sequence[TaxedLine]) -> TaxSummaryRow:
    return TaxSummaryRow(
        treatment=treatment,
        gst=gst,
        taxable=Money.total(line.taxable for line in lines),
        cgst=Money.total(line.cgst for line in lines),
        sgst=Money.total(line.sgst for line in lines),
        igst=Money.total(line.igst for line in lines),
    )


class CancelBill(Frozen):
    """The command to cancel a posted bill: the bill and its number stay, everything it did is reversed.

    ``command_id`` is what a supervisor's override is given for.
    """

    command_id: UUID = Field(default_factory=new_id, strict=False)
    number: BillNumber
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=200)]


class CorrectBill(CancelBill):
    """The command to take a posted bill back so that a right one is posted in its place."""


class CancelledView(Frozen):
    """When, by whom and why a bill was cancelled."""

    date: IsoDate
    username: str
    reason: str


class BillView(Frozen):
    """A posted bill, complete for showing and printing. ``check_code`` is from its audit event's hash.

    ``corrects`` is the number of the cancelled bill in whose place it was posted, ``corrected_by`` that of the bill
    that was posted in its own.
    """

    bill_id: UUID
    number: str
    document_kind: DocumentKind
    date: IsoDate
    posted_at: datetime
    username: str
    customer_name: str | None
    customer_phone: str | None
    customer_address: str | None
    place_of_supply: str
    tax_type: TaxType
    lines: tuple[BillLineView, ...]
    tenders: tuple[TenderView, ...]
    gross: Rupees
    discount: Rupees
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    round_off: Rupees
    total: Rupees
    change: Rupees
    check_code: str
    customer_gstin: str | None
    to_sez: bool
    price_basis: PriceBasis
    memo_number: str | None
    customer_state: str | None
    cancelled: CancelledView | None
    dispensing: DispensingView | None = None
    customer_id: UUID | None = None
    payment_changes: tuple[PaymentChangeView, ...] = ()
    corrects: str | None = None
    corrected_by: str | None = None

    def tax_summary(self) -> tuple[TaxSummaryRow, ...]:
        """Return the lines added up by treatment and rate, highest rate first."""
        return summed_by_rate(self.lines)


class Correction(Frozen):
    """A bill that was taken back, and the draft of the one in its place: what stood on it, to be changed and posted."""

    cancelled: BillView
    draft: PostBill
