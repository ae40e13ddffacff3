"""The number of a UPI or card payment: what can be one, and what is asked where another bill names it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from core.boundary.frozen import load
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.ids import new_id
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill, ChangePayment, ConfirmPayment, PostBill
from core.sales.payments import change_payment, confirm_payment
from core.sales.posting import post_bill
from core.sales.references import bills_naming, refuse_no_upi_number
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

UTR = "612345678901"


@pytest.fixture
def counter(shop: TestShop) -> TestShop:
    shop.receives("PCM500", packs=100, mrp="25.65")
    return shop


def sells(shop: TestShop, mode: str = "upi", reference: str | None = UTR, **more: Any) -> BillView:
    payment = {"mode": mode, "amount": "26.00"} | ({"reference": reference} if reference else {})
    return shop.bills(("PCM500", "1"), payments=[payment], **more)


def asked(shop: TestShop, **more: Any) -> NeedsConfirmation:
    with pytest.raises(NeedsConfirmation) as question:
        sells(shop, **more)
    assert question.value.code == "sales.reference_used"
    return question.value


def test_a_number_of_another_bill_is_asked_about_once(counter: TestShop) -> None:
    first = sells(counter)
    question = asked(counter)
    assert (question.values["number"], question.values["date"]) == (first.number, first.date)
    assert question.where == "payments.0.reference"
    asked(counter, mode="card")
    second = sells(counter, confirmed=True)
    assert second.tenders[0].reference == UTR
    assert sells(counter, reference="612345678902").tenders[0].reference == "612345678902"
    counter.books_agree()


def test_an_apps_own_number_is_the_same_in_any_case(counter: TestShop) -> None:
    sells(counter, reference="T2611201030AbCdEf")
    asked(counter, reference="t2611201030abcdef")


def test_the_last_digits_of_a_card_come_again_by_chance(counter: TestShop) -> None:
    sells(counter, mode="card", reference="4242")
    sells(counter, mode="card", reference="4242")
    sells(counter, mode="card", reference="842424")
    asked(counter, mode="card", reference="842424")


def test_a_cheque_of_the_same_number_and_a_cancelled_bill_are_no_matter(counter: TestShop) -> None:
    sells(counter, mode="cheque")
    first = sells(counter)
    with counter.shop.database.write(counter.actor) as uow:
        cancel_bill(uow, CancelBill(number=first.number, reason="wrong bill"))
    sells(counter)


def test_bills_of_more_than_thirty_days_ago_are_not_looked_through(counter: TestShop, clock: TurnedClock) -> None:
    sells(counter)
    clock.instant = datetime(2026, 12, 20, 5, tzinfo=UTC)
    asked(counter)
    clock.instant = datetime(2026, 12, 21, 5, tzinfo=UTC)
    sells(counter)


def test_the_same_bill_again_is_no_second_one(counter: TestShop) -> None:
    bill = {
        "command_id": str(new_id()),
        "lines": [{"item": "PCM500", "quantity": "1"}],
        "payments": [{"mode": "upi", "amount": "26.00", "reference": UTR}],
    }
    posted = []
    for confirmed in (False, True, False):
        with counter.shop.database.write(counter.actor) as uow:
            posted.append(post_bill(uow, load(PostBill, {**bill, "confirmed": confirmed})))
    assert posted[0] == posted[1] == posted[2]


def test_a_number_that_is_confirmed_or_said_later_is_asked_about_too(counter: TestShop) -> None:
    first, waits = sells(counter), sells(counter, reference=None)

    def confirms(**more: Any) -> BillView:
        with counter.shop.database.write(counter.actor) as uow:
            return confirm_payment(uow, ConfirmPayment(number=waits.number, **more))

    with counter.refuses("sales.upi_number_form", "reference"):
        confirms(reference="ab")
    with pytest.raises(NeedsConfirmation) as question:
        confirms(reference=UTR)
    assert (question.value.where, question.value.values["number"]) == ("reference", first.number)
    confirms(reference="612345678902")
    assert asked(counter, reference="612345678902").values["number"] == waits.number

    def is_paid_by(number: str, reference: str, **more: Any) -> BillView:
        payments = [{"mode": "card", "amount": "26.00", "reference": reference}]
        said = {"number": number, "payments": payments, "reason": "looked at the slip", **more}
        with counter.shop.database.write(counter.actor) as uow:
            return change_payment(uow, load(ChangePayment, said))

    with pytest.raises(NeedsConfirmation):
        is_paid_by(waits.number, UTR)
    is_paid_by(first.number, UTR)  # its own number is nobody else's
    is_paid_by(first.number, "471147")
    sells(counter)  # the first bill is paid so no more
    assert asked(counter, mode="card", reference="471147").values["number"] == first.number
    is_paid_by(waits.number, "471147", confirmed=True)
    counter.books_agree()


def test_bills_are_found_by_their_day_and_payments_by_their_bill(counter: TestShop) -> None:
    today = sells(counter).date
    statement = bills_naming(UTR, today).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with counter.shop.database.read() as session:
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert "SEARCH bill USING COVERING INDEX ix_bill_on_date (on_date>?)" in plan, plan
    searched = [step for step in plan if step.startswith("SEARCH")]
    assert len(searched) == 6, plan
    assert not [step for step in plan if step.startswith("SCAN")], plan


@given(st.text("0123456789abcdefXYZ", min_size=6, max_size=35))
def test_letters_and_digits_are_a_number(text: str) -> None:
    refuse_no_upi_number(text)


@pytest.mark.parametrize("text", ["ab", "12345", "6123 4567 8901", "x" * 36, "६१२३४५६७८९०१", "12345678-9"])
def test_what_can_be_no_number_is_refused_with_what_is_one(counter: TestShop, text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        sells(counter, reference=text)
    assert (refused.value.code, refused.value.where) == ("sales.upi_number_form", "payments.0.reference")
    sells(counter, mode="card", reference=text)
