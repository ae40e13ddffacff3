"""A customer display of two rows of twenty characters: what stands on it, and the bytes that show it."""

from __future__ import annotations

import enum
from typing import Final

from core.kernel.money import Money
from core.printing.plain import plain

COLUMNS: Final = 20
#: Both rows, each exactly ``COLUMNS`` printable characters of ASCII.
Rows = tuple[str, str]
#: No quantity needs more of a row that an amount shares with it.
_LEAST_GAP = 1
_CUT = ".."


class PoleProtocol(enum.StrEnum):
    """The commands that a display obeys."""

    #: As receipt printers: ``ESC @``, clear ``FF``, cursor ``US $ column row``.
    ESC_POS = "escpos"
    #: ``ESC Q A`` and ``ESC Q B`` write a row until ``CR``.
    CD5220 = "cd5220"
    #: None: forty characters, which fill both rows and bring it back to the first.
    PLAIN = "plain"


def welcome(shop: str) -> Rows:
    """Nothing is billed: the shop greets."""
    return _centred(shop), _centred("Welcome")


def line_added(name: str, quantity: str, amount: Money | None) -> Rows:
    """A line was billed: what, how much of it, and what that comes to; no amount while it is not known yet."""
    return _cut(name).ljust(COLUMNS), _sides(quantity, "" if amount is None else amount_text(amount))


def total(amount: Money, items: int) -> Rows:
    """All is billed: what is to be paid, and for how many items."""
    return _sides("TOTAL", f"{items} item{'' if items == 1 else 's'}"), _amount_row("Rs.", amount)


def change_due(received: Money, change: Money) -> Rows:
    """It is paid: what was received and what goes back."""
    return _amount_row("Paid", received), _amount_row("Change", change)


def thank_you(shop: str) -> Rows:
    """It is paid, and nothing goes back."""
    return _centred("Thank you"), _centred(shop)


def amount_text(amount: Money) -> str:
    """Return rupees in Indian grouping, without it where that is wider than a row."""
    grouped = amount.grouped()
    return grouped if len(grouped) <= COLUMNS else str(amount)


def begin_bytes(protocol: PoleProtocol) -> bytes:
    """Return what a display is sent once it is there."""
    return b"" if protocol is PoleProtocol.PLAIN else b"\x1b@"


def show_bytes(rows: Rows, protocol: PoleProtocol) -> bytes:
    """Return what makes a display show both rows and nothing else."""
    first, second = (row.encode("ascii") for row in rows)
    match protocol:
        case PoleProtocol.ESC_POS:
            return b"\x0c" + b"\x1f$\x01\x01" + first + b"\x1f$\x01\x02" + second
        case PoleProtocol.CD5220:
            return b"\x1bQA" + first + b"\r" + b"\x1bQB" + second + b"\r"
        case PoleProtocol.PLAIN:
            return first + second


def _cut(text: str, columns: int = COLUMNS) -> str:
    """Return the text in so many columns, cut between words where that leaves most of it."""
    text = " ".join(plain(text).split())
    if len(text) <= columns:
        return text
    words = text[: columns + 1].rpartition(" ")[0]
    if 2 * len(words) >= columns:
        return words
    return (text[: columns - len(_CUT)] + _CUT)[:columns]


def _centred(text: str) -> str:
    return _cut(text).center(COLUMNS)


def _sides(left: str, right: str) -> str:
    """Return a row of two texts at its edges; the right one is whole, the left one gives way."""
    room = COLUMNS - len(right) - _LEAST_GAP
    shown = _cut(left, room) if room > 0 else ""
    return shown + right.rjust(COLUMNS - len(shown))


def _amount_row(word: str, amount: Money) -> str:
    return _sides(word, amount_text(amount))
