"""Parties in the real windows, by keys alone: added, doubled, changed, merged, looked up; and what a cashier sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from core.kernel.ids import new_id
from core.parties.dto import AddParty, PartyKind, SupplierDetails
from core.parties.service import add_party
from pos_desktop.screens.parties.presenter import Page, PartiesPresenter
from pos_desktop.screens.parties.screen import PartiesScreen
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down
LONG = ("SREE NARAYANA GURU CHARITABLE HOSPITAL AND RESEARCH CENTRE " * 4)[:200].strip()


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock and people, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        for name in ("Kerala Pharma", LONG):
            with shop.shop.database.write(CONSOLE) as uow:
                add_party(uow, AddParty(command_id=new_id(), details=SupplierDetails(name=name)))
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def parties_of(place: Workplace) -> tuple[PartiesScreen, PartiesPresenter]:
    """Go to the parties by their key."""
    place.presses(Qt.Key.Key_3, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, PartiesScreen)
    return here, here.view.presenter


def fills(place: Workplace, do: PartiesPresenter, **typed: str) -> None:
    """Go through the form by Tab and type into what is named; Enter in the last field."""
    assert do.form is not None
    names = [field.name for field in do.form.fields]
    for name in names:
        if name in typed:
            place.types(typed[name])
        place.presses(TAB if name != names[-1] else ENTER)


def test_customers_are_added_doubled_changed_and_merged(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = parties_of(place)

    place.presses(Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, name="City Clinic", phone="98470 12345", credit_limit="5000", credit_days="30")
    place.waits(lambda: do.form is None and do.card is not None and do.card.name == "City Clinic", "the customer")

    place.presses(ESC, Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, name="The Clinic", phone="9847012345")
    place.waits(lambda: do.form is not None and do.form.double is not None, "the question about the double")
    assert {"F7", "F8"} <= {action.key for action in screen.key_actions()}
    assert "City Clinic" in screen.view.wide.rows["phone"].problem
    place.presses(Qt.Key.Key_F8)
    place.waits(lambda: do.form is None and do.card is not None and do.card.name == "The Clinic", "the other one")

    place.presses(ENTER)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, name="The Clinic at Kaloor")
    place.waits(lambda: do.form is None and do.card is not None and "Kaloor" in do.card.name, "the change")

    place.presses(Qt.Key.Key_F4)
    place.waits(lambda: do.form is not None, "whom it is the same as")
    place.types("city")
    place.waits(lambda: do.form is not None and bool(do.form.offers.get("kept")), "who is offered")
    place.presses(DOWN, ENTER, ENTER)
    place.waits(lambda: do.form is not None and "sure" in [field.name for field in do.form.fields], "what moves")
    place.presses(DOWN, ENTER)
    place.waits(lambda: do.form is None and "merged" in do.notice.text, "the merge")
    place.presses(ESC)
    place.waits(lambda: [row.name for row in do.rows] == ["City Clinic"], "the one that was kept")

    place.presses(Qt.Key.Key_F10)
    place.waits(lambda: any(row.after == "The Clinic at Kaloor" for row in do.history), "the history")
    assert screen.view.history.hasFocus()
    place.presses(ESC)
    assert screen.view.search.hasFocus()
    place.presses(TAB)
    assert screen.view.lists[PartyKind.CUSTOMER].hasFocus()
    place.presses(TAB)
    assert screen.view.card.hasFocus()


def test_a_suppliers_codes_are_taught_and_its_long_name_is_cut(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = parties_of(place)
    place.presses(Qt.Key.Key_F6)
    place.waits(lambda: len(do.rows) == 2 and do.card is not None, "the suppliers")
    place.presses(Qt.Key.Key_F9, Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, code="k-17", item="PCM500", factor="10")
    place.waits(lambda: [row.code for row in do.codes] == ["K-17"], "the code")
    assert screen.view.codes.hasFocus()
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: not do.codes, "the end of the code")
    place.presses(Qt.Key.Key_F9, DOWN)
    place.waits(lambda: do.card is not None and do.card.name == LONG, "the long name")
    table = screen.view.lists[PartyKind.SUPPLIER]
    assert LONG in table.tooltip_of(table.model().index(table.current_row, 0))
    place.window.setWindowState(Qt.WindowState.WindowNoState)
    for width, height in ((1366, 768), (800, 600)):
        place.window.resize(width, height)
        place.app.processEvents()
        assert table.horizontalScrollBar().maximum() == 0
    assert screen.view.card.horizontalScrollBar().maximum() == 0


def test_a_cashier_adds_a_patient_and_sees_neither_suppliers_nor_terms(place: Workplace) -> None:
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    screen, do = parties_of(place)
    place.presses(Qt.Key.Key_F6)
    assert do.kind is PartyKind.CUSTOMER
    place.presses(Qt.Key.Key_F7)
    place.types("Asha Menon")
    place.waits(lambda: do.text == "Asha Menon" and not do.rows, "that nobody is found")
    place.presses(Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, phone="9847000001", birth_year="1970")
    place.waits(lambda: do.form is None and do.card is not None and do.card.name == "Asha Menon", "the patient")
    keys = [action.key for action in screen.key_actions()]
    assert keys == ["F2", "F3", "F5", "F7", "F8", "F10", "Enter", "Esc"]
    place.presses(Qt.Key.Key_F5, Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    assert do.form is not None
    assert "credit_limit" not in [field.name for field in do.form.fields]
    assert do.page is Page.LIST
