"""Quotations as printing is given them, without a database; their arithmetic is that of one that was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from core.kernel.money import ZERO, Money
from core.sales.dto import CustomerInput
from core.sales.quotation_dto import QuotationLineView, QuotationView
from tests.support.bill_views import POSTED, Sold, letters, solds

_ID = UUID("0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b11")


def quotation_view(
    sold: Sequence[Sold],
    *,
    to_order: Sequence[int] = (),
    customer: tuple[str | None, str | None, str | None] = (None, None, None),
    gstin: str | None = None,
    username: str = "anitha",
    billed_as: str | None = None,
) -> QuotationView:
    """Return a quotation of these lines; those numbered in ``to_order`` are not in stock. It is built unchecked."""
    lines = tuple(_line(number, line, number in to_order) for number, line in enumerate(sold, 1))
    payable = Money.total(line.amount for line in lines)
    gross = Money.total(line.gross for line in lines)
    name, phone, address = customer
    return QuotationView.model_construct(
        quotation_id=_ID,
        number="C1Q/26-27/000012",
        date=date(2026, 11, 20),
        made_at=POSTED,
        username=username,
        valid_until=date(2026, 11, 27),
        customer=CustomerInput.model_construct(
            id=None, name=name, phone=phone, address=address, state=None, gstin=gstin, sez=False
        )
        if any((name, phone, address, gstin))
        else None,
        lines=lines,
        bill_discount=ZERO,
        bill_discount_percent=None,
        gross=gross,
        discount=gross - payable,
        round_off=payable.rounded_to_rupee() - payable,
        total=payable.rounded_to_rupee(),
        billed_as=billed_as,
    )


def _line(number: int, sold: Sold, to_order: bool) -> QuotationLineView:
    mrp = Money.parse(sold.mrp)
    gross = mrp.pro_rata_down(sold.units, sold.pieces)
    net = gross - Money.parse(sold.discount)
    return QuotationLineView.model_construct(
        line=number,
        position=number,
        item_id=_ID,
        item_code=f"I{number}",
        item_name=sold.name,
        manufacturer=sold.manufacturer,
        pack_label=sold.pack,
        pieces_per_pack=sold.pieces,
        mrp=mrp,
        units=sold.units,
        asked_percent=None,
        asked_amount=None,
        gross=gross,
        net=net,
        amount=net,
        to_order=to_order,
    )


@st.composite
def quotations(draw: st.DrawFn) -> QuotationView:
    """Any quotation within the limits that commands set, its parts adding up."""
    return quotation_view(
        draw(st.lists(solds(), min_size=1, max_size=6)),
        to_order=draw(st.lists(st.integers(1, 6), max_size=3)),
        customer=draw(st.tuples(st.none() | letters(100), st.none() | letters(20), st.none() | letters(300))),
        gstin=draw(st.none() | st.just("26AAHCS9012L1ZC")),
        username=draw(letters(40)),
    )
