"""The counter's screen without a window: what is in the drawer, and the forms that add to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kernel.errors import EnvironmentFault
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.counter.presenter import CounterPresenter
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.lanes import TestLanes
from tests.support.people import cheap_secrets, hire
from tests.support.shop import TestShop


class Till:
    """The screen over a real shop."""

    def __init__(self, shop: TestShop, *, may_bill: bool = True, may_move: bool = True) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.told: list[frozenset[Topic]] = []
        self.bugs: list[Exception] = []
        board = TopicBoard()
        board.listen(self.told.append)
        self.do = CounterPresenter(
            self.lanes, board, shop.actor, may_bill=may_bill, may_move=may_move, report_bug=self.bugs.append
        )
        self.do.refresh()

    @property
    def form(self) -> SentForm:
        form = self.do.desk.form
        assert form is not None
        return form

    def sends(self, **typed: str) -> None:
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **{name.replace("face_", "face."): text for name, text in typed.items()}})

    def opens(self, cash: str = "500") -> None:
        self.do.open_counter()
        self.sends(cash=cash)

    def drawer(self) -> str:
        self.do.refresh()
        assert self.do.view is not None
        return str(self.do.view.drawer.should_be)


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    with cheap_secrets():
        hire(made.shop.database)
    yield made
    made.books_agree()
    made.close()


def test_a_counter_is_opened_and_cash_goes_in_and_out(shop: TestShop, clock: TurnedClock) -> None:
    till = Till(shop)
    assert (till.do.is_read, till.do.view, till.do.rows, till.do.facts) == (True, None, [], ())
    till.do.move(is_in=True)
    till.do.hand_over()
    assert till.do.desk.form is None  # not before it is open
    till.do.open_counter()
    till.do.typed("face.500", {"cash": "", "face.500": "2", "face.10": "7", "face.5": "x"})
    assert till.form.notes == {"cash": "1,070.00 in notes and coins"}
    till.do.typed("face.500", {"cash": "", "face.500": ""})
    assert till.form.notes == {}
    till.sends(face_500="2", face_10="7")
    assert till.do.desk.form is None
    assert till.drawer() == "1070.00"
    assert (till.do.rows[0].what, till.do.rows[0].detail) == ("Opened", "500 × 2  10 × 7")
    assert till.told == [frozenset({Topic.CASH})]

    shop.bills(("PCM500", "1"), paid="100.00")
    clock.turn(minutes=5)
    till.do.move(is_in=False)
    till.sends(kind="expense", amount="40.00", account="Courier", reason="parcel")
    assert till.do.desk.notice.text == "Expense: 40.00."
    clock.turn(minutes=5)
    till.do.move(is_in=True)
    till.sends(kind="bank_withdrawal", amount="200", account="SBI", reason="change")
    assert till.drawer() == "1256.00"
    assert [(row.what, row.detail, row.came_in, row.went_out) for row in till.do.rows] == [
        ("Change from the bank", "SBI: change", "200.00", ""),
        ("Expense", "Courier: parcel", "", "40.00"),
        ("Opened", "500 × 2  10 × 7", "1,070.00", ""),
    ]
    assert [(fact.label, fact.text) for fact in till.do.facts][4:] == [
        ("Cash of bills", "26.00"),
        ("Given back for bills", "0.00"),
        ("Brought in", "200.00"),
        ("Taken out", "40.00"),
    ]
    till.do.move(is_in=False)
    assert [offer.value for offer in till.form.offers["account"]] == ["Courier"]
    till.do.typed("kind", {"kind": "bank_deposit", "account": ""})
    assert [offer.value for offer in till.form.offers["account"]] == ["SBI"]
    till.do.typed("account", {"kind": "bank_deposit", "account": "can"})
    assert till.form.offers["account"] == []


def test_a_handover_shows_what_differs_and_since_when(shop: TestShop, clock: TurnedClock) -> None:
    till = Till(shop)
    till.opens()
    till.do.hand_over()
    assert [value for value, _ in till.form.fields[0].choices] == ["asha", "ravi"]
    till.sends(to="ravi", cash="490", note="ten short")
    assert till.do.desk.notice.text == "ravi has the counter now."
    clock.turn(minutes=5)
    till.do.hand_over()
    assert [value for value, _ in till.form.fields[0].choices] == ["asha", "owner"]
    till.sends(to="asha", cash="495.00")
    assert [(row.what, row.detail, [badge.text for badge in row.state]) for row in till.do.rows] == [
        ("ravi to asha", "495.00 counted", ["-5.00 (+5.00 since)"]),
        ("owner to ravi", "490.00 counted · ten short", ["-10.00"]),
        ("Opened", "", []),
    ]
    told = {fact.label: (fact.text, fact.is_missing) for fact in till.do.facts}
    assert (told["With"], told["At the last handover"]) == (("asha", False), ("-5.00", True))
    assert till.drawer() == "500.00"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"cash": ""}, "cash"),
        ({"cash": "many"}, "cash"),
        ({"cash": "10", "face_5": "3"}, "cash"),
        ({"cash": "", "face_5": "two"}, "face.5"),
    ],
)
def test_what_is_wrong_with_a_count_stands_at_its_field(shop: TestShop, typed: dict[str, str], place: str) -> None:
    till = Till(shop)
    till.do.open_counter()
    till.sends(**typed)
    assert list(till.form.problems) == [place]
    assert till.do.view is None


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"kind": "expense", "account": ""}, "account"),
        ({"kind": "drawings", "account": "SBI"}, "account"),
        ({"amount": ""}, "amount"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_with_a_movement_stands_at_its_field(shop: TestShop, typed: dict[str, str], place: str) -> None:
    till = Till(shop)
    till.opens()
    till.do.move(is_in=False)
    till.sends(**{"kind": "expense", "amount": "5", "account": "Tea", "reason": "guests", **typed})
    assert list(till.form.problems) == [place]
    assert till.drawer() == "500.00"


def test_more_than_there_should_be_is_asked_once_and_asked_again_after_typing(shop: TestShop) -> None:
    till = Till(shop)
    till.opens("100")
    typed = {"kind": "drawings", "amount": "150", "reason": "house"}
    till.do.move(is_in=False)
    till.sends(**typed)
    assert "100.00 in the drawer" in till.form.sentence
    till.do.typed("amount", {**typed, "account": ""})
    till.sends(**typed)
    assert "100.00 in the drawer" in till.form.sentence
    till.sends(**typed)
    assert till.drawer() == "-50.00"


def test_a_fault_is_said_and_what_was_typed_is_still_there(shop: TestShop) -> None:
    till = Till(shop)
    till.do.open_counter()
    till.lanes.fault = EnvironmentFault("storage.disk_full")
    till.sends(cash="500")
    assert "disk is full" in till.form.sentence
    till.sends(cash="500")
    assert till.drawer() == "500.00"


def test_who_may_not_bill_or_move_cash_opens_no_form(shop: TestShop) -> None:
    accountant = Till(shop, may_bill=False)
    accountant.do.open_counter()
    assert accountant.do.desk.form is None
    Till(shop).opens()
    cashier = Till(shop, may_move=False)
    cashier.do.move(is_in=False)
    assert cashier.do.desk.form is None
    cashier.do.hand_over()
    assert cashier.do.desk.form is not None


def test_an_older_answer_changes_nothing(shop: TestShop) -> None:
    till = Till(shop)
    till.lanes.holds_reads = True
    till.do.refresh()
    old = till.lanes.reads.pop()
    till.lanes.holds_reads = False
    till.opens()
    old()
    assert till.do.view is not None
