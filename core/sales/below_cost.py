"""Lines that bring less than they cost: which they are, what the shop does about them, and who may be told the cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission
from core.auth.rights import may, require_or_override
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.sales.drafting import PricedPortion
from core.settings.choices import BelowCost, Choice
from core.settings.queries import setting
from core.storage.unit_of_work import UnitOfWork

#: What a line is refused for that loses, whoever bills it.
REFUSED = frozenset({"sales.below_cost_refused", "sales.loss_refused"})


@dataclass(frozen=True, slots=True)
class Loss:
    """A line that ``brings`` less without GST than its goods ``cost``; ``line`` is its place on the bill, from 0."""

    line: int
    item: str
    brings: Money
    cost: Money

    def problem(self, policy: BelowCost, *, sees_cost: bool) -> RuleBroken:
        """Return the sentence about it: only who may see cost is told more than that it is below."""
        if not sees_cost:
            if policy is BelowCost.REFUSE:
                return RuleBroken("sales.below_cost_refused", item=self.item)
            if policy is BelowCost.SUPERVISOR:
                return RuleBroken("sales.below_cost_asked", item=self.item)
            return RuleBroken("sales.below_cost", item=self.item)
        loss = self.cost - self.brings
        if policy is BelowCost.REFUSE:
            return RuleBroken(
                "sales.loss_refused", item=self.item, brings=self.brings, cost=self.cost, loss=loss, share=self._share
            )
        if policy is BelowCost.SUPERVISOR:
            return RuleBroken(
                "sales.loss_asked", item=self.item, brings=self.brings, cost=self.cost, loss=loss, share=self._share
            )
        return RuleBroken(
            "sales.loss", item=self.item, brings=self.brings, cost=self.cost, loss=loss, share=self._share
        )

    @property
    def _share(self) -> int:
        """How many percent of the cost are lost, rounded down."""
        return (self.cost - self.brings).paise * 100 // self.cost.paise


def loss_of(line: int, parts: Iterable[PricedPortion]) -> Loss | None:
    """Return what a line loses, None where it brings what its batches cost; free goods cost too.

    All parts of the line together decide: a customer buys a line, not the batches that fill it.
    """
    cost, brings, item = ZERO, ZERO, ""
    for part in parts:
        portion = part.portion
        item = portion.item.name
        brings += part.split.taxable
        if portion.batch.cost is not None:
            cost += portion.batch.cost.times(portion.units + portion.free_units)
    return Loss(line, item, brings, cost) if brings < cost else None


def losses(parts: Iterable[tuple[int, PricedPortion]]) -> Iterator[Loss]:
    """Yield the lines of a bill that lose; ``parts`` have the place of their line, those of a line together."""
    for line, of_line in groupby(parts, key=itemgetter(0)):
        loss = loss_of(line, (part for _, part in of_line))
        if loss is not None:
            yield loss


def refuse_loss(
    uow: UnitOfWork,
    parts: Iterable[tuple[int, PricedPortion]],
    command_id: UUID,
    caution: Callable[[RuleBroken], None],
) -> None:
    """Do what the shop has chosen about the first line that loses; a bill without one asks nothing of the database.

    Of a bill that may be posted ``caution`` hears of each line that loses.
    Raises RuleBroken ``sales.below_cost_refused``, ``sales.loss_refused`` where nobody may, ``sales.below_cost_asked``,
    ``sales.loss_asked`` where a supervisor may allow it by an override for ``command_id``, placed at the line; and
    ``auth.not_allowed`` to whom no supervisor could allow it.
    """
    lost = list(losses(parts))
    if not lost:
        return
    policy = below_cost_choice(uow.session)
    sees_cost = may(uow.session, uow.actor, Permission.SEE_COST)
    if policy is not BelowCost.WARN:
        _require_loss(uow, lost[0], policy, command_id, sees_cost=sees_cost)
    for loss in lost:
        said = loss.problem(BelowCost.WARN, sees_cost=sees_cost)
        caution(RuleBroken(said.code, where=f"lines.{loss.line}", **said.values))


def _require_loss(uow: UnitOfWork, loss: Loss, policy: BelowCost, command_id: UUID, *, sees_cost: bool) -> None:
    problem = loss.problem(policy, sees_cost=sees_cost)
    where = f"lines.{loss.line}"
    if policy is BelowCost.REFUSE:
        raise problem.at(where)
    try:
        require_or_override(uow, Need(Permission.SELL_BELOW_COST), command_id)
    except RuleBroken as refused:
        if refused.code == "auth.not_allowed":
            raise
        raise RuleBroken(problem.code, where=where, **{**refused.values, **problem.values}) from None


def below_cost_choice(session: Session) -> BelowCost:
    """Return what this shop does about a line below cost; it is said, and nothing more, where it has not chosen."""
    return BelowCost(setting(session, Choice.BELOW_COST, BelowCost.WARN))
