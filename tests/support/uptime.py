"""A machine whose uptime only the test moves."""

from __future__ import annotations


class TurnedUptime:
    """Counts milliseconds since the machine was started, as the test says."""

    def __init__(self, milliseconds: int = 3_600_000) -> None:
        self.at = milliseconds

    def milliseconds(self) -> int:
        """Return what it stands at."""
        return self.at

    def passes(self, seconds: float) -> None:
        """Let the machine run on."""
        self.at += round(seconds * 1000)

    def restarts(self) -> None:
        """Start the machine anew."""
        self.at = 0
