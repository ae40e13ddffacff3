"""Changes the shop's drug licences. Here and not in ``settings`` because it needs a right and an event of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.settings.dto import Licence, known_form
from core.settings.model import ShopLicence, ShopProfile
from core.settings.queries import shop_view
from core.storage.unit_of_work import UnitOfWork


class ChangeLicences(Frozen):
    """The command to give the shop exactly these licences: a renewal has new days, what is left out is ended."""

    licences: Annotated[tuple[Licence, ...], Field(max_length=30)]


def change_licences(uow: UnitOfWork, command: ChangeLicences) -> Sequence[Licence]:
    """Give the shop these licences and no others, and return them; where nothing differs nothing is written.

    Bills show them and are held to them from the next one on. What stood before stays in the log. Raises RuleBroken
    ``auth.not_allowed``, ``settings.no_such_form``, ``settings.licence_twice``, ``settings.licence_days``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    shop_id = put_licences(uow, command)
    if uow.capture:
        write_event(uow, "licences.changed", shop_id)
    return shop_view(uow.session).licences


def put_licences(uow: UnitOfWork, command: ChangeLicences) -> UUID:
    """Set the shop's licences as part of a larger command and return the shop's id.

    Raises RuleBroken what ``change_licences`` raises of licences.
    """
    profile = uow.session.scalars(select(ShopProfile)).one()
    rows = {
        (row.form, row.number): row
        for row in uow.session.scalars(select(ShopLicence).where(ShopLicence.shop_id == profile.id))
    }
    wanted: dict[tuple[str, str], Licence] = {}
    for place, licence in enumerate(command.licences):
        where = f"licences.{place}"
        # one that stands is shown as it was once written
        form = licence.form if (licence.form, licence.number) in rows else known_form(licence.form, f"{where}.form")
        if (form, licence.number) in wanted:
            raise RuleBroken("settings.licence_twice", form=form, number=licence.number, where=f"{where}.number")
        if licence.valid_from and licence.valid_to and licence.valid_to < licence.valid_from:
            raise RuleBroken("settings.licence_days", number=licence.number, where=f"{where}.to")
        wanted[form, licence.number] = licence
    for (form, number), licence in wanted.items():
        row = rows.get((form, number))
        if row is None:
            row = ShopLicence(id=new_id(), shop_id=profile.id, form=form, number=number)
            uow.session.add(row)
        row.valid_from, row.valid_to = licence.valid_from, licence.valid_to
        if row.is_ended:
            row.is_ended = False
    for key in rows.keys() - wanted.keys():
        rows[key].is_ended = True
    uow.session.flush()
    return profile.id
