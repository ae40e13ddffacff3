"""After the bill, in the real windows and by keys alone: found, read, printed, sent, cancelled, corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from core.sales.dto import BillView
from core.sales.queries import bill_by_number
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.bills.presenter import BillsPresenter
from pos_desktop.screens.bills.screen import BillsScreen
from pos_desktop.shell import theme
from pos_desktop.shell.window import MainWindow
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.escpos_reader import read_escpos
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down
F3, F5, F6, F7, F8, F9, F10 = (getattr(Qt.Key, f"Key_F{n}") for n in (3, 5, 6, 7, 8, 9, 10))
LONG = "SREE NARAYANA GURU CHARITABLE HOSPITAL AND RESEARCH CENTRE KOLLAM"
FIRST, SECOND, THIRD = (f"C1/26-27/00000{n}" for n in (1, 2, 3))


class Office:
    """A program whose links go into a list, and whose papers into a folder of the test's own."""

    def __init__(self, place: Workplace, links: list[str]) -> None:
        self.program, self.app, self.billing_of = place.program, place.app, place
        self.comes_in, self.presses, self.types, self.waits = place.comes_in, place.presses, place.types, place.waits
        self.links = links

    @property
    def window(self) -> MainWindow:
        return self.billing_of.window

    @property
    def billing(self) -> BillingPresenter:
        return self.billing_of.billing


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Office]:
    """A shop with three bills of a day, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.prints_to(tmp_path / "receipts.bin")
        shop.bills(("PCM500", "2"), customer={"name": "Asha Menon", "phone": "98470 12345"})
        clock.turn(minutes=5)
        shop.bills(("PCM500", "1"), ("PAN40", "1:5"), customer={"name": LONG})
        clock.turn(minutes=5)
        shop.bills({"item": "PCM500", "quantity": "1", "discount_percent": "5"}, ("PCM500", "1"))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            links: list[str] = []

            def opens(link: str) -> bool:
                links.append(link)
                return True

            made.program.open_link = opens
            made.program.papers = tmp_path / "papers"
            yield Office(made, links)
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def bills_of(place: Office) -> tuple[BillsScreen, BillsPresenter]:
    """Go to the bills by their key."""
    place.presses(Qt.Key.Key_4, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, BillsScreen)
    do = here.view.presenter
    place.waits(lambda: do.card is not None, "the bills")
    return here, do


def numbers(do: BillsPresenter) -> list[str]:
    return [row.number for row in do.rows]


def finds(place: Office, do: BillsPresenter, text: str, *expected: str) -> None:
    """Type over what stands in the search, and wait for what is found."""
    place.presses(ESC)
    place.types(text)
    place.waits(lambda: numbers(do) == list(expected), f"what {text} finds: {numbers(do)}")
    place.waits(lambda: do.bill is not None and do.bill.number == expected[0], "the first bill")


def stored(place: Office, number: str) -> BillView:
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        return bill_by_number(session, number)


def test_bills_are_found_and_read_by_keys(place: Office) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = bills_of(place)
    assert screen.view.search.hasFocus()
    assert numbers(do) == [THIRD, SECOND, FIRST]
    finds(place, do, "asha", FIRST)
    assert "person or an item" in screen.view.notice.text
    finds(place, do, "pantop", SECOND)
    finds(place, do, "2", SECOND)
    finds(place, do, "51.00", FIRST)
    finds(place, do, "20-11-2026", THIRD, SECOND, FIRST)
    assert do.understood == "Bills of 20-11-2026"
    place.types("x")
    place.waits(lambda: do.rows == [], "nothing")
    assert screen.view.list.empty_text.startswith("No bill fits")
    place.presses(ESC)
    place.waits(lambda: len(do.rows) == 3, "all again")
    place.presses(DOWN)
    place.waits(lambda: do.card is not None and do.card.number == SECOND, "the bill below")
    place.presses(ENTER)
    assert screen.view.card.hasFocus()
    assert screen.view.card.accessibleName() == f"Bill {SECOND}"
    assert "Pantoprazole 40" in screen.view.card.accessibleDescription()
    place.presses(ESC)
    assert screen.view.search.hasFocus()
    place.presses(TAB)
    assert screen.view.list.hasFocus()
    place.presses(TAB)
    assert screen.view.card.hasFocus()
    place.presses(TAB)
    assert screen.view.search.hasFocus()
    place.window.setWindowState(Qt.WindowState.WindowNoState)
    for width, height in ((1366, 768), (800, 600)):
        place.window.resize(width, height)
        place.app.processEvents()
        assert screen.view.list.horizontalScrollBar().maximum() == 0
        assert screen.view.card.horizontalScrollBar().maximum() == 0


def test_a_bill_goes_to_paper_to_a_file_and_to_other_programs(place: Office, tmp_path: Path) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = bills_of(place)
    finds(place, do, "asha", FIRST)
    place.presses(F9)
    place.waits(lambda: "DUPLICATE" in do.desk.notice.text, "the paper")
    assert any("DUPLICATE" in line.text for line in read_escpos((tmp_path / "receipts.bin").read_bytes()).lines)

    place.presses(F6)
    place.waits(lambda: screen.view.form.is_open, "the form")
    edit = screen.view.form.form.rows["file"].edit
    assert edit.hasFocus()
    file = tmp_path / "bill.pdf"
    edit.selectAll()  # type: ignore[attr-defined]
    place.types(str(tmp_path), ENTER)
    place.waits(lambda: bool(do.asking.form and do.asking.form.problems), "that a folder is no file")
    place.types(str(file), ENTER)
    place.waits(file.exists, "the PDF")
    place.waits(lambda: do.desk.notice.text == f"Bill {FIRST} is in {file}.", "the sentence")
    assert FIRST in PdfReader(file).pages[0].extract_text()

    place.presses(F7)
    place.waits(lambda: len(place.links) == 1, "the chat")
    saved = tmp_path / "papers" / "C1-26-27-000001.pdf"
    assert place.links[0].startswith("https://wa.me/919847012345?text=Bill%20C1%2F26-27%2F000001%20of%2020-11-2026")
    assert str(saved) in do.desk.notice.text
    assert saved.exists()
    place.presses(F8)
    place.waits(lambda: len(place.links) == 2, "the e-mail")
    assert place.links[1].startswith("mailto:?subject=Bill%20C1")
    assert "Rs 51.00" in unquote(place.links[1])
    assert str(saved) in do.desk.notice.text

    finds(place, do, "51.00", FIRST)
    finds(place, do, "3", THIRD)
    place.presses(F7)
    assert "has no telephone number" in do.desk.notice.text
    assert len(place.links) == 2


def test_a_bill_is_corrected_at_the_counter_and_both_name_each_other(place: Office) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen, do = bills_of(place)
    finds(place, do, "sree", SECOND)
    place.presses(F3)
    place.waits(lambda: do.asking.form is not None, "the question why")
    place.types("one strip too few", ENTER)
    place.waits(lambda: isinstance(place.window.screen_here, BillingScreen), "the counter")
    billing = place.billing
    assert [(line.item.code, line.entry.typed) for line in billing.draft.lines] == [("PCM500", "1:0"), ("PAN40", "1:5")]
    assert billing.draft.customer_name == LONG
    assert SECOND in billing.desk.notice.text
    assert SECOND in place.window.windowTitle()

    # what is being typed here stays: another bill is put right in the next place
    place.presses(Qt.Key.Key_4, modifiers=ALT)
    place.waits(lambda: do.bill is not None and do.bill.cancelled is not None, "the cancelled bill")
    finds(place, do, "asha", FIRST)
    place.presses(F3)
    place.waits(lambda: do.asking.form is not None, "the question why")
    place.types("wrong person", ENTER)
    title = f"Billing: corrects {FIRST}, held: 1"
    place.waits(lambda: place.window.windowTitle().startswith(title), "the next place")
    place.presses(Qt.Key.Key_1, modifiers=CTRL)
    assert place.billing is billing
    place.presses(ENTER)
    place.types("2", ENTER)
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: billing.saving.last is not None and billing.saving.last.bill.number != THIRD, "the new bill")
    place.waits(lambda: not billing.checkout.is_busy and billing.draft.is_empty, "the end of saving")
    assert billing.saving.last is not None
    right = billing.saving.last.bill
    assert right.corrects == SECOND
    assert stored(place, SECOND).corrected_by == right.number

    place.presses(Qt.Key.Key_4, modifiers=ALT)
    finds(place, do, "sree", right.number, SECOND)
    assert [row.state for row in do.rows] == ["correction", "CORRECTED"]
    place.presses(DOWN)
    place.waits(lambda: do.bill is not None and do.bill.number == SECOND, "the corrected bill")
    assert screen.view.card.accessibleDescription().count("one strip too few") == 1
    place.presses(F3)
    place.waits(lambda: f"corrected already by {right.number}" in do.desk.notice.text, "that it is corrected")
    place.presses(F5)
    place.waits(lambda: numbers(do) == [right.number], "those that stand")
    place.presses(F5)
    place.waits(lambda: numbers(do) == [SECOND], "the cancelled ones")


def test_what_the_counter_has_no_field_for_is_left_as_it_is(place: Office) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    _, do = bills_of(place)
    finds(place, do, "3", THIRD)
    place.presses(F3)
    place.waits(lambda: "lines of one item with different discounts" in do.desk.notice.text, "the sentence")
    assert "nuskha bill correct" in do.desk.notice.text
    assert stored(place, THIRD).cancelled is None


def test_upi_payments_are_confirmed_one_after_the_other(place: Office) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    billing = place.billing

    def saved() -> str:
        return billing.saving.last.bill.number if billing.saving.last is not None else ""

    def pays_by_upi(number: str) -> None:
        place.billing_of.adds("para")
        place.presses(Qt.Key.Key_F12)
        place.types("u", ENTER)
        place.waits(lambda: saved() == number, "the bill")
        place.waits(lambda: not billing.checkout.is_busy and billing.draft.is_empty, "the end of saving")

    def confirms(*left: str) -> None:
        place.waits(lambda: do.bill is not None, "the bill")
        place.presses(Qt.Key.Key_F2)
        place.waits(lambda: screen.view.form.is_open, "the form")
        place.types(f"61234567890{len(left)}", ENTER)  # one payment pays one bill
        place.waits(lambda: not screen.view.form.is_open and numbers(do) == list(left), "one less")

    fourth, fifth = "C1/26-27/000004", "C1/26-27/000005"
    pays_by_upi(fourth)
    pays_by_upi(fifth)
    screen, do = bills_of(place)
    place.waits(lambda: do.waiting.startswith("2 UPI payments wait"), "what waits")
    assert screen.view.waiting.isVisible()
    assert screen.view.waiting.text().endswith("F12")
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: numbers(do) == [fourth, fifth], "the list")
    confirms(fifth)
    confirms()
    assert "Every UPI payment is confirmed" in screen.view.list.empty_text
    place.presses(ESC)
    place.waits(lambda: len(do.rows) == 5, "all bills")
    assert not screen.view.waiting.isVisible()


def test_a_cashier_cancels_with_a_supervisor_beside(place: Office) -> None:
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    screen, do = bills_of(place)
    finds(place, do, "asha", FIRST)
    place.presses(F10)
    place.waits(lambda: do.asking.form is not None, "the question why")
    place.types("wrong person", ENTER)
    place.waits(lambda: do.asking.form is not None and do.asking.form.purpose is Purpose.OVERRIDE, "the supervisor")
    place.waits(lambda: do.asking.form is not None and not do.asking.form.is_busy, "who may allow it")
    place.presses(TAB)
    place.types(PEOPLE[Role.PHARMACIST][2], ENTER)
    place.waits(lambda: do.bill is not None and do.bill.cancelled is not None, "the cancelled bill")
    assert stored(place, FIRST).cancelled is not None
    assert not next(action for action in screen.key_actions() if action.key == "F10").enabled
    place.presses(Qt.Key.Key_F1)
    assert place.window.key_list.is_open
    place.presses(ESC)


def test_who_does_not_bill_reads_only_and_who_buys_sees_nothing(place: Office) -> None:
    username, password, _ = PEOPLE[Role.ACCOUNTANT]
    place.comes_in(username, password)
    screen, _ = bills_of(place)
    assert {"F3", "F10"}.isdisjoint(action.key for action in screen.key_actions())
    place.presses(Qt.Key.Key_L, modifiers=Qt.KeyboardModifier.ControlModifier)
    username, password, _ = PEOPLE[Role.PURCHASE_CLERK]
    place.comes_in(username, password)
    assert not any(isinstance(one, BillsScreen) for one in place.window._screens)
