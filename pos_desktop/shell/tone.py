"""What a colour means; which colour it is, the theme says. Knows no Qt, so rows and columns may name a tone."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Tone(enum.StrEnum):
    """The meaning of a text or a badge."""

    PLAIN = "plain"
    MUTED = "muted"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state (``EXPIRED``, ``H1``): its text says it, its tone only helps."""

    text: str
    tone: Tone = Tone.MUTED
