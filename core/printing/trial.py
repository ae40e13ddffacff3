"""The pages that show whether a printer answers, how large its paper is, and what it makes of a QR code."""

from __future__ import annotations

from core.kernel.money import Money
from core.printing.codes import qr_code
from core.printing.dto import PrinterProfile
from core.printing.label_codes import LabelCode, Symbology
from core.printing.labels import Label
from core.printing.measures import Sheet
from core.printing.page import BoxInk, Page, Side, beside, picture, space, stack, text_block
from core.printing.paper import Align, Cut, Feed, PaperLine, Qr, Rule, Size, Text

#: What the QR code of a test page says.
QR_TEXT = "Nuskha test page"
#: How large the code is on a sheet, in points: 30 mm.
_CODE = 85.0
_MM_PER_INCH, _POINTS_PER_INCH = 25.4, 72


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


def trial_sheet(sheet: Sheet, name: str) -> list[Page]:
    """Return a sheet with a frame at its margins: all four sides must be there, or the paper is another one."""
    width, height = sheet.width, sheet.size[1] - 2 * sheet.margin
    thin, edge = 0.8, round(sheet.margin * _MM_PER_INCH / _POINTS_PER_INCH)
    frame = [
        BoxInk(sheet.margin, sheet.margin, width, thin, 0.0),
        BoxInk(sheet.margin, sheet.margin + height - thin, width, thin, 0.0),
        BoxInk(sheet.margin, sheet.margin, thin, height, 0.0),
        BoxInk(sheet.margin + width - thin, sheet.margin, thin, height, 0.0),
    ]
    code = qr_code(QR_TEXT)
    text = stack(
        text_block("Nuskha", sheet.name, width, Side.CENTRE),
        text_block(f"Test page: {name}", sheet.strong, width, Side.CENTRE),
        space(8),
        text_block(
            f"The frame has four sides and stands {edge} mm from each edge: then the paper is right.",
            sheet.text,
            width,
            Side.CENTRE,
        ),
        space(8),
        beside(((width - _CODE) / 2, picture(code, _CODE, _CODE))),
    )
    return [Page((*frame, *text.moved(sheet.margin, sheet.margin + 24)))]


def trial_label(name: str) -> Label:
    """Return a label that shows whether size, darkness and code are right."""
    code = LabelCode(Symbology.CODE_128, "NUSKHA")
    return Label("Nuskha", f"Test label: {name}", "10's", Money(2_565), batch="TEST", code=code)
