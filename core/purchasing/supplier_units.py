"""In which units a supplier counts an item: by its own code, or as the item itself says that it is bought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.pack_levels import PackLevels
from core.parties.model import SupplierItem
from core.parties.queries import resolved
from core.storage.prepared import Prepared

_IDS: Any = bindparam("ids", expanding=True)
_UNITS = Prepared(
    select(SupplierItem.item_id, SupplierItem.supplier_id, SupplierItem.code, SupplierItem.factor)
    .where(SupplierItem.item_id.in_(_IDS), SupplierItem.is_ended.is_not(true()))
    .order_by(SupplierItem.item_id, SupplierItem.supplier_id, SupplierItem.code)
)


class SupplierUnit(NamedTuple):
    """A supplier's code for an item (None: it has none) and how many of our sale packs are one of it."""

    code: str | None
    factor: int


#: What is counted in sale packs because nobody said otherwise.
A_PACK = SupplierUnit(None, 1)

#: The units of an item by the supplier, each in the order of the codes.
BySupplier = dict[UUID, list[SupplierUnit]]


def units_of(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, BySupplier]:
    """Return in which units suppliers count items, by item; those without a code anywhere are left out.

    A supplier that was merged away has none: the kept one took its codes over.
    """
    rows = [row for part in in_parts(item_ids) for row in _UNITS.rows(session, {"ids": part})]
    kept = {
        supplier_id
        for supplier_id in {row.supplier_id for row in rows}
        if resolved(session, supplier_id) == supplier_id
    }
    found: dict[UUID, BySupplier] = {}
    for item_id, supplier_id, code, factor in rows:
        if supplier_id in kept:
            found.setdefault(item_id, {}).setdefault(supplier_id, []).append(SupplierUnit(code, factor))
    return found


def bought_packs(levels: str | None, purchase_level: str | None, pieces_per_pack: int) -> int | None:
    """Return how many sale packs are in the level that an item is bought on; None where nobody said, and where it is
    no whole number of them."""
    if levels is None or purchase_level is None:
        return None
    packs, rest = divmod(PackLevels.parse(levels).pieces(purchase_level), pieces_per_pack)
    return None if rest or not packs else packs


def unit_for(units: Sequence[SupplierUnit], packs: int) -> SupplierUnit:
    """Return in which of a supplier's units so many sale packs are asked for: the largest that goes into them.

    Where none does it is the smallest, which the paper then does not count in.
    """
    if not units:
        return A_PACK
    fitting = [unit for unit in units if packs % unit.factor == 0]
    return max(fitting, key=_factor) if fitting else min(units, key=_factor)


def smallest(units: Sequence[SupplierUnit]) -> SupplierUnit:
    """Return the smallest of a supplier's units: what is rounded up to it is rounded least."""
    return min(units, key=_factor)


def _factor(unit: SupplierUnit) -> int:
    return unit.factor
