"""Flips single bits in an encrypted copy of a shop's file: each must be noticed by whoever reads the file."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

_KEY = "3d" * 32


@dataclass(frozen=True, slots=True)
class Rot:
    """How many bits were flipped, how many were noticed, and how many changed what was read without a word."""

    flips: int
    noticed: int
    silently_wrong: int


def rot_encrypted(plain: Path, folder: Path, flips: int, seed: int = 20261125) -> Rot:
    """Encrypt a closed shop's file into ``folder`` and flip bits in it, one at a time."""
    folder.mkdir()
    encrypted = folder / "encrypted.db"
    _encrypt(plain, encrypted)
    return _rot(encrypted, folder / "rotten.db", flips, seed, _KEY)


def rot_plain(plain: Path, folder: Path, flips: int, seed: int = 20261125) -> Rot:
    """Do the same to the file without encryption: what SQLite alone notices, for comparison."""
    folder.mkdir()
    return _rot(plain, folder / "rotten.db", flips, seed, None)


def _rot(file: Path, rotten: Path, flips: int, seed: int, key: str | None) -> Rot:
    dice = random.Random(seed)
    sound = file.read_bytes()
    expected = _everything(file, key)
    noticed = wrong = 0
    for _ in range(flips):
        content = bytearray(sound)
        position = dice.randrange(len(content) * 8)
        content[position // 8] ^= 1 << position % 8
        rotten.write_bytes(content)
        try:
            found = _everything(rotten, key)
        except (driver.Error, UnicodeDecodeError):
            noticed += 1
            continue
        wrong += found != expected
    return Rot(flips, noticed, wrong)


def _encrypt(plain: Path, encrypted: Path) -> None:
    connection = driver.connect(str(plain), isolation_level=None)
    connection.execute("ATTACH ? AS encrypted KEY ?", (str(encrypted), f"x'{_KEY}'"))
    connection.execute("SELECT sqlcipher_export('encrypted')").fetchall()
    connection.execute("DETACH encrypted")
    connection.close()


def _everything(file: Path, key: str | None) -> list[Any]:
    """Return all that a file holds, every page of it read. Raises the driver's Error for damage."""
    connection = driver.connect(str(file), isolation_level=None)
    try:
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("PRAGMA cell_size_check = ON")
        damage = connection.execute("PRAGMA integrity_check").fetchall()
        if damage != [("ok",)]:
            raise driver.DatabaseError(str(damage[:1]))
        if key is not None and (bad := connection.execute("PRAGMA cipher_integrity_check").fetchall()):
            raise driver.DatabaseError(str(bad[:1]))
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for kind, name, _, _ in schema if kind == "table"]
        return [schema, *(connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables)]
    finally:
        connection.close()
