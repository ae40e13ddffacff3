"""The A4 bill: its text read back, its pages, and that no ink lies on other ink or off the page."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.words import rupees_in_words
from core.printing.bill_pdf import bill_pages, bill_pdf
from core.printing.page import BoxInk, Side, Style, TextInk, text_width, wrap_text
from core.printing.sheet import A4, MARGIN
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.core.printing.test_receipt import clinic_bill
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, entry_view, shop_view, shops

CONDOMS = Sold("Nirodh Deluxe Condoms 10s", "25.00", gst="0", treatment=GstTreatment.NIL, hsn="40141010", batch="N7")


def pages_of(bill: BillView, shop: ShopView | None = None, *, duplicate: bool = False) -> list[str]:
    """Return the text of each page as a reader of the file finds it."""
    data = bill_pdf(bill, shop or shop_view(), duplicate=duplicate)
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def test_a_tax_invoice_holds_its_particulars() -> None:
    customer = ("Ravi Kumar", "9847000000", "Flat 4B, Skyline Apartments\nKochi 682017")
    bill = bill_view(THREE_LINES, customer=customer, paid="500", reference="drawer 1")
    [text] = pages_of(bill)

    for particular in (
        "Sanjeevani Medicals", "12/345, MG Road", "GSTIN: 32AAAAA0000A1Z9", "D.L. 20: KL-KCH-1001",
        "D.L. 21: KL-KCH-1002", "TAX INVOICE", "C1/26-27/000001", "20-11-2026", "11:12",
        "Ravi Kumar", "Flat 4B, Skyline Apartments", "Phone: 9847000000",
        "Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet", "GlaxoSmithKline Pharmaceuticals Ltd", "30049099",
        "AUG24071", "11/2027", "2:5", "223.42", "22.34", "191.50", "12%", "201.08",
        "345.54", "304.34", "9.43", "-0.20", "₹323.00", "Rupees Three Hundred Twenty-Three Only",
        "Cash received (drawer 1)", "₹500.00", "₹177.00", "You saved ₹22.34", "Reverse charge No",
        "Anitha Menon, Reg. No. KSPC 12345", "For Sanjeevani Medicals", "Check code: 7K2M9QXD", "Page 1 of 1",
    ):  # fmt: skip
        assert particular in text
    for word in ("Place of supply", "DUPLICATE", "DEMO", "IGST"):
        assert word not in text


def test_an_inter_state_bill_names_the_place_and_igst() -> None:
    [text] = pages_of(bill_view(THREE_LINES, tax_type=TaxType.INTER, place_of_supply="29"))

    assert "Place of supply 29 Karnataka" in text
    assert "IGST" in text
    assert "CGST" not in text


def test_a_mixed_bill_keeps_exempt_value_apart() -> None:
    [text] = pages_of(bill_view([*THREE_LINES, CONDOMS]))

    assert "INVOICE-CUM-BILL OF SUPPLY" in text
    assert "Taxable value 304.34" in text
    assert "Exempt value 25.00" in text


def test_a_composition_shop_shows_its_sentence_and_no_tax() -> None:
    shop = shop_view(registration=Registration.COMPOSITION)
    [text] = pages_of(bill_view(THREE_LINES, tax_type=TaxType.NONE), shop)

    assert text.startswith("Composition taxable person, not eligible to collect tax on supplies")
    assert "BILL OF SUPPLY" in text
    for word in ("CGST", "Taxable", "GST summary", "12%", "Reverse charge"):
        assert word not in text


def test_an_unregistered_shop_writes_a_memo_without_a_word_of_gst() -> None:
    shop = shop_view(registration=Registration.UNREGISTERED, gstin=None)
    [text] = pages_of(bill_view([*THREE_LINES, CONDOMS], tax_type=TaxType.NONE, registration=shop.registration), shop)

    assert "CASH MEMO" in text
    for word in ("GST", "BILL OF SUPPLY", "INVOICE", "Exempt", "Reverse charge"):
        assert word not in text


def test_a_clinic_sees_rates_what_is_free_and_the_tax_of_each_line() -> None:
    [text] = pages_of(clinic_bill())

    for particular in (
        "St. John Hospital", "Bengaluru 560034", "GSTIN: 29AAHCS9012L1ZW", "State: 29 Karnataka",
        "Place of supply 29 Karnataka", "Written memo B2/117 of 20-11-2026", "Entered 20-11-2026 11:12",
        "Supply to SEZ unit or SEZ developer for authorised operations on payment of integrated tax",
        "Qty Free Rate Discount Value GST Amount", "5:0 1:0 18.2575 9.13 82.16 5% 4.11 86.27", "MRP 25.65",
        "TAX INVOICE", "CANCELLED 20-11-2026", "Reason: entered for the wrong hospital (by anitha)",
        "Rate is without GST.", "Exempt value 20.00", "Taxable value 262.16",
    ):  # fmt: skip
        assert particular in text
    for word in ("include GST", "Gross (MRP)", "Cash customer"):
        assert word not in text


def test_cancelled_stands_across_every_page_of_a_demo_shop_too() -> None:
    pages = bill_pages(bill_view(THREE_LINES * 20, cancelled="wrong patient"), shop_view(is_demo=True))

    assert len(pages) > 2
    assert {page.watermark.text for page in pages if page.watermark} == {"CANCELLED"}
    for text in pages_of(bill_view(THREE_LINES * 20, cancelled="wrong patient")):
        assert "CANCELLED 20-11-2026" in text


def test_marks_stand_on_every_page() -> None:
    pages = pages_of(bill_view(THREE_LINES * 20), shop_view(is_demo=True), duplicate=True)

    assert len(pages) > 2
    for text in pages:
        assert "DUPLICATE" in text
        assert "DEMO - not a real bill" in text


def test_two_hundred_lines_go_over_pages_that_know_each_other() -> None:
    sold = [replace(THREE_LINES[index % 3], batch=f"B{index:03}") for index in range(200)]
    pages = pages_of(bill_view(sold))

    assert 6 <= len(pages) <= 10
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "C1/26-27/000001" in text
        assert "Sanjeevani Medicals" in text
        assert "Batch Expiry Qty MRP" in text
    whole = " ".join(pages)
    assert [whole.count(f"B{index:03}") for index in range(200)] == [1] * 200


def test_the_sums_are_never_alone_on_a_page() -> None:
    for count in range(12, 40):
        pages = pages_of(bill_view([THREE_LINES[0]] * count))
        assert "Paracetamol" in pages[-1], count


def test_letters_the_font_lacks_are_spelled_out() -> None:
    [text] = pages_of(
        bill_view([Sold("Pharma 日本 β-Carotene \x1b½\u202e", "10.00")], customer=("José ரவி", None, None))
    )

    assert "Pharma [?] β-Carotene ½" in text
    assert "José Ravi" in text


@pytest.mark.skipif(importlib.util.find_spec("uharfbuzz") is not None, reason="Devanagari is drawn, not spelled")
def test_devanagari_is_spelled_out_where_its_letters_cannot_be_joined() -> None:
    [text] = pages_of(bill_view(THREE_LINES, customer=("राम कुमार", None, None)))

    assert "Ram Kumar" in text


def test_the_same_bill_gives_the_same_bytes() -> None:
    bill, shop = bill_view(THREE_LINES), shop_view()

    assert bill_pdf(bill, shop) == bill_pdf(bill, shop)
    assert bill_pdf(bill, shop) != bill_pdf(bill, shop, duplicate=True)


def test_the_fonts_are_inside() -> None:
    reader = PdfReader(io.BytesIO(bill_pdf(bill_view(THREE_LINES), shop_view())))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]

    names = {str(font["/BaseFont"]).partition("+")[2] for font in fonts if "+" in str(font["/BaseFont"])}
    assert names == {"NotoSans-Regular", "NotoSans-SemiBold", "NotoSans-Bold"}
    embedded = [font for font in fonts if "+" in str(font["/BaseFont"])]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


def box(ink: TextInk) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of what letters cover."""
    width = text_width(ink.text, ink.style)
    left = ink.x - {Side.LEFT: 0.0, Side.CENTRE: width / 2, Side.RIGHT: width}[ink.side]
    return left, ink.y + 0.25 * ink.style.size, left + width, ink.y + 1.1 * ink.style.size


def overlaps(inks: Sequence[TextInk]) -> list[tuple[str, str]]:
    found = []
    for (one, a), (other, b) in combinations([(ink.text, box(ink)) for ink in inks], 2):
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
            found.append((one, other))
    return found


@settings(max_examples=40, deadline=None)
@given(bill=bills(), shop=shops(), duplicate=st.booleans())
def test_all_ink_is_on_the_page_and_readable(bill: BillView, shop: ShopView, duplicate: bool) -> None:
    pages = bill_pages(bill, shop, duplicate=duplicate)

    for page in pages:
        texts = [ink for ink in page.inks if isinstance(ink, TextInk)]
        for ink in texts:
            left, top, right, bottom = box(ink)
            assert left >= MARGIN - 1
            assert right <= A4[0] - MARGIN + 1
            assert top >= MARGIN
            assert bottom <= A4[1] - MARGIN
        assert all(ink.x + ink.width <= A4[0] for ink in page.inks if isinstance(ink, BoxInk))
        assert overlaps(texts) == []
    written = [ink.text for page in pages for ink in page.inks if isinstance(ink, TextInk)]
    for line in bill.lines:
        assert line.amount.grouped() in written
        assert (line.rate or line.mrp).grouped() in written
    assert f"₹{bill.total.grouped()}" in written
    assert "".join(rupees_in_words(bill.total).split()) in "".join("".join(written).split())


@settings(deadline=None)  # the first example loads the fonts
@given(st.text(), st.floats(20, 300))
def test_wrapped_text_is_whole_and_not_too_wide(text: str, width: float) -> None:
    style = Style(8)
    lines = wrap_text(text, style, width)

    assert all(text_width(line, style) <= width for line in lines)
    again = "".join(wrap_text(text, style, 1e9))
    assert "".join("".join(lines).split()) == "".join(again.split())


def test_a_supply_on_a_prescription_names_everybody() -> None:
    [text] = pages_of(bill_view(THREE_LINES, entry=entry_view()))
    for said in (
        "Patient", "Asha, 9847012345", "12 Hill Road, Kochi", "Prescriber", "Dr K Rao, Reg. No. TCMC 4711",
        "City Hospital, Kochi", "18-11-2026", "Entry No.", "C1S/26-27/000007", "Biju K, Reg. No. KSPC 77",
    ):  # fmt: skip
        assert said in text
    assert "Anitha Menon" not in text
    [purchased] = pages_of(bill_view(THREE_LINES, entry=entry_view((None,) * 3, (None,) * 3)))
    assert "Entry No." in purchased
    assert "Patient" not in purchased
