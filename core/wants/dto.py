"""Wants as commands give them and as they are shown."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line
from core.kernel.ids import new_id
from core.kernel.quantity import show_quantity
from core.parties.dto import Phone

#: Letters that a free name, a customer's name and a note may have.
MOST_NAME, MOST_CUSTOMER, MOST_NOTE, MOST_QUANTITY = 200, 100, 200, 20
Note = Annotated[Line, StringConstraints(min_length=1, max_length=MOST_NOTE)]


class Outcome(enum.StrEnum):
    """What came of a want: the goods are here, the customer has them, or nobody waits any more."""

    CAME = "came"
    DONE = "done"
    GIVEN_UP = "given_up"

    @property
    def words(self) -> str:
        """The outcome as it stands in a sentence."""
        return self.replace("_", " ")


class NoteWant(Frozen):
    """The command to note what was wanted: ``item`` is the code or barcode of an item, ``name`` anything else.

    ``quantity`` is as typed: of an item it is read as at the counter (a bare number is sale packs).
    """

    command_id: UUID = Field(default_factory=new_id, strict=False)
    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)] | None = None
    name: Annotated[Line, StringConstraints(min_length=1, max_length=MOST_NAME)] | None = None
    quantity: Annotated[Line, StringConstraints(min_length=1, max_length=MOST_QUANTITY)] | None = None
    customer_name: Annotated[Line, StringConstraints(min_length=1, max_length=MOST_CUSTOMER)] | None = None
    customer_phone: Phone | None = None
    note: Note | None = None


class SettleWant(Frozen):
    """The command to say what came of a want."""

    command_id: UUID = Field(default_factory=new_id, strict=False)
    want_id: Annotated[UUID, Field(strict=False)]
    outcome: Outcome = Field(strict=False)
    note: Note | None = None


class SettlementView(Frozen):
    """What came of a want, who said so and when."""

    outcome: Outcome
    note: str | None
    at: datetime
    username: str
    counter: str


class WantView(Frozen):
    """A want. ``stock_units`` is what could be sold of the item today, None where it is no item of the shop.

    ``item`` is the item's code. The last of ``settlements`` is the newest.
    """

    want_id: UUID
    item_id: UUID | None
    item: str | None
    name: str
    pieces_per_pack: int | None
    units: int | None
    quantity: str | None
    customer_name: str | None
    customer_phone: str | None
    note: str | None
    date: IsoDate
    at: datetime
    username: str
    counter: str
    stock_units: int | None
    settlements: tuple[SettlementView, ...]

    @property
    def shown_quantity(self) -> str:
        """How much, as the counter reads it; empty where nobody said."""
        if self.units is not None and self.pieces_per_pack is not None:
            return show_quantity(self.units, self.pieces_per_pack)
        return self.quantity or ""

    @property
    def is_awaited(self) -> bool:
        """Whether somebody wants to be told when it comes."""
        return self.customer_name is not None or self.customer_phone is not None

    @property
    def has_come(self) -> bool:
        """Whether the goods came, so that nobody need order them for it."""
        return any(one.outcome is Outcome.CAME for one in self.settlements)

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do: to order it, or to tell the customer who waits that it came."""
        ended = any(one.outcome is not Outcome.CAME for one in self.settlements)
        return not ended and not (self.has_come and not self.is_awaited)
