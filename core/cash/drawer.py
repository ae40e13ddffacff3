"""What should be in a counter's drawer, added up from the facts after its opening.

Which facts those are the node's log says: their events come after that of the opening, whatever the computer's clock
did meanwhile. A bill that is cancelled at this counter gives its cash back out of this drawer, whoever posted it; and
so does one of which it is said here that it was paid in another way.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from core.audit.model import AuditEvent
from core.cash.dto import Drawer
from core.cash.model import CashMovement
from core.kernel.money import Money
from core.sales.dto import TenderMode
from core.sales.model import Bill, BillTender, PaymentChange
from core.sales.payments import PAYMENT_CHANGED
from core.sales.queries import cash_by_document
from core.storage.unit_of_work import table_of

OPENED, HANDED_OVER, MOVED = "counter.opened", "counter.handed_over", "cash.moved"
#: The kind of document under which a movement stands in the ledger.
MOVEMENT = "cash_movement"
POSTED, CANCELLED = "bill.posted", "bill.cancelled"

_EVENT = table_of(AuditEvent)


class Position(NamedTuple):
    """Where an event stands in the log of its node."""

    epoch: int
    seq: int


class Span(NamedTuple):
    """The events of a node after one and before another, to the newest where that is None."""

    node_id: UUID
    after: Position
    before: Position | None = None


def position_of(session: Session, subject_id: UUID, kind: str) -> Position | None:
    """Return where the event of a kind about a document stands, None where there is none."""
    # by subject alone: asked for the kind as well, SQLite reads all events of that kind
    found = session.execute(
        select(_EVENT.c.kind, _EVENT.c.epoch, _EVENT.c.seq).where(_EVENT.c.subject_id == subject_id)
    )
    return next((Position(row.epoch, row.seq) for row in found if row.kind == kind), None)


def drawer_of(session: Session, opening: Money, span: Span) -> Drawer:
    """Add up what went through a drawer in a span of its node's log."""
    tenders = _by_kind(
        session,
        _in_span(span, func.sum(BillTender.amount_paise))
        .join(BillTender, and_(BillTender.bill_id == _EVENT.c.subject_id))
        .where(BillTender.mode == TenderMode.CASH),
    )
    change = _by_kind(
        session, _in_span(span, func.sum(Bill.change_paise)).join(Bill, and_(Bill.id == _EVENT.c.subject_id))
    )
    moved = session.execute(
        select(CashMovement.amount_paise)
        .select_from(_EVENT)
        .join(CashMovement, and_(CashMovement.id == _EVENT.c.subject_id))
        .where(*_bounds(span))
    ).scalars()
    amounts = list(moved)
    more = _moved_by_changes(session, span)
    since = sum(paise for kind, paise in more if kind == CANCELLED)
    changes = [paise for kind, paise in more if kind == PAYMENT_CHANGED]
    return Drawer(
        opening=opening,
        taken=Money(tenders.get(POSTED, 0) - change.get(POSTED, 0) + sum(paise for paise in changes if paise > 0)),
        given_back=Money(
            tenders.get(CANCELLED, 0) - change.get(CANCELLED, 0) + since - sum(paise for paise in changes if paise < 0)
        ),
        moved_in=Money(sum(amount for amount in amounts if amount > 0)),
        moved_out=Money(-sum(amount for amount in amounts if amount < 0)),
    )


def _moved_by_changes(session: Session, span: Span) -> list[tuple[str, int]]:
    """Return what each payment change of a span put into the drawer or took out of it, in paise.

    And for a bill cancelled in it, what changes had added by then to the cash it was posted with.
    """
    found: list[tuple[str, int]] = []
    changed = (
        in_span(span)
        .add_columns(PaymentChange.bill_id)
        .join(PaymentChange, and_(PaymentChange.id == _EVENT.c.subject_id))
        .where(_EVENT.c.kind == PAYMENT_CHANGED)
    )
    for kind, change_id, bill_id in session.execute(changed):
        cash = cash_by_document(session, bill_id)
        documents = list(cash)
        before = documents[documents.index(change_id) - 1]
        found.append((kind, (cash[change_id] - cash[before]).paise))
    is_changed = select(PaymentChange.id).where(PaymentChange.bill_id == _EVENT.c.subject_id).exists()
    for kind, bill_id in session.execute(in_span(span).where(_EVENT.c.kind == CANCELLED, is_changed)):
        steps = list(cash_by_document(session, bill_id).values())
        found.append((kind, (steps[-1] - steps[0]).paise))
    return found


def in_span(span: Span) -> Select[Any]:
    """Select kind and subject of the events of a span."""
    return select(_EVENT.c.kind, _EVENT.c.subject_id).where(*_bounds(span))


def _in_span(span: Span, amount: Any) -> Select[Any]:
    return select(_EVENT.c.kind, amount).select_from(_EVENT).where(*_bounds(span)).group_by(_EVENT.c.kind)


def _bounds(span: Span) -> list[Any]:
    place = tuple_(_EVENT.c.epoch, _EVENT.c.seq)
    bounds = [_EVENT.c.node_id == span.node_id, place > tuple_(*span.after)]
    if span.before is not None:
        bounds.append(place < tuple_(*span.before))
    return bounds


def _by_kind(session: Session, statement: Select[Any]) -> dict[str, int]:
    # PostgreSQL adds whole numbers up to a decimal
    return {kind: int(paise) for kind, paise in session.execute(statement)}
