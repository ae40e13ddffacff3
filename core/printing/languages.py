"""The languages that a receipt's own words are in; names of goods and people stay as they were entered."""

from __future__ import annotations

import enum
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping

from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing.wording import Say, as_it_is


class Language(enum.StrEnum):
    """English, Hindi, or Hindi with the English words beside it."""

    ENGLISH = "en"
    HINDI = "hi"
    BOTH = "both"


def sayer(language: Language) -> Say:
    """Return what says a word of ours in that language; one without an entry in the list is the same in both."""
    if language is Language.ENGLISH:
        return as_it_is
    hindi = hindi_words()
    if language is Language.HINDI:
        return lambda words: hindi.get(words, words)
    return lambda words: f"{hindi[words]} / {words}" if words in hindi else words


def amount_in_words(amount: Money, language: Language) -> str:
    """Return a bill's amount, which is not negative, in words of the language; in both one below the other."""
    if language is Language.ENGLISH:
        return rupees_in_words(amount)
    words = _hindi()["numbers"]
    rupees, paise = divmod(amount.paise, 100)
    said = [words["rupee" if rupees == 1 else "rupees"], _number(rupees, words)]
    if paise:
        said += [words["and"], _number(paise, words), words["paisa" if paise == 1 else "paise"]]
    hindi = " ".join([*said, words["only"]])
    return hindi if language is Language.HINDI else f"{hindi}\n{rupees_in_words(amount)}"


def _number(number: int, words: Mapping[str, str]) -> str:
    """Return a number in words; beyond 99 crore the crores are counted again."""
    below_hundred = words["below_hundred"].split()
    if number < len(below_hundred):
        return below_hundred[number]
    parts = []
    for size, scale in ((10_000_000, "crore"), (100_000, "lakh"), (1_000, "thousand"), (100, "hundred")):
        count, number = divmod(number, size)
        if count:
            parts += [_number(count, words), words[scale]]
    return " ".join([*parts, below_hundred[number]] if number else parts)


def hindi_words() -> Mapping[str, str]:
    """Return the Hindi of each English word or sentence of a receipt."""
    return _hindi()["labels"]


@functools.cache
def _hindi() -> Mapping[str, Mapping[str, str]]:
    text = importlib.resources.files("resources").joinpath("receipt", "hi.toml").read_text("utf-8")
    return tomllib.loads(text)
