"""The chain proved in stretches, here or by other processes, says what the whole chain says."""

from __future__ import annotations

import sqlite3  # noqa: TID251  the attacker's tool, not ours
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from core.app import provers
from core.app.schema import METADATA
from core.app.verify import VerifyReport, verify
from core.audit.chain import stretches
from core.audit.proving import Proved, prove_stretch
from core.storage.snapshot import SqliteSnapshot
from core.storage.sqlite import SqliteDatabase
from tests.core.audit.test_attacks import attacked
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

_ATTACKS = [
    "",
    "DELETE FROM audit_event WHERE seq = 4",
    "DELETE FROM audit_event WHERE seq IN (4, 5, 6)",
    "DELETE FROM audit_event WHERE seq = 1",
    "UPDATE audit_event SET sha = zeroblob(32) WHERE seq = 5",
    "UPDATE audit_event SET username = 'nobody' WHERE seq > 3",
    "UPDATE audit_event SET seq = seq + 100 WHERE seq = 6",
    "UPDATE audit_event SET seq = -7 WHERE seq = 6",
    "UPDATE bill SET total_paise = 100 WHERE serial = 3",
    "DELETE FROM bill_line WHERE line = 2",
]


@pytest.fixture
def file(tmp_path: Path, clock: TurnedClock) -> Path:
    """A closed shop with seven bills."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("PCM500", packs=50)
    shop.receives("SYRUP", pieces_per_pack=1, pack_label="100 ml", mrp="112.00", gst="12", packs=50)
    for _ in range(7):
        shop.bills(("PCM500", "1:2"), ("SYRUP", "1"))
    shop.close()
    return tmp_path / "shop" / "shop.db"


@pytest.mark.parametrize("statement", _ATTACKS)
def test_stretches_of_any_length_say_what_the_whole_chain_says(file: Path, clock: TurnedClock, statement: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    whole = _proved(file, None)
    assert whole[1] > 0
    for events_each in range(1, 14):
        assert _proved(file, events_each) == whole


@pytest.mark.parametrize("statement", _ATTACKS[::3])
def test_other_processes_find_the_same(
    file: Path, clock: TurnedClock, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    alone = _verified(file, 1)
    monkeypatch.setattr(provers, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(provers, "EVENTS_OF_A_PART", 2)
    assert _verified(file, 3) == alone
    assert bool(alone.findings) == bool(statement)


def test_a_process_that_cannot_open_the_file_costs_only_time(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provers, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(provers, "EVENTS_OF_A_PART", 2)
    monkeypatch.setattr(SqliteDatabase, "opener", lambda self: _NoFile(file))
    assert _verified(file, 2).findings == ()


def test_a_snapshot_is_opened_as_one_and_an_encrypted_file_with_its_key(
    tmp_path: Path, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=True)
    key = shop.shop.database.key
    shop.receives("PCM500", packs=50)
    for _ in range(5):
        shop.bills(("PCM500", "1"))
    shop.close()
    monkeypatch.setattr(provers, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(provers, "EVENTS_OF_A_PART", 2)
    proved: list[Proved | None] = []
    result = provers._result

    def noted(elsewhere: Future[Proved]) -> Proved | None:
        proved.append(result(elsewhere))
        return proved[-1]

    monkeypatch.setattr(provers, "_result", noted)
    snapshot = SqliteSnapshot(tmp_path / "shop" / "shop.db", key)
    try:
        report = verify(snapshot, processes=2)
    finally:
        snapshot.close()
    assert report.findings == ()
    assert None not in proved


class _NoFile:
    """Opens nothing; picklable, as what opens a database is."""

    def __init__(self, file: Path) -> None:
        self.file = file.with_name("none.db")

    def __call__(self) -> SqliteDatabase:
        return SqliteDatabase(self.file)


def _proved(file: Path, events_each: int | None) -> tuple[int, int, int, list[str], list[int]]:
    database = SqliteSnapshot(file)
    try:
        with database.read() as session:
            parts = [prove_stretch(session, METADATA, part, 100) for part in stretches(session, events_each)]
    finally:
        database.close()
    whole = Proved()
    for part in parts:
        whole.events += part.events
        whole.rows += part.rows
        whole.findings += part.findings
        whole.left += part.left
    return len(whole.findings), whole.events, whole.rows, list(map(str, whole.findings)), list(whole.left)


def _verified(file: Path, processes: int) -> VerifyReport:
    database = SqliteDatabase(file)
    try:
        return verify(database, processes=processes)
    finally:
        database.close()


def test_a_day_that_holds_the_text_of_the_next_column_is_named(file: Path, clock: TurnedClock) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(
            """UPDATE bill_line SET expiry = expiry || '","expiry_precision":"' || expiry_precision,
            expiry_precision = NULL WHERE line = 1"""
        )
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM bill_line WHERE expiry_precision IS NULL").fetchone()[0] == 7
    found = {(f.code, f.table) for f in _verified(file, 1).findings}
    assert found & {("verify.row_altered", "bill_line"), ("verify.unreadable", "bill_line")}
