"""Orders as printing is given them, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from core.kernel.money import Rate
from core.purchasing.order_dto import ClosingView, OrderLineView, OrderView, Origin
from tests.support.bill_views import POSTED, letters

_ID = UUID("0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b12")


@dataclass(frozen=True)
class Asked:
    """A line as a test writes it; ``units`` are the smallest."""

    name: str
    units: int = 100
    free: int = 0
    pieces: int = 10
    pack: str = "10's"
    manufacturer: str | None = "Cipla Ltd"
    code: str | None = None
    factor: int = 1


THREE_ASKED = (
    Asked("Paracetamol 500 mg Tablets", units=3000, free=300, code="K-17", factor=10),
    Asked("Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet", units=50, pack="10 TAB"),
    Asked("Benadryl Cough Syrup", units=12, free=1, pieces=1, pack="100ML", manufacturer=None),
)


def order_view(
    asked: Sequence[Asked] = THREE_ASKED,
    *,
    supplier: tuple[str, str | None, str | None] = ("Kerala Pharma", "04842351234", "MG Road\nKochi 682016"),
    gstin: str | None = "32AABCT1332L1ZN",
    expected_on: date | None = date(2026, 11, 23),
    note: str | None = None,
    closed: str | None = None,
    username: str = "meena",
) -> OrderView:
    """Return an order of these lines, of which nothing has come. It is built unchecked."""
    name, phone, address = supplier
    closing = None if closed is None else ClosingView(reason=closed, date=POSTED.date(), at=POSTED, username=username)
    return OrderView.model_construct(
        order_id=_ID,
        number="C1O/26-27/000012",
        date=date(2026, 11, 20),
        placed_at=POSTED,
        username=username,
        supplier_id=_ID,
        supplier_name=name,
        supplier_phone=phone,
        supplier_address=address,
        supplier_gstin=gstin,
        expected_on=expected_on,
        note=note,
        lines=tuple(_line(number, line) for number, line in enumerate(asked, 1)),
        closing=closing,
    )


def _line(number: int, asked: Asked) -> OrderLineView:
    return OrderLineView.model_construct(
        line=number,
        item_id=_ID,
        item_code=f"I{number}",
        item_name=asked.name,
        manufacturer=asked.manufacturer,
        pack_label=asked.pack,
        pieces_per_pack=asked.pieces,
        units=asked.units,
        free_units=asked.free,
        received_units=0,
        open_units=asked.units + asked.free,
        closed_units=0,
        rate=Rate.parse("987.65"),
        supplier_code=asked.code,
        factor=asked.factor,
        origin=Origin.HAND,
    )


@st.composite
def orders(draw: st.DrawFn) -> OrderView:
    """Any order within the limits that commands set."""
    return order_view(
        draw(st.lists(_lines(), min_size=1, max_size=7)),
        supplier=(draw(letters(200)), draw(st.none() | letters(20)), draw(st.none() | letters(300))),
        gstin=draw(st.none() | st.just("26AAHCS9012L1ZC")),
        expected_on=draw(st.none() | st.just(date(2026, 12, 1))),
        note=draw(st.none() | letters(300)),
        closed=draw(st.none() | st.just("late")),
        username=draw(letters(40)),
    )


@st.composite
def _lines(draw: st.DrawFn) -> Asked:
    pieces, factor = draw(st.sampled_from((1, 7, 10, 10_000))), draw(st.sampled_from((1, 3, 100_000)))
    return Asked(
        name=draw(letters(300)),
        units=draw(st.integers(1, 999_999)) * pieces * draw(st.sampled_from((1, factor))),
        free=draw(st.integers(0, 99)) * draw(st.sampled_from((1, pieces, pieces * factor))),
        pieces=pieces,
        pack=draw(letters(100) | st.just("")),
        manufacturer=draw(st.none() | letters(100)),
        code=draw(st.none() | letters(60)),
        factor=factor,
    )
