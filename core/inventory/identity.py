"""Which batch packs are of, by what they print: the same packs are the same batch on every counter.

A batch that was mistyped keeps its id when it is corrected (ADR 82). So the id of what a pack prints is looked for
among the batches as they stand, where something of the item was ever corrected, and only then follows from the print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.model import Batch, BatchCorrection
from core.kernel.dates import Expiry
from core.kernel.ids import id_from_content
from core.kernel.money import Money
from core.kernel.text import clean_line


class Printed(NamedTuple):
    """What a pack of an item prints; ``number`` as typed, ``mrp`` of a sale pack."""

    item_id: UUID
    number: str
    expiry: Expiry | None
    mrp: Money


#: The batch of goods that print none and are no drugs.
NO_BATCH: Final = "-"


def batch_number(printed: str) -> str:
    """Return a batch number as it is kept: capitals without blanks, so that every counter writes the same one."""
    return "".join(clean_line(printed).split()).upper()


def derived_batch_id(printed: Printed, other: int = 0) -> UUID:
    """Follow the id from what the pack says, so that two counters that meet the same batch offline agree.

    ``other`` is 0, unless so many ids of this print belong to batches that print something else by now.
    """
    last_day = printed.expiry.last_day.isoformat() if printed.expiry else ""
    said = (printed.item_id.hex, batch_number(printed.number), last_day, str(printed.mrp))
    return id_from_content(*said, *([str(other)] if other else []))


def batch_ids(session: Session, prints: Sequence[Printed]) -> list[UUID]:
    """Return of which batch each of some packs is: one that prints the same now, else a new one's id.

    Goods that come later with the right print join the batch that was corrected to it. Goods that do print what
    another batch was once mistyped as are a batch of their own.
    """
    corrected = _corrected(session, dict.fromkeys(printed.item_id for printed in prints))
    if not corrected:
        return [derived_batch_id(printed) for printed in prints]
    standing: dict[tuple[object, ...], UUID] = {}
    taken: set[UUID] = set()
    columns = (Batch.id, Batch.item_id, Batch.number, Batch.expiry, Batch.mrp_paise)
    for part in in_parts(corrected):
        for row in session.execute(select(*columns).where(Batch.item_id.in_(part)).order_by(Batch.id)):
            standing.setdefault(tuple(row[1:]), row.id)
            taken.add(row.id)
    return [_id_of(printed, standing, taken) for printed in prints]


def _id_of(printed: Printed, standing: dict[tuple[object, ...], UUID], taken: set[UUID]) -> UUID:
    last_day = printed.expiry.last_day if printed.expiry else None
    known = standing.get((printed.item_id, batch_number(printed.number), last_day, printed.mrp.paise))
    if known is not None:
        return known
    other = 0
    while derived_batch_id(printed, other) in taken:
        other += 1
    return derived_batch_id(printed, other)


def _corrected(session: Session, item_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of the items of which a batch was ever corrected: hardly any."""
    return [
        item_id
        for part in in_parts(item_ids)
        for item_id in session.scalars(
            select(BatchCorrection.item_id).where(BatchCorrection.item_id.in_(part)).distinct()
        )
    ]


def as_kept(number: str, expiry: Expiry | None, mrp: Money) -> dict[str, object]:
    """Return what a pack prints as the columns of a batch.

    A month's last day is kept as that month: the row must follow from the id, which knows no precision.
    """
    if expiry is not None:
        month = Expiry.of_month(expiry.last_day.year, expiry.last_day.month)
        expiry = month if month.last_day == expiry.last_day else expiry
    return {
        "number": batch_number(number),
        "expiry": expiry.last_day if expiry else None,
        "expiry_precision": expiry.precision if expiry else None,
        "mrp_paise": mrp.paise,
    }
