"""Sends the papers that wait to their printers, each printer's in order, and tells how it goes. Knows no Qt.

A printer that does not take a paper is asked again, less and less often; a stand-in has its papers meanwhile. Nothing
here waits for a printer in the thread of the windows, and no fault of a printer reaches a bill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from core.app.printers import printers_of
from core.app.rendering import render, render_pages
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault, Problem
from core.printing.page import Page
from core.printing.paper import Drawing
from core.spool.dto import JobState, JobView, PaperKind, PrinterKind, Printers, PrinterSetup
from core.spool.jobs import begin_job, finish_job, list_jobs, move_jobs, put_back, settle_cut_off
from core.spool.talking import Condition, Outcome, Talker
from core.storage.database import Database

#: Prints sheets on a printer of a system that is not given a PDF. Raises EnvironmentFault.
PrintSheets = Callable[[PrinterSetup, Sequence[Page]], None]
#: Who writes in the queue: it is no command of anybody's.
KEEPER: Final = Actor(None, "nuskha", Role.OWNER)
#: After how many milliseconds a printer that did not take a paper is asked again; the last goes on.
PAUSES: Final = (2_000, 4_000, 8_000, 15_000, 30_000)
#: How often is looked for papers that another program has put in the queue or taken out.
_LOOK_MS: Final = 10_000


class Run(Protocol):
    """Runs work in the background; exactly one of ``done`` and ``failed`` is called later, on the asking thread."""

    def __call__(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run it."""
        ...


@dataclass(frozen=True, slots=True)
class PrinterState:
    """How a printer is, as far as its last paper told: what it has against printing, and whether paper is low."""

    setup: PrinterSetup
    waiting: int = 0
    fault: Problem | None = None
    paper_is_low: bool = False


@dataclass(slots=True)
class _Watcher:
    """Who hears what becomes of a paper, and whether they have heard already why it waits."""

    done: Callable[[], None]
    failed: Callable[[Exception], None]
    has_heard: bool = False


@dataclass(slots=True)
class _Trouble:
    """What a printer has against printing, how often it was asked, and whether it is left in peace for a while."""

    fault: Problem
    times: int = 0
    rests: bool = True


class Spooler:
    """One for each open shop. Made and called in the thread of the windows."""

    def __init__(
        self,
        database: Database,
        run: Run,
        later: Callable[[int, Callable[[], None]], None],
        draw: Drawing,
        print_sheets: PrintSheets,
        report_bug: Callable[[Exception], None],
        talker: Talker | None = None,
    ) -> None:
        """Send nothing yet; ``later`` calls something after so many milliseconds."""
        self.jobs: Sequence[JobView] = ()
        self.printers = Printers()
        self._database = database
        self._run = run
        self._later = later
        self._draw = draw
        self._print_sheets = print_sheets
        self._report_bug = report_bug
        self._talker = talker or Talker()
        self._busy: set[str] = set()
        self._troubles: dict[str, _Trouble] = {}
        self._low: set[str] = set()
        self._watchers: dict[UUID, _Watcher] = {}
        self._listener: Callable[[], None] = lambda: None
        self._is_looking = self._looks_again = self._has_ended = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Have told whenever papers or printers are otherwise than before."""
        self._listener = listener

    def begin(self) -> None:
        """Give what an earlier run was sending to people, send the rest, and look now and then.

        The printer for receipts is asked how it is: better now than with a customer at the counter.
        """

        def settle() -> tuple[PrinterSetup, Condition | EnvironmentFault | None] | None:
            with self._database.write(KEEPER) as uow:
                settle_cut_off(uow)
            with self._database.read() as session:
                setup = printers_of(session).for_receipts
            if setup is None:
                return None
            try:
                return setup, self._talker.ask(setup)
            except EnvironmentFault as fault:
                return setup, fault

        self._run(settle, self._begun, self._report_bug)

    def end(self) -> None:
        """Begin nothing more, and tell nobody: the shop is left. What is being sent is sent."""
        self._has_ended = True
        self._watchers.clear()
        self._listener = lambda: None

    def watch(self, job_id: UUID, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Have told what becomes of a paper: ``failed`` while it waits, ``done`` once it is out, also after that."""
        self._watchers[job_id] = _Watcher(done, failed)

    def look(self) -> None:
        """Read the queue, and send what can be sent."""
        if self._is_looking:
            self._looks_again = True
            return
        if self._has_ended:
            return
        self._is_looking = True

        def read() -> tuple[Printers, Sequence[JobView]]:
            with self._database.read() as session:
                return printers_of(session), list_jobs(session)

        self._run(read, self._seen, self._not_seen)

    def ask_again(self) -> None:
        """Somebody has put in paper or closed a cover: ask every printer at once."""
        for trouble in self._troubles.values():
            trouble.rests = False
        self.look()

    def states(self) -> Mapping[str, PrinterState]:
        """Return how each printer is."""
        return {setup.name: self._state(setup) for setup in self.printers.printers}

    # --- inside --------------------------------------------------------------------------------------------------

    def _state(self, setup: PrinterSetup) -> PrinterState:
        trouble = self._troubles.get(setup.name)
        return PrinterState(
            setup,
            sum(job.printer == setup.name for job in self.jobs),
            trouble.fault if trouble is not None else None,
            setup.name in self._low,
        )

    def _begun(self, asked: tuple[PrinterSetup, Condition | EnvironmentFault | None] | None) -> None:
        setup, answer = asked if asked is not None else (None, None)
        fault = answer.fault if isinstance(answer, Condition) else answer
        if setup is not None and fault is not None:
            self._troubles[setup.name] = _Trouble(fault, rests=False)
        if setup is not None and isinstance(answer, Condition) and answer.paper_is_low:
            self._low.add(setup.name)
        self._tick()

    def _tick(self) -> None:
        if not self._has_ended:
            self.look()
            self._later(_LOOK_MS, self._tick)

    def _seen(self, found: tuple[Printers, Sequence[JobView]]) -> None:
        self._is_looking = False
        before = self.jobs, self.printers
        self.printers, self.jobs = found
        if not self._has_ended:
            for setup in self.printers.printers:
                self._serve(setup)
        if (self.jobs, self.printers) != before:
            self._listener()
        self._look_once_more()

    def _not_seen(self, error: Exception) -> None:
        self._is_looking = False
        self._report_bug(error)
        self._look_once_more()

    def _look_once_more(self) -> None:
        if self._looks_again:
            self._looks_again = False
            self.look()

    def _serve(self, setup: PrinterSetup) -> None:
        """Send a printer the first paper that waits for it, or hand its papers to the one that stands in."""
        job = next((job for job in self.jobs if job.printer == setup.name and job.state is JobState.WAITING), None)
        if job is None or setup.name in self._busy:
            return
        trouble = self._troubles.get(setup.name)
        if trouble is None or not trouble.rests:
            self._busy.add(setup.name)
            self._run(lambda: self._carry(job, setup), lambda o: self._carried(job, setup, o), self._broke(setup))
        elif setup.stand_in is not None:
            self._hand_on(setup.name, setup.stand_in)
        else:  # whoever has just handed a paper over need not wait to hear why it waits
            for waiting in (job for job in self.jobs if job.printer == setup.name and job.state is JobState.WAITING):
                self._tell_failed(waiting.job_id, trouble.fault)

    def _carry(self, job: JobView, setup: PrinterSetup) -> Outcome | None:
        """Bring a paper to its printer, in the background; None where it was taken out of the queue meanwhile."""
        with self._database.write(KEEPER) as uow:
            if not begin_job(uow, job.job_id):
                return None
        try:
            outcome = self._print(job, setup)
        except Problem as problem:
            self._put_back(job, problem, is_unsure=True)
            raise
        except Exception as error:
            self._put_back(job, EnvironmentFault("printer.not_drawn", title=job.title, error=error), is_unsure=True)
            raise
        if outcome.fault is not None:
            self._put_back(job, outcome.fault, is_unsure=outcome.is_unsure)
        else:
            with self._database.write(KEEPER) as uow:
                finish_job(uow, job.job_id)
        return outcome

    def _print(self, job: JobView, setup: PrinterSetup) -> Outcome:
        """Make a paper and bring it to its printer; raises what kept it from being made."""
        is_drawn = setup.mode.is_sheet and job.paper.kind is not PaperKind.LABELS
        if is_drawn and setup.kind is PrinterKind.WINDOWS:
            with self._database.read() as session:
                pages = render_pages(session, job.paper, setup)
            try:
                self._print_sheets(setup, pages)
            except EnvironmentFault as fault:
                return Outcome(fault)
            return Outcome()
        with self._database.read() as session:
            data = render(session, job.paper, setup, self._draw, business_date(self._database.clock.now()))
        return self._talker.deliver(setup, data)

    def _put_back(self, job: JobView, fault: Problem, *, is_unsure: bool) -> None:
        with self._database.write(KEEPER) as uow:
            put_back(uow, job.job_id, fault, is_unsure=is_unsure)

    def _carried(self, job: JobView, setup: PrinterSetup, outcome: Outcome | None) -> None:
        if self._has_ended:
            return
        self._busy.discard(setup.name)
        if outcome is not None:
            (self._low.add if outcome.paper_is_low else self._low.discard)(setup.name)
            if outcome.fault is None:
                self._troubles.pop(setup.name, None)
                watcher = self._watchers.pop(job.job_id, None)
                if watcher is not None:
                    watcher.done()
            else:
                self._refused(job, setup, outcome.fault, is_unsure=outcome.is_unsure)
            self._listener()
        self.look()

    def _refused(self, job: JobView, setup: PrinterSetup, fault: EnvironmentFault, *, is_unsure: bool) -> None:
        trouble = self._troubles.setdefault(setup.name, _Trouble(fault))
        trouble.fault, trouble.rests = fault, True
        pause = PAUSES[min(trouble.times, len(PAUSES) - 1)]
        trouble.times += 1
        self._later(pause, lambda: self._rested(setup.name, trouble))
        if is_unsure or setup.stand_in is None:
            self._tell_failed(job.job_id, fault)

    def _tell_failed(self, job_id: UUID, fault: Problem) -> None:
        """Tell once why a paper waits."""
        watcher = self._watchers.get(job_id)
        if watcher is not None and not watcher.has_heard:
            watcher.has_heard = True
            watcher.failed(fault)

    def _rested(self, name: str, trouble: _Trouble) -> None:
        if self._troubles.get(name) is trouble and not self._has_ended:
            trouble.rests = False
            self.look()

    def _broke(self, setup: PrinterSetup) -> Callable[[Exception], None]:
        """Return what is done where the program itself failed at a paper: the next one is sent all the same."""

        def failed(error: Exception) -> None:
            self._busy.discard(setup.name)
            if not self._has_ended:
                self._report_bug(error)
                self.look()

        return failed

    def _hand_on(self, name: str, stand_in: str) -> None:
        self._busy.add(name)

        def move() -> int:
            with self._database.write(KEEPER) as uow:
                return move_jobs(uow, name, stand_in)

        def moved(_: int) -> None:
            self._busy.discard(name)
            self.look()

        def failed(error: Exception) -> None:
            self._busy.discard(name)
            self._report_bug(error)

        self._run(move, moved, failed)
