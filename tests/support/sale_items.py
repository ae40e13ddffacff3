"""Items with stock made in memory, for tests that need no shop."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.inventory.dto import BatchStock, ItemHit, SaleItem
from core.kernel.dates import Expiry
from core.kernel.gst import GstTreatment
from core.kernel.ids import id_from_content
from core.kernel.money import Money, Percent


def batch(number: str, expiry: str | None = "03/2027", mrp: str = "25.65", units: int = 100) -> BatchStock:
    """A batch; its id comes from its number."""
    expires = Expiry.parse(expiry) if expiry else None
    return BatchStock(
        batch_id=id_from_content(number),
        number=number,
        expiry=expires.last_day if expires else None,
        expiry_precision=expires.precision if expires else None,
        mrp=Money.parse(mrp),
        units=units,
    )


def item(
    code: str = "PCM500",
    *batches: BatchStock,
    name: str = "Paracetamol 500 mg Tablet",
    pieces: int = 10,
    gst: str = "5",
) -> SaleItem:
    """An item at a rate of GST, in strips of ``pieces``."""
    return SaleItem(
        item_id=item_id(code),
        code=code,
        name=name,
        manufacturer="Cipla Ltd",
        hsn="300490",
        pack_label=f"1*{pieces}",
        pieces_per_pack=pieces,
        rack="A-1",
        treatment=GstTreatment.TAXABLE,
        gst=Percent.parse(gst),
        schedules=(),
        batches=batches,
    )


def hit_of(found: SaleItem, today: date) -> ItemHit:
    """The item as a search finds it."""
    good = [b for b in found.batches if b.expires is None or not b.expires.has_passed(today)]
    first = good[0] if good else None
    return ItemHit(
        item_id=found.item_id,
        code=found.code,
        name=found.name,
        manufacturer=found.manufacturer,
        pack_label=found.pack_label,
        pieces_per_pack=found.pieces_per_pack,
        rack=found.rack,
        schedules=found.schedules,
        stock_units=sum(b.units for b in good),
        expiry=first.expiry if first else None,
        expiry_precision=first.expiry_precision if first else None,
        mrp=first.mrp if first else None,
    )


def item_id(code: str) -> UUID:
    """The id that goes with a code here."""
    return id_from_content("item", code)
