"""What an inspector asks for, in the real windows and by keys alone: the H1 register, pharmacists, licences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.catalog.dto import DrugSchedule
from core.kernel.actor import Role
from core.printing.page import Page as PaperPage
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from core.settings.queries import shop_view
from pos_desktop.screens.registers.presenter import Page, RegistersPresenter
from pos_desktop.screens.registers.screen import RegistersScreen
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.escpos_reader import read_escpos
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN, UP = (getattr(Qt.Key, f"Key_{name}") for name in ("Return", "Tab", "Escape", "Down", "Up"))
F1, F2, F3, F4, F5, F6, F8, F9 = (getattr(Qt.Key, f"Key_F{n}") for n in (1, 2, 3, 4, 5, 6, 8, 9))
LONG = "SREE NARAYANA GURU CHARITABLE HOSPITAL AND RESEARCH CENTRE"


class Office:
    """A program whose papers are noted instead of printed."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.papers: list[tuple[int, str]] = []

    def print(self, pages: Sequence[PaperPage], title: str, *, lying: bool) -> bool:
        self.papers.append((len(pages), title))
        return True


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Office]:
    """A shop that supplied a drug of Schedule H1 three times and cancelled one of the bills, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        shop.receives(
            "CEFI", name="Cefixime 200", manufacturer="Alembic", schedules=frozenset({DrugSchedule.H1}), packs=6
        )
        shop.on_duty()
        first, *_ = (
            shop.bills(
                ("CEFI", "2t"),
                dispensing=shop.prescribed(patient={"name": name, "phone": "9847012345", "address": "12 Hill Road"}),
            )
            for name in ("Asha Menon", "Ravi", LONG)
        )
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
        shop.prints_to(tmp_path / "receipts.bin")
        with shop.shop.database.write(shop.actor) as uow:
            cancel_bill(uow, CancelBill(number=first.number, reason="wrong patient"))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            there = Office(made)
            made.program.print_pages = there.print
            made.program.papers = tmp_path / "papers"
            yield there
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def registers_of(place: Workplace) -> tuple[RegistersScreen, RegistersPresenter]:
    """Go to the registers by their key."""
    place.presses(Qt.Key.Key_0, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, RegistersScreen)
    return here, here.view.presenter


def test_an_inspector_is_shown_the_register(office: Office, tmp_path: Path) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = registers_of(place)
    place.waits(lambda: len(do.h1.rows) == 4, "the rows of today")
    view = screen.view.h1
    assert view.search.hasFocus()
    assert do.h1.chosen_at == 3
    assert "wrong patient" in view.card.accessibleDescription()
    place.presses(UP, UP, UP, ENTER)
    assert view.card.hasFocus()
    assert view.card.accessibleName() == f"Entry {do.h1.rows[0].number}"
    assert f"Voided by: {do.h1.rows[3].number}" in view.card.accessibleDescription()
    assert "City Hospital" in view.card.accessibleDescription()
    place.presses(ESC)
    assert view.search.hasFocus()
    place.presses(TAB)
    assert view.list.hasFocus()
    place.presses(DOWN, ESC)
    assert view.search.hasFocus()
    assert do.h1.chosen_at == 1

    place.types("19-11-2026")
    place.waits(lambda: do.h1.rows == [], "nothing")
    assert "F5 shows other days" in view.list.empty_text
    place.presses(ESC)
    place.waits(lambda: len(do.h1.rows) == 4, "today again")
    place.presses(F5, F5)
    place.waits(lambda: do.h1.about.startswith("This month"), "this month")
    place.types("11-2026")
    place.waits(lambda: do.h1.about == "01-11-2026 to 30-11-2026: 4 rows", "the month that was typed")

    place.presses(F6)
    place.waits(lambda: view.overlay.is_open, "the form")
    edit = screen.view.form.rows["file"].edit
    assert edit.hasFocus()
    edit.selectAll()  # type: ignore[attr-defined]
    file = tmp_path / "h1.pdf"
    place.types(str(file), ENTER)
    place.waits(lambda: str(file) in do.desk.notice.text, "the sentence")
    assert "wrong patient" in " ".join(PdfReader(file).pages[0].extract_text().split())
    place.presses(F9)
    place.waits(lambda: bool(office.papers), "the paper")
    assert office.papers == [(1, "Schedule H1 register, 01-11-2026 to 30-11-2026")]

    place.presses(F1)
    assert place.window.key_list.is_open
    place.presses(ESC)
    place.window.setWindowState(Qt.WindowState.WindowNoState)
    for width, height in ((1366, 768), (800, 600)):
        place.window.resize(width, height)
        place.app.processEvents()
        assert view.list.horizontalScrollBar().maximum() == 0
        assert view.card.horizontalScrollBar().maximum() == 0


def test_pharmacists_and_licences_are_kept_by_keys(office: Office, tmp_path: Path) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = registers_of(place)
    place.presses(F8)
    place.waits(lambda: len(do.pharmacists.rows) == 1, "the pharmacists")
    assert screen.view.pharmacists.table.hasFocus()
    place.presses(F2)
    place.types("Biju K", TAB)
    place.types("KSPC 77", ENTER)
    place.waits(lambda: "on the list" in do.desk.notice.text, "the new pharmacist")
    place.waits(lambda: len(do.pharmacists.rows) == 2, "the list to be read again")
    assert screen.view.pharmacists.table.hasFocus()
    place.presses(F4)
    assert screen.view.form.isVisible()
    place.presses(ESC)
    assert not screen.view.form.isVisible()
    place.presses(F4, ENTER)
    place.waits(lambda: "off the list" in do.desk.notice.text, "that he left")
    place.presses(F3, ENTER)
    place.waits(lambda: "on the list" in do.desk.notice.text, "that he is back")

    place.presses(F8)
    place.waits(lambda: len(do.licences.rows) == 2, "the licences")
    assert screen.view.licences.table.hasFocus()
    place.presses(F2)
    place.presses(*[DOWN] * 10, TAB)  # to 20F
    place.types("KL-X-1", TAB)
    place.presses(TAB)
    place.types("31-02-2027", ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.problems), "that there is no such day")
    place.types("31-12-2026", ENTER)
    place.waits(lambda: len(do.licences.rows) == 3, "the licence")
    row = do.licences.rows[do.licences.chosen_at]
    assert (row.form, [badge.text for badge in row.state]) == ("20F", ["41 DAYS LEFT"])
    place.presses(F3, TAB, TAB)
    place.types("31-12-2031", ENTER)
    place.waits(lambda: "until 31-12-2031" in do.desk.notice.text, "the renewal")
    place.presses(Qt.Key.Key_1, modifiers=ALT)  # the next receipt shows it, without a new log-in
    place.adds("para")
    place.presses(Qt.Key.Key_F12, ENTER)
    receipts = tmp_path / "receipts.bin"
    place.waits(receipts.exists, "the receipt")
    assert any("KL-X-1" in line.text for line in read_escpos(receipts.read_bytes()).lines)
    screen, do = registers_of(place)
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        forms = [(licence.form, licence.number) for licence in shop_view(session).licences]
    assert ("20F", "KL-X-1") in forms
    place.presses(F4, ENTER)
    place.waits(lambda: len(do.licences.rows) == 2, "its end")
    assert screen.view.licences.table.hasFocus()
    place.presses(ESC)
    assert do.page is Page.H1
    assert screen.view.h1.search.hasFocus()


def test_who_keeps_stock_reads_only_and_a_cashier_sees_nothing(office: Office) -> None:
    place = office.place
    username, password, _ = PEOPLE[Role.PHARMACIST]
    place.comes_in(username, password)
    screen, do = registers_of(place)
    assert [action.key for action in screen.key_actions()] == ["F5", "F6", "F9", "Enter", "Esc", "F8"]
    place.presses(F8)
    place.waits(lambda: bool(do.pharmacists.rows), "the pharmacists")
    assert [action.key for action in screen.key_actions()] == ["F8"]
    place.presses(Qt.Key.Key_L, modifiers=Qt.KeyboardModifier.ControlModifier)
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    assert "Alt+0" not in [button.entry.key for button in place.window.rail.buttons]
