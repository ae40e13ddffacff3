"""What the health screen shows, as plain values. Knows no Qt."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

from pos_desktop.shell.tone import Badge, Tone


class Panel(enum.Enum):
    """What fills the screen."""

    FACTS = "facts"
    FOLDER = "folder"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Running:
    """What goes on in the background."""

    text: str
    can_stop: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A caption with its value, and a badge where that is a state."""

    caption: str
    value: str
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


class BackupRow(NamedTuple):
    """A backup as the table shows it; ``proved`` is when it was last tried, ``problem`` what came of that."""

    name: str
    made_at: str
    age: str
    size: str
    reason: str
    entries: str
    proved: str
    problem: str
