"""The one way to open the shop's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.kernel.errors import EnvironmentFault
from core.storage.sqlite import SqliteDatabase, refuse_unsafe_sqlite
from tests.core.storage.test_unit_of_work import SOMEBODY


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 40, 1), (3, 50, 6), (3, 44, 5), (3, 45, 0)])
def test_a_sqlite_that_can_lose_a_bill_is_refused(version: tuple[int, int, int]) -> None:
    with pytest.raises(EnvironmentFault, match="sqlite_too_old"):
        refuse_unsafe_sqlite(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 0), (3, 50, 7), (3, 44, 6)])
def test_a_safe_sqlite_passes(version: tuple[int, int, int]) -> None:
    refuse_unsafe_sqlite(version)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("trusted_schema", 0),
    ],
)
def test_both_engines_keep_the_pragmas(sqlite_database: SqliteDatabase, pragma: str, value: object) -> None:
    for engine in (sqlite_database.writer, sqlite_database.reader):
        with engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="storage.missing"):
        SqliteDatabase(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"this is a letter to the tax office" * 300)
    database = SqliteDatabase(path)
    with pytest.raises(EnvironmentFault, match="storage.not_a_shop_file"), database.write(SOMEBODY):
        pass


def test_replace_cannot_forge_a_row_through_another_key(sqlite_database: SqliteDatabase) -> None:
    """A bill replaced by way of its unique number, its own id being new."""
    columns = (
        "id, command_sha, number, series, financial_year, serial, document_kind, on_date, at, username,"
        " place_of_supply, tax_type, gross_paise, discount_paise, taxable_paise, cgst_paise, sgst_paise, igst_paise,"
        " round_off_paise, total_paise, change_paise"
    )
    values = (
        "x'{id}', x'00', 'C1/26-27/000001', 'C1', 2026, 1, 'tax_invoice', '2026-11-20', 0, 'o', '32', 'intra',"
        " {total}, 0, {total}, 0, 0, 0, 0, {total}, 0"
    )
    with sqlite_database.writer.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO bill ({columns}) VALUES ({values.format(id='01' * 16, total=100)})")
    with pytest.raises(Exception, match="append-only"), sqlite_database.writer.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO bill ({columns}) VALUES ({values.format(id='02' * 16, total=1)})"
        )
