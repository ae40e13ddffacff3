"""Backups that go with a command: before what brings in a whole file, and when days are closed.

Every program runs these commands through here, so that a shop has its backup wherever it is worked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TypeVar

from core.app.backups.creating import back_up, has_changed
from core.app.backups.folder import backups_folder
from core.app.backups.manifest import Reason
from core.app.shop import Shop
from core.auth.permissions import Permission
from core.auth.registry import ENDS_PARTY
from core.auth.rights import require_to_read
from core.boundary.messages import explain
from core.inventory.import_dto import ImportItems, ImportReport
from core.inventory.opening import import_items
from core.kernel.actor import Actor
from core.kernel.errors import EnvironmentFault, Problem
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.opening.dto import DuesReport, EnterOpeningDues
from core.opening.dues import enter_opening_dues
from core.opening.parties import import_parties
from core.opening.party_dto import ImportParties, PartiesReport
from core.storage.unit_of_work import UnitOfWork

ResultT = TypeVar("ResultT")


def import_after_backup(
    shop: Shop, actor: Actor, command: ImportItems, *, without_backup: bool = False
) -> ImportReport:
    """Back the shop up, then import a file's items and stock; no backup is made where the newest lacks nothing.

    An import cannot be undone, so without a backup nothing is imported unless ``without_backup`` says so. Raises
    EnvironmentFault ``backup.before_import`` with what went wrong, and what ``import_items`` raises.
    """
    return _after_backup(shop, actor, Permission.IMPORT_ITEMS, partial(import_items, command=command), without_backup)


def enter_dues_after_backup(
    shop: Shop, actor: Actor, command: EnterOpeningDues, *, without_backup: bool = False
) -> DuesReport:
    """Back the shop up, then enter a file's open documents: as ``import_after_backup`` does with items."""
    enter = partial(enter_opening_dues, command=command)
    return _after_backup(shop, actor, Permission.ENTER_OPENING, enter, without_backup)


def import_parties_after_backup(
    shop: Shop, actor: Actor, command: ImportParties, *, without_backup: bool = False
) -> PartiesReport:
    """Back the shop up, then import a file's parties: as ``import_after_backup`` does with items."""
    bring_in = partial(import_parties, command=command)
    return _after_backup(shop, actor, ENDS_PARTY[command.kind], bring_in, without_backup)


def close_books_and_back_up(shop: Shop, actor: Actor, command: CloseBooks) -> tuple[date, Problem | None]:
    """Close days and back the shop up with them; return the last closed day, and why there is no backup of it.

    The days stay closed without one: a closed day can be opened again, and the next backup holds it too. Raises what
    ``close_books`` raises.
    """
    with shop.database.write(actor) as uow:
        through = close_books(uow, command)
    try:
        _back_up_changes(shop, Reason.DAY_CLOSE)
    except Problem as problem:
        return through, problem
    return through, None


def _after_backup(
    shop: Shop, actor: Actor, right: Permission, bring_in: Callable[[UnitOfWork], ResultT], without_backup: bool
) -> ResultT:
    with shop.database.read() as session:
        require_to_read(session, actor, right)
    if not without_backup:
        try:
            _back_up_changes(shop, Reason.BEFORE_IMPORT)
        except Problem as problem:
            raise EnvironmentFault("backup.before_import", reason=explain(problem)) from problem
    with shop.database.write(actor) as uow:
        return bring_in(uow)


def _back_up_changes(shop: Shop, reason: Reason) -> None:
    if has_changed(shop.database, backups_folder(shop.folder)):
        back_up(shop.database, shop.folder, reason, shop.database.clock)
