"""Triggers that let nobody change what the law looks at: facts and the log are append-only.

An UPDATE, a DELETE, and an INSERT over a row whose content differs are refused by the database itself. An INSERT
of the very same row passes, so that ``ON CONFLICT DO NOTHING`` of a replayed batch still works. Alembic's batch
rebuild drops triggers without a word; the migration runner therefore takes the guards off, upgrades, and puts
them back in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy
from sqlalchemy import Connection, MetaData, UniqueConstraint, text

from core.storage.base import APPEND_ONLY

_PREFIX = "guard_"
_MESSAGE = "append-only"


def guarded_tables(metadata: MetaData) -> list[sqlalchemy.Table]:
    """Return the append-only tables of the schema, by name."""
    return [table for _, table in sorted(metadata.tables.items()) if table.info.get("role") in APPEND_ONLY]


def install(connection: Connection, metadata: MetaData) -> None:
    """Put every guard in place, replacing what stands under the same names."""
    remove(connection)
    statements = _postgres_statements if connection.dialect.name == "postgresql" else _sqlite_statements
    for table in guarded_tables(metadata):
        for statement in statements(table):
            connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the guards off: only a migration may, inside its own transaction."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE NOT t.tgisinternal AND t.tgname LIKE 'guard\\_%' AND n.nspname = current_schema()"
            )
        )
        for trigger, table in rows.all():
            connection.execute(text(f'DROP TRIGGER "{trigger}" ON "{table}"'))
        return
    for trigger in installed(connection):
        connection.execute(text(f'DROP TRIGGER "{trigger}"'))


def installed(connection: Connection) -> dict[str, str]:
    """Return the guards that stand in the database: name -> definition."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT t.tgname, t.tgenabled::text || p.prosrc"
                " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE NOT t.tgisinternal AND t.tgname LIKE 'guard\\_%' AND n.nspname = current_schema()"
            )
        )
    else:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {name: definition for name, definition in rows.all() if name.startswith(_PREFIX)}


def missing(connection: Connection, metadata: MetaData) -> list[str]:
    """Return the names of guards that are absent or not as they should be; empty when all stand."""
    standing = installed(connection)
    if connection.dialect.name == "postgresql":
        expected = {
            f"{_PREFIX}{table.name}_{what}": _ENABLED + body
            for table in guarded_tables(metadata)
            for what, body in _postgres_bodies(table).items()
        }
    else:
        expected = {
            statement.split()[2]: statement
            for table in guarded_tables(metadata)
            for statement in _sqlite_statements(table)
        }
    return [name for name, statement in expected.items() if standing.get(name) != statement]


def _same_row_is_allowed(table: sqlalchemy.Table, of: str = "") -> tuple[str, str]:
    """Return SQL for 'a row with one of the new row's keys' and 'and it differs from the new row'.

    ``of`` stands before the names of the table's own columns.
    """
    keys = [[column.name for column in table.primary_key]]
    keys += [
        [column.name for column in constraint.columns]
        for constraint in sorted(table.constraints, key=lambda c: str(c.name))
        if isinstance(constraint, UniqueConstraint)
    ]
    clashes = " OR ".join("(" + " AND ".join(f"{of}{name} = NEW.{name}" for name in key) + ")" for key in keys)
    return clashes, " OR ".join(f"{of}{column.name} {{differs}} NEW.{column.name}" for column in table.columns)


def _sqlite_statements(table: sqlalchemy.Table) -> Iterator[str]:
    name = table.name
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}: {name}'); END"
    yield f"CREATE TRIGGER {_PREFIX}{name}_update BEFORE UPDATE ON {name} {refuse}"
    yield f"CREATE TRIGGER {_PREFIX}{name}_delete BEFORE DELETE ON {name} {refuse}"
    clashes, differences = _same_row_is_allowed(table)
    differences = differences.format(differs="IS NOT")
    yield (
        f"CREATE TRIGGER {_PREFIX}{name}_insert BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE ({clashes}) AND ({differences})) {refuse}"
    )


_ENABLED = "O"
_REFUSE_BODY = (
    f" BEGIN RAISE EXCEPTION '{_MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END "
)


def _postgres_bodies(table: sqlalchemy.Table) -> dict[str, str]:
    """Return what each guard's function says: operation -> source."""
    # a column named like a variable of PL/pgSQL (``found``) must say that it is a column
    clashes, differences = _same_row_is_allowed(table, f"{table.name}.")
    differences = differences.format(differs="IS DISTINCT FROM")
    insert = (
        f" BEGIN IF EXISTS (SELECT 1 FROM {table.name} WHERE ({clashes}) AND ({differences})) THEN"
        f" RAISE EXCEPTION '{_MESSAGE}: {table.name}' USING ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN NEW; END "
    )
    return {"update": _REFUSE_BODY, "delete": _REFUSE_BODY, "truncate": _REFUSE_BODY, "insert": insert}


def _postgres_statements(table: sqlalchemy.Table) -> Iterator[str]:
    name = table.name
    for operation, body in _postgres_bodies(table).items():
        function = f"{_PREFIX}{name}_insert" if operation == "insert" else f"{_PREFIX}refuse"
        yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
        each = "STATEMENT" if operation == "truncate" else "ROW"
        yield (
            f"CREATE TRIGGER {_PREFIX}{name}_{operation} BEFORE {operation.upper()} ON {name}"
            f" FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
