"""Tells a scanner that types from a person who types: by the gaps between the characters."""

from __future__ import annotations

from core.app.scanner_dto import WedgeSetup, read_signs
from pos_desktop.devices.scan_text import with_separators

_DEFAULT = WedgeSetup()
#: A scanner's characters come within so many milliseconds; people need 60 to 120.
LONGEST_GAP_MS = _DEFAULT.gap_ms
#: Fewer characters are never a scan.
LEAST_CHARACTERS = _DEFAULT.least_characters


class Burst:
    """The characters that came one right after the other."""

    def __init__(self, setup: WedgeSetup = _DEFAULT) -> None:
        """Begin with none."""
        self._setup = setup
        self._prefix, self._suffix = read_signs(setup.prefix), read_signs(setup.suffix)
        self._characters: list[str] = []
        self._last_ms = 0

    def feed(self, character: str, at_ms: int) -> bool:
        """Take a character; return True where it begins a new burst."""
        begins = not self._characters or not self.follows(at_ms)
        if begins:
            self._characters.clear()
        self._characters.append(character)
        self._last_ms = at_ms
        return begins

    @property
    def gap_ms(self) -> int:
        """Within how many milliseconds the next character follows."""
        return self._setup.gap_ms

    @property
    def has_begun(self) -> bool:
        """Whether there is a character."""
        return bool(self._characters)

    @property
    def is_prefixed(self) -> bool:
        """Whether it begins as this scanner's codes do, and goes on."""
        text = "".join(self._characters)
        return bool(self._prefix) and text.startswith(self._prefix) and len(text) > len(self._prefix)

    def end(self, at_ms: int) -> str | None:
        """The end key came: return what was scanned, None where a person typed.

        Prefix and suffix are taken off; another scanner of the counter may send none, and is heard too.
        """
        follows = self.follows(at_ms)
        code = self._code()
        return code if follows else None

    def pause(self) -> str | None:
        """Nothing came for longer than a gap: return what was scanned, where codes end so and this one has its prefix.

        Without a prefix a name typed quickly would be one too.
        """
        has_prefix = self.is_prefixed
        code = self._code()
        return code if has_prefix else None

    def forget(self) -> None:
        """Something came in between that no scanner sends."""
        self._characters.clear()

    def follows(self, at_ms: int) -> bool:
        """Say whether a key at that time comes from the same hand as the one before."""
        return 0 <= at_ms - self._last_ms < self._setup.gap_ms

    def _code(self) -> str | None:
        text = "".join(self._characters)
        self.forget()
        code = text.removeprefix(self._prefix).removesuffix(self._suffix)
        is_scan = len(code) >= self._setup.least_characters
        return with_separators(code, self._setup.separator) if is_scan else None
