"""The bare limit of saving: what core wrote in one copy of a shop, the raw driver writes into another."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as driver

from core.app.schema import METADATA
from core.app.shop import open_shop, shop_file
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.sales.dto import PostBill
from core.sales.posting import post_bill
from core.storage.guards import guarded_tables
from core.storage.sqlite import _PRAGMAS
from tests.benchmarks.files import copied_shop
from tests.benchmarks.generator import NOW, ShopSize
from tests.support.clock import TurnedClock

OWNER = Actor(None, "owner", Role.OWNER)
LINES = 4


class Twins:
    """Two copies of a generated shop: ``save`` posts a bill in one, ``repeat`` writes its rows into the other.

    ``repeat`` keeps how long it took in ``raw_seconds``. Both files have the same guards, keys and pragmas.
    """

    def __init__(self, size: ShopSize, folder: Path, synchronous: str) -> None:
        self.shop = open_shop(copied_shop(size, folder / "core"), TurnedClock(NOW))
        with self.shop.database.writer.connect() as connection:
            connection.connection.driver_connection.execute(f"PRAGMA synchronous={synchronous}")  # type: ignore[union-attr]
        self._looking = driver.connect(str(shop_file(self.shop.folder)), isolation_level=None)
        self._raw = driver.connect(str(shop_file(copied_shop(size, folder / "raw"))), isolation_level=None)
        for pragma, (value, _) in _PRAGMAS.items():
            self._raw.execute(f"PRAGMA {pragma}={value}")
        self._raw.execute(f"PRAGMA synchronous={synchronous}")
        self.raw_seconds: list[float] = []
        self._commands = bill_commands(self._looking)
        self._last: PostBill | None = None
        self._facts = [_Facts(table.name, [c.name for c in table.columns]) for table in guarded_tables(METADATA)]
        self._node, self._epoch = self._looking.execute("SELECT id, epoch FROM node").fetchone()

    def next_command(self) -> PostBill:
        """Return the next bill to post; it is prepared outside the time that is taken."""
        self._last = next(self._commands)
        return self._last

    def save(self, command: PostBill) -> None:
        """Post a bill as the counter does."""
        with self.shop.database.write(OWNER) as uow:
            post_bill(uow, command)

    def repeat(self) -> None:
        """Write the rows of the bill saved last, by the raw driver in one transaction."""
        if self._last is None:
            return
        bill = self._last.command_id.bytes
        seq = self._looking.execute(
            "SELECT max(seq) FROM audit_event WHERE node_id = ? AND epoch = ?", (self._node, self._epoch)
        ).fetchone()[0]
        facts = [
            (facts.insert, facts.read(self._looking, bill, (self._node, self._epoch, seq))) for facts in self._facts
        ]
        balances = self._looking.execute(
            "SELECT b.units, b.cost_paise, b.item_id, b.lot_id, b.location_id FROM stock_movement m"
            " JOIN lot l ON l.id = m.lot_id JOIN batch t ON t.id = l.batch_id"
            " JOIN stock_balance b ON b.item_id = t.item_id AND b.lot_id = m.lot_id"
            " WHERE m.document_id = ?",
            (bill,),
        ).fetchall()
        counter = self._looking.execute(
            "SELECT serial, series, financial_year FROM bill WHERE id = ?", (bill,)
        ).fetchone()
        days = self._looking.execute(
            "SELECT account, on_date, max(amount_paise, 0), max(-amount_paise, 0) FROM ledger_entry"
            " WHERE document_id = ?",
            (bill,),
        ).fetchall()
        written = self._looking.execute(
            "SELECT document_id, on_date, hlc, nth FROM ledger_document WHERE document_id = ?", (bill,)
        ).fetchall()
        raw = self._raw
        begun = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE number_counter SET last = ? WHERE series = ? AND financial_year = ?", counter)
        for insert, rows in facts:
            if rows:
                raw.executemany(insert, rows)
        raw.executemany(
            "UPDATE stock_balance SET units = ?, cost_paise = ? WHERE item_id = ? AND lot_id = ? AND location_id = ?",
            balances,
        )
        raw.executemany(
            "INSERT INTO ledger_day (account, on_date, debit_paise, credit_paise) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (account, on_date) DO UPDATE SET debit_paise = debit_paise + excluded.debit_paise,"
            " credit_paise = credit_paise + excluded.credit_paise",
            days,
        )
        raw.executemany("INSERT INTO ledger_document (document_id, on_date, hlc, nth) VALUES (?, ?, ?, ?)", written)
        raw.execute("COMMIT")
        self.raw_seconds.append(time.perf_counter() - begun)

    def file_bytes(self) -> int:
        """Return the size of the file that core writes, its log moved into it."""
        self._looking.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return shop_file(self.shop.folder).stat().st_size

    def close(self) -> None:
        """Close both files."""
        self.shop.close()
        self._looking.close()
        self._raw.close()


class _Facts:
    """An append-only table: how the rows of one document are read, and written again."""

    def __init__(self, name: str, columns: list[str]) -> None:
        key = METADATA.tables[name].primary_key.columns.keys()
        self._of_log = name == "audit_event"
        condition = " AND ".join(f"{column} = ?" for column in key) if self._of_log else f"{key[0]} = ?"
        self._select = f"SELECT {', '.join(columns)} FROM {name} WHERE {condition}"
        self.insert = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"

    def read(self, connection: Any, document: bytes, event: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return the rows that a document added."""
        rows: list[tuple[Any, ...]] = connection.execute(
            self._select, event if self._of_log else (document,)
        ).fetchall()
        return rows


def bill_commands(connection: Any, seed: int = 7) -> Iterator[PostBill]:
    """Yield bills of four lines, of items that have plenty of stock that is good for long."""
    dice = random.Random(seed)
    codes = stocked_codes(connection)
    while True:
        yield load(
            PostBill,
            {
                "command_id": str(UUID(int=_id_bits(dice))),
                "lines": [
                    {"item": code, "quantity": dice.choice(("1", "1", "1", "2"))} for code in dice.sample(codes, LINES)
                ],
                "payments": [{"mode": "cash", "amount": "10000.00"}],
            },
        )


def stocked_codes(connection: Any) -> list[str]:
    """Return the codes of items of which twenty packs stand that are good for long."""
    rows = connection.execute(
        "SELECT i.code FROM item i JOIN batch b ON b.item_id = i.id JOIN lot l ON l.batch_id = b.id"
        " JOIN stock_balance s ON s.item_id = i.id AND s.lot_id = l.id"
        " WHERE b.expiry > '2027-01-31' GROUP BY i.id HAVING sum(s.units) >= 20 * i.pieces_per_pack ORDER BY i.code"
    )
    return [code for (code,) in rows]


_moment = iter(range(1_795_168_800_000, 1_895_168_800_000))


def _id_bits(dice: random.Random) -> int:
    return next(_moment) << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62)
