"""What shows the customer what is billed: a pole of two rows, or a second window."""

from __future__ import annotations

import enum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from core.app.scanner_dto import SerialBaud
from core.boundary.frozen import Frozen, Line, checked
from core.kernel.errors import RuleBroken
from core.printing.pole import PoleProtocol


class DisplayKind(enum.StrEnum):
    """What there is."""

    NONE = "none"
    POLE = "pole"
    WINDOW = "window"


class CustomerDisplay(Frozen):
    """The customer display of this counter; ``port``, ``baud`` and ``protocol`` are those of a pole."""

    kind: DisplayKind = Field(default=DisplayKind.NONE, strict=False)
    port: Annotated[Line, StringConstraints(max_length=300)] = ""
    baud: SerialBaud = 9600
    protocol: PoleProtocol = Field(default=PoleProtocol.ESC_POS, strict=False)

    @model_validator(mode="after")
    def _pole_has_a_port(self) -> Self:
        checked(_refuse_no_port)(self)
        return self


def _refuse_no_port(display: CustomerDisplay) -> None:
    if display.kind is DisplayKind.POLE and not display.port:
        raise RuleBroken("display.no_port")
