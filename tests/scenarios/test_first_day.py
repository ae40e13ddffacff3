"""The first day of a shop, from its first strip to its tenth bill."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog.dto import DrugSchedule
from core.kernel.actor import Role
from core.kernel.gst import DocumentKind, TaxType
from core.kernel.ids import new_id
from core.kernel.money import Money
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


def test_the_bill_of_the_command_lines_own_example(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A1", expiry="03/2027", mrp="25.65", packs=10)
    bill = shop.bills(("PCM500", "2:5"), paid="200.00")
    assert (bill.number, bill.date.isoformat()) == ("C1/26-27/000001", "2026-11-20")
    assert [str(bill.total), str(bill.round_off), str(bill.change)] == ["64.00", "-0.12", "136.00"]
    assert (bill.tax_type, bill.document_kind) == (TaxType.INTRA, DocumentKind.TAX_INVOICE)
    line = bill.lines[0]
    assert (line.item_code, line.batch, line.expiry.isoformat() if line.expiry else "") == (
        "PCM500",
        "A1",
        "2027-03-31",
    )
    assert (line.units, str(line.mrp), str(line.gross), str(line.discount)) == (25, "25.65", "64.12", "0.00")
    assert [str(v) for v in (line.taxable, line.gst, line.cgst, line.sgst, line.igst, line.amount)] == [
        "61.06",
        "5",
        "1.53",
        "1.53",
        "0.00",
        "64.12",
    ]
    assert len(bill.check_code) == 8
    assert shop.units("PCM500") == 75
    shop.books_agree()


def test_numbers_run_without_a_gap_whatever_is_refused_between(shop: TestShop) -> None:
    shop.receives("PCM500", packs=3)
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000001"
    with shop.refuses("stock.not_enough", where="lines.0"):
        shop.bills(("PCM500", "3"))
    with shop.refuses("sales.not_paid", where="payments"):
        shop.bills(("PCM500", "1"), paid="1.00")
    with shop.refuses("sales.no_such_item", where="lines.1.item"):
        shop.bills(("PCM500", "1"), ("NOTHING", "1"))
    with shop.refuses("quantity.unreadable", where="lines.0"):
        shop.bills(("PCM500", "one"))
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000002"
    shop.books_agree()


def test_a_second_enter_returns_the_first_bill(shop: TestShop) -> None:
    shop.receives("PCM500", packs=3)
    command_id = new_id()
    first = shop.bills(("PCM500", "1"), command_id=command_id)
    again = shop.bills(("PCM500", "1"), command_id=command_id)
    assert again == first
    assert shop.units("PCM500") == 20
    with shop.refuses("sales.command_reused"):
        shop.bills(("PCM500", "2"), command_id=command_id)
    shop.books_agree()


def test_a_quantity_spans_batches_and_lots(shop: TestShop) -> None:
    shop.receives("PCM500", batch="LATE", expiry="12/2028", mrp="30.00", packs=2)
    shop.receives("PCM500", batch="SOON", expiry="01/2027", mrp="25.65", packs=1)
    shop.receives("PCM500", batch="SOON", expiry="01/2027", mrp="25.65", packs=1, cost="16.0000")
    bill = shop.bills(("PCM500", "2:5"))
    assert [(line.batch, line.units, str(line.gross)) for line in bill.lines] == [
        ("SOON", 20, "51.30"),
        ("LATE", 5, "15.00"),
    ]
    assert [(batch.number, batch.units) for batch in shop.stock("PCM500").batches] == [("LATE", 15)]
    shop.books_agree()


def test_two_lines_of_one_item_do_not_sell_the_same_strip_twice(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    with shop.refuses("stock.not_enough", where="lines.1"):
        shop.bills(("PCM500", "0:6"), ("PCM500", "0:5"))
    bill = shop.bills(("PCM500", "0:6"), ("PCM500", "0:4"))
    assert [line.units for line in bill.lines] == [6, 4]
    assert shop.units("PCM500") == 0


def test_expired_stock_is_refused_on_the_day_after_its_last(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", batch="NOV", expiry="11/2026", packs=5)
    clock.turn(days=10)  # 30 November
    shop.bills(("PCM500", "1"))
    clock.turn(days=1)
    with shop.refuses("stock.rest_expired"):
        shop.bills(("PCM500", "1"))
    with shop.refuses("stock.expired"):
        shop.bills({"item": "PCM500", "quantity": "1", "batch": "NOV"})


def test_across_the_state_border_the_tax_is_igst(shop: TestShop) -> None:
    shop.receives("PCM500", mrp="97.50")
    bill = shop.bills(("PCM500", "1"), customer={"name": "A Kumar", "state": "29"})
    assert (bill.tax_type, bill.place_of_supply) == (TaxType.INTER, "29")
    assert [str(v) for v in (bill.taxable, bill.cgst, bill.sgst, bill.igst)] == ["92.86", "0.00", "0.00", "4.64"]
    named = shop.bills(("PCM500", "1"), customer={"state": "29"}, place_of_supply="32")
    assert named.tax_type is TaxType.INTRA
    shop.books_agree()


def test_a_composition_shop_collects_no_tax(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "composition", clock, registration="composition")
    shop.receives("PCM500", mrp="97.50")
    bill = shop.bills(("PCM500", "1"))
    assert (bill.document_kind, bill.tax_type, str(bill.taxable)) == (
        DocumentKind.BILL_OF_SUPPLY,
        TaxType.NONE,
        "97.50",
    )
    shop.books_agree()
    shop.close()


def test_taxable_and_nil_goods_on_one_retail_bill(shop: TestShop) -> None:
    shop.receives("PCM500")
    shop.receives("LIFE", treatment="nil", gst="0", name="Named nil drug", mrp="1000.00")
    bill = shop.bills(("PCM500", "1"), ("LIFE", "1"))
    assert bill.document_kind is DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY
    assert str(bill.lines[1].taxable) == "1000.00"
    shop.books_agree()


def test_discounts_on_lines_and_bill_close(shop: TestShop) -> None:
    shop.receives("PCM500")
    shop.receives("SYRUP", pieces_per_pack=1, pack_label="100 ml", mrp="112.00", gst="12")
    bill = shop.bills(
        {"item": "PCM500", "quantity": "1", "discount_percent": "10"},
        {"item": "SYRUP", "quantity": "1", "discount": "12.00"},
        bill_discount="3.00",
    )
    assert bill.gross - bill.discount == Money.total(line.amount for line in bill.lines)
    assert str(bill.discount) == "17.57"
    shop.books_agree()


def test_a_prescription_drug_needs_its_prescription(shop: TestShop) -> None:
    shop.receives("ALPRAZ", schedules=frozenset({DrugSchedule.H1}))
    with shop.refuses("dispensing.needs_prescription", where="lines.0.item"):
        shop.bills(("ALPRAZ", "1"))
    shop.on_duty()
    shop.bills(("ALPRAZ", "1"), dispensing=shop.prescribed())
    shop.books_agree()


@pytest.mark.parametrize(
    ("bill", "code", "where"),
    [
        ({"payments": []}, "input.empty", "payments"),
        ({"surprise": 1}, "input.unknown_field", "surprise"),
        ({"date": "2026-02-30"}, "date.unreadable", "date"),
        ({"bill_discount": "-1.00"}, "sales.discount_too_big", None),
        ({"customer": {"state": "99"}}, "gst.state_unknown", "customer.state"),
        ({"payments": [{"mode": "cash", "amount": 5}]}, "input.not_text", "payments.0.amount"),
        ({"payments": [{"mode": "shells", "amount": "5.00"}]}, "input.not_one_of", "payments.0.mode"),
        ({"date": "2026-11-21"}, "sales.date_in_future", "date"),
    ],
)
def test_bad_input_is_named_with_its_place(
    shop: TestShop, bill: dict[str, object], code: str, where: str | None
) -> None:
    shop.receives("PCM500")
    with shop.refuses(code, where):
        shop.bills(("PCM500", "1"), **bill)  # type: ignore[arg-type]


def test_who_may_not_bill_is_refused(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500")
    clock.turn(days=1)
    shop.acts(Role.ACCOUNTANT)
    with shop.refuses("auth.not_allowed"):
        shop.bills(("PCM500", "1"))
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        shop.bills(("PCM500", "1"), date="2026-11-20")
    shop.bills(("PCM500", "1"))
