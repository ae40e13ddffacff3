"""A whole morning in one real window, by keyboard and scanner alone: thirty bills, each of another kind.

After each bill what the window showed is compared with what the books say; at the end the books are added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from core.app.shop import open_shop
from core.app.verify import verify
from core.cash.queries import read_drawer
from core.dispensing.queries import h1_register
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.money import ZERO, Money
from core.sales.awaited import awaited_purchases
from core.sales.dto import BillView, TenderMode
from core.sales.model import Bill
from core.sales.payments import waiting_payments
from core.sales.queries import bill_by_number
from core.wants.queries import read_wants
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.draft_lines import Totals
from pos_desktop.screens.billing.rows import Shelf
from pos_desktop.screens.billing.saving import Paper
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.screens.bills.presenter import BillsPresenter
from pos_desktop.screens.bills.screen import BillsScreen
from pos_desktop.screens.counter.presenter import CounterPresenter
from pos_desktop.screens.counter.screen import CounterScreen
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.escpos_reader import read_escpos
from tests.support.morning import GOODS, NEVER_SCANNED, PARACETAMOL, morning_shop
from tests.support.people import PEOPLE, cheap_secrets
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN, DELETE = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_Delete,
)
F2, F3, F4, F5, F6, F7, F9, F10, F12 = (getattr(Qt.Key, f"Key_F{n}") for n in (2, 3, 4, 5, 6, 7, 9, 10, 12))
SHIFT = Qt.KeyboardModifier.ShiftModifier
OWNER = Actor(None, "owner", Role.OWNER)
RAVI, ASHA = PEOPLE[Role.CASHIER], PEOPLE[Role.PHARMACIST]
FLOAT = Money(500_00)

#: A line of a bill: item, batch, smallest units, discount, tax, amount.
Sold = tuple[str, str, int, Money, Money, Money]


@dataclass(frozen=True)
class Shown:
    """What stands in the window when F12 is pressed."""

    lines: list[Sold]
    totals: Totals


@dataclass
class Morning:
    """Somebody at the counter; ``numbers`` are the bills so far."""

    place: Workplace
    papers: Path
    numbers: list[str] = field(default_factory=list)
    shown: Shown | None = None

    @property
    def view(self) -> BillingView:
        here = self.place.window.screen_here
        assert isinstance(here, BillingScreen)
        return here.view

    @property
    def said(self) -> str:
        """The sentence above the lines."""
        return self.view.notice.text

    # --- the bill being typed ------------------------------------------------------------------------------------

    def scans(self, code: str) -> None:
        """Hold a pack under the scanner."""
        before = len(self.place.billing.draft.lines)
        self.place.scans(code)
        self.place.waits(lambda: len(self.place.billing.draft.lines) > before, f"the pack {code}")

    def searches(self, text: str) -> None:
        """Type into the search until the list hangs below it."""
        self.place.types(text)
        self.place.waits(self.view.hits.isVisible, f"what {text} finds")

    def asks_for_more_than_there_is(self, text: str, quantity: str) -> None:
        """Search, Enter, a quantity that is too much, Enter."""
        self.place.types(text, ENTER)
        self.place.waits(lambda: bool(draft := self.place.billing.draft.lines) and not draft[-1].waits, text)
        self.place.types(quantity, ENTER)
        assert self.place.billing.draft.first_problem() is not None

    def discounts_line(self, typed: str) -> None:
        """Ctrl+D, the discount, Enter."""
        self.place.presses(Qt.Key.Key_D, modifiers=CTRL)
        assert self.view.discount.hasFocus()
        self.place.types(typed, ENTER)
        assert self.view.search.hasFocus()

    def discounts_bill(self, typed: str) -> None:
        """Ctrl+Shift+D, the discount, Enter."""
        self.place.presses(Qt.Key.Key_D, modifiers=CTRL | SHIFT)
        assert self.view.bill_discount.hasFocus()
        self.place.types(typed, ENTER)
        assert self.view.search.hasFocus()

    def names_the_clinic(self) -> None:
        """F2, some letters of the name, Down, Enter, Enter."""
        self.place.presses(F2)
        self.place.types("city")
        self.place.waits(self.view.customers.isVisible, "the clinic")
        self.place.presses(DOWN, ENTER)
        self.place.waits(lambda: self.place.billing.draft.card is not None, "its card")
        self.place.presses(ENTER)
        assert self.view.search.hasFocus()

    # --- forms ---------------------------------------------------------------------------------------------------

    def form(self, purpose: Purpose) -> BillForm:
        """Wait for a form over the bill."""
        asking = self.place.billing.asking
        self.place.waits(lambda: asking.form is not None and asking.form.purpose is purpose, purpose.value)
        self.place.waits(lambda: asking.form is None or not asking.form.is_busy, f"{purpose.value} to be ready")
        assert asking.form is not None
        return asking.form

    def fills(self, form: BillForm, **typed: str) -> None:
        """Go through a form by Tab and type into what is named; Enter in the last field."""
        names = [one.name for one in form.fields]
        for name in names:
            if name in typed:
                self.place.types(typed[name])
            self.place.presses(TAB if name != names[-1] else ENTER)

    # --- saving --------------------------------------------------------------------------------------------------

    def takes_payment(self) -> None:
        """F12, and note what the window shows."""
        draft, view = self.place.billing.draft, self.view
        priced = draft.priced()
        sold = [
            (
                one.portion.item.code,
                one.portion.batch.number,
                one.portion.units,
                one.discount,
                one.split.tax,
                one.amount,
            )
            for one in priced.lines
        ]
        rows = [(row.batch, row.mrp) for row in view.lines.shown_rows if not row.sentence]
        assert rows == [(one.portion.batch.number, one.portion.batch.mrp) for one in priced.lines]
        assert view.totals.total.text() == f"₹{draft.totals.total.grouped()}"
        self.shown = Shown(sold, draft.totals)
        self.place.presses(F12)
        self.place.waits(lambda: self.place.billing.checkout.tender is not None, "the cash")
        assert view.cash.hasFocus()

    def pays(self, *typed: str) -> BillView:
        """F12, and each text with Enter; nothing typed is cash to the rupee."""
        self.takes_payment()
        for text in typed or ("",):
            self.place.types(text, ENTER)
        return self.is_saved()

    def is_saved(self) -> BillView:
        """Wait for the next number and its paper; the books say of it what the window showed."""
        number = f"C1/26-27/{len(self.numbers) + 1:06}"
        saving = self.place.billing.saving

        def is_there() -> bool:
            last = saving.last
            return last is not None and last.bill.number == number and last.paper is Paper.PRINTED

        self.place.waits(is_there, f"{number} on paper")
        self.numbers.append(number)
        bill = self.stored(number)
        assert self.shown is not None
        assert [
            (line.item_code, line.batch, line.units, line.discount, line.cgst + line.sgst + line.igst, line.amount)
            for line in bill.lines
        ] == self.shown.lines
        of_bill = (bill.gross, bill.discount, bill.cgst + bill.sgst, bill.round_off, bill.total)
        totals = self.shown.totals
        assert of_bill == (totals.gross, totals.discount, totals.tax, totals.round_off, totals.total)
        assert number.encode() in self.papers.read_bytes()
        assert self.view.search.hasFocus()
        return bill

    def stored(self, number: str) -> BillView:
        """What the books say of a bill."""
        assert self.place.program.shop is not None
        with self.place.program.shop.database.read() as session:
            return bill_by_number(session, number)

    def bills(self) -> list[BillView]:
        """Every bill of the morning as it stands now."""
        return [self.stored(number) for number in self.numbers]

    # --- other screens -------------------------------------------------------------------------------------------

    def goes_back(self) -> None:
        """Alt+1: the counter."""
        self.place.presses(Qt.Key.Key_1, modifiers=ALT)
        assert self.view.search.hasFocus()

    def finds_bill(self, number: str) -> BillsPresenter:
        """Alt+4, and the number of a bill."""
        self.place.presses(Qt.Key.Key_4, modifiers=ALT)
        here = self.place.window.screen_here
        assert isinstance(here, BillsScreen)
        do = here.view.presenter
        self.place.presses(ESC)
        self.place.types(number)
        self.place.waits(lambda: do.bill is not None and do.bill.number == number, f"bill {number}")
        return do

    def goes_to_drawer(self) -> CounterPresenter:
        """Alt+6: the drawer."""
        self.place.presses(Qt.Key.Key_6, modifiers=ALT)
        here = self.place.window.screen_here
        assert isinstance(here, CounterScreen)
        do = here.view.presenter
        self.place.waits(lambda: do.is_read, "the drawer")
        return do


@pytest.fixture
def morning(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Morning]:
    """The window at its log-in, with everything on the shelves; afterwards the books are proved."""
    with cheap_secrets():
        papers = tmp_path / "papers.bin"
        morning_shop(tmp_path / "shop", clock, papers).close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield Morning(made, papers)
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def test_thirty_bills_of_a_morning(morning: Morning, clock: TurnedClock, tmp_path: Path) -> None:
    shop = TestShop(open_shop(tmp_path / "shop", clock), clock)
    opening = stock_of(shop)
    morning.place.comes_in(*RAVI[:2])
    opens_the_drawer(morning)
    quantities(morning)
    short_and_substituted(morning)
    discounts(morning)
    side_by_side_and_again(morning)
    ways_to_pay(morning)
    morning.place.switches("a", ASHA[2], "asha")
    batches_and_packs(morning)
    prescriptions(morning, tmp_path)
    what_was_wrong(morning)
    hands_over(morning)
    adds_up(morning, shop, opening, clock)
    shop.close()


def stock_of(shop: TestShop) -> Counter[tuple[str, str]]:
    """The smallest units of every batch."""
    return Counter({(code, batch.number): batch.units for code in GOODS for batch in shop.stock(code).batches})


def opens_the_drawer(morning: Morning) -> None:
    do = morning.goes_to_drawer()
    morning.place.presses(F2)
    morning.place.types("500", ENTER)
    morning.place.waits(lambda: do.view is not None and do.desk.form is None, "the open drawer")
    morning.goes_back()


def quantities(morning: Morning) -> None:
    place = morning.place
    # 1: one scan
    morning.scans(PARACETAMOL)
    bill = morning.pays()
    assert [(line.item_code, line.units) for line in bill.lines] == [("PCM500", 10)]
    # 2: packs and loose ones; two scans of the same are one line
    place.adds("cough", "2")
    place.adds("para", "2:5")
    place.scans(PARACETAMOL)
    place.waits(lambda: place.billing.draft.lines[1].units == 35, "one pack more")
    bill = morning.pays("500")
    assert [(line.item_code, line.units) for line in bill.lines] == [("COUGH", 2), ("PCM500", 35)]
    assert bill.change == Money(500_00) - bill.total
    # 3: tablets
    place.adds("para", "25t")
    assert [line.units for line in morning.pays().lines] == [25]
    # 4: the whole strip of the first batch, the others from the next, each at its own MRP
    place.adds("amox", "3")
    bill = morning.pays()
    assert [(line.batch, line.units, str(line.mrp)) for line in bill.lines] == [
        ("A1", 10, "201.05"),
        ("A2", 20, "214.50"),
    ]
    # 5: every rate, nil-rated, exempt, without an expiry, near its end
    for text, quantity in (("cotton", "2"), ("selsun", "1"), ("nirodh", "3"), ("whole", "1"), ("ondan", "1")):
        place.adds(text, quantity)
    assert [row.shelf for row in morning.view.lines.shown_rows][-1] is Shelf.NEAR
    bill = morning.pays()
    assert [(row.treatment.value, str(row.gst)) for row in bill.tax_summary()] == [
        ("taxable", "18"),
        ("taxable", "5"),
        ("exempt", "0"),
        ("nil", "0"),
    ]
    assert [line.expiry is None for line in bill.lines] == [True, False, False, False, False]


def short_and_substituted(morning: Morning) -> None:
    place = morning.place
    # 6: five are wanted and three are there: the rest goes into the want book
    morning.asks_for_more_than_there_is("cetir", "5")
    place.presses(Qt.Key.Key_W, modifiers=CTRL)
    morning.fills(morning.form(Purpose.WANT), customer_phone="9847012345")
    place.waits(lambda: place.billing.asking.form is None, "the note")
    assert morning.view.quantity.text() == "3:0"
    place.presses(ENTER)
    assert [line.units for line in morning.pays().lines] == [30]
    # 7: the same salts for less; what is expired comes off the bill again
    morning.searches("pantop")
    place.presses(F4)
    place.waits(morning.view.same_salt.isVisible, "the same salts")
    place.presses(ENTER)
    place.waits(lambda: not place.billing.draft.waits and bool(place.billing.draft.lines), "Pandel")
    place.types("2", ENTER)
    place.types("domp", ENTER)
    place.waits(lambda: place.billing.draft.first_problem() == 1, "that it is expired")
    place.presses(DELETE, modifiers=CTRL)
    assert [(line.item_code, line.units) for line in morning.pays().lines] == [("PANDEL", 20)]


def discounts(morning: Morning) -> None:
    place = morning.place
    # 8: of a line, over the item's own; one that is never given
    place.adds("calc", "1")
    assert str(place.billing.draft.totals.discount) == "11.00"
    place.adds("para", "2")
    morning.discounts_line("5")
    place.adds("fixed", "1")
    place.presses(Qt.Key.Key_D, modifiers=CTRL)
    assert morning.said == "Fixed Price Drops allows no discount."
    bill = morning.pays()
    assert [str(line.discount) for line in bill.lines] == ["11.00", "2.57", "0.00"]
    # 9: of the whole bill
    place.adds("para", "3")
    place.adds("cough", "1")
    morning.discounts_bill("4%")
    assert str(morning.pays().discount) == "8.36"
    # 10: more than a cashier gives: Asha types her PIN
    place.adds("cough", "1")
    morning.discounts_bill("8")
    place.waits(lambda: "above the limit of ravi (5 %)" in morning.said, "that it is over the limit")
    morning.takes_payment()
    place.presses(ENTER)
    morning.fills(morning.form(Purpose.OVERRIDE), secret=ASHA[2], reason="regular customer")
    assert str(morning.is_saved().discount) == "10.56"
    # 11: below what it cost, which is said and billed
    place.adds("dear", "1")
    morning.discounts_line("5")
    place.waits(lambda: "cost" in morning.said, "the warning")
    assert morning.view.lines.shown_rows[0].is_below_cost
    morning.pays()
    # 12: cut to the cash there is
    place.adds("para", "4")
    place.adds("vitamin", "3")
    place.types("/")
    morning.fills(morning.form(Purpose.CASH), cash="100")
    place.waits(lambda: place.billing.asking.form is None, "the cut")
    assert morning.pays("100").total <= Money(100_00)


def side_by_side_and_again(morning: Morning) -> None:
    place = morning.place
    # 13 and 14: one is held while the next is served
    place.adds("amox", "1")
    place.presses(F5)
    place.adds("para", "1")
    place.adds("cotton", "1")
    assert [line.item_code for line in morning.pays().lines] == ["PCM500", "COTTON"]
    place.presses(Qt.Key.Key_1, modifiers=CTRL)
    assert [line.item_code for line in morning.pays().lines] == ["AMOX"]
    # 15: the same again
    place.presses(Qt.Key.Key_R, modifiers=CTRL)
    place.waits(morning.view.repeats.isVisible, "the list")
    place.presses(ENTER)
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the lines")
    assert [(line.item_code, line.units) for line in morning.pays().lines] == [("AMOX", 10)]
    # 16: quoted first
    place.adds("cough", "2")
    place.presses(Qt.Key.Key_Q, modifiers=CTRL)
    place.waits(lambda: "Quotation C1Q/26-27/000001 over" in morning.said, "the quotation")
    place.presses(Qt.Key.Key_Q, modifiers=CTRL)
    place.waits(morning.view.quotations.isVisible, "those that wait")
    place.presses(ENTER)
    place.waits(lambda: len(place.billing.draft.lines) == 1, "what was quoted")
    assert [(line.item_code, line.units) for line in morning.pays().lines] == [("COUGH", 2)]


def ways_to_pay(morning: Morning) -> None:
    place = morning.place
    # 17: by UPI, to be confirmed
    place.adds("para", "2")
    assert [(one.mode, one.waits) for one in morning.pays("u").tenders] == [(TenderMode.UPI, True)]
    # 18: by card
    place.adds("selsun", "1")
    assert paid(morning.pays("c4411")) == ["card 299.00 4411"]
    # 19: by cheque, which has a number
    place.adds("cotton", "2")
    assert paid(morning.pays("q", "004512")) == ["cheque 90.00 004512"]
    # 20: some by UPI, some by card, the rest in cash with change
    place.adds("vitamin", "1")
    place.adds("cough", "1")
    bill = morning.pays("100u612345678901", "20c", "50")
    assert paid(bill) == ["upi 100.00 612345678901", "card 20.00", "cash 50.00"]
    assert bill.change == Money(170_00) - bill.total
    # 21: on credit, more than the clinic may owe: back to the cash, and what it may
    morning.names_the_clinic()
    for text, quantity in (("whole", "1"), ("amox", "2"), ("selsun", "1")):
        place.adds(text, quantity)
    morning.takes_payment()
    place.types("k", ENTER)
    morning.form(Purpose.OVERRIDE)
    place.presses(ESC)
    assert "1,000.00" in morning.view.tender.sentence
    place.presses(Qt.Key.Key_Backspace)
    place.types("900k", ENTER)
    bill = morning.is_saved()
    assert paid(bill) == ["credit 900.00", f"cash {bill.total - Money(900_00)}"]
    assert bill.customer_name == "City Clinic"
    # 22: from what it paid before
    morning.names_the_clinic()
    place.adds("para", "2")
    assert paid(morning.pays("a")) == ["advance 51.00"]


def paid(bill: BillView) -> list[str]:
    """How a bill was paid."""
    return [" ".join(filter(None, (one.mode, str(one.amount), one.reference))) for one in bill.tenders]


def batches_and_packs(morning: Morning) -> None:
    place = morning.place
    # 23: what is recalled is not to be had; a batch by hand, and what it has not from the next
    place.adds("metf", "1")
    place.presses(F3)
    place.waits(morning.view.batches.isVisible, "the batches")
    place.presses(DOWN, DOWN, ENTER)
    place.waits(lambda: "recalled by its maker" in morning.said, "that it is held")
    place.presses(DOWN, DOWN, ENTER)
    place.waits(lambda: not morning.view.batches.isVisible(), "the choice")
    place.presses(ENTER)
    place.types("6", ENTER)
    assert [(line.batch, line.units) for line in morning.pays().lines] == [("M3", 50), ("M2", 10)]
    # 24: two packs came this morning and are not entered yet
    morning.asks_for_more_than_there_is("telmi", "3")
    place.presses(Qt.Key.Key_B, modifiers=CTRL)
    morning.fills(morning.form(Purpose.IN_HAND), batch="NEW9", expiry="03/29", mrp="82.00")
    place.waits(lambda: place.billing.draft.first_problem() is None, "the packs in hand")
    assert [(line.batch, line.units) for line in morning.pays().lines] == [("T1", 10), ("NEW9", 20)]
    # 25: a barcode that nobody knew
    place.scans(NEVER_SCANNED)
    place.waits(lambda: "F6" in morning.said, "that it can be taught")
    place.presses(F6)
    place.types("vitamin", ENTER)
    morning.form(Purpose.TEACH)
    place.presses(ENTER)
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the vitamins")
    place.scans(NEVER_SCANNED)
    place.waits(lambda: place.billing.draft.lines[0].units == 20, "that it is known")
    assert [(line.item_code, line.units) for line in morning.pays().lines] == [("VITC", 20)]


def prescriptions(morning: Morning, folder: Path) -> None:
    place = morning.place
    asha_menon = {
        "patient.name": "Asha Menon",
        "written_on": "19-11-2026",
        "patient.address": "12 Hill Road, Kochi",
        "prescriber.name": "Dr K Rao",
        "prescriber.registration": "TCMC 4711",
        "prescriber.address": "City Hospital, Kochi",
    }
    # 26: nobody thought of it: Schedule H is asked for when it is saved, and who is on duty
    place.adds("azi", "1")
    morning.takes_payment()
    place.presses(ENTER)
    homeless = {name: text for name, text in asha_menon.items() if "address" not in name}
    morning.fills(morning.form(Purpose.PRESCRIPTION), **homeless)
    morning.form(Purpose.DUTY)
    place.presses(ENTER)
    given = morning.is_saved().dispensing
    assert given is not None
    assert (given.patient_name, given.pharmacist.registration) == ("Asha Menon", "KSPC 12345")
    # 27: Schedule H1, the prescription first
    place.presses(F7)
    morning.form(Purpose.WHICH)
    place.presses(ENTER)
    morning.fills(morning.form(Purpose.PRESCRIPTION), **asha_menon)
    place.waits(lambda: place.billing.draft.dispensing is not None, "the prescription")
    place.adds("cefi", "2")
    morning.pays()
    # 28: Schedule X and NDPS, with a picture of the prescription
    picture = folder / "rx.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    place.adds("methyl", "1")
    place.adds("alpra", "1")
    morning.takes_payment()
    place.presses(ENTER)
    other = {**asha_menon, "patient.name": "Raman Nair", "image": str(picture)}
    morning.fills(morning.form(Purpose.PRESCRIPTION), **other)
    given = morning.is_saved().dispensing
    assert given is not None
    assert given.patient_name == "Raman Nair"
    # 29: Schedules C and C1 are sold to somebody who is named
    place.adds("insulin", "1")
    place.adds("antitet", "1")
    morning.takes_payment()
    place.presses(ENTER)
    place.waits(morning.view.customer_name.hasFocus, "who it is")
    assert "named purchaser" in morning.said
    place.types("Meera Das", ENTER)
    place.presses(ENTER)
    place.types("Kaloor, Kochi", ENTER)
    bill = morning.pays()
    assert (bill.customer_name, bill.customer_address) == ("Meera Das", "Kaloor, Kochi")


def what_was_wrong(morning: Morning) -> None:
    place, (upi, card, wrong) = morning.place, (morning.numbers[place] for place in (16, 17, 12))
    # the last one is taken back, and its paper says so
    place.presses(F10)
    morning.fills(morning.form(Purpose.CANCEL), reason="brought back")
    place.waits(lambda: morning.stored(morning.numbers[-1]).cancelled is not None, "that it is cancelled")
    # the payment by UPI came in
    do = morning.finds_bill(upi)
    place.presses(F2)
    place.waits(lambda: do.asking.form is not None, "the number")
    place.types("412345678901", ENTER)
    place.waits(lambda: not any(one.waits for one in morning.stored(upi).tenders), "that it is confirmed")
    # the card was cash in truth
    do = morning.finds_bill(card)
    place.presses(F4)
    place.waits(lambda: do.asking.form is not None, "how it was paid")
    place.types("cash 299", TAB)
    place.types("the card was refused", ENTER)
    place.waits(lambda: paid(morning.stored(card)) == ["cash 299.00"], "the cash")
    # another paper
    place.presses(F9)
    place.waits(lambda: "DUPLICATE" in do.desk.notice.text, "the paper")
    lines = [line.text for line in read_escpos(morning.papers.read_bytes()).lines]
    assert any("DUPLICATE" in line for line in lines)
    assert any(card in line for line in lines)
    # 30: one was wrong and comes back to the counter
    do = morning.finds_bill(wrong)
    place.presses(F3)
    place.waits(lambda: do.asking.form is not None, "why")
    place.types("three rolls", ENTER)
    place.waits(lambda: isinstance(place.window.screen_here, BillingScreen), "the counter")
    place.waits(lambda: len(place.billing.draft.lines) == 2, "what stood on it")
    place.presses(ENTER)
    place.types("3", ENTER)
    bill = morning.pays()
    assert [(line.item_code, line.units) for line in bill.lines] == [("PCM500", 10), ("COTTON", 3)]
    assert (bill.corrects, morning.stored(wrong).corrected_by) == (wrong, bill.number)


def hands_over(morning: Morning) -> None:
    place = morning.place
    do = morning.goes_to_drawer()
    place.presses(F4, TAB)
    place.types("40", TAB)
    place.types("Courier", TAB)
    place.types("parcel to Kochi", ENTER)
    place.waits(lambda: do.view is not None and len(do.view.movements) == 1, "the courier")
    place.waits(lambda: do.desk.form is None, "the drawer again")
    assert do.view is not None
    should_be = do.view.drawer.should_be
    place.presses(F5, TAB)
    place.types(str(should_be), ENTER)
    place.waits(lambda: do.view is not None and len(do.view.handovers) == 1, "the handover")
    (handover,) = do.view.handovers
    assert (handover.from_username, handover.to_username) == ("ravi", "asha")
    assert (handover.cash, handover.difference) == (should_be, ZERO)
    here = place.window.screen_here
    assert isinstance(here, CounterScreen)
    assert here.view.title.text() == f"₹{should_be.grouped()} should be in the drawer"
    morning.goes_back()


def adds_up(morning: Morning, shop: TestShop, opening: Counter[tuple[str, str]], clock: TurnedClock) -> None:
    """Numbers, stock, drawer and registers after the morning."""
    bills, today = morning.bills(), business_date(clock.now())
    stand = [bill for bill in bills if bill.cancelled is None]
    with shop.shop.database.read() as session:
        drawer = read_drawer(session, OWNER)
        register = h1_register(session, OWNER, today, today)
        wants = read_wants(session, OWNER, today)
        awaited = awaited_purchases(session)
        waiting = waiting_payments(session)
        posted = session.scalars(select(Bill.number).order_by(Bill.serial)).all()
    assert list(posted) == [f"C1/26-27/{number:06}" for number in range(1, 31)] == morning.numbers
    assert [bill.number for bill in bills if bill.cancelled] == [morning.numbers[12], morning.numbers[28]]
    assert [bill.username for bill in bills] == ["ravi"] * 22 + ["asha"] * 8

    sold = Counter[tuple[str, str]]()
    for line in (line for bill in stand for line in bill.lines):
        sold[line.item_code, line.batch] += line.units
    assert sold.pop(("TELMA", "NEW9")) == 20
    left = {batch: units - sold[batch] for batch, units in opening.items()}
    assert {batch: units for batch, units in stock_of(shop).items() if units} == {b: u for b, u in left.items() if u}
    assert set(sold) <= set(opening)
    assert [(one.item, one.batch, one.units) for one in awaited] == [("TELMA", "NEW9", 20)]

    cash = Money.total(one.amount for bill in stand for one in bill.tenders if one.mode is TenderMode.CASH)
    change = Money.total(bill.change for bill in stand)
    assert drawer == FLOAT + cash - change - Money(40_00)
    assert waiting == []

    assert [(row.bill_number, row.patient_name) for row in register] == [(morning.numbers[26], "Asha Menon")]
    supplies = [bill.dispensing.number for bill in bills if bill.dispensing is not None]
    assert supplies == [f"C1S/26-27/{number:06}" for number in range(1, 5)]
    assert [(want.item, want.units, want.customer_phone) for want in wants] == [("CETZ", 20, "9847012345")]
