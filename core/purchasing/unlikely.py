"""Finds what of goods that come in is rather mistyped: prices, days and batches that are hardly ever so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.inventory.batches import numbers_now
from core.inventory.identity import NO_BATCH
from core.inventory.model import Batch
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import NeedsConfirmation
from core.kernel.money import Money
from core.storage.prepared import Prepared

#: Nothing in a pharmacy keeps for so many years.
_MOST_YEARS: Final = 10
#: An MRP so many times what a pack costs, or what it was before, has rather lost its decimal point.
_FAR_ABOVE_RATE: Final = 50
_FAR_FROM_BEFORE: Final = 5

_NAMESAKES: Any = Prepared(
    select(Batch.id, Batch.item_id, Batch.number, Batch.expiry, Batch.expiry_precision, Batch.mrp_paise)
    .where(
        Batch.item_id.in_(bindparam("items", expanding=True)), Batch.number.in_(bindparam("numbers", expanding=True))
    )
    .order_by(Batch.id)
)
_MRPS: Any = Prepared(
    select(Batch.item_id, func.min(Batch.mrp_paise).label("least"), func.max(Batch.mrp_paise).label("most"))
    .where(Batch.item_id.in_(bindparam("items", expanding=True)))
    .group_by(Batch.item_id)
)


class Came(Protocol):
    """A line of packs that came in, as ``receipt_lines.Received`` has it."""

    @property
    def item(self) -> Any:
        """The item with its ``id`` and ``name``."""

    @property
    def batch(self) -> str:
        """The batch number as it is kept."""

    @property
    def expiry(self) -> Expiry | None:
        """The expiry, None for goods without one."""

    @property
    def mrp(self) -> Money:
        """The MRP of a sale pack."""

    @property
    def batch_id(self) -> UUID:
        """The batch that it is of, known already or new."""


class _Known(NamedTuple):
    batch_id: UUID
    expiry: Expiry | None
    mrp: Money


def price_question(index: int, item: str, pack: Money, mrp: Money) -> NeedsConfirmation | None:
    """Return what is asked of what a sale ``pack`` costs beside its MRP: a box was counted as a strip, or an MRP is
    wrong. ``index`` is of the line.

    ``receipts.rate_nothing``, ``receipts.rate_above_mrp``, ``receipts.mrp_far_above_rate``.
    """
    where = f"lines.{index}"
    if not pack:
        return NeedsConfirmation("receipts.rate_nothing", where=where, item=item)
    if pack > mrp:
        return NeedsConfirmation("receipts.rate_above_mrp", where=where, item=item, rate=pack, mrp=mrp)
    if pack.paise * _FAR_ABOVE_RATE < mrp.paise:
        return NeedsConfirmation("receipts.mrp_far_above_rate", where=where, item=item, rate=pack, mrp=mrp)
    return None


def questions_of_packs(session: Session, lines: Sequence[Came], today: date) -> Iterator[NeedsConfirmation]:
    """Yield what is asked of what packs are said to print.

    ``receipts.expiry_far``, ``receipts.mrp_far_from_before``, ``receipts.put_right_before`` for a number that was
    mistyped before, ``receipts.batch_otherwise`` for one that is known with another expiry or MRP.
    """
    items = sorted({line.item.id for line in lines})
    mrps = {row.item_id: row for row in _MRPS.rows(session, {"items": items})}
    known: defaultdict[tuple[UUID, str], list[_Known]] = defaultdict(list)
    for row in _NAMESAKES.rows(session, {"items": items, "numbers": sorted({line.batch for line in lines})}):
        known[row.item_id, row.number].append(_Known(row.id, _expiry(row), Money(row.mrp_paise)))
    put_right = numbers_now(session, items)
    for index, line in enumerate(lines):
        where = f"lines.{index}"
        said = {"item": line.item.name, "batch": line.batch}
        if line.expiry is not None and line.expiry.last_day.year > today.year + _MOST_YEARS:
            yield NeedsConfirmation(
                "receipts.expiry_far", where=f"{where}.expiry", item=line.item.name, expiry=line.expiry
            )
        before = mrps.get(line.item.id)
        if before is not None and not _is_near(line.mrp.paise, before.least, before.most):
            closest = before.most if line.mrp.paise > before.most else before.least
            yield NeedsConfirmation(
                "receipts.mrp_far_from_before",
                where=f"{where}.mrp",
                item=line.item.name,
                mrp=line.mrp,
                before=Money(closest),
            )
        namesakes = known[line.item.id, line.batch]
        if line.batch == NO_BATCH or any(one.batch_id == line.batch_id for one in namesakes):
            continue
        if not namesakes and (now := put_right.get((line.item.id, line.batch))) is not None:
            yield NeedsConfirmation("receipts.put_right_before", where=f"{where}.batch", **said, now=now)
        elif namesakes:
            other = min(namesakes, key=lambda one: (one.expiry != line.expiry) + (one.mrp != line.mrp))
            prints, others = _differing(_Known(line.batch_id, line.expiry, line.mrp), other)
            yield NeedsConfirmation(
                "receipts.batch_otherwise", where=f"{where}.batch", **said, prints=prints, known=others
            )
        namesakes.append(_Known(line.batch_id, line.expiry, line.mrp))


def _is_near(paise: int, least: int, most: int) -> bool:
    return least <= paise * _FAR_FROM_BEFORE and paise <= most * _FAR_FROM_BEFORE


def _differing(one: _Known, other: _Known) -> tuple[str, str]:
    """Return what two prints of one number say otherwise."""
    parts = []
    if one.expiry != other.expiry:
        parts.append((f"expiry {one.expiry or 'none'}", f"expiry {other.expiry or 'none'}"))
    if one.mrp != other.mrp:
        parts.append((f"MRP {one.mrp.grouped()}", f"MRP {other.mrp.grouped()}"))
    mine, its = zip(*parts, strict=True)
    return ", ".join(mine), ", ".join(its)


def _expiry(row: Any) -> Expiry | None:
    return None if row.expiry is None else Expiry(row.expiry, ExpiryPrecision(row.expiry_precision))
