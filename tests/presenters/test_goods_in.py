"""Goods and their bill entered without a window: what is typed, what is said beside it, what is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from core.auth.dto import AskOverride
from core.auth.permissions import Permission
from core.catalog.dto import TeachBarcode
from core.catalog.teaching import teach_barcode
from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.money import Money
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.bill_queries import list_supplier_bills
from core.purchasing.receipt_queries import list_receipts
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.goods_in.draft import Cell
from pos_desktop.screens.goods_in.presenter import GoodsInPresenter
from pos_desktop.screens.overriding import Authorise
from pos_desktop.shell.tone import Tone
from tests.core.purchasing.support import balances, orders, pack, receives, supplier, teaches
from tests.support.clock import TurnedClock
from tests.support.lanes import TestLanes
from tests.support.people import hire
from tests.support.shop import TestShop


class Desk:
    """The screen over a real shop; what is asked for later is called by hand."""

    def __init__(self, shop: TestShop) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.waiting: list[Callable[[], None]] = []
        self.authorise: Authorise | None = None
        self.do = self._begins()

    def _begins(self) -> GoodsInPresenter:
        return GoodsInPresenter(
            self.lanes,
            self.board,
            self.shop.actor,
            today=lambda: business_date(self.shop.clock.now()),
            report_bug=self.bugs.append,
            later=lambda _, call: self.waiting.append(call),
            authorise=self.authorise,
        )

    def starts_again(self) -> None:
        """Let the power go and come back."""
        for call in self.waiting:
            call()
        self.waiting.clear()
        self.do = self._begins()

    @property
    def form(self) -> SentForm:
        form = self.do.desk.form
        assert form is not None
        return form

    def sends(self, **typed: str) -> None:
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **typed})

    def heads(self, total: str = "158.00", number: str = "S-101", name: str = "Kerala Pharma", **more: str) -> None:
        self.do.open_head()
        self.sends(**{"supplier": name, "number": number, "billed_on": "20-11-2026", "total": total, **more})

    def takes(self, typed: str, **cells: str) -> None:
        """Search for an item, take the first, and type its fields with Enter behind each."""
        self.do.type_search(typed)
        self.do.search_entered()
        for cell in Cell:
            self.do.go_to(cell)
            if cell.value in cells:
                self.do.type_cell(cell, cells[cell.value])
            self.do.cell_entered()

    @property
    def said(self) -> str:
        return self.do.desk.notice.text


def kerala(shop: TestShop) -> UUID:
    with shop.shop.database.read() as session:
        return find_party(session, PartyKind.SUPPLIER, "Kerala Pharma")


LINE = {"batch": "B7", "expiry": "12/28", "mrp": "25.65", "quantity": "10", "free": "10+1", "rate": "15"}


@pytest.fixture
def desk(tmp_path: Path, clock: TurnedClock) -> Iterator[Desk]:
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.adds("PCM500", name="Paracetamol 500", manufacturer="Cipla")
    shop.adds("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, manufacturer="Cipla")
    licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
    supplier(shop, gstin="32AAACK9110F1Z2", payment_days=21, licences=licences)
    yield Desk(shop)
    shop.books_agree()
    shop.close()


def test_gst_of_a_bill_too_late_for_its_credit_is_seen_in_what_a_piece_costs(desk: Desk) -> None:
    desk.heads(billed_on="31-03-2025")
    desk.takes("para", **LINE)
    (row,) = desk.do.rows()
    assert (row.value, row.piece) == ("150.00", "1.4318")
    desk.do.save()
    assert "its GST could be taken as input tax until 30-11-2025" in desk.form.about
    desk.sends()
    assert "is entered" in desk.said
    assert balances(desk.shop)["stock"] == "157.50"


def test_a_late_bill_for_goods_that_came_before_is_asked_about_and_taken_by_enter(desk: Desk) -> None:
    number = receives(desk.shop, pack("PCM500")).number
    desk.do.open_receipt(number)
    desk.sends(number="S-101", billed_on="31-03-2025", total="158.00")
    desk.do.save()
    assert "its GST could be taken as input tax until 30-11-2025" in desk.form.about
    desk.sends()
    assert "is entered" in desk.said
    assert balances(desk.shop) == {"stock": "157.50", "creditors": "-158.00", "round_off.purchases": "0.50"}


def test_a_bill_is_entered_line_by_line_and_closes_with_what_is_printed(desk: Desk) -> None:
    do = desk.do
    desk.heads()
    assert do.heading == "Kerala Pharma  ·  Bill S-101"
    desk.takes("para", **LINE)
    (row,) = do.rows()
    assert (row.item, row.value, row.piece, row.margin, row.gst) == (
        "Paracetamol 500",
        "150.00",
        "1.3636",
        "44.2",
        "5",
    )
    assert do.cell is None  # after the last field the search has the keys again
    assert (str(do.sums.ours), do.sums.closes) == ("157.50", True)
    do.save()
    assert desk.said == "Bill S-101 of Kerala Pharma over ₹158.00 is entered, its goods are in."
    assert (do.draft.is_empty, desk.told) == (True, [frozenset({Topic.STOCK, Topic.PURCHASES})])
    assert desk.shop.units("PCM500") == 110
    assert balances(desk.shop)["creditors"] == "-158.00"


def test_what_cannot_stay_in_a_field_keeps_the_keys_there(desk: Desk) -> None:
    do = desk.do
    do.type_search("para")
    do.search_entered()
    do.go_to(Cell.EXPIRY)
    do.type_cell(Cell.EXPIRY, "13/28")
    do.cell_entered()
    assert do.cell is Cell.EXPIRY
    assert do.rows()[0].problem
    do.type_cell(Cell.EXPIRY, "12/28")
    assert not do.rows()[0].problem
    do.cell_entered()
    assert desk.do.cell is Cell.MRP


def test_a_total_that_does_not_close_is_shown_at_its_field(desk: Desk) -> None:
    desk.heads(total="178.00")
    desk.takes("para", **LINE)
    assert (desk.do.sums.closes, str(desk.do.sums.difference)) == (False, "20.50")
    desk.do.save()
    assert "20.50" in desk.form.problems["total"]
    desk.sends(total="158")
    desk.do.save()
    assert desk.shop.units("PCM500") == 110


def test_what_saving_has_against_a_line_is_shown_there(desk: Desk) -> None:
    desk.heads()
    desk.takes("para", **{**LINE, "expiry": "10/26"})
    desk.do.save()
    assert (desk.do.current, desk.do.cell, desk.do.desk.notice.tone) == (0, Cell.EXPIRY, Tone.DANGER)
    assert "expired" in desk.said
    assert not desk.do.is_busy


def test_a_rate_above_the_mrp_is_asked_once_and_taken_by_enter(desk: Desk) -> None:
    desk.heads(total="273")
    desk.takes("para", **{**LINE, "rate": "26.00"})
    desk.do.save()
    assert desk.form.about.startswith("A pack of Paracetamol 500 would cost ₹26.00 at an MRP of ₹25.65")
    desk.do.escape()
    assert desk.shop.units("PCM500") == 0
    assert desk.do.current == 0
    desk.do.save()
    desk.sends()
    assert desk.shop.units("PCM500") == 110


def test_short_goods_ask_for_a_reason(desk: Desk) -> None:
    desk.heads()
    desk.takes("para", **LINE)
    desk.do.open_missing()
    desk.sends(short="2")
    assert [badge.text for badge in desk.do.rows()[0].marks] == ["SHORT 2"]
    desk.do.save()
    assert "What came of it 8:0, expected 10:0" in desk.form.about
    desk.sends(match_reason="two strips short")
    assert desk.shop.units("PCM500") == 90
    assert balances(desk.shop)["claims"] == "31.50"


def test_a_challan_is_taken_in_without_prices(desk: Desk) -> None:
    do = desk.do
    do.switch_paper()
    do.open_head()
    desk.sends(supplier="Kerala Pharma", number="DC 7", billed_on="19-11-2026")
    desk.takes("para", batch="B7", expiry="12/28", mrp="25.65", quantity="10")
    do.save()
    assert desk.said.startswith("The goods of Kerala Pharma are in: C1G/26-27/000001.")
    with desk.shop.shop.database.read() as session:
        (hit,) = list_receipts(session, desk.shop.actor).hits
    assert (hit.document, hit.is_billed) == ("DC 7", False)


def test_a_challan_that_came_in_before_and_a_dear_rate_are_asked_about_together(desk: Desk) -> None:
    do = desk.do
    for rate in ("15", "26"):
        do.switch_paper()
        do.open_head()
        desk.sends(supplier="Kerala Pharma", number="DC 7", billed_on="19-11-2026")
        desk.takes("para", batch="B7", expiry="12/28", mrp="25.65", quantity="10", rate=rate)
        do.save()
    assert desk.shop.units("PCM500") == 100
    assert "A pack of Paracetamol 500 would cost ₹26.00" in desk.form.about
    assert "The paper DC 7 came in already on 20-11-2026, as C1G/26-27/000001" in desk.form.about
    desk.sends()
    assert desk.shop.units("PCM500") == 200


def test_charges_and_discounts_below_the_lines_are_counted(desk: Desk) -> None:
    desk.heads(total="168")
    desk.takes("para", **{**LINE, "discount": "10"})
    desk.do.open_charges()
    desk.sends(freight="20", other_charges="6")
    assert str(desk.do.sums.ours) == "167.76"
    desk.do.save()
    with desk.shop.shop.database.read() as session:
        (hit,) = list_supplier_bills(session, desk.shop.actor).hits
    assert hit.taxable == Money.parse("135.00")


def test_open_orders_are_answered_unless_they_wait_for_other_goods(desk: Desk) -> None:
    order = orders(desk.shop, {"item": "PCM500", "quantity": "20", "rate": "15"})
    desk.heads()
    desk.takes("para", **LINE)
    desk.do.save()
    with desk.shop.shop.database.read() as session:
        hit = list_receipts(session, desk.shop.actor).hits[0]
    assert hit.is_billed
    desk.heads(number="S-102", orders="none")
    desk.takes("para", **{**LINE, "batch": "B8"})
    assert desk.do.draft.orders == ()
    assert order.number


def test_what_is_known_of_an_item_stands_in_its_fields(desk: Desk) -> None:
    receives(desk.shop, pack("PCM500", mrp="30.00"))
    teaches(desk.shop, kerala(desk.shop), "K-77", "PCM500", factor=10)
    desk.heads()
    desk.do.type_search("para")
    desk.do.search_entered()
    line = desk.do.line
    assert line is not None
    assert (line.text(Cell.MRP), line.factor, desk.do.cell) == ("30.00", 10, Cell.BATCH)
    desk.do.type_cell(Cell.BATCH, "b7")
    desk.do.cell_entered()
    assert line.text(Cell.EXPIRY) == "12/2028"
    assert [past.rate for past in desk.do.past()] == ["15.00"]


def test_what_is_being_entered_survives_a_power_cut(desk: Desk) -> None:
    desk.heads()
    desk.takes("para", **LINE)
    before = desk.do.rows()
    desk.starts_again()
    assert desk.do.rows() == before
    assert desk.do.heading == "Kerala Pharma  ·  Bill S-101"
    desk.do.save()
    assert desk.shop.units("PCM500") == 110
    desk.starts_again()
    assert desk.do.draft.is_empty


def test_what_reached_the_books_before_the_power_went_does_not_come_back(desk: Desk) -> None:
    desk.heads()
    desk.takes("para", **LINE)
    for call in desk.waiting:
        call()
    desk.waiting.clear()
    desk.do.save()
    desk.waiting.clear()  # the power goes before the empty paper is kept
    desk.starts_again()
    assert desk.do.draft.is_empty


def test_a_line_is_taken_off_and_the_paper_left(desk: Desk) -> None:
    desk.heads()
    desk.takes("para", **LINE)
    desk.takes("cough", batch="C1", expiry="12/28", mrp="80", quantity="4", rate="50")
    assert [row.item for row in desk.do.rows()] == ["Paracetamol 500", "Cough Syrup"]
    desk.do.remove_line()
    assert [row.item for row in desk.do.rows()] == ["Paracetamol 500"]
    desk.do.clear()
    desk.sends()
    assert desk.do.draft.is_empty


def test_who_may_not_take_a_difference_asks_a_supervisor(desk: Desk) -> None:
    hire(desk.shop.shop.database)
    desk.shop.acts(Role.PURCHASE_CLERK)
    desk.lanes = TestLanes(desk.shop.shop.database, desk.shop.actor)
    asked: list[AskOverride] = []
    desk.authorise = lambda ask, done, failed: asked.append(ask)
    desk.starts_again()
    desk.heads()
    desk.takes("para", **LINE)
    desk.do.open_missing()
    desk.sends(short="2")
    desk.do.save()
    desk.sends(match_reason="two short")
    assert desk.form.title == "A supervisor is needed"
    desk.sends(secret="4711")
    (ask,) = asked
    assert (ask.command_id, ask.permission, ask.amount) == (
        desk.do.draft.command_id,
        Permission.APPROVE_MATCH,
        3150,
    )
    assert desk.shop.units("PCM500") == 0


def test_a_clerk_who_forgot_a_batch_types_it_or_asks_a_supervisor(desk: Desk) -> None:
    hire(desk.shop.shop.database)
    desk.shop.acts(Role.PURCHASE_CLERK)
    desk.lanes = TestLanes(desk.shop.shop.database, desk.shop.actor)
    asked: list[AskOverride] = []
    desk.authorise = lambda ask, done, failed: asked.append(ask)
    desk.starts_again()
    desk.heads()
    desk.takes("para", **{name: text for name, text in LINE.items() if name != "batch"})
    desk.do.save()
    assert desk.form.title == "A supervisor is needed"
    assert desk.form.about == (
        "Paracetamol 500 is a drug without batch: write what the pack says, or let somebody receive it who may."
    )
    desk.do.escape()
    assert desk.do.cell is Cell.BATCH
    desk.do.type_cell(Cell.BATCH, "B7")
    desk.do.save()
    assert desk.shop.units("PCM500") == 110
    desk.heads(number="S-102")
    desk.takes("para", **{name: text for name, text in LINE.items() if name != "batch"})
    desk.do.save()
    desk.sends(secret="4711", reason="the strip has none")
    (ask,) = asked
    assert (ask.command_id, ask.permission) == (desk.do.draft.command_id, Permission.RECEIVE_INCOMPLETE)


def test_enter_before_the_search_has_answered_takes_what_the_answer_finds(desk: Desk) -> None:
    """And never what is still listed of the letters before: it would be another medicine."""
    desk.shop.adds("PARAFF", name="Paraffin Liquid", manufacturer="Cipla")
    desk.heads()
    desk.do.type_search("para")
    first = desk.do.search.hits[0].code
    other = {"PCM500": "paraffin", "PARAFF": "paracet"}[first]
    desk.lanes.holds_reads = True
    desk.do.type_search(other)
    assert desk.do.search.hits[0].code == first  # of what was typed before, until the answer comes
    desk.do.search_entered()
    assert desk.do.draft.is_empty or not desk.do.draft.lines
    desk.lanes.answer()
    assert [line.item.code for line in desk.do.draft.lines if line.item] == [({"PCM500", "PARAFF"} - {first}).pop()]


def test_what_is_typed_while_the_item_is_read_stands_in_its_first_field(desk: Desk) -> None:
    desk.heads()
    desk.do.type_search("para")
    desk.lanes.holds_reads = True
    desk.do.search_entered()
    desk.do.type_search("B7")
    desk.lanes.answer()
    assert desk.do.line is not None
    assert (desk.do.cell, desk.do.line.text(Cell.BATCH), desk.do.search.typed) == (Cell.BATCH, "B7", "")


def test_a_scan_is_a_line_with_what_the_code_tells(desk: Desk) -> None:
    with desk.shop.shop.database.write(desk.shop.actor) as uow:
        teach_barcode(uow, TeachBarcode(item="PCM500", barcode="4006381333931"))
    desk.do.scanned("01040063813339311728123110B99")
    line = desk.do.line
    assert line is not None
    assert line.item is not None
    assert (line.item.code, line.text(Cell.BATCH), line.text(Cell.EXPIRY)) == ("PCM500", "B99", "31-12-2028")
    assert desk.do.cell is Cell.MRP
    desk.do.scanned("8901030865278")
    assert "No item has" in desk.said
