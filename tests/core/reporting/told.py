"""What a report tells somebody about a shop, as tests ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from core.reporting.columns import show_value
from core.reporting.report import Key
from core.reporting.running import OpenReport, open_report, read_page
from tests.support.shop import TestShop


def asked(shop: TestShop, name: str, role: Role = Role.OWNER, **values: Any) -> OpenReport:
    """Return a report as somebody of a role asks for it; ``from_`` stands for ``from``."""
    given = {key.rstrip("_"): value for key, value in values.items()}
    with shop.shop.database.read() as session:
        return open_report(session, Actor(None, role.value, role), name, given, business_date(shop.clock.now()))


def values_told(shop: TestShop, name: str, role: Role = Role.OWNER, **values: Any) -> list[dict[str, Any]]:
    """Return every row of a report by the ids of its columns."""
    opened = asked(shop, name, role, **values)
    ids = [column.id for column in opened.columns]
    with shop.shop.database.read() as session:
        return [dict(zip(ids, row.values, strict=True)) for row in opened.rows(session)]


def told(shop: TestShop, name: str, columns: str, role: Role = Role.OWNER, **values: Any) -> list[tuple[str, ...]]:
    """Return some columns of every row of a report as they are shown."""
    kinds = {column.id: column.kind for column in asked(shop, name, role, **values).report.columns}
    return [
        tuple(show_value(kinds[each], row[each]) for each in columns.split())
        for row in values_told(shop, name, role, **values)
    ]


def pages_agree(shop: TestShop, name: str, sizes: Sequence[int] = (1, 2, 7), **values: Any) -> int:
    """Prove that a report read by pages of any of these sizes is the whole of it; return how many rows it has."""
    opened = asked(shop, name, **values)
    with shop.shop.database.read() as session:
        whole = list(opened.rows(session))
        for size in sizes:
            read = []
            after: Key | None = None
            while True:
                page = read_page(opened, session, after=after, limit=size)
                assert len(page.rows) <= size
                read += page.rows
                if (after := page.end) is None:
                    break
                assert len(page.rows) == size
            assert read == whole, size
    return len(whole)


def balance(shop: TestShop, account: str) -> Money:
    """Return what an account of the ledger stands at, debit above zero."""
    with shop.shop.database.read() as session:
        rows = {row.code: row.debit - row.credit for row in trial_balance(session)}
    return rows.get(account, Money(0))
