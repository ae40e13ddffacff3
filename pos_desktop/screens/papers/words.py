"""How printers and papers that wait are said in few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.boundary.messages import explain
from core.kernel.clock import INDIA
from core.kernel.errors import EnvironmentFault
from core.spool.dto import JobState, JobView
from pos_desktop.runtime.spooler import PrinterState
from pos_desktop.shell.device_state import DeviceState
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone


def _faults() -> dict[str, str]:
    return {
        "printer.paper_out": tr("no paper"),
        "printer.cover_open": tr("cover open"),
        "printer.unreachable": tr("not reached"),
        "printer.no_device": tr("not connected"),
        "printer.not_ready": tr("not ready"),
        "printer.stopped": tr("stopped"),
        "printer.hung_up": tr("hung up"),
    }


def printer_words(state: PrinterState | None, jobs: Sequence[JobView]) -> DeviceState | None:
    """Return how the printer for receipts is, and how many papers wait, for all printers; None for no printer."""
    waiting = len(jobs)
    queue = tr("{count} waiting", count=waiting) if waiting else ""
    if state is None:
        return DeviceState(queue, Tone.WARNING) if waiting else None
    if state.fault is not None:
        words = _faults().get(state.fault.code, tr("fault"))
        return DeviceState(" · ".join(filter(None, (words, queue))), Tone.DANGER)
    if any(job.state is JobState.UNSURE for job in jobs):
        return DeviceState(tr("look: {queue}", queue=queue), Tone.WARNING)
    if state.paper_is_low:
        return DeviceState(tr("{name}: paper is low", name=state.setup.name), Tone.WARNING)
    return DeviceState(queue or state.setup.name)


def job_badge(job: JobView) -> Badge:
    """Return how far a paper is."""
    if job.state is JobState.UNSURE:
        return Badge(tr("LOOK"), Tone.DANGER)
    if job.state is JobState.SENDING:
        return Badge(tr("PRINTING"), Tone.ACCENT)
    return Badge(tr("WAITS"), Tone.WARNING)


def fault_of(job: JobView) -> str:
    """Return the sentence of what its printer had against a paper, empty for nothing."""
    return explain(EnvironmentFault(job.fault_code, **job.fault_values)) if job.fault_code else ""


def time_of(at: datetime) -> str:
    """Return when a paper was handed over."""
    return f"{at.astimezone(INDIA):%d-%m %H:%M}"
