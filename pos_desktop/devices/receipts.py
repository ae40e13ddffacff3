"""From a posted bill, or a quotation, to the counter's receipt printer."""

from __future__ import annotations

from pathlib import Path

from core.app.dto import PrinterChoice, PrinterKind
from core.kernel.errors import EnvironmentFault
from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.sales.quotation_dto import QuotationView
from core.settings.dto import ShopView
from pos_desktop.devices.printers import RAW_PORT, FilePrinter, Printer, TcpPrinter


def printer_at(choice: PrinterChoice) -> Printer:
    """Return the printer that was chosen. Raises EnvironmentFault ``printer.none`` where none was."""
    if choice.kind is PrinterKind.NETWORK:
        host, _, port = choice.address.rpartition(":")
        return TcpPrinter(host, int(port)) if host else TcpPrinter(choice.address, RAW_PORT)
    if choice.kind is PrinterKind.FILE:
        return FilePrinter(Path(choice.address))
    raise EnvironmentFault("printer.none")


def print_receipt(choice: PrinterChoice, bill: BillView, shop: ShopView, *, duplicate: bool) -> None:
    """Print a bill's receipt and kick the drawer open for a first print, where the printer does that.

    Raises EnvironmentFault ``printer.none``, ``printer.unreachable``, ``files.cannot_write``.
    """
    printer = printer_at(choice)
    lines = receipt(bill, shop, choice.columns, duplicate=duplicate)
    printer.send(to_escpos(lines, profile_of(choice), kick_drawer=choice.opens_drawer and not duplicate))


def print_quotation(choice: PrinterChoice, quotation: QuotationView, shop: ShopView) -> None:
    """Print a quotation. Raises EnvironmentFault ``printer.none``, ``printer.unreachable``, ``files.cannot_write``."""
    printer = printer_at(choice)
    printer.send(to_escpos(quotation_receipt(quotation, shop, choice.columns), profile_of(choice)))


def profile_of(choice: PrinterChoice) -> PrinterProfile:
    """Return what the encoder must know of the printer."""
    return PrinterProfile(columns=choice.columns, has_cutter=choice.has_cutter, opens_drawer=choice.opens_drawer)
