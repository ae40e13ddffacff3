"""Proves what a counter's session says against the ledger: both come from the same documents by different ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.cash.drawer import CANCELLED, HANDED_OVER, MOVEMENT, OPENED, POSTED, Span, drawer_of, in_span, position_of
from core.cash.kinds import MovementKind
from core.cash.model import CashMovement, CountedCash, CounterHandover, CounterSession
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.model import LedgerEntry
from core.sales.model import BillCancellation
from core.sales.payments import PAYMENT_CHANGED
from core.storage.unit_of_work import table_of


def check_cash(session: Session) -> Iterator[Finding]:
    """Yield every session, movement, handover and count that is not what the ledger and the log make of it."""
    yield from _sessions(session)
    yield from _movements(session)
    yield from _counts(session)


def _sessions(session: Session) -> Iterator[Finding]:
    """The cash of the bills in a session is what they put on the cash account, and so with those cancelled in it."""
    for row in session.execute(select(table_of(CounterSession))).all():
        opened = position_of(session, row.id, OPENED)
        if opened is None:
            continue  # told already: no event wrote it
        drawer = drawer_of(session, Money(row.cash_paise), Span(row.node_id, opened))
        booked, given_back = _booked(session, Span(row.node_id, opened))
        if (booked, -given_back) != (drawer.taken.paise, drawer.given_back.paise):
            detail = (
                f"{drawer.taken.paise} paise taken and {drawer.given_back.paise} given back,"
                f" {booked} and {-given_back} booked"
            )
            yield Finding("verify.drawer_differs", "counter_session", row.id.hex, detail)
        yield from _handovers(session, row, Span(row.node_id, opened))


def _booked(session: Session, span: Span) -> tuple[int, int]:
    """Return what came to the cash account by bills of a span, and what went by those cancelled or paid otherwise."""
    events = in_span(span).cte("events")
    posted = (
        select(func.sum(LedgerEntry.amount_paise))
        .select_from(events)
        .join(LedgerEntry, and_(LedgerEntry.document_id == events.c.subject_id))
        .where(events.c.kind == POSTED, LedgerEntry.account == chart.CASH.code)
    )
    cancelled = (
        select(func.sum(LedgerEntry.amount_paise))
        .select_from(events)
        .join(BillCancellation, and_(BillCancellation.bill_id == events.c.subject_id))
        .join(LedgerEntry, and_(LedgerEntry.document_id == BillCancellation.id))
        .where(events.c.kind == CANCELLED, LedgerEntry.account == chart.CASH.code)
    )
    changed = session.scalars(
        select(func.sum(LedgerEntry.amount_paise))
        .select_from(events)
        .join(LedgerEntry, and_(LedgerEntry.document_id == events.c.subject_id))
        .where(events.c.kind == PAYMENT_CHANGED, LedgerEntry.account == chart.CASH.code)
        .group_by(LedgerEntry.document_id)
    ).all()
    came, went = [int(paise) for paise in changed if paise > 0], [int(paise) for paise in changed if paise < 0]
    return int(session.scalar(posted) or 0) + sum(came), int(session.scalar(cancelled) or 0) + sum(went)


def _handovers(session: Session, row: Any, span: Span) -> Iterator[Finding]:
    handovers = session.execute(select(table_of(CounterHandover)).where(CounterHandover.session_id == row.id)).all()
    for handover in handovers:
        at = position_of(session, handover.id, HANDED_OVER)
        if at is None:
            continue
        should_be = drawer_of(session, Money(row.cash_paise), span._replace(before=at)).should_be.paise
        if should_be != handover.expected_paise:
            detail = f"{handover.expected_paise} paise expected, {should_be} by the facts"
            yield Finding("verify.handover_differs", "counter_handover", handover.id.hex, detail)


def _movements(session: Session) -> Iterator[Finding]:
    """Each movement is its ledger entry, and each such entry a movement."""
    entries: dict[Any, dict[str, int]] = {}
    for document_id, account, paise in session.execute(
        select(LedgerEntry.document_id, LedgerEntry.account, LedgerEntry.amount_paise).where(
            LedgerEntry.document_kind == MOVEMENT
        )
    ):
        of_document = entries.setdefault(document_id, {})
        of_document[account] = of_document.get(account, 0) + paise
    for row in session.execute(select(table_of(CashMovement))).all():
        wanted = {} if row.account is None else {chart.CASH.code: row.amount_paise, row.account: -row.amount_paise}
        is_known = row.kind in set(MovementKind)
        kind = MovementKind(row.kind) if is_known else None
        fits = kind is not None and (row.amount_paise > 0) == kind.is_in and (row.account is None) == kind.stays_in_hand
        if entries.pop(row.id, {}) != wanted or not fits:
            detail = f"{row.kind}, {row.amount_paise} paise"
            yield Finding("verify.movement_differs", "cash_movement", row.id.hex, detail)
    for document_id in sorted(entries):
        yield Finding("verify.movement_differs", "ledger_entry", document_id.hex, "no movement")


def _counts(session: Session) -> Iterator[Finding]:
    """Notes and coins are together what was counted."""
    counted = session.execute(
        select(CountedCash.document_id, func.sum(CountedCash.face_paise * CountedCash.pieces)).group_by(
            CountedCash.document_id
        )
    )
    amounts = {row.id: row.cash_paise for row in session.execute(select(CounterSession.id, CounterSession.cash_paise))}
    amounts |= {
        row.id: row.cash_paise for row in session.execute(select(CounterHandover.id, CounterHandover.cash_paise))
    }
    for document_id, paise in counted:
        if amounts.get(document_id) != int(paise):
            detail = f"{int(paise)} paise counted, {amounts.get(document_id)} written"
            yield Finding("verify.count_differs", "counted_cash", document_id.hex, detail)
