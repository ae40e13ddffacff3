"""A shop moves over in an evening, at a terminal: dues document by document, cash and bank, tied to the old books."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal

DUES = """\
Party Name,Bill No,Bill Date,Due Date,Bill Amount,Pending,Dr/Cr,Salesman
City Clinic,A-101,01-08-2025,15-08-2025,"12,500.00","2,500.00",Dr,Raju
9847012345,A-107,20/08/25,,800,800,,Raju
City Clinic,CN-4,02-09-2025,,150.50,150.50,Cr,
Grand Total,,,,"13,450.50","3,149.50",Dr,
"""
PHARMA_ID = "0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b11"
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
        "Error in line 6: There is no customer Nobody: search by name or telephone, or add it first.",
        "Error in line 7: 6.00 is open of a document of 5.00: correct one of them.",
    ]
    assert evening.refused("opening", "dues", evening.file("none.csv", "party,date\n"))["code"] == "sheet.no_column"


CUSTOMERS = """\
Name,Mobile,GST No,Cr Limit,Credit Days,Address,State,Pin,D.L. No,Op Bal,Dr/Cr,Group
City Clinic,,32AABCT1332L1ZN,"50,000",30 days,MG Road,Kerala,682016,KL-1,"12,000.00",Dr,A
Anil Kumar,98470 12345,,0,,,,,,200,Cr,B
Rajan,98470 55555,,,,,,,,,,B
"""


def test_parties_come_from_a_file_with_what_was_open(terminal: Terminal) -> None:
    file = terminal.file("customers.csv", CUSTOMERS)
    looked = terminal.json("parties", "import", file, "--kind", "customers", "--dry-run")
    assert (looked["parties"], looked["with_opening"], looked["opening"]) == (3, 2, "11800.00")
    assert looked["ignored_columns"] == ["Group"]
    done = terminal.json("parties", "import", file, "--kind", "customers")
    assert done == looked | {"imported": True, "import_id": done["import_id"]}
    clinic = terminal.json("customers", "show", "City Clinic")["details"]
    assert (clinic["credit_limit"], clinic["credit_days"]) == ("50000.00", 30)
    assert clinic["locations"] == [
        {
            "address": "MG Road",
            "state": "32",
            "pincode": "682016",
            "gstin": None,
            "drug_licence": "KL-1",
            "contact": None,
        }
    ]
    assert terminal.json("customers", "show", "9847012345")["details"]["credit_limit"] is None
    assert terminal.refused("parties", "import", file, "--kind", "customers")["code"] == "parties.imported_before"
    assert terminal.run("verify")[0] == 0


def test_doubles_are_asked_about_line_by_line(terminal: Terminal) -> None:
    terminal.json("customers", "add", "Anil", "--set", "phone=98470 12345")
    file = terminal.file("customers.csv", CUSTOMERS + "Rajan K,+91 9847055555,,,,,,,,,,\nMeera,12,,,,,,,,,,\n")
    assert terminal.refused("parties", "import", file, "--kind", "customers")["code"] == "parties.bad_rows"
    code, out, _ = terminal.run("parties", "import", file, "--kind", "customers", "--dry-run", "--json")
    assert code == 1
    said = json.loads(out)
    questions = [(each["line"], each["code"]) for each in said["questions"]]
    assert questions == [(3, "parties.like_another"), (5, "parties.like_line")]
    assert [(each["line"], each["column"], each["code"]) for each in said["errors"]] == [
        (6, "phone", "parties.phone_form")
    ]
    assert "Line 4 may be the same customer, Rajan" in said["questions"][1]["message"]
    skipping = ("parties", "import", file, "--kind", "customers", "--skip-bad")
    code, out, _ = terminal.run(*skipping)
    assert code == 1
    assert "Added 2 customers." in out
    assert "3 lines were left out." in out
    code, out, _ = terminal.run(*skipping, "--another", "--again", "--json")
    assert (code, json.loads(out)["parties"], json.loads(out)["skipped"]) == (1, 4, 1)
    assert terminal.run("verify")[0] == 0


def test_patients_and_prescribers_come_too(terminal: Terminal) -> None:
    patients = terminal.file("patients.csv", "Patient Name,Age,Gender\nMeera,34 yrs,F\nJoy,x,M\n")
    looked = terminal.run("parties", "import", patients, "--kind", "patients", "--dry-run", "--json")
    assert looked[0] == 1
    assert '"column": "age"' in looked[1]
    assert terminal.run("parties", "import", patients, "--kind", "patients", "--skip-bad")[0] == 1
    assert terminal.json("patients", "show", "Meera")["details"]["sex"] == "female"
    doctors = terminal.file("doctors.csv", "Doctor,Reg No,Degree\nDr Rao,tcmc-991,MBBS\n")
    terminal.json("parties", "import", doctors, "--kind", "prescribers")
    assert terminal.json("prescribers", "show", "TCMC-991")["details"]["qualification"] == "MBBS"
    suppliers = terminal.file("suppliers.csv", 'supplier,pan,gst no,dl no,payment days\nKerala Pharma,,,"A1, B2",21\n')
    terminal.json("parties", "import", suppliers, "--kind", "suppliers")
    kept = terminal.json("suppliers", "show", "Kerala Pharma")["details"]
    assert ([each["number"] for each in kept["licences"]], kept["payment_days"]) == (["A1", "B2"], 21)


TRIAL = """\
Particulars,Debit,Credit
Current Assets,,
Cash,"5,000.00",
SBI A/c 991,80000,
Closing Stock,500,
Sundry Debtors,3149.50,
Kerala Pharma,,"18,000.00"
Malabar Drugs,,500
Capital Account,,70149.50
Grand Total,88649.50,88649.50
"""


def test_the_old_trial_balance_is_tied_account_by_account(evening: Terminal) -> None:
    evening.json("opening", "dues", evening.file("dues.csv", DUES), "--kind", "customers")
    evening.json("opening", "dues", evening.file("purchases.csv", PURCHASES), "--kind", "suppliers")
    evening.json("opening", "cash", "5,000.00")
    evening.json("opening", "bank", "SBI Kaloor", "8000")
    file = evening.file("trial.csv", TRIAL)
    code, out, _ = evening.run("opening", "compare", file)
    assert code == 1
    assert out.splitlines() == [
        "4 accounts agree.",
        "Only in the old books: SBI A/c 991, 80,000.00 Dr.",
        "Only in the old books: Malabar Drugs, 500.00 Cr.",
        "Only in the old books: Capital Account, 70,149.50 Cr.",
        "Only here: SBI Kaloor, 8,000.00 Dr.",
        "The old trial balance ties: 88,649.50 on both sides.",
        "Left in opening balances: 1,350.50 Dr.",
    ]
    assert evening.refused("opening", "compare", file, "--map", "SBI A/c 991=State Bank")["code"] == (
        "opening.no_such_account"
    )
    evening.run("opening", "compare", file, "--map", "SBI A/c 991=SBI Kaloor")
    out = evening.run("opening", "compare", file)[1]
    assert "Differs: SBI A/c 991 (here SBI Kaloor) was 80,000.00 Dr, here 8,000.00 Dr; 72,000.00 Dr is missing." in out
    assert evening.refused("opening", "bank", "SBI Kaloor", "80000")["code"] == "opening.balance_stands"
    evening.json("opening", "bank", "SBI Kaloor", "80000", "--correct", "a zero was lost")
    evening.json("opening", "account", "Capital", "equity", "70149.50")
    evening.json("suppliers", "add", "Malabar Drugs")
    more = evening.file("more.csv", "party,no,date,open\nMalabar Drugs,9,01-09-2025,500\n")
    evening.json("opening", "dues", more, "--kind", "suppliers")
    names = evening.file("names.csv", "old,ours\nCapital Account,Capital\n")
    tied = evening.json("opening", "compare", file, "--mapping", names)
    assert (tied["holds"], len(tied["agreeing"]), tied["left_in_opening"]) == (True, 7, "0.00")
    # what the counter sells the next day changes nothing of it
    evening.json("bill", "post", evening.bill(("PCM500", "2")))
    assert evening.json("opening", "compare", file) == tied
    assert evening.run("verify")[0] == 0


def test_wrong_dues_are_taken_back_and_the_corrected_file_comes(evening: Terminal) -> None:
    file = evening.file("dues.csv", DUES)
    entered = evening.json("opening", "dues", file, "--kind", "customers")["import_id"]
    assert evening.refused("opening", "dues", file, "--kind", "customers")["code"] == "opening.imported_before"
    undone = evening.json("opening", "undo", entered, "--reason", "the list of last year")
    assert (undone["taken_back"], undone["documents"], undone["open"]) == (True, 3, "3149.50")
    assert evening.refused("opening", "undo", entered, "--reason", "once more")["code"] == "opening.undone_already"
    corrected = evening.json("opening", "dues", file, "--kind", "customers")["import_id"]
    listed = [(each["import_id"], each["taken_back"]) for each in evening.json("opening", "imports")]
    assert listed == [(corrected, False), (entered, True)]
    assert "3 documents          3,149.50 Dr  taken back" in evening.run("opening", "imports")[1]
    assert evening.refused("opening", "undo", PHARMA_ID, "--reason", "no such")["code"] == "opening.no_such_import"
    assert evening.run("verify")[0] == 0


def test_opening_amounts_that_came_with_parties_are_taken_back_too(terminal: Terminal) -> None:
    file = terminal.file("customers.csv", CUSTOMERS)
    done = terminal.json("parties", "import", file, "--kind", "customers")
    undone = terminal.json("opening", "undo", done["import_id"], "--reason", "they come document by document")
    assert (undone["documents"], undone["open"]) == (2, "11800.00")
    assert terminal.json("customers", "show", "Rajan")["is_active"]
    assert terminal.run("verify")[0] == 0


def test_what_came_over_is_shown_and_a_merged_party_under_the_one_that_was_kept(evening: Terminal) -> None:
    assert evening.run("opening", "show")[1] == "Nothing was brought over yet.\n"
    evening.json("opening", "dues", evening.file("dues.csv", DUES), "--kind", "customers")
    evening.json("opening", "dues", evening.file("purchases.csv", PURCHASES), "--kind", "suppliers")
    evening.json("opening", "cash", "120")
    lines = evening.run("opening", "show")[1].splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "Cash in hand",
        "City Clinic",
        "Anil Kumar",
        "City Clinic",
        "Kerala Pharma",
    ]
    assert lines[1].split()[-6:] == ["Dr", "bill", "A-101", "01-08-2025", "due", "15-08-2025"]
    assert evening.refused("opening", "show", "--party", "City Clinic")["code"] == "opening.kind_missing"
    evening.json("customers", "merge", "Anil Kumar", "City Clinic", "--confirm")
    shown = evening.json("opening", "show", "--kind", "customers", "--party", "9847012345")
    assert shown["balances"] == []
    assert [(due["party"], due["number"], due["due"], due["open"]) for due in shown["dues"]] == [
        ("City Clinic", "A-101", "2025-08-15", "2500.00"),
        ("City Clinic", "A-107", "2025-08-27", "800.00"),
        ("City Clinic", "CN-4", "2025-10-02", "-150.50"),
    ]
