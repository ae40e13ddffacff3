"""Ages and sizes as people say them. Knows no Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

from pos_desktop.shell.texts import tr

_HOUR = 60
_KB, _MB, _GB = 1_000, 1_000_000, 1_000_000_000


def age_in_words(made_at: datetime | None, now: datetime) -> str:
    """Return how long ago something was made: minutes below an hour, hours below a day, then days."""
    if made_at is None:
        return tr("none")
    minutes = max(0, (now - made_at) // timedelta(minutes=1))
    if minutes < _HOUR:
        return tr("{count} min", count=minutes)
    if minutes < 24 * _HOUR:
        return tr("{count} h", count=minutes // _HOUR)
    return tr("{count} days", count=minutes // (24 * _HOUR))


def size_in_words(size: int) -> str:
    """Return a size in bytes as kB, MB or GB, with one decimal from a megabyte on."""
    if size < _MB:
        return f"{-(-size // _KB)} kB"
    unit, name = (_MB, "MB") if size < _GB else (_GB, "GB")
    whole, rest = divmod(size, unit)
    return f"{whole}.{rest * 10 // unit} {name}"
