"""The languages that a receipt's own words are in; names of goods and people stay as they were entered."""

from __future__ import annotations

import enum
import functools
import importlib.resources
import tomllib
from collections.abc import Mapping

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


@functools.cache
def hindi_words() -> Mapping[str, str]:
    """Return the Hindi of each English word or sentence of a receipt."""
    text = importlib.resources.files("resources").joinpath("receipt", "hi.toml").read_text("utf-8")
    labels: dict[str, str] = tomllib.loads(text)["labels"]
    return labels
