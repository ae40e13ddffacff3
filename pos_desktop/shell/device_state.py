"""How a device is, for the status line. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.shell.tone import Tone


@dataclass(frozen=True, slots=True)
class DeviceState:
    """How a device is: in words, and by a tone."""

    text: str
    tone: Tone = Tone.PLAIN
