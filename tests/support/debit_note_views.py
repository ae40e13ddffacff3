"""Debit notes as printing is given them, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from core.kernel.dates import ExpiryPrecision
from core.kernel.gst import GstTreatment
from core.kernel.money import ZERO, Money, Percent
from core.purchasing.debit_dto import DebitKind, DebitNoteLineView, DebitNoteView, DebitWhy
from core.purchasing.receipt_dto import ReceiptReversalView
from tests.support.bill_views import POSTED, letters

_ID = UUID("0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b12")


@dataclass(frozen=True)
class Asked:
    """A line as a test writes it: ``value`` and ``tax`` in paise, ``units`` the smallest."""

    name: str
    units: int = 20
    value: int = 30_00
    tax: int = 1_50
    discount: int = 0
    why: DebitWhy = DebitWhy.EXPIRED
    bill: str | None = "S-101"
    billed_on: date | None = date(2026, 10, 5)
    batch: str = "B7"


THREE_ASKED = (
    Asked("Paracetamol 500 mg Tablets"),
    Asked("Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet", units=7, value=1_23_456_00, tax=6_172_80, bill="S-77"),
    Asked("Benadryl Cough Syrup", why=DebitWhy.MISSING),
)


def debit_note_view(
    asked: Sequence[Asked] = THREE_ASKED,
    *,
    inter: bool = False,
    supplier: tuple[str, str | None] = ("Kerala Pharma", "MG Road\nKottayam 686001"),
    gstin: str | None = "32AABCT1332L1ZN",
    reason: str = "Expired goods as agreed",
    taken_back: str | None = None,
) -> DebitNoteView:
    """Return a debit note of these lines, ``taken_back`` for a reason. It is built unchecked."""
    lines = tuple(_line(number, line, inter=inter) for number, line in enumerate(asked, 1))
    return DebitNoteView.model_construct(
        note_id=_ID,
        number="C1D/26-27/000012",
        date=date(2026, 11, 20),
        issued_at=POSTED,
        username="meena",
        supplier_id=_ID,
        supplier_name=supplier[0],
        supplier_address=supplier[1],
        supplier_gstin=gstin,
        supplier_state=gstin[:2] if gstin else None,
        reason=reason,
        taxable=Money.total(line.taxable for line in lines),
        discount=Money.total(line.discount for line in lines),
        cgst=Money.total(line.cgst for line in lines),
        sgst=Money.total(line.sgst for line in lines),
        igst=Money.total(line.igst for line in lines),
        total=Money.total(line.total for line in lines),
        lines=lines,
        taken_back=None
        if taken_back is None
        else ReceiptReversalView.model_construct(
            reason=taken_back, date=date(2026, 11, 24), at=POSTED, username="george"
        ),
    )


def _line(number: int, asked: Asked, *, inter: bool) -> DebitNoteLineView:
    half, whole = Money(asked.tax // 2), Money(asked.tax)
    return DebitNoteLineView.model_construct(
        line=number,
        kind=DebitKind.CLAIM if asked.why is DebitWhy.MISSING else DebitKind.RETURN,
        why=asked.why,
        bill_id=None,
        bill_line=None,
        bill_number=asked.bill,
        billed_on=asked.billed_on,
        lot_id=None,
        batch_id=None,
        item_id=_ID,
        item_code="X",
        item_name=asked.name,
        hsn="30049099",
        pack_label="10's",
        pieces_per_pack=10,
        batch_number=asked.batch,
        expiry=date(2026, 10, 31),
        expiry_precision=ExpiryPrecision.MONTH,
        mrp=Money(25_65),
        units=asked.units,
        treatment=GstTreatment.TAXABLE,
        gst=Percent(500),
        taxable=Money(asked.value),
        discount=Money(asked.discount),
        cgst=ZERO if inter else half,
        sgst=ZERO if inter else half,
        igst=whole if inter else ZERO,
        is_recoverable=True,
        cost=Money(asked.value),
    )


@st.composite
def debit_notes(draw: st.DrawFn) -> DebitNoteView:
    """Draw a debit note with long names and large amounts."""
    lines = st.builds(
        Asked,
        letters(60),
        units=st.integers(1, 99_999),
        value=st.integers(0, 10**10),
        tax=st.integers(0, 10**9).map(lambda half: 2 * half),
        discount=st.integers(0, 100),
        why=st.sampled_from(DebitWhy),
        bill=st.none() | letters(20),
        billed_on=st.none() | st.just(date(2026, 10, 5)),
        batch=letters(20),
    )
    asked = draw(st.lists(lines, min_size=1, max_size=6))
    return debit_note_view(
        asked,
        inter=draw(st.booleans()),
        supplier=(draw(letters(60)), draw(st.none() | letters(80))),
        gstin=draw(st.none() | st.just("32AABCT1332L1ZN")),
        reason=draw(letters(120)),
        taken_back=draw(st.none() | letters(200)),
    )
