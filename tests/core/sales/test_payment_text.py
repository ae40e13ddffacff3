"""Payments written in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.sales.dto import TenderMode
from core.sales.payment_text import read_payments


@pytest.mark.parametrize(
    ("text", "payments"),
    [
        ("cash 57", [("cash", "57", None)]),
        ("UPI=200.00:612345678901", [("upi", "200.00", "612345678901")]),
        ("upi 200.00 612345678901, cash 57", [("upi", "200.00", "612345678901"), ("cash", "57", None)]),
        ("card 1,23,456.00, cash 1", [("card", "1,23,456.00", None), ("cash", "1", None)]),
        ("cheque 500 000123, SBI", [("cheque", "500", "000123, SBI")]),
        ("credit 10; advance 5", [("credit", "10", None), ("advance", "5", None)]),
    ],
)
def test_payments_are_read_as_people_write_them(text: str, payments: list[tuple[str, str, str | None]]) -> None:
    assert [(paid["mode"], paid["amount"], paid.get("reference")) for paid in read_payments(text)] == payments


@pytest.mark.parametrize("text", ["", "cash", "57", "shells 57", "cash five", "upi 20, shells 5"])
def test_what_is_no_payment_is_said(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_payments(text)
    assert refused.value.code == "payments.unreadable"


@given(st.lists(st.tuples(st.sampled_from(TenderMode), st.integers(0, 10**9)), min_size=1, max_size=6))
def test_what_is_written_is_read(payments: list[tuple[TenderMode, int]]) -> None:
    text = ", ".join(f"{mode} {Money(paise).grouped()}" for mode, paise in payments)
    assert [(paid["mode"], Money.parse(paid["amount"]).paise) for paid in read_payments(text)] == payments
