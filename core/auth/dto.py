"""Users as commands give them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from core.boundary.frozen import Frozen, Line, checked
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken

_SHORTEST_PASSWORD = 8


def _long_enough(password: str) -> str:
    if len(password) < _SHORTEST_PASSWORD:
        raise RuleBroken("auth.password_too_short", least=_SHORTEST_PASSWORD)
    return password


class NewUser(Frozen):
    """Somebody who shall be able to log in; names are compared without case."""

    username: Annotated[Line, StringConstraints(min_length=1, max_length=40, to_lower=True)]
    password: Annotated[str, StringConstraints(max_length=200), AfterValidator(checked(_long_enough))] = Field(
        repr=False
    )
    full_name: Annotated[Line, StringConstraints(max_length=100)] = ""
    role: Role = Field(default=Role.OWNER, strict=False)
