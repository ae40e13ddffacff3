"""Whose keys the counter has: our own, or those that hands know from another program. Knows no Qt.

A preset swaps keys, so that none is lost and none has two meanings. Marg's is what its own help says of billing: Ctrl+W
saves a bill, F6 changes the rates of the bill by a percentage, / fits the bill to the customer's cash (ours as well).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.settings.choices import CounterKeys

PAY_KEY: Final = "F12"
WANT_KEY: Final = "Ctrl+W"
TEACH_KEY: Final = "F6"
BILL_DISCOUNT_KEY: Final = "Ctrl+Shift+D"
_MARG: Final = {
    PAY_KEY: WANT_KEY,
    WANT_KEY: PAY_KEY,
    TEACH_KEY: BILL_DISCOUNT_KEY,
    BILL_DISCOUNT_KEY: TEACH_KEY,
}


class KeyMap:
    """Which key does at this counter what a key of ours does."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """``keys`` are those that differ, ours first; each of them is another's."""
        self._keys = keys
        longest_first = sorted(keys, key=len, reverse=True)
        self._named = re.compile(rf"(?<![\w+])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if keys else None

    def of(self, key: str) -> str:
        """Return the key that does here what ours does."""
        return self._keys.get(key, key)

    def said(self, sentence: str) -> str:
        """Return a sentence that names keys of ours with those of this counter."""
        return sentence if self._named is None else self._named.sub(lambda found: self._keys[found[0]], sentence)


OWN_KEYS: Final = KeyMap({})
KEY_MAPS: Final[Mapping[CounterKeys, KeyMap]] = {CounterKeys.NUSKHA: OWN_KEYS, CounterKeys.MARG: KeyMap(_MARG)}
