"""Payments as people write them in one line: ``upi 200.00 612345678901, cash 57``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.kernel.errors import RuleBroken
from core.sales.dto import TenderMode

#: The modes as they are listed wherever somebody is told how to write a payment.
MODES = ", ".join(TenderMode)
_PAYMENT = re.compile(r"(?P<mode>[A-Za-z]+)\s*[= ]\s*(?P<amount>[0-9][0-9.,]*)(?:\s*[: ]\s*(?P<reference>\S.*))?")
#: Between payments: a comma with a word behind it, so that 1,23,456.00 stays one amount.
_BETWEEN = re.compile(r"[,;]\s*(?=[A-Za-z]+\s*[= ]\s*[0-9])")


def read_payments(text: str) -> Sequence[Mapping[str, str]]:
    """Return the payments of a text as a command takes them: mode, amount, reference where one is given.

    Raises RuleBroken ``payments.unreadable`` with the part that cannot be read.
    """
    payments = []
    for part in _BETWEEN.split(text.strip()):
        found = _PAYMENT.fullmatch(part.strip())
        if found is None or found["mode"].lower() not in list(TenderMode):
            raise RuleBroken("payments.unreadable", text=part.strip(), modes=MODES)
        said = {"mode": found["mode"].lower(), "amount": found["amount"].rstrip(","), "reference": found["reference"]}
        payments.append({name: value.strip() for name, value in said.items() if value})
    return payments
