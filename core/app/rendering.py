"""Makes the bytes of a paper when its printer takes it: what stands on it is as it is then."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.app.papers import papers_of
from core.printing.paper import Drawing, PaperLine
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.printing.trial import trial_page
from core.sales.dto import TenderMode
from core.sales.queries import bill_view
from core.sales.quotations import quotation_view
from core.sales.upi import upi_id_of
from core.settings.queries import shop_view
from core.spool.dto import Paper, PaperKind, PaperMode, PrinterSetup


def render(session: Session, paper: Paper, printer: PrinterSetup, draw: Drawing) -> bytes:
    """Return the bytes of a paper for a printer; a first paper of a bill that took cash opens the drawer.

    Raises RuleBroken ``sales.no_such_bill``, ``quotations.no_such`` for a document that is not there.
    """
    from core.printing.escpos import drawer_pulse, to_escpos  # lazy: python-escpos takes 0.2 s to load

    if paper.kind is PaperKind.DRAWER:
        return drawer_pulse(printer.profile)
    lines, kick = _lines(session, paper, printer)
    if printer.mode is PaperMode.RASTER:
        lines = draw(lines, printer.profile)
    return to_escpos(lines, printer.profile, kick_drawer=kick)


def _lines(session: Session, paper: Paper, printer: PrinterSetup) -> tuple[Sequence[PaperLine], bool]:
    if paper.kind is PaperKind.TEST:
        return trial_page(printer.profile, printer.name), False
    assert paper.of is not None, "a paper of a document names it"
    shop = shop_view(session)
    if paper.kind is PaperKind.QUOTATION:
        return quotation_receipt(quotation_view(session, paper.of), shop, printer.columns), False
    bill, papers = bill_view(session, paper.of), papers_of(session)
    lines = receipt(
        bill,
        shop,
        printer.columns,
        duplicate=paper.duplicate,
        template=papers.receipt_template,
        raster=printer.mode is PaperMode.RASTER,
        # a bill does not know what was paid of it later: its second paper asks for nothing
        upi_id="" if paper.duplicate else upi_id_of(session),
        logo=papers.logo.bitmap if papers.logo else None,
    )
    took_cash = any(tender.mode is TenderMode.CASH for tender in bill.tenders)
    return lines, took_cash and not paper.duplicate
