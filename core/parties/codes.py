"""What suppliers call the shop's items: taught, ended, and carried over where two suppliers are one."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import column, select, table, true
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require, require_to_read
from core.kernel.actor import Actor
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.parties.dto import EndSupplierItem, PartyKind, TeachSupplierItem
from core.parties.model import SupplierItem
from core.parties.queries import party_row
from core.storage.columns import Id
from core.storage.unit_of_work import UnitOfWork

# by the table's name: the catalogue stands beside this context, which may not import it
_ITEM: Any = table("item", column("id", Id()), column("code"), column("name"))
_NAMED_CODES = 3


class SupplierCode(NamedTuple):
    """A supplier's code: our item, the supplier's name for it, and how many of our sale packs make one unit there."""

    code: str
    item: str
    item_name: str
    name: str | None
    factor: int


def supplier_codes(session: Session, actor: Actor, supplier_id: UUID) -> list[SupplierCode]:
    """Return the codes that a supplier uses, in their order.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``.
    """
    require_to_read(session, actor, Permission.SEE_COST)
    supplier = party_row(session, PartyKind.SUPPLIER, supplier_id)
    rows = session.execute(
        select(SupplierItem.code, _ITEM.c.code, _ITEM.c.name, SupplierItem.name, SupplierItem.factor)
        .join(_ITEM, _ITEM.c.id == SupplierItem.item_id)
        .where(SupplierItem.supplier_id == supplier.id, SupplierItem.is_ended.is_not(true()))
        .order_by(SupplierItem.code)
    )
    return [SupplierCode(*row) for row in rows]


def teach_supplier_item(uow: UnitOfWork, command: TeachSupplierItem) -> None:
    """Keep what a supplier calls an item and how it counts it; said again with other words, the newer ones hold.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``parties.no_item``.
    """
    require(uow, Permission.PURCHASE)
    supplier = party_row(uow.session, PartyKind.SUPPLIER, command.supplier_id)
    if uow.session.scalar(select(_ITEM.c.id).where(_ITEM.c.id == command.item_id)) is None:
        raise RuleBroken("parties.no_item", where="item_id", item=str(command.item_id))
    keep_code(uow.session, supplier.id, command.code, command.item_id, command.name, command.factor)
    write_event(uow, "supplier.item_taught", supplier.id)


def end_supplier_item(uow: UnitOfWork, command: EndSupplierItem) -> None:
    """Read a code of a supplier no more; it may be taught again.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``parties.no_code``.
    """
    require(uow, Permission.PURCHASE)
    supplier = party_row(uow.session, PartyKind.SUPPLIER, command.supplier_id)
    row = uow.session.get(SupplierItem, (supplier.id, command.code))
    if row is None or row.is_ended:
        raise RuleBroken("parties.no_code", where="code", name=supplier.name, text=command.code)
    row.is_ended = True
    write_event(uow, "supplier.item_ended", supplier.id)


def carried_codes(session: Session, merged_id: UUID, kept_id: UUID) -> list[str]:
    """Return the codes that a merge gives to the kept supplier: those that it does not use yet."""
    used = {row.code for row in _standing(session, kept_id)}
    return [row.code for row in _standing(session, merged_id) if row.code not in used]


def clashing_codes(session: Session, merged_id: UUID, kept_id: UUID) -> list[str]:
    """Return the codes that two suppliers both use, and not for the same item and unit."""
    used = {row.code: (row.item_id, row.factor) for row in _standing(session, kept_id)}
    return [
        row.code
        for row in _standing(session, merged_id)
        if row.code in used and used[row.code] != (row.item_id, row.factor)
    ]


def carry_codes(session: Session, merged_id: UUID, kept_id: UUID, *, confirmed: bool) -> None:
    """Give the codes of a supplier to the one it is merged into; where they clash, the kept one's hold.

    Raises NeedsConfirmation ``parties.codes_clash``.
    """
    clashes = clashing_codes(session, merged_id, kept_id)
    if clashes and not confirmed:
        more = ["…"] if len(clashes) > _NAMED_CODES else []
        raise NeedsConfirmation("parties.codes_clash", codes=", ".join([*clashes[:_NAMED_CODES], *more]))
    carried = set(carried_codes(session, merged_id, kept_id))
    for row in _standing(session, merged_id):
        if row.code in carried:
            keep_code(session, kept_id, row.code, row.item_id, row.name, row.factor)


def keep_code(session: Session, supplier_id: UUID, code: str, item_id: UUID, name: str | None, factor: int) -> None:
    """Keep a supplier's code, part of the commands that learn one: the newer meaning holds, and one that was ended is
    read again."""
    row = session.get(SupplierItem, (supplier_id, code))
    if row is None:
        row = SupplierItem(supplier_id=supplier_id, code=code)
        session.add(row)
    row.item_id, row.name, row.factor = item_id, name, factor
    if row.is_ended:
        row.is_ended = False


def _standing(session: Session, supplier_id: UUID) -> list[SupplierItem]:
    standing = select(SupplierItem).where(SupplierItem.supplier_id == supplier_id, SupplierItem.is_ended.is_not(true()))
    return list(session.scalars(standing.order_by(SupplierItem.code)))
