"""From what a scanner sends to the code that it read: prefix and suffix off, separators as GS1 has them. Pure.

On a serial line a code is what comes until its end; ``Framer`` finds it in bytes that arrive in any pieces.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import Final

from core.app.scanner_dto import GS, Separator, SerialEnd, SerialSetup, read_signs
from core.catalog.scanning import MOST_CHARACTERS

#: The name of the kind of code (AIM) before it: its bracket is no separator.
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LINK = re.compile(r"https?://", re.IGNORECASE)
#: More bytes than a code of 500 characters, whatever they are, with noise before it.
MOST_BYTES: Final = 4 * MOST_CHARACTERS + 100


class Dropped(enum.Enum):
    """Why something that a scanner sent is no code."""

    TOO_LONG = "too long"
    CONTROL = "control characters"
    NO_PREFIX = "no prefix"
    NO_SUFFIX = "no suffix"
    NOT_TEXT = "not text"


def with_separators(code: str, separator: Separator) -> str:
    """Return the code with the separator in the place of what stands for it.

    A link has none, and the bracket that begins the name of a code's kind (``]d2``) stays.
    """
    if separator is Separator.GS or _LINK.match(code):
        return code
    kind = _SYMBOLOGY.match(code)
    begin = kind.end() if kind is not None else 0
    return code[:begin] + code[begin:].replace(separator.character, GS)


def is_clean(code: str) -> bool:
    """Say whether a code has nothing but what is printed, and separators."""
    return code.replace(GS, "").isprintable()


class Framer:
    """Takes the bytes of a serial scanner and gives its codes; what is none is given as why it was dropped.

    How the bytes are cut into pieces makes no difference. With a prefix, what comes before it is noise. Where a pause
    ends a code, whoever reads says so by ``pause``.
    """

    def __init__(self, setup: SerialSetup) -> None:
        """Begin with nothing read."""
        self._end = setup.end.characters.encode("ascii")
        self._ends_by_pause = setup.end is SerialEnd.PAUSE
        self._prefix = read_signs(setup.prefix).encode("ascii")
        self._suffix = read_signs(setup.suffix).encode("ascii")
        self._separator = setup.separator
        self._read = bytearray()
        self._is_too_long = False

    def feed(self, data: bytes) -> Iterable[str | Dropped]:
        """Take bytes; return the codes that they end, in their order."""
        found: list[str | Dropped] = []
        for byte in data:
            self._read.append(byte)
            if self._end and self._read.endswith(self._end):
                del self._read[-len(self._end) :]
                found += self._whole()
            elif len(self._read) > MOST_BYTES:
                self._is_too_long = True
                del self._read[:-1]  # the last one may begin the end
        return found

    def pause(self) -> Iterable[str | Dropped]:
        """Nothing came for a while: return the code that this ends, if that is how codes end."""
        return self._whole() if self._ends_by_pause else []

    def forget(self) -> None:
        """The line was cut: half a code is none."""
        self._read.clear()
        self._is_too_long = False

    def _whole(self) -> list[str | Dropped]:
        frame, was_too_long = bytes(self._read), self._is_too_long
        self.forget()
        if was_too_long:
            return [Dropped.TOO_LONG]
        if not self._prefix:
            frame = frame.strip(b"\r\n")  # of a scanner that ends by both, where one of them is waited for
        if not frame:
            return []
        code = self._code(frame)
        return [code] if code else []

    def _code(self, frame: bytes) -> str | Dropped:
        noise, prefix, frame = frame.partition(self._prefix) if self._prefix else (b"", b"", frame)
        if prefix != self._prefix:
            return Dropped.NO_PREFIX if noise.strip(b"\r\n") else ""
        frame = frame.rstrip(b"\r\n") if not self._suffix.endswith((b"\r", b"\n")) else frame
        if not frame.endswith(self._suffix):
            return Dropped.NO_SUFFIX
        try:
            text = frame.removesuffix(self._suffix).decode()
        except UnicodeDecodeError:
            return Dropped.NOT_TEXT
        if len(text) > MOST_CHARACTERS:
            return Dropped.TOO_LONG
        code = with_separators(text, self._separator)
        return code if is_clean(code) else Dropped.CONTROL
