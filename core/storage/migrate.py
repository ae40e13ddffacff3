"""Brings a database to the schema of this program: all the way or not at all.

Alembic is imported only when there is something to upgrade: asking where a database stands costs no import at start.
"""

from __future__ import annotations

import importlib.resources
import re
from functools import cache

import sqlalchemy
from sqlalchemy import Connection, MetaData, text

from core.kernel.errors import EnvironmentFault
from core.storage import guards
from core.storage.database import Database
from core.storage.faults import faults_explained

_VERSION_TABLE = "alembic_version"
_MIGRATION = re.compile(r"(\d{4})_\w+\.py")


def upgrade(database: Database, metadata: MetaData, revision: str = "head") -> None:
    """Run the missing migrations in one transaction, guards off inside it and back before it ends.

    Raises EnvironmentFault ``storage.newer_than_program`` for a database that a later version has written.
    """
    refuse_newer(database)
    with faults_explained(), database.schema_change() as connection:
        build(connection, metadata, revision)


def build(connection: Connection, metadata: MetaData, revision: str = "head") -> None:
    """Run the missing migrations and put the guards in place, inside the caller's transaction."""
    from alembic import command  # lazy: a start that has nothing to migrate is 0.3 s faster
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("migrations")))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    guards.remove(connection)
    command.upgrade(config, revision)
    guards.install(connection, metadata)


def needs_upgrade(database: Database) -> bool:
    """Say whether this program has migrations that the database has not seen."""
    return current_revision(database) != head_revision()


def refuse_newer(database: Database) -> None:
    """Raise EnvironmentFault ``storage.newer_than_program`` for a revision this program does not know."""
    current = current_revision(database)
    if current is not None and current not in known_revisions():
        raise EnvironmentFault("storage.newer_than_program", revision=current)


def current_revision(database: Database) -> str | None:
    """Return the revision the database stands at, None for an empty one."""
    with faults_explained(), database.writer.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a connection sees, None for an empty database."""
    if not sqlalchemy.inspect(connection).has_table(_VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar_one_or_none()


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision this program can read: the numbers that its migration files begin with."""
    names = (entry.name for entry in importlib.resources.files("migrations").joinpath("versions").iterdir())
    return frozenset(match[1] for match in map(_MIGRATION.fullmatch, names) if match)


def head_revision() -> str:
    """Return the revision of this program."""
    return max(known_revisions())
