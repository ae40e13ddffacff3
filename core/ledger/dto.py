"""Closing and reopening the books, as commands give it."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line


class CloseBooks(Frozen):
    """The command to close the books through a day, that day included."""

    through: IsoDate


class ReopenBooks(Frozen):
    """The command to move the closed days back: ``through`` is the last that stays closed, None where none does."""

    through: IsoDate | None
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=200)]
