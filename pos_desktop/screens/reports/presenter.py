"""The reports' screen without Qt: the list, the report that is open with those that one came from, and the forms."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.boundary.messages import explain
from core.kernel.dates import parse_day
from core.kernel.days import Preset, typed_days
from core.kernel.errors import Problem, RuleBroken
from core.reporting.parameters import DAYS, Ask
from core.reporting.report import ToBill
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.reports.asking import Asking
from pos_desktop.screens.reports.choosing import ColumnChoice
from pos_desktop.screens.reports.forms import sort_form
from pos_desktop.screens.reports.keeping import Keeping
from pos_desktop.screens.reports.listing import ReportListing
from pos_desktop.screens.reports.question import Question, days_parameter_of, days_text, missing
from pos_desktop.screens.reports.reading import MOST_ROWS, TooMany
from pos_desktop.screens.reports.saving import Saving, Ways
from pos_desktop.screens.reports.shown import Means, Running, ShownReport, groups_of
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

_TODAY = "today"


class Place(enum.Enum):
    """Which side of the screen has the keys, and is seen where there is room for one alone."""

    LIST = "list"
    REPORT = "report"


class ReportsPresenter:
    """Reports for who is logged in. ``listen`` tells the view that something changed."""

    def __init__(self, means: Means, board: TopicBoard, ways: Ways, *, report_bug: Callable[[Exception], None]) -> None:
        """Start with nothing open and nothing read."""
        self._means = means
        self._ways = ways
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._is_visible = False
        self._stop_listening = board.listen(self._topics_changed)
        self._opened: list[ShownReport] = []
        self.desk = FormDesk(means.lanes, self._tell, report_bug)
        self.listing = ReportListing(means.lanes, means.actor, told=self._tell, failed=self.desk.failed)
        self.asking = Asking(means.lanes, self.desk, means.actor, today=means.today, told=self._tell)
        self.keeping = Keeping(self.desk, self.listing)
        self.saving = Saving(self.desk, ways, means.actor, told=self._tell)
        self.choice: ColumnChoice | None = None
        self.place = Place.LIST
        self.days_text = ""

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def here(self) -> ShownReport | None:
        """The report that is shown."""
        return self._opened[-1] if self._opened else None

    @property
    def depth(self) -> int:
        """How many reports one goes back through before the list."""
        return len(self._opened)

    @property
    def is_busy(self) -> bool:
        """Whether a form or a list of columns is open, which has the keys."""
        return self.desk.form is not None or self.choice is not None

    @property
    def running(self) -> Running | None:
        """What takes long just now."""
        return self.saving.running or (self.here.running if self.here is not None else None)

    @property
    def own_day_only(self) -> bool:
        """Whether the user sees only their own day of the report that is shown: other days are not asked for."""
        return self.here is not None and self.here.opened is not None and self.here.opened.own is not None

    @property
    def following_preset(self) -> Preset:
        """The preset that the key shows next."""
        preset = self.here.preset if self.here is not None else None
        return preset.following if preset is not None else Preset.TODAY

    @property
    def has_days(self) -> bool:
        """Whether the report that is shown is asked for days, or a day, that may be typed."""
        return self.here is not None and days_parameter_of(self.here.report) is not None and not self.own_day_only

    @property
    def has_presets(self) -> bool:
        """Whether the report that is shown is one of days, and others may be asked for."""
        parameter = days_parameter_of(self.here.report) if self.here is not None else None
        return parameter is not None and parameter.ask is Ask.DAYS and not self.own_day_only

    # --- being shown ---------------------------------------------------------------------------------------------

    def activated(self) -> None:
        """The screen is visible from now on."""
        self._is_visible = True
        self.listing.refresh()
        if self.here is not None:
            self.here.resume()

    def deactivated(self) -> None:
        """Another screen is: what is being read goes on."""
        self._is_visible = False

    def end(self) -> None:
        """The desk is left: nothing is read or written any more, and nobody hears of it."""
        self._stop_listening()
        self._means.reads.stop()
        self.saving.end()
        self._listener = lambda: None

    # --- opening -------------------------------------------------------------------------------------------------

    def open_chosen(self) -> None:
        """Enter in the list: open what is chosen there."""
        question = self.listing.question
        if question is not None and not self.is_busy:
            self._leave()
            self.listing.show_all()
            self._open(question)

    def open_report(self, report: str, values: Mapping[str, str]) -> None:
        """Another screen leads to a report: open it, asked for what that screen says."""
        if not self.is_busy:
            self._leave()
            self._open(Question(report, values))

    def open_row(self) -> None:
        """Enter on a row: what stands behind it, a report or a bill."""
        line = self.here.chosen if self.here is not None else None
        if line is None or line.target is None or self.is_busy:
            return
        if isinstance(line.target, ToBill):
            if not self._ways.open_bill(line.target.number):
                self.desk.say(
                    tr("Bills are not among your screens: {number}.", number=line.target.number), Tone.WARNING
                )
            return
        self._open(Question(line.target.report, line.target.values))

    def to_list(self) -> None:
        """Have the keys in the list; the report stays where there is room for both."""
        self.place = Place.LIST
        self._tell()

    def to_report(self) -> None:
        """Have the keys in the report again."""
        if self.here is not None:
            self.place = Place.REPORT
            self._tell()

    def escape(self) -> None:
        """Esc: close the form, else end what takes long, else go back to where one was."""
        if self.choice is not None:
            self.choice = None
            self._tell()
        elif self.desk.form is not None:
            self.desk.escape()
        elif self.running is not None:
            if not self.saving.stop() and self.here is not None:
                self.here.stop()
        elif self.place is Place.REPORT and self.here is not None and self.here.question.shape.words:
            self.find("")
        elif len(self._opened) > 1:
            self._opened.pop().pause()
            self._show_days()
            self.desk.say("")
            self._opened[-1].resume()
        elif self.place is Place.REPORT:
            self.desk.say("")
            self.to_list()
        else:
            self.listing.search("")

    # --- asking --------------------------------------------------------------------------------------------------

    def type_days(self, text: str) -> None:
        """Ask for the days of a text as it is typed; what is half typed asks for nothing yet."""
        here = self.here
        parameter = days_parameter_of(here.report) if here is not None else None
        if here is None or parameter is None or text == self.days_text:
            return
        self.days_text = text
        try:
            if parameter.ask is Ask.DAYS:
                typed_days(text, self._means.today())
            elif text.strip().casefold() not in {"", _TODAY}:
                parse_day(text.strip())
        except Problem as problem:
            self.desk.say(explain(problem), Tone.DANGER)
            return
        self.desk.say("")
        here.ask(here.question.asked(parameter.id, text.strip().casefold()))

    def turn_preset(self) -> None:
        """F5: the next of the presets; what was typed is gone."""
        here = self.here
        if here is not None and self.has_presets and not self.is_busy:
            preset = self.following_preset
            self.days_text = ""
            self.desk.say("")
            here.ask(here.question.asked(DAYS, preset.value))

    def open_ask(self, problem: Problem | None = None) -> None:
        """F4: ask for all that the report can be asked for."""
        here = self.here
        if here is not None and not self.is_busy and here.report.parameters:
            self.asking.open(here.report, here.question, here.opened, self._answer, problem)

    def read_again(self) -> None:
        """Ctrl+R: read it again, whatever it takes."""
        if self.here is not None and not self.is_busy:
            self.desk.say("")
            self.here.read()

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a form."""
        self.desk.typed(name)
        self.asking.typed(name, values)

    # --- shaping -------------------------------------------------------------------------------------------------

    def find(self, words: str) -> None:
        """Show only rows in which words stand."""
        here = self.here
        if here is not None and words != here.question.shape.words:
            here.reshape(replace(here.question.shape, words=words))

    def turn_group(self) -> None:
        """F7: put the rows together by the next column that they can be, or leave them as they come."""
        here = self.here
        if here is not None and not self.is_busy:
            here.reshape(replace(here.shape, group=self.following_group))

    @property
    def following_group(self) -> str | None:
        """The column that the key groups by next, None for none."""
        here = self.here
        if here is None:
            return None
        turns = [None, *(column.id for column in groups_of(here)), None]
        return turns[turns.index(here.shape.group) + 1]

    def sort_by(self, at: int) -> None:
        """A click on a title: sort by it, the most first where it is a number; again: turned; again: as it came."""
        here = self.here
        if here is None or self.is_busy or not 0 <= at < len(here.columns):
            return
        column, shape = here.columns[at], here.shape
        first = column.kind.is_number
        if shape.sort != column.id:
            here.reshape(replace(shape, sort=column.id, descending=first))
        elif shape.descending is first:
            here.reshape(replace(shape, descending=not first))
        else:
            here.reshape(replace(shape, sort=None, descending=False))

    def open_sort(self) -> None:
        """F8: ask what rows are sorted by."""
        here = self.here
        if here is None or here.opened is None or self.is_busy:
            return
        form = sort_form(here.columns, here.shape)

        def send(typed: Mapping[str, str]) -> None:
            self.desk.open(None)
            sort = typed["sort"] or None
            here.reshape(replace(here.shape, sort=sort, descending=sort is not None and typed["order"] == "down"))

        form.send = send
        self.desk.open(form)

    def open_columns(self) -> None:
        """F3: choose the columns."""
        here = self.here
        if here is not None and here.opened is not None and not self.is_busy:
            self.choice = ColumnChoice(tr(here.report.title), here.opened.columns, here.shape)
            self._tell()

    def choose_columns(self) -> None:
        """Enter in the list of columns: show them."""
        here, choice = self.here, self.choice
        if here is None or choice is None:
            return
        try:
            columns = choice.chosen
        except RuleBroken as broken:
            choice.problem = explain(broken)
        else:
            self.choice = None
            here.reshape(replace(here.shape, columns=columns))
        self._tell()

    # --- keeping ---------------------------------------------------------------------------------------------------

    def open_keep(self) -> None:
        """F2: keep the report under a name."""
        if self.here is not None and not self.is_busy:
            self.keeping.open_keep(self.here)

    @property
    def droppable(self) -> str:
        """The name of the favourite that a key drops: the one chosen in the list, or shown; empty for none."""
        if self.place is Place.LIST:
            return self.listing.favourite
        return self.here.question.name if self.here is not None else ""

    def open_drop(self) -> None:
        """Shift+F2, or Del in the list: drop a favourite."""
        if self.droppable and not self.is_busy:
            self.keeping.open_drop(self.droppable, self._opened)

    # --- papers --------------------------------------------------------------------------------------------------

    def open_save(self) -> None:
        """F6: write it into a file."""
        if self.here is not None and not self.is_busy:
            self.saving.open_form(self.here)

    def print_report(self) -> None:
        """F9: print it."""
        if self.here is not None and not self.is_busy:
            self.saving.print_report(self.here)

    # --- inside --------------------------------------------------------------------------------------------------

    def _open(self, question: Question) -> None:
        """Show a report in front of the one that is shown; what it needs and is not given is asked for at once."""
        try:
            shown = ShownReport(self._means, question, self._tell, self._went_wrong)
        except RuleBroken as broken:  # a row that leads to a report of a later version
            self.desk.say(explain(broken), Tone.DANGER)
            return
        if self.here is not None:
            self.here.pause()
        self._opened.append(shown)
        self.place = Place.REPORT
        self.desk.say("")
        self._show_days()
        if missing(shown.report, question.values) is not None:
            self.open_ask()
        else:
            shown.read()
        self._tell()

    def _leave(self) -> None:
        """Close all that is open."""
        if self.here is not None:
            self.here.pause()
        self._opened.clear()

    def _answer(self, question: Question) -> None:
        """Show what a form asked for."""
        if self.here is not None:
            self.here.question = question
            self._show_days()
            self.here.ask(question)

    def _show_days(self) -> None:
        """Have the box say the days that were typed for the report that is shown."""
        here = self.here
        parameter = days_parameter_of(here.report) if here is not None else None
        self.days_text = days_text(here.question, parameter) if here is not None and parameter is not None else ""

    def _went_wrong(self, shown: ShownReport, error: Exception) -> None:
        if isinstance(error, TooMany):
            most = f"{MOST_ROWS:,}"
            words = tr(
                "More than {most} rows are too many to sort here: ask for fewer days, or save them (F6).", most=most
            )
            self.desk.say(words, Tone.WARNING)
            return
        if isinstance(error, Problem) and shown is self.here and not shown.is_read:
            asked_for = {parameter.id for parameter in shown.report.parameters}
            if error.where in asked_for and not self.is_busy:
                self.open_ask(error)
                return
        self.desk.failed(error)

    def _topics_changed(self, topics: frozenset[Topic]) -> None:
        for shown in self._opened:
            if {source.value for source in shown.report.sources} & {topic.value for topic in topics}:
                if shown is self.here and self._is_visible:
                    shown.has_changed()
                else:
                    shown.is_stale = True

    def _tell(self) -> None:
        self._listener()
