"""One command, one transaction, one event; facts that cannot be changed; readers that cannot write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.model import AuditEvent
from core.catalog.model import Item
from core.inventory.model import WrittenBatch
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import id_from_content, new_id
from core.ledger.model import LedgerAccount
from core.numbering.model import NumberCounter
from core.settings.model import Setting
from core.storage.database import Database, UnsealedWriteError
from core.storage.unit_of_work import UnitOfWork, table_of

SOMEBODY = Actor(None, "console", Role.OWNER, "tester")


def item(code: str = "PCM500") -> Item:
    return Item(
        id=new_id(),
        code=code,
        name="Paracetamol",
        name_key="paracetamol",
        kind="drug",
        pack_label="10's",
        pieces_per_pack=10,
        schedules_known=False,
        is_active=True,
    )


def batch_row(item_id: UUID, number: str = "A1") -> dict[str, Any]:
    return {
        "id": id_from_content(item_id.hex, number),
        "item_id": item_id,
        "number": number,
        "expiry": None,
        "expiry_precision": None,
        "mrp_paise": 2565,
    }


def add_batch(database: Database, number: str = "A1") -> dict[str, Any]:
    with database.write(SOMEBODY) as uow:
        thing = item(f"CODE-{number}")
        uow.session.add(thing)
        row = batch_row(thing.id, number)
        uow.record(WrittenBatch, [row])
        write_event(uow, "test.batch", row["id"])
    return row


def count(database: Database, model: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_a_command_does_is_there_afterwards(database: Database) -> None:
    row = add_batch(database)
    with database.read() as session:
        assert session.execute(select(table_of(WrittenBatch))).mappings().one() == row


def test_a_command_that_raises_leaves_nothing(database: Database) -> None:
    before = count(database, AuditEvent)
    with pytest.raises(ZeroDivisionError), database.write(SOMEBODY) as uow:
        uow.session.add(item())
        uow.session.flush()
        write_event(uow, "test.item", new_id())
        _ = 1 // 0
    assert count(database, Item) == 0
    assert count(database, AuditEvent) == before


def test_a_change_without_an_event_is_refused(database: Database) -> None:
    with pytest.raises(UnsealedWriteError), database.write(SOMEBODY) as uow:
        uow.session.add(item())
    assert count(database, Item) == 0


def test_a_change_after_the_event_is_refused(database: Database) -> None:
    with pytest.raises(AssertionError, match="nothing may change after it"), database.write(SOMEBODY) as uow:
        write_event(uow, "test.nothing", new_id())
        uow.session.add(item())
    assert count(database, Item) == 0


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, EnvironmentFault), match=r"(?i)read.?only"), database.read() as session:
        session.execute(insert(table_of(LedgerAccount)).values(code="x", name="x", section="x"))


def test_a_reader_sees_one_picture(database: Database) -> None:
    # PostgreSQL reads what is committed by each statement, SQLite what was committed when the first one ran
    seen_later = 1 if database.writer.dialect.name == "postgresql" else 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(WrittenBatch)) == 0
        add_batch(database)
        assert session.scalar(select(func.count()).select_from(WrittenBatch)) == seen_later


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE batch SET mrp_paise = 1",
        "DELETE FROM batch",
        "UPDATE audit_event SET kind = 'nothing'",
        "DELETE FROM audit_event",
    ],
)
def test_facts_and_log_refuse_change(database: Database, attack: str) -> None:
    add_batch(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writer.begin() as connection:
        connection.execute(text(attack))


def test_an_insert_over_a_fact_passes_only_when_it_is_the_same(database: Database) -> None:
    row = add_batch(database)
    same: Callable[[Session], Any] = lambda s: s.execute(_insert_or_nothing(database, row))  # noqa: E731
    with Session(database.writer) as session, session.begin():
        same(session)
    assert count(database, WrittenBatch) == 1
    with (
        pytest.raises(DBAPIError, match="append-only"),
        Session(database.writer) as session,
        session.begin(),
    ):
        session.execute(_insert_or_nothing(database, {**row, "mrp_paise": 1}))


def _insert_or_nothing(database: Database, row: dict[str, Any]) -> Any:
    if database.writer.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert  # type: ignore[assignment]
    return upsert(table_of(WrittenBatch)).values(row).on_conflict_do_nothing(index_elements=["id"])


def test_a_counter_counts_and_rolls_back(database: Database) -> None:
    key = {"series": "C1", "financial_year": 2026}

    def draw(uow: UnitOfWork) -> int:
        return uow.count_up(NumberCounter, key, "last", new={"last": 1, "first": 1})

    with database.write(SOMEBODY) as uow:
        assert [draw(uow), draw(uow)] == [1, 2]
    with pytest.raises(ZeroDivisionError), database.write(SOMEBODY) as uow:
        assert draw(uow) == 3
        _ = 1 // 0
    with database.write(SOMEBODY) as uow:
        assert draw(uow) == 3


def test_facts_are_not_written_behind_the_logs_back(database: Database) -> None:
    with pytest.raises(AssertionError, match=r"uow\.record"), database.write(SOMEBODY) as uow:
        uow.session.add(WrittenBatch(**batch_row(new_id())))


def test_masters_are_never_deleted(database: Database) -> None:
    with database.write(SOMEBODY) as uow:
        uow.session.add(Setting(name="a", value="1"))
        write_event(uow, "test.setting", new_id())
    with pytest.raises(AssertionError, match="never deleted"), database.write(SOMEBODY) as uow:
        uow.session.delete(uow.session.get(Setting, "a"))


def test_a_reference_to_nothing_fails_at_commit(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.write(SOMEBODY) as uow:
        row = batch_row(new_id())
        uow.record(WrittenBatch, [row])
        write_event(uow, "test.batch", row["id"])
    assert count(database, WrittenBatch) == 0
