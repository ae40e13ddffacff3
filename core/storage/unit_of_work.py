"""One command, one transaction, one event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

import sqlalchemy
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.kernel.clock import business_date
from core.storage.base import Table, TableRole
from core.storage.capture import Capture
from core.storage.node import Author, author
from core.storage.prepared import Prepared


class UnitOfWork:
    """What a service works with inside ``with database.write(actor) as uow``.

    ``now`` is one instant for the whole command; ``session`` loads entities and changes masters.
    """

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.capture = Capture()
        self.capture.watch(session)
        self._node: Author | None = None

    @property
    def today(self) -> date:
        """The business date of the command, in India."""
        return business_date(self.now)

    @property
    def node(self) -> Author:
        """This database's own name as author of facts."""
        if self._node is None:
            self._node = author(self.session)
        return self._node

    def record(self, model: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert facts: keys are column names, values as the column's Python type.

        The rows go into the command's event as well. A column that a row leaves out is null.
        """
        if not rows:
            return
        if model.role is not TableRole.FACT:
            raise AssertionError(f"{model.__name__} is no fact table")
        table = table_of(model)
        _insert(table).run_many(self.session, rows)
        self.capture.add_rows(table, rows)

    def record_once(self, model: type[Table], row: Mapping[str, Any]) -> None:
        """Insert a fact whose id is derived from its content, unless it is there already."""
        table = table_of(model)
        keys = [column == row[column.name] for column in table.primary_key]
        if self.session.execute(select(1).select_from(table).where(*keys)).first() is None:
            self.record(model, [row])

    def replace_local(self, model: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put these rows in the place of all that a table of this machine alone held."""
        if model.role is not TableRole.LOCAL:
            raise AssertionError(f"{model.__name__} is no local table")
        table = table_of(model)
        self.session.execute(delete(table))
        if rows:
            _insert(table).run_many(self.session, rows)

    def derive(self, model: type[Table], rows: Sequence[Mapping[str, Any]], *, add: Sequence[str] = ()) -> None:
        """Insert rows of a derived table; where the key is there, add the named columns to what stands."""
        if not rows:
            return
        self._only_derived(model)
        dialect = self.session.get_bind().dialect
        _adding(dialect.name, table_of(model), tuple(add)).run_many(self.session, rows)

    def replace_derived(self, model: type[Table], of: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put rows in the place of those of a derived table whose columns have the values ``of``."""
        self._only_derived(model)
        table = table_of(model)
        self.session.execute(delete(table).where(*(table.c[name] == value for name, value in of.items())))
        if rows:
            _insert(table).run_many(self.session, rows)

    def count_up(self, model: type[Table], key: Mapping[str, Any], column: str, new: Mapping[str, int]) -> int:
        """Return the next number of a counter and keep it, row-locked until the commit.

        ``new`` are the columns of a counter that is not there yet, the number itself among them.
        """
        self._only_derived(model)
        dialect = self.session.get_bind().dialect
        counted = _counting(dialect.name, table_of(model), column).scalar(self.session, {**key, **new})
        return int(counted)

    @staticmethod
    def _only_derived(model: type[Table]) -> None:
        if model.role is not TableRole.DERIVED:
            raise AssertionError(f"{model.__name__} is no derived table")


def table_of(model: type[Table]) -> sqlalchemy.Table:
    """Return a model's table, typed."""
    return cast(sqlalchemy.Table, model.__table__)


@cache
def _insert(table: sqlalchemy.Table) -> Prepared:
    return Prepared(insert(table), returns=False)


@cache
def _adding(dialect: str, table: sqlalchemy.Table, names: tuple[str, ...]) -> Prepared:
    statement = _upsert(dialect, table)
    if not names:
        return Prepared(statement.on_conflict_do_nothing(), returns=False)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: table.c[name] + statement.excluded[name] for name in names},
        ),
        returns=False,
    )


@cache
def _counting(dialect: str, table: sqlalchemy.Table, column: str) -> Prepared:
    return Prepared(
        _upsert(dialect, table)
        .on_conflict_do_update(index_elements=list(table.primary_key.columns), set_={column: table.c[column] + 1})
        .returning(table.c[column])
    )


def _upsert(dialect: str, table: sqlalchemy.Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
