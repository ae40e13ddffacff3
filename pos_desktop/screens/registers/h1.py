"""The page of the Schedule H1 register without Qt: which days, the rows of them, and their papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from core.boundary.files import write_whole
from core.boundary.messages import explain
from core.dispensing.dto import H1View
from core.dispensing.queries import h1_register
from core.kernel.actor import Actor
from core.kernel.clock import Clock
from core.kernel.days import Days, Preset, typed_days
from core.kernel.errors import Problem, RuleBroken
from core.printing.page import Page
from core.reporting.reports.registers import H1
from core.reporting.running import open_report
from core.reporting.sheets import Sheet, sheet_of
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.presets import PRESETS
from pos_desktop.screens.registers.rows import H1Card, H1Row, h1_card, h1_row
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: Rows that are read at once, and how near to the last one the next are asked for.
PAGE = 100
_NEAR = 20


class PrintPages(Protocol):
    """Asks for a printer and prints pages, which are wider than high where they are ``lying``."""

    def __call__(self, pages: Sequence[Page], title: str, *, lying: bool) -> bool:
        """Say whether it was done: False where the user chose no printer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out: to a folder, and to a printer."""

    folder: Path
    print_pages: PrintPages


class H1Presenter:
    """The Schedule H1 register of some days. ``told`` hears of every change."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        ways: Ways,
        *,
        clock: Clock,
        today: Callable[[], date],
        told: Callable[[], None],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read, on the days of today."""
        self._lanes = lanes
        self._actor = actor
        self._ways = ways
        self._clock = clock
        self._today = today
        self._told = told
        self._asked = 0
        self._is_paging = False
        self._views: list[H1View] = []
        self.desk = FormDesk(lanes, told, report_bug)
        self.rows: list[H1Row] = []
        self.preset = Preset.TODAY
        self.text = ""
        self.days = self.preset.days(today())
        self.chosen_number = ""
        self.has_more = False
        self.is_read = False

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def about(self) -> str:
        """Which days are shown, and how many rows of them are read."""
        count = tr("1 row") if len(self.rows) == 1 else tr("{count} rows", count=len(self.rows))
        if self.has_more:
            count = tr("the first {count} rows, more below", count=len(self.rows))
        words = str(self.days) if self.text.strip() else f"{PRESETS[self.preset]}, {self.days}"
        return f"{words}: {count}"

    @property
    def chosen(self) -> H1View | None:
        """The row that is chosen."""
        return next((view for view in self._views if view.number == self.chosen_number), None)

    @property
    def chosen_at(self) -> int:
        """The number of that row, -1 for none."""
        return next((at for at, row in enumerate(self.rows) if row.number == self.chosen_number), -1)

    @property
    def card(self) -> H1Card | None:
        """All that stands in it."""
        return h1_card(self.chosen) if self.chosen is not None else None

    def refresh(self) -> None:
        """Read the rows again, as far as they were read."""
        try:
            days = typed_days(self.text, self._today()) or self.preset.days(self._today())
        except Problem as problem:  # a date that is half typed: the list stays as it is
            self.desk.say(explain(problem), Tone.DANGER)
            return
        if days != self.days:
            self.days, self.chosen_number = days, ""
            self._take([], has_more=False)
        self._asked += 1
        self._is_paging = False  # the answer of a page that is still being read counts no more
        asked, limit = self._asked, max(PAGE, len(self._views))

        def show(views: Sequence[H1View]) -> None:
            if asked == self._asked:  # a later letter has asked again
                self.is_read = True
                self._take(views[:limit], has_more=len(views) > limit)
                if self.chosen is None and self._views:  # the newest stands last, as in the book
                    self.chosen_number = self._views[0 if self.has_more else -1].number
                self._told()

        self._read(days, None, limit, show, self.desk.failed)

    def more(self) -> None:
        """Read the next page: the last rows have come into sight."""
        if not self.has_more or self._is_paging:
            return
        self._is_paging = True
        asked = self._asked

        def show(views: Sequence[H1View]) -> None:
            if asked == self._asked:
                self._is_paging = False
                self._take([*self._views, *views[:PAGE]], has_more=len(views) > PAGE)
                self._told()

        def failed(error: Exception) -> None:
            self._is_paging = False
            self.desk.failed(error)

        self._read(self.days, self._views[-1].number, PAGE, show, failed)

    # --- moving --------------------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show the days of a text."""
        if text != self.text:
            self.text = text
            self.desk.say("")
            self.refresh()

    def turn_preset(self) -> None:
        """F5: the next of the presets; what was typed is gone."""
        if self.desk.form is None:
            self.preset, self.text = self.preset.following, ""
            self.desk.say("")
            self.refresh()

    def choose(self, at: int) -> None:
        """Choose a row by its place."""
        if 0 <= at < len(self.rows) and self.rows[at].number != self.chosen_number:
            self.chosen_number = self.rows[at].number
            self.desk.say("")
            if at >= len(self.rows) - _NEAR:
                self.more()

    def move(self, steps: int) -> None:
        """Choose the row so many below the present one, from the box."""
        self.choose(max(0, min(self.chosen_at + steps, len(self.rows) - 1)))

    def escape(self) -> None:
        """Esc: close the form, else empty the box."""
        if self.desk.form is not None:
            self.desk.escape()
        else:
            self.search("")

    # --- papers --------------------------------------------------------------------------------------------------

    def save_pdf(self) -> None:
        """F6: ask for a file, and write the register of these days into it, in the form of the law."""
        if self.desk.form is not None:
            return
        days = self.days
        name = f"H1-register-{days.first.isoformat()}-to-{days.last.isoformat()}.pdf"
        form = SentForm(
            title=tr("Save the register as PDF"),
            about=tr("Schedule H1, {days}, every row of these days.", days=days),
            fields=(FormField("file", tr("File"), value=str(self._ways.folder / name), most=500),),
            submit=tr("Save the PDF"),
        )

        def send(typed: Mapping[str, str]) -> None:
            path = Path(typed["file"].strip()).expanduser()
            if not typed["file"].strip() or path.is_dir():
                raise RuleBroken("bills.no_file", where="file")

            def saved(_: None) -> None:
                if self.desk.form is form:
                    self.desk.open(None)
                self.desk.say(tr("The register of {days} is in {path}.", days=days, path=path))

            self._lanes.read(
                lambda session: self._write_pdf(session, days, path),
                saved,
                lambda error: self.desk.refused(form, error, "file"),
            )

        form.send = send
        self.desk.open(form)

    def print_register(self) -> None:
        """F9: the same pages on paper; the system asks for a printer."""
        if self.desk.form is not None:
            return
        days = self.days

        def read(session: Session) -> tuple[list[Page], bool]:
            from core.reporting.writing.pdf import report_pages  # lazy: ReportLab takes 0.1 s to load

            pages, (width, height) = report_pages(self._sheet(session, days))
            return pages, width > height

        def out(found: tuple[list[Page], bool]) -> None:
            pages, lying = found
            try:
                was_printed = self._ways.print_pages(pages, tr("Schedule H1 register, {days}", days=days), lying=lying)
            except Problem as problem:
                self.desk.failed(problem)
                return
            if was_printed:
                count = tr("1 page") if len(pages) == 1 else tr("{count} pages", count=len(pages))
                self.desk.say(tr("The register of {days} is printed: {count}.", days=days, count=count))

        self._lanes.read(read, out, self.desk.failed)

    # --- inside --------------------------------------------------------------------------------------------------

    def _write_pdf(self, session: Session, days: Days, path: Path) -> None:
        from core.reporting.writing.pdf import report_pdf  # lazy: ReportLab takes 0.1 s to load

        paper = report_pdf(self._sheet(session, days))
        with suppress(OSError):  # what is in the way, the file tells
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, paper, shared=True)

    def _sheet(self, session: Session, days: Days) -> Sheet:
        asked = {"from": days.first.isoformat(), "to": days.last.isoformat()}
        return sheet_of(open_report(session, self._actor, H1.id, asked, self._today()), session, self._clock.now())

    def _read(
        self,
        days: Days,
        after: str | None,
        limit: int,
        show: Callable[[Sequence[H1View]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Read so many rows and one: whether there is one more says whether to go on."""
        self._lanes.read(
            lambda session: h1_register(session, self._actor, *days, after=after, limit=limit + 1), show, failed
        )

    def _take(self, views: Sequence[H1View], *, has_more: bool) -> None:
        self._views = list(views)
        self.rows = [h1_row(view) for view in views]
        self.has_more = has_more
