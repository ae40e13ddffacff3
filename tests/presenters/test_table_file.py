"""Any table as a file: what it shows, amounts and days as such, and nothing that it does not show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from core.kernel.clock import business_date
from core.kernel.money import Money
from core.reporting.columns import Kind
from core.reporting.shaping import LineKind
from core.settings.queries import shop_view
from pos_desktop.screens.saving_form import file_name, wanted_file
from pos_desktop.screens.table_file.presenter import TableFile
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column
from pos_desktop.tables.sheets import sheet_of_table
from tests.support.lanes import TestLanes
from tests.support.reports import Hands
from tests.support.shop import TestShop

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Row(NamedTuple):
    """A row as screens have them: all text."""

    day: str
    name: str
    amount: str
    number: str
    code: str
    worth: int


COLUMNS = (
    Column[Row]("day", "Day", lambda row: row.day, kind=Kind.DATE),
    Column[Row](
        "name",
        "Name",
        lambda row: row.name,
        stretches=True,
        badges=lambda row: (Badge("EXPIRED", Tone.DANGER),) if row.worth < 0 else (),
    ),
    Column[Row]("amount", "Amount", lambda row: row.amount, align=Align.RIGHT),
    Column[Row]("count", "Count", lambda row: row.number, align=Align.RIGHT),
    Column[Row]("code", "Code", lambda row: row.code, align=Align.RIGHT),
    Column[Row]("worth", "Worth", lambda row: "much", kind=Kind.MONEY, value=lambda row: Money(row.worth)),
)
ROWS = (
    Row("20-11-2026", "Crocin", "1,23,456.00", "12", "007", 5),
    Row("", "=SUM(A1)", "-0.50", "", "12", -5),
)


class Desk:
    """The form over a real shop."""

    def __init__(self, shop: TestShop, folder: Path) -> None:
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.hands = Hands()
        self.said: list[tuple[Tone, str]] = []
        self.bugs: list[Exception] = []
        self.do = TableFile(
            self.lanes,
            self.hands.run,
            folder=folder,
            now=shop.clock.now,
            say=lambda tone, text: self.said.append((tone, text)),
            report_bug=self.bugs.append,
        )

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with the form that is open."""
        form = self.do.desk.form
        assert form is not None
        return form.problems

    def sends(self, **typed: str) -> None:
        """Fill in the form and send it."""
        form = self.do.desk.form
        assert form is not None
        self.do.desk.submit({**{field.name: field.value for field in form.fields}, **typed})

    def is_open(self) -> bool:
        """Say whether the form is."""
        return self.do.desk.form is not None


@pytest.fixture
def desk(shop: TestShop, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(shop, tmp_path / "papers")
    yield made
    assert made.bugs == []


def test_texts_are_read_as_what_they_are(shop: TestShop) -> None:
    with shop.shop.database.read() as session:
        sheet = sheet_of_table("List", COLUMNS, ROWS, shop_view(session), NOW, heads=frozenset({1}))
    kinds = [column.kind for column in sheet.columns]
    assert kinds == [Kind.DATE, Kind.TEXT, Kind.MONEY, Kind.COUNT, Kind.TEXT, Kind.MONEY]
    first, second = sheet.lines
    assert first.values == (date(2026, 11, 20), "Crocin", Money(12345600), 12, "007", Money(5))
    assert second.values == (None, "=SUM(A1) EXPIRED", Money(-50), None, "12", Money(-5))
    assert (first.kind, second.kind) == (LineKind.ROW, LineKind.GROUP)
    # a word among numbers or days stays what it is, and takes the others with it
    with shop.shop.database.read() as session:
        odd = [ROWS[0], ROWS[1]._replace(day="soon", amount="free", number="many")]
        sheet = sheet_of_table("List", COLUMNS[:4], odd, shop_view(session), NOW)
    assert [column.kind for column in sheet.columns] == [Kind.TEXT] * 4
    assert next(iter(sheet.lines)).values == ("20-11-2026", "Crocin", "1,23,456.00", "12")


def test_a_table_is_saved(desk: Desk, shop: TestShop, tmp_path: Path) -> None:
    desk.do.open("Bills", COLUMNS, ())
    assert not desk.is_open()
    assert desk.said == [(Tone.WARNING, "Bills: there is nothing to save.")]
    desk.do.open("Bills", COLUMNS[:3], ROWS)
    desk.do.open("Others", COLUMNS, ROWS)  # one at a time
    form = desk.do.desk.form
    assert form is not None
    assert form.title == "Save Bills"
    assert "2 rows" in form.about
    file = tmp_path / "papers" / f"Bills-{business_date(shop.clock.now())}-1530.xlsx"
    assert form.fields[1].value == str(file)
    desk.sends(file=str(tmp_path))
    assert list(desk.problems) == ["file"]
    (tmp_path / "a file").touch()
    desk.sends(file=str(tmp_path / "a file" / "x.xlsx"))
    assert list(desk.problems) == ["file"]
    desk.sends()
    assert not desk.is_open()
    assert desk.said[-1] == (Tone.GOOD, f"Bills: 2 rows are in {file}.")
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = rows.index(["Day", "Name", "Amount"])
    day, *others = rows[at + 1]
    assert (str(day), others) == ("2026-11-20 00:00:00", ["Crocin", 123456])
    assert rows[at + 2] == [None, "=SUM(A1) EXPIRED", -0.5]
    assert sheet.cell(at + 3, 2).data_type == "s"

    desk.do.open("Bills", COLUMNS[:2], ROWS)
    desk.sends(form="csv", file=str(tmp_path / "list"))
    assert (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()[0] == "Day,Name"
    desk.do.open("Bills", COLUMNS[:2], ROWS[:1])
    desk.do.desk.escape()
    assert not desk.is_open()


def test_names_of_files_have_letters_of_any_script() -> None:
    assert file_name("Bills 20/11: all") == "Bills-20-11-all"
    assert file_name("दवा सूची") == "दवा-सूची"
    assert file_name("...") == "table"
    assert len(file_name("x" * 500)) == 80
    for typed, name in (("a.xlsx", "a.pdf"), ("a.PDF", "a.pdf"), ("a", "a.pdf"), ("a.b", "a.b.pdf")):
        form, path = wanted_file({"form": "pdf", "file": f" {typed} "})
        assert (form.value, path.name) == ("pdf", name)
