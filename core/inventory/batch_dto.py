"""What is done to batches beside selling them: put aside and released, sold at a new MRP, corrected."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, Rupees, checked
from core.catalog.dto import Code
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money

BatchNumber = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]


def _readable(text: str) -> str:
    return str(Expiry.parse(text))


#: An expiry as packs print it (``12/2027``).
ExpiryText = Annotated[Line, StringConstraints(max_length=10), AfterValidator(checked(_readable))]


class AwaitedBatch(Frozen):
    """What the packs in hand say whose purchase is not entered yet; ``expiry`` as printed, ``mrp`` of a sale pack.

    ``quantity`` is how much of a line comes from them, as typed; without one, all of it.
    """

    batch: BatchNumber | None = None
    expiry: ExpiryText | None = None
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


class CorrectBatch(Frozen):
    """The command to write a batch as its packs print it, where number, expiry or MRP had been mistyped.

    ``command_id`` becomes the correction's id. ``batch`` is the number that stands, ``printed`` the MRP and ``expires``
    the expiry that stand, where the number is of several batches. ``number``, ``expiry`` and ``mrp`` (of a sale pack)
    are what the packs print; what is None was right. ``confirmed`` takes what was asked about.
    """

    command_id: UUID = Field(strict=False)
    item: Code
    batch: BatchNumber
    reason: Reason
    printed: Rupees | None = None
    expires: ExpiryText | None = None
    number: BatchNumber | None = None
    expiry: ExpiryText | None = None
    mrp: Rupees | None = None
    confirmed: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        checked(_corrects_something)(self)
        return self

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json(exclude={"confirmed"}).encode()).digest()


def _corrects_something(command: CorrectBatch) -> CorrectBatch:
    if command.number is None and command.expiry is None and command.mrp is None:
        raise RuleBroken("stock.nothing_corrected", where="number")
    return command


class Print(Frozen):
    """What packs of a batch print; ``expiry`` as printed, None for goods without one, ``mrp`` of a sale pack."""

    number: str
    expiry: str | None
    mrp: Rupees


def printed(number: str, last_day: date | None, precision: str | None, mrp_paise: int) -> Print:
    """Return what packs print of a batch whose columns are these."""
    expiry = None if last_day is None or precision is None else str(Expiry(last_day, ExpiryPrecision(precision)))
    return Print(number=number, expiry=expiry, mrp=Money(mrp_paise))


def corrected_words(written: object, now: object) -> str:
    """Return what a paper says of a batch, with what was put right since beside it: ``B7 → AB12``."""
    return str(written or "") if now is None or now == written else f"{written or '-'} → {now}"


class CorrectedBatch(Frozen):
    """That a batch was written ``before`` and is ``after``; ``units`` stand, ``held`` is why they may not be sold."""

    correction_id: UUID
    batch_id: UUID
    item_id: UUID
    item: str
    name: str
    before: Print
    after: Print
    reason: str
    date: IsoDate
    at: datetime
    username: str
    units: int
    pieces_per_pack: int
    held: str | None
