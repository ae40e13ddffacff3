"""Which backups stay, and when the next is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.backups.manifest import Reason
from core.app.backups.retention import DAYS, HALF_HOURS, MONTHS, WANTED, WANTED_KEPT, Kept, to_keep
from core.app.backups.schedule import backup_is_due, proof_is_due
from core.kernel.clock import INDIA

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

REASONS = st.sampled_from([Reason.HALF_HOUR, Reason.HALF_HOUR, Reason.DAY_CLOSE, *WANTED])
#: A history: minutes between one backup and the next, and why it was made.
HISTORIES = st.lists(
    st.tuples(st.sampled_from([0, 1, 29, 30, 31, 90, 600, 1440, 20_000, 50_000]), REASONS), max_size=150
)


def history(steps: list[tuple[int, Reason]]) -> list[Kept]:
    """Return the backups of a history, the oldest first."""
    at = START
    made = []
    for number, (minutes, reason) in enumerate(steps):
        at += minutes * MINUTE
        made.append(Kept(f"b{number:04d}", at, reason))
    return made


def months(backups: list[Kept]) -> set[tuple[int, int]]:
    """Return the months in India that have a backup."""
    local = [backup.made_at.astimezone(INDIA) for backup in backups]
    return {(instant.year, instant.month) for instant in local}


@given(HISTORIES)
def test_the_newest_stays_and_the_number_is_bounded(steps: list[tuple[int, Reason]]) -> None:
    made = history(steps)
    kept = to_keep(made)
    assert kept <= {backup.name for backup in made}
    assert len(kept) <= HALF_HOURS + DAYS + MONTHS + WANTED_KEPT
    if made:
        assert made[-1].name in kept


@given(HISTORIES)
def test_pruning_twice_prunes_nothing_more(steps: list[tuple[int, Reason]]) -> None:
    made = history(steps)
    left = [backup for backup in made if backup.name in to_keep(made)]
    assert to_keep(left) == {backup.name for backup in left}


@given(HISTORIES)
def test_pruning_after_each_backup_leaves_what_pruning_once_leaves_of_days_and_months(
    steps: list[tuple[int, Reason]],
) -> None:
    """The program prunes each time; a day or month that once had a backup must not lose it by that."""
    left: list[Kept] = []
    for backup in history(steps):
        left.append(backup)
        keep = to_keep(left)
        left = [one for one in left if one.name in keep]
    last_months = sorted(months(history(steps)))[-MONTHS:]
    assert set(last_months) <= months(left)
    days = sorted({backup.made_at.astimezone(INDIA).date() for backup in history(steps)})[-DAYS:]
    assert set(days) <= {backup.made_at.astimezone(INDIA).date() for backup in left}


@given(HISTORIES, st.integers(0, 149))
def test_what_is_pinned_stays(steps: list[tuple[int, Reason]], which: int) -> None:
    made = history(steps)
    if which < len(made):
        assert made[which].name in to_keep(made, [made[which].name])


@given(HISTORIES)
def test_the_newest_made_by_hand_or_before_something_stay(steps: list[tuple[int, Reason]]) -> None:
    made = history(steps)
    wanted = [backup.name for backup in made if backup.reason in WANTED][-WANTED_KEPT:]
    assert set(wanted) <= to_keep(made)


def test_a_busy_year_leaves_half_hours_days_and_months() -> None:
    """Every half-hour of a twelve-hour day for a year, pruned each evening as a shop would."""
    left: list[Kept] = []
    for day in range(365):
        for half_hour in range(24):
            at = datetime(2026, 1, 1, 9, 1, tzinfo=INDIA) + timedelta(days=day, minutes=30 * half_hour)
            left.append(Kept(f"{day:03d}-{half_hour:02d}", at, Reason.HALF_HOUR))
        keep = to_keep(left)
        left = [backup for backup in left if backup.name in keep]
    names = sorted(backup.name for backup in left)
    assert names[-48:] == [f"{day}-{n:02d}" for day in (363, 364) for n in range(24)]
    assert names[-48 - 28 : -48] == [f"{day}-23" for day in range(335, 363)], "the last one of each day before"
    assert len(months(left)) == 12
    assert len(left) == 48 + 28 + 11


@pytest.mark.parametrize(
    ("minutes", "failures", "changed", "due"),
    [
        (None, 0, True, True),
        (None, 0, False, False),
        (29, 0, True, False),
        (30, 0, True, True),
        (300, 0, False, False),
        (4, 1, True, False),
        (5, 1, True, True),
        (-1, 0, True, True),
    ],
)
def test_when_a_backup_is_due(minutes: int | None, failures: int, changed: bool, due: bool) -> None:
    last = None if minutes is None else START - minutes * MINUTE
    assert backup_is_due(START, last_try=last, failures=failures, changed=changed) is due


@pytest.mark.parametrize(
    ("days", "has_backup", "due"),
    [(None, True, True), (None, False, False), (6, True, False), (7, True, True), (-1, True, True)],
)
def test_when_a_proof_is_due(days: int | None, has_backup: bool, due: bool) -> None:
    last = None if days is None else START - timedelta(days=days)
    assert proof_is_due(START, last_proof=last, has_backup=has_backup) is due


@pytest.mark.parametrize(("hours", "due"), [(0, False), (5, False), (6, True), (-1, True)])
def test_a_proof_that_failed_is_tried_again_after_a_while(hours: int, due: bool) -> None:
    failed = START - timedelta(hours=hours)
    for last in (None, START, START - timedelta(days=30)):
        assert proof_is_due(START, last_proof=last, has_backup=True, last_failure=failed) is due
