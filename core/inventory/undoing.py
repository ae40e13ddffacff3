"""Takes an import back: a wrong file is found out after it was brought in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic_core import from_json
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core.audit.canonical import decompress
from core.audit.log import write_event
from core.audit.model import AuditEvent
from core.audit.notes import noted, subjects_of, undo_id
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, Line
from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.catalog.service import end_wrong_item
from core.inventory.import_dto import ImportReport
from core.inventory.issuing import take_back
from core.inventory.items import was_in_stock
from core.inventory.model import Batch, Lot, StockMovement
from core.inventory.opening import IMPORTED, UNDONE
from core.kernel.errors import RuleBroken
from core.ledger.closing import refuse_closed_day
from core.ledger.posting import reverse_entry
from core.storage.unit_of_work import UnitOfWork

_DOCUMENT = "opening_undone"
_NAMED = 3


class UndoImport(Frozen):
    """The command to take an import back, named by the id of its command."""

    import_id: UUID = Field(strict=False)
    reason: Annotated[Line, StringConstraints(min_length=3, max_length=200)]


class ImportView(NamedTuple):
    """An import that was done, and whether it was taken back.

    ``stay`` is told by who takes it back: names of the items that came with it and stay, since stock of them came in
    otherwise too.
    """

    import_id: UUID
    at: datetime
    username: str
    report: ImportReport
    is_undone: bool
    stay: tuple[str, ...] = ()


def undo_import(uow: UnitOfWork, command: UndoImport) -> ImportView:
    """Take the stock of an import out again, at the cost it came in with, and end the items that came with it.

    Nothing is deleted: the movements and the ledger entry are reversed by new ones. An item that the import added and
    that has no other stock is ended under another code, so that the corrected file can bring its code and barcodes
    again; one that has stays, and is named. Refused where something of the stock has moved since.

    Raises RuleBroken ``auth.not_allowed``, ``items.no_such_import``, ``items.import_undone_already``,
    ``items.import_in_use``, ``ledger.day_closed``.
    """
    require(uow, Permission.IMPORT_ITEMS)
    done = next((each for each in imports(uow.session) if each.import_id == command.import_id), None)
    if done is None:
        raise RuleBroken("items.no_such_import", where="import_id", id=str(command.import_id))
    if done.is_undone:
        raise RuleBroken("items.import_undone_already", where="import_id", id=str(command.import_id))
    refuse_closed_day(uow, uow.today)
    _refuse_moved(uow.session, command.import_id)
    document_id = undo_id(UNDONE, command.import_id)
    take_back(uow, of_document=command.import_id, document_id=document_id, document_kind=_DOCUMENT, on_date=uow.today)
    reverse_entry(
        uow, of_documents=[command.import_id], document_id=document_id, document_kind=_DOCUMENT, on_date=uow.today
    )
    mark = command.import_id.hex[-6:].upper()
    ended, stay = _came_with(uow.session, command.import_id)
    for item in ended:
        end_wrong_item(uow, item, mark, held=was_in_stock(uow.session, item.id))
    write_event(uow, UNDONE, document_id, {"import": str(command.import_id), "reason": command.reason})
    return done._replace(is_undone=True, stay=stay)


def imports(session: Session) -> list[ImportView]:
    """Return the imports of items that were done, the newest first."""
    undone = subjects_of(session, UNDONE)
    return [
        ImportView(
            done.subject_id,
            done.at,
            done.username,
            ImportReport.model_validate_json(done.note["report"]),
            undo_id(UNDONE, done.subject_id) in undone,
        )
        for done in noted(session, IMPORTED)
    ]


def _refuse_moved(session: Session, import_id: UUID) -> None:
    later = aliased(StockMovement)
    moved = session.scalars(
        select(Item.name)
        .join(Batch, Batch.item_id == Item.id)
        .join(Lot, Lot.batch_id == Batch.id)
        .where(
            Lot.document_id == import_id,
            exists(select(1).where(later.lot_id == Lot.id, later.document_id != import_id)),
        )
        .order_by(Item.name)
        .distinct()
    ).all()
    if moved:
        raise RuleBroken("items.import_in_use", where="import_id", count=len(moved), items=names_in_short(moved))


def names_in_short(names: Sequence[str]) -> str:
    """Return the first of some names as they stand in a sentence."""
    return ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")


def _came_with(session: Session, import_id: UUID) -> tuple[list[Item], tuple[str, ...]]:
    """Return the items that an import added: those that have stock of no other document, and the others' names."""
    codec, body = session.execute(
        select(AuditEvent.codec, AuditEvent.body).where(AuditEvent.subject_id == import_id, AuditEvent.kind == IMPORTED)
    ).one()
    changes = from_json(decompress(codec, bytes(body))).get("changes", ())
    added = [UUID(c["key"]["id"]) for c in changes if c["table"] == Item.__tablename__ and c["fields"].get("id")]
    other = (
        select(1)
        .select_from(Batch)
        .join(Lot, Lot.batch_id == Batch.id)
        .where(Batch.item_id == Item.id, Lot.document_id != import_id)
    )
    alone: list[Item] = []
    shared: list[str] = []
    for part in in_parts(added):
        rows = select(Item, exists(other)).where(Item.id.in_(part), Item.is_active)
        for item, is_shared in session.execute(rows):
            if is_shared:
                shared.append(item.name)
            else:
                alone.append(item)
    return alone, tuple(sorted(shared))
