"""The schema of a file is the one this program makes, to the letter; what is not is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.app.schema import METADATA
from core.app.shop import open_shop
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.storage import fingerprint, guards, migrate
from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.schemas import FOLDER, record_text
from tests.support.shop import TestShop

HEAD = migrate.head_revision()


def test_the_record_of_the_newest_revision_is_what_its_migrations_build() -> None:
    record = FOLDER / f"{HEAD}.json"
    assert record.is_file(), "record it: python -m tests.support.schemas"
    assert record.read_text("utf-8") == record_text(), "record it again: python -m tests.support.schemas"


def test_a_new_file_is_as_recorded(sqlite_database: SqliteDatabase) -> None:
    recorded = fingerprint.recorded(HEAD)
    assert recorded is not None
    with sqlite_database.reader.connect() as connection:
        assert fingerprint.fingerprint(connection) == recorded
        fingerprint.refuse_changed(connection, METADATA, HEAD)


def test_counting_for_the_planner_changes_nothing(sqlite_database: SqliteDatabase) -> None:
    with sqlite_database.writer.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    with sqlite_database.reader.connect() as connection:
        fingerprint.refuse_changed(connection, METADATA, HEAD)


def test_a_revision_without_a_record_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = fingerprint.recorded(HEAD)
    assert fingerprint.recorded("9999") is None
    monkeypatch.setattr(fingerprint, "recorded", lambda _revision: None)
    assert fingerprint.expected_schema(METADATA, HEAD) == recorded


EVIL = "CREATE TRIGGER evil AFTER INSERT ON bill BEGIN DELETE FROM bill_tender; END"
LAX = "CREATE TRIGGER guard_bill_update BEFORE UPDATE ON bill WHEN 0 BEGIN SELECT 1; END"

CHANGES = {
    "a trigger": ([EVIL], "storage.schema_changed", "trigger evil was added"),
    "a trigger with the name of a guard": (
        [EVIL.replace("evil", "guard_evil")],
        "storage.schema_changed",
        "trigger guard_evil was added",
    ),
    "a view": (["CREATE VIEW v AS SELECT * FROM bill"], "storage.schema_changed", "view v was added"),
    "a table": (["CREATE TABLE t (a)"], "storage.schema_changed", "table t was added"),
    "an index": (["CREATE INDEX i ON bill (total_paise)"], "storage.schema_changed", "index i was added"),
    "an index gone": (["DROP INDEX ix_bill_on_date"], "storage.schema_changed", "index ix_bill_on_date is gone"),
    "a column": (["ALTER TABLE item ADD COLUMN evil TEXT"], "storage.schema_changed", "table item was changed"),
    "a guard gone": (
        ["DROP TRIGGER guard_bill_update"],
        "storage.guards_missing",
        "trigger guard_bill_update is gone",
    ),
    "a guard made lax": (
        ["DROP TRIGGER guard_bill_update", LAX],
        "storage.guards_missing",
        "trigger guard_bill_update was changed",
    ),
}


@pytest.mark.parametrize(("statements", "code", "named"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_schema_is_refused_at_start_and_named(
    shop: TestShop, clock: TurnedClock, statements: list[str], code: str, named: str
) -> None:
    with shop.shop.database.writer.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    shop.close()
    with pytest.raises(EnvironmentFault) as refused:
        open_shop(shop.shop.folder, clock)
    assert refused.value.code == code
    assert named in explain(refused.value)


def test_editing_the_schema_as_text_is_noticed(shop: TestShop, clock: TurnedClock) -> None:
    """As another tool does it with ``writable_schema``; SQLite itself finds nothing wrong."""
    with shop.shop.database.writer.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'RAISE(ABORT,', 'max(1,') WHERE name LIKE 'guard_bill_%'"
        )
        raw.execute("PRAGMA writable_schema=RESET")
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    shop.close()
    with pytest.raises(EnvironmentFault, match="storage.guards_missing"):
        open_shop(shop.shop.folder, clock)


def test_the_guards_are_part_of_the_record() -> None:
    recorded = fingerprint.recorded(HEAD) or {}
    tables = {table.name for table in guards.guarded_tables(METADATA)}
    guarded = {name.removeprefix("trigger guard_").rpartition("_")[0] for name in recorded if "trigger" in name}
    assert guarded == tables
