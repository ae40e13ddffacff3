"""Turns a posted bill or a quotation into the paper that a layout or a file's ending asks for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from core.app.papers import Papers
from core.kernel.errors import RuleBroken
from core.printing.dto import PrinterProfile
from core.printing.paper import PaperLine, to_text
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.printing.wording import still_to_pay
from core.sales.dto import BillView
from core.sales.quotation_dto import QuotationView
from core.sales.upi import upi_link, upi_reference
from core.settings.dto import ShopView


@dataclass(frozen=True)
class Look:
    """What a paper is printed by beside the bill: the shop's choices, and the UPI id that customers pay to."""

    printer: PrinterProfile
    papers: Papers
    upi_id: str


class Layout(enum.StrEnum):
    """What a bill is laid out for: sheets of paper, endless paper of a dot-matrix printer, a receipt roll."""

    A4 = "a4"
    A5 = "a5"
    A5_LANDSCAPE = "a5-landscape"
    HALF_PAGE = "half-page"
    WHOLE_PAGE = "whole-page"
    RECEIPT = "receipt"


class Letters(enum.StrEnum):
    """How many letters an inch a dot-matrix printer prints."""

    TEN = "10"
    TWELVE = "12"
    FIFTEEN = "15"

    @property
    def number(self) -> Literal[10, 12, 15]:
        """The same as a number."""
        numbers: Mapping[Letters, Literal[10, 12, 15]] = {Letters.TEN: 10, Letters.TWELVE: 12, Letters.FIFTEEN: 15}
        return numbers[self]


_SHEETS = (Layout.A4, Layout.A5, Layout.A5_LANDSCAPE)
_OF_ENDING: Mapping[str, tuple[Layout, ...]] = MappingProxyType(  # the first is meant where none is named
    {
        ".pdf": _SHEETS,
        ".bin": (Layout.RECEIPT, Layout.HALF_PAGE, Layout.WHOLE_PAGE),
        ".txt": (Layout.RECEIPT, Layout.HALF_PAGE, Layout.WHOLE_PAGE),
    }
)


def layout_for(path: Path, wanted: Layout | None, *, copies: int = 1, has_code: bool = False) -> Layout:
    """Return the layout that goes into a file: the one that is wanted, else what the ending means.

    Raises RuleBroken ``printer.no_such_paper``, ``printer.layout_not_in_file``, ``printer.copies_of_a_receipt``,
    ``printer.code_on_no_page``.
    """
    ending = path.suffix.lower()
    if ending not in _OF_ENDING:
        raise RuleBroken("printer.no_such_paper", path=str(path))
    layout = wanted or _OF_ENDING[ending][0]
    if layout not in _OF_ENDING[ending]:
        endings = " or ".join(end for end, layouts in _OF_ENDING.items() if layout in layouts)
        raise RuleBroken("printer.layout_not_in_file", path=str(path), layout=layout.value, endings=endings)
    if copies > 1 and layout is Layout.RECEIPT:
        raise RuleBroken("printer.copies_of_a_receipt")
    if has_code and layout not in _SHEETS:
        raise RuleBroken("printer.code_on_no_page")
    return layout


def pay_link_of(upi_id: str, bill: BillView, shop: ShopView) -> str:
    """Return the UPI link for what is still to be paid.

    Raises RuleBroken ``printer.no_upi_id``, ``printer.nothing_to_pay``.
    """
    amount = still_to_pay(bill)
    if not upi_id:
        raise RuleBroken("printer.no_upi_id")
    if not amount:
        raise RuleBroken("printer.nothing_to_pay", number=bill.number)
    return upi_link(upi_id, shop.name, amount, upi_reference(bill.bill_id))


def paper_for(
    path: Path,
    bill: BillView,
    shop: ShopView,
    look: Look,
    layout: Layout,
    *,
    duplicate: bool,
    copies: int = 1,
    cpi: Literal[10, 12, 15] = 10,
    pay_link: str | None = None,
) -> bytes:
    """Return a PDF of sheets, the bytes of a printer for ``.bin``, text for ``.txt``; ``layout_for`` chose the layout.

    A ``duplicate`` is marked so, as every paper of a bill after the first is.
    """
    logo = look.papers.logo.bitmap if look.papers.logo else None
    if layout in _SHEETS:
        from core.printing.bill_pdf import bill_pdf  # lazy: ReportLab takes 0.1 s to load
        from core.printing.measures import A4, A5, A5_LYING

        sheet = {Layout.A4: A4, Layout.A5: A5, Layout.A5_LANDSCAPE: A5_LYING}[layout]
        return bill_pdf(bill, shop, sheet=sheet, duplicate=duplicate, copies=copies, pay_link=pay_link, logo=logo)
    is_text = path.suffix.lower() == ".txt"
    if layout is Layout.RECEIPT:
        lines = receipt(
            bill,
            shop,
            look.printer.columns,
            duplicate=duplicate,
            template=look.papers.receipt_template,
            upi_id=look.upi_id,
            logo=logo,
        )
        return to_text(lines, look.printer.columns).encode() if is_text else _escpos(lines, look.printer)
    from core.printing.form import Form, to_escp, to_form_text
    from core.printing.half_page import half_page

    form = Form(cpi=cpi, lines=33 if layout is Layout.HALF_PAGE else 66)
    pages = half_page(bill, shop, form, duplicate=duplicate, copies=copies)
    return to_form_text(pages, form).encode() if is_text else to_escp(pages, form)


def quotation_paper(path: Path, quotation: QuotationView, shop: ShopView, printer: PrinterProfile) -> bytes:
    """Return a quotation as an A4 PDF, the receipt printer's bytes (``.bin``) or text (``.txt``).

    Raises RuleBroken ``printer.no_such_paper``.
    """

    def pdf() -> bytes:
        from core.printing.quotation_pdf import quotation_pdf  # lazy: ReportLab takes 0.1 s to load

        return quotation_pdf(quotation, shop)

    return _paper(path, pdf, lambda: quotation_receipt(quotation, shop, printer.columns), printer)


def _paper(
    path: Path, pdf: Callable[[], bytes], lines: Callable[[], Iterable[PaperLine]], printer: PrinterProfile
) -> bytes:
    papers: dict[str, Callable[[], bytes]] = {
        ".pdf": pdf,
        ".bin": lambda: _escpos(lines(), printer),
        ".txt": lambda: to_text(lines(), printer.columns).encode(),
    }
    make = papers.get(path.suffix.lower())
    if make is None:
        raise RuleBroken("printer.no_such_paper", path=str(path))
    return make()


def _escpos(lines: Iterable[PaperLine], printer: PrinterProfile) -> bytes:
    from core.printing.escpos import to_escpos  # lazy: python-escpos takes 0.2 s to load

    return to_escpos(lines, printer)
