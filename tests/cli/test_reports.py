"""Reports from a terminal: the list, text, and files of every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from core.kernel.days import Preset
from core.reporting.registry import REPORTS
from tests.cli.conftest import ITEMS, PROFILE, Terminal


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal in front of a shop that has sold two packs and three pieces of one item, and two of another."""
    terminal.run("shop", "create", "--profile", terminal.file("shop.json", PROFILE))
    terminal.run("items", "import", terminal.file("items.csv", ITEMS))
    terminal.json("bill", "post", terminal.bill(("PCM500", "2:3"), ("PCM650", "2")))
    terminal.json("bill", "post", terminal.bill(("PCM500", "1")))
    return terminal


def test_the_list_says_what_each_is_asked_for(shop: Terminal) -> None:
    listed = shop.json("report", "list")
    assert [report["id"] for report in listed] == list(REPORTS)
    by_item = next(report for report in listed if report["id"] == "sales-by-item")
    assert by_item["parameters"][0] == {
        "id": "days", "title": "Days", "kind": "days", "required": False, "default": "today", "values": None
    }  # fmt: skip
    code, out, _ = shop.run("report", "list")
    assert code == 0
    assert all(name in out for name in REPORTS)
    assert "--ask account=ACCOUNT" in out


def test_text_json_and_csv_say_the_same(shop: Terminal) -> None:
    code, text, err = shop.run("report", "run", "sales-by-item")
    assert (code, err) == (0, "")
    assert "Paracetamol 500mg Tablets" in text
    assert "3:3" in text
    found = shop.json("report", "run", "sales-by-item")
    amounts = [row["amount"] for row in found["rows"]]
    # 33 pieces of 25.65 a pack of ten, rounded down bill by bill; two packs of 33.10
    assert sorted(amounts) == ["66.20", "84.64"]
    assert found["totals"]["amount"] == "150.84"
    assert shop.run("report", "run", "sales-by-item", "--format", "json")[1].strip() == json.dumps(
        found, ensure_ascii=False, indent=2
    )
    code, out, _ = shop.run("report", "run", "sales-by-item", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["Amount"] for row in rows] == amounts
    assert "150.84" in text


def test_files_of_every_form(shop: Terminal, tmp_path: Path) -> None:
    for form in ("xlsx", "csv", "pdf", "json"):
        out = tmp_path / f"day.{form}"
        said = shop.json("report", "run", "bills", "--days", "today", "--out", out)
        assert said == {"rows": 2, "file": str(out)}
    sheet = openpyxl.load_workbook(tmp_path / "day.xlsx").active
    assert sheet is not None
    assert "C1/" in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    assert len(list(csv.reader((tmp_path / "day.csv").read_text("utf-8-sig").splitlines()))) == 3
    assert "Test Medicals" in PdfReader(tmp_path / "day.pdf").pages[0].extract_text()
    assert len(json.loads((tmp_path / "day.json").read_text())["rows"]) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_order_groups_columns_and_words(shop: Terminal) -> None:
    asked = ("report", "run", "sales-by-item", "--columns", "item,amount")
    found = shop.json(*asked, "--sort", "amount")
    assert [list(row) for row in found["rows"]] == [["item", "amount"]] * 2
    assert [row["amount"] for row in found["rows"]] == ["66.20", "84.64"]
    assert [row["amount"] for row in shop.json(*asked, "--sort", "amount", "--desc")["rows"]] == ["84.64", "66.20"]
    assert len(shop.json(*asked, "--words", "650")["rows"]) == 1
    code, text, _ = shop.run(*asked, "--group", "maker")
    assert code == 0
    assert "Maker: none (2)" in text
    assert text.count("150.84") == 2  # the sum of the one group, and of all


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        (("sales-by-moon",), "reports.unknown", None),
        (("sales-by-item", "--from", "yesterday-ish"), "date.no_day", "from"),
        (("sales-by-item", "--days", "soon"), "days.unreadable", "days"),
        (("sales-by-item", "--from", "2026-02-01", "--to", "2026-01-01"), "days.turned", "to"),
        (("sales-by-item", "--ask", "colour=red"), "reports.no_parameter", "colour"),
        (("sales-by-item", "--ask", "colour"), "reports.no_pair", "ask"),
        (("sales-by-item", "--columns", "price"), "reports.no_column", None),
        (("sales-by-item", "--sort", "price"), "reports.no_column", None),
        (("item-sales",), "reports.parameter_missing", "item"),
        (("item-sales", "--ask", "item=NOSUCH"), "sales.no_such_item", "item"),
        (("ledger-account", "--ask", "account=nowhere"), "reports.no_account", "account"),
        (("sales-by-item", "--format", "pdf"), "reports.no_out", "out"),
        (("sales-by-item", "--out", "report.doc"), "reports.unknown_form", "out"),
        (("sales-by-item", "--out", "/no/such/folder/report.csv"), "files.folder_missing", None),
        (("sales-by-item", "--out", "/tmp", "--format", "csv"), "files.is_folder", None),
        (("sales-by-item", "--out", ""), "reports.no_file", "out"),
        (("sales-by-item", "--out", "-", "--format", "xlsx"), "reports.not_to_terminal", "out"),
        (("sales-by-item", "--from", "2026-02-01", "--days", "today"), "reports.days_twice", "days"),
        (("sales-by-item", "--to", "2026-02-01", "--ask", "days=today"), "reports.days_twice", "days"),
        (("sales-by-item", "--days", "today", "--ask", "days=yesterday"), "reports.asked_twice", "days"),
        (("item-sales", "--ask", "item=PCM500", "--ask", "Item=PCM650"), "reports.asked_twice", "item"),
        (("sales-by-item", "--days", "today", "--days", "yesterday"), "reports.given_twice", None),
        (("sales-by-item", "--sort", "item", "--sort", "amount"), "reports.given_twice", None),
        (("sales-by-item", "--out", "a.csv", "--out", "b.csv"), "reports.given_twice", None),
        (("sales-by-item", "--desc"), "reports.desc_without_sort", "desc"),
    ],
)
def test_what_is_refused_has_a_sentence(
    shop: Terminal, arguments: tuple[str, ...], code: str, where: str | None
) -> None:
    error = shop.refused("report", "run", *arguments)
    assert (error["code"], error["where"]) == (code, where)


def test_nothing_to_show_is_said(shop: Terminal) -> None:
    code, text, _ = shop.run("report", "run", "sales-by-item", "--days", "2020-21")
    assert code == 0
    assert "Nothing was found." in text


def test_a_paper_that_is_made_again_at_a_terminal_is_watched_too(shop: Terminal, tmp_path: Path) -> None:
    (number, *_) = (row["number"] for row in shop.json("report", "run", "bills")["rows"])
    for copy, reprints in ((1, 0), (2, 1), (3, 2)):
        shop.json("bill", "print", number, "--to", tmp_path / f"{copy}.txt")
        found = shop.json("report", "run", "counter-events", "--ask", "what=reprint")["rows"]
        assert [row["bill"] for row in found] == [number] * reprints


def test_a_report_says_what_its_columns_are_called(shop: Terminal) -> None:
    code, text, err = shop.run("report", "show", "Sales-By-Item")
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "sales-by-item: Sales by item"
    assert "amount Amount (money)" in lines
    assert "[salt] Salt (text)" in lines
    assert "[--ask maker=TEXT]" in lines
    assert shop.json("report", "show", "bills")["id"] == "bills"
    assert shop.refused("report", "show", "moon")["code"] == "reports.unknown"


def test_names_and_choices_may_stand_in_any_case(shop: Terminal) -> None:
    asked = ("report", "run", "bills", "--columns", "Number,TOTAL", "--sort", "Total", "--group", "User")
    code, out, err = shop.run(*asked, "--ask", "Mode=Cash", "--format", "JSON")
    assert (code, err) == (0, "")
    assert [list(row) for row in json.loads(out)["rows"]] == [["number", "total"]] * 2
    assert len(shop.json(*asked, "--ask", "mode=UPI")["rows"]) == 0


def test_a_dash_is_the_terminal(shop: Terminal) -> None:
    asked = ("report", "run", "bills", "--out", "-")
    assert shop.run(*asked) == shop.run("report", "run", "bills", "--format", "csv")
    assert json.loads(shop.run(*asked, "--format", "json")[1])["title"] == "Bills"


def test_the_help_says_which_days_there_are(shop: Terminal) -> None:
    code, text, _ = shop.run("report", "run", "--help")
    words = "".join(text.split())  # wherever its lines end
    assert code == 0
    assert all(preset in words for preset in Preset)
    assert "without--fromthatdayalone" in words


def test_the_last_day_alone_is_one_day(shop: Terminal) -> None:
    found = shop.json("report", "run", "sales-by-day", "--to", "2026-11-20")
    assert found["heading"] == "Days: 20-11-2026"
