"""Reports that a user keeps under a name, with what was asked of them and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.rights import current_role
from core.boundary.frozen import Frozen, Line
from core.kernel.errors import RuleBroken
from core.reporting.model import ReportFavourite
from core.reporting.running import find_report
from core.reporting.shaping import Shape, column_of, visible_columns
from core.storage.unit_of_work import UnitOfWork

Name = Annotated[Line, StringConstraints(min_length=1, max_length=60)]


class Favourite(Frozen):
    """A kept report: ``values`` are what it is asked for, by the ids of its parameters; the rest is its shape."""

    name: Name
    report: str
    values: Mapping[str, str] = Field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    sort: str | None = None
    descending: bool = False
    group: str | None = None
    words: str = ""

    @property
    def shape(self) -> Shape:
        """How it is shown."""
        return Shape(self.columns, self.sort, self.descending, self.group, self.words)


def keep_favourite(uow: UnitOfWork, favourite: Favourite) -> None:
    """Keep a report for the user who works here, in place of what they had under the name.

    Raises RuleBroken ``reports.unknown``, ``reports.no_column``, ``auth.not_active``.
    """
    current_role(uow.session, uow.actor)
    report = find_report(favourite.report)
    visible_columns(report.columns, favourite.shape)
    for name in (favourite.sort, favourite.group):
        if name is not None:
            column_of(report.columns, name)
    uow.session.merge(
        ReportFavourite(
            username=uow.actor.username,
            name=favourite.name,
            report=report.id,
            body=favourite.model_dump_json(),
        )
    )
    uow.session.flush()


def drop_favourite(uow: UnitOfWork, name: str) -> None:
    """Keep a report of the user who works here no more. Raises RuleBroken ``reports.no_favourite``."""
    row = uow.session.get(ReportFavourite, (uow.actor.username, name))
    if row is None:
        raise RuleBroken("reports.no_favourite", name=name)
    uow.session.delete(row)
    uow.session.flush()


def favourites_of(session: Session, username: str) -> Sequence[Favourite]:
    """Return what a user keeps, by name; a report that this program does not know (any more) is left out."""
    rows = session.scalars(
        select(ReportFavourite.body).where(ReportFavourite.username == username).order_by(ReportFavourite.name)
    )
    kept = [Favourite.model_validate_json(body) for body in rows]
    return [favourite for favourite in kept if _is_known(favourite)]


def _is_known(favourite: Favourite) -> bool:
    try:
        find_report(favourite.report)
    except RuleBroken:
        return False
    return True
