"""Backups spoiled by chance: bits, pages and cells; a restore refuses each, or what it takes is the sound one.

A spoiled file lies alone, without the manifest that names its hash: whoever forges a backup forges that too.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from core.app.backups.creating import back_up
from core.app.backups.incoming import take_in
from core.app.backups.manifest import Reason
from core.app.schema import METADATA
from core.app.shop import open_shop
from core.kernel.clock import Clock
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.sales.posting import post_bill
from core.storage.base import TableRole
from tests.crash.billing_loop import LOOP, bill_command
from tests.crash.killing import crash_shop

PAGE = 4096
#: What is no part of the books: a spoiled value there is as good as another, and cannot be told from it.
_NOT_BOOKS = {name for name, table in METADATA.tables.items() if table.info["role"] is TableRole.LOCAL} - {"node"}
_NOT_IN_LOG = {"node": {"started_at"}}
#: Columns in which two values say the same.
_SAME = {("number_counter", "first"): "coalesce(first, 1)"}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """How many files were tried, how many a restore refused, and how many it took that were not the sound one."""

    files: int
    refused: int
    wrong: int


def spoil_backups(folder: Path, clock: Clock, files: int, scratch: Path, seed: int = 20261125) -> Spoilt:
    """Spoil copies of one backup, each in one way, and try to take each in; ``folder`` and ``scratch`` are made."""
    dice = random.Random(seed)
    sound = _backup(folder, clock)
    expected = _books(sound)
    refused = wrong = 0
    for number in range(files):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        file = scratch / "C1-2026-11-20-153000.db"
        shutil.copy(sound, file)
        _WAYS[number % len(_WAYS)](file, dice)
        taken = scratch / "incoming.db"
        try:
            take_in(file, taken, scratch, None)
        except Problem:
            refused += 1
            continue
        wrong += _books(taken) != expected
    return Spoilt(files, refused, wrong)


def _backup(folder: Path, clock: Clock) -> Path:
    crash_shop(folder, clock)
    shop = open_shop(folder, clock)
    try:
        for _ in range(12):
            with shop.database.write(LOOP) as uow:
                post_bill(uow, bill_command(new_id()))
        return back_up(shop.database, folder, Reason.BY_HAND, clock).path
    finally:
        shop.close()


def _flip_bit(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    position = dice.randrange(len(content) * 8)
    content[position // 8] ^= 1 << position % 8
    file.write_bytes(content)


def _truncate(file: Path, dice: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: dice.randrange(len(content))])


def _lose_page(file: Path, dice: random.Random) -> None:
    """A page reads as zeros: a bad sector."""
    content = bytearray(file.read_bytes())
    start = dice.randrange(len(content) // PAGE) * PAGE
    content[start : start + PAGE] = bytes(PAGE)
    file.write_bytes(content)


def _swap_pages(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    one, other = (page * PAGE for page in dice.sample(range(len(content) // PAGE), 2))
    content[one : one + PAGE], content[other : other + PAGE] = (
        content[other : other + PAGE],
        content[one : one + PAGE],
    )
    file.write_bytes(content)


def _append(file: Path, dice: random.Random) -> None:
    with file.open("ab") as end:
        end.write(dice.randbytes(dice.choice([1, 100, PAGE, 3 * PAGE])))


def _change_cell(file: Path, dice: random.Random) -> None:
    """Another tool changes one value, and leaves guards and schema as they were."""

    def change(connection: Any, table: str, row: int, columns: list[str]) -> None:
        column = dice.choice([name for name in columns if name not in _NOT_IN_LOG.get(table, ())])
        value = dice.choice([f"{column} + 1", "NULL", "''", "0", "x'00'", f"{column} || 'x'", "-1"])
        _at(connection, table, columns, row, f"UPDATE {table} SET {column} = {value} WHERE")

    _forge(file, dice, change)


def _delete_row(file: Path, dice: random.Random) -> None:
    """Another tool deletes one row."""

    def delete(connection: Any, table: str, row: int, columns: list[str]) -> None:
        _at(connection, table, columns, row, f"DELETE FROM {table} WHERE")

    _forge(file, dice, delete)


def _forge(file: Path, dice: random.Random, act: Callable[[Any, str, int, list[str]], None]) -> None:
    connection = driver.connect(str(file), isolation_level=None)
    try:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        filled = [
            (name, count)
            for name in sorted(METADATA.tables.keys() - _NOT_BOOKS)
            if (count := connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        ]
        table, count = dice.choice(filled)
        columns = [column.name for column in METADATA.tables[table].columns]
        act(connection, table, dice.randrange(count), columns)
        for _, sql in guards:
            connection.execute(sql)
    finally:
        connection.close()


def _at(connection: Any, table: str, columns: list[str], row: int, statement: str) -> None:
    """Run a statement on the nth row of a table, where its constraints let it."""
    key = [column.name for column in METADATA.tables[table].primary_key]
    assert set(key) <= set(columns)
    names = ", ".join(key)
    try:
        connection.execute(f"{statement} ({names}) = (SELECT {names} FROM {table} LIMIT 1 OFFSET {row})")
    except driver.IntegrityError:
        return  # the file stays sound, which the comparison then shows


_WAYS: tuple[Callable[[Path, random.Random], None], ...] = (
    _flip_bit, _change_cell, _truncate, _change_cell, _lose_page, _change_cell, _swap_pages, _delete_row, _append,
)  # fmt: skip


def _books(file: Path) -> list[Any]:
    """Return all that a file says of the books, in an order that does not depend on pages."""
    connection = driver.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        tables = sorted(METADATA.tables.keys() - _NOT_BOOKS)
        return [
            (name, sorted(connection.execute(f"SELECT {_columns(name)} FROM {name}").fetchall(), key=repr))
            for name in [*tables, "item_search"]
        ]
    finally:
        connection.close()


def _columns(table: str) -> str:
    if table not in METADATA.tables:
        return "*"
    names = (c.name for c in METADATA.tables[table].columns if c.name not in _NOT_IN_LOG.get(table, ()))
    return ", ".join(_SAME.get((table, name), name) for name in names)
