"""A barcode is taught once and is found in all its forms from then on; nobody's barcode is taken silently."""

from __future__ import annotations

import pytest

from core.catalog.dto import TaughtBarcode, TeachBarcode
from core.catalog.queries import find_item
from core.catalog.teaching import teach_barcode
from core.kernel.actor import Role
from tests.support.shop import TestShop

EAN = "8901234567890"


@pytest.fixture
def stocked(shop: TestShop) -> TestShop:
    shop.receives("PCM500")
    shop.receives("PAN40")
    return shop


def teach(shop: TestShop, item: str, barcode: str, *, moves: bool = False) -> TaughtBarcode:
    with shop.shop.database.write(shop.actor) as uow:
        return teach_barcode(uow, TeachBarcode(item=item, barcode=barcode, moves=moves))


def found(shop: TestShop, text: str) -> bool:
    with shop.shop.database.read() as session:
        return find_item(session, text) is not None


@pytest.mark.parametrize(
    ("scanned", "kept"),
    [
        (EAN, EAN),
        ("0" + EAN, EAN),
        (f"]d2010{EAN}17270300" + "10A1\x1d21S1", EAN),
        (f"https://maker.example/01/0{EAN}/10/A1", EAN),
        ("042100005264", "0042100005264"),
        ("SHOP-17", "SHOP-17"),
    ],
)
def test_what_was_scanned_is_kept_as_the_pack_shows_it(stocked: TestShop, scanned: str, kept: str) -> None:
    taught = teach(stocked, "pcm500", scanned)
    assert (taught.barcode, taught.item) == (kept, "PCM500")
    assert found(stocked, kept)
    if kept == EAN:
        assert found(stocked, "0" + EAN)
    stocked.books_agree()


def test_every_form_of_a_number_is_the_same_barcode(stocked: TestShop) -> None:
    teach(stocked, "PCM500", "04252614")
    for form in ("042100005264", "0042100005264", "00042100005264"):
        assert found(stocked, form)
        with stocked.refuses("items.barcode_taken", "barcode"):
            teach(stocked, "PAN40", form)
        with stocked.refuses("items.barcode_known", "barcode"):
            teach(stocked, "PCM500", form)


def test_a_barcode_taught_to_the_wrong_item_is_moved_and_the_log_says_so(stocked: TestShop) -> None:
    wrong = teach(stocked, "PAN40", EAN)
    right = teach(stocked, "PCM500", "0" + EAN, moves=True)
    with stocked.shop.database.read() as session:
        assert find_item(session, EAN) == right.item_id != wrong.item_id
    stocked.books_agree()


@pytest.mark.parametrize(
    ("barcode", "code"),
    [
        ("8901234567891", "items.barcode_misread"),
        ("\x1b@\x00", "items.barcode_unreadable"),
        ("https://maker.example/verify?id=17", "items.barcode_unreadable"),
        ("Batch A1, expiry 03/2027", "items.barcode_unreadable"),
    ],
)
def test_what_cannot_name_an_item_is_not_kept(stocked: TestShop, barcode: str, code: str) -> None:
    with stocked.refuses(code, "barcode"):
        teach(stocked, "PCM500", barcode)


def test_an_unknown_item_and_a_user_without_the_right(stocked: TestShop) -> None:
    with stocked.refuses("sales.no_such_item", "item"):
        teach(stocked, "NONE", EAN)
    stocked.acts(Role.CASHIER)
    with stocked.refuses("auth.not_allowed"):
        teach(stocked, "PCM500", EAN)
