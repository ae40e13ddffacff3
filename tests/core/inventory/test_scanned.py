"""A pack's code against the stock: certain, asked, or refused, and never another batch without a word."""

from __future__ import annotations

import pytest

from core.inventory.scanned import BatchOfPack, Scanned, batch_of_pack, items_of_scan
from core.kernel.clock import business_date
from tests.support.shop import TestShop

EAN = "8901234567890"
HEAD = f"]d2010{EAN}"


@pytest.fixture
def stocked(shop: TestShop) -> TestShop:
    shop.receives("PCM500", batch="A1", expiry="03/2027", barcodes=(EAN,))
    shop.receives("PCM500", batch="A2", expiry="08/2027")
    shop.receives("PCM500", batch="B2104", expiry="09/2027")
    shop.receives("PCM500", batch="OLD", expiry="10/2026")
    return shop


def scan(shop: TestShop, text: str) -> Scanned:
    with shop.shop.database.read() as session:
        return items_of_scan(session, text, business_date(shop.clock.now()))


def of_pack(shop: TestShop, rest: str) -> BatchOfPack:
    scanned = scan(shop, HEAD + rest)
    return batch_of_pack(scanned.scan, scanned.items[0], business_date(shop.clock.now()))


@pytest.mark.parametrize(
    ("rest", "batch"),
    [
        ("", None),
        ("1727083110A2", "A2"),
        ("1727080010a2", "A2"),
        ("10A2", "A2"),
        ("17270300", None),
        # a separator may be missing before 21, but exactly this batch stands with this expiry
        ("1727090010B2104", "B2104"),
    ],
)
def test_a_code_that_agrees_with_the_stock_is_certain(stocked: TestShop, rest: str, batch: str | None) -> None:
    assert of_pack(stocked, rest) == BatchOfPack(batch)


@pytest.mark.parametrize(
    ("rest", "code", "likely"),
    [
        ("1727080010A9", "stock.pack_not_in_stock", ("A2",)),
        ("10A9", "stock.pack_not_in_stock", ()),
        ("1727070010A2", "stock.pack_expiry_differs", ("A2",)),
        ("1727130010A2", "stock.pack_expiry_differs", ("A2",)),
        ("17270800", "stock.pack_of_later_batch", ("A2",)),
        ("17271200", "stock.pack_not_in_stock", ()),
        ("17271300", "stock.pack_unclear", ()),
        ("10A217270800", "stock.pack_unclear", ("A2",)),
        ("10A217270700", "stock.pack_unclear", ()),
        ("10B2104", "stock.pack_unclear", ("B2104",)),
        ("10" + "A" * 30, "stock.pack_unclear", ()),
    ],
)
def test_what_does_not_agree_is_asked(stocked: TestShop, rest: str, code: str, likely: tuple[str, ...]) -> None:
    found = of_pack(stocked, rest)
    assert found.batch is None
    assert found.doubt is not None
    assert (found.doubt.code, found.likely) == (code, likely)


@pytest.mark.parametrize("rest", ["10OLD", "1726100010OLD", "1726100010A1", "1726103110NEW"])
def test_an_expired_pack_is_refused_whatever_the_stock_says(stocked: TestShop, rest: str) -> None:
    found = of_pack(stocked, rest)
    assert found.refusal is not None
    assert found.refusal.code == "stock.pack_expired"
    assert found.batch is None


def test_two_items_of_one_number_are_both_found(stocked: TestShop) -> None:
    stocked.receives("PCM650", barcodes=("0" + EAN,))
    assert [item.code for item in scan(stocked, EAN).items] == ["PCM500", "PCM650"]
    assert [item.code for item in scan(stocked, HEAD + "10A1").items] == ["PCM500", "PCM650"]


def test_what_names_nothing_finds_nothing(stocked: TestShop) -> None:
    for text in ("", "\x00", "x" * 10_000, "4006381333931", "https://example.com"):
        assert scan(stocked, text).items == ()


def test_an_items_code_is_found_as_it_is_typed_whatever_its_letters(stocked: TestShop) -> None:
    for code in ("पैरा 500", "A", "10ABC", "DOLO 650"):
        stocked.receives(code)
        assert [item.code for item in scan(stocked, code.lower()).items] == [code]
