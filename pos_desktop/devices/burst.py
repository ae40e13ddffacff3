"""Tells a scanner that types from a person who types: by the gaps between the characters."""

from __future__ import annotations

#: A scanner's characters come within so many milliseconds; people need 60 to 120.
LONGEST_GAP_MS = 35
#: Fewer characters are never a scan.
LEAST_CHARACTERS = 6


class Burst:
    """The characters that came one right after the other."""

    def __init__(self, longest_gap_ms: int = LONGEST_GAP_MS, least_characters: int = LEAST_CHARACTERS) -> None:
        """Begin with none; gap and length are the shop's settings."""
        self._longest_gap_ms = longest_gap_ms
        self._least_characters = least_characters
        self._characters: list[str] = []
        self._last_ms = 0

    def feed(self, character: str, at_ms: int) -> bool:
        """Take a character; return True where it begins a new burst."""
        begins = not self._characters or not self._follows(at_ms)
        if begins:
            self._characters.clear()
        self._characters.append(character)
        self._last_ms = at_ms
        return begins

    def end(self, at_ms: int) -> str | None:
        """Enter or Tab came: return what was scanned, None where a person typed."""
        text = "".join(self._characters)
        is_scan = len(text) >= self._least_characters and self._follows(at_ms)
        self.forget()
        return text if is_scan else None

    def forget(self) -> None:
        """Something came in between that no scanner sends."""
        self._characters.clear()

    def _follows(self, at_ms: int) -> bool:
        return 0 <= at_ms - self._last_ms < self._longest_gap_ms
