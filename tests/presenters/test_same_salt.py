"""Another brand of the same salts, in one key: from the search, in place of a line, and never silently. No window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.kernel.actor import Role
from pos_desktop.screens.billing.state import Focus, Popup
from tests.support.clock import TurnedClock
from tests.support.counter import Counter
from tests.support.shop import TestShop

PAN: dict[str, Any] = {"salts": "Pantoprazole 40mg", "form": "tablet", "schedules": []}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = TestShop.create(tmp_path / "shop", clock)
    made.receives("PANTOP", name="Pantop 40", mrp="150.00", packs=1, cost="100.0000", **PAN)
    made.receives("PANDEL", name="Pandel 40", mrp="90.00", packs=5, cost="60.0000", **PAN)
    made.receives("PENTA", name="Penta 40", mrp="120.00", packs=5, pieces_per_pack=15, cost="70.0000", **PAN)
    made.receives("OTHER", name="Other", salts="Ranitidine 150mg", form="tablet", schedules=[])
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def offered(counter: Counter) -> list[str]:
    assert counter.popup() is Popup.SAME_SALT
    return [row.name for row in counter.billing.same_salt.rows()]


def test_the_hit_is_left_for_a_cheaper_one(counter: Counter) -> None:
    counter.types("pantop")
    counter.billing.show_same_salt()
    assert offered(counter) == ["Penta 40", "Pandel 40"]  # 8.00 a piece and 9.00
    assert (
        counter.billing.desk.notice.text
        == "Same salts as Pantop 40: Pantoprazole 40mg. Enter takes one, Esc leaves it."
    )
    counter.billing.move(1)
    counter.billing.search_entered()
    assert counter.codes == ["PANDEL"]
    assert (counter.focus(), counter.popup(), counter.billing.search.typed) == (Focus.QUANTITY, Popup.NONE, "")


def test_a_line_that_is_short_is_replaced_with_as_many_pieces(counter: Counter) -> None:
    counter.adds("pantop", "3")
    counter.billing.show_same_salt()
    counter.billing.search_entered()
    assert counter.codes == ["PENTA"]
    assert counter.billing.editor.line is not None
    assert counter.billing.editor.line.units == 30  # two packs of fifteen for three of ten
    counter.billing.quantity_entered()
    counter.billing.undo()
    counter.billing.undo()
    assert "PANTOP" in counter.codes


def test_escape_leaves_the_line(counter: Counter) -> None:
    counter.adds("pantop", "1")
    counter.billing.show_same_salt()
    assert counter.popup() is Popup.SAME_SALT
    counter.billing.escape()
    assert (counter.popup(), counter.codes) == (Popup.NONE, ["PANTOP"])
    counter.billing.show_same_salt()
    counter.billing.show_same_salt()  # the key closes it as well
    assert (counter.popup(), counter.codes) == (Popup.NONE, ["PANTOP"])


def test_a_scheduled_drug_is_never_swapped_by_one_key(shop: TestShop) -> None:
    shop.receives("AZEE", salts="Azithromycin 500mg", form="tablet", schedules=["H"], name="Azee 500")
    shop.receives("AZAX", salts="Azithromycin 500mg", form="tablet", schedules=["H"], name="Azax 500")
    counter = Counter(shop)
    counter.adds("azee", "1")
    counter.billing.show_same_salt()
    counter.billing.search_entered()
    assert counter.codes == ["AZEE"]
    assert counter.billing.desk.notice.text == (
        "Azax 500: a scheduled drug is supplied as it was prescribed. "
        "Enter again only if the prescriber wrote it or agrees."
    )
    counter.billing.search_entered()
    assert counter.codes == ["AZAX"]


def test_what_nothing_has_in_common_is_said(counter: Counter) -> None:
    counter.billing.show_same_salt()
    assert counter.billing.desk.notice.text == "There is no line yet: type an item's name or scan a pack first."
    counter.adds("other", "1")
    counter.billing.show_same_salt()
    assert counter.popup() is Popup.NONE
    assert "Nothing else in stock has the salts" in counter.billing.desk.notice.text


def test_the_margin_is_for_who_may_see_cost(shop: TestShop) -> None:
    for role, sees in ((Role.PHARMACIST, True), (Role.CASHIER, False)):
        shop.acts(role)
        counter = Counter(shop)
        counter.types("pantop")
        counter.billing.show_same_salt()
        assert counter.billing.same_salt.sees_margin is sees
        assert [bool(row.margin) for row in counter.billing.same_salt.rows()] == [sees, sees]


def test_an_answer_that_comes_late_opens_no_list(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("pantop", "1")
    counter.lanes.holds_reads = True
    counter.billing.show_same_salt()
    counter.billing.search_typed("pa")
    counter.lanes.answer()
    assert counter.popup() is not Popup.SAME_SALT
