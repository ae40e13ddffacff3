"""Finds what is taken off a bill while it is being typed, and records it as facts that stay (ADR 75).

The counter keeps the bill being typed within a second of a change. What went is found where the next one is kept in its
place: no key and no window can take something off without it, and what stood for less than that second never stood.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.catalog.model import Item
from core.kernel.ids import new_id
from core.kernel.rounding import divide_half_away
from core.sales.drafts import SavedDraft, SavedLine, drop_draft, save_draft
from core.sales.model import BillDraft, BillLine, DraftCut
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_BILLED = Prepared(
    select(BillLine.item_code, BillLine.units, BillLine.free_units).where(BillLine.bill_id == bindparam("bill_id"))
)
_ITEMS = Prepared(
    select(Item.code, Item.name, Item.pieces_per_pack).where(
        Item.code.in_(bindparam("codes", expanding=True)), Item.is_active
    )
)


class CutKind(enum.StrEnum):
    """What was taken off a bill being typed."""

    LINE = "line"  # an item went from it
    QUANTITY = "quantity"  # less of an item, after the money was asked for
    DRAFT = "draft"  # all that was typed, and no bill and no quotation came of it


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that was taken off: ``lines`` counts the lines that went whole, none where only a quantity shrank.

    ``units`` (smallest) are of the item with that code; a whole bill names neither.
    """

    kind: CutKind
    lines: int
    amount_paise: int
    item: str | None = None
    units: int | None = None


def cuts_between(before: SavedDraft, left: Mapping[str, int]) -> list[Cut]:
    """Return what went of a draft of which so many smallest units of each item are ``left``, 0 where that is not known.

    An item that is not in ``left`` went. Where the units that stood are not known either (an earlier version kept
    none, or no quantity was ever understood) nothing is said of the item.
    """
    by_item: dict[str, list[SavedLine]] = {}
    for line in before.lines:
        by_item.setdefault(line.item, []).append(line)
    found: list[Cut] = []
    for item, lines in by_item.items():
        stood, amount = sum(line.units for line in lines), sum(line.amount_paise for line in lines)
        if not all(line.units for line in lines):
            continue
        if item not in left:
            found.append(Cut(CutKind.LINE, len(lines), amount, item, stood))
        elif before.asked_money and 0 < left[item] < stood and not any(line.is_new for line in lines):
            went = stood - left[item]
            found.append(Cut(CutKind.QUANTITY, 0, divide_half_away(amount * went, stood), item, went))
    return found


def keep_draft(uow: UnitOfWork, slot: int, draft: SavedDraft | None, here: UUID) -> None:
    """Keep the bill being typed in its slot, and record what was taken off the one that was kept there before.

    None is kept where nothing is typed. ``here`` is the id of the bill in the place all the same: one whose last line
    was taken off is still there, one that was cleared is not. What a posted bill is short of was taken off just before
    it was posted. Nothing is recorded where nothing went.

    Nobody is asked for a right: what somebody took off is recorded whoever it was, and refusing would lose both the
    record and what is being typed. Raises NeedsConfirmation ``clock.behind``, ``clock.ahead`` where something is to be
    recorded; what was kept before stays then, and is compared again by the next call.
    """
    before = _standing(uow.session, slot)
    if draft is not None:
        save_draft(uow, slot, draft)
    else:
        drop_draft(uow, slot)
    left = _units((line.item, line.units) for line in draft.lines) if draft is not None else {}
    if before is not None and _record(uow, before, _found(uow.session, before, here, left)):
        write_event(uow, "draft.cut", before.command_id)


def quote_draft(uow: UnitOfWork, slot: int, here: UUID, quoted: Mapping[str, int]) -> None:
    """Take the draft from a slot, since so many smallest units of each item of the bill ``here`` are quoted.

    What was taken off just before is recorded, for the event of the command that makes the quotation: it writes one.
    """
    before = _standing(uow.session, slot)
    drop_draft(uow, slot)
    if before is not None:
        _record(uow, before, _found(uow.session, before, here, quoted))


def _standing(session: Session, slot: int) -> SavedDraft | None:
    row = session.get(BillDraft, slot)
    return SavedDraft.model_validate_json(row.body) if row is not None else None


def _found(session: Session, before: SavedDraft, here: UUID, left: Mapping[str, int]) -> list[Cut]:
    """Return what went of a draft in whose place the bill ``here`` is, of which so many units are ``left``."""
    if not before.lines:
        return []
    if before.command_id == here:
        return cuts_between(before, left)
    billed = _BILLED.rows(session, {"bill_id": before.command_id})
    if billed:
        return cuts_between(before, _units((line.item_code, line.units + (line.free_units or 0)) for line in billed))
    return [Cut(CutKind.DRAFT, len(before.lines), sum(line.amount_paise for line in before.lines))]


def _units(lines: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    units: Counter[str] = Counter()
    for item, of_line in lines:
        units[item] += of_line
    return units


def _record(uow: UnitOfWork, before: SavedDraft, cuts: Sequence[Cut]) -> bool:
    """Record cuts of a draft, and say whether there were any.

    An item that is sold no more could not have been billed: the window leaves its line out of what it brings back, and
    nobody has taken it off.
    """
    codes = [cut.item for cut in cuts if cut.item is not None]
    items = {item.code: item for item in _ITEMS.rows(uow.session, {"codes": codes})} if codes else {}
    rows = []
    for cut in cuts:
        item = items.get(cut.item)
        if cut.item is not None and item is None:
            continue
        rows.append(
            {
                "id": new_id(),
                "node_id": uow.node.id,
                "draft_id": before.command_id,
                "kind": cut.kind.value,
                "item_code": cut.item,
                "item_name": item.name if item is not None else None,
                "pieces_per_pack": item.pieces_per_pack if item is not None else None,
                "units": cut.units,
                "lines": cut.lines,
                "amount_paise": cut.amount_paise,
                "is_after_tender": before.asked_money,
                "on_date": uow.today,
                "at": uow.now,
                # who typed it: a bill posted as the power went is compared when the next user's takes its slot
                "username": before.owner or uow.actor.username,
            }
        )
    uow.record(DraftCut, rows)
    return bool(rows)
