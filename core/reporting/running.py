"""Opens a report for somebody: their rights, what they ask for, the columns they may see; and reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.queries import founding_day
from core.auth.permissions import Need, Permission, Scope
from core.auth.rights import may, require_to_read
from core.kernel.actor import Actor
from core.kernel.days import Days, Preset
from core.kernel.errors import RuleBroken
from core.ledger.model import LedgerDay
from core.reporting.columns import ReportColumn
from core.reporting.parameters import DAYS, FROM, TO, Asked, read_asked
from core.reporting.registry import REPORTS
from core.reporting.report import Key, Reading, Report, ReportRow, Tick, untold

#: Ten years: what is read some weeks at once is read for so many days as it is asked for.
_MANY_DAYS = 3_660
_OWN_DAY = Need(Permission.VIEW_REPORTS, within=Scope.OWN_DAY)


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report as somebody asked for it. ``columns`` are those that they may see, ``own`` whose work alone it shows."""

    report: Report
    asked: Asked
    columns: tuple[ReportColumn, ...]
    today: date
    own: str | None

    @property
    def heading(self) -> str:
        """What was asked for, in words: ``Days: 20-11-2026; User: meena``."""
        said = [f"{title}: {words}" for title, words in self.asked.said]
        return "; ".join([*said, *([f"Only what {self.own} did"] if self.own else [])])

    def rows(self, session: Session, *, after: Key | None = None, tick: Tick = untold) -> Iterator[ReportRow]:
        """Yield the rows, each with a value for each of ``columns``; raises ``Stopped`` where ``tick`` does."""
        places = [at for at, column in enumerate(self.report.columns) if column in self.columns]
        is_whole = len(places) == len(self.report.columns)
        asked = self.asked
        if asked.days is not None:
            asked = replace(asked, days=_days_of_shop(session, asked.days, self.today))
        for row in self.report.rows(Reading(session, asked, self.today, self.own, after, tick)):
            yield row if is_whole else row._replace(values=tuple(row.values[place] for place in places))


def _refuse(session: Session, actor: Actor, report: Report) -> None:
    """Say to somebody who may not look at a report why, and what they may look at."""
    try:
        require_to_read(session, actor, report.needs[0])
    except RuleBroken as refused:
        if refused.code != "auth.out_of_scope":
            raise
        told: dict[str, Any] = {
            name: value for name, value in refused.values.items() if name != "need"
        }  # no supervisor lifts it
        raise RuleBroken("reports.out_of_scope", **told, title=report.title) from None


class ReportPage(NamedTuple):
    """Rows from a place on; ``end`` is where the next page goes on, None where there is none."""

    rows: list[ReportRow]
    end: Key | None


def find_report(name: str) -> Report:
    """Return a report by its id. Raises RuleBroken ``reports.unknown``."""
    found = REPORTS.get(name.strip().lower())
    if found is None:
        raise RuleBroken("reports.unknown", name=name)
    return found


def reports_for(session: Session, actor: Actor) -> Sequence[Report]:
    """Return the reports that somebody may look at, in the order of the list."""
    return [report for report in REPORTS.values() if _reach(session, actor, report) is not None]


def _reach(session: Session, actor: Actor, report: Report) -> bool | None:
    """Say how far somebody sees into a report: wholly (True), their own day alone (False), not at all (None)."""
    if any(may(session, actor, need) for need in report.needs):
        return True
    return False if report.own_day and may(session, actor, _OWN_DAY) else None


def open_report(session: Session, actor: Actor, name: str, values: Mapping[str, str], today: date) -> OpenReport:
    """Return a report ready to be read, asked for what ``values`` say by the ids of its parameters.

    Raises RuleBroken ``reports.unknown``, ``reports.own_day_only``, ``reports.out_of_scope``, ``auth.not_allowed`` and
    those of ``read_asked``.
    """
    report = find_report(name)
    reach = _reach(session, actor, report)
    if reach is None:
        _refuse(session, actor, report)
    own = actor.username if reach is False else None
    if own is not None and not {DAYS, FROM, TO} & values.keys():
        values = {**values, **{one.id: Preset.TODAY.value for one in report.parameters if one.id == DAYS}}
    asked = read_asked(session, report.parameters, values, today)
    if own is not None and asked.days is not None and asked.days != Preset.TODAY.days(today):
        raise RuleBroken("reports.own_day_only", where="days", user=own)
    columns = tuple(column for column in report.columns if column.need is None or may(session, actor, column.need))
    return OpenReport(report, asked, columns, today, own)


def read_page(
    opened: OpenReport, session: Session, *, after: Key | None = None, limit: int = 100, tick: Tick = untold
) -> ReportPage:
    """Read so many rows of a report, from behind ``after`` on; all of one that is not read by the page."""
    rows = opened.rows(session, after=after, tick=tick)
    if not opened.report.is_paged:
        return ReportPage(list(rows), None)
    page = list(islice(rows, limit + 1))
    if len(page) <= limit:
        return ReportPage(page, None)
    return ReportPage(page[:limit], page[limit - 1].key)


def _days_of_shop(session: Session, days: Days, today: date) -> Days:
    """Return what of very many days the shop has lived: who asks from the year 1 on waits for no month without a shop.

    Days after today count where something is dated there, for a clock may have been set back.
    """
    if (days.last - days.first).days <= _MANY_DAYS:
        return days
    ends = session.execute(select(func.min(LedgerDay.on_date), func.max(LedgerDay.on_date))).one()
    dated = [day for day in ends if day is not None]  # none in a shop without an entry
    first = max(days.first, min([founding_day(session), *dated]))
    last = min(days.last, max([today, *dated]))
    return Days(first, last) if first <= last else Days(days.first, days.first)
