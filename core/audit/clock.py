"""Is the computer's clock to be believed? It is compared with the instant of the newest event.

A clock that fell back gives bills a date that is closed and a number of the wrong year; one that sprang ahead makes
stock expire. Neither can be known from inside, so a person with the right is asked once; the answer is an event
itself, and the next comparison starts from it. The order of events never hangs on the clock: ``hlc`` keeps it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.kernel.clock import INDIA
from core.kernel.errors import NeedsConfirmation

#: Clocks are set by the network and step back a little when they are.
MOST_BEHIND = timedelta(minutes=5)
#: The longest a shop stays closed without anybody wondering.
MOST_AHEAD = timedelta(days=31)


def odd_clock(now: datetime, newest: datetime) -> NeedsConfirmation | None:
    """Return what is odd about the clock (``clock.behind``, ``clock.ahead``), None for nothing."""
    code = None
    if now < newest - MOST_BEHIND:
        code = "clock.behind"
    elif now > newest + MOST_AHEAD:
        code = "clock.ahead"
    if code is None:
        return None
    return NeedsConfirmation(code, now=show_instant(now), newest=show_instant(newest))


def show_instant(instant: datetime) -> str:
    """Return an instant as people in India read it, to the minute."""
    return instant.astimezone(INDIA).strftime("%d-%m-%Y %H:%M")
