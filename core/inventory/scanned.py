"""What a scanned code means in this shop: which items it may name, and which of their batches the pack is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.catalog.queries import find_by_barcodes
from core.catalog.scanning import Scan, read_scan, same_expiry
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.queries import sale_items
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan with every item it may name, by name."""

    scan: Scan
    items: tuple[SaleItem, ...]


@dataclass(frozen=True, slots=True)
class BatchOfPack:
    """Which batch a scanned pack is of.

    ``batch`` is certain, None where the code tells none. ``doubt`` is what does not fit and must be asked;
    ``likely`` are then the batches it may be, the likeliest first. ``refusal`` says why the pack may not be sold.
    """

    batch: str | None = None
    doubt: RuleBroken | None = None
    likely: tuple[str, ...] = ()
    refusal: RuleBroken | None = None


def items_of_scan(session: Session, text: str, today: date) -> Scanned:
    """Read a scanned text and find its items. Raises RuleBroken ``items.no_tax``."""
    scan = read_scan(text, today)
    return Scanned(scan, tuple(sale_items(session, find_by_barcodes(session, scan.barcodes), today)))


def batch_of_pack(scan: Scan, item: SaleItem, today: date) -> BatchOfPack:
    """Say which batch of the item the scanned pack is of, from what stands in stock.

    Certain is only a batch that the code names in full, that stands, and whose expiry agrees. Of a code whose
    separator was lost the longest reading counts where exactly it stands in stock with the expiry that the code
    gives for certain; every other one is asked.
    """
    if scan.expiry is not None and scan.expiry.has_passed(today):
        return _refused(item, scan.expiry)
    held_back = _put_aside(scan, item)
    if held_back is not None:
        return held_back
    if scan.is_ambiguous:
        return _ambiguous(scan, item, today)
    if scan.batch is None:
        return _by_expiry(scan, item, today)
    held = _held(item, scan.batch)
    if held is None:
        said = f"{scan.batch}, {scan.expiry}" if scan.expiry else scan.batch
        doubt = RuleBroken("stock.pack_not_in_stock", item=item.name, batch=said)
        return BatchOfPack(doubt=doubt, likely=_of_expiry(item, scan.expiry, today))
    if held.expires is not None and held.expires.has_passed(today):
        return _refused(item, held.expires)
    if not _agrees(scan, held):
        doubt = RuleBroken(
            "stock.pack_expiry_differs",
            item=item.name,
            batch=held.number,
            of_pack=str(scan.expiry or scan.bad_expiry),
            of_books=str(held.expires or "-"),
        )
        return BatchOfPack(doubt=doubt, likely=(held.number,))
    return BatchOfPack(held.number)


def sellable(item: SaleItem, today: date) -> list[BatchStock]:
    """Return the item's batches that may be sold today, first expiry first."""
    return [batch for batch in item.batches if batch.may_be_sold(today)]


def _put_aside(scan: Scan, item: SaleItem) -> BatchOfPack | None:
    """Refuse a pack that is of a held batch, or may be by one reading of its code."""
    for number in (scan.batch, *(reading.batch for reading in scan.readings)):
        batch = _held(item, number) if number else None
        if batch is not None and batch.held is not None:
            refusal = RuleBroken("stock.pack_held", item=item.name, batch=batch.number, reason=batch.held)
            return BatchOfPack(refusal=refusal)
    return None


def _ambiguous(scan: Scan, item: SaleItem, today: date) -> BatchOfPack:
    whole = scan.readings[0].batch if scan.readings else None
    held = _held(item, whole) if whole else None
    if held is not None and scan.expiry is not None and held in sellable(item, today) and _agrees(scan, held):
        return BatchOfPack(held.number)
    read = [(_held(item, reading.batch), reading.expiry) for reading in scan.readings if reading.batch]
    likely = [
        batch.number
        for batch, expiry in read
        if batch is not None and batch in sellable(item, today) and _same(expiry, batch.expires)
    ]
    return BatchOfPack(doubt=RuleBroken("stock.pack_unclear", item=item.name), likely=tuple(dict.fromkeys(likely)))


def _by_expiry(scan: Scan, item: SaleItem, today: date) -> BatchOfPack:
    """A code with an expiry and no batch: fine where every batch that is sold first agrees, else asked."""
    if scan.bad_expiry is not None:
        return BatchOfPack(doubt=RuleBroken("stock.pack_unclear", item=item.name))
    ready = sellable(item, today)
    if scan.expiry is None or not ready or _same(scan.expiry, ready[0].expires):
        return BatchOfPack()
    doubt = RuleBroken("stock.pack_not_in_stock", item=item.name, batch=str(scan.expiry))
    likely = _of_expiry(item, scan.expiry, today)
    if likely:
        doubt = RuleBroken("stock.pack_of_later_batch", item=item.name, expiry=str(scan.expiry))
    return BatchOfPack(doubt=doubt, likely=likely)


def _refused(item: SaleItem, expiry: Expiry) -> BatchOfPack:
    return BatchOfPack(refusal=RuleBroken("stock.pack_expired", item=item.name, expiry=str(expiry)))


def _held(item: SaleItem, number: str | None) -> BatchStock | None:
    wanted = (number or "").casefold()
    return next((batch for batch in item.batches if batch.number.casefold() == wanted), None)


def _agrees(scan: Scan, held: BatchStock) -> bool:
    return scan.bad_expiry is None and (scan.expiry is None or _same(scan.expiry, held.expires))


def _same(one: Expiry | None, other: Expiry | None) -> bool:
    return one is None or (other is not None and same_expiry(one, other))


def _of_expiry(item: SaleItem, expiry: Expiry | None, today: date) -> tuple[str, ...]:
    ready: Sequence[BatchStock] = sellable(item, today) if expiry is not None else ()
    return tuple(batch.number for batch in ready if _same(expiry, batch.expires))
