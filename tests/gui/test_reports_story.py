"""What the owner wants to know, in the real windows and by keys alone: a report, what stands behind it, its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from core.printing.page import Page
from core.reporting.shaping import LineKind
from pos_desktop.screens.bills.screen import BillsScreen
from pos_desktop.screens.items.screen import ItemsScreen
from pos_desktop.screens.reports.presenter import Place, ReportsPresenter
from pos_desktop.screens.reports.screen import ReportsScreen
from pos_desktop.screens.reports.view import ReportsView
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN, UP, SPACE = (
    getattr(Qt.Key, f"Key_{name}") for name in ("Return", "Tab", "Escape", "Down", "Up", "Space")
)
F1, F2, F3, F4, F5, F6, F7, F8, F9 = (getattr(Qt.Key, f"Key_F{number}") for number in range(1, 10))
LONG = "SREE NARAYANA GURU CHARITABLE HOSPITAL AND RESEARCH CENTRE PHARMACY"


class Office:
    """A program whose papers are noted instead of printed."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.papers: list[tuple[int, str, bool]] = []

    def print(self, pages: Sequence[Page], title: str, *, lying: bool) -> bool:
        self.papers.append((len(pages), title, lying))
        return True


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Office]:
    """A shop that billed yesterday and today, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        shop.receives("CROCIN", name=LONG, manufacturer="GlaxoSmithKline", schedules=frozenset(), packs=90)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
        for customer in ("Asha Menon", LONG):
            shop.bills(("CROCIN", "2"), customer={"name": customer, "phone": "9847012345"})
        clock.turn(hours=24)
        for quantity in ("1", "3", "2"):
            shop.bills(("CROCIN", quantity), ("PCM500", "1"))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            there = Office(made)
            made.program.print_pages = there.print
            made.program.papers = tmp_path / "papers"
            yield there
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def reports_of(place: Workplace) -> tuple[ReportsView, ReportsPresenter]:
    """Go to the reports by their key."""
    place.presses(Qt.Key.Key_R, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, ReportsScreen)
    place.waits(lambda: here.view.presenter.listing.is_read, "the list")
    return here.view, here.view.presenter


def opens(place: Workplace, do: ReportsPresenter, text: str, report: str) -> None:
    """Find a report by typing and open it."""
    place.types(text, ENTER)
    place.waits(lambda: is_shown(do, report), f"the report {report}")


def is_shown(do: ReportsPresenter, report: str) -> bool:
    """Say whether a report is there, totals and all."""
    here = do.here
    return here is not None and here.report.id == report and here.is_read and here.whole is not None


def test_from_a_day_to_a_bill_and_back(office: Office) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    place.window.setWindowState(Qt.WindowState.WindowNoState)
    place.window.resize(1366, 768)
    view, do = reports_of(place)
    assert view.list.search.hasFocus()
    assert "Enter opens it" in view.pane.empty.text()
    opens(place, do, "sales by day", "sales-by-day")
    table = view.pane.grid.table
    assert table.hasFocus()
    assert [line.values[1] for line in table.lines] == [2, 3]
    assert view.pane.grid.totals.texts[1] == "5"
    assert "Bills: 5" in view.pane.grid.totals.accessibleDescription()
    place.presses(DOWN, ENTER)
    place.waits(lambda: is_shown(do, "bills"), "the bills of that day")
    assert (len(table.lines), view.pane.days.text()) == (3, "21-11-2026")
    place.presses(DOWN)
    number = do.here.chosen.target.number  # type: ignore[union-attr]
    place.presses(ENTER)
    screen = place.window.screen_here
    assert isinstance(screen, BillsScreen)
    place.waits(lambda: (card := screen.view.presenter.card) is not None and card.number == number, "the bill")
    view, do = reports_of(place)
    assert do.depth == 2
    assert table.hasFocus()
    assert table.current_row == 1
    place.presses(ESC)
    assert (do.depth, table.current_row, len(table.lines)) == (1, 1, 2)
    assert table.hasFocus()
    place.presses(ESC)
    assert view.list.search.hasFocus()
    place.presses(TAB, TAB)
    assert table.hasFocus()
    assert do.place is Place.REPORT

    place.presses(F5)
    place.waits(lambda: is_shown(do, "sales-by-day") and "01-10-2026" in view.pane.heading.accessibleName(), "October")
    assert table.lines == []
    assert "nothing to show" in table.empty_text
    place.presses(Qt.Key.Key_D, modifiers=CTRL)
    assert view.pane.days.hasFocus()
    place.types("20-11-2026", ENTER)
    place.waits(lambda: len(table.lines) == 1, "the day that was typed")
    assert table.hasFocus()
    place.presses(F1)
    assert place.window.key_list.is_open
    place.presses(ESC)


def test_a_report_is_arranged_kept_saved_and_printed(office: Office, tmp_path: Path) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    view, do = reports_of(place)
    opens(place, do, "sales by item", "sales-by-item")
    table = view.pane.grid.table
    place.presses(F4)
    place.waits(lambda: view.overlay.is_open, "the form")
    place.types("11-2026", ENTER)
    place.waits(lambda: not view.overlay.is_open and is_shown(do, "sales-by-item"), "November")
    assert len(table.lines) == 2
    assert table.hasFocus()

    place.presses(F3)
    assert view.columns.is_open
    place.presses(DOWN, SPACE)  # no code
    place.presses(UP, modifiers=CTRL)
    place.presses(DOWN)
    place.presses(UP, modifiers=CTRL)  # the item's name first again
    place.presses(ENTER)
    place.waits(lambda: "code" not in [column.id for column in table.shown_columns], "the columns")
    assert table.shown_columns[0].id == "item"
    place.presses(F7)
    place.waits(lambda: any(line.kind is LineKind.GROUP for line in table.lines), "the groups")
    place.presses(Qt.Key.Key_F, modifiers=CTRL)
    assert view.pane.words.hasFocus()
    place.types("glaxo")
    place.waits(lambda: sum(line.kind is LineKind.ROW for line in table.lines) == 1, "what was looked for")
    place.presses(ESC)
    place.waits(lambda: sum(line.kind is LineKind.ROW for line in table.lines) == 2, "all again")
    assert table.hasFocus()
    place.presses(F8)
    place.waits(lambda: view.overlay.is_open, "the form")
    place.presses(DOWN, ENTER)
    place.waits(lambda: do.here is not None and do.here.shape.sort == "item", "the order")
    assert table.horizontalHeader().sortIndicatorSection() == 0

    place.presses(F2)
    place.waits(lambda: view.overlay.is_open, "the form")
    place.types("Makers of the month", ENTER)
    place.waits(lambda: do.listing.favourite == "Makers of the month", "the favourite")
    assert view.list.table.model().index(1, 0).data() == "Makers of the month"

    place.presses(F6)
    place.waits(lambda: view.overlay.is_open, "the form")
    place.presses(TAB)
    edit = view.overlay.form.rows["file"].edit
    assert isinstance(edit, QLineEdit)
    assert edit.text() == str(tmp_path / "papers" / "Sales-by-item-2026-11-01-to-2026-11-30.xlsx")
    place.presses(ENTER)
    place.waits(lambda: "rows are in" in view.pane.notice.text, "that it is saved")
    file = tmp_path / "papers" / "Sales-by-item-2026-11-01-to-2026-11-30.xlsx"
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    titles = next(row for row in cells if "Item" in row)
    assert "Code" not in titles
    assert any(LONG in row for row in cells)
    assert any(str(row[0]).startswith("Maker: GlaxoSmithKline") for row in cells)
    place.presses(F9)
    place.waits(lambda: bool(office.papers), "the paper")
    assert office.papers[0][:2] == (1, "Sales by item")

    place.window.setWindowState(Qt.WindowState.WindowNoState)
    for width, height in ((1366, 768), (800, 600)):  # names of any length never widen what is asked or said
        place.window.resize(width, height)
        place.app.processEvents()
        assert place.window.width() == width
        assert view.pane.isVisible()
        assert view.list.isVisible() is (width == 1366)
    place.presses(ESC)
    assert (view.list.isVisible(), view.pane.isVisible()) == (True, False)
    place.presses(Qt.Key.Key_F2, modifiers=Qt.KeyboardModifier.ShiftModifier)
    place.waits(lambda: view.overlay.is_open, "the question")
    place.presses(ENTER)
    place.waits(lambda: do.listing.favourite == "" and not view.overlay.is_open, "that it is dropped")
    place.presses(ENTER)
    place.waits(lambda: is_shown(do, "sales-by-day"), "the first of the list")
    assert view.pane.isVisible()


def test_every_list_is_saved_by_a_key(office: Office, tmp_path: Path) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(Qt.Key.Key_2, modifiers=ALT)
    screen = place.window.screen_here
    assert isinstance(screen, ItemsScreen)
    items = screen.view.presenter
    place.waits(lambda: len(items.rows) == 4, "the items")
    assert screen.view.search.hasFocus()
    place.presses(Qt.Key.Key_E, modifiers=CTRL)
    field = QApplication.focusWidget()
    assert field is not None
    place.presses(TAB)
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    file = Path(edit.text())
    assert file.parent == tmp_path / "papers"
    place.presses(ENTER)
    place.waits(lambda: "4 rows are in" in place.window.notice.text, "the sentence")
    assert screen.view.search.hasFocus()
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(cells) if "Code" in row)
    names = [row[cells[at].index("Name")] for row in cells[at + 1 : at + 5]]
    assert names == [row.name for row in items.rows]
    prices = [row[cells[at].index("MRP")] for row in cells[at + 1 : at + 5]]
    assert all(isinstance(price, int | float) for price in prices)
    place.presses(Qt.Key.Key_1, modifiers=ALT)  # the counter has the key for something else
    assert "Ctrl+E" in [action.key for action in place.window._actions_of(place.window._screens[0])]
    _, do = reports_of(place)
    opens(place, do, "bills", "bills")
    place.presses(Qt.Key.Key_E, modifiers=CTRL)  # a report is saved whole
    place.waits(lambda: do.desk.form is not None, "its own form")


def test_a_cashier_sees_their_own_day_and_a_clerk_no_sales(office: Office) -> None:
    place = office.place
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    view, do = reports_of(place)
    opens(place, do, "sales by day", "sales-by-day")
    assert view.pane.grid.table.lines == []  # others billed
    assert "Only what ravi did" in view.pane.heading.accessibleName()
    assert not view.pane.days.isVisible()
    screen = place.window.screen_here
    assert screen is not None
    assert "F5" not in [action.key for action in screen.key_actions()]
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    username, password, _ = PEOPLE[Role.PURCHASE_CLERK]
    place.comes_in(username, password)
    _, do = reports_of(place)
    assert all("Sales" not in row.text for row in do.listing.rows)
