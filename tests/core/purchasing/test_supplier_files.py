"""Whose file it is, and what the columns of a supplier's files mean: recognised, remembered, doubted."""

from __future__ import annotations

import pytest

from core.app.shop_details import ChangeShop, change_shop
from core.boundary.frozen import load
from core.kernel.actor import Role
from core.kernel.gst import gstin_check_character
from core.kernel.ids import new_id
from core.parties.dto import DrugLicence
from core.purchasing.proposing.dto import Proposal, RememberLayout, SupplierHow
from core.purchasing.proposing.learning import remember_layout, remembered_layouts
from core.purchasing.proposing.proposal import LayoutAsked
from core.purchasing.reading.mapping import ColumnMapping
from tests.core.purchasing.proposing_support import Sent, asked, codes, makes, proposed, sent, takes_in
from tests.core.purchasing.support import supplier
from tests.support.shop import TestShop

FAR = "29AAHCS9012L1ZW"
LINES = (Sent("DOLO 650 TAB", free="1"), Sent("AZEE SYP", "60 ML", qty="3", rate="41.70", mrp="70.00", free="2"))
UNKNOWN = "Kode,Stuff,Size,Firm,Lotnum,Until,Tariff,A1,A2,A3,A4,A5,A6"
"""Headers that say nothing: the numbers prove most of it, and what is free is a question."""
SAID = {
    "#8": "quantity", "#9": "free", "#10": "mrp", "#11": "rate", "#12": "taxable", "#13": "gst_percent",
    "Stuff": "name", "Size": "pack", "Lotnum": "batch", "Until": "expiry", "Tariff": "hsn", "Kode": "code",
    "Firm": "maker",
}  # fmt: skip


def how(proposal: Proposal) -> tuple[str | None, str | None]:
    return (proposal.supplier.name, proposal.supplier.how.value) if proposal.supplier else (None, None)


@pytest.mark.parametrize("title", ["Company", "Mfr", "SUPP"])
def test_the_seller_s_own_name_is_no_maker(shop: TestShop, title: str) -> None:
    supplier(shop)
    header = "Code,Item Name,Pack,Mfr,Batch,Exp,HSN,Qty,Free,MRP,Rate,Amount,GST %".replace("Mfr", title)
    lines = [Sent(name, maker="KERALA PHARMA") for name in ("DOLO 650 TAB", "CROCIN 500", "AZEE 500")]
    proposal = proposed(shop, sent(*lines, header=header))
    assert [line.maker for line in proposal.lines] == ["", "", ""]
    assert [line.maker for line in proposed(shop, sent(*LINES, header=header)).lines] == ["", ""]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ([f"GSTIN: {FAR}"], "gstin"),
        ([f"GSTIN No.{FAR.lower()},DL No: KL/EKM/20B-1234"], "gstin"),
        (["D.L. No. : KL / EKM / 20B - 1234 , 21B-1235"], "licence"),
        (["Ph: 0484-2351234"], "phone"),
        (["Mob +91 98470 12345"], "phone"),
    ],
)
def test_each_sign_names_the_supplier(shop: TestShop, head: list[str], expected: str) -> None:
    licences = (DrugLicence(number="KL-EKM-20B-1234"),)
    supplier(shop, "Far Pharma", gstin=FAR, phone="0484 2351234", other_phone="9847012345", licences=licences)
    supplier(shop, "Near Pharma", phone="9847099999", licences=(DrugLicence(number="KL-EKM-20B-9999"),))
    assert how(proposed(shop, sent(*LINES, supplier="Something Else", head=head))) == ("Far Pharma", expected)


@pytest.mark.parametrize(
    "said", ["KERALA PHARMA", "M/s. Kerala Pharma", "Kerala Pharma (P) Ltd.", "kerala-pharma pvt ltd"]
)
def test_a_name_is_known_however_it_is_written(shop: TestShop, said: str) -> None:
    supplier(shop, "Kerala Pharma Pvt. Ltd.")
    supplier(shop, "Kerala Pharma Agencies")
    assert how(proposed(shop, sent(*LINES, supplier=said))) == ("Kerala Pharma Pvt. Ltd.", "name")


def test_several_or_none_are_asked(shop: TestShop) -> None:
    first, second = supplier(shop, "Kerala Pharma", phone="9847012345"), supplier(shop, "Kerala Pharma Ltd")
    file = sent(*LINES)
    found = proposed(shop, file)
    assert (how(found), codes(found.asked), found.is_ready) == ((None, None), ["which_supplier"], False)
    assert {one.supplier_id for one in found.suppliers} == {first, second}
    chosen = proposed(shop, file, supplier_id=second)
    assert how(chosen) == ("Kerala Pharma Ltd", SupplierHow.CHOSEN)
    assert chosen.asked == ()
    # a sign that is better than the name decides
    assert how(proposed(shop, sent(*LINES, head=["Mob 9847012345"]))) == ("Kerala Pharma", "phone")
    unknown = proposed(shop, sent(*LINES, supplier="Nobody Knows Drugs"))
    assert (how(unknown), codes(unknown.asked)) == ((None, None), ["unknown_supplier"])
    supplier(shop, "Twin Pharma", phone="9847012345")
    both = proposed(shop, sent(*LINES, head=["Mob 9847012345"]))
    assert (how(both), codes(both.asked)) == ((None, None), ["which_supplier"])
    with shop.refuses("parties.unknown"):
        proposed(shop, file, supplier_id=new_id())


def test_a_name_with_another_gstin_is_another_company(shop: TestShop) -> None:
    supplier_id = supplier(shop, "Kerala Pharma", gstin="32AABCK1234M1Z" + gstin_check_character("32AABCK1234M1Z"))
    file = sent(*LINES, head=[f"GSTIN: {FAR}"])
    found = proposed(shop, file)
    assert (how(found), codes(found.asked)) == ((None, None), ["which_supplier"])
    assert codes(proposed(shop, file, supplier_id=supplier_id).warnings) == ["gstin_differs"]


def test_the_shops_own_numbers_are_no_suppliers(shop: TestShop) -> None:
    """The buyer's GSTIN and telephone stand on every bill; a supplier that shares them would be of everything."""
    own = {"name": "Test Medicals", "address": "MG Road, Kochi 682016", "gstin": "32AABCT1332L1ZN"}
    with shop.shop.database.write(shop.actor) as uow:
        change_shop(uow, load(ChangeShop, {**own, "registration": "regular", "phone": "0484 235 1234"}))
    supplier(shop, "Own Branch", gstin="32AABCT1332L1ZN", phone="04842351234")
    supplier(shop, "Kerala Pharma")
    for head in ("Buyer GSTIN: 32AABCT1332L1ZN", "To Test Medicals Ph: 0484-2351234"):
        assert how(proposed(shop, sent(*LINES, head=[head]))) == ("Kerala Pharma", "name"), head


def remembers(shop: TestShop, found: Proposal) -> None:
    assert found.supplier is not None
    command = RememberLayout(supplier_id=found.supplier.supplier_id, layout_key=found.layout_key, columns=found.columns)
    with shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command)


def test_a_layout_is_asked_once(shop: TestShop) -> None:
    supplier_id = supplier(shop)
    file = sent(*LINES, header=UNKNOWN)
    question = asked(shop, file)
    assert isinstance(question, LayoutAsked)
    assert question.supplier is not None
    assert not question.is_outdated
    answered = proposed(shop, file, columns=ColumnMapping.from_words(SAID))
    assert answered.closes
    assert [str(line.free) for line in answered.lines] == ["1", "2"]
    remembers(shop, answered)
    other_goods = (Sent("PAN 40 TAB", "15's", qty="7", rate="61.20", mrp="99.00", free="3"), LINES[0])
    found = proposed(shop, sent(*other_goods, header=UNKNOWN, number="B-78"))
    assert found.closes
    assert [(line.name, str(line.free)) for line in found.lines] == [("PAN 40 TAB", "3"), ("DOLO 650 TAB", "1")]
    assert isinstance(asked(shop, sent(*LINES, header=UNKNOWN, supplier="Other Pharma")), LayoutAsked)
    with shop.shop.database.read() as session:
        assert list(remembered_layouts(session, supplier_id)) == [answered.layout_key]
    shop.books_agree()


def test_what_was_remembered_wrongly_is_not_used_silently(shop: TestShop) -> None:
    """Rate and quantity the other way round would add up in some files; what does not is said and read otherwise."""
    supplier_id = supplier(shop)
    found = proposed(shop, sent(*LINES))
    remembers(shop, found)
    assert "layout_outdated" not in codes(proposed(shop, sent(*LINES)).warnings)
    wrong = {"MRP": "rate", "Rate": "mrp"}
    command = RememberLayout(supplier_id=supplier_id, layout_key=found.layout_key, columns={**found.columns, **wrong})
    with shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command)
    again = proposed(shop, sent(*LINES))
    assert "layout_outdated" in codes(again.warnings)
    assert again.lines[0].rate == found.lines[0].rate
    # where the file alone does not say, it is asked again
    unknown = proposed(shop, sent(*LINES, header=UNKNOWN), columns=ColumnMapping.from_words(SAID))
    command = RememberLayout(
        supplier_id=supplier_id,
        layout_key=unknown.layout_key,
        columns={**SAID, "#8": "mrp", "#10": "quantity"},
    )
    with shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command)
    question = asked(shop, sent(*LINES, header=UNKNOWN))
    assert isinstance(question, LayoutAsked)
    assert question.is_outdated


def test_who_may_remember_and_what(shop: TestShop) -> None:
    supplier_id = supplier(shop)
    command = RememberLayout(supplier_id=supplier_id, layout_key="0" * 24, columns={"QTY": "quantity"})
    with shop.refuses("purchase_file.no_such_role"), shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command.model_copy(update={"columns": {"QTY": "colour"}}))
    with shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command)
    events = shop._events()
    with shop.shop.database.write(shop.actor) as uow:  # the same again writes nothing
        remember_layout(uow, command)
    assert shop._events() == events
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"), shop.shop.database.write(shop.actor) as uow:
        remember_layout(uow, command)


def test_columns_of_a_file_that_was_taken_in_are_known_when_the_next_has_a_misprint(shop: TestShop) -> None:
    supplier_id = supplier(shop, gstin="32AAACK9110F1Z2")
    unseen = "X1,Item Name,Pack,Mfr,Batch,Exp,HSN,Despatched,Bonus,Label Price,Trade Price,Value,Levy"
    lines = (Sent("DOLO 650 TAB"), Sent("AZEE 500 TAB", rate="21.50"), Sent("PCM 500 TAB", rate="17.25"))
    misprinted = sent(*lines, header=unseen, number="B-78").replace(b"21.50,215.00", b"21.50,225.00")
    assert isinstance(asked(shop, misprinted), LayoutAsked)
    file = sent(*lines, header=unseen)
    makes(shop, proposed(shop, file), supplier_id)
    takes_in(shop, proposed(shop, file))
    found = proposed(shop, misprinted)
    assert [note.code for note in found.differences][:1] == ["purchase_file.taxable_differs"]
    assert found.differences[0].values["name"] == "AZEE 500 TAB"
    assert not found.is_ready


def test_two_halves_beside_an_igst_of_nothing_are_amounts(shop: TestShop) -> None:
    supplier(shop, gstin="32AAACK9110F1Z2")
    rows = [
        "Kerala Pharma",
        "Invoice No: U-7,,Date: 05/11/2026",
        "Sr,Item Name,Pack,HSN,Batch,Exp,Qty,Free,MRP,Rate,Disc%,Taxable,CGST,SGST,IGST,Amount",
        "1,Haldiva Syrup,150 ml,30049099,W0,10/28,23,2,33.75,22.5,0,517.50,12.94,12.94,0,543.38",
        "2,Zedovit Syrup,130 ml,30049099,W1,12/28,9,0,74.12,49.41,0,444.69,11.12,11.12,0,466.93",
        "3,Brahmol Syrup,110 ml,30049099,W2,05/28,15,1,118.02,78.68,0,1180.20,29.51,29.51,0,1239.22",
        "Grand Total,2250",
    ]
    found = proposed(shop, "\n".join(rows).encode())
    assert found.closes
    assert [str(line.cgst) for line in found.lines] == ["12.94", "11.12", "29.51"]


def test_a_gstin_that_none_can_be_is_told(shop: TestShop) -> None:
    supplier(shop, gstin="32AAACK9110F1Z2")
    right, wrong = (proposed(shop, sent(*LINES, head=[f"GSTIN: 32AAACK9110F1Z{last}"])) for last in "23")
    assert "gstin_wrong" not in codes(right.warnings)
    assert "gstin_wrong" in codes(wrong.warnings)
