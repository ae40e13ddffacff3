"""Turns a posted bill or a quotation into the paper that a file's ending asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from core.app.papers import Papers
from core.kernel.errors import RuleBroken
from core.printing.dto import PrinterProfile
from core.printing.paper import PaperLine, to_text
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.sales.quotation_dto import QuotationView
from core.settings.dto import ShopView


@dataclass(frozen=True)
class Look:
    """What a receipt is printed by beside the bill: the shop's choices, and the UPI id that customers pay to."""

    printer: PrinterProfile
    papers: Papers
    upi_id: str


def paper_for(path: Path, bill: BillView, shop: ShopView, look: Look, *, duplicate: bool) -> bytes:
    """Return an A4 PDF for ``.pdf``, the receipt printer's bytes for ``.bin``, the receipt's text for ``.txt``.

    A ``duplicate`` is marked so, as every paper of a bill after the first is. Raises RuleBroken
    ``printer.no_such_paper``.
    """
    papers, printer = look.papers, look.printer

    def pdf() -> bytes:
        from core.printing.bill_pdf import bill_pdf  # lazy: ReportLab takes 0.1 s to load

        return bill_pdf(bill, shop, duplicate=duplicate)

    def lines() -> Iterable[PaperLine]:
        return receipt(
            bill,
            shop,
            printer.columns,
            duplicate=duplicate,
            template=papers.receipt_template,
            upi_id=look.upi_id,
            logo=papers.logo.bitmap if papers.logo else None,
        )

    return _paper(path, pdf, lines, printer)


def quotation_paper(path: Path, quotation: QuotationView, shop: ShopView, printer: PrinterProfile) -> bytes:
    """Return a quotation as ``paper_for`` returns a bill. Raises RuleBroken ``printer.no_such_paper``."""

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
