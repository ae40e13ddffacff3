"""Was a command done before? Its id is the id of the fact it records, which is compared with what it would record."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Set
from typing import Any

from sqlalchemy import select

from core.storage.base import Table
from core.storage.unit_of_work import UnitOfWork, table_of


class Replay(enum.Enum):
    """Whether a fact of an id stands, and whether it is the same."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


def replay(uow: UnitOfWork, model: type[Table], row: Mapping[str, Any], *, beside: Set[str]) -> Replay:
    """Compare a row with the fact that has its id; the columns ``beside`` (who, when) may differ."""
    table = table_of(model)
    stands = uow.session.execute(select(table).where(table.c.id == row["id"])).mappings().first()
    if stands is None:
        return Replay.NEW
    is_same = all(stands[name] == value for name, value in row.items() if name not in beside)
    return Replay.SAME if is_same else Replay.OTHER
