"""Which labels a shop gets of what it has, and that its own counter understands them."""

from __future__ import annotations

from datetime import date

import pytest

from core.app.labels import FoundLabels, LabelPaper, WantedLabels, item_code, label_file, labels_of
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.inventory.scanned import batch_of_pack, items_of_scan
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.printing.label_codes import Symbology
from core.printing.labels import Label, LooseLabel
from tests.support.shop import TestShop
from tests.support.tspl_reader import read_tspl
from tests.support.zpl_reader import read_zpl

TODAY = date(2026, 11, 20)
EAN = "8901234567890"


def found(shop: TestShop, item: str, **wanted: object) -> FoundLabels:
    with shop.shop.database.read() as session:
        return labels_of(session, load(WantedLabels, {"item": item, **wanted}), business_date(shop.clock.now()))


def test_the_packs_of_a_batch_are_scanned_at_the_counter(shop: TestShop) -> None:
    today = business_date(shop.clock.now())
    shop.receives("PCM500", batch="PCM2101", expiry="03/2028", packs=3, loose=4, barcodes=(EAN,))
    shop.receives("PCM500", batch="B2", expiry="15-04-2028")
    labels = found(shop, "pcm500", batch="pcm2101")
    assert [copies.count for copies in labels.labels] == [4]  # three full strips and an open one
    assert labels.notes == ()
    for batch in ("PCM2101", "B2"):
        printed = label_file(".zpl", found(shop, EAN, batch=batch).labels, LabelPaper(), "Shop")
        assert printed is not None
        (label,) = read_zpl(printed)
        assert f"Batch {batch} EXP" in label.words
        with shop.shop.database.read() as session:
            scanned = items_of_scan(session, label.codes[0].scanned, today)
        (item,) = scanned.items
        of_pack = batch_of_pack(scanned.scan, item, today)
        assert (item.code, of_pack.batch, of_pack.doubt) == ("PCM500", batch, None)


def test_an_item_without_a_number_is_found_by_its_code(shop: TestShop) -> None:
    today = business_date(shop.clock.now())
    shop.receives("COTTON-100", batch="A1", packs=2, rack="C7")
    shelf = found(shop, "COTTON-100")
    (copies,) = shelf.labels
    assert isinstance(copies.label, Label)
    assert (copies.count, copies.label.batch, copies.label.rack, copies.label.mrp) == (1, None, "C7", Money(2565))
    (pack,) = found(shop, "COTTON-100", batch="A1", copies=7).labels
    assert (pack.count, pack.label.batch) == (7, "A1")
    for labels in (shelf.labels, (pack,)):
        printed = label_file(".tspl", labels, LabelPaper(size="100x50", dpi=300), "Shop")
        assert printed is not None
        (label,) = read_tspl(printed, 300 / 25.4)
        with shop.shop.database.read() as session:
            (item,) = items_of_scan(session, label.codes[0].scanned, today).items
        assert item.code == "COTTON-100"


def test_a_batch_that_no_code_can_say_is_printed_beside_the_code_of_the_item(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A#1", barcodes=(EAN,))
    labels = found(shop, "PCM500", batch="a #1")
    (copies,) = labels.labels
    assert copies.label.batch == "A#1"
    assert copies.label.code is not None
    assert copies.label.code.symbology is Symbology.EAN_13
    (note,) = labels.notes
    assert "A#1" in explain(note)


def test_one_number_with_two_prices_gives_labels_of_both(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A1", mrp="25.65", packs=2)
    shop.receives("PCM500", batch="A1", mrp="27.00", packs=5)
    labels = found(shop, "PCM500", batch="A1").labels
    assert {(copies.label.mrp, copies.count) for copies in labels if isinstance(copies.label, Label)} == {
        (Money(2565), 2),
        (Money(2700), 5),
    }


def test_the_shelf_of_what_is_sold_out_has_its_last_price(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1, mrp="30.00")
    shop.bills(("PCM500", "1"))
    (copies,) = found(shop, "PCM500").labels
    assert isinstance(copies.label, Label)
    assert copies.label.mrp == Money(3000)


def test_loose_pieces_have_drug_quantity_and_the_name_and_address_of_the_dealer(shop: TestShop) -> None:
    shop.receives("PCM500", name="Paracetamol 500mg Tablets", batch="A1", expiry="03/2028")
    (copies,) = found(shop, "PCM500", batch="A1", loose="6 tablets").labels
    assert isinstance(copies.label, LooseLabel)
    printed = label_file(".zpl", (copies,), LabelPaper(), "Shop")
    assert printed is not None
    (label,) = read_zpl(printed)
    assert label.words == (
        "Paracetamol 500mg Tablets Quantity: 6 tablets Batch A1 EXP 03/2028 Test Medicals MG Road, Kochi 682016"
    )
    assert label.codes == []
    (without,) = found(shop, "PCM500", loose="2 tablets", copies=3).labels
    assert (without.count, without.label.batch) == (3, None)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [({"item": "NOTHING"}, "sales.no_such_item"), ({"item": "PCM500", "batch": "B9"}, "labels.no_such_batch")],
)
def test_what_is_not_there_is_refused(shop: TestShop, wanted: dict[str, str], code: str) -> None:
    shop.receives("PCM500")
    with shop.refuses(code):
        found(shop, **wanted)


@pytest.mark.parametrize(
    ("barcodes", "symbology", "data"),
    [
        ([EAN, "96385074", "SHOP1"], Symbology.EAN_13, EAN),
        (["96385074", "18901234567897"], Symbology.EAN_8, "96385074"),
        (["042100005264"], Symbology.EAN_13, "0042100005264"),  # UPC-A
        (["04252614"], Symbology.EAN_13, "0042100005264"),  # UPC-E
        (["18901234567897", "SHOP00017"], Symbology.GS1_DATA_MATRIX, "[01]18901234567897"),
        (["A-LONGER-BARCODE", "SHOP00017"], Symbology.CODE_128, "SHOP00017"),
        ([], Symbology.CODE_128, "PCM500"),
    ],
)
def test_the_code_of_an_item(barcodes: list[str], symbology: Symbology, data: str) -> None:
    code = item_code(barcodes, "PCM500", TODAY)
    assert (code.symbology, code.data) == (symbology, data)


def test_a_file_of_another_kind_is_none(shop: TestShop) -> None:
    shop.receives("PCM500")
    labels = found(shop, "PCM500").labels
    assert label_file(".png", labels, LabelPaper(), "Shop") is None
    with pytest.raises(RuleBroken, match=r"labels\.start_without_sheet"):
        label_file(".zpl", labels, LabelPaper(start=2), "Shop")
