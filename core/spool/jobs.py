"""The queue of papers: put in, taken by the printer, put back, moved, taken out. No part of the books: no events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import new_id
from core.spool.dto import JobState, JobView, Paper
from core.spool.model import PrintJob
from core.storage.unit_of_work import UnitOfWork


def add_job(uow: UnitOfWork, printer: str, paper: Paper, title: str) -> JobView:
    """Put a paper at the end of a printer's queue, part of a larger command."""
    job = PrintJob(
        id=new_id(),
        printer=printer,
        paper=paper.model_dump_json(),
        title=title,
        username=uow.actor.username,
        at=uow.now,
        state=JobState.WAITING,
        tries=0,
        fault=None,
    )
    uow.session.add(job)
    uow.session.flush()
    return _view(job)


def begin_job(uow: UnitOfWork, job_id: UUID) -> bool:
    """Note that a paper is being sent, and return whether it may be: False where it was taken out or begun already."""
    job = uow.session.get(PrintJob, job_id)
    if job is None or job.state != JobState.WAITING:
        return False
    job.state = JobState.SENDING
    uow.session.flush()
    return True


def finish_job(uow: UnitOfWork, job_id: UUID) -> None:
    """Take a paper out: the printer has it, or nobody wants it any more."""
    job = uow.session.get(PrintJob, job_id)
    if job is not None:
        uow.session.delete(job)
        uow.session.flush()


def put_back(uow: UnitOfWork, job_id: UUID, fault: Problem, *, is_unsure: bool) -> None:
    """Note that a printer did not take a paper: it waits, or where part of it may have come out, people decide."""
    job = uow.session.get(PrintJob, job_id)
    if job is not None:
        job.state = JobState.UNSURE if is_unsure else JobState.WAITING
        job.tries += 1
        job.fault = json.dumps({"code": fault.code, "values": {k: str(v) for k, v in fault.values.items()}})
        uow.session.flush()


def print_job_again(uow: UnitOfWork, job_id: UUID, printer: str | None = None) -> JobView:
    """Have a paper printed as soon as may be, on another printer where one is named, and return it.

    What went wrong is forgotten.

    Raises RuleBroken ``printer.no_such_job``, ``printer.job_begun``.
    """
    job = _job(uow, job_id)
    job.state, job.fault, job.tries = JobState.WAITING, None, 0
    if printer is not None:
        job.printer = printer
    return _view(job)


def cancel_job(uow: UnitOfWork, job_id: UUID) -> JobView:
    """Take a paper out of the queue unprinted. Raises RuleBroken ``printer.no_such_job``, ``printer.job_begun``."""
    job = _job(uow, job_id)
    uow.session.delete(job)
    return _view(job)


def move_jobs(uow: UnitOfWork, printer: str, stand_in: str) -> int:
    """Hand the papers that wait for a printer to another one, in their order; return how many."""
    jobs = uow.session.scalars(
        select(PrintJob).where(PrintJob.printer == printer, PrintJob.state == JobState.WAITING)
    ).all()
    for job in jobs:
        job.printer, job.tries = stand_in, 0
    uow.session.flush()
    return len(jobs)


def settle_cut_off(uow: UnitOfWork) -> int:
    """Mark what was being sent when the program ended as unsure; return how many papers that are."""
    jobs = uow.session.scalars(select(PrintJob).where(PrintJob.state == JobState.SENDING)).all()
    for job in jobs:
        job.state = JobState.UNSURE
        job.fault = json.dumps({"code": "printer.cut_off", "values": {}})
    return len(jobs)


def forget_jobs(uow: UnitOfWork) -> None:
    """Empty the queue: what a restored file says was waiting is not printed here."""
    uow.replace_local(PrintJob, [])


def list_jobs(session: Session) -> Sequence[JobView]:
    """Return the papers of all queues, the oldest first."""
    return [_view(job) for job in session.scalars(select(PrintJob).order_by(PrintJob.id))]


def find_job(session: Session, code: str) -> JobView:
    """Return a paper by its code. Raises RuleBroken ``printer.no_such_job``."""
    found = [job for job in list_jobs(session) if job.code == code.strip().lower()]
    if len(found) != 1:
        raise RuleBroken("printer.no_such_job", job=code)
    return found[0]


def _job(uow: UnitOfWork, job_id: UUID) -> PrintJob:
    job = uow.session.get(PrintJob, job_id)
    if job is None:
        raise RuleBroken("printer.no_such_job", job=str(job_id))
    if job.state == JobState.SENDING:
        raise RuleBroken("printer.job_begun", title=job.title)
    return job


def _view(job: PrintJob) -> JobView:
    fault = json.loads(job.fault) if job.fault else {"code": None, "values": {}}
    return JobView(
        job_id=job.id,
        printer=job.printer,
        paper=Paper.model_validate_json(job.paper),
        title=job.title,
        username=job.username,
        at=job.at,
        state=JobState(job.state),
        tries=job.tries,
        fault_code=fault["code"],
        fault_values=fault["values"],
    )
