"""A quotation as it is asked for, and as it was put on paper."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, Rupees
from core.kernel.money import ZERO, Money
from core.sales.dto import BillLineInput, CustomerInput

#: The most days for which prices may be promised.
LONGEST_VALID = 365


class QuotationLineInput(Frozen):
    """A line as asked for: ``item`` is a code or barcode, ``quantity`` as typed; discounts as on a bill.

    It names no batch: what is promised is a price, and which batch is handed out is known on that day.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    quantity: Annotated[str, StringConstraints(min_length=1, max_length=12)]
    discount_percent: PercentText | None = None
    discount: Rupees | None = None

    def on_bill(self) -> BillLineInput:
        """Return the line as a bill asks for it."""
        return BillLineInput(
            item=self.item, quantity=self.quantity, discount_percent=self.discount_percent, discount=self.discount
        )


class MakeQuotation(Frozen):
    """The command to quote. ``command_id`` becomes the quotation's id: the same command again returns the same one.

    ``valid_days`` is for how many days after today the prices hold; without it the shop's setting says.
    """

    command_id: UUID = Field(strict=False)
    customer: CustomerInput | None = None
    lines: Annotated[tuple[QuotationLineInput, ...], Field(min_length=1, max_length=500)]
    bill_discount: Rupees = ZERO
    bill_discount_percent: PercentText | None = None
    valid_days: Annotated[int, Field(ge=1, le=LONGEST_VALID)] | None = None

    def fingerprint(self) -> bytes:
        """Return what tells a replay from another command with the same id (32 bytes)."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()


class QuotationLineView(Frozen):
    """Goods at one MRP (for one sale pack). ``position`` counts what was asked for, from 1; ``units`` are the smallest.

    ``net`` is what they cost before a discount on the whole. ``asked_percent`` and ``asked_amount`` are the discount
    that was asked for the position, both None where it was what the shop gives. ``to_order`` where there was not
    enough in stock.
    """

    line: int
    position: int
    item_id: UUID
    item_code: str
    item_name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    mrp: Rupees
    units: int
    asked_percent: PercentText | None
    asked_amount: Rupees | None
    gross: Rupees
    net: Rupees
    amount: Rupees
    to_order: bool

    @property
    def discount(self) -> Money:
        """All that comes off, a share of the discount on the whole included."""
        return self.gross - self.amount


class QuotationView(Frozen):
    """A quotation. ``valid_until`` is the last day its prices hold; ``billed_as`` the standing bill that came of it."""

    quotation_id: UUID
    number: str
    date: IsoDate
    made_at: datetime
    username: str
    valid_until: IsoDate
    customer: CustomerInput | None
    lines: tuple[QuotationLineView, ...]
    bill_discount: Rupees
    bill_discount_percent: PercentText | None
    gross: Rupees
    discount: Rupees
    round_off: Rupees
    total: Rupees
    billed_as: str | None

    def has_ended(self, today: IsoDate) -> bool:
        """Say whether its prices hold no more."""
        return self.valid_until < today
