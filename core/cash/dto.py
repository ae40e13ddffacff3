"""Counter sessions as commands give them and as they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, Rupees, checked
from core.cash.kinds import MovementKind, possible_amount
from core.kernel.ids import new_id
from core.kernel.money import Money

#: Letters that a reason, a note and an account's name may have.
MOST_REASON, MOST_ACCOUNT = 200, 100
Cash = Annotated[Rupees, AfterValidator(checked(possible_amount))]
Username = Annotated[Line, StringConstraints(min_length=1, max_length=40, to_lower=True)]


class Denomination(Frozen):
    """So many notes or coins of one face, in rupees."""

    face: Rupees
    pieces: Annotated[int, Field(ge=1, le=100_000)]


class Counted(Frozen):
    """Cash as it was counted: an amount, notes and coins, or both."""

    cash: Cash | None = None
    denominations: Annotated[tuple[Denomination, ...], Field(max_length=20)] = ()


class OpenCounter(Counted):
    """The command to open this counter; ``command_id`` becomes the session's id. The cash is the float."""

    command_id: UUID = Field(default_factory=new_id, strict=False)


class HandOverCounter(Counted):
    """The command to hand this counter over to another user, with the cash as both have counted it."""

    command_id: UUID = Field(default_factory=new_id, strict=False)
    to: Username
    note: Annotated[Line, StringConstraints(min_length=1, max_length=MOST_REASON)] | None = None


class MoveCash(Frozen):
    """The command to note cash that goes into the drawer or out of it, without a bill.

    ``account`` is the name of the expense or of the bank. ``confirmed`` once it was asked about more going out than
    there should be.
    """

    command_id: UUID = Field(default_factory=new_id, strict=False)
    kind: MovementKind = Field(strict=False)
    amount: Cash
    account: Annotated[Line, StringConstraints(min_length=1, max_length=MOST_ACCOUNT)] | None = None
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=MOST_REASON)]
    confirmed: bool = False


class Drawer(Frozen):
    """What went through a drawer since it was opened; every amount but ``opening`` is a sum, none of them negative.

    ``taken`` is the cash of bills less the change given on them, ``given_back`` that of bills that were
    cancelled or of which it was said later that they were paid otherwise.
    """

    opening: Rupees
    taken: Rupees
    given_back: Rupees
    moved_in: Rupees
    moved_out: Rupees

    @property
    def should_be(self) -> Money:
        """What should lie in the drawer; below nothing where more was noted to go out than came in."""
        return self.opening + self.taken - self.given_back + self.moved_in - self.moved_out


class MovementView(Frozen):
    """Cash in or out; ``amount`` is never negative. ``account`` is its name, None where none moved."""

    movement_id: UUID
    kind: MovementKind
    amount: Rupees
    account: str | None
    reason: str
    at: datetime
    username: str


class HandoverView(Frozen):
    """A handover. ``difference`` is what was counted less what should have been there, below nothing where it is short.

    ``own_difference`` is what of it arose since the handover before: who takes over a shortage did not make it.
    """

    handover_id: UUID
    from_username: str
    to_username: str
    expected: Rupees
    cash: Rupees
    difference: Rupees
    own_difference: Rupees
    note: str | None
    at: datetime
    username: str


class SessionView(Frozen):
    """A counter's session: who holds it, what went through its drawer, and each movement and handover in order."""

    session_id: UUID
    counter: str
    date: IsoDate
    opened_at: datetime
    opened_by: str
    holder: str
    drawer: Drawer
    denominations: tuple[Denomination, ...]
    movements: tuple[MovementView, ...]
    handovers: tuple[HandoverView, ...]

    @property
    def difference(self) -> Money | None:
        """What the last handover found to differ, None before the first: it stays until the counter is closed."""
        return self.handovers[-1].difference if self.handovers else None
