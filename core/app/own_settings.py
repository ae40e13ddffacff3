"""Settings that each counter has for itself, also where all counters share the shop's."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.boundary.frozen import Frozen
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.node import Node
from core.storage.unit_of_work import UnitOfWork

Own = TypeVar("Own", bound=Frozen)


def own_name(session: Session, what: str) -> str:
    """Return the name under which this counter's own setting stands."""
    return f"{what}.{session.scalars(select(Node.id)).one()}"


def read_own(session: Session, what: str, kind: type[Own]) -> Own:
    """Return this counter's own setting; the usual one where none was set, or where another version set what this one
    cannot read: a counter opens all the same.
    """
    try:
        return kind.model_validate_json(json.dumps(setting(session, own_name(session, what), {})))
    except ValidationError:
        return kind()


def keep_own(uow: UnitOfWork, what: str, value: Frozen) -> None:
    """Set this counter's own setting as part of a larger command."""
    set_setting(uow, own_name(uow.session, what), value.model_dump(mode="json"))
