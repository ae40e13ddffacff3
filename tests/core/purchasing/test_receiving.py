"""Goods come in: what the paper says, what is in the box, and what the books say of it before the bill."""

from __future__ import annotations

import pytest

from core.auth.permissions import Need, Permission
from core.auth.rights import supervised_need
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.inventory.batch_dto import CorrectBatch, Print
from core.inventory.correcting import correct_batch
from core.kernel.actor import Role
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.purchasing.order_dto import OrderState
from core.purchasing.receipt_dto import ReceiptView, ReceiveGoods, TakeBackReceipt
from core.purchasing.receipt_queries import list_receipts, receipt_view
from core.purchasing.receiving import receive_goods
from core.purchasing.taking_back import take_back_receipt
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from tests.core.purchasing.support import again, balances, orders, pack, receives, supplier
from tests.support.shop import TestShop

STRIP = {"batch": "B7", "expiry": "12/2028", "mrp": "25.65"}


def takes_back(shop: TestShop, receipt: ReceiptView, reason: str = "wrong box") -> ReceiptView:
    with shop.shop.database.write(shop.actor) as uow:
        return take_back_receipt(uow, TakeBackReceipt(number=receipt.number, reason=reason))


def heard(shop: TestShop, *lines: dict[str, object], **more: object) -> list[str]:
    """Receive goods and return the codes of what was said."""
    said: list[RuleBroken] = []
    command = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "lines": list(lines), **more}
    with shop.shop.database.write(shop.actor) as uow:
        receive_goods(uow, load(ReceiveGoods, command), said.append)
    return [one.code for one in said]


def test_ten_and_one_free_are_eleven_on_the_shelf_at_the_price_of_ten(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("pcm500", "10", free="1"), document="DC 12", document_date="2026-11-19")
    (line,) = receipt.lines
    assert (line.billed_units, line.free_units, line.accepted_units) == (100, 10, 110)
    assert line.cost == Money.parse("150.00")
    assert not line.is_provisional
    assert receipt.supplier_licences == "KL-KTM-20B-77"
    assert (receipt.document, receipt.number) == ("DC 12", "C1G/26-27/000001")
    (batch,) = buyer.stock("PCM500").batches
    assert (batch.number, batch.units, str(batch.cost)) == ("B7", 110, "1.3636")
    assert balances(buyer) == {"stock": "150.00", "received": "-150.00"}
    buyer.books_agree()


def test_what_is_missing_or_broken_is_not_on_the_shelf_and_not_valued(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500", "10", free="1", short="0:5", damaged="1"))
    (line,) = receipt.lines
    assert (line.short_units, line.damaged_units, line.accepted_units) == (5, 10, 95)
    assert line.cost == Money.parse("127.50")  # 85 billed tablets are there
    assert buyer.units("PCM500") == 95
    buyer.books_agree()


def test_a_box_of_the_supplier_is_ten_strips(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500", "2", factor=10, rate="150.00"))
    (line,) = receipt.lines
    assert (line.billed_units, str(line.rate), line.cost) == (200, "15.0000", Money.parse("300.00"))


def test_half_a_scheme_is_loose_pieces(buyer: TestShop) -> None:
    receives(buyer, pack("PCM500", "5", free="0:5"))
    assert buyer.units("PCM500") == 55


@pytest.mark.parametrize(
    ("item", "quantity", "scheme", "free"),
    [
        ("PCM500", "15", "10+1", 10),  # one strip, not one and a half
        ("PCM500", "15", "10 + 1h", 15),
        ("PCM500", "20", "10+1", 20),
        ("PCM500", "9", "10+1", 0),
        ("COUGH", "15", "10+1h", 1),  # no bottle is halved
    ],
)
def test_a_scheme_says_what_comes_free(buyer: TestShop, item: str, quantity: str, scheme: str, free: int) -> None:
    receipt = receives(buyer, pack(item, quantity, scheme=scheme))
    assert receipt.lines[0].free_units == free


def test_less_free_than_the_scheme_gives_is_said(buyer: TestShop) -> None:
    assert heard(buyer, pack("PCM500", "10", scheme="10+1", free="0:5")) == ["receipts.less_free"]
    with buyer.refuses("receipts.no_scheme", "lines.0.scheme"):
        receives(buyer, pack("PCM500", "10", scheme="ten and one"))


def test_free_goods_of_another_item_cost_nothing_and_are_not_provisional(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500"), pack("COUGH", quantity="0", free="2", rate=None))
    assert [(line.cost, line.is_provisional) for line in receipt.lines] == [
        (Money.parse("150.00"), False),
        (Money(0), False),
    ]
    assert buyer.units("COUGH") == 2


def test_a_price_that_nobody_knows_is_the_last_one_and_says_so(buyer: TestShop) -> None:
    receives(buyer, pack("PCM500", "10"))
    receipt = receives(buyer, pack("PCM500", "4", batch="B8", rate=None))
    (line,) = receipt.lines
    assert (line.is_provisional, line.rate, line.cost) == (True, None, Money.parse("60.00"))
    assert balances(buyer) == {"stock": "210.00", "received": "-210.00"}


def test_a_shop_that_recovers_no_gst_bears_it_in_the_cost(shop: TestShop) -> None:
    made = TestShop.create(shop.shop.folder.parent / "other", shop.clock, registration="composition")
    made.adds("PCM500", manufacturer="Cipla")
    supplier(made, gstin="32AAACK9110F1Z2")
    assert receives(made, pack("PCM500")).lines[0].cost == Money.parse("157.50")
    supplier(made, "Small Agency")
    assert receives(made, pack("PCM500"), supplier="Small Agency").lines[0].cost == Money.parse("150.00")
    made.books_agree()
    made.close()


def test_goods_answer_the_orders_they_came_for(buyer: TestShop) -> None:
    first = orders(buyer, ("PCM500", "10"), ("COUGH", "5"))
    second = orders(buyer, ("PCM500", "10"))
    receipt = receives(
        buyer, pack("PCM500", "10"), pack("PCM500", "4", batch="B8"), orders=[first.number, second.number]
    )
    assert [line.order_number for line in receipt.lines] == [first.number, second.number]
    assert again(buyer, first).state is OrderState.PART_RECEIVED
    assert [line.open_units for line in again(buyer, second).lines] == [60]
    takes_back(buyer, receipt)
    assert again(buyer, first).state is OrderState.OPEN
    assert [line.open_units for line in again(buyer, second).lines] == [100]
    buyer.books_agree()


def test_orders_that_the_goods_cannot_answer_are_refused(buyer: TestShop) -> None:
    supplier(buyer, "Malabar Drugs")
    other = orders(buyer, ("PCM500", "10"), supplier="Malabar Drugs")
    with buyer.refuses("receipts.order_of_other", "orders.0"):
        receives(buyer, pack("PCM500"), orders=[other.number])
    mine = orders(buyer, ("COUGH", "5"))
    with buyer.refuses("receipts.not_ordered", "lines.0.order"):
        receives(buyer, pack("PCM500", order=mine.number))
    assert heard(buyer, pack("COUGH", "6", mrp="80"), orders=[mine.number]) == ["receipts.more_than_ordered"]


@pytest.mark.parametrize(
    ("line", "code", "where"),
    [
        (pack("NOPE"), "sales.no_such_item", "lines.0.item"),
        (pack("PCM500", "0"), "receipts.nothing", "lines.0.quantity"),
        (pack("PCM500", "10", short="11"), "receipts.more_missing", "lines.0.short"),
        (pack("PCM500", expiry="10/2026"), "receipts.expired", "lines.0.expiry"),
        (pack("PCM500", mrp="0"), "items.mrp_missing", "lines.0.mrp"),
        (pack("PCM500", "1.5"), "quantity.unreadable", "lines.0.quantity"),
        (pack("PCM500", rate="150.00"), "receipts.rate_above_mrp", "lines.0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_line(buyer: TestShop, line: dict[str, str], code: str, where: str) -> None:
    with buyer.refuses(code, where):
        receives(buyer, line)


def test_expired_goods_may_come_as_damaged(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500", "2", expiry="10/2026", damaged="2"))
    assert receipt.lines[0].lot_id is None
    assert balances(buyer) == {}
    buyer.books_agree()


def test_a_rate_above_the_mrp_is_taken_once_it_is_confirmed(buyer: TestShop) -> None:
    with pytest.raises(NeedsConfirmation):
        receives(buyer, pack("PCM500", rate="26.00"))
    assert receives(buyer, pack("PCM500", rate="26.00"), confirmed=True).lines[0].cost == Money.parse("260.00")


def test_a_drug_without_batch_expiry_or_maker_asks_for_a_right(buyer: TestShop) -> None:
    buyer.adds("BARE", name="No Maker")
    buyer.adds("COTTON", name="Cotton Roll", kind="goods", pieces_per_pack=1, pack_label="1 roll")
    buyer.acts(Role.PURCHASE_CLERK)
    bare = {"item": "PCM500", "quantity": "1", "mrp": "25.65", "rate": "15.00"}
    for line in (bare, pack("BARE")):
        with pytest.raises(RuleBroken) as refused:
            receives(buyer, line)
        assert refused.value.code == "receipts.incomplete"
        assert supervised_need(refused.value) == Need(Permission.RECEIVE_INCOMPLETE)
        assert explain(refused.value).endswith("write what the pack says, or let somebody receive it who may.")
    known = receives(buyer, pack("BARE", maker="Cipla")).lines[0]
    assert known.manufacturer == "Cipla"
    assert receives(buyer, {**bare, "item": "COTTON", "mrp": "40"}).lines[0].is_automatic_batch is False
    buyer.acts(Role.PHARMACIST)
    with pytest.raises(NeedsConfirmation) as asked:
        receives(buyer, pack("BARE"), bare)
    assert (asked.value.code, asked.value.where) == ("receipts.without", "lines.1.batch")
    confirmed = heard(buyer, {**bare, "quantity": "2"}, pack("BARE"), confirmed=True)
    assert confirmed == ["receipts.came_incomplete", "receipts.without"]
    (made_up, other) = receives(buyer, bare, pack("BARE"), confirmed=True).lines
    assert (made_up.batch_number, made_up.is_automatic_batch, made_up.expires) == ("AUTO-C1G4-1", True, None)
    assert (other.batch_number, other.is_automatic_batch) == ("B7", False)
    buyer.books_agree()


def test_what_is_worth_a_look_is_said_and_keeps_nobody_from_it(buyer: TestShop) -> None:
    assert heard(buyer, pack("PCM500", batch="B6", expiry="03/2027")) == ["receipts.short_dated"]
    supplier(buyer, "No Licence Agency")
    assert heard(buyer, pack("PCM500"), supplier="No Licence Agency") == ["receipts.no_licence"]
    ended = ({"number": "OLD", "valid_until": "2026-10-31"},)
    supplier(buyer, "Late Agency", licences=ended)
    assert heard(buyer, pack("PCM500"), supplier="Late Agency") == ["receipts.licence_ended"]
    assert heard(buyer, pack("PCM500"), supplier="Late Agency", document_date="2026-10-30") == []


@pytest.mark.parametrize(
    ("said", "where", "sentence"),
    [
        ({"expiry": "12/2082"}, "expiry", "would expire in 12/2082, more than ten years from now: is the year right?"),
        ({"mrp": "256.50"}, "mrp", "comes at an MRP of ₹256.50, and came at ₹25.65 before"),
        ({"mrp": "2.57", "rate": "1"}, "mrp", "comes at an MRP of ₹2.57, and came at ₹25.65 before"),
        ({"rate": "0"}, None, "is billed at nothing: is its rate missing, or is it free?"),
        ({"rate": "0.50"}, None, "would cost ₹0.50 at an MRP of ₹25.65: is a decimal point missing"),
        ({"batch": "B7", "expiry": "11/2028"}, "batch", "known with expiry 12/2028, and comes with expiry 11/2028"),
        ({"batch": "b 7", "mrp": "26.40"}, "batch", "known with MRP 25.65, and comes with MRP 26.40: what do its"),
        ({"batch": "X9"}, "batch", "X9 of Paracetamol 500 was mistyped before, and put right to X8"),
    ],
)
def test_what_is_hardly_ever_so_is_asked_about(
    buyer: TestShop, said: dict[str, str], where: str | None, sentence: str
) -> None:
    receives(buyer, pack("PCM500"))
    receives(buyer, pack("PCM500", batch="X9"))
    right = {"command_id": str(new_id()), "item": "PCM500", "batch": "X9", "number": "X8", "reason": "mistyped"}
    with buyer.shop.database.write(buyer.actor) as uow:
        correct_batch(uow, load(CorrectBatch, right))
    line = pack("PCM500", **{"batch": "N1", **said})
    with pytest.raises(NeedsConfirmation) as asked:
        receives(buyer, line)
    assert sentence in explain(asked.value)
    assert asked.value.where == ("lines.0" if where is None else f"lines.0.{where}")
    receives(buyer, line, confirmed=True)
    if where == "batch":  # that it is so is known now
        receives(buyer, line)
    buyer.books_agree()


def test_two_prints_of_one_batch_in_a_receipt_are_asked_about(buyer: TestShop) -> None:
    with pytest.raises(NeedsConfirmation) as asked:
        receives(buyer, pack("PCM500"), pack("PCM500", "2"), pack("PCM500", mrp="26.40", expiry="01/2029"))
    assert (asked.value.code, asked.value.where) == ("receipts.batch_otherwise", "lines.2.batch")
    assert "known with expiry 12/2028, MRP 25.65, and comes with expiry 01/2029, MRP 26.40" in explain(asked.value)
    buyer.adds("SPRAY", kind="goods", name="Spray", manufacturer="Cipla")
    bare = {"item": "SPRAY", "quantity": "1", "rate": "15"}
    receives(buyer, {**bare, "mrp": "40"}, {**bare, "mrp": "60"})  # goods without a batch are of none


def test_the_same_command_again_is_the_same_receipt(buyer: TestShop) -> None:
    command_id = str(new_id())
    first = receives(buyer, pack("PCM500"), command_id=command_id)
    assert receives(buyer, pack("PCM500"), command_id=command_id) == first
    with buyer.refuses("receipts.command_reused"):
        receives(buyer, pack("PCM500", "11"), command_id=command_id)
    assert buyer.units("PCM500") == 100


def sold_before(shop: TestShop, quantity: str = "1:5", **said: str) -> str:
    """Sell strips in hand whose purchase is not entered, and return the bill's number."""
    line = {"item": "PCM500", "quantity": quantity, "awaiting": {**STRIP, **said}}
    return shop.bills(line).number


def test_what_was_sold_before_its_purchase_is_matched_and_costs_what_it_cost(buyer: TestShop) -> None:
    sold_before(buyer)
    receipt = receives(buyer, pack("PCM500", "2", free="1"))
    (line,) = receipt.lines
    assert (line.awaited_units, line.accepted_units, line.cost) == (15, 30, Money.parse("30.00"))
    assert buyer.units("PCM500") == 15
    said = balances(buyer)
    assert (said["stock"], said["cost_of_sales.settled"], said["received"]) == ("15.00", "15.00", "-30.00")
    assert "awaited" not in said
    buyer.books_agree()


def test_all_of_a_receipt_may_have_been_sold(buyer: TestShop) -> None:
    sold_before(buyer, "3")
    receipt = receives(buyer, pack("PCM500", "2"))
    assert (receipt.lines[0].lot_id, receipt.lines[0].awaited_units) == (None, 20)
    assert buyer.units("PCM500") == 0
    receives(buyer, pack("PCM500", "2"))
    assert buyer.units("PCM500") == 10
    buyer.books_agree()


def test_another_batch_or_mrp_than_was_sold_is_listed_and_stays_awaited(buyer: TestShop) -> None:
    sold_before(buyer, batch="B1")
    assert heard(buyer, pack("PCM500", "2")) == ["receipts.awaited_otherwise"]
    assert buyer.units("PCM500") == 20
    buyer.books_agree()


def test_the_line_with_the_number_that_was_sold_is_named_with_what_differs(buyer: TestShop) -> None:
    sold_before(buyer, batch="B1")
    said: list[RuleBroken] = []
    command = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "confirmed": True}
    lines = [pack("PCM500", "2", batch="B9"), pack("PCM500", "2", batch="B1", mrp="26.65")]
    with buyer.shop.database.write(buyer.actor) as uow:
        receive_goods(uow, load(ReceiveGoods, {**command, "lines": lines}), said.append)
    (near,) = [one for one in said if one.code == "receipts.awaited_otherwise"]
    assert near.where == "lines.1.batch"
    assert explain(near) == (
        "Paracetamol 500 was sold before this purchase as batch B1, expiry 12/2028, MRP 25.65, and came as batch B1, "
        "expiry 12/2028, MRP 26.65: look whether one of them was mistyped."
    )


def test_a_bill_cancelled_after_its_purchase_came_leaves_its_units_on_the_shelf(buyer: TestShop) -> None:
    receives(buyer, pack("PCM500", "1", batch="OLD", rate="12.00"))
    number = sold_before(buyer, "2:5")
    receives(buyer, pack("PCM500", "2"))  # 20 of the 25 that were sold
    with buyer.shop.database.write(buyer.actor) as uow:
        cancel_bill(uow, CancelBill(number=number, reason="wrong"))
    assert buyer.units("PCM500") == 10 + 20
    assert balances(buyer) == {"stock": "42.00", "received": "-42.00"}
    buyer.books_agree()


def test_a_receipt_is_taken_back_while_it_stands_as_it_came(buyer: TestShop) -> None:
    sold_before(buyer)
    before = balances(buyer)
    receipt = receives(buyer, pack("PCM500", "2"))
    takes_back(buyer, receipt)
    assert balances(buyer) == before
    with buyer.refuses("receipts.taken_back_already"):
        takes_back(buyer, receipt)
    second = receives(buyer, pack("PCM500", "2"))
    assert second.lines[0].awaited_units == 15  # awaited again
    buyer.bills(("PCM500", "0:1"))
    with buyer.refuses("receipts.moved"):
        takes_back(buyer, second)
    buyer.books_agree()


def test_a_receipt_whose_sold_units_are_stock_again_is_not_taken_back(buyer: TestShop) -> None:
    number = sold_before(buyer, "2")
    receipt = receives(buyer, pack("PCM500", "2"))
    with buyer.shop.database.write(buyer.actor) as uow:
        cancel_bill(uow, CancelBill(number=number, reason="wrong"))
    with buyer.refuses("receipts.moved"):
        takes_back(buyer, receipt)
    buyer.books_agree()


def test_receipts_are_listed_the_newest_first_and_those_without_a_bill_alone(buyer: TestShop) -> None:
    first = receives(buyer, pack("PCM500"))
    second = receives(buyer, pack("COUGH", mrp="80"), document="DC 9")
    takes_back(buyer, first)
    with buyer.shop.database.read() as session:
        page = list_receipts(session, buyer.actor)
        open_ones = list_receipts(session, buyer.actor, only_unbilled=True)
    assert [(hit.number, hit.is_taken_back, hit.worth) for hit in page.hits] == [
        (second.number, False, Money.parse("150.00")),
        (first.number, True, Money.parse("150.00")),
    ]
    assert [hit.document for hit in open_ones.hits] == ["DC 9"]


def test_a_paper_that_came_in_before_is_asked_about(buyer: TestShop) -> None:
    supplier(buyer, "Malabar Drugs")
    first = receives(buyer, pack("PCM500"), document="DC-5", document_date="2026-11-18")
    for paper in ({"document": " dc - 5"}, {"document": "DC-5", "document_date": "2026-04-01"}):
        with pytest.raises(NeedsConfirmation) as asked:
            receives(buyer, pack("PCM500", "2"), **paper)
        assert explain(asked.value) == (
            f"The paper {paper['document'].strip()} came in already on 20-11-2026, as {first.number}: is it the same "
            "one again? If more came with it, confirm it."
        )
    assert buyer.units("PCM500") == 100
    for other in (
        {"document": "DC-5", "document_date": "2026-03-31"},
        {"document": "DC-5", "supplier": "Malabar Drugs"},
        {"document": "DC-6"},
        {"document": "DC-5", "confirmed": True},
        {},
    ):
        receives(buyer, pack("PCM500"), **other)
    assert buyer.units("PCM500") == 600


def test_a_receipt_taken_back_is_asked_about_no_more(buyer: TestShop) -> None:
    wrong = receives(buyer, pack("PCM500"), document="DC-5")
    with buyer.shop.database.write(buyer.actor) as uow:
        take_back_receipt(uow, TakeBackReceipt(number=wrong.number, reason="the other supplier"))
    assert receives(buyer, pack("PCM500"), document="DC-5").document == "DC-5"


def test_a_receipt_says_what_was_put_right_of_its_batches(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500"), pack("COUGH"))
    said = {"command_id": str(new_id()), "item": "PCM500", "batch": "B7", "reason": "mistyped"}
    with buyer.shop.database.write(buyer.actor) as uow:
        correct_batch(uow, load(CorrectBatch, {**said, "number": "AB12", "expiry": "11/2028"}))
        (mistyped, as_it_was) = receipt_view(uow.session, receipt.receipt_id).lines
    assert (mistyped.batch_number, str(mistyped.expires)) == ("B7", "12/2028")
    assert mistyped.corrected == Print(number="AB12", expiry="11/2028", mrp=Money.parse("25.65"))
    assert as_it_was.corrected is None
    # what comes after it is written as its packs print it
    assert receives(buyer, pack("PCM500", batch="AB12", expiry="11/2028")).lines[0].corrected is None
