"""A shop moves over in an evening, at a terminal: dues document by document, cash and bank, tied to the old books."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

DUES = """\
Party Name,Bill No,Bill Date,Due Date,Bill Amount,Pending,Dr/Cr,Salesman
City Clinic,A-101,01-08-2025,15-08-2025,"12,500.00","2,500.00",Dr,Raju
9847012345,A-107,20/08/25,,800,800,,Raju
City Clinic,CN-4,02-09-2025,,150.50,150.50,Cr,
"""
PURCHASES = """\
supplier,invoice no,date,pending
Kerala Pharma,KP/2291,12-Sep-2025,18000
"""


@pytest.fixture
def evening(terminal: Terminal) -> Terminal:
    """A shop whose parties were added, on the evening before its first day."""
    terminal.json("customers", "add", "City Clinic", "--set", "credit_days=30")
    terminal.json("customers", "add", "Anil Kumar", "--set", "phone=98470 12345", "--set", "credit_days=7")
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "payment_days=45")
    return terminal


def test_dues_come_over_and_the_books_hold(evening: Terminal) -> None:
    sales, purchases = evening.file("dues.csv", DUES), evening.file("purchases.csv", PURCHASES)
    looked = evening.json("opening", "dues", sales, "--kind", "customers", "--dry-run")
    assert (looked["entered"], looked["documents"], looked["ignored_columns"]) == (False, 3, ["Salesman"])
    done = evening.json("opening", "dues", sales, "--kind", "customers")
    assert done == looked | {"entered": True, "import_id": done["import_id"]}
    assert (done["parties"], done["customers_owe"], done["owed_to_suppliers"]) == (2, "3149.50", "0.00")
    code, out, _ = evening.run("opening", "dues", purchases, "--kind", "suppliers")
    assert (code, out.splitlines()[0]) == (0, "Entered 1 documents of 1 parties.")
    assert any(each["reason"] == "before-import" for each in evening.json("backup", "list"))
    assert evening.run("verify")[0] == 0


def test_each_bad_line_is_said_and_nothing_is_entered(evening: Terminal) -> None:
    file = evening.file("dues.csv", DUES + "Nobody,A-1,01-09-2025,,5,5,,\nAnil Kumar,A-2,01-09-2025,,5,6,,\n")
    assert evening.refused("opening", "dues", file, "--kind", "customers")["code"] == "opening.bad_rows"
    code, out, _ = evening.run("opening", "dues", file, "--kind", "customers", "--dry-run")
    assert code == 1
    assert out.splitlines()[-2:] == [
        "Error in line 5: There is no customer Nobody: search by name or telephone, or add it first.",
        "Error in line 6: 6.00 is open of a document of 5.00: correct one of them.",
    ]
    assert evening.refused("opening", "dues", evening.file("none.csv", "party,date\n"))["code"] == "sheet.no_column"
