"""How a bill is paid at the counter: amounts and letters, numbers of payments, and whatever is typed in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money
from core.sales.dto import TenderMode
from core.sales.paying import change_of
from core.sales.upi import upi_reference
from pos_desktop.screens.billing.tender import LETTERS, Tender, UpiPayee
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter with three items on its shelves."""
    shop = stocked_shop(tmp_path / "shop", clock)
    yield Counter(shop)
    shop.books_agree()
    shop.close()


DRAFT = UUID("01a1e1f9-b1c0-723f-8008-10fda43e0c27")
PAYEE = UpiPayee("shop@okbank", "Test Medicals")


def tender(total: str = "257.00", *, has_customer: bool = False) -> Tender:
    return Tender(Money.parse(total), DRAFT, PAYEE, has_customer)


def test_a_letter_alone_takes_all_that_is_due() -> None:
    paying = tender()
    paying.type("u")
    assert (paying.due, paying.typed, paying.asks_number) == (ZERO, "", True)
    assert "am=257.00" in paying.upi
    assert f"tr={upi_reference(DRAFT)}" in paying.upi
    paying.take_number()
    assert paying.upi == ""
    assert [(paid.mode, paid.amount, paid.reference) for paid in paying.payments()] == [
        (TenderMode.UPI, Money(257_00), None)
    ]


def test_a_split_with_cash_and_change() -> None:
    paying = tender()
    paying.type("100u")
    paying.type("612345678901")
    paying.take_number()
    paying.type("50C")
    paying.take_number()
    paying.type("200")
    assert paying.change == Money(93_00)
    assert [(paid.mode, str(paid.amount), paid.reference) for paid in paying.payments()] == [
        (TenderMode.UPI, "100.00", "612345678901"), (TenderMode.CARD, "50.00", None), (TenderMode.CASH, "200.00", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words"), [("300u", "only cash can be more"), ("0c", "Nothing is paid"), ("k", "choose their card")]
)
def test_what_cannot_be_taken_so_says_why_and_stays_typed(typed: str, words: str) -> None:
    paying = tender()
    paying.type(typed)
    assert words in paying.sentence
    assert (paying.taken, paying.typed) == ([], typed[:-1])


def test_credit_belongs_to_a_customer_and_asks_no_number() -> None:
    paying = tender(has_customer=True)
    paying.type("200k")
    assert (paying.due, paying.asks_number) == (Money(57_00), False)


def test_a_cheque_has_a_number() -> None:
    paying = tender()
    paying.type("q")
    with pytest.raises(RuleBroken) as refused:
        paying.take_number()
    assert refused.value.code == "sales.cheque_without_number"
    paying.type("000123, SBI")
    paying.take_number()
    assert paying.payments()[0].reference == "000123, SBI"


def test_backspace_takes_the_last_payment_back_and_never_what_is_typed() -> None:
    paying = tender()
    paying.type("100c")
    paying.type("47")
    assert not paying.drop_last()
    paying.type("")
    assert paying.drop_last()
    assert (paying.due, paying.asks_number) == (Money(257_00), False)
    assert not paying.drop_last()


def test_a_shop_without_a_upi_id_shows_no_code() -> None:
    paying = Tender(Money(257_00), DRAFT)
    paying.type("u")
    assert paying.upi == ""


@given(
    total=st.integers(0, 10**7),
    keys=st.lists(
        st.text("0123456789.,", max_size=7).flatmap(
            lambda text: st.sampled_from(["", *LETTERS]).map(lambda k: text + k)
        )
        | st.sampled_from(["ENTER", "BACK"]),
        max_size=12,
    ),
)
def test_whatever_is_typed_what_would_be_posted_is_a_payment_of_the_bill(total: int, keys: list[str]) -> None:
    paying = Tender(Money(total), new_id(), PAYEE, has_customer=True)
    for key in keys:
        if key == "BACK":
            paying.drop_last()
        elif key == "ENTER" and paying.asks_number:
            try:
                paying.take_number()
            except RuleBroken as broken:
                paying.sentence = broken.code
        elif key != "ENTER":
            paying.type(key)
        assert paying.due >= ZERO
    if paying.asks_number:
        return
    try:
        payments = paying.payments()
    except RuleBroken:
        return
    numbered = [
        paid if paid.mode is not TenderMode.CHEQUE else paid.model_copy(update={"reference": "1"}) for paid in payments
    ]
    assert change_of(Money(total), numbered) == paying.change


# --- at the counter ----------------------------------------------------------------------------------------------


def test_the_counter_takes_upi_with_one_letter(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.pays("u")
    paying = counter.tender()
    assert paying is None
    (paid,) = counter.last().bill.tenders
    assert (paid.mode, paid.waits) == (TenderMode.UPI, True)


def test_what_is_still_due_is_asked_before_the_bill_is_saved(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.pays("20u")
    assert counter.tender() is not None
    counter.billing.checkout.enter()
    assert counter.tender() is None
    assert [paid.mode for paid in counter.last().bill.tenders] == [TenderMode.UPI, TenderMode.CASH]
    assert counter.last().bill.change == ZERO


def test_backspace_at_the_counter(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.billing.open_tender()
    checkout = counter.billing.checkout
    assert not checkout.drop_last()
    checkout.type("u")
    assert checkout.drop_last()
    checkout.enter()
    assert [paid.mode for paid in counter.last().bill.tenders] == [TenderMode.CASH]


def test_a_upi_number_that_another_bill_has_is_asked_about_and_enter_takes_it(counter: Counter) -> None:
    def pays_by_upi(number: str) -> None:
        counter.billing.open_tender()
        counter.billing.checkout.type("u")
        counter.billing.checkout.type(number)
        counter.billing.checkout.enter()

    counter.adds("para", "2")
    pays_by_upi("612345678901")
    first = counter.last().bill

    counter.adds("para", "1")
    pays_by_upi("ab")
    asked = counter.tender()
    assert asked is not None
    assert "the 12 digits of its UTR" in asked.sentence
    counter.billing.checkout.type("612345678901")
    counter.billing.checkout.enter()
    assert first.number in asked.sentence
    assert counter.last().bill == first

    counter.billing.checkout.type("5")  # the question is gone, and comes again
    counter.billing.checkout.type("")
    counter.billing.checkout.enter()
    assert first.number in asked.sentence
    assert counter.last().bill == first
    counter.billing.checkout.enter()
    assert counter.tender() is None
    assert [paid.reference for paid in counter.last().bill.tenders] == ["612345678901"]
    assert counter.last().bill != first
