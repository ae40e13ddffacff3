"""The dashboard without Qt: which parts are read, when they are read again, and where a card leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.app.backups.state import BackupState
from core.kernel.actor import Actor
from core.kernel.clock import INDIA
from core.kernel.dates import show_date
from core.kernel.errors import Problem
from core.printing.page import Page
from core.reporting.dashboard import Dashboard, Figures, Part, read_part
from core.settings.queries import shop_view
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.words import age_in_words
from pos_desktop.screens.dashboard.rows import Backup, Card, Target, card_names, cards_of, weekday
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: Opens a report, asked for these values.
OpenReport = Callable[[str, Mapping[str, str]], object]


class DashboardPresenter:
    """The first look at the shop. ``listen`` tells the view that something changed.

    ``parts`` are those that who looks may see, ``reports`` the ids of the reports that they may open, with
    ``open_report``: None while there is no window of reports.
    """

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        *,
        parts: Sequence[Part],
        reports: Collection[str],
        now: Callable[[], datetime],
        today: Callable[[], date],
        backups: Callable[[], BackupState],
        print_pages: Callable[[Sequence[Page], str], bool],
        report_bug: Callable[[Exception], None],
        open_report: OpenReport | None = None,
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._actor = actor
        self._now = now
        self._today = today
        self._backups = backups
        self._print_pages = print_pages
        self._reports = frozenset(reports)
        self._listener: Callable[[], None] = lambda: None
        self._reading: set[Part] = set()
        self._again: set[Part] = set()
        self._day = today()
        self._backup: Backup | None = None
        self._is_printing = False
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self.parts = tuple(parts)
        self.open_report = open_report
        self.dashboard = Dashboard()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cards, in their order."""
        return card_names(self.parts)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards as they are now."""
        hour = self._now().astimezone(INDIA).hour
        return cards_of(self.dashboard, self.parts, hour, self._backup)

    @property
    def heading(self) -> str:
        """Which day it is."""
        return f"{weekday(self._day)}, {show_date(self._day)}"

    @property
    def is_read(self) -> bool:
        """Whether every part has been read."""
        return all(self.dashboard.part(part) is not None for part in self.parts)

    def target(self, card: Card) -> Target | None:
        """Return the report that a card leads to, None where there is none for who looks."""
        if self.open_report is None:
            return None
        return next((target for target in card.targets if target.report in self._reports), None)

    # --- reading -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read every part again, the quick ones first."""
        if self._day != self._today():
            self._day = self._today()
            self.dashboard = Dashboard()  # what was today is not
        self._look_at_backups()
        for part in self.parts:
            self._ask(part)
        self._tell()

    def tick(self) -> None:
        """A minute has passed: another hour or another day may have begun, and the backup is older."""
        if self._day != self._today():
            self.refresh()
        else:
            self._look_at_backups()
            self._tell()

    def _ask(self, part: Part) -> None:
        """Read a part, one reading of it at a time: what is asked meanwhile is read once more afterwards."""
        if part in self._reading:
            self._again.add(part)
            return
        self._reading.add(part)
        today, actor = self._today(), self._actor

        def show(figures: Figures) -> None:
            self._reading.discard(part)
            has_turned = today != self._today()
            if not has_turned:
                self.dashboard = self.dashboard.having(part, figures)
            if has_turned or part in self._again:
                self._again.discard(part)
                self._ask(part)
            self._tell()

        def failed(error: Exception) -> None:
            self._reading.discard(part)
            self._again.discard(part)
            self.desk.failed(error)

        self._lanes.read(lambda session: read_part(session, actor, part, today), show, failed)

    def _look_at_backups(self) -> None:
        state = self._backups()
        age = age_in_words(state.last_success, self._now())
        is_bad = bool(state.failures) or state.alarm
        self._backup = Backup(age, Tone.DANGER if is_bad else Tone.PLAIN if state.last_success else Tone.WARNING)

    # --- ways out ------------------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Enter or a click: the report behind a card."""
        card = next((card for card in self.cards if card.name == name), None)
        target = self.target(card) if card is not None else None
        if target is not None and self.open_report is not None:
            self.open_report(target.report, target.values)

    def print(self) -> None:
        """F9: the cards on a sheet of paper; the system asks for a printer."""
        if not self.is_read or self._is_printing:
            return
        self._is_printing = True
        cards, heading, at = self.cards, self.heading, self._now().astimezone(INDIA)

        def read(session: Session) -> list[Page]:
            from pos_desktop.screens.dashboard.paper import dashboard_pages  # lazy: ReportLab takes 0.1 s to load

            return dashboard_pages(cards, shop_view(session), f"{heading}, {at:%H:%M}")

        def out(pages: list[Page]) -> None:
            self._is_printing = False
            try:
                was_printed = self._print_pages(pages, tr("Today, {day}", day=show_date(self._day)))
            except Problem as problem:
                self.desk.failed(problem)
                return
            if was_printed:
                self.desk.say(tr("The page of {day} is printed.", day=heading))

        def failed(error: Exception) -> None:
            self._is_printing = False
            self.desk.failed(error)

        self._lanes.read(read, out, failed)

    def _tell(self) -> None:
        self._listener()
