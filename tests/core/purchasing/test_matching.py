"""Order, receipt and bill side by side: what differs needs a reason and a right, and is listed until it is settled."""

from __future__ import annotations

from typing import Any

import pytest

from core.app.choices import set_choice
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.purchasing.bill_dto import SettleMatch
from core.purchasing.matching import ListedDifference, match_board, settle_match
from core.settings.choices import Choice
from tests.core.purchasing.support import bought, enters, orders, pack, receives
from tests.support.shop import TestShop


def board(shop: TestShop) -> list[ListedDifference]:
    with shop.shop.database.read() as session:
        return match_board(session, shop.actor)


def settles(shop: TestShop, number: str, line: int, kind: str, reason: str = "agreed on the telephone") -> None:
    command = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "number": number, "line": line}
    with shop.shop.database.write(shop.actor) as uow:
        settle_match(uow, load(SettleMatch, {**command, "kind": kind, "reason": reason}))


def test_a_bill_as_ordered_and_received_has_nothing_on_the_board(buyer: TestShop) -> None:
    order = orders(buyer, {"item": "PCM500", "quantity": "10", "free": "1", "rate": "15.00"})
    receipt = receives(buyer, pack("PCM500", "10", free="1"), orders=[order.number])
    enters(buyer, receipt, {"rate": "15.00"}, total="158")
    assert board(buyer) == []


@pytest.mark.parametrize(
    ("came", "asked", "total", "expected"),
    [
        ({"quantity": "10", "short": "2"}, {"rate": "15"}, "158", [("quantity", "10:0", "8:0", "31.50")]),
        ({"quantity": "10"}, {"rate": "15", "quantity": "12"}, "189", [("quantity", "12:0", "10:0", "31.50")]),
        ({"quantity": "10"}, {"rate": "16"}, "168", [("rate", "15.00", "16.00", "10.00")]),
        ({"quantity": "10"}, {"rate": "15", "mrp": "26.00"}, "158", [("mrp", "25.65", "26.00", "0.00")]),
        ({"quantity": "10"}, {"rate": "15", "gst": "12"}, "168", [("tax", "7.50", "18.00", "10.50")]),
        ({"quantity": "10"}, {"rate": "15.10"}, "158.55", []),  # within one percent
        ({"quantity": "10"}, {"rate": "14.00"}, "147", []),  # cheaper than it was promised
        ({"quantity": "1"}, {"rate": "15.90"}, "16.70", []),  # less than a rupee
    ],
)
def test_what_differs_from_the_receipt_is_listed(
    buyer: TestShop, came: dict[str, str], asked: dict[str, str], total: str, expected: list[tuple[str, ...]]
) -> None:
    receipt = receives(buyer, pack("PCM500", **came))
    enters(buyer, receipt, asked, total=total, reason="as it is")
    assert [(one.kind, one.expected, one.found, str(one.amount)) for one in board(buyer)] == expected
    buyer.books_agree()


@pytest.mark.parametrize(
    ("ordered", "came", "expected"),
    [
        ({"quantity": "8", "rate": "15"}, {}, [("ordered", "8:0", "10:0", "30.00")]),
        ({"quantity": "10", "rate": "14"}, {}, [("rate", "14.00", "15.00", "10.00")]),
        ({"quantity": "10", "free": "2", "rate": "15"}, {}, [("free", "2:0", "0:0", "30.00")]),
        ({"quantity": "20", "free": "4", "rate": "15"}, {"free": "2"}, []),  # half of it came, with half the scheme
    ],
)
def test_what_differs_from_the_order_is_listed(
    buyer: TestShop, ordered: dict[str, str], came: dict[str, str], expected: list[tuple[str, ...]]
) -> None:
    order = orders(buyer, {"item": "PCM500", **ordered})
    bought(buyer, pack("PCM500", **came), total="158", orders=[order.number], match_reason="taken as it is")
    assert [(one.kind, one.expected, one.found, str(one.amount)) for one in board(buyer)] == expected


def test_all_that_differs_is_named_before_a_reason_is_asked_for(buyer: TestShop) -> None:
    lines = [
        pack("PCM500", short="1"),
        pack("COUGH", "2", mrp="80", rate="50"),
        pack("COUGH", "1", mrp="80", batch="C2"),
    ]
    order = orders(buyer, {"item": "COUGH", "quantity": "2", "rate": "40"})
    with pytest.raises(RuleBroken) as asked:
        bought(buyer, *lines, total="279", orders=[order.number])
    assert explain(asked.value) == (
        "What differs: line 1, Paracetamol 500: What came of it 9:0, expected 10:0; line 2, Cough Syrup: Rate 50.00, "
        "expected 40.00; line 3, Cough Syrup: More than ordered 3, expected 2. Correct it, or write why it is taken so "
        "(at a terminal --reason)."
    )


def test_free_goods_are_counted_over_all_that_came_for_an_order(buyer: TestShop) -> None:
    order = orders(buyer, {"item": "PCM500", "quantity": "20", "free": "2", "rate": "15"})
    for number, (quantity, free) in enumerate((("12", "1"), ("8", "1")), start=1):
        bought(buyer, pack("PCM500", quantity, free=free, batch=f"A{number}"), total=str(round(int(quantity) * 15.75)),
               number=f"S-{number}", orders=[order.number])  # fmt: skip
        assert board(buyer) == []
    order = orders(buyer, {"item": "PCM500", "quantity": "20", "free": "2", "rate": "15"})
    both = ({"number": "S-3", "total": "189", "match_reason": "short"}, {"number": "S-4", "total": "126"})
    for quantity, free, said in (("12", "0", both[0]), ("8", "1", both[1])):
        bought(buyer, pack("PCM500", quantity, free=free, batch=f"B{quantity}"), orders=[order.number], **said)
    assert [(one.number, one.kind, one.expected, one.found) for one in board(buyer)] == [("S-3", "free", "1:0", "0:0")]


def test_what_is_more_than_was_ordered_counts_once(buyer: TestShop) -> None:
    order = orders(buyer, {"item": "PCM500", "quantity": "20", "rate": "15"})
    first = receives(buyer, pack("PCM500", "15"), orders=[order.number], document="D1")
    second = receives(buyer, pack("PCM500", "7", batch="B8"), orders=[order.number], document="D2")
    said: list[dict[str, Any]] = [{"rate": "15"}, {"rate": "15", "receipt": second.number, "line": 1}]
    enters(buyer, first, *said, total="347", reason="they sent more")
    assert [(one.line, one.kind, one.expected, one.found, str(one.amount)) for one in board(buyer)] == [
        (2, "ordered", "20:0", "22:0", "30.00")
    ]


def test_a_difference_asks_for_a_reason_and_for_the_right_to_take_as_much(buyer: TestShop) -> None:
    receipt = receives(buyer, pack("PCM500", "10"))
    buyer.acts(Role.PURCHASE_CLERK)
    with buyer.refuses("purchases.match_reason"):
        enters(buyer, receipt, {"rate": "16"}, total="168")
    with buyer.refuses("auth.over_own_limit"):
        enters(buyer, receipt, {"rate": "16"}, total="168", reason="new list")
    buyer.acts(Role.PHARMACIST)
    enters(buyer, receipt, {"rate": "16"}, total="168", reason="new list")
    (listed,) = board(buyer)
    assert (listed.number, listed.line, listed.reason, listed.username) == ("S-101", 1, "new list", "pharmacist")


def test_a_listed_difference_is_settled_with_a_reason_by_who_may(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", short="1"), total="158", match_reason="one short")
    buyer.acts(Role.PURCHASE_CLERK)
    with buyer.refuses("auth.over_own_limit"):
        settles(buyer, "S-101", 1, "quantity")
    buyer.acts(Role.OWNER)
    with buyer.refuses("purchases.no_difference"):
        settles(buyer, "S-101", 1, "rate")
    settles(buyer, "s-101", 1, "quantity")
    assert board(buyer) == []
    with buyer.refuses("purchases.settled_already"):
        settles(buyer, "S-101", 1, "quantity", "another reason")
    buyer.books_agree()


def test_the_shop_says_what_is_tolerated(buyer: TestShop) -> None:
    with buyer.shop.database.write(buyer.actor) as uow:
        set_choice(uow, Choice.MATCH_RATE_BP, "1000")
    receipt = receives(buyer, pack("PCM500", "10"))
    enters(buyer, receipt, {"rate": "16"}, total="168")
    assert board(buyer) == []


def test_amounts_are_limits_of_the_right(buyer: TestShop) -> None:
    many: dict[str, Any] = pack("PCM500", "4000", short="3500")
    buyer.acts(Role.PHARMACIST)
    with buyer.refuses("auth.over_own_limit"):
        bought(buyer, many, total="63000", match_reason="most of it is missing")
    buyer.acts(Role.OWNER)
    bought(buyer, many, total="63000", match_reason="most of it is missing")
    assert [one.amount for one in board(buyer)] == [Money.parse("55125.00")]
