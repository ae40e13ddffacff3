"""The bill being typed comes back after a kill, and a saved one that no paper is known of is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app.choices import set_choice
from core.app.series import SetNumberSeries, set_number_series
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.sales.cancelling import cancel_bill
from core.sales.drafts import SavedDraft, mark_printed, saved_drafts, slots_of
from core.sales.dto import CancelBill
from core.settings.choices import Choice
from pos_desktop.screens.billing.keeping import KEEP_AFTER_MS, read_kept
from pos_desktop.screens.billing.saving import Paper
from pos_desktop.screens.billing.state import Focus, Part
from pos_desktop.shell.tone import Tone
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with three items."""
    shop = stocked_shop(tmp_path / "stocked", clock)
    yield shop
    shop.books_agree()
    shop.close()


def killed(counter: Counter) -> Counter:
    """The program is killed and started again; what its timer had not yet written is gone."""
    counter.shop.reopen()
    return Counter(counter.shop)


def kept(shop: TestShop) -> SavedDraft | None:
    """Return what stands on the disk."""
    with shop.shop.database.read() as session:
        return saved_drafts(session).get(0)


def test_the_bill_comes_back_with_its_quantity_open_and_is_saved_under_its_first_id(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.billing.customer_typed("Ravi Kumar", "9847000000")
    counter.adds("panto", "2")
    counter.adds("para", "1")
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("1:5")
    command_id = counter.billing.draft.command_id
    counter.timer.rings()

    again = killed(counter)

    assert again.codes == ["PAN40", "PCM500"]
    assert again.billing.draft.command_id == command_id
    assert (again.focus(), again.billing.editor.current, again.billing.editor.quantity) == (Focus.QUANTITY, 0, "1:5")
    assert again.total == counter.total
    assert again.billing.draft.customer_name == "Ravi Kumar"
    again.billing.quantity_typed("2:5")
    again.billing.quantity_entered()
    again.pays()
    assert again.last().bill.bill_id == command_id
    assert [line.units for line in again.last().bill.lines] == [25, 10]
    assert again.last().bill.customer_phone == "9847000000"
    again.timer.rings()
    assert killed(again).billing.draft.is_empty


def test_a_quoted_bill_does_not_come_back_to_be_quoted_again(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto", "2")
    counter.timer.rings()
    assert kept(shop) is not None
    counter.billing.quote()
    assert len(counter.quotations.printed) == 1

    assert killed(counter).billing.draft.is_empty


def test_a_quoted_bill_that_undo_brings_back_is_kept_again(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto", "2")
    counter.timer.rings()
    counter.billing.quote()
    counter.billing.undo()
    counter.timer.rings()

    assert killed(counter).codes == ["PAN40"]


def test_what_is_typed_into_the_search_comes_back(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.types("para")
    counter.timer.rings()

    again = killed(counter)

    assert (again.focus(), again.billing.search.typed) == (Focus.SEARCH, "para")
    assert [row.item for row in again.billing.hit_rows()] == ["Paracetamol 500"]
    again.billing.search_entered()
    assert again.codes == ["PAN40", "PCM500"]


def test_the_customer_panel_and_the_cash_come_back(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.billing.show_customer()
    counter.billing.customer_typed("Ravi", "")
    counter.timer.rings()
    again = killed(counter)
    assert (again.focus(), again.billing.customer_open, again.billing.draft.customer_name) == (
        Focus.CUSTOMER,
        True,
        "Ravi",
    )

    again.billing.open_tender()
    again.timer.rings()
    third = killed(again)
    assert third.focus() is Focus.CASH
    tender = third.tender()
    assert tender is not None
    assert str(tender.total) == "151.00"


def test_a_picked_batch_and_a_quantity_being_added_come_back(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("para", "2")
    counter.billing.editor.choose_batch("A2")
    counter.types("para")
    counter.billing.search_entered()
    counter.billing.quantity_typed("3")
    counter.timer.rings()

    again = killed(counter)

    line = again.billing.draft.lines[0]
    assert (line.units, line.entry.base, line.entry.typed, line.entry.batch) == (50, 20, "3", "A2")
    again.billing.quantity_entered()
    assert again.billing.draft.lines[0].entry.typed == "5:0"


def test_a_wrong_quantity_comes_back_as_it_was_typed(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("para", "1")
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("9x")
    counter.timer.rings()

    again = killed(counter)

    assert again.billing.editor.quantity == "9x"
    assert again.billing.draft.lines[0].problem is not None


def test_undo_starts_anew(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto", "2")
    counter.timer.rings()
    again = killed(counter)

    again.billing.undo()

    assert again.codes == ["PAN40"]


def test_many_keys_are_one_write_within_a_second_and_none_follows_without_a_change(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.types("pantoprazole")
    counter.billing.search_entered()
    for typed in ("2", "2:", "2:5"):
        counter.billing.quantity_typed(typed)
    assert [milliseconds for milliseconds, _ in counter.timer.calls] == [KEEP_AFTER_MS]
    assert KEEP_AFTER_MS < 1000
    assert counter.lanes.written == 0

    counter.timer.rings()
    assert counter.lanes.written == 1

    counter.billing.stock_changed()
    counter.billing.desk.show(Part.LINES)
    counter.timer.rings()
    assert counter.lanes.written == 1
    counter.timer.rings()
    assert counter.timer.calls == []


def test_an_idle_counter_writes_nothing(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.billing.show_customer()
    counter.billing.escape()
    counter.types("p")
    counter.billing.escape()
    counter.timer.rings()

    assert counter.lanes.written == 0
    assert kept(shop) is None


def test_clearing_drops_it_and_undo_of_that_keeps_it_again(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.timer.rings()
    assert kept(shop) is not None

    counter.billing.clear()
    counter.timer.rings()
    assert kept(shop) is None

    counter.billing.undo()
    counter.timer.rings()
    assert killed(counter).codes == ["PAN40"]


def test_a_program_that_ends_writes_what_the_timer_still_waits_with(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.billing.keep_now()
    assert kept(shop) is not None
    counter.billing.clear()
    counter.billing.keep_now()

    assert killed(counter).billing.draft.is_empty


def test_a_disk_that_fails_is_said_and_the_next_change_tries_again(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    counter.timer.rings()
    assert counter.billing.desk.notice.tone is Tone.DANGER
    assert kept(shop) is None

    counter.timer.rings()
    assert kept(shop) is not None


def test_a_bill_saved_but_not_printed_when_the_power_went_is_asked_for_and_not_typed_again(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.timer.rings()
    counter.printer.holds = True
    counter.pays()  # the very first bill: no paper has ever been confirmed here

    again = killed(counter)

    assert again.billing.draft.is_empty
    assert (again.last().bill.number, again.last().paper) == ("C1/26-27/000001", Paper.UNCONFIRMED)
    again.billing.checkout.print_again()
    assert again.printer.printed == [("C1/26-27/000001", True)]
    assert again.last().paper is Paper.PRINTED
    third = killed(again)
    assert third.billing.saving.last is None
    assert third.shop.bills(("PAN40", "1")).number == "C1/26-27/000002"


def test_several_are_printed_oldest_first_and_one_that_fails_stays(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.pays()
    counter.printer.holds = True
    for _ in range(3):
        counter.adds("para")
        counter.pays()
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number="C1/26-27/000003", reason="wrong patient"))

    again = killed(counter)

    assert [bill.number[-1] for bill in again.billing.saving.unprinted] == ["2", "4"]
    again.printer.fault = EnvironmentFault("printer.unreachable", address="printer")
    again.billing.checkout.print_again()
    assert [bill.number[-1] for bill in again.billing.saving.unprinted] == ["2", "4"]
    again.printer.fault = None
    again.adds("panto")
    again.pays()
    assert [number[-1] for number, _ in again.printer.printed] == ["5"]
    again.billing.checkout.print_again()
    assert [(number[-1], reprint) for number, reprint in again.printer.printed[1:]] == [("2", True), ("4", True)]
    assert again.billing.saving.unprinted == []
    again.billing.checkout.print_again()
    assert again.printer.printed[-1] == ("C1/26-27/000005", True)
    assert killed(again).billing.saving.last is None


def test_without_a_printer_a_paper_of_a_terminal_makes_no_other_bill_wait(shop: TestShop) -> None:
    first, second = (shop.bills(("PAN40", "0:1")) for _ in range(2))
    with shop.shop.database.write(shop.actor) as uow:
        mark_printed(uow, first.bill_id)
    with shop.shop.database.read() as session:
        waiting = {has: read_kept(session, second.date, "owner", has_printer=has).unprinted for has in (True, False)}

    assert {has: [bill.number for bill in bills] for has, bills in waiting.items()} == {
        True: [second.number],
        False: [],
    }


def test_bills_of_a_prefix_the_shop_chose_are_its_own_too(shop: TestShop) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        set_number_series(uow, SetNumberSeries(prefix="PH"))
    counter = Counter(shop)
    counter.adds("panto")
    counter.pays()
    counter.printer.holds = True
    counter.adds("panto")
    counter.pays()

    assert [bill.number for bill in killed(counter).billing.saving.unprinted] == ["PH/26-27/000002"]


@pytest.mark.parametrize(("choice", "total"), [("nearest", "67.00"), ("down", "66.00"), ("none", "66.69")])
def test_the_screen_rounds_as_the_shop_has_chosen(shop: TestShop, choice: str, total: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        set_choice(uow, Choice.ROUND_OFF, choice)
    counter = Counter(shop)
    counter.adds("para", "2:6")
    assert counter.total == total
    counter.pays()
    assert str(counter.last().bill.total) == total


def test_a_great_bill_asks_for_name_and_address_and_is_then_saved(shop: TestShop) -> None:
    shop.receives("DEAR", name="Immunoglobulin", mrp="60000.00", pieces_per_pack=1, schedules=frozenset())
    counter = Counter(shop)
    counter.adds("immuno")
    counter.pays()

    assert (counter.tender(), counter.focus()) == (None, Focus.CUSTOMER)
    assert "name, address and state" in counter.billing.desk.notice.text
    assert counter.billing.draft.asks_address
    counter.billing.customer_typed("Ravi Kumar", "", "Kaloor, Kochi 682017")
    counter.timer.rings()
    again = killed(counter)
    again.billing.close_customer()
    again.pays()
    bill = again.last().bill
    assert (bill.customer_name, bill.customer_address, bill.customer_state) == (
        "Ravi Kumar",
        "Kaloor, Kochi 682017",
        "32",
    )
    assert not again.billing.draft.asks_address


# --- several users at one counter ----------------------------------------------------------------------------------


def test_a_draft_is_brought_back_only_to_whom_it_belongs(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto", "2")
    counter.places.leave()
    shop.acts(Role.PHARMACIST)
    other = Counter(shop)
    assert other.codes == []
    other.adds("para", "1")
    other.places.leave()
    shop.acts(Role.OWNER)
    assert Counter(shop).codes == ["PAN40"]
    shop.acts(Role.PHARMACIST)
    assert Counter(shop).codes == ["PCM500"]


def test_who_has_left_is_told_nothing_and_writes_nothing(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.printer.holds = True
    counter.adds("panto")
    counter.pays()
    counter.adds("para")
    drawn: list[Part] = []
    counter.billing.listen(drawn.append)
    counter.places.leave()
    written = counter.lanes.written
    drawn.clear()

    counter.billing.customer_typed("Ravi", "")
    counter.billing.keep_now()
    counter.timer.rings()
    counter.printer.waiting.pop()(EnvironmentFault("printer.unreachable", address="x"))
    assert (drawn, counter.timer.calls, counter.lanes.written) == ([], [], written)


def test_a_paper_that_comes_out_after_a_switch_is_shown_to_who_is_there(shop: TestShop) -> None:
    counter = Counter(shop)
    counter.adds("panto")
    counter.pays()  # since a first paper is confirmed, a shop is shown those that are not
    counter.printer.holds = True
    counter.adds("panto")
    counter.pays()
    bill = counter.last().bill
    counter.places.leave()
    shop.acts(Role.PHARMACIST)
    other = Counter(shop)
    assert other.last().paper is Paper.UNCONFIRMED

    other.billing.saving.printed_before(bill)
    assert (other.last().paper, list(other.billing.saving.unprinted)) == (Paper.PRINTED, [])


def test_a_draft_of_an_earlier_version_is_anybodys_and_slots_are_not_shared() -> None:
    def draft(owner: str, place: int = 1) -> SavedDraft:
        return SavedDraft(command_id=new_id(), lines=(), owner=owner, place=place)

    assert slots_of({}, "ravi") == {1: 0, 2: 1, 3: 2, 4: 3, 5: 4}
    assert slots_of({0: draft("")}, "ravi")[1] == 0
    assert slots_of({0: draft(""), 1: draft("ravi")}, "ravi") == {1: 1, 2: 0, 3: 2, 4: 3, 5: 4}
    assert slots_of({0: draft("asha"), 1: draft("thomas")}, "ravi") == {1: 2, 2: 3, 3: 4, 4: 5, 5: 6}
    assert slots_of({1: draft("asha")}, "ravi") == {1: 0, 2: 2, 3: 3, 4: 4, 5: 5}
    own = {slot: draft("ravi", place) for slot, place in enumerate((4, 2, 2, 9, 1))}
    assert slots_of(own, "ravi") == {1: 4, 2: 1, 3: 2, 4: 0, 5: 3}
    assert slots_of({slot: draft("") for slot in range(7)}, "ravi") == {1: 0, 2: 1, 3: 2, 4: 3, 5: 4}
