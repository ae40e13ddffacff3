"""What was sold, added up from what bills say and from what their cancellations took back.

A bill counts on its day and a cancellation, with every sign turned, on its own: so the sums of any days are what the
ledger has of them. Days are read some weeks at once, so that a long report can tell how far it is and be stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from core.dispensing.model import Dispensing
from core.inventory.model import Batch, Lot, StockMovement
from core.kernel.clock import INDIA
from core.kernel.days import Days
from core.kernel.money import Money
from core.kernel.rounding import divide_half_away
from core.ledger import chart
from core.ledger.model import LedgerEntry
from core.reporting.columns import Value
from core.reporting.report import Reading
from core.sales.model import Bill, BillCancellation, BillLine
from core.storage.columns import Whole

#: Days that are read by one statement.
_DAYS_AT_ONCE = 31
_OFFSET_SECONDS = int(INDIA.utcoffset(None).total_seconds())

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
#: What bills are put together by; of the column with the day that they count on.
By = Callable[[Column], Sequence[Column]]
Key = tuple[Any, ...]


class BillSums(NamedTuple):
    """Bills together: how many were posted, how many were cancelled, and their amounts in paise.

    ``gross`` less ``discount`` is ``taxable`` and its taxes, however the bills were priced.
    """

    bills: int
    cancelled: int
    gross: int
    discount: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    round_off: int
    total: int
    cost: int

    @property
    def values(self) -> tuple[Value, ...]:
        """As they stand in the columns of ``BILL_COLUMNS``."""
        return (
            self.bills,
            self.cancelled,
            *map(Money, (self.gross, self.discount, self.taxable, self.cgst, self.sgst, self.igst)),
            Money(self.cgst + self.sgst + self.igst),
            Money(self.round_off),
            Money(self.total),
            *margin(self.taxable, self.cost),
        )


class LineSums(NamedTuple):
    """Lines of an item together: smallest units (free ones besides), and amounts in paise."""

    lines: int
    units: int
    free_units: int
    gross: int
    discount: int
    taxable: int
    tax: int
    amount: int
    cost: int


def margin(taxable: int, cost: int) -> tuple[Money, Money, int | None]:
    """Return cost, what is left of the taxable value (paise) and how much of it that is, in basis points."""
    left = taxable - cost
    return Money(cost), Money(left), divide_half_away(left * 10_000, taxable) if taxable else None


def hour_of(instant: Column) -> ColumnElement[int]:
    """Return SQL of the hour in India of an instant, 0 to 23."""
    micros = type_coerce(instant, Whole)
    return ((micros // 1_000_000 + _OFFSET_SECONDS) // 3_600) % 24


# what goods came to before discounts, GST included: of a bill priced without GST its own gross is without it, and the
# sum of both kinds would be neither
GROSS_TITLE = "Gross incl. GST"
GROSS_OF_BILL = Bill.taxable_paise + Bill.cgst_paise + Bill.sgst_paise + Bill.igst_paise + Bill.discount_paise
TAX_OF_LINE = BillLine.cgst_paise + BillLine.sgst_paise + BillLine.igst_paise
GROSS_OF_LINE = BillLine.taxable_paise + TAX_OF_LINE + BillLine.discount_paise
# of the ledger's cost by a condition inside the sum: asked for the account, SQLite would read all of that account
_IS_COST = LedgerEntry.account == chart.COST_OF_SALES.code
_COST = (
    select(func.coalesce(func.sum(case((_IS_COST, LedgerEntry.amount_paise), else_=0)), 0))
    .where(LedgerEntry.document_id == Bill.id)
    .correlate(Bill)
    .scalar_subquery()
)
_BILL_AMOUNTS = (
    GROSS_OF_BILL,
    Bill.discount_paise,
    Bill.taxable_paise,
    Bill.cgst_paise,
    Bill.sgst_paise,
    Bill.igst_paise,
    Bill.round_off_paise,
    Bill.total_paise,
    _COST,
)


def bill_sums(reading: Reading, by: By, *where: ColumnElement[bool], prescribed: bool = False) -> dict[Key, BillSums]:
    """Return what bills come to, by what they are put together by, in no order.

    With ``prescribed`` the statement knows of the dispensing of a bill, which few have.
    """
    found: defaultdict[Key, list[int]] = defaultdict(lambda: [0] * len(BillSums._fields))
    sums = [func.sum(amount) for amount in _BILL_AMOUNTS]
    for sign, day, source in _halves(prescribed):
        keys = list(by(day))
        statement = source(select(*keys, func.count(), *sums)).where(*where, *_own(reading)).group_by(*keys)
        for part in in_pieces(reading, sign):
            for row in reading.session.execute(statement.where(day >= part.first, day <= part.last)):
                key, count, amounts = tuple(row[: len(keys)]), int(row[len(keys)]), row[len(keys) + 1 :]
                kept = found[key]
                kept[0 if sign > 0 else 1] += count
                for place, amount in enumerate(amounts, start=2):
                    kept[place] += sign * int(amount)
    return {key: BillSums(*values) for key, values in found.items()}


def item_sums(reading: Reading, *where: ColumnElement[bool]) -> dict[UUID, LineSums]:
    """Return what was sold of each item, by the item's id, in no order."""
    found: defaultdict[UUID, list[int]] = defaultdict(lambda: [0] * len(LineSums._fields))
    amounts = (
        BillLine.units,
        func.coalesce(BillLine.free_units, 0),
        GROSS_OF_LINE,
        BillLine.discount_paise,
        BillLine.taxable_paise,
        TAX_OF_LINE,
        BillLine.amount_paise,
    )
    cost = len(LineSums._fields) - 1
    for sign, day, source in _halves(prescribed=False):
        wanted: Any = select(BillLine.item_id, func.count(), *(func.sum(amount) for amount in amounts))
        issued: Any = select(Batch.item_id, -func.sum(StockMovement.cost_paise))
        lines = (
            source(wanted)
            .join(BillLine, BillLine.bill_id == Bill.id)
            .where(*where, *_own(reading))
            .group_by(BillLine.item_id)
        )
        # only what went out: goods sold before their purchase came in with the same document
        costs = (
            source(issued)
            .join(StockMovement, StockMovement.document_id == Bill.id)
            .join(Lot, Lot.id == StockMovement.lot_id)
            .join(Batch, Batch.id == Lot.batch_id)
            .where(StockMovement.units < 0, *where, *_own(reading))
            .group_by(Batch.item_id)
        )
        for part in in_pieces(reading, sign):
            within = (day >= part.first, day <= part.last)
            for row in reading.session.execute(lines.where(*within)):
                kept = found[row[0]]
                for place, number in enumerate(row[1:]):
                    kept[place] += sign * int(number)
            for row in reading.session.execute(costs.where(*within)):
                found[row[0]][cost] += sign * int(row[1])
    return {item_id: LineSums(*values) for item_id, values in found.items()}


# statements of any columns: how many there are is not known to the types
_Source = Callable[[Any], Any]


def _halves(prescribed: bool) -> Iterator[tuple[int, Column, _Source]]:
    """Yield what was posted and what was taken back: the sign, the day it counts on, where it is read."""

    def posted(statement: Any) -> Any:
        read = statement.select_from(Bill)
        return read.outerjoin(Dispensing, Dispensing.bill_id == Bill.id) if prescribed else read

    def taken_back(statement: Any) -> Any:
        read = statement.select_from(BillCancellation).join(Bill, Bill.id == BillCancellation.bill_id)
        return read.outerjoin(Dispensing, Dispensing.bill_id == Bill.id) if prescribed else read

    yield 1, Bill.on_date, posted
    yield -1, BillCancellation.on_date, taken_back


def _own(reading: Reading) -> Sequence[ColumnElement[bool]]:
    return [Bill.username == reading.own] if reading.own is not None else []


def in_pieces(reading: Reading, sign: int) -> Iterator[Days]:
    """Yield the days some at once, and tell how far they are; each half of the work is half of the way."""
    span = reading.asked.span
    whole = 2 * ((span.last - span.first).days + 1)
    done = whole // 2 if sign < 0 else 0
    for part in span.pieces(_DAYS_AT_ONCE):
        reading.tick(done, whole)
        yield part
        done += (part.last - part.first).days + 1
    reading.tick(done, whole)


def days_said(days: Days) -> Mapping[str, str]:
    """Return days as another report is asked for them."""
    return {"days": str(days)}
