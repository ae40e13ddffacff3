"""The scanners of this counter. Here and not in ``settings`` because they need a right and an event of their own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.app.own_settings import keep_own, own_name, read_own
from core.app.scanner_dto import Scanners
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.ids import id_from_content
from core.storage.unit_of_work import UnitOfWork

_NAME = "scanners"


def scanners_of(session: Session) -> Scanners:
    """Return the scanners of this counter; where none were set, or another version set what this one cannot read, the
    scanner that types as most of them do: a counter opens all the same.
    """
    return read_own(session, _NAME, Scanners)


def change_scanners(uow: UnitOfWork, scanners: Scanners) -> Scanners:
    """Give this counter these scanners and no others, and return them; where nothing differs nothing is written.

    What stood before stays in the log. Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    if scanners != scanners_of(uow.session):
        keep_scanners(uow, scanners)
        write_event(uow, "scanners.changed", id_from_content("setting", own_name(uow.session, _NAME)))
    return scanners


def keep_scanners(uow: UnitOfWork, scanners: Scanners) -> None:
    """Set the scanners of this counter as part of a larger command."""
    keep_own(uow, _NAME, scanners)
