"""An encrypted file opens with its key and no other, tells who has none what to do, and notices every flipped bit."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from core.app.backups.examine import examine
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.storage.keys import RawKey, keep_key, key_ids, known_keys
from core.storage.snapshot import copy_into
from core.storage.sqlite import SqliteDatabase, is_plain
from core.storage.unlock import key_of_file
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.databases import empty_sqlite
from tests.support.shop import TestShop

FLIPS = int(os.environ.get("NUSKHA_FLIPS", "120"))


class StoreInMemory(keyring.backend.KeyringBackend):
    """A key store of the operating system, for as long as a test runs."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password


@pytest.fixture
def store() -> Iterator[StoreInMemory]:
    """A machine whose system keeps keys."""
    before = keyring.get_keyring()
    made = StoreInMemory()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def encrypted(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """An encrypted shop with a bill."""
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=True)
    shop.receives("PCM500")
    shop.bills(("PCM500", "2"))
    yield shop
    shop.close()


def key_of(shop: TestShop) -> RawKey:
    """Return the shop's key."""
    key = shop.shop.database.key
    assert key is not None
    return key


def test_nothing_of_the_shop_can_be_read_in_the_file(encrypted: TestShop) -> None:
    folder = encrypted.shop.folder
    encrypted.close()
    found = b"".join(path.read_bytes() for path in folder.glob("shop.db*"))
    assert b"Test Medicals" not in found
    assert b"CREATE TABLE" not in found
    assert not is_plain(folder / "shop.db")


def test_it_opens_again_by_itself(encrypted: TestShop) -> None:
    key = key_of(encrypted)
    encrypted.reopen()
    assert key_of(encrypted) == key
    encrypted.books_agree()


def test_the_pragmas_hold_behind_the_key(encrypted: TestShop) -> None:
    with encrypted.shop.database.writer.connect() as connection:
        for pragma, value in {"journal_mode": "wal", "synchronous": 2, "recursive_triggers": 1}.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert connection.exec_driver_sql("PRAGMA cipher_version").scalar()


def test_without_its_key_the_code_is_asked_for(encrypted: TestShop, tmp_path: Path) -> None:
    path = encrypted.shop.database.path
    encrypted.close()
    with pytest.raises(EnvironmentFault) as refused:
        key_of_file(path, tmp_path / "another machine")
    assert refused.value.code == "key.missing"
    assert "recovery code" in explain(refused.value)
    assert key_of_file(path, tmp_path, [RawKey.new(), key_of(encrypted)]) == key_of(encrypted)


def test_a_wrong_key_is_said_to_be_one(encrypted: TestShop) -> None:
    encrypted.close()
    path = encrypted.shop.database.path
    for fault in ("key.wrong", "key.missing"):
        database = SqliteDatabase(path, key=RawKey.new() if fault == "key.wrong" else None)
        with pytest.raises(EnvironmentFault) as refused, database.write(SOMEBODY):
            pass
        assert refused.value.code == fault
        assert explain(refused.value)
        database.close()


def test_a_letter_is_no_encrypted_shop(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"this is a letter to the tax office" * 300)
    with pytest.raises(EnvironmentFault, match="storage.not_a_shop_file"):
        key_of_file(path, tmp_path)


def test_the_system_keeps_the_key_and_the_folder_only_its_name(tmp_path: Path, store: StoreInMemory) -> None:
    key = RawKey.new()
    assert keep_key(tmp_path, key)
    kept = (tmp_path / "keys" / f"{key.id}.json").read_text()
    assert key.value.hex() not in kept
    assert list(store.kept.values()) == [key.value.hex()]
    assert known_keys(tmp_path) == [key]
    store.kept.clear()
    assert known_keys(tmp_path) == []
    assert key_ids(tmp_path) == [key.id]


def test_a_store_that_gives_another_key_gives_none(tmp_path: Path, store: StoreInMemory) -> None:
    key = RawKey.new()
    keep_key(tmp_path, key)
    store.kept = dict.fromkeys(store.kept, RawKey.new().value.hex())
    assert known_keys(tmp_path) == []


def test_without_a_store_a_file_keeps_the_key_for_its_owner_alone(tmp_path: Path) -> None:
    key = RawKey.new()
    assert not keep_key(tmp_path, key)
    file = tmp_path / "keys" / f"{key.id}.json"
    assert known_keys(tmp_path) == [key]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["", "no json", "[]", '{"kept": "file", "key": "00"}', '{"kept": "file", "key": 5}'])
def test_a_damaged_key_file_is_no_key(tmp_path: Path, damage: str) -> None:
    key = RawKey.new()
    keep_key(tmp_path, key)
    (tmp_path / "keys" / f"{key.id}.json").write_text(damage)
    assert known_keys(tmp_path) == []


def test_a_key_never_shows_itself() -> None:
    key = RawKey.new()
    assert key.value.hex() not in f"{key!r} {key}"
    assert RawKey.of_recovery_code(key.recovery_code) == key


def test_a_copy_has_the_same_key(encrypted: TestShop, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copy_into(encrypted.shop.database, target)
    assert not is_plain(target)
    assert examine(target, key_of(encrypted)).events == 3
    with pytest.raises(EnvironmentFault, match="key.wrong"):
        examine(target, RawKey.new())


def test_every_flipped_bit_is_noticed(encrypted: TestShop, tmp_path: Path) -> None:
    """In the file as it lies there; a plain file is the control that lets some pass."""
    target = tmp_path / "copy.db"
    copy_into(encrypted.shop.database, target)
    assert noticed(target, key_of(encrypted)) == FLIPS


def test_a_plain_file_lets_some_pass(tmp_path: Path, clock: TurnedClock) -> None:
    """The control of the test above: did this notice all as well, the other would prove nothing."""
    shop = TestShop.create(tmp_path / "plain", clock)
    target = tmp_path / "copy.db"
    copy_into(shop.shop.database, target)
    shop.close()
    assert noticed(target, None) < FLIPS


def noticed(target: Path, key: RawKey | None) -> int:
    """Flip bits of a file one at a time, and count how often examining it says so."""
    sound = target.read_bytes()
    chance = random.Random(20261125)
    said = []
    for _ in range(FLIPS):
        place = chance.randrange(len(sound) * 8)
        flipped = bytearray(sound)
        flipped[place // 8] ^= 1 << place % 8
        target.write_bytes(flipped)
        try:
            examine(target, key)
        except EnvironmentFault as fault:
            said.append(fault.code)
    assert set(said) <= {"backup.damaged", "key.wrong", "backup.schema_changed", "backup.not_a_backup"}
    return len(said)


def test_a_plain_database_stays_plain(tmp_path: Path, clock: TurnedClock) -> None:
    database = empty_sqlite(tmp_path / "plain.db", clock)
    database.close()
    assert is_plain(tmp_path / "plain.db")
    assert key_of_file(tmp_path / "plain.db", tmp_path, [RawKey.new()]) is None
