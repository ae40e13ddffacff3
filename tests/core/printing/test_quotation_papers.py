"""A quotation's papers: what stands on them, that they are no invoice, and that nothing is cut off or covered."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.kernel.gst import Registration
from core.kernel.words import rupees_in_words
from core.printing.dto import Columns
from core.printing.measures import A4
from core.printing.page import BoxInk, TextInk
from core.printing.paper import Text, fit, to_text
from core.printing.plain import plain
from core.printing.quotation_pdf import quotation_pages, quotation_pdf
from core.printing.quotation_receipt import quotation_receipt
from core.printing.ruler import TextRuler
from core.sales.quotation_dto import QuotationView
from core.settings.dto import ShopView
from tests.core.printing.test_bill_pdf import box, overlaps
from tests.core.printing.test_receipt import ALL_COLUMNS
from tests.support.bill_views import THREE_LINES, shop_view, shops
from tests.support.quotation_views import quotation_view, quotations

RAVI = ("Ravi Kumar", "9847000000", "Flat 4B, Skyline Apartments\nKochi 682017")
#: What belongs to a bill alone.
NEVER = ("TAX INVOICE", "Check code", "CGST", "HSN", "Batch", "AUG24071", "Cash received", "Bill No.", "Entry No.")


def texts(quotation: QuotationView, shop: ShopView | None = None) -> list[str]:
    """Return the text of the receipt and of the PDF, each in one line."""
    shop = shop or shop_view()
    pages = PdfReader(io.BytesIO(quotation_pdf(quotation, shop))).pages
    receipt = to_text(quotation_receipt(quotation, shop, 48), 48)
    return [" ".join(receipt.split()), " ".join(" ".join(page.extract_text() for page in pages).split())]


def test_both_papers_say_what_it_is_until_when_and_what_is_to_be_ordered() -> None:
    for text in texts(quotation_view(THREE_LINES, to_order=[3], customer=RAVI)):
        for particular in (
            "Sanjeevani Medicals", "GSTIN: 32AAAAA0000A1Z9", "QUOTATION", "This is not a tax invoice.",
            "C1Q/26-27/000012", "20-11-2026", "Valid until 27-11-2026", "Ravi Kumar", "Flat 4B, Skyline Apartments",
            "Phone: 9847000000", "Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet", "2:5", "223.42", "22.34",
            "345.54", "323.00", "Prices include GST.", "To be ordered: not in stock today.",
            "Scheduled drugs are sold on a prescription only.", "Quoted by anitha",
        ):  # fmt: skip
            assert particular in text
        assert text.count("To be ordered") == 2  # beside its line, and what that means
        for word in NEVER:
            assert word not in text


def test_what_does_not_apply_is_not_said() -> None:
    unregistered = shop_view(registration=Registration.UNREGISTERED, gstin=None)
    for text in texts(quotation_view(THREE_LINES[:1]), unregistered):
        for words in ("include GST", "To be ordered", "Discount", "You save", "DEMO"):
            assert words not in text
    for text in texts(quotation_view(THREE_LINES), shop_view(is_demo=True)):
        assert "DEMO" in text


def test_a_long_quotation_goes_over_pages_that_say_whose_they_are() -> None:
    pages = quotation_pages(quotation_view(THREE_LINES * 40, customer=RAVI), shop_view())
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        written = [ink.text for ink in page.inks if isinstance(ink, TextInk)]
        assert f"Page {number} of {len(pages)}" in written
        assert "Ravi Kumar" in written
        assert any("C1Q/26-27/000012" in text for text in written)


@settings(max_examples=40, deadline=None)
@given(quotation=quotations(), shop=shops())
def test_all_ink_is_on_the_page_and_none_covers_another(quotation: QuotationView, shop: ShopView) -> None:
    pages = quotation_pages(quotation, shop)
    for page in pages:
        inks = [ink for ink in page.inks if isinstance(ink, TextInk)]
        for left, top, right, bottom in map(box, inks):
            assert left >= A4.margin - 1
            assert right <= A4.size[0] - A4.margin + 1
            assert top >= A4.margin
            assert bottom <= A4.size[1] - A4.margin
        assert all(ink.x + ink.width <= A4.size[0] for ink in page.inks if isinstance(ink, BoxInk))
        assert overlaps(inks) == []
    written = [ink.text for page in pages for ink in page.inks if isinstance(ink, TextInk)]
    for line in quotation.lines:
        assert {line.amount.grouped(), line.mrp.grouped()} <= set(written)
    assert f"₹{quotation.total.grouped()}" in written
    assert "".join(rupees_in_words(quotation.total).split()) in "".join("".join(written).split())


@settings(max_examples=60, deadline=None)
@given(quotation=quotations(), shop=shops(), columns=st.sampled_from(ALL_COLUMNS))
def test_nothing_is_too_wide_and_nothing_is_cut_off(quotation: QuotationView, shop: ShopView, columns: Columns) -> None:
    lines = fit(quotation_receipt(quotation, shop, columns), TextRuler(columns))
    assert all(line.columns <= columns for line in lines if isinstance(line, Text))
    text = to_text(lines, columns)
    assert all(len(line) <= columns and line.isascii() for line in text.splitlines())
    words = text.split()
    for line in quotation.lines:
        assert {line.amount.grouped(), line.mrp.grouped()} <= set(words)
        assert "".join(plain(line.item_name).split()) in "".join(words)


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_the_same_quotation_gives_the_same_paper(columns: Columns) -> None:
    quotation, shop = quotation_view(THREE_LINES, customer=RAVI), shop_view()
    assert quotation_pdf(quotation, shop) == quotation_pdf(quotation, shop)
    assert quotation_receipt(quotation, shop, columns) == quotation_receipt(quotation, shop, columns)
