"""An item's life in the real windows, by keys alone: added with stock, billed, changed, its batch held."""

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
from pos_desktop.screens.items.presenter import ItemsPresenter
from pos_desktop.screens.items.screen import ItemsScreen
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
LONG = "AMOXYCILLIN AND POTASSIUM CLAVULANATE TABLETS IP 625 MG "


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock and people, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        shop.receives("LONG56", name=LONG.strip(), manufacturer="Glenmark Pharmaceuticals Limited", rack="B-12")
        shop.receives("LONG200", name=(LONG * 4)[:200], schedules=frozenset({"H", "H1"}))
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


def items_of(place: Workplace) -> ItemsPresenter:
    """Go to the items screen by its key."""
    place.presses(Qt.Key.Key_2, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, ItemsScreen)
    presenter = here.view.presenter
    place.waits(lambda: bool(presenter.rows), "the items")
    return presenter


def fills(place: Workplace, presenter: ItemsPresenter, **typed: str) -> None:
    """Go through the form by Tab and type into what is named, over what stands there; then Enter."""
    assert presenter.form is not None
    for field in presenter.form.fields:
        if field.name in typed:
            place.types(typed[field.name])
        place.presses(TAB)
    place.presses(ENTER)


def _first_offer(do: ItemsPresenter, name: str) -> str:
    """Return what a field's list offers first, empty for nothing."""
    offers = do.form.offers.get(name, ()) if do.form is not None else ()
    return offers[0].value if offers else ""


def test_an_item_is_added_billed_changed_and_its_batch_held(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    do = items_of(place)

    place.presses(Qt.Key.Key_F2)
    place.waits(lambda: do.form is not None, "the form")
    fills(
        place, do, name="Zolpinex 10", pack_label="10", gst="5", schedules="none", hsn="insulin",
        batch="Z1", expiry="03/2031", mrp="80", purchase_rate="50", quantity="5",
    )  # fmt: skip
    place.waits(lambda: do.form is not None and "pack_label" in do.form.problems, "the question about the pack")
    place.types("10's", *[TAB] * 5)
    place.types("insulin")
    place.waits(lambda: _first_offer(do, "hsn") == "30043110", "what the whole word means, not its first letters")
    place.presses(Qt.Key.Key_Down, ENTER)
    place.waits(lambda: do.form is not None and "gst" in do.form.notes, "what the code bears")
    place.presses(ENTER)
    place.waits(lambda: do.form is None, "the item to be added")
    place.waits(lambda: do.chosen is not None and do.chosen.code == "ZOLPINEX10", "the new row")

    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.adds("zolpi", "2")
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None and not place.billing.draft.lines, "the bill")

    items_of(place)
    place.waits(lambda: do.chosen is not None and do.chosen.stock == "3:0", "what is left")
    place.presses(Qt.Key.Key_F3)
    place.waits(lambda: do.form is not None, "the form")
    fills(place, do, rack="C-4")
    place.waits(lambda: do.form is None and do.chosen is not None and do.chosen.rack == "C-4", "the change")

    place.presses(ENTER)
    place.waits(lambda: do.card is not None, "the card")
    place.presses(Qt.Key.Key_F9)
    place.waits(lambda: do.form is not None, "the reason")
    place.types("recalled by the maker", ENTER)
    place.waits(
        lambda: do.form is None and do.item.chosen_batch is not None and bool(do.item.chosen_batch.held), "the hold"
    )
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: do.form is not None, "the MRP")
    place.types("70", TAB)
    place.presses(TAB)
    place.types("a new ceiling price", ENTER)
    place.waits(lambda: bool(do.item.batches) and do.item.batches[0].mrp == "70.00", "the new MRP")
    place.presses(Qt.Key.Key_F10)
    place.waits(lambda: bool(do.item.history), "the history")
    assert ("HSN", "", "30043110") in [(row.field, row.before, row.after) for row in do.item.history]
    place.presses(Qt.Key.Key_F8)
    place.waits(lambda: bool(do.item.empty_words), "what has the same salts")
    place.presses(ESC, ESC)
    assert do.card is None

    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.adds("zolpi")
    said = [row.sentence for row in place.billing.editor.rows() if "recalled by the maker" in row.sentence]
    assert said
    place.presses(ESC, Qt.Key.Key_Delete)


def test_a_mistyped_batch_is_corrected_by_keys_alone(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    do = items_of(place)
    place.types("LONG56")
    place.waits(lambda: [row.code for row in do.rows] == ["LONG56"], "the item")
    place.presses(ENTER)
    place.waits(lambda: do.card is not None and bool(do.item.batches), "its batches")
    before = do.item.batches[0]
    place.presses(Qt.Key.Key_F12, modifiers=CTRL)
    place.waits(lambda: do.form is not None, "the form")
    form = do.form
    assert form is not None
    assert [field.value for field in form.fields] == [before.number, before.expiry, before.on_pack, ""]
    place.types("ab-12", TAB)
    place.types("10/2026", TAB, TAB)
    place.presses(TAB, TAB)  # after the last field the first, and not the table beside them
    place.presses(TAB, TAB)
    place.types("read from the strip", ENTER)
    place.waits(lambda: do.form is not None and "expiry" in do.form.problems, "the question about the expiry")
    place.presses(ENTER)  # it is meant
    place.waits(lambda: do.form is None, "the correction")
    assert "is written as its packs print it" in do.notice.text
    place.waits(lambda: [row.number for row in do.item.batches] != [before.number], "the batch as it stands")
    assert [row.expiry for row in do.item.batches] == ["10/2026"]
    place.presses(Qt.Key.Key_F10)
    place.waits(lambda: bool(do.item.history), "the history")
    assert (before.expiry, "10/2026") in [(row.before, row.after) for row in do.item.history]


def test_a_cashier_looks_and_sees_no_key_that_changes(place: Workplace) -> None:
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    do = items_of(place)
    here = place.window.screen_here
    assert here is not None
    assert [action.key for action in here.key_actions()] == ["Ctrl+B", "F8", "Enter"]
    place.presses(Qt.Key.Key_F2)
    assert do.form is None
    place.presses(ENTER)
    place.waits(lambda: do.card is not None, "the card")
    assert [action.key for action in here.key_actions()] == ["Ctrl+B", "F8", "Esc"]
