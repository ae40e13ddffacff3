"""What a screen says over its tables. Knows no Qt."""

from __future__ import annotations

from typing import NamedTuple

from pos_desktop.shell.tone import Tone


class Notice(NamedTuple):
    """A sentence over what a screen shows."""

    text: str = ""
    tone: Tone = Tone.GOOD
