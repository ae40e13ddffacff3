"""What was bought, added up from what suppliers' bills say and from what was taken back of them.

A bill counts on the day it was entered and, with every sign turned, on the day it was taken back: so the sums of any
days are what the ledger has of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, null, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.money import Money
from core.parties.model import PartyMerge, Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.model import SupplierBill, SupplierBillLine, SupplierBillReversal
from core.reporting.columns import Value
from core.reporting.documents import place_of
from core.reporting.report import Key, Reading
from core.reporting.sold import By, Column, in_pieces
from core.reporting.streams import along, by_the_month


class PurchaseSums(NamedTuple):
    """Suppliers' bills together: how many were entered and taken back, and their amounts in paise.

    ``other`` is what a bill asks that bears no GST, less what it takes off after GST: freight, cash discounts.
    """

    bills: int
    taken_back: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    tcs: int
    round_off: int
    total: int
    cost: int

    @property
    def gst(self) -> int:
        """All GST."""
        return self.cgst + self.sgst + self.igst

    @property
    def other(self) -> int:
        """What is neither value before GST, nor tax, nor rounding."""
        return self.total - self.taxable - self.gst - self.tcs - self.round_off

    @property
    def values(self) -> tuple[Value, ...]:
        """As they stand in the columns of purchases."""
        amounts = (self.taxable, self.cgst, self.sgst, self.igst, self.gst, self.other, self.tcs, self.round_off)
        return (self.bills, self.taken_back, *map(Money, (*amounts, self.total, self.cost)))


class BoughtSums(NamedTuple):
    """Lines of suppliers' bills together: smallest units (free ones besides), and amounts in paise."""

    lines: int
    units: int
    free_units: int
    gross: int
    discount: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cost: int

    @property
    def amount(self) -> int:
        """Value and taxes."""
        return self.taxable + self.cgst + self.sgst + self.igst


NO_LINES = BoughtSums(*[0] * len(BoughtSums._fields))
_COST = (
    select(func.coalesce(func.sum(SupplierBillLine.cost_paise), 0))
    .where(SupplierBillLine.bill_id == SupplierBill.id)
    .correlate(SupplierBill)
    .scalar_subquery()
)
_BILL_AMOUNTS = (
    SupplierBill.taxable_paise,
    SupplierBill.cgst_paise,
    SupplierBill.sgst_paise,
    SupplierBill.igst_paise,
    SupplierBill.tcs_paise,
    SupplierBill.round_off_paise,
    SupplierBill.total_paise,
    _COST,
)
_LINE_AMOUNTS = (
    SupplierBillLine.billed_units,
    SupplierBillLine.free_units,
    SupplierBillLine.gross_paise,
    SupplierBillLine.discount_paise,
    SupplierBillLine.taxable_paise,
    SupplierBillLine.cgst_paise,
    SupplierBillLine.sgst_paise,
    SupplierBillLine.igst_paise,
    SupplierBillLine.cost_paise,
)


def purchase_sums(reading: Reading, by: By, *where: ColumnElement[bool]) -> dict[Key, PurchaseSums]:
    """Return what suppliers' bills come to, by what they are put together by, in no order."""
    found: defaultdict[Key, list[int]] = defaultdict(lambda: [0] * len(PurchaseSums._fields))
    for sign, key, count, amounts in grouped(reading, by, _BILL_AMOUNTS, *where):
        kept = found[key]
        kept[0 if sign > 0 else 1] += count
        for place, amount in enumerate(amounts, start=2):
            kept[place] += sign * amount
    return {key: PurchaseSums(*values) for key, values in found.items()}


def bought_sums(reading: Reading, *where: ColumnElement[bool]) -> dict[UUID, BoughtSums]:
    """Return what was bought of each item, by the item's id, in no order."""
    found: defaultdict[UUID, list[int]] = defaultdict(lambda: [0] * len(BoughtSums._fields))
    by_item = grouped(reading, lambda _: (SupplierBillLine.item_id,), _LINE_AMOUNTS, *where, lines=True)
    for sign, key, count, amounts in by_item:
        item_id = key[0]
        assert isinstance(item_id, UUID)
        for place, amount in enumerate((count, *amounts)):
            found[item_id][place] += sign * amount
    return {item_id: BoughtSums(*values) for item_id, values in found.items()}


class Group(NamedTuple):
    """So many bills or lines of some days together; ``sign`` is -1 where they were taken back."""

    sign: int
    key: Key
    number: int
    amounts: tuple[int, ...]


def grouped(
    reading: Reading, by: By, amounts: Sequence[Column], *where: ColumnElement[bool], lines: bool = False
) -> Iterator[Group]:
    """Yield sums of amounts of bills, or of their ``lines``, by what ``by`` says; the same key may come again."""
    sums = [func.sum(amount) for amount in amounts]
    for sign, day, source in _halves():
        keys = list(by(day))
        statement = source(select(*keys, func.count(), *sums)).where(*where).group_by(*keys)
        if lines:
            statement = statement.join(SupplierBillLine, SupplierBillLine.bill_id == SupplierBill.id)
        for part in in_pieces(reading, sign):
            for row in reading.session.execute(statement.where(day >= part.first, day <= part.last)):
                at = len(keys)
                yield Group(sign, tuple(row[:at]), int(row[at]), tuple(int(each) for each in row[at + 1 :]))


# statements of any columns: how many there are is not known to the types
_Source = Callable[[Any], Any]


def _halves() -> Iterator[tuple[int, Column, _Source]]:
    """Yield what was entered and what was taken back: the sign, the day it counts on, where it is read."""

    def taken_back(statement: Any) -> Any:
        read = statement.select_from(SupplierBillReversal)
        return read.join(SupplierBill, SupplierBill.id == SupplierBillReversal.bill_id)

    yield 1, SupplierBill.on_date, lambda statement: statement.select_from(SupplierBill)
    yield -1, SupplierBillReversal.on_date, taken_back


def purchase_documents(
    reading: Reading, columns: Sequence[Any], where: Sequence[ColumnElement[bool]] = ()
) -> Iterator[Any]:
    """Yield suppliers' bills and what was taken back of them, of the days that are asked for, behind ``after``.

    A row has ``day``, ``moment`` and ``document_id``, its place; ``bill_id``; ``sign``, -1 where a bill was taken back;
    ``taken_by`` and ``reason`` of that; then ``columns`` of the bill. ``where`` asks of the bill.
    """
    place = (SupplierBill.on_date, SupplierBill.at, SupplierBill.id)
    back = (SupplierBillReversal.on_date, SupplierBillReversal.at, SupplierBillReversal.id)
    entered = select(*_placed(place), *_ENTERED, *columns).select_from(SupplierBill)
    taken = (
        select(*_placed(back), *_TAKEN, *columns)
        .select_from(SupplierBillReversal)
        .join(SupplierBill, SupplierBill.id == SupplierBillReversal.bill_id)
    )
    session, after = reading.session, reading.after
    yield from merge(
        along(session, entered.where(*where), place, by_the_month(reading), after),
        along(session, taken.where(*where), back, by_the_month(reading, tells=False), after),
        key=place_of,
    )


def _placed(place: Sequence[Column]) -> list[Any]:
    return [column.label(name) for column, name in zip(place, ("day", "moment", "document_id"), strict=True)]


_ENTERED = (
    SupplierBill.id.label("bill_id"),
    literal(1).label("sign"),
    null().label("taken_by"),
    null().label("reason"),
)
_TAKEN = (
    SupplierBill.id.label("bill_id"),
    literal(-1).label("sign"),
    SupplierBillReversal.username.label("taken_by"),
    SupplierBillReversal.reason.label("reason"),
)


def landed_of(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what the goods of bills cost in the end, in paise, by the bill's id."""
    found: dict[UUID, int] = {}
    for part in in_parts(bill_ids):
        rows = session.execute(
            select(SupplierBillLine.bill_id, func.sum(SupplierBillLine.cost_paise))
            .where(SupplierBillLine.bill_id.in_(part))
            .group_by(SupplierBillLine.bill_id)
        )
        found |= {bill_id: int(paise) for bill_id, paise in rows}
    return found


def suppliers_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Return id, name and GSTIN of the card of each supplier, that of the kept one where it was merged."""
    wanted = {supplier_id: supplier_id for supplier_id in ids}
    for part in in_parts(wanted):
        for merged_id in session.scalars(select(PartyMerge.merged_id).where(PartyMerge.merged_id.in_(part))):
            wanted[merged_id] = resolved(session, merged_id)
    cards: dict[UUID, Any] = {}
    for part in in_parts(sorted(set(wanted.values()))):
        rows = session.execute(select(Supplier.id, Supplier.name, Supplier.gstin).where(Supplier.id.in_(part)))
        cards |= {row.id: row for row in rows}
    return {supplier_id: cards[card] for supplier_id, card in wanted.items()}


def asked_supplier(reading: Reading, column: Column) -> list[ColumnElement[bool]]:
    """Return that a column names the supplier that is asked for, or one that was merged into it; nothing for all."""
    supplier = reading.asked.keys.get("supplier")
    return [column.in_(all_ids(reading.session, supplier))] if isinstance(supplier, UUID) else []
