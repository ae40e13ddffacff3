"""A shop's whole stock in one file of 20,000 rows: each seeded fault is named at its line, the rest comes in."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from openpyxl import Workbook

from core.app.verify import verify
from core.boundary.messages import explain
from core.boundary.sheets import read_sheet
from core.inventory.importing import read_items
from core.kernel.ids import new_id
from core.kernel.money import Money
from tests.core.inventory.support import TODAY, imports
from tests.support.shop import TestShop

HEADER = (
    "Item Code", "Item Name", "Mfg By", "Composition", "Packing", "HSN Code", "GST %", "Schedule", "Barcode",
    "Batch No", "Exp Date", "M.R.P.", "P.Rate", "Closing Stock", "Rack No",
)  # fmt: skip
ROWS = 20_000
FAULTS = 400

Row = list[str]


def _row(dice: random.Random, number: int) -> Row:
    """Return a good row; every third item has a second batch on the next row."""
    item, second = divmod(number * 3, 4)[0], number % 4 == 3
    strip = ("10's", "15's", "1*10", "10 TAB", "100ML", "30GM")[item % 6]
    mrp = 2_000 + item % 30_000
    return [
        f"I{item:05d}", f"Medicine {item:05d}", f"Maker {item % 40}", "", strip, "30049099",
        ("5", "40", "18")[item % 3], ("", "NONE", "H", "H1")[item % 4], f"89{item:011d}",
        f"B{number}{'X' if second else ''}",
        f"{dice.randint(1, 12):02d}/{dice.randint(2028, 2031)}", f"{Money(mrp)}", f"{Money(mrp * 7 // 10)}",
        f"{dice.randint(1, 99)}", f"R-{item % 90}",
    ]  # fmt: skip


def _set(column: str, text: str) -> Callable[[Row], None]:
    place = HEADER.index(column)

    def spoil(row: Row) -> None:
        row[place] = text

    return spoil


#: A fault, the column and the code that it must be named with.
SPOILERS: list[tuple[Callable[[Row], None], str, str]] = [
    (_set("Item Code", ""), "code", "items.code_missing"),
    (_set("Item Code", "@SUM"), "code", "items.code_formula"),
    (_set("Packing", "a few"), "pack", "items.pack_unknown"),
    (_set("GST %", ""), "gst_percent", "items.gst_missing"),
    (_set("GST %", "0"), "gst_percent", "items.zero_rate"),
    (_set("GST %", "7"), "gst_percent", "items.no_gst_rate"),
    (_set("GST %", "five"), "gst_percent", "percent.unreadable"),
    (_set("Schedule", "Q"), "schedule", "items.no_schedule"),
    (_set("HSN Code", "30A4"), "hsn", "items.hsn_form"),
    (_set("Batch No", ""), "batch", "items.batch_missing"),
    (_set("Exp Date", ""), "expiry", "items.expiry_missing"),
    (_set("Exp Date", "13/2029"), "expiry", "expiry.unreadable"),
    (_set("Exp Date", "03/2024"), "expiry", "items.expired_stock"),
    (_set("M.R.P.", ""), "mrp", "items.mrp_missing"),
    (_set("M.R.P.", "-5"), "mrp", "items.mrp_missing"),
    (_set("M.R.P.", "12.345"), "mrp", "money.unreadable"),
    (_set("P.Rate", ""), "purchase_rate", "items.rate_missing"),
    (_set("P.Rate", "99999999"), "purchase_rate", "items.rate_above_mrp"),
    (_set("Closing Stock", "some"), "quantity", "quantity.unreadable"),
    (_set("Closing Stock", "-3"), "quantity", "quantity.unreadable"),
]


def _rows() -> tuple[list[Row], dict[int, tuple[str, str]]]:
    dice = random.Random(20_000)
    rows = [_row(dice, number) for number in range(ROWS)]
    # only rows that stand alone: what is wrong with an item's first row would be wrong with its second too
    first = {row[0] for row, after in pairwise(rows) if row[0] == after[0]}
    alone = [number for number, row in enumerate(rows) if row[0] not in first]
    expected: dict[int, tuple[str, str]] = {}
    for turn, number in enumerate(dice.sample(alone, FAULTS)):
        spoil, column, code = SPOILERS[turn % len(SPOILERS)]
        spoil(rows[number])
        expected[number + 2] = (column, code)
    return rows, expected


def _as_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([HEADER, *rows])


def _as_xlsx(path: Path, rows: list[Row]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Stock")
    for row in [list(HEADER), *rows]:
        sheet.append(row)
    book.save(path)


def test_each_seeded_fault_is_named_at_its_line(tmp_path: Path) -> None:
    rows, expected = _rows()
    path = tmp_path / "stock.xlsx"
    _as_xlsx(path, rows)

    command = read_items(read_sheet(path), new_id(), today=TODAY)

    assert {problem.line: (problem.column, problem.code) for problem in command.problems} == expected
    assert all(explain(problem.problem) for problem in command.problems)
    assert sum(len(entry.stock) for entry in command.items) == ROWS - FAULTS


def test_what_is_understood_comes_in_whole_and_ties(shop: TestShop, tmp_path: Path) -> None:
    rows, expected = _rows()
    path = tmp_path / "stock.csv"
    _as_csv(path, rows)
    command = read_items(read_sheet(path), new_id(), today=TODAY, skip_bad=True)

    report = imports(shop, command)

    good = [row for line, row in enumerate(rows, start=2) if line not in expected]
    place = {title: HEADER.index(title) for title in ("Item Code", "P.Rate", "Closing Stock")}
    worth = sum(Money.parse(row[place["P.Rate"]]).paise * int(row[place["Closing Stock"]]) for row in good)
    assert (report.lots, report.items_added) == (len(good), len({row[place["Item Code"]] for row in good}))
    assert {problem.line for problem in report.problems} == set(expected)
    assert report.stock_value == Money(worth)
    assert verify(shop.shop.database).findings == ()
