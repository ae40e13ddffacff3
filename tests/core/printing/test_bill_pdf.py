"""The A4 bill: its text read back, its pages, and that no ink lies on other ink or off the page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pypdf import PdfReader

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing.bill_pdf import bill_pages, bill_pdf
from core.printing.codes import qr_code
from core.printing.measures import A4, A5, A5_LYING, Sheet
from core.printing.page import Page, PictureInk, Side, Style, TextInk, text_width, to_pdf, wrap_text
from core.sales.dto import BillView, TenderMode, TenderView
from core.sales.upi import upi_link, upi_reference
from core.settings.dto import ShopView
from tests.core.printing.test_receipt import clinic_bill
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, entry_view, shop_view, shops
from tests.support.page_numbers import copies_numbered

CONDOMS = Sold("Nirodh Deluxe Condoms 10s", "25.00", gst="0", treatment=GstTreatment.NIL, hsn="40141010", batch="N7")


def on_credit(bill: BillView) -> BillView:
    """Return the bill as one that is paid later."""
    owed = TenderView.model_construct(mode=TenderMode.CREDIT, amount=bill.total, reference=None, line=1, waits=False)
    return bill.model_copy(update={"tenders": (owed,)})


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
        "Qty Free Rate Discount Value GST Amount", "5:0 10 TAB 1:0 18.2575 9.13 82.16 5% 4.11 86.27", "MRP 25.65",
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


def test_devanagari_is_drawn_and_not_spelled() -> None:
    def drawn(name: str) -> bytes:
        document = pypdfium2.PdfDocument(bill_pdf(bill_view(THREE_LINES, customer=(name, None, None)), shop_view()))
        return bytes(document[0].render(scale=3, grayscale=True).to_pil().tobytes())

    [text] = pages_of(bill_view(THREE_LINES, customer=("किरण", None, None)))
    assert "Kiran" not in text
    assert len({drawn("किरण"), drawn("करण"), drawn("")}) == 3


def test_devanagari_joins_wherever_it_stands_in_a_text() -> None:
    style = Style(20)
    alone = text_width("Tab ", style)

    def drawn(*inks: TextInk) -> Image.Image:
        document = pypdfium2.PdfDocument(to_pdf([Page(inks)], (400, 60), title="", author=""))
        picture: Image.Image = document[0].render(scale=4, grayscale=True).to_pil()
        return picture

    for hindi in ("मेडिकल्स", "हिन्दी में"):
        whole = drawn(TextInk(10, 10, f"Tab {hindi}", style))
        apart = drawn(TextInk(10, 10, "Tab ", style), TextInk(10 + alone, 10, hindi, style))
        assert whole.tobytes() == apart.tobytes()
        left, _, right, _ = ImageOps.invert(whole).getbbox() or (0, 0, 0, 0)
        for side, x in ((Side.RIGHT, 390.0), (Side.CENTRE, 200.0)):
            box = ImageOps.invert(drawn(TextInk(x, 10, f"Tab {hindi}", style, side))).getbbox() or (0, 0, 0, 0)
            assert box[2] - box[0] == pytest.approx(right - left, abs=2)
            edge = box[2] if side is Side.RIGHT else (box[0] + box[2]) / 2
            assert edge == pytest.approx(x * 4, abs=8)  # within two points: letters do not fill their widths


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


Box = tuple[float, float, float, float]


def box(ink: TextInk) -> Box:
    """Return left, top, right, bottom of what letters cover."""
    width = text_width(ink.text, ink.style)
    left = ink.x - {Side.LEFT: 0.0, Side.CENTRE: width / 2, Side.RIGHT: width}[ink.side]
    return left, ink.y + 0.25 * ink.style.size, left + width, ink.y + 1.1 * ink.style.size


def overlaps(inks: Sequence[TextInk], pictures: Sequence[Box] = ()) -> list[tuple[str, str]]:
    """Return which texts lie over another or over a picture."""
    found = []
    placed = [*((ink.text, box(ink)) for ink in inks), *(("a picture", place) for place in pictures)]
    for (one, a), (other, b) in combinations(placed, 2):
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
            found.append((one, other))
    return found


SHEETS = {"A4": A4, "A5": A5, "A5 lying": A5_LYING}
QR_OF_LOGO = qr_code("a logo")
PAY_LINK = upi_link("sanjeevani@okicici", "Sanjeevani Medicals", Money(348_00), upi_reference(UUID(int=7)))


def assert_all_ink_is_in_place(pages: Sequence[Page], sheet: Sheet) -> None:
    """Nothing lies over the margins or over other ink."""
    low, high = sheet.margin, sheet.size[1] - sheet.margin
    for page in pages:
        texts = [ink for ink in page.inks if isinstance(ink, TextInk)]
        for ink in texts:
            left, top, right, bottom = box(ink)
            assert left >= sheet.margin - 1
            assert right <= sheet.size[0] - sheet.margin + 1
            assert top >= low
            assert bottom <= high
        shapes = [ink for ink in page.inks if not isinstance(ink, TextInk)]
        for shape in shapes:
            assert sheet.margin - 1 <= shape.x <= shape.x + shape.width <= sheet.size[0] - sheet.margin + 1
            assert low <= shape.y <= shape.y + shape.height <= high
        pictures = [shape for shape in shapes if isinstance(shape, PictureInk)]
        assert overlaps(texts, [(p.x, p.y, p.x + p.width, p.y + p.height) for p in pictures]) == []


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@settings(max_examples=20, deadline=None)
@given(
    bill=bills(), shop=shops(), duplicate=st.booleans(), copies=st.sampled_from([1, 2, 3]), with_extras=st.booleans()
)
def test_all_ink_is_on_the_page_and_readable(
    sheet: Sheet, bill: BillView, shop: ShopView, duplicate: bool, copies: int, with_extras: bool
) -> None:
    if with_extras:
        bill = on_credit(bill)
    link, logo = (PAY_LINK, QR_OF_LOGO) if with_extras else (None, None)
    pages = bill_pages(bill, shop, sheet=sheet, duplicate=duplicate, copies=copies, pay_link=link, logo=logo)

    assert_all_ink_is_in_place(pages, sheet)
    written = [ink.text for page in pages for ink in page.inks if isinstance(ink, TextInk)]
    for line in bill.lines:
        assert line.amount.grouped() in written
        assert (line.rate or line.mrp).grouped() in written
    assert f"₹{bill.total.grouped()}" in written
    assert "".join(rupees_in_words(bill.total).split()) in "".join("".join(written).split())
    ends = [page.inks[-1] for page in pages]  # the foot stands last
    assert copies_numbered([ink.text for ink in ends if isinstance(ink, TextInk)]) == copies


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_code_on_a_page_asks_for_what_is_still_to_be_paid(sheet: Sheet) -> None:
    bill = on_credit(bill_view(THREE_LINES))
    pages = list(pypdfium2.PdfDocument(bill_pdf(bill, shop_view(), sheet=sheet, pay_link=PAY_LINK, logo=QR_OF_LOGO)))
    read = [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]

    assert sorted(read) == ["a logo", PAY_LINK]
    assert "Scan to pay ₹323.00 by UPI" in " ".join(page.get_textpage().get_text_bounded() for page in pages)


@pytest.mark.parametrize("bill", [bill_view(THREE_LINES), on_credit(bill_view(THREE_LINES, cancelled="wrong patient"))])
def test_what_is_paid_or_cancelled_asks_for_nothing(bill: BillView) -> None:
    [page] = bill_pages(bill, shop_view(), pay_link=PAY_LINK)

    assert not [ink for ink in page.inks if isinstance(ink, PictureInk)]


def test_a_payment_that_waits_is_what_is_asked_for() -> None:
    bill = bill_view(THREE_LINES)
    waits = TenderView.model_construct(mode=TenderMode.UPI, amount=Money(123_00), reference=None, line=1, waits=True)
    cash = TenderView.model_construct(mode=TenderMode.CASH, amount=Money(200_00), reference=None, line=2, waits=False)
    data = bill_pdf(bill.model_copy(update={"tenders": (waits, cash)}), shop_view(), pay_link=PAY_LINK)

    assert "Scan to pay ₹123.00 by UPI" in PdfReader(io.BytesIO(data)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("copies", "duplicate", "marks"),
    [
        (1, False, [[]]),
        (1, True, [["DUPLICATE"]]),
        (2, False, [["ORIGINAL FOR RECIPIENT"], ["DUPLICATE FOR SUPPLIER"]]),
        (2, True, [["DUPLICATE"], ["DUPLICATE", "DUPLICATE FOR SUPPLIER"]]),
        (3, False, [["ORIGINAL FOR RECIPIENT"], ["DUPLICATE FOR TRANSPORTER"], ["TRIPLICATE FOR SUPPLIER"]]),
    ],
)
def test_copies_say_whose_they_are_on_every_page(copies: int, duplicate: bool, marks: list[list[str]]) -> None:
    long = bill_view(THREE_LINES * 20)
    data = bill_pdf(long, shop_view(), copies=copies, duplicate=duplicate)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]
    of_each = len(pages) // copies

    assert of_each > 2
    for number, text in enumerate(pages):
        wanted = " ".join(marks[number // of_each])
        found = re.findall("ORIGINAL FOR RECIPIENT|(?:DUPLICATE|TRIPLICATE)(?: FOR TRANSPORTER| FOR SUPPLIER)?", text)
        assert " ".join(found) == wanted
        assert f"Page {number % of_each + 1} of {of_each}" in text


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_heads_that_are_higher_than_a_page_go_on_over_as_many_as_they_take(sheet: Sheet) -> None:
    longest = "W" * 300
    person = (longest[:200], longest[:60], longest)
    shop = shop_view(
        name=longest[:100], address=longest, licences=[("20", longest[:40])] * 4, pharmacist=(longest[:100],) * 2
    )
    bill = bill_view(
        [Sold(longest[:200], "10000000.00", batch=longest[:40], manufacturer=longest[:100], pack=longest[:40])] * 3,
        customer=(longest[:100], longest[:20], longest),
        username=longest[:40],
        entry=entry_view(person, person, (longest[:100], longest[:100])),
        cancelled=longest[:200],
    )
    pages = bill_pages(bill, shop, sheet=sheet, duplicate=True, logo=QR_OF_LOGO)

    assert_all_ink_is_in_place(pages, sheet)
    letters = sum(ink.text.count("W") for page in pages for ink in page.inks if isinstance(ink, TextInk))
    assert letters >= 100 + 300 + 160 + 120 + 300 + 2 * 560 + 200 + 3 * (200 + 40 + 100 + 40)


HINDI = "पैरासिटामोल 500 मिग्रा टैबलेट"


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@settings(max_examples=4, deadline=None)
@given(
    count=st.integers(1, 300),
    name=st.sampled_from(
        [HINDI, "Z", "W" * 200, "Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet ", "\x1b@Iron\x0c"]
    ),
    with_discount=st.booleans(),
    at_rates=st.booleans(),
)
def test_every_line_of_any_bill_can_be_read_back(
    sheet: Sheet, count: int, name: str, with_discount: bool, at_rates: bool
) -> None:
    sold = [
        Sold(
            f"{name[:195]} I{index:03}",
            f"{index + 1000}.00",
            units=index,
            pieces=1,
            batch=f"B{index:03}",
            expiry=date(2027 + index // 12, index % 12 + 1, 28),
            discount="1.00" if with_discount else "0",
            rate=f"{index + 900}.0000" if at_rates else None,
        )
        for index in range(1, count + 1)
    ]
    bill = bill_view(sold)
    pages = bill_pages(bill, shop_view(), sheet=sheet)
    assert_all_ink_is_in_place(pages, sheet)

    read = [page.extract_text() for page in PdfReader(io.BytesIO(bill_pdf(bill, shop_view(), sheet=sheet))).pages]
    whole = ["".join(text.split()) for text in read]
    for line in bill.lines:
        batch = f"B{line.line:03}"
        [page] = [text for text in whole if batch in text]
        assert page.count(f"I{line.line:03}") == 1
        for said in (str(line.expires), str(line.units), line.amount.grouped(), line.mrp.grouped()):
            assert said in page
    for number, text in enumerate(read, 1):
        assert f"Page {number} of {len(read)}" in text


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
