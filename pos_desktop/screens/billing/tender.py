"""Cash against a bill: what was received, what goes back."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.sales.dto import TenderInput, TenderMode


@dataclass(slots=True)
class Tender:
    """The payment that is being typed; nothing typed means the exact amount.

    ``sentence`` says why it cannot be saved, or why saving failed.
    """

    total: Money
    typed: str = ""
    sentence: str = ""

    @property
    def received(self) -> Money | None:
        """The amount handed over, None where it cannot be read."""
        if not self.typed.strip():
            return self.total
        try:
            return Money.parse(self.typed)
        except RuleBroken:
            return None

    @property
    def change(self) -> Money | None:
        """What goes back; negative is missing; None where the amount cannot be read."""
        received = self.received
        return None if received is None else received - self.total

    def payments(self) -> list[TenderInput]:
        """Return the payment for the bill.

        Raises RuleBroken ``money.unreadable``, ``sales.negative_payment``, ``sales.not_paid``.
        """
        received = Money.parse(self.typed) if self.typed.strip() else self.total
        if received < ZERO:
            raise RuleBroken("sales.negative_payment")
        if received < self.total:
            short = self.total - received
            raise RuleBroken("sales.not_paid", total=self.total, paid=received, short=short)
        return [TenderInput(mode=TenderMode.CASH, amount=received)]
