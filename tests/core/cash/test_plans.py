"""A drawer is read after every bill: by the events since its opening, and never by a shop's every bill."""

from __future__ import annotations

from core.cash.queries import read_drawer
from tests.core.cash.support import opens
from tests.support.shop import TestShop


def test_a_drawer_is_read_from_the_events_since_its_opening(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    opens(shop, "0")
    shop.bills(("PCM500", "1"))
    asked: list[str] = []
    with shop.shop.database.read() as session:
        connection = session.connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        assert read_drawer(session, shop.actor) is not None
        raw.set_trace_callback(None)
        plans = {
            statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in asked
            if statement.startswith("SELECT") and "audit_event" in statement
        }

    assert len(plans) == 6
    for statement, plan in plans.items():
        steps = [step for step in plan if "audit_event" in step]
        wanted = "subject_id=?" if "subject_id =" in statement and "JOIN" not in statement else "node_id=? AND"
        assert all(wanted in step for step in steps), (statement, plan)
        assert all("SCAN" not in step for step in plan), (statement, plan)
