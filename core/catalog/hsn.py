"""The GST portal's list of HSN codes: found by digits or by words, and read when somebody first asks."""

from __future__ import annotations

import csv
import importlib.resources
import io
import re
from bisect import bisect_left
from functools import cache
from typing import NamedTuple

import zstandard

_MOST_BYTES = 8 << 20
_END = "\N{COLON}"  # sorts behind every digit


class HsnCode(NamedTuple):
    """A code of the portal's list."""

    code: str
    description: str


def search_hsn(typed: str, limit: int = 20) -> list[HsnCode]:
    """Return the codes that begin with the digits, or whose description has a word beginning with each typed one.

    Among the latter medicines put up for retail sale come first, then other medicines; then the longer codes, which
    are what a bill needs. Nothing for no text.
    """
    digits = re.sub(r"[ .]", "", typed)
    if digits.isascii() and digits.isdigit():
        return list(_beginning(digits)[:limit])
    words = [f" {word}" for word in re.findall(r"[^\W_]+", typed.casefold())]
    if not words:
        return []
    found = [code for code, text in _texts() if all(word in text for word in words)]
    found.sort(key=lambda one: (not one.code.startswith("3004"), one.code[:2] != "30", -len(one.code), one.code))
    return found[:limit]


def hsn_named(code: str) -> HsnCode | None:
    """Return a code of the list, None for one that the portal does not have."""
    return next(iter(_beginning(code)[:1]), None) if code in _known() else None


def _beginning(digits: str) -> tuple[HsnCode, ...]:
    codes = _codes()
    first, end = (bisect_left(codes, HsnCode(edge, "")) for edge in (digits, digits + _END))
    return codes[first:end]


@cache
def _codes() -> tuple[HsnCode, ...]:
    packed = importlib.resources.files("resources").joinpath("gst", "hsn.csv.zst").read_bytes()
    text = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_BYTES).decode("utf-8")
    return tuple(sorted(HsnCode(row["hsn"], row["description"].strip()) for row in csv.DictReader(io.StringIO(text))))


@cache
def _known() -> frozenset[str]:
    return frozenset(code for code, _ in _codes())


@cache
def _texts() -> tuple[tuple[HsnCode, str], ...]:
    """Return each code with its description's words in small letters, a blank before each."""
    return tuple((code, " " + " ".join(re.findall(r"[^\W_]+", code.description.casefold()))) for code in _codes())
