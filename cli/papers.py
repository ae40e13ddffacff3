"""Turns a posted bill into the paper that a file's ending asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.app.dto import PrinterChoice
from core.kernel.errors import RuleBroken
from core.printing.dto import PrinterProfile
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.settings.dto import ShopView


def paper_for(path: Path, bill: BillView, shop: ShopView, printer: PrinterChoice, *, duplicate: bool) -> bytes:
    """Return an A4 PDF for ``.pdf``, the receipt printer's bytes for ``.bin``, the receipt's text for ``.txt``.

    A ``duplicate`` is marked so, as every paper of a bill after the first is. Raises RuleBroken
    ``printer.no_such_paper``.
    """
    papers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: _pdf(bill, shop, duplicate),
        ".bin": lambda: _escpos(bill, shop, printer, duplicate),
        ".txt": lambda: _text(bill, shop, printer, duplicate),
    }
    make = papers.get(path.suffix.lower())
    if make is None:
        raise RuleBroken("printer.no_such_paper", path=str(path))
    return make()


def _pdf(bill: BillView, shop: ShopView, duplicate: bool) -> bytes:
    from core.printing.bill_pdf import bill_pdf  # lazy: ReportLab takes 0.1 s to load

    return bill_pdf(bill, shop, duplicate=duplicate)


def _escpos(bill: BillView, shop: ShopView, printer: PrinterChoice, duplicate: bool) -> bytes:
    from core.printing.escpos import to_escpos  # lazy: python-escpos takes 0.2 s to load

    profile = PrinterProfile(columns=printer.columns, has_cutter=printer.has_cutter, opens_drawer=printer.opens_drawer)
    return to_escpos(receipt(bill, shop, printer.columns, duplicate=duplicate), profile)


def _text(bill: BillView, shop: ShopView, printer: PrinterChoice, duplicate: bool) -> bytes:
    from core.printing.paper import to_text

    return to_text(receipt(bill, shop, printer.columns, duplicate=duplicate), printer.columns).encode()
