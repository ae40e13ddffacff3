"""Discounts at the counter: of a line and of the whole bill, within one's limit, kept, undone, and posted as shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.kernel.actor import Actor, Role
from core.kernel.gst import TaxType
from core.kernel.money import ZERO, Money, Percent
from core.sales.cancelling import cancel_bill
from core.sales.correcting import draft_of
from core.sales.drafting import RoundOff
from core.sales.dto import CancelBill, TenderInput, TenderMode
from core.sales.posting import post_bill
from core.sales.queries import bill_view
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.state import Focus
from pos_desktop.screens.billing.taking_over import as_kept, unfit
from pos_desktop.shell.tone import Tone
from tests.presenters.test_asking import Till, till
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

__all__ = ["till"]


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter with three items on its shelves."""
    shop = stocked_shop(tmp_path / "shop", clock)
    yield Counter(shop)
    shop.books_agree()
    shop.close()


def discounts_line(counter: Counter, typed: str) -> None:
    """Ctrl+D, the discount letter by letter, Enter."""
    counter.billing.discount_line()
    assert counter.focus() is Focus.DISCOUNT
    for length in range(1, len(typed) + 1):
        counter.billing.editor.type(typed[:length], Focus.DISCOUNT)
    counter.billing.discounts.enter()


def discounts_bill(counter: Counter, typed: str) -> None:
    """Ctrl+Shift+D, the discount, Enter."""
    counter.billing.discount_bill()
    assert counter.focus() is Focus.BILL_DISCOUNT
    counter.billing.editor.type(typed, Focus.BILL_DISCOUNT)
    counter.billing.discounts.enter()


def shown(counter: Counter, row: int = 0) -> str:
    """What stands in the discount cell of a row."""
    found = counter.billing.editor.rows()[row]
    return " = ".join(filter(None, (found.off, str(found.discount or ""))))


def test_a_share_or_rupees_off_a_line(counter: Counter) -> None:
    counter.adds("para", "2")
    discounts_line(counter, "5")
    assert (counter.focus(), shown(counter), counter.total) == (Focus.SEARCH, "5% = 2.57", "49.00")
    discounts_line(counter, "12/-")
    assert (shown(counter), counter.total) == ("12.00", "39.00")
    discounts_line(counter, "0")
    assert (shown(counter), counter.total) == ("0%", "51.00")

    counter.pays()

    assert counter.last().bill.discount == ZERO


def test_empty_goes_back_to_what_the_shop_gives_and_0_takes_that_away(counter: Counter) -> None:
    counter.shop.receives("OFF", name="Offered 10", mrp="100.00", discount="10")
    counter.adds("offered", "1")
    assert shown(counter) == "10% = 10.00"
    discounts_line(counter, "0")
    assert (shown(counter), counter.total) == ("0%", "100.00")
    counter.billing.discount_line()
    assert counter.billing.editor.text_of(Focus.DISCOUNT) == "0"
    counter.billing.editor.type("", Focus.DISCOUNT)
    counter.billing.discounts.enter()
    assert (shown(counter), counter.total) == ("10% = 10.00", "90.00")


def test_what_is_understood_stands_in_the_cell_while_it_is_typed(counter: Counter) -> None:
    counter.adds("para", "8")  # of two batches
    counter.billing.discount_line()
    counter.billing.editor.type("12rs", Focus.DISCOUNT)
    assert shown(counter) == "₹ = 12.00"
    counter.billing.editor.type("10", Focus.DISCOUNT)
    assert shown(counter) == "10% = 21.20"
    counter.billing.discounts.enter()
    assert (shown(counter), shown(counter, 1)) == ("10% = 7.70", "13.50")


def test_esc_takes_the_discount_back_and_undo_covers_both(counter: Counter) -> None:
    counter.adds("para", "2")
    discounts_line(counter, "5")
    counter.billing.discount_line()
    counter.billing.editor.type("50", Focus.DISCOUNT)
    counter.billing.escape()
    assert (counter.focus(), shown(counter)) == (Focus.SEARCH, "5% = 2.57")
    discounts_bill(counter, "10")
    assert counter.total == "44.00"
    counter.billing.discount_bill()
    counter.billing.editor.type("20", Focus.BILL_DISCOUNT)
    counter.billing.escape()
    assert counter.total == "44.00"
    counter.billing.undo()
    assert (counter.total, counter.billing.draft.bill_discount) == ("49.00", "")
    counter.billing.undo()
    assert (counter.total, shown(counter)) == ("51.00", "")
    counter.billing.undo()
    assert counter.codes == []


@pytest.mark.parametrize(("typed", "words"), [("5x", "is no discount"), ("₹60", "is not possible")])
def test_a_discount_that_cannot_be_stays_open_and_says_why(counter: Counter, typed: str, words: str) -> None:
    counter.adds("para", "2")
    discounts_line(counter, typed)
    assert counter.focus() is Focus.DISCOUNT
    assert words in counter.billing.editor.rows()[1].sentence
    counter.billing.open_tender()  # nor is it paid
    assert (counter.focus(), counter.tender()) == (Focus.DISCOUNT, None)
    counter.billing.editor.type("", Focus.DISCOUNT)
    counter.billing.discounts.enter()
    discounts_bill(counter, typed)
    assert counter.focus() is Focus.BILL_DISCOUNT
    assert words in counter.billing.desk.notice.text
    counter.billing.open_tender()
    assert (counter.focus(), counter.tender()) == (Focus.BILL_DISCOUNT, None)


def test_a_discount_is_not_to_blame_for_a_quantity_that_is_not_there(counter: Counter) -> None:
    counter.types("para")
    counter.billing.search_entered()
    counter.billing.quantity_typed("20")
    discounts_line(counter, "5")
    assert counter.focus() is Focus.SEARCH
    counter.billing.open_tender()
    assert counter.focus() is Focus.QUANTITY


def test_an_item_that_allows_none_gets_none(counter: Counter) -> None:
    counter.shop.receives("NODISC", name="Fixed price", mrp="100.00", no_discount=True)
    counter.adds("fixed", "1")
    counter.billing.discount_line()
    assert counter.focus() is Focus.SEARCH
    assert "allows no discount" in counter.billing.desk.notice.text
    counter.adds("para", "2")
    discounts_bill(counter, "10")
    counter.pays()
    assert [line.discount for line in counter.last().bill.lines] == [ZERO, Money(5_13)]


def test_without_a_line_there_is_nothing_to_discount(counter: Counter) -> None:
    for press in (counter.billing.discount_line, counter.billing.discount_bill):
        press()
        assert counter.focus() is Focus.SEARCH
        assert "no line yet" in counter.billing.desk.notice.text


def test_a_discount_over_ones_limit_is_said_when_it_is_ended_and_a_supervisor_allows_it(till: Till) -> None:
    till.adds("para", "2")
    discounts_line(till, "5")
    assert till.billing.desk.notice.text == ""
    discounts_line(till, "8")
    assert till.billing.desk.notice.tone is Tone.DANGER
    assert "8 % is above the limit of ravi (5 %)" in till.billing.desk.notice.text
    till.pays()
    assert till.asks_for is Purpose.OVERRIDE
    till.allows()
    assert till.last().bill.discount == Money(4_10)
    assert till.facts() == [("asha", "discount_bill", "ravi", "ravi")]


def test_both_discounts_together_count(till: Till) -> None:
    till.adds("para", "2")
    discounts_line(till, "4")
    discounts_bill(till, "4")
    assert "7.84 % is above the limit of ravi (5 %)" in till.billing.desk.notice.text


@pytest.mark.parametrize("cell", [Focus.DISCOUNT, Focus.BILL_DISCOUNT])
def test_both_come_back_after_a_power_cut_at_their_cell(counter: Counter, cell: Focus) -> None:
    counter.adds("para", "2")
    discounts_line(counter, "7.5")
    counter.adds("panto", "1")
    discounts_line(counter, "₹12")
    discounts_bill(counter, "3%")
    counter.billing.edit_line(0)
    counter.billing.discount_line() if cell is Focus.DISCOUNT else counter.billing.discount_bill()
    counter.billing.editor.type("9", cell)
    counter.timer.rings()

    counter.shop.reopen()
    again = Counter(counter.shop)

    assert (again.focus(), again.billing.editor.text_of(cell)) == (cell, "9")
    assert again.billing.draft.entries == counter.billing.draft.entries
    assert again.billing.draft.bill_discount == counter.billing.draft.bill_discount
    assert again.total == counter.total
    again.pays()
    assert str(again.last().bill.total) == counter.total


def test_a_corrected_bill_brings_its_discounts(counter: Counter) -> None:
    counter.adds("para", "8")
    discounts_line(counter, "7.5")
    counter.adds("panto", "1")
    discounts_line(counter, "₹12.34")
    counter.pays()
    first = counter.last().bill
    shop = counter.shop
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=first.number, reason="wrong patient"))
    with shop.shop.database.read() as session:
        wanted = draft_of(session, bill_view(session, first.bill_id), first.date)
    assert unfit(wanted) is None

    counter.billing.take_over(wanted, {code: shop.stock(code) for code in ("PCM500", "PAN40")})
    assert counter.total == str(first.total)
    counter.pays()

    assert counter.last().bill.total == first.total
    assert [line.discount for line in counter.last().bill.lines] == [line.discount for line in first.lines]


def test_lines_of_an_item_with_different_discounts_are_not_put_together_in_silence(counter: Counter) -> None:
    shop = counter.shop
    half = {"item": "PCM500", "quantity": "1", "discount_percent": "5"}
    wanted = shop.bill_command(half, ("PCM500", "1"), corrects="C1/26-27/000001")
    refused = unfit(wanted)
    assert refused is not None
    assert refused.code == "billing.too_much_for_window"
    in_rupees = [{"item": "PCM500", "quantity": "1", "discount": amount} for amount in ("2.00", "3.00")]
    together = shop.bill_command(*in_rupees, bill_discount="4.00")
    assert unfit(together) is None
    kept = as_kept(together, {"PCM500": shop.stock("PCM500")}, "owner").draft
    assert kept is not None
    assert ([line.discount for line in kept.lines], kept.bill_discount) == (["₹5.00"], "₹4.00")


# --- what is shown is what is posted ------------------------------------------------------------------------------

CODES = ["FIVE", "TWELVE", "NIL", "GIVEN", "FIXED"]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    clock = TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    shop = TestShop.create(tmp_path_factory.mktemp("shown") / "shop", clock)
    stock: list[tuple[str, str, int, dict[str, Any]]] = [
        ("FIVE", "25.65", 10, {}),
        ("TWELVE", "97.33", 15, {"gst": "12"}),
        ("NIL", "10.01", 1, {"treatment": "nil", "gst": "0"}),
        ("GIVEN", "249.00", 7, {"discount": "7.5"}),
        ("FIXED", "33.33", 4, {"no_discount": True}),
    ]
    for code, mrp, pieces, more in stock:
        item: dict[str, Any] = {"pieces_per_pack": pieces, "pack_label": f"{pieces}'s", **more}
        shop.receives(code, batch="OLD", expiry="01/2028", mrp=mrp, packs=3, **item)
        shop.receives(code, batch="NEW", expiry="12/2030", mrp=mrp, packs=100_000, **item)
    yield shop
    shop.books_agree()
    shop.close()


typed_discounts = st.one_of(
    st.just(""),
    st.integers(0, 10_000).map(lambda points: str(Percent(points))),
    st.integers(0, 6_000).map(lambda paise: f"₹{Money(paise)}"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(CODES), st.integers(1, 40), typed_discounts),
        min_size=1,
        max_size=4,
        unique_by=lambda line: line[0],
    ),
    on_bill=typed_discounts,
)
def test_whatever_is_typed_the_total_that_is_shown_is_the_one_that_is_posted(
    stocked: TestShop, lines: list[tuple[str, int, str]], on_bill: str
) -> None:
    draft = Draft(lambda: date(2026, 11, 20), TaxType.INTRA, round_off=RoundOff.NEAREST)
    for code, units, discount in lines:
        index = draft.add(stocked.stock(code), f"{units}t")
        draft.rediscount(index, "" if code == "FIXED" else discount)
    draft.discount_bill(on_bill)
    assume(draft.first_problem() is None and draft.bill_problem is None)
    totals = draft.totals
    command = draft.command([TenderInput(mode=TenderMode.CASH, amount=totals.total)])

    with stocked.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
        bill = post_bill(uow, command)

    assert (bill.gross, bill.discount, bill.round_off, bill.total) == (
        totals.gross,
        totals.discount,
        totals.round_off,
        totals.total,
    )
    assert bill.cgst + bill.sgst + bill.igst == totals.tax
    assert bill.change == ZERO
