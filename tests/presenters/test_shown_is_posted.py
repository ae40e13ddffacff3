"""Whatever is typed at a counter, and whatever others sell, hold and receive meanwhile: what is shown is posted.

Saving posts exactly the lines, batches and totals that were shown, or it says in a sentence why not, and posts nothing.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.app.shop import open_shop
from core.inventory.batch_dto import HoldBatch, ReleaseBatch
from core.inventory.holding import hold_batch, release_batch
from core.kernel.money import ZERO, Money
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CorrectBill
from core.sales.model import Bill
from core.sales.queries import bill_by_number
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.draft_lines import Totals
from pos_desktop.screens.billing.state import Focus
from tests.support.clock import TurnedClock
from tests.support.counter import Counter
from tests.support.shop import TestShop

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
#: code -> pieces in a pack, details of the item, its batches.
SHELF: dict[str, tuple[dict[str, Any], list[tuple[str, str, str, int]]]] = {
    "TABS": (
        {"pieces_per_pack": 10, "pack_label": "10's"},
        [("A1", "03/2027", "25.65", 2), ("A2", "08/2027", "27.10", 3), ("A0", "10/2026", "20.00", 2)],
    ),
    "CAPS": (
        {"pieces_per_pack": 15, "pack_label": "15's", "gst": "12", "discount": "7.5"},
        [("B1", "01/2027", "101.37", 1), ("B2", "01/2028", "99.99", 4)],
    ),
    "SYRUP": ({"pieces_per_pack": 1, "pack_label": "100ML", "gst": "18"}, [("C1", "12/2027", "88.50", 4)]),
    "FIXED": (
        {"pieces_per_pack": 4, "pack_label": "4's", "no_discount": True, "treatment": "nil", "gst": "0"},
        [("D1", "05/2027", "33.33", 2), ("D2", "05/2028", "33.35", 3)],
    ),
}
CODES = sorted(SHELF)
BATCHES = sorted(batch for _, batches in SHELF.values() for batch, *_ in batches)


@functools.cache
def _made() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="nuskha-shown-")
    shop = TestShop.create(Path(folder.name) / "made", TurnedClock(NOW))
    for code, (details, batches) in SHELF.items():
        for batch, expiry, mrp, packs in batches:
            item = {"name": f"{code.title()} forte", "schedules": frozenset(), **details}
            shop.receives(code, batch=batch, expiry=expiry, mrp=mrp, packs=packs, cost="5.0000", **item)
    shop.bills(("TABS", "1:3"), ("SYRUP", "1"))  # to be repeated, or put right
    shop.close()
    return folder


@dataclass
class Till:
    """A counter, and others that share its books."""

    shop: TestShop
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = Counter(self.shop)

    # --- what fingers do -----------------------------------------------------------------------------------------

    def adds(self, code: str, typed: str) -> None:
        self.counter.adds(code.lower(), typed)
        self.counter.billing.escape()

    def retypes(self, line: int, typed: str) -> None:
        billing = self.counter.billing
        if billing.draft.lines:
            billing.edit_line(line % len(billing.draft.lines))
            billing.quantity_typed(typed)
            billing.quantity_entered()

    def discounts(self, line: int, typed: str) -> None:
        billing = self.counter.billing
        if self._chooses(line):
            billing.discount_line()
            billing.editor.type(typed, Focus.DISCOUNT)
            billing.discounts.enter()

    def discounts_bill(self, typed: str) -> None:
        billing = self.counter.billing
        billing.discount_bill()
        billing.editor.type(typed, Focus.BILL_DISCOUNT)
        billing.discounts.enter()

    def picks_batch(self, line: int, row: int) -> None:
        billing = self.counter.billing
        if self._chooses(line):
            billing.show_batches()
            rows = billing.editor.batch_rows()
            if rows:
                billing.point_at(row % len(rows))
            billing.escape()

    def takes_in_hand(self, line: int, units: str) -> None:
        billing = self.counter.billing
        if self._chooses(line):
            billing.take_in_hand()
            if billing.asking.form is not None:
                billing.asking.submit({"batch": "HAND", "expiry": "06/2029", "mrp": "91.35", "quantity": units})
                billing.asking.escape()

    def removes(self, line: int) -> None:
        if self._chooses(line):
            self.counter.billing.remove_line()

    def undoes(self) -> None:
        self.counter.billing.undo()

    def fits(self, cash: str) -> None:
        billing = self.counter.billing
        billing.fit_to_cash()
        form = billing.asking.form
        if form is not None and form.purpose is Purpose.CASH:
            billing.asking.submit({"cash": cash})
            billing.asking.escape()

    def repeats(self) -> None:
        billing = self.counter.billing
        billing.repeat()
        if billing.repeating.hits:
            billing.search_entered()

    def takes_over(self) -> None:
        """Another screen cancels the last bill that stands and brings what stood on it here."""
        shop = self.shop
        with shop.shop.database.read() as session:
            numbers = session.scalars(select(Bill.number).order_by(Bill.serial.desc())).all()
            bills = [bill_by_number(session, number) for number in numbers]
        bill = next((one for one in bills if one.cancelled is None), None)
        if bill is None:
            return
        with shop.shop.database.write(shop.actor) as uow:
            draft = correct_bill(uow, CorrectBill(number=bill.number, reason="wrong quantity")).draft
        if self.counter.places.unfit(draft) is None:
            items = {line.item: shop.stock(line.item) for line in draft.lines}
            self.counter.places.take_over(draft, items)

    def goes_to(self, place: int) -> None:
        self.counter.places.go_to(place)

    # --- what others do ------------------------------------------------------------------------------------------

    def others_sell(self, code: str, units: int) -> None:
        """Another counter sells; as much as there is where that is less."""
        units = min(units, sum(b.units for b in self.shop.stock(code).batches if b.may_be_sold(NOW.date())))
        if units:
            self.shop.bills((code, f"{units}t"))

    def others_hold(self, number: str) -> None:
        """A batch is put aside, or released where it is."""
        code = next(code for code, (_, batches) in SHELF.items() if number in [batch for batch, *_ in batches])
        stock = {batch.number: batch.held for batch in self.shop.stock(code).batches}
        if number not in stock:
            return
        with self.shop.shop.database.write(self.shop.actor) as uow:
            if stock[number] is None:
                hold_batch(uow, HoldBatch(item=code, batch=number, reason="recalled"))
            else:
                release_batch(uow, ReleaseBatch(item=code, batch=number, reason="it was another"))

    def others_receive(self, code: str, expiry: str) -> None:
        """Packs come in that may expire first."""
        details, _ = SHELF[code]
        self.shop.receives(code, batch=f"N{expiry[:2]}", expiry=expiry, mrp="44.44", packs=1, cost="5.0000", **details)

    def hears(self) -> None:
        """The counter is told that stock changed."""
        self.counter.places.stock_changed()

    # --- saving --------------------------------------------------------------------------------------------------

    def pays_slowly(self, code: str, units: int) -> None:
        """F12, and while the cash is counted another counter sells, of which this one hears; then Enter."""
        self.counter.billing.open_tender()
        self.others_sell(code, units)
        self.hears()
        self.saves()

    def saves(self) -> None:
        """F12, Enter: what is shown is posted, or nothing is and a sentence says why."""
        billing = self.counter.billing
        billing.open_tender()
        before, number = self._bills(), billing.draft.command_id
        tender = billing.checkout.tender
        if tender is None:
            assert self._says_why()
            return
        shown, totals, asked = seen(self.counter), billing.draft.totals, tender.total
        billing.checkout.enter()
        last = self.counter.places.saving.last
        if last is not None and last.bill.bill_id == number:
            assert self._bills() == before + 1
            assert of_bill(last.bill) == (shown, totals)
            assert (last.bill.total, last.bill.change) == (asked, ZERO)
            assert billing.draft.is_empty
        else:
            assert self._bills() == before
            assert self._says_why()
            assert billing.draft.command_id == number
            billing.checkout.close()

    def _says_why(self) -> bool:
        """Whether a sentence stands at a line, at the cash or above the lines."""
        billing = self.counter.billing
        sentences = [row.sentence for row in billing.editor.rows()]
        at_cash = billing.checkout.tender.sentence if billing.checkout.tender is not None else ""
        return bool(any(sentences) or at_cash or billing.desk.notice.text)

    def _bills(self) -> int:
        with self.shop.shop.database.read() as session:
            return session.scalar(select(func.count()).select_from(Bill)) or 0

    def _chooses(self, line: int) -> bool:
        billing = self.counter.billing
        count = len(billing.draft.lines)
        if not count:
            return False
        billing.edit_line(line % count)
        billing.escape()
        return True


#: A posted line: item, batch, MRP of a pack, units, discount, tax, amount.
Row = tuple[str, str, Money, int, Money, Money, Money]


def seen(counter: Counter) -> list[Row]:
    """Return what the lines on the screen come to."""
    return [
        (
            one.portion.item.code,
            one.portion.batch.number,
            one.portion.batch.mrp,
            one.portion.units,
            one.discount,
            one.split.tax,
            one.amount,
        )
        for one in counter.billing.draft.priced().lines
    ]


def of_bill(bill: BillView) -> tuple[list[Row], Totals]:
    """Return the same of a posted bill."""
    rows = [
        (
            line.item_code,
            line.batch,
            line.mrp,
            line.units,
            line.discount,
            line.cgst + line.sgst + line.igst,
            line.amount,
        )
        for line in bill.lines
    ]
    tax = bill.cgst + bill.sgst + bill.igst
    totals = Totals(bill.gross, bill.discount, tax, bill.total - bill.round_off)
    assert totals.total == bill.total
    return rows, totals


LINE = st.integers(0, 3)
QUANTITY = st.sampled_from(["1", "2", "1:3", "7t", "13t", "40t", "60", "", "x"])
DISCOUNT = st.sampled_from(["", "0", "5", "12.5%", "₹3", "3.33rs", "100", "101"])
HERE = st.one_of(
    st.tuples(st.just("adds"), st.sampled_from(CODES), QUANTITY),
    st.tuples(st.just("retypes"), LINE, QUANTITY),
    st.tuples(st.just("discounts"), LINE, DISCOUNT),
    st.tuples(st.just("discounts_bill"), DISCOUNT),
    st.tuples(st.just("picks_batch"), LINE, st.integers(0, 5)),
    st.tuples(st.just("takes_in_hand"), LINE, st.sampled_from(["", "3t", "1"])),
    st.tuples(st.just("removes"), LINE),
    st.tuples(st.just("undoes")),
    st.tuples(st.just("fits"), st.sampled_from(["20", "99.50", "500"])),
    st.tuples(st.just("repeats")),
    st.tuples(st.just("takes_over")),
    st.tuples(st.just("goes_to"), st.integers(1, 2)),
)
ELSEWHERE = st.one_of(
    st.tuples(st.just("others_sell"), st.sampled_from(CODES), st.integers(1, 25)),
    st.tuples(st.just("others_hold"), st.sampled_from(BATCHES)),
    st.tuples(st.just("others_receive"), st.sampled_from(CODES), st.sampled_from(["12/2026", "06/2027"])),
    st.tuples(st.just("hears")),
    st.tuples(st.just("pays_slowly"), st.sampled_from(CODES), st.integers(1, 25)),
)
STEPS = st.lists(st.one_of(HERE, HERE, HERE, ELSEWHERE, st.tuples(st.just("saves"))), min_size=4, max_size=22)


#: Shrinking what fails takes minutes, as each try opens a shop of its own.
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
@example(steps=[("adds", "TABS", "2"), ("others_sell", "TABS", 3)])
@example(steps=[("adds", "TABS", "2"), ("others_receive", "TABS", "12/2026")])
@example(steps=[("adds", "CAPS", "1"), ("takes_in_hand", 0, "3t"), ("others_sell", "CAPS", 10)])
@example(steps=[("adds", "TABS", "2"), ("pays_slowly", "TABS", 3)])
@example(steps=[("adds", "CAPS", "1"), ("pays_slowly", "CAPS", 3)])
@example(steps=[("repeats",), ("others_hold", "A1"), ("hears",)])
@example(steps=[("takes_over",), ("others_sell", "SYRUP", 1), ("discounts_bill", "5")])
def test_what_is_shown_is_posted_or_nothing_is(tmp_path: Path, steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        shutil.copytree(Path(_made().name) / "made", Path(folder) / "shop")
        shop = TestShop(open_shop(Path(folder) / "shop", TurnedClock(NOW)), TurnedClock(NOW))
        try:
            till = Till(shop)
            for name, *given_ in steps:
                getattr(till, name)(*given_)
            for place in (1, 2):
                till.goes_to(place)
                till.saves()
                till.saves()  # what changed elsewhere is shown by now: it is posted, or the line says why it cannot be
                draft = till.counter.billing.draft
                assert not draft.lines or draft.first_problem() is not None or draft.bill_problem is not None
            assert till.counter.bugs == []
            shop.books_agree()
        finally:
            shop.close()
