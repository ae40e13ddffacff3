"""Backups are whole or not there, say what they hold, and the trouble they have is seen."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app.backups import creating
from core.app.backups.creating import back_up, back_up_if_due
from core.app.backups.examine import examine
from core.app.backups.folder import Backup, choose_second_folder, list_backups, manifest_path, only_maker, second_folder
from core.app.backups.manifest import Manifest, Reason
from core.app.backups.proving import prove_if_due, prove_newest
from core.app.backups.state import read_state
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.kernel.version import VERSION
from core.storage.disk import sha256_of
from core.storage.migrate import head_revision
from core.storage.snapshot import copy_into
from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.machines import fill, may_mount, small_disk
from tests.support.shop import TestShop


@pytest.fixture(params=["plain", "encrypted"])
def billing(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with stock and a bill."""
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=request.param == "encrypted")
    shop.receives("PCM500", packs=1000)
    shop.bills(("PCM500", "2"))
    yield shop
    shop.close()


def folder_of(shop: TestShop) -> Path:
    """Return where its backups lie."""
    return shop.shop.folder / "backups"


def make(shop: TestShop, clock: TurnedClock, reason: Reason = Reason.BY_HAND) -> Backup:
    """Make a backup."""
    return back_up(shop.shop.database, shop.shop.folder, reason, clock)


def names(folder: Path) -> set[str]:
    """Return what lies in a folder beside locks and state."""
    return {path.name for path in folder.iterdir()} - {"backups.lock", "state.json"}


def test_a_backup_says_what_it_holds(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    said = made.manifest
    assert made.name == "C1-2026-11-20-153000.db", "the counter, and the time in India"
    assert said == Manifest.read(manifest_path(made.path))
    assert (said.program, said.reason, said.made_at) == (VERSION, Reason.BY_HAND, clock.now())
    assert said.sha256 == sha256_of(made.path)
    assert said.size == made.path.stat().st_size
    inside = said.contents
    assert (inside.shop, inside.revision, inside.events) == ("Test Medicals", head_revision(), 3)
    assert (inside.head.node_code, inside.head.epoch, inside.head.seq) == ("C1", 1, 3)
    assert {"bill": 1, "audit_event": 3, "item": 1}.items() <= inside.tables.items()
    key = billing.shop.database.key
    assert said.key_id == (key.id if key else None)
    assert examine(made.path, key) == inside
    if os.name == "posix":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert names(folder_of(billing)) == {made.name, manifest_path(made.path).name}


def test_the_manifest_holds_no_key(billing: TestShop, clock: TurnedClock) -> None:
    key = billing.shop.database.key
    text = manifest_path(make(billing, clock).path).read_text()
    assert key is None or key.value.hex() not in text


def test_two_in_one_second_are_two(billing: TestShop, clock: TurnedClock) -> None:
    first, second = make(billing, clock), make(billing, clock)
    assert second.name == "C1-2026-11-20-153000-2.db"
    assert {first.path, second.path} == {backup.path for backup in list_backups(folder_of(billing))}


def test_writing_goes_on_while_a_backup_is_made(billing: TestShop, clock: TurnedClock) -> None:
    """Bills are posted from inside the copying; the copy is of the instant before, whole and proven."""
    posted: list[str] = []

    def bill() -> None:
        if len(posted) < 3:
            posted.append(billing.bills(("PCM500", "1")).number)

    made = back_up(billing.shop.database, billing.shop.folder, Reason.HALF_HOUR, clock, progress=bill)
    assert posted == ["C1/26-27/000002", "C1/26-27/000003", "C1/26-27/000004"], "the writer waited for the backup"
    assert made.manifest.contents.events <= 6
    prove_newest(billing.shop.folder, clock)
    billing.books_agree()


@pytest.fixture(autouse=True)
def _many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a small copy report its progress."""
    monkeypatch.setattr("core.storage.snapshot._STEPS", 50)


def test_the_half_hourly_backup_waits_for_time_and_change(billing: TestShop, clock: TurnedClock) -> None:
    def due() -> Backup | None:
        return back_up_if_due(billing.shop.database, billing.shop.folder, clock)

    assert due() is not None
    clock.turn(hours=1)
    assert due() is None, "nothing changed"
    billing.bills(("PCM500", "1"))
    assert due() is not None
    billing.bills(("PCM500", "1"))
    clock.turn(minutes=29)
    assert due() is None
    clock.turn(minutes=1)
    assert due() is not None


def test_two_failures_in_a_row_raise_the_alarm(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise EnvironmentFault("storage.disk_failed")

    make(billing, clock)
    seen = []
    with monkeypatch.context() as broken:
        broken.setattr(creating, "copy_into", fails)
        for _ in range(3):
            with pytest.raises(EnvironmentFault, match="storage.disk_failed"):
                make(billing, clock)
            state = read_state(folder_of(billing))
            seen.append((state.failures, state.alarm))
    assert seen == [(1, False), (2, True), (3, True)]
    state = read_state(folder_of(billing))
    assert state.last_failure is not None
    assert state.last_failure.message == explain(EnvironmentFault("storage.disk_failed"))
    assert state.last_success == clock.now()
    clock.turn(minutes=5)
    billing.bills(("PCM500", "1"))
    assert back_up_if_due(billing.shop.database, billing.shop.folder, clock) is not None, "tried again sooner"
    assert not read_state(folder_of(billing)).alarm


def test_a_backup_that_does_not_prove_gets_no_name(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that writes something else than it was given: the copy is damaged before it is read again."""

    def damaged(database: SqliteDatabase, target: Path, progress: creating.Progress | None = None) -> None:
        copy_into(database, target, progress)
        with target.open("r+b") as file:
            file.seek(3 * 4096)
            file.write(bytes(4 * 4096))

    monkeypatch.setattr(creating, "copy_into", damaged)
    with pytest.raises(EnvironmentFault, match="backup.damaged"):
        make(billing, clock)
    assert names(folder_of(billing)) == set()


def test_an_old_copy_is_no_backup(billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = make(billing, clock)
    billing.bills(("PCM500", "1"))

    def stale(_database: object, target: Path, _progress: object = None) -> None:
        shutil.copy(earlier.path, target)

    monkeypatch.setattr(creating, "copy_into", stale)
    with pytest.raises(EnvironmentFault, match="backup.damaged"):
        make(billing, clock)


def test_what_a_dead_maker_left_is_swept_and_a_persons_files_are_not(billing: TestShop, clock: TurnedClock) -> None:
    folder = folder_of(billing)
    folder.mkdir()
    for name in (".making-4711.db", "C1-2026-01-01-000000.json", "my-notes.json", "holiday.db"):
        (folder / name).write_text("{}")
    made = make(billing, clock)
    assert names(folder) == {made.name, manifest_path(made.path).name, "my-notes.json", "holiday.db"}


def test_only_one_makes_backups_at_a_time(billing: TestShop, clock: TurnedClock) -> None:
    with only_maker(folder_of(billing)), pytest.raises(EnvironmentFault, match="backup.busy"):
        make(billing, clock)


def test_old_ones_are_pruned_and_the_proven_one_stays(billing: TestShop, clock: TurnedClock) -> None:
    proven = make(billing, clock, Reason.HALF_HOUR)
    prove_newest(billing.shop.folder, clock)
    clock.turn(minutes=10)
    between = make(billing, clock, Reason.HALF_HOUR)
    clock.turn(minutes=10)
    newest = make(billing, clock, Reason.HALF_HOUR)
    assert names(folder_of(billing)) == {
        name for kept in (proven, newest) for name in (kept.name, manifest_path(kept.path).name)
    }
    assert not between.path.exists()


def test_a_second_folder_gets_a_proven_copy(billing: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    with pytest.raises(EnvironmentFault, match="backup.no_second_folder"):
        choose_second_folder(billing.shop.folder, stick)
    stick.mkdir()
    (stick / "holiday.json").write_text("{}")
    choose_second_folder(billing.shop.folder, stick)
    made = make(billing, clock)
    assert (stick / made.name).read_bytes() == made.path.read_bytes()
    assert Manifest.read(manifest_path(stick / made.name)) == made.manifest
    assert (stick / "holiday.json").exists()
    stick.rename(tmp_path / "pulled out")
    for failures in (1, 2):
        clock.turn(minutes=31)
        assert make(billing, clock).path.exists(), "the first folder does not suffer from the second"
        state = read_state(folder_of(billing))
        assert (state.failures, state.second_failures, state.alarm) == (0, failures, False)
        assert state.second_failure is not None
        assert state.second_failure.code == "backup.no_second_folder"
    (tmp_path / "pulled out").rename(stick)
    clock.turn(minutes=31)
    make(billing, clock)
    assert read_state(folder_of(billing)).second_failure is None
    choose_second_folder(billing.shop.folder, None)
    assert second_folder(billing.shop.folder) is None


def test_the_first_folder_is_no_second_one(billing: TestShop, clock: TurnedClock) -> None:
    make(billing, clock)
    with pytest.raises(EnvironmentFault, match="backup.same_folder"):
        choose_second_folder(billing.shop.folder, folder_of(billing))


def test_the_newest_backup_is_proven_by_restoring_it(billing: TestShop, clock: TurnedClock) -> None:
    with pytest.raises(EnvironmentFault, match="backup.none"):
        prove_newest(billing.shop.folder, clock)
    assert prove_if_due(billing.shop.folder, clock) is None
    made = make(billing, clock)
    backup, report = prove_newest(billing.shop.folder, clock)
    assert (backup.name, report.events) == (made.name, 3)
    proof = read_state(folder_of(billing)).last_proof
    assert proof is not None
    assert (proof.file, proof.at, proof.events) == (made.name, clock.now(), 3)
    clock.turn(days=6)
    assert prove_if_due(billing.shop.folder, clock) is None
    clock.turn(days=1)
    assert prove_if_due(billing.shop.folder, clock) is not None
    assert names(folder_of(billing)) == {made.name, manifest_path(made.path).name}, "the scratch file is gone"


def test_a_backup_that_no_longer_holds_fails_its_proof_loudly(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2] ^= 1
    made.path.write_bytes(data)
    with pytest.raises(EnvironmentFault) as failed:
        prove_newest(billing.shop.folder, clock)
    assert failed.value.code in {"backup.damaged", "backup.manifest_differs"}
    state = read_state(folder_of(billing))
    assert state.alarm
    assert state.proof_failure is not None
    assert state.proof_failure.message == explain(failed.value)


def test_a_bill_altered_in_a_backup_fails_its_proof_though_counts_and_hash_fit(
    shop: TestShop, clock: TurnedClock
) -> None:
    shop.receives("PCM500")
    shop.bills(("PCM500", "2"))
    made = make(shop, clock)
    raw = SqliteDatabase(made.path)
    with raw.writer.begin() as connection:
        guard = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'guard_bill_update'").scalar()
        connection.exec_driver_sql("DROP TRIGGER guard_bill_update")
        connection.exec_driver_sql("UPDATE bill SET customer_name = 'Somebody Else'")
        connection.exec_driver_sql(str(guard))
    with raw.writer.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA journal_mode=DELETE")
    raw.close()
    lying = made.manifest.model_copy(update={"sha256": sha256_of(made.path), "size": made.path.stat().st_size})
    lying.write(manifest_path(made.path))
    with pytest.raises(EnvironmentFault) as failed:
        prove_newest(shop.shop.folder, clock)
    assert failed.value.code == "backup.not_proven"
    assert "Somebody Else" in explain(failed.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"failures": "many"}', '{"failures": 1, "unknown": 2}'])
def test_a_damaged_state_begins_anew(billing: TestShop, clock: TurnedClock, text: str) -> None:
    make(billing, clock)
    (folder_of(billing) / "state.json").write_text(text)
    assert read_state(folder_of(billing)).failures == 0
    make(billing, clock)
    assert json.loads((folder_of(billing) / "state.json").read_text())["failures"] == 0


if may_mount():

    def test_a_full_disk_makes_no_half_backup_and_leaves_room_for_bills(clock: TurnedClock) -> None:
        with small_disk(100) as disk:
            shop = TestShop.create(disk / "shop", clock)
            shop.receives("PCM500", packs=1000)
            make(shop, clock)
            before = names(folder_of(shop))
            ballast = fill(disk)
            with pytest.raises(EnvironmentFault) as refused:
                make(shop, clock)
            assert refused.value.code == "backup.no_room"
            assert explain(refused.value)
            assert names(folder_of(shop)) == before
            ballast.unlink()
            make(shop, clock)
            shop.close()


def test_without_room_no_backup_is_begun(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creating, "free_bytes", lambda _folder: 64 * 1024 * 1024)
    with pytest.raises(EnvironmentFault, match="backup.no_room"):
        make(billing, clock)
    assert names(folder_of(billing)) == set()
    assert read_state(folder_of(billing)).failures == 1
