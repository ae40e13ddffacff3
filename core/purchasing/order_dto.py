"""Orders to suppliers as commands give them and as they are shown, and what a shop might order."""

from __future__ import annotations

import enum
import hashlib
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, Lines, RateText
from core.kernel.money import Money

#: As many of our sale packs may be one of a supplier's units, as where its codes are taught.
MOST_FACTOR = 100_000
Note = Annotated[Lines, StringConstraints(min_length=1, max_length=300)]
Typed = Annotated[Line, StringConstraints(min_length=1, max_length=12)]


class Origin(enum.StrEnum):
    """Why something is ordered: it stands below its minimum, somebody waits for it, it was sold, or by hand."""

    REORDER = "reorder"
    WANT = "want"
    SALES = "sales"
    HAND = "hand"

    @property
    def words(self) -> str:
        """The origin as lists show it."""
        return _ORIGINS[self]


_ORIGINS = {
    Origin.REORDER: "Below minimum",
    Origin.WANT: "Wanted",
    Origin.SALES: "Sold",
    Origin.HAND: "By hand",
}


class OrderUnit(enum.StrEnum):
    """What a quantity of an order counts: our sale packs, or what the supplier calls one."""

    PACK = "pack"
    SUPPLIER = "supplier"


class OrderState(enum.StrEnum):
    """How far an order is. It is worked out from what came of it, and kept nowhere."""

    OPEN = "open"
    PART_RECEIVED = "part_received"
    RECEIVED = "received"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """The state as it stands in a sentence."""
        return self.replace("_", " ")

    @property
    def is_open(self) -> bool:
        """Whether something is still awaited."""
        return self in OPEN_STATES


#: Orders of which something is still awaited.
OPEN_STATES = frozenset({OrderState.OPEN, OrderState.PART_RECEIVED})


class OrderLineInput(Frozen):
    """Goods to be ordered: ``item`` is a code or barcode.

    ``quantity`` is as typed at the counter, where a bare number is sale packs; with the supplier's ``unit`` it is a
    whole number of what the supplier calls one, ``factor`` sale packs each (None: as its code of the item says, or else
    the item's purchase level). ``free`` counts in the same unit what should come free with them. ``rate`` is what a
    sale pack is expected to cost without GST, None where nobody knows.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    quantity: Typed
    unit: OrderUnit = Field(default=OrderUnit.PACK, strict=False)
    factor: Annotated[int, Field(ge=1, le=MOST_FACTOR)] | None = None
    free: Typed | None = None
    rate: RateText | None = None
    origin: Origin = Field(default=Origin.HAND, strict=False)


class PlaceOrder(Frozen):
    """The command to order. ``command_id`` becomes the order's id: the same command again returns the same order.

    ``supplier`` is the id, telephone, GSTIN or whole name; ``expected_on`` the day for which the goods are promised.
    """

    command_id: UUID = Field(strict=False)
    supplier: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    expected_on: IsoDate | None = None
    note: Note | None = None
    lines: Annotated[tuple[OrderLineInput, ...], Field(min_length=1, max_length=500)]

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()


class CloseOrder(Frozen):
    """The command to await nothing more of an order, by its number; the same again changes nothing."""

    number: Annotated[Line, StringConstraints(min_length=1, max_length=20)]
    reason: Annotated[Line, StringConstraints(min_length=1, max_length=200)]


class OrderLineView(Frozen):
    """Goods that were ordered, in smallest units: ``units`` to be paid and ``free_units`` beside them.

    What came (``received_units``: what was accepted, free goods among them) is open no more. ``open_units`` are still
    awaited; once the order was closed they are ``closed_units``. ``factor`` sale packs are one of the supplier's units.
    """

    line: int
    item_id: UUID
    item_code: str
    item_name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    units: int
    free_units: int
    received_units: int
    open_units: int
    closed_units: int
    rate: RateText | None
    supplier_code: str | None
    factor: int
    origin: Origin

    @property
    def ordered_units(self) -> int:
        """All that should come, free goods among it."""
        return self.units + self.free_units

    @property
    def value(self) -> Money | None:
        """What the line is expected to cost without GST, None where nobody knows the rate."""
        return None if self.rate is None else self.rate.times_per_pack(self.units, self.pieces_per_pack)


class ClosingView(Frozen):
    """That an order was closed: why, when and by whom."""

    reason: str
    date: IsoDate
    at: datetime
    username: str


class OrderView(Frozen):
    """An order. The supplier's name is that of the day; address, telephone and GSTIN are those of its card now."""

    order_id: UUID
    number: str
    date: IsoDate
    placed_at: datetime
    username: str
    supplier_id: UUID
    supplier_name: str
    supplier_address: str | None
    supplier_phone: str | None
    supplier_gstin: str | None
    expected_on: IsoDate | None
    note: str | None
    lines: tuple[OrderLineView, ...]
    closing: ClosingView | None

    @property
    def state(self) -> OrderState:
        """How far it is."""
        return state_of(
            is_closed=self.closing is not None,
            has_come=any(line.received_units for line in self.lines),
            is_short=any(line.received_units < line.ordered_units for line in self.lines),
        )

    @property
    def value(self) -> Money | None:
        """What all of it is expected to cost without GST, None where the rate of a line is not known."""
        values = [line.value for line in self.lines]
        known = [value for value in values if value is not None]
        return Money.total(known) if len(known) == len(values) else None

    def days_late(self, today: IsoDate) -> int | None:
        """Return for how many days it is overdue; None where it is not, or nobody said when it should come."""
        return days_late(self.expected_on, today) if self.state.is_open else None


def days_late(expected_on: date | None, today: date) -> int | None:
    """Return how many days ago something that is awaited should have come; None where that is no day before today."""
    late = 0 if expected_on is None else (today - expected_on).days
    return late if late > 0 else None


def state_of(*, is_closed: bool, has_come: bool, is_short: bool) -> OrderState:
    """Return the state of an order: whether it was closed, anything came, and anything has not come."""
    if is_closed:
        return OrderState.CLOSED
    if not is_short:
        return OrderState.RECEIVED
    return OrderState.PART_RECEIVED if has_come else OrderState.OPEN


class Suggestion(Frozen):
    """What of an item should be ordered, in smallest units, and what speaks for it.

    ``units`` are whole units of the supplier, ``factor`` sale packs each. The supplier is the one that was asked for,
    else whoever sold the item last, else one that has a code for it. ``stock_units`` may be sold today,
    ``on_order_units`` are ordered and have not come, ``wanted_units`` customers wait for, ``sold_units`` were sold
    since the day that was asked for. The last supplier and rate (a sale pack without GST) are those of the last goods
    receipts, the rate of the last that told one. ``lasts_tenths`` is for how many tenths of a month of 30 days all of
    it together lasts as it sold lately; None for what did not sell.
    """

    item_id: UUID
    item_code: str
    item_name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    supplier_id: UUID | None
    supplier_name: str | None
    supplier_code: str | None
    factor: int
    units: int
    origin: Origin
    stock_units: int
    on_order_units: int
    minimum_units: int | None
    wanted_units: int
    sold_units: int
    last_supplier_id: UUID | None
    last_supplier_name: str | None
    last_rate: RateText | None
    lasts_tenths: int | None

    @property
    def packs(self) -> int:
        """How many sale packs are to be ordered."""
        return self.units // self.pieces_per_pack

    @property
    def value(self) -> Money | None:
        """What it cost at the last rate, without GST; None where there is none."""
        return None if self.last_rate is None else self.last_rate.times_per_pack(self.units, self.pieces_per_pack)

    @property
    def lasts(self) -> str:
        """For how many months it lasts, as people read it (``2.3``); empty for what did not sell."""
        return "" if self.lasts_tenths is None else f"{self.lasts_tenths // 10}.{self.lasts_tenths % 10}"

    def as_line(self) -> OrderLineInput:
        """Return it as a line of an order; the rate of another supplier is none that this one promised."""
        return OrderLineInput(
            item=self.item_code,
            quantity=str(self.packs // self.factor),
            unit=OrderUnit.SUPPLIER,
            factor=self.factor,
            rate=self.last_rate if self.supplier_id == self.last_supplier_id else None,
            origin=self.origin,
        )
