"""How SQLite goes about statements: a shop's every row must not be read to show a page of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any
from unittest.mock import patch

from sqlalchemy import Dialect, event
from sqlalchemy.orm import Session

from core.storage import prepared
from core.storage.sqlite import SqliteDatabase

#: Tables that grow with every bill, every receipt or the catalogue.
LARGE = frozenset(
    {
        "audit_event",
        "batch",
        "batch_now",
        "bill",
        "bill_line",
        "debit_note_line",
        "dispensed_line",
        "dispensing",
        "goods_receipt",
        "goods_receipt_line",
        "h1_entry",
        "item",
        "ledger_document",
        "ledger_entry",
        "lot",
        "purchase_order_line",
        "stock_balance",
        "stock_movement",
        "supplier_bill",
        "supplier_bill_line",
    }
)
#: Indexes that may be gone through from their beginning: of what stands, which is little, and of the names in order.
ORDERED = frozenset({"ix_stock_balance_standing", "ix_item_name_key", "ix_item_min_stock_units"})

Plan = tuple[str, list[str]]
_SCAN = re.compile(r"SCAN (\S+)(?:.*? USING (?:COVERING )?INDEX (\S+))?")
_ALIAS = re.compile(r"\b(\w+) AS (\w+)")


def plans_of(database: SqliteDatabase, work: Callable[[Session], object]) -> list[Plan]:
    """Return each select that ``work`` sends, prepared ones among them, with the lines of SQLite's plan for it.

    It is explained as it was sent, values apart: written out, they could make another plan of it.
    """
    sent: list[tuple[str, Any]] = []
    run = prepared._run

    def run_and_note(session: Session, text: str, bound: Any, dialect: Dialect, *, many: bool = False) -> Any:
        sent.append((text, bound))
        return run(session, text, bound, dialect, many=many)

    def note(_connection: Any, _cursor: Any, text: str, bound: Any, *_: Any) -> None:
        sent.append((text, bound))

    event.listen(database.reader, "before_cursor_execute", note)
    try:
        with database.read() as session, patch.object(prepared, "_run", run_and_note):
            work(session)
    finally:
        event.remove(database.reader, "before_cursor_execute", note)
    with database.reader.connect() as connection:
        raw: Any = connection.connection.driver_connection
        return [
            (text, [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", bound)])
            for text, bound in sent
            if text.lstrip().upper().startswith(("SELECT", "WITH"))
        ]


def refuse_scans(plans: Iterable[Plan], *, besides: Collection[str] = ORDERED) -> None:
    """Fail where a plan goes through the whole of a large table, or through an index of one that is not ``besides``."""
    for text, steps in plans:
        tables = {alias: table for table, alias in _ALIAS.findall(text)}
        for step in steps:
            scan = _SCAN.match(step)
            if scan is not None and tables.get(scan[1], scan[1]) in LARGE:
                assert scan[2] in besides, f"{step}\n{steps}\n{text}"
