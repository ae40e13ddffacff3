"""Reports of what was bought: exact rows, what Enter opens, rights, pages, and what they are read along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.boundary.frozen import load
from core.inventory.batch_dto import CorrectBatch
from core.inventory.correcting import correct_batch
from core.inventory.items import CreateItem, create_item
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.parties.dto import MergeParties, PartyKind
from core.parties.service import merge_parties
from core.purchasing.bill_dto import TakeBackBill
from core.purchasing.receipt_dto import TakeBackReceipt
from core.purchasing.receipt_queries import read_receipt_of
from core.purchasing.taking_back import take_back_bill, take_back_receipt
from core.reporting.report import ToReport
from tests.core.purchasing.support import bought, enters, pack, receives, supplier
from tests.core.reporting.told import asked, pages_agree, told, values_told
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

SYRUP: dict[str, Any] = {"mrp": "80", "batch": "C1"}
NEW = (
    "purchases-by-day",
    "purchases-by-supplier",
    "purchases-by-item",
    "purchases-by-maker",
    "purchase-bills",
    "input-tax",
    "goods-not-billed",
    "supplier-claims",
    "match-board",
    "rate-drift",
)


@pytest.fixture
def pharmacy(shop: TestShop, clock: TurnedClock) -> TestShop:
    """A shop that bought on two days.

    On the 20th from Kerala Pharma with the bill (scheme, a strip short, freight) and from Mumbai Pharma across the
    border; on the 21st paracetamol again, dearer and without its bill, and syrup whose bill was taken back.
    """
    shop.adds("PCM500", name="Paracetamol 500", manufacturer="Cipla")
    shop.adds("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, manufacturer="Dabur")
    licences = ({"number": "KL-20B-77", "valid_until": "2028-12-31"}, {"number": "KL-21B-78"})
    supplier(shop, gstin="32AAACK9110F1Z2", address="MG Road\nKottayam", payment_days=21, licences=licences)
    supplier(shop, "Mumbai Pharma", gstin="27AAACM2222C1Z6")
    bought(
        shop,
        pack("PCM500", "10", free="1", short="1"),
        pack("COUGH", "4", rate="50.00", **SYRUP),
        total="402",
        number="K-1",
        freight="30.00",
        charge_gst="18",
        match_reason="a strip short",
    )
    bought(shop, pack("COUGH", "2", rate="51.00", **{**SYRUP, "batch": "C2"}), total="107", number="M-1",
           supplier="Mumbai Pharma")  # fmt: skip
    clock.turn(hours=24)
    receives(shop, pack("PCM500", "10", batch="B8", rate="17.00"), document="DC 5", document_date="2026-11-21")
    later = receives(shop, pack("COUGH", "1", rate="50.00", **{**SYRUP, "batch": "C3"}))
    enters(shop, later, {"rate": "49.00"}, total="51", number="K-2", billed_on="2026-11-21")
    takes_back(shop, "K-2")
    return shop


def takes_back(shop: TestShop, number: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        take_back_bill(uow, TakeBackBill(supplier="Kerala Pharma", number=number, reason="typed wrongly"))


def targets(shop: TestShop, name: str, **values: Any) -> list[Any]:
    opened = asked(shop, name, **values)
    with shop.shop.database.read() as session:
        return [row.target for row in opened.rows(session)]


def test_by_day_a_bill_taken_back_the_same_day_is_nothing(pharmacy: TestShop) -> None:
    columns = "day bills taken_back taxable cgst sgst igst gst other round_off total cost"
    assert told(pharmacy, "purchases-by-day", columns, days="2026-11") == [
        ("20-11-2026", "2", "0", "482.00", "11.45", "11.45", "5.10", "28.00", "0.00", "-1.00", "509.00", "467.00"),
        ("21-11-2026", "1", "1", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
    ]  # fmt: skip
    assert targets(pharmacy, "purchases-by-day", days="2026-11")[0] == ToReport(
        "purchase-bills", {"days": "20-11-2026"}
    )


def test_by_supplier_those_that_were_merged_are_one(pharmacy: TestShop) -> None:
    agency = supplier(pharmacy, "Small Agency")
    bought(pharmacy, pack("PCM500", "1", batch="B9"), total="15", number="A-1", supplier="Small Agency",
           billed_on="2026-11-21")  # fmt: skip
    columns = "supplier bills taxable gst total"
    assert told(pharmacy, "purchases-by-supplier", columns, days="2026-11") == [
        ("Kerala Pharma", "2", "380.00", "22.90", "402.00"),
        ("Mumbai Pharma", "1", "102.00", "5.10", "107.00"),
        ("Small Agency", "1", "15.00", "0.00", "15.00"),
    ]
    kept = supplier(pharmacy, "Large Agency")
    command = MergeParties(kind=PartyKind.SUPPLIER, kept_id=kept, merged_id=agency)
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        merge_parties(uow, command)
    assert told(pharmacy, "purchases-by-supplier", columns, days="2026-11")[1] == (
        "Large Agency", "1", "15.00", "0.00", "15.00",
    )  # fmt: skip
    assert told(pharmacy, "purchase-bills", "number", days="2026-11", supplier="Large Agency") == [("A-1",)]


def test_items_and_makers_end_with_what_stands_below_the_lines(pharmacy: TestShop) -> None:
    columns = "item bought free lines taxable gst amount cost"
    below = "Charges, discounts below and round-off"
    assert told(pharmacy, "purchases-by-item", columns, days="2026-11") == [
        ("Cough Syrup", "6", "0", "2", "302.00", "15.10", "317.10", "319.91"),
        ("Paracetamol 500", "10:0", "1:0", "1", "150.00", "7.50", "157.50", "147.09"),
        (below, "", "", "0", "30.00", "5.40", "34.40", "0.00"),
    ]
    assert told(pharmacy, "purchases-by-item", "item", days="2026-11", supplier="Mumbai Pharma")[0] == ("Cough Syrup",)
    assert told(pharmacy, "purchases-by-item", "item", days="2026-11", maker="cipla") == [("Paracetamol 500",)]
    assert told(pharmacy, "purchases-by-maker", "maker items amount", days="2026-11") == [
        ("Dabur", "1", "317.10"),
        ("Cipla", "1", "157.50"),
        (below, "", "34.40"),
    ]
    assert targets(pharmacy, "purchases-by-item", days="2026-11")[0] == ToReport("price-history", {"item": "COUGH"})


def test_bills_stand_one_by_one_and_one_taken_back_twice(pharmacy: TestShop) -> None:
    columns = "date number what supplier billed_on due gst total payable reason"
    assert told(pharmacy, "purchase-bills", columns, days="2026-11") == [
        ("20-11-2026", "K-1", "Bill", "Kerala Pharma", "20-11-2026", "11-12-2026", "22.90", "402.00", "402.00", ""),
        ("20-11-2026", "M-1", "Bill", "Mumbai Pharma", "20-11-2026", "20-11-2026", "5.10", "107.00", "107.00", ""),
        ("21-11-2026", "K-2", "Bill", "Kerala Pharma", "21-11-2026", "12-12-2026", "2.46", "51.00", "51.00", ""),
        (
            "21-11-2026", "K-2", "Taken back", "Kerala Pharma", "21-11-2026", "12-12-2026", "-2.46", "-51.00", "-51.00",
            "typed wrongly",
        ),
    ]  # fmt: skip
    assert pages_agree(pharmacy, "purchase-bills", days="2026-11") == 4


def test_gst_is_told_by_what_becomes_of_it(pharmacy: TestShop) -> None:
    pharmacy.adds("VAX", name="Vaccine", treatment="nil", gst="0", manufacturer="Serum")
    bought(pharmacy, pack("VAX", "1", batch="V1"), total="15", number="K-3", billed_on="2026-11-21")
    columns = "kind rate taxable cgst sgst igst gst"
    # the strip that is short has 15.00 of value and 0.76 of tax on it
    assert told(pharmacy, "input-tax", columns, days="2026-11") == [
        ("Input tax", "5.00", "437.00", "8.37", "8.37", "5.10", "21.84"),
        ("Input tax", "18.00", "30.00", "2.70", "2.70", "0.00", "5.40"),
        ("On claims", "5.00", "15.00", "0.38", "0.38", "0.00", "0.76"),
        ("Without GST", "", "15.00", "0.00", "0.00", "0.00", "0.00"),
    ]


def test_a_shop_that_recovers_nothing_says_so(shop: TestShop, tmp_path: Path) -> None:
    made = TestShop.create(tmp_path / "other", shop.clock, registration="composition")
    made.adds("PCM500", manufacturer="Cipla")
    supplier(made, gstin="32AAACK9110F1Z2")
    bought(made, pack("PCM500"), total="158")
    assert told(made, "input-tax", "kind rate taxable gst") == [("Not recoverable", "5.00", "150.00", "7.50")]
    made.close()


def test_what_waits_for_its_bill_is_told_as_of_any_day(pharmacy: TestShop, clock: TurnedClock) -> None:
    columns = "date receipt supplier document item batch quantity rate value days"
    paracetamol = (
        "21-11-2026", "C1G/26-27/000003", "Kerala Pharma", "DC 5", "Paracetamol 500", "B8", "10:0", "17.00", "170.00",
    )  # fmt: skip
    syrup = ("21-11-2026", "C1G/26-27/000004", "Kerala Pharma", "", "Cough Syrup", "C3", "1", "50.00", "50.00")
    assert told(pharmacy, "goods-not-billed", columns) == [(*paracetamol, "0"), (*syrup, "0")]
    assert told(pharmacy, "goods-not-billed", columns, as_of="20-11-2026") == []
    clock.turn(hours=48)
    receipt = values_told(pharmacy, "goods-not-billed")[1]["receipt"]
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        take_back_receipt(uow, TakeBackReceipt(number=receipt, reason="wrong box"))
    assert told(pharmacy, "goods-not-billed", columns) == [(*paracetamol, "2")]
    assert told(pharmacy, "goods-not-billed", columns, as_of="22-11-2026") == [(*paracetamol, "1"), (*syrup, "1")]
    assert told(pharmacy, "goods-not-billed", columns, supplier="Mumbai Pharma") == []


def test_claims_are_settled_by_what_suppliers_take_off_the_oldest_first(pharmacy: TestShop) -> None:
    columns = "date bill supplier item missing claim set_off open"
    first = ("20-11-2026", "K-1", "Kerala Pharma", "Paracetamol 500", "1:0", "15.76")
    assert told(pharmacy, "supplier-claims", columns) == [(*first, "", "15.76")]
    more = {"total": "15", "billed_on": "2026-11-21", "supplier": "Kerala Pharma"}
    off: dict[str, Any] = {"kind": "replacement", "number": "CN 1", "amount": "10.00"}
    bought(pharmacy, pack("PCM500", "1", batch="B9", rate="14.28"), number="K-4", set_offs=[off], **more)
    assert told(pharmacy, "supplier-claims", columns) == [(*first, "10.00", "5.76")]
    off = {**off, "number": "CN 2", "amount": "8.00"}
    last: dict[str, Any] = {**more, "set_offs": [off], "confirmed": True}
    bought(pharmacy, pack("PCM500", "1", batch="B10", rate="14.28"), number="K-5", **last)
    assert told(pharmacy, "supplier-claims", columns) == [
        ("", "", "Kerala Pharma", "Set off without a claim", "", "", "2.24", "-2.24")
    ]
    assert told(pharmacy, "supplier-claims", columns, as_of="20-11-2026") == [(*first, "", "15.76")]


def test_what_differs_is_listed_until_it_is_settled(pharmacy: TestShop) -> None:
    assert told(pharmacy, "match-board", "bill line supplier item kind expected found amount reason") == [
        (
            "K-1", "1", "Kerala Pharma", "Paracetamol 500", "What came of it", "10:0", "9:0", "15.76",
            "a strip short",
        )
    ]  # fmt: skip
    assert told(pharmacy, "match-board", "bill", supplier="Mumbai Pharma") == []


def test_a_batch_that_was_put_right_is_told_by_both_its_numbers(pharmacy: TestShop) -> None:
    for batch, number in (("B7", "AB12"), ("B8", "AB13")):
        said = {"command_id": str(new_id()), "item": "PCM500", "batch": batch, "number": number, "reason": "mistyped"}
        with pharmacy.shop.database.write(pharmacy.actor) as uow:
            correct_batch(uow, load(CorrectBatch, said))
    assert told(pharmacy, "goods-not-billed", "batch") == [("B8 → AB13",), ("C3",)]
    assert told(pharmacy, "supplier-claims", "batch") == [("B7 → AB12",)]
    assert told(pharmacy, "match-board", "batch") == [("B7 → AB12",)]
    history = [("B8 → AB13", "25.65"), ("B7 → AB12", "25.65")]
    assert told(pharmacy, "price-history", "batch mrp", item="PCM500") == history
    dearer = {"command_id": str(new_id()), "item": "PCM500", "batch": "AB13", "mrp": "26.40", "reason": "mistyped"}
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        correct_batch(uow, load(CorrectBatch, dearer))
    assert told(pharmacy, "price-history", "mrp", item="PCM500") == [("26.40",), ("25.65",)]


def test_the_register_says_the_day_of_the_paper_whose_number_it_says(pharmacy: TestShop) -> None:
    columns = "batch document dated"
    paper = ("B8", "DC 5", "21-11-2026")
    assert told(pharmacy, "purchase-register", columns, days="2026-11")[-2] == paper
    with pharmacy.shop.database.read() as session:
        receipt = read_receipt_of(session, pharmacy.actor, "C1G/26-27/000003")
    enters(pharmacy, receipt, {"rate": "17"}, total="179", number="K-9", billed_on="2026-11-20")
    assert told(pharmacy, "purchase-register", columns, days="2026-11")[-2] == ("B8", "K-9", "20-11-2026")


def test_what_was_sold_before_its_purchase_is_listed_until_it_comes(pharmacy: TestShop) -> None:
    strip = {"batch": "H9", "expiry": "12/2028", "mrp": "25.65"}
    number = pharmacy.bills({"item": "PCM500", "quantity": "1:5", "awaiting": strip}).number
    columns = "date bill item batch expiry mrp sold awaited cost"
    head = ("21-11-2026", number, "Paracetamol 500", "H9", "12/2028", "25.65", "1:5")
    assert told(pharmacy, "awaiting-purchase", columns) == [(*head, "1:5", "25.50")]
    receives(pharmacy, pack("PCM500", "1", batch="H9"))
    assert told(pharmacy, "awaiting-purchase", columns) == [(*head, "0:5", "8.50")]
    receives(pharmacy, pack("PCM500", "1", batch="H9"))
    assert told(pharmacy, "awaiting-purchase", columns) == []


def test_the_history_of_an_item_says_what_a_pack_came_to(pharmacy: TestShop) -> None:
    columns = "date supplier receipt bill batch mrp quantity free rate net landed change"
    assert told(pharmacy, "price-history", columns, item="PCM500") == [
        (
            "21-11-2026", "Kerala Pharma", "C1G/26-27/000003", "", "B8", "25.65", "10:0", "", "17.00", "17.00", "17.00",
            "15.58",
        ),
        (
            "20-11-2026", "Kerala Pharma", "C1G/26-27/000001", "K-1", "B7", "25.65", "10:0", "1:0", "15.00", "15.00",
            "14.71", "",
        ),
    ]  # fmt: skip
    assert told(pharmacy, "price-history", "bill", item="COUGH", supplier="Mumbai Pharma") == [("M-1",)]
    # a bill that was taken back says nothing any more
    assert told(pharmacy, "price-history", "batch bill rate", item="COUGH")[0] == ("C3", "", "50.00")
    opened = targets(pharmacy, "price-history", item="PCM500")
    assert opened[0] == ToReport("batch-trace", {"item": "PCM500", "batch": "B8"})


def test_prices_that_changed_by_more_than_so_many_percent(pharmacy: TestShop) -> None:
    columns = "date item supplier before now change extra"
    dearer = ("21-11-2026", "Paracetamol 500", "Kerala Pharma", "14.71", "17.00", "15.58", "22.91")
    cheaper = ("20-11-2026", "Cough Syrup", "Mumbai Pharma", "54.48", "51.00", "-6.38", "-6.96")
    assert told(pharmacy, "rate-drift", columns, days="2026-11") == [cheaper, dearer]
    assert told(pharmacy, "rate-drift", columns, days="2026-11", supplier="Mumbai Pharma") == [cheaper]
    assert told(pharmacy, "rate-drift", columns, days="2026-11", percent="15") == [dearer]
    assert told(pharmacy, "rate-drift", columns, days="2026-11", percent="16") == []
    every = told(pharmacy, "rate-drift", "item change", days="2026-11", percent="0")
    assert every == [("Cough Syrup", "-6.38"), ("Paracetamol 500", "15.58"), ("Cough Syrup", "-1.96")]
    # the purchase before may lie before the days that are asked for
    assert told(pharmacy, "rate-drift", columns, days="21-11-2026") == [dearer]


def test_the_purchase_register_holds_what_the_rules_want(pharmacy: TestShop) -> None:
    details = {"code": "CEFI", "name": "Cefixime 200", "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
    taxed = {
        "treatment": "taxable",
        "gst": "5",
        "kind": "drug",
        "manufacturer": "Lupin",
        "schedules": ["H1"],
    }
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": details | taxed, "confirmed": True}))
    pharmacy.adds("COTTON", name="Cotton Roll", kind="goods", pieces_per_pack=1)
    wrong = receives(pharmacy, pack("CEFI", "3", batch="Q7"), pack("COTTON", "1", batch="X", mrp="40"), document="DC 9")
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        take_back_receipt(uow, TakeBackReceipt(number=wrong.number, reason="wrong box"))
    columns = "day supplier address licence document drug maker schedules batch quantity fate"
    rows = told(pharmacy, "purchase-register", columns, days="2026-11")
    kerala = ("Kerala Pharma", "MG Road, Kottayam", "KL-20B-77, KL-21B-78")
    assert rows[0] == ("20-11-2026", *kerala, "K-1", "Paracetamol 500", "Cipla", "", "B7", "10:0", "")
    assert [row[5] for row in rows] == [
        "Paracetamol 500", "Cough Syrup", "Cough Syrup", "Paracetamol 500", "Cough Syrup", "Cefixime 200",
    ]  # fmt: skip
    h1 = told(pharmacy, "purchase-register", columns, days="2026-11", schedule="H1")
    assert h1 == [
        (
            "21-11-2026", *kerala, "DC 9", "Cefixime 200", "Lupin", "H1", "Q7", "3:0",
            "TAKEN BACK on 21-11-2026: wrong box",
        )
    ]  # fmt: skip
    said = {"command_id": str(new_id()), "item": "CEFI", "batch": "Q7", "reason": "mistyped"}
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        correct_batch(uow, load(CorrectBatch, {**said, "number": "O7", "expiry": "10/2028"}))
    put_right = told(pharmacy, "purchase-register", "batch expiry", days="2026-11", schedule="H1")
    assert put_right == [("Q7 → O7, expiry 12/2028 → 10/2028", "12/2028")]
    assert pages_agree(pharmacy, "purchase-register", days="2026-11") == 6
    assert pages_agree(pharmacy, "purchase-register", days="2026-11", supplier="Kerala Pharma") == 5
    assert values_told(pharmacy, "purchase-register", Role.PHARMACIST, days="2026-11")


def test_ledger_and_day_book_name_receipts_and_bills(pharmacy: TestShop) -> None:
    found = told(pharmacy, "ledger-account", "number what particulars", account="received", days="2026-11")
    assert sorted(found[1:]) == [
        ("C1G/26-27/000001", "Goods receipt", "Kerala Pharma"),
        ("C1G/26-27/000002", "Goods receipt", "Mumbai Pharma"),
        ("C1G/26-27/000003", "Goods receipt", "Kerala Pharma"),
        ("C1G/26-27/000004", "Goods receipt", "Kerala Pharma"),
        ("K-1", "Supplier's bill", "Kerala Pharma"),
        ("K-2", "Supplier's bill", "Kerala Pharma"),
        ("K-2", "Supplier's bill taken back", "Kerala Pharma: typed wrongly"),
        ("M-1", "Supplier's bill", "Mumbai Pharma"),
    ]


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("role", Role)
def test_it_is_read_by_who_buys_and_who_reads_every_report(pharmacy: TestShop, role: Role, name: str) -> None:
    days = {"days": "2026-11"} if any(one.id == "days" for one in asked(pharmacy, name).report.parameters) else {}
    if role in {Role.OWNER, Role.PURCHASE_CLERK, Role.ACCOUNTANT}:
        assert values_told(pharmacy, name, role, **days)
    else:
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "reports.out_of_scope"):
            asked(pharmacy, name, role, **days)


@pytest.mark.parametrize("name", [*NEW, "price-history", "awaiting-purchase"])
def test_what_goods_cost_is_for_who_may_see_it(pharmacy: TestShop, name: str) -> None:
    right = SetRoleRight(user_role=Role.PURCHASE_CLERK, permission=Permission.SEE_COST, granted=False)
    values = {"item": "PCM500"} if name == "price-history" else {}
    priced = {column.id for column in asked(pharmacy, name, Role.PURCHASE_CLERK, **values).columns if column.need}
    assert priced
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        set_role_right(uow, right)
    left = {column.id for column in asked(pharmacy, name, Role.PURCHASE_CLERK, **values).columns}
    assert not left & priced
    money = {column.id for column in asked(pharmacy, name, Role.PURCHASE_CLERK, **values).columns
             if column.kind.value == "money"}  # fmt: skip
    assert money <= {"mrp"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *((name, {}) for name in NEW if name in {"goods-not-billed", "supplier-claims", "match-board"}),
        *((name, {"supplier": "Kerala Pharma"}) for name in ("goods-not-billed", "supplier-claims", "match-board")),
        ("purchases-by-item", {"days": "2026-11", "supplier": "Kerala Pharma"}),
        ("purchase-bills", {"days": "2026-11", "supplier": "Kerala Pharma"}),
        ("rate-drift", {"days": "2026-11", "supplier": "Kerala Pharma", "percent": "0"}),
        ("purchase-register", {"days": "2026-11", "supplier": "Kerala Pharma"}),
        ("price-history", {"item": "PCM500", "supplier": "Kerala Pharma"}),
        ("batch-trace", {"item": "PCM500", "batch": "B7"}),
    ],
)
def test_it_is_read_along_indexes(pharmacy: TestShop, name: str, values: dict[str, Any]) -> None:
    opened = asked(pharmacy, name, **values)
    plans = plans_of(pharmacy.shop.database, lambda session: list(opened.rows(session)))
    assert plans
    refuse_scans(plans)
