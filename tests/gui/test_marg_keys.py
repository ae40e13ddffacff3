"""Hands that know Marg bill with its keys; the key bar, the button and the sentences name those."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.choices import set_choice
from core.kernel.actor import Role
from core.settings.choices import Choice, CounterKeys
from pos_desktop.screens.billing.key_map import KEY_MAPS, OWN_KEYS
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.shell.keys import twice_used
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, PEOPLE, hire
from tests.support.program import Workplace, workplace
from tests.support.uptime import TurnedUptime

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise\\(\\)")
MARG = KEY_MAPS[CounterKeys.MARG]


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    shop = stocked_shop(tmp_path / "shop", clock)
    hire(shop.shop.database)
    with shop.shop.database.write(CONSOLE) as uow:
        set_choice(uow, Choice.COUNTER_KEYS, CounterKeys.MARG)
    shop.close()
    with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
        yield made


def test_a_bill_is_saved_by_ctrl_w(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.PHARMACIST][:2])
    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    labels = {action.key: action.label for action in here.key_actions()}
    assert (labels["Ctrl+W"], labels["F12"], labels["F6"]) == (
        "Take cash",
        "Note in the want book",
        "Discount on the whole bill",
    )
    assert twice_used(here.key_actions()) == []
    assert here.view.totals.button.text() == "Take cash   Ctrl+W"

    place.adds("para", "2")
    place.presses(Qt.Key.Key_F12)
    form = place.billing.asking.form
    assert form is not None
    assert form.title == "Want book"
    place.presses(Qt.Key.Key_Escape)
    place.presses(Qt.Key.Key_F6)
    place.types("5", ENTER)
    assert str(place.billing.draft.totals.total) == "49.00"
    place.presses(Qt.Key.Key_W, modifiers=CTRL)
    assert place.billing.checkout.tender is not None
    place.presses(ENTER)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
    place.types("nothing like this")
    place.waits(lambda: "(F12)" in place.billing.desk.notice.text, "the sentence with this counter's key")


@pytest.mark.parametrize("key", ["F12", "Ctrl+W", "F6", "Ctrl+Shift+D", "F2", "Ctrl+D", "Ctrl+Enter"])
def test_a_preset_swaps_keys_and_loses_none(key: str) -> None:
    assert MARG.of(MARG.of(key)) == key
    assert OWN_KEYS.of(key) == key
    assert MARG.said(f"press {key}, then ({key})") == f"press {MARG.of(key)}, then ({MARG.of(key)})"


def test_what_only_looks_like_a_key_stays() -> None:
    assert MARG.said("SF12, F125, Ctrl+Wide and Alt+F12") == "SF12, F125, Ctrl+Wide and Alt+F12"
