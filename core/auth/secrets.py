"""Passwords and PINs as argon2id strings: made, compared, and made anew when they have become too cheap."""

from __future__ import annotations

import enum
import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.kernel.actor import Role


class Cost(enum.Enum):
    """What one guess costs: memory in KiB and passes."""

    #: What OWASP asks at least: 19 MiB, 2 passes.
    STAFF = (19 * 1024, 2)
    #: For accounts with every right: 64 MiB, 3 passes.
    OWNER = (64 * 1024, 3)

    @classmethod
    def of(cls, role: Role) -> Cost:
        """Return the cost for a role."""
        return cls.OWNER if role is Role.OWNER else cls.STAFF


def hash_secret(secret: str, cost: Cost) -> str:
    """Return the argon2id string of a password or PIN, with a salt of its own."""
    return _hasher(cost).hash(secret)


def verify_secret(stored: str | None, secret: str) -> bool:
    """Say whether a secret is the one that was stored; None and broken strings match nothing.

    Every call works through both costs, one of them on a hash that nobody has the secret of: so the time tells
    neither whether the name is known nor whether it is an owner's.
    """
    kind = None if stored is None else _cost_of(stored)
    matched = False
    for cost in Cost:
        if cost is kind and stored is not None:
            matched = _matches(cost, stored, secret)
        else:
            _matches(cost, _nobody_hash(cost), secret)
    if stored is not None and kind is None:  # parameters of another version
        matched = _matches(Cost.OWNER, stored, secret)
    return matched


def is_outdated(stored: str, cost: Cost) -> bool:
    """Say whether a stored string is not of the cost that its user should have by now."""
    return _hasher(cost).check_needs_rehash(stored)


def parameters(cost: Cost) -> tuple[int, int]:
    """Return memory in KiB and passes; the one place where tests make guesses cheap."""
    return cost.value


def _hasher(cost: Cost) -> PasswordHasher:
    memory, passes = parameters(cost)
    return _made(memory, passes)


@functools.cache
def _made(memory: int, passes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)


def _cost_of(stored: str) -> Cost | None:
    try:
        return next((cost for cost in Cost if not is_outdated(stored, cost)), None)
    except InvalidHashError:
        return None


def _matches(cost: Cost, stored: str, secret: str) -> bool:
    try:
        return _hasher(cost).verify(stored, secret)
    except (VerificationError, InvalidHashError):
        return False


def _nobody_hash(cost: Cost) -> str:
    return _nobody(*parameters(cost))


@functools.cache
def _nobody(memory: int, passes: int) -> str:
    return _made(memory, passes).hash("nobody has this password: it is compared when the name is unknown")
