"""What a check of the books found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: a code with a sentence in the messages, the place, what differs.

    ``table`` and ``key`` name the row, ``detail`` says which fields or figures differ. ``name`` is what people call the
    row, empty where nothing of it can be read.
    """

    code: str
    table: str
    key: str
    detail: str = ""
    name: str = ""
