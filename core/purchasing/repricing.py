"""What a bill makes of the goods that a receipt valued: standing stock is worth more or less, the rest was sold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from core.inventory.revaluing import Standing, revalue, standing_of
from core.kernel.money import ZERO, Money
from core.purchasing.domain import share_of_change
from core.purchasing.receipt_dto import ReceiptLineView
from core.storage.unit_of_work import UnitOfWork


class Repriced(NamedTuple):
    """What a change of cost is of stock that stands, and of what was sold before."""

    in_stock: Money
    sold: Money


def reprice(
    uow: UnitOfWork,
    *,
    document_id: UUID,
    document_kind: str,
    changes: Sequence[tuple[ReceiptLineView, Money]],
) -> list[Repriced]:
    """Change what the lots of receipt lines are worth, as movements of a document; return what became of each change.

    What was sold before the goods came, and what left since, is no stock: its part is cost of sales. A lot is never
    worth less than nothing. The entry is the document's.
    """
    changed = [line for line, change in changes if change and line.lot_id is not None]
    lots = [line.lot_id for line in changed if line.lot_id is not None]
    standing = standing_of(uow, [line.item_id for line in changed], lots) if lots else {}
    found: list[Repriced] = []
    moved: list[tuple[Standing, Money]] = []
    for line, change in changes:
        lot = standing.get(line.lot_id) if line.lot_id is not None else None
        if not change or lot is None or lot.units <= 0:
            found.append(Repriced(ZERO, change))
            continue
        in_stock, _ = share_of_change(change, lot.units, max(line.accepted_units, lot.units))
        in_stock = max(in_stock, -lot.worth)
        moved.append((lot, in_stock))
        found.append(Repriced(in_stock, change - in_stock))
    revalue(uow, document_id=document_id, document_kind=document_kind, on_date=uow.today, changes=moved)
    return found
