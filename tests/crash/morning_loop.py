"""The child that is killed: somebody bills a morning at the five places of a counter, and says what they do.

``python -m tests.crash.morning_loop`` reads lines ``FOLDER SEED`` from standard input and lets a process of its own
do the rest of the morning for each; it loads the program once for all of them. Whoever comes back after a kill looks
at the books and at the places, and goes on from there: what is done is not done again.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from core.app.shop import open_shop
from core.inventory.dto import SaleItem
from core.sales.correcting import correct_bill
from core.sales.cuts import CutKind
from core.sales.drafts import PLACES, SavedDraft
from core.sales.dto import BillView, CorrectBill, PostBill
from core.sales.model import Bill, DraftCut, Quotation
from core.sales.queries import bill_view
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.state import Focus
from tests.support.clock import TurnedClock
from tests.support.counter import Counter
from tests.support.shop import TestShop

NOON: Final = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
#: A line: what is searched, its item, the quantity as typed, the smallest units that it means, the discount.
Line = tuple[str, str, str, int, str]
PARA: Final[Line] = ("para", "PCM500", "0:7", 7, "")
PARA_OFF: Final[Line] = ("para", "PCM500", "2", 20, "5")
PAN: Final[Line] = ("panto", "PAN40", "1", 10, "")
PAN_LOOSE: Final[Line] = ("panto", "PAN40", "3t", 3, "₹1.50")
AZEE: Final[Line] = ("azi", "AZEE", "1", 10, "")
PRESCRIPTION: Final = {
    "patient.name": "Asha Menon",
    "patient.phone": "9847012345",
    "written_on": "19-11-2026",
    "patient.address": "12 Hill Road, Kochi",
    "prescriber.name": "Dr K Rao",
    "prescriber.registration": "TCMC 4711",
    "prescriber.address": "City Hospital, Kochi",
    "repeats": "",
    "image": "",
}

#: What is kept of a place that is compared: id, customer, lines, bill discount, corrected bill, quotation.
State = list[Any] | None


def state_of_draft(draft: Draft, searching: str) -> State:
    """Return a bill being typed as it is compared, None for an empty place."""
    if draft.is_empty and not searching:
        return None
    lines = [[line.item.code, line.entry.typed, line.entry.base, line.entry.discount] for line in draft.lines]
    more = [draft.bill_discount, draft.corrects, draft.quotation, searching]
    return [str(draft.command_id), draft.customer_name, lines, *more]


def state_of_saved(draft: SavedDraft) -> State:
    """Return a kept bill as it is compared."""
    lines = [[line.item, line.typed, line.base, line.discount] for line in draft.lines]
    more = [draft.bill_discount, draft.corrects, draft.quotation, draft.searching]
    return [str(draft.command_id), draft.customer_name, lines, *more]


class Person:
    """Somebody at the counter. ``tell`` says what they do; ``chance`` decides when a second has passed."""

    def __init__(self, shop: TestShop, tell: Callable[[dict[str, Any]], None], chance: random.Random) -> None:
        self.shop = shop
        self.tell = tell
        self.chance = chance
        self.counter = Counter(shop)
        self.counter.board.listen(lambda topics: self.counter.places.stock_changed())
        self.tell({"began": self.states()})
        self._acted()
        while self.counter.places.saving.unprinted:
            self.counter.billing.checkout.print_again()

    # --- the morning ---------------------------------------------------------------------------------------------

    def bills(self) -> None:
        """Do what is left of the morning."""
        self.types(1, "Ravi", PARA)
        self.types(2, "Anil", PAN, PARA)
        self.pays(2, "Anil")
        self.types(1, "Ravi", PARA, PAN_LOOSE)
        self.pays(1, "Ravi", "500")
        self.types(1, "Meera", PARA_OFF)
        self.types(2, "Sunil", PAN_LOOSE, PARA)
        self.types(3, "Devi", PAN)
        self.discounts_bill(3, "Devi", "4")
        self.pays(3, "Devi")
        self.pays(1, "Meera")
        self.types(4, "Clinic", PARA, PAN_LOOSE)
        self.quotes(4, "Clinic")
        self.changes_mind(3, "Kiran")
        self.types(1, "Asha", AZEE)
        self.pays(2, "Sunil")
        self.pays(1, "Asha")
        self.cancels("Devi")
        self.takes_quotation(5, "Clinic")
        self.pays(5, "Clinic", "1000")
        self.corrects("Meera", PARA)
        self.types(2, "Last", PARA)
        self.pays(2, "Last")
        self._second_passes()

    # --- what they do --------------------------------------------------------------------------------------------

    def types(self, place: int, who: str, *lines: Line) -> None:
        """Type a bill, or what is missing of it."""
        if self._posted(who) or self._quoted(who):
            return
        with self._at(place):
            if self.counter.billing.draft.customer_name != who:
                self.counter.billing.customer_typed(who, "")
                self._acted()
            for line in lines:
                self._puts(line)

    def discounts_bill(self, place: int, who: str, typed: str) -> None:
        """Ctrl+Shift+D."""
        if self._posted(who):
            return
        with self._at(place):
            billing = self.counter.billing
            billing.discount_bill()
            billing.editor.type(typed, Focus.BILL_DISCOUNT)
            self._acted()
            billing.discounts.enter()

    def pays(self, place: int, who: str, cash: str = "") -> None:
        """F12, the cash, Enter; a prescription where one is asked for."""
        if self._posted(who):
            return
        with self._at(place):
            self._saves(who, cash)

    def quotes(self, place: int, who: str) -> None:
        """Ctrl+Q."""
        if self._quoted(who):
            return
        with self._at(place):
            self.tell({"quotes": who})
            self.counter.billing.quote()
            assert self._quoted(who)

    def takes_quotation(self, place: int, who: str) -> None:
        """Ctrl+Q on an empty bill, Enter."""
        if self._posted(who):
            return
        with self._at(place):
            billing = self.counter.billing
            if billing.draft.quotation is None:
                billing.quote()
                billing.search_entered()

    def changes_mind(self, place: int, who: str) -> None:
        """Delete a line, take less once the sum is told, and clear the bill: what is recorded is not done again."""
        if CutKind.DRAFT in self._cut():
            return
        billing = self.counter.places.at(place)
        if CutKind.LINE not in self._cut():
            self.types(place, who, PARA_OFF, PAN)
            with self._at(place):
                self._second_passes()
                billing.editor.move(1)
                billing.remove_line()
                self._second_passes()
        if CutKind.QUANTITY not in self._cut():
            self.types(place, who, PARA_OFF)
            with self._at(place):
                billing.open_tender()
                self._second_passes()
                billing.checkout.close()
                self._puts((*PARA[:4], PARA_OFF[4]))
                self._second_passes()
        with self._at(place):
            billing.clear()
            self._second_passes()

    def cancels(self, who: str) -> None:
        """F10, why, Enter."""
        bill = self._posted(who)
        assert bill is not None
        if bill.cancelled is None:
            self.tell({"cancels": who})
            asking = self.counter.billing.asking
            asking.cancel(bill)
            asking.submit({"reason": "brought back"})

    def corrects(self, who: str, line: Line) -> None:
        """Take a bill back, and save it right in a free place."""
        wrong = self._posted(who)
        assert wrong is not None
        if wrong.corrected_by is not None:
            return
        places = self.counter.places
        here = next((number for number in PLACES if places.at(number).draft.corrects == wrong.number), None)
        if here is None:
            draft, items = self._taken_back(wrong)
            places.take_over(draft, items)
            self._acted()
            here = places.number
        with self._at(here):
            self._puts(line)
            self._saves(who, "")

    def _taken_back(self, wrong: BillView) -> tuple[PostBill, dict[str, SaleItem]]:
        self.tell({"corrects": wrong.number})
        with self.shop.shop.database.write(self.shop.actor) as uow:
            draft = correct_bill(uow, CorrectBill(number=wrong.number, reason="wrong quantity")).draft
        self.counter.board.announce({Topic.BILLS, Topic.STOCK})
        return draft, {one.item: self.shop.stock(one.item) for one in draft.lines}

    def _puts(self, line: Line) -> None:
        text, code, typed, units, discount = line
        billing = self.counter.billing
        found = next((n for n, one in enumerate(billing.draft.lines) if one.item.code == code), None)
        if found is None:
            for length in range(1, len(text) + 1):
                billing.search_typed(text[:length])
                self._acted()
            billing.search_entered()
            found = len(billing.draft.lines) - 1
            self._acted()
        if billing.draft.lines[found].units != units or billing.draft.lines[found].entry.base:
            billing.edit_line(found)
            billing.quantity_typed(typed)
            self._acted()
            billing.quantity_entered()
        if billing.draft.lines[found].entry.discount != discount:
            billing.edit_line(found)
            billing.escape()
            billing.discount_line()
            billing.editor.type(discount, Focus.DISCOUNT)
            billing.discounts.enter()
            self._acted()

    def _saves(self, who: str, cash: str) -> None:
        billing = self.counter.billing
        number = billing.draft.command_id
        self.tell({"pays": str(number)})
        self.counter.pays(cash)
        form = billing.asking.form
        if form is not None and form.purpose is Purpose.PRESCRIPTION:
            self._acted()
            billing.asking.submit(PRESCRIPTION)
        last = self.counter.places.saving.last
        assert last is not None, billing.desk.notice.text
        assert last.bill.bill_id == number, billing.desk.notice.text
        self.tell({"saved": str(number), "number": last.bill.number})
        self._acted()

    # --- inside --------------------------------------------------------------------------------------------------

    def states(self) -> dict[str, State]:
        """Return what stands in each place."""
        found = {number: self.counter.places.at(number) for number in PLACES}
        return {str(number): state_of_draft(one.draft, one.search.typed) for number, one in found.items()}

    @contextmanager
    def _at(self, place: int) -> Iterator[None]:
        """Go to a place, where a half-typed word or an open cell may have come back."""
        self.counter.places.go_to(place)
        billing = self.counter.billing
        billing.checkout.close()
        billing.escape()
        billing.search_typed("")
        yield

    def _acted(self) -> None:
        if self.chance.random() < 0.5:
            self._second_passes()

    def _second_passes(self) -> None:
        self.tell({"keeps": self.states()})
        self.counter.timer.rings()
        self.tell({"kept": self.states()})

    def _posted(self, who: str) -> BillView | None:
        """Look for somebody's first bill in the books."""
        with self.shop.shop.database.read() as session:
            found = session.scalars(select(Bill.id).where(Bill.customer_name == who).order_by(Bill.serial)).first()
            return None if found is None else bill_view(session, found)

    def _cut(self) -> set[str]:
        with self.shop.shop.database.read() as session:
            return set(session.scalars(select(DraftCut.kind)))

    def _quoted(self, who: str) -> bool:
        with self.shop.shop.database.read() as session:
            return session.scalars(select(Quotation.id).where(Quotation.customer_name == who)).first() is not None


def bill_the_morning(folder: Path, seed: str) -> None:
    """Open the shop and do the rest of the morning, a line of output for each thing that is done."""
    clock = TurnedClock(NOON)
    shop = TestShop(open_shop(folder, clock), clock)
    person = Person(shop, _tell, random.Random(seed))
    person.bills()
    assert person.counter.bugs == []
    shop.close()
    _tell({"ended": True})


def _tell(said: dict[str, Any]) -> None:
    """Say a line whole or not at all: a pipe takes so few bytes at once."""
    os.write(sys.stdout.fileno(), (json.dumps(said) + "\n").encode())


def main() -> None:
    """Let a child do each morning that is asked for; it is buried when the next line comes, so its id stays its own."""
    for line in sys.stdin:
        folder, seed = line.split()
        child = os.fork()
        if not child:
            code = 1
            try:
                bill_the_morning(Path(folder), seed)
                code = 0
            except BaseException:  # noqa: BLE001 - whatever it is, the parent is waiting for a line
                sys.excepthook(*sys.exc_info())
                _tell({"failed": True})
            os._exit(code)
        _tell({"child": child})
        sys.stdin.readline()
        os.waitpid(child, 0)
        _tell({"buried": child})


if __name__ == "__main__":
    main()
