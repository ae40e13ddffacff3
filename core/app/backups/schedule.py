"""When a backup and a proof are due; decided here, done by whoever has the shop open."""

from __future__ import annotations

from datetime import datetime, timedelta

EVERY = timedelta(minutes=30)
#: After a failure it is tried again sooner.
AFTER_FAILURE = timedelta(minutes=5)
PROVE_EVERY = timedelta(days=7)
#: A proof reads everything: one that failed is not tried again at each look.
PROVE_AFTER_FAILURE = timedelta(hours=6)


def backup_is_due(now: datetime, *, last_try: datetime | None, failures: int, changed: bool) -> bool:
    """Say whether the half-hourly backup is due.

    ``changed`` says that the newest event is not the one in the newest backup; ``failures`` counts those in a row.
    A clock that fell back behind the last try makes it due: nothing is known about the time since.
    """
    if not changed:
        return False
    if last_try is None or now < last_try:
        return True
    return now - last_try >= (AFTER_FAILURE if failures else EVERY)


def proof_is_due(
    now: datetime, *, last_proof: datetime | None, has_backup: bool, last_failure: datetime | None = None
) -> bool:
    """Say whether the weekly proof is due: the newest backup restored into a scratch file and verified."""
    if not has_backup:
        return False
    if last_failure is not None:
        return not last_failure <= now < last_failure + PROVE_AFTER_FAILURE
    return last_proof is None or now < last_proof or now - last_proof >= PROVE_EVERY
