"""All that was ever done to an item: to itself, its tax, its batches, whichever command did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.dto import HistoryEntry, Position
from core.audit.history import RowKey, history_of
from core.catalog.model import ItemTax
from core.inventory.model import Batch, BatchCorrection, BatchHold, BatchMrp
from core.kernel.dates import Expiry, ExpiryPrecision


def item_history(session: Session, item_id: UUID, limit: int) -> list[HistoryEntry]:
    """Return the changed fields, newest first; of each thing that was changed at most ``limit`` commands."""
    own = RowKey.of("item", item_id)
    # a change of many rates at once is no event about this item, but it is in the item's rows
    days = session.scalars(select(ItemTax.from_date).where(ItemTax.item_id == item_id))
    rates = [RowKey.of("item_tax", item_id, day) for day in days]
    of_item = Batch.item_id == item_id
    priced = session.scalars(select(Batch.id).where(of_item, Batch.id.in_(select(BatchMrp.batch_id))))
    held = session.scalars(select(BatchHold.id).where(BatchHold.item_id == item_id))
    corrected = session.scalars(select(BatchCorrection.id).where(BatchCorrection.item_id == item_id))
    subjects: list[UUID | RowKey] = [own, item_id, *rates, *priced, *held, *corrected]
    found = chain.from_iterable(history_of(session, subject, limit=limit) for subject in subjects)
    return sorted(dict.fromkeys(_side_by_side(found)), key=lambda entry: entry.position, reverse=True)


def _side_by_side(entries: Iterable[HistoryEntry]) -> Iterator[HistoryEntry]:
    """Yield entries as they are, but a correction of a batch as what stood and what stands: its row holds both."""
    corrections: dict[tuple[Position, str], dict[str, HistoryEntry]] = {}
    for entry in entries:
        if entry.table == BatchCorrection.__tablename__:
            corrections.setdefault((entry.position, entry.key), {})[entry.field] = entry
        else:
            yield entry
    for fields in corrections.values():
        values = {name: entry.after for name, entry in fields.items()}
        for name in ("number", "expiry", "mrp_paise"):
            if name in fields:
                before, after = _corrected(values, f"old_{name}"), _corrected(values, name)
                yield fields[name]._replace(before=before, after=after)
        if "reason" in fields:
            yield fields["reason"]


def _corrected(values: Mapping[str, object], name: str) -> object:
    """Return a value of a correction, an expiry as packs print it."""
    if not name.endswith("expiry") or values.get(name) is None:
        return values.get(name)
    precision = ExpiryPrecision(str(values[f"{name}_precision"]))
    return str(Expiry(date.fromisoformat(str(values[name])), precision))
