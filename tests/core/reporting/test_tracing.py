"""Where a batch went: every pack that came in and every person it went out to, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.boundary.frozen import load
from core.boundary.messages import explain
from core.catalog.dto import DrugSchedule
from core.inventory.batch_dto import CorrectBatch
from core.inventory.correcting import correct_batch
from core.inventory.undoing import UndoImport, imports, undo_import
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.purchasing.bill_dto import TakeBackBill
from core.purchasing.receipt_dto import TakeBackReceipt
from core.purchasing.taking_back import take_back_bill, take_back_receipt
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from tests.core.purchasing.support import enters, receives, supplier
from tests.core.reporting.told import asked, told, values_told
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.shop import TestShop

PACK: dict[str, Any] = {"batch": "Q7", "expiry": "03/2029", "mrp": "30.00"}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """The stocked shop with an H1 drug whose batch Q7 came in with two MRPs and expiries, a pharmacist on duty."""
    made = stocked_shop(tmp_path / "shop", clock)
    drug: dict[str, Any] = {"name": "Cefixime 200", "schedules": frozenset({DrugSchedule.H1})}
    made.receives("CEFI", **PACK, packs=4, cost="20.0000", **drug)
    made.receives("CEFI", **{**PACK, "mrp": "32.00", "expiry": "05/2029"}, packs=2, cost="21.0000")
    made.receives("CEFI", batch="R8", expiry="12/2030", packs=5)
    made.on_duty()
    yield made
    made.books_agree()
    made.close()


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


def test_a_recalled_batch_is_followed_to_everybody_who_has_it(shop: TestShop, clock: TurnedClock) -> None:
    first = shop.bills(("CEFI", "4:2"), dispensing=shop.prescribed())
    clock.turn(minutes=5)
    gone = shop.bills(("CEFI", "5t"), dispensing=shop.prescribed())
    clock.turn(minutes=5)
    cancels(shop, gone)
    clock.turn(hours=24)
    shop.on_duty()
    other = {"patient": {"name": "Ravi", "phone": "9847000001", "address": "4 Lake View\nMaradu"}}
    buyer = {"name": "Sunrise Clinic", "phone": "9847000002", "address": "MG Road\nKochi"}
    last = shop.bills(("CEFI", "1"), dispensing=shop.prescribed(**other), customer=buyer)
    columns = "day kind document customer customer_phone patient patient_phone"
    nobody, asha = ("", "", "", ""), ("", "", "Asha", "9847012345")
    assert told(shop, "batch-trace", columns, item="CEFI", batch="q 7") == [
        ("20-11-2026", "Opening stock", "", *nobody),
        ("20-11-2026", "Opening stock", "", *nobody),
        ("20-11-2026", "Bill", first.number, *asha),
        ("20-11-2026", "Bill", first.number, *asha),
        ("20-11-2026", "Bill", gone.number, *asha),
        ("20-11-2026", "Bill cancelled", gone.number, *nobody),
        ("21-11-2026", "Bill", last.number, "Sunrise Clinic", "9847000002", "Ravi", "9847000001"),
    ]
    assert told(shop, "batch-trace", "in out balance state mrp expiry", item="CEFI", batch="Q7") == [
        ("4:0", "", "4:0", "", "30.00", "03/2029"),
        ("2:0", "", "6:0", "", "32.00", "05/2029"),
        ("", "4:0", "2:0", "Stands", "30.00", "03/2029"),
        ("", "0:2", "1:8", "Stands", "32.00", "05/2029"),
        ("", "0:5", "1:3", "Cancelled on 20-11-2026", "32.00", "05/2029"),
        ("0:5", "", "1:8", "", "32.00", "05/2029"),
        ("", "1:0", "0:8", "Stands", "32.00", "05/2029"),
    ]
    (row,) = [row for row in values_told(shop, "batch-trace", item="CEFI", batch="Q7") if row["patient"] == "Ravi"]
    assert row["customer_address"] == "MG Road, Kochi"
    assert row["patient_address"] == "4 Lake View, Maradu"
    assert (row["prescriber"], row["prescriber_registration"]) == ("Dr K Rao", "TCMC 4711")


def test_what_came_in_less_what_went_out_is_what_stands(shop: TestShop) -> None:
    bills = [shop.bills(("CEFI", quantity), dispensing=shop.prescribed()) for quantity in ("3t", "4:1", "2t")]
    cancels(shop, bills[1])
    rows = values_told(shop, "batch-trace", item="CEFI", batch="Q7")
    units = sum((row["in"].units if row["in"] else 0) - (row["out"].units if row["out"] else 0) for row in rows)
    standing = [batch.units for batch in shop.stock("CEFI").batches if batch.number == "Q7"]
    assert units == rows[-1]["balance"].units == sum(standing)
    worth = [row["cost"] for row in values_told(shop, "stock", item="CEFI") if row["batch"] == "Q7"]
    assert Money.total(row["cost"] for row in rows) == Money.total(worth)


def test_several_lots_of_a_batch_are_told_once_on_a_bill(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A1", expiry="03/2027", packs=1)
    shop.bills(("PCM500", "3:5"), customer={"name": "Leela", "phone": "9847000009"})
    assert told(shop, "batch-trace", "kind customer in out balance", item="PCM500", batch="A1") == [
        ("Opening stock", "", "3:0", "", "3:0"),
        ("Opening stock", "", "1:0", "", "4:0"),
        ("Bill", "Leela", "", "3:5", "0:5"),
    ]


def test_packs_sold_before_their_purchase_and_taken_back_are_told(shop: TestShop, clock: TurnedClock) -> None:
    strip = {"item": "PAN40", "quantity": "1:5", "awaiting": {"batch": "NEW9", "expiry": "03/2029", "mrp": "30.00"}}
    bill = shop.bills(strip, customer={"name": "Leela"})
    columns = "kind document customer in out balance state"
    came: list[tuple[str, ...]] = [
        ("Sold before its purchase", bill.number, "", "1:5", "", "1:5", ""),
        ("Bill", bill.number, "Leela", "", "1:5", "0:0", "Stands"),
    ]
    assert told(shop, "batch-trace", columns, item="PAN40", batch="NEW9") == came
    clock.turn(minutes=5)
    cancels(shop, bill)
    assert told(shop, "batch-trace", columns, item="PAN40", batch="NEW9") == [
        came[0],
        ("Bill", bill.number, "Leela", "", "1:5", "0:0", "Cancelled on 20-11-2026"),
        ("Bill cancelled", bill.number, "", "1:5", "", "1:5", ""),
        ("Awaited packs taken back", bill.number, "", "", "1:5", "0:0", ""),
    ]


def test_stock_that_was_never_there_is_told_as_taken_back(shop: TestShop) -> None:
    shop.receives("PAN40", batch="ODD", packs=2)
    with shop.shop.database.read() as session:
        newest = imports(session)[0].import_id
    with shop.shop.database.write(shop.actor) as uow:
        undo_import(uow, UndoImport(import_id=newest, reason="wrong file"))
    assert told(shop, "batch-trace", "kind in out balance", item="PAN40", batch="ODD") == [
        ("Opening stock", "2:0", "", "2:0"),
        ("Opening stock taken back", "", "2:0", "0:0"),
    ]


def test_a_batch_is_followed_back_to_receipt_bill_and_supplier(shop: TestShop, clock: TurnedClock) -> None:
    supplier(shop, gstin="32AAACK9110F1Z2")
    pack = {**PACK, "item": "PAN40", "quantity": "2", "batch": "NEW9", "rate": "15.00"}
    sold = shop.bills({"item": "PAN40", "quantity": "1:5", "awaiting": {**PACK, "batch": "NEW9"}})
    clock.turn(minutes=5)
    receipt = receives(shop, pack, confirmed=True)
    clock.turn(minutes=5)
    # dearer than the receipt said: what stands of the lot is worth more
    bill = enters(shop, receipt, {"rate": "15.10"}, total="32", number="K-7")
    clock.turn(minutes=5)
    second = receives(shop, {**pack, "quantity": "1"}, confirmed=True)
    columns = "kind supplier receipt supplier_bill document in out balance"
    came = ("Kerala Pharma", receipt.number, bill.number)
    pack_of_sale = ("Sold before its purchase", *came, sold.number, "1:5", "", "1:5")
    assert told(shop, "batch-trace", columns, item="PAN40", batch="NEW9") == [
        pack_of_sale,
        ("Goods receipt", *came, "", "0:5", "", "2:0"),
        ("Goods receipt", "Kerala Pharma", second.number, "", "", "1:0", "", "3:0"),
        ("Bill", "", "", "", sold.number, "", "1:5", "1:5"),
        ("Priced by its bill", *came, "", "", "", "1:5"),
    ]
    clock.turn(minutes=5)
    with shop.shop.database.write(shop.actor) as uow:
        take_back_bill(uow, TakeBackBill(supplier="Kerala Pharma", number="K-7", reason="typed wrongly"))
    with shop.shop.database.write(shop.actor) as uow:
        take_back_receipt(uow, TakeBackReceipt(number=second.number, reason="wrong box"))
    rows = told(shop, "batch-trace", columns, item="PAN40", batch="NEW9")
    # the bill asks for nothing any more, and is still named where it changed what the goods are worth
    assert rows[0] == ("Sold before its purchase", "Kerala Pharma", receipt.number, "", *pack_of_sale[4:])
    assert rows[4][:4] == ("Priced by its bill", *came)
    assert ("Its bill taken back", *came, "", "", "", "1:5") in rows
    assert ("Goods receipt taken back", "Kerala Pharma", second.number, "", "", "", "1:0", "0:5") in rows


def test_what_it_needs_to_know_is_asked_in_a_sentence(shop: TestShop) -> None:
    incomplete: list[tuple[dict[str, Any], str, str]] = [
        ({"item": "CEFI"}, "reports.parameter_missing", "batch"),
        ({"batch": "Q7"}, "reports.parameter_missing", "item"),
        ({"item": "NOTHING", "batch": "Q7"}, "sales.no_such_item", "item"),
    ]
    for given, code, where in incomplete:
        with pytest.raises(RuleBroken, match=code) as refused:
            asked(shop, "batch-trace", **given)
        assert refused.value.where == where
    with pytest.raises(RuleBroken, match=r"stock\.unknown_batch") as refused:
        values_told(shop, "batch-trace", item="CEFI", batch="Q9")
    assert refused.value.where == "batch"
    assert explain(refused.value).startswith("Cefixime 200 never had a batch Q9")


def test_a_corrected_batch_is_traced_by_either_number(shop: TestShop) -> None:
    shop.bills(("CEFI", "1"), dispensing=shop.prescribed())
    before = told(shop, "batch-trace", "day kind document patient out", item="CEFI", batch="R8")
    command = {"command_id": str(new_id()), "item": "CEFI", "batch": "R8", "number": "R88", "reason": "mistyped"}
    with shop.shop.database.write(shop.actor) as uow:
        correct_batch(uow, load(CorrectBatch, command))
    for number in ("R8", "R88"):
        assert told(shop, "batch-trace", "day kind document patient out", item="CEFI", batch=number) == before
    shop.receives("CEFI", batch="R8", expiry="12/2030", packs=5)  # another one after all: both are told
    assert len(told(shop, "batch-trace", "day", item="CEFI", batch="R8")) == len(before) + 1
    assert len(told(shop, "batch-trace", "day", item="CEFI", batch="R88")) == len(before)


def test_a_trace_names_patients_and_is_not_everybodys(shop: TestShop) -> None:
    wanted: dict[str, Any] = {"item": "CEFI", "batch": "Q7"}
    for role in (Role.OWNER, Role.PHARMACIST, Role.ACCOUNTANT):
        assert values_told(shop, "batch-trace", role, **wanted)
    for role in (Role.CASHIER, Role.PURCHASE_CLERK):
        with pytest.raises(RuleBroken, match=r"reports\.out_of_scope"):
            asked(shop, "batch-trace", role, **wanted)
