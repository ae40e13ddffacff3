"""A day at the counter, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.dto import DrugSchedule
from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault
from core.kernel.money import Money
from pos_desktop.screens.billing.columns import BATCH_COLUMNS
from pos_desktop.screens.billing.saving import Paper
from pos_desktop.screens.billing.state import Focus, Part, Popup
from pos_desktop.shell.tone import Tone
from tests.support.clock import TurnedClock
from tests.support.counter import BARCODE, Counter, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter with three items on its shelves."""
    shop = stocked_shop(tmp_path / "shop", clock)
    yield Counter(shop)
    shop.close()


def test_a_bill_from_the_first_letter_to_the_paper(counter: Counter) -> None:
    billing = counter.billing
    counter.types("para")
    assert counter.popup() is Popup.HITS
    assert [row.item for row in billing.hit_rows()] == ["Paracetamol 500"]
    assert billing.hit_rows()[0].stock == "8:0"
    billing.search_entered()
    assert counter.focus() is Focus.QUANTITY
    assert counter.popup() is Popup.NONE
    billing.quantity_typed("2:5")
    assert billing.editor.rows()[0].quantity == "2:5 = 25"
    assert counter.total == "64.00"
    billing.quantity_entered()
    assert counter.focus() is Focus.SEARCH
    command_id = billing.draft.command_id

    counter.pays("200")

    last = counter.last()
    assert (last.bill.number, str(last.bill.total), str(last.bill.change)) == ("C1/26-27/000001", "64.00", "136.00")
    assert last.bill.bill_id == command_id
    assert last.paper is Paper.PRINTED
    assert counter.printer.printed == [("C1/26-27/000001", False)]
    assert billing.draft.is_empty
    assert billing.draft.command_id != command_id
    assert counter.focus() is Focus.SEARCH
    counter.shop.books_agree()


def test_what_is_shown_is_what_is_posted(counter: Counter) -> None:
    counter.adds("para", "4:7")
    counter.adds("panto", "13t")
    totals = counter.billing.draft.totals

    counter.pays()

    last = counter.last()
    bill = last.bill
    assert (bill.gross, bill.discount, bill.round_off, bill.total) == (
        totals.gross,
        totals.discount,
        totals.round_off,
        totals.total,
    )
    assert bill.cgst + bill.sgst == totals.tax
    assert [line.batch for line in bill.lines] == ["A1", "A2", "P1"]


def test_a_line_begins_with_the_discount_that_the_shop_gives_on_its_item(counter: Counter) -> None:
    counter.shop.receives("OFF", name="Offered 10", mrp="100.00", discount="10")
    counter.adds("offered", "3")
    assert counter.billing.draft.totals.discount == Money(3000)

    counter.pays()

    assert counter.last().bill.total == Money(27000)
    counter.shop.books_agree()


def test_the_cursor_is_in_quantity_before_the_database_answers(counter: Counter) -> None:
    counter.types("para")
    counter.lanes.holds_reads = True

    counter.billing.search_entered()

    assert counter.focus() is Focus.QUANTITY
    counter.billing.quantity_typed("2:5")
    counter.billing.quantity_entered()
    row = counter.billing.editor.rows()[0]
    assert (row.item, row.quantity, row.amount) == ("Paracetamol 500", "2:5 = 25", None)
    counter.lanes.answer()
    assert counter.total == "64.00"


def test_cash_asked_before_the_batches_are_read_opens_when_they_are(counter: Counter) -> None:
    counter.types("para")
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    counter.billing.quantity_entered()
    counter.billing.open_tender()
    assert counter.tender() is None

    counter.lanes.answer()

    tender = counter.tender()
    assert tender is not None
    assert str(tender.total) == "26.00"


def test_only_the_answer_to_the_latest_typed_is_shown(counter: Counter) -> None:
    counter.lanes.holds_reads = True
    counter.types("pan")  # "pa" and "pan" are asked

    newest, older = counter.lanes.reads.pop(), counter.lanes.reads.pop()
    newest()
    older()

    assert [row.item for row in counter.billing.hit_rows()] == ["Pantoprazole 40"]


def test_enter_before_the_answer_picks_from_the_right_answer(counter: Counter) -> None:
    counter.types("pa")
    counter.lanes.holds_reads = True
    counter.billing.search_typed("pan")

    counter.billing.search_entered()
    assert counter.codes == []
    counter.lanes.answer()

    assert counter.codes == ["PAN40"]
    assert counter.focus() is Focus.QUANTITY


def test_an_answer_after_the_field_was_cleared_opens_nothing(counter: Counter) -> None:
    counter.lanes.holds_reads = True
    counter.types("pan")
    counter.billing.search_typed("")

    counter.lanes.answer()

    assert counter.popup() is Popup.NONE
    assert counter.billing.hit_rows() == []


def test_nothing_found_says_how_to_get_on(counter: Counter) -> None:
    counter.types("xyzzy")

    assert counter.popup() is Popup.NONE
    assert "xyzzy" in counter.billing.desk.notice.text
    assert "scan" in counter.billing.desk.notice.text


def test_arrows_go_through_the_popup_and_stop_at_its_ends(counter: Counter) -> None:
    counter.types("pa")
    counter.billing.move(-1)
    assert counter.billing.desk.popup_index == 0
    counter.billing.move(10)
    assert counter.billing.desk.popup_index == 1

    counter.billing.search_entered()

    assert counter.codes == ["PCM500"]  # by name: Pantoprazole, Paracetamol


def test_a_scan_puts_the_item_on_the_bill_and_again_one_more(counter: Counter) -> None:
    counter.billing.scanned(BARCODE)
    assert counter.focus() is Focus.QUANTITY
    counter.billing.scanned(BARCODE)

    assert [(line.item.code, line.units) for line in counter.billing.draft.lines] == [("PCM500", 20)]


def test_an_unknown_barcode_is_one_sentence(counter: Counter) -> None:
    counter.billing.scanned("8900000000000")

    assert counter.billing.desk.notice.tone is Tone.DANGER
    assert "8900000000000" in counter.billing.desk.notice.text
    assert counter.codes == []


def test_a_scan_just_before_paying_is_on_the_bill(counter: Counter) -> None:
    counter.adds("panto")
    counter.lanes.holds_reads = True
    counter.billing.scanned(BARCODE)
    counter.billing.open_tender()
    assert counter.tender() is None

    counter.lanes.answer()

    assert counter.codes == ["PAN40", "PCM500"]
    tender = counter.tender()
    assert tender is not None
    assert str(tender.total) == "177.00"


def test_a_scan_while_paying_adds_nothing_and_says_so(counter: Counter) -> None:
    counter.adds("panto")
    counter.billing.open_tender()

    counter.billing.scanned(BARCODE)

    assert counter.codes == ["PAN40"]
    assert counter.billing.desk.notice.tone is Tone.DANGER


def test_a_scan_while_saving_goes_on_the_next_bill(counter: Counter) -> None:
    counter.adds("panto")
    counter.lanes.holds_writes = True
    counter.pays()
    counter.billing.scanned(BARCODE)

    counter.lanes.answer()

    assert counter.codes == ["PCM500"]


def test_a_picked_item_is_added_to_its_line(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "1")
    counter.adds("para", "1:5")

    assert [(line.item.code, line.entry.typed) for line in counter.billing.draft.lines] == [
        ("PCM500", "3:5"),
        ("PAN40", "1"),
    ]


@pytest.mark.parametrize("typed", ["9", "abc", "0", ""])
def test_a_bad_quantity_stays_as_typed_with_one_sentence(counter: Counter, typed: str) -> None:
    counter.types("para")
    counter.billing.search_entered()
    counter.billing.quantity_typed(typed)
    assert len(counter.billing.editor.rows()) == 1  # while typing it is not yet wrong

    counter.billing.quantity_entered()

    assert counter.focus() is Focus.QUANTITY
    assert counter.billing.editor.quantity == typed
    assert counter.billing.editor.rows()[-1].sentence
    counter.billing.open_tender()
    assert counter.tender() is None
    assert counter.focus() is Focus.QUANTITY
    assert counter.billing.editor.quantity == typed


def test_escape_leaves_the_quantity_as_it_was(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.billing.search_entered()  # an empty search opens the current line
    assert counter.focus() is Focus.QUANTITY
    counter.billing.quantity_typed("5")

    counter.billing.escape()

    assert counter.billing.draft.lines[0].entry.typed == "2"
    assert counter.focus() is Focus.SEARCH


def test_escape_never_loses_a_line(counter: Counter) -> None:
    counter.types("para")
    counter.billing.search_entered()
    for _ in range(5):
        counter.billing.escape()

    assert counter.codes == ["PCM500"]


def test_remove_and_undo(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "1")
    counter.billing.move(-1)
    counter.billing.remove_line()
    assert counter.codes == ["PAN40"]

    counter.billing.undo()
    assert counter.codes == ["PCM500", "PAN40"]
    counter.billing.undo()
    assert counter.codes == ["PCM500"]
    counter.billing.undo()
    assert counter.codes == []
    counter.billing.undo()
    assert counter.billing.desk.notice.text


def test_a_new_bill_can_be_undone_with_its_customer(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.billing.customer_typed("A Kumar", "98470")
    before = counter.billing.draft.command_id

    counter.billing.clear()
    assert counter.billing.draft.is_empty
    counter.adds("panto")
    counter.billing.undo()
    counter.billing.undo()

    assert counter.codes == ["PCM500"]
    assert counter.billing.draft.customer_name == "A Kumar"
    assert counter.billing.draft.command_id == before


def test_a_saved_bill_does_not_come_back_by_undo(counter: Counter) -> None:
    counter.adds("para")
    counter.pays()

    counter.billing.undo()

    assert counter.billing.draft.is_empty


def test_batches_are_listed_and_one_is_picked(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.billing.show_batches()
    assert [row.batch for row in counter.billing.editor.batch_rows()] == [None, "OLD", "A1", "A2"]
    counter.billing.move(3)

    counter.billing.search_entered()

    assert counter.popup() is Popup.NONE
    assert counter.total == "27.00"
    counter.pays()
    last = counter.last()
    assert [line.batch for line in last.bill.lines] == ["A2"]


def test_an_expired_batch_is_shown_and_refused(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.billing.show_batches()

    counter.billing.point_at(1)

    assert counter.popup() is Popup.BATCHES
    assert "10/2026" in counter.billing.desk.notice.text
    assert counter.billing.draft.lines[0].entry.batch is None


def _recall(counter: Counter, batch: str) -> None:
    with counter.shop.shop.database.write(counter.shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch=batch, reason="recalled by the maker"))


def test_a_held_batch_is_shown_with_its_reason_and_refused(counter: Counter) -> None:
    _recall(counter, "A2")
    counter.adds("para", "1")
    counter.billing.show_batches()
    rows = counter.billing.editor.batch_rows()
    place = next(index for index, row in enumerate(rows) if row.batch == "A2")

    counter.billing.point_at(place)

    assert rows[place].held == "recalled by the maker"
    badges = BATCH_COLUMNS[0].badges
    assert badges is not None
    assert [badge.text for badge in badges(rows[place])] == ["HELD: recalled by the maker"]
    assert "held: recalled by the maker" in counter.billing.desk.notice.text
    assert counter.billing.draft.lines[0].entry.batch is None


def test_a_batch_that_is_held_while_the_bill_is_typed_is_not_sold(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.billing.editor.choose_batch("A2")
    _recall(counter, "A2")

    counter.pays()

    assert counter.billing.saving.last is None
    refusal = counter.billing.draft.lines[0].problem
    assert refusal is not None
    assert refusal.code == "stock.held"


def test_a_cashier_may_look_at_batches_but_not_pick_one(counter: Counter) -> None:
    counter.shop.acts(Role.CASHIER)
    counter.adds("para", "1")
    counter.billing.show_batches()

    counter.billing.point_at(3)

    assert counter.billing.desk.notice.tone is Tone.DANGER
    assert counter.billing.draft.lines[0].entry.batch is None


def test_the_customer_is_on_the_bill(counter: Counter) -> None:
    counter.adds("para")
    counter.billing.show_customer()
    assert counter.focus() is Focus.CUSTOMER
    counter.billing.customer_typed(" A Kumar ", "9847000000")
    counter.billing.escape()
    assert counter.focus() is Focus.SEARCH

    counter.pays()

    last = counter.last()
    assert (last.bill.customer_name, last.bill.customer_phone) == ("A Kumar", "9847000000")


@pytest.mark.parametrize("cash", ["20", "-100", "abc"])
def test_cash_that_does_not_do_saves_nothing(counter: Counter, cash: str) -> None:
    counter.adds("para")

    counter.pays(cash)

    tender = counter.tender()
    assert tender is not None
    assert tender.sentence
    assert counter.lanes.written == 0


def test_enter_again_while_saving_does_nothing(counter: Counter) -> None:
    counter.adds("para")
    counter.lanes.holds_writes = True
    counter.pays("100")
    counter.billing.checkout.enter()
    counter.billing.checkout.type("5")
    counter.billing.escape()
    counter.billing.undo()
    counter.billing.remove_line()
    counter.billing.clear()
    counter.billing.edit_line(0)
    assert counter.codes == ["PCM500"]

    counter.lanes.answer()
    counter.billing.checkout.enter()

    assert counter.lanes.written == 1  # the bill
    assert len(counter.printer.printed) == 1


def test_a_failed_save_keeps_the_bill_and_the_second_try_is_the_same_bill(counter: Counter) -> None:
    counter.adds("para", "2:5")
    before = (counter.billing.draft.entries, counter.billing.draft.command_id)
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    counter.pays("200")
    tender = counter.tender()
    assert tender is not None
    assert tender.sentence
    assert (counter.billing.draft.entries, counter.billing.draft.command_id) == before
    assert tender.typed == "200"

    counter.billing.checkout.enter()

    last = counter.last()
    assert (last.bill.number, last.bill.bill_id) == ("C1/26-27/000001", before[1])


def test_a_bug_while_saving_is_reported_and_the_bill_kept(counter: Counter) -> None:
    counter.adds("para")
    counter.lanes.fault = ZeroDivisionError()

    counter.pays()

    assert [type(bug) for bug in counter.bugs] == [ZeroDivisionError]
    assert counter.codes == ["PCM500"]
    tender = counter.tender()
    assert tender is not None
    assert tender.sentence


def test_stock_sold_meanwhile_is_said_at_its_line(counter: Counter) -> None:
    counter.adds("panto", "1")
    counter.adds("para", "8")
    counter.shop.bills(("PCM500", "3"))

    counter.pays()

    assert counter.tender() is None
    assert counter.codes == ["PAN40", "PCM500"]
    assert counter.billing.editor.current == 1
    assert "5:0" in counter.billing.editor.rows()[-1].sentence
    assert counter.billing.editor.quantity == "8"
    counter.billing.quantity_typed("5")
    counter.billing.quantity_entered()
    counter.pays()
    assert counter.billing.saving.last is not None


def test_what_another_counter_sold_meanwhile_is_shown_before_it_is_billed(counter: Counter) -> None:
    counter.adds("para", "3")
    assert counter.total == "77.00"
    counter.shop.bills(("PCM500", "1"))
    counter.pays()

    assert (counter.tender(), counter.billing.saving.last) == (None, None)
    assert counter.billing.desk.notice.text.startswith("Paracetamol 500: the shelf has changed since the line was")
    assert [part.portion.batch.number for part in counter.billing.draft.lines[0].portions] == ["A1", "A2"]
    assert (counter.focus(), counter.total) == (Focus.QUANTITY, "78.00")

    counter.pays()
    assert str(counter.last().bill.total) == "78.00"


def test_a_total_that_changes_while_it_is_paid_is_asked_for_anew(counter: Counter) -> None:
    counter.adds("para", "3")
    counter.billing.open_tender()
    counter.billing.checkout.type("77")
    counter.shop.bills(("PCM500", "1"))
    counter.billing.stock_changed()
    counter.billing.checkout.enter()

    tender = counter.tender()
    assert tender is not None
    assert (str(tender.total), tender.typed) == ("78.00", "")
    assert "it is ₹78.00 now" in tender.sentence
    assert counter.billing.saving.last is None

    counter.shop.bills(("PCM500", "5"))
    counter.billing.stock_changed()
    counter.billing.checkout.enter()
    assert (counter.tender(), counter.billing.draft.first_problem(), counter.focus()) == (None, 0, Focus.QUANTITY)


def test_what_saving_has_against_a_line_is_said_at_it(counter: Counter) -> None:
    counter.shop.receives("KETA", name="Ketamine 50", schedules=frozenset({DrugSchedule.X}))
    counter.adds("keta", "1")

    counter.pays()

    assert counter.billing.saving.last is None
    assert "20F" in counter.billing.editor.rows()[-1].sentence


def test_a_printer_that_fails_holds_nothing_up_and_prints_later(counter: Counter) -> None:
    counter.printer.fault = EnvironmentFault("storage.busy")
    counter.adds("para")
    counter.pays()
    assert counter.last().paper is Paper.FAILED
    counter.adds("panto")
    assert counter.codes == ["PAN40"]
    counter.printer.fault = None

    counter.billing.checkout.print_again()

    assert counter.printer.printed == [("C1/26-27/000001", True)]
    assert counter.last().paper is Paper.PRINTED


def test_a_bill_that_fails_to_print_after_the_next_was_saved_is_named(counter: Counter) -> None:
    counter.printer.holds = True
    counter.adds("para")
    counter.pays()
    counter.adds("panto")
    counter.pays()

    counter.printer.waiting[0](EnvironmentFault("printer.unreachable", address="10.0.0.9:9100"))

    assert "C1/26-27/000001" in counter.billing.desk.notice.text
    assert counter.last().paper is Paper.PRINTING


def test_a_shop_without_a_printer_is_told_so(counter: Counter) -> None:
    counter.printer.fault = EnvironmentFault("printer.none")
    counter.adds("para")
    counter.pays()

    assert counter.last().paper is Paper.NO_PRINTER


def test_printing_again_says_duplicate(counter: Counter) -> None:
    counter.billing.checkout.print_again()
    assert counter.billing.desk.notice.tone is Tone.DANGER
    counter.adds("para")
    counter.pays()

    counter.billing.checkout.print_again()

    assert counter.printer.printed == [("C1/26-27/000001", False), ("C1/26-27/000001", True)]


def test_a_shop_that_may_not_collect_tax_shows_none(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "composition", clock, registration="composition")
    shop.receives("PCM500", name="Paracetamol 500", schedules=frozenset())
    counter = Counter(shop)
    counter.adds("para")

    assert counter.total == "26.00"
    assert not counter.billing.draft.totals.tax
    shop.close()


def test_an_empty_bill_is_not_saved(counter: Counter) -> None:
    counter.billing.open_tender()

    assert counter.tender() is None
    assert counter.billing.desk.notice.text


def test_the_view_is_told_the_parts_that_changed(counter: Counter) -> None:
    told: list[Part] = []
    counter.billing.listen(told.append)

    counter.types("para")

    assert any(Part.POPUP in part for part in told)
    assert not any(Part.LINES in part for part in told)


def test_a_line_of_two_batches_shows_both(counter: Counter) -> None:
    counter.adds("para", "4")

    rows = counter.billing.editor.rows()

    assert [(row.number, row.batch, row.quantity) for row in rows] == [
        (1, "A1", "3:0 = 30"),
        (None, "A2", "1:0 = 10"),
    ]
