"""How a name is compared: the same words in the same order, whatever their case and punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.storage.search_index import OWN_MARK, name_key, tokens

#: A word that no name has: in the search index it marks the items that this shop has had in stock.
HELD = f"{OWN_MARK}d"
# their words a second time, so that a search among them reads nothing of the whole catalogue's
_HELD_WORD = f"{OWN_MARK}w"
_HELD_NUMBER = f"{OWN_MARK}n"
_NAME_LETTERS = 12
#: What a company's name may end in or not, the same company being meant.
_OF_COMPANIES = frozenset(
    ["pvt", "private", "ltd", "limited", "llp", "inc", "corp", "corporation", "co", "company", "p"]
)
#: One word must stay one: between a letter and a digit it would be cut in two.
_DIGITS_AS_LETTERS = str.maketrans("0123456789", "abcdefghij")


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
    words = words_of((*identity, *salt_words(salts, salt_keys), *own_words(name or "", held=held)))
    return words_of((words, *held_words(words))) if held else words


def own_words(name: str, *, held: bool) -> list[str]:
    """Return what no item's name has: ``HELD`` and ``held_name`` of what is held, and the first two words as one.

    The two words only if both are letters: ``Pan D`` is typed *pand*.
    """
    first_two = tokens(name)[:2]
    joined = ["".join(first_two)] if len(first_two) == 2 and all(map(str.isalpha, first_two)) else []
    return [HELD, held_name(name), *joined] if held else joined


def held_name(beginning: str) -> str:
    """Return the word that a held item whose name begins so has, or begins with: two letters find few items by it."""
    return HELD + name_key(beginning).replace(" ", "").translate(_DIGITS_AS_LETTERS)[:_NAME_LETTERS]


def held_words(words: str) -> list[str]:
    """Return, for the words of an item that is held, those that it is found by among what is held alone."""
    return [held_word(word) for word in dict.fromkeys(tokens(words)) if not word.startswith(OWN_MARK)]


def held_word(word: str) -> str:
    """Return the word that a held item with a word (a token) has; beginnings of the one are beginnings of the other."""
    return _HELD_NUMBER + word.translate(_DIGITS_AS_LETTERS) if word.isdigit() else _HELD_WORD + word


def maker_key(maker: str) -> str:
    """Return the form in which the names of one maker are alike: ``Cipla Ltd.`` and ``CIPLA LIMITED`` are ``cipla``."""
    words = name_key(maker).split()
    while len(words) > 1 and words[-1] in _OF_COMPANIES:
        words.pop()
    return " ".join(words)
