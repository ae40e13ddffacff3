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
from core.printing.paper import Cells, Sides, Size, Text, edges_of, fit, to_text
from core.printing.plain import plain
from core.printing.receipt import receipt
from core.printing.ruler import TextRuler
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.support.bill_views import (
    THREE_LINES,
    Sold,
    bill_view,
    bills,
    entry_view,
    is_without_tax,
    shop_view,
    shops,
)

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


def clinic_bill() -> BillView:
    """A registered hospital across the border, at rates without GST, with pieces that came free; taken back."""
    return bill_view(
        [
            Sold("Paracetamol 500 mg Tablet (Calpol)", "25.65", units=50, rate="18.2575", free=10, discount="9.13"),
            Sold("Surgical Spirit 100 ml", "58.00", units=4, pieces=1, rate="45", gst="12", hsn="2207", pack="100 ML"),
            Sold("Nirodh Deluxe Condoms 10s", "25.00", rate="20", treatment=GstTreatment.NIL, hsn="40141010"),
        ],
        tax_type=TaxType.INTER,
        place_of_supply="29",
        customer=("St. John Hospital", "080 22065000", "Sarjapur Road\nBengaluru 560034"),
        gstin="29AAHCS9012L1ZW",
        to_sez=True,
        memo="B2/117",
        cancelled="entered for the wrong hospital",
    )


@pytest.mark.parametrize("columns", ALL_COLUMNS)
@pytest.mark.parametrize(("name", "bill"), [("receipt", golden_bill()), ("receipt_clinic", clinic_bill())])
def test_the_receipt_looks_as_it_did(name: str, bill: BillView, columns: Columns) -> None:
    """To renew after a change meant, set NUSKHA_RENEW_GOLDEN, then look at what git shows."""
    file = GOLDEN / f"{name}_{columns}.txt"
    text = printed(bill, columns=columns)
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


def test_an_unregistered_shop_writes_a_memo_without_a_word_of_gst() -> None:
    shop = shop_view(registration=Registration.UNREGISTERED, gstin=None)
    text = printed(bill_view([*THREE_LINES, CONDOMS], tax_type=TaxType.NONE, registration=shop.registration), shop, 48)

    assert "CASH MEMO" in text
    for word in ("GST", "BILL OF SUPPLY", "INVOICE", "Exempt", "Reverse charge"):
        assert word not in text


def test_a_registered_customer_is_named_with_gstin_and_state() -> None:
    text = printed(bill_view(THREE_LINES, customer=("St. John Hospital", None, None), gstin="32AAHCS9012L1ZP"))

    assert "GSTIN: 32AAHCS9012L1ZP" in text
    assert "State: 32 Kerala" in text
    assert "Place of supply" not in text
    assert "SEZ" not in text


def test_an_unregistered_customer_of_another_state_is_named_with_it() -> None:
    text = printed(bill_view(THREE_LINES, customer=("Ravi Kumar", None, "Mysuru"), state="29"))

    assert "State: 29 Karnataka" in text


def test_a_supply_to_a_zone_says_so() -> None:
    to_sez = {"tax_type": TaxType.INTER, "gstin": "32AAHCS9012L1ZP", "to_sez": True}
    taxed = " ".join(printed(bill_view(THREE_LINES, **to_sez)).split())  # type: ignore[arg-type]
    untaxed = printed(bill_view([CONDOMS], **to_sez))  # type: ignore[arg-type]

    assert "Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax" in taxed
    assert "Supply to SEZ\n" in untaxed


def test_rates_without_gst_stand_with_what_is_free_and_the_tax_of_each_line() -> None:
    lines = printed(clinic_bill()).splitlines()

    assert [line.split() for line in lines if line.startswith("Qty")] == [["Qty", "Rate", "Disc.", "Amount"]]
    assert ["5:0", "18.2575", "9.13", "86.27"] in [line.split() for line in lines]
    assert "Free 1:0  Taxable 82.16  GST 4.11" in lines
    assert any("MRP 25.65" in line for line in lines)
    assert "Rate is without GST.  Reverse charge: No" in lines
    assert not any("include GST" in line or "Gross (MRP)" in line for line in lines)


def test_a_hand_written_memo_is_named_with_its_date_and_when_it_was_entered() -> None:
    text = printed(bill_view(THREE_LINES, memo="B2/117"))

    assert "Hand-written memo B2/117 of 20-11-2026" in text
    assert "Entered 20-11-2026 11:12" in text


def test_a_cancelled_bill_says_so_at_both_ends_with_day_and_reason() -> None:
    lines = printed(bill_view(THREE_LINES, cancelled="wrong patient")).splitlines()
    marks = [index for index, line in enumerate(lines) if line.strip() == "CANCELLED 20-11-2026"]

    assert len(marks) == 2
    assert marks[0] == 0
    assert marks[1] >= len(lines) - 3
    assert [lines[index + 1].strip() for index in marks] == ["Reason: wrong patient (by anitha)"] * 2


def test_every_treatment_and_rate_has_a_row_of_its_own_in_the_summary() -> None:
    kinds = [GstTreatment.NIL, GstTreatment.EXEMPT, GstTreatment.NON_GST]
    lines = printed(
        bill_view([*THREE_LINES, *(Sold(kind, "100.00", gst="0", treatment=kind) for kind in kinds)])
    ).splitlines()
    start = next(index for index, line in enumerate(lines) if line.split() == ["GST", "Value", "CGST", "SGST"])

    assert [line.split()[0] for line in lines[start + 1 : start + 6]] == ["12%", "5%", "Exempt", "Nil", "Non-GST"]
    assert any(line.split() == ["Exempt", "value", "300.00"] for line in lines)


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
    labels, edges = ("Qty", "MRP", "Amount"), edges_of((8, 11, 13))

    def row(*cells: str) -> list[str]:
        return to_text([Cells(cells, labels, edges)], 32).splitlines()

    assert row("2:5", "25.65", "64.12") == ["2:5           25.65        64.12"]
    assert row("2:5", "12,34,567.00", "1,23,45,678.90") == ["2:5  12,34,567.00 1,23,45,678.90"]
    assert row("999:99", "12,34,567.00", "1,23,45,678.90") == [
        "Qty                       999:99",
        "MRP                 12,34,567.00",
        "Amount            1,23,45,678.90",
    ]


def test_a_total_too_long_for_double_letters_is_only_tall() -> None:
    def size(mrp: str, units: int) -> Size:
        lines = fit(receipt(bill_view([Sold("A", mrp, units=units)]), shop_view(), 32), TextRuler(32))
        return next(line.size for line in lines if isinstance(line, Sides) and line.left == "TOTAL")

    assert size("10.00", 10) is Size.DOUBLE
    assert size("99,99,99,999.00", 10) is Size.TALL


@settings(max_examples=60, deadline=None)
@given(bill=bills(), shop=shops(), columns=st.sampled_from(ALL_COLUMNS))
def test_nothing_is_too_wide_and_nothing_is_cut_off(bill: BillView, shop: ShopView, columns: Columns) -> None:
    lines = fit(receipt(bill, shop, columns), TextRuler(columns))

    assert fit(lines, TextRuler(columns)) == lines
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
        if line.rate and line.treatment is GstTreatment.TAXABLE and not is_without_tax(bill):
            amounts += [line.taxable, line.cgst + line.sgst + line.igst]
    if not is_without_tax(bill):
        for part in bill.tax_summary():
            amounts += [part.taxable, *([part.igst] if bill.tax_type is TaxType.INTER else [part.cgst, part.sgst])]
    return amounts


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_a_supply_on_a_prescription_names_everybody(columns: Columns) -> None:
    text = " ".join(printed(bill_view(THREE_LINES, entry=entry_view()), columns=columns).split())
    for said in (
        "Patient: Asha, 9847012345 12 Hill Road, Kochi",
        "Prescriber: Dr K Rao, Reg. No. TCMC 4711 City Hospital, Kochi",
        "Prescribed on: 18-11-2026", "Entry No.: C1S/26-27/000007", "Pharmacist: Biju K, Reg. No. KSPC 77",
    ):  # fmt: skip
        assert said in text
    assert "Anitha Menon" not in text, "who is on duty signs, not the shop's own"
