"""Somebody at the reports' screen over a real shop, without a window; long work is done when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.app.exporting import export_report
from core.kernel.actor import Actor
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from core.printing.page import Page
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.reports.choosing import ColumnChoice
from pos_desktop.screens.reports.long_reads import LongReads, read_apart
from pos_desktop.screens.reports.presenter import Place, ReportsPresenter
from pos_desktop.screens.reports.rows import total_texts
from pos_desktop.screens.reports.saving import Ways
from pos_desktop.screens.reports.shown import Means, ShownReport, Totals
from tests.support.counter import TurnedTimer
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop


class Hands:
    """Does work at once, or, while ``holds`` is set, when a test calls what waits."""

    def __init__(self) -> None:
        self.holds = False
        self.waiting: list[Callable[[], None]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """Do it, now or later."""

        def carry_out() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - as the background does
                failed(error)
            else:
                done(result)

        if self.holds:
            self.waiting.append(carry_out)
        else:
            carry_out()

    def work(self) -> None:
        """Do all that waits, and what that asks for."""
        while self.waiting:
            self.waiting.pop(0)()


class ReportDesk:
    """The screen; each method is what the fingers do."""

    def __init__(self, shop: TestShop, folder: Path, actor: Actor | None = None) -> None:
        actor = actor or shop.actor
        database = shop.shop.database
        self.shop = shop
        self.lanes = TestLanes(database, actor)
        self.hands = Hands()
        self.timer = TurnedTimer()
        self.board = TopicBoard()
        self.bugs: list[Exception] = []
        self.papers: list[tuple[int, str, bool]] = []
        self.paper_fault: EnvironmentFault | None = None
        self.takes_paper = True
        self.bills: list[str] = []
        self.has_bills = True
        read = partial(read_apart, database)
        self.reads = LongReads(self.hands.run, self._post, read)
        self.do = ReportsPresenter(
            Means(
                lanes=self.lanes,
                reads=self.reads,
                later=self.timer,
                actor=actor,
                today=lambda: business_date(shop.clock.now()),
            ),
            self.board,
            Ways(
                run=self.hands.run,
                post=self._post,
                read=read,
                export=partial(export_report, shop.shop, shop.clock, actor),
                folder=folder,
                print_pages=self._print,
                open_bill=self._open_bill,
                now=shop.clock.now,
            ),
            report_bug=self.bugs.append,
        )
        self.do.activated()

    @property
    def here(self) -> ShownReport:
        """The report that is shown."""
        here = self.do.here
        assert here is not None
        return here

    @property
    def form(self) -> SentForm:
        """The form that is open."""
        form = self.do.desk.form
        assert form is not None
        return form

    @property
    def said(self) -> str:
        """The sentence under the rows."""
        return self.do.desk.notice.text

    @property
    def names(self) -> list[str]:
        """The reports and favourites of the list, without heads."""
        return [row.text for row in self.do.listing.rows if not row.is_head]

    @property
    def totals(self) -> dict[str, str]:
        """The row of totals by the ids of its columns."""
        texts = total_texts(self.here.columns, self.here.totals)
        return {column.id: text for column, text in zip(self.here.columns, texts, strict=True) if text}

    # methods from here on, for mypy would take an attribute for unchanged

    def place(self) -> Place:
        """Which side has the keys."""
        return self.do.place

    def running(self) -> str:
        """What takes long just now, empty for nothing."""
        running = self.do.running
        return running.text if running is not None else ""

    def sums(self) -> Totals:
        """Whether the totals of the report that is shown are known."""
        return self.here.totals_are

    def order(self) -> str | None:
        """The column by which the rows are sorted."""
        return self.here.shape.sort

    def choice(self) -> ColumnChoice | None:
        """The columns while they are being chosen."""
        return self.do.choice

    def column(self, name: str) -> list[Any]:
        """Return what stands in a column, line by line."""
        at = [column.id for column in self.here.columns].index(name)
        return [line.values[at] for line in self.here.lines]

    def opens(self, text: str) -> ShownReport:
        """Find a report and open it."""
        self.do.to_list()
        self.do.listing.search(text)
        self.do.open_chosen()
        return self.here

    def sorts(self, name: str) -> None:
        """Click on a column's title."""
        self.do.sort_by([column.id for column in self.here.columns].index(name))

    def sends(self, **typed: str) -> None:
        """Fill in the form that is open and send it."""
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **typed})

    def _post(self, told: Callable[[], None]) -> None:
        told()

    def _print(self, pages: Sequence[Page], title: str, *, lying: bool) -> bool:
        if self.paper_fault is not None:
            raise self.paper_fault
        if self.takes_paper:
            self.papers.append((len(pages), title, lying))
        return self.takes_paper

    def _open_bill(self, number: str) -> bool:
        if self.has_bills:
            self.bills.append(number)
        return self.has_bills
