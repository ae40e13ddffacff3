"""One history builds both databases to the models, all at once or not at all."""

from __future__ import annotations

import importlib.resources

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, inspect, text
from sqlalchemy.sql.schema import SchemaItem

from core.app.schema import METADATA
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.parties.dto import PartyKind
from core.parties.model import Prescriber
from core.parties.queries import search_parties
from core.storage import fingerprint, guards, migrate, search_index
from core.storage.database import Database
from core.storage.sqlite import SqliteDatabase
from core.storage.unit_of_work import table_of


def _ours(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _to: SchemaItem | None) -> bool:
    """The search index and what FTS5 keeps beside it are made by hand."""
    return kind != "table" or not (name or "").startswith("item_search")


def tables_of(revision: str) -> MetaData:
    """Return the metadata of the tables that the record of a revision has: guards stand on no others."""
    older, record = MetaData(), fingerprint.recorded(revision)
    assert record is not None
    for name, table in METADATA.tables.items():
        if f"table {name}" in record:
            table.to_metadata(older)
    assert guards.guarded_tables(older)
    return older


def test_the_files_names_tell_the_history() -> None:
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("migrations")))
    history = ScriptDirectory.from_config(config)
    assert migrate.head_revision() == history.get_current_head()
    assert migrate.known_revisions() == {script.revision for script in history.walk_revisions()}


def test_the_migrations_build_what_the_models_say(bare_database: Database) -> None:
    with bare_database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours})
        assert compare_metadata(context, METADATA) == []
    assert not migrate.needs_upgrade(bare_database)


def test_only_tables_of_large_rows_have_rowids(sqlite_database: SqliteDatabase) -> None:
    with sqlite_database.writer.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, wr FROM pragma_table_list").all()
    clustered = {name: bool(without_rowid) for name, without_rowid in rows}
    with_rowid = {name for name, table in METADATA.tables.items() if table.dialect_options["sqlite"]["with_rowid"]}
    assert (
        {name for name in METADATA.tables if not clustered[name]} == with_rowid == {"audit_event", "prescription_image"}
    )


def test_every_append_only_table_has_its_guards(bare_database: Database) -> None:
    with bare_database.writer.connect() as connection:
        assert guards.missing(connection, METADATA) == []
        tables = {table.name for table in guards.guarded_tables(METADATA)}
        assert {"bill", "bill_line", "stock_movement", "ledger_entry", "audit_event"} <= tables


def test_a_removed_guard_is_named(bare_database: Database) -> None:
    drop = "DROP TRIGGER guard_bill_update" + (" ON bill" if bare_database.writer.dialect.name == "postgresql" else "")
    with bare_database.writer.begin() as connection:
        connection.execute(text(drop))
    with bare_database.writer.connect() as connection:
        assert guards.missing(connection, METADATA) == ["guard_bill_update"]


def test_a_migration_that_fails_leaves_nothing(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_connection: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(search_index, "create", breaks)  # the last step of the first migration
    with pytest.raises(RuntimeError, match="the power went"):
        migrate.upgrade(empty_database, METADATA)
    with empty_database.writer.connect() as connection:
        assert inspect(connection).get_table_names() == []
    assert migrate.current_revision(empty_database) is None


def test_a_newer_database_is_refused_untouched(bare_database: Database) -> None:
    with bare_database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(EnvironmentFault) as refused:
        migrate.upgrade(bare_database, METADATA)
    assert refused.value.code == "storage.newer_than_program"
    assert migrate.current_revision(bare_database) == "9999"


def test_parties_from_before_their_words_were_indexed_are_found(empty_database: Database) -> None:
    """Revision 0010 reads the names that stand."""
    migrate.upgrade(empty_database, tables_of("0009"), "0009")
    prescriber = {"id": new_id(), "name": "Dr Raghavan Nair", "name_key": "dr raghavan nair", "is_active": True}
    with empty_database.writer.begin() as connection:
        connection.execute(insert(table_of(Prescriber)), [prescriber])
    migrate.upgrade(empty_database, METADATA)
    with empty_database.read() as session:
        found = search_parties(session, PartyKind.PRESCRIBER, "nai rag")
    assert [hit.party_id for hit in found] == [prescriber["id"]]
