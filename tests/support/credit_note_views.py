"""Credit notes as printing is given them, without a database; their arithmetic is that of the bills' lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from hypothesis import strategies as st

from core.kernel.gst import DocumentKind, TaxType
from core.kernel.money import Money
from core.returns.dto import CreditNoteLineView, CreditNoteView, OriginalBillView, RefundMode, RefundView
from tests.support.bill_views import POSTED, Sold, letters, line_view, solds


def credit_note_view(
    returned: Sequence[Sold],
    *,
    tax_type: TaxType = TaxType.INTRA,
    place_of_supply: str = "32",
    customer: tuple[str | None, str | None, str | None] = ("Ravi Kumar", None, "Kaloor\nKochi 682017"),
    gstin: str | None = None,
    state: str | None = "32",
    number: str = "C1C/26-27/000003",
    username: str = "anitha",
    reason: str = "Doctor changed the medicine",
    bills: int = 1,
    kind: DocumentKind = DocumentKind.TAX_INVOICE,
    modes: Sequence[RefundMode] = (RefundMode.CASH,),
    reference: str | None = None,
    posted_at: datetime = POSTED,
) -> CreditNoteView:
    """Return a note of these lines, which came back from so many bills in turn; it is built unchecked.

    All but the last of several refunds are of one paisa.
    """
    originals = tuple(
        OriginalBillView.model_construct(
            number=f"C1/26-27/{bill:06}", date=date(2026, 11, 1 + bill % 20), document_kind=kind
        )
        for bill in range(1, bills + 1)
    )
    lines = tuple(
        _line(index, line, originals[(index - 1) % bills].number, tax_type) for index, line in enumerate(returned, 1)
    )
    amount = Money.total(line.amount for line in lines)
    total = amount.rounded_to_rupee()
    name, phone, address = customer
    paid = [Money(1)] * (len(modes) - 1)
    return CreditNoteView.model_construct(
        note_id=UUID("0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b12"),
        number=number,
        date=date(2026, 11, 20),
        posted_at=posted_at,
        username=username,
        customer_name=name,
        customer_phone=phone,
        customer_address=address,
        customer_gstin=gstin,
        customer_state=gstin[:2] if gstin else state,
        place_of_supply=place_of_supply,
        tax_type=tax_type,
        originals=originals,
        lines=lines,
        refunds=tuple(
            RefundView.model_construct(mode=mode, amount=part, reference=reference)
            for mode, part in zip(modes, [*paid, total - Money.total(paid)], strict=True)
        ),
        taxable=Money.total(line.taxable for line in lines),
        cgst=Money.total(line.cgst for line in lines),
        sgst=Money.total(line.sgst for line in lines),
        igst=Money.total(line.igst for line in lines),
        round_off=total - amount,
        total=total,
        reason=reason,
        check_code="3F7H2KMP",
    )


def _line(index: int, sold: Sold, bill: str, tax_type: TaxType) -> CreditNoteLineView:
    line = line_view(index, sold, tax_type)
    copied = {name: getattr(line, name) for name in CreditNoteLineView.model_fields if name != "bill_number"}
    return CreditNoteLineView.model_construct(**copied, bill_number=bill)


@st.composite
def credit_notes(draw: st.DrawFn) -> CreditNoteView:
    """Any credit note within the limits that commands set, its parts adding up."""
    tax_type = draw(st.sampled_from(TaxType))
    return credit_note_view(
        draw(st.lists(solds(at_rates=draw(st.booleans())), min_size=1, max_size=6)),
        tax_type=tax_type,
        place_of_supply="26" if tax_type is TaxType.INTER else "32",
        customer=draw(st.tuples(st.none() | letters(100), st.none() | letters(20), st.none() | letters(300))),
        gstin=draw(st.sampled_from([None, "26AAHCS9012L1ZC", "32AAHCS9012L1ZP"])),
        state=draw(st.sampled_from([None, "26"])),
        number=draw(st.sampled_from(["C1C/26-27/000003", "HO12C/26-27/1234"])),
        username=draw(letters(40)),
        reason=draw(letters(200)),
        bills=draw(st.sampled_from([1, 1, 2, 30])),
        kind=draw(st.sampled_from(DocumentKind)),
        modes=draw(st.lists(st.sampled_from(RefundMode), min_size=1, max_size=5)),
        reference=draw(st.none() | letters(50)),
    )
