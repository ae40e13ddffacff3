"""The lists of purchases without a window: what they show, and what their keys do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core.boundary.frozen import load
from core.inventory.batch_dto import CorrectBatch
from core.inventory.correcting import correct_batch
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.printing.page import Page as Sheet
from core.purchasing.order_dto import OrderState
from core.purchasing.order_queries import list_orders
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.purchases.pages import Page, Ways
from pos_desktop.screens.purchases.presenter import PurchasesPresenter
from tests.core.purchasing.support import bought, orders, pack, receives, supplier, teaches
from tests.presenters.test_goods_in import kerala
from tests.support.clock import TurnedClock
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop


class Desk:
    """The screen over a real shop."""

    def __init__(self, shop: TestShop, folder: Path) -> None:
        self.shop = shop
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.copied: list[str] = []
        self.printed: list[int] = []
        self.bills: list[str] = []
        self.folder = folder
        self.waiting: list[Callable[[], None]] = []
        self.starts()

    def starts(self, *, holds_reads: bool = False) -> None:
        """Begin, or begin again after a power cut: what waits to be kept is kept just before."""
        for call in self.waiting:
            call()
        self.waiting.clear()
        self.lanes = TestLanes(self.shop.shop.database, self.shop.actor)
        self.lanes.holds_reads = holds_reads
        self.do = PurchasesPresenter(
            self.lanes,
            self.board,
            self.shop.actor,
            Ways(
                folder=self.folder, print_pages=self._print, copy_text=self.copied.append, enter_bill=self.bills.append
            ),
            today=lambda: business_date(self.shop.clock.now()),
            may_order=True,
            may_receive=True,
            report_bug=self.bugs.append,
            later=lambda _, call: self.waiting.append(call),
        )
        self.do.refresh()

    def _print(self, pages: Sequence[Sheet], title: str, *, lying: bool) -> bool:
        assert title
        assert not lying
        self.printed.append(len(pages))
        return True

    @property
    def form(self) -> SentForm:
        form = self.do.desk.form
        assert form is not None
        return form

    def sends(self, **typed: str) -> None:
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **typed})

    @property
    def said(self) -> str:
        return self.do.desk.notice.text

    def states(self) -> list[list[str]]:
        return [[badge.text for badge in row.marks] for row in self.do.here.rows]


@pytest.fixture
def desk(buyer: TestShop, tmp_path: Path) -> Desk:
    return Desk(buyer, tmp_path / "papers")


@pytest.fixture
def buyer(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.adds("PCM500", name="Paracetamol 500", manufacturer="Cipla", min_stock_units=50)
    shop.adds("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, manufacturer="Cipla")
    licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
    supplier(shop, gstin="32AAACK9110F1Z2", payment_days=21, licences=licences)
    yield shop
    shop.books_agree()
    shop.close()


def test_an_order_is_made_of_what_is_missing_changed_and_placed(desk: Desk) -> None:
    teaches(desk.shop, kerala(desk.shop), "K-77", "PCM500")
    do = desk.do
    do.new_order()
    desk.sends(supplier="Kerala Pharma")
    assert desk.do.page is Page.NEW_ORDER
    (row,) = do.order.rows()
    assert (row.item, row.why, row.stock) == ("Paracetamol 500", "Below minimum", "0:0")
    do.order.change_line()
    desk.sends(quantity="12", free="1", rate="15")
    do.order.add_line()
    desk.sends(item="COUGH", quantity="3")
    do.order.add_line()
    desk.sends(item="cough", quantity="3")
    assert desk.form.problems["item"]
    do.escape()
    do.order.place()
    assert desk.said.startswith("The order C1O/26-27/000001 is placed")
    assert (do.page, desk.states(), desk.told) == (Page.ORDERS, [["OPEN"]], [frozenset({Topic.PURCHASES})])
    assert [(line.item, line.quantity, line.free) for line in do.here.lines] == [
        ("Paracetamol 500", "12:0", "1:0"),
        ("Cough Syrup", "3", ""),
    ]


def test_the_form_of_a_new_order_opens_with_its_key_whatever_is_still_read(desk: Desk) -> None:
    desk.starts(holds_reads=True)
    desk.do.new_order()
    assert desk.form.title == "New order"
    desk.lanes.answer()
    assert desk.form.title == "New order"  # nothing was kept, and what is typed stays
    assert [(offer.value, offer.words) for offer in desk.form.offers["supplier"]] == []


def test_an_order_that_was_kept_takes_the_place_of_a_new_one(desk: Desk) -> None:
    desk.do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand")
    desk.do.order.add_line()
    desk.sends(item="COUGH", quantity="3")
    desk.starts(holds_reads=True)
    desk.do.new_order()
    assert desk.form.title == "New order"
    desk.lanes.answer()
    assert (desk.do.page, desk.do.desk.form) == (Page.NEW_ORDER, None)
    assert [row.quantity for row in desk.do.order.rows()] == ["3"]
    assert desk.said == "What was being ordered came back."


def test_suppliers_from_whom_something_is_missing_are_offered_first(desk: Desk) -> None:
    desk.shop.adds("AZEE", name="Azee 500", manufacturer="Cipla", min_stock_units=20)
    supplier(desk.shop, "Malabar Drugs")
    for code in ("PCM500", "AZEE"):
        teaches(desk.shop, kerala(desk.shop), f"K-{code}", code)
    desk.do.new_order()
    assert [(offer.value, offer.words) for offer in desk.form.offers["supplier"]] == [
        ("Kerala Pharma", "2 items are missing")
    ]
    desk.do.typed("supplier", {"supplier": "mala"})
    assert [offer.value for offer in desk.form.offers["supplier"]] == ["Malabar Drugs"]
    desk.do.typed("supplier", {"supplier": ""})
    assert [offer.value for offer in desk.form.offers["supplier"]] == ["Kerala Pharma"]


def test_documents_are_found_by_supplier_number_and_item(desk: Desk) -> None:
    supplier(desk.shop, "Malabar Drugs")
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50"), total="500", number="M-1", supplier="Malabar Drugs")
    orders(desk.shop, ("PCM500", "10"))
    do = desk.do
    for page, text, found in (
        (Page.BILLS, "mala", ["M-1"]),
        (Page.BILLS, "kp/", ["KP/7"]),
        (Page.BILLS, "cough malabar", ["M-1"]),
        (Page.BILLS, "pcm", ["KP/7"]),
        (Page.BILLS, "cough kerala", []),
        (Page.BILLS, "%", []),
        (Page.RECEIPTS, "paracetamol", ["C1G/26-27/000001"]),
        (Page.RECEIPTS, "M-1", ["C1G/26-27/000002"]),
        (Page.ORDERS, "26-27/000001", ["C1O/26-27/000001"]),
        (Page.ORDERS, "syrup", []),
        (Page.DIFFERENCES, "pcm", ["KP/7"]),
        (Page.DIFFERENCES, "b7 kerala", ["KP/7"]),
        (Page.DIFFERENCES, "cm500", []),  # a code is begun, as in the other lists
    ):
        do.go_to(page)
        do.search(text)
        assert [row.number for row in do.here.rows] == found, text
    do.go_to(Page.ORDERS)
    do.escape()
    assert [row.number for row in do.here.rows] == ["C1O/26-27/000001"]
    do.go_to(Page.BILLS)
    assert (do.here.text, do.here.rows) == ("%", [])  # each list keeps what was looked for in it
    do.search("")
    assert [row.number for row in do.here.rows] == ["M-1", "KP/7"]
    do.move(5)
    assert do.here.row is not None
    assert do.here.row.number == "KP/7"


def test_a_list_that_is_cut_says_how_many_are_left_and_finds_what_it_does_not_show(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos_desktop.screens.purchases.presenter._MOST", 2)
    for number in ("A-1", "A-2", "A-3", "A-4", "A-5"):
        bought(desk.shop, pack("PCM500", batch=number), total="158", number=number)
    desk.do.go_to(Page.BILLS)
    assert ([row.number for row in desk.do.here.rows], desk.do.here.left) == (["A-5", "A-4"], 3)
    desk.do.search("a-1")
    assert ([row.number for row in desk.do.here.rows], desk.do.here.left) == (["A-1"], 0)
    desk.do.search("pcm")
    assert desk.do.here.left == 3


def test_of_two_suppliers_with_one_name_each_is_offered_by_what_tells_it(desk: Desk) -> None:
    supplier(desk.shop, "Kerala Pharma", phone="0484 2350001")
    desk.do.new_order()
    desk.do.typed("supplier", {"supplier": "kerala"})
    offers = [(offer.value, offer.words) for offer in desk.form.offers["supplier"]]
    assert sorted(offers) == [("32AAACK9110F1Z2", "Kerala Pharma"), ("4842350001", "Kerala Pharma")]
    desk.sends(supplier=offers[0][0], source="hand")
    assert ([desk.do.page], desk.do.order.supplier) == ([Page.NEW_ORDER], "Kerala Pharma")


def test_an_order_is_printed_saved_copied_and_closed(desk: Desk, tmp_path: Path) -> None:
    order = orders(desk.shop, ("PCM500", "10"))
    do = desk.do
    do.refresh()
    do.print_paper()
    do.save_paper()
    do.copy_order()
    assert desk.printed == [1]
    assert (tmp_path / "papers" / "order-C1O-26-27-000001.pdf").read_bytes().startswith(b"%PDF")
    assert desk.copied[0].startswith("Order C1O/26-27/000001")
    do.end()
    desk.sends(reason="")
    assert desk.form.problems["reason"]
    desk.sends(reason="they have none")
    assert desk.states() == [["CLOSED"]]
    with desk.shop.shop.database.read() as session:
        assert list_orders(session, desk.shop.actor).hits[0].state is OrderState.CLOSED
    assert order.number


def test_a_receipt_waits_for_its_bill_and_may_be_taken_back(desk: Desk) -> None:
    receipt = receives(desk.shop, pack("PCM500", short="1", rate=None), document="DC 9")
    do = desk.do
    do.go_to(Page.RECEIPTS)
    assert desk.states() == [["BILL TO COME"]]
    (line,) = do.here.lines
    assert (line.quantity, line.missing, [badge.text for badge in line.marks]) == ("10:0", "1:0", ["PRICE TO COME"])
    assert do.may_enter_bill
    do.enter_bill()
    assert desk.bills == [receipt.number]
    do.end()
    desk.sends(reason="wrong box")
    assert desk.states() == [["TAKEN BACK"]]
    assert not desk.do.may_enter_bill
    do.end()
    desk.sends(reason="wrong box")
    assert "taken back already" in desk.form.sentence


def test_what_was_put_right_of_a_batch_stands_beside_what_was_typed(desk: Desk) -> None:
    bare = {"item": "PCM500", "quantity": "10", "mrp": "25.65", "rate": "15.00"}
    receives(desk.shop, bare, pack("COUGH"), confirmed=True)
    do = desk.do
    do.go_to(Page.RECEIPTS)
    made_up = do.here.lines[0].batch
    assert [badge.text for badge in do.here.lines[0].marks] == ["OWN BATCH NUMBER"]
    for item, batch, said in (
        ("PCM500", made_up, {"number": "AB12", "expiry": "12/2028"}),
        ("COUGH", "B7", {"mrp": "26"}),
    ):
        command = {"command_id": str(new_id()), "item": item, "batch": batch, "reason": "read from the pack", **said}
        with desk.shop.shop.database.write(desk.shop.actor) as uow:
            correct_batch(uow, load(CorrectBatch, command))
    do.refresh()
    assert [(line.batch, [badge.text for badge in line.marks]) for line in do.here.lines] == [
        (made_up, ["NOW AB12, 12/2028"]),
        ("B7", ["NOW 26.00"]),
    ]


def test_a_bill_and_its_difference_say_what_was_put_right_of_a_batch(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", match_reason="one short")
    for batch, said in (("B7", {"number": "AB12", "mrp": "26"}), ("AB12", {"expiry": "11/2028"})):
        command = {
            "command_id": str(new_id()),
            "item": "PCM500",
            "batch": batch,
            "reason": "read from the pack",
            **said,
        }
        with desk.shop.shop.database.write(desk.shop.actor) as uow:
            correct_batch(uow, load(CorrectBatch, command))
    do = desk.do
    do.go_to(Page.BILLS)
    assert [badge.text for badge in do.here.lines[0].marks] == ["NOW AB12, 26.00", "CLAIM 15.76"]
    do.go_to(Page.DIFFERENCES)
    assert do.here.rows[0].item == "Paracetamol 500  B7 → AB12"


def test_what_differs_is_settled_and_a_bill_taken_back(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", match_reason="one short")
    do = desk.do
    do.go_to(Page.BILLS)
    assert desk.states() == [["DIFFERS"]]
    assert [badge.text for badge in do.here.lines[0].marks] == ["CLAIM 15.76"]
    do.go_to(Page.DIFFERENCES)
    (row,) = do.here.rows
    assert (row.expected, row.found, row.amount, row.about) == ("10:0", "9:0", "15.76", "one short")
    do.end()
    desk.sends(reason="credit promised by telephone")
    assert desk.said == "It is settled. The supplier still owes 15.76: F6 at the bill asks it back."
    assert do.here.rows == []
    do.go_to(Page.BILLS)
    assert desk.states() == [[]]
    do.end()
    desk.sends(reason="typed twice")
    assert desk.states() == [["TAKEN BACK"]]


def test_what_is_chosen_stays_chosen_when_the_list_is_read_again(desk: Desk) -> None:
    first, second = orders(desk.shop, ("PCM500", "10")), orders(desk.shop, ("COUGH", "1"))
    do = desk.do
    do.refresh()
    do.choose(1)
    assert do.here.row is not None
    assert do.here.row.number == first.number
    orders(desk.shop, ("PCM500", "3"))
    do.refresh()
    assert (do.here.row.number, do.here.at) == (first.number, 2)
    assert second.number


def test_an_order_that_is_being_made_is_left_and_taken_up_over_a_power_cut(desk: Desk) -> None:
    do = desk.do
    do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand", note="before noon")
    do.order.add_line()
    desk.sends(item="PCM500", quantity="7")
    do.escape()
    assert do.page is Page.ORDERS
    desk.do.new_order()  # goes on with it
    assert [row.quantity for row in desk.do.order.rows()] == ["7"]
    desk.starts()
    desk.do.new_order()
    assert [(row.item, row.quantity) for row in desk.do.order.rows()] == [("Paracetamol 500", "7")]
    desk.do.order.place()
    assert desk.said.startswith("The order C1O/26-27/000001 is placed")
    desk.starts()
    desk.do.new_order()
    assert desk.form.title == "New order"


def test_an_order_that_is_left_is_forgotten(desk: Desk) -> None:
    desk.do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand")
    desk.do.order.add_line()
    desk.sends(item="PCM500", quantity="7")
    desk.do.order.leave()
    desk.sends()
    assert desk.do.page is Page.ORDERS
    desk.do.new_order()
    assert desk.form.title == "New order"


def test_a_rate_is_that_of_this_supplier_and_units_are_its_own(desk: Desk) -> None:
    supplier(desk.shop, "Malabar Drugs")
    receives(desk.shop, pack("COUGH", mrp="80", rate="50"), supplier="Malabar Drugs")
    receives(desk.shop, pack("PCM500", rate="14.50"))
    teaches(desk.shop, kerala(desk.shop), "BOX", "PCM500", factor=10)
    do = desk.do
    do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand")
    for item in ("PCM500", "COUGH"):
        do.order.add_line()
        desk.sends(item=item, quantity="2")
    assert [(row.item, row.pack, row.rate) for row in do.order.rows()] == [
        ("Paracetamol 500", "10 × 10's", "14.5"),
        ("Cough Syrup", "100ML", ""),
    ]
    do.order.add_line()
    desk.sends(item="pcm500", quantity="2")
    assert "stands on line 1" in desk.form.problems["item"]


def test_what_a_bill_asked_for_and_was_not_there_is_asked_back(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50"), total="525", number="KP/8")
    do = desk.do
    do.go_to(Page.BILLS)
    assert (do.here.row and do.here.row.number, do.may_claim) == ("KP/8", False)
    do.claim()
    assert [do.desk.form] == [None]
    do.choose(1)
    assert [do.may_claim] == [True]
    do.claim()
    desk.sends(reason="")
    assert desk.form.problems["reason"]
    desk.sends(reason="one strip short")
    assert desk.said == "The debit note C1D/26-27/000001 over 15.76 is written."
    assert not do.may_claim
    assert [[badge.text for badge in line.marks] for line in do.here.lines] == [["ASKED BACK 15.76"]]
    do.go_to(Page.DEBIT_NOTES)
    assert [(row.number, row.supplier, row.about, row.amount) for row in do.here.rows] == [
        ("C1D/26-27/000001", "Kerala Pharma", "one strip short", "15.76")
    ]
    assert [(line.item, line.quantity, line.missing, line.amount) for line in do.here.lines] == [
        ("Paracetamol 500", "1:0", "KP/7", "15.76")
    ]


def test_nothing_of_another_bill_is_asked_back_while_the_list_is_read(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50"), total="525", number="KP/8")
    do = desk.do
    do.go_to(Page.BILLS)
    desk.lanes.holds_reads = True
    do.go_to(Page.DIFFERENCES)
    desk.lanes.reads.pop()()  # KP/7 stands there; its lines are still read
    do.go_to(Page.BILLS)
    assert (do.here.row and do.here.row.number, do.may_claim) == ("KP/8", False)
    desk.lanes.reads.pop(0)()
    assert not do.may_claim  # KP/8 asks for nothing that was not there
    do.claim()
    assert do.desk.form is None


def test_a_bill_of_one_of_two_suppliers_with_one_name_is_asked_back_and_taken_back(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50"), total="525", number="KP/8")
    supplier(desk.shop, "Kerala Pharma", phone="0484 2350001")
    do = desk.do
    do.go_to(Page.BILLS)
    do.choose(1)
    do.claim()
    desk.sends(reason="one strip short")
    assert "is written" in desk.said
    do.choose(0)
    do.end()
    desk.sends(reason="typed wrongly")
    assert desk.states()[0] == ["TAKEN BACK"]


def test_goods_go_back_lot_by_lot_and_the_note_is_printed(desk: Desk, tmp_path: Path) -> None:
    bought(desk.shop, pack("PCM500", expiry="12/2026"), total="158", number="KP/7")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50", batch="C1"), total="525", number="KP/8")
    supplier(desk.shop, "Malabar Drugs")
    bought(desk.shop, pack("PCM500", batch="M1"), total="150", number="M-1", supplier="Malabar Drugs")
    do = desk.do
    do.go_to(Page.DEBIT_NOTES)
    do.new_return()
    desk.sends(supplier="kerala", reason="near expiry")
    assert desk.form.problems["supplier"]
    desk.sends(supplier="Kerala Pharma", reason="near expiry")
    assert [desk.do.page] == [Page.NEW_RETURN]
    assert [(row.item, row.batch, row.stock, row.bill, row.back) for row in do.back.rows()] == [
        ("Paracetamol 500", "B7", "10:0", "KP/7", ""),
        ("Cough Syrup", "C1", "10", "KP/8", ""),
    ]
    do.back.issue()
    assert "Nothing goes back yet" in desk.said
    do.back.change()
    assert [(field.name, field.value) for field in desk.form.fields] == [("quantity", "10:0"), ("why", "near_expiry")]
    desk.sends(quantity="11")
    do.back.issue()
    assert "10:0" in desk.said  # more than stands
    do.back.change()
    desk.sends(quantity="2:5")
    do.back.choose(1)
    do.back.change()
    desk.sends(quantity="1", why="damaged")
    do.back.keep_here()
    assert [(row.back, row.why) for row in do.back.rows()] == [("2:5", "Near expiry"), ("", "")]
    do.back.issue()
    assert desk.said.startswith("The debit note C1D/26-27/000001 over 39.38 is written.")
    assert [desk.do.page] == [Page.DEBIT_NOTES]
    assert desk.shop.units("PCM500") == 175
    do.print_paper()
    do.save_paper()
    assert desk.printed == [1]
    assert (tmp_path / "papers" / "debit-note-C1D-26-27-000001.pdf").read_bytes().startswith(b"%PDF")


def test_a_wrong_note_is_taken_back_by_the_key_of_bills_and_says_so(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    do = desk.do
    do.go_to(Page.BILLS)
    do.claim()
    desk.sends(reason="two strips short")
    do.go_to(Page.DEBIT_NOTES)
    assert (desk.states(), do.may_end) == ([[]], True)
    do.end()
    assert (desk.form.title, desk.form.submit_words) == ("Take debit note C1D/26-27/000001 back", "Take it back")
    desk.sends(reason="")
    assert desk.form.problems["reason"]
    desk.told.clear()
    desk.sends(reason="it was one strip")
    assert (
        desk.said
        == "The debit note C1D/26-27/000001 is taken back: nothing is owed by it, and what went back is here again."
    )
    assert desk.told == [frozenset({Topic.PURCHASES, Topic.STOCK})]
    assert (desk.states(), do.may_end) == ([["TAKEN BACK"]], False)
    do.print_paper()
    assert desk.printed == [1]
    do.go_to(Page.BILLS)
    assert do.may_claim  # it may be asked back again, and its bill be taken back
    do.end()
    desk.sends(reason="typed wrongly")
    assert desk.states() == [["TAKEN BACK"]]


def test_a_note_that_a_bill_set_off_says_which_bill_is_taken_back_first(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500", short="1"), total="158", number="KP/7", match_reason="short")
    do = desk.do
    do.go_to(Page.BILLS)
    do.claim()
    desk.sends(reason="one strip short")
    off = [{"kind": "credit_note", "number": "C1D/26-27/000001", "amount": "15.75"}]
    bought(desk.shop, pack("PCM500", batch="C2"), total="158", number="KP/8", set_offs=off)
    do.go_to(Page.DEBIT_NOTES)
    do.end()
    desk.sends(reason="it came after all")
    assert "The bill KP/8 sets the debit note C1D/26-27/000001 off: take that bill back first." in desk.form.sentence
    do.escape()
    assert desk.states() == [[]]


def test_goods_of_before_the_shop_began_go_back_with_what_is_typed_of_them(desk: Desk) -> None:
    desk.shop.receives("OLD9", name="Old Stock 9", manufacturer="Cipla", batch="X1", expiry="12/2026", packs=5)
    do = desk.do
    do.go_to(Page.DEBIT_NOTES)
    do.new_return()
    desk.sends(supplier="Kerala Pharma", reason="near expiry")
    assert do.back.rows() == []
    do.back.add_others()
    do.typed("item", {"item": "old"})
    assert [offer.value for offer in desk.form.offers["item"]] == ["OLD9"]
    desk.sends(item="NONE", batch="X1")
    assert desk.form.problems["item"]
    desk.sends(item="old9", batch="X2")
    assert desk.form.problems["batch"]
    desk.sends(item="old9", batch="x1")
    assert [(row.item, row.stock, row.bill) for row in do.back.rows()] == [("Old Stock 9", "5:0", "")]
    do.back.change()
    desk.sends(quantity="2")
    do.back.issue()
    assert "write the rate of a pack without GST, and its GST" in desk.said
    do.back.change()
    desk.sends(rate="12", gst="5", bill="K-9", billed_on="soon")
    assert desk.form.problems["billed_on"]
    desk.sends(rate="12", gst="5", bill="K-9", billed_on="05-01-2026")
    desk.starts()
    do = desk.do
    do.go_to(Page.DEBIT_NOTES)
    do.new_return()
    assert [(row.item, row.back) for row in do.back.rows()] == [("Old Stock 9", "2")]
    do.back.issue()
    assert desk.said.startswith("The debit note C1D/26-27/000001 over 25.20 is written.")
    assert [(line.item, line.missing, line.amount) for line in do.here.lines] == [("Old Stock 9", "K-9", "25.20")]
    assert desk.shop.units("OLD9") == 30


def test_a_return_comes_back_after_a_power_cut_as_far_as_its_lots_stand(desk: Desk) -> None:
    bought(desk.shop, pack("PCM500"), total="158", number="KP/7")
    bought(desk.shop, pack("COUGH", mrp="80", rate="50", batch="C1"), total="525", number="KP/8")
    desk.do.go_to(Page.DEBIT_NOTES)
    desk.do.new_return()
    desk.sends(supplier="Kerala Pharma", reason="damaged in the box")
    for number in range(2):
        desk.do.back.choose(number)
        desk.do.back.change()
        desk.sends(quantity="1")
    desk.starts()
    desk.do.go_to(Page.DEBIT_NOTES)
    desk.do.new_return()
    assert [desk.do.page] == [Page.NEW_RETURN]
    assert [row.back for row in desk.do.back.rows()] == ["1", "1"]
    desk.do.back.leave()
    desk.sends()
    assert [desk.do.page] == [Page.DEBIT_NOTES]
    desk.starts()
    desk.do.go_to(Page.DEBIT_NOTES)
    desk.do.new_return()
    assert desk.form.title == "Goods go back"


def keeps_three_of_cough(desk: Desk) -> None:
    """Leave an order on the disk, as a power cut finds it."""
    desk.do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand")
    desk.do.order.add_line()
    desk.sends(item="COUGH", quantity="3")


@pytest.mark.parametrize("answers_newest_first", [False, True], ids=["in the order asked", "the newest first"])
def test_a_form_sent_before_the_kept_order_is_read_does_not_take_its_place(
    desk: Desk, *, answers_newest_first: bool
) -> None:
    keeps_three_of_cough(desk)
    desk.starts(holds_reads=True)
    desk.do.new_order()
    desk.sends(supplier="Kerala Pharma", source="hand")
    while answers_newest_first and desk.lanes.reads:  # two lanes read, and either may be the slower one
        desk.lanes.reads.pop()()
    desk.lanes.answer()
    assert (desk.do.page, desk.do.desk.form) == (Page.NEW_ORDER, None)
    assert [row.quantity for row in desk.do.order.rows()] == ["3"]


def test_an_order_that_was_placed_before_a_power_cut_does_not_come_back(desk: Desk) -> None:
    keeps_three_of_cough(desk)
    desk.waiting.pop(0)()
    desk.do.order.place()
    desk.waiting.clear()  # the power goes before it is kept that nothing is being ordered
    desk.starts()
    assert not desk.do.order.is_begun


def keeps_a_return(desk: Desk) -> None:
    """Leave goods that are to go back on the disk, as a power cut finds them."""
    bought(desk.shop, pack("PCM500"), total="158", number="KP/7")
    desk.do.go_to(Page.DEBIT_NOTES)
    desk.do.new_return()
    desk.sends(supplier="Kerala Pharma", reason="kept")
    desk.do.back.change()
    desk.sends(quantity="1")


@pytest.mark.parametrize("answers_newest_first", [False, True], ids=["in the order asked", "the newest first"])
def test_a_form_sent_before_the_kept_return_is_read_does_not_take_its_place(
    desk: Desk, *, answers_newest_first: bool
) -> None:
    keeps_a_return(desk)
    desk.starts(holds_reads=True)
    desk.do.go_to(Page.DEBIT_NOTES)
    desk.do.new_return()
    desk.sends(supplier="Kerala Pharma", reason="another")
    while answers_newest_first and desk.lanes.reads:
        desk.lanes.reads.pop()()
    desk.lanes.answer()
    assert (desk.do.page, desk.do.desk.form) == (Page.NEW_RETURN, None)
    assert (desk.do.back.reason, [row.back for row in desk.do.back.rows()]) == ("kept", ["1"])


def test_a_return_that_was_issued_before_a_power_cut_does_not_come_back(desk: Desk) -> None:
    keeps_a_return(desk)
    desk.waiting.pop(0)()
    desk.do.back.issue()
    assert "is written" in desk.said
    desk.waiting.clear()  # the power goes before it is kept that nothing goes back
    desk.starts()
    assert not desk.do.back.is_begun
