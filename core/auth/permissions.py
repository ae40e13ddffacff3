"""What each role may do as delivered; a shop may change it (``roles.py``), and a service asks (``rights.py``)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from core.kernel.actor import Role
from core.kernel.money import Money, Percent


class Permission(enum.StrEnum):
    """A right that a command needs, one for each command."""

    POST_BILL = "post_bill"
    HOLD_BILL = "hold_bill"
    PRINT_BILL = "print_bill"
    #: Without a sale: to change a note. It stands in the log.
    OPEN_DRAWER = "open_drawer"
    KEEP_WANT_BOOK = "keep_want_book"
    DISCOUNT_BILL = "discount_bill"
    SELL_SCHEDULED = "sell_scheduled"
    PRICE_BY_HAND = "price_by_hand"
    PICK_BATCH = "pick_batch"
    SELL_AWAITING_PURCHASE = "sell_awaiting_purchase"
    #: Where the shop asks a supervisor for it.
    SELL_BELOW_COST = "sell_below_cost"
    BACK_DATE = "back_date"
    CANCEL_BILL = "cancel_bill"
    CORRECT_BILL = "correct_bill"
    #: Say later that a bill was paid in another way.
    CHANGE_PAYMENT = "change_payment"
    GIVE_CREDIT_OVER_LIMIT = "give_credit_over_limit"
    RETURN_WITHOUT_BILL = "return_without_bill"
    SEE_COST = "see_cost"
    EDIT_ITEMS = "edit_items"
    IMPORT_ITEMS = "import_items"
    EDIT_BATCHES = "edit_batches"
    #: Customers as the counter knows them, patients, prescribers; not their terms.
    EDIT_CUSTOMERS = "edit_customers_and_patients"
    #: Credit, prices and discount of customers; ending and merging them.
    SET_CUSTOMER_TERMS = "set_customer_terms"
    #: Ending and merging patients and prescribers.
    MERGE_PATIENTS = "merge_patients_and_prescribers"
    EDIT_SUPPLIERS = "edit_suppliers"
    PURCHASE = "purchase"
    RECEIVE_STOCK = "receive_stock"
    #: Take in a drug whose pack shows no batch or expiry, or whose maker nobody knows.
    RECEIVE_INCOMPLETE = "receive_without_batch_expiry_or_maker"
    ADJUST_STOCK = "adjust_stock"
    WRITE_OFF_STOCK = "write_off_stock"
    COUNT_STOCK = "count_stock"
    APPROVE_RETURN = "approve_return"
    APPROVE_MATCH = "approve_match"
    ENTER_OPENING = "enter_opening_balances"
    RECORD_PAYMENT = "record_payment"
    RECONCILE_BANK = "reconcile_bank"
    #: Cash into a counter's drawer and out of it, without a bill.
    MOVE_CASH = "move_cash"
    RECORD_EXPENSE = "record_expense"
    CLOSE_DAY = "close_day"
    VIEW_REPORTS = "view_reports"
    FILE_RETURNS = "file_returns"
    LOCK_BOOKS = "lock_books"
    REOPEN_BOOKS = "reopen_books"
    MANAGE_USERS = "manage_users"
    MANAGE_ROLES = "manage_roles"
    CHANGE_SETTINGS = "change_settings"
    CHANGE_SERIES = "change_series"
    MAKE_BACKUP = "make_backup"
    RESTORE_BACKUP = "restore_backup"
    #: Log out, change one's own password and PIN: everybody's, and no shop can take it.
    OWN_ACCOUNT = "own_account"

    @property
    def words(self) -> str:
        """The right as it stands in a sentence."""
        return self.replace("_", " ")


class Scope(enum.StrEnum):
    """How far a right reaches. A need names the narrowest scope it falls into; a grant of ALL covers every need."""

    ALL = "all"
    OWN_COUNTER = "own_counter"
    WITH_PHARMACIST = "with_pharmacist"
    WITH_SUPERVISOR = "with_supervisor"
    STOCK_AND_REGISTERS = "stock_and_registers"
    OWN_DAY = "own_day"
    PURCHASES = "purchases"


class LimitUnit(enum.StrEnum):
    """What a right's limit counts."""

    BASIS_POINTS = "basis_points"
    PAISE = "paise"

    def show(self, value: int) -> object:
        """Return the value as sentences show it."""
        return f"{Percent(value)} %" if self is LimitUnit.BASIS_POINTS else Money(value)


@dataclass(frozen=True, slots=True)
class Grant:
    """A right as a role has it: up to ``limit`` (None: any amount), within ``scope``."""

    limit: int | None = None
    scope: Scope = Scope.ALL


@dataclass(frozen=True, slots=True)
class Need:
    """What a command is about to do: ``amount`` in the right's unit (None: it has none), ``within`` which scope."""

    permission: Permission
    amount: int | None = None
    within: Scope = Scope.ALL


#: Rights with a limit, and what it counts.
LIMITED: Mapping[Permission, LimitUnit] = {
    Permission.DISCOUNT_BILL: LimitUnit.BASIS_POINTS,
    Permission.APPROVE_RETURN: LimitUnit.PAISE,
    Permission.APPROVE_MATCH: LimitUnit.PAISE,
}

#: Rights that may be granted in part, and the parts.
SCOPED: Mapping[Permission, frozenset[Scope]] = {
    Permission.SELL_SCHEDULED: frozenset({Scope.WITH_PHARMACIST}),
    Permission.CANCEL_BILL: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.CORRECT_BILL: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.CHANGE_PAYMENT: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.GIVE_CREDIT_OVER_LIMIT: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.SELL_BELOW_COST: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.RETURN_WITHOUT_BILL: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.RECEIVE_INCOMPLETE: frozenset({Scope.WITH_SUPERVISOR}),
    Permission.CLOSE_DAY: frozenset({Scope.OWN_COUNTER}),
    Permission.VIEW_REPORTS: frozenset({Scope.STOCK_AND_REGISTERS, Scope.OWN_DAY, Scope.PURCHASES}),
}

#: What a supervisor may allow to somebody who has the right, but not this far.
SUPERVISED = frozenset(
    {
        Permission.DISCOUNT_BILL,
        Permission.CANCEL_BILL,
        Permission.CORRECT_BILL,
        Permission.CHANGE_PAYMENT,
        Permission.RETURN_WITHOUT_BILL,
        Permission.GIVE_CREDIT_OVER_LIMIT,
        Permission.SELL_BELOW_COST,
        Permission.RECEIVE_INCOMPLETE,
        Permission.APPROVE_MATCH,
    }
)

#: Never changed: whoever could give MANAGE_ROLES away would give everything away with it, the owner must always be
#: able to mend what a shop has set, and nobody is kept from leaving.
FIXED = frozenset({Permission.MANAGE_ROLES, Permission.OWN_ACCOUNT})

#: Rights of older versions that were split: what a shop has said of one, it has said of those that took its place.
SUCCEEDED: Mapping[str, tuple[Permission, ...]] = {
    "edit_parties": (
        Permission.EDIT_CUSTOMERS,
        Permission.SET_CUSTOMER_TERMS,
        Permission.MERGE_PATIENTS,
        Permission.EDIT_SUPPLIERS,
    ),
}

#: 5,000 rupees: up to which a pharmacist approves returns and exceptions of a match, until the shop says otherwise.
_PHARMACIST_APPROVES = 5_000_00

_ANY = Grant()
_OWN = Grant(scope=Scope.OWN_COUNTER)
_SUPERVISED = Grant(scope=Scope.WITH_SUPERVISOR)
_COUNTER = (
    Permission.POST_BILL,
    Permission.HOLD_BILL,
    Permission.PRINT_BILL,
    Permission.OPEN_DRAWER,
    Permission.KEEP_WANT_BOOK,
    Permission.EDIT_CUSTOMERS,
)
_BY_HAND = (
    Permission.PRICE_BY_HAND,
    Permission.PICK_BATCH,
    Permission.SELL_AWAITING_PURCHASE,
    Permission.SELL_BELOW_COST,
    Permission.BACK_DATE,
    Permission.RECEIVE_INCOMPLETE,
)
_UNDO = (
    Permission.CANCEL_BILL,
    Permission.CORRECT_BILL,
    Permission.CHANGE_PAYMENT,
    Permission.RETURN_WITHOUT_BILL,
)
_GOODS = (
    Permission.EDIT_ITEMS,
    Permission.IMPORT_ITEMS,
    Permission.EDIT_BATCHES,
    Permission.EDIT_SUPPLIERS,
    Permission.PURCHASE,
    Permission.RECEIVE_STOCK,
)
_STOCK = (Permission.ADJUST_STOCK, Permission.WRITE_OFF_STOCK, Permission.COUNT_STOCK)
_MONEY = (
    Permission.ENTER_OPENING,
    Permission.RECORD_PAYMENT,
    Permission.RECONCILE_BANK,
    Permission.MOVE_CASH,
    Permission.RECORD_EXPENSE,
    Permission.CLOSE_DAY,
)
_TERMS = (Permission.EDIT_CUSTOMERS, Permission.SET_CUSTOMER_TERMS)
_STATE = (Permission.VIEW_REPORTS, Permission.FILE_RETURNS, Permission.LOCK_BOOKS)

#: The roles as delivered (product, table of roles).
DELIVERED: Mapping[Role, Mapping[Permission, Grant]] = {
    Role.OWNER: dict.fromkeys(Permission, _ANY),
    Role.PHARMACIST: {
        **dict.fromkeys((*_COUNTER, Permission.SELL_SCHEDULED, *_BY_HAND, *_UNDO, *_GOODS, *_STOCK), _ANY),
        Permission.DISCOUNT_BILL: Grant(limit=1_000),
        Permission.GIVE_CREDIT_OVER_LIMIT: _SUPERVISED,
        Permission.SEE_COST: _ANY,
        Permission.MOVE_CASH: _ANY,
        Permission.MERGE_PATIENTS: _ANY,
        Permission.APPROVE_RETURN: Grant(limit=_PHARMACIST_APPROVES),
        Permission.APPROVE_MATCH: Grant(limit=_PHARMACIST_APPROVES),
        Permission.CLOSE_DAY: _OWN,
        Permission.VIEW_REPORTS: Grant(scope=Scope.STOCK_AND_REGISTERS),
        Permission.OWN_ACCOUNT: _ANY,
    },
    Role.CASHIER: {
        **dict.fromkeys((*_COUNTER, Permission.COUNT_STOCK), _ANY),
        **dict.fromkeys((*_UNDO, Permission.GIVE_CREDIT_OVER_LIMIT, Permission.SELL_BELOW_COST), _SUPERVISED),
        Permission.DISCOUNT_BILL: Grant(limit=500),
        Permission.SELL_SCHEDULED: Grant(scope=Scope.WITH_PHARMACIST),
        Permission.CLOSE_DAY: _OWN,
        Permission.VIEW_REPORTS: Grant(scope=Scope.OWN_DAY),
        Permission.OWN_ACCOUNT: _ANY,
    },
    Role.PURCHASE_CLERK: {
        **dict.fromkeys((*_GOODS, Permission.COUNT_STOCK, Permission.SEE_COST), _ANY),
        Permission.RECEIVE_INCOMPLETE: _SUPERVISED,
        Permission.APPROVE_MATCH: Grant(limit=0),
        Permission.VIEW_REPORTS: Grant(scope=Scope.PURCHASES),
        Permission.OWN_ACCOUNT: _ANY,
    },
    Role.ACCOUNTANT: {
        **dict.fromkeys((*_MONEY, *_STATE, *_TERMS, Permission.CHANGE_PAYMENT, Permission.SEE_COST), _ANY),
        Permission.OWN_ACCOUNT: _ANY,
    },
}


def covers(grant: Grant | None, need: Need) -> bool:
    """Say whether a grant reaches as far as the need, with no supervisor beside."""
    if grant is None:
        return False
    within_limit = grant.limit is None or need.amount is None or need.amount <= grant.limit
    within_scope = grant.scope in (Scope.ALL, need.within) and grant.scope is not Scope.WITH_SUPERVISOR
    return within_limit and within_scope


def contains(own: Mapping[Permission, Grant], other: Mapping[Permission, Grant]) -> bool:
    """Say whether somebody with the first rights has all of the second: only then may he hand them out."""
    return all(
        (mine := own.get(permission)) is not None
        and (mine.limit is None or (grant.limit is not None and grant.limit <= mine.limit))
        and mine.scope in (Scope.ALL, grant.scope)
        for permission, grant in other.items()
    )
