"""Makes a paper when its printer takes it: what stands on it is as it is then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from core.app.labels import LabelPaper, WantedLabels, label_file, labels_of
from core.app.papers import papers_of
from core.kernel.errors import RuleBroken
from core.printing.dto import Columns
from core.printing.form import FormPage
from core.printing.page import Page, to_pdf
from core.printing.paper import Drawing, PaperLine
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.printing.trial import trial_sheet
from core.printing.wording import still_to_pay
from core.sales.dto import BillView, TenderMode
from core.sales.queries import bill_view
from core.sales.quotations import quotation_view
from core.sales.upi import upi_id_of, upi_link, upi_reference
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from core.spool.dto import Paper, PaperKind, PaperMode, PrinterSetup
from core.spool.trying import form_of, sheet_of, trial_bytes

_LABELS_IN = {PaperMode.ZPL: ".zpl", PaperMode.TSPL: ".tspl"}
#: How wide a quotation is laid out on endless paper: as on the widest roll.
_ROLL: Columns = 48


def render(session: Session, paper: Paper, printer: PrinterSetup, draw: Drawing, today: date) -> bytes:
    """Return what a printer is sent: a roll's bytes, a PDF of sheets, the bytes of endless paper, or labels.

    A first paper of a bill that took cash opens the drawer. Raises RuleBroken ``sales.no_such_bill``,
    ``quotations.no_such`` for a document that is not there, what ``labels_of`` and ``label_file`` do of labels, and
    ``printer.labels_alone``, ``printer.no_labels`` where a paper was moved to a printer that cannot print it.
    """
    if paper.kind is PaperKind.LABELS:
        return _label_bytes(session, paper, printer, today)
    if paper.kind is PaperKind.TEST:
        return trial_bytes(printer, draw)
    if paper.kind is PaperKind.DRAWER:
        from core.printing.escpos import drawer_pulse  # lazy: python-escpos takes 0.2 s to load

        return drawer_pulse(printer.profile)
    if printer.mode.is_label:
        raise RuleBroken("printer.labels_alone", name=printer.name)
    if printer.mode.is_sheet:
        shop = shop_view(session)
        return to_pdf(render_pages(session, paper, printer), sheet_of(printer).size, title="Nuskha", author=shop.name)
    if not printer.mode.is_roll:
        return _form_bytes(session, paper, printer)
    from core.printing.escpos import to_escpos  # lazy: python-escpos takes 0.2 s to load

    lines, kick = _lines(session, paper, printer)
    if printer.mode is PaperMode.RASTER:
        lines = draw(lines, printer.profile)
    return to_escpos(lines, printer.profile, kick_drawer=kick)


def render_pages(session: Session, paper: Paper, printer: PrinterSetup) -> Sequence[Page]:
    """Return the sheets of a paper as data, for a system that is not given a PDF. Raises RuleBroken as ``render``."""
    from core.printing.bill_pdf import bill_pages  # lazy: ReportLab takes 0.1 s to load
    from core.printing.quotation_pdf import quotation_pages

    sheet = sheet_of(printer)
    if paper.kind is PaperKind.TEST:
        return trial_sheet(sheet, printer.name)
    assert paper.of is not None, "a paper of a document names it"
    shop = shop_view(session)
    if paper.kind is PaperKind.QUOTATION:
        return quotation_pages(quotation_view(session, paper.of), shop, sheet)
    bill, logo = bill_view(session, paper.of), papers_of(session).logo
    return bill_pages(
        bill,
        shop,
        sheet=sheet,
        duplicate=paper.duplicate,
        copies=printer.copies,
        pay_link=None if paper.duplicate else _pay_link(session, bill, shop),
        logo=logo.bitmap if logo else None,
    )


def _label_bytes(session: Session, paper: Paper, printer: PrinterSetup, today: date) -> bytes:
    assert paper.labels is not None, "a paper of labels says which"
    asked = paper.labels
    wanted = WantedLabels(item=asked.item, batch=asked.batch, copies=asked.copies, loose=asked.loose)
    found = labels_of(session, wanted, today)
    ending = _LABELS_IN.get(printer.mode, ".pdf" if printer.mode.is_sheet else "")
    on = LabelPaper(size=printer.label_size or None, dpi=printer.dpi, start=asked.start)
    made = label_file(ending, found.labels, on, shop_view(session).name)
    if made is None:
        raise RuleBroken("printer.no_labels", name=printer.name)
    return made


def _pay_link(session: Session, bill: BillView, shop: ShopView) -> str | None:
    """Return the link for what is still to be paid, None where nothing is or nobody can be paid by UPI."""
    upi_id, amount = upi_id_of(session), still_to_pay(bill)
    return upi_link(upi_id, shop.name, amount, upi_reference(bill.bill_id)) if upi_id and amount else None


def form_text(session: Session, paper: Paper, printer: PrinterSetup) -> str:
    """Return a paper on endless paper as text, to be looked at. Raises RuleBroken as ``render``."""
    from core.printing.form import to_form_text

    return to_form_text(_form_pages(session, paper, printer), form_of(printer))


def _form_bytes(session: Session, paper: Paper, printer: PrinterSetup) -> bytes:
    from core.printing.form import to_escp

    return to_escp(_form_pages(session, paper, printer), form_of(printer))


def _form_pages(session: Session, paper: Paper, printer: PrinterSetup) -> list[FormPage]:
    from core.printing.form import form_pages
    from core.printing.half_page import half_page

    assert paper.of is not None, "a paper of a document names it"
    form, shop = form_of(printer), shop_view(session)
    if paper.kind is PaperKind.QUOTATION:
        return form_pages(quotation_receipt(quotation_view(session, paper.of), shop, _ROLL), _ROLL, form)
    bill = bill_view(session, paper.of)
    return half_page(bill, shop, form, duplicate=paper.duplicate, copies=printer.copies)


def _lines(session: Session, paper: Paper, printer: PrinterSetup) -> tuple[Sequence[PaperLine], bool]:
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
