"""Identifiers: time-ordered for what happens, derived from content where two counters must agree."""

from __future__ import annotations

import uuid
from datetime import datetime

from uuid_utils.compat import uuid7

_NAMESPACE = uuid.UUID("6f1c0a52-3f0e-5b1c-9d5e-0e4f6e7573aa")


def new_id() -> uuid.UUID:
    """Return a new UUIDv7: later ones sort after earlier ones, also inside one millisecond."""
    return uuid7()


def first_id_at(instant: datetime) -> uuid.UUID:
    """Return an id that sorts before every ``new_id`` of that instant or later, and after those of earlier ones."""
    return uuid.UUID(int=int(instant.timestamp() * 1000) << 80)


def id_from_content(*parts: str) -> uuid.UUID:
    """Return the UUIDv5 of the parts, the same on every machine.

    Parts are length-prefixed so that ("ab", "c") and ("a", "bc") differ.
    """
    return uuid.uuid5(_NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts))
