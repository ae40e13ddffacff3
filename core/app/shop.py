"""Opens and creates a shop: the file, its schema, and the node that writes in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from core.app import instance
from core.app.attempts import note_attempt
from core.app.backups.creating import back_up
from core.app.backups.exchange import exchange_is_pending, finish_exchange
from core.app.backups.manifest import Reason
from core.app.dto import CreateShop
from core.app.printers import keep_printers, printers_of
from core.app.schema import METADATA
from core.audit.chain import CODE
from core.audit.log import write_event
from core.auth.service import enter_user
from core.dispensing.pharmacists import enter_pharmacist
from core.inventory.model import Location
from core.inventory.salt_reading import read_item_salts
from core.kernel.actor import Actor, Role
from core.kernel.clock import Clock, SystemClock
from core.kernel.errors import EnvironmentFault, NeedsConfirmation, RuleBroken
from core.kernel.ids import new_id
from core.ledger import chart
from core.ledger.posting import open_account
from core.printing.dto import PrinterProfile
from core.settings.dto import check_registration, with_known_forms
from core.settings.service import add_shop
from core.spool.dto import Printers
from core.storage import fingerprint, migrate
from core.storage.database import Database
from core.storage.disk import PRIVATE, explained, sync_folder
from core.storage.faults import faults_explained
from core.storage.keys import RawKey, keep_key
from core.storage.locks import FileLock
from core.storage.node import Node
from core.storage.reserve import DiskReserve
from core.storage.sqlite import SqliteDatabase, remove_database
from core.storage.unit_of_work import UnitOfWork
from core.storage.unlock import key_of_file

_FILE = "shop.db"
#: The revision since which items keep their salts apart.
_SALTS_SINCE = "0006"


class Shop:
    """An open shop: its database and the folder it lives in. It is open until ``close``."""

    def __init__(self, database: SqliteDatabase, folder: Path, use: FileLock) -> None:
        self.database = database
        self.folder = folder
        self._use = use

    def printers(self) -> Printers:
        """Return the counter's printers."""
        with self.database.read() as session:
            return printers_of(session)

    def receipt_profile(self) -> PrinterProfile:
        """Return what receipts are laid out for: the printer that they go to, a usual one where none was chosen."""
        printer = self.printers().for_receipts
        return printer.profile if printer is not None else PrinterProfile(columns=42)

    def close(self) -> None:
        """Close the file."""
        self.database.close()
        self._use.release()


def shop_file(folder: Path) -> Path:
    """Return where the shop's file lies in its data folder."""
    return folder / _FILE


def has_shop(folder: Path) -> bool:
    """Say whether a data folder holds a shop, one whose restore was interrupted included."""
    return shop_file(folder).is_file() or exchange_is_pending(folder)


def open_shop(folder: Path, clock: Clock | None = None) -> Shop:
    """Open the shop of a data folder, migrating it if this program is newer: after a backup, and all or nothing.

    Raises EnvironmentFault: ``storage.missing`` (no shop there), ``storage.newer_than_program``, ``storage.damaged``,
    ``storage.empty``, ``storage.not_a_shop_file``, ``storage.guards_missing`` and ``storage.schema_changed`` (somebody
    changed the schema of the books), ``storage.network_share``, ``storage.folder_read_only``, ``key.missing``,
    ``key.wrong``, ``instance.exchanged`` (a restore goes on), ``instance.in_use`` (an upgrade must wait for others).
    """
    if exchange_is_pending(folder):
        with instance.use_alone(folder):
            finish_exchange(folder, shop_file(folder))
    if not shop_file(folder).is_file():
        raise EnvironmentFault("storage.missing", path=str(shop_file(folder)))
    use = instance.share_use(folder)
    try:
        database = _open_file(folder, clock)
        try:
            if migrate.needs_upgrade(database):
                use.release()
                with instance.use_alone(folder):
                    _upgrade(database, folder, clock or SystemClock())
                use = instance.share_use(folder)
            with faults_explained(), database.reader.connect() as connection:
                fingerprint.refuse_changed(connection, METADATA, migrate.head_revision())
            with database.read() as session:
                if session.scalar(select(Node.id)) is None:
                    raise EnvironmentFault("storage.not_a_shop_file", path=str(shop_file(folder)))
        except BaseException:
            database.close()
            raise
    except BaseException:
        use.release()
        raise
    database.on_refusal = note_attempt
    return Shop(database, folder, use)


def _open_file(folder: Path, clock: Clock | None) -> SqliteDatabase:
    path = shop_file(folder)
    reserve = DiskReserve(folder)
    reserve.keep()
    return SqliteDatabase(path, key=key_of_file(path, folder), clock=clock, reserve=reserve)


def _upgrade(database: SqliteDatabase, folder: Path, clock: Clock) -> None:
    """Compare the old schema with what its revision should be, back up, migrate, read what the new one can hold."""
    migrate.refuse_newer(database)
    revision = migrate.current_revision(database)
    if revision is None:
        raise EnvironmentFault("storage.not_a_shop_file", path=str(database.path))
    with database.reader.connect() as connection:
        fingerprint.refuse_changed(connection, METADATA, revision)
    back_up(database, folder, Reason.BEFORE_MIGRATION, clock)
    migrate.upgrade(database, METADATA)
    if revision < _SALTS_SINCE:
        _read_salts(database)


def _read_salts(database: SqliteDatabase) -> None:
    """Take the items' salts apart, in an event of its own: a migration writes none, and masters stand in the log.

    Where the clock is odd nothing may be written now; ``nuskha items read-salts`` does it any time.
    """
    with suppress(NeedsConfirmation), database.write(Actor(None, "nuskha", Role.OWNER)) as uow:
        read_item_salts(uow)


def create_shop(
    folder: Path,
    command: CreateShop,
    clock: Clock | None = None,
    *,
    stock: Callable[[UnitOfWork], object] | None = None,
    encrypt: bool = False,
) -> Shop:
    """Create a shop in a folder that holds none, and open it.

    ``stock`` is a command run right after (an import, the demo stock). With ``encrypt`` the file is made with a new
    key, kept on this machine; ``shop.database.key`` gives the recovery code for the sheet. The file appears under its
    own name only when all of it is done: built beside it and renamed, so that an interrupted start leaves no half
    shop.

    Raises RuleBroken ``shop.exists``, ``settings.no_such_form``, ``gst.unregistered_with_gstin``,
    ``gst.registered_without_gstin``, EnvironmentFault ``storage.network_share``,
    ``storage.folder_read_only``, ``storage.disk_full``, ``files.no_folder`` (a file of that name, a name that no folder
    can have).
    """
    if has_shop(folder):
        raise RuleBroken("shop.exists", folder=str(folder))
    check_registration(command.shop.gstin, command.shop.registration)
    command = command.model_copy(update={"shop": with_known_forms(command.shop)})
    try:
        with explained(folder.parent):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault("files.no_folder", path=str(folder)) from error
    key = RawKey.new() if encrypt else None
    if key is not None:
        keep_key(folder, key)
    building = folder / f".{_FILE}.building"
    with instance.use_alone(folder):
        remove_database(building)
        database = SqliteDatabase(building, key=key, clock=clock, create=True)
        try:
            prepare(database, command)
            if stock is not None:
                with database.write(founder(command)) as uow:
                    stock(uow)
        except BaseException:
            database.close()
            remove_database(building)
            raise
        database.close()  # the last connection to close checkpoints the log into the file
        building.chmod(PRIVATE)  # SQLite gives its log the rights of the file
        building.rename(shop_file(folder))
        sync_folder(folder)
    return open_shop(folder, clock)


def prepare(database: Database, command: CreateShop) -> None:
    """Lay the schema into an empty database and found the shop in it: the first event of its chain."""
    migrate.upgrade(database, METADATA)
    with database.write(founder(command)) as uow:
        uow.session.add(Node(id=new_id(), code=command.counter, epoch=1, started_at=uow.now))
        uow.session.flush()
        shop_id = add_shop(uow, command.shop, is_demo=command.demo)
        enter_user(uow, command.owner)
        if command.shop.pharmacist is not None:
            enter_pharmacist(uow, command.shop.pharmacist.name, command.shop.pharmacist.registration)
        uow.session.add(Location(id=new_id(), name="Shop", is_default=True))
        for account in chart.FIXED:
            open_account(uow, account)
        if command.printer is not None:
            keep_printers(uow, command.printer.printers())
        write_event(uow, "shop.created", shop_id, {CODE: command.counter})


def founder(command: CreateShop) -> Actor:
    """Return who acts while the shop is being founded: its owner, who has no account yet."""
    return Actor(None, command.owner.username, Role.OWNER)
