"""Who acts: every command is done by somebody, and the audit log keeps who."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID


class Role(enum.StrEnum):
    """The roles as delivered; a shop may change what each may do."""

    OWNER = "owner"
    PHARMACIST = "pharmacist"
    CASHIER = "cashier"
    PURCHASE_CLERK = "purchase_clerk"
    ACCOUNTANT = "accountant"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user at work.

    ``user_id`` is None for the built-in ``console`` user of the command line, whose rights are the owner's
    because whoever can read the data folder owns it; ``os_account`` then says who sat there.
    """

    user_id: UUID | None
    username: str
    role: Role
    os_account: str | None = None
