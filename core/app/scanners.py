"""The scanners of this counter. Here and not in ``settings`` because they need a right and an event of their own."""

from __future__ import annotations

import json

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.app.scanner_dto import Scanners
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.ids import id_from_content
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.node import Node
from core.storage.unit_of_work import UnitOfWork

_PREFIX = "scanners."


def scanners_of(session: Session) -> Scanners:
    """Return the scanners of this counter; where none were set, or another version set what this one cannot read, the
    scanner that types as most of them do: a counter opens all the same.
    """
    try:
        return Scanners.model_validate_json(json.dumps(setting(session, _name(session), {})))
    except ValidationError:
        return Scanners()


def change_scanners(uow: UnitOfWork, scanners: Scanners) -> Scanners:
    """Give this counter these scanners and no others, and return them; where nothing differs nothing is written.

    What stood before stays in the log. Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    if scanners != scanners_of(uow.session):
        keep_scanners(uow, scanners)
        write_event(uow, "scanners.changed", id_from_content("setting", _name(uow.session)))
    return scanners


def keep_scanners(uow: UnitOfWork, scanners: Scanners) -> None:
    """Set the scanners of this counter as part of a larger command."""
    set_setting(uow, _name(uow.session), scanners.model_dump(mode="json"))


def _name(session: Session) -> str:
    """Return the setting's name: each counter has scanners of its own, also where all share their settings."""
    return f"{_PREFIX}{session.scalars(select(Node.id)).one()}"
