"""Takes a report out of the window: into a file beside whoever works, and onto paper. Knows no Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from core.app.exporting import FileForm, Wish
from core.kernel.actor import Actor
from core.kernel.errors import Problem
from core.printing.page import Page
from core.reporting.report import Stopped, Tick
from core.reporting.running import OpenReport
from core.reporting.sheets import sheet_of
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.screens.registers.h1 import PrintPages
from pos_desktop.screens.reports.long_reads import LongReads, Post, Run, Teller
from pos_desktop.screens.reports.question import days_parameter_of
from pos_desktop.screens.reports.rows import counted
from pos_desktop.screens.reports.shown import Running, ShownReport
from pos_desktop.screens.saving_form import saving_form, typed_again, wanted_file
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone


class Export(Protocol):
    """Writes a report into a file, as ``core.app.exporting.export_report`` does for a shop and whoever is at work."""

    def __call__(self, wish: Wish, form: FileForm, path: Path, *, tell: Tick, stop: threading.Event) -> int:
        """Return how many rows it has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out of the screen, and off the window's thread. ``read`` opens a session on a connection of its own."""

    run: Run
    post: Post
    read: Callable[[], AbstractContextManager[Session]]
    export: Export
    folder: Path
    print_pages: PrintPages
    open_bill: Callable[[str], bool]
    now: Callable[[], datetime]


class Saving:
    """One file at a time, and one paper. ``told`` hears of every change."""

    def __init__(self, desk: FormDesk, ways: Ways, actor: Actor, *, told: Callable[[], None]) -> None:
        """Write nothing yet."""
        self._desk = desk
        self._ways = ways
        self._actor = actor
        self._told = told
        self._papers = LongReads(ways.run, ways.post, ways.read)
        self._stop: threading.Event | None = None
        self.running: Running | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        return self._stop is not None

    def open_form(self, shown: ShownReport) -> None:
        """F6: ask what the report is saved as, and where."""
        if shown.opened is None or self.running is not None:
            return
        opened, question = shown.opened, shown.question
        title = tr(shown.report.title)
        form = saving_form(
            tr("Save {title}", title=title),
            "\n".join(filter(None, (opened.heading, tr("Every row, with the columns, groups and order shown.")))),
            self._ways.folder,
            _name_of(opened, self._ways.now()),
        )

        def send(typed: Mapping[str, str]) -> None:
            kind, path = wanted_file(typed)
            wish = Wish(question.report, question.values, shown.shape)
            stop = threading.Event()

            def done(count: int) -> None:
                self._ended(stop)
                self._desk.say(tr("{title}: {rows} are in {path}.", title=title, rows=counted(count), path=path))

            def failed(error: Exception) -> None:
                self._ended(stop)
                if isinstance(error, Stopped):
                    self._desk.say(tr("Stopped: nothing was written to {path}.", path=path), Tone.WARNING)
                elif isinstance(error, Problem) and self._desk.form is None:  # to be mended where it was typed
                    again = typed_again(form, typed)
                    again.place(error, "file")
                    self._desk.open(again)
                else:
                    self._desk.failed(error)

            self._desk.open(None)
            self._begin(stop, tr("Saving {name}", name=path.name))
            tell = Teller(self._ways.post, self._progressed, stop)
            self._ways.run(lambda: self._write(wish, kind, path, tell, stop), done, failed)

        form.send = send
        self._desk.open(form)

    def print_report(self, shown: ShownReport) -> None:
        """F9: the report on paper; the system asks for a printer."""
        opened, shape = shown.opened, shown.shape
        if opened is None or self.running is not None:
            return
        title = tr(shown.report.title)

        def work(session: Session, tick: Tick) -> tuple[list[Page], bool]:
            from core.reporting.writing.pdf import report_pages  # lazy: ReportLab takes 0.1 s to load

            pages, (width, height) = report_pages(sheet_of(opened, session, self._ways.now(), shape, tick=tick), tick)
            return pages, width > height

        def out(found: tuple[list[Page], bool]) -> None:
            self._ended(None)
            pages, lying = found
            try:
                was_printed = self._ways.print_pages(pages, title, lying=lying)
            except Problem as problem:
                self._desk.failed(problem)
                return
            if was_printed:
                count = tr("1 page") if len(pages) == 1 else tr("{count} pages", count=len(pages))
                self._desk.say(tr("{title} is printed: {pages}.", title=title, pages=count))

        def failed(error: Exception) -> None:
            self._ended(None)
            self._desk.failed(error)

        self._begin(None, tr("Laying out {title}", title=title))
        self._papers.read(work, self._progressed, out, failed)

    def stop(self) -> bool:
        """Esc: end what is being written; say whether anything was."""
        if self.running is None:
            return False
        if self._stop is not None:
            self._stop.set()
            self.running = Running(tr("Stopping …"))
        else:
            self._papers.stop()
            self._ended(None)
        self._told()
        return True

    def end(self) -> None:
        """The desk is left: end whatever goes on."""
        self._papers.stop()
        if self._stop is not None:
            self._stop.set()

    # --- inside --------------------------------------------------------------------------------------------------

    def _write(self, wish: Wish, kind: FileForm, path: Path, tell: Tick, stop: threading.Event) -> int:
        with suppress(OSError):  # what is in the way, the file tells
            path.parent.mkdir(parents=True, exist_ok=True)
        return self._ways.export(wish, kind, path, tell=tell, stop=stop)

    def _begin(self, stop: threading.Event | None, text: str) -> None:
        self._stop, self.running = stop, Running(tr("{text} …", text=text))
        self._told()

    def _progressed(self, done: int, whole: int) -> None:
        if self.running is not None:
            self.running = self.running._replace(done=done, whole=whole)
            self._told()

    def _ended(self, stop: threading.Event | None) -> None:
        if self._stop is stop:
            self._stop = self.running = None
            self._told()


def _name_of(opened: OpenReport, now: datetime) -> str:
    """Return what a file of a report is called: its name, and its days or the day on which it is made."""
    days = opened.asked.days
    if days is None:
        parameter = days_parameter_of(opened.report)
        day = opened.asked.dates.get(parameter.id) if parameter is not None else None
        return f"{opened.report.title} {day or opened.today}"
    span = str(days.first) if days.first == days.last else f"{days.first} to {days.last}"
    return f"{opened.report.title} {span}"
