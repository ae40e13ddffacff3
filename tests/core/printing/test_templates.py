"""Templates of the receipt: what they show, what the law leaves them no choice about, and what is still to be paid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.gst import DocumentKind, GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing.codes import bitmap_of
from core.printing.credit_note_receipt import credit_note_receipt
from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.languages import Language, amount_in_words, hindi_words, sayer
from core.printing.paper import Blank, Cells, Flow, PaperLine, Picture, Qr, Sides, Text, fit, to_text
from core.printing.receipt import receipt
from core.printing.ruler import TextRuler
from core.printing.templates import DELIVERED, FULL, HINDI, LAW, SHORT, Part, ReceiptTemplate, demanded
from core.returns.dto import CreditNoteView, RefundMode
from core.sales.dto import BillView, TenderMode, TenderView
from core.sales.upi import upi_link, upi_reference
from core.settings.dto import ShopView
from tests.core.printing.test_codes import seen_by_a_camera
from tests.core.printing.test_receipt import ALL_COLUMNS
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, entry_view, shop_view, shops
from tests.support.credit_note_views import credit_note_view
from tests.support.escpos_reader import read_escpos

UPI_ID = "shop@okbank"
NOTHING = ReceiptTemplate(name="Nothing", parts=())
EVERYTHING = ReceiptTemplate(name="Everything", parts=tuple(Part))
BOTH = EVERYTHING.model_copy(update={"language": Language.BOTH})
ALL_HINDI = EVERYTHING.model_copy(update={"language": Language.HINDI})

templates = st.builds(
    ReceiptTemplate,
    name=st.just("Own"),
    language=st.sampled_from(Language),
    parts=st.lists(st.sampled_from(Part), unique=True).map(tuple),
    head=st.lists(st.just("स्वागत Welcome"), max_size=2).map(tuple),
    foot=st.lists(st.just("धन्यवाद Thank you"), max_size=2).map(tuple),
)


def text_of(lines: tuple[PaperLine, ...], columns: int = 48) -> str:
    return to_text(lines, columns)


def memo(**more: object) -> tuple[BillView, ShopView]:
    """A memo of a shop that is not registered: the kind of which the law asks least."""
    shop = shop_view(registration=Registration.UNREGISTERED, gstin=None)
    return bill_view(THREE_LINES, tax_type=TaxType.NONE, registration=shop.registration, **more), shop  # type: ignore[arg-type]


def test_what_the_law_does_not_ask_for_can_be_left_out() -> None:
    bill, shop = memo()
    text = text_of(receipt(bill, shop, 48, template=NOTHING, upi_id=UPI_ID))

    for left_out in ("Mfr", "HSN", "10 TAB", "saved", "Pharmacist", "Signature", "Rupees"):
        assert left_out not in text
    for stays in ("Sanjeevani Medicals", "D.L. 20: KL-KCH-1001", "C1/26-27/000001", "Batch A1", "Exp 03/2027", "2:5"):
        assert stays in text


def test_a_supply_of_a_scheduled_drug_names_maker_and_pharmacist_and_is_signed() -> None:
    bill, shop = memo(entry=entry_view())
    text = text_of(receipt(bill, shop, 48, template=NOTHING))

    for demanded_there in ("Mfr GSK", "Batch AUG24071", "Exp 11/2027", "Pharmacist: Biju K", "Signature: ____"):
        assert demanded_there in text
    assert "HSN" not in text


def test_a_tax_invoice_keeps_hsn_unit_rates_and_signature() -> None:
    text = text_of(receipt(bill_view(THREE_LINES), shop_view(), 48, template=NOTHING))

    for demanded_there in ("HSN 30049099", "10 TAB", "GST 12%", "CGST", "SGST", "Taxable value", "Signature: ____"):
        assert demanded_there in text
    for left_out in ("Mfr", "Pharmacist", "saved"):
        assert left_out not in text
    assert not any(line.split() == ["GST", "Value", "CGST", "SGST"] for line in text.splitlines())


def test_a_bill_of_supply_keeps_hsn_and_signature_only() -> None:
    bill = bill_view(THREE_LINES, tax_type=TaxType.NONE)
    assert demanded(bill) == {Part.HSN, Part.SIGNATURE}


@given(bill=bills())
def test_every_demand_has_its_rule(bill: BillView) -> None:
    assert demanded(bill) <= LAW.keys()
    assert demanded(bill) <= NOTHING.shown_on(bill)
    assert all("Rules" in rule for rule in LAW.values())


def test_own_lines_and_words_stand_where_they_are_put() -> None:
    template = EVERYTHING.model_copy(update={"head": ("Open till ten",), "foot": ("Get well soon",)})
    lines = text_of(receipt(bill_view(THREE_LINES), shop_view(), 48, template=template)).splitlines()
    places = [
        next(place for place, line in enumerate(lines) if words in line)
        for words in (
            "D.L. 20",
            "Open till ten",
            "TAX INVOICE",
            "Three Hundred Twenty-Three Only",
            "Check code",
            "Get well",
        )
    ]
    assert places == sorted(places)


def test_what_nobody_chose_is_the_full_receipt() -> None:
    bill, shop = bill_view(THREE_LINES), shop_view()
    assert receipt(bill, shop, 42) == receipt(bill, shop, 42, template=FULL)
    assert [template.name for template in DELIVERED] == ["Full", "Short", "Hindi"]
    short = receipt(bill, shop, 32, template=SHORT)
    assert len(text_of(short, 32).splitlines()) < len(text_of(receipt(bill, shop, 32), 32).splitlines())


def test_a_printers_own_letters_say_it_in_english() -> None:
    bill, shop = bill_view(THREE_LINES, entry=entry_view()), shop_view(is_demo=True)
    assert receipt(bill, shop, 48, template=HINDI, duplicate=True) == receipt(bill, shop, 48, duplicate=True)


def worded_bills() -> list[tuple[BillView, ShopView]]:
    """Bills that between them say every word a receipt has; their names are Hindi or in capitals."""
    shop = shop_view(
        name="संजीवनी", address="कोच्चि", pharmacist=("अनीता", "KSPC 1"), is_demo=True, licences=[("20", "KL-1")]
    )
    entry = entry_view(("आशा", "98470", "कोच्चि"), ("राव", "TCMC 1", "कोच्चि"), ("बीजू", "KSPC 7"))
    kinds = [Sold("दवा", "9.30", treatment=kind, gst="0", manufacturer="सिप्ला") for kind in GstTreatment]
    rated = [replace(kind, rate="8", free=10, discount="1") for kind in kinds]
    plain = [replace(kind, discount="1") for kind in kinds]
    customer = ("रवि", "98470", "कोच्चि")
    made = [
        bill_view(plain, customer=customer, username="अनीता", memo="B2", cancelled="गलत", state="29", entry=entry),
        bill_view(rated, username="अनीता", tax_type=TaxType.INTER, place_of_supply="29", gstin="29AAHCS9012L1ZW"),
        bill_view(kinds[:1], username="अनीता", tax_type=TaxType.NONE, registration=Registration.UNREGISTERED),
        bill_view(kinds[:1], username="अनीता", tax_type=TaxType.NONE),
        bill_view(kinds, username="अनीता"),
    ]
    paid = tuple(TenderView(mode=mode, amount=Money(100), reference=None) for mode in TenderMode)
    waits = tuple(tender.model_copy(update={"waits": tender.mode is TenderMode.UPI}) for tender in paid)
    linked = {"tenders": waits, "corrects": "C1/1", "corrected_by": "C1/2"}
    return [(bill.model_copy(update=linked), shop) for bill in made]


#: What is prescribed letter by letter, or a state's name.
_ENGLISH = re.compile(
    "CREDIT NOTE|TAX INVOICE|BILL OF SUPPLY|INVOICE-CUM-BILL OF SUPPLY|CASH MEMO|DUPLICATE|Karnataka|Kerala"
    "|Composition taxable person, not eligible to collect tax on supplies"
)


def texts_in(lines: tuple[PaperLine, ...]) -> list[str]:
    """Return every text that the lines print."""
    out: list[str] = []
    for line in lines:
        match line:
            case Text(text):
                out.append(text)
            case Flow(words) | Cells(words):
                out += words
            case Sides(left, right):
                out += [left, right]
            case Blank(label):
                out.append(label)
    return out


def hindi_texts() -> list[str]:
    shop = worded_bills()[0][1]
    on_bills = [
        text
        for bill, shop in worded_bills()
        for each in (bill, bill.model_copy(update={"cancelled": None}))
        for text in texts_in(receipt(each, shop, 48, template=ALL_HINDI, raster=True, upi_id=UPI_ID, duplicate=True))
    ]
    on_notes = [
        text
        for note in worded_notes()
        for text in texts_in(credit_note_receipt(note, shop, 48, template=ALL_HINDI, raster=True, duplicate=True))
    ]
    return on_bills + on_notes


def worded_notes() -> list[CreditNoteView]:
    """Credit notes that between them say every word such a receipt has; their names are Hindi or in capitals."""
    kinds = [Sold("दवा", "9.30", treatment=kind, gst="0") for kind in GstTreatment]
    who = ("रवि", "98470", "कोच्चि")
    return [
        credit_note_view(
            kinds,
            tax_type=tax_type,
            customer=who,
            username="अनीता",
            reason="बदली",
            place_of_supply="29",
            bills=2,
            kind=kind,
            modes=tuple(RefundMode),
        )
        for tax_type, kind in zip(TaxType, DocumentKind, strict=False)
    ]


def test_a_hindi_receipt_has_no_english_word_of_ours() -> None:
    for text in hindi_texts():
        assert not re.search("[a-z]{2}", _ENGLISH.sub("", text)), text


def test_every_hindi_word_is_hindi_and_is_used() -> None:
    everything = "\n".join(hindi_texts())
    for english, hindi in hindi_words().items():
        assert re.search("[\u0900-\u097f]", hindi), english
        assert re.findall("{[a-z]+}", hindi) == re.findall("{[a-z]+}", english)
        assert all(part in everything for part in hindi.split("{amount}")), english


def test_in_both_languages_each_word_has_the_other_beside_it() -> None:
    say = sayer(Language.BOTH)
    assert (say("Qty"), say("GSTIN")) == ("मात्रा / Qty", "GSTIN")
    lines = receipt(bill_view(THREE_LINES), shop_view(), 48, template=BOTH, raster=True)
    texts = texts_in(lines)
    for words in (
        "कर बीजक / TAX INVOICE",
        "आपकी बचत ₹ 22.34\nYou saved ₹ 22.34",
        "बैच / Batch A1",
        "Prices include GST.",
    ):
        assert words in texts


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "रुपये शून्य मात्र"),
        ("1.01", "रुपया एक और एक पैसा मात्र"),
        ("323.50", "रुपये तीन सौ तेईस और पचास पैसे मात्र"),
        ("12345678", "रुपये एक करोड़ तेईस लाख पैंतालीस हज़ार छह सौ अठहत्तर मात्र"),
        ("1000000000", "रुपये एक सौ करोड़ मात्र"),
    ],
)
def test_an_amount_in_hindi_words(amount: str, words: str) -> None:
    money = Money.parse(amount)
    assert amount_in_words(money, Language.HINDI) == words
    assert amount_in_words(money, Language.BOTH) == f"{words}\n{rupees_in_words(money)}"


def test_every_hindi_number_has_a_word_of_its_own() -> None:
    words = [amount_in_words(Money(rupees * 100), Language.HINDI) for rupees in range(100)]
    assert len(set(words)) == 100


def owed(*tenders: tuple[TenderMode, str, bool], **more: object) -> BillView:
    """A bill paid so; the last of each says whether it waits to be confirmed."""
    paid = tuple(
        TenderView(mode=mode, amount=Money.parse(amount), reference=None, line=line, waits=waits)
        for line, (mode, amount, waits) in enumerate(tenders, 1)
    )
    return bill_view(THREE_LINES, **more).model_copy(update={"tenders": paid})  # type: ignore[arg-type]


def test_what_is_still_to_be_paid_has_a_code_of_the_same_reference_as_at_the_counter() -> None:
    bill = owed((TenderMode.CASH, "23.00", False), (TenderMode.UPI, "300.00", True))
    paper = read_escpos(to_escpos(receipt(bill, shop_view(), 48, upi_id=UPI_ID), PrinterProfile(columns=48)))

    (picture,) = paper.pictures
    reference = upi_reference(bill.bill_id)
    assert seen_by_a_camera(picture) == upi_link(UPI_ID, "Sanjeevani Medicals", Money.parse("300"), reference)
    assert any(line.text == "Scan to pay Rs. 300.00 by UPI" for line in paper.lines)
    assert any(reference in line.text for line in paper.lines)


def test_credit_has_a_code_of_its_own_amount() -> None:
    bill = owed((TenderMode.UPI, "300.00", True), (TenderMode.CREDIT, "23.00", False))
    codes = [line.text for line in receipt(bill, shop_view(), 48, upi_id=UPI_ID) if isinstance(line, Qr)]
    assert ["am=300.00" in codes[0], "am=23.00" in codes[1], len(codes)] == [True, True, 2]


@pytest.mark.parametrize(
    ("bill", "upi_id", "template"),
    [
        (bill_view(THREE_LINES), UPI_ID, FULL),
        (owed((TenderMode.UPI, "323.00", False)), UPI_ID, FULL),
        (owed((TenderMode.UPI, "323.00", True), cancelled="entered twice"), UPI_ID, FULL),
        (owed((TenderMode.UPI, "323.00", True)), "", FULL),
        (owed((TenderMode.UPI, "323.00", True)), UPI_ID, NOTHING),
    ],
    ids=["paid in cash", "confirmed", "cancelled", "no UPI id", "switched off"],
)
def test_nothing_else_has_a_code(bill: BillView, upi_id: str, template: ReceiptTemplate) -> None:
    assert not any(isinstance(line, Qr) for line in receipt(bill, shop_view(), 48, upi_id=upi_id, template=template))


@settings(max_examples=40, deadline=None)
@given(bill=bills(), shop=shops(), template=templates, columns=st.sampled_from(ALL_COLUMNS))
def test_no_template_makes_a_line_too_wide_or_loses_what_must_stand(
    bill: BillView, shop: ShopView, template: ReceiptTemplate, columns: Columns
) -> None:
    laid_out = receipt(bill, shop, columns, template=template, upi_id=UPI_ID)
    lines = fit(laid_out, TextRuler(columns))
    assert all(line.columns <= columns for line in lines if isinstance(line, Text))
    assert all(len(row) <= columns for row in to_text(lines, columns).splitlines())
    if Part.SIGNATURE in demanded(bill):
        assert any(isinstance(line, Blank) for line in lines)


def test_a_logo_is_no_wider_than_the_paper_and_is_left_out_where_it_is_not_wanted() -> None:
    logo = bitmap_of([[True, False] * 288] * 300)
    bill, shop = bill_view(THREE_LINES), shop_view()

    def sizes(columns: Columns, template: ReceiptTemplate) -> list[tuple[int, int]]:
        lines = receipt(bill, shop, columns, logo=logo, template=template)
        return [(line.bitmap.width, line.bitmap.height) for line in lines if isinstance(line, Picture)]

    assert [sizes(48, FULL), sizes(32, FULL), sizes(48, NOTHING)] == [[(576, 300)], [(384, 200)], []]
