"""What is done to batches beside selling them: put aside and released, sold at a new MRP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, Rupees, checked
from core.catalog.dto import Code
from core.kernel.dates import Expiry
from core.kernel.money import ZERO

BatchNumber = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]


def _readable(text: str) -> str:
    return str(Expiry.parse(text))


class AwaitedBatch(Frozen):
    """What the packs in hand say whose purchase is not entered yet; ``expiry`` as printed, ``mrp`` of a sale pack.

    ``quantity`` is how much of a line comes from them, as typed; without one, all of it.
    """

    batch: BatchNumber | None = None
    expiry: Annotated[Line, StringConstraints(max_length=10), AfterValidator(checked(_readable))] | None = None
    mrp: Rupees = ZERO
    quantity: Annotated[str, StringConstraints(min_length=1, max_length=12)] | None = None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        return None if self.expiry is None else Expiry.parse(self.expiry)


class HoldBatch(Frozen):
    """The command to put every pack of an item with a batch number aside; ``item`` is its code."""

    item: Code
    batch: BatchNumber
    reason: Reason


class ReleaseBatch(Frozen):
    """The command to let a held batch be sold again."""

    item: Code
    batch: BatchNumber
    reason: Reason


class HeldBatch(Frozen):
    """A batch number that is held; ``units`` of it stand in all of the shop."""

    item_id: UUID
    item: str
    name: str
    batch: str
    reason: str
    at: datetime
    username: str
    units: int
    pieces_per_pack: int


class ReviseMrp(Frozen):
    """The command to sell a batch at another MRP from a day on (a rate of GST or a ceiling price changed).

    ``mrp`` is for one sale pack. ``printed`` says which packs are meant where the number stands with several MRPs.
    """

    item: Code
    batch: BatchNumber
    mrp: Rupees
    from_date: IsoDate
    reason: Reason
    printed: Rupees | None = None


class RevisedMrp(Frozen):
    """A batch's MRP from a day on, beside what its packs print."""

    item_id: UUID
    item: str
    name: str
    batch: str
    printed: Rupees
    mrp: Rupees
    from_date: IsoDate
