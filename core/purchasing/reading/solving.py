"""Which columns are quantity, rate, discounts, GST and amounts: found by what the numbers of every line make.

Every pair of columns that can be quantity and rate is tried with every way of taking discounts off that the other
columns offer; what then stands in another column of each line, to two paise, is taxable value or amount with GST. An
explanation counts only where it also leads to the printed total. What a known header says is never overruled: where
the numbers speak against it, nothing is found.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.kernel.money import Money
from core.kernel.rounding import divide_half_away
from core.purchasing.reading import roles
from core.purchasing.reading.amounts import Amounts
from core.purchasing.reading.arithmetic import LINE_TOLERANCE
from core.purchasing.reading.columns import Column
from core.purchasing.reading.following import Following
from core.purchasing.reading.footers import Footer
from core.purchasing.reading.invoice import PrintedSums
from core.purchasing.reading.roles import Role
from core.purchasing.reading.ways import (
    GROSS_PER_PAISA,
    Discounts,
    Taxing,
    inter_of,
    less,
    printed_taxes,
    tax_of,
    tax_paise,
    taxing_by,
    ways_of_discount,
    ways_of_tax,
)

_HALF_PAISA_OF_A_PACK = 20_000
_MOST_PAIRS = 400
#: Cells that are looked at before the search gives up: ten times what a long bill needs.
MOST_WORK = 1_500_000
#: Ways to understand a bill before nobody can say which is meant.
MOST_EXPLANATIONS = 50
#: Paise: a total is a whole rupee, and some paise more may be rounded.
_SEEN_IN_A_TOTAL = 300
_NEVER_LEFT = roles.AMOUNTS | roles.TAX_AMOUNTS | roles.TAX_PERCENTS
#: Cells that cost no more than one does where all is tried.
_CHEAP = 8
#: Lines that are looked at before all of them are.
_PROBES = 3


@dataclass(slots=True)
class Explanation:
    """One way to understand the numbers of all lines; amounts are paise, ``sums`` lead to the printed total.

    ``misfit`` says by how many paise the printed amounts of all lines miss what follows; ``net`` that the rate has the
    discounts taken off already.
    """

    quantity: Column
    rate: Column
    net: bool
    roles: dict[int, Role]
    gross: tuple[int, ...]
    taxable: tuple[int, ...]
    tax: tuple[int, ...]
    taxing: Taxing
    sums: PrintedSums
    misfit: int = 0
    #: What comes off the gross amounts by the columns that were tried.
    discounts: Discounts = field(default_factory=Discounts)
    unexplained: list[Column] = field(default_factory=list)


class Solver:
    """Explains the numbers of a table; without ``footer`` its lines alone, whatever total is printed."""

    def __init__(self, columns: Sequence[Column], footer: Footer | None, inter_state: bool | None) -> None:
        self._columns = columns
        self._amounts = Amounts(columns)
        # where no column has percentages of GST, amounts of it, or with it, tell them
        self._has_percents = any(taxing.percents for taxing in ways_of_tax(columns, set()))
        self._taxes = [] if self._has_percents else printed_taxes(self._amounts.numeric, self._amounts.paise)
        self._footer = footer
        self._inter_state = inter_state
        self._against_words = False
        self._work = self._explanations = 0

    def explanations(self) -> Iterator[Explanation]:
        """Yield every way to understand the numbers that some column bears out and that leads to the total.

        Where no column holds what is left after discounts, with or without GST, one of gross amounts must do. What the
        words of headers speak against is tried where nothing else is found.
        """
        for by_gross, against_words in itertools.product((False, True), repeat=2):
            self._against_words = against_words
            found = False
            for quantity, rate in self._pairs():
                if self.gave_up():
                    return
                for explanation in self._of_pair(quantity, rate, by_gross=by_gross):
                    found = True
                    self._explanations += 1
                    if self.gave_up():
                        return
                    yield explanation
            if found:
                return

    def gave_up(self) -> bool:
        """Say whether the search was broken off: a file had more ways to be understood than are tried."""
        return self._work > MOST_WORK or self._explanations > MOST_EXPLANATIONS

    def _pairs(self) -> list[tuple[Column, Column]]:
        """Return what can be quantity and rate, those first whose headers lead there."""
        pairs = [
            (quantity, rate)
            for quantity in self._columns
            if self._is_likely(quantity, Role.QUANTITY)
            for rate in self._amounts.numeric
            if rate is not quantity and (self._is_likely(rate, Role.RATE) or self._is_likely(rate, Role.NET_RATE))
        ]
        pairs.sort(key=lambda pair: -pair[0].leaning(Role.QUANTITY) - pair[1].leaning(Role.RATE))
        return pairs[:_MOST_PAIRS]

    def _is_likely(self, column: Column, role: Role) -> bool:
        """Say whether a column can have a role; one whose words speak for another only when nothing else is found."""
        return column.may(role) and (self._against_words or column.leaning(role) >= 0)

    def _of_pair(self, quantity: Column, rate: Column, *, by_gross: bool) -> Iterator[Explanation]:
        self._work += len(quantity.cells)
        gross = [count * price for (count, _), price in zip(quantity.counts or (), rate.numbers or (), strict=True)]
        whole = tuple(divide_half_away(one, GROSS_PER_PAISA) for one in gross)
        taken = {quantity.place, rate.place}
        others = self._amounts.beside(taken)
        has_gross = self._amounts.holding(whole, others)
        if by_gross and not has_gross and others:
            return
        taxings = ways_of_tax(self._columns, taken)
        probes = sorted(range(len(self._amounts.near)), key=gross.__getitem__)[-_PROBES:]
        free = [column for column in self._amounts.numeric if column.place not in taken]
        self._work += len(free) * len(gross) // _CHEAP
        least = _SEEN_IN_A_TOTAL if by_gross else 0
        discountings = ways_of_discount(free, whole, self._is_likely, least=least)
        for discounts in discountings if rate.may(Role.RATE) else [Discounts()]:
            used = sum(1 << column.place for column in (*discounts.percents, *discounts.amounts))
            ways = [taxing for taxing in taxings if not used & sum(1 << column.place for column, _ in taxing.said_in)]
            left = others & ~used
            self._work += _PROBES * (1 + len(ways))
            if self.gave_up():
                return
            named = Role.QUANTITY in quantity.said and bool(rate.said)
            needs_column = not (by_gross and (has_gross & ~used or (named and not left)))
            if needs_column and not self._shows(less(gross, discounts, probes), probes, ways, left):
                continue
            self._work += len(gross) * (1 + len(ways))
            taxable = less(gross, discounts, range(len(gross)))
            if min(taxable) < 0:
                continue
            yield from self._taxed(quantity, rate, whole, taxable, discounts, ways, left if needs_column else None)
        if rate.may(Role.NET_RATE) and rate.leaning(Role.NET_RATE) >= 0 and not has_gross and not by_gross:
            yield from self._of_rounded_rate(quantity, rate, whole, others)

    def _taxed(
        self,
        quantity: Column,
        rate: Column,
        gross: tuple[int, ...],
        taxable: tuple[int, ...],
        discounts: Discounts,
        taxings: list[Taxing],
        among: int | None,
    ) -> Iterator[Explanation]:
        """Yield what these taxable values lead to with each GST; they or the sums must stand in a column ``among``."""
        stands = among is None or bool(self._amounts.holding(taxable, among))
        for taxing in taxings:
            tax = tax_of(taxable, taxing, self._inter_state)
            if not self._may_close(taxable, tax, taxing):
                continue
            if stands or self._amounts.holding([t + x for t, x in zip(taxable, tax, strict=True)], among or 0):
                yield from self._explained(quantity, rate, gross, taxable, discounts, taxing)
        if not self._has_percents:
            for taxing in self._taxings_by_amount(taxable, {quantity.place, rate.place}):
                yield from self._explained(quantity, rate, gross, taxable, discounts, taxing)

    def _taxings_by_amount(self, taxable: Sequence[int], taken: set[int]) -> Iterator[Taxing]:
        """Yield the GST that amounts of tax, or amounts with tax, lead to."""
        goods = sum(taxable)
        for tax, said_in in self._taxes:
            if not taken & {column.place for column, _ in said_in} and self._may_follow(goods + sum(tax)):
                self._work += len(taxable)
                if (taxing := taxing_by(tax, taxable, said_in)) is not None:
                    yield taxing
        for column in self._amounts.columns:
            paise = self._amounts.paise[column.place]
            if column.place not in taken and column.may(Role.AMOUNT) and self._may_follow(sum(paise)):
                self._work += len(taxable)
                above = [amount - value for amount, value in zip(paise, taxable, strict=True)]
                if (taxing := taxing_by(above, taxable, ((column, Role.AMOUNT),))) is not None:
                    yield taxing

    def _shows(self, taxable: Sequence[int], lines: Sequence[int], taxings: Sequence[Taxing], among: int) -> bool:
        """Say whether on some lines the taxable value, or it with GST, stands in one column: a quick look."""
        found = found_with_tax = among
        for value, line in zip(taxable, lines, strict=True):
            near = self._amounts.near[line]
            found &= near.get(value, 0)
            with_tax = 0
            for taxing in taxings:
                if taxing.percents is not None:
                    inter = bool(inter_of(taxing, self._inter_state))
                    with_tax |= near.get(value + tax_paise(value, taxing.percents[line], inter_state=inter), 0)
            above = () if self._has_percents else (bits for paise, bits in near.items() if paise > value)
            for bits in above:
                with_tax |= bits
            found_with_tax &= with_tax
            if not found | found_with_tax:
                return False
        return True

    def _of_rounded_rate(
        self, quantity: Column, rate: Column, whole: tuple[int, ...], others: int
    ) -> Iterator[Explanation]:
        """Yield explanations by a rate after discounts that was rounded to the paisa before it was printed."""
        counts = [count for count, _ in quantity.counts or ()]
        for column in self._amounts.columns:
            if not others >> column.place & 1 or not column.may(Role.TAXABLE):
                continue
            paise = self._amounts.paise[column.place]
            if (
                all(
                    abs(one - other) <= LINE_TOLERANCE + divide_half_away(count, _HALF_PAISA_OF_A_PACK)
                    for one, other, count in zip(whole, paise, counts, strict=True)
                )
                and min(paise) >= 0
            ):
                for taxing in ways_of_tax(self._columns, {quantity.place, rate.place, column.place}):
                    yield from self._explained(quantity, rate, whole, paise, Discounts(), taxing, is_net=True)

    # what follows from a way

    def _explained(
        self,
        quantity: Column,
        rate: Column,
        gross: tuple[int, ...],
        taxable: tuple[int, ...],
        discounts: Discounts,
        taxing: Taxing,
        *,
        is_net: bool = False,
    ) -> Iterator[Explanation]:
        self._work += len(taxable) * len(self._columns)
        named = {quantity.place: Role.QUANTITY, rate.place: Role.NET_RATE if is_net else Role.RATE}
        named |= {column.place: role for column, role in taxing.said_in}
        second = [Role.DISCOUNT_PERCENT, Role.DISCOUNT_PERCENT_2]
        named |= {c.place: role for c, role in zip(sorted(discounts.percents, key=_named_order), second, strict=False)}
        named |= self._amount_roles(discounts.amounts)
        tax = tax_of(taxable, taxing, self._inter_state)
        follow = Following(self._amounts.paise, gross, taxable, tax, quantity.counts or (), discounts)
        for column in self._amounts.numeric:
            if column.place in named:
                continue
            role = follow.role_of(column, named)
            if role is not None:
                named[column.place] = role
        if not self._keeps_names(named):
            return
        printed = next(
            (self._amounts.paise[p] for p, r in named.items() if r is Role.TAXABLE and p in self._amounts.paise),
            taxable,
        )
        taxes = self._printed_tax(named) or tax
        goods, discount = Money(sum(printed)), Money(sum(gross) - sum(printed))
        for whole_tax in self._whole_taxes(taxing, taxes):
            if self._footer is None or not self._footer.has_total:
                sums: PrintedSums | None = PrintedSums()
            else:
                sums = self._footer.settle(goods, whole_tax, discount)
            if sums is None:
                continue
            if taxing.percents is None and whole_tax.paise != sum(taxes):
                sums = replace(sums, tax=whole_tax)
            net = is_net or self._rate_is_net(rate, named, discounts)
            if net:
                named = {**named, rate.place: Role.NET_RATE}
            yield Explanation(
                quantity,
                rate,
                net,
                dict(named),
                gross,
                tuple(printed),
                tuple(taxes),
                taxing,
                sums,
                self._misfit(named, gross, taxable, tax),
                discounts,
            )
            return

    def _misfit(self, named: dict[int, Role], gross: Sequence[int], taxable: Sequence[int], tax: Sequence[int]) -> int:
        expected = {
            Role.GROSS: gross,
            Role.TAXABLE: taxable,
            Role.AMOUNT: [value + one for value, one in zip(taxable, tax, strict=True)],
        }
        return sum(
            abs(one - other)
            for place, role in named.items()
            if role in expected
            for one, other in zip(self._amounts.paise.get(place, ()), expected[role], strict=False)
        )

    def _whole_taxes(self, taxing: Taxing, taxes: Sequence[int]) -> list[Money]:
        """Return what GST of the bill may be: that of its lines, or where they say nothing of it, what is printed."""
        whole = [Money(sum(taxes))]
        if taxing.percents is None and not any(taxes) and self._footer is not None:
            whole += self._footer.taxes()
        return whole

    def _may_follow(self, goods_and_tax: int) -> bool:
        return self._footer is None or self._footer.may_follow(goods_and_tax)

    def _may_close(self, taxable: Sequence[int], tax: Sequence[int], taxing: Taxing) -> bool:
        return any(self._may_follow(sum(taxable) + whole.paise) for whole in self._whole_taxes(taxing, tax))

    def _amount_roles(self, amounts: tuple[Column, ...]) -> dict[int, Role]:
        ordered = sorted(amounts, key=lambda column: (column.leaning(Role.SCHEME_DISCOUNT), column.place))
        if len(ordered) == 1 and ordered[0].said == {Role.SCHEME_DISCOUNT}:
            return {ordered[0].place: Role.SCHEME_DISCOUNT}
        return {c.place: r for c, r in zip(ordered, (Role.DISCOUNT, Role.SCHEME_DISCOUNT), strict=False)}

    def _printed_tax(self, named: dict[int, Role]) -> tuple[int, ...] | None:
        """Return the GST of each line as printed, as a whole or in parts."""
        by_role = {role: self._amounts.paise[place] for place, role in named.items() if place in self._amounts.paise}
        if Role.GST in by_role:
            return by_role[Role.GST]
        parts = [by_role[role] for role in (Role.CGST, Role.SGST, Role.IGST) if role in by_role]
        return tuple(map(sum, zip(*parts, strict=True))) if parts else None

    def _keeps_names(self, named: dict[int, Role]) -> bool:
        """Say whether each column that a known header calls an amount or a tax has that role."""
        return all(
            named.get(column.place) in column.said
            for column in self._amounts.numeric
            if column.said and column.said <= _NEVER_LEFT
        )

    def _rate_is_net(self, rate: Column, named: dict[int, Role], discounts: Discounts) -> bool:
        """Say whether printed discounts only tell of what the rate has taken off already."""
        if discounts.percents or discounts.amounts:
            return False
        if not rate.may(Role.RATE):
            return True
        told = [
            column
            for column in self._amounts.numeric
            if column.place not in named and column.speaks_of(roles.DISCOUNTS) and not column.speaks_of({Role.FREE})
        ]
        return rate.may(Role.NET_RATE) and bool(told)


def _named_order(column: Column) -> tuple[int, int]:
    second = column.said == {Role.DISCOUNT_PERCENT_2}
    return int(second), column.place
