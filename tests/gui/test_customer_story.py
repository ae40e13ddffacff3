"""A customer with a card at the counter in a real window, by keys alone: found, chosen, let go, billed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.kernel.actor import Role
from core.kernel.money import Money, Percent
from core.parties.dto import CustomerDetails
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.shell import theme
from tests.core.opening.support import add, enter, read
from tests.support.clock import TurnedClock
from tests.support.counter import BARCODE, stocked_shop
from tests.support.people import PEOPLE, cheap_secrets, hire
from tests.support.program import Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC, DOWN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Tab
F2, F12 = Qt.Key.Key_F2, Qt.Key.Key_F12
CARD = "City Clinic · owes 770.00 of 1,000.00 · 12 % off"


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock, people and two customers, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        add(
            shop,
            CustomerDetails(
                name="City Clinic", phone="0484 2351234", credit_limit=Money(1_000_00), discount=Percent(1200)
            ),
            CustomerDetails(name="Citizen Kumar", phone="98470 12345"),
        )
        owed = {"kind": "customer", "party": "City Clinic", "date": "01-11-2026", "number": "S-1", "amount": "770.00"}
        enter(shop, read({**owed, "type": "bill"}))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def test_a_known_customer_is_found_and_billed_by_keys_alone(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    billing = place.billing
    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    view = here.view

    place.types(BARCODE, ENTER)
    place.waits(lambda: len(billing.draft.lines) == 1 and not billing.draft.waits, "the line")
    place.types("2:0", ENTER)
    before = billing.draft.totals.total

    # Esc leaves what was typed, Enter then goes on to the telephone number as for anybody
    place.presses(F2)
    place.types("cit")
    place.waits(view.customers.isVisible, "the customers")
    assert [hit.name for hit in view.customers.shown_rows] == ["Citizen Kumar", "City Clinic"]
    assert view.customers.accessibleName() == "Customers found"
    place.presses(ESC)
    assert not view.customers.isVisible()
    place.presses(ENTER)
    assert view.customer_phone.hasFocus()
    assert view.customer_name.text() == "cit"

    # the telephone number finds one, who is not the one; his name is written over and lets go of his card
    place.types("9847")
    place.waits(view.customers.isVisible, "the owner of the number")
    place.presses(DOWN, ENTER)
    place.waits(lambda: view.customer.card.accessibleName() == "Citizen Kumar · no credit", "his card")
    assert (view.customer_name.text(), view.customer_phone.text()) == ("Citizen Kumar", "9847012345")
    place.presses(Qt.Key.Key_Up)
    assert view.customer_name.hasFocus()
    view.customer_name.selectAll()
    place.types("city")
    assert view.customer.card.isHidden()
    assert view.customer_phone.text() == ""
    place.waits(view.customers.isVisible, "the clinic")
    place.presses(DOWN, ENTER)
    place.waits(lambda: view.customer.card.accessibleName() == CARD, "the card")
    assert (view.customer_name.text(), view.customer_phone.text()) == ("City Clinic", "4842351234")
    assert billing.draft.totals.total < before
    place.presses(ENTER)
    assert view.search.hasFocus()
    assert "City Clinic" in view.customer_button.text()
    assert view.customer_button.toolTip() == CARD

    shown = billing.draft.totals
    customer_id = billing.draft.customer_id
    place.presses(F12, ENTER)
    place.waits(lambda: billing.saving.last is not None, "the bill")
    saved = billing.saving.last
    assert saved is not None
    assert (saved.bill.customer_id, saved.bill.customer_name) == (customer_id, "City Clinic")
    assert (saved.bill.discount, saved.bill.total) == (shown.discount, shown.total)
    assert str(shown.discount) == "6.16"
    assert view.customer.card.accessibleName() == ""


def test_the_list_of_keys_names_the_key(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    here = place.window.screen_here
    assert here is not None
    assert ("Down", "Known customers, while a name is typed") in [
        (action.key, action.label) for action in here.key_actions()
    ]
