"""Items with their stock, as the counter and the command line see them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.boundary.frozen import Frozen, IsoDate, PercentText, RateText, Rupees
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.gst import GstTreatment


class BatchStock(Frozen):
    """A batch of an item with the units that stand in the shop. ``mrp`` is for one sale pack.

    ``mrp`` is that of the day asked for; ``printed_mrp`` is what the pack says where that is another. ``held`` is why
    the batch may not be sold, None for one that may. ``cost`` is what one smallest unit cost on average over the lots
    that stand, GST that is handed on left out; None where it cost nothing. Only who may see cost is shown it.
    """

    batch_id: UUID
    number: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees
    units: int
    printed_mrp: Rupees | None = None
    held: str | None = None
    cost: RateText | None = None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)

    def may_be_sold(self, today: date) -> bool:
        """Say whether it is neither held nor expired."""
        return self.held is None and (self.expires is None or not self.expires.has_passed(today))


class ItemHit(Frozen):
    """A row of an item search. ``expiry`` and ``mrp`` are those of the batch that would be sold first, if any.

    ``stock_units`` counts what may be sold today: batches that are expired or held are left out.
    """

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    rack: str | None
    schedules: tuple[str, ...] | None
    stock_units: int
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees | None


class SaleItem(Frozen):
    """Everything a bill line needs of an item, its batches first-expiry-first, those without stock left out.

    ``schedules`` is None where nobody has looked the item up yet, empty where it is on none. ``discount`` is what a
    line begins with at the counter; ``no_discount`` allows none on the line, and none on the bill for it. Items of one
    ``composition`` have the same salts in the same strengths; None where these are not all known.
    """

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    hsn: str | None
    pack_label: str
    pieces_per_pack: int
    rack: str | None
    treatment: GstTreatment
    gst: PercentText
    schedules: tuple[str, ...] | None
    batches: tuple[BatchStock, ...]
    discount: PercentText | None = None
    no_discount: bool = False
    composition: str | None = None

    @property
    def stock_units(self) -> int:
        """All units that stand, expired and held ones too."""
        return sum(batch.units for batch in self.batches)
