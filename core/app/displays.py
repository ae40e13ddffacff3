"""The customer display of this counter. Here and not in ``settings`` because it needs a right and an event."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.app.display_dto import CustomerDisplay
from core.app.own_settings import keep_own, own_name, read_own
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.ids import id_from_content
from core.storage.unit_of_work import UnitOfWork

_NAME = "display"


def display_of(session: Session) -> CustomerDisplay:
    """Return the customer display of this counter; none where none was set, or what another version set cannot be
    read: a counter opens all the same.
    """
    return read_own(session, _NAME, CustomerDisplay)


def change_display(uow: UnitOfWork, display: CustomerDisplay) -> CustomerDisplay:
    """Give this counter that customer display, and return it; where nothing differs nothing is written.

    What stood before stays in the log. Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    if display != display_of(uow.session):
        keep_display(uow, display)
        write_event(uow, "display.changed", id_from_content("setting", own_name(uow.session, _NAME)))
    return display


def keep_display(uow: UnitOfWork, display: CustomerDisplay) -> None:
    """Set the customer display of this counter as part of a larger command."""
    keep_own(uow, _NAME, display)
