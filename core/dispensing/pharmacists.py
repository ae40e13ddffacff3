"""The registered pharmacists of the shop, and who of them is on duty at this counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.dispensing.dto import AddPharmacist, BeginDuty, DutyView, EndPharmacist, PharmacistView
from core.dispensing.model import Duty, DutyEnd, RegisteredPharmacist
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.settings.dto import Pharmacist
from core.settings.queries import shop_view
from core.storage.node import author
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork, table_of

#: How long a duty holds that nobody ends: longer than a shift, and never through to the next day's.
LONGEST_DUTY = timedelta(hours=16)

_DUTY = table_of(Duty)
_NEWEST = Prepared(
    select(_DUTY, DutyEnd.at.label("ended_at"))
    .outerjoin(DutyEnd, DutyEnd.duty_id == _DUTY.c.id)
    .where(_DUTY.c.node_id == bindparam("node_id"))
    .order_by(_DUTY.c.begun_at.desc(), _DUTY.c.id.desc())
    .limit(1)
)


def pharmacist_id(registration: str) -> UUID:
    """Return the id of whoever has a registration, the same on every counter."""
    return id_from_content("pharmacist", "".join(registration.split()).upper())


def enter_pharmacist(uow: UnitOfWork, name: str, registration: str, username: str | None = None) -> None:
    """Put a pharmacist on the list, or back on it, part of the commands that do it."""
    row = uow.session.get(RegisteredPharmacist, pharmacist_id(registration))
    if row is None:
        row = RegisteredPharmacist(id=pharmacist_id(registration), registration=registration)
        uow.session.add(row)
    row.name = name
    row.username = username
    row.is_active = True


def add_pharmacist(uow: UnitOfWork, command: AddPharmacist) -> PharmacistView:
    """Put a registered pharmacist on the list; one who was taken off comes back.

    Raises RuleBroken ``auth.not_allowed``, ``dispensing.pharmacist_known``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    known = uow.session.get(RegisteredPharmacist, pharmacist_id(command.registration))
    if known is not None and known.is_active:
        raise RuleBroken(
            "dispensing.pharmacist_known",
            where="registration",
            registration=command.registration,
            name=known.name,
        )
    enter_pharmacist(uow, command.name, command.registration, command.username)
    write_event(uow, "pharmacist.added", pharmacist_id(command.registration))
    return _listed(uow.session, command.registration)


def end_pharmacist(uow: UnitOfWork, command: EndPharmacist) -> PharmacistView:
    """Take a pharmacist off the list; a duty under way goes on until it ends.

    Raises RuleBroken ``auth.not_allowed``, ``dispensing.no_pharmacist_known``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    row = uow.session.get(RegisteredPharmacist, pharmacist_id(command.registration))
    if row is None or not row.is_active:
        raise RuleBroken("dispensing.no_pharmacist_known", where="registration", registration=command.registration)
    row.is_active = False
    write_event(uow, "pharmacist.ended", row.id)
    return _listed(uow.session, command.registration)


def pharmacists(session: Session) -> Sequence[PharmacistView]:
    """Return the list, those who still work here first; while it is empty, the shop's own pharmacist is offered.

    A shop from before there was a list has none in it, and a migration writes no event.
    """
    rows = session.scalars(
        select(RegisteredPharmacist).order_by(RegisteredPharmacist.is_active.desc(), RegisteredPharmacist.name)
    ).all()
    if rows:
        return [_view(row) for row in rows]
    own = shop_view(session).pharmacist
    if own is None:
        return []
    return [PharmacistView(name=own.name, registration=own.registration, username=None, is_active=True, listed=False)]


def begin_duty(uow: UnitOfWork, command: BeginDuty) -> DutyView:
    """Put a pharmacist on duty at this counter, in the place of whoever was; the same command again returns the first.

    Whoever may sell scheduled drugs only with a pharmacist on duty puts nobody there. Raises RuleBroken
    ``auth.not_allowed``, ``auth.out_of_scope``, ``dispensing.no_pharmacist_known``.
    """
    require(uow, Permission.SELL_SCHEDULED)
    begun = uow.session.execute(
        select(_DUTY, DutyEnd.at.label("ended_at"))
        .outerjoin(DutyEnd, DutyEnd.duty_id == _DUTY.c.id)
        .where(_DUTY.c.id == command.command_id)
    ).first()
    if begun is not None:
        return _duty(begun)
    wanted = pharmacist_id(command.registration)
    chosen = next(
        (one for one in pharmacists(uow.session) if one.is_active and pharmacist_id(one.registration) == wanted), None
    )
    if chosen is None:
        raise RuleBroken("dispensing.no_pharmacist_known", where="registration", registration=command.registration)
    if not chosen.listed:
        enter_pharmacist(uow, chosen.name, chosen.registration)
        uow.session.flush()
    uow.record(
        Duty,
        [
            {
                "id": command.command_id,
                "node_id": uow.node.id,
                "pharmacist_id": wanted,
                "pharmacist_name": chosen.name,
                "pharmacist_registration": chosen.registration,
                "on_date": uow.today,
                "begun_at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    write_event(uow, "duty.begun", command.command_id)
    view = on_duty(uow.session, uow.node.id, uow.now)
    assert view is not None
    return view


def end_duty(uow: UnitOfWork) -> DutyView:
    """End the duty at this counter and return it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.out_of_scope``, ``dispensing.nobody_on_duty``.
    """
    require(uow, Permission.SELL_SCHEDULED)
    view = on_duty(uow.session, uow.node.id, uow.now)
    if view is None:
        raise RuleBroken("dispensing.nobody_on_duty")
    uow.record(DutyEnd, [{"duty_id": view.duty_id, "at": uow.now, "username": uow.actor.username}])
    write_event(uow, "duty.ended", view.duty_id)
    return view


def on_duty(session: Session, node_id: UUID, now: datetime) -> DutyView | None:
    """Return the duty at a counter, None where it was ended, its hours are over, or nobody ever began one."""
    newest = _NEWEST.first(session, {"node_id": node_id})
    if newest is None or newest.ended_at is not None or now >= newest.begun_at + LONGEST_DUTY:
        return None
    return _duty(newest)


def duty_here(session: Session, now: datetime) -> DutyView | None:
    """Return the duty at this database's own counter, as ``on_duty`` does."""
    return on_duty(session, author(session).id, now)


def duty_of_day(session: Session, node_id: UUID, day: date) -> DutyView | None:
    """Return the last duty that was begun at a counter on a day: who answered for a memo of that day."""
    row = session.execute(
        select(_DUTY)
        .where(_DUTY.c.node_id == node_id, _DUTY.c.on_date == day)
        .order_by(_DUTY.c.begun_at.desc(), _DUTY.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _duty(row)


def _duty(row: Any) -> DutyView:
    return DutyView(
        duty_id=row.id,
        pharmacist=Pharmacist.model_construct(name=row.pharmacist_name, registration=row.pharmacist_registration),
        begun_at=row.begun_at,
        until=row.begun_at + LONGEST_DUTY,
        username=row.username,
    )


def _listed(session: Session, registration: str) -> PharmacistView:
    row = session.get(RegisteredPharmacist, pharmacist_id(registration))
    assert row is not None
    return _view(row)


def _view(row: RegisteredPharmacist) -> PharmacistView:
    return PharmacistView(name=row.name, registration=row.registration, username=row.username, is_active=row.is_active)
