"""What somebody tried and may not do stands in the log; what a supervisor may lift does not."""

from __future__ import annotations

from datetime import date

import pytest

from core.app.choices import set_choice
from core.audit.dto import LogEntry
from core.audit.history import search_log
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from core.settings.choices import Choice
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

CASHIER = Actor(None, "asha", Role.CASHIER)


def attempts(shop: TestShop) -> list[LogEntry]:
    with shop.shop.database.read() as session:
        return search_log(session, kind="attempt.refused")


def test_a_refused_setting_is_noted_with_who_tried(shop: TestShop) -> None:
    with pytest.raises(RuleBroken) as refused, shop.shop.database.write(CASHIER) as uow:
        set_choice(uow, Choice.ROUND_OFF, "down")

    assert refused.value.code == "auth.not_allowed"
    (entry,) = attempts(shop)
    assert (entry.username, entry.note["code"]) == ("asha", "auth.not_allowed")
    assert entry.note["right"]
    shop.books_agree()


def test_a_try_on_a_closed_day_is_noted_with_the_day(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    with shop.shop.database.write(shop.actor) as uow:
        close_books(uow, CloseBooks(through=date(2026, 11, 20)))
    with shop.refuses("ledger.day_closed"):
        shop.bills(("PCM500", "1"))

    (entry,) = attempts(shop)
    assert (entry.note["code"], entry.note["date"]) == ("ledger.day_closed", "2026-11-20")


def test_what_is_no_attempt_leaves_no_trace(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    bill = shop.bills(("PCM500", "1"))
    with shop.refuses("stock.not_enough"):
        shop.bills(("PCM500", "99"))
    with pytest.raises(RuleBroken) as refused, shop.shop.database.write(CASHIER) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="typed twice"))

    assert refused.value.code == "auth.needs_supervisor", "a supervisor may lift it, and is asked"
    assert attempts(shop) == []


def test_where_the_note_cannot_be_written_the_refusal_stands(shop: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=-40)
    with pytest.raises(RuleBroken) as refused, shop.shop.database.write(CASHIER) as uow:
        set_choice(uow, Choice.ROUND_OFF, "down")

    assert refused.value.code == "auth.not_allowed"
    assert attempts(shop) == []
