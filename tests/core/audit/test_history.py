"""Who changed what: field by field, page by page, along an index; on both databases."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Select, event, select, text

from core.app.dto import CreateShop
from core.app.schema import METADATA
from core.app.shop import prepare
from core.audit.dto import HistoryEntry, Position
from core.audit.history import (
    RowKey,
    find_row,
    history_of,
    history_statement,
    log_statement,
    search_log,
)
from core.audit.log import write_event
from core.audit.model import AuditTouch
from core.auth.dto import AddUser, EditUser, SetPassword, SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.auth.service import add_user, edit_user, set_password
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.settings.service import set_setting
from core.storage import guards, migrate
from core.storage.database import Database
from core.storage.sqlite import SqliteDatabase
from core.storage.unit_of_work import table_of
from tests.conftest import NOON
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE
from tests.support.shop import KOCHI, TestShop


def sets(database: Database, value: object, name: str = "idle_lock_minutes", actor: Actor = CONSOLE) -> None:
    with database.write(actor) as uow:
        set_setting(uow, name, value)
        write_event(uow, "settings.changed", new_id(), {"reason": "trial"})


def ravi(database: Database) -> RowKey:
    """Hire Ravi, make him a pharmacist, rename him; return his row."""
    with database.write(CONSOLE) as uow:
        user = add_user(uow, AddUser(username="ravi", password="long enough 1", role=Role.CASHIER))
    with database.write(CONSOLE) as uow:
        edit_user(uow, EditUser(username="ravi", role=Role.PHARMACIST))
    with database.write(Actor(None, "owner", Role.OWNER)) as uow:
        edit_user(uow, EditUser(username="ravi", full_name="Ravi Kumar"))
    return RowKey.of("user_account", user.user_id)


def shown(entries: list[HistoryEntry]) -> list[tuple[str, str, str, object, object]]:
    return [(e.username, e.kind, e.field, e.before, e.after) for e in entries]


def test_a_master_has_its_history_field_by_field_newest_first(database: Database) -> None:
    row = ravi(database)
    with database.read() as session:
        entries = history_of(session, row)
    assert shown(entries)[:2] == [
        ("owner", "user.edited", "full_name", "ravi", "Ravi Kumar"),
        ("console", "user.edited", "user_role", "cashier", "pharmacist"),
    ]
    added = {entry.field: entry.after for entry in entries[2:]}
    assert {entry.kind for entry in entries[2:]} == {"user.added"}
    assert added["username"] == "ravi"
    assert str(added["password_hash"]).startswith("sha256:")
    assert {entry.at for entry in entries} == {NOON}


def test_a_row_is_found_in_whatever_command_changed_it(database: Database) -> None:
    """A setting has no event of its own, and a role's right has a key of two parts."""
    sets(database, 10)
    sets(database, "other", name="printer")
    sets(database, 20)
    for limit in ("6", "7"):
        with database.write(CONSOLE) as uow:
            set_role_right(
                uow,
                SetRoleRight(user_role=Role.CASHIER, permission=Permission.DISCOUNT_BILL, granted=True, limit=limit),
            )
    with database.read() as session:
        setting = history_of(session, RowKey.of("setting", "idle_lock_minutes"))
        right = history_of(session, RowKey.of("role_permission", "cashier", "discount_bill"))
    assert [(e.field, e.before, e.after) for e in setting if e.field == "value"] == [
        ("value", "10", "20"),
        ("value", None, "10"),
    ]
    assert [(e.field, e.after) for e in setting if e.table == ""] == [("reason", "trial")] * 2
    assert [(e.before, e.after) for e in right if e.field == "limit_value"] == [(600, 700), (None, 600)]


def test_pages_go_on_where_the_last_ended(database: Database) -> None:
    for value in range(1, 8):
        sets(database, value)
    row = RowKey.of("setting", "idle_lock_minutes")
    pages: list[list[str]] = []
    after: Position | None = None
    with database.read() as session:
        while page := history_of(session, row, after=after, limit=3):
            pages.append([str(entry.after) for entry in page if entry.field == "value"])
            after = page[-1].position
        assert pages == [["7", "6", "5"], ["4", "3", "2"], ["1"]]
        everything = search_log(session)
        first = search_log(session, limit=4)
        second = search_log(session, limit=4, after=first[-1].position)
    assert [*first, *second] == everything[:8]


def test_a_search_by_user_kind_and_day(database: Database, clock: TurnedClock) -> None:
    ravi(database)
    clock.turn(days=1)
    sets(database, 5, actor=Actor(None, "asha", Role.PHARMACIST))
    with database.read() as session:

        def kinds(**wanted: Any) -> list[str]:
            return [entry.kind for entry in search_log(session, **wanted)]

        assert kinds(username="asha") == ["settings.changed"]
        assert kinds(kind="user.edited") == ["user.edited"] * 2
        assert kinds(kind="user.edited", username="owner") == ["user.edited"]
        assert kinds(since=NOON + timedelta(hours=1)) == ["settings.changed"]
        assert kinds(until=NOON + timedelta(hours=1))[-1] == "shop.created"
        assert kinds(until=NOON) == []
        entry = search_log(session, username="asha")[0]
    assert (entry.note, entry.at) == ({"reason": "trial"}, NOON + timedelta(days=1))


def test_a_document_is_shown_whole_and_found_by_its_number(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    bill = shop.bills(("PCM500", "1"))
    with shop.shop.database.read() as session:
        subject = find_row(session, METADATA, "bill", "c1/26-27/000001")
        assert subject == bill.bill_id == find_row(session, METADATA, "bill", str(bill.bill_id))
        entries = history_of(session, bill.bill_id)
        item = history_of(session, find_row(session, METADATA, "item", "pcm500"))
    fields = {(entry.table, entry.field): entry.after for entry in entries}
    assert fields["bill", "number"] == "C1/26-27/000001"
    assert fields["bill_line", "units"] == 10
    assert ("ledger_entry", "amount_paise") in fields
    assert [entry.after for entry in item if entry.field == "code"] == ["PCM500"]


def test_what_there_is_not(database: Database) -> None:
    with database.read() as session:
        for table, key, code in [
            ("nothing", "1", "audit.no_table"),
            ("node", "C1", "audit.no_table"),
            ("bill", "C1/26-27/000001", "audit.no_row"),
            ("user_account", "nobody", "audit.no_row"),
            ("role_permission", "cashier", "audit.no_row"),
        ]:
            with pytest.raises(RuleBroken, match=code):
                find_row(session, METADATA, table, key)
        assert history_of(session, new_id()) == []
        found = find_row(session, METADATA, "user_account", "OWNER")
        assert isinstance(found, RowKey)


def test_a_password_set_twice_shows_that_it_changed_and_not_what(database: Database) -> None:
    row = ravi(database)
    with database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="ravi", password="another long 2"))
    with database.read() as session:
        changed = next(entry for entry in history_of(session, row) if entry.kind == "user.password_set")
    assert changed.field == "password_hash"
    assert {str(changed.before)[:7], str(changed.after)[:7]} == {"sha256:"}
    assert changed.before != changed.after


def plan(database: SqliteDatabase, statement: Select[Any]) -> list[str]:
    """Return SQLite's plan of exactly what is sent for a statement."""
    sent: list[tuple[str, Any]] = []
    with database.reader.connect() as connection:

        @event.listens_for(connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, text: str, parameters: Any, _context: Any, _many: bool) -> None:
            sent.append((text, parameters))

        connection.execute(statement)
        text, parameters = sent[-1]  # BEGIN went before it
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)]


@pytest.mark.parametrize("paged", [False, True])
@pytest.mark.parametrize(
    ("search", "index"),
    [
        ({}, "ix_audit_event_at"),
        ({"since": NOON, "until": NOON + timedelta(days=1)}, "ix_audit_event_at"),
        ({"username": "ravi"}, "ix_audit_event_username"),
        ({"username": "ravi", "since": NOON}, "ix_audit_event_username"),
        ({"kind": "bill.posted"}, "ix_audit_event_kind"),
        ({"kind": "bill.posted", "until": NOON}, "ix_audit_event_kind"),
        ("subject", "ix_audit_event_subject"),
        ("row", "PRIMARY KEY"),
    ],
)
def test_every_search_runs_along_an_index(
    sqlite_database: SqliteDatabase, search: dict[str, Any] | str, index: str, paged: bool
) -> None:
    after = Position(1_800_000_000_000_000, new_id(), 1, 5) if paged else None
    if search == "subject":
        statement = history_statement(new_id(), after, 50)
    elif search == "row":
        statement = history_statement(RowKey.of("setting", "printer"), after, 50)
    else:
        assert isinstance(search, dict)
        wanted = {"since": None, "until": None, "username": None, "kind": None, **search}
        statement = log_statement(**wanted, after=after, limit=100)
    plans = plan(sqlite_database, statement)
    assert plans
    assert index in plans[0], plans
    assert not [step for step in plans if "TEMP B-TREE" in step], plans
    assert not [step for step in plans if step.startswith("SCAN") and "USING INDEX" not in step], plans


def test_an_upgrade_indexes_what_older_versions_wrote(empty_database: Database) -> None:
    """Made by the history's own revision: the index that a new shop keeps is the one an old shop gets."""
    prepare(empty_database, CreateShop.model_validate(KOCHI))
    ravi(empty_database)
    sets(empty_database, 3)
    with empty_database.read() as session:
        kept = sorted(map(tuple, session.execute(select(table_of(AuditTouch))).all()))
    assert len(kept) > 10
    with empty_database.schema_change() as connection:
        guards.remove(connection)
        connection.execute(text("DELETE FROM audit_touch"))
        migration = importlib.import_module("migrations.versions.0002_users_and_rights")
        with Operations.context(MigrationContext.configure(connection)):
            migration._index_what_is_written()
        guards.install(connection, METADATA)
    with empty_database.read() as session:
        assert sorted(map(tuple, session.execute(select(table_of(AuditTouch))).all())) == kept
    assert not migrate.needs_upgrade(empty_database)
