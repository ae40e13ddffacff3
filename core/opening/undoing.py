"""Takes entered dues back: a wrong file is found out after it was entered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import noted, subjects_of, undo_id
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.ledger.closing import refuse_closed_day
from core.ledger.open_items import reverse_open_items
from core.opening.dto import DuesReport, Reason
from core.opening.dues import DUES_UNDONE, ENTERED
from core.opening.parties import PARTIES_IMPORTED
from core.opening.party_dto import PartiesReport
from core.storage.unit_of_work import UnitOfWork

_DOCUMENT = "opening_dues_undone"


class UndoOpeningDues(Frozen):
    """The command to take entered dues back, named by the id of the command that entered them."""

    import_id: UUID = Field(strict=False)
    reason: Reason


class OpeningImport(NamedTuple):
    """Dues that were entered from a file, and whether they were taken back; ``open`` is debit positive."""

    import_id: UUID
    at: datetime
    username: str
    documents: int
    open: Money
    is_undone: bool


def undo_opening_dues(uow: UnitOfWork, command: UndoOpeningDues) -> OpeningImport:
    """Take back all open items of a file and their entry, by facts with the signs turned; parties that came stay.

    Raises RuleBroken ``auth.not_allowed``, ``opening.no_such_import``, ``opening.undone_already``,
    ``ledger.day_closed``.
    """
    require(uow, Permission.ENTER_OPENING)
    done = next((each for each in opening_imports(uow.session) if each.import_id == command.import_id), None)
    if done is None:
        raise RuleBroken("opening.no_such_import", where="import_id", id=str(command.import_id))
    if done.is_undone:
        raise RuleBroken("opening.undone_already", where="import_id", id=str(command.import_id))
    refuse_closed_day(uow, uow.today)
    document_id = undo_id(DUES_UNDONE, command.import_id)
    reverse_open_items(
        uow, of_document=command.import_id, document_id=document_id, document_kind=_DOCUMENT, on_date=uow.today
    )
    write_event(uow, DUES_UNDONE, document_id, {"import": str(command.import_id), "reason": command.reason})
    return done._replace(is_undone=True)


def opening_imports(session: Session) -> list[OpeningImport]:
    """Return the files of dues that were entered, and of parties with opening amounts, the newest first."""
    undone = subjects_of(session, DUES_UNDONE)
    imports: list[OpeningImport] = []
    for event, read in ((ENTERED, _dues), (PARTIES_IMPORTED, _parties)):
        for done in noted(session, event):
            documents, amount = read(done.note["report"])
            if documents:
                is_undone = undo_id(DUES_UNDONE, done.subject_id) in undone
                imports.append(OpeningImport(done.subject_id, done.at, done.username, documents, amount, is_undone))
    return sorted(imports, key=lambda each: each.at, reverse=True)


def _dues(report: str) -> tuple[int, Money]:
    dues = DuesReport.model_validate_json(report)
    return dues.documents, dues.customers_owe - dues.owed_to_suppliers


def _parties(report: str) -> tuple[int, Money]:
    parties = PartiesReport.model_validate_json(report)
    return parties.with_opening, parties.opening
