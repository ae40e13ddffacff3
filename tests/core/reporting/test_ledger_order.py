"""Entries of a day stand as they were written, whatever their ids are and however the clock is set."""

from __future__ import annotations

import importlib
import sqlite3  # noqa: TID251  the attacker's tool, not ours
from contextlib import closing
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text

from core.app.shop import shop_file
from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.undoing import UndoImport, undo_import
from core.kernel.ids import new_id
from core.ledger.model import LedgerDocument, LedgerEntry
from core.opening.balances import EnterOpeningBalance, enter_opening_balance
from core.reporting.running import read_page
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.storage.sqlite import SqliteDatabase
from tests.core.reporting.told import asked, told
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


def an_id(first: int) -> UUID:
    """Return an id that stands where its first letter says."""
    return UUID(f"{first:x}198c1d2-7a3e-7c44-9f00-6d5f1f0a2b11")


def cancels(shop: TestShop, bill: BillView) -> None:
    """Cancel a bill."""
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong person"))


def sells_and_takes_back(shop: TestShop, clock: TurnedClock, firsts: range) -> list[tuple[str, str]]:
    """Bill under ids of a falling order, cancelling every bill; return number and kind as they were written."""
    written: list[tuple[str, str]] = []
    for first in firsts:
        bill = shop.bills(("PCM500", "1"), command_id=an_id(first))
        cancels(shop, bill)
        written += [(bill.number, "Bill"), (bill.number, "Cancellation")]
        clock.turn(seconds=-7)  # the network sets it, again and again
    return written


@pytest.mark.parametrize("report", ["ledger-account", "day-book"])
def test_entries_of_a_day_stand_as_they_were_written(shop: TestShop, clock: TurnedClock, report: str) -> None:
    shop.receives("PCM500", packs=100)
    values: dict[str, Any] = {"account": "cash"} if report == "ledger-account" else {}
    clock.turn(minutes=1)
    written = sells_and_takes_back(shop, clock, range(15, 8, -1))
    documents = [tuple(row) for row in told(shop, report, "number what", days="today", **values)]
    kept = list(dict.fromkeys(row for row in documents if row[1] in {"Bill", "Cancellation"}))
    assert kept == written


def test_what_is_posted_later_moves_no_row_and_no_balance_of_before(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=100)
    sells_and_takes_back(shop, clock, range(15, 10, -1))
    columns = "number what debit credit balance side"
    before = told(shop, "ledger-account", columns, account="cash", days="today")
    opened = asked(shop, "ledger-account", account="cash", days="today")
    with shop.shop.database.read() as session:
        page = read_page(opened, session, limit=4)
    sells_and_takes_back(shop, clock, range(10, 5, -1))
    after = told(shop, "ledger-account", columns, account="cash", days="today")
    assert after[: len(before)] == before
    assert len(after) == len(before) + 10
    with shop.shop.database.read() as session:
        rest = read_page(opened, session, after=page.end).rows
        whole = list(opened.rows(session))
    assert [*page.rows, *rest] == whole


def test_what_is_dated_back_stands_behind_what_its_day_had(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=100)
    first = shop.bills(("PCM500", "1"), command_id=an_id(15))
    clock.turn(days=1)
    between = shop.bills(("PCM500", "1"), command_id=an_id(14))
    late = shop.bills(("PCM500", "2"), command_id=an_id(1), date="2026-11-20")
    numbers = [number for (number,) in told(shop, "ledger-account", "number", account="cash", days="this-month")]
    assert numbers == ["", first.number, late.number, between.number]


def test_two_documents_of_one_command_stand_as_it_wrote_them(shop: TestShop, clock: TurnedClock) -> None:
    for amount, reason in (("10.00", None), ("12.00", "counted again"), ("13.00", "and again")):
        command = {"command_id": str(new_id()), "holding": "bank", "name": "SBI", "amount": amount, "reason": reason}
        with shop.shop.database.write(shop.actor) as uow:
            enter_opening_balance(uow, load(EnterOpeningBalance, command))
        clock.turn(seconds=1)
    assert told(shop, "ledger-account", "what debit credit balance", account="SBI", days="today") == [
        ("", "", "", "0.00"),
        ("Opening balance entered", "10.00", "", "10.00"),
        ("Opening balance taken back", "", "10.00", "0.00"),
        ("Opening balance entered", "12.00", "", "12.00"),
        ("Opening balance taken back", "", "12.00", "0.00"),
        ("Opening balance entered", "13.00", "", "13.00"),
    ]


def test_documents_from_before_are_placed_as_the_log_has_them(shop: TestShop, clock: TurnedClock) -> None:
    """Revision 0022 reads the events: what it makes of a shop is what the program kept while it wrote."""
    shop.receives("PCM500", packs=100)
    with shop.shop.database.read() as session:
        opening = session.scalars(select(LedgerEntry.document_id)).first()
    clock.turn(minutes=1)
    sells_and_takes_back(shop, clock, range(15, 12, -1))
    test_two_documents_of_one_command_stand_as_it_wrote_them(shop, clock)
    shop.receives("OTHER", packs=1)
    with shop.shop.database.read() as session:
        other = session.scalars(
            select(LedgerEntry.document_id).where(LedgerEntry.document_kind == "opening").distinct()
        ).all()
    (wrong,) = set(other) - {opening}
    with shop.shop.database.write(shop.actor) as uow:
        undo_import(uow, UndoImport(import_id=wrong, reason="the wrong file"))

    def kept() -> list[tuple[object, ...]]:
        with shop.shop.database.read() as session:
            places = (LedgerDocument.on_date, LedgerDocument.hlc, LedgerDocument.nth, LedgerDocument.document_id)
            return [tuple(row) for row in session.execute(select(*places).order_by(*places))]

    before = kept()
    assert all(one[:3] < other[:3] for one, other in pairwise(before))
    revision = importlib.import_module("migrations.versions.0022_ledger_documents")
    with shop.shop.database.writer.begin() as connection:
        connection.execute(text("DROP TABLE ledger_document"))
        with Operations.context(MigrationContext.configure(connection)):
            revision.upgrade()
    assert kept() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_document SET on_date = '2026-11-19' WHERE document_id = (SELECT id FROM bill)",
        "DELETE FROM ledger_document WHERE document_id = (SELECT id FROM bill)",
        "INSERT INTO ledger_document VALUES (x'00112233445566778899aabbccddeeff', '2026-11-20', 1, 0)",
    ],
)
def test_an_altered_place_is_named(shop: TestShop, statement: str) -> None:
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "1"))
    shop.books_agree()
    folder = shop.shop.folder
    shop.close()
    with closing(sqlite3.connect(shop_file(folder))) as connection:
        connection.execute(statement)
        connection.commit()
    database = SqliteDatabase(shop_file(folder))
    try:
        found = [(finding.code, finding.table) for finding in verify(database).findings]
    finally:
        database.close()
    assert found == [("verify.ledger_document_differs", "ledger_document")]
