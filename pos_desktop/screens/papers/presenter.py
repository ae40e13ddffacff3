"""The papers that wait for their printers, without Qt: which there are, why, and what is done with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from core.app.paperwork import open_drawer, print_elsewhere, print_test_page, take_out
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.spool.dto import JobState, JobView
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.spooler import PrinterState, Spooler
from pos_desktop.screens.papers.words import fault_of
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone


class PapersPresenter:
    """The panel: closed, or open with the queue. ``listen`` tells the view that something changed."""

    def __init__(self, lanes: Lanes, spooler: Spooler, report_bug: Callable[[Exception], None]) -> None:
        """Start closed."""
        self._lanes = lanes
        self._spooler = spooler
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._chosen: UUID | None = None
        self.is_open = False
        self.notice = Notice()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> Sequence[JobView]:
        """The papers, the oldest first."""
        return self._spooler.jobs

    @property
    def at(self) -> int:
        """The row that is chosen, -1 for none."""
        rows = [job.job_id for job in self.jobs]
        return rows.index(self._chosen) if self._chosen in rows else (0 if rows else -1)

    @property
    def job(self) -> JobView | None:
        """The paper that is chosen."""
        return self.jobs[self.at] if self.jobs else None

    @property
    def states(self) -> Sequence[PrinterState]:
        """How each printer is."""
        return list(self._spooler.states().values())

    @property
    def others(self) -> Sequence[str]:
        """The printers that the chosen paper could go to instead."""
        job = self.job
        return [state.setup.name for state in self.states if job is not None and state.setup.name != job.printer]

    @property
    def sentence(self) -> str:
        """What is said of the chosen paper, or of the printers where none waits."""
        job = self.job
        if job is not None:
            if job.printer not in self._spooler.states():
                return tr("There is no printer {name} any more: F6 prints it elsewhere.", name=job.printer)
            return fault_of(job) or tr("Its printer takes it as soon as it is ready.")
        if not self.states:
            return tr("No printer is set up yet: choose one in the settings.")
        faults = [explain(state.fault) for state in self.states if state.fault is not None]
        low = [
            tr("The paper of {name} is nearly out.", name=state.setup.name)
            for state in self.states
            if state.paper_is_low
        ]
        return " ".join([*faults, *low]) or tr("Every paper is printed.")

    # --- what is done --------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Ctrl+P: open the panel, or close it again."""
        self.is_open = not self.is_open
        self.notice = Notice()
        if self.is_open:
            self._spooler.look()
        self._listener()

    def close(self) -> None:
        """Esc: go back to where one was."""
        if self.is_open:
            self.is_open = False
            self._listener()

    def changed(self) -> None:
        """The queue or a printer is otherwise than before."""
        if self.is_open:
            self._listener()

    def choose(self, row: int) -> None:
        """Choose a paper."""
        if 0 <= row < len(self.jobs):
            self._chosen = self.jobs[row].job_id
            self.notice = Notice()
            self._listener()

    def move(self, by: int) -> None:
        """Up and Down."""
        if self.jobs:
            self.choose(max(0, min(len(self.jobs) - 1, self.at + by)))

    def print_now(self) -> None:
        """Enter: ask every printer at once; a paper that people had to look at is printed again."""
        job = self.job
        if job is None or job.state is not JobState.UNSURE:
            self._spooler.ask_again()
            return
        self._do(lambda uow: print_elsewhere(uow, job.job_id, None), "")

    def move_on(self) -> None:
        """F6: print it on the next printer of the list."""
        job, others = self.job, self.others
        if job is None:
            return
        if not others:
            self._say(tr("There is no other printer: set one up in the settings."), Tone.WARNING)
            return
        names = [state.setup.name for state in self.states]
        after = names.index(job.printer) + 1 if job.printer in names else 0
        name = [*names[after:], *names[:after]][0]
        said = tr("{title} goes to {name}.", title=job.title, name=name)
        self._do(lambda uow: print_elsewhere(uow, job.job_id, name), said)

    def take_out(self) -> None:
        """Del: let a paper go unprinted. It can be printed again from its document any time."""
        job = self.job
        if job is not None:
            said = tr("{title} is not printed.", title=job.title)
            self._do(lambda uow: take_out(uow, job.job_id), said)

    def try_printers(self) -> None:
        """F9: a test page on the printer for receipts."""
        name = self._spooler.printers.receipts
        if name is None:
            self._say(tr("No printer is set up yet: choose one in the settings."), Tone.WARNING)
        else:
            self._do(lambda uow: print_test_page(uow, name), tr("A test page goes to {name}.", name=name))

    def open_drawer(self) -> None:
        """F8: open the cash drawer without a sale."""
        self._do(open_drawer, tr("The drawer is opened; it stands in the log."))

    def _do(self, command: Callable[[UnitOfWork], object], said: str) -> None:
        def done(_: object) -> None:
            self._say(said, Tone.GOOD)
            self._spooler.look()

        self._lanes.write(command, done, self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
            self._spooler.look()
        else:
            self._report_bug(error)

    def _say(self, text: str, tone: Tone) -> None:
        self.notice = Notice(text, tone)
        self._listener()
