"""How a bill is paid: what each mode asks for, which accounts it moves, what it leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from core.auth.permissions import Need, Permission
from core.auth.rights import require_or_override
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.ledger import chart
from core.ledger.open_items import NewOpenItem, add_open_items, balance_of, use_credits
from core.ledger.posting import Posting
from core.parties.dto import PartyKind
from core.sales.buyers import Buyer
from core.sales.dto import TenderInput, TenderMode
from core.sales.references import refuse_no_upi_number
from core.storage.unit_of_work import UnitOfWork

#: What an unpaid bill is called among a customer's documents.
_OPEN_BILL = "bill"
_ACCOUNTS: Mapping[TenderMode, chart.Account] = MappingProxyType(
    {
        TenderMode.CASH: chart.CASH,
        TenderMode.UPI: chart.UPI,
        TenderMode.CARD: chart.CARDS,
        TenderMode.CHEQUE: chart.CHEQUES,
        TenderMode.CREDIT: chart.DEBTORS,
        TenderMode.ADVANCE: chart.DEBTORS,
    }
)
#: Modes that belong to a customer whom the shop knows.
_OF_CUSTOMERS = frozenset({TenderMode.CREDIT, TenderMode.ADVANCE})


def change_of(total: Money, payments: Sequence[TenderInput]) -> Money:
    """Return what goes back: only cash can be more than is due.

    Raises RuleBroken ``sales.negative_payment``, ``sales.empty_payment``, ``sales.cheque_without_number``,
    ``sales.upi_number_form``, ``sales.not_paid``, ``sales.paid_too_much``, placed at the payment.
    """
    for place, payment in enumerate(payments):
        if payment.amount < ZERO:
            raise RuleBroken("sales.negative_payment", where=f"payments.{place}.amount")
        if payment.mode is not TenderMode.CASH and not payment.amount:
            raise RuleBroken("sales.empty_payment", mode=payment.mode.words, where=f"payments.{place}.amount")
        if payment.mode is TenderMode.CHEQUE and payment.reference is None:
            raise RuleBroken("sales.cheque_without_number", where=f"payments.{place}.reference")
        if payment.mode is TenderMode.UPI and payment.reference is not None:
            refuse_no_upi_number(payment.reference, f"payments.{place}.reference")
    paid = Money.total(payment.amount for payment in payments)
    if paid < total:
        raise RuleBroken("sales.not_paid", total=total, paid=paid, short=total - paid, where="payments")
    without_cash = Money.total(payment.amount for payment in payments if payment.mode is not TenderMode.CASH)
    if without_cash > total:
        raise RuleBroken("sales.paid_too_much", total=total, paid=without_cash, where="payments")
    return paid - total


def require_credit(
    uow: UnitOfWork,
    buyer: Buyer | None,
    payments: Sequence[TenderInput],
    command_id: UUID,
    caution: Callable[[RuleBroken], None],
    standing: Money = ZERO,
) -> None:
    """Refuse credit and advances to whom the shop does not know, and credit over a customer's limit.

    A supervisor may allow more by an override for ``command_id``. ``standing`` is credit given before for the same
    bill, which this takes the place of. ``caution`` hears of credit over the limit that is given all the same. Raises
    RuleBroken ``sales.customer_needed``, ``sales.no_credit``, ``sales.credit_limit``, and those of
    ``require_or_override`` where an override does not fit.
    """
    for place, payment in enumerate(payments):
        if payment.mode in _OF_CUSTOMERS and buyer is None:
            raise RuleBroken("sales.customer_needed", mode=payment.mode.words, where=f"payments.{place}.mode")
    credit = _sum_of(TenderMode.CREDIT, payments)
    if buyer is None or not credit:
        return
    owed = balance_of(uow.session, PartyKind.CUSTOMER, buyer.ids) - standing
    if buyer.credit_limit is not None and owed + credit <= buyer.credit_limit:
        return
    try:
        require_or_override(uow, Need(Permission.GIVE_CREDIT_OVER_LIMIT), command_id)
    except RuleBroken as refused:
        raise _why_no_credit(refused, buyer, owed, credit) from None
    caution(_over_limit(buyer, owed + credit))


def _over_limit(buyer: Buyer, owes: Money) -> RuleBroken:
    """Return the sentence about a customer who ``owes`` more than the shop gives, this bill included."""
    if buyer.credit_limit is None:
        return RuleBroken("sales.credit_without_limit", where="payments", customer=buyer.name, owes=owes)
    return RuleBroken(
        "sales.over_credit_limit",
        where="payments",
        customer=buyer.name,
        owes=owes,
        limit=buyer.credit_limit,
        over=owes - buyer.credit_limit,
    )


def _why_no_credit(refused: RuleBroken, buyer: Buyer, owed: Money, asked: Money) -> RuleBroken:
    """Return the refusal of credit with what it is about; what a supervisor may allow goes along."""
    values = {**refused.values, "customer": buyer.name}
    if buyer.credit_limit is None:
        return RuleBroken("sales.no_credit", where="payments", **values)
    return RuleBroken(
        "sales.credit_limit", where="payments", **values, limit=buyer.credit_limit, owed=owed, asked=asked
    )


def money_postings(payments: Sequence[TenderInput], change: Money) -> Iterator[Posting]:
    """Yield what the payments put on the accounts of money and of debtors; the change is taken off the cash."""
    moved: defaultdict[chart.Account, Money] = defaultdict(lambda: ZERO)
    for payment in payments:
        moved[_ACCOUNTS[payment.mode]] += payment.amount
    if change:
        moved[chart.CASH] -= change
    for account, amount in moved.items():
        yield Posting(account, amount)


def leave_open(
    uow: UnitOfWork,
    *,
    document_id: UUID,
    on_date: date,
    billed_on: date,
    number: str,
    buyer: Buyer | None,
    payments: Sequence[TenderInput],
) -> None:
    """Record what a customer owes for a bill, and which of their advances it used.

    Due so many days after the bill's date as the customer has. Raises RuleBroken ``payments.credit_too_small``.
    """
    if buyer is None:
        return
    credit, advance = _sum_of(TenderMode.CREDIT, payments), _sum_of(TenderMode.ADVANCE, payments)
    if credit:
        due = billed_on + timedelta(days=buyer.credit_days)
        owed = NewOpenItem(
            PartyKind.CUSTOMER, buyer.customer_id, _OPEN_BILL, number, billed_on, due, original=credit, open=credit
        )
        add_open_items(uow, document_id, [owed])
    if advance:
        use_credits(uow, document_id, on_date, PartyKind.CUSTOMER, buyer.ids, advance)


def _sum_of(mode: TenderMode, payments: Sequence[TenderInput]) -> Money:
    return Money.total(payment.amount for payment in payments if payment.mode is mode)
