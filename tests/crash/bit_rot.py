"""Flips single bits in a shop's file: the program must notice each in an encrypted one, whoever reads it."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.app.integrity import integrity_faults
from core.app.shop import Shop, open_shop, shop_file
from core.kernel.errors import EnvironmentFault


@dataclass(frozen=True, slots=True)
class Rot:
    """How many bits were flipped, how many were noticed, and how many changed what was read without a word."""

    flips: int
    noticed: int
    silently_wrong: int


def rot_file(folder: Path, scratch: Path, flips: int, seed: int = 20261125) -> Rot:
    """Flip bits in copies of a closed shop, one at a time, and start the program on each; ``scratch`` is made.

    Its keys are found where the program keeps them. ``scratch`` should lie in memory: nothing in it needs to last.
    """
    dice = random.Random(seed)
    sound = shop_file(folder).read_bytes()
    shop = open_shop(folder)
    expected = _everything(shop)
    shop.close()
    noticed = wrong = 0
    for _ in range(flips):
        content = bytearray(sound)
        position = dice.randrange(len(content) * 8)
        content[position // 8] ^= 1 << position % 8
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        if (folder / "keys").is_dir():
            shutil.copytree(folder / "keys", scratch / "keys")
        shop_file(scratch).write_bytes(content)
        found = _read(scratch)
        noticed += found is None
        wrong += found is not None and found != expected
    return Rot(flips, noticed, wrong)


def _read(folder: Path) -> list[Any] | None:
    """Start on a file and read all of it; None where the program says that it is damaged."""
    try:
        shop = open_shop(folder)
        try:
            return None if integrity_faults(shop) else _everything(shop)
        finally:
            shop.close()
    except EnvironmentFault:
        return None


def _everything(shop: Shop) -> list[Any]:
    """Return all rows of all tables, and the schema."""
    with shop.database.reader.connect() as connection:
        ask = connection.exec_driver_sql
        schema = ask("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").all()
        tables = [name for kind, name, _, _ in schema if kind == "table"]
        return [schema, *(ask(f'SELECT * FROM "{name}"').all() for name in tables)]
