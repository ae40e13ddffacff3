"""Credit notes on pages, forms and rolls: all ink in place, nothing cut off, nothing that commands a printer."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing.credit_note_form import credit_note_form
from core.printing.credit_note_pdf import credit_note_pages, credit_note_pdf
from core.printing.credit_note_receipt import credit_note_receipt
from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.form import Form, to_escp, to_form_text
from core.printing.measures import A4, A5, A5_LYING, Sheet
from core.printing.page import PictureInk, TextInk
from core.printing.paper import Picture, Text, fit, to_text
from core.printing.plain import plain
from core.printing.ruler import TextRuler
from core.printing.templates import FULL, Part, ReceiptTemplate
from core.returns.dto import CreditNoteView, RefundMode
from core.sales.dto import TaxedLine
from core.settings.dto import ShopView
from tests.core.printing.test_bill_pdf import QR_OF_LOGO, SHEETS, assert_all_ink_is_in_place
from tests.core.printing.test_half_page import FORMS, HOSTILE
from tests.core.printing.test_receipt import ALL_COLUMNS, CONDOMS
from tests.support.bill_views import THREE_LINES, Sold, shop_view, shops
from tests.support.credit_note_views import credit_note_view, credit_notes
from tests.support.escp_reader import read_escp
from tests.support.escpos_reader import read_escpos
from tests.support.page_numbers import copies_numbered

GOLDEN = Path(__file__).parents[2] / "golden"


def amounts_on(note: CreditNoteView) -> list[Money]:
    """Return all that has to stand on each of the note's papers."""
    amounts = [note.total, *(refund.amount for refund in note.refunds), *(line.amount for line in note.lines)]
    if note.shows_tax:
        amounts += [line.taxable for line in note.lines]
        inter = note.tax_type is TaxType.INTER
        parts: list[TaxedLine] = [*note.lines, *note.tax_summary()]
        for part in parts:
            if part.treatment is GstTreatment.TAXABLE:
                amounts += [part.igst] if inter else [part.cgst, part.sgst]
    return amounts


def pages_of(note: CreditNoteView, shop: ShopView | None = None, *, sheet: Sheet = A4) -> list[str]:
    """Return the text of each page as a reader of the file finds it."""
    pages = PdfReader(io.BytesIO(credit_note_pdf(note, shop or shop_view(), sheet=sheet))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@settings(max_examples=20, deadline=None)
@given(note=credit_notes(), shop=shops(), duplicate=st.booleans(), with_logo=st.booleans())
def test_all_ink_is_on_the_page_and_readable(
    sheet: Sheet, note: CreditNoteView, shop: ShopView, duplicate: bool, with_logo: bool
) -> None:
    pages = credit_note_pages(note, shop, sheet=sheet, duplicate=duplicate, logo=QR_OF_LOGO if with_logo else None)

    assert_all_ink_is_in_place(pages, sheet)
    assert any(isinstance(ink, PictureInk) for ink in pages[0].inks) is with_logo
    written = [ink.text for page in pages for ink in page.inks if isinstance(ink, TextInk)]
    shown = {text.removeprefix("₹") for text in written}
    assert {amount.grouped() for amount in amounts_on(note)} <= shown
    letters = "".join("".join(written).split())
    assert "".join(rupees_in_words(note.total).split()) in letters
    for bill in note.originals:
        assert bill.number in letters
    ends = [page.inks[-1] for page in pages]  # the foot stands last
    assert copies_numbered([ink.text for ink in ends if isinstance(ink, TextInk)]) == 1


@settings(max_examples=40, deadline=None)
@given(
    note=credit_notes(),
    shop=shops(),
    duplicate=st.booleans(),
    form=st.sampled_from(FORMS),
    repeated=st.sampled_from([1, 2, 9, 50]),
)
def test_no_line_of_a_form_is_wider_and_no_page_longer_than_the_paper(
    note: CreditNoteView, shop: ShopView, duplicate: bool, form: Form, repeated: int
) -> None:
    note = note.model_copy(update={"lines": note.lines * repeated})
    pages = credit_note_form(note, shop, form, duplicate=duplicate)

    assert copies_numbered([page[-1].text for page in pages]) == 1
    for page in pages:
        assert len(page) == form.usable
        for line in page:
            assert len(line.text) <= form.columns
            assert line.text.isascii()
            assert line.text.isprintable()
    whole = "".join("".join(line.text for page in pages for line in page).split())
    assert all(amount.grouped() in whole for amount in amounts_on(note))
    assert f"TOTALRs.{note.total.grouped()}" in whole
    assert all(word in whole for word in rupees_in_words(note.total).split())
    assert to_form_text(pages, form).count("\n") == form.lines * len(pages)
    read = read_escp(to_escp(pages, form))
    assert [[line.text for line in page] for page in read.pages] == [[line.text.rstrip() for line in p] for p in pages]


@settings(max_examples=60, deadline=None)
@given(note=credit_notes(), shop=shops(), columns=st.sampled_from(ALL_COLUMNS), duplicate=st.booleans())
def test_nothing_on_a_roll_is_too_wide_and_nothing_is_cut_off(
    note: CreditNoteView, shop: ShopView, columns: Columns, duplicate: bool
) -> None:
    lines = fit(credit_note_receipt(note, shop, columns, duplicate=duplicate), TextRuler(columns))

    assert fit(lines, TextRuler(columns)) == lines
    assert all(line.columns <= columns for line in lines if isinstance(line, Text))
    text = to_text(lines, columns)
    assert all(len(line) <= columns and line.isascii() for line in text.splitlines())
    words = text.split()
    assert {amount.grouped() for amount in amounts_on(note)} <= set(words)
    packed = "".join(words)
    whole = [shop.name, note.reason, note.customer_name or "", note.customer_address or ""]
    for said in [*whole, *(x for line in note.lines for x in (line.item_name, line.batch))]:
        assert "".join(plain(said).split()) in packed
    assert packed.count("***DUPLICATE***") == (2 if duplicate else 0)


def golden_note() -> CreditNoteView:
    """Two bills, an exempt item, and money that went back in two ways."""
    return credit_note_view(
        [*THREE_LINES, CONDOMS], bills=2, modes=[RefundMode.UPI, RefundMode.DUES], reference="433212345678"
    )


def without_tax() -> CreditNoteView:
    return credit_note_view(THREE_LINES, tax_type=TaxType.NONE, modes=[RefundMode.ADVANCE])


@pytest.mark.parametrize("columns", ALL_COLUMNS)
@pytest.mark.parametrize(("name", "note"), [("credit_note", golden_note()), ("credit_note_without_tax", without_tax())])
def test_the_receipt_looks_as_it_did(name: str, note: CreditNoteView, columns: Columns) -> None:
    """To renew after a change meant, set NUSKHA_RENEW_GOLDEN, then look at what git shows."""
    file = GOLDEN / f"{name}_{columns}.txt"
    text = to_text(credit_note_receipt(note, shop_view(), columns), columns)
    if os.environ.get("NUSKHA_RENEW_GOLDEN"):
        file.write_text(text, "utf-8", newline="\n")

    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_long_note_goes_over_pages_that_say_whose_they_are_and_hold_each_line_once(sheet: Sheet) -> None:
    returned = [replace(THREE_LINES[index % 3], batch=f"B{index:03}") for index in range(80)]
    pages = pages_of(credit_note_view(returned), sheet=sheet)

    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        for said in ("C1C/26-27/000003", "Sanjeevani Medicals", "CREDIT NOTE", "Ravi Kumar"):
            assert said in text
    whole = " ".join(pages)
    assert [whole.count(f"B{index:03}") for index in range(80)] == [1] * 80


def test_a_short_note_takes_half_a_page_of_a_form() -> None:
    assert len(credit_note_form(credit_note_view(THREE_LINES), shop_view(), Form())) == 1


def test_marks_of_reprints_and_of_the_demo_shop_stand_on_every_page() -> None:
    note, demo = credit_note_view(THREE_LINES * 20), shop_view(is_demo=True)
    pages = credit_note_pages(note, demo, duplicate=True)
    on_form = credit_note_form(note, demo, Form(), duplicate=True)

    assert {page.watermark.text for page in pages if page.watermark} == {"DEMO"}
    texts = [" ".join(ink.text for ink in page.inks if isinstance(ink, TextInk)) for page in pages]
    texts += [" ".join(line.text for line in page) for page in on_form]
    assert len(pages) > 2
    assert len(on_form) > 2
    for text in texts:
        assert "DUPLICATE" in text
        assert "DEMO - not a real bill" in text
    roll = to_text(credit_note_receipt(note, demo, 48, duplicate=True), 48)
    assert (roll.count("*** DUPLICATE ***"), roll.count("DEMO - not a real bill")) == (2, 2)


def test_a_note_that_was_entered_on_another_day_says_when() -> None:
    late = credit_note_view(THREE_LINES, posted_at=datetime(2026, 11, 20, 18, 45, tzinfo=UTC))  # past midnight in India
    texts = [
        " ".join(pages_of(late)),
        to_form_text(credit_note_form(late, shop_view(), Form()), Form()).replace("Entered:", "Entered"),
        to_text(credit_note_receipt(late, shop_view(), 48), 48),
    ]

    for text in texts:
        assert "Entered 21-11-2026 00:15" in text
        assert "20-11-2026" in text


def test_only_a_shop_that_collects_tax_speaks_of_none_being_credited() -> None:
    silent = [
        shop_view(registration=Registration.COMPOSITION),
        shop_view(registration=Registration.UNREGISTERED, gstin=None),
    ]
    assert "No GST is credited" in pages_of(without_tax())[0]
    for shop in silent:
        assert "No GST" not in pages_of(without_tax(), shop)[0]


def test_the_shop_puts_its_logo_and_lines_on_the_roll() -> None:
    template = ReceiptTemplate(name="Ours", parts=tuple(Part), head=("Since 1974",), foot=("Get well soon",))
    lines = credit_note_receipt(credit_note_view(THREE_LINES), shop_view(), 42, template=template, logo=QR_OF_LOGO)
    text = to_text(lines, 42)

    assert [line for line in lines if isinstance(line, Picture)]
    assert text.index("Since 1974") < text.index("CREDIT NOTE") < text.index("Get well soon")
    bare = credit_note_receipt(
        credit_note_view(THREE_LINES), shop_view(), 42, template=ReceiptTemplate(name="Bare", parts=()), logo=QR_OF_LOGO
    )
    assert not [line for line in bare if isinstance(line, Picture)]
    # what the law asks for has no switch
    assert to_text(bare, 42) == to_text(credit_note_receipt(credit_note_view(THREE_LINES), shop_view(), 42), 42)


def hostile_note() -> CreditNoteView:
    """Control characters wherever somebody typed something."""
    return credit_note_view(
        [Sold(HOSTILE, "10.00", batch=HOSTILE, pack=HOSTILE, hsn=HOSTILE)],
        customer=(HOSTILE, HOSTILE, f"{HOSTILE}\n{HOSTILE}"),
        username=HOSTILE,
        reason=HOSTILE,
        reference=HOSTILE,
    )


def test_a_hostile_name_reaches_no_printer() -> None:
    shop = shop_view(name=HOSTILE, address=HOSTILE, licences=[("20", HOSTILE)])
    data = to_escp(credit_note_form(hostile_note(), shop, Form()), Form())
    form = read_escp(data)
    assert sum(line.text.count("Iron") for page in form.pages for line in page) >= 10
    assert (data.count(b"\x1b@"), len(form.pages)) == (1, data.count(b"\x0c"))

    printer = PrinterProfile(columns=42, opens_drawer=True)
    roll = read_escpos(to_escpos(credit_note_receipt(hostile_note(), shop, 42), printer))
    assert (roll.cuts, roll.pulses, roll.qr_codes) == (1, 0, [])

    for sheet in (A4, A5, A5_LYING):
        pages = credit_note_pages(hostile_note(), shop, sheet=sheet)
        assert_all_ink_is_in_place(pages, sheet)
        assert all(ink.text.isprintable() for page in pages for ink in page.inks if isinstance(ink, TextInk))


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_heads_that_are_higher_than_a_page_go_on_over_as_many_as_they_take(sheet: Sheet) -> None:
    longest = "W" * 300
    note = credit_note_view(
        [Sold(longest[:200], "10000000.00", batch=longest[:40], pack=longest[:40])] * 3,
        customer=(longest[:100], longest[:20], longest),
        username=longest[:40],
        reason=longest[:200],
        bills=60,
    )
    shop = shop_view(name=longest[:100], address=longest, licences=[("20", longest[:40])] * 4)
    pages = credit_note_pages(note, shop, sheet=sheet, duplicate=True, logo=QR_OF_LOGO)

    assert_all_ink_is_in_place(pages, sheet)
    letters = sum(ink.text.count("W") for page in pages for ink in page.inks if isinstance(ink, TextInk))
    assert letters >= 100 + 300 + 160 + 120 + 300 + 200 + 3 * (200 + 40 + 40)


def test_the_same_note_gives_the_same_bytes() -> None:
    note, shop = credit_note_view(THREE_LINES), shop_view()

    assert credit_note_pdf(note, shop) == credit_note_pdf(note, shop)
    assert credit_note_pdf(note, shop) != credit_note_pdf(note, shop, duplicate=True)
    assert PdfReader(io.BytesIO(credit_note_pdf(note, shop))).metadata["/Title"] == "Credit note C1C/26-27/000003"  # type: ignore[index]
    assert credit_note_receipt(note, shop, 48) == credit_note_receipt(note, shop, 48, template=FULL)
