"""A supervisor allows one bill what the cashier may not: once, for that bill, and written into its event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from core.audit.history import history_of, search_log
from core.audit.log import write_event
from core.auth.dto import AskOverride, DeactivateUser, EditUser, Method, OverrideView, SessionView, SetRoleRight
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Need, Permission
from core.auth.rights import require_or_override
from core.auth.roles import set_role_right
from core.auth.service import deactivate_user, edit_user
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.sales.dto import BillView
from core.storage.unit_of_work import UnitOfWork
from tests.core.auth.test_users import refused
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, PEOPLE, comes_in, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime


class Till:
    """A cashier at the till of a shop with a pharmacist and stock."""

    def __init__(self, shop: TestShop, uptime: TurnedUptime) -> None:
        self.shop = shop
        self.door = Door(shop.shop.database, uptime)
        self.people = hire(self.door.database)
        shop.receives("PCM500", mrp="100.00", packs=100)
        self.session: SessionView = comes_in(self.door, Role.CASHIER)
        shop.actor = self.session.actor

    def bills(self, command_id: UUID, percent: str = "12", **bill: Any) -> BillView:
        line = {"item": "PCM500", "quantity": "1", "discount_percent": percent}
        return self.shop.bills(line, command_id=command_id, **bill)

    def asks(self, command_id: UUID, role: Role = Role.OWNER, **changed: Any) -> OverrideView:
        username, _, pin = PEOPLE.get(role, ("owner", "", ""))
        return authorise(
            self.door,
            self.session.actor,
            AskOverride.model_validate(
                {
                    "command_id": command_id,
                    "permission": Permission.DISCOUNT_BILL,
                    "amount": 1_200,
                    "reason": "regular customer",
                    "supervisor": username,
                    "secret": pin,
                    "method": Method.PIN,
                    **changed,
                }
            ),
            self.session.session_id,
        )

    def lets_pharmacists_give(self, limit: str) -> None:
        with self.door.database.write(CONSOLE) as uow:
            set_role_right(
                uow,
                SetRoleRight(user_role=Role.PHARMACIST, permission=Permission.DISCOUNT_BILL, granted=True, limit=limit),
            )

    def uses(self) -> int:
        with self.door.database.read() as session:
            return sum(
                entry.table == "supervisor_override_use" and entry.field == "override_id"
                for event in search_log(session, kind="bill.posted")
                for entry in history_of(session, event.subject_id)
            )


@pytest.fixture
def till(shop: TestShop) -> Iterator[Till]:
    till = Till(shop, TurnedUptime())
    till.lets_pharmacists_give("20")
    yield till
    shop.books_agree()


def test_a_discount_above_the_own_limit_needs_a_supervisor(till: Till) -> None:
    assert till.bills(new_id(), "5").total
    with pytest.raises(Problem) as problem:
        till.bills(new_id(), "12")
    assert problem.value.code == "auth.over_own_limit"
    assert explain(problem.value) == (
        "12 % is above the limit of ravi (5 %): a supervisor can allow it with PIN or password."
    )
    assert (problem.value.values["asked"], problem.value.values["limit"]) == ("12 %", "5 %")


def test_a_supervisors_pin_allows_one_bill_and_stands_in_its_event(till: Till) -> None:
    command_id = new_id()
    override = till.asks(command_id, Role.PHARMACIST)
    bill = till.bills(command_id)
    assert str(bill.discount) == "12.00"
    with till.door.database.read() as session:
        written = {e.field: e.after for e in history_of(session, command_id) if e.table == "supervisor_override_use"}
        given = search_log(session, kind="override.given")[0]
    assert written["override_id"] == override.override_id.hex
    assert (written["supervisor"], written["used_by"], written["reason"]) == ("asha", "ravi", "regular customer")
    assert (written["permission"], written["amount"]) == ("discount_bill", 1_200)
    assert (given.username, given.subject_id, given.note["asked_by"]) == ("asha", command_id, "ravi")


def test_an_override_is_for_one_command_and_once(till: Till) -> None:
    command_id = new_id()
    till.asks(command_id, Role.PHARMACIST)
    with refused("auth.over_own_limit"):
        till.bills(new_id())
    first = till.bills(command_id)
    assert till.bills(command_id) == first  # a second Enter is the same bill, and uses nothing
    assert till.uses() == 1

    def again(uow: UnitOfWork) -> None:
        require_or_override(uow, Need(Permission.DISCOUNT_BILL, 1_200), command_id)

    with refused("auth.over_own_limit"), till.door.database.write(till.session.actor) as uow:
        again(uow)


def test_a_bill_that_is_refused_leaves_its_override_for_the_next_try(till: Till) -> None:
    command_id = new_id()
    till.asks(command_id, Role.PHARMACIST)
    with refused("sales.not_paid"):
        till.bills(command_id, paid="1.00")
    assert till.bills(command_id).number.endswith("1")


@pytest.mark.parametrize(("percent", "passes"), [("11", True), ("12", True), ("12.01", False), ("20", False)])
def test_an_override_covers_up_to_what_was_asked(till: Till, percent: str, passes: bool) -> None:
    command_id = new_id()
    till.asks(command_id, Role.PHARMACIST)
    if passes:
        till.bills(command_id, percent)
        return
    with refused("auth.over_own_limit"):
        till.bills(command_id, percent)


def test_the_supervisors_own_limit_counts(till: Till) -> None:
    with pytest.raises(Problem) as problem:
        till.asks(new_id(), Role.PHARMACIST, amount=2_001)
    assert problem.value.code == "auth.supervisor_over_limit"
    assert "20.01 %" in explain(problem.value)
    assert "20 %" in explain(problem.value)
    with refused("auth.supervisor_may_not"):
        till.asks(new_id(), Role.ACCOUNTANT)
    with till.door.database.read() as session:
        assert len(search_log(session, kind="override.refused")) == 2


def test_a_supervisor_who_lost_the_right_since_allows_nothing(till: Till) -> None:
    lowered, demoted, gone = new_id(), new_id(), new_id()
    for command_id in (lowered, demoted, gone):
        till.asks(command_id, Role.PHARMACIST)
    till.lets_pharmacists_give("11")
    with refused("auth.over_own_limit"):
        till.bills(lowered)
    till.lets_pharmacists_give("20")
    with till.door.database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="asha", role=Role.CASHIER))
    with refused("auth.over_own_limit"):
        till.bills(demoted)
    with till.door.database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="asha", role=Role.PHARMACIST))
    with till.door.database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username="asha"))
    with refused("auth.over_own_limit"):
        till.bills(gone)


def test_an_override_is_for_who_asked_and_for_the_day(till: Till, clock: TurnedClock) -> None:
    command_id = new_id()
    till.asks(command_id, Role.PHARMACIST)
    with till.door.database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="meena", role=Role.CASHIER))
    mine = till.shop.actor
    till.shop.actor = till.people[Role.PURCHASE_CLERK]
    with refused("auth.over_own_limit"):
        till.bills(command_id)
    till.shop.actor = mine
    clock.turn(days=1)
    with refused("auth.over_own_limit"):
        till.bills(command_id)


def test_who_may_not_at_all_may_not_ask(till: Till) -> None:
    """A purchase clerk bills for nobody, whoever stands beside."""
    command_id = new_id()
    till.session = comes_in(till.door, Role.PURCHASE_CLERK)
    till.asks(command_id, Role.PHARMACIST)
    with refused("auth.not_allowed"), till.door.database.write(till.session.actor) as uow:
        require_or_override(uow, Need(Permission.DISCOUNT_BILL, 1_200), command_id)


def test_what_no_supervisor_can_allow(till: Till) -> None:
    with refused("auth.not_supervised"):
        till.asks(new_id(), Role.PHARMACIST, permission=Permission.MANAGE_USERS)
    with refused("auth.own_supervisor"):
        till.asks(new_id(), Role.CASHIER)


def test_a_pin_needs_the_askers_running_session_and_a_password_none(till: Till) -> None:
    session = till.session
    till.session = session.model_copy(update={"session_id": new_id()})
    with refused("auth.no_session"):
        till.asks(new_id(), Role.PHARMACIST)
    till.session = comes_in(till.door, Role.ACCOUNTANT).model_copy(update={"user_id": session.user_id})
    with refused("auth.no_session"):
        till.asks(new_id(), Role.PHARMACIST)
    till.session = session
    command_id = new_id()
    password = PEOPLE[Role.PHARMACIST][1]
    till.asks(command_id, Role.PHARMACIST, method=Method.PASSWORD, secret=password)
    till.bills(command_id)


def test_wrong_pins_of_a_supervisor_count_like_any_other(till: Till) -> None:
    for _ in range(3):
        with refused("auth.wrong_pin"):
            till.asks(new_id(), Role.PHARMACIST, secret="5555")
    with refused("auth.locked"):
        till.asks(new_id(), Role.PHARMACIST)


def test_cancelling_asks_a_supervisor(till: Till) -> None:
    """The right that the table gives a cashier only with a supervisor; the command comes with returns."""
    need, command_id = Need(Permission.CANCEL_BILL), new_id()
    with refused("auth.needs_supervisor"), till.door.database.write(till.session.actor) as uow:
        require_or_override(uow, need, command_id)
    till.asks(command_id, Role.PHARMACIST, permission=Permission.CANCEL_BILL, amount=None)
    with till.door.database.write(till.session.actor) as uow:
        require_or_override(uow, need, command_id)
        write_event(uow, "test.cancelled", command_id)


@pytest.mark.parametrize(
    ("bill", "passes"),
    [
        ({"percent": "0", "bill_discount_percent": "5"}, True),
        ({"percent": "0", "bill_discount_percent": "5.01"}, False),
        ({"percent": "4", "bill_discount_percent": "4"}, False),
        ({"percent": "0", "bill_discount": "5.00"}, True),
        ({"percent": "0", "bill_discount": "5.01"}, False),
        ({"percent": "0"}, True),
    ],
)
def test_all_ways_to_give_a_discount_count_together(till: Till, bill: dict[str, str], passes: bool) -> None:
    if passes:
        till.bills(new_id(), **bill)
        return
    with refused("auth.over_own_limit"):
        till.bills(new_id(), **bill)


@pytest.mark.parametrize("typed", ["5.01", "19.99", "20", "33.33"])
def test_a_refusal_says_the_percentage_that_was_typed(till: Till, typed: str) -> None:
    till.shop.actor = CONSOLE
    till.shop.receives("TINY", mrp="1.28", cost="0.0100")
    till.shop.actor = till.session.actor
    for bill in (
        {"percent": typed, "item": "TINY"},
        {"percent": "0", "item": "TINY", "bill_discount_percent": typed},
    ):
        line = {"item": bill.pop("item"), "quantity": "1", "discount_percent": bill.pop("percent")}
        with pytest.raises(Problem) as problem:
            till.shop.bills(line, **bill)
        assert problem.value.code == "auth.over_own_limit"
        assert explain(problem.value).startswith(f"{typed} %")


def test_five_percent_rounded_to_the_paisa_is_five_percent(till: Till) -> None:
    for n, mrp in enumerate(["0.03", "0.30", "1.05", "25.65", "64.12", "999.99"]):
        till.shop.actor = CONSOLE
        till.shop.receives(f"ITEM{n}", mrp=mrp, cost="0.0100", packs=20)
        till.shop.actor = till.session.actor
        for quantity in ("1", "0:1", "3:7"):
            line = {"item": f"ITEM{n}", "quantity": quantity, "discount_percent": "5"}
            till.shop.bills(line)
            till.shop.bills({**line, "discount_percent": "0"}, bill_discount_percent="5")


def test_batch_and_date_by_hand_are_no_matter_for_a_supervisor(till: Till, clock: TurnedClock) -> None:
    clock.turn(days=1)
    with refused("auth.not_allowed"):
        till.bills(new_id(), "0", date="2026-11-20")
    with refused("auth.not_allowed"):
        till.shop.bills({"item": "PCM500", "quantity": "1", "batch": "A1"})
