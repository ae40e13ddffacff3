"""How a name is compared: the same words in the same order, whatever their case and punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.storage.search_index import tokens

#: A word that no name has: in the search index it marks the items that this shop has had in stock.
HELD = "qxhd"


def name_key(name: str) -> str:
    """Return the form in which names begin alike: ``Dolo-650 Tablet`` and ``dolo 650`` both with ``dolo 650``.

    A name without a letter or digit is its own key.
    """
    return " ".join(tokens(name)) or name.casefold()


def salt_words(salts: str | None, keys: Iterable[str]) -> list[str]:
    """Return the salts' key names that the text itself does not hold: who types ``amoxicillin`` finds amoxycillin."""
    text = (salts or "").casefold()
    return [key for key in keys if key not in text]


def words_of(parts: Iterable[str | None]) -> str:
    """Return the words an item is found by: its name, brand, salts, company and code, and ``HELD`` if it is held."""
    return " ".join(part for part in parts if part)


def index_words(identity: Sequence[str | None], salt_keys: Iterable[str], *, held: bool) -> str:
    """Return the words of the search index for an item: ``identity`` is name, brand, salts, company and code."""
    name, _, salts, *_ = identity
    return words_of((*identity, *salt_words(salts, salt_keys), HELD if held else None, joined(name or "")))


def joined(name: str) -> str | None:
    """Return the first two words of a name as one, if both are letters: ``Pan D`` is typed *pand*."""
    first_two = tokens(name)[:2]
    return "".join(first_two) if len(first_two) == 2 and all(map(str.isalpha, first_two)) else None
