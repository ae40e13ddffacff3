"""Quotations at the counter: made of the bill being typed, found by letters, taken back to it. Without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.boundary.frozen import load
from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.sales.quotation_dto import MakeQuotation, QuotationView
from core.sales.quotations import quotation_by_number
from core.sales.quoting import make_quotation
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.state import Focus, Popup
from pos_desktop.shell.tone import Tone
from tests.presenters.test_asking import Till
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.people import cheap_secrets
from tests.support.shop import TestShop

FIRST, SECOND = "C1Q/26-27/000001", "C1Q/26-27/000002"


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def quotation(shop: TestShop, number: str) -> QuotationView:
    with shop.shop.database.read() as session:
        return quotation_by_number(session, number)


def quotes(counter: Counter, text: str, quantity: str, name: str = "", phone: str = "") -> None:
    """Type a bill and quote it."""
    counter.adds(text, quantity)
    if name or phone:
        counter.billing.customer_typed(name, phone)
    counter.billing.quote()


def listed(counter: Counter) -> list[str]:
    return [row.number for row in counter.billing.quoting.rows()]


def notice(counter: Counter) -> str:
    return counter.billing.desk.notice.text


def test_the_bill_being_typed_is_quoted_printed_and_cleared(counter: Counter, shop: TestShop) -> None:
    counter.adds("para", "4")
    counter.billing.customer_typed("Asha Menon", "9847012345")
    total, command_id = counter.total, counter.billing.draft.command_id
    counter.billing.quote()

    made = quotation(shop, FIRST)
    assert (str(made.total), made.customer and made.customer.name) == (total, "Asha Menon")
    assert [(line.units, line.mrp) for line in made.lines] == [
        (30, Money.parse("25.65")), (10, Money.parse("27.00")),
    ]  # fmt: skip
    assert counter.quotations.printed == [FIRST]
    assert notice(counter) == f"Quotation {FIRST} over ₹104.00 holds until 27-11-2026; Ctrl+Z brings its lines back."
    assert (counter.codes, counter.focus(), counter.billing.draft.customer_name) == ([], Focus.SEARCH, "")
    assert shop.units("PCM500") == 100

    counter.billing.undo()
    assert (counter.codes, counter.total, counter.billing.draft.command_id) == (["PCM500"], total, command_id)
    counter.pays()
    assert str(counter.last().bill.total) == total
    assert quotation(shop, FIRST).billed_as is None  # the lines came back by undo, not from the quotation


def test_what_is_short_or_scheduled_is_quoted_and_what_cannot_be_read_is_not(counter: Counter, shop: TestShop) -> None:
    counter.adds("azi", "1")
    counter.types("panto")
    counter.billing.search_entered()
    counter.billing.quantity_typed("9")
    counter.billing.quantity_entered()  # there are 4
    counter.billing.quote()
    assert [(line.item_code, line.units, line.to_order) for line in quotation(shop, FIRST).lines] == [
        ("AZEE", 10, False), ("PAN40", 90, True),
    ]  # fmt: skip

    counter.types("para")
    counter.billing.search_entered()
    counter.billing.quantity_typed("2:x")
    counter.billing.quote()
    assert (counter.focus(), counter.codes) == (Focus.QUANTITY, ["PCM500"])
    assert notice(counter) == "The quantity of line 1 cannot be read: type it anew, then quote again."
    assert counter.quotations.printed == [FIRST]


def test_a_quotation_that_no_printer_took_is_made_all_the_same(counter: Counter, shop: TestShop) -> None:
    counter.quotations.fault = EnvironmentFault("printer.none")
    quotes(counter, "para", "1")
    assert quotation(shop, FIRST).total == Money.parse("26.00")
    assert (notice(counter).startswith(f"Quotation {FIRST} over"), "no printer took it" in notice(counter)) == (
        True, True,
    )  # fmt: skip
    assert counter.codes == []


def test_a_disk_that_refuses_leaves_the_bill_as_it_was(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    counter.billing.quote()
    assert (counter.codes, counter.billing.desk.notice.tone) == (["PCM500"], Tone.DANGER)
    counter.billing.quote()
    assert (counter.codes, counter.quotations.printed) == ([], [FIRST])


def test_the_key_twice_makes_one_quotation_and_a_line_typed_meanwhile_stays(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.lanes.holds_writes = True
    counter.billing.quote()
    counter.billing.quote()
    first = counter.billing.draft
    counter.lanes.answer()
    assert counter.quotations.printed == [FIRST]
    assert counter.billing.draft is not first


def test_those_that_wait_are_narrowed_by_letters_and_one_is_taken(counter: Counter, shop: TestShop) -> None:
    quotes(counter, "para", "1", "Asha Menon", "9847012345")
    quotes(counter, "panto", "2", "Ravi Kumar", "9847099999")
    counter.billing.quote()
    assert (counter.popup(), listed(counter), counter.focus()) == (Popup.QUOTATIONS, [SECOND, FIRST], Focus.SEARCH)
    assert notice(counter).startswith("Which quotation?")
    for text, numbers in (
        ("r", [SECOND]),
        ("984", [SECOND, FIRST]),
        ("98470123", [FIRST]),
        ("2", [SECOND]),
        ("", [SECOND, FIRST]),
    ):
        counter.billing.search_typed(text)
        assert listed(counter) == numbers
    counter.billing.search_typed("zz")
    assert (listed(counter), counter.popup(), notice(counter)) == (
        [], Popup.QUOTATIONS, "No quotation that waits fits: try fewer letters, or Esc.",
    )  # fmt: skip
    counter.billing.search_entered()  # there is nothing to take
    assert counter.popup() is Popup.QUOTATIONS
    counter.billing.search_typed("")
    counter.billing.move(1)
    counter.billing.move(1)
    assert counter.billing.desk.popup_index == 1
    counter.billing.search_entered()

    draft = counter.billing.draft
    assert (counter.codes, draft.quotation, draft.customer_name) == (["PCM500"], FIRST, "Asha Menon")
    assert (counter.popup(), counter.billing.search.typed) == (Popup.NONE, "")
    assert notice(counter) == f"Quotation {FIRST} is on this bill, and nothing has changed since: take the cash (F12)."
    counter.pays()
    assert quotation(shop, FIRST).billed_as == counter.last().bill.number
    counter.billing.quote()
    assert listed(counter) == [SECOND]


def test_what_has_changed_is_said_and_the_lines_stand_as_asked_for(
    counter: Counter, shop: TestShop, clock: TurnedClock
) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "2")
    counter.billing.quote()
    shop.bills(("PAN40", "3"))
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch="A1", reason="recalled"))
    clock.turn(days=10)
    counter.billing.quote()
    counter.billing.search_entered()
    assert notice(counter) == (
        f"Since quotation {FIRST}: its prices held until 27-11-2026; Paracetamol 500 costs ₹54.00 instead of ₹51.30; "
        "Pantoprazole 40: 1:0 of 2:0 in stock."
    )
    assert counter.billing.desk.notice.tone is Tone.DANGER
    assert [line.problem is None for line in counter.billing.draft.lines] == [True, False]


def test_escape_the_key_again_and_anything_else_close_the_list(counter: Counter) -> None:
    quotes(counter, "para", "1")
    for leave in (counter.billing.escape, counter.billing.quote):
        counter.billing.quote()
        counter.billing.search_typed("x")
        leave()
        assert (counter.popup(), notice(counter), counter.billing.quoting.is_on) == (Popup.NONE, "", False)
    counter.billing.quote()
    counter.billing.show_customer()
    assert (counter.popup(), counter.billing.quoting.is_on) == (Popup.NONE, False)
    counter.billing.close_customer()
    counter.types("panto")  # the letters are an item's again
    assert counter.popup() is Popup.HITS


def test_the_latest_letters_win_and_enter_waits_for_them(counter: Counter) -> None:
    quotes(counter, "para", "1", "Asha")
    quotes(counter, "panto", "1", "Ravi")
    counter.lanes.holds_reads = True
    counter.billing.quote()
    counter.billing.search_typed("a")  # typed before the list has come
    counter.billing.search_typed("as")
    counter.billing.search_entered()
    assert (counter.popup(), counter.codes) == (Popup.NONE, [])
    while counter.lanes.reads:
        counter.lanes.reads.pop()()  # the newest is answered first
    assert (counter.codes, counter.billing.draft.quotation) == (["PCM500"], FIRST)


def test_without_any_the_key_says_how_one_is_made(counter: Counter) -> None:
    counter.billing.quote()
    assert (counter.popup(), counter.billing.quoting.is_on) == (Popup.NONE, False)
    assert notice(counter) == "No quotation waits to be billed: put the items on the bill and press Ctrl+Q to make one."
    counter.adds("para", "1")
    counter.billing.open_tender()
    counter.billing.quote()
    assert (counter.tender() is None, counter.quotations.printed) == (False, [])


def test_a_name_typed_before_gives_way_to_the_quotations_and_comes_back(counter: Counter) -> None:
    quotes(counter, "para", "1", "Asha")
    counter.billing.customer_typed("Somebody", "")
    counter.billing.quote()
    counter.billing.search_entered()
    assert (counter.codes, counter.billing.draft.customer_name) == (["PCM500"], "Asha")


def test_what_the_window_has_no_field_for_is_billed_at_a_terminal(counter: Counter, shop: TestShop) -> None:
    lines = [{"item": "PCM500", "quantity": "1", "discount_percent": percent} for percent in ("1", "2")]
    command = load(MakeQuotation, {"command_id": str(new_id()), "lines": lines})
    with shop.shop.database.write(shop.actor) as uow:
        make_quotation(uow, command)
    counter.billing.quote()
    counter.billing.search_entered()
    assert notice(counter) == (
        f"Quotation {FIRST} has lines of one item with different discounts, which this window has no field for: "
        f"bill it at a terminal, nuskha quotation bill {FIRST}."
    )
    assert counter.codes == []


def test_a_bill_of_a_quotation_comes_back_after_the_power_went(counter: Counter, shop: TestShop) -> None:
    quotes(counter, "para", "1", "Asha")
    counter.billing.quote()
    counter.billing.search_entered()
    counter.timer.rings()
    shop.reopen()
    again = Counter(shop)
    assert (again.codes, again.billing.draft.quotation) == (["PCM500"], FIRST)
    again.pays()
    assert quotation(shop, FIRST).billed_as == again.last().bill.number


def test_a_discount_that_a_cashier_may_not_give_is_quoted_with_a_supervisor_beside(shop: TestShop) -> None:
    with cheap_secrets():
        till = Till(shop)
        till.adds("para", "1")
        till.discounts("8")
        till.billing.quote()
        assert (till.asks_for, till.quotations.printed, till.codes) == (Purpose.OVERRIDE, [], ["PCM500"])
        till.billing.asking.escape()
        assert (till.asks_for, till.codes) == (None, ["PCM500"])
        till.billing.quote()
        till.allows()
    assert (till.asks_for, till.quotations.printed, till.codes) == (None, [FIRST], [])
    assert quotation(shop, FIRST).discount == Money.parse("2.05")

    till.billing.quote()
    till.billing.search_entered()
    assert till.codes == ["PCM500"]
    assert str(till.billing.draft.taken_off_bill.percent) == "8"


def test_one_that_was_billed_meanwhile_is_refused(counter: Counter, shop: TestShop) -> None:
    quotes(counter, "para", "1")
    counter.billing.quote()
    shop.bills(("PCM500", "1"), quotation=FIRST)
    counter.billing.search_entered()
    assert notice(counter).startswith(f"The quotation {FIRST} was billed already as C1/26-27/")
    assert counter.codes == []


def test_lines_typed_while_the_quotation_is_read_are_not_written_over(counter: Counter) -> None:
    quotes(counter, "para", "1", "Asha")
    counter.billing.quote()
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    reads, counter.lanes.reads = counter.lanes.reads, []
    counter.lanes.holds_reads = False
    counter.adds("panto", "1")
    for read in reads:
        read()
    assert (counter.codes, counter.billing.draft.quotation) == (["PAN40"], None)
    assert notice(counter).startswith("A bill is being typed")
    assert "Ctrl+Q" in notice(counter)
