"""The counter asks the log for one document, and never reads a shop's every bill for it."""

from __future__ import annotations

from core.sales.queries import bill_view
from tests.support.shop import TestShop


def test_a_bill_is_read_by_indexes_that_name_it(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    bill = shop.bills(("PCM500", "1"))
    asked: list[str] = []
    with shop.shop.database.read() as session:
        connection = session.connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        bill_view(session, bill.bill_id)
        raw.set_trace_callback(None)
        selects = [statement for statement in asked if statement.startswith("SELECT")]
        plans = {
            statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in selects
        }

    assert len(plans) == 6
    for statement, plan in plans.items():
        assert all("SCAN" not in step for step in plan), statement
        assert any("(id=?)" in step or "bill_id=?" in step or "subject_id=?" in step for step in plan), (
            statement,
            plan,
        )
