"""Makes the shop's choices. Here and not in ``settings`` because it needs a right and an event of its own."""

from __future__ import annotations

import enum

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.sales.drafting import RoundOff
from core.settings.choices import Choice, MixedToRegistered
from core.settings.service import set_setting
from core.storage.unit_of_work import UnitOfWork

_VALUES: dict[Choice, type[enum.StrEnum]] = {
    Choice.ROUND_OFF: RoundOff,
    Choice.MIXED_TO_REGISTERED: MixedToRegistered,
}


def set_choice(uow: UnitOfWork, choice: Choice, value: str) -> None:
    """Make a choice of the shop; what was chosen before stands in the audit log.

    Raises RuleBroken ``auth.not_allowed``, ``settings.no_such_value`` for a value the choice does not have.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    values = _VALUES[choice]
    if value not in list(values):
        raise RuleBroken("settings.no_such_value", value=value, values=", ".join(values))
    set_setting(uow, choice, value)
    write_event(uow, "setting.changed", id_from_content("setting", choice))
