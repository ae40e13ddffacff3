"""What happened at the counter beside bills, in the order of time: taken off while typing, opened, cancelled, allowed.

Each source is read along its own index, and their rows are put together: what stands in each is little.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from heapq import merge
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.audit.model import AuditEvent
from core.auth.model import SupervisorOverrideUse
from core.auth.permissions import LIMITED, Permission
from core.catalog.queries import in_parts
from core.kernel.clock import INDIA, business_date
from core.kernel.days import Days
from core.kernel.money import Money
from core.reporting.columns import Quantity
from core.reporting.report import Key, Reading
from core.reporting.streams import along, at_once
from core.sales.cuts import CutKind
from core.sales.model import Bill, BillCancellation, DraftCut, PaymentChange

#: Kinds of events that the log alone has.
DRAWER_OPENED, REPRINTED = "drawer.opened", "bill.reprinted"
_OVERRIDE_GIVEN = "override.given"
_MICROSECOND = timedelta(microseconds=1)


class Watched(enum.StrEnum):
    """What is watched."""

    LINE = "line"
    QUANTITY = "quantity"
    DRAFT = "draft"
    DRAWER = "drawer"
    REPRINT = "reprint"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"
    PAYMENT = "payment"
    OVERRIDE = "override"

    @property
    def words(self) -> str:
        """It as it stands in a column."""
        return _WORDS[self]


_WORDS: Mapping[Watched, str] = MappingProxyType(
    {
        Watched.LINE: "Line deleted",
        Watched.QUANTITY: "Quantity cut",
        Watched.DRAFT: "Bill abandoned",
        Watched.DRAWER: "Drawer opened",
        Watched.REPRINT: "Bill printed again",
        Watched.CANCELLED: "Bill cancelled",
        Watched.CORRECTED: "Bill corrected",
        Watched.PAYMENT: "Payment changed",
        Watched.OVERRIDE: "Supervisor allowed",
    }
)
_CUTS: Mapping[Watched, CutKind] = MappingProxyType(
    {Watched.LINE: CutKind.LINE, Watched.QUANTITY: CutKind.QUANTITY, Watched.DRAFT: CutKind.DRAFT}
)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened. ``bill`` is the number of a posted bill; ``key`` is its place among all."""

    at: datetime
    username: str
    what: Watched
    key: Key
    bill: str | None = None
    subject: str | None = None
    quantity: Quantity | None = None
    amount: Money | None = None
    is_after_tender: bool = False
    reason: str | None = None


class Override(NamedTuple):
    """A supervisor's override that was used. ``bill`` is the number of the bill that it was used for, if it was one."""

    override_id: UUID
    at: datetime
    used_by: str
    supervisor: str
    permission: Permission
    amount: int | None
    reason: str
    bill: str | None


def instants_of(days: Days) -> tuple[datetime, datetime]:
    """Return the first and the last instant of days in India, in UTC, to the microsecond."""
    first, behind = (datetime.combine(day, time.min, INDIA).astimezone(UTC) for day in (days.first, _next(days)))
    return first, behind - _MICROSECOND


def _next(days: Days) -> Any:
    return days.last + timedelta(days=1)


def happenings(reading: Reading, *, username: str | None, what: Watched | None) -> Iterator[Happening]:
    """Yield what happened on the days that are asked for, behind ``Reading.after``, in the order of time.

    With ``username`` what that user did, with ``what`` what is of that kind.
    """
    sources = [
        source(reading, _Part(rank, reading.after), what)
        for rank, (kinds, source) in enumerate(_SOURCES)
        if what is None or what in kinds
    ]
    for happening in merge(*sources, key=lambda each: each.key):
        if username in {None, happening.username}:
            yield happening


@dataclass(frozen=True, slots=True)
class _Part:
    """A source's part of the order: by time, then by source, then as the source has them."""

    rank: int
    after: Key | None

    def key(self, at: datetime, *place: object) -> Key:
        """Return the place of something among all."""
        return (at, self.rank, *place)

    def begins(self, *, by_day: bool) -> dict[str, Any]:
        """Return where a source goes on that is ordered by time, with the day before it or not."""
        if self.after is None:
            return {}
        at, rank, *place = self.after
        assert isinstance(at, datetime)
        here = (business_date(at), at) if by_day else (at,)
        if rank == self.rank:
            return {"after": (*here, *place)}
        return {"after": here, "again": self.rank > _whole(rank)}


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _cuts(reading: Reading, part: _Part, what: Watched | None) -> Iterator[Happening]:
    place = (DraftCut.on_date, DraftCut.at, DraftCut.id)
    wanted = select(
        *place,
        DraftCut.kind,
        DraftCut.item_name,
        DraftCut.pieces_per_pack,
        DraftCut.units,
        DraftCut.lines,
        DraftCut.amount_paise,
        DraftCut.is_after_tender,
        DraftCut.username,
        Bill.number,
    ).outerjoin(Bill, Bill.id == DraftCut.draft_id)
    if what is not None:
        wanted = wanted.where(DraftCut.kind == _CUTS[what])
    for row in along(reading.session, wanted, place, at_once(reading), **part.begins(by_day=True)):
        is_counted = row.units is not None and row.pieces_per_pack is not None
        lines = f"{row.lines} line{'' if row.lines == 1 else 's'}"
        yield Happening(
            row.at,
            row.username,
            Watched(row.kind),
            part.key(row.at, row.id),
            bill=row.number,
            subject=row.item_name if row.item_name is not None else lines,
            quantity=Quantity(row.units, row.pieces_per_pack) if is_counted else None,
            amount=Money(row.amount_paise),
            is_after_tender=row.is_after_tender,
        )


def _drawer(reading: Reading, part: _Part, _: Watched | None) -> Iterator[Happening]:
    place = (AuditEvent.at, AuditEvent.node_id, AuditEvent.epoch, AuditEvent.seq)
    wanted = select(*place, AuditEvent.username).where(AuditEvent.kind == DRAWER_OPENED)
    within = [instants_of(reading.asked.span)]
    for row in along(reading.session, wanted, place, within, **part.begins(by_day=False)):
        yield Happening(row.at, row.username, Watched.DRAWER, part.key(*row[:4]))


def _reprints(reading: Reading, part: _Part, _: Watched | None) -> Iterator[Happening]:
    place = (AuditEvent.at, AuditEvent.node_id, AuditEvent.epoch, AuditEvent.seq)
    wanted = (
        select(*place, AuditEvent.username, Bill.number, Bill.customer_name, Bill.total_paise)
        .select_from(AuditEvent)
        .outerjoin(Bill, Bill.id == AuditEvent.subject_id)
        .where(AuditEvent.kind == REPRINTED)
    )
    within = [instants_of(reading.asked.span)]
    for row in along(reading.session, wanted, place, within, **part.begins(by_day=False)):
        yield Happening(
            row.at,
            row.username,
            Watched.REPRINT,
            part.key(*row[:4]),
            bill=row.number,
            subject=row.customer_name,
            amount=Money(row.total_paise) if row.total_paise is not None else None,
        )


def _cancellations(reading: Reading, part: _Part, what: Watched | None) -> Iterator[Happening]:
    later = aliased(Bill)
    place = (BillCancellation.on_date, BillCancellation.at, BillCancellation.id)
    wanted = (
        select(
            *place,
            BillCancellation.username,
            BillCancellation.reason,
            Bill.number,
            Bill.customer_name,
            Bill.total_paise,
            later.number.label("corrected_by"),
        )
        .select_from(BillCancellation)
        .join(Bill, Bill.id == BillCancellation.bill_id)
        .outerjoin(later, later.corrects_id == Bill.id)
    )
    for row in along(reading.session, wanted, place, at_once(reading), **part.begins(by_day=True)):
        kind = Watched.CANCELLED if row.corrected_by is None else Watched.CORRECTED
        if what in {None, kind}:
            in_place = f" (now {row.corrected_by})" if row.corrected_by is not None else ""
            yield Happening(
                row.at,
                row.username,
                kind,
                part.key(row.at, row.id),
                bill=row.number,
                subject=row.customer_name,
                amount=Money(row.total_paise),
                reason=f"{row.reason}{in_place}",
            )


def _payment_changes(reading: Reading, part: _Part, _: Watched | None) -> Iterator[Happening]:
    place = (PaymentChange.on_date, PaymentChange.at, PaymentChange.id)
    wanted = (
        select(*place, PaymentChange.username, PaymentChange.reason, Bill.number, Bill.customer_name, Bill.total_paise)
        .select_from(PaymentChange)
        .join(Bill, Bill.id == PaymentChange.bill_id)
    )
    for row in along(reading.session, wanted, place, at_once(reading), **part.begins(by_day=True)):
        yield Happening(
            row.at,
            row.username,
            Watched.PAYMENT,
            part.key(row.at, row.id),
            bill=row.number,
            subject=row.customer_name,
            amount=Money(row.total_paise),
            reason=row.reason,
        )


def _overrides(reading: Reading, part: _Part, _: Watched | None) -> Iterator[Happening]:
    for used in overrides_used(reading.session, reading.asked.span):
        key = part.key(used.at, used.override_id)
        if part.after is None or key > part.after:
            unit = LIMITED.get(used.permission)
            limit = f", {unit.show(used.amount)}" if unit is not None and used.amount is not None else ""
            yield Happening(
                used.at,
                used.used_by,
                Watched.OVERRIDE,
                key,
                bill=used.bill,
                subject=f"{used.permission.words}{limit}",
                reason=f"{used.reason} ({used.supervisor})",
            )


def overrides_used(session: Session, days: Days) -> list[Override]:
    """Return the overrides that were used on some days, in the order of time.

    They are found by the events in which they were given: an override is used on the day it was given or never, and
    neither table has an index by day, which every bill with one would pay for.
    """
    first, last = instants_of(days)
    given = session.scalars(
        select(AuditEvent.subject_id).where(
            AuditEvent.kind == _OVERRIDE_GIVEN, AuditEvent.at >= first, AuditEvent.at <= last
        )
    ).all()
    found: list[Override] = []
    for part in in_parts(given):
        rows = session.execute(
            select(
                SupervisorOverrideUse.override_id,
                SupervisorOverrideUse.at,
                SupervisorOverrideUse.used_by,
                SupervisorOverrideUse.supervisor,
                SupervisorOverrideUse.permission,
                SupervisorOverrideUse.amount,
                SupervisorOverrideUse.reason,
                Bill.number,
            )
            .select_from(SupervisorOverrideUse)
            .outerjoin(Bill, Bill.id == SupervisorOverrideUse.command_id)
            .where(SupervisorOverrideUse.command_id.in_(part))
        )
        for override_id, at, used_by, supervisor, permission, amount, reason, bill in rows:
            if first <= at <= last:
                kind = Permission(permission)
                found.append(Override(override_id, at, used_by, supervisor, kind, amount, reason, bill))
    return sorted(found, key=lambda used: (used.at, used.override_id))


_SOURCES: Iterable[tuple[frozenset[Watched], Any]] = (
    (frozenset(_CUTS), _cuts),
    (frozenset({Watched.DRAWER}), _drawer),
    (frozenset({Watched.REPRINT}), _reprints),
    (frozenset({Watched.CANCELLED, Watched.CORRECTED}), _cancellations),
    (frozenset({Watched.PAYMENT}), _payment_changes),
    (frozenset({Watched.OVERRIDE}), _overrides),
)
