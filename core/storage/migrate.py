"""Brings a database to the schema of this program: all the way or not at all."""

from __future__ import annotations

import importlib.resources
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from core.kernel.errors import EnvironmentFault
from core.storage import guards
from core.storage.database import Database


def upgrade(database: Database, metadata: MetaData, revision: str = "head") -> None:
    """Run the missing migrations in one transaction, guards off inside it and back before it ends.

    Raises EnvironmentFault ``storage.newer_than_program`` for a database that a later version has written.
    """
    refuse_newer(database)
    with database.schema_change() as connection:
        guards.remove(connection)
        config = _config()
        config.attributes["connection"] = connection
        config.attributes["metadata"] = metadata
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
    with database.writer.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision this program can read."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def head_revision() -> str:
    """Return the revision of this program."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("migrations")))
    return config
