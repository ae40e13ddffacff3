"""Remembers what suppliers call items and what the columns of their files mean, and reads it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.kernel.errors import RuleBroken
from core.parties.codes import keep_code
from core.parties.dto import PartyKind
from core.parties.model import SupplierItem
from core.parties.queries import all_ids, party_row
from core.purchasing.proposing.dto import LearnedLine, LearnSupplierItems, Proposal, RememberLayout
from core.purchasing.proposing.keys import code_key, line_key, words_key
from core.purchasing.reading.mapping import ColumnMapping
from core.purchasing.remembered import SupplierItemName, SupplierLayout
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_KEYS: Any = bindparam("keys", expanding=True)
_SUPPLIERS: Any = bindparam("suppliers", expanding=True)
_CODES = Prepared(
    select(
        SupplierItem.supplier_id, SupplierItem.code, SupplierItem.item_id, SupplierItem.factor, SupplierItem.name
    ).where(
        SupplierItem.supplier_id == bindparam("supplier_id"),
        SupplierItem.code.in_(_KEYS),
        SupplierItem.is_ended.is_not(true()),
    )
)
# of a merged supplier the names are found beside those of the kept one
_NAMES = Prepared(
    select(SupplierItemName.supplier_id, SupplierItemName.key, SupplierItemName.item_id, SupplierItemName.factor)
    .where(SupplierItemName.supplier_id.in_(_SUPPLIERS), SupplierItemName.key.in_(_KEYS))
    .order_by(SupplierItemName.learned_at)
)
_LAYOUTS = Prepared(
    select(SupplierLayout.supplier_id, SupplierLayout.layout_key, SupplierLayout.columns)
    .where(SupplierLayout.supplier_id.in_(_SUPPLIERS))
    .order_by(SupplierLayout.learned_at)
)


class Learned(NamedTuple):
    """What was learned: our item, how many sale packs are one unit, and by which words (a code's; None: unknown)."""

    item_id: UUID
    factor: int
    words: str | None = None


def learn_supplier_items(uow: UnitOfWork, command: LearnSupplierItems) -> int:
    """Remember which items lines of a supplier mean, and return how many of them are new or mean something else now.

    Where there is nothing new nothing is written. Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``,
    ``parties.no_item``, ``proposal.learned_twice``.
    """
    require(uow, Permission.PURCHASE)
    supplier = party_row(uow.session, PartyKind.SUPPLIER, command.supplier_id)
    _refuse_unknown(uow.session, [line.item_id for line in command.lines])
    learned = keep_lines(uow, supplier.id, command.lines)
    if learned:
        write_event(uow, "supplier.items_learned", supplier.id, {"lines": str(learned)})
    return learned


def remember_layout(uow: UnitOfWork, command: RememberLayout) -> None:
    """Remember what the columns of a supplier's layout mean; the same again writes nothing.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``purchase_file.no_such_role``.
    """
    require(uow, Permission.PURCHASE)
    supplier = party_row(uow.session, PartyKind.SUPPLIER, command.supplier_id)
    if keep_layout(uow, supplier.id, command):
        write_event(uow, "supplier.layout_remembered", supplier.id, {"layout": command.layout_key})


def keep_layout(uow: UnitOfWork, supplier_id: UUID, command: RememberLayout) -> bool:
    """Keep what the columns of a supplier (the kept one of a merge) mean, part of the commands that learn it.

    Returns whether it is new or another. Raises RuleBroken ``purchase_file.no_such_role``.
    """
    columns = json.dumps(ColumnMapping.from_words(command.columns).as_words(), ensure_ascii=False, sort_keys=True)
    row = uow.session.get(SupplierLayout, (supplier_id, command.layout_key))
    if row is None:
        row = SupplierLayout(supplier_id=supplier_id, layout_key=command.layout_key)
        uow.session.add(row)
    elif row.columns == columns:
        return False
    row.columns, row.learned_at, row.learned_by = columns, uow.now, uow.actor.username
    return True


def keep_lines(uow: UnitOfWork, supplier_id: UUID, lines: Iterable[LearnedLine]) -> int:
    """Keep what a supplier (the kept one of a merge) calls items, part of the commands that learn it.

    Returns how many lines are new or changed. Raises RuleBroken ``proposal.learned_twice`` where one name or code is
    said to mean two things.
    """
    changed = 0
    names: dict[str, tuple[UUID, int]] = {}
    codes: dict[str, tuple[UUID, int]] = {}
    for line in lines:
        meant = (line.item_id, line.factor)
        key, code = line_key(line.name, line.pack, line.maker), code_key(line.code)
        if names.setdefault(key, meant) != meant or (code and codes.setdefault(code, meant) != meant):
            raise RuleBroken("proposal.learned_twice", name=line.name)
        is_new = _keep_name(uow, supplier_id, key, line)
        if code:
            is_new |= _keep_code(uow.session, supplier_id, code, line)
        changed += is_new
    return changed


def learnable(proposal: Proposal) -> tuple[LearnedLine, ...]:
    """Return what a proposal teaches: each matched line with a known factor, once."""
    codes = trusted_codes((line.code, line.name, line.pack) for line in proposal.lines)
    found = {
        line_key(line.name, line.pack, line.maker): LearnedLine(
            name=line.name,
            pack=line.pack,
            maker=line.maker,
            code=line.code if code_key(line.code) in codes else "",
            item_id=line.match.item_id,
            factor=line.factor,
        )
        for line in proposal.lines
        if line.match is not None and line.factor is not None and line.is_learnable
    }
    return tuple(found.values())


def layout_of(proposal: Proposal, supplier_id: UUID) -> RememberLayout | None:
    """Return what a proposal teaches of a supplier's columns, None for a layout that is known as a whole."""
    if not proposal.layout_key or not proposal.columns:
        return None
    return RememberLayout(supplier_id=supplier_id, layout_key=proposal.layout_key, columns=proposal.columns)


def trusted_codes(lines: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """Return the codes of (code, name, pack) lines that tell items apart: a code of two names is one of something
    else."""
    meant: dict[str, set[tuple[str, str]]] = {}
    for code, name, pack in lines:
        meant.setdefault(code_key(code), set()).add((words_key(name), words_key(pack)))
    return frozenset(code for code, names in meant.items() if code and len(names) == 1)


def learned_codes(session: Session, supplier_id: UUID, codes: Iterable[str]) -> dict[str, Learned]:
    """Return what a supplier's codes (as ``code_key`` writes them) mean; those never taught are left out."""
    rows = (row for part in in_parts(codes) for row in _CODES.rows(session, {"supplier_id": supplier_id, "keys": part}))
    return {
        code: Learned(item_id, factor, words_key(name) if name else None) for _, code, item_id, factor, name in rows
    }


def learned_names(session: Session, supplier_id: UUID, keys: Iterable[str]) -> dict[str, Learned]:
    """Return what a supplier's names (as ``line_key`` writes them) mean, those of suppliers merged into it too."""
    suppliers = all_ids(session, supplier_id)
    rows = [row for part in in_parts(keys) for row in _NAMES.rows(session, {"suppliers": suppliers, "keys": part})]
    return {row.key: Learned(row.item_id, row.factor) for row in _kept_last(rows, supplier_id)}


def remembered_layouts(session: Session, supplier_id: UUID) -> Mapping[str, ColumnMapping]:
    """Return what is remembered of a supplier's layouts, by their keys."""
    rows = _LAYOUTS.rows(session, {"suppliers": all_ids(session, supplier_id)})
    return {row.layout_key: ColumnMapping.from_words(json.loads(row.columns)) for row in _kept_last(rows, supplier_id)}


def _kept_last(rows: list[Any], kept_id: UUID) -> Iterator[Any]:
    """Yield rows so that those of the kept supplier take the place of those of merged ones."""
    yield from (row for row in rows if row.supplier_id != kept_id)
    yield from (row for row in rows if row.supplier_id == kept_id)


def _keep_name(uow: UnitOfWork, supplier_id: UUID, key: str, line: LearnedLine) -> bool:
    row = uow.session.get(SupplierItemName, (supplier_id, key))
    if row is None:
        row = SupplierItemName(supplier_id=supplier_id, key=key)
        uow.session.add(row)
    elif (row.item_id, row.factor) == (line.item_id, line.factor):
        return False
    row.name, row.pack, row.item_id, row.factor = line.name, line.pack, line.item_id, line.factor
    row.learned_at, row.learned_by = uow.now, uow.actor.username
    return True


def _keep_code(session: Session, supplier_id: UUID, code: str, line: LearnedLine) -> bool:
    row = session.get(SupplierItem, (supplier_id, code))
    known = None if row is None or row.is_ended else (row.item_id, row.factor, row.name)
    if known == (line.item_id, line.factor, line.name):
        return False
    keep_code(session, supplier_id, code, line.item_id, line.name, line.factor)
    return True


def _refuse_unknown(session: Session, item_ids: list[UUID]) -> None:
    for part in in_parts(item_ids):
        known = set(session.scalars(select(Item.id).where(Item.id.in_(part))))
        unknown = next((item_id for item_id in part if item_id not in known), None)
        if unknown is not None:
            raise RuleBroken("parties.no_item", where="lines", item=str(unknown))
