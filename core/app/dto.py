"""What creates a shop: from the wizard, or from a profile file."""

from __future__ import annotations

import enum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from core.auth.dto import NewUser
from core.boundary.frozen import Frozen, Line
from core.settings.dto import ShopDetails

#: A counter's code begins each of its document numbers: short, so that sixteen characters hold the rest.
CounterCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,2}$")]


class PrinterKind(enum.StrEnum):
    """How receipts reach paper."""

    NONE = "none"
    NETWORK = "network"
    FILE = "file"


class PrinterChoice(Frozen):
    """The counter's receipt printer. ``address`` is ``host:port`` (9100 if no port) or, for a file, its path."""

    kind: PrinterKind = Field(default=PrinterKind.NONE, strict=False)
    address: Annotated[Line, StringConstraints(max_length=300)] = ""
    columns: Literal[32, 42, 48] = 42
    has_cutter: bool = True
    opens_drawer: bool = False


class CreateShop(Frozen):
    """The command that makes a new shop in an empty data folder."""

    shop: ShopDetails
    counter: CounterCode = "C1"
    owner: NewUser
    printer: PrinterChoice | None = None
    demo: bool = False


class ShopFile(ShopDetails):
    """A profile file (``nuskha shop create --profile``): the shop's details with counter and owner beside them."""

    counter: CounterCode = "C1"
    owner: NewUser
    printer: PrinterChoice | None = None

    def command(self) -> CreateShop:
        """Return the command the file stands for."""
        details = {name: getattr(self, name) for name in ShopDetails.model_fields}
        return CreateShop(
            shop=ShopDetails.model_construct(**details), counter=self.counter, owner=self.owner, printer=self.printer
        )
