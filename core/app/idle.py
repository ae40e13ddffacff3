"""When a terminal that nobody touches asks again who is there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth.domain import IDLE_LOCK_MINUTES, is_idle_locked
from core.settings.choices import Choice
from core.settings.queries import setting


def idle_lock_minutes(session: Session) -> int:
    """Return after how many minutes without a key or click a terminal locks; 0 is never, 15 where none was chosen."""
    return int(setting(session, Choice.IDLE_LOCK_MINUTES, IDLE_LOCK_MINUTES))


def locks_now(idle_seconds: int, minutes: int) -> bool:
    """Say whether a terminal locks that nobody has touched for so many seconds."""
    return is_idle_locked(idle_seconds, minutes)
