"""Reads what a person types into the one box of the list of bills: its form decides what is meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from core.kernel.dates import days_in
from core.kernel.money import Money
from core.sales.finding import FindBills

_MARKED = re.compile(r"(?:rs\.?|inr|₹|=)\s*([\d,]+(?:\.\d{1,2})?)", re.IGNORECASE)
_PAISE = re.compile(r"[\d,]*\d\.\d{2}", re.ASCII)
_NUMBER = re.compile(r"\S+/\S+")
_DIGITS = re.compile(r"\+?[\d ()-]*\d[\d ()-]*", re.ASCII)
#: From so many digits on it is a telephone number, with fewer the end of a bill's number.
_PHONE_FROM = 7


class Understood(NamedTuple):
    """What a text asks for: ``kind`` is ``all``, ``days``, ``amount``, ``number``, ``ending``, ``phone``, ``words``."""

    kind: str
    wanted: FindBills


def understand(typed: str) -> Understood:
    """Return what a text asks for.

    ``20-11-2026`` is a day and ``01-11-2026 to 20-11-2026`` days; ``250.00`` and ``Rs 250`` an amount;
    ``C1/26-27/12`` a number and ``341`` its last digits; seven digits and more a telephone number; anything else words
    of a person's or an item's name. Raises RuleBroken ``date.no_day``, ``date.unreadable``, ``money.unreadable``.
    """
    text = " ".join(typed.split())[:100]
    if not text:
        return Understood("all", FindBills())
    if days := days_in(text):
        return Understood("days", FindBills(first=days[0], last=days[1]))
    if amount := _MARKED.fullmatch(text):
        return Understood("amount", FindBills(amount=Money.parse(amount[1])))
    if _PAISE.fullmatch(text):
        return Understood("amount", FindBills(amount=Money.parse(text)))
    if _DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) >= _PHONE_FROM or text.startswith("+"):
            return Understood("phone", FindBills(phone=text))
        return Understood("ending", FindBills(number=digits))
    if _NUMBER.fullmatch(text):
        return Understood("number", FindBills(number=text))
    return Understood("words", FindBills(words=text))
