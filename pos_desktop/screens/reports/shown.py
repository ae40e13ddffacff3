"""One report as it is shown, without Qt: its rows by the page or whole, their sums, and the row that is chosen.

A report that is read by the page shows its first rows at once, and is added up behind them. Any other, and one that is
to be sorted, grouped or searched, is read whole. Only what was asked last counts: an older answer is dropped.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.kernel.days import Preset
from core.reporting.columns import ReportColumn, Value
from core.reporting.report import Key, ReportRow, Tick
from core.reporting.running import OpenReport, ReportPage, find_report, read_page
from core.reporting.shaping import LineKind, ReportLine, Shape, shaped, visible_columns
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.reports.long_reads import LongReads
from pos_desktop.screens.reports.question import Question, days_parameter_of, fitting, open_for, preset_asked
from pos_desktop.screens.reports.reading import Sums, Whole, lines_of, read_lines, read_sums, sums_of
from pos_desktop.shell.texts import tr

T = TypeVar("T")
#: Rows that are read at once, and how near to the last one the next are asked for.
PAGE = 100
_NEAR = 30
#: So many milliseconds nothing is said of a read.
SLOW_MS = 300
#: A report that took longer, or of which so many rows were read page by page, is not read again by itself.
_LONG_SECONDS = 2.0
_MANY_ROWS = 1_000


class Totals(enum.Enum):
    """Whether the sums of all rows are known."""

    NONE = "none"
    WAITED = "waited"
    KNOWN = "known"
    STOPPED = "stopped"


class Running(NamedTuple):
    """Something that takes long: what it is, and how much is done of how much; of 0 where nobody knows."""

    text: str
    done: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a report is read with. ``later`` calls something after so many milliseconds."""

    lanes: Lanes
    reads: LongReads
    later: Callable[[int, Callable[[], None]], None]
    actor: Actor
    today: Callable[[], date]


class ShownReport:
    """A report that is open. ``told`` hears of every change, ``failed`` of what went wrong.

    ``whole`` is how many rows there are, None while nobody knows. One that ``is_stopped`` was never read to its end,
    one that ``is_stale`` is not what the books say by now. A list of ``lines`` is never added to: who draws them sees
    by that whether anything changed.
    """

    lines: list[ReportLine]
    totals: tuple[Value, ...] | None
    totals_are: Totals
    whole: int | None
    chosen_at: int
    is_read: bool
    is_stale: bool
    is_stopped: bool

    def __init__(
        self,
        means: Means,
        question: Question,
        told: Callable[[], None],
        failed: Callable[[ShownReport, Exception], None],
    ) -> None:
        """Start with nothing read. Raises RuleBroken ``reports.unknown``."""
        self.report = find_report(question.report)
        self._means = means
        self._told = told
        self._failed = failed
        self._asked = 0
        self._is_paging = False
        self._is_long = False  # a long read of it is under way
        self._is_slow = False
        self._is_paused = False
        self._progress = (0, 0)
        self._took = 0.0
        self._read_on: date | None = None
        self.question = question
        self.opened: OpenReport | None = None
        self.columns: tuple[ReportColumn, ...] = ()
        self._forget()

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def is_asked(self) -> bool:
        """Whether it was ever asked for: one that needs to know more first was not."""
        return self._asked > 0

    @property
    def has_more(self) -> bool:
        """Whether more rows stand behind those that are read."""
        return self._end is not None

    @property
    def chosen(self) -> ReportLine | None:
        """The line that is chosen."""
        return self.lines[self.chosen_at] if 0 <= self.chosen_at < len(self.lines) else None

    @property
    def shape(self) -> Shape:
        """How it is shown: without what the reader may not see."""
        return fitting(self.question.shape, self.opened.columns) if self.opened is not None else self.question.shape

    @property
    def has_totals(self) -> bool:
        """Whether one of the columns that are shown adds up."""
        return any(column.adds_up for column in self.columns)

    @property
    def preset(self) -> Preset | None:
        """The preset of days that is asked for, None for days that were typed or a report without."""
        parameter = days_parameter_of(self.report)
        return preset_asked(self.question, parameter) if parameter is not None else None

    @property
    def running(self) -> Running | None:
        """What takes long just now."""
        if not (self._is_long and self._is_slow):
            return None
        done, whole = self._progress
        words = tr("Adding up") if self.totals_are is Totals.WAITED else tr("Reading")
        if whole:
            return Running(tr("{words}: {percent} %", words=words, percent=done * 100 // whole), done, whole)
        if done:
            return Running(tr("{words}: {count} rows", words=words, count=f"{done:,}"))
        return Running(tr("{words} …", words=words))

    # --- reading -------------------------------------------------------------------------------------------------

    def ask(self, question: Question) -> None:
        """Ask for something else; what does not answer it is shown no more."""
        self.question = question
        self._forget()
        self.read()

    def read(self) -> None:
        """Read it, again as far as it was read; what is shown stays until the answer."""
        asked = self._begin()
        question, means, today = self.question, self._means, self._means.today()
        limit = min(max(PAGE, len(self.lines)), _MANY_ROWS) if self._answered == question else PAGE
        by_page = self.report.is_paged and not (question.shape.needs_all or question.shape.words)

        def read(session: Session) -> tuple[OpenReport, ReportPage | None]:
            opened = open_for(session, means.actor, question, today)
            return opened, read_page(opened, session, limit=limit) if by_page else None

        def show(answer: tuple[OpenReport, ReportPage | None]) -> None:
            if asked != self._asked:  # something else was asked meanwhile
                return
            self.opened, page = answer
            self._read_on = today
            if page is not None:
                self._take_first(asked, page)
                return
            self._read_whole(asked, None)
            self._told()

        means.lanes.read(read, show, lambda error: self._went_wrong(asked, error))

    def more(self) -> None:
        """Read the next page: the last rows have come into sight."""
        if self._end is None or self._is_paging or self.opened is None:
            return
        self._is_paging = True
        asked, opened, end = self._asked, self.opened, self._end

        def show(page: ReportPage) -> None:
            if asked == self._asked:
                self._is_paging = False
                self._take_page(page)
                self._told()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._is_paging = False
                self._failed(self, error)

        self._means.lanes.read(lambda session: read_page(opened, session, after=end, limit=PAGE), show, failed)

    def reshape(self, shape: Shape) -> None:
        """Show the same rows in another way; only what is not there is read."""
        if shape == self.question.shape:
            return
        self.question = self.question.shaped(shape)
        if self._rows is None or self.has_more or not self.is_read:
            self.read()
        else:
            self._read_whole(self._begin(), self._rows)
            self._told()

    def stop(self) -> bool:
        """Esc: end what takes long; what is shown belongs to what was asked before. Say whether anything ended."""
        if not self._is_long:
            return False
        self._end_long()
        if self.totals_are is Totals.WAITED:
            self.totals_are = Totals.STOPPED
        else:
            self._back_to_answered()
        self._told()
        return True

    def pause(self) -> None:
        """Another report is shown: what takes long ends, and begins anew when this one is shown again."""
        if self._is_long:
            self._end_long()
            self._is_paused = True

    def resume(self) -> None:
        """Be shown again."""
        is_another_day = self._read_on not in {None, self._means.today()}
        if is_another_day or (self.is_stale and not self._takes_long):
            self.read()
        elif self._is_paused and self.totals_are is Totals.WAITED:
            self._add_up(self._begin())
        elif self._is_paused:
            self.read()

    def has_changed(self) -> None:
        """What it is read from changed: read it again, unless that takes long or somebody has gone far down in it."""
        if self._takes_long:
            self.is_stale = True
            self._told()
        else:
            self.read()

    def choose(self, at: int) -> None:
        """Choose a line."""
        if 0 <= at < len(self.lines) and at != self.chosen_at:
            self.chosen_at = at
            if at >= len(self.lines) - _NEAR:
                self.more()
            self._told()

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _takes_long(self) -> bool:
        return self.is_read and (self._took > _LONG_SECONDS or (self.report.is_paged and len(self.lines) > _MANY_ROWS))

    def _begin(self) -> int:
        """Begin to read anew; return the number of the question."""
        self._end_long()
        self._is_paging = self._is_slow = self._is_paused = self.is_stopped = False
        self._progress = (0, 0)
        return self._asked

    def _end_long(self) -> None:
        """Have no answer come any more."""
        self._asked += 1
        if self._is_long:
            self._means.reads.stop()
        self._is_long = False

    def _forget(self) -> None:
        self.lines = []
        self.totals = None
        self.totals_are = Totals.NONE
        self.whole = None
        self.chosen_at = -1
        self.is_read = self.is_stale = self.is_stopped = False
        self._rows: list[ReportRow] | None = []
        self._end: Key | None = None
        self._answered: Question | None = None

    def _back_to_answered(self) -> None:
        if self._answered is not None:
            self.question = self._answered
        else:
            self.is_stopped = True

    def _went_wrong(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self._is_long = False
            self._back_to_answered()
            self._failed(self, error)

    def _answer(self) -> OpenReport:
        """Note that what is shown from now on answers what was asked."""
        assert self.opened is not None
        self._answered, self.is_read, self.is_stale = self.question, True, False
        self.columns = visible_columns(self.opened.columns, self.shape)
        return self.opened

    def _take_first(self, asked: int, page: ReportPage) -> None:
        before, opened = self.chosen, self._answer()
        self.lines, self._rows = [], []
        self._take_page(page)
        self._choose_again(before)
        self.totals, self.totals_are, self.whole = None, Totals.WAITED, None
        if not self.has_more:
            self._added_up(sums_of(opened, page.rows))
        else:
            self._add_up(asked)
        self._told()

    def _take_page(self, page: ReportPage) -> None:
        assert self.opened is not None
        lines = shaped(self.opened.columns, page.rows, self.shape)
        self.lines = [*self.lines, *(line for line in lines if line.kind is not LineKind.TOTAL)]
        self._end = page.end
        if self._rows is not None:
            self._rows += page.rows

    def _choose_again(self, before: ReportLine | None) -> None:
        """Choose the line that was chosen, else the one that leads to the same place, else the one in its place."""
        if before is not None and self.chosen is not None and self.chosen.values == before.values:
            return
        same = (at for at, line in enumerate(self.lines) if before is not None and line.values == before.values)
        like = (
            at
            for at, line in enumerate(self.lines)
            if before is not None and before.target is not None and line.target == before.target
        )
        first = next((at for at, line in enumerate(self.lines) if line.kind is LineKind.ROW), -1)
        here = min(max(self.chosen_at, first), len(self.lines) - 1)
        self.chosen_at = next(same, next(like, here))

    def _add_up(self, asked: int) -> None:
        """Add up all rows behind those that are shown."""
        opened = self.opened
        assert opened is not None
        self._read_long(asked, lambda session, tick: read_sums(opened, session, tick), self._added_up)

    def _added_up(self, sums: Sums) -> None:
        assert self.opened is not None
        places = [self.opened.columns.index(column) for column in self.columns]
        self.totals = tuple(sums.values[place] for place in places)
        self.whole, self.totals_are = sums.rows_read, Totals.KNOWN

    def _read_whole(self, asked: int, rows: list[ReportRow] | None) -> None:
        """Read all rows, or take those that are there, and put them into their shape."""
        opened, shape = self.opened, self.shape
        assert opened is not None
        if self.totals_are is Totals.WAITED:
            self.totals_are = Totals.STOPPED
        # of a list that may be of any length only what is found is kept, unless all of it is wanted anyway
        keeps = shape.needs_all or not self.report.is_paged

        def work(session: Session, tick: Tick) -> Whole:
            if rows is not None:
                return lines_of(opened, rows, shape)
            return read_lines(opened, session, shape, tick, keeps=keeps)

        self._read_long(asked, work, self._take_whole)

    def _take_whole(self, found: Whole) -> None:
        before = self.chosen
        self._answer()
        self.lines, self._end, self._rows = found.lines, None, found.rows
        self.whole, self.totals = found.rows_read, found.totals
        self.totals_are = Totals.KNOWN if found.totals is not None else Totals.NONE
        self._choose_again(before)

    def _read_long(self, asked: int, work: Callable[[Session, Tick], T], done: Callable[[T], None]) -> None:
        self._is_long, began = True, time.monotonic()

        def told(finished: int, whole: int) -> None:
            if asked == self._asked:
                self._progress = (finished, whole)
                if self._is_slow:
                    self._told()

        def answered(found: T) -> None:
            if asked == self._asked:
                self._is_long, self._took = False, time.monotonic() - began
                done(found)
                self._told()

        def slow() -> None:
            if asked == self._asked and self._is_long:
                self._is_slow = True
                self._told()

        self._means.reads.read(work, told, answered, lambda error: self._went_wrong(asked, error))
        self._means.later(SLOW_MS, slow)


def groups_of(shown: ShownReport) -> Sequence[ReportColumn]:
    """Return the columns that a report's rows can be put together by."""
    return [column for column in shown.opened.columns if column.groups] if shown.opened is not None else []
