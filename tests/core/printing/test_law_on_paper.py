"""What the law asks of a bill, item by item, on every paper that a bill is printed on (facts A1 and E2).

Each case is a supply, with the items of the rules that apply to it and the words in which they stand on the paper. What
is not printed, and why: 46(o), the shop keeps no address of delivery apart from the buyer's; 46(r) and (s), no
e-invoice is reported yet; a signature is written by hand above the line for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pytest
from pypdf import PdfReader

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.printing.bill_pdf import bill_pdf
from core.printing.form import Form, to_form_text
from core.printing.half_page import half_page
from core.printing.measures import A4, A5, A5_LYING, Sheet
from core.printing.paper import to_text
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.support.bill_views import THREE_LINES, Sold, bill_view, entry_view, shop_view

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


@pytest.mark.parametrize("printed", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_paper_says_what_the_law_asks(case: Case, printed: Printed) -> None:
    paper = "".join(printed(case.bill, case.shop).split())

    missing = [
        (rule, said)
        for rule, words in case.says.items()
        for said in ([words] if isinstance(words, str) else words)
        if "".join(said.split()) not in paper
    ]
    assert missing == []
    for word in case.never:
        assert "".join(word.split()) not in paper


@pytest.mark.parametrize("name", PAPERS)
def test_what_a_composition_dealer_says_stands_above_the_document(name: str) -> None:
    case = CASES["composition dealer"]
    paper = " ".join(PAPERS[name](case.bill, case.shop).split())

    assert paper.index("Composition taxable person") < paper.index("BILL OF SUPPLY")
    if name != "receipt":
        assert paper.startswith("Composition taxable person")
