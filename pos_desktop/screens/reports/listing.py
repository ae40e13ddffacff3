"""The list of reports without Qt: what the user keeps, those that they may see by section, and which is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.reporting.favourites import Favourite, favourites_of
from core.reporting.report import Report
from core.reporting.running import reports_for
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.reports.question import Question
from pos_desktop.screens.reports.rows import ListKind, ListRow
from pos_desktop.shell.texts import tr

_FAVOURITES = "favourites"


class ReportListing:
    """What may be opened. ``told`` hears of every change."""

    def __init__(
        self, lanes: Lanes, actor: Actor, *, told: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._actor = actor
        self._told = told
        self._failed = failed
        self._asked = 0
        self._reports: dict[str, Report] = {}
        self._favourites: dict[str, Favourite] = {}
        self.rows: list[ListRow] = []
        self.text = ""
        self.chosen_at = -1
        self.is_read = False

    @property
    def chosen(self) -> ListRow | None:
        """The row that is chosen; never a head."""
        return self.rows[self.chosen_at] if 0 <= self.chosen_at < len(self.rows) else None

    @property
    def report(self) -> Report | None:
        """The report that the chosen row opens."""
        question = self.question
        return self._reports[question.report] if question is not None else None

    @property
    def question(self) -> Question | None:
        """What the chosen row opens."""
        row = self.chosen
        if row is None:
            return None
        if row.kind is ListKind.REPORT:
            return Question(row.key)
        kept = self._favourites[row.key]
        return Question(kept.report, kept.values, kept.shape, kept.name)

    @property
    def favourite(self) -> str:
        """The name of the favourite that is chosen, empty for none."""
        row = self.chosen
        return row.key if row is not None and row.kind is ListKind.FAVOURITE else ""

    def refresh(self, choose: str = "") -> None:
        """Read what may be opened again; ``choose`` names a favourite to be chosen then."""
        self._asked += 1
        asked, actor = self._asked, self._actor

        def read(session: Session) -> tuple[Sequence[Report], Sequence[Favourite]]:
            return reports_for(session, actor), favourites_of(session, actor.username)

        def show(found: tuple[Sequence[Report], Sequence[Favourite]]) -> None:
            if asked == self._asked:
                self.is_read = True
                self._reports = {report.id: report for report in found[0]}
                self._favourites = {kept.name: kept for kept in found[1] if kept.report in self._reports}
                self._fill(ListRow(ListKind.FAVOURITE, choose, "") if choose else self.chosen)
                self._told()

        self._lanes.read(read, show, self._failed)

    def search(self, text: str) -> None:
        """Show what words of a text stand in; the first of it is chosen."""
        if text != self.text:
            self.text = text
            self._fill(None)
            self._told()

    def show_all(self) -> None:
        """Show every report again, the same one chosen."""
        if self.text:
            chosen, self.text = self.chosen, ""
            self._fill(chosen)

    def choose(self, at: int) -> None:
        """Choose a row; from a head one goes on in the direction that one came from."""
        if not 0 <= at < len(self.rows) or at == self.chosen_at:
            return
        step = 1 if at > self.chosen_at else -1
        found = next(
            (place for place in range(at, -1 if step < 0 else len(self.rows), step) if self._is_free(place)), -1
        )
        if found >= 0:
            self.chosen_at = found
        self._told()

    def move(self, steps: int) -> None:
        """Choose the row so many below the present one, heads not counted."""
        free = [at for at in range(len(self.rows)) if self._is_free(at)]
        if free:
            here = free.index(self.chosen_at) if self.chosen_at in free else 0
            self.choose(free[max(0, min(here + steps, len(free) - 1))])

    # --- inside --------------------------------------------------------------------------------------------------

    def _is_free(self, at: int) -> bool:
        return not self.rows[at].is_head

    def _fill(self, chosen: ListRow | None) -> None:
        """Make the rows anew, and choose the same again, else the first."""
        self.rows = list(self._rows())
        wanted = (chosen.kind, chosen.key) if chosen is not None else None
        same = (at for at, row in enumerate(self.rows) if (row.kind, row.key) == wanted)
        best = min((at for at in range(len(self.rows)) if self._is_free(at)), key=self._distance, default=-1)
        self.chosen_at = next(same, best)

    def _distance(self, at: int) -> int:
        """Say how far a row is from what was typed: what is called so is meant more than what only says so."""
        name, typed = self.rows[at].text.casefold(), " ".join(self.text.casefold().split())
        if name.startswith(typed):
            return 0 if name == typed else 1
        return 2 if all(word in name for word in typed.split()) else 3

    def _rows(self) -> Iterator[ListRow]:
        kept = [
            ListRow(ListKind.FAVOURITE, name, name, tr(self._reports[favourite.report].title))
            for name, favourite in self._favourites.items()
        ]
        yield from self._under(_FAVOURITES, tr("Favourites"), kept)
        sections: dict[str, list[ListRow]] = {}
        for report in self._reports.values():
            row = ListRow(ListKind.REPORT, report.id, tr(report.title), tr(report.about))
            sections.setdefault(report.section.value, []).append(row)
        for section, rows in sections.items():
            yield from self._under(section, tr(section), rows)

    def _under(self, key: str, title: str, rows: Sequence[ListRow]) -> Iterator[ListRow]:
        wanted = self.text.casefold().split()
        found = []
        for row in rows:
            said = f"{title} {row.text} {row.about} {row.key}".casefold()
            if all(word in said for word in wanted):
                found.append(row)
        if found:
            yield ListRow(ListKind.HEAD, key, title)
            yield from found
