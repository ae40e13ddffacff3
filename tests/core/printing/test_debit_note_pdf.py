"""A debit note on paper: who gives back what, of which bill, and that nothing is cut off or covered."""

from __future__ import annotations

import io

from hypothesis import given, settings
from pypdf import PdfReader

from core.printing.debit_note_pdf import debit_note_pages, debit_note_pdf
from core.printing.measures import A4
from core.printing.page import TextInk, showable
from core.purchasing.debit_dto import DebitNoteView
from core.settings.dto import ShopView
from tests.core.printing.test_bill_pdf import assert_all_ink_is_in_place
from tests.support.bill_views import shop_view, shops
from tests.support.debit_note_views import THREE_ASKED, Asked, debit_note_view, debit_notes


def pdf_text(note: DebitNoteView, shop: ShopView | None = None) -> str:
    """Return the text of the PDF in one line."""
    pages = PdfReader(io.BytesIO(debit_note_pdf(note, shop or shop_view()))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_says_what_rule_53_wants() -> None:
    text = pdf_text(debit_note_view())
    for particular in (
        "Sanjeevani Medicals", "GSTIN: 32AAAAA0000A1Z9", "D.L. 20: KL-KCH-1001", "DEBIT NOTE", "C1D/26-27/000012",
        "20-11-2026", "Kerala Pharma", "Kottayam 686001", "GSTIN: 32AABCT1332L1ZN", "State: 32 Kerala",
        "S-101 of 05-10-2026", "S-77 of 05-10-2026", "Expired goods as agreed", "Paracetamol 500 mg Tablets",
        "Expired, bill S-101 of 05-10-2026", "Billed, short or damaged", "30049099", "B7", "10/2026", "25.65",
        "2:0", "0:7",
        "30.00", "0.75", "2.5%", "31.50", "1,23,456.00", "3,086.40", "1,29,691.80", "Lakh", "Amount in words",
        "Please send your credit note for this amount", "Authorised signatory", "Issued by meena",
    ):  # fmt: skip
        assert particular in text, particular
    assert "Less discount" not in text


def test_igst_a_discount_after_gst_and_no_gst_are_told_as_they_are() -> None:
    inter = pdf_text(debit_note_view([Asked("Gauze", discount=2_00)], inter=True))
    assert "IGST" in inter
    assert "CGST" not in inter
    assert "Less discount after GST -2.00" in inter
    assert "29.50" in inter
    none = pdf_text(debit_note_view([Asked("Gauze", tax=0, bill=None)], gstin=None), shop_view(is_demo=True))
    assert "GST" not in none.replace("GSTIN", "")
    assert "Against bill" not in none
    assert "DEMO" in none


def test_a_note_that_was_taken_back_asks_for_nothing_on_any_page() -> None:
    undone = debit_note_view(THREE_ASKED * 30, taken_back="a rate of 10000 for a strip of 15")
    pages = debit_note_pages(undone, shop_view())
    assert len(pages) > 2
    for page in pages:
        written = " ".join(ink.text for ink in page.inks if isinstance(ink, TextInk))
        assert "TAKEN BACK 24-11-2026" in written
        assert page.watermark is not None
        assert page.watermark.text == "TAKEN BACK"
    text = pdf_text(undone)
    assert "Reason: a rate of 10000 for a strip of 15 (by george)" in text
    assert "This note was taken back: nothing is asked for by it." in text
    assert "Please send" not in text
    assert "TAKEN BACK" not in pdf_text(debit_note_view())


def test_a_long_note_goes_over_pages_that_say_whose_they_are() -> None:
    pages = debit_note_pages(debit_note_view(THREE_ASKED * 30), shop_view())
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        written = [ink.text for ink in page.inks if isinstance(ink, TextInk)]
        assert f"Page {number} of {len(pages)}" in written
        assert "Kerala Pharma" in written
        assert any("C1D/26-27/000012" in text for text in written)


@settings(max_examples=30, deadline=None)
@given(note=debit_notes(), shop=shops())
def test_all_ink_is_on_the_page_and_none_covers_another(note: DebitNoteView, shop: ShopView) -> None:
    pages = debit_note_pages(note, shop)
    assert_all_ink_is_in_place(pages, A4)
    written = "".join("".join(ink.text.split()) for page in pages for ink in page.inks if isinstance(ink, TextInk))
    for line in note.lines:
        for text in (line.batch_number, line.taxable.grouped(), line.bill_number or ""):
            assert "".join(showable(text).split()) in written
    assert note.total.grouped() in written
