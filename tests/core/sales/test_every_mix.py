"""Whatever is mixed on a bill, every shop's books close: lines, taxes, ledger, stock, numbers (facts A1-A6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.app.choices import set_choice
from core.kernel.errors import Problem
from core.kernel.gst import TaxType
from core.kernel.money import ZERO, Money
from core.ledger.queries import trial_balance
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill, PriceBasis
from core.settings.choices import Choice
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

#: Code, treatment, rate, MRP, pieces of a pack; two batches of each, at two prices.
ITEMS = [
    ("FIVE", "taxable", "5", "25.65", 10),
    ("TWELVE", "taxable", "12", "97.50", 15),
    ("EIGHTEEN", "taxable", "18", "249.00", 1),
    ("FORTY", "taxable", "40", "0.37", 3),
    ("SMALL", "taxable", "0.25", "11.11", 7),
    ("NIL", "nil", "0", "1000.01", 10),
    ("EXEMPT", "exempt", "0", "33.33", 4),
    ("OUTSIDE", "non_gst", "0", "7.77", 6),
]
CODES = [code for code, *_ in ITEMS]
BUYERS: list[dict[str, Any] | None] = [
    None,
    {"name": "A Kumar", "address": "MG Road", "phone": "9847000000"},
    {"name": "A Kumar", "address": "MG Road, Bengaluru", "state": "29"},
    {"name": "Hospital", "address": "Bengaluru", "gstin": "29AAHCS9012L1ZW"},
    {"name": "Hospital", "address": "Bengaluru", "gstin": "29AAHCS9012L1ZW", "sez": True},
]
#: What may rightly be refused of such a bill.
REFUSALS = {
    "sales.discount_too_big", "sales.above_mrp", "sales.free_too_small", "stock.not_enough", "sales.buyer_unnamed",
    "sales.not_paid", "quantity.zero", "sales.rate_on_mrp_bill", "sales.two_discounts", "sales.no_inter_state",
    "gst.no_inter_state",
}  # fmt: skip


@dataclass
class Mixed:
    """A shop of each registration, stocked for thousands of bills."""

    shops: dict[str, TestShop]
    cash: dict[str, Money]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mixed]:
    clock = TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    folder: Path = tmp_path_factory.mktemp("mixed")
    shops = {}
    for registration, round_off in (("regular", "nearest"), ("composition", "down"), ("unregistered", "none")):
        gstin: dict[str, Any] = {} if registration != "unregistered" else {"gstin": None}
        shop = TestShop.create(folder / registration, clock, registration=registration, **gstin)
        with shop.shop.database.write(shop.actor) as uow:
            set_choice(uow, Choice.ROUND_OFF, round_off)
        for code, treatment, gst, mrp, pieces in ITEMS:
            item: dict[str, Any] = {
                "treatment": treatment,
                "gst": gst,
                "pieces_per_pack": pieces,
                "pack_label": f"{pieces}'s",
            }
            shop.receives(code, batch="OLD", expiry="01/2028", mrp=mrp, packs=40, cost="0.3333", **item)
            dearer = str(Money.parse(mrp) + Money.parse("1.00"))
            shop.receives(code, batch="NEW", expiry="12/2030", mrp=dearer, packs=100_000, cost="0.1111", **item)
        shops[registration] = shop
    yield Mixed(shops, dict.fromkeys(shops, ZERO))
    for shop in shops.values():
        shop.books_agree()
        shop.close()


def amounts(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda paise: str(Money(paise)))


percents = st.one_of(st.integers(0, 3_000), st.just(10_000)).map(lambda points: f"{points // 100}.{points % 100:02d}")


@st.composite
def bills(draw: st.DrawFn) -> dict[str, Any]:
    """Bills of any mix of lines, discounts, buyers and price bases."""
    exclusive = draw(st.booleans())
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        line: dict[str, Any] = {
            "item": draw(st.sampled_from(CODES)),
            "quantity": draw(st.one_of(st.integers(1, 5).map(str), st.integers(1, 9).map(lambda n: f"{n}t"))),
        }
        match draw(st.sampled_from(["none", "percent", "rupees"])):
            case "percent":
                line["discount_percent"] = draw(percents)
            case "rupees":
                line["discount"] = draw(amounts(300))
        if exclusive:
            line["rate"] = draw(st.integers(1, 300_000).map(lambda parts: f"{parts // 10000}.{parts % 10000:04d}"))
            if draw(st.booleans()):
                line["free"] = draw(st.integers(1, 3).map(lambda n: f"{n}t"))
        lines.append(line)
    bill: dict[str, Any] = {"lines": lines}
    if exclusive:
        bill["price_basis"] = "exclusive"
    match draw(st.sampled_from(["none", "percent", "rupees"])):
        case "percent":
            bill["bill_discount_percent"] = draw(percents)
        case "rupees":
            bill["bill_discount"] = draw(amounts(200))
    if (buyer := draw(st.sampled_from(BUYERS))) is not None:
        bill["customer"] = buyer
    if draw(st.booleans()):
        bill["place_of_supply"] = draw(st.sampled_from(["32", "29", "07"]))
    return bill


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bill=bills(),
    registration=st.sampled_from(["regular", "regular", "composition", "unregistered"]),
    undo=st.booleans(),
)
def test_every_mix_closes(mixed: Mixed, bill: dict[str, Any], registration: str, undo: bool) -> None:
    shop = mixed.shops[registration]
    bill = dict(bill)
    try:
        posted = shop.bills(*bill.pop("lines"), **bill)
    except Problem as problem:
        event(f"refused: {problem.code}")
        if problem.code not in REFUSALS:
            raise
        return
    event(f"posted: {posted.document_kind} {posted.tax_type}")
    _adds_up(posted)
    _ledger_says(shop, posted)
    mixed.cash[registration] += posted.total
    if undo:
        with shop.shop.database.write(shop.actor) as uow:
            cancelled = cancel_bill(uow, CancelBill(number=posted.number, reason="any of them"))
        assert cancelled.cancelled is not None
        mixed.cash[registration] -= posted.total
    with shop.shop.database.read() as session:
        rows = list(trial_balance(session))
    assert Money.total(row.debit for row in rows) == Money.total(row.credit for row in rows)
    cash = Money.total(row.debit - row.credit for row in rows if row.code == "cash")
    assert cash == mixed.cash[registration]


def _adds_up(bill: BillView) -> None:
    total = Money.total
    lines = bill.lines
    assert total(line.amount for line in lines) + bill.round_off == bill.total
    for line in lines:
        assert line.cgst == line.sgst
        assert line.taxable + line.cgst + line.sgst + line.igst == line.amount
        assert ZERO <= line.discount <= line.gross
        if bill.price_basis is PriceBasis.MRP:
            assert line.gross - line.discount == line.amount
        most = line.mrp.paise * line.units // line.pieces_per_pack
        assert line.amount.paise <= most, "never above the MRP, nor a loose strip above its part of it"
        if bill.tax_type is TaxType.INTER:
            assert line.cgst == ZERO
        elif bill.tax_type is TaxType.INTRA:
            assert line.igst == ZERO
        else:
            assert line.cgst == line.igst == ZERO
    for name in ("taxable", "cgst", "sgst", "igst", "discount", "gross"):
        assert total(getattr(line, name) for line in lines) == getattr(bill, name), name
    assert bill.taxable + bill.cgst + bill.sgst + bill.igst + bill.round_off == bill.total
    assert abs(bill.round_off.paise) <= 50 or -100 < bill.round_off.paise <= 0


def _ledger_says(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.read() as session:
        asked = session.execute(
            text("SELECT account, sum(amount_paise) FROM ledger_entry WHERE document_id = :id GROUP BY account"),
            {"id": bill.bill_id.bytes},
        )
        booked = {account: Money(paise) for account, paise in asked}
    assert Money.total(booked.values()) == ZERO
    assert booked.get("cash", ZERO) == bill.total
    assert Money.total(paise for account, paise in booked.items() if account.startswith("sales.")) == -bill.taxable
    for head in ("cgst", "sgst", "igst"):
        assert booked.get(f"tax.output.{head}", ZERO) == -getattr(bill, head)
    assert booked.get("round_off", ZERO) == -bill.round_off
    assert booked.get("cost_of_sales", ZERO) == -booked.get("stock", ZERO)
