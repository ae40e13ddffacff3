"""Suppliers' bills as commands give them and as they are shown."""

from __future__ import annotations

import enum
import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, RateText, Rupees, checked
from core.inventory.batch_dto import Print, Reason
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import NO_PERCENT, ZERO
from core.parties.dto import Gstin
from core.purchasing.matching_domain import DifferenceKind
from core.purchasing.order_dto import MOST_FACTOR, Note, Typed
from core.purchasing.receipt_dto import DocumentText, ReceiptLineInput, ReceiptReversalView, SupplierText

#: The longest of what GST calls the number of an invoice is 16; suppliers' own systems write more.
BillNumber = Annotated[Line, StringConstraints(min_length=1, max_length=40)]


class SetOffKind(enum.StrEnum):
    """What a supplier takes off a bill that has nothing to do with its goods."""

    CREDIT_NOTE = "credit_note"
    REPLACEMENT = "replacement"
    ADVANCE = "advance"

    @property
    def words(self) -> str:
        """The kind as it stands in a sentence."""
        return self.replace("_", " ")


class SetOff(Frozen):
    """An amount that the bill takes off what is owed: ``number`` is of the credit note or payment that it names."""

    kind: SetOffKind = Field(strict=False)
    number: DocumentText | None = None
    amount: Rupees


class PrintedLine(Frozen):
    """What a bill prints of a line, beside the goods.

    ``rate`` is of a unit of the paper (``factor`` sale packs) before discounts and without GST. ``discounts`` are
    percentages, each off what the one before left, then ``discount`` in rupees. ``taxable``, ``cgst``, ``sgst`` and
    ``igst`` are as printed; what is None is worked out. ``gst`` None is the rate that the item bears on that day.
    """

    rate: RateText
    discounts: Annotated[tuple[PercentText, ...], Field(max_length=3)] = ()
    discount: Rupees = ZERO
    taxable: Rupees | None = None
    gst: PercentText | None = None
    cgst: Rupees | None = None
    sgst: Rupees | None = None
    igst: Rupees | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        checked(_heads_together)(self)
        return self


def _heads_together(line: PrintedLine) -> PrintedLine:
    """CGST and SGST come together (facts A3)."""
    if (line.cgst is None) != (line.sgst is None):
        raise RuleBroken("purchases.half_of_tax")
    return line


class BillLineInput(PrintedLine):
    """A line of a bill for goods that were received before.

    It asks for ``line`` of the receipt with number ``receipt``. ``quantity`` and ``free`` are what the bill says, as
    for a receipt; None is what the receipt's paper said. ``mrp`` None is the receipt's.
    """

    receipt: DocumentText
    line: Annotated[int, Field(ge=1)]
    quantity: Typed | None = None
    free: Typed | None = None
    factor: Annotated[int, Field(ge=1, le=MOST_FACTOR)] = 1
    mrp: Rupees | None = None


class GoodsLineInput(Frozen):
    """A line of a bill that came with its goods: what came in, and what is asked for it."""

    goods: ReceiptLineInput
    printed: PrintedLine


class BillHead(Frozen):
    """What a bill prints above and below its lines; amounts in rupees.

    The three discounts are off the value that GST is on where ``discounts_before_tax``, else off what the lines come
    to. ``charge_gst`` is GST on freight and other charges. ``total`` is what is printed, before what is set off; it
    must close to the rupee. ``is_bill_of_supply`` says that the paper is none of a regular taxpayer and bears no GST.
    ``buyer_gstin`` is whom the paper says that it is made out to, where somebody looked.
    """

    supplier: SupplierText
    number: BillNumber
    billed_on: IsoDate
    due_date: IsoDate | None = None
    is_bill_of_supply: bool = False
    trade_discount: Rupees = ZERO
    scheme_discount: Rupees = ZERO
    cash_discount: Rupees = ZERO
    discounts_before_tax: bool = True
    freight: Rupees = ZERO
    other_charges: Rupees = ZERO
    charge_gst: PercentText = NO_PERCENT
    tcs: Rupees = ZERO
    set_offs: Annotated[tuple[SetOff, ...], Field(max_length=50)] = ()
    total: Rupees
    note: Note | None = None
    buyer_gstin: Gstin | None = None


#: What only tells what is to be asked: the same command is the same with it and without.
_ASKED: Any = {"confirmed": True, "head": {"buyer_gstin"}}


class EnterBill(Frozen):
    """The command to enter the bill for goods that were received. ``command_id`` becomes the bill's id.

    ``match_reason`` says why it is taken though it differs from order or receipt by more than is tolerated;
    ``confirmed`` takes what was asked about.
    """

    command_id: UUID = Field(strict=False)
    head: BillHead
    lines: Annotated[tuple[BillLineInput, ...], Field(min_length=1, max_length=2_000)]
    match_reason: Reason | None = None
    confirmed: bool = False

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json(exclude=_ASKED).encode()).digest()

    def content_sha(self) -> bytes:
        """Return what two entries of the same paper have in common: all that it prints (32 bytes)."""
        return content_sha(self.head, [line.model_dump_json() for line in self.lines])


class ReceiveBilledGoods(Frozen):
    """The command to take goods in and enter the bill that came with them, both or neither.

    ``command_id`` becomes the bill's id, ``receipt_id`` the receipt's. ``orders`` as in ``ReceiveGoods``.
    """

    command_id: UUID = Field(strict=False)
    receipt_id: UUID = Field(strict=False)
    head: BillHead
    orders: Annotated[tuple[DocumentText, ...], Field(max_length=50)] = ()
    lines: Annotated[tuple[GoodsLineInput, ...], Field(min_length=1, max_length=2_000)]
    match_reason: Reason | None = None
    confirmed: bool = False

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json(exclude=_ASKED).encode()).digest()

    def content_sha(self) -> bytes:
        """Return what two entries of the same paper have in common: all that it prints (32 bytes).

        What was found short or damaged in the box is not on the paper, and who made the goods is on the item's card.
        """
        beside = {"short", "damaged", "order", "maker"}
        lines = [line.goods.model_dump_json(exclude=beside) + line.printed.model_dump_json() for line in self.lines]
        return content_sha(self.head, lines)


def content_sha(head: BillHead, lines: list[str]) -> bytes:
    """Return the SHA-256 of what a paper prints beside its number, whose letters may be typed large or small."""
    printed = head.model_dump_json(exclude={"supplier", "number", "due_date", "note", "buyer_gstin"})
    return hashlib.sha256(json.dumps([printed, *lines]).encode()).digest()


class TakeBackBill(Frozen):
    """The command to take a bill back that was entered wrongly. ``number`` is the supplier's."""

    supplier: SupplierText
    number: BillNumber
    reason: Reason


class BillLineView(Frozen):
    """A line of a supplier's bill, in smallest units. ``rate`` is of a sale pack before discounts, without GST.

    Taxes are as printed; ``own_tax`` is what the item's own rate comes to. ``cost`` is what the goods cost in the end,
    ``charge`` of freight and other charges inside; ``claim`` what was asked for units that are not there.
    ``corrected`` is what its packs print, where what the receipt says of the batch was put right since.
    """

    line: int
    receipt_id: UUID
    receipt_number: str
    receipt_line: int
    item_id: UUID
    item_code: str
    item_name: str
    hsn: str | None
    pieces_per_pack: int
    batch_number: str
    mrp: Rupees
    billed_units: int
    free_units: int
    rate: RateText
    gross: Rupees
    discount: Rupees
    taxable: Rupees
    treatment: GstTreatment
    gst: PercentText
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    own_tax: Rupees
    charge: Rupees
    cost: Rupees
    missing_units: int
    claim: Rupees
    corrected: Print | None = None


class SetOffView(Frozen):
    """What a bill took off; ``is_known`` where the shop's books had it."""

    kind: SetOffKind
    number: str | None
    amount: Rupees
    is_known: bool


class SupplierBillView(Frozen):
    """A supplier's bill as it was entered. ``payable`` is what is left after what was set off."""

    bill_id: UUID
    supplier_id: UUID
    supplier_name: str
    supplier_gstin: str | None
    number: str
    billed_on: IsoDate
    date: IsoDate
    entered_at: datetime
    username: str
    due_date: IsoDate
    tax_type: TaxType
    is_recoverable: bool
    gross: Rupees
    trade_discount: Rupees
    scheme_discount: Rupees
    cash_discount: Rupees
    discounts_before_tax: bool
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    freight: Rupees
    other_charges: Rupees
    charge_gst: PercentText
    tcs: Rupees
    round_off: Rupees
    total: Rupees
    set_off: Rupees
    payable: Rupees
    match_reason: str | None
    note: str | None
    lines: tuple[BillLineView, ...]
    set_offs: tuple[SetOffView, ...]
    taken_back: ReceiptReversalView | None


class SettleMatch(Frozen):
    """The command to settle a difference as it is. ``number`` is the supplier's, ``kind`` one of the board's."""

    command_id: UUID = Field(strict=False)
    supplier: SupplierText
    number: BillNumber
    line: Annotated[int, Field(ge=1)]
    kind: Annotated[DifferenceKind, Field(strict=False)]
    reason: Reason
