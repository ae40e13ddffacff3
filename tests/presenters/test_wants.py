"""The want book's screen without a window: what it lists, and what the keys make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.boundary.frozen import load
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.wants.dto import NoteWant, Outcome
from core.wants.service import note_want
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.wants.presenter import WantsPresenter
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop


class Desk:
    """The screen over a real shop."""

    def __init__(self, shop: TestShop, *, may_keep: bool = True) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.do = WantsPresenter(
            self.lanes,
            self.board,
            shop.actor,
            today=lambda: business_date(shop.clock.now()),
            may_keep=may_keep,
            report_bug=self.bugs.append,
        )

    @property
    def form(self) -> SentForm:
        form = self.do.desk.form
        assert form is not None
        return form

    def sends(self, **typed: str) -> None:
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **typed})

    def items(self) -> list[str]:
        return [row.item for row in self.do.rows]


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


def noted(shop: TestShop, **wanted: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        note_want(uow, load(NoteWant, {"command_id": str(new_id()), **wanted}))


def test_a_want_is_noted_by_code_or_by_words(shop: TestShop) -> None:
    desk = Desk(shop)
    desk.do.open_new()
    desk.do.typed("name", {"name": "pant"})
    assert desk.form.offers["name"][0].value == "PAN40"
    desk.sends(name="pan40", quantity="2:5", customer_phone="98470 12345")
    assert desk.do.desk.form is None
    assert desk.do.desk.notice.text == "Pantoprazole 40 is in the want book."
    assert desk.told == [frozenset({Topic.WANTS})]

    desk.do.open_new()
    desk.sends(name="a cream for burns", quantity="one tube")
    rows = [(row.item, row.code, row.quantity, row.stock, row.phone) for row in desk.do.rows]
    assert rows == [
        ("a cream for burns", "", "one tube", "", ""),
        ("Pantoprazole 40", "PAN40", "2:5", "4:0", "9847012345"),
    ]
    assert [badge.text for badge in desk.do.rows[1].state] == ["IN STOCK"]
    assert desk.do.chosen_at == 0


def test_what_is_wrong_stands_at_its_field(shop: TestShop) -> None:
    desk = Desk(shop)
    for field, typed in (
        ("name", {"name": " "}),
        ("quantity", {"name": "PAN40", "quantity": "many"}),
        ("customer_phone", {"name": "x", "customer_phone": "12"}),
    ):
        desk.do.open_new()
        desk.sends(**typed)
        assert list(desk.form.problems) == [field]
        desk.do.typed(field, {"name": ""})
        assert not desk.form.problems
        desk.do.desk.escape()
    assert desk.do.rows == []


def test_wants_are_settled_and_the_next_row_is_chosen(shop: TestShop) -> None:
    for name in ("gauze", "plaster", "scissors"):
        noted(shop, name=name, customer_name="Asha")
    desk = Desk(shop)
    desk.do.refresh()
    assert desk.items() == ["scissors", "plaster", "gauze"]
    desk.do.choose(1)
    desk.do.settle(Outcome.CAME)
    assert desk.form.about == "plaster\nAsha"
    desk.sends()
    assert desk.do.desk.notice.text == "plaster came: tell Asha."
    assert [badge.text for badge in desk.do.rows[1].state] == ["CAME"]

    desk.do.settle(Outcome.CAME)
    desk.sends()
    assert "already" in desk.form.sentence
    desk.do.desk.escape()

    desk.do.settle(Outcome.DONE)
    desk.sends(note="fetched")
    assert desk.items() == ["scissors", "gauze"]
    assert desk.do.chosen_at == 1
    desk.do.settle(Outcome.GIVEN_UP)
    desk.sends()
    assert (desk.items(), desk.do.chosen_at) == (["scissors"], 0)

    desk.do.show_ended()
    assert desk.items() == ["plaster", "gauze"]
    assert desk.do.rows[0].note == "fetched"
    desk.do.settle(Outcome.DONE)
    assert desk.do.desk.form is None


def test_what_came_and_nobody_waits_for_is_done_with(shop: TestShop) -> None:
    noted(shop, name="gauze")
    desk = Desk(shop)
    desk.do.refresh()
    desk.do.settle(Outcome.CAME)
    desk.sends()
    assert (desk.items(), desk.do.desk.notice.text) == ([], "gauze: came.")


def test_a_fault_is_said_and_the_form_stays(shop: TestShop) -> None:
    desk = Desk(shop)
    desk.do.open_new()
    desk.lanes.fault = EnvironmentFault("storage.disk_full")
    desk.sends(name="gauze")
    assert "disk is full" in desk.form.sentence
    desk.lanes.fault = ValueError("a bug")
    desk.sends(name="gauze")
    assert [str(bug) for bug in desk.bugs] == ["a bug"]
    assert not desk.form.is_busy
    desk.sends(name="gauze")
    assert desk.items() == ["gauze"]


def test_an_older_answer_and_an_older_offer_change_nothing(shop: TestShop) -> None:
    noted(shop, name="gauze")
    desk = Desk(shop)
    desk.lanes.holds_reads = True
    desk.do.refresh()
    desk.do.show_ended()
    newest, oldest = desk.lanes.reads.pop(), desk.lanes.reads.pop(0)
    newest()
    oldest()
    assert desk.do.rows == []


def test_who_only_orders_reads_and_writes_nothing(shop: TestShop) -> None:
    noted(shop, name="gauze")
    desk = Desk(shop, may_keep=False)
    desk.do.refresh()
    desk.do.open_new()
    desk.do.settle(Outcome.DONE)
    assert (desk.items(), desk.do.desk.form) == (["gauze"], None)
