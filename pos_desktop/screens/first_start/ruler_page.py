"""The page that shows whether a printer answers and how wide its paper is. Knows no Qt."""

from __future__ import annotations

from core.app.dto import PrinterChoice
from core.printing.dto import Columns
from core.printing.escpos import to_escpos
from core.printing.paper import Align, Cut, Feed, PaperLine, Rule, Size, Text
from pos_desktop.devices.receipts import printer_at, profile_of
from pos_desktop.shell.texts import tr


def page(columns: Columns) -> tuple[PaperLine, ...]:
    """Return the page: a ruler exactly as wide as the paper is said to be."""
    ruler = "".join(str(number % 10) for number in range(1, columns + 1))
    explained = tr("The digits above fill one line and the next one begins here: then the width is right.")
    return (
        Text("Nuskha", Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text(tr("Test page"), Align.CENTRE, bold=True),
        Rule("="),
        Text(ruler),
        Text(explained),
        Rule("="),
        Feed(1),
        Cut(),
    )


def print_ruler(choice: PrinterChoice) -> None:
    """Print the page. Raises EnvironmentFault ``printer.none``, ``printer.unreachable``, ``files.cannot_write``."""
    printer_at(choice).send(to_escpos(page(choice.columns), profile_of(choice)))
