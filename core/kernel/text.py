"""Text as it is stored: one Unicode form, no control characters, single spaces."""

from __future__ import annotations

import unicodedata

_SPACES = dict.fromkeys(map(ord, "\t\n\r\v\f\u00a0\u2007\u202f"), " ")


def clean_line(text: str) -> str:
    """Return text fit for one line of a document: NFC, no control or direction characters, single spaces.

    Names typed or imported can hold bytes that a printer would obey (cut, drawer kick) or that turn a line
    around; they are dropped at the border of the program, so that nothing behind it has to think of them.
    """
    spaced = unicodedata.normalize("NFC", text).translate(_SPACES)
    kept = "".join(
        c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or c in "\u200c\u200d"
    )
    return " ".join(kept.split())


def clean_lines(text: str) -> str:
    """Return text of several lines (an address), each line cleaned, empty ones dropped."""
    lines = (clean_line(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
