"""Hands papers over to the queue of a printer. Here because a paper knows its document, and the queue does not."""

from __future__ import annotations

from uuid import UUID

from core.app.labels import WantedLabels, labels_of
from core.app.printers import printers_of
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.ids import id_from_content
from core.sales.drafts import mark_printed, unmark_printed
from core.sales.queries import bill_view
from core.sales.quotations import quotation_view
from core.spool.dto import JobState, JobView, LabelsAsked, Paper, PaperKind, PrinterSetup
from core.spool.jobs import add_job, cancel_job, list_jobs, print_job_again
from core.storage.unit_of_work import UnitOfWork


def print_bill(uow: UnitOfWork, bill_id: UUID, *, duplicate: bool, on: str | None = None) -> JobView:
    """Put a bill into the queue of the printer for receipts, or of the one named ``on``.

    A ``duplicate`` says so, and stands in the log. Where a paper of the bill waits already, that one is printed as soon
    as may be, and there is no second one. From then on the bill counts as printed: the queue keeps the paper until the
    printer has it or somebody takes it out.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_bill``, ``printer.no_such_name``, ``printer.labels_alone``,
    EnvironmentFault ``printer.none``.
    """
    require(uow, Permission.PRINT_BILL)
    printer = printers_of(uow.session).named(on) or _for_receipts(uow)
    if printer.mode.is_label:
        raise RuleBroken("printer.labels_alone", name=printer.name)
    number = bill_view(uow.session, bill_id).number
    for waiting in list_jobs(uow.session):
        if waiting.paper.of == bill_id and waiting.state is not JobState.SENDING:
            is_there = any(one.name == waiting.printer for one in printers_of(uow.session).printers)
            return print_job_again(uow, waiting.job_id, printer.name if on or not is_there else None)
    paper = Paper(kind=PaperKind.BILL, of=bill_id, duplicate=duplicate)
    job = add_job(uow, printer.name, paper, f"Bill {number}")
    mark_printed(uow, bill_id)
    if duplicate:
        write_event(uow, "bill.reprinted", bill_id)
    return job


def note_paper(uow: UnitOfWork, bill_id: UUID, *, duplicate: bool) -> None:
    """Note that a bill's paper was written into a file; a ``duplicate`` stands in the log, as one from a printer does.

    Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.PRINT_BILL)
    mark_printed(uow, bill_id)
    if duplicate:
        write_event(uow, "bill.reprinted", bill_id)


def print_quotation(uow: UnitOfWork, quotation_id: UUID) -> JobView:
    """Put a quotation into the queue of the printer for receipts.

    Raises RuleBroken ``auth.not_allowed``, ``quotations.no_such``, EnvironmentFault ``printer.none``.
    """
    require(uow, Permission.PRINT_BILL)
    number = quotation_view(uow.session, quotation_id).number
    paper = Paper(kind=PaperKind.QUOTATION, of=quotation_id)
    return add_job(uow, _for_receipts(uow).name, paper, f"Quotation {number}")


def print_test_page(uow: UnitOfWork, printer: str) -> JobView:
    """Put a test page into a printer's queue. Raises RuleBroken ``auth.not_allowed``, ``printer.no_such_name``."""
    require(uow, Permission.PRINT_BILL)
    printers_of(uow.session).named(printer)
    return add_job(uow, printer, Paper(kind=PaperKind.TEST), "Test page")


def print_labels(uow: UnitOfWork, asked: LabelsAsked) -> JobView:
    """Put labels into the queue of the printer for labels; they say what every user may see, so no right is asked.

    Raises what ``labels_of`` does, EnvironmentFault ``printer.none_for_labels``.
    """
    printer = printers_of(uow.session).for_labels
    if printer is None:
        raise EnvironmentFault("printer.none_for_labels")
    wanted = WantedLabels(item=asked.item, batch=asked.batch, copies=asked.copies, loose=asked.loose)
    found = labels_of(uow.session, wanted, uow.today)
    count = sum(copies.count for copies in found.labels)
    title = f"{count} label{'' if count == 1 else 's'} {found.item.code}"
    return add_job(uow, printer.name, Paper(kind=PaperKind.LABELS, labels=asked), title)


def open_drawer(uow: UnitOfWork) -> JobView:
    """Have the cash drawer opened without a sale; who did it, and when, stands in the log.

    Raises RuleBroken ``auth.not_allowed``, ``printer.no_drawer``, EnvironmentFault ``printer.none``.
    """
    require(uow, Permission.OPEN_DRAWER)
    printer = _for_receipts(uow)
    if not printer.has_drawer:
        raise EnvironmentFault("printer.no_drawer", name=printer.name)
    job = add_job(uow, printer.name, Paper(kind=PaperKind.DRAWER), "Cash drawer")
    write_event(uow, "drawer.opened", id_from_content("node", str(uow.node.id)))
    return job


def take_out(uow: UnitOfWork, job_id: UUID) -> JobView:
    """Take a paper out of its queue unprinted; where a bill has no other, its next one is no duplicate.

    Raises RuleBroken ``auth.not_allowed``, ``printer.no_such_job``, ``printer.job_begun``.
    """
    require(uow, Permission.PRINT_BILL)
    job = cancel_job(uow, job_id)
    paper = job.paper
    if paper.kind is PaperKind.BILL and paper.of is not None and not paper.duplicate and job.state is JobState.WAITING:
        unmark_printed(uow, paper.of, job.at)  # one that may have come out in part stays noted
    return job


def print_elsewhere(uow: UnitOfWork, job_id: UUID, printer: str | None) -> None:
    """Have a paper printed as soon as may be, on another printer where one is named.

    Raises RuleBroken ``auth.not_allowed``, ``printer.no_such_job``, ``printer.job_begun``, ``printer.no_such_name``.
    """
    require(uow, Permission.PRINT_BILL)
    printers_of(uow.session).named(printer)
    print_job_again(uow, job_id, printer)


def _for_receipts(uow: UnitOfWork) -> PrinterSetup:
    printer = printers_of(uow.session).for_receipts
    if printer is None:
        raise EnvironmentFault("printer.none")
    return printer
