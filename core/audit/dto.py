"""The audit log as people read it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Position(NamedTuple):
    """Where an event stands; a page goes on after the position of its last row."""

    order: int
    node_id: UUID
    epoch: int
    seq: int


class HistoryEntry(NamedTuple):
    """One field that one command set: ``before`` is None where the row is new, ``after`` None where it was emptied.

    Values are canonical: ids as hex, days ISO, instants in microseconds, amounts in paise; secrets as digests. A note
    of the command (a reason) has ``table`` "" and its name as ``field``.
    """

    at: datetime
    username: str
    kind: str
    table: str
    key: str
    field: str
    before: object
    after: object
    position: Position


class LogEntry(NamedTuple):
    """One event: who did what, when, with which version of the program; ``note`` is what rows do not show."""

    at: datetime
    username: str
    os_account: str | None
    kind: str
    subject_id: UUID
    program: str
    note: dict[str, str]
    position: Position
