"""The forms in which a supplier's names are compared: what makes no difference is taken out, what may is kept.

A pack belongs to what a name means (the same name comes in tens and in fifteens), and so does the maker: one supplier
sells one generic name of several. ``line_key`` holds all three.
"""

from __future__ import annotations

import re
import unicodedata

from core.catalog.naming import maker_key
from core.kernel.packs import PackReading, read_pack, read_pack_in_name

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|%")
_COMPANY = re.compile(r"[^\W_]+")
_MESSRS = re.compile(r"^\W*(?:m\s*/\s*s|messrs)\b\.?", re.IGNORECASE)
_OF_COMPANIES = frozenset(
    ["pvt", "private", "ltd", "limited", "llp", "co", "company", "corp", "corporation", "inc", "opc", "and", "the", "p"]
)
_SEPARATOR = "|"
_LONGEST_CODE = 60


def words_of(text: str) -> list[str]:
    """Return words, numbers with their decimals, and ``%``, in small letters of one Unicode form."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return [_shortest(word) for word in _WORD.findall(plain)]


def words_key(text: str) -> str:
    """Return a text by its words alone; what has been through it stays as it is."""
    return " ".join(words_of(text))


def pack_key(pack: str, name: str = "") -> str:
    """Return a pack by what it holds: ``10'S``, ``1*10`` and ``10 TAB`` are ``10``; of single packs their words.

    A pack whose signs keep it from being read is read of its words, so that what has been through it stays as it is.
    """
    reading = pack_of(pack, name)
    if reading is None and (words := words_key(pack)):
        reading = pack_of(words)
    if reading is None or (reading.pieces_per_pack == 1 and reading.packs_per_box is None):
        return words_key(pack)
    box = f"{reading.packs_per_box}x" if reading.packs_per_box is not None else ""
    return f"{box}{reading.pieces_per_pack}"


def pack_of(pack: str, name: str = "") -> PackReading | None:
    """Return what a line says of its pack: its own column, else the count that its name ends in; None for neither."""
    return read_pack(pack, name) if pack.strip() else read_pack_in_name(name)


def line_key(name: str, pack: str, maker: str) -> str:
    """Return what a line of a supplier is known by: name, pack and maker."""
    return _SEPARATOR.join((words_key(name), pack_key(pack, name), maker_key(maker) if maker.strip() else ""))


def code_key(code: str) -> str:
    """Return a supplier's code as it is kept; empty for what can be none (blank, noughts, longer than a code)."""
    kept = " ".join(code.split()).upper()
    return kept if kept.strip("0") and len(kept) <= _LONGEST_CODE else ""


def company_key(name: str) -> str:
    """Return a company's name without M/S, PVT LTD and punctuation: ``M/s. Kerala Pharma (P) Ltd`` is *kerala
    pharma*."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = _COMPANY.findall(_MESSRS.sub(" ", plain))
    kept = [word for word in words if word not in _OF_COMPANIES]
    return " ".join(kept or words)


def licence_key(text: str) -> str:
    """Return a drug licence, or a text that may name one, by its letters and digits."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _shortest(word: str) -> str:
    """Return a number without noughts that say nothing: ``0.50`` is ``0.5``."""
    if not word[0].isdigit():
        return word
    whole, point, part = word.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if point and part else "")
