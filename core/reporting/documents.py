"""Bills and their cancellations, each a document of its own, in the order of day, time and id.

A cancellation is dated where it was made and takes back what the bill says: so the documents of any days add up to
what was sold on them, and to what the ledger has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, null, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.ledger import chart
from core.ledger.model import LedgerEntry
from core.reporting.report import Key, Reading
from core.reporting.sold import Column
from core.reporting.streams import along, by_the_month
from core.sales.model import Bill, BillCancellation, BillItem

#: How many of a row's first columns are its place.
PLACE = 3
#: By a condition inside the sum: asked for the account, SQLite would read all of that account.
_IS_COST = LedgerEntry.account == chart.COST_OF_SALES.code


class BillState(NamedTuple):
    """Who cancelled a bill, which number was posted in its place, and in whose place it was posted itself."""

    cancelled_by: str | None
    corrected_by: str | None
    corrects: str | None

    @property
    def words(self) -> str | None:
        """The state as it stands in a column; nothing for a bill like any other."""
        if self.corrected_by is not None:
            return f"Corrected by {self.corrected_by}"
        if self.cancelled_by is not None:
            return "Cancelled"
        return f"Corrects {self.corrects}" if self.corrects is not None else None


def bill_documents(
    reading: Reading,
    columns: Sequence[Column],
    where: Sequence[ColumnElement[bool]] = (),
    *,
    item_id: UUID | None = None,
    after: Key | None = None,
    again: bool = False,
) -> Iterator[Any]:
    """Yield bills and cancellations of the days that are asked for, behind ``after`` (with ``again`` at it).

    A row has ``day``, ``moment`` and ``document_id``, its place; ``bill_id``; ``sign``, -1 where a bill was cancelled;
    ``taken_by`` and ``reason`` of that; then ``columns`` of the bill. ``where`` asks of the bill, and so does
    ``item_id`` for bills with an item. Where only one user's work may be shown, other bills are left out.
    """
    conditions = [*where, *([Bill.username == reading.own] if reading.own is not None else [])]
    session = reading.session
    if item_id is None:
        place: Sequence[Column] = (Bill.on_date, Bill.at, Bill.id)
        posted = select(*_placed(place), *_POSTED, *columns).select_from(Bill)
    else:
        place = (BillItem.on_date, BillItem.at, BillItem.bill_id)
        posted = (
            select(*_placed(place), *_POSTED, *columns)
            .select_from(BillItem)
            .join(Bill, Bill.id == BillItem.bill_id)
            .where(BillItem.item_id == item_id)
        )
    back = (BillCancellation.on_date, BillCancellation.at, BillCancellation.id)
    taken = (
        select(*_placed(back), *_TAKEN, *columns)
        .select_from(BillCancellation)
        .join(Bill, Bill.id == BillCancellation.bill_id)
    )
    if item_id is not None:
        taken = taken.where(
            select(BillItem.bill_id)
            .where(
                BillItem.item_id == item_id,
                BillItem.on_date == Bill.on_date,
                BillItem.at == Bill.at,
                BillItem.bill_id == Bill.id,
            )
            .exists()
        )
    yield from merge(
        along(session, posted.where(*conditions), place, by_the_month(reading), after, again=again),
        along(session, taken.where(*conditions), back, by_the_month(reading, tells=False), after, again=again),
        key=place_of,
    )


def place_of(row: Any) -> Key:
    """Return where a document stands."""
    return tuple(row[:PLACE])


def _placed(place: Sequence[Column]) -> list[Any]:
    return [column.label(name) for column, name in zip(place, ("day", "moment", "document_id"), strict=True)]


_POSTED = (
    Bill.id.label("bill_id"),
    literal(1).label("sign"),
    null().label("taken_by"),
    null().label("reason"),
)
_TAKEN = (
    Bill.id.label("bill_id"),
    literal(-1).label("sign"),
    BillCancellation.username.label("taken_by"),
    BillCancellation.reason.label("reason"),
)


def states_of(session: Session, bills: Mapping[UUID, UUID | None]) -> dict[UUID, BillState]:
    """Return the state of bills by id, from the id of the bill that each corrects."""
    cancelled: dict[UUID, str] = {}
    corrected: dict[UUID, str] = {}
    numbers: dict[UUID, str] = {}
    for part in in_parts(bills):
        cancelled |= session.execute(
            select(BillCancellation.bill_id, BillCancellation.username).where(BillCancellation.bill_id.in_(part))
        ).all()
        later = session.execute(select(Bill.corrects_id, Bill.number).where(Bill.corrects_id.in_(part)))
        corrected |= {bill_id: number for bill_id, number in later if bill_id is not None}
    for part in in_parts(earlier for earlier in bills.values() if earlier is not None):
        numbers |= session.execute(select(Bill.id, Bill.number).where(Bill.id.in_(part))).all()
    return {
        bill_id: BillState(
            cancelled.get(bill_id), corrected.get(bill_id), numbers.get(earlier) if earlier is not None else None
        )
        for bill_id, earlier in bills.items()
    }


def costs_of(session: Session, bill_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return what the goods of bills cost, in paise, by the bill's id; a bill that moved no stock is not among them."""
    found: dict[UUID, int] = {}
    for part in in_parts(bill_ids):
        rows = session.execute(
            select(LedgerEntry.document_id, func.sum(case((_IS_COST, LedgerEntry.amount_paise), else_=0)))
            .where(LedgerEntry.document_id.in_(part))
            .group_by(LedgerEntry.document_id)
        )
        found |= {document_id: int(paise) for document_id, paise in rows}
    return found
