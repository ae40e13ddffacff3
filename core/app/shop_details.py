"""Changes the shop's own details. Here and not in ``settings`` because it needs a right and an event of its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, Line, Lines, make
from core.kernel.gst import Registration
from core.settings.dto import Gstin, Named, ShopDetails, ShopView, check_registration
from core.settings.model import ShopProfile
from core.settings.queries import shop_view
from core.storage.unit_of_work import UnitOfWork


class ChangeShop(Frozen):
    """The command to give the shop this head of its papers; licences and pharmacists have commands of their own.

    The state is not among it: another state is another registration, with books of its own (CGST Act 25(1)).
    """

    name: Named
    address: Annotated[Lines, StringConstraints(min_length=1, max_length=300)]
    phone: Annotated[Line, StringConstraints(max_length=20)] | None = None
    gstin: Gstin | None = None
    registration: Registration = Field(strict=False)


def change_shop(uow: UnitOfWork, command: ChangeShop) -> ShopView:
    """Give the shop this name, address, telephone and registration, and return it; the next paper shows them.

    A bill that is posted keeps the kind of document that it was. What stood before stays in the log. Raises RuleBroken
    ``auth.not_allowed``, ``gst.gstin_other_state``, ``gst.unregistered_with_gstin``,
    ``gst.registered_without_gstin``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    shop_id = put_shop(uow, command)
    if uow.capture:
        write_event(uow, "shop.changed", shop_id)
    return shop_view(uow.session)


def put_shop(uow: UnitOfWork, command: ChangeShop) -> UUID:
    """Set the head of the shop's papers as part of a larger command and return the shop's id.

    Raises RuleBroken ``gst.gstin_other_state``, ``gst.unregistered_with_gstin``, ``gst.registered_without_gstin``.
    """
    check_registration(command.gstin, command.registration)
    profile = uow.session.scalars(select(ShopProfile)).one()
    new = make(ShopDetails, {**command.model_dump(), "state": profile.state})
    profile.name, profile.address, profile.phone = new.name, new.address, new.phone or None
    profile.gstin, profile.registration = new.gstin, new.registration
    uow.session.flush()
    return profile.id
