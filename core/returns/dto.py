"""A credit note as its papers show it (CGST Rules 53(1A); facts A1 and A7)."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from core.boundary.frozen import Frozen, IsoDate, PercentText, Rupees
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.gst import DocumentKind, GstTreatment, TaxType
from core.sales.dto import TaxSummaryRow, summed_by_rate


class RefundMode(enum.StrEnum):
    """How money went back: handed over or sent, set against what the customer owed, or kept for their next bill."""

    CASH = "cash"
    CARD = "card"
    UPI = "upi"
    DUES = "dues"
    ADVANCE = "advance"


class RefundView(Frozen):
    """So many rupees that went back in one way; ``reference`` is the number of a UPI payment or of a card's slip."""

    mode: RefundMode
    amount: Rupees
    reference: str | None


class OriginalBillView(Frozen):
    """A bill that goods came back from: its number, its date and what its paper was called, all as it was posted."""

    number: str
    date: IsoDate
    document_kind: DocumentKind


class CreditNoteLineView(Frozen):
    """Goods of one line of one bill that came back. All amounts are positive (facts, e-invoice schema).

    - ``line``: 1 for the note's first line, and so on. ``bill_number``: one of the note's ``originals``.
    - ``item_code``, ``item_name``, ``hsn``, ``pack_label``, ``pieces_per_pack``, ``batch``, ``expiry`` and its
      precision, ``treatment``, ``gst``: copied from the bill's line and not from the item of today, since a return is
      at the rate of its sale (facts A7).
    - ``units``: smallest units that came back, more than none and at most those of the bill's line.
    - ``taxable``: rupees before tax, after discount: these units' share of the bill's line. ``cgst``, ``sgst``,
      ``igst``: rupees of tax credited by head. Where the note credits no tax they are zero and ``taxable`` is
      ``amount``.
    - ``amount``: rupees that the customer is credited, ``taxable`` and taxes.
    """

    line: int
    bill_number: str
    item_code: str
    item_name: str
    hsn: str | None
    pack_label: str
    pieces_per_pack: int
    batch: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    units: int
    treatment: GstTreatment
    gst: PercentText
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    amount: Rupees

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)


class CreditNoteView(Frozen):
    """A posted credit note, complete for showing and printing.

    - ``number``: of its own series, at most 16 characters (numbering); ``note_id``: that of the command it came of.
    - ``date``: the business day it is of; ``posted_at``: when it was posted (UTC); ``username``: who posted it.
    - ``customer_*``: the recipient as the bill showed them, completed where the bill said less than rule 53(1A)(e) and
      (f) ask for: name, address, and GSTIN or state. Several bills on one note are one recipient's.
    - ``place_of_supply``: the bills' (two digits). ``tax_type``: the bills', or none where no tax is credited: after
      30 November that follows the financial year of the sale (section 34(2)), or by a shop that may not collect any.
    - ``originals``: the bills that goods came back from, each once, the oldest first; at least one.
    - ``lines``: at least one. ``taxable``, ``cgst``, ``sgst``, ``igst``: the lines' sums, in rupees.
    - ``round_off``: rupees, what ``total`` is more than the lines' amounts; it bears no tax.
    - ``total``: rupees credited, positive. ``refunds`` add up to it.
    - ``reason``: why goods came back, as it was entered. ``check_code``: from the audit event's hash.
    """

    note_id: UUID
    number: str
    date: IsoDate
    posted_at: datetime
    username: str
    customer_name: str | None
    customer_phone: str | None
    customer_address: str | None
    customer_gstin: str | None
    customer_state: str | None
    place_of_supply: str
    tax_type: TaxType
    originals: tuple[OriginalBillView, ...]
    lines: tuple[CreditNoteLineView, ...]
    refunds: tuple[RefundView, ...]
    taxable: Rupees
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    round_off: Rupees
    total: Rupees
    reason: str
    check_code: str

    @property
    def shows_tax(self) -> bool:
        """Whether rates and taxes stand on it: not where none is credited, and not where all goods were exempt."""
        return self.tax_type is not TaxType.NONE and any(line.treatment is GstTreatment.TAXABLE for line in self.lines)

    def tax_summary(self) -> tuple[TaxSummaryRow, ...]:
        """Return the lines added up by treatment and rate, highest rate first."""
        return summed_by_rate(self.lines)
