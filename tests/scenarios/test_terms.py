"""Whose state, which taxes, what paper: the terms of every kind of customer and shop (facts A1, A3, A4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.app.choices import set_choice
from core.app.health import confirm_clock
from core.app.series import SetNumberSeries, set_number_series
from core.kernel.actor import Role
from core.kernel.gst import DocumentKind, TaxType
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.settings.choices import Choice
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

HOSPITAL_BENGALURU = "29AAHCS9012L1ZW"
NAMED = {"name": "St. John Hospital", "address": "Bengaluru 560034"}
MakeShop = Callable[..., TestShop]


@pytest.fixture
def make_shop(tmp_path: Path, clock: TurnedClock) -> Iterator[MakeShop]:
    """Found shops with details of their own."""
    made: list[TestShop] = []

    def make(**details: Any) -> TestShop:
        shop = TestShop.create(tmp_path / f"shop{len(made)}", clock, **details)
        shop.receives("PCM500", mrp="105.00", pieces_per_pack=10)
        shop.receives("LIFE", treatment="nil", gst="0", mrp="1000.00", name="Named nil drug")
        made.append(shop)
        return shop

    yield make
    for shop in made:
        shop.books_agree()
        debits = Money.total(row.debit for row in trial(shop))
        assert debits == Money.total(row.credit for row in trial(shop))
        shop.close()


def trial(shop: TestShop) -> list[Any]:
    with shop.shop.database.read() as session:
        return list(trial_balance(session))


def balance(shop: TestShop, code: str) -> str:
    return next((str(row.debit - row.credit) for row in trial(shop) if row.code == code), "0.00")


def cancel(shop: TestShop, number: str, reason: str = "wrong patient") -> BillView:
    with shop.shop.database.write(shop.actor) as uow:
        return cancel_bill(uow, CancelBill(number=number, reason=reason))


@pytest.mark.parametrize(
    ("bill", "place", "tax_type"),
    [
        ({}, "32", TaxType.INTRA),
        ({"customer": {"name": "A Kumar"}}, "32", TaxType.INTRA),
        ({"customer": {"state": "29"}}, "29", TaxType.INTER),
        ({"customer": {**NAMED, "gstin": HOSPITAL_BENGALURU}}, "29", TaxType.INTER),
        ({"customer": {**NAMED, "gstin": HOSPITAL_BENGALURU, "state": "32"}}, "29", TaxType.INTER),
        ({"customer": {**NAMED, "gstin": HOSPITAL_BENGALURU}, "place_of_supply": "32"}, "32", TaxType.INTRA),
        (
            {"customer": {**NAMED, "gstin": HOSPITAL_BENGALURU, "sez": True}, "place_of_supply": "32"},
            "32",
            TaxType.INTER,
        ),
    ],
)
def test_place_of_supply_and_tax(make_shop: MakeShop, bill: dict[str, Any], place: str, tax_type: TaxType) -> None:
    posted = make_shop().bills(("PCM500", "1"), **bill)
    assert (posted.place_of_supply, posted.tax_type) == (place, tax_type)
    assert str(posted.taxable) == "100.00"
    assert str(posted.igst if tax_type is TaxType.INTER else posted.cgst + posted.sgst) == "5.00"


@pytest.mark.parametrize(
    ("registration", "items", "customer", "kind"),
    [
        ("regular", ["PCM500"], {}, DocumentKind.TAX_INVOICE),
        ("regular", ["LIFE"], {}, DocumentKind.BILL_OF_SUPPLY),
        ("regular", ["PCM500", "LIFE"], {}, DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY),
        ("regular", ["PCM500", "LIFE"], {**NAMED, "gstin": HOSPITAL_BENGALURU}, DocumentKind.TAX_INVOICE),
        ("regular", ["LIFE"], {**NAMED, "gstin": HOSPITAL_BENGALURU}, DocumentKind.BILL_OF_SUPPLY),
        ("composition", ["PCM500", "LIFE"], {}, DocumentKind.BILL_OF_SUPPLY),
        ("unregistered", ["PCM500"], {"state": "29"}, DocumentKind.CASH_MEMO),
    ],
)
def test_the_paper(
    make_shop: MakeShop, registration: str, items: list[str], customer: dict[str, str], kind: DocumentKind
) -> None:
    details = {} if registration == "regular" else {"registration": registration}
    if registration == "unregistered":
        details["gstin"] = None  # type: ignore[assignment]
    posted = make_shop(**details).bills(*[(item, "1") for item in items], customer=customer)
    assert posted.document_kind is kind
    if registration != "regular":
        assert posted.tax_type is TaxType.NONE
        assert not posted.cgst + posted.sgst + posted.igst


def test_a_shop_may_want_two_documents_for_a_registered_buyer(make_shop: MakeShop) -> None:
    shop = make_shop()
    choose(shop, Choice.MIXED_TO_REGISTERED, "two_documents")
    with shop.refuses("sales.mixed_bill"):
        shop.bills(("PCM500", "1"), ("LIFE", "1"), customer={**NAMED, "gstin": HOSPITAL_BENGALURU})
    assert shop.bills(("PCM500", "1"), ("LIFE", "1")).document_kind is DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY


def test_a_shop_does_not_bill_itself(make_shop: MakeShop) -> None:
    shop = make_shop()
    with shop.refuses("sales.own_gstin", where="customer.gstin"):
        shop.bills(("PCM500", "1"), customer={"gstin": "32AABCT1332L1ZN"})
    with shop.refuses("sales.sez_needs_gstin"):
        shop.bills(("PCM500", "1"), customer={"sez": True})


def choose(shop: TestShop, choice: Choice, value: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        set_choice(uow, choice, value)


@pytest.mark.parametrize(
    ("mode", "total", "round_off"),
    [("nearest", "64.00", "-0.12"), ("down", "64.00", "-0.12"), ("none", "64.12", "0.00")],
)
def test_round_off_is_the_shops_choice(make_shop: MakeShop, mode: str, total: str, round_off: str) -> None:
    shop = make_shop()
    shop.receives("LOOSE", mrp="25.65")
    choose(shop, Choice.ROUND_OFF, mode)
    bill = shop.bills(("LOOSE", "2:5"))
    assert [str(bill.total), str(bill.round_off)] == [total, round_off]
    assert balance(shop, "round_off") == str(bill.round_off * -1)


def test_an_unknown_choice_is_refused(make_shop: MakeShop) -> None:
    shop = make_shop()
    with shop.refuses("settings.no_such_value"):
        choose(shop, Choice.ROUND_OFF, "up")
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        choose(shop, Choice.ROUND_OFF, "none")


def test_a_clinic_is_billed_at_a_rate_without_tax_and_gets_one_free(make_shop: MakeShop) -> None:
    shop = make_shop()
    bill = shop.bills(
        {"item": "PCM500", "quantity": "5", "rate": "80.00", "free": "1", "discount_percent": "10"},
        customer={**NAMED, "gstin": HOSPITAL_BENGALURU},
        price_basis="exclusive",
    )
    line = bill.lines[0]
    assert [str(v) for v in (line.gross, line.discount, line.taxable, line.igst, line.amount)] == [
        "400.00",
        "40.00",
        "360.00",
        "18.00",
        "378.00",
    ]
    assert (line.units, line.free_units, str(line.rate)) == (50, 10, "80.0000")
    assert shop.units("PCM500") == 40
    # six strips left stock at 15.00 each
    assert balance(shop, "cost_of_sales") == "90.00"


def test_a_rate_whose_tax_passes_the_mrp_is_refused(make_shop: MakeShop) -> None:
    shop = make_shop()
    assert shop.bills({"item": "PCM500", "quantity": "1", "rate": "100.00"}, price_basis="exclusive").total == Money(
        10500
    )
    with shop.refuses("sales.above_mrp"):
        shop.bills({"item": "PCM500", "quantity": "1", "rate": "100.01"}, price_basis="exclusive")
    with shop.refuses("sales.rate_missing"):
        shop.bills(("PCM500", "1"), price_basis="exclusive")
    with shop.refuses("sales.rate_on_mrp_bill"):
        shop.bills({"item": "PCM500", "quantity": "1", "free": "1"})


def test_a_bill_of_march_entered_in_april_keeps_its_year(make_shop: MakeShop, clock: TurnedClock) -> None:
    clock.instant = clock.instant.replace(year=2027, month=3, day=31)
    shop = make_shop()
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000001"
    clock.turn(days=1)
    assert shop.bills(("PCM500", "1")).number == "C1/27-28/000001"
    late = shop.bills(("PCM500", "1"), date="2027-03-31")
    assert (late.number, late.date.isoformat()) == ("C1/26-27/000002", "2027-03-31")
    assert shop.bills(("PCM500", "1")).number == "C1/27-28/000002"


@pytest.mark.parametrize("memo", [{}, {"manual": {"number": "B2/117"}}])
def test_no_bill_is_dated_before_the_shop_or_into_a_year_long_finished(
    make_shop: MakeShop, clock: TurnedClock, memo: dict[str, Any]
) -> None:
    shop = make_shop()
    for day in ("2026-11-19", "2025-04-01"):
        with shop.refuses("sales.date_before_shop", where="date"):
            shop.bills(("PCM500", "0:1"), date=day, **memo)
    for day in ("2025-03-31", "1900-01-01"):
        with shop.refuses("sales.date_too_old", where="date"):
            shop.bills(("PCM500", "0:1"), date=day, **memo)
    for year in (2027, 2028):
        clock.instant = clock.instant.replace(year=year, month=4, day=1)
        with shop.shop.database.write(shop.actor) as uow:
            confirm_clock(uow)
        if year == 2027:
            assert shop.bills(("PCM500", "0:1"), date="2026-11-20", **memo).date.isoformat() == "2026-11-20"
        else:
            assert shop.bills(("PCM500", "0:1"), date="2027-04-01").date.isoformat() == "2027-04-01"
            with shop.refuses("sales.date_too_old", where="date"):
                shop.bills(("PCM500", "0:1"), date="2027-03-31", **memo)


def set_series(shop: TestShop, **command: Any) -> str:
    with shop.shop.database.write(shop.actor) as uow:
        return set_number_series(uow, SetNumberSeries.model_validate(command))


def test_a_shop_that_moves_over_goes_on_with_its_numbers(make_shop: MakeShop, clock: TurnedClock) -> None:
    shop = make_shop()
    assert set_series(shop, prefix="PH", width=5, first_serial=341) == "PH/26-27/00341"
    assert [shop.bills(("PCM500", "0:1")).number for _ in range(2)] == ["PH/26-27/00341", "PH/26-27/00342"]
    with shop.refuses("numbering.begun"):
        set_series(shop, prefix="PH", width=5, first_serial=350)
    assert set_series(shop, prefix="PH", width=4, first_serial=343) == "PH/26-27/0343"
    assert shop.bills(("PCM500", "0:1")).number == "PH/26-27/0343"
    clock.turn(days=200)
    with shop.shop.database.write(shop.actor) as uow:
        confirm_clock(uow)  # it looks odd after so long
    assert shop.bills(("PCM500", "0:1")).number == "PH/27-28/0001"


def test_series_never_share_a_prefix_and_a_full_one_says_so(make_shop: MakeShop) -> None:
    shop = make_shop()
    with shop.refuses("numbering.prefix_taken"):
        set_series(shop, prefix="C1M")
    with shop.refuses("numbering.full"):
        set_series(shop, prefix="ABCDEFGH", first_serial=10)
    set_series(shop, prefix="ABCDEFGH", first_serial=9)
    assert shop.bills(("PCM500", "0:1")).number == "ABCDEFGH/26-27/9"
    with shop.refuses("numbering.full"):
        shop.bills(("PCM500", "0:1"))
    set_series(shop, prefix="B", first_serial=1)
    assert shop.bills(("PCM500", "0:1")).number == "B/26-27/000001"


def test_hand_written_memos_have_a_series_and_a_date_of_their_own(make_shop: MakeShop, clock: TurnedClock) -> None:
    shop = make_shop()
    clock.turn(days=2)
    memo = shop.bills(("PCM500", "1"), manual={"number": "B2/117"}, date="2026-11-20")
    assert (memo.number, memo.memo_number, memo.date.isoformat()) == ("C1M/26-27/000001", "B2/117", "2026-11-20")
    with shop.refuses("sales.memo_taken", where="manual.number"):
        shop.bills(("PCM500", "1"), manual={"number": "B2/117"}, date="2026-11-21")
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000001"


def test_a_cancelled_bill_keeps_its_number_and_gives_everything_back(make_shop: MakeShop) -> None:
    shop = make_shop()
    before = {code: balance(shop, code) for code in ("cash", "stock", "sales.taxable.5", "tax.output.cgst")}
    bill = shop.bills(("PCM500", "1:5"), ("LIFE", "1"))
    cancelled = cancel(shop, bill.number)
    assert cancelled.cancelled is not None
    assert (cancelled.number, cancelled.cancelled.reason) == (bill.number, "wrong patient")
    assert (shop.units("PCM500"), shop.units("LIFE")) == (100, 100)
    assert {code: balance(shop, code) for code in before} == before
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000002"


def test_what_cannot_be_cancelled(make_shop: MakeShop, clock: TurnedClock) -> None:
    shop = make_shop()
    bill = shop.bills(("PCM500", "1"))
    with shop.refuses("sales.no_such_bill"):
        cancel(shop, "C1/26-27/000009")
    cancel(shop, bill.number)
    with shop.refuses("sales.cancelled_already"):
        cancel(shop, bill.number)
    yesterday = shop.bills(("PCM500", "1"))
    clock.turn(days=1)
    with shop.refuses("sales.cancel_too_late"):
        cancel(shop, yesterday.number)
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.needs_supervisor"):
        cancel(shop, yesterday.number)


def test_the_trial_balance_of_a_day(make_shop: MakeShop, clock: TurnedClock) -> None:
    shop = make_shop()
    shop.bills(("PCM500", "1"))
    clock.turn(days=1)
    shop.bills(("PCM500", "2"))
    assert balance(shop, "cash") == "315.00"
    assert balance(shop, "sales.taxable.5") == "-300.00"
    with shop.shop.database.read() as session:
        first_day = {
            row.code: row.debit - row.credit for row in trial_balance(session, clock.instant.date().replace(day=20))
        }
    assert str(first_day["cash"]) == "105.00"


def test_a_lot_sold_loose_leaves_no_paisa_behind(make_shop: MakeShop) -> None:
    shop = make_shop()
    shop.receives("ODD", mrp="50.00", packs=1, cost="10.0100")
    before = balance(shop, "stock")
    for _ in range(10):
        shop.bills(("ODD", "1t"))
    assert Money.parse(before) - Money.parse(balance(shop, "stock")) == Money(1001)
    cancelled = cancel(shop, shop.bills(("PCM500", "3t")).number)
    assert cancelled.cancelled is not None
