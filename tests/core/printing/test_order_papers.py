"""An order's papers: whom they ask for what in which unit, and that nothing is cut off or covered."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from core.printing.measures import A4
from core.printing.order_pdf import order_pages, order_pdf
from core.printing.order_text import order_text
from core.printing.order_words import wanted, wanted_text
from core.printing.page import TextInk
from core.printing.plain import plain
from core.purchasing.order_dto import OrderView
from core.settings.dto import ShopView
from tests.core.printing.test_bill_pdf import assert_all_ink_is_in_place
from tests.support.bill_views import shop_view, shops
from tests.support.order_views import THREE_ASKED, Asked, order_view, orders


def pdf_text(order: OrderView, shop: ShopView | None = None) -> str:
    """Return the text of the PDF in one line."""
    pages = PdfReader(io.BytesIO(order_pdf(order, shop or shop_view()))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_pdf_says_who_asks_whom_for_what_and_by_when() -> None:
    text = pdf_text(order_view(note="By the morning van"))
    for particular in (
        "Sanjeevani Medicals", "GSTIN: 32AAAAA0000A1Z9", "D.L. 20: KL-KCH-1001", "PURCHASE ORDER", "C1O/26-27/000012",
        "20-11-2026", "23-11-2026", "Kerala Pharma", "Phone: 04842351234", "GSTIN: 32AABCT1332L1ZN", "K-17",
        "Paracetamol 500 mg Tablets", "Cipla Ltd", "10 packs", "100ML", "3 items", "By the morning van",
        "Please write the number of this order on the bill.", "Authorised signatory", "Ordered by meena",
    ):  # fmt: skip
        assert particular in text
    for never in ("987.65", "CLOSED", "DEMO"):  # what goods cost is nobody else's affair
        assert never not in text


def test_what_does_not_apply_is_not_said() -> None:
    text = pdf_text(order_view([Asked("Gauze")], supplier=("Kerala Pharma", None, None), gstin=None, expected_on=None))
    for words in ("Phone: 04842351234", "Wanted by", "Your code", "Free", "1 items"):
        assert words not in text
    closed = pdf_text(order_view(closed="late"), shop_view(is_demo=True))
    assert "CLOSED" in closed
    assert "DEMO" in closed


@pytest.mark.parametrize(
    ("asked", "columns", "words"),
    [
        (Asked("A", units=50), ("5", "pack", ""), "5 packs"),
        (Asked("A", units=10, free=10), ("1", "pack", "1"), "1 pack + 1 free"),
        (Asked("A", units=3000, free=300, factor=10), ("30", "10 packs", "3"), "30 x 10 packs + 3 free"),
        (Asked("A", units=3000, free=20, factor=10), ("30", "10 packs", "2 packs"), "30 x 10 packs + 2 packs free"),
        (Asked("A", units=150, factor=10), ("15", "pack", ""), "15 packs"),
        (Asked("A", units=150, free=5), ("15", "pack", "5 pieces"), "15 packs + 5 pieces free"),
        (Asked("A", units=150, free=1, factor=5), ("3", "5 packs", "1 piece"), "3 x 5 packs + 1 piece free"),
        (Asked("A", units=12, free=1, pieces=1), ("12", "pack", "1"), "12 packs + 1 free"),
    ],
)
def test_it_is_counted_in_the_suppliers_units(asked: Asked, columns: tuple[str, str, str], words: str) -> None:
    (line,) = order_view([asked]).lines
    assert wanted(line) == columns
    assert wanted_text(line) == words


def test_the_message_is_plain_short_lines() -> None:
    assert order_text(order_view(note="By the morning van"), shop_view()).splitlines() == [
        "Order C1O/26-27/000012, 20-11-2026",
        "From: Sanjeevani Medicals, 12/345, MG Road, Kochi 682016, 0484 2345678",
        "To: Kerala Pharma",
        "Wanted by: 23-11-2026",
        "",
        "1. K-17 Paracetamol 500 mg Tablets, 10's: 30 x 10 packs + 3 free",
        "2. Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet, 10 TAB: 5 packs",
        "3. Benadryl Cough Syrup, 100ML: 12 packs + 1 free",
        "",
        "3 items.",
        "",
        "By the morning van",
    ]
    short = order_text(order_view([Asked("Gauze", pack="")], expected_on=None, closed="late"))
    assert short.splitlines() == [
        "CLOSED",
        "Order C1O/26-27/000012, 20-11-2026",
        "To: Kerala Pharma",
        "",
        "1. Gauze: 10 packs",
        "",
        "1 item.",
    ]


def test_a_long_order_goes_over_pages_that_say_whose_they_are() -> None:
    pages = order_pages(order_view(THREE_ASKED * 40), shop_view())
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        written = [ink.text for ink in page.inks if isinstance(ink, TextInk)]
        assert f"Page {number} of {len(pages)}" in written
        assert "Kerala Pharma" in written
        assert any("C1O/26-27/000012" in text for text in written)


@settings(max_examples=40, deadline=None)
@given(order=orders(), shop=shops())
def test_all_ink_is_on_the_page_and_none_covers_another(order: OrderView, shop: ShopView) -> None:
    pages = order_pages(order, shop)
    assert_all_ink_is_in_place(pages, A4)
    written = "".join("".join(ink.text.split()) for page in pages for ink in page.inks if isinstance(ink, TextInk))
    for line in order.lines:
        for text in wanted(line):
            assert "".join(plain(text).split()) in written
    said = order_text(order, shop)
    assert all(wanted_text(line) in said for line in order.lines)
