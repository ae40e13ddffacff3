"""The words for each error code, read from ``resources/messages``."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Callable
from datetime import date

from core.kernel.dates import show_date
from core.kernel.errors import Problem
from core.kernel.money import Money


def explain(problem: Problem, language: str = "en", reword: Callable[[str], str] | None = None) -> str:
    """Return one clear sentence that says what is wrong and what to do.

    ``reword`` gets the sentence before its values stand in it: a counter may have other keys than the sentence names.
    """
    sentence = sentences(language)[problem.code]
    if reword is not None:
        sentence = reword(sentence)
    return sentence.format_map({name: _show(value) for name, value in problem.values.items()})


@functools.cache
def sentences(language: str) -> dict[str, str]:
    """Return every sentence of a language by its code (``stock.not_enough``)."""
    text = importlib.resources.files("resources").joinpath("messages", f"{language}.toml").read_text("utf-8")
    return {
        f"{group}.{name}": sentence
        for group, entries in tomllib.loads(text).items()
        for name, sentence in entries.items()
    }


def _show(value: object) -> object:
    if isinstance(value, Money):
        return f"₹{value.grouped()}"
    if isinstance(value, date):
        return show_date(value)
    return value
