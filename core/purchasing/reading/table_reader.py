"""One table of a file: its lines and columns, what stands around it, and every invoice that its numbers allow."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.purchasing.reading import values
from core.purchasing.reading.arithmetic import Difference, closes, gst_of
from core.purchasing.reading.body import find_body
from core.purchasing.reading.building import build
from core.purchasing.reading.columns import Column, columns_of
from core.purchasing.reading.filling import Filled, fill
from core.purchasing.reading.footers import Footer, Labelled, labelled_numbers
from core.purchasing.reading.invoice import FileInvoice
from core.purchasing.reading.letterhead import Letterhead, read_letterhead
from core.purchasing.reading.mapping import (
    Certainty,
    ColumnMapping,
    InvoiceRead,
    NeedsMapping,
    guesses_of,
    key_of,
)
from core.purchasing.reading.roles import DISCOUNTS, Role
from core.purchasing.reading.solving import Explanation, Solver
from core.purchasing.reading.tables import Table

#: Where a supplier's list contradicts itself though the columns are right.
_OF_THE_LIST = frozenset({"mrp", "no_total", "no_number", "no_date"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A whole invoice as one explanation of the numbers makes it; ``leaning`` is how far the headers speak for it."""

    invoice: FileInvoice
    explained: Explanation
    filled: Filled
    differences: tuple[Difference, ...]
    leaning: int

    @property
    def left(self) -> int:
        """How many columns with numbers it leaves unexplained: discounts that come off nothing among them."""
        told = [at for at, role in self.filled.roles.items() if role in DISCOUNTS and at not in self.explained.roles]
        return len(self.explained.unexplained) + (len(told) if self.explained.net else 0)

    @property
    def is_named(self) -> bool:
        """Whether headers that are known name quantity and rate."""
        return not self.filled.doubts and bool(self.explained.quantity.said and self.explained.rate.said)


class TableReader:
    """One table: its lines, its columns, and what stands around it."""

    def __init__(self, table: Table, own_gstin: str = "", given: ColumnMapping | None = None) -> None:
        """Find the table.

        Raises RuleBroken ``purchase_file.no_table``, ``purchase_file.row_unclear``, ``purchase_file.two_invoices``.
        """
        body = find_body(table)
        if body is None:
            raise RuleBroken("purchase_file.no_table", file=table.file)
        self.table, self.body = table, body
        self.head = read_letterhead(body.before, body.after, own_gstin)
        if len(self.head.numbers) > 1:
            raise RuleBroken("purchase_file.two_invoices", file=table.file, numbers=", ".join(self.head.numbers))
        if body.odd:
            raise RuleBroken("purchase_file.row_unclear", file=table.file, line=body.odd[0].line)
        self.given = given.roles_of(body) if given else {}
        self.columns = tuple(self._as_given(column) for column in columns_of(body))
        found = labelled_numbers(body.after)
        self.footer = Footer(found, len(body.lines), self._told())
        self.inter_state = _inter_state(self.head, found, own_gstin)

    def _as_given(self, column: Column) -> Column:
        role = self.given.get(column.place)
        if role is None:  # a column that nobody spoke of may hold something now: it keeps its own header's say
            return column
        return replace(column, said=frozenset({role}), suggested=frozenset({role}), given=True, _found={})

    def _told(self) -> Money | None:
        """Return the total that a column repeats on every line."""
        for column in self.columns:
            if (
                (column.said or column.suggested) == {Role.TOTAL}
                and column.numbers
                and len(set(column.numbers) - {0}) == 1
            ):
                return values.as_money(max(column.numbers))
        return None

    def candidates(self) -> list[Candidate]:
        """Return every invoice that the numbers allow, those first that leave least unexplained.

        None where a file can be understood in more ways than can be tried.
        """
        solver = Solver(self.columns, self.footer, self.inter_state)
        found = [one for explained in solver.explanations() if (one := self._candidate(explained)) is not None]
        return [] if solver.gave_up() else sorted(found, key=_rank)

    def lines_alone(self) -> Candidate | None:
        """Return the best invoice whose lines add up, whatever the total says: where known headers name them."""
        if not any(Role.QUANTITY in column.said for column in self.columns):
            return None
        solver = Solver(self.columns, None, self.inter_state)
        found = []
        for explained in solver.explanations():
            explained.sums = self.footer.as_named()
            if (one := self._candidate(explained, of_lines=True)) is not None:
                found.append(one)
        return min(found, key=_rank, default=None)

    def with_lines(self, lines: Sequence[int]) -> Self:
        """Return the same table with some of its lines, by their numbers from 0."""
        part = copy.copy(self)
        part.body = replace(self.body, lines=tuple(self.body.lines[at] for at in lines))
        part.columns = tuple(part._as_given(column) for column in columns_of(part.body))
        return part

    def _candidate(self, explained: Explanation, *, of_lines: bool = False) -> Candidate | None:
        filled = fill(self.columns, explained)
        try:
            invoice = self.invoice_of(explained, filled)
        except RuleBroken as broken:
            if broken.code in {"purchase_file.two_invoices", "purchase_file.two_suppliers"}:
                raise
            return None
        differences = closes(invoice)
        against = {one.what for one in differences if of_lines is False or one.row is not None} - _OF_THE_LIST
        if against:
            return None
        leaning = sum(self.columns[at].leaning(role) for at, role in filled.roles.items() if role is not Role.IGNORED)
        return Candidate(invoice, explained, filled, differences, leaning)

    def invoice_of(self, explained: Explanation, filled: Filled) -> FileInvoice:
        """Return the invoice that an explanation makes of the table."""
        return build(
            self.table.file,
            self.body,
            self.columns,
            filled.roles,
            self.head,
            taxable=explained.taxable,
            percents=explained.taxing.percents,
            sums=explained.sums,
            papers=self.footer.papers,
            net=explained.net,
            inter_state=_inter_by_columns(self.columns, filled.roles, self.inter_state),
        )

    # what is told of it

    def read(self, candidate: Candidate) -> InvoiceRead:
        """Return the reading of an invoice."""
        roles = candidate.filled.roles
        by_name = all(self.columns[at].said for at, role in roles.items() if role is not Role.IGNORED)
        certainty = Certainty.GIVEN if self.given else Certainty.NAMED if by_name else Certainty.PROVED
        # what holds nothing here is not remembered as nothing: another bill may have something there
        kept = {at: role for at, role in roles.items() if role is not Role.IGNORED or self.columns[at].holds_something}
        mapping = ColumnMapping.of(self.body.titles, self.body.places, kept)
        differences = candidate.differences
        tax = gst_of(candidate.invoice)
        printed = self.footer.tax_otherwise(tax)
        if printed is not None and all(one.what != "tax_sum" for one in differences):
            differences = (*differences, Difference("tax_sum", tax, printed))
        return InvoiceRead(candidate.invoice, differences, certainty, key_of(self.body), mapping)

    def question(self, code: str, candidate: Candidate | None, doubts: Sequence[Role] = ()) -> NeedsMapping:
        """Return the question what the columns mean, with the best guesses."""
        filled = candidate.filled if candidate else fill(self.columns, None)
        doubts = tuple(dict.fromkeys([*doubts, *filled.doubts]))
        guesses = guesses_of(self.body, self.columns, self._guessed(filled.roles), doubts)
        return NeedsMapping(self.table, key_of(self.body), guesses, code, doubts)

    def _guessed(self, roles: Mapping[int, Role]) -> dict[int, Role]:
        guessed = dict(roles)
        for column in self.columns:
            leads = sorted(column.said or column.suggested, key=list(Role).index)
            if column.place not in guessed and leads:
                guessed[column.place] = leads[0]
        return guessed


def _rank(one: Candidate) -> tuple[int, int, int, int]:
    return one.left, len(one.filled.doubts), -one.leaning, one.explained.misfit


def _inter_state(head: Letterhead, found: Sequence[Labelled], own_gstin: str) -> bool | None:
    """Return whether the bill crosses states: by the GSTINs and the place of supply, else by the taxes printed."""
    place = head.place_of_supply or (head.buyer_gstin or own_gstin)[:2]
    if head.supplier_gstin and place:
        return head.supplier_gstin[:2] != place
    taxes = [one.label.casefold() for one in found if one.kind == "tax" and one.amount]
    inter = any("igst" in label for label in taxes)
    local = any("cgst" in label or "sgst" in label for label in taxes)
    return None if inter == local else inter


def _inter_by_columns(columns: Sequence[Column], roles: Mapping[int, Role], known: bool | None) -> bool | None:
    def stands(some: set[Role]) -> bool:
        return any(column.has_values and roles.get(column.place) in some for column in columns)

    inter = stands({Role.IGST, Role.IGST_PERCENT})
    local = stands({Role.CGST, Role.SGST, Role.CGST_PERCENT, Role.SGST_PERCENT})
    return known if inter == local else inter
