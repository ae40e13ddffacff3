"""Writes a shop's rows in bulk, past the services: valid events and rows, guards and safety off until the end."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as driver
from sqlalchemy import LargeBinary

from core.app.schema import METADATA
from core.app.shop import shop_file
from core.audit.canonical import Header, canonical_json, compress, event_sha
from core.kernel.version import VERSION
from core.storage import guards
from core.storage.columns import Id
from core.storage.sqlite import SqliteDatabase

USER = "owner"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IST = timezone(timedelta(hours=5, minutes=30))
#: Events that are gathered before they are written; so many are one transaction.
EVENTS_AT_ONCE = 2_000

Row = dict[str, Any]


class BulkShop:
    """The file of a founded shop, opened by the raw driver to be filled.

    Rows are given in canonical form (ids as hex, days as ISO text, instants as microseconds), since that is what
    their event holds; ``close`` puts the guards back.
    """

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder = folder
        self.dice = dice
        self._connection = driver.connect(str(shop_file(folder)), isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self._connection.execute(f"DROP TRIGGER {name}")
        node, self.epoch = self._connection.execute("SELECT id, epoch FROM node").fetchone()
        self.node = UUID(bytes=node)
        self._seq, self._sha, self._hlc = self._connection.execute(
            "SELECT seq, sha, hlc FROM audit_event ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        self._tables = {name: _Table(name) for name in METADATA.tables}
        self._waiting: defaultdict[str, list[list[Any]]] = defaultdict(list)
        self._days: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._events = 0
        self._connection.execute("BEGIN")

    def id_at(self, micros: int) -> str:
        """Return a version 7 UUID of an instant, as hex."""
        bits = self.dice.getrandbits(76)
        return f"{micros // 1000:012x}7{bits >> 64:03x}{8 | bits >> 62 & 3:x}{bits & (1 << 60) - 1:015x}"

    def only(self, table: str) -> str:
        """Return the id, as hex, of the one row that a table holds."""
        return bytes(self._connection.execute(f"SELECT id FROM {table}").fetchone()[0]).hex()

    def event(
        self,
        kind: str,
        subject: str,
        micros: int,
        *,
        facts: Mapping[str, list[Row]] | None = None,
        masters: Mapping[str, list[Row]] | None = None,
    ) -> None:
        """Add the rows of one command and its event. Null columns are left out of the rows."""
        body: dict[str, Any] = {}
        if facts:
            body["rows"] = facts
            for name, rows in facts.items():
                self._waiting[name] += map(self._tables[name].values, rows)
            for row in facts.get("ledger_entry", ()):
                paise = row["amount_paise"]
                self._days[row["account"], row["on_date"]][paise < 0] += abs(paise)
        if masters:
            body["changes"] = [self._tables[name].change(row) for name, rows in masters.items() for row in rows]
            for name, rows in masters.items():
                self._waiting[name] += map(self._tables[name].values, rows)
        self._seq += 1
        self._hlc = max(micros, self._hlc + 1)
        places: dict[str, Row] = {}
        for nth, row in enumerate((facts or {}).get("ledger_entry", ())):
            place = {"document_id": row["document_id"], "on_date": row["on_date"], "hlc": self._hlc, "nth": nth}
            places.setdefault(row["document_id"], place)
        self.derived("ledger_document", list(places.values()))
        self._waiting["audit_touch"] += [
            self._tables["audit_touch"].values(
                {
                    "table_name": name,
                    "row_key": "/".join(str(row[part]) for part in self._tables[name].key),
                    "hlc": self._hlc,
                    "node_id": self.node.hex,
                    "epoch": self.epoch,
                    "seq": self._seq,
                }
            )
            for name, rows in (masters or {}).items()
            for row in rows
        ]
        header = Header(
            self.node, self.epoch, self._seq, self._hlc, micros, None, USER, None, kind, UUID(subject), VERSION
        )
        packed = canonical_json(body)
        self._sha = event_sha(self._sha, header.to_bytes(), packed)
        codec, stored = compress(packed)
        event = {
            "node_id": self.node.hex,
            "epoch": self.epoch,
            "seq": self._seq,
            "sha": self._sha.hex(),
            "hlc": self._hlc,
            "at": micros,
            "username": USER,
            "kind": kind,
            "subject_id": subject,
            "program": VERSION,
            "codec": codec,
            "body": stored.hex(),
        }
        self._waiting["audit_event"].append(self._tables["audit_event"].values(event))
        self._events += 1
        if self._events == EVENTS_AT_ONCE:
            self.flush()

    def derived(self, table: str, rows: list[Row]) -> None:
        """Write rows of a derived table."""
        self._waiting[table] += map(self._tables[table].values, rows)

    def execute_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Write rows of a table that the metadata does not know (the search index)."""
        self._connection.executemany(statement, rows)

    def flush(self) -> None:
        """Write what waits as one transaction."""
        for name, rows in self._waiting.items():
            self._connection.executemany(self._tables[name].insert, rows)
        self._waiting.clear()
        self._events = 0
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Write the rest, and put guards and journal back."""
        self.derived(
            "ledger_day",
            [
                {"account": account, "on_date": on_date, "debit_paise": debit, "credit_paise": credit}
                for (account, on_date), (debit, credit) in sorted(self._days.items())
            ],
        )
        self.flush()
        self._connection.execute("COMMIT")
        self._connection.close()
        database = SqliteDatabase(shop_file(self.folder))
        with database.writer.begin() as connection:
            guards.install(connection, METADATA)
        database.close()


class _Table:
    """How a table's canonical rows become values of an insert."""

    def __init__(self, name: str) -> None:
        columns = list(METADATA.tables[name].columns)
        self.name = name
        self.names = [column.name for column in columns]
        self.key = [column.name for column in METADATA.tables[name].primary_key]
        self.bytes = [n for n, column in enumerate(columns) if isinstance(column.type, Id | LargeBinary)]
        self.insert = f"INSERT INTO {name} ({', '.join(self.names)}) VALUES ({', '.join('?' * len(columns))})"

    def values(self, row: Row) -> list[Any]:
        """Return a row's values in the order of the columns, hex as bytes."""
        values = list(map(row.get, self.names))
        for n in self.bytes:
            value = values[n]
            if value is not None:
                values[n] = bytes.fromhex(value)
        return values

    def change(self, row: Row) -> Row:
        """Return what the event says of a new master row."""
        return {
            "table": self.name,
            "key": {name: row[name] for name in self.key},
            "fields": {name: [None, value] for name, value in row.items()},
        }


def micros_of(day: date, seconds: int) -> int:
    """Return the instant so many seconds after midnight in India, in microseconds since 1970."""
    instant = datetime(day.year, day.month, day.day, tzinfo=IST) + timedelta(seconds=seconds)
    return (instant - EPOCH) // timedelta(microseconds=1)
