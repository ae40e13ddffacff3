"""The customer display of this counter. Here and not in ``settings`` because it needs a right and an event."""

from __future__ import annotations

import json

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.app.display_dto import CustomerDisplay
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.ids import id_from_content
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.node import Node
from core.storage.unit_of_work import UnitOfWork

_PREFIX = "display."


def display_of(session: Session) -> CustomerDisplay:
    """Return the customer display of this counter; none where none was set, or what another version set cannot be
    read: a counter opens all the same.
    """
    try:
        return CustomerDisplay.model_validate_json(json.dumps(setting(session, _name(session), {})))
    except ValidationError:
        return CustomerDisplay()


def change_display(uow: UnitOfWork, display: CustomerDisplay) -> CustomerDisplay:
    """Give this counter that customer display, and return it; where nothing differs nothing is written.

    What stood before stays in the log. Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    if display != display_of(uow.session):
        keep_display(uow, display)
        write_event(uow, "display.changed", id_from_content("setting", _name(uow.session)))
    return display


def keep_display(uow: UnitOfWork, display: CustomerDisplay) -> None:
    """Set the customer display of this counter as part of a larger command."""
    set_setting(uow, _name(uow.session), display.model_dump(mode="json"))


def _name(session: Session) -> str:
    """Return the setting's name: each counter has a display of its own, also where all share their settings."""
    return f"{_PREFIX}{session.scalars(select(Node.id)).one()}"
