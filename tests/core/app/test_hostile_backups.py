"""A file to restore is anybody's: what is not exactly a proven shop of this program is refused and named."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyrage
import pytest
import sqlcipher3.dbapi2 as driver

from core.app.backups.container import age_identity
from core.app.backups.creating import back_up
from core.app.backups.folder import Backup, manifest_path
from core.app.backups.manifest import Reason
from core.app.backups.restoring import restore
from core.app.shop import has_shop
from core.audit.canonical import GENESIS, Header, canonical_json, compress, event_sha
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.storage.disk import sha256_of
from core.storage.keys import RawKey
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def backup(shop: TestShop, clock: TurnedClock) -> Backup:
    """A sound backup of a shop with bills."""
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "2"))
    return back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)


@pytest.fixture
def hostile(backup: Backup, tmp_path: Path) -> Path:
    """A copy of it in another place, to be made evil; its manifest is not beside it."""
    path = tmp_path / "from the net" / "C1-2026-11-20-153000.db"
    path.parent.mkdir()
    shutil.copy(backup.path, path)
    return path


def refusal(source: Path, tmp_path: Path, clock: TurnedClock, key: RawKey | None = None) -> Problem:
    """Return the problem that a restore into an empty folder ends with; nothing may be left of it."""
    folder = tmp_path / "new"
    with pytest.raises(Problem) as refused:
        restore(folder, source, SOMEBODY, clock, key=key)
    assert explain(refused.value)
    assert not has_shop(folder)
    assert {path.name for path in folder.iterdir()} <= {"use.lock"}
    return refused.value


def run(path: Path, *statements: str) -> None:
    """Change a file with another tool."""
    connection = driver.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_the_sound_one_is_taken(hostile: Path, tmp_path: Path, clock: TurnedClock) -> None:
    """The control: what is refused below is refused for what was done to it."""
    assert restore(tmp_path / "new", hostile, SOMEBODY, clock).events == 3


FORGET = "CREATE TRIGGER evil AFTER INSERT ON bill BEGIN DELETE FROM bill_tender; END"
SCHEMAS = {
    "an evil trigger": ([FORGET], "trigger evil was added"),
    "a trigger that looks like a guard": ([FORGET.replace("evil", "guard_evil")], "trigger guard_evil was added"),
    "an evil view": (["CREATE VIEW evil AS SELECT writefile('/tmp/x', 'y')"], "view evil was added"),
    "a view in the place of a table": (
        ["ALTER TABLE bill_tender RENAME TO hidden", "CREATE VIEW bill_tender AS SELECT * FROM hidden"],
        "table bill_tender is gone",
    ),
    "a table": (["CREATE TABLE evil (a)"], "table evil was added"),
    "a virtual table": (["CREATE VIRTUAL TABLE evil USING fts5(a)"], "table evil was added"),
    "a guard gone": (["DROP TRIGGER guard_bill_delete"], "trigger guard_bill_delete is gone"),
    "a guard changed": (
        [
            "DROP TRIGGER guard_bill_delete",
            "CREATE TRIGGER guard_bill_delete BEFORE DELETE ON bill BEGIN SELECT 1; END",
        ],
        "trigger guard_bill_delete was changed",
    ),
    "a default that runs": (["ALTER TABLE item ADD COLUMN evil TEXT DEFAULT 'x'"], "table item was changed"),
    "an index on an expression": (["CREATE INDEX evil ON item (lower(name))"], "index evil was added"),
}


@pytest.mark.parametrize(("statements", "named"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_changed_schema_is_named(
    hostile: Path, tmp_path: Path, clock: TurnedClock, statements: list[str], named: str
) -> None:
    run(hostile, *statements)
    connection = driver.connect(str(hostile))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), "SQLite finds nothing wrong with it"
    connection.close()
    problem = refusal(hostile, tmp_path, clock)
    assert problem.code == "backup.schema_changed"
    assert named in explain(problem)


def test_the_trigger_never_ran(hostile: Path, tmp_path: Path, clock: TurnedClock) -> None:
    """It waits for the first write; nothing writes before the schema was compared."""
    run(hostile, FORGET.replace("INSERT ON bill ", "UPDATE ON node "))
    before = sha256_of(hostile)
    refusal(hostile, tmp_path, clock)
    assert sha256_of(hostile) == before


OTHERS: dict[str, Callable[[Path], object]] = {
    "another program's database": lambda path: run(path, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)"),
    "a database that calls itself ours": lambda path: run(
        path,
        *(f"CREATE TABLE {name} (a)" for name in ("audit_event", "node", "shop_profile")),
        "CREATE TABLE alembic_version (version_num)",
    ),
    "an empty database": lambda path: run(path, "PRAGMA user_version=1"),
    "an empty file": lambda path: path.touch(),
    "a letter": lambda path: path.write_bytes(b"to the tax office " * 1000),
    "a header and nothing else": lambda path: path.write_bytes(b"SQLite format 3\0"),
}


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_shop_is_said_to_be_none(tmp_path: Path, clock: TurnedClock, make: Callable[[Path], object]) -> None:
    path = tmp_path / "other.db"
    make(path)
    assert refusal(path, tmp_path, clock).code in {"backup.not_a_backup", "backup.damaged"}


def test_chance_that_looks_encrypted_asks_for_a_code(tmp_path: Path, clock: TurnedClock) -> None:
    path = tmp_path / "chance.db"
    path.write_bytes(os.urandom(40960))
    assert refusal(path, tmp_path, clock).code == "key.missing"
    assert refusal(path, tmp_path, clock, RawKey.new()).code == "key.wrong"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_a_truncated_file_is_damaged(hostile: Path, tmp_path: Path, clock: TurnedClock, share: float) -> None:
    os.truncate(hostile, int(hostile.stat().st_size * share))
    assert refusal(hostile, tmp_path, clock).code in {"backup.damaged", "backup.not_a_backup"}


def test_a_key_that_rotted_in_the_table_alone_is_damage(hostile: Path, tmp_path: Path, clock: TurnedClock) -> None:
    """Queries that use the index read the key from there and never see it."""
    with closing(driver.connect(str(hostile))) as connection:
        node, sha = connection.execute("SELECT node_id, sha FROM audit_event WHERE seq = 3").fetchone()
    content = bytearray(hostile.read_bytes())
    row = content.index(bytes(sha)) - 1 - len(node)  # before the hash stand the node and the event's number
    assert content[row : row + len(node)] == node
    content[row + 9] ^= 0x10
    hostile.write_bytes(content)
    assert refusal(hostile, tmp_path, clock).code == "backup.damaged"


def lie(backup: Backup, beside: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Put a manifest beside the copy that says something else."""
    said = json.loads(manifest_path(backup.path).read_bytes())
    change(said)
    manifest_path(beside).write_text(json.dumps(said))


LIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "its hash": (lambda said: said.update(sha256="0" * 64), "SHA-256"),
    "its size": (lambda said: said.update(size=said["size"] + 1), "size"),
    "the newest entry": (lambda said: said["contents"]["head"].update(seq=99), "newest entry"),
    "a counter": (lambda said: said["contents"]["head"].update(node_code="C9"), "newest entry"),
    "a count": (lambda said: said["contents"]["tables"].update(bill=7), "counts of rows"),
    "a table that is not there": (lambda said: said["contents"]["tables"].update(evil=0), "counts of rows"),
    "another shop": (lambda said: said["contents"].update(shop="Other Medicals"), "shop"),
    "another schema": (lambda said: said["contents"].update(revision="0000"), "schema"),
}


@pytest.mark.parametrize(("change", "named"), LIES.values(), ids=LIES.keys())
def test_a_manifest_that_lies_is_named(
    backup: Backup,
    hostile: Path,
    tmp_path: Path,
    clock: TurnedClock,
    change: Callable[[dict[str, Any]], object],
    named: str,
) -> None:
    lie(backup, hostile, change)
    problem = refusal(hostile, tmp_path, clock)
    assert problem.code == "backup.manifest_differs"
    assert named in explain(problem)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": 2}', b"x" * 2_000_000,
    ],
    ids=["empty", "nothing", "no text", "deep", "newer", "huge"],
)  # fmt: skip
def test_a_manifest_that_cannot_be_read_is_refused(
    hostile: Path, tmp_path: Path, clock: TurnedClock, text: bytes
) -> None:
    manifest_path(hostile).write_bytes(text)
    assert refusal(hostile, tmp_path, clock).code == "backup.manifest_unreadable"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_refused_for_the_file_and_its_manifest(
    backup: Backup, hostile: Path, tmp_path: Path, clock: TurnedClock
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(hostile)
    assert refusal(link, tmp_path, clock).code == "backup.not_plain_file"
    manifest_path(hostile).symlink_to(manifest_path(backup.path))
    assert refusal(hostile, tmp_path, clock).code == "backup.manifest_unreadable"


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, clock: TurnedClock) -> None:
    pipe = tmp_path / "pipe.db"
    os.mkfifo(pipe)
    assert refusal(pipe, tmp_path, clock).code == "backup.not_plain_file"
    assert refusal(tmp_path, tmp_path, clock).code == "backup.not_plain_file"
    assert refusal(tmp_path / "none.db", tmp_path, clock).code == "backup.no_file"


def test_a_newer_schema_is_said_to_be_newer(hostile: Path, tmp_path: Path, clock: TurnedClock) -> None:
    run(hostile, "UPDATE alembic_version SET version_num = '9999'")
    assert refusal(hostile, tmp_path, clock).code == "storage.newer_than_program"


VALUES = {
    "a code that is a path": "UPDATE node SET code = '../../evil'",
    "a code in small letters": "UPDATE node SET code = 'c1'",
    "no node": "DELETE FROM node",
    "two nodes": "INSERT INTO node SELECT zeroblob(16), 'C2', 1, 0",
    "a node of odd length": "UPDATE node SET id = x'00'",
    "no shop": "DELETE FROM shop_profile",
    "a negative epoch": "UPDATE node SET epoch = -1",
    "text that is none": "UPDATE shop_profile SET name = CAST(x'ff' AS TEXT)",
}


@pytest.mark.parametrize("statement", VALUES.values(), ids=VALUES.keys())
def test_impossible_values_are_refused(hostile: Path, tmp_path: Path, clock: TurnedClock, statement: str) -> None:
    run(hostile, statement)
    assert refusal(hostile, tmp_path, clock).code in {"backup.not_a_backup", "backup.damaged", "backup.not_proven"}


def guarded(hostile: Path, table: str, *statements: str) -> None:
    """Change a guarded table and put its guards back, so that the schema is as it was."""
    connection = driver.connect(str(hostile), isolation_level=None)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    standing = guards.fetchall()
    for name, _ in standing:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in standing:
        connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("bill", "UPDATE bill SET customer_name = 'Somebody'"),
        ("bill_tender", "DELETE FROM bill_tender"),
        ("stock_movement", "UPDATE stock_movement SET units = units - 1 WHERE units < 0"),
        ("audit_event", "DELETE FROM audit_event WHERE seq = 2"),
        ("audit_event", "UPDATE audit_event SET username = 'nobody' WHERE seq = 3"),
        ("audit_event", "UPDATE audit_event SET body = zeroblob(100) WHERE seq = 3"),
        ("stock_balance", "UPDATE stock_balance SET units = units + 1000"),
    ],
)
def test_books_that_do_not_hold_are_refused(
    hostile: Path, tmp_path: Path, clock: TurnedClock, table: str, statement: str
) -> None:
    guarded(hostile, table, statement)
    problem = refusal(hostile, tmp_path, clock)
    assert problem.code == "backup.not_proven"
    assert "hold" in explain(problem)


@pytest.mark.parametrize(
    "body",
    [
        {"changes": [{"table": 5, "key": 7}]},
        {"changes": {"table": "item"}},
        {"rows": {"bill": [{"id": "no hex"}]}},
        {"rows": {"bill": 5}},
        {"rows": [1]},
        {"note": {"epoch_before": {}, "seq_before": []}},
        {"changes": [{"table": "item", "key": {}, "fields": {"name": [1, 2, 3]}}]},
    ],
)
def test_an_entry_of_a_shape_that_nobody_writes_is_refused(
    hostile: Path, tmp_path: Path, clock: TurnedClock, body: dict[str, Any]
) -> None:
    """Its hash is right, so it must be read; reading it must not break the program."""
    connection = driver.connect(str(hostile))
    node, seq, sha, hlc, at = connection.execute(
        "SELECT node_id, seq, sha, hlc, at FROM audit_event ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    subject = new_id()

    header = Header(uuid.UUID(bytes=node), 1, seq + 1, hlc + 1, at, None, "x", None, "bill.posted", subject, "0")
    text = canonical_json(body)
    assert sha != GENESIS
    codec, packed = compress(text)
    connection.execute(
        "INSERT INTO audit_event (node_id, epoch, seq, sha, hlc, at, username, kind, subject_id, program, codec, body)"
        " VALUES (?, 1, ?, ?, ?, ?, 'x', 'bill.posted', ?, '0', ?, ?)",
        (node, seq + 1, event_sha(sha, header.to_bytes(), text), hlc + 1, at, subject.bytes, codec, packed),
    )
    connection.commit()
    connection.close()
    assert refusal(hostile, tmp_path, clock).code == "backup.not_proven"


def sealed(key: RawKey, entries: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    """Return a container with these entries."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in entries.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    recipient = pyrage.x25519.Identity.from_str(age_identity(key)).to_public()
    sealed_bytes: bytes = pyrage.encrypt(packed.getvalue(), [recipient])
    return sealed_bytes


def link_to(target: str) -> tarfile.TarInfo:
    """Return an entry that is a link."""
    entry = tarfile.TarInfo("shop.db")
    entry.type = tarfile.SYMTYPE
    entry.linkname = target
    return entry


def test_a_container_is_read_by_name_and_kind_only(backup: Backup, tmp_path: Path, clock: TurnedClock) -> None:
    key = RawKey.new()
    manifest = manifest_path(backup.path).read_bytes()
    database = backup.path.read_bytes()
    small = json.dumps(json.loads(manifest) | {"size": 1000}).encode()
    source = tmp_path / "evil.age"
    evils: dict[str, tuple[dict[str, bytes | tarfile.TarInfo], str]] = {
        "a link": ({"manifest.json": manifest, "shop.db": link_to(str(backup.path))}, "backup.not_a_backup"),
        "no manifest": ({"shop.db": database}, "backup.not_a_backup"),
        "more than it says": ({"manifest.json": small, "shop.db": database}, "backup.not_a_backup"),
        "another file": ({"manifest.json": manifest, "shop.db": b"x" * 100}, "backup.not_a_backup"),
    }
    for entries, code in evils.values():
        source.write_bytes(sealed(key, entries))
        assert refusal(source, tmp_path, clock, key).code == code
    recipient = pyrage.x25519.Identity.from_str(age_identity(key)).to_public()
    source.write_bytes(pyrage.encrypt(b"no archive at all" * 100, [recipient]))
    assert refusal(source, tmp_path, clock, key).code == "backup.not_a_backup"
    outside = tmp_path / "outside"
    source.write_bytes(
        sealed(key, {"../outside": b"x", str(outside): b"x", "manifest.json": manifest, "shop.db": database})
    )
    assert restore(tmp_path / "new", source, SOMEBODY, clock, key=key).events == 3
    assert not outside.exists()


def test_a_wal_beside_the_file_is_not_played_into_it(hostile: Path, tmp_path: Path, clock: TurnedClock) -> None:
    """Journals that lie beside a backup are no part of it."""
    hostile.with_name(f"{hostile.name}-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(4000))
    hostile.with_name(f"{hostile.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(4000))
    done = restore(tmp_path / "new", hostile, SOMEBODY, clock)
    assert done.events == 3
