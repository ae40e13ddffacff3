"""Row tables: what a cell shows, sorting, the keyboard, and that drawing leaks nothing."""

from __future__ import annotations

import sys
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from core.kernel.money import Money
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column
from pos_desktop.tables.model import BADGES_ROLE, RowTableModel
from pos_desktop.tables.pictures import RowPictures
from pos_desktop.tables.view import RowTableView


class Stocked(NamedTuple):
    """A row."""

    item: str
    amount: Money | None
    is_expired: bool = False


EXPIRED = Badge("EXPIRED", Tone.DANGER)
COLUMNS = (
    Column[Stocked](
        "item",
        "Item",
        lambda row: row.item,
        stretches=True,
        sort_key=lambda row: row.item.casefold(),
        badges=lambda row: (EXPIRED,) if row.is_expired else (),
        tone=lambda row: Tone.MUTED if row.is_expired else Tone.PLAIN,
    ),
    Column[Stocked](
        "amount",
        "Amount",
        lambda row: "" if row.amount is None else row.amount.grouped(),
        align=Align.RIGHT,
        bold=True,
        sort_key=lambda row: row.amount,
    ),
    Column[Stocked]("plain", "Unsorted", lambda row: "-"),
)
ROWS = (
    Stocked("Crocin", Money(100)),
    Stocked("amoxil", Money(12345600)),
    Stocked("Betadine", None, is_expired=True),
)


@pytest.fixture
def model(qtbot: QtBot) -> RowTableModel[Stocked]:
    made = RowTableModel(COLUMNS)
    made.set_rows(ROWS)
    return made


@pytest.fixture
def view(model: RowTableModel[Stocked], qtbot: QtBot, looks: Looks) -> RowTableView:
    made = RowTableView(model, empty_text="Nothing here: scan a pack.")
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def items(model: RowTableModel[Stocked]) -> list[str]:
    return [row.item for row in model.rows]


def test_the_model_keeps_qts_contract(model: RowTableModel[Stocked]) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(0)
    model.set_rows([*ROWS, ROWS[0]])
    model.set_rows(reversed(model.rows))
    assert tester.model() is model


def test_a_cell_shows_its_column(model: RowTableModel[Stocked]) -> None:
    def cell(row: int, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return model.data(model.index(row, column), role)

    assert cell(1, 1) == "1,23,456.00"
    assert cell(2, 1) == ""
    assert cell(2, 0, BADGES_ROLE) == (EXPIRED,)
    assert cell(2, 0, Qt.ItemDataRole.AccessibleTextRole) == "Item: Betadine EXPIRED"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Amount"
    assert model.headerData(9, Qt.Orientation.Horizontal) is None


def test_reading_cells_takes_no_reference_to_none(model: RowTableModel[Stocked]) -> None:
    """A PySide6 of 2026 drops one with each override that returns None, and dies after some 17,000."""
    index = model.index(0, 2)
    before = sys.getrefcount(None)
    for _ in range(500):
        index.data(Qt.ItemDataRole.DecorationRole)

    assert sys.getrefcount(None) >= before


@pytest.mark.parametrize(
    ("column", "order", "sorted_items"),
    [
        (0, Qt.SortOrder.AscendingOrder, ["amoxil", "Betadine", "Crocin"]),
        (0, Qt.SortOrder.DescendingOrder, ["Crocin", "Betadine", "amoxil"]),
        (1, Qt.SortOrder.AscendingOrder, ["Crocin", "amoxil", "Betadine"]),
        (1, Qt.SortOrder.DescendingOrder, ["amoxil", "Crocin", "Betadine"]),
        (2, Qt.SortOrder.AscendingOrder, ["Crocin", "amoxil", "Betadine"]),
    ],
)
def test_sorting_puts_what_has_no_value_last(
    model: RowTableModel[Stocked], column: int, order: Qt.SortOrder, sorted_items: list[str]
) -> None:
    model.sort(column, order)

    assert items(model) == sorted_items


def test_the_chosen_row_moves_with_sorting_and_stays_when_rows_change(
    model: RowTableModel[Stocked], view: RowTableView
) -> None:
    view.choose_row(1)
    model.sort(0)
    assert view.current_row == 0

    model.set_rows([row._replace(amount=Money(1)) for row in model.rows])
    assert view.current_row == 0
    view.choose_row(-1)
    assert view.current_row == -1


def test_arrows_enter_and_copy(view: RowTableView) -> None:
    picked: list[int] = []
    moved: list[int] = []
    view.picked.connect(picked.append)
    view.current_changed.connect(moved.append)
    view.setFocus()
    view.choose_row(0)

    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert (picked, moved[-1]) == ([1], 1)
    assert QGuiApplication.clipboard().text() == "amoxil\t1,23,456.00\t-"


def test_a_cut_text_stands_in_the_tooltip(model: RowTableModel[Stocked], view: RowTableView) -> None:
    long = "Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet (Augmentin 625 Duo)"
    model.set_rows([Stocked(long, None), *ROWS[1:]])

    assert view.tooltip_of(model.index(0, 0)) == f"Item: {long}"
    assert view.tooltip_of(model.index(1, 0)) == ""
    assert view.tooltip_of(QModelIndex()) == ""


def test_drawing_full_and_empty(model: RowTableModel[Stocked], view: RowTableView, looks: Looks) -> None:
    full = view.grab().toImage()
    model.set_rows([])
    empty = view.grab().toImage()
    looks.rescale(3)

    assert full != empty
    assert view.verticalHeader().defaultSectionSize() == 36


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), max_size=8), min_size=1, max_size=6))
def test_rows_that_are_spliced_in_are_what_a_view_has(tables: list[list[int]]) -> None:
    """Whatever rows follow each other, a view that only hears of the differences has them all."""
    pool = [(number,) for number in range(7)]
    model: RowTableModel[tuple[int]] = RowTableModel([Column("n", "N", lambda row: str(row[0]))])
    heard: list[tuple[int]] = []
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def inserted(_: QModelIndex, first: int, last: int) -> None:
        heard[first:first] = model.rows[first : last + 1]

    def removed(_: QModelIndex, first: int, last: int) -> None:
        del heard[first : last + 1]

    def changed(top: QModelIndex, bottom: QModelIndex) -> None:
        heard[top.row() : bottom.row() + 1] = model.rows[top.row() : bottom.row() + 1]

    model.rowsInserted.connect(inserted)
    model.rowsRemoved.connect(removed)
    model.dataChanged.connect(changed)
    for table in tables:
        model.splice_rows(pool[number] for number in table)
        assert list(model.rows) == heard == [pool[number] for number in table]
    assert tester.model() is model


class Numbered(NamedTuple):
    """A row that tells which one it is."""

    number: int
    name: str


def _odd(row: Numbered) -> tuple[Badge, ...]:
    return (EXPIRED,) if row.number % 2 else ()


NUMBERED = (
    Column[Numbered]("number", "#", lambda row: str(row.number), align=Align.RIGHT),
    Column[Numbered](
        "name", "Name", lambda row: row.name, stretches=True, badges=lambda row: (EXPIRED,) * (row.number % 2)
    ),
)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["come", "go", "change", "choose", "wide", "dark", "scroll"]), st.integers(0, 20)),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_laid_down_again_look_as_if_they_were_drawn(
    qtbot: QtBot, looks: Looks, steps: list[tuple[str, int]]
) -> None:
    """Whatever comes, goes, changes, is chosen or scrolled: pixel by pixel, in light and dark."""
    both = [RowTableView(RowTableModel(NUMBERED)) for _ in range(2)]
    both[0].pictures = RowPictures()
    rows = [Numbered(number, f"Row {number}") for number in range(8)]
    for view in both:
        qtbot.addWidget(view)
        view.resize(300, 200)
        view.show()
    for step, number in [("come", 0), *steps]:
        place = number % (len(rows) + 1)
        if step == "come":
            rows.insert(place, Numbered(number, f"Came {number}"))
        elif rows and step == "go":
            del rows[place % len(rows)]
        elif rows and step == "change":
            rows[place % len(rows)] = Numbered(number, f"Changed {number}")
        for view in both:
            model = view.model()
            assert isinstance(model, RowTableModel)
            model.splice_rows(rows)
            if step == "choose":
                view.choose_row(place % len(rows) if rows else -1)
            elif step == "wide":
                view.resize(300 + 5 * number, 200)
            elif step == "scroll":
                view.verticalScrollBar().setValue(number)
        if step == "dark":
            looks.toggle_theme()
        assert both[0].grab().toImage() == both[1].grab().toImage()
    for view in both:
        view.close()
