"""What creates a shop: from the wizard, or from a profile file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from core.auth.dto import NewUser
from core.boundary.frozen import Frozen, Line
from core.settings.dto import ShopDetails
from core.spool.dto import PrinterKind, Printers, PrinterSetup

#: A counter's code begins each of its document numbers: short, so that sixteen characters hold the rest.
CounterCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,2}$")]


#: What a printer is called until somebody gives it another name.
FIRST_PRINTER = "Receipts"
#: What the wizard and a profile file say for no printer.
NO_PRINTER = "none"


class PrinterChoice(Frozen):
    """The first printer of a counter, as the wizard and a profile file say it; ``kind`` None (``none``) for none."""

    kind: Annotated[PrinterKind | None, BeforeValidator(lambda kind: None if kind == NO_PRINTER else kind)] = Field(
        default=None, strict=False
    )
    address: Annotated[Line, StringConstraints(max_length=300)] = ""
    columns: Literal[32, 42, 48] = 42
    has_cutter: bool = True
    opens_drawer: bool = False

    def printers(self) -> Printers:
        """Return it as the printers of a counter."""
        if self.kind is None:
            return Printers()
        setup = PrinterSetup(
            name=FIRST_PRINTER,
            kind=self.kind,
            address=self.address,
            columns=self.columns,
            has_cutter=self.has_cutter,
            opens_drawer=self.opens_drawer,
        )
        return Printers(printers=(setup,), receipts=FIRST_PRINTER)


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
