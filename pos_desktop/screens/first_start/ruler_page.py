"""The page that shows whether a printer answers and how wide its paper is. Knows no Qt."""

from __future__ import annotations

from pathlib import Path

from core.app.dto import PrinterChoice, PrinterKind
from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.paper import Align, Cut, Feed, PaperLine, Rule, Size, Text, paragraph
from pos_desktop.devices.printers import RAW_PORT, FilePrinter, TcpPrinter
from pos_desktop.shell.texts import tr


def page(columns: Columns) -> tuple[PaperLine, ...]:
    """Return the page: a ruler exactly as wide as the paper is said to be."""
    ruler = "".join(str(number % 10) for number in range(1, columns + 1))
    explained = tr("The digits above fill one line and the next one begins here: then the width is right.")
    return (
        Text("Nuskha", Align.CENTRE, bold=True, size=Size.DOUBLE),
        *paragraph(tr("Test page"), columns, Align.CENTRE, bold=True),
        Rule("="),
        Text(ruler),
        *paragraph(explained, columns),
        Rule("="),
        Feed(1),
        Cut(),
    )


def print_ruler(printer: PrinterChoice) -> None:
    """Print the page. Raises EnvironmentFault ``printer.unreachable`` or ``printer.cannot_write``."""
    profile = PrinterProfile(columns=printer.columns, has_cutter=printer.has_cutter, opens_drawer=printer.opens_drawer)
    data = to_escpos(page(printer.columns), profile)
    if printer.kind is PrinterKind.FILE:
        FilePrinter(Path(printer.address)).send(data)
    elif printer.kind is PrinterKind.NETWORK:
        host, colon, port = printer.address.rpartition(":")
        TcpPrinter(host if colon else port, int(port) if colon else RAW_PORT).send(data)
