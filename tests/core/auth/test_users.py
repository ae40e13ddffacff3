"""Users: added, changed, deactivated; and the shop that is never left without an owner."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from core.audit.log import write_event
from core.auth import secrets
from core.auth.dto import AddUser, DeactivateUser, EditUser, LogIn, SetPassword, SetPin, SetRoleRight
from core.auth.login import Door, log_in
from core.auth.model import RolePermission, UserAccount
from core.auth.permissions import SUCCEEDED, Permission, Scope
from core.auth.queries import list_users, user_by_name
from core.auth.rights import may, require, rights_of
from core.auth.roles import role_rights, set_role_right
from core.auth.secrets import Cost
from core.auth.service import add_user, deactivate_user, edit_user, set_password, set_pin
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import id_from_content
from core.storage.database import Database
from tests.support.people import CONSOLE, PEOPLE, comes_in, hire


def adds(database: Database, username: str, role: Role = Role.CASHIER, actor: Actor = CONSOLE) -> None:
    with database.write(actor) as uow:
        add_user(uow, AddUser(username=username, password="long enough 1", role=role, must_change_password=False))


def sets(database: Database, role: Role, permission: Permission, *, granted: bool, **extent: object) -> None:
    with database.write(CONSOLE) as uow:
        set_role_right(
            uow,
            SetRoleRight.model_validate({"user_role": role, "permission": permission, "granted": granted, **extent}),
        )


def refused(code: str) -> pytest.RaisesExc[RuleBroken]:
    return pytest.RaisesExc(RuleBroken, check=lambda problem: problem.code == code)


def test_a_user_is_added_listed_and_lets_in(door: Door) -> None:
    adds(door.database, "Ravi")
    with door.database.read() as session:
        assert [(u.username, u.role, u.is_active, u.has_pin) for u in list_users(session)] == [
            ("owner", Role.OWNER, True, False),
            ("ravi", Role.CASHIER, True, False),
        ]
    assert log_in(door, LogIn(username=" RAVI ", password="long enough 1")).username == "ravi"


@pytest.mark.parametrize("spelling", ["ravi", "RAVI", " Ravi ", "ra\u200bvi"])
def test_names_are_unique_without_case(database: Database, spelling: str) -> None:
    adds(database, "Ravi")
    with refused("auth.name_taken"):
        adds(database, spelling)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("password", "seven77", "auth.password_too_short"),
        ("username", "Console", "auth.name_reserved"),
        ("username", "login", "auth.name_reserved"),
        ("pin", "123", "auth.pin_form"),
        ("pin", "123456789", "auth.pin_form"),
        ("pin", "12a4", "auth.pin_form"),
        ("pin", "\u0967\u0968\u0966\u0969", "auth.pin_form"),
        ("pin", "7777", "auth.pin_too_easy"),
        ("pin", "2345", "auth.pin_too_easy"),
        ("pin", "3210", "auth.pin_too_easy"),
        ("role", "king", "input.not_one_of"),
    ],
)
def test_what_no_user_can_have(field: str, value: str, code: str) -> None:
    with pytest.raises(Problem) as problem:
        load(AddUser, {"username": "ravi", "password": "long enough 1", "role": "cashier", field: value})
    assert problem.value.code == code


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as error:
        AddUser(username="ravi", password="secr3t!", role=Role.CASHIER)
    assert "secr3t!" not in str(error.value)
    assert "long enough 1" not in repr(AddUser(username="ravi", password="long enough 1", role=Role.CASHIER))


def test_editing_keeps_what_is_not_said(database: Database) -> None:
    adds(database, "ravi")
    with database.write(CONSOLE) as uow:
        view = edit_user(uow, EditUser(username="ravi", full_name="Ravi Kumar"))
    assert (view.full_name, view.role) == ("Ravi Kumar", Role.CASHIER)
    with database.write(CONSOLE) as uow:
        view = edit_user(uow, EditUser(username="ravi", role=Role.PHARMACIST))
    assert (view.full_name, view.role) == ("Ravi Kumar", Role.PHARMACIST)
    with refused("auth.no_user"), database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="nobody"))


def test_a_deactivated_user_is_let_in_again_only_by_edit(door: Door) -> None:
    adds(door.database, "ravi")
    with door.database.write(CONSOLE) as uow:
        assert not deactivate_user(uow, DeactivateUser(username="ravi")).is_active
    with refused("auth.wrong_login"):
        log_in(door, LogIn(username="ravi", password="long enough 1"))
    with door.database.write(CONSOLE) as uow:
        assert not edit_user(uow, EditUser(username="ravi", full_name="R")).is_active
    with door.database.write(CONSOLE) as uow:
        assert edit_user(uow, EditUser(username="ravi", activate=True)).is_active
    log_in(door, LogIn(username="ravi", password="long enough 1"))


def test_who_is_deactivated_or_demoted_while_at_work_may_no_more(door: Door) -> None:
    people = hire(door.database, Role.PHARMACIST)
    asha = people[Role.PHARMACIST]
    with door.database.write(asha) as uow:
        require(uow, Permission.BACK_DATE)
    with door.database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username=asha.username, role=Role.CASHIER))
    with refused("auth.not_allowed"), door.database.write(asha) as uow:
        require(uow, Permission.BACK_DATE)
    with door.database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username=asha.username))
    with refused("auth.not_active"), door.database.write(asha) as uow:
        require(uow, Permission.POST_BILL)


def test_a_right_given_or_taken_counts_from_the_next_command_on(database: Database) -> None:
    ravi = hire(database, Role.CASHIER)[Role.CASHIER]
    with database.read() as session:
        assert not may(session, ravi, Permission.PICK_BATCH)
    sets(database, Role.CASHIER, Permission.PICK_BATCH, granted=True)
    sets(database, Role.CASHIER, Permission.POST_BILL, granted=False)
    sets(database, Role.CASHIER, Permission.DISCOUNT_BILL, granted=True, limit="7.5")
    sets(database, Role.PHARMACIST, Permission.APPROVE_RETURN, granted=True, limit="250.50")
    sets(database, Role.PHARMACIST, Permission.VIEW_REPORTS, granted=True, scope=Scope.OWN_DAY)
    with database.read() as session:
        assert may(session, ravi, Permission.PICK_BATCH)
        assert not may(session, ravi, Permission.POST_BILL)
        assert rights_of(session, Role.CASHIER)[Permission.DISCOUNT_BILL].limit == 750
        assert rights_of(session, Role.PHARMACIST)[Permission.APPROVE_RETURN].limit == 25_050
        assert rights_of(session, Role.PHARMACIST)[Permission.VIEW_REPORTS].scope is Scope.OWN_DAY
        changed = {r.permission for r in role_rights(session, Role.CASHIER) if not r.is_delivered}
    assert changed == {Permission.PICK_BATCH, Permission.POST_BILL, Permission.DISCOUNT_BILL}


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ({"permission": Permission.MANAGE_ROLES, "granted": True}, "auth.right_fixed"),
        ({"permission": Permission.OWN_ACCOUNT, "granted": False}, "auth.right_fixed"),
        ({"permission": Permission.POST_BILL, "granted": True, "limit": "5"}, "auth.no_limit"),
        ({"permission": Permission.POST_BILL, "granted": True, "scope": Scope.OWN_DAY}, "auth.no_scope"),
        ({"permission": Permission.DISCOUNT_BILL, "granted": True, "limit": "101"}, "percent.unreadable"),
        ({"permission": Permission.APPROVE_RETURN, "granted": True, "limit": "-1"}, "money.unreadable"),
    ],
)
def test_rights_that_cannot_be_set(database: Database, right: dict[str, object], code: str) -> None:
    with refused(code), database.write(CONSOLE) as uow:
        set_role_right(uow, SetRoleRight.model_validate({"user_role": Role.CASHIER, **right}))


def test_who_may_manage_users_gives_no_more_than_he_has(database: Database) -> None:
    """Else one right would be every right: make an owner, or set an owner's password."""
    people = hire(database)
    sets(database, Role.PURCHASE_CLERK, Permission.MANAGE_USERS, granted=True)
    meena = people[Role.PURCHASE_CLERK]
    for role in (Role.OWNER, Role.PHARMACIST, Role.CASHIER, Role.ACCOUNTANT):
        with refused("auth.role_above_own"):
            adds(database, "tool", role, actor=meena)
    with refused("auth.role_above_own"), database.write(meena) as uow:
        set_password(uow, SetPassword(username="owner", password="mine from now on"))
    with refused("auth.role_above_own"), database.write(meena) as uow:
        set_pin(uow, SetPin(username="asha", pin="739158"))
    with refused("auth.role_above_own"), database.write(meena) as uow:
        edit_user(uow, EditUser(username="meena", role=Role.OWNER))
    with refused("auth.role_above_own"), database.write(meena) as uow:
        deactivate_user(uow, DeactivateUser(username="ravi"))
    adds(database, "helper", Role.PURCHASE_CLERK, actor=meena)


def test_the_last_owner_stays(database: Database) -> None:
    with refused("auth.last_owner"), database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username="owner"))
    with refused("auth.last_owner"), database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="owner", role=Role.CASHIER))
    with refused("auth.owner_keeps_users"):
        sets(database, Role.OWNER, Permission.MANAGE_USERS, granted=False)
    adds(database, "second", Role.OWNER)
    with database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username="owner"))
    with refused("auth.last_owner"), database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="second", role=Role.PHARMACIST))


NAMES = ["owner", "a", "b", "c"]
STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(NAMES), st.sampled_from(Role)),
    st.tuples(st.just("role"), st.sampled_from(NAMES), st.sampled_from(Role)),
    st.tuples(st.just("deactivate"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("activate"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("take"), st.sampled_from(Role), st.sampled_from(Permission)),
)


@given(steps=st.lists(STEPS, max_size=12), by=st.lists(st.sampled_from(NAMES), min_size=12, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_leaves_the_shop_without_an_owner(
    database: Database, steps: list[tuple[str, str, object]], by: list[str]
) -> None:
    """Each step is done by whoever the draw says, if they may; the rule must hold after each."""
    for (step, name, value), doer in zip(steps, by, strict=False):
        try:
            with database.read() as session:
                user = user_by_name(session, doer)
            with database.write(Actor(user.user_id, user.username, user.role)) as uow:
                if step == "add":
                    add_user(uow, AddUser(username=name, password="long enough 1", role=Role(str(value))))
                elif step == "role":
                    edit_user(uow, EditUser(username=name, role=Role(str(value))))
                elif step == "deactivate":
                    deactivate_user(uow, DeactivateUser(username=name))
                elif step == "activate":
                    edit_user(uow, EditUser(username=name, activate=True))
                else:
                    right = {"user_role": name, "permission": value, "granted": False}
                    set_role_right(uow, SetRoleRight.model_validate(right))
        except RuleBroken:
            pass
        with database.read() as session:
            owners = [u for u in list_users(session) if u.is_active and u.role is Role.OWNER]
            assert owners
            assert all(may(session, Actor(u.user_id, u.username, u.role), Permission.MANAGE_USERS) for u in owners)
            assert all(may(session, Actor(u.user_id, u.username, u.role), Permission.MANAGE_ROLES) for u in owners)


def test_a_hash_that_became_too_cheap_is_made_anew_at_log_in(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def stored() -> str:
        with door.database.read() as session:
            return session.scalars(select(UserAccount.password_hash).where(UserAccount.username == "asha")).one()

    hire(door.database, Role.PHARMACIST)
    before = stored()
    comes_in(door, Role.PHARMACIST)
    assert stored() == before
    dearer = {Cost.STAFF: (24, 2), Cost.OWNER: (32, 3)}
    monkeypatch.setattr(secrets, "parameters", dearer.__getitem__)
    comes_in(door, Role.PHARMACIST)
    assert "m=24,t=2" in stored()
    comes_in(door, Role.PHARMACIST)
    with door.database.write(CONSOLE) as uow:  # an owner's secret costs more, from the next log-in on
        edit_user(uow, EditUser(username="asha", role=Role.OWNER))
    comes_in(door, Role.PHARMACIST)
    assert "m=32,t=3" in stored()
    assert PEOPLE[Role.PHARMACIST][0] == "asha"


def test_the_real_costs_are_what_is_promised() -> None:
    assert Cost.STAFF.value >= (19 * 1024, 2)
    assert Cost.OWNER.value >= (64 * 1024, 3)
    assert Cost.of(Role.OWNER) is Cost.OWNER
    assert {Cost.of(role) for role in Role} == set(Cost)


def test_what_a_shop_said_of_a_right_that_was_split_holds_for_its_parts(database: Database) -> None:
    """An older version let a shop give and take "edit parties" only; what was said of a part since then goes first."""
    parts = SUCCEEDED["edit_parties"]
    for role, granted in ((Role.CASHIER, True), (Role.PHARMACIST, False)):
        with database.write(CONSOLE) as uow:
            row = RolePermission(user_role=role, permission="edit_parties", is_granted=granted, scope=Scope.ALL)
            uow.session.add(row)
            write_event(uow, "role.changed", id_from_content("role", role))
    with database.read() as session:
        assert set(parts) <= rights_of(session, Role.CASHIER).keys()
        assert not set(parts) & rights_of(session, Role.PHARMACIST).keys()
    sets(database, Role.CASHIER, Permission.SET_CUSTOMER_TERMS, granted=False)
    sets(database, Role.PHARMACIST, Permission.EDIT_CUSTOMERS, granted=True)
    with database.read() as session:
        assert set(parts) - rights_of(session, Role.CASHIER).keys() == {Permission.SET_CUSTOMER_TERMS}
        assert set(parts) & rights_of(session, Role.PHARMACIST).keys() == {Permission.EDIT_CUSTOMERS}
