"""Every way to pay in the real window, by keys alone: the code to scan is on the screen, the books close."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.choices import set_choice
from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.money import ZERO, Money
from core.sales.dto import BillView, TenderMode
from core.sales.payments import waiting_payments
from core.sales.upi import upi_reference
from core.settings.choices import Choice
from pos_desktop.screens.billing.view import BillingView
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.program import Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, BACK, ESC, F12 = Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_F12


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with a UPI id, its owner at the counter."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_choice(uow, Choice.UPI_ID, "shop@okbank")
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            made.comes_in("owner", OWNERS_PASSWORD)
            yield made
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def saved(place: Workplace, count: int) -> BillView:
    """Wait until so many bills are saved, and return the last."""
    place.waits(
        lambda: (last := place.billing.saving.last) is not None and last.bill.number.endswith(f"{count:06}"),
        f"bill {count}",
    )
    assert place.billing.saving.last is not None
    return place.billing.saving.last.bill


def view(place: Workplace) -> BillingView:
    found = place.window.findChild(BillingView)
    assert isinstance(found, BillingView)
    return found


def test_a_queue_that_pays_in_every_way(place: Workplace) -> None:
    # the whole bill by UPI: F12, u, Enter
    place.adds("para", "2")
    place.presses(F12)
    place.types("u")
    tender = place.billing.checkout.tender
    assert tender is not None
    panel = view(place).tender
    place.waits(lambda: panel.code.isVisible() and panel.code.text == tender.upi, "the code")
    assert f"am={tender.total}" in panel.code.text
    assert upi_reference(place.billing.draft.command_id) in panel.code.text
    place.presses(ENTER)
    first = saved(place, 1)
    assert [(paid.mode, paid.waits) for paid in first.tenders] == [(TenderMode.UPI, True)]
    assert upi_reference(first.bill_id) in panel.code.text or not panel.code.isVisible()

    # some by UPI with its number, some by card, the rest in cash with change
    place.adds("pan", "2")
    place.presses(F12)
    place.types("100u")
    place.types("612345678901")
    place.presses(ENTER)
    place.types("50c")
    place.presses(ENTER)
    assert not panel.code.isVisible()
    place.types("500")
    place.presses(ENTER)
    second = saved(place, 2)
    assert [(paid.mode, str(paid.amount), paid.reference) for paid in second.tenders] == [
        (TenderMode.UPI, "100.00", "612345678901"),
        (TenderMode.CARD, "50.00", None),
        (TenderMode.CASH, "500.00", None),
    ]
    assert second.change == Money(650_00) - second.total

    # a slip of the finger comes back by Backspace, Esc loses nothing, and credit needs a card
    place.adds("para", "1")
    place.presses(F12)
    place.types("c")
    place.presses(BACK)
    place.types("k")
    assert place.billing.checkout.tender is not None
    assert "choose their card" in panel.sentence
    place.presses(ESC)
    place.presses(F12, ENTER)
    third = saved(place, 3)
    assert [paid.mode for paid in third.tenders] == [TenderMode.CASH]
    assert third.change == ZERO

    assert place.program._open_shop is not None
    with place.program._open_shop.database.read() as session:
        assert [payment.number for payment in waiting_payments(session)] == [first.number]
