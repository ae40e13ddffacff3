"""What the law asks of a bill and of a credit note, item by item, on every paper of theirs (facts A1, A7 and E2).

Each case is a supply, with the items of the rules that apply to it and the words in which they stand on the paper. What
is not printed, and why: 46(o), the shop keeps no address of delivery apart from the buyer's; 46(r) and (s), no
e-invoice is reported yet; a signature is written by hand above the line for it. For the same reason 53(1A)(f) has no
address of delivery. Copies are marked as rule 48 says for invoices; rule 53 asks for no marks on credit notes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pytest
from pypdf import PdfReader

from core.kernel.gst import DocumentKind, GstTreatment, Registration, TaxType
from core.printing.bill_pdf import bill_pdf
from core.printing.credit_note_form import credit_note_form
from core.printing.credit_note_pdf import credit_note_pdf
from core.printing.credit_note_receipt import credit_note_receipt
from core.printing.form import Form, to_form_text
from core.printing.half_page import half_page
from core.printing.measures import A4, A5, A5_LYING, Sheet
from core.printing.paper import to_text
from core.printing.receipt import receipt
from core.returns.dto import CreditNoteView, RefundMode
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.support.bill_views import THREE_LINES, Sold, bill_view, entry_view, shop_view
from tests.support.credit_note_views import credit_note_view

Says = Mapping[str, str | tuple[str, ...]]
Printed = Callable[[BillView, ShopView], str]


def on_sheet(sheet: Sheet) -> Printed:
    def printed(bill: BillView, shop: ShopView) -> str:
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(bill_pdf(bill, shop, sheet=sheet))).pages)

    return printed


def on_form(bill: BillView, shop: ShopView) -> str:
    return to_form_text(half_page(bill, shop, Form()), Form())


def on_roll(bill: BillView, shop: ShopView) -> str:
    return to_text(receipt(bill, shop, 42), 42)


PAPERS: Mapping[str, Printed] = MappingProxyType(
    {"A4": on_sheet(A4), "A5": on_sheet(A5), "A5 lying": on_sheet(A5_LYING), "half page": on_form, "receipt": on_roll}
)
#: A long name goes over lines with figures between them.
NAMES = ("Amoxycillin 500 mg + Clavulanic", "125 mg", "625", "Surgical Spirit 100 ml")
NIL = Sold("Nirodh Deluxe Condoms 10s", "25.00", gst="0", treatment=GstTreatment.NIL, hsn="40141010", batch="N7")
HOSPITAL = ("St. John Hospital", "080 22065000", "Sarjapur Road\nBengaluru 560034")
ELSEWHERE = "29AAHCS9012L1ZW"
OF_EVERY_BILL: Says = {
    "46(a), 49(a), 65(4)(3)(i)(a): supplier's name": "Sanjeevani Medicals",
    "46(a), 49(a), 65(4)(3)(i)(a): supplier's address": "12/345, MG Road",
    "65(4)(3)(i)(a): licences": ("D.L. 20: KL-KCH-1001", "D.L. 21: KL-KCH-1002"),
    "46(b), 49(b), 65(4)(3)(i)(b): serial number": "C1/26-27/000001",
    "46(c), 49(c): date": "20-11-2026",
    "46(q), 49(i): whose signature": "Reg. No. KSPC",
}
OF_THREE_LINES: Says = {
    "46(g), 49(e): HSN": ("30049099", "2207"),
    "46(h), 49(f), 65(4)(3)(i)(c): description": NAMES,
    "46(i), 65(4)(3)(i)(c): quantity and unit": ("2:5", "10 TAB", "100 ML"),
    "65(3)(1)(f): maker": ("GSK", "Kerala Chemicals"),
    "65(3)(1)(f): batch and expiry": ("AUG24071", "11/2027", "SS-9", "01/2028"),
}
OF_AN_INVOICE: Says = {
    "46: what it is": "TAX INVOICE",
    "46(a): GSTIN": "GSTIN: 32AAAAA0000A1Z9",
    "46(j): value": "323.00",
    "46(k): taxable value": "304.34",
    "46(l): rates": ("5%", "12%"),
    "46(m): tax of each head": ("CGST", "SGST", "3.11", "6.32", "9.43"),
    "46(p): reverse charge": ("Reverse charge", "No"),
}


@dataclass(frozen=True)
class Case:
    """A supply, what its papers have to say, and what none of them may."""

    bill: BillView
    says: Says
    shop: ShopView = field(default_factory=shop_view)
    never: tuple[str, ...] = ()


CASES = {
    "unregistered, below 50,000": Case(
        bill_view(THREE_LINES),
        {**OF_EVERY_BILL, **OF_THREE_LINES, **OF_AN_INVOICE},
        never=("Place of supply", "IGST", "Exempt value", "Composition"),
    ),
    "unregistered, 50,000 taxable and more": Case(
        bill_view(
            [replace(THREE_LINES[0], mrp="52500.00", units=10)],
            customer=("Ravi Kumar", None, "Kaloor\nKochi 682017"),
            state="32",
        ),
        {
            **OF_EVERY_BILL,
            "46(e): name and address": ("Ravi Kumar", "Kaloor", "Kochi 682017"),
            "46(e): state and its code": "State: 32 Kerala",
            "46(k): taxable value": "50,000.00",
        },
    ),
    "registered, another state": Case(
        bill_view(THREE_LINES, tax_type=TaxType.INTER, place_of_supply="29", customer=HOSPITAL, gstin=ELSEWHERE),
        {
            **OF_EVERY_BILL,
            **OF_THREE_LINES,
            "46(d): name and address": ("St. John Hospital", "Sarjapur Road", "Bengaluru 560034"),
            "46(d): GSTIN": f"GSTIN: {ELSEWHERE}",
            "46(l), (m): integrated tax": ("IGST", "18.84", "12.63", "6.21"),
            "46(n): place of supply": ("Place of supply", "29 Karnataka"),
            "46(p): reverse charge": ("Reverse charge", "No"),
        },
        never=("CGST", "SGST"),
    ),
    "registered, this state": Case(
        bill_view(THREE_LINES, customer=HOSPITAL, gstin="32AAHCS9012L1Z9"),
        {
            **OF_EVERY_BILL,
            **OF_THREE_LINES,
            **OF_AN_INVOICE,
            "46(d): name and address": ("St. John Hospital", "Sarjapur Road"),
            "46(d): GSTIN": "GSTIN: 32AAHCS9012L1Z9",
        },
        never=("Place of supply",),
    ),
    "special economic zone": Case(
        bill_view(
            THREE_LINES,
            tax_type=TaxType.INTER,
            place_of_supply="32",
            customer=HOSPITAL,
            gstin="32AAHCS9012L1Z9",
            to_sez=True,
        ),
        {
            "46, third proviso": "Supply to SEZ unit or SEZ developer for authorised operations on payment of"
            " integrated tax",
            "46(m)": "IGST",
            "46(n)": "32 Kerala",
        },
    ),
    "taxable and exempt": Case(
        bill_view([*THREE_LINES, NIL]),
        {
            **OF_EVERY_BILL,
            **OF_THREE_LINES,
            **{rule: said for rule, said in OF_AN_INVOICE.items() if rule not in ("46: what it is", "46(j): value")},
            "46A: what it is": "INVOICE-CUM-BILL OF SUPPLY",
            "46A with 46(k) and 49(g): values apart": ("Taxable value", "304.34", "Exempt value", "25.00"),
            "49(e), (f)": ("Nirodh Deluxe Condoms 10s", "40141010"),
        },
    ),
    "exempt alone": Case(
        bill_view([NIL], customer=HOSPITAL, gstin="32AAHCS9012L1Z9"),
        {
            **OF_EVERY_BILL,
            "49: what it is": "BILL OF SUPPLY",
            "49(a): GSTIN": "GSTIN: 32AAAAA0000A1Z9",
            "49(d): name, address and GSTIN": ("St. John Hospital", "Sarjapur Road", "GSTIN: 32AAHCS9012L1Z9"),
            "49(e), (f)": ("40141010", "Nirodh Deluxe Condoms 10s"),
            "49(g): value": "25.00",
        },
        never=("CGST", "SGST", "IGST", "INVOICE", "Reverse charge"),
    ),
    "composition dealer": Case(
        bill_view(THREE_LINES, tax_type=TaxType.NONE),
        {
            **OF_EVERY_BILL,
            **OF_THREE_LINES,
            "49: what it is": "BILL OF SUPPLY",
            "49, first proviso": "Composition taxable person, not eligible to collect tax on supplies",
            "49(g): value after discount": ("22.34", "323.00"),
        },
        shop=shop_view(registration=Registration.COMPOSITION),
        never=("CGST", "SGST", "IGST", "INVOICE", "Taxable", "12%"),
    ),
    "Schedule H1 on a prescription": Case(
        bill_view(THREE_LINES, entry=entry_view()),
        {
            **OF_EVERY_BILL,
            **OF_THREE_LINES,
            "65(3)(1)(a), (b): serial number of the entry, and its date": ("C1S/26-27/000007", "20-11-2026"),
            "65(3)(1)(c): prescriber": ("Dr K Rao", "City Hospital"),
            "65(3)(1)(d): patient": ("Asha", "12 Hill Road"),
            "65(3)(1)(g): registered pharmacist, who signs": ("Biju K", "KSPC 77"),
        },
        never=("Anitha Menon",),
    ),
}


def assert_says(printed: str, says: Says, never: tuple[str, ...]) -> None:
    """All that the rules ask for stands on the paper, and no word that must not."""
    paper = "".join(printed.split())
    missing = [
        (rule, said)
        for rule, words in says.items()
        for said in ([words] if isinstance(words, str) else words)
        if "".join(said.split()) not in paper
    ]
    assert missing == []
    for word in never:
        assert "".join(word.split()) not in paper


@pytest.mark.parametrize("printed", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_paper_says_what_the_law_asks(case: Case, printed: Printed) -> None:
    assert_says(printed(case.bill, case.shop), case.says, case.never)


@pytest.mark.parametrize("name", PAPERS)
def test_what_a_composition_dealer_says_stands_above_the_document(name: str) -> None:
    case = CASES["composition dealer"]
    paper = " ".join(PAPERS[name](case.bill, case.shop).split())

    assert paper.index("Composition taxable person") < paper.index("BILL OF SUPPLY")
    if name != "receipt":
        assert paper.startswith("Composition taxable person")


NotePrinted = Callable[[CreditNoteView, ShopView], str]


def note_on_sheet(sheet: Sheet) -> NotePrinted:
    def printed(note: CreditNoteView, shop: ShopView) -> str:
        pages = PdfReader(io.BytesIO(credit_note_pdf(note, shop, sheet=sheet))).pages
        return " ".join(page.extract_text() for page in pages)

    return printed


def note_on_form(note: CreditNoteView, shop: ShopView) -> str:
    return to_form_text(credit_note_form(note, shop, Form()), Form())


def note_on_roll(note: CreditNoteView, shop: ShopView) -> str:
    return to_text(credit_note_receipt(note, shop, 42), 42)


NOTE_PAPERS: Mapping[str, NotePrinted] = MappingProxyType(
    {
        "A4": note_on_sheet(A4),
        "A5": note_on_sheet(A5),
        "A5 lying": note_on_sheet(A5_LYING),
        "half page": note_on_form,
        "receipt": note_on_roll,
    }
)
OF_EVERY_NOTE: Says = {
    "53(1A)(a): supplier's name": "Sanjeevani Medicals",
    "53(1A)(a): supplier's address": "12/345, MG Road",
    "53(1A)(b): nature of the document": "CREDIT NOTE",
    "53(1A)(c): serial number": "C1C/26-27/000003",
    "53(1A)(d): date of issue": "20-11-2026",
    "53(1A)(i): place for the signature": "ignat",  # signature, signatory
    "licences, as on every paper": ("D.L. 20: KL-KCH-1001", "D.L. 21: KL-KCH-1002"),
    "what came back, of which batch, in which unit": (*NAMES, "AUG24071", "11/2027", "2:5", "10 TAB", "100 ML", "2207"),
    "how much, in figures and words": ("323.00", "Three Hundred", "Round off", "-0.20"),
    "why, by whom, and how it is told from a forged one": ("Doctor changed the", "Made by anitha", "3F7H2KMP"),
}
TO_RAVI: Says = {
    "53(1A)(f): unregistered: name and address": ("Ravi Kumar", "Kaloor", "Kochi 682017"),
    "53(1A)(f): unregistered: state and its code": "State: 32 Kerala",
}
OF_ONE_INVOICE: Says = {"53(1A)(g): number and date of the invoice": "Tax invoice C1/26-27/000001 of 02-11-2026"}
WITHIN_THE_STATE: Says = {
    "53(1A)(a): GSTIN": "GSTIN: 32AAAAA0000A1Z9",
    "53(1A)(h): taxable value": ("61.06", "191.50", "51.78", "304.34"),
    "53(1A)(h): rate": ("5%", "12%"),
    "53(1A)(h): tax credited of each head": ("CGST", "SGST", "1.53", "4.79", "3.11", "6.32", "9.43"),
}


@dataclass(frozen=True)
class NoteCase:
    """A return, what its papers have to say, and what none of them may."""

    note: CreditNoteView
    says: Says
    shop: ShopView = field(default_factory=shop_view)
    never: tuple[str, ...] = ()


NOTE_CASES = {
    "unregistered, this state": NoteCase(
        credit_note_view(THREE_LINES),
        {**OF_EVERY_NOTE, **TO_RAVI, **OF_ONE_INVOICE, **WITHIN_THE_STATE, "paid back": "Paid back in cash"},
        never=("IGST", "Place of supply", "No GST", "DUPLICATE", "DEMO", "ORIGINAL FOR RECIPIENT", "Composition"),
    ),
    "registered, another state": NoteCase(
        credit_note_view(
            THREE_LINES,
            tax_type=TaxType.INTER,
            place_of_supply="29",
            customer=HOSPITAL,
            gstin=ELSEWHERE,
            modes=[RefundMode.DUES],
        ),
        {
            **OF_EVERY_NOTE,
            **OF_ONE_INVOICE,
            "53(1A)(a): GSTIN": "GSTIN: 32AAAAA0000A1Z9",
            "53(1A)(e): registered: name and address": ("St. John Hospital", "Sarjapur Road", "Bengaluru 560034"),
            "53(1A)(e): registered: GSTIN": f"GSTIN: {ELSEWHERE}",
            "53(1A)(h): taxable value": ("61.07", "191.50", "51.79", "304.36"),
            "53(1A)(h): rate and integrated tax credited": ("IGST", "5%", "12%", "3.05", "9.58", "6.21", "18.84"),
            "place of the supply": "29 Karnataka",
            "set against dues": "Set against dues",
        },
        never=("CGST", "SGST", "No GST"),
    ),
    "two bills": NoteCase(
        credit_note_view(
            THREE_LINES, bills=2, kind=DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY, modes=[RefundMode.UPI, RefundMode.CARD]
        ),
        {
            **OF_EVERY_NOTE,
            **TO_RAVI,
            **WITHIN_THE_STATE,
            "53(1A)(g): number and date of each": (
                "Invoice-cum-bill of supply C1/26-27/000001 of 02-11-2026",
                "C1/26-27/000002 of 03-11-2026",
            ),
            "which line is of which": ("Bill No. C1/26-27/000001", "Bill No. C1/26-27/000002"),
            "paid back": ("Paid back by UPI", "Paid back to card"),
        },
    ),
    "taxable and exempt": NoteCase(
        credit_note_view([*THREE_LINES, NIL], kind=DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY),
        {
            **{rule: said for rule, said in OF_EVERY_NOTE.items() if not rule.startswith("how much")},
            **TO_RAVI,
            **WITHIN_THE_STATE,
            "53(1A)(h): values apart": ("Taxable value", "304.34", "Exempt value", "25.00", "Nil"),
        },
    ),
    "exempt alone": NoteCase(
        credit_note_view([NIL], kind=DocumentKind.BILL_OF_SUPPLY),
        {
            **TO_RAVI,
            "53(1A)(b): nature of the document": "CREDIT NOTE",
            "53(1A)(g): number and date of the bill of supply": "Bill of supply C1/26-27/000001 of 02-11-2026",
            "value": "25.00",
        },
        never=("CGST", "SGST", "IGST", "Taxable", "0.00", "No GST"),
    ),
    "after 30 November": NoteCase(
        credit_note_view(THREE_LINES, tax_type=TaxType.NONE, modes=[RefundMode.ADVANCE]),
        {
            **OF_EVERY_NOTE,
            **TO_RAVI,
            **OF_ONE_INVOICE,
            "a note without tax says so": "No GST is credited by this note.",
            "kept": "Kept as advance",
        },
        never=("CGST", "SGST", "IGST", "Taxable", "12%", "GST summary"),
    ),
    "composition dealer": NoteCase(
        credit_note_view(THREE_LINES, tax_type=TaxType.NONE, kind=DocumentKind.BILL_OF_SUPPLY),
        {
            **OF_EVERY_NOTE,
            **TO_RAVI,
            "53(1A)(g): number and date of the bill of supply": "Bill of supply C1/26-27/000001 of 02-11-2026",
            "rule 49, first proviso, as on its bills": "Composition taxable person, not eligible to collect tax",
        },
        shop=shop_view(registration=Registration.COMPOSITION),
        never=("CGST", "SGST", "IGST", "Taxable", "12%", "No GST"),
    ),
    "unregistered shop": NoteCase(
        credit_note_view(THREE_LINES, tax_type=TaxType.NONE, kind=DocumentKind.CASH_MEMO, state=None),
        {**OF_EVERY_NOTE, "of which memo": "Cash memo C1/26-27/000001 of 02-11-2026"},
        shop=shop_view(registration=Registration.UNREGISTERED, gstin=None),
        never=("GST", "Taxable", "12%", "nvoice"),
    ),
}


@pytest.mark.parametrize("printed", NOTE_PAPERS.values(), ids=NOTE_PAPERS)
@pytest.mark.parametrize("case", NOTE_CASES.values(), ids=NOTE_CASES)
def test_a_credit_note_says_what_the_law_asks(case: NoteCase, printed: NotePrinted) -> None:
    assert_says(printed(case.note, case.shop), case.says, case.never)
