"""A discount as it is typed at the counter: ``5`` or ``5%`` is a share, ``₹12``, ``12rs`` or ``12/-`` are rupees."""

from __future__ import annotations

import re

from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent
from core.sales.drafting import Discount

#: The longest that is read; ``₹12,34,567.50`` has thirteen letters.
DISCOUNT_LENGTH = 16
_AMOUNT = r"([\d,]+(?:\.\d{1,2})?)"
_RUPEES = re.compile(rf"(?:₹|rs\.?|inr)\s*{_AMOUNT}|{_AMOUNT}\s*(?:rs\.?|/-|₹)", re.IGNORECASE | re.ASCII)


def parse_discount(typed: str) -> Discount | None:
    """Return what was typed, None for nothing: then the discount that the shop gives holds. 0 takes nothing off.

    Raises RuleBroken ``sales.discount_unreadable``, also for more than a hundred percent.
    """
    text = typed.strip()
    if not text:
        return None
    try:
        if rupees := _RUPEES.fullmatch(text):
            return Discount(amount=Money.parse(rupees[1] or rupees[2]))
        return Discount(percent=Percent.parse(text))
    except RuleBroken:
        raise RuleBroken("sales.discount_unreadable", text=text) from None


def show_discount(discount: Discount) -> str:
    """Return a discount in a form that is read as the same: ``5%``, ``₹12.00``, ``0%``."""
    return f"₹{discount.amount}" if discount.amount else f"{discount.percent}%"
