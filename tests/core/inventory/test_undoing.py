"""A wrong file is taken back whole: its stock, its worth, its items; the corrected one then brings the same codes."""

from __future__ import annotations

from uuid import UUID

import pytest

from core.catalog.queries import find_item
from core.inventory.queries import search_items
from core.inventory.undoing import ImportView, UndoImport, imports, undo_import
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from tests.core.inventory.support import PARACETAMOL, TODAY, read
from tests.core.inventory.support import imports as bring
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

WRONG = PARACETAMOL | {"pack": "1's", "barcode": "8901234567890"}
SYRUP = PARACETAMOL | {"code": "SYR", "name": "Cough Syrup", "pack": "100 ml", "batch": "S1"}


def undo(shop: TestShop, import_id: UUID) -> ImportView:
    with shop.shop.database.write(shop.actor) as uow:
        return undo_import(uow, UndoImport(import_id=import_id, reason="strips taken for tablets"))


def test_the_corrected_file_brings_the_same_codes_and_barcodes(shop: TestShop) -> None:
    wrong, right = new_id(), new_id()
    bring(shop, read(WRONG, SYRUP, command_id=wrong))
    assert undo(shop, wrong).is_undone
    with shop.shop.database.read() as session:
        assert search_items(session, "paracetamol", TODAY) == []
        assert find_item(session, "8901234567890") is None
        assert all(not row.debit and not row.credit for row in trial_balance(session))
    shop.books_agree()

    bring(shop, read(WRONG | {"pack": "10's"}, SYRUP, command_id=right))
    assert shop.units("PCM500") == 200
    shop.bills(("PCM500", "2"), ("SYR", "1"))
    with shop.shop.database.read() as session:
        assert [(each.import_id, each.is_undone) for each in imports(session)] == [(right, False), (wrong, True)]
        assert find_item(session, "8901234567890") == find_item(session, "PCM500")
    shop.books_agree()


def test_the_same_file_may_come_again_once_it_was_taken_back(shop: TestShop) -> None:
    first = new_id()
    bring(shop, read(PARACETAMOL, command_id=first))
    undo(shop, first)
    bring(shop, read(PARACETAMOL))
    assert shop.units("PCM500") == 200


def test_what_was_sold_since_keeps_the_import(shop: TestShop) -> None:
    imported = new_id()
    bring(shop, read(PARACETAMOL, SYRUP, command_id=imported))
    shop.bills(("PCM500", "1"))
    with shop.refuses("items.import_in_use", where="import_id"):
        undo(shop, imported)
    assert shop.units("SYR") == 20
    shop.books_agree()


def test_an_item_with_other_stock_stays(shop: TestShop) -> None:
    first, second = new_id(), new_id()
    bring(shop, read(PARACETAMOL, SYRUP, command_id=first))
    bring(shop, read(PARACETAMOL | {"batch": "A2"}, command_id=second))
    assert undo(shop, first).stay == (PARACETAMOL["name"],)
    assert [batch.number for batch in shop.stock("PCM500").batches] == ["A2"]
    with shop.shop.database.read() as session:
        assert find_item(session, "SYR") is None
    assert undo(shop, second).stay == ()  # it added no item, so that it ends none
    assert shop.units("PCM500") == 0
    shop.books_agree()


def test_an_import_is_taken_back_once_and_only_an_import(shop: TestShop) -> None:
    imported = new_id()
    bring(shop, read(PARACETAMOL, command_id=imported))
    undo(shop, imported)
    with shop.refuses("items.import_undone_already"):
        undo(shop, imported)
    with shop.refuses("items.no_such_import"):
        undo(shop, new_id())
    shop.books_agree()


def test_the_list_tells_who_when_and_what(shop: TestShop, clock: TurnedClock) -> None:
    bring(shop, read(PARACETAMOL, SYRUP))
    with shop.shop.database.read() as session:
        (view,) = imports(session)
    assert (view.username, view.at, view.report.items_added, view.report.stock_value) == (
        "owner",
        clock.now(),
        2,
        Money(60000),
    )


@pytest.mark.parametrize("reason", ["", "  ", "no"])
def test_a_reason_is_asked(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        UndoImport(import_id=new_id(), reason=reason)
