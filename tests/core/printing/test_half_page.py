"""A bill on endless paper: pages of so many lines, sums carried over, and bytes that a printer obeys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.gst import Registration, TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing.form import Form, to_escp, to_form_text
from core.printing.half_page import half_page
from core.printing.paper import Text
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.core.printing.test_receipt import clinic_bill
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, shop_view, shops
from tests.support.escp_reader import RefusedByteError, read_escp
from tests.support.page_numbers import copies_numbered

FORMS = [Form.model_validate({"cpi": cpi, "lines": lines}) for cpi in (10, 12, 15) for lines in (33, 66)]
HOSTILE = "\x1b@\x1bp\x00\x0c\x0e\x07Iron\x1bi\x9b\x8a"


def text_of(bill: BillView, shop: ShopView | None = None, form: Form | None = None) -> str:
    """Return the bill as it is read, without the white between."""
    form = form or Form()
    return " ".join(to_form_text(half_page(bill, shop or shop_view(), form), form).split())


def test_a_short_bill_fits_on_half_a_page() -> None:
    customer = ("Ravi Kumar", "9847000000", "Flat 4B, Skyline Apartments\nKochi 682017")
    bill = bill_view(THREE_LINES, customer=customer, paid="500", reference="drawer 1")
    text = to_form_text(half_page(bill, shop_view(), Form()), Form())

    assert text.count("\n") == 33
    for particular in (
        "Sanjeevani Medicals                                                  TAX INVOICE",
        "12/345, MG Road, Kochi 682016, Phone: 0484 2345678",
        "To: Ravi Kumar  Phone: 9847000000               Bill No.: C1/26-27/000001",
        "Item                                    Qty     MRP  Disc.  Taxable  GST  Amount",
        "1. Paracetamol 500 mg Tablet (Calpol)   2:5   25.65   0.00    61.06   5%   64.12",
        "   Batch A1  Exp 03/2027  HSN 30049099  10 TAB",
        "12% (6% + 6%)        51.78      3.11      3.11    Discount                -22.34",
        "Cash received (drawer 1) 500.00  Change 177.00",
        "You saved Rs. 22.34                                             TOTAL Rs. 323.00",
        "Check code: 7K2M9QXD  Billed by anitha                               Page 1 of 1",
    ):
        assert particular in text
    assert "Carried over" not in text


def test_rates_free_packs_and_tax_of_a_line() -> None:
    text = text_of(clinic_bill())

    for said in (
        "18.2575",
        "Free 1:0",
        "MRP 25.65",
        "Tax 4.11",
        "CANCELLED 20-11-2026",
        "Place of supply: 29 Karnataka",
    ):
        assert said in text


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_sum_is_carried_from_page_to_page(form: Form) -> None:
    sold = [replace(THREE_LINES[index % 3], batch=f"B{index:03}") for index in range(100)]
    bill = bill_view(sold)
    pages = half_page(bill, shop_view(), form)

    assert len(pages) > 2
    below, above = [], []
    carried = Money(0)
    for number, page in enumerate(pages, 1):
        lines = [line.text for line in page]
        assert len(lines) == form.usable
        assert lines[-1].endswith(f"Page {number} of {len(pages)}")
        assert "Sanjeevani Medicals" in lines[0]
        above += [line.split()[-1] for line in lines if line.startswith("Brought forward")]
        carried += Money.total(line.amount for line in bill.lines if f"Batch {line.batch}" in " ".join(lines))
        below += [line.split()[-1] for line in lines if line.startswith("Carried over")]
        assert below[-1:] == [carried.grouped()] or number == len(pages)
    assert above == below
    assert len(below) == len(pages) - 1
    assert "TOTAL Rs." in " ".join(line.text for line in pages[-1])
    assert "Batch B099" in " ".join(line.text for line in pages[-1])  # the sums are not alone


@settings(max_examples=40, deadline=None)
@given(
    bill=bills(),
    shop=shops(),
    duplicate=st.booleans(),
    copies=st.sampled_from([1, 2, 3]),
    form=st.sampled_from(FORMS),
    repeated=st.sampled_from([1, 2, 9, 50]),
)
def test_no_line_is_wider_and_no_page_longer_than_the_paper(
    bill: BillView, shop: ShopView, duplicate: bool, copies: int, form: Form, repeated: int
) -> None:
    bill = bill.model_copy(update={"lines": (bill.lines * repeated)[:300]})
    pages = half_page(bill, shop, form, duplicate=duplicate, copies=copies)

    assert copies_numbered([page[-1].text for page in pages]) == copies
    for page in pages:
        assert len(page) == form.usable
        for line in page:
            assert len(line.text) <= form.columns
            assert line.text.isascii()
            assert line.text.isprintable()
    whole = "".join("".join(line.text for page in pages for line in page).split())
    for sold in bill.lines:
        assert sold.amount.grouped() in whole
        assert str(sold.expires or "") in whole
    assert f"TOTALRs.{bill.total.grouped()}" in whole
    assert all(word in whole for word in rupees_in_words(bill.total).split())
    text = to_form_text(pages, form)
    assert text.count("\n") == form.lines * len(pages)
    read = read_escp(to_escp(pages, form))
    assert [[line.text for line in page] for page in read.pages] == [[line.text.rstrip() for line in p] for p in pages]
    assert (read.cpi, read.page_lines, read.resets) == (form.cpi, form.lines, 1)


def test_a_hostile_name_reaches_no_printer() -> None:
    customer = (HOSTILE, HOSTILE, f"{HOSTILE}\n{HOSTILE}")
    bill = bill_view(
        [Sold(HOSTILE, "10.00", batch=HOSTILE, manufacturer=HOSTILE, pack=HOSTILE)],
        customer=customer,
        username=HOSTILE,
        reference=HOSTILE,
        memo=HOSTILE,
        cancelled=HOSTILE,
    )
    shop = shop_view(name=HOSTILE, address=HOSTILE, pharmacist=(HOSTILE, HOSTILE), licences=[("20", HOSTILE)])
    data = to_escp(half_page(bill, shop, Form()), Form())

    paper = read_escp(data)
    assert sum(line.text.count("Iron") for page in paper.pages for line in page) >= 10
    assert len(paper.pages) == data.count(b"\x0c")
    assert data.count(b"\x1b@") == 1


def test_what_was_not_made_plain_is_no_command_either() -> None:
    data = to_escp([(Text("a\x1b@\x0cb\r\n"),)], Form())

    assert [line.text for line in read_escp(data).pages[0]] == ["a?@?b??"]


def test_bytes_of_a_page() -> None:
    data = to_escp([(Text("Shop", bold=True), Text(""), Text("x  "))] * 2, Form(cpi=12, lines=66))

    page = b"\x1bEShop\x1bF\r\n\r\nx\r\x0c"
    assert data == b"\x1b@\x1bM\x1b2\x1bC\x42" + page * 2


@pytest.mark.parametrize("extra", [b"\x07", b"\x1bi", b"\x9b", b"\n" * 40, b"x" * 81, b"abc\rdef"])
def test_the_reader_refuses_what_no_bill_sends(extra: bytes) -> None:
    good = to_escp([(Text("Shop"),)], Form())
    assert read_escp(good).pages

    with pytest.raises(RefusedByteError):
        read_escp(good + extra + b"\r\x0c")


def test_an_unregistered_shop_says_no_word_of_gst() -> None:
    shop = shop_view(registration=Registration.UNREGISTERED, gstin=None)
    text = text_of(bill_view(THREE_LINES, tax_type=TaxType.NONE, registration=shop.registration), shop)

    assert "CASH MEMO" in text
    for word in ("GST", "INVOICE", "Reverse charge", "Taxable"):
        assert word not in text
