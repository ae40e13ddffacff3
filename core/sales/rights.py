"""What a bill needs of its maker beyond the right to bill: for its date, batches, rates and discounts."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date

from core.auth.permissions import Need, Permission
from core.auth.rights import require_or_override
from core.kernel.money import BASIS_POINTS, NO_PERCENT, Money, Percent
from core.sales.drafting import PricedBill
from core.sales.dto import PostBill
from core.sales.quotation_dto import MakeQuotation
from core.storage.unit_of_work import UnitOfWork

#: Batches by the item's code and the batch number, the latter as it is compared.
Batches = Set[tuple[str, str]]


def require_rights(
    uow: UnitOfWork,
    command: PostBill,
    priced: PricedBill,
    handed_out: Batches = frozenset(),
    of_customer: Percent | None = None,
) -> None:
    """Refuse a bill that needs more than its maker may, alone or with an override.

    ``handed_out`` are the batches of the bill that this one corrects: to name them again is nobody's choice.
    Raises RuleBroken ``auth.not_allowed``, ``auth.over_own_limit``.
    """
    for need in bill_needs(command, priced, uow.today, handed_out, of_customer):
        require_or_override(uow, need, command.command_id)


def bill_needs(
    command: PostBill,
    priced: PricedBill,
    today: date,
    handed_out: Batches = frozenset(),
    of_customer: Percent | None = None,
) -> Iterator[Need]:
    """Yield what the bill needs, each once; the discount with its points, which a window can show and ask for.

    ``of_customer`` is what the shop itself gives to the customer.
    """
    if command.date is not None and command.date < today:
        yield Need(Permission.BACK_DATE)
    picked = {(line.item, line.batch.casefold()) for line in command.lines if line.batch is not None}
    if not picked <= handed_out:
        yield Need(Permission.PICK_BATCH)
    if any(line.awaiting is not None for line in command.lines):
        yield Need(Permission.SELL_AWAITING_PURCHASE)
    if any(line.rate is not None for line in command.lines):
        yield Need(Permission.PRICE_BY_HAND)
    points = discount_points(command, priced, of_customer)
    if points:
        yield Need(Permission.DISCOUNT_BILL, points)


def discount_points(command: PostBill | MakeQuotation, priced: PricedBill, of_customer: Percent | None = None) -> int:
    """Return the discount of the line that has most, in basis points, a discount on the whole bill included.

    What the shop itself gives on an item or to a customer does not count: whoever keeps their cards has allowed it.
    A percentage is what was typed, not what the paisa makes of it. A discount in rupees counts as the smallest
    percentage that gives it. Both kinds add up as they do on the bill: 4 % on what is left after 4 % is 7.84 %.
    """
    given = [line.portion for line in priced.lines if not line.portion.is_discount_standing(of_customer)]
    of_line = max((portion.asked.percent.basis_points for portion in given), default=0)
    nets = Money.total(line.portion.net for line in priced.lines if not line.portion.item.no_discount)
    on_bill = priced.discount - Money.total(line.portion.discount for line in priced.lines)
    # the smallest percentage of an amount never passes the one that was typed for it
    of_bill = max((command.bill_discount_percent or NO_PERCENT).basis_points, _points(nets, on_bill))
    of_line = max(of_line, *(_points(portion.gross, portion.discount) for portion in given), 0)
    left = (BASIS_POINTS - of_line) * (BASIS_POINTS - of_bill)
    return BASIS_POINTS - left // BASIS_POINTS


def _points(whole: Money, off: Money) -> int:
    """Return the smallest basis points that, rounded half up to the paisa, take that much off."""
    if not off:
        return 0
    if off.paise >= whole.paise:
        return BASIS_POINTS
    return -(-(2 * off.paise - 1) * BASIS_POINTS // (2 * whole.paise))
