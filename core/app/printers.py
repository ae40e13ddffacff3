"""The printers of this counter. Here and not in ``spool`` because they need a right and an event of their own."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.app.dto import PrinterChoice
from core.app.own_settings import keep_own, own_name
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.settings.queries import setting
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from core.storage.unit_of_work import UnitOfWork

#: Where versions before this one kept the one printer of a counter.
_OLD = "printer"
_NAME = "printers"


def printers_of(session: Session) -> Printers:
    """Return the printers of this counter, none where none was set up."""
    stored = setting(session, own_name(session, _NAME))
    if stored is not None:
        return Printers.model_validate_json(json.dumps(stored))  # as JSON a list may be a tuple
    return PrinterChoice.model_validate(setting(session, _OLD, {})).printers()


def change_printers(uow: UnitOfWork, printers: Printers) -> Printers:
    """Give this counter these printers and no others, and return them; where nothing differs nothing is written.

    Papers that wait for a printer that is no more are kept and can be printed elsewhere. What stood before stays in
    the log. Raises RuleBroken ``auth.not_allowed``, ``printer.file_not_whole``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    if printers != printers_of(uow.session):
        keep_printers(uow, printers)
        write_event(uow, "printers.changed", id_from_content("setting", own_name(uow.session, _NAME)))
    return printers


def keep_printers(uow: UnitOfWork, printers: Printers) -> None:
    """Set the printers of this counter as part of a larger command. Raises RuleBroken ``printer.file_not_whole``."""
    for place, printer in enumerate(printers.printers):
        if printer.kind is PrinterKind.FILE and not Path(printer.address).is_absolute():
            # it would be another file for each folder that the program is started in
            raise RuleBroken("printer.file_not_whole", where=f"printers.{place}.address", file=printer.address)
    keep_own(uow, _NAME, printers)


def readable_printers(session: Session) -> Printers:
    """Return the printers of a file that another program may have written: none where it says none that can be."""
    return printers_of(session) if _can_be_read(session) else Printers()


def forget_strange_files(uow: UnitOfWork, known: frozenset[PrinterSetup]) -> None:
    """Drop the printers that are files, unless they are known here: part of a restore.

    Such a file is a path, and each paper replaces what is there: one that came out of a restored file is not trusted.
    """
    printers = readable_printers(uow.session)
    strange = {p.name for p in printers.printers if p.kind is PrinterKind.FILE and p not in known}
    if strange or not _can_be_read(uow.session):
        keep_own(uow, _NAME, printers.without(strange))


def _can_be_read(session: Session) -> bool:
    try:
        printers_of(session)
    except ValidationError:
        return False
    return True
