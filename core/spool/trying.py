"""Tries a printer: a page at once, past the queue, and what it says of itself."""

from __future__ import annotations

from core.printing.escpos import to_escpos
from core.printing.paper import Drawing, PaperLine
from core.printing.trial import trial_page
from core.spool.dto import PaperMode, PrinterSetup
from core.spool.talking import Outcome, Talker


def try_printer(printer: PrinterSetup, draw: Drawing | None = None, talker: Talker | None = None) -> Outcome:
    """Print a test page and return what came of it, without a fault.

    ``draw`` makes a picture of the lines for a printer of pictures; without it the page is sent as text. Raises
    EnvironmentFault: what the printer has against it.
    """
    lines: list[PaperLine] = list(trial_page(printer.profile, printer.name))
    if printer.mode is PaperMode.RASTER and draw is not None:
        lines = list(draw(lines, printer.profile))
    outcome = (talker or Talker()).deliver(printer, to_escpos(lines, printer.profile))
    if outcome.fault is not None:
        raise outcome.fault
    return outcome
