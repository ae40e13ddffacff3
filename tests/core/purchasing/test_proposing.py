"""Files of distributors become proposals: read, matched, asked about, learned from, made into items."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog.change_dto import DeactivateItem
from core.catalog.dto import TeachBarcode
from core.catalog.teaching import teach_barcode
from core.catalog.viewing import item_view
from core.inventory.items import deactivate_item
from core.kernel.actor import Role
from core.kernel.dates import Expiry
from core.kernel.errors import NeedsConfirmation
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.parties.dto import MergeParties, PartyKind
from core.parties.queries import find_party
from core.parties.service import merge_parties
from core.purchasing.proposing.dto import How, LearnedLine, LineAnswer, Note, SupplierHow
from core.purchasing.proposing.learning import learnable
from core.purchasing.proposing.new_items import add_line_items
from core.purchasing.receipt_queries import read_receipt_of
from tests.core.purchasing.proposing_support import (
    SAMPLES,
    TODAY,
    Sent,
    codes,
    drafts,
    learns,
    learns_all,
    makes,
    proposed,
    proposed_line,
    sent,
    takes_in,
)
from tests.core.purchasing.support import Came, ends, goods_come, item_id, orders, supplier, teaches
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

LOCAL = "SAMPLE_DISTRIBUTORS_20260905_S_0777_local.csv"
INTER_STATE = "SAMPLE_DISTRIBUTORS_20260905_S_0778_interstate.csv"


@pytest.fixture
def pharmacy(shop: TestShop) -> TestShop:
    """A shop with two tablets of one brand and a supplier."""
    shop.receives("GLY500", name="Glycomet 500 Tablet", manufacturer="USV Ltd", mrp="31.50", cost="20.0000")
    shop.receives("GLY850", name="Glycomet 850 Tablet", manufacturer="USV Ltd", mrp="31.50", cost="20.0000")
    supplier(shop)
    return shop


@pytest.mark.parametrize(
    ("name", "bottles"),
    [
        (LOCAL, {}),
        (INTER_STATE, {}),
        ("c2code_sample.csv", {5: {"pieces_per_pack": 1}}),
        ("c2code_sample_biff2.xls", {5: {"pieces_per_pack": 1}}),
        ("hdf_sample.CSV", {8: {"pieces_per_pack": 1}}),
    ],
)
def test_a_sample_in_a_fresh_shop(shop: TestShop, name: str, bottles: dict[int, dict[str, int]]) -> None:
    """Nothing is matched, its lines become items in one step, and the same file again matches each of them."""
    supplier_id = supplier(shop, "Sample Distributors")
    first = proposed(shop, SAMPLES / name, supplier_id=supplier_id)
    assert first.closes
    assert not first.is_ready
    assert [line.match for line in first.lines] == [None] * 4
    assert all(codes(line.asked) == ["no_item"] for line in first.lines)

    open_packs = drafts(shop, first).problems
    assert [(one.line, one.code) for one in open_packs] == [(row, "items.pack_unknown") for row in bottles]
    command = makes(shop, first, supplier_id, said=bottles)
    again = proposed(shop, SAMPLES / name, supplier_id=supplier_id)
    assert not any(line.asked for line in again.lines)
    assert [line.match.code if line.match else None for line in again.lines] == [
        line.item.code for line in command.lines
    ]
    assert {line.factor for line in again.lines} == {1}
    heads = [Money.total(getattr(line, head) for line in again.lines) for head in ("cgst", "sgst", "igst")]
    assert Money.total(heads) == again.tax
    assert [bool(amount) for amount in heads] == ([False, False, True] if name == INTER_STATE else [True, True, False])

    with shop.shop.database.write(shop.actor) as uow:  # the same command again adds nothing
        assert add_line_items(uow, command) == 4
    with shop.refuses("items.command_reused"), shop.shop.database.write(shop.actor) as uow:
        add_line_items(uow, command.model_copy(update={"lines": command.lines[:1]}))
    shop.books_agree()


def test_a_file_without_codes_is_matched_by_names(shop: TestShop) -> None:
    supplier_id = supplier(shop)
    file = sent(Sent("DOLO 650 TAB", "15's"), Sent("DOLO 650 TAB", "10's", batch="A2"), Sent("AZEE SYP", "60 ML"))
    first = proposed(shop, file)
    assert first.supplier is not None
    assert first.supplier.how is SupplierHow.NAME
    makes(shop, first, supplier_id)
    again = proposed(shop, file)
    assert again.is_ready
    assert [line.match.how if line.match else None for line in again.lines] == [How.NAME] * 3
    assert [line.match.pieces_per_pack if line.match else 0 for line in again.lines] == [15, 10, 1]
    assert learns_all(shop, again) == 0  # nothing new, and nothing written
    shop.books_agree()


def test_what_a_line_carries(pharmacy: TestShop) -> None:
    line = proposed_line(
        pharmacy, Sent("GLYCOMET 500 TAB", qty="12", free="2", rate="20.00", maker="USV", expiry="08/27", batch="z 9")
    )
    assert line.is_ready
    assert line.match is not None
    assert (line.match.code, line.match.how) == ("GLY500", How.ALIKE)
    assert (str(line.billed), str(line.free), line.billed_units, line.free_units) == ("12", "2", 120, 20)
    assert (line.expires, line.batch) == (Expiry.parse("08/2027"), "z 9")
    assert (line.gross, line.discount, line.taxable) == (Money(24000), Money(0), Money(24000))
    assert (line.cgst, line.sgst, line.igst, line.tax_is_printed) == (Money(600), Money(600), Money(0), False)
    assert (line.pack_rate, line.pack_cost, line.pack_mrp) == (Rate.parse("20"), Rate.parse("20"), Money(3150))
    assert codes(line.warnings) == []


def test_look_alikes_are_offered_and_never_taken(pharmacy: TestShop) -> None:
    """Another variant, strength, pack or form is a question, with what is likest first."""
    for said in (
        Sent("GLYCOMET 500 SR TAB"),
        Sent("GLYCOMET 250 TAB"),
        Sent("GLYCOMET 500 TAB", "15's"),
        Sent("GLYCOMET 500 CAP"),
        Sent("GLYCOMET 500"),
        Sent("GLYCOMET TAB"),
        Sent("GLYCOMET 500 TAB", ""),
        Sent("GLYCOMET 500 TAB", maker="CIPLA"),
        Sent("GLYCOMAT 500 TAB"),
    ):
        line = proposed_line(pharmacy, said)
        assert line.match is None, said
        assert line.candidates[0].code == "GLY500", said
        assert line.candidates[0].score < 1000
        assert codes(line.asked) == ["which_item"]
    assert proposed_line(pharmacy, Sent("GLYCOMET 500MG TABLETS", "1*10", maker="USV LIMITED")).is_ready


def test_of_two_that_are_the_same_none_is_taken(pharmacy: TestShop) -> None:
    pharmacy.receives("GLY500B", name="GLYCOMET-500 TABLETS", mrp="31.50", cost="20.0000")
    line = proposed_line(pharmacy, Sent("GLYCOMET 500 TAB"))
    assert line.match is None
    assert [one.code for one in line.candidates[:2]] == ["GLY500B", "GLY500"]
    assert proposed_line(pharmacy, Sent("GLYCOMET 500 TAB"), answer={"item_id": item_id(pharmacy, "GLY500")}).is_ready


def test_at_most_five_are_offered(shop: TestShop) -> None:
    supplier(shop)
    for number in range(8):
        shop.receives(f"G{number}", name=f"Glycomet {number}00 Tablet")
    assert len(proposed_line(shop, Sent("GLYCOMET TAB")).candidates) == 5


def test_a_code_goes_before_a_barcode_before_a_name_before_likeness(pharmacy: TestShop) -> None:
    """Each of the four says another item; without the first the second one counts."""
    for code in ("BYNAME", "BYBAR"):
        pharmacy.receives(code, name=f"Other {code}", mrp="31.50", cost="20.0000")
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        teach_barcode(uow, TeachBarcode(item="BYBAR", barcode="8901234567890"))
    said = Sent("GLYCOMET 500 TAB")
    line = proposed_line(pharmacy, said)
    assert line.match is not None
    assert line.match.code == "GLY500"

    supplier_id = supplier(pharmacy, "Other Pharma")
    learned = LearnedLine(name="Glycomet-500 Tab", pack="1x10", item_id=item_id(pharmacy, "BYNAME"))
    assert learns(pharmacy, supplier_id, learned) == 1
    line = proposed_line(pharmacy, said, supplier="M/S. OTHER PHARMA PVT. LTD.")
    assert line.match is not None
    assert (line.match.code, line.match.how) == ("BYNAME", How.NAME)

    with_barcode = said._replace(code="8901234567890")
    line = proposed_line(pharmacy, with_barcode, supplier="Other Pharma")
    assert line.match is not None
    assert (line.match.code, line.match.how) == ("BYBAR", How.BARCODE)

    teaches(pharmacy, supplier_id, "8901234567890", "BYNAME")
    line = proposed_line(pharmacy, with_barcode, supplier="Other Pharma")
    assert line.match is not None
    assert (line.match.code, line.match.how) == ("BYNAME", How.CODE)


def test_a_code_is_not_trusted_against_the_name(pharmacy: TestShop) -> None:
    """Suppliers give codes to other goods in time: another name beside a code is asked, until it is learned."""
    supplier_id = supplier(pharmacy, "Other Pharma")
    gly500, gly850 = item_id(pharmacy, "GLY500"), item_id(pharmacy, "GLY850")
    learns(pharmacy, supplier_id, LearnedLine(name="GLYCOMET 500 TAB", pack="10's", code="G1", item_id=gly500))
    said = Sent("GLYCOMET 850 TAB", code="G1")
    line = proposed_line(pharmacy, said, supplier="Other Pharma")
    assert (line.match, codes(line.asked), [one.code for one in line.candidates]) == (
        None,
        ["code_renamed"],
        ["GLY500"],
    )
    learns(pharmacy, supplier_id, LearnedLine(name="GLYCOMET 850 TAB", pack="10's", item_id=gly850))
    line = proposed_line(pharmacy, said, supplier="Other Pharma")
    assert (line.match, codes(line.asked)) == (None, ["code_and_name_differ"])
    learns(pharmacy, supplier_id, LearnedLine(name="GLYCOMET 850 TAB", pack="10's", code="G1", item_id=gly850))
    line = proposed_line(pharmacy, said, supplier="Other Pharma")
    assert line.match is not None
    assert (line.match.code, line.match.how) == ("GLY850", How.CODE)
    # another pack under the same code and name is another product
    other = proposed_line(pharmacy, said._replace(pack="15's"), supplier="Other Pharma")
    assert (other.factor, codes(other.asked)) == (None, ["pack_differs"])


def test_a_code_of_two_names_in_one_file_is_none(pharmacy: TestShop) -> None:
    file = sent(Sent("GLYCOMET 500 TAB", code="USV"), Sent("GLYCOMET 850 TAB", code="USV"))
    proposal = proposed(pharmacy, file)
    assert [line.code for line in learnable(proposal)] == ["", ""]
    assert learns_all(pharmacy, proposal) == 2
    assert [line.match.how if line.match else None for line in proposed(pharmacy, file).lines] == [How.NAME] * 2


def test_later_learning_replaces_and_is_audited(pharmacy: TestShop) -> None:
    supplier_id = supplier(pharmacy, "Other Pharma")
    gly500, gly850 = item_id(pharmacy, "GLY500"), item_id(pharmacy, "GLY850")
    said = LearnedLine(name="GLY TAB", item_id=gly500)
    assert learns(pharmacy, supplier_id, said) == 1
    assert learns(pharmacy, supplier_id, said) == 0
    assert learns(pharmacy, supplier_id, said.model_copy(update={"item_id": gly850, "factor": 10})) == 1
    line = proposed_line(pharmacy, Sent("GLY TAB", "", mrp="315.00", rate="200.00"), supplier="Other Pharma")
    assert line.match is not None
    assert line.match.code == "GLY850"
    with pharmacy.refuses("proposal.learned_twice"):
        learns(pharmacy, supplier_id, said, said.model_copy(update={"item_id": gly850}))
    with pharmacy.refuses("parties.no_item"):
        learns(pharmacy, supplier_id, said.model_copy(update={"item_id": new_id()}))
    with pharmacy.refuses("parties.unknown"):
        learns(pharmacy, new_id(), said)
    pharmacy.acts(Role.CASHIER)
    with pharmacy.refuses("auth.not_allowed"):
        learns(pharmacy, supplier_id, said)
    with pharmacy.refuses("auth.not_allowed"):
        proposed(pharmacy, sent(Sent("GLY TAB")))
    pharmacy.books_agree()


def test_what_a_merged_supplier_taught_stays(pharmacy: TestShop) -> None:
    kept, merged = supplier(pharmacy, "New Pharma"), supplier(pharmacy, "Old Pharma")
    learns(pharmacy, merged, LearnedLine(name="GLY TAB", pack="10's", item_id=item_id(pharmacy, "GLY500")))
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        merge_parties(uow, MergeParties(kind=PartyKind.SUPPLIER, merged_id=merged, kept_id=kept))
    line = proposed_line(pharmacy, Sent("GLY TAB"), supplier="Old Pharma")
    assert line.match is not None
    assert line.match.code == "GLY500"
    # what the kept one taught goes before it
    learns(pharmacy, kept, LearnedLine(name="GLY TAB", pack="10's", item_id=item_id(pharmacy, "GLY850")))
    line = proposed_line(pharmacy, Sent("GLY TAB"), supplier="New Pharma")
    assert line.match is not None
    assert line.match.code == "GLY850"


def test_an_ended_item_is_not_received(pharmacy: TestShop) -> None:
    supplier_id = supplier(pharmacy, "Other Pharma")
    learned = LearnedLine(name="GLY TAB", pack="10's", item_id=item_id(pharmacy, "GLY850"))
    learns(pharmacy, supplier_id, learned)
    pharmacy.bills(("GLY850", "10"))
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GLY850"))
    line = proposed_line(pharmacy, Sent("GLY TAB"), supplier="Other Pharma")
    assert (line.match, codes(line.asked)) == (None, ["item_ended"])
    with pharmacy.refuses("orders.item_ended"):
        proposed_line(pharmacy, Sent("GLY TAB"), answer={"item_id": learned.item_id})


def test_texts_longer_than_names_are_asked_and_not_learned(pharmacy: TestShop) -> None:
    file = sent(Sent("X" * 301), Sent("GLYCOMET 500 TAB"), Sent("Y TAB", "10's" + " " * 3 + "z" * 120))
    proposal = proposed(pharmacy, file)
    assert [line.name for line in learnable(proposal)] == ["GLYCOMET 500 TAB"]
    assert len(drafts(pharmacy, proposal).problems) == 2
    said = {line.row: {"name": "X", "pack_label": "10's", "pieces_per_pack": 10} for line in proposal.lines}
    made = drafts(pharmacy, proposal, said=said)
    assert [one.row for one in made.lines] == []
    assert len(made.problems) == 2


def test_new_items_are_of_the_line_and_of_what_is_said(shop: TestShop) -> None:
    """HSN, GST, maker and pack are the line's; on which schedules it is nobody knows until somebody says."""
    supplier_id = supplier(shop)
    file = sent(
        Sent("DOLO 650 TAB", "15's", maker="MICRO LABS"),
        Sent("SOAP", "75 GM", hsn="34013011", gst="18"),
        Sent("EXEMPT VIAL", "1 VIAL", gst="0"),
        Sent("BOXED TAB", "10*10"),
        Sent("OLD RATE TAB", gst="12"),
        Sent("NO HSN TAB", hsn="99"),
        Sent("DOLO 650 TAB", "15's", maker="MICRO LABS", batch="A2"),
    )
    proposal = proposed(shop, file)
    made = drafts(shop, proposal)
    rows = [line.row for line in proposal.lines]
    assert [(rows.index(one.line), one.code) for one in made.problems] == [
        (2, "items.zero_rate"),
        (3, "proposal.box_or_pack"),
        (4, "items.rate_ended"),
    ]
    said = {
        rows[0]: {"schedules": ["H"]},
        rows[2]: {"treatment": "exempt"},
        rows[3]: {"factor": 10, "schedules": []},
        rows[4]: {"gst": "5"},
    }
    makes(shop, proposal, supplier_id, said=said)
    with shop.shop.database.read() as session:
        dolo, soap, vial, boxed, old, no_hsn = (
            item_view(session, code, TODAY) for code in ("DOLO650", "SOAP", "EXEMPT", "BOXED", "OLD", "NO")
        )
    assert (dolo.manufacturer, dolo.pieces_per_pack, dolo.hsn, dolo.schedules) == ("MICRO LABS", 15, "30049099", ("H",))
    assert (soap.kind, soap.schedules, str(soap.tax.gst if soap.tax else "")) == ("goods", None, "18")
    assert vial.tax is not None
    assert vial.tax.treatment == "exempt"
    assert (boxed.pieces_per_pack, boxed.packs_per_box, boxed.schedules) == (10, 10, ())
    assert old.tax is not None
    assert str(old.tax.gst) == "5"
    assert no_hsn.hsn is None
    again = proposed(shop, file)
    assert [line.factor for line in again.lines] == [1, 1, 1, 10, 1, 1, 1]
    assert codes(again.lines[3].asked) == ["mrp_of_which"]  # of one pack or of ten: nothing tells yet
    assert again.lines[6].match == again.lines[0].match
    shop.books_agree()


def test_a_new_item_like_another_is_confirmed(pharmacy: TestShop) -> None:
    pharmacy.receives("GLY5002", name="Glycomet 500 Tablet")
    supplier_id = supplier(pharmacy, "Other Pharma")
    proposal = proposed(pharmacy, sent(Sent("GLYCOMET 500 TABLET"), supplier="Other Pharma"))
    [line] = proposal.lines
    with pharmacy.refuses("proposal.like_others", where="confirmed"):
        makes(pharmacy, proposal, supplier_id)
    makes(pharmacy, proposal, supplier_id, confirmed=(line.row,))
    assert proposed(pharmacy, sent(Sent("GLYCOMET 500 TABLET"), supplier="Other Pharma")).is_ready


def test_what_is_odd_is_said(pharmacy: TestShop) -> None:
    def warned(**said: str) -> list[str]:
        return codes(proposed_line(pharmacy, Sent("GLYCOMET 500 TAB", **said)).warnings)

    assert warned(expiry="10/26", batch="B2") == ["expired"]
    assert warned(expiry="01/27", batch="B2") == ["short_dated"]
    assert warned(expiry="11/26", batch="B2") == ["short_dated"]  # good to the end of this month
    assert warned(expiry="05/27", batch="B2") == []  # more than half a year
    assert warned(expiry="", batch="B2") == ["no_expiry"]
    assert warned(batch="") == ["no_batch"]
    assert warned(hsn="3004") == ["hsn_short"]
    assert warned(hsn="30049998") == ["hsn_unknown"]
    assert warned(hsn="") == ["no_hsn"]
    assert warned(gst="12") == ["gst_differs"]
    assert warned(mrp="33.00", batch="B2") == ["mrp_differs"]
    assert warned(mrp="33.00") == ["batch_mrp_differs", "mrp_differs"]
    assert warned(batch=" a1", expiry="11/28") == ["batch_expiry_differs"]
    given = Sent("GLYCOMET 850 TAB", rate="0.00", batch="B2")
    assert codes(proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB"), given)).lines[1].warnings) == ["zero_rate"]


def test_a_price_that_moved_since_the_last_receipt_is_said(pharmacy: TestShop) -> None:
    goods_come(pharmacy, orders(pharmacy, ("GLY500", "5")), Came(1, 50, rate="20.00"))

    def drift(rate: str) -> list[str]:
        line = proposed_line(pharmacy, Sent("GLYCOMET 500 TAB", rate=rate, mrp="25.65", batch="N1"))
        return codes(line.warnings)

    assert drift("22.00") == []  # ten percent
    assert drift("22.01") == ["rate_drifts"]
    assert drift("18.00") == []
    assert drift("17.99") == ["rate_drifts"]


def test_a_file_that_does_not_add_up_is_not_ready(shop: TestShop) -> None:
    """And one whose total does is, to the rupee."""
    supplier_id = supplier(shop, "Sample Distributors")
    makes(shop, proposed(shop, SAMPLES / LOCAL), supplier_id)
    text = (SAMPLES / LOCAL).read_text("latin-1")
    wrong = proposed(shop, text.replace("F,2876,", "F,2877,").encode("latin-1"), supplier_id=supplier_id)
    assert (wrong.closes, wrong.is_ready) == (False, False)
    assert [note.code for note in wrong.differences] == ["purchase_file.total_differs"]
    right = proposed(shop, SAMPLES / LOCAL)
    assert right.closes
    assert {line.name: line.lacks for line in right.lines if line.lacks} == {"SAMPLE DILUTION 30": ("expiry",)}
    assert not right.is_ready
    dilution, oil = right.lines[1:3]
    said = [LineAnswer(row=dilution.row, expiry="08/2030"), LineAnswer(row=oil.row, batch="H 7")]
    whole = proposed(shop, SAMPLES / LOCAL, answers=said)
    assert whole.is_ready
    assert [(str(line.expires), line.batch) for line in whole.lines[1:3]] == [("08/2030", "N5"), ("07/2027", "H 7")]
    assert (right.goods, right.tax, right.amount, right.printed.total) == (
        Money(269531), Money(18026), Money(287557), Money(287600),
    )  # fmt: skip


def test_the_same_paper_under_another_number_is_told(pharmacy: TestShop) -> None:
    first = proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB", gst="0"), number="B-77"))
    takes_in(pharmacy, first)
    again = proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB", gst="0"), number="B-78"))
    assert [note.words for note in again.warnings if note.code == "purchases.looks_like"] == [
        (
            "This looks like the bill B-77 of 05-11-2026, with the same goods and total: "
            "is it the same paper under another number? If it is another one, confirm it."
        )
    ]
    with pytest.raises(NeedsConfirmation):
        takes_in(pharmacy, again)
    other = proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB", gst="0", batch="A2"), number="B-78"))
    assert "purchases.looks_like" not in [note.code for note in other.warnings]
    same = proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB", gst="0"), number="b-77"))
    assert [note.code for note in same.warnings] == ["proposal.billed_before"]


def test_one_batch_with_two_expiries_in_a_file_is_told(pharmacy: TestShop) -> None:
    line = Sent("GLYCOMET 500 TAB")
    sold = (line, line._replace(qty="2", expiry="01/29"), line._replace(qty="3"))
    lines = proposed(pharmacy, sent(*sold)).lines
    told = [[note.words for note in line.warnings if note.code == "proposal.batch_twice"] for line in lines]
    sentence = (
        "Batch A1 of Glycomet 500 Tablet stands in row 4 with expiry 12/2028 and MRP 31.50, "
        "and here with expiry 01/2029 and MRP 31.50: compare both with the packs."
    )
    assert told == [[], [sentence], []]


def test_what_the_pack_says_goes_before_the_file(pharmacy: TestShop) -> None:
    bare = Sent("GLYCOMET 500 TAB", batch="", expiry="", mrp="")
    asked = proposed_line(pharmacy, bare)
    assert (asked.lacks, asked.is_ready, codes(asked.asked)) == (("batch", "expiry"), False, ["no_mrp"])
    said = proposed_line(pharmacy, bare, answer={"batch": "Z 9", "expiry": "08/2028", "mrp": "31.50"})
    assert (said.lacks, said.is_ready, said.batch, said.pack_mrp) == ((), True, "Z 9", Money(3150))
    assert said.expires == Expiry.parse("08/2028")


def test_the_maker_of_a_file_counts_where_the_card_has_none(shop: TestShop) -> None:
    supplier(shop)
    shop.adds("BARE", name="Bare 500 Tablet")
    assert proposed_line(shop, Sent("BARE 500 TAB")).lacks == ("maker",)
    printed = proposed_line(shop, Sent("BARE 500 TAB", maker="CIPLA"))
    assert (printed.lacks, printed.made_by) == ((), "CIPLA")
    assert proposed_line(shop, Sent("BARE 500 TAB"), answer={"maker": "Cipla"}).made_by == "Cipla"
    bill = takes_in(shop, proposed(shop, sent(Sent("BARE 500 TAB", maker="CIPLA", gst="0"))))
    with shop.shop.database.read() as session:
        receipt = read_receipt_of(session, shop.actor, bill.lines[0].receipt_number)
    assert receipt.lines[0].manufacturer == "CIPLA"


def test_a_salt_of_the_lists_in_the_name_of_a_new_item_is_asked(shop: TestShop) -> None:
    supplier_id = supplier(shop)
    file = sent(
        Sent("ALPRAZOLAM 0.25MG TAB"),
        Sent("ALPRAX 0.25 TAB", batch="A2"),
        Sent("TRAMADOL 50 CAP", "?", batch="A3"),
        Sent("ALPRAZOLAM STICKER", batch="A4", hsn="4821"),
    )
    found = drafts(shop, proposed(shop, file))
    assert [(one.line, one.code) for one in found.problems] == [
        (4, "proposal.schedules_suggested"),
        (6, "items.pack_unknown"),
        (6, "proposal.schedules_suggested"),
    ]
    assert Note.of(found.problems[0].problem).words == (
        "ALPRAZOLAM 0.25MG TAB has Alprazolam in its name, which is on Schedule H1, NDPS: write the schedules that its "
        "label says, or none (at a terminal --set ROW.schedules=H1)."
    )
    said = {4: {"schedules": ["H1"]}, 6: {"schedules": [], "pieces_per_pack": 10, "pack_label": "10's"}}
    made = makes(shop, proposed(shop, file), supplier_id, said=said).lines
    assert [line.item.schedules for line in made] == [{"H1"}, None, set(), None]
    assert [line.item.needs_its_label_read for line in made] == [False, True, False, False]


def test_igst_is_of_a_supplier_from_another_state(pharmacy: TestShop) -> None:
    supplier(pharmacy, "Far Pharma", gstin="29AAHCS9012L1ZW")
    file = sent(Sent("GLYCOMET 500 TAB"), supplier="Far Pharma")
    assert not proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB"))).inter_state
    found = proposed(pharmacy, file)
    assert found.inter_state
    assert (found.lines[0].cgst, found.lines[0].igst) == (Money(0), Money(1000))


def test_an_answer_is_of_a_line_of_the_file(pharmacy: TestShop) -> None:
    with pharmacy.refuses("proposal.no_such_row"):
        proposed(pharmacy, sent(Sent("GLYCOMET 500 TAB")), answers=[LineAnswer(row=99, factor=1)])
    with pharmacy.refuses("parties.no_item"):
        proposed_line(pharmacy, Sent("GLYCOMET 500 TAB"), answer={"item_id": new_id()})


def test_sixty_lines_read_no_table_from_its_beginning(pharmacy: TestShop) -> None:
    """Half of them known, half of them unlike anything."""
    known = [Sent("GLYCOMET 500 TAB", batch=f"K{number}") for number in range(30)]
    unknown = [Sent(f"ZORBIX {number} TAB", code=f"Z{number}") for number in range(1, 31)]
    file = sent(*known, *unknown)
    found = proposed(pharmacy, file)
    assert [line.match is not None for line in found.lines] == [True] * 30 + [False] * 30
    plans = plans_of(pharmacy.shop.database, lambda _: proposed(pharmacy, file))
    assert any("item_search" in sql for sql, _ in plans)
    refuse_scans(plans)


def test_an_ended_supplier_is_not_recognised(pharmacy: TestShop, tmp_path: Path) -> None:
    gone = supplier(pharmacy, "Gone Pharma")
    ends(pharmacy, gone)
    file = tmp_path / "f.csv"
    file.write_bytes(sent(Sent("GLYCOMET 500 TAB"), supplier="Gone Pharma"))
    found = proposed(pharmacy, file)
    assert (found.supplier, codes(found.asked), found.is_ready) == (None, ["unknown_supplier"], False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text("ABCDEFGH -5", min_size=3, max_size=20).filter(lambda text: any(map(str.isalpha, text))))
def test_a_learned_name_goes_before_any_likeness(pharmacy: TestShop, name: str) -> None:
    """Even one that is the same as another item in all: who learned it knew why."""
    supplier_id, meant = find(pharmacy), item_id(pharmacy, "GLY850")
    for said in (f"{name} TAB", "GLYCOMET 500 TAB"):
        learns(pharmacy, supplier_id, LearnedLine(name=said, pack="10's", item_id=meant))
        line = proposed_line(pharmacy, Sent(said))
        assert line.match is not None
        assert (line.match.item_id, line.match.how) == (meant, How.NAME)


def find(shop: TestShop) -> UUID:
    with shop.shop.database.read() as session:
        return find_party(session, PartyKind.SUPPLIER, "Kerala Pharma")
