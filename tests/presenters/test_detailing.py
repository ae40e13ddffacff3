"""The buyer's GSTIN and State, a hand-written memo, an earlier day: typed at the counter. Without a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.gst import TaxType
from core.sales.correcting import correct_bill
from core.sales.drafts import NO_DETAILS, BillDetails
from core.sales.dto import CorrectBill
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.detailing import said
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

HOSPITAL = "29AAHCS9012L1ZW"


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def form_of(counter: Counter) -> BillForm:
    form = counter.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.DETAILS
    return form


def says(counter: Counter, **typed: str) -> None:
    counter.billing.ask_details()
    values = {field.name: field.value for field in form_of(counter).fields}
    counter.billing.asking.submit({**values, **typed})


def tax_type(counter: Counter) -> TaxType:
    return counter.billing.draft.tax_type


def test_a_hospital_of_another_state_is_billed_with_igst(counter: Counter) -> None:
    counter.adds("para", "2")
    says(counter, gstin=HOSPITAL.lower())
    assert counter.billing.asking.form is None
    assert tax_type(counter) is TaxType.INTER
    assert said(counter.billing.draft.details) == HOSPITAL
    shown = counter.billing.draft.totals
    counter.pays()
    assert counter.billing.saving.last is None  # a registered buyer's paper names who it is (rule 46(d))
    assert (counter.billing.customer_open, counter.billing.draft.asks_address) == (True, True)
    counter.billing.customer_typed("St. John Hospital", "", "Bengaluru 560034")
    counter.billing.close_customer()
    counter.pays()
    bill = counter.last().bill
    assert (bill.customer_name, bill.customer_address) == ("St. John Hospital", "Bengaluru 560034")
    assert (bill.customer_gstin, bill.place_of_supply, bill.tax_type) == (HOSPITAL, "29", TaxType.INTER)
    assert (bill.igst, bill.total) == (shown.tax, shown.total)
    assert counter.billing.draft.details == NO_DETAILS  # the next bill has none of it


def test_a_buyer_of_another_state_without_gstin_and_a_place_of_supply(counter: Counter) -> None:
    counter.adds("para", "1")
    says(counter, state="29")
    assert tax_type(counter) is TaxType.INTER
    says(counter, state="29", place_of_supply="32")
    assert tax_type(counter) is TaxType.INTRA
    counter.pays()
    bill = counter.last().bill
    assert (bill.customer_state, bill.place_of_supply, bill.tax_type) == ("29", "32", TaxType.INTRA)


def test_a_memo_of_yesterday_is_entered_with_its_number(shop: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=1)
    counter = Counter(shop)
    yesterday = business_date(clock.now()) - timedelta(days=1)
    counter.adds("para", "1")
    says(counter, memo="17", date=f"{yesterday:%d/%m/%Y}")
    assert said(counter.billing.draft.details) == f"memo 17 · {yesterday:%d-%m-%Y}"
    counter.pays()
    assert (counter.last().bill.memo_number, counter.last().bill.date) == ("17", yesterday)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"gstin": "29AAHCS9012L1ZX"}, "gstin"),
        ({"gstin": "here"}, "gstin"),
        ({"date": "31-02-2026"}, "date"),
        ({"memo": "x" * 21}, "memo"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(counter: Counter, typed: dict[str, str], field: str) -> None:
    counter.adds("para", "1")
    says(counter, **typed)
    assert form_of(counter).problems.get(field)
    counter.billing.asking.escape()
    assert counter.billing.draft.details == NO_DETAILS


def test_a_zone_without_a_gstin_is_refused_when_it_is_saved(counter: Counter) -> None:
    counter.adds("para", "1")
    says(counter, sez="sez")
    counter.pays()
    assert counter.billing.saving.last is None


def test_an_earlier_day_needs_its_right(shop: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=1)
    shop.acts(Role.CASHIER)
    counter = Counter(shop)
    counter.adds("para", "1")
    says(counter, date=f"{business_date(clock.now()) - timedelta(days=1):%d-%m-%Y}")
    counter.pays()
    tender = counter.tender()
    assert tender is not None
    assert "back date" in tender.sentence


def test_the_details_come_back_after_the_power_went_and_with_a_corrected_bill(counter: Counter, shop: TestShop) -> None:
    counter.adds("para", "1")
    says(counter, gstin=HOSPITAL, memo="17")
    counter.billing.customer_typed("St. John Hospital", "", "Bengaluru 560034")
    counter.billing.keep_now()
    later = Counter(shop)
    assert later.billing.draft.details == BillDetails(gstin=HOSPITAL, memo="17")
    assert later.billing.draft.tax_type is TaxType.INTER
    later.pays()
    with shop.shop.database.write(shop.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=later.last().bill.number, reason="wrong phone")).draft
    again = Counter(shop)
    assert again.billing.unfit(draft) is None
    again.billing.take_over(draft, {"PCM500": shop.stock("PCM500")})
    assert again.billing.draft.details == BillDetails(gstin=HOSPITAL, state="29", memo="17")
    again.pays()
    assert again.last().bill.customer_gstin == HOSPITAL
    assert again.last().bill.memo_number == "17"


def test_no_day_is_no_detail() -> None:
    assert said(NO_DETAILS) == ""
    assert said(BillDetails(date=date(2026, 11, 20))) == "20-11-2026"
