"""A clock that stands still until a test turns it."""

from __future__ import annotations

from datetime import datetime, timedelta


class TurnedClock:
    """Gives the instant it was set to."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self.instant

    def turn(self, **by: float) -> None:
        """Turn it by a timedelta's arguments; backwards too, as people do with computers."""
        self.instant += timedelta(**by)
