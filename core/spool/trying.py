"""Tries a printer: a page at once, past the queue, and what it says of itself."""

from __future__ import annotations

from collections.abc import Sequence

from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.form import Form, form_pages, to_escp
from core.printing.label_sizes import USUAL_ROLL, roll_named
from core.printing.labels import Copies
from core.printing.measures import A4, A5, A5_LYING, Sheet
from core.printing.page import to_pdf
from core.printing.paper import Drawing, PaperLine
from core.printing.trial import trial_label, trial_page, trial_sheet
from core.printing.tspl import to_tspl
from core.printing.zpl import to_zpl
from core.spool.dto import PaperMode, PrinterSetup
from core.spool.talking import Outcome, Talker

_SHEETS = {PaperMode.A4: A4, PaperMode.A5: A5, PaperMode.A5_LANDSCAPE: A5_LYING}


def in_letters(lines: Sequence[PaperLine], printer: PrinterProfile) -> Sequence[PaperLine]:
    """Return lines as they are: where nothing can be drawn, a printer of pictures is sent letters."""
    return lines


def try_printer(printer: PrinterSetup, draw: Drawing = in_letters, talker: Talker | None = None) -> Outcome:
    """Print a test page and return what came of it, without a fault; ``draw`` makes pictures of lines.

    Raises EnvironmentFault: what the printer has against it.
    """
    outcome = (talker or Talker()).deliver(printer, trial_bytes(printer, draw))
    if outcome.fault is not None:
        raise outcome.fault
    return outcome


def trial_bytes(printer: PrinterSetup, draw: Drawing) -> bytes:
    """Return a test page as the printer is sent it."""
    if printer.mode.is_sheet:
        sheet = sheet_of(printer)
        return to_pdf(trial_sheet(sheet, printer.name), sheet.size, title="Nuskha", author="Nuskha")
    if printer.mode.is_label:
        size = roll_named(printer.label_size or USUAL_ROLL)
        writes = to_zpl if printer.mode is PaperMode.ZPL else to_tspl
        return writes([Copies(trial_label(printer.name), 1)], size, printer.dpi)
    lines: Sequence[PaperLine] = trial_page(printer.profile, printer.name)
    if not printer.mode.is_roll:
        form = form_of(printer)
        return to_escp(form_pages(lines, printer.columns, form), form)
    if printer.mode is PaperMode.RASTER:
        lines = draw(lines, printer.profile)
    return to_escpos(lines, printer.profile)


def sheet_of(printer: PrinterSetup) -> Sheet:
    """Return the sheet that a printer of sheets is loaded with."""
    return _SHEETS[printer.mode]


def form_of(printer: PrinterSetup) -> Form:
    """Return the endless paper that a dot-matrix printer is loaded with."""
    return Form(lines=33 if printer.mode is PaperMode.HALF_PAGE else 66)
