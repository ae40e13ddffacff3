"""Which parts a receipt shows, in which language: templates, and what the law leaves no shop a choice about.

A template only ever adds to what a bill must say. Dealer, licences, number, date, goods, quantity, batch, expiry, the
value, the taxes and the check code stand on every receipt and have no switch.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from core.boundary.frozen import Frozen, Line
from core.kernel.gst import DocumentKind
from core.printing.languages import Language
from core.sales.dto import BillView


class Part(enum.StrEnum):
    """A part of a receipt that can be left out where the law does not ask for it."""

    LOGO = "logo"
    MAKER = "maker"
    HSN = "hsn"
    PACK = "pack"
    SAVINGS = "savings"
    WORDS = "words"
    UPI_QR = "upi_qr"
    GST_SUMMARY = "gst_summary"
    PHARMACIST = "pharmacist"
    SIGNATURE = "signature"


#: On which bills a part stands whatever the template says, and by which rule (facts A1, A11, E2). Parts that are not
#: here are the shop's to choose: without the summary the rates stand at the lines and the taxes by head at the total.
LAW: Mapping[Part, str] = MappingProxyType(
    {
        Part.MAKER: "where a drug of Schedule C, C1, H, H1 or X or a prescription is supplied: the memo stands for the "
        "register (Drugs Rules 65(3)(1)(f), 65(4)(1))",
        Part.HSN: "on tax invoices and bills of supply (CGST Rules 46(g), 46A, 49)",
        Part.PACK: "on tax invoices, as the unit of the quantity (CGST Rules 46(i), 46A)",
        Part.PHARMACIST: "where a drug of Schedule C, C1, H, H1 or X or a prescription is supplied: who signs "
        "(Drugs Rules 65(3)(1)(g), 65(4)(1))",
        Part.SIGNATURE: "on tax invoices and bills of supply (CGST Rules 46(q), 46A, 49), and where a drug of Schedule "
        "C, C1, H, H1 or X or a prescription is supplied (Drugs Rules 65(3)(1)(g))",
    }
)
_ON_SUPPLY = frozenset({Part.MAKER, Part.PHARMACIST, Part.SIGNATURE})
_IN_GST = frozenset({Part.HSN, Part.SIGNATURE})


def demanded(bill: BillView) -> frozenset[Part]:
    """Return the parts that the law demands of this bill: of what a switch says nothing."""
    of_supply = _ON_SUPPLY if bill.dispensing is not None else frozenset[Part]()
    in_gst = _IN_GST if bill.document_kind is not DocumentKind.CASH_MEMO else frozenset[Part]()
    return of_supply | in_gst | (frozenset({Part.PACK}) if bill.document_kind.shows_tax else frozenset())


def _in_order(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in Part if part in parts)


TemplateName = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
#: A line of the shop's own on its papers.
OwnLine = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
OwnLines = Annotated[tuple[OwnLine, ...], Field(max_length=5)]


class ReceiptTemplate(Frozen):
    """How receipts look: which parts they show, in which language, and the shop's own lines at head and foot.

    Hindi and both need a receipt that is printed as a picture. Where a printer prints its own letters the words are
    English, because it has no others.
    """

    name: TemplateName
    language: Language = Language.ENGLISH
    parts: Annotated[tuple[Part, ...], AfterValidator(_in_order)] = tuple(Part)
    head: OwnLines = ()
    foot: OwnLines = ()

    def shown_on(self, bill: BillView) -> frozenset[Part]:
        """Return the parts that stand on this bill: those of the template and those that the law demands."""
        return frozenset(self.parts) | demanded(bill)


#: All that there is, but for the amount in words, which the page has. What receipts look like where nobody chose.
FULL = ReceiptTemplate(name="Full", parts=tuple(part for part in Part if part is not Part.WORDS))
#: What fits a 58 mm roll without using it up.
SHORT = ReceiptTemplate(name="Short", parts=(Part.SAVINGS, Part.UPI_QR))
#: The full one with Hindi words. Raster only: where a printer prints its own letters it is the full one in English.
HINDI = ReceiptTemplate(name="Hindi", language=Language.HINDI, parts=FULL.parts)
DELIVERED = (FULL, SHORT, HINDI)
