"""What the numbers of further columns are, where they follow from quantity, rate, discounts and GST."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.kernel.rounding import divide_half_away
from core.purchasing.reading.amounts import same
from core.purchasing.reading.arithmetic import LINE_TOLERANCE
from core.purchasing.reading.columns import Column
from core.purchasing.reading.roles import Role
from core.purchasing.reading.ways import WHOLE, Discounts

_PACK = 10_000


@dataclass(frozen=True, slots=True)
class Following:
    """What the numbers of further columns are, where they follow from what is known already."""

    paise: Mapping[int, tuple[int, ...]]
    gross: tuple[int, ...]
    taxable: tuple[int, ...]
    tax: tuple[int, ...]
    counts: tuple[tuple[int, int], ...]
    discounts: Discounts

    def role_of(self, column: Column, named: Mapping[int, Role]) -> Role | None:
        """Return the role that a column's numbers have, the one its header leans to where they have several."""
        fitting = [role for role in self._roles_of(column) if column.may(role)]
        taken = set(named.values())
        fitting = [role for role in fitting if role not in taken or role is Role.IGNORED] or fitting
        return max(fitting, key=column.leaning, default=None)

    def _roles_of(self, column: Column) -> Iterator[Role]:
        numbers = self.paise[column.place]
        discount = [g - t for g, t in zip(self.gross, self.taxable, strict=True)]
        if same(numbers, self.taxable):
            yield Role.TAXABLE
        if same(numbers, [t + x for t, x in zip(self.taxable, self.tax, strict=True)]):
            yield Role.AMOUNT
        if same(numbers, self.gross):
            yield Role.GROSS
        if any(self.tax) and same(numbers, self.tax):
            yield Role.IGST if column.speaks_of({Role.IGST}) else Role.GST
        if any(self.tax) and all(abs(2 * n - t) <= LINE_TOLERANCE for n, t in zip(numbers, self.tax, strict=True)):
            yield from (Role.CGST, Role.SGST)
        if any(discount):
            yield from self._discounts_of(column, numbers, discount)
        if self._is_of_a_pack(numbers, self.taxable):
            yield Role.PTR if column.speaks_of({Role.PTR}) and not any(discount) else Role.NET_RATE
        with_tax = [t + x for t, x in zip(self.taxable, self.tax, strict=True)]
        if any(self.tax) and self._is_of_a_pack(numbers, with_tax):
            yield Role.IGNORED

    def _discounts_of(self, column: Column, numbers: tuple[int, ...], discount: list[int]) -> Iterator[Role]:
        if same(numbers, discount):
            yield Role.DISCOUNT
        percent = column.numbers or ()
        of_gross = [divide_half_away(g * p, WHOLE) for g, p in zip(self.gross, percent, strict=True)]
        if max(percent) <= WHOLE and same(of_gross, discount):
            yield Role.DISCOUNT_PERCENT
        if len(self.discounts.percents) == 2:
            first = [
                divide_half_away(g * p, WHOLE)
                for g, p in zip(self.gross, self.discounts.percents[0].numbers or (), strict=True)
            ]
            if same(numbers, first):
                yield Role.DISCOUNT
            if same(numbers, [d - f for d, f in zip(discount, first, strict=True)]):
                yield Role.SCHEME_DISCOUNT

    def _is_of_a_pack(self, numbers: Iterable[int], amounts: Iterable[int]) -> bool:
        """Say whether the numbers are amounts of one pack, to half a paisa."""
        return all(
            abs(number * count - amount * _PACK) <= count // 2 + LINE_TOLERANCE * _PACK
            for number, amount, (count, _) in zip(numbers, amounts, self.counts, strict=True)
        )
