"""A counter's drawer: opened with a float, bills, cash in and out, handed over with what differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.audit.log import write_event
from core.auth.dto import AddUser
from core.auth.service import add_user
from core.boundary.frozen import load
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter, SessionView
from core.cash.kinds import MovementKind
from core.cash.queries import read_counter, read_drawer
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.ledger import chart
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.ledger.posting import open_account
from core.opening.balances import EnterOpeningBalance, Holding, Section, enter_opening_balance
from core.storage.unit_of_work import UnitOfWork
from tests.core.cash.support import balance, cancels, hands_over, in_drawer, moves, opens, session_of
from tests.support.clock import TurnedClock
from tests.support.people import cheap_secrets, hire
from tests.support.shop import TestShop

KIND = MovementKind


@pytest.fixture
def staffed(shop: TestShop) -> TestShop:
    """A shop with stock and people: asha (pharmacist), ravi (cashier), meena (purchase clerk)."""
    with cheap_secrets():
        hire(shop.shop.database)
    shop.receives("PCM500", packs=100, mrp="25.00")
    return shop


def test_a_day_at_the_counter(staffed: TestShop, clock: TurnedClock) -> None:
    shop = staffed
    shop.bills(("PCM500", "1"), paid="25.00")  # before it is opened: no drawer's
    opened = opens(shop, "500.00")
    assert (opened.counter, opened.opened_by, opened.holder, str(opened.drawer.should_be)) == (
        "C1",
        "owner",
        "owner",
        "500.00",
    )
    shop.bills(("PCM500", "4"), paid="500.00")  # 100.00, 400.00 goes back
    wrong = shop.bills(("PCM500", "2"), paid="50.00")
    assert in_drawer(shop) == "650.00"
    cancels(shop, wrong)
    assert in_drawer(shop) == "600.00"

    moves(shop, KIND.EXPENSE, "40.00", account="Tea and snacks")
    moves(shop, KIND.BANK_DEPOSIT, "300.00", account="SBI Kaloor")
    moves(shop, KIND.BANK_WITHDRAWAL, "200.00", account="sbi kaloor")
    moves(shop, KIND.DRAWINGS, "50.00")
    moves(shop, KIND.CAPITAL, "20.00")
    moves(shop, KIND.TO_SAFE, "100.00")
    view = moves(shop, KIND.FROM_SAFE, "30.00")
    drawer = view.drawer
    assert (str(drawer.taken), str(drawer.given_back)) == ("150.00", "50.00")
    assert (str(drawer.moved_in), str(drawer.moved_out), str(drawer.should_be)) == ("250.00", "490.00", "360.00")
    assert [(one.kind, str(one.amount), one.account) for one in view.movements[:3]] == [
        (KIND.EXPENSE, "40.00", "Tea and snacks"),
        (KIND.BANK_DEPOSIT, "300.00", "SBI Kaloor"),
        (KIND.BANK_WITHDRAWAL, "200.00", "SBI Kaloor"),
    ]

    assert str(balance(shop, "Tea and snacks")) == "40.00"
    assert str(balance(shop, "SBI Kaloor")) == "100.00"
    assert str(balance(shop, "Owner's drawings")) == "50.00"
    assert str(balance(shop, "Owner's capital")) == "-20.00"
    # what went to the safe and back is cash in hand all the while; the float was so before the counter was opened
    assert str(balance(shop, "Cash in hand")) == "-45.00"
    shop.books_agree()


def test_a_shop_that_opens_no_counter_bills_as_before(staffed: TestShop) -> None:
    shop = staffed
    bill = shop.bills(("PCM500", "1"), paid="25.00")
    cancels(shop, bill)
    with shop.shop.database.read() as session:
        assert read_counter(session, shop.actor) is None
        assert read_drawer(session, shop.actor) is None
    shop.books_agree()


def test_a_handover_keeps_what_differs_and_whose_it_is(staffed: TestShop, clock: TurnedClock) -> None:
    shop = staffed
    opens(shop, "500.00")
    shop.bills(("PCM500", "4"), paid="100.00")
    first = hands_over(shop, "ravi", "590.00", note="ten short")
    assert (first.holder, str(first.difference)) == ("ravi", "-10.00")
    assert str(first.drawer.should_be) == "600.00"  # a shortage stays a shortage until the counter is closed

    clock.turn(minutes=-4)  # a clock that is set right does not put the second before the first
    shop.bills(("PCM500", "2"), paid="50.00")
    second = hands_over(shop, "asha", "640.00")
    assert second.holder == "asha"
    assert [
        (one.from_username, one.to_username, str(one.difference), str(one.own_difference)) for one in second.handovers
    ] == [("owner", "ravi", "-10.00", "-10.00"), ("ravi", "asha", "-10.00", "0.00")]

    third = hands_over(shop, "owner", "655.00", note="found behind the drawer")
    assert (str(third.handovers[-1].difference), str(third.handovers[-1].own_difference)) == ("5.00", "15.00")
    shop.books_agree()


def test_notes_and_coins_are_counted(staffed: TestShop) -> None:
    shop = staffed
    faces = [{"face": "500", "pieces": 2}, {"face": "10.00", "pieces": 7}]
    opened = opens(shop, None, denominations=faces)
    assert str(opened.drawer.opening) == "1070.00"
    assert [(str(one.face), one.pieces) for one in opened.denominations] == [("500.00", 2), ("10.00", 7)]
    view = hands_over(shop, "ravi", "1070", denominations=faces)
    assert str(view.handovers[0].difference) == "0.00"
    shop.books_agree()


@pytest.mark.parametrize(
    ("given", "code", "where"),
    [
        ({"cash": None}, "cash.amount_missing", "cash"),
        ({"cash": "-1.00"}, "cash.amount_form", "cash"),
        ({"cash": "12.345"}, "money.unreadable", "cash"),
        ({"cash": "10.00", "denominations": [{"face": "5", "pieces": 3}]}, "cash.count_differs", "cash"),
        ({"cash": None, "denominations": [{"face": "3", "pieces": 3}]}, "cash.no_such_face", None),
        ({"cash": None, "denominations": [{"face": "5", "pieces": 0}]}, "input.too_small", "denominations.0.pieces"),
        ({"cash": None, "denominations": [{"face": "5", "pieces": 3}] * 2}, "cash.face_twice", None),
    ],
)
def test_a_count_that_cannot_be_is_refused(
    staffed: TestShop, given: dict[str, Any], code: str, where: str | None
) -> None:
    with staffed.refuses(code, where):
        opens(staffed, **given)


def test_one_session_a_counter_and_none_without_opening(staffed: TestShop) -> None:
    shop = staffed
    with shop.refuses("cash.not_open"):
        moves(shop, KIND.DRAWINGS, "5.00")
    with shop.refuses("cash.not_open"):
        hands_over(shop, "ravi", "5.00")
    opens(shop, "0")
    with shop.refuses("cash.open_already"):
        opens(shop, "0")


def test_who_takes_a_counter_over_must_bill(staffed: TestShop) -> None:
    shop = staffed
    opens(shop)
    for to, code in (("owner", "cash.held_already"), ("meena", "cash.may_not_bill"), ("nobody", "auth.no_user")):
        with shop.refuses(code):
            hands_over(shop, to, "500.00")
    assert hands_over(shop, "RAVI", "500.00").holder == "ravi"


@pytest.mark.parametrize(
    ("kind", "given", "code", "where"),
    [
        (KIND.EXPENSE, {}, "cash.account_missing", "account"),
        (KIND.EXPENSE, {"account": "!!"}, "cash.account_missing", "account"),
        (KIND.BANK_DEPOSIT, {}, "cash.account_missing", "account"),
        (KIND.DRAWINGS, {"account": "SBI"}, "cash.account_unasked", "account"),
        (KIND.EXPENSE, {"account": "cost of goods sold"}, "cash.account_taken", "account"),
        (KIND.EXPENSE, {"account": "Sundry debtors"}, "cash.account_taken", "account"),
        (KIND.BANK_DEPOSIT, {"account": "Cash in hand"}, "cash.account_taken", "account"),
        (KIND.BANK_DEPOSIT, {"account": "Furniture"}, "cash.account_taken", "account"),
        (KIND.EXPENSE, {"account": "Furniture"}, "cash.account_taken", "account"),
        (KIND.EXPENSE, {"account": "Tea", "amount": "0"}, "cash.amount_zero", "amount"),
        (KIND.EXPENSE, {"account": "Tea", "amount": "-5"}, "cash.amount_form", "amount"),
        (KIND.EXPENSE, {"account": "Tea", "reason": "x"}, "input.too_short", "reason"),
        (KIND.EXPENSE, {"account": "Tea", "amount": "500.01"}, "cash.more_than_drawer", None),
    ],
)
def test_what_cannot_go_in_or_out_is_refused(
    staffed: TestShop, kind: MovementKind, given: dict[str, str], code: str, where: str | None
) -> None:
    shop = staffed
    furniture = {"command_id": str(new_id()), "holding": Holding.OTHER, "name": "Furniture", "amount": "100.00"}
    with shop.shop.database.write(shop.actor) as uow:
        enter_opening_balance(uow, load(EnterOpeningBalance, furniture))
    opens(shop, "500.00")
    with shop.refuses(code, where):
        moves(shop, kind, **{"amount": "5.00", **given})
    shop.books_agree()


def test_more_than_there_should_be_goes_out_once_it_is_confirmed(staffed: TestShop) -> None:
    shop = staffed
    opens(shop, "0")
    view = moves(shop, KIND.EXPENSE, "80.00", account="Courier", confirmed=True)
    assert str(view.drawer.should_be) == "-80.00"
    shop.books_agree()


def test_an_account_that_the_shop_has_itself_is_the_one_that_moves(staffed: TestShop) -> None:
    shop = staffed
    own = {"command_id": str(new_id()), "holding": Holding.OTHER, "name": "Owner's Drawings", "amount": "100.00"}
    opens(shop, "500.00")
    with shop.refuses("opening.account_taken"), shop.shop.database.write(shop.actor) as uow:
        enter_opening_balance(uow, load(EnterOpeningBalance, {**own, "section": Section.EQUITY}))
    courier = {**own, "name": "Courier charges", "section": Section.EXPENSE}
    with shop.shop.database.write(shop.actor) as uow:
        enter_opening_balance(uow, load(EnterOpeningBalance, courier))
    moves(shop, KIND.EXPENSE, "20.00", account="COURIER charges")
    assert str(balance(shop, "Courier charges")) == "120.00"
    shop.books_agree()


def test_an_account_from_before_the_program_had_its_own_of_that_name_is_the_one_that_moves(staffed: TestShop) -> None:
    shop = staffed
    opens(shop, "500.00")
    before = chart.own("Owner's Capital", "equity")  # as a version without movements of cash let a shop name it
    with shop.shop.database.write(shop.actor) as uow:
        open_account(uow, before)
        write_event(uow, "opening.balance_entered", new_id(), {"command": ""})
    moves(shop, KIND.CAPITAL, "20.00")
    assert str(balance(shop, "Owner's Capital")) == "-20.00"
    shop.books_agree()


def test_closed_days_take_no_cash_in_or_out(staffed: TestShop) -> None:
    shop = staffed
    opens(shop)
    with shop.shop.database.write(shop.actor) as uow:
        close_books(uow, CloseBooks(through=date(2026, 11, 20)))
    for kind in (KIND.DRAWINGS, KIND.TO_SAFE):
        with shop.refuses("ledger.day_closed"):
            moves(shop, kind, "5.00")


def test_the_same_command_again_changes_nothing(staffed: TestShop, clock: TurnedClock) -> None:
    shop = staffed
    opening = load(OpenCounter, {"command_id": str(new_id()), "cash": "500.00"})
    move = load(MoveCash, {"command_id": str(new_id()), "kind": "drawings", "amount": "5.00", "reason": "lunch"})
    over = load(HandOverCounter, {"command_id": str(new_id()), "to": "ravi", "cash": "495.00"})
    first_time: list[tuple[Any, Callable[[UnitOfWork, Any], SessionView]]] = [
        (opening, open_counter),
        (move, move_cash),
        (over, hand_over_counter),
    ]
    for command, run in first_time:
        with shop.shop.database.write(shop.actor) as uow:
            first = run(uow, command)
        clock.turn(minutes=1)
        with shop.shop.database.write(shop.actor) as uow:
            assert run(uow, command) == first
    shop.bills(("PCM500", "1"), paid="25.00")
    with shop.shop.database.write(shop.actor) as uow:
        assert hand_over_counter(uow, over).holder == "ravi"  # whatever came since
    others: list[tuple[Any, Callable[[UnitOfWork, Any], SessionView]]] = [
        (opening.model_copy(update={"cash": move.amount}), open_counter),
        (move.model_copy(update={"reason": "supper"}), move_cash),
        (over.model_copy(update={"to": "asha"}), hand_over_counter),
    ]
    for changed, run in others:
        with shop.refuses("cash.command_reused"), shop.shop.database.write(shop.actor) as uow:
            run(uow, changed)
    assert len(session_of(shop).handovers) == 1
    shop.books_agree()


def test_a_drawer_is_read_by_who_bills_and_who_accounts_for_cash(staffed: TestShop) -> None:
    shop = staffed
    opens(shop)
    for role in Role:
        shop.acts(role)
        if role is Role.PURCHASE_CLERK:
            with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
                session_of(shop)
        else:
            assert in_drawer(shop) == "500.00"


def test_a_bill_of_a_time_before_belongs_to_the_session_it_was_posted_in(staffed: TestShop, clock: TurnedClock) -> None:
    shop = staffed
    shop.bills(("PCM500", "1"), paid="25.00")
    opens(shop, "100.00")
    clock.turn(minutes=-4)
    shop.bills(("PCM500", "1"), paid="25.00")  # its clock says: before the opening
    assert in_drawer(shop) == "125.00"
    clock.turn(days=1)
    memo = shop.bills(("PCM500", "2"), paid="50.00", date="2026-11-20", manual={"number": "B2/117"})
    assert memo.date == date(2026, 11, 20)
    assert in_drawer(shop) == "175.00"
    shop.books_agree()


def test_a_user_who_left_takes_no_counter_over(staffed: TestShop) -> None:
    shop = staffed
    opens(shop)
    with cheap_secrets(), shop.shop.database.write(shop.actor) as uow:
        add_user(uow, AddUser(username="sunil", password="long enough 1", role=Role.CASHIER))
    assert hands_over(shop, "sunil", "500.00").holder == "sunil"
