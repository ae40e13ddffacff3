"""Receipts: what stands on them, and that nothing is ever cut off or too wide."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.printing.dto import Columns
from core.printing.paper import Size, Text, row, to_text
from core.printing.plain import plain
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, is_without_tax, shop_view, shops

GOLDEN = Path(__file__).parents[2] / "golden"
ALL_COLUMNS: tuple[Columns, ...] = (32, 42, 48)
CONDOMS = Sold("Nirodh Deluxe Condoms 10s", "25.00", gst="0", treatment=GstTreatment.NIL, hsn="40141010", batch="N7")


def printed(bill: BillView, shop: ShopView | None = None, columns: Columns = 48, *, duplicate: bool = False) -> str:
    return to_text(receipt(bill, shop or shop_view(), columns, duplicate=duplicate), columns)


def golden_bill() -> BillView:
    long_name = replace(THREE_LINES[0], name="Multivitamin, Multimineral and Antioxidant Softgel Capsules " * 3)
    return bill_view(
        [*THREE_LINES, CONDOMS, long_name],
        customer=("Ravi Kumar", "9847000000", "Flat 4B, Skyline Apartments\nKaloor, Kochi 682017"),
        paid="1000",
    )


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_the_receipt_looks_as_it_did(columns: Columns) -> None:
    """To renew after a change meant, set NUSKHA_RENEW_GOLDEN, then look at what git shows."""
    file = GOLDEN / f"receipt_{columns}.txt"
    text = printed(golden_bill(), columns=columns)
    if os.environ.get("NUSKHA_RENEW_GOLDEN"):
        file.write_text(text, "utf-8", newline="\n")

    assert text == file.read_text("utf-8")


def test_it_holds_what_the_law_asks_of_a_memo() -> None:
    text = printed(bill_view(THREE_LINES))

    for particular in (
        "Sanjeevani Medicals", "12/345, MG Road", "GSTIN: 32AAAAA0000A1Z9", "D.L. 20: KL-KCH-1001",
        "D.L. 21: KL-KCH-1002", "TAX INVOICE", "Bill No. C1/26-27/000001", "Date 20-11-2026", "11:12",
        "Batch AUG24071", "Exp 11/2027", "HSN 30049099", "GST 12%", "Mfr GlaxoSmithKline", "Reverse charge: No",
        "Pharmacist: Anitha Menon, Reg. No. KSPC 12345", "Signature: ____", "Check code: 7K2M9QXD",
    ):  # fmt: skip
        assert particular in text
    assert "Place of supply" not in text


def test_amounts_stand_at_the_right_edge() -> None:
    lines = printed(bill_view(THREE_LINES, paid="500")).splitlines()

    for label, amount in {
        "2:5": "64.12", "Gross (MRP)": "345.54", "Discount": "-22.34", "Taxable value": "304.34", "CGST": "9.43",
        "SGST": "9.43", "Round off": "-0.20", "TOTAL": "Rs. 323.00", "Cash received": "500.00", "Change": "177.00",
    }.items():  # fmt: skip
        assert any(line.startswith(label) and line.endswith(f" {amount}") and len(line) == 48 for line in lines), label


def test_a_discount_is_praised_and_none_takes_no_room() -> None:
    assert "You saved Rs. 22.34" in printed(bill_view(THREE_LINES))

    without = printed(bill_view(THREE_LINES[:1]))
    assert "saved" not in without
    assert "Disc" not in without


def test_an_inter_state_bill_names_the_place_and_igst() -> None:
    text = printed(bill_view(THREE_LINES, tax_type=TaxType.INTER, place_of_supply="29"))

    assert "Place of supply: 29 Karnataka" in text
    assert "IGST" in text
    assert "CGST" not in text


def test_a_composition_shop_shows_its_sentence_and_no_tax() -> None:
    shop = shop_view(registration=Registration.COMPOSITION)
    text = printed(bill_view(THREE_LINES, tax_type=TaxType.NONE), shop, 48)

    assert "Composition taxable person, not eligible to" in text
    assert "BILL OF SUPPLY" in text
    for word in ("GST 5%", "CGST", "Taxable", "Reverse charge"):
        assert word not in text


def test_a_mixed_bill_keeps_exempt_value_apart() -> None:
    lines = printed(bill_view([*THREE_LINES, CONDOMS])).splitlines()

    assert any("INVOICE-CUM-BILL OF SUPPLY" in line for line in lines)
    assert [line.split() for line in lines if "value" in line] == [
        ["Taxable", "value", "304.34"],
        ["Exempt", "value", "25.00"],
    ]
    assert any(line.split() == ["Nil", "25.00", "0.00", "0.00"] for line in lines)


def test_marks_of_reprints_and_of_the_demo_shop() -> None:
    once = printed(bill_view(THREE_LINES))
    again = printed(bill_view(THREE_LINES), shop_view(is_demo=True), duplicate=True)

    assert "DUPLICATE" not in once
    assert "DEMO" not in once
    assert again.count("*** DUPLICATE ***") == 2
    assert again.count("DEMO - not a real bill") == 2


def test_a_bill_posted_on_another_day_says_when_it_was_entered() -> None:
    late = bill_view(THREE_LINES, posted_at=datetime(2026, 11, 20, 18, 45, tzinfo=UTC))  # past midnight in India

    assert "Entered 21-11-2026 00:15" in printed(late)


def test_an_amount_too_wide_pushes_its_neighbours_and_then_goes_below() -> None:
    labels, widths = ("Qty", "MRP", "Amount"), (8, 11, 13)

    assert row(("2:5", "25.65", "64.12"), labels, widths) == ["2:5           25.65        64.12"]
    assert row(("2:5", "12,34,567.00", "1,23,45,678.90"), labels, widths) == ["2:5  12,34,567.00 1,23,45,678.90"]
    assert row(("999:99", "12,34,567.00", "1,23,45,678.90"), labels, widths) == [
        "Qty                       999:99",
        "MRP                 12,34,567.00",
        "Amount            1,23,45,678.90",
    ]


def test_a_total_too_long_for_double_letters_is_only_tall() -> None:
    small = receipt(bill_view([Sold("A", "10.00")]), shop_view(), 32)
    great = receipt(bill_view([Sold("A", "99,99,99,999.00", units=10)]), shop_view(), 32)

    assert Size.TALL not in {line.size for line in small if isinstance(line, Text)}
    assert Size.TALL in {line.size for line in great if isinstance(line, Text)}


@settings(max_examples=60, deadline=None)
@given(bill=bills(), shop=shops(), columns=st.sampled_from(ALL_COLUMNS))
def test_nothing_is_too_wide_and_nothing_is_cut_off(bill: BillView, shop: ShopView, columns: Columns) -> None:
    lines = receipt(bill, shop, columns)

    assert all(line.columns <= columns for line in lines if isinstance(line, Text))
    text = to_text(lines, columns)
    assert all(len(line) <= columns and line.isascii() for line in text.splitlines())
    words = text.split()
    for amount in amounts_on(bill):
        assert amount.grouped() in words
    packed = "".join(words)
    for whole in [shop.name, *(x for line in bill.lines for x in (line.item_name, line.batch))]:
        assert "".join(plain(whole).split()) in packed


def amounts_on(bill: BillView) -> list[Money]:
    amounts = [bill.gross, bill.total, bill.change, *(tender.amount for tender in bill.tenders)]
    for line in bill.lines:
        amounts += [line.mrp, line.amount, *([line.discount] if bill.discount else [])]
    if not is_without_tax(bill):
        for part in bill.tax_summary():
            amounts += [part.taxable, *([part.igst] if bill.tax_type is TaxType.INTER else [part.cgst, part.sgst])]
    return amounts
