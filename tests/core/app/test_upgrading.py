"""An upgrade is made after a backup, alone, and all or nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3  # noqa: TID251  a shop of an earlier version, made in its file
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from core.app import instance
from core.app.backups.folder import list_backups
from core.app.backups.manifest import Reason
from core.app.backups.proving import prove_newest
from core.app.shop import open_shop, shop_file
from core.app.verify import verify
from core.audit.history import search_log
from core.catalog.viewing import item_view
from core.kernel.errors import EnvironmentFault
from core.storage import fingerprint, migrate
from core.storage.disk import sha256_of
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

OLD = "0000"


@pytest.fixture
def older(shop: TestShop, monkeypatch: pytest.MonkeyPatch) -> TestShop:
    """A closed shop whose file stands at a revision before this program's: the same schema under an older number."""
    shop.receives("PCM500")
    shop.bills(("PCM500", "1"))
    with shop.shop.database.writer.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{OLD}'")
    shop.close()
    known, recorded = migrate.known_revisions(), fingerprint.recorded
    monkeypatch.setattr(migrate, "known_revisions", lambda: known | {OLD})
    monkeypatch.setattr(
        fingerprint, "recorded", lambda revision: recorded(migrate.head_revision() if revision == OLD else revision)
    )
    return shop


def lifts(database: object, _metadata: object, revision: str = "head") -> None:
    """Stand for the migrations between: a real write transaction that raises the number."""
    del revision
    with database.schema_change() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{migrate.head_revision()}'")


def breaks(database: object, _metadata: object) -> None:
    """Stand for a migration that fails half-way."""
    with database.schema_change() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("ALTER TABLE item ADD COLUMN half TEXT")
        raise RuntimeError("the power went")


def test_before_an_upgrade_there_is_a_backup(
    older: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "upgrade", lifts)
    older.shop = open_shop(older.shop.folder, clock)
    newest = list_backups(older.shop.folder / "backups")[0]
    assert newest.manifest.reason is Reason.BEFORE_MIGRATION
    assert newest.manifest.contents.revision == OLD
    assert not migrate.needs_upgrade(older.shop.database)
    assert prove_newest(older.shop.folder, clock)[0].name == newest.name, "upgraded in its scratch file first"
    older.books_agree()


def test_a_failed_upgrade_leaves_the_old_file(
    older: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sha256_of(older.shop.folder / "shop.db")
    with monkeypatch.context() as broken:
        broken.setattr(migrate, "upgrade", breaks)
        with pytest.raises(RuntimeError, match="the power went"):
            open_shop(older.shop.folder, clock)
    assert sha256_of(older.shop.folder / "shop.db") == before
    instance.use_alone(older.shop.folder).release()
    monkeypatch.setattr(migrate, "upgrade", lifts)
    older.shop = open_shop(older.shop.folder, clock)
    assert verify(older.shop.database).holds


def test_without_a_backup_nothing_is_upgraded(
    older: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "upgrade", lifts)
    monkeypatch.setattr("core.app.backups.creating.free_bytes", lambda _folder: 0)
    with pytest.raises(EnvironmentFault, match="backup.no_room"):
        open_shop(older.shop.folder, clock)
    monkeypatch.undo()
    with pytest.raises(EnvironmentFault, match="storage.newer_than_program"):
        open_shop(older.shop.folder, clock)  # what this program really knows: the number was left alone


def test_an_upgrade_waits_until_others_have_ended(
    older: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "upgrade", lifts)
    with instance.share_use(older.shop.folder), pytest.raises(EnvironmentFault, match="instance.in_use"):
        open_shop(older.shop.folder, clock)
    open_shop(older.shop.folder, clock).close()


def test_an_old_file_that_somebody_changed_is_not_upgraded(
    older: TestShop, clock: TurnedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlcipher3.dbapi2 as driver

    connection = driver.connect(str(older.shop.folder / "shop.db"), isolation_level=None)
    connection.execute("DROP TRIGGER guard_bill_update")
    connection.close()
    monkeypatch.setattr(migrate, "upgrade", lifts)
    with pytest.raises(EnvironmentFault, match="storage.guards_missing"):
        open_shop(older.shop.folder, clock)
    assert not (older.shop.folder / "backups").exists()


def test_the_salts_of_an_older_shop_are_read_after_the_upgrade(tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "migrations" / "fixtures" / "0.2.0.db"
    shutil.copy(fixture, shop_file(tmp_path))
    with closing(sqlite3.connect(shop_file(tmp_path))) as connection, connection:
        connection.execute("UPDATE item SET salts = 'Amoxycillin 500mg' WHERE code = 'PCM500'")
    written = json.loads(fixture.with_suffix(".json").read_text("utf-8"))
    shop = open_shop(tmp_path, TurnedClock(datetime.fromisoformat(written["clock"])))
    try:
        with shop.database.read() as session:
            assert [salt.key for salt in item_view(session, "PCM500", date(2026, 11, 21)).salt_list] == ["amoxicillin"]
            assert search_log(session, kind="items.salts_read")[0].username == "nuskha"
    finally:
        shop.close()
