"""How a name is compared: the same words in the same order, whatever their case and punctuation."""

from __future__ import annotations

from collections.abc import Iterable

from core.storage.search_index import tokens

#: A word that no name has: in the search index it marks the items that this shop has had in stock.
HELD = "qxhd"


def name_key(name: str) -> str:
    """Return the form in which names begin alike: ``Dolo-650 Tablet`` and ``dolo 650`` both with ``dolo 650``.

    A name without a letter or digit is its own key.
    """
    return " ".join(tokens(name)) or name.casefold()


def words_of(parts: Iterable[str | None]) -> str:
    """Return the words an item is found by: its name, salts, company and code, and ``HELD`` if it is held."""
    return " ".join(part for part in parts if part)
