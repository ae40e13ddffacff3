"""An amount in words, as a bill in India writes it (facts H)."""

from __future__ import annotations

from core.kernel.money import Money

_SMALL = (
    *("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    *("Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"),
)
_TENS = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_SCALES = ((10_000_000, "Crore"), (100_000, "Lakh"), (1_000, "Thousand"), (100, "Hundred"))


def rupees_in_words(amount: Money) -> str:
    """Return ``Rupees One Lakh and Five Paise Only``; paise are left out when there are none.

    One is ``Rupee One`` and ``One Paisa``; a negative amount, as on a credit note, begins with ``Minus``.
    """
    rupees, paise = divmod(abs(amount.paise), 100)
    words = f"{'Rupee' if rupees == 1 else 'Rupees'} {number_in_words(rupees)}"
    if paise:
        words += f" and {number_in_words(paise)} {'Paisa' if paise == 1 else 'Paise'}"
    return f"{'Minus ' if amount.paise < 0 else ''}{words} Only"


def number_in_words(number: int) -> str:
    """Return a number that is not negative in lakhs and crores; beyond 99 crore the crores are counted again.

    12345678 is ``One Crore Twenty-Three Lakh Forty-Five Thousand Six Hundred Seventy-Eight``.
    """
    if number < 100:
        return _below_hundred(number)
    parts = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{number_in_words(count)} {name}")
    if number:
        parts.append(_below_hundred(number))
    return " ".join(parts)


def _below_hundred(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]
