"""Makes the shop's choices. Here and not in ``settings`` because it needs a right and an event of its own."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from core.app.idle import idle_lock_minutes
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen
from core.dispensing.admitting import prescription_valid_days
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.purchasing.matching import match_rate_bp, match_rupees
from core.sales.below_cost import below_cost_choice
from core.sales.drafting import RoundOff
from core.sales.quotation_dto import LONGEST_VALID
from core.sales.quoting import quotation_valid_days
from core.sales.terms import mixed_choice, round_off_choice
from core.sales.upi import parse_upi_id, upi_id_of
from core.settings.choices import BelowCost, Choice, CounterKeys, MixedToRegistered
from core.settings.queries import counter_keys_choice
from core.settings.service import set_setting
from core.storage.unit_of_work import UnitOfWork

#: The longest that a terminal may wait before it locks, in minutes: a working day.
LONGEST_IDLE = 480

_VALUES: dict[Choice, type[enum.StrEnum]] = {
    Choice.ROUND_OFF: RoundOff,
    Choice.MIXED_TO_REGISTERED: MixedToRegistered,
    Choice.BELOW_COST: BelowCost,
    Choice.COUNTER_KEYS: CounterKeys,
}
#: Choices that are whole numbers: the smallest and the greatest.
_NUMBERS: dict[Choice, tuple[int, int]] = {
    Choice.IDLE_LOCK_MINUTES: (0, LONGEST_IDLE),
    Choice.PRESCRIPTION_VALID_DAYS: (0, 3650),
    Choice.QUOTATION_VALID_DAYS: (1, LONGEST_VALID),
    Choice.MATCH_RATE_BP: (0, 2_000),
    Choice.MATCH_RUPEES: (0, 1_000),
}
#: Choices that are text of a form of their own: what it looks like, and what reads it.
_TEXTS: dict[Choice, tuple[str, Callable[[str], str]]] = {
    Choice.UPI_ID: ("shop@okbank, or nothing", parse_upi_id),
}
_READ: dict[Choice, Callable[[Session], object]] = {
    Choice.ROUND_OFF: round_off_choice,
    Choice.MIXED_TO_REGISTERED: mixed_choice,
    Choice.UPI_ID: upi_id_of,
    Choice.IDLE_LOCK_MINUTES: idle_lock_minutes,
    Choice.PRESCRIPTION_VALID_DAYS: prescription_valid_days,
    Choice.BELOW_COST: below_cost_choice,
    Choice.QUOTATION_VALID_DAYS: quotation_valid_days,
    Choice.COUNTER_KEYS: counter_keys_choice,
    Choice.MATCH_RATE_BP: match_rate_bp,
    Choice.MATCH_RUPEES: match_rupees,
}


class ChoiceView(Frozen):
    """A choice of the shop: its name, the value that holds, and the values it can have (``0-480`` for a number)."""

    name: str
    value: str
    values: tuple[str, ...]


def find_choice(name: str) -> Choice:
    """Return the choice of that name. Raises RuleBroken ``settings.no_such_name``."""
    try:
        return Choice(name)
    except ValueError:
        raise RuleBroken("settings.no_such_name", name=name, names=", ".join(Choice)) from None


def choice_views(session: Session) -> Sequence[ChoiceView]:
    """Return every choice of the shop."""
    return [ChoiceView(name=choice, value=str(_READ[choice](session)), values=_values_of(choice)) for choice in Choice]


def set_choice(uow: UnitOfWork, choice: Choice, value: str) -> None:
    """Make a choice of the shop; what was chosen before stands in the audit log.

    Raises RuleBroken ``auth.not_allowed``, ``settings.no_such_value`` for a value the choice does not have, and that
    of a text that is not of its form.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    put_choice(uow, choice, value)
    write_event(uow, "setting.changed", id_from_content("setting", choice))


def put_choice(uow: UnitOfWork, choice: Choice, value: str) -> None:
    """Set a choice as part of a larger command. Raises RuleBroken what ``set_choice`` raises of a value."""
    set_setting(uow, choice, _read_value(choice, value))


def _values_of(choice: Choice) -> tuple[str, ...]:
    if choice in _NUMBERS:
        least, most = _NUMBERS[choice]
        return (f"{least}-{most}",)
    return (_TEXTS[choice][0],) if choice in _TEXTS else tuple(_VALUES[choice])


def _read_value(choice: Choice, value: str) -> str | int:
    if choice in _TEXTS:
        return _TEXTS[choice][1](value.strip())
    refused = RuleBroken("settings.no_such_value", value=value, values=", ".join(_values_of(choice)))
    if choice not in _NUMBERS:
        if value not in list(_VALUES[choice]):
            raise refused
        return value
    least, most = _NUMBERS[choice]
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and least <= int(value) <= most):
        raise refused
    return int(value)
