"""The only place that reads the computer's clock; everything else is given one."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# India has one zone and no daylight saving time: a fixed offset needs no zone database.
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")


class Clock(Protocol):
    """Gives the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class Uptime(Protocol):
    """Says how long the machine has been up: what nobody can turn, unlike a clock."""

    def milliseconds(self) -> int:
        """Return milliseconds since the machine was started; the same count for every program on it."""
        ...


class MachineUptime:
    """The machine's own count (ADR 10 says what is built on it)."""

    def milliseconds(self) -> int:
        """Return whole milliseconds since the machine was started."""
        return time.monotonic_ns() // 1_000_000


def business_date(instant: datetime) -> date:
    """Return the day a bill made at that instant belongs to: Asia/Kolkata whatever the machine's zone."""
    return instant.astimezone(INDIA).date()
