"""SQLite's own full check of an open shop's file, and the schema."""

from __future__ import annotations

from core.app.schema import METADATA
from core.app.shop import Shop
from core.storage import fingerprint, migrate
from core.storage.faults import faults_explained
from core.storage.sqlite import SqliteDatabase

_MOST = 100


def integrity_faults(shop: Shop) -> list[str]:
    """Return what ``file_faults`` finds in an open shop's file."""
    return file_faults(shop.database)


def file_faults(database: SqliteDatabase) -> list[str]:
    """Return what is wrong with pages, indexes, references and schema, at most 100 of each; empty for a sound file.

    It reads the whole file, of an encrypted one also the pages that hold nothing at present: each carries a code of
    its own. Raises EnvironmentFault ``storage.damaged`` where SQLite cannot even go through it.
    """
    with faults_explained(), database.reader.connect() as connection:
        pages = [*connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars()]
        if database.key is not None:
            pages += connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()[:_MOST]
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()[:_MOST]
        expected = fingerprint.expected_schema(METADATA, migrate.head_revision())
        changed = fingerprint.differences(connection, expected)
    faults = [str(found).replace("\n", " ") for found in pages if found != "ok"]
    faults += [f"a row of {row[0]} refers to one of {row[2]} that is gone" for row in broken]
    return faults + changed
