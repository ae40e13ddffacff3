"""A sheet of 2,000 documents, as a wholesaler brings it, with faults strewn in: each is named at its own line."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from core.boundary.sheets import read_sheet
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.opening.dues import check_dues, enter_opening_dues
from core.opening.reading import read_dues
from core.parties.dto import CustomerDetails, PartyKind
from tests.core.inventory.support import TODAY
from tests.core.opening.support import DEBTORS, add, balances
from tests.support.shop import TestShop

ROWS = 2_000
HEADER = ("Party", "Mobile", "Bill No", "Bill Date", "Due Date", "Bill Amount", "Pending", "Dr/Cr")
NAMES = [f"Customer {number}" for number in range(60)]
#: What is wrong -> the cell that is spoiled, what stands there then, the code that names it.
FAULTS: dict[str, tuple[int, str, str]] = {
    "unknown party": (0, "Somebody", "parties.unknown"),
    "two of that name": (0, "Rajan", "parties.several"),
    "another's telephone": (1, "98470 99999", "parties.unknown"),
    "no number": (2, "", "opening.number_missing"),
    "no date": (3, "", "opening.date_missing"),
    "a date in words": (3, "last week", "sheet.no_day"),
    "a date to come": (3, "25-12-2026", "opening.date_in_future"),
    "due before its date": (4, "01-01-2020", "opening.due_before"),
    "more open than there was": (6, "99999999", "opening.open_above_amount"),
    "nothing open": (6, "0.00", "opening.nothing_open"),
    "below nothing": (6, "-12", "opening.amount_negative"),
    "tenths of a paisa": (6, "1.005", "money.unreadable"),
    "no side": (7, "X", "opening.no_side"),
    "a cell too many": (7, "Dr,extra", "sheet.too_many_cells"),
}


def test_every_fault_is_named_at_its_line_and_the_mended_sheet_comes_in(shop: TestShop, tmp_path: Path) -> None:
    add(shop, *(CustomerDetails(name=name, phone=f"98{number:08}") for number, name in enumerate(NAMES)))
    add(shop, *(CustomerDetails(name="Rajan", phone=f"97{number:08}") for number in range(2)))
    chance = random.Random(49)
    good = [_row(number, chance) for number in range(ROWS)]
    bad = [list(row) for row in good]
    expected: dict[int, str] = {}
    for place, (column, text, code) in zip(
        chance.sample(range(ROWS), 3 * len(FAULTS)), [*FAULTS.values()] * 3, strict=True
    ):
        bad[place][column] = text
        if code == "parties.several":  # which a telephone would tell apart
            bad[place][1] = ""
        if code == "opening.number_missing":  # on the other side it is an advance
            bad[place][7] = "Dr"
        expected[place + 2] = code
    twice = next(place for place in range(ROWS - 1, 0, -1) if place + 2 not in expected and place + 1 not in expected)
    bad[twice] = list(bad[twice - 1])
    expected[twice + 2] = "opening.document_twice"

    command = read_dues(read_sheet(_write(tmp_path / "bad.csv", bad)), new_id(), kind=PartyKind.CUSTOMER)
    with shop.shop.database.read() as session:
        report = check_dues(session, command, TODAY)
    assert {problem.line: problem.code for problem in report.problems} == expected
    assert len(report.problems) == len(expected) == 3 * len(FAULTS) + 1
    assert report.documents == ROWS - len(expected)
    with shop.refuses("opening.bad_rows"), shop.shop.database.write(shop.actor) as uow:
        enter_opening_dues(uow, command)

    mended = read_dues(read_sheet(_write(tmp_path / "good.csv", good)), new_id(), kind=PartyKind.CUSTOMER)
    with shop.shop.database.write(shop.actor) as uow:
        done = enter_opening_dues(uow, mended)
    paise = sum(Money.parse(pending).paise * (-1 if side == "Cr" else 1) for *_, pending, side in good)
    assert (done.documents, done.parties, done.customers_owe) == (ROWS, len(NAMES), Money(paise))
    assert balances(shop)[DEBTORS] == Money(paise)
    shop.books_agree()


def _row(number: int, chance: random.Random) -> list[str]:
    party = number % len(NAMES)
    whole = chance.randint(100, 5_000_000)
    day = f"{chance.randint(1, 28):02}-{chance.randint(4, 10):02}-2026"
    amount, left = str(Money(whole)), Money(chance.randint(1, whole)).grouped()
    return [NAMES[party], f"98{party:08}", f"B/{number}", day, "", amount, left, chance.choice(["", "Dr", "Cr"])]


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in rows:
            last = row[-1].split(",")
            writer.writerow([*row[:-1], *last])
    return path
