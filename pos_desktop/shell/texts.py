"""The one door through which words reach a window. Knows no Qt, so that presenters may use it.

English is the key of its own translation: ``tr("Save {number}", number=...)`` looks the sentence up in the language
that was chosen and fills its blanks. A tool finds every sentence by the name ``tr``.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.actor import Role

_catalogue: Mapping[str, str] = {}


def tr(english: str, **values: object) -> str:
    """Return a sentence in the chosen language, its blanks filled."""
    sentence = _catalogue.get(english, english)
    return sentence.format_map(values) if values else sentence


def line_words(count: int) -> str:
    """Return a number of lines in words."""
    return tr("1 line") if count == 1 else tr("{count} lines", count=count)


def use_catalogue(catalogue: Mapping[str, str]) -> None:
    """Choose a language: each English sentence with its translation; what is missing stays English."""
    global _catalogue
    _catalogue = dict(catalogue)


def role_words(role: Role) -> str:
    """Return a role as windows write it: ``Purchase clerk``."""
    return tr(role.replace("_", " ").capitalize())
