"""Pure decisions about passwords, PINs, waiting after wrong ones, idle terminals and who must stay an owner."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line

#: Seconds to wait after so many wrong attempts in a row (index); the last holds for all further ones.
WAITS = (0, 0, 0, 5, 30, 120, 900)
#: Wrong PINs in a row after which only the password lets in.
PIN_TRIES = 5

SHORTEST_PASSWORD = 8
#: Minutes without a key or click after which a terminal locks, unless the shop chose otherwise (0 is never).
IDLE_LOCK_MINUTES = 15

#: Names of built-in actors in the audit log: nobody may take one.
RESERVED_NAMES = frozenset({"console", "login"})

_UNKNOWN_NAMES = 64
_MILLISECONDS = 1_000


def fold_name(typed: str) -> str:
    """Return a user name as it is stored and compared: cleaned, without case."""
    return clean_line(clean_line(typed).casefold())


def subject_of_unknown(name: str) -> str:
    """Return under what attempts on a name that nobody has are counted: one of 64 drawers, by the name's digest.

    People type passwords into the wrong field, so the name itself is kept nowhere; and one who tries many names
    cannot fill the disk, because the drawers are few and each makes wait.
    """
    digest = hashlib.sha256(fold_name(name).encode()).digest()
    return f"unknown-{digest[0] % _UNKNOWN_NAMES:02d}"


def refuse_weak_password(password: str) -> str:
    """Return the password. Raises RuleBroken ``auth.password_too_short``."""
    if len(password) < SHORTEST_PASSWORD:
        raise RuleBroken("auth.password_too_short", least=SHORTEST_PASSWORD)
    return password


def refuse_weak_pin(pin: str) -> str:
    """Return the PIN. Raises RuleBroken ``auth.pin_form`` (4 to 8 digits), ``auth.pin_too_easy`` (1111, 1234, 4321)."""
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
        raise RuleBroken("auth.pin_form")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise RuleBroken("auth.pin_too_easy")
    return pin


def seconds_to_wait(failures: int) -> int:
    """Return how long to wait after so many wrong attempts in a row before the next."""
    return WAITS[min(failures, len(WAITS) - 1)]


def proven_milliseconds(then: int, now: int) -> int:
    """Return how much time has surely passed between two readings of the machine's uptime, in milliseconds.

    While the machine runs on, the difference has. A lower reading means that it was started anew in between: then all
    of its present uptime has passed since. Where it was started anew and has run longer than before, the difference is
    less than what passed. So the answer is never too much, whatever anybody did to the clock, program or machine.
    """
    return now - then if now >= then else now


def milliseconds_left(failures: int, last_attempt: int, now: int) -> int:
    """Return how long the next attempt must still wait, 0 when it may be made; readings of the machine's uptime."""
    return max(0, seconds_to_wait(failures) * _MILLISECONDS - proven_milliseconds(last_attempt, now))


def show_wait(milliseconds: int) -> str:
    """Return a waiting time in words, rounded up."""
    seconds = -(-milliseconds // _MILLISECONDS)
    minutes = -(-seconds // 60)
    if seconds > 90:
        return f"{minutes} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def is_idle_locked(idle_seconds: int, minutes: int = IDLE_LOCK_MINUTES) -> bool:
    """Say whether a terminal untouched for so long asks for the password again; 0 minutes means never."""
    return 0 < minutes * 60 <= idle_seconds


@dataclass(frozen=True, slots=True)
class Account:
    """What the rule about owners looks at."""

    user_id: UUID
    role: Role
    is_active: bool


def refuse_losing_last_owner(accounts: Iterable[Account], changed: Account) -> None:
    """Raise RuleBroken ``auth.last_owner`` where nobody active would be left with the owner's role."""
    after: Sequence[Account] = [changed if account.user_id == changed.user_id else account for account in accounts]
    if not any(account.is_active and account.role is Role.OWNER for account in after):
        raise RuleBroken("auth.last_owner")
