"""Cuts a bill to the cash that the customer has. Pure.

The rule is one that a customer understands: every line is cut by the same share, so that each medicine lasts about as
long as the others; what is left of the cash then buys one piece more of each line in turn, from the first on. No line
is cut below one piece, and none that has a discount in rupees: it was given for the quantity that was agreed. Packs in
hand whose purchase is not entered yet were counted out, and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.inventory.dto import SaleItem
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.sales.drafting import NO_DISCOUNT, Discount, InHand, RoundOff, fill_line

#: In so many parts is a share told apart: a hundredth of a percent.
_PARTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it is asked for: ``units`` are smallest units, all of which can be sold."""

    item: SaleItem
    units: int
    discount: Discount = NO_DISCOUNT
    batch: str | None = None
    in_hand: InHand | None = None

    @property
    def may_be_cut(self) -> bool:
        """Whether fewer of it may be taken."""
        return not self.discount.amount and self.in_hand is None


def fit_to_cash(
    lines: Sequence[Asked],
    cash: Money,
    today: date,
    on_bill: Discount = NO_DISCOUNT,
    round_off: RoundOff = RoundOff.NEAREST,
) -> tuple[int, ...]:
    """Return how many smallest units of each line the cash buys, at most what is asked for.

    The rounded total is not above the cash, and no line could have a piece more without going above it.
    Raises RuleBroken ``sales.cash_too_little`` where one piece of each is more than the cash, with what they come to
    (``least``); ``sales.discount_too_big`` where a discount on the bill in rupees is more than the bill is then.
    """
    prices = _Prices(lines, today, on_bill, round_off)
    if prices.total(_share(lines, 0)) > cash:
        raise RuleBroken("sales.cash_too_little", cash=cash, least=prices.total(_share(lines, 0)))
    fits, too_much = 0, _PARTS + 1
    while too_much - fits > 1:
        middle = (fits + too_much) // 2
        if prices.total(_share(lines, middle)) > cash:
            too_much = middle
        else:
            fits = middle
    units = _one_more_in_turn(lines, prices, _share(lines, fits), cash)
    prices.refuse_too_big(units)
    return tuple(units)


def _share(lines: Sequence[Asked], parts: int) -> list[int]:
    """Return the units of each line at a share: whole pieces, at least one."""
    return [max(1, line.units * parts // _PARTS) if line.may_be_cut else line.units for line in lines]


def _one_more_in_turn(lines: Sequence[Asked], prices: _Prices, units: list[int], cash: Money) -> list[int]:
    sums = prices.sums(units)
    has_room = True
    while has_room:
        has_room = False
        for index, line in enumerate(lines):
            if units[index] == line.units:
                continue
            more = prices.moved(sums, index, units[index], units[index] + 1)
            if prices.total_of(more) <= cash:
                units[index] += 1
                sums, has_room = more, True
    return units


@dataclass(frozen=True, slots=True)
class _Sums:
    """What lines come to, and that part of it which a discount on the bill comes off."""

    net: int
    discounted: int


@dataclass(slots=True)
class _Prices:
    """What so many units of each line cost, each worked out once."""

    lines: Sequence[Asked]
    today: date
    on_bill: Discount
    round_off: RoundOff
    _nets: dict[tuple[int, int], int] = field(default_factory=dict)

    def total(self, units: Sequence[int]) -> Money:
        return self.total_of(self.sums(units))

    def sums(self, units: Sequence[int]) -> _Sums:
        nets = [self._net(index, count) for index, count in enumerate(units)]
        lines = zip(self.lines, nets, strict=True)
        return _Sums(sum(nets), sum(net for line, net in lines if not line.item.no_discount))

    def moved(self, sums: _Sums, index: int, before: int, after: int) -> _Sums:
        change = self._net(index, after) - self._net(index, before)
        off = 0 if self.lines[index].item.no_discount else change
        return _Sums(sums.net + change, sums.discounted + off)

    def total_of(self, sums: _Sums) -> Money:
        """Return the rounded total; a discount in rupees takes no more off than there is."""
        whole = Money(sums.discounted)
        off = whole.percent(self.on_bill.percent) if self.on_bill.percent else min(self.on_bill.amount, whole)
        return self.round_off.apply(Money(sums.net) - off)

    def refuse_too_big(self, units: Sequence[int]) -> None:
        whole = Money(self.sums(units).discounted)
        if self.on_bill.amount > whole:
            raise RuleBroken("sales.discount_too_big", discount=self.on_bill.amount, whole=whole)

    def _net(self, index: int, units: int) -> int:
        net = self._nets.get((index, units))
        if net is None:
            line = self.lines[index]
            portions = fill_line(
                line.item,
                units,
                self.today,
                batch_number=line.batch,
                discount=line.discount,
                in_hand=line.in_hand,
            )
            net = self._nets[index, units] = sum(portion.net.paise for portion in portions)
        return net
