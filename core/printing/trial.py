"""The page that shows whether a printer answers, how wide its paper is, and what it makes of a QR code."""

from __future__ import annotations

from core.printing.dto import PrinterProfile
from core.printing.paper import Align, Cut, Feed, PaperLine, Qr, Rule, Size, Text

#: What the QR code of a test page says.
QR_TEXT = "Nuskha test page"


def trial_page(printer: PrinterProfile, name: str) -> tuple[PaperLine, ...]:
    """Return the page: a ruler exactly as wide as the paper is said to be, every letter, and a code to be read."""
    columns = printer.columns
    ruler = "".join(str(number % 10) for number in range(1, columns + 1))
    explained = "The digits above fill one line and the next one begins here: then the width is right."
    cutter = "The paper is cut below." if printer.has_cutter else "The paper is fed for tearing off."
    letters = "".join(map(chr, range(ord("!"), ord("~") + 1)))
    return (
        Text("Nuskha", Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text("Test page", Align.CENTRE, bold=True),
        Text(name, Align.CENTRE),
        Rule("="),
        Text(ruler),
        Text(explained),
        Rule(),
        *(Text(letters[start : start + columns]) for start in range(0, len(letters), columns)),
        Rule(),
        Qr(QR_TEXT),
        Text(f'A telephone reads above: "{QR_TEXT}".', Align.CENTRE),
        Text(cutter, Align.CENTRE),
        Rule("="),
        Feed(1),
        Cut(),
    )
