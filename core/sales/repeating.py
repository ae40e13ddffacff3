"""Finds bills to repeat: the counter's last one, and the newest ones of whom the bill being typed is for.

Only items and quantities are taken over. Batches, prices and discounts are today's, and nothing of a prescription comes
along: its date, dose and balance are asked for as on any bill.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.boundary.frozen import Frozen
from core.dispensing.queries import bills_of_patient, patient_of
from core.inventory.dto import SaleItem
from core.inventory.queries import items_for_lines
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.kernel.phones import parse_phone
from core.numbering.model import NumberCounter
from core.numbering.queries import own_prefixes
from core.parties.queries import all_ids
from core.sales.finding import FindBills, streams
from core.sales.indexing import BillPlace
from core.sales.model import Bill, BillCancellation, BillLine
from core.sales.queries import bill_view
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: So many bills of each kind are offered.
NEWEST: Final = 5
_BILL, _LINE, _CANCELLATION = table_of(Bill), table_of(BillLine), table_of(BillCancellation)
_STANDS = ~exists().where(_CANCELLATION.c.bill_id == _BILL.c.id)


class Whose(enum.Enum):
    """Why a bill is offered."""

    COUNTER = "counter"
    CUSTOMER = "customer"
    PHONE = "phone"
    PATIENT = "patient"


class KnownOfBill(Frozen):
    """What is known on the bill being typed: the customer's card, a telephone number, the patient or prescription."""

    customer_id: UUID | None = None
    phone: str = ""
    patient_id: UUID | None = None
    prescription: UUID | None = None


class RepeatHit(NamedTuple):
    """A bill that may be repeated; ``items`` are the names on it, each once, in their order."""

    bill_id: UUID
    whose: Whose
    number: str
    date: date
    posted_at: datetime
    items: tuple[str, ...]
    total: Money


class RepeatLine(NamedTuple):
    """An item of a bill and how many smallest units of it; ``item`` is None where it can no longer be sold."""

    name: str
    units: int
    item: SaleItem | None


class Repeat(NamedTuple):
    """What is taken over of a bill."""

    number: str
    lines: Sequence[RepeatLine]


def bills_to_repeat(session: Session, actor: Actor, known: KnownOfBill) -> list[RepeatHit]:
    """Return the bills to offer, each once: the counter's last, then the newest of whom the bill is for.

    Cancelled bills are none of them. Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``.
    """
    require_to_read(session, actor, Permission.POST_BILL)
    whose: dict[UUID, Whose] = dict.fromkeys(_last_of_counter(session), Whose.COUNTER)
    if known.customer_id is not None:
        _add(whose, Whose.CUSTOMER, session.scalars(bills_of_customer(all_ids(session, known.customer_id))))
    if known.phone and _is_phone(known.phone):
        _add(whose, Whose.PHONE, _of_phone(session, known.phone))
    patient = known.patient_id or (patient_of(session, known.prescription) if known.prescription else None)
    if patient is not None:
        _add(whose, Whose.PATIENT, bills_of_patient(session, actor, patient, limit=NEWEST))
    return _hits(session, whose)


def lines_to_repeat(session: Session, actor: Actor, bill_id: UUID, today: date) -> Repeat:
    """Return the items of a bill and how many units of each, whatever batches they came from; free ones are left out.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_bill``, ``items.no_tax``.
    """
    require_to_read(session, actor, Permission.POST_BILL)
    bill = bill_view(session, bill_id)
    units: dict[str, int] = {}
    names: dict[str, str] = {}
    for line in bill.lines:
        units[line.item_code] = units.get(line.item_code, 0) + line.units
        names.setdefault(line.item_code, line.item_name)
    items = items_for_lines(session, list(units), today)
    return Repeat(bill.number, [RepeatLine(names[code], units[code], items.get(code)) for code in units if units[code]])


def bills_of_customer(ids: Sequence[UUID]) -> Select[UUID]:
    """Return the statement that reads the newest bills of a customer's cards.

    The bills of one customer are read by their index and sorted; nobody else's are looked at.
    """
    return (
        select(_BILL.c.id)
        .where(_BILL.c.customer_id.in_(ids), _STANDS)
        .order_by(_BILL.c.on_date.desc(), _BILL.c.at.desc(), _BILL.c.id.desc())
        .limit(NEWEST)
    )


def _add(whose: dict[UUID, Whose], why: Whose, bill_ids: Iterable[UUID]) -> None:
    for bill_id in bill_ids:
        whose.setdefault(bill_id, why)


def _is_phone(typed: str) -> bool:
    """Say whether so much of a number is typed that it is somebody's."""
    try:
        parse_phone(typed)
    except RuleBroken:
        return False
    return True


def _of_phone(session: Session, phone: str) -> list[UUID]:
    wanted = FindBills(phone=phone, cancelled=False)
    places = [
        BillPlace(*row) for statement in streams(session, wanted, None, NEWEST) for row in session.execute(statement)
    ]
    return [place.bill_id for place in sorted(set(places), reverse=True)[:NEWEST]]


def _last_of_counter(session: Session) -> list[UUID]:
    """Return this node's last bill, none where it was cancelled: by its number, which needs no list of bills."""
    own = own_prefixes(session)
    counters = session.execute(
        select(NumberCounter.series, NumberCounter.financial_year, NumberCounter.last).where(
            NumberCounter.series.in_(own)
        )
    )
    newest: BillPlace | None = None
    for series, year, last in counters:
        row = session.execute(
            select(_BILL.c.on_date, _BILL.c.at, _BILL.c.id).where(
                _BILL.c.series == series, _BILL.c.financial_year == year, _BILL.c.serial == last
            )
        ).first()
        if row is not None and (newest is None or newest.at < row.at):
            newest = BillPlace(*row)
    if newest is None:
        return []
    return list(session.scalars(select(_BILL.c.id).where(_BILL.c.id == newest.bill_id, _STANDS)))


_IDS: Any = bindparam("ids", expanding=True)
_ROWS = Prepared(
    select(_BILL.c.id, _BILL.c.number, _BILL.c.on_date, _BILL.c.at, _BILL.c.total_paise).where(_BILL.c.id.in_(_IDS))
)
_NAMES = Prepared(
    select(_LINE.c.bill_id, _LINE.c.item_name).where(_LINE.c.bill_id.in_(_IDS)).order_by(_LINE.c.bill_id, _LINE.c.line)
)


def _hits(session: Session, whose: dict[UUID, Whose]) -> list[RepeatHit]:
    if not whose:
        return []
    ids = list(whose)
    names: dict[UUID, dict[str, None]] = {}
    for bill_id, name in _NAMES.rows(session, {"ids": ids}):
        names.setdefault(bill_id, {})[name] = None
    rows = {row.id: row for row in _ROWS.rows(session, {"ids": ids})}
    return [
        RepeatHit(
            bill_id,
            why,
            rows[bill_id].number,
            rows[bill_id].on_date,
            rows[bill_id].at,
            tuple(names.get(bill_id, ())),
            Money(rows[bill_id].total_paise),
        )
        for bill_id, why in whose.items()
    ]
