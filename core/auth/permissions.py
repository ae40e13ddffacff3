"""What each role may do. A service asks; a window only hides what would be refused anyway."""

from __future__ import annotations

import enum

from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken


class Permission(enum.StrEnum):
    """A right that a command needs, one for each command."""

    POST_BILL = "post_bill"
    DISCOUNT_BILL = "discount_bill"
    CANCEL_BILL = "cancel_bill"
    BACK_DATE = "back_date"
    PICK_BATCH = "pick_batch"
    IMPORT_ITEMS = "import_items"
    CHANGE_SETTINGS = "change_settings"
    MANAGE_USERS = "manage_users"


_EVERY_RIGHT = frozenset(Permission)

#: The roles as delivered (product, table of roles).
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERY_RIGHT,
    Role.PHARMACIST: frozenset(
        {
            Permission.POST_BILL,
            Permission.DISCOUNT_BILL,
            Permission.CANCEL_BILL,
            Permission.BACK_DATE,
            Permission.PICK_BATCH,
            Permission.IMPORT_ITEMS,
        }
    ),
    Role.CASHIER: frozenset({Permission.POST_BILL, Permission.DISCOUNT_BILL}),
    Role.PURCHASE_CLERK: frozenset({Permission.IMPORT_ITEMS}),
    Role.ACCOUNTANT: frozenset(),
}


def may(actor: Actor, permission: Permission) -> bool:
    """Say whether the actor's role has the right."""
    return permission in GRANTS[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Raise RuleBroken ``auth.not_allowed`` unless the actor has the right."""
    if not may(actor, permission):
        raise RuleBroken("auth.not_allowed", user=actor.username, role=actor.role.replace("_", " "), right=permission)
