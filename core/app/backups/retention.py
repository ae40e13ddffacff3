"""Which backups are kept: the newest of each of the last 48 half-hours, 30 days and 12 months that have one.

Periods are counted by those that hold a backup, not by the calendar: a shop that was closed for a month keeps what it
has. Made in India's time, where a day is a business day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.app.backups.manifest import Reason
from core.kernel.clock import INDIA

HALF_HOURS, DAYS, MONTHS = 48, 30, 12
#: Made by a person, or before something that cannot be undone otherwise; the newest of these stay in any case.
WANTED = frozenset({Reason.BY_HAND, Reason.BEFORE_MIGRATION, Reason.BEFORE_IMPORT, Reason.BEFORE_RESTORE})
WANTED_KEPT = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup as retention sees it."""

    name: str
    made_at: datetime
    reason: Reason


def to_keep(backups: Collection[Kept], pinned: Collection[str] = ()) -> set[str]:
    """Return the names of the backups to keep; ``pinned`` ones (proven last, being restored) stay too."""
    newest_first = sorted(backups, key=lambda backup: (backup.made_at, backup.name), reverse=True)
    kept = {backup.name for backup in newest_first if backup.name in pinned}
    for period, count in ((_half_hour, HALF_HOURS), (_day, DAYS), (_month, MONTHS)):
        kept |= _newest_of_periods(newest_first, period, count)
    wanted = [backup.name for backup in newest_first if backup.reason in WANTED]
    return kept | set(wanted[:WANTED_KEPT])


def _newest_of_periods(newest_first: Iterable[Kept], period: Callable[[datetime], Hashable], count: int) -> set[str]:
    newest: dict[Hashable, str] = {}
    for backup in newest_first:
        newest.setdefault(period(backup.made_at.astimezone(INDIA)), backup.name)
        if len(newest) == count:
            break
    return set(newest.values())


def _half_hour(instant: datetime) -> Hashable:
    return instant.date(), instant.hour, instant.minute // 30


def _day(instant: datetime) -> Hashable:
    return instant.date()


def _month(instant: datetime) -> Hashable:
    return instant.year, instant.month
