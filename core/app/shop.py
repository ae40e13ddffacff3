"""Opens and creates a shop: the file, its schema, and the node that writes in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from core.app.dto import CreateShop, PrinterChoice
from core.app.schema import METADATA
from core.audit.log import write_event
from core.auth.service import add_user
from core.inventory.model import Location
from core.kernel.actor import Actor, Role
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.ids import new_id
from core.ledger import chart
from core.ledger.posting import open_account
from core.settings.queries import setting
from core.settings.service import add_shop, set_setting
from core.storage import guards, migrate
from core.storage.database import Database
from core.storage.faults import faults_explained
from core.storage.node import Node
from core.storage.sqlite import SqliteDatabase
from core.storage.unit_of_work import UnitOfWork

_FILE = "shop.db"
_PRINTER = "printer"


class Shop:
    """An open shop: its database and the folder it lives in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def printer(self) -> PrinterChoice:
        """Return the counter's receipt printer, ``none`` where none was chosen."""
        with self.database.read() as session:
            return PrinterChoice.model_validate(setting(session, _PRINTER, {}))

    def close(self) -> None:
        """Close the file."""
        self.database.close()


def shop_file(folder: Path) -> Path:
    """Return where the shop's file lies in its data folder."""
    return folder / _FILE


def has_shop(folder: Path) -> bool:
    """Say whether a data folder holds a shop."""
    return shop_file(folder).is_file()


def open_shop(folder: Path, clock: Clock | None = None) -> Shop:
    """Open the shop of a data folder, migrating it if this program is newer.

    Raises EnvironmentFault: ``storage.missing`` (no shop there), ``storage.newer_than_program``, ``storage.damaged``,
    ``storage.not_a_shop_file``, ``storage.guards_missing`` (somebody took the guards off the books).
    """
    database = SqliteDatabase(shop_file(folder), clock=clock)
    try:
        migrate.refuse_newer(database)
        if migrate.needs_upgrade(database):
            migrate.upgrade(database, METADATA)
        _refuse_missing_guards(database)
        with database.read() as session:
            if session.scalar(select(Node.id)) is None:
                raise EnvironmentFault("storage.not_a_shop_file", path=str(shop_file(folder)))
    except BaseException:
        database.close()
        raise
    return Shop(database, folder)


def create_shop(
    folder: Path,
    command: CreateShop,
    clock: Clock | None = None,
    *,
    stock: Callable[[UnitOfWork], object] | None = None,
) -> Shop:
    """Create a shop in a folder that holds none, and open it.

    ``stock`` is a command run right after (an import, the demo stock). The file appears under its own name only when
    all of it is done: built beside it and renamed, so that an interrupted start leaves no half shop.

    Raises RuleBroken ``shop.exists``, EnvironmentFault ``files.no_folder`` and those of the disk.
    """
    if has_shop(folder):
        raise RuleBroken("shop.exists", folder=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault("files.no_folder", path=str(folder)) from error
    building = folder / f".{_FILE}.building"
    _remove_database(building)
    database = SqliteDatabase(building, clock=clock, create=True)
    try:
        with faults_explained():
            prepare(database, command)
        if stock is not None:
            with database.write(founder(command)) as uow:
                stock(uow)
    except BaseException:
        database.close()
        _remove_database(building)
        raise
    database.close()  # the last connection to close checkpoints the log into the file
    building.rename(shop_file(folder))
    return open_shop(folder, clock)


def prepare(database: Database, command: CreateShop) -> None:
    """Lay the schema into an empty database and found the shop in it: the first event of its chain."""
    migrate.upgrade(database, METADATA)
    with database.write(founder(command)) as uow:
        uow.session.add(Node(id=new_id(), code=command.counter, epoch=1, started_at=uow.now))
        uow.session.flush()
        shop_id = add_shop(uow, command.shop, is_demo=command.demo)
        add_user(uow, command.owner)
        uow.session.add(Location(id=new_id(), name="Shop", is_default=True))
        for account in chart.FIXED:
            open_account(uow, account)
        if command.printer is not None:
            set_setting(uow, _PRINTER, command.printer.model_dump(mode="json"))
        write_event(uow, "shop.created", shop_id)


def founder(command: CreateShop) -> Actor:
    """Return who acts while the shop is being founded: its owner, who has no account yet."""
    return Actor(None, command.owner.username, Role.OWNER)


def _refuse_missing_guards(database: Database) -> None:
    with database.reader.connect() as connection:
        missing = guards.missing(connection, METADATA)
    if missing:
        raise EnvironmentFault("storage.guards_missing", guards=", ".join(missing))


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
