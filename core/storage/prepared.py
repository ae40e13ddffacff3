"""Statements compiled once and run straight on the driver.

SQLAlchemy takes 0.2 to 0.3 ms to run a statement that SQLite answers in 0.01 ms, and posting a bill runs fifty. What
is built here once per dialect (text, order of parameters, conversions of the column types) is all that running needs.
The transaction, the connection and the types stay SQLAlchemy's; no result is kept from one run to the next.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]

_Convert = Callable[[Any], Any] | None
_NO_VALUES: Values = {}
_AT_ONCE = 500
#: Lists up to here share statements; longer ones are rare, and a driver takes only so many values.
_MOST_ROOM = 1_024
_CONNECTION = "driver's connection"
_DIALECT = "dialect"


class Prepared:
    """A select, or an insert with or without RETURNING, whose values are bound parameters.

    Build it once, at the head of a module. Rows are named tuples of the columns' Python types. An expanding parameter
    takes a sequence that is not empty.
    """

    def __init__(self, statement: Executable, *, returns: bool = True) -> None:
        self._statement = statement
        self._returns = returns
        # dialect's name and lengths of expanding parameters -> how to run it
        self._plans: dict[tuple[Any, ...], _Plan] = {}
        self._expanding: tuple[str, ...] | None = None

    def rows(self, session: Session, values: Values = _NO_VALUES) -> list[Any]:
        """Run it and return every row."""
        plan = self._plan(session, values)
        return plan.rows(_run(session, plan.text, plan.bind(values), plan.dialect))

    def first(self, session: Session, values: Values = _NO_VALUES) -> Any:
        """Run it and return the first row, None if there is none."""
        rows = self.rows(session, values)
        return rows[0] if rows else None

    def scalar(self, session: Session, values: Values = _NO_VALUES) -> Any:
        """Run it and return the first column of the first row, None if there is none."""
        rows = self.rows(session, values)
        return rows[0][0] if rows else None

    def raw_rows(self, session: Session, values: Values = _NO_VALUES) -> list[tuple[Any, ...]]:
        """Run it and return every row as the driver gives it, nothing converted."""
        plan = self._plan(session, values)
        return _all(_run(session, plan.text, plan.bind(values), plan.dialect), plan)

    def run_raw(self, session: Session, bound: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it with values in the order of its text and in the driver's own types; return the driver's rows."""
        plan = self._plan(session, _NO_VALUES)
        return _all(_run(session, plan.text, bound, plan.dialect), plan)

    def raw_stream(self, session: Session, values: Values = _NO_VALUES) -> Iterator[tuple[Any, ...]]:
        """Run it and yield every row as the driver gives it, some hundred in memory at a time."""
        plan = self._plan(session, values)
        cursor = _run(session, plan.text, plan.bind(values), plan.dialect)
        while found := _fetched(cursor.fetchmany, plan, _AT_ONCE):
            yield from found
        cursor.close()

    def run_many(self, session: Session, rows: Sequence[Values]) -> None:
        """Run it once for each row of values; a column that a row leaves out is null.

        Raises KeyError for a value that is no column's.
        """
        plan = self._plan(session, _NO_VALUES)
        for row in rows:
            if not row.keys() <= plan.names:
                raise KeyError(f"no such column: {', '.join(sorted(row.keys() - plan.names))}")
        bound = [plan.bind_row(row) for row in rows]
        if len(bound) == 1:
            _run(session, plan.text, bound[0], plan.dialect)
        else:
            _run(session, plan.text, bound, plan.dialect, many=True)

    def _plan(self, session: Session, values: Values) -> _Plan:
        dialect: Dialect = session.info.get(_DIALECT) or session.get_bind().dialect
        lengths = () if self._expanding is None else tuple(_room_for(values[name]) for name in self._expanding)
        plan = self._plans.get((dialect.name, *lengths)) if self._expanding is not None else None
        if plan is None:
            compiled = cast(SQLCompiler, self._statement.compile(dialect=dialect))  # type: ignore[attr-defined]
            self._expanding = tuple(name for name, bind in compiled.binds.items() if bind.expanding)
            lengths = tuple(_room_for(values[name]) for name in self._expanding)
            plan = _Plan(compiled, values, self._columns() if self._returns else (), dialect)
            self._plans[(dialect.name, *lengths)] = plan
        return plan

    def _columns(self) -> Sequence[Any]:
        columns = getattr(self._statement, "exported_columns", None)  # of a select, or of RETURNING
        return list(columns) if columns is not None else ()


class _Plan:
    """How a statement runs on one dialect: its text, and what becomes of each value on the way in and out."""

    def __init__(self, compiled: SQLCompiler, values: Values, columns: Sequence[Any], dialect: Dialect) -> None:
        expanding = {
            name: list(values[name][:1]) * _room_for(values[name])
            for name, bind in compiled.binds.items()
            if bind.expanding
        }
        state = compiled.construct_expanded_state({**compiled.params, **expanding})
        self.text = state.statement
        self.dialect = dialect
        spread = {
            part: (name, position)
            for name, parts in state.parameter_expansion.items()
            for position, part in enumerate(parts)
        }
        order = state.positiontup
        self._by_name = None if order is not None else list(state.parameters)
        self._binds: list[tuple[str, int | None, _Convert, Any]] = []
        for part in order if order is not None else state.parameters:
            name, position = spread.get(part, (part, None))
            bind = compiled.binds[name]
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            fixed = None if bind.value is None else (convert(bind.value) if convert else bind.value)
            self._binds.append((name, position, convert, fixed))
        self.names = frozenset(name for name, _, _, _ in self._binds)
        self._row: Callable[[Any], Any] | None = None
        self._converts: list[tuple[int, Callable[[Any], Any]]] = []
        if columns:
            names = [str(getattr(column, "name", "_")) for column in columns]
            self._row = cast(Any, namedtuple("Row", names, rename=True))._make
            for position, column in enumerate(columns):
                convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
                if convert is not None:
                    self._converts.append((position, convert))

    def bind(self, values: Values) -> Any:
        """Return the values as the driver takes them. Raises KeyError for a missing one."""
        bound = []
        for name, position, convert, fixed in self._binds:
            if fixed is not None and name not in values:
                bound.append(fixed)
                continue
            value = values[name] if position is None else _at(values[name], position)
            bound.append(convert(value) if convert is not None else value)
        return bound if self._by_name is None else dict(zip(self._by_name, bound, strict=True))

    def bind_row(self, row: Values) -> Any:
        """Return a row's values, null for a column that is not in it."""
        get = row.get
        bound = [
            fixed if (value := get(name)) is None else convert(value) if convert is not None else value
            for name, _, convert, fixed in self._binds
        ]
        return bound if self._by_name is None else dict(zip(self._by_name, bound, strict=True))

    def rows(self, cursor: Any) -> list[Any]:
        """Return what a cursor holds, converted."""
        if self._row is None:
            cursor.close()
            return []
        found = _all(cursor, self)
        row = self._row
        if not self._converts:
            return [row(values) for values in found]
        return [row(self._converted(values)) for values in found]

    def _converted(self, values: Iterable[Any]) -> list[Any]:
        row = list(values)
        for position, convert in self._converts:
            row[position] = convert(row[position])
        return row


def _room_for(values: Sequence[Any]) -> int:
    """Return how many places a list of values gets: few lengths, since each is a statement to compile.

    It takes a millisecond or two, and a search that finds one item more than the one before should not pay it.
    """
    count = len(values)
    return 1 << (count - 1).bit_length() if 1 < count <= _MOST_ROOM else count


def _at(values: Sequence[Any], position: int) -> Any:
    """Return a value of a list; what is left of its places is filled with its last, which asks for nothing more."""
    return values[position] if position < len(values) else values[-1]


@contextmanager
def driver_at_hand(session: Session) -> Iterator[None]:
    """Begin the session's transaction and keep the driver's connection within reach until it ends.

    Asking the session for it takes longer than most statements.
    """
    connection = session.connection()
    session.info[_CONNECTION], session.info[_DIALECT] = connection.connection.dbapi_connection, connection.dialect
    try:
        yield
    finally:
        del session.info[_CONNECTION], session.info[_DIALECT]


def _all(cursor: Any, plan: _Plan) -> list[tuple[Any, ...]]:
    found = _fetched(cursor.fetchall, plan)
    cursor.close()
    return found


def _fetched(fetch: Callable[..., Any], plan: _Plan, *many: int) -> list[tuple[Any, ...]]:
    """Fetch rows. Raises SQLAlchemy's error for the driver's: SQLite looks at values only now."""
    try:
        found: list[tuple[Any, ...]] = fetch(*many)
    except plan.dialect.loaded_dbapi.Error as error:
        raise _explained(plan.text, None, error, plan.dialect) from error
    return found


def _explained(text: str, bound: Any, error: Exception, dialect: Dialect) -> Exception:
    return DBAPIError.instance(text, bound, error, dialect.loaded_dbapi.Error, dialect=dialect)


def _run(session: Session, text: str, bound: Any, dialect: Dialect, *, many: bool = False) -> Any:
    connection: Any = session.info.get(_CONNECTION) or session.connection().connection.dbapi_connection
    cursor = connection.cursor()
    try:
        if many:
            cursor.executemany(text, bound)
        else:
            cursor.execute(text, bound)
    except dialect.loaded_dbapi.Error as error:
        raise _explained(text, bound, error, dialect) from error
    return cursor
