"""The roles as delivered, against the product's table copied out by hand."""

from __future__ import annotations

import pytest

from core.auth.permissions import (
    DELIVERED,
    FIXED,
    LIMITED,
    SCOPED,
    SUPERVISED,
    Grant,
    Need,
    Permission,
    Scope,
    contains,
    covers,
)
from core.kernel.actor import Role

P = Permission
OW, PH, C, PC, A = Role.OWNER, Role.PHARMACIST, Role.CASHIER, Role.PURCHASE_CLERK, Role.ACCOUNTANT

#: need -> the roles that may, without a supervisor
TABLE: list[tuple[Need, set[Role]]] = [
    *((Need(p), {OW, PH, C}) for p in (P.POST_BILL, P.HOLD_BILL, P.PRINT_BILL, P.OPEN_DRAWER, P.KEEP_WANT_BOOK)),
    (Need(P.DISCOUNT_BILL, 500), {OW, PH, C}),
    (Need(P.DISCOUNT_BILL, 501), {OW, PH}),
    (Need(P.DISCOUNT_BILL, 1_000), {OW, PH}),
    (Need(P.DISCOUNT_BILL, 1_001), {OW}),
    (Need(P.DISCOUNT_BILL, 10_000), {OW}),
    (Need(P.SELL_SCHEDULED), {OW, PH}),
    (Need(P.SELL_SCHEDULED, within=Scope.WITH_PHARMACIST), {OW, PH, C}),
    *((Need(p), {OW, PH}) for p in (P.PRICE_BY_HAND, P.PICK_BATCH, P.SELL_AWAITING_PURCHASE, P.BACK_DATE)),
    (Need(P.SELL_BELOW_COST), {OW, PH}),
    *((Need(p), {OW, PH}) for p in (P.CANCEL_BILL, P.CORRECT_BILL, P.RETURN_WITHOUT_BILL)),
    (Need(P.CHANGE_PAYMENT), {OW, PH, A}),
    (Need(P.GIVE_CREDIT_OVER_LIMIT), {OW}),
    (Need(P.SEE_COST), {OW, PH, PC, A}),
    (Need(P.EDIT_CUSTOMERS), {OW, PH, C, A}),
    (Need(P.SET_CUSTOMER_TERMS), {OW, A}),
    (Need(P.MERGE_PATIENTS), {OW, PH}),
    (Need(P.EDIT_SUPPLIERS), {OW, PH, PC}),
    *((Need(p), {OW, PH, PC}) for p in (P.EDIT_ITEMS, P.IMPORT_ITEMS, P.EDIT_BATCHES, P.PURCHASE, P.RECEIVE_STOCK)),
    *((Need(p), {OW, PH}) for p in (P.ADJUST_STOCK, P.WRITE_OFF_STOCK, P.RECEIVE_INCOMPLETE)),
    (Need(P.COUNT_STOCK), {OW, PH, C, PC}),
    *((Need(p, 5_000_00), {OW, PH}) for p in (P.APPROVE_RETURN, P.APPROVE_MATCH)),
    *((Need(p, 5_000_01), {OW}) for p in (P.APPROVE_RETURN, P.APPROVE_MATCH)),
    *((Need(p), {OW, A}) for p in (P.ENTER_OPENING, P.RECORD_PAYMENT, P.RECONCILE_BANK)),
    (Need(P.MOVE_CASH), {OW, PH, A}),
    *((Need(p), {OW, A}) for p in (P.RECORD_EXPENSE, P.CLOSE_DAY)),
    (Need(P.CLOSE_DAY, within=Scope.OWN_COUNTER), {OW, PH, C, A}),
    *((Need(p), {OW, A}) for p in (P.VIEW_REPORTS, P.FILE_RETURNS, P.LOCK_BOOKS)),
    (Need(P.VIEW_REPORTS, within=Scope.STOCK_AND_REGISTERS), {OW, PH, A}),
    (Need(P.VIEW_REPORTS, within=Scope.OWN_DAY), {OW, C, A}),
    (Need(P.VIEW_REPORTS, within=Scope.PURCHASES), {OW, PC, A}),
    *(
        (Need(p), {OW})
        for p in (
            P.REOPEN_BOOKS,
            P.MANAGE_USERS,
            P.MANAGE_ROLES,
            P.CHANGE_SETTINGS,
            P.CHANGE_SERIES,
            P.MAKE_BACKUP,
            P.RESTORE_BACKUP,
        )
    ),
    (Need(P.OWN_ACCOUNT), {OW, PH, C, PC, A}),
]


@pytest.mark.parametrize(("need", "roles"), TABLE, ids=lambda value: str(getattr(value, "permission", "")))
def test_the_table_of_roles(need: Need, roles: set[Role]) -> None:
    assert {role for role in Role if covers(DELIVERED[role].get(need.permission), need)} == roles


def test_the_table_names_every_right() -> None:
    assert {need.permission for need, _ in TABLE} == set(Permission)


def test_a_cashier_or_a_clerk_asks_a_supervisor_and_others_may_not_even_ask() -> None:
    of_clerks = {P.RECEIVE_INCOMPLETE, P.APPROVE_MATCH}
    for permission in of_clerks:
        assert permission in SUPERVISED
        assert {role for role in (PC, C, A) if permission in DELIVERED[role]} == {PC}
    for permission in SUPERVISED - of_clerks:
        assert permission in DELIVERED[C]
        others = {role for role in (PC, A) if permission in DELIVERED[role]}
        assert not others or (permission, others) == (P.CHANGE_PAYMENT, {A})  # the accountant's own work


def test_what_is_delivered_is_what_may_be_set() -> None:
    for grants in DELIVERED.values():
        for permission, grant in grants.items():
            assert grant.limit is None or permission in LIMITED
            assert grant.scope is Scope.ALL or grant.scope in SCOPED[permission]
    assert not FIXED & (LIMITED.keys() | SCOPED.keys())


def test_only_what_one_has_may_be_handed_on() -> None:
    discount = P.DISCOUNT_BILL
    assert contains({discount: Grant()}, {discount: Grant(limit=500)})
    assert contains({discount: Grant(limit=500)}, {discount: Grant(limit=500)})
    assert not contains({discount: Grant(limit=500)}, {discount: Grant(limit=501)})
    assert not contains({discount: Grant(limit=500)}, {discount: Grant()})
    assert not contains({}, {discount: Grant(limit=1)})
    own = Grant(scope=Scope.OWN_COUNTER)
    assert contains({P.CLOSE_DAY: Grant()}, {P.CLOSE_DAY: own})
    assert not contains({P.CLOSE_DAY: own}, {P.CLOSE_DAY: Grant()})
