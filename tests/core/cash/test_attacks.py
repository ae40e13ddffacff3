"""Whoever edits a drawer's facts with another SQLite tool is named, and so is a ledger that was edited beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.app.shop import open_shop
from core.app.verify import explain_finding
from core.cash.kinds import MovementKind
from tests.core.audit.test_attacks import attacked, checked
from tests.core.cash.support import cancels, hands_over, moves, opens
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, cheap_secrets, hire
from tests.support.shop import TestShop


@pytest.fixture
def file(tmp_path: Path, clock: TurnedClock) -> Path:
    """A closed shop with a session: a bill, a cancelled one, two movements, a handover with its count."""
    shop = TestShop.create(tmp_path / "shop", clock)
    with cheap_secrets():
        hire(shop.shop.database)
    shop.receives("PCM500", packs=50, mrp="25.00")
    opens(shop, "500.00")
    shop.bills(("PCM500", "1"), paid="100.00")
    cancels(shop, shop.bills(("PCM500", "2"), paid="50.00"))
    moves(shop, MovementKind.EXPENSE, "40.00", account="Tea")
    moves(shop, MovementKind.TO_SAFE, "100.00")
    hands_over(shop, "ravi", None, denominations=[{"face": "10", "pieces": 38}])
    moves(shop, MovementKind.FROM_SAFE, "30.00")
    shop.books_agree()
    shop.close()
    return tmp_path / "shop" / "shop.db"


_FIRST_BILL = "(SELECT id FROM bill WHERE serial = 1)"
_CANCELLATION = "(SELECT id FROM bill_cancellation)"


_SET = "UPDATE cash_movement SET"


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE counter_session SET cash_paise = 40000", "handover_differs counter_handover"),
        ("UPDATE counter_session SET username = 'x'", "row_altered counter_session"),
        ("UPDATE counter_handover SET expected_paise = 1", "handover_differs counter_handover"),
        ("UPDATE counter_handover SET cash_paise = 1", "count_differs counted_cash"),
        ("UPDATE counted_cash SET pieces = 39", "count_differs counted_cash"),
        ("DELETE FROM counter_handover", "count_differs counted_cash"),
        (f"{_SET} amount_paise = -1 WHERE kind = 'expense'", "movement_differs cash_movement"),
        (f"{_SET} kind = 'capital' WHERE kind = 'expense'", "movement_differs cash_movement"),
        (f"{_SET} kind = 'x' WHERE kind = 'expense'", "movement_differs cash_movement"),
        (f"{_SET} kind = 'to_safe' WHERE kind = 'expense'", "movement_differs cash_movement"),
        (f"{_SET} amount_paise = -5 WHERE kind = 'to_safe'", "handover_differs counter_handover"),
        ("DELETE FROM cash_movement WHERE kind = 'expense'", "movement_differs ledger_entry"),
        ("DELETE FROM ledger_entry WHERE document_kind = 'cash_movement'", "movement_differs cash_movement"),
        (f"UPDATE bill_tender SET amount_paise = 9 WHERE bill_id = {_FIRST_BILL}", "drawer_differs counter_session"),
        (f"UPDATE bill SET change_paise = 0 WHERE id = {_FIRST_BILL}", "drawer_differs counter_session"),
        (f"DELETE FROM ledger_entry WHERE document_id = {_CANCELLATION}", "drawer_differs counter_session"),
    ],
)
def test_an_edit_is_named(file: Path, clock: TurnedClock, statement: str, finding: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert f"verify.{finding}" in [f"{one.code} {one.table}" for one in findings]
    assert all(explain_finding(one) for one in findings)


@pytest.mark.parametrize("table", ["counter_session", "counter_handover", "cash_movement", "counted_cash"])
def test_the_facts_of_a_drawer_are_append_only(file: Path, clock: TurnedClock, table: str) -> None:
    opened = open_shop(file.parent, clock)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_COLUMN[table]} = 1"):
        with pytest.raises(DBAPIError), opened.database.write(CONSOLE) as uow:
            uow.session.execute(text(statement))
    opened.close()


_COLUMN = {
    "counter_session": "cash_paise",
    "counter_handover": "cash_paise",
    "cash_movement": "amount_paise",
    "counted_cash": "pieces",
}
