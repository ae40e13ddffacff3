"""Scheduled drugs in the real window, by keys alone: what saving misses is asked for, and the paper names it."""

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
from core.catalog.dto import DrugSchedule
from core.dispensing.queries import h1_register
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.sales.dto import BillView
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.program import Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down
F7, F8, F12 = Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_F12
OWNER = Actor(None, "owner", Role.OWNER)
PRESCRIPTION = {
    "patient.name": "Asha Menon",
    "written_on": "19-11-2026",
    "patient.address": "12 Hill Road, Kochi",
    "prescriber.name": "Dr K Rao",
    "prescriber.registration": "TCMC 4711",
    "repeats": "1",
    "prescriber.address": "City Hospital, Kochi",
}


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with a drug of Schedule H1, its owner at the counter."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        shop.receives("CEFI", name="Cefixime 200", schedules=frozenset({DrugSchedule.H1}), packs=6)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            made.comes_in("owner", OWNERS_PASSWORD)
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def form_of(place: Workplace, purpose: Purpose) -> BillForm:
    """Wait for a form and return it."""
    place.waits(lambda: (form := place.billing.asking.form) is not None and form.purpose is purpose, purpose.value)
    form = place.billing.asking.form
    assert form is not None
    return form


def fills(place: Workplace, form: BillForm, **typed: str) -> None:
    """Go through the form by Tab and type into what is named; Enter in the last field."""
    names = [field.name for field in form.fields]
    for name in names:
        if name in typed:
            place.types(typed[name])
        place.presses(TAB if name != names[-1] else ENTER)


def saved(place: Workplace, count: int) -> BillView:
    """Wait until so many bills are saved, and return the last."""
    place.waits(lambda: place.billing.saving.last is not None, "a saved bill")
    place.waits(
        lambda: (last := place.billing.saving.last) is not None and last.bill.number.endswith(f"{count:06}"),
        f"bill {count}",
    )
    assert place.billing.saving.last is not None
    return place.billing.saving.last.bill


def test_a_morning_of_prescriptions_without_a_mouse(place: Workplace, clock: TurnedClock) -> None:
    # nobody knew of a prescription or a duty: F12, Enter, and each is asked for
    place.adds("cefi", "2")
    place.presses(F12, ENTER)
    fills(place, form_of(place, Purpose.PRESCRIPTION), **PRESCRIPTION)
    form_of(place, Purpose.DUTY)
    place.presses(ENTER)
    first = saved(place, 1)
    assert first.dispensing is not None
    assert first.dispensing.patient_name == "Asha Menon"
    assert first.dispensing.prescriber_registration == "TCMC 4711"

    # the same patient again: F7, Down, Enter
    place.adds("cefi", "2")
    place.presses(F7)
    form_of(place, Purpose.WHICH)
    place.presses(DOWN, ENTER)
    place.waits(lambda: place.billing.draft.dispensing is not None, "the prescription")
    place.presses(F12, ENTER)
    second = saved(place, 2)
    assert second.dispensing is not None
    assert second.dispensing.prescription_id == first.dispensing.prescription_id

    # a third time was not prescribed: the line says so, and Esc loses nothing
    place.adds("cefi", "2")
    place.presses(F7)
    form_of(place, Purpose.WHICH)
    place.presses(DOWN, ENTER)
    place.waits(lambda: place.billing.draft.dispensing is not None, "the prescription")
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.draft.first_problem() == 0, "the refusal")
    assert "supplied in full" in place.billing.editor.rows()[-1].sentence
    place.presses(ESC)
    assert len(place.billing.draft.lines) == 1

    with place.program._open_shop.database.read() as session:
        today = business_date(clock.now())
        rows = h1_register(session, OWNER, today, today)
    assert [row.bill_number for row in rows] == [first.number, second.number]
    assert {row.pharmacist.registration for row in rows} == {"KSPC 12345"}


def test_a_wrong_day_is_said_whole_at_its_field_and_esc_goes_back_to_the_cash(place: Workplace) -> None:
    place.adds("cefi")
    place.presses(F12)
    place.types("500", ENTER)
    form = form_of(place, Purpose.PRESCRIPTION)
    fills(place, form, **{**PRESCRIPTION, "written_on": "31-02-2026"})
    place.waits(lambda: bool(form.problems), "the problem")

    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    view = here.view
    row = view.form.form.rows["written_on"]
    assert row.edit.hasFocus()
    said = row._below
    assert said.heightForWidth(said.width()) <= said.height()

    place.presses(ESC)
    tender = place.billing.checkout.tender
    assert tender is not None
    assert tender.typed == "500"
    assert view.cash.hasFocus()
    place.presses(ESC)
    place.billing.clear()


def test_f8_puts_a_pharmacist_on_duty_and_the_key_list_shows_both_keys(place: Workplace) -> None:
    place.presses(F8)
    form_of(place, Purpose.DUTY)
    place.presses(ENTER)
    place.waits(lambda: "Anitha Menon is on duty" in place.billing.desk.notice.text, "the duty")
    here = place.window.screen_here
    assert here is not None
    assert {"F7", "F8"} <= {action.key for action in here.key_actions()}
