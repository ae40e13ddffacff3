"""Whoever edits the file with another SQLite tool is named: the table, the row, what differs."""

from __future__ import annotations

import sqlite3  # noqa: TID251  the attacker's tool, not ours
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.app.verify import VerifyReport, explain_finding, verify
from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def file(tmp_path: Path, clock: TurnedClock) -> Path:
    """A closed shop with five bills."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("PCM500", packs=50)
    shop.receives("SYRUP", pieces_per_pack=1, pack_label="100 ml", mrp="112.00", gst="12", packs=50)
    for _ in range(5):
        shop.bills(("PCM500", "1:2"), ("SYRUP", "1"))
    shop.books_agree()
    shop.close()
    return tmp_path / "shop" / "shop.db"


@contextmanager
def attacked(file: Path, clock: TurnedClock) -> Iterator[sqlite3.Connection]:
    """Open the file as an attacker who knows SQLite does: guards dropped, everything allowed; put them back after."""
    with closing(sqlite3.connect(file)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, definition in guards:
            connection.execute(definition)
        connection.commit()


def checked(file: Path) -> VerifyReport:
    database = SqliteDatabase(file)
    try:
        return verify(database)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("statement", "code", "table", "detail"),
    [
        ("UPDATE bill SET total_paise = 100 WHERE serial = 3", "verify.row_altered", "bill", "total_paise"),
        ("UPDATE bill SET on_date = '2026-01-01' WHERE serial = 3", "verify.row_altered", "bill", "on_date"),
        ("UPDATE bill SET customer_name = 'Somebody' WHERE serial = 3", "verify.row_altered", "bill", "customer_name"),
        ("UPDATE bill_line SET units = 2 WHERE line = 2", "verify.row_altered", "bill_line", "units"),
        ("UPDATE bill_tender SET amount_paise = 0", "verify.row_altered", "bill_tender", "amount_paise"),
        ("UPDATE stock_movement SET units = units + 1 WHERE line = 2", "verify.row_altered", "stock_movement", "units"),
        ("UPDATE ledger_entry SET account = 'stock' WHERE line = 2", "verify.row_altered", "ledger_entry", "account"),
        ("UPDATE batch SET mrp_paise = 1", "verify.row_altered", "batch", "mrp_paise"),
        ("UPDATE batch SET expiry = 'never'", "verify.row_altered", "batch", "expiry"),
        ("UPDATE bill SET on_date = 'today' WHERE serial = 2", "verify.row_altered", "bill", "on_date"),
        ("UPDATE bill SET at = -99999999999999999 WHERE serial = 2", "verify.row_altered", "bill", "at"),
        ("UPDATE item SET id = x'01' WHERE code = 'SYRUP'", "verify.row_missing", "item", ""),
        ("UPDATE item_tax SET item_id = x'' WHERE gst_bp = 500", "verify.row_missing", "item_tax", ""),
        ("UPDATE stock_balance SET lot_id = x'02'", "verify.unreadable", "stock_balance", "lot_id"),
        ("UPDATE stock_movement SET lot_id = x'03' WHERE line = 1", "verify.unreadable", "stock_movement", "lot_id"),
        (
            "UPDATE ledger_entry SET document_id = x'04' WHERE line = 3 AND document_id IN (SELECT min(id) FROM bill)",
            "verify.row_missing",
            "ledger_entry",
            "",
        ),
        ("UPDATE ledger_entry SET amount_paise = 9223372036854775807", "verify.row_altered", "ledger_entry", ""),
        ("UPDATE node SET code = CAST(x'ff' AS TEXT)", "verify.unreadable", "node", "code"),
        ("UPDATE audit_event SET subject_id = x'05' WHERE seq = 4", "verify.event_altered", "audit_event", ""),
        ("UPDATE audit_event SET node_id = x'06' WHERE seq = 4", "verify.unreadable", "audit_event", "node_id"),
        ("UPDATE bill SET number = CAST(x'ff' AS TEXT) WHERE serial = 2", "verify.unreadable", "bill", "number"),
        ("UPDATE lot SET cost_rate = 1", "verify.row_altered", "lot", "cost_rate"),
        ("DELETE FROM bill WHERE serial = 5", "verify.row_missing", "bill", ""),
        ("DELETE FROM bill_line WHERE line = 1", "verify.row_missing", "bill_line", ""),
        ("DELETE FROM ledger_entry WHERE line = 1", "verify.row_missing", "ledger_entry", ""),
        ("UPDATE item SET name = 'Other'", "verify.row_altered", "item", "name"),
        ("UPDATE item_tax SET gst_bp = 0", "verify.row_altered", "item_tax", "gst_bp"),
        ("UPDATE shop_profile SET gstin = NULL", "verify.row_altered", "shop_profile", "gstin"),
        ("UPDATE user_account SET password_hash = 'mine'", "verify.row_altered", "user_account", "password_hash"),
        ("UPDATE user_account SET user_role = 'cashier'", "verify.row_altered", "user_account", "user_role"),
        ("DELETE FROM item_barcode; DELETE FROM item_tax", "verify.row_missing", "item_tax", ""),
        ("UPDATE audit_event SET username = 'other' WHERE seq = 4", "verify.event_altered", "audit_event", ""),
        ("UPDATE audit_event SET at = at + 1 WHERE seq = 4", "verify.event_altered", "audit_event", ""),
        ("UPDATE audit_event SET body = x'00' WHERE seq = 4", "verify.event_altered", "audit_event", ""),
        ("UPDATE audit_event SET codec = 9 WHERE seq = 4", "verify.event_altered", "audit_event", ""),
        ("DELETE FROM audit_event WHERE seq = 4", "verify.event_missing", "audit_event", ""),
        ("DELETE FROM audit_event WHERE seq = 1", "verify.event_missing", "audit_event", ""),
        ("UPDATE stock_balance SET units = 500", "verify.stock_differs", "stock_balance", ""),
        ("DELETE FROM stock_balance", "verify.stock_differs", "stock_balance", ""),
        ("UPDATE number_counter SET last = 9", "verify.numbers_gap", "bill", ""),
        ("DELETE FROM bill_item", "verify.search_differs", "bill_item", ""),
        ("UPDATE bill_item SET at = at + 1", "verify.search_differs", "bill_item", ""),
        (
            "INSERT INTO bill_word SELECT '!cancelled', on_date, at, id FROM bill WHERE serial = 2",
            "verify.search_differs",
            "bill_word",
            "",
        ),
        ("UPDATE bill SET customer_name = 'Asha' WHERE serial = 2", "verify.search_differs", "bill_word", ""),
        (
            "UPDATE bill SET corrects_id = (SELECT id FROM bill WHERE serial = 1) WHERE serial = 2",
            "verify.correction_differs",
            "bill",
            "C1/26-27/000001 is not cancelled",
        ),
        (
            "UPDATE bill SET corrects_id = x'00112233445566778899aabbccddeeff' WHERE serial = 2",
            "verify.correction_differs",
            "bill",
            "there is no such bill",
        ),
        ("UPDATE node SET code = 'C2'", "verify.row_altered", "node", "code: 'C1' was written, 'C2' stands"),
        ("UPDATE node SET epoch = 2", "verify.row_altered", "node", "epoch"),
        ("UPDATE node SET id = x'00112233445566778899aabbccddeeff'", "verify.row_altered", "node", ""),
        ("DELETE FROM audit_touch WHERE table_name = 'item'", "verify.row_missing", "audit_touch", ""),
        ("UPDATE audit_touch SET row_key = row_key || 'x'", "verify.row_unwritten", "audit_touch", ""),
        (
            "INSERT INTO ledger_account VALUES ('mine', 'Mine', 'asset')",
            "verify.row_unwritten",
            "ledger_account",
            "",
        ),
        (
            """INSERT INTO ledger_entry SELECT x'00112233445566778899aabbccddeeff', line, document_kind, account,
            amount_paise, on_date FROM ledger_entry WHERE document_id = (SELECT id FROM bill WHERE serial = 2)""",
            "verify.row_unwritten",
            "ledger_entry",
            "",
        ),
    ],
)
def test_an_edit_is_named(file: Path, clock: TurnedClock, statement: str, code: str, table: str, detail: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    found = [(f.code, f.table) for f in checked(file).findings]
    assert (code, table) in found
    named = next(f for f in checked(file).findings if (f.code, f.table) == (code, table))
    assert detail in named.detail


@pytest.mark.parametrize(
    ("statement", "table", "name"),
    [
        ("UPDATE item SET name = 'Other' WHERE code = 'SYRUP'", "item", "SYRUP"),
        (
            "UPDATE item_tax SET gst_bp = 0 WHERE item_id = (SELECT id FROM item WHERE code = 'SYRUP')",
            "item_tax",
            "SYRUP",
        ),
        ("UPDATE batch SET mrp_paise = 1", "batch", "batch A1 of PCM500"),
        ("UPDATE stock_balance SET units = 500", "stock_balance", "batch A1 of PCM500"),
        ("UPDATE bill SET total_paise = 100 WHERE serial = 3", "bill", "C1/26-27/000003"),
        (
            "DELETE FROM bill_line WHERE bill_id = (SELECT id FROM bill WHERE serial = 3)",
            "bill_line",
            "C1/26-27/000003",
        ),
        ("UPDATE user_account SET user_role = 'cashier'", "user_account", "owner"),
    ],
)
def test_a_row_is_called_what_people_call_it(
    file: Path, clock: TurnedClock, statement: str, table: str, name: str
) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    said = [explain_finding(finding) for finding in checked(file).findings if finding.table == table]
    assert any(name in sentence for sentence in said), said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET name = 'Other', code = CAST(x'ff' AS TEXT) WHERE code = 'SYRUP'",
        "UPDATE batch SET item_id = x'01', mrp_paise = 1",
        "UPDATE batch SET number = CAST(x'ff' AS TEXT)",
    ],
)
def test_where_the_row_cannot_be_read_its_key_stays(file: Path, clock: TurnedClock, statement: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert findings
    assert all(explain_finding(finding) for finding in findings)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item_search SET words = 'heroin' WHERE rowid = (SELECT min(rowid) FROM item_search)",
        "DELETE FROM item_search WHERE rowid = (SELECT min(rowid) FROM item_search)",
        "INSERT INTO item_search (words, item_id) VALUES ('mine', x'00112233445566778899aabbccddeeff')",
    ],
)
def test_an_item_that_a_search_would_miss_is_named(file: Path, clock: TurnedClock, statement: str) -> None:
    with attacked(file, clock) as connection:
        connection.execute(statement)
    assert [(f.code, f.table) for f in checked(file).findings] == [("verify.search_differs", "item_search")]


def test_the_last_event_cut_off_with_its_bill_leaves_its_number_used(file: Path, clock: TurnedClock) -> None:
    """Cutting the log's end and everything that hung on it still leaves the counters and balances behind."""
    with attacked(file, clock) as connection:
        last = connection.execute("SELECT id FROM bill ORDER BY serial DESC LIMIT 1").fetchone()
        for table, key in [
            ("bill_line", "bill_id"),
            ("bill_tender", "bill_id"),
            ("stock_movement", "document_id"),
            ("ledger_entry", "document_id"),
            ("bill", "id"),
            ("audit_event", "subject_id"),
        ]:
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", last)
    codes = {finding.code for finding in checked(file).findings}
    assert {"verify.stock_differs", "verify.numbers_gap"} <= codes


def test_a_dropped_guard_is_named(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER guard_bill_update")
        connection.commit()
    assert [f.key for f in checked(file).findings] == ["guard_bill_update"]


def test_honest_books_are_never_blamed(file: Path) -> None:
    report = checked(file)
    assert report.holds
    assert report.events == 8
