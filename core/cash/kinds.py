"""What cash may go in and out for, and what counting it comes to."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money

#: Notes and coins that are legal tender, the greatest first.
FACES = tuple(Money(rupees * 100) for rupees in (2000, 500, 200, 100, 50, 20, 10, 5, 2, 1))
#: In paise; sums must stay whole numbers of 64 bits.
_MOST = Money(10**13)


class MovementKind(enum.StrEnum):
    """Why cash goes in or out without a bill."""

    EXPENSE = "expense"
    BANK_DEPOSIT = "bank_deposit"
    DRAWINGS = "drawings"
    TO_SAFE = "to_safe"
    BANK_WITHDRAWAL = "bank_withdrawal"
    FROM_SAFE = "from_safe"
    CAPITAL = "capital"

    @property
    def is_in(self) -> bool:
        """Whether the cash comes into the drawer."""
        return self in {MovementKind.BANK_WITHDRAWAL, MovementKind.FROM_SAFE, MovementKind.CAPITAL}

    @property
    def names_account(self) -> bool:
        """Whether it must be said which expense or which bank it is."""
        return self in {MovementKind.EXPENSE, MovementKind.BANK_DEPOSIT, MovementKind.BANK_WITHDRAWAL}

    @property
    def stays_in_hand(self) -> bool:
        """Whether the cash only changes its place: no account of the ledger moves."""
        return self in {MovementKind.TO_SAFE, MovementKind.FROM_SAFE}

    @property
    def words(self) -> str:
        """The kind as it stands in a list."""
        return _WORDS[self]


_WORDS = {
    MovementKind.EXPENSE: "expense",
    MovementKind.BANK_DEPOSIT: "paid into the bank",
    MovementKind.DRAWINGS: "owner's drawings",
    MovementKind.TO_SAFE: "put into the safe",
    MovementKind.BANK_WITHDRAWAL: "change from the bank",
    MovementKind.FROM_SAFE: "change from the safe",
    MovementKind.CAPITAL: "brought in by the owner",
}


def possible_amount(amount: Money) -> Money:
    """Return an amount that a drawer can hold. Raises RuleBroken ``cash.amount_form``."""
    if not ZERO <= amount <= _MOST:
        raise RuleBroken("cash.amount_form", amount=amount)
    return amount


def count_cash(typed: Money | None, faces: Sequence[tuple[Money, int]]) -> Money:
    """Return what was counted: the sum of notes and coins, which must be what was typed where both are given.

    Raises RuleBroken ``cash.amount_missing``, ``cash.count_differs``, ``cash.no_such_face``, ``cash.face_twice``,
    ``cash.amount_form``.
    """
    for at, (face, _) in enumerate(faces):
        if face not in FACES:
            raise RuleBroken("cash.no_such_face", face=face, faces=", ".join(str(one.paise // 100) for one in FACES))
        if any(face == other for other, _ in faces[:at]):
            raise RuleBroken("cash.face_twice", face=face)
    counted = Money.total(face * pieces for face, pieces in faces)
    if not faces:
        if typed is None:
            raise RuleBroken("cash.amount_missing", where="cash")
        return possible_amount(typed)
    if typed is not None and typed != counted:
        raise RuleBroken("cash.count_differs", where="cash", typed=typed, counted=counted)
    return possible_amount(counted)
