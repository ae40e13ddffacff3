"""Purchases from a terminal: an order comes, its bill is entered, what differs is settled; wrong input in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from core.kernel.clock import SystemClock, business_date
from core.kernel.ids import new_id
from tests.cli.conftest import Terminal

#: A year in which packs that come today expire.
YEAR = business_date(SystemClock().now()).year + 4
GOODS = {"item": "PCM500", "quantity": "10", "batch": "B7", "expiry": f"12/{YEAR}", "mrp": "25.65", "rate": "15.00"}
CSV = f"""\
Item,Quantity,Free,Batch,Expiry,MRP,Rate,Factor
PCM500,10,1,B7,12/{YEAR},25.65,15.00,1
PCM650,2,,C9,11/{YEAR},33.10,200.00,10
"""


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal in front of a shop with two items, both by Cipla, and a supplier inside the state."""
    for code in ("PCM500", "PCM650"):
        terminal.json("items", "edit", code, "--maker", "Cipla")
    said = ("--set", "gstin=32AAACK9110F1Z2", "--set", "payment_days=21")
    terminal.json("suppliers", "add", "Kerala Pharma", *said)
    return terminal


def today() -> str:
    return business_date(SystemClock().now()).isoformat()


def options(**values: str) -> Iterable[str]:
    for name, value in values.items():
        yield from (f"--{name.replace('_', '-')}", value)


def came(shop: Terminal, *more: str, **line: str) -> Any:
    """Take goods in by the options of one line."""
    return shop.json("purchase", "receive", *options(supplier="Kerala Pharma", **{**GOODS, **line}), *more)


def billed(shop: Terminal, receipt: dict[str, Any], total: str = "158", **more: str) -> Any:
    """Enter the bill for a receipt at its rates."""
    head = {"supplier": "Kerala Pharma", "number": "S-1", "date": today(), "total": total, **more}
    return shop.json("purchase", "bill", *options(**head, receipt=receipt["number"]))


def bill_file(shop: Terminal, *goods: dict[str, Any], total: str, **more: Any) -> Any:
    """Write a file of goods with their bill: the rate of each stands on the bill."""
    lines = [
        {"goods": {name: value for name, value in line.items() if name != "rate"}, "printed": {"rate": line["rate"]}}
        for line in goods
    ]
    head = {"supplier": "Kerala Pharma", "number": "S-7", "billed_on": today(), "total": total}
    return shop.file(f"{new_id()}.json", {"command_id": str(new_id()), "head": head, "lines": lines, **more})


def test_an_order_comes_in_is_billed_and_what_differs_is_settled(shop: Terminal) -> None:
    lines = [{"item": "PCM500", "quantity": "10", "rate": "14.00"}]
    file = shop.file("order.json", {"command_id": str(new_id()), "supplier": "Kerala Pharma", "lines": lines})
    order = shop.json("order", "place", file)["number"]
    receipt = came(shop, *options(order=order, document="DC 12", dated=today(), short="2"))
    (line,) = receipt["lines"]
    assert (line["accepted_units"], line["short_units"], line["cost"], line["order"]) == (80, 20, "120.00", order)
    assert (receipt["document"], receipt["supplier_gstin"], receipt["is_billed"]) == ("DC 12", "32AAACK9110F1Z2", False)
    assert shop.json("order", "list")[0]["state"] == "part_received"
    (hit,) = shop.json("purchase", "receipts", "--unbilled", "--supplier", "kerala pharma")
    assert (hit["number"], hit["worth"], hit["is_billed"]) == (receipt["number"], "120.00", False)
    assert "bill to come" in shop.run("purchases", "receipts")[1]

    head = options(supplier="Kerala Pharma", number="S-1", date=today(), total="158", receipt=receipt["number"])
    head = list(head)
    refused = shop.refused("purchase", "bill", *head)
    assert (refused["code"], refused["where"]) == ("purchases.match_reason", "match_reason")
    assert "What came of it 8:0, expected 10:0" in refused["message"]
    assert (
        "Rate 15.00, expected 14.00. Correct it, or write why it is taken so (at a terminal --reason)."
        in (refused["message"])
    )
    bill = shop.json("purchase", "bill", *head, "--reason", "two strips short, new price")
    assert (bill["taxable"], bill["cgst"], bill["round_off"], bill["total"]) == ("150.00", "3.75", "0.50", "158.00")
    assert (bill["lines"][0]["missing_units"], bill["lines"][0]["claim"]) == (20, "31.50")
    assert shop.json("purchase", "receipts", "--unbilled") == []
    assert shop.run("purchase", "receipts", "--unbilled")[1] == "No receipt waits for its bill.\n"

    board = shop.json("purchase", "match", "--supplier", "Kerala Pharma")
    assert [(each["kind"], each["expected"], each["found"], each["amount"]) for each in board] == [
        ("quantity", "10:0", "8:0", "31.50"),
        ("rate", "14.00", "15.00", "10.00"),
    ]
    assert shop.json("purchase", "bills", "--differing")[0]["number"] == "S-1"
    assert shop.json("purchase", "bills", "--find", "kerala para")[0]["number"] == "S-1"
    assert shop.json("purchase", "bills", "--find", "cough") == []
    assert len(shop.json("purchase", "receipts", "--find", "dc 12")) == 1
    assert len(shop.json("order", "list", "--all", "--find", "kerala")) == 1
    said = shop.run("purchase", "match")[1]
    assert "line 1  Paracetamol 500mg Tablets  Rate (rate)  expected 14.00, found 15.00" in said
    settle = ("purchase", "settle", "Kerala Pharma", "s-1", "1")
    assert shop.json(*settle, "rate", "--reason", "agreed by telephone")["claim"] == "0.00"
    assert shop.run(*settle, "quantity", "--reason", "agreed by telephone")[1] == (
        "Settled: line 1 of s-1, What came of it. The supplier still owes ₹31.50 for what was missing: ask it "
        "back with a debit note (nuskha debit-notes issue), or set their credit note off against a bill.\n"
    )
    assert shop.run("purchase", "match")[1] == "Nothing differs.\n"
    again = shop.refused("purchase", "settle", "Kerala Pharma", "S-1", "1", "rate", "--reason", "another")
    assert again["code"] == "purchases.settled_already"
    assert shop.json("purchase", "bills", "--differing") == []
    shown = shop.run("purchase", "show-bill", "Kerala Pharma", "S-1")[1]
    assert all(words in shown for words in ("due ", "payable 158.00", "missing 2:0, claim 31.50", receipt["number"]))
    assert shop.json("verify")["findings"] == []


def test_a_sheet_of_lines_comes_in_and_what_is_worth_a_look_is_said_beside_it(shop: Terminal) -> None:
    file = shop.file("lines.csv", CSV)
    code, out, err = shop.run("purchase", "receive", file, "--supplier", "Kerala Pharma", "--note", "by van")
    assert code == 0
    assert err.startswith("Warning: No drug licence of Kerala Pharma is known")
    assert err.count("\n") == 1
    assert "by van" in out
    assert "+ 1:0 free" in out
    number = out.split()[0]
    shown = shop.json("purchase", "show-receipt", number.lower())
    assert [(line["item"], line["accepted_units"], line["rate"]) for line in shown["lines"]] == [
        ("PCM500", 110, "15.0000"),
        ("PCM650", 300, "20.0000"),
    ]
    receipt = shop.json("purchase", "receive", file, "--supplier", "Kerala Pharma")
    assert [one["code"] for one in receipt["warnings"]] == ["receipts.no_licence"]
    a_list = shop.file("lines.json", [GOODS])
    assert len(shop.json("purchase", "receive", a_list, "--supplier", "Kerala Pharma")["lines"]) == 1


def test_goods_and_bill_come_in_at_once_or_not_at_all(shop: Terminal) -> None:
    before = shop.json("report", "run", "stock", "--columns", "code,batch,stock,cost")["rows"]
    wrong = bill_file(shop, GOODS, {**GOODS, "item": "PCM650", "batch": "C9"}, total="999")
    refused = shop.refused("purchase", "receive-billed", wrong)
    assert (refused["code"], refused["where"]) == ("purchases.total_differs", "head.total")
    assert "999.00" in refused["message"]
    assert shop.json("report", "run", "stock", "--columns", "code,batch,stock,cost")["rows"] == before
    assert shop.json("purchase", "receipts") == []
    assert shop.json("purchase", "bills") == []

    right = bill_file(shop, GOODS, total="158")
    bill = shop.json("purchase", "receive-billed", right)
    assert [one["code"] for one in bill.pop("warnings")] == ["receipts.no_licence"]
    assert (bill["number"], bill["total"], bill["lines"][0]["cost"]) == ("S-7", "158.00", "150.00")
    assert shop.json("purchase", "receive-billed", right) == bill  # the same file again is the same bill
    assert len(shop.json("purchase", "receipts")) == 1
    (hit,) = shop.json("purchase", "bills", "--supplier", "Kerala Pharma")
    assert (hit["total"], hit["tax"], hit["differs"]) == ("158.00", "7.50", False)
    assert "158.00" in shop.run("purchase", "bills")[1]
    other = bill_file(shop, {**GOODS, "quantity": "11"}, total="173")
    assert shop.refused("purchase", "receive-billed", other)["code"] == "purchases.conflict"
    assert shop.json("verify")["findings"] == []


def test_a_rate_above_the_mrp_is_asked_about_and_taken_once_confirmed(shop: Terminal) -> None:
    dear = list(options(supplier="Kerala Pharma", **{**GOODS, "rate": "26.00"}))
    refused = shop.refused("purchase", "receive", *dear)
    assert (refused["code"], refused["where"]) == ("receipts.rate_above_mrp", "lines.0")
    received = shop.json("purchase", "receive", *dear, "--confirm")
    assert received["lines"][0]["cost"] == "260.00"
    assert "receipts.rate_above_mrp" in [one["code"] for one in received["warnings"]]  # what was confirmed is said
    file = bill_file(shop, {**GOODS, "batch": "C8", "rate": "26.00"}, total="273")
    assert shop.refused("purchase", "receive-billed", file)["code"] == "receipts.rate_above_mrp"
    assert shop.json("purchase", "receive-billed", file, "--confirm")["total"] == "273.00"


def test_what_a_file_lacks_is_named_with_its_place(shop: Terminal) -> None:
    asked = shop.refused("purchase", "bill", shop.file("bill.json", {}))
    assert (asked["where"], asked["message"]) == ("head.supplier", 'The field "head.supplier" is missing: add it.')
    mistyped = shop.refused("purchase", "bill", shop.file("bill.json", {"head": {"suplier": "Kerala Pharma"}}))
    assert mistyped["message"].startswith('There is no field "head.suplier" here: remove it or correct its name.')


def test_a_bill_long_after_its_day_is_asked_about_and_taken_once_confirmed(shop: Terminal) -> None:
    number = came(shop)["number"]
    late = list(options(supplier="Kerala Pharma", number="S-9", date="2025-03-31", total="158", receipt=number))
    asked = shop.refused("purchase", "bill", *late)
    assert (asked["code"], asked["where"]) == ("purchases.input_tax_ended", "head.billed_on")
    bill = shop.json("purchase", "bill", *late, "--confirm")
    assert (bill["is_recoverable"], [one["code"] for one in bill["warnings"]]) == (False, ["purchases.input_tax_ended"])


def test_the_same_command_again_is_done_once(shop: Terminal) -> None:
    first, second = str(new_id()), str(new_id())
    receipt = came(shop, "--command-id", first)
    assert receipt.pop("warnings")
    assert came(shop, "--command-id", first) == receipt
    reused = list(options(supplier="Kerala Pharma", **{**GOODS, "quantity": "11"}, command_id=first))
    assert shop.refused("purchase", "receive", *reused)["code"] == "receipts.command_reused"
    bill = billed(shop, receipt, command_id=second)
    assert billed(shop, receipt, command_id=second) == bill
    taken = options(supplier="Kerala Pharma", number="S-2", date=today(), total="158", receipt=receipt["number"])
    assert shop.refused("purchase", "bill", *taken)["code"] == "purchases.nothing_to_bill"
    file = bill_file(shop, GOODS, total="158", command_id=first)
    assert shop.refused("purchase", "receive-billed", file)["code"] == "purchases.id_taken"
    assert len(shop.json("purchase", "receipts")) == 1


def test_a_bill_and_then_its_receipt_are_taken_back(shop: Terminal) -> None:
    receipt = came(shop)
    billed(shop, receipt)
    back = ("purchase", "take-back-receipt", receipt["number"], "--reason", "wrong box")
    assert shop.refused(*back)["code"] == "receipts.billed_already"
    bill = shop.json("purchase", "take-back-bill", "Kerala Pharma", "S-1", "--reason", "typed wrongly")
    assert bill["taken_back"]["reason"] == "typed wrongly"
    assert shop.refused("purchase", "show-bill", "Kerala Pharma", "S-1")["code"] == "purchases.no_such"
    assert shop.json("purchase", "receipts", "--unbilled")[0]["number"] == receipt["number"]
    code, out, _ = shop.run(*back)
    assert (code, "taken back: wrong box" in out) == (0, True)
    assert shop.refused(*back)["code"] == "receipts.taken_back_already"
    assert "taken back" in shop.run("purchase", "bills")[1]
    assert shop.json("verify")["findings"] == []


def test_a_file_of_a_bill_says_rates_and_what_the_receipt_did_not(shop: Terminal) -> None:
    line = {name: value for name, value in GOODS.items() if name != "rate"}
    receipt = shop.json("purchase", "receive", *options(supplier="Kerala Pharma", **line))
    assert receipt["lines"][0]["is_provisional"] is True
    # at what its opening stock cost
    assert "cost 150.00 assumed" in shop.run("purchase", "show-receipt", receipt["number"])[1]
    asked = options(supplier="Kerala Pharma", number="S-1", date=today(), total="158", receipt=receipt["number"])
    refused = shop.refused("purchase", "bill", *asked)
    assert (refused["code"], receipt["number"] in refused["message"]) == ("purchases.rate_unknown", True)
    lines = [{"receipt": receipt["number"], "line": 1, "rate": "15.50", "discounts": ["2"]}]
    head = {"supplier": "Kerala Pharma", "number": "S-1", "billed_on": today(), "total": "159"}
    file = shop.file("bill.json", {"command_id": str(new_id()), "head": head, "lines": lines})
    bill = shop.json("purchase", "bill", file, "--due", "31-12-2099")
    assert (bill["taxable"], bill["due_date"], bill["lines"][0]["cost"]) == ("151.90", "2099-12-31", "151.90")


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        ({"supplier": "Nobody"}, "parties.unknown", "supplier"),
        ({"item": "NOTHING"}, "sales.no_such_item", "lines.0.item"),
        ({"quantity": "many"}, "quantity.unreadable", "lines.0.quantity"),
        ({"quantity": "0"}, "receipts.nothing", "lines.0.quantity"),
        ({"short": "11"}, "receipts.more_missing", "lines.0.short"),
        ({"expiry": "13/2098"}, "expiry.unreadable", "lines.0.expiry"),
        ({"mrp": "a lot"}, "money.unreadable", "lines.0.mrp"),
        ({"order": "C1O/26-27/99"}, "orders.no_such", None),
        ({"command_id": "7"}, "input.not_uuid", "command_id"),
        ({"dated": "soon"}, "date.no_day", None),
    ],
)
def test_what_is_wrong_with_goods_is_named_and_nothing_comes_in(
    shop: Terminal, arguments: dict[str, str], code: str, where: str | None
) -> None:
    said = options(**{"supplier": "Kerala Pharma", **GOODS, **arguments})
    refused = shop.refused("purchase", "receive", *said)
    assert (refused["code"], refused["where"]) == (code, where or refused["where"])
    assert shop.json("purchase", "receipts") == []


def test_what_is_wrong_with_files_is_named(shop: Terminal) -> None:
    odd = shop.file("odd.csv", CSV.replace("Rate", "Colour", 1))
    refused = shop.refused("purchase", "receive", odd, "--supplier", "Kerala Pharma")
    assert (refused["code"], refused["where"]) == ("input.unknown_field", "lines.0.colour")
    assert shop.refused("purchase", "receive", "none.csv", "--supplier", "Kerala Pharma")["code"] == "input.no_file"
    listed = shop.file("list.json", [])
    for command in ("bill", "receive-billed"):
        assert shop.refused("purchase", command, listed)["code"] == "purchases.no_object"
    headless = shop.file("headless.json", {"head": 7, "lines": []})
    assert shop.refused("purchase", "bill", headless)["code"] == "input.not_object"
    assert shop.refused("purchase", "show-receipt", "C1G/26-27/99")["code"] == "receipts.no_such"
    assert shop.run("purchase", "receive", "--supplier", "Kerala Pharma")[0] == 2
    assert shop.run("purchase", "bill", "--number", "S-1")[0] == 2


def test_who_buys_may_and_a_difference_beyond_it_wants_a_supervisor(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, role in (("anil", "cashier"), ("meera", "purchase_clerk")):
        monkeypatch.setenv("NUSKHA_NEW_PASSWORD", "counter clerk 7")
        shop.json("users", "add", name, "--role", role, "--keep")
    monkeypatch.setenv("NUSKHA_PASSWORD", "counter clerk 7")
    monkeypatch.setenv("NUSKHA_SUPERVISOR_PASSWORD", "correct horse 7")
    line = list(options(supplier="Kerala Pharma", **GOODS))
    assert shop.refused("purchase", "receive", *line, "--user", "anil")["code"] == "auth.not_allowed"
    assert shop.refused("purchase", "receipts", "--user", "anil")["code"].startswith("auth.")
    receipt = shop.json("purchase", "receive", *line, "--user", "meera")
    lines = [{"receipt": receipt["number"], "line": 1, "rate": "20.00"}]
    head = {"supplier": "Kerala Pharma", "number": "S-1", "billed_on": today(), "total": "210"}
    said = {"command_id": str(new_id()), "head": head, "lines": lines, "match_reason": "new price list"}
    file = shop.file("dear.json", said)
    assert shop.refused("purchase", "bill", file, "--user", "meera")["code"] == "auth.over_own_limit"
    allowed = ("--supervisor", "owner", "--why", "the price list came by post")
    bill = shop.json("purchase", "bill", file, "--user", "meera", *allowed)
    assert (bill["total"], bill["match_reason"]) == ("210.00", "new price list")
    assert shop.json("purchase", "match")[0]["username"] == "meera"


def test_who_may_not_receive_incomplete_goods_has_it_allowed_with_their_bill(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUSKHA_NEW_PASSWORD", "counter clerk 7")
    shop.json("users", "add", "meera", "--role", "purchase_clerk", "--keep")
    monkeypatch.setenv("NUSKHA_PASSWORD", "counter clerk 7")
    monkeypatch.setenv("NUSKHA_SUPERVISOR_PASSWORD", "correct horse 7")
    head = {"supplier": "Kerala Pharma", "number": "S-1", "billed_on": today(), "total": "158"}
    goods = {"item": GOODS["item"], "quantity": "10", "mrp": "25.65"}
    said = {"head": head, "lines": [{"goods": goods, "printed": {"rate": "15.00"}}]}
    file = shop.file("both.json", said)
    clerk = ("purchase", "receive-billed", file, "--user", "meera")
    assert shop.refused(*clerk)["code"] == "receipts.incomplete"
    shop.json(*clerk, "--supervisor", "owner", "--why", "the strip has none")
    (hit,) = shop.json("purchase", "receipts", "--user", "meera")
    receipt = shop.json("purchase", "show-receipt", hit["number"], "--user", "meera")
    assert receipt["lines"][0]["batch"].startswith("AUTO-")


def test_the_goods_and_bills_in_the_readme_are_entered(shop: Terminal) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8").replace("12/2028", f"12/{YEAR}")
    blocks = [json.loads(block.partition("```")[0]) for block in readme.split("```json\n")[1:]]
    goods = next(block for block in blocks if "document" in block)
    later, both = (block for block in blocks if "head" in block)
    receipt = shop.json("purchase", "receive", shop.file("goods.json", goods))
    later["lines"][0]["receipt"] = receipt["number"]
    bill = shop.json("purchase", "bill", shop.file("later.json", later))
    assert (bill["total"], bill["lines"][0]["claim"]) == ("158.00", "15.76")
    assert shop.json("purchase", "receive-billed", shop.file("both.json", both))["total"] == "178.00"
