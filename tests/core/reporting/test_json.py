"""A report as JSON for programs."""

from __future__ import annotations

import json

from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn
from core.reporting.shaping import Shape
from core.reporting.writing.json_text import sheet_json
from tests.support.report_sheets import COLUMNS, ROWS, sheet_of_rows, sheet_of_texts


def test_every_kind_is_written_for_programs() -> None:
    read = json.loads(json.dumps(sheet_json(sheet_of_rows())))

    assert read["title"] == "Sales by item"
    assert read["heading"] == "Days: 01-11-2026 to 20-11-2026; User: meena"
    assert read["columns"][:2] == [
        {"id": "item", "title": "Item", "kind": "text"},
        {"id": "bills", "title": "Bills", "kind": "count"},
    ]
    assert [column["id"] for column in read["columns"]] == [column.id for column in COLUMNS]
    assert read["rows"][0] == {
        "item": "Crocin Advance",
        "bills": 123456,
        "sold": "9:5",
        "total": "1234567.89",
        "margin": "12.50",
        "day": "2026-11-20",
        "at": "2026-11-20T18:35:30+05:30",
        "expiry": "2027-03-31",
    }
    assert read["rows"][2]["day"] is None
    assert len(read["rows"]) == len(ROWS)
    assert read["totals"] == {"bills": 123463, "total": "1111121.14"}


def test_a_report_of_what_does_not_add_up_has_no_totals() -> None:
    assert sheet_json(sheet_of_texts(["Asha"]))["totals"] is None
    assert sheet_json(sheet_of_rows([]))["totals"] is None


def test_groups_are_in_the_order_of_the_rows_alone() -> None:
    columns = (ReportColumn("user", "User", groups=True), ReportColumn("total", "Total", Kind.MONEY, adds_up=True))
    rows = [("meena", Money(100)), ("biju", Money(200)), ("meena", Money(300))]
    read = sheet_json(sheet_of_rows(rows, columns, Shape(group="user")))

    assert [row["user"] for row in read["rows"]] == ["meena", "meena", "biju"]
    assert read["totals"] == {"total": "6.00"}
