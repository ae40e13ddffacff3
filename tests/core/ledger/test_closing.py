"""Closed days: nothing is dated into them, they only grow, and opening them again has a reason."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.audit.history import search_log
from core.kernel.actor import Actor, Role
from core.ledger.closing import books_closed_through, close_books, reopen_books
from core.ledger.dto import CloseBooks, ReopenBooks
from core.storage.node import Node
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

OWNER = Actor(None, "owner", Role.OWNER)
ACCOUNTANT = Actor(None, "thomas", Role.ACCOUNTANT)


def closes(shop: TestShop, through: str, actor: Actor = ACCOUNTANT) -> None:
    with shop.shop.database.write(actor) as uow:
        close_books(uow, CloseBooks(through=date.fromisoformat(through)))


def reopens(shop: TestShop, through: str | None, actor: Actor = OWNER) -> None:
    with shop.shop.database.write(actor) as uow:
        day = date.fromisoformat(through) if through else None
        reopen_books(uow, ReopenBooks(through=day, reason="a supplier's bill came late"))


def closed(shop: TestShop) -> date | None:
    with shop.shop.database.read() as session:
        return books_closed_through(session, session.scalars(select(Node.id)).one())


def test_a_bill_may_not_be_dated_into_closed_days(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    clock.turn(days=2)
    assert closed(shop) is None
    shop.bills(("PCM500", "1"), date="2026-11-20")
    closes(shop, "2026-11-20")
    with shop.refuses("ledger.day_closed", where="date"):
        shop.bills(("PCM500", "1"), date="2026-11-20")
    shop.bills(("PCM500", "1"), date="2026-11-21")
    closes(shop, "2026-11-22")
    with shop.refuses("ledger.day_closed"):
        shop.bills(("PCM500", "1"))
    with shop.refuses("ledger.day_closed"):
        shop.receives("PCM500", packs=1)
    shop.books_agree()


def test_back_dating_needs_the_right_and_the_future_is_refused(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    clock.turn(days=1)
    with shop.refuses("sales.date_in_future"):
        shop.bills(("PCM500", "1"), date="2026-11-22")
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        shop.bills(("PCM500", "1"), date="2026-11-20")
    shop.acts(Role.PHARMACIST)
    shop.bills(("PCM500", "1"), date="2026-11-20")


def test_closed_days_only_grow_and_never_reach_into_the_future(shop: TestShop, clock: TurnedClock) -> None:
    closes(shop, "2026-11-10")
    for day in ("2026-11-10", "2026-11-09"):
        with shop.refuses("ledger.closed_already"):
            closes(shop, day)
    with shop.refuses("ledger.close_in_future"):
        closes(shop, "2026-11-21")
    clock.turn(days=1)
    closes(shop, "2026-11-21")
    assert closed(shop) == date(2026, 11, 21)


def test_only_an_owner_opens_them_again_with_a_reason_that_stays(shop: TestShop) -> None:
    closes(shop, "2026-11-10")
    with shop.refuses("auth.not_allowed"):
        reopens(shop, "2026-11-08", ACCOUNTANT)
    for day in ("2026-11-10", "2026-11-11"):
        with shop.refuses("ledger.not_closed"):
            reopens(shop, day)
    reopens(shop, "2026-11-08")
    assert closed(shop) == date(2026, 11, 8)
    reopens(shop, None)
    assert closed(shop) is None
    with shop.refuses("ledger.not_closed"):
        reopens(shop, None)
    with shop.shop.database.read() as session:
        entries = search_log(session, kind="books.reopened")
    assert [entry.note["through"] for entry in entries] == ["none", "08-11-2026"]
    assert entries[0].note["reason"] == "a supplier's bill came late"
    shop.books_agree()


def test_the_lock_itself_cannot_be_changed_in_the_file(shop: TestShop) -> None:
    closes(shop, "2026-11-10")
    for attack in ("UPDATE books_lock SET through = '2000-01-01'", "DELETE FROM books_lock"):
        with pytest.raises(DBAPIError, match="append-only"), shop.shop.database.writer.begin() as connection:
            connection.execute(text(attack))
