"""How a bill is being paid: an amount and a letter take a payment, the rest is cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from core.boundary.messages import explain
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.sales.dto import TenderInput, TenderMode
from core.sales.references import refuse_no_upi_number
from core.sales.upi import upi_link, upi_reference

#: The letter that takes what is typed, or all that is due, in a mode. Khata is what credit is called at the counter.
LETTERS: Mapping[str, TenderMode] = MappingProxyType(
    {
        "u": TenderMode.UPI,
        "c": TenderMode.CARD,
        "q": TenderMode.CHEQUE,
        "k": TenderMode.CREDIT,
        "a": TenderMode.ADVANCE,
    }
)
#: Modes that have a number of their own: of the UPI payment, of the card's slip, of the cheque.
_NUMBERED = frozenset({TenderMode.UPI, TenderMode.CARD, TenderMode.CHEQUE})
_OF_CUSTOMERS = frozenset({TenderMode.CREDIT, TenderMode.ADVANCE})


@dataclass(frozen=True, slots=True)
class UpiPayee:
    """To whom UPI payments go: the shop's UPI id and name; an empty id where it has none."""

    upi_id: str = ""
    name: str = ""


@dataclass(slots=True)
class Tender:
    """The payment that is being typed; nothing typed means that all that is due is paid in cash.

    ``taken`` are the payments that are not cash; while ``asks_number`` what is typed is the number of the last of them.
    ``sentence`` says why it cannot be saved, or why saving failed. ``draft_id`` is the bill's id to be.
    ``confirmed`` once it was asked whether a number that stands on another bill is meant: Enter then saves it.
    """

    total: Money
    draft_id: UUID
    payee: UpiPayee = field(default_factory=UpiPayee)
    has_customer: bool = False
    typed: str = ""
    sentence: str = ""
    taken: list[TenderInput] = field(default_factory=list)
    asks_number: bool = False
    confirmed: bool = False

    @property
    def due(self) -> Money:
        """What is not yet paid otherwise."""
        return self.total - Money.total(payment.amount for payment in self.taken)

    @property
    def received(self) -> Money | None:
        """The cash handed over, None where it cannot be read."""
        if self.asks_number or not self.typed.strip():
            return self.due
        try:
            return Money.parse(self.typed)
        except RuleBroken:
            return None

    @property
    def change(self) -> Money | None:
        """What goes back; negative is missing; None where the amount cannot be read."""
        received = self.received
        return None if received is None else received - self.due

    @property
    def upi(self) -> str:
        """What the QR code of the UPI payment that is being taken says, empty where there is none to show."""
        last = self.taken[-1] if self.taken else None
        if not (self.asks_number and last and last.mode is TenderMode.UPI and self.payee.upi_id):
            return ""
        return upi_link(self.payee.upi_id, self.payee.name, last.amount, upi_reference(self.draft_id))

    def type(self, text: str) -> None:
        """Take what was typed: a letter at its end takes a payment."""
        self.typed, self.sentence, self.confirmed = text, "", False
        mode = LETTERS.get(text[-1:].casefold())
        if mode is not None and not self.asks_number:
            self.typed = text[:-1]
            self._take(mode)

    def _take(self, mode: TenderMode) -> None:
        try:
            amount = Money.parse(self.typed) if self.typed.strip() else self.due
            if mode in _OF_CUSTOMERS and not self.has_customer:
                raise RuleBroken("sales.customer_needed", mode=mode.words)
            if amount <= ZERO:
                raise RuleBroken("sales.empty_payment", mode=mode.words)
            if amount > self.due:
                paid = self.total - self.due + amount
                raise RuleBroken("sales.paid_too_much", total=self.total, paid=paid)
        except RuleBroken as broken:
            self.sentence = explain(broken)
            return
        self.taken.append(TenderInput(mode=mode, amount=amount))
        self.typed = ""
        self.asks_number = mode in _NUMBERED

    def take_number(self) -> None:
        """End the typing of a payment's number; UPI and a card may go without one.

        Raises RuleBroken ``sales.cheque_without_number``, ``sales.upi_number_form``.
        """
        last = self.taken[-1]
        number = self.typed.strip()
        if not number and last.mode is TenderMode.CHEQUE:
            raise RuleBroken("sales.cheque_without_number")
        if number and last.mode is TenderMode.UPI:
            refuse_no_upi_number(number)
        if number:
            self.taken[-1] = last.model_copy(update={"reference": number})
        self.typed, self.asks_number = "", False

    def drop_last(self) -> bool:
        """Take the last payment back, where nothing is typed; say whether there was one."""
        if self.typed or not self.taken:
            return False
        self.taken.pop()
        self.asks_number, self.sentence, self.confirmed = False, "", False
        return True

    def payments(self) -> list[TenderInput]:
        """Return the payments for the bill.

        Raises RuleBroken ``money.unreadable``, ``sales.negative_payment``, ``sales.not_paid``.
        """
        received = Money.parse(self.typed) if self.typed.strip() else self.due
        if received < ZERO:
            raise RuleBroken("sales.negative_payment")
        if received < self.due:
            paid = self.total - self.due + received
            raise RuleBroken("sales.not_paid", total=self.total, paid=paid, short=self.total - paid)
        in_cash = [TenderInput(mode=TenderMode.CASH, amount=received)]
        return [*self.taken, *in_cash] if received or not self.taken else list(self.taken)
