"""The list of bills without a window, over a real shop: what is found, handed on, cancelled and corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.auth.permissions import Permission
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from core.sales.dto import BillView
from core.sales.upi import upi_reference
from core.settings.queries import shop_view
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.bills.presenter import PAGE, WAITING_DAYS, BillsPresenter, Ways
from pos_desktop.screens.bills.sharing import message, whatsapp_link
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop


class Desk(Counter):
    """A counter with the list of bills beside it; links and moves are noted."""

    def __init__(self, shop: TestShop, folder: Path) -> None:
        super().__init__(shop)
        self.links: list[str] = []
        self.opens = True
        self.went = 0
        with shop.shop.database.read() as session:
            details = shop_view(session)
        ways = Ways(
            print_bill=self.printer,
            folder=folder,
            open_link=self._open,
            counter=self.places,
            go_to_counter=self._go,
        )
        self.bills = BillsPresenter(
            self.lanes,
            self.board,
            shop.actor,
            details,
            ways,
            today=lambda: business_date(shop.clock.now()),
            rights=frozenset({Permission.POST_BILL}),
            report_bug=self.bugs.append,
        )
        self.board.listen(lambda topics: self.bills.refresh() if Topic.BILLS in topics else None)
        self.bills.refresh()

    def _open(self, link: str) -> bool:
        self.links.append(link)
        return self.opens

    def _go(self) -> None:
        self.went += 1

    @property
    def numbers(self) -> list[int]:
        return [int(row.number[-6:]) for row in self.bills.rows]

    @property
    def said(self) -> str:
        return self.bills.desk.notice.text

    @property
    def bill(self) -> BillView:
        """The bill beside the list (a property, so that mypy does not take it for unchanged)."""
        assert self.bills.bill is not None
        return self.bills.bill


@pytest.fixture
def desk(tmp_path: Path, clock: TurnedClock) -> Iterator[Desk]:
    shop = stocked_shop(tmp_path / "shop", clock)
    shop.bills(("PCM500", "1"), customer={"name": "Asha Menon", "phone": "+971 50 123 4567"})
    clock.turn(minutes=1)
    shop.bills(("PCM500", "2"), ("PAN40", "5t"), customer={"name": "Ravi"})
    made = Desk(shop, tmp_path / "papers")
    yield made
    assert made.bugs == []
    shop.books_agree()
    shop.close()


def test_a_half_typed_date_leaves_the_list_as_it_is(desk: Desk) -> None:
    desk.bills.search("asha")
    assert desk.numbers == [1]
    desk.bills.search("32-13-2026")
    assert desk.numbers == [1]
    assert "32-13-2026" in desk.said
    desk.bills.search("20-11-2026")
    assert (desk.numbers, desk.said) == ([2, 1], "")
    desk.bills.escape()
    assert (desk.bills.text, desk.numbers) == ("", [2, 1])


def test_an_answer_that_comes_late_changes_nothing(desk: Desk) -> None:
    desk.lanes.holds_reads = True
    desk.bills.search("asha")
    desk.bills.search("ravi")
    early, late = desk.lanes.reads
    late()
    early()
    assert desk.numbers == [2]


def test_the_list_goes_on_as_one_moves_down_and_stays_read(desk: Desk, clock: TurnedClock) -> None:
    desk.shop.receives("LOOSE", packs=50)
    for _ in range(PAGE + 8):
        clock.turn(seconds=1)
        desk.shop.bills(("LOOSE", "1t"))
    desk.bills.refresh()
    assert (len(desk.numbers), desk.bills.has_more) == (PAGE, True)
    desk.bills.move(PAGE)
    assert desk.numbers == list(range(PAGE + 10, 0, -1))
    assert not desk.bills.has_more
    desk.bills.refresh()
    assert len(desk.numbers) == PAGE + 10
    assert desk.bill.number.endswith("000011")


def test_a_bill_that_is_corrected_comes_to_the_counter_whole(desk: Desk) -> None:
    wrong = desk.bill
    desk.bills.correct()
    desk.bills.asking.submit({"reason": "one strip too many"})
    assert (desk.went, desk.bills.asking.form) == (1, None)
    assert desk.codes == ["PCM500", "PAN40"]
    assert [line.entry.batch for line in desk.billing.draft.lines] == ["A1", "P1"]
    assert desk.total == str(wrong.total)
    assert desk.bill.cancelled is not None
    # the draft survives the power: it is kept with the number that it corrects
    desk.timer.rings()
    again = Desk(desk.shop, Path())
    assert again.codes == ["PCM500", "PAN40"]
    assert again.billing.draft.corrects == wrong.number
    again.pays()
    right = again.last().bill
    assert (right.corrects, right.total) == (wrong.number, wrong.total)
    desk.bills.refresh()
    desk.bills.choose(str(wrong.bill_id))
    assert desk.bill.corrected_by == right.number
    desk.bills.correct()
    assert f"corrected already by {right.number}" in desk.said


def fills_places(desk: Desk, count: int) -> None:
    """Type a bill in so many places, beginning with the one that has the keys."""
    for place in range(1, count + 1):
        desk.places.go_to(place)
        desk.adds("para", "1t")


def test_a_bill_that_is_being_typed_is_left_alone_and_another_place_is_taken(desk: Desk) -> None:
    desk.adds("para", "1")
    desk.bills.correct()
    desk.bills.asking.submit({"reason": "one strip too many"})
    assert (desk.places.number, desk.codes, desk.went) == (2, ["PCM500", "PAN40"], 1)
    assert desk.billing.draft.corrects == "C1/26-27/000002"
    desk.places.go_to(1)
    assert desk.codes == ["PCM500"]
    assert desk.billing.draft.corrects is None


def test_with_five_bills_at_the_counter_none_is_cancelled_to_be_put_right(desk: Desk) -> None:
    fills_places(desk, 5)
    desk.bills.correct()
    assert "Five bills are being typed" in desk.said
    assert (desk.bills.asking.form, desk.went, desk.bill.cancelled) == (None, 0, None)
    desk.places.go_to(4)
    desk.billing.clear()
    desk.bills.correct()
    desk.bills.asking.submit({"reason": "one strip too many"})
    assert (desk.places.number, desk.codes) == (4, ["PCM500", "PAN40"])


def test_what_is_typed_while_a_bill_is_cancelled_is_not_lost_and_the_draft_comes_again(desk: Desk) -> None:
    fills_places(desk, 4)
    desk.places.go_to(5)
    desk.bills.correct()
    desk.lanes.holds_writes = True
    desk.bills.asking.submit({"reason": "wrong person"})
    desk.bills.escape()
    desk.adds("panto", "1")
    desk.lanes.holds_writes = False
    for write in list(desk.lanes.writes):
        write()
    desk.lanes.writes.clear()
    assert desk.codes == ["PAN40"]
    assert desk.went == 0
    assert "Five bills are being typed" in desk.said
    desk.billing.clear()
    desk.bills.correct()
    desk.bills.asking.submit({"reason": "wrong person"})
    assert desk.codes == ["PCM500", "PAN40"]


def test_an_item_of_several_batches_is_one_line_at_the_counter(desk: Desk) -> None:
    desk.shop.receives("TWO", batch="B1", expiry="01/2028", packs=1)
    desk.shop.receives("TWO", batch="B2", expiry="06/2028", packs=5)
    wrong = desk.shop.bills(("TWO", "2:5"))
    assert len(wrong.lines) == 2
    desk.bills.refresh()
    desk.bills.choose(str(wrong.bill_id))
    desk.bills.correct()
    desk.bills.asking.submit({"reason": "wrong quantity"})
    assert [(line.item.code, line.entry.typed) for line in desk.billing.draft.lines] == [("TWO", "2:5")]
    assert desk.total == str(wrong.total)


def test_links_say_what_they_should_and_where_the_pdf_lies(desk: Desk, tmp_path: Path) -> None:
    desk.bills.search("asha")
    assert whatsapp_link(desk.bill, "S & K").startswith("https://wa.me/971501234567?text=Bill%20")
    assert "S%20%26%20K" in whatsapp_link(desk.bill, "S & K")
    desk.opens = False
    desk.bills.send_whatsapp()
    saved = tmp_path / "papers" / "C1-26-27-000001.pdf"
    assert desk.said == f"No program opened: install one for it. The PDF is in {saved}."
    assert saved.read_bytes().startswith(b"%PDF")
    desk.bills.cancel()
    desk.bills.asking.submit({"reason": "wrong person"})
    assert message(desk.bill, "Test Medicals").startswith("CANCELLED. Bill C1/26-27/000001 of 20-11-2026")
    desk.bills.search("ravi")
    desk.bills.send_whatsapp()
    assert "has no telephone number" in desk.said
    assert len(desk.links) == 1


def test_a_file_that_cannot_be_written_is_asked_again(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    desk.bills.save_pdf()
    for path in ("", str(tmp_path), str(tmp_path / "file" / "bill.pdf")):
        desk.bills.asking.submit({"file": path})
        form = desk.bills.asking.form
        assert form is not None
        assert set(form.problems) == {"file"}
        assert not form.is_busy
    desk.bills.asking.submit({"file": str(tmp_path / "bill.pdf")})
    assert desk.bills.asking.form is None
    assert (tmp_path / "bill.pdf").exists()


def test_a_printer_that_fails_is_said(desk: Desk) -> None:
    desk.printer.fault = EnvironmentFault("printer.none")
    desk.bills.print_again()
    assert "No receipt printer is chosen" in desk.said
    desk.printer.fault = None
    desk.bills.print_again()
    assert desk.printer.printed == [(desk.bill.number, True)]


# --- how it was paid -------------------------------------------------------------------------------------------------


def test_a_upi_payment_is_confirmed_beside_the_list(desk: Desk) -> None:
    desk.adds("para", "1")
    desk.pays("u")
    desk.bills.refresh()
    desk.bills.choose(str(desk.last().bill.bill_id))
    desk.bills.confirm_upi()
    form = desk.bills.asking.form
    assert form is not None
    desk.bills.asking.submit({"reference": "612345678901"})
    assert desk.bills.asking.form is None
    assert desk.bills.bill is not None
    assert [(paid.reference, paid.waits) for paid in desk.bills.bill.tenders] == [("612345678901", False)]
    desk.bills.confirm_upi()
    assert desk.bills.desk.notice.text == f"No UPI payment of bill {desk.bills.bill.number} waits to be confirmed."


def test_how_a_bill_was_paid_is_put_right_beside_the_list(desk: Desk) -> None:
    desk.adds("para", "1")
    desk.pays()
    desk.bills.refresh()
    desk.bills.choose(str(desk.last().bill.bill_id))
    desk.bills.pay_otherwise()
    for typed in ("by shells", "card 1.00", "card 100.00"):
        desk.bills.asking.submit({"payments": typed, "reason": "looked at the slip"})
        assert desk.bills.asking.form is not None
    total = desk.last().bill.total
    desk.bills.asking.submit({"payments": f"card {total} 4711", "reason": "looked at the slip"})
    assert desk.bills.asking.form is None
    assert desk.bills.bill is not None
    assert [(paid.mode.value, paid.reference) for paid in desk.bills.bill.tenders] == [("card", "4711")]
    assert desk.bills.bill.payment_changes[0].reason == "looked at the slip"


def test_a_number_of_another_bill_is_asked_about_in_both_forms(desk: Desk) -> None:
    for _ in range(2):
        desk.adds("para", "1")
        desk.pays("u")
    second = desk.last().bill
    desk.bills.refresh()
    first = next(row for row in desk.bills.rows if row.key != str(second.bill_id))
    desk.bills.choose(first.key)
    desk.bills.confirm_upi()
    desk.bills.asking.submit({"reference": "612345678901"})

    desk.bills.choose(str(second.bill_id))
    desk.bills.confirm_upi()
    desk.bills.asking.submit({"reference": "612345678901"})
    desk.bills.asking.typed("reference")
    desk.bills.asking.submit({"reference": "612345678901"})
    form = desk.bills.asking.form
    assert form is not None
    assert first.number in form.problems["reference"]
    desk.bills.asking.submit({"reference": "612345678901"})
    assert desk.bills.asking.form is None

    desk.bills.pay_otherwise()
    said = {"payments": f"card {second.total} 612345678901", "reason": "looked at the slip"}
    desk.bills.asking.submit(said)
    assert desk.bills.bill is not None
    assert desk.bills.bill.payment_changes == ()
    desk.bills.asking.submit(said)
    assert [paid.mode.value for paid in desk.bills.bill.tenders] == ["card"]


def upi(shop: TestShop, *amounts: str, **bill: Any) -> BillView:
    """Bill 51 rupees of which so much is paid by UPI that nobody confirms, the rest in cash."""
    tenders = [{"mode": "upi", "amount": amount} for amount in amounts]
    return shop.bills(("PCM500", "2"), payments=[*tenders, {"mode": "cash", "amount": "51.00"}], **bill)


def test_upi_payments_that_wait_are_listed_and_confirmed_one_after_the_other(desk: Desk, clock: TurnedClock) -> None:
    assert desk.bills.waiting == ""
    desk.bills.turn_waiting()
    assert (desk.numbers, desk.bills.shows_waiting, desk.bills.is_reading) == ([], True, False)
    desk.bills.turn_waiting()
    assert desk.numbers == [2, 1]

    old = upi(desk.shop, "20.00", customer={"name": "Asha Menon"})
    clock.turn(hours=24)
    new = upi(desk.shop, "10.00", "5.50")
    desk.bills.refresh()
    assert desk.bills.waiting == "3 UPI payments wait, ₹35.50"
    desk.bills.search("asha")
    desk.bills.turn_waiting()
    assert (desk.bills.text, desk.numbers) == ("", [3, 4])
    assert "the oldest first" in desk.bills.understood
    assert [(row.customer, row.amount) for row in desk.bills.rows] == [("Asha Menon", "20.00"), ("", "15.50")]
    assert [row.reference for row in desk.bills.rows] == [upi_reference(old.bill_id), upi_reference(new.bill_id)]

    desk.bills.confirm_upi()
    assert desk.bills.asking.form is not None
    desk.bills.turn_waiting()  # not while a form is open
    assert desk.bills.shows_waiting
    desk.bills.asking.submit({"reference": "612345678901"})
    assert desk.numbers == [4]
    assert desk.bill.number == new.number
    for left in ([4], []):
        desk.bills.confirm_upi()
        desk.bills.asking.submit({"reference": "612345678902"})
        assert desk.numbers == left
    assert (desk.bills.waiting, desk.bills.card) == ("", None)
    desk.bills.escape()
    assert (desk.bills.shows_waiting, desk.numbers) == (False, [4, 3, 2, 1])


def test_a_search_and_the_cancelled_leave_the_payments_that_wait(desk: Desk) -> None:
    upi(desk.shop, "20.00")
    leaves: list[Callable[[], None]] = [lambda: desk.bills.search("asha"), desk.bills.turn_shown]
    for leave in leaves:
        desk.bills.turn_waiting()
        assert desk.numbers == [3]
        leave()
        assert not desk.bills.shows_waiting
        assert 1 in desk.numbers

    # what was still being read when the list was left comes too late
    desk.bills.search("")
    desk.lanes.holds_reads = True
    desk.bills.turn_waiting()
    desk.bills.search("ravi")
    for read in reversed(desk.lanes.reads[:]):
        read()
    assert desk.numbers == [2]


def test_what_waits_is_told_of_for_a_month_and_listed_for_ever(desk: Desk, clock: TurnedClock) -> None:
    upi(desk.shop, "20.00")
    desk.bills.refresh()
    assert desk.bills.waiting == "1 UPI payment waits, ₹20.00"
    clock.turn(hours=24 * (WAITING_DAYS + 1))
    desk.bills.refresh()
    assert desk.bills.waiting == ""
    desk.bills.turn_waiting()
    assert desk.numbers == [3]
