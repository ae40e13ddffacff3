"""The items screen without a window, over a real shop."""

from __future__ import annotations

from typing import Any

import pytest

from core.auth.permissions import Permission
from core.catalog.dto import ItemView
from core.catalog.viewing import item_view
from core.kernel.clock import business_date
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.items.card import Page
from pos_desktop.screens.items.presenter import ItemsPresenter
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

ALL = frozenset({Permission.EDIT_ITEMS, Permission.EDIT_BATCHES, Permission.RECEIVE_STOCK})


class Office:
    """Somebody at the items screen: each method is what the fingers do."""

    def __init__(self, shop: TestShop, rights: frozenset[Permission] = ALL) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database)
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.screen = ItemsPresenter(
            self.lanes,
            self.board,
            shop.actor,
            state="32",
            today=lambda: business_date(shop.clock.now()),
            rights=rights,
            report_bug=self.bugs.append,
        )
        self.screen.refresh()

    @property
    def stands(self) -> dict[str, str]:
        """What stands in the form as it opened."""
        assert self.screen.form is not None
        return {field.name: field.value for field in self.screen.form.fields}

    def fills(self, **typed: str) -> None:
        """Type into the form that is open, the rest as it stands, and press Enter."""
        self.screen.submit({**self.stands, **typed})

    @property
    def problems(self) -> dict[str, str]:
        assert self.screen.form is not None
        form = self.screen.form
        return {**form.problems, **({"": form.sentence} if form.sentence else {})}

    def item(self, code: str) -> ItemView:
        with self.shop.shop.database.read() as session:
            return item_view(session, code, business_date(self.shop.clock.now()))


@pytest.fixture
def office(shop: TestShop) -> Office:
    shop.receives("PCM500", name="Paracetamol 500", packs=3, loose=4, schedules=frozenset())
    shop.receives("AZI", name="Azithromycin 500", pack_label="3's", pieces_per_pack=3)
    return Office(shop)


def test_the_list_shows_all_by_name_and_a_text_finds(office: Office) -> None:
    rows = office.screen.rows
    assert [(row.code, row.stock, row.schedules) for row in rows] == [("AZI", "10:0", None), ("PCM500", "3:4", ())]

    office.screen.search("para")

    assert [row.code for row in office.screen.rows] == ["PCM500"]
    assert office.screen.chosen_code == "PCM500"


def test_an_answer_that_a_later_letter_overtook_is_not_shown(office: Office) -> None:
    office.lanes.holds_reads = True
    office.screen.search("a")
    office.screen.search("para")
    office.lanes.reads.pop()()
    office.lanes.reads.pop()()

    assert [row.code for row in office.screen.rows] == ["PCM500"]


def test_an_item_is_added_with_its_first_batch_and_a_suggested_code(office: Office) -> None:
    office.screen.open_new()
    typed = {**office.stands, "name": "Amlodipine 5", "pack_label": "15's"}
    office.screen.typed("name", typed)
    form = office.screen.form
    assert form is not None
    notes = form.notes
    assert (notes["pack_label"], notes["code"]) == ("15 in a pack", "AMLODIPI5 if left empty")

    office.fills(
        name="Amlodipine 5", pack_label="15's", gst="5", schedules="h, c1", batch="AM1", expiry="03/2029",
        mrp="45.00", purchase_rate="30", quantity="2:5", barcodes="8901234567894", min_stock_units="1",
    )  # fmt: skip

    assert office.screen.form is None
    assert office.screen.notice.text == "Amlodipine 5 is added."
    view = office.item("AMLODIPI5")
    assert (view.schedules, view.pieces_per_pack, view.min_stock_units) == (("C1", "H"), 15, 15)
    assert view.barcodes == ("8901234567894",)
    assert office.shop.units("AMLODIPI5") == 35
    assert office.screen.chosen_code == "AMLODIPI5"
    assert office.told == [frozenset({Topic.ITEMS, Topic.STOCK})]
    office.shop.books_agree()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"pack_label": "strip"}, "pack_label"),
        ({"gst": ""}, "gst"),
        ({"gst": "7"}, "gst"),
        ({"hsn": "30"}, "hsn"),
        ({"schedules": "Q"}, "schedules"),
        ({"code": "PCM500"}, "code"),
        ({"min_stock_units": "x"}, "min_stock_units"),
        ({"min_stock_units": "5", "max_stock_units": "2"}, "max_stock_units"),
        ({"levels": "box 10 strip 10 tablet"}, "sale_level"),
        ({"batch": "B1", "mrp": "10", "purchase_rate": "5", "quantity": "1"}, "expiry"),
        ({"batch": "B1", "expiry": "03/2029", "purchase_rate": "5", "quantity": "1"}, "mrp"),
        ({"batch": "B1", "expiry": "03/2029", "mrp": "10", "purchase_rate": "5", "quantity": ""}, "quantity"),
        ({"batch": "B1", "expiry": "soon", "mrp": "10", "purchase_rate": "5", "quantity": "1"}, "expiry"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(
    office: Office, typed: dict[str, str], field: str
) -> None:
    office.screen.open_new()
    office.fills(**{"name": "Drug", "code": "D", "pack_label": "10's", "gst": "5", **typed})

    assert list(office.problems) == [field]
    assert len(office.problems[field].split(": ")) <= 3
    assert office.lanes.written == 0
    assert office.bugs == []


def test_an_edit_changes_what_was_typed_and_keeps_the_rest(office: Office) -> None:
    office.screen.choose("PCM500")
    before = office.item("PCM500")
    office.screen.open_edit()
    office.fills(name="Paracetamol 500 Tablets", rack="B2")

    after = office.item("PCM500")
    assert (after.name, after.rack) == ("Paracetamol 500 Tablets", "B2")
    skipped = {"name", "rack", "version", "packs_per_box"}
    assert after.model_dump(exclude=skipped) == before.model_dump(exclude=skipped)


def test_an_edit_of_what_somebody_else_changed_is_refused_and_stays(office: Office) -> None:
    office.screen.choose("PCM500")
    office.screen.open_edit()
    other = Office(office.shop)
    other.screen.choose("PCM500")
    other.screen.open_edit()
    other.fills(rack="B2")
    office.fills(rack="C3")

    assert "changed since you opened it" in office.problems[""]
    assert office.item("PCM500").rack == "B2"


def test_the_pack_of_an_item_in_stock_stays(office: Office) -> None:
    office.screen.choose("PCM500")
    office.screen.open_edit()
    office.fills(pack_label="15's")

    assert list(office.problems) == ["pack_label"]


def test_a_copy_has_no_barcode_and_no_stock(office: Office) -> None:
    office.screen.choose("PCM500")
    office.screen.open_copy()
    assert office.stands["name"] == "Paracetamol 500"
    assert office.stands["code"] == ""
    assert office.stands["barcodes"] == ""
    office.fills(code="PCM650", name="Paracetamol 650")

    assert office.item("PCM650").schedules == ()
    assert office.shop.units("PCM650") == 0


def test_gst_and_schedules_change_from_a_day_on(office: Office) -> None:
    office.screen.choose("AZI")
    office.screen.open_tax()
    office.fills(gst="12", from_date="31-02-2031")
    assert list(office.problems) == ["from_date"]
    office.fills(gst="12", from_date="01-02-2031")
    office.screen.open_schedules()
    office.fills(schedules="none")

    view = office.item("AZI")
    assert [str(tax.gst) for tax in view.taxes] == ["5", "12"]
    assert view.schedules == ()


def test_an_item_out_of_stock_is_sold_no_more_and_again(office: Office) -> None:
    office.screen.choose("AZI")
    office.screen.toggle_active()
    assert "AZI" not in office.screen.notice.text
    assert "in stock" in office.screen.notice.text
    office.shop.bills(("AZI", "10"))
    office.screen.toggle_active()
    assert [row.code for row in office.screen.rows] == ["PCM500"]

    office.screen.show_inactive()
    assert [(row.code, row.is_active) for row in office.screen.rows] == [("AZI", False)]
    office.screen.toggle_active()
    assert office.screen.rows == []
    assert office.item("AZI").is_active


def test_a_held_batch_is_refused_at_billing_until_it_is_released(office: Office) -> None:
    office.screen.choose("PCM500")
    office.screen.open_card()
    office.screen.open_hold()
    office.fills(reason="recalled by the maker")
    assert [batch.held for batch in office.screen.item.batches] == ["recalled by the maker"]
    with office.shop.refuses("stock.held"):
        office.shop.bills({"item": "PCM500", "quantity": "1", "batch": "A1"})

    office.screen.open_hold()
    office.fills(reason="the maker was wrong")
    assert [batch.held for batch in office.screen.item.batches] == [""]
    office.shop.bills(("PCM500", "1"))


def test_who_may_not_edit_opens_no_form(shop: TestShop) -> None:
    shop.receives("PCM500")
    office = Office(shop, frozenset())
    screen = office.screen
    for key in (screen.open_new, screen.open_edit, screen.open_copy, screen.open_tax, screen.open_schedules):
        key()
        assert screen.form is None
    screen.toggle_active()
    screen.open_card()
    screen.open_hold()
    screen.open_correction()

    assert screen.form is None
    assert screen.card is not None
    assert office.lanes.written == 0


def test_the_lists_are_offered_beside_the_fields_and_take_nothing_by_themselves(office: Office) -> None:
    office.screen.open_new()
    form = office.screen.form
    assert form is not None
    typed = {**office.stands, "name": "Alprax", "pack_label": "15's", "salts": "Alprazolam 0.5mg", "form": "tablet"}
    office.screen.typed("hsn", {**typed, "hsn": "insulin"})
    assert ("30043110", "Insulin injection") in form.offers["hsn"]

    office.screen.typed("hsn", {**typed, "hsn": "30049099"})
    assert form.offers["hsn"] == []
    assert [offer.value for offer in form.offers["gst"]] == ["5"]
    assert form.notes["gst"] == "5 % suggested, ↓ shows why"
    assert [offer.value for offer in form.offers["schedules"]] == ["H1", "H1, NDPS"]
    assert form.offers["uqc"][0] == ("TBS", "15 in a sale pack")

    office.fills(**{**typed, "code": "ALPRAX", "hsn": "30049099", "gst": "12"})
    view = office.item("ALPRAX")
    assert (str(view.tax.gst) if view.tax else None, view.schedules, view.uqc) == ("12", None, None)

    office.screen.open_card()
    facts = {fact.label: fact for fact in office.screen.item.facts}
    assert facts["Schedules"].text == "not looked up  (H1 suggested, ↓ shows why)"
    assert facts["Schedules"].is_missing


def test_the_first_mrp_is_of_the_level_that_prints_it(office: Office) -> None:
    office.screen.open_new()
    office.fills(
        name="Boxed", code="BOXED", levels="box 10 strip 10 tablet", sale_level="strip", mrp_level="box", gst="5",
        batch="B1", expiry="03/2029", mrp="500.00", purchase_rate="30", quantity="1",
    )  # fmt: skip
    assert office.problems == {} if office.screen.form else True
    office.screen.search("BOXED")
    assert [row.mrp for row in office.screen.rows] == ["50.00"]


def test_a_form_that_is_sent_twice_adds_once(office: Office) -> None:
    office.screen.open_new()
    form = office.screen.form
    assert form is not None
    typed = {**office.stands, "name": "Twice", "pack_label": "10's", "gst": "5"}
    office.screen.submit(typed)
    office.screen.form = form  # the answer was lost on its way
    form.is_busy = False
    office.screen.submit(typed)
    office.screen.search("twice")

    assert [row.code for row in office.screen.rows] == ["TWICE"]


def test_a_batch_gets_another_mrp_from_a_day_on(office: Office) -> None:
    office.screen.search("pcm")
    office.screen.open_card()
    office.screen.open_mrp()
    office.fills(mrp="30", reason="typed wrong")
    assert office.problems == {
        "mrp": "Paracetamol 500, batch A1 prints MRP 25.65: it may be sold for less from a day on, never for more. "
        "Receive relabelled packs as a batch with their new MRP."
    }

    office.fills(mrp="24.10", reason="ceiling price of the NPPA")
    batch = office.screen.item.chosen_batch
    assert batch is not None
    assert (batch.mrp, batch.printed) == ("24.10", "25.65")

    office.screen.turn(Page.HISTORY)
    assert ("MRP", "24.10") in [(row.field, row.after) for row in office.screen.item.history]


def test_a_mistyped_batch_is_written_as_its_packs_print_it(office: Office) -> None:
    office.screen.search("pcm")
    office.screen.open_card()
    office.screen.open_correction()
    form = office.screen.form
    assert form is not None
    assert [(field.name, field.value) for field in form.fields] == [
        ("number", "A1"), ("expiry", "12/2028"), ("mrp", "25.65"), ("reason", ""),
    ]  # fmt: skip
    office.fills(reason="typed wrong")
    assert office.problems == {"": "Write what the packs print: the number, the expiry or the MRP."}
    office.fills(number="a 12", expiry="10/2026", reason="typed wrong")
    assert "has passed" in office.problems["expiry"]
    office.screen.typed("expiry", {**office.stands, "expiry": "12/2029"})
    office.fills(number="a 12", expiry="12/2029", reason="typed wrong")
    assert office.screen.form is None
    assert office.screen.notice.text == "Batch A12 is written as its packs print it."
    assert [(batch.number, batch.expiry, batch.on_pack) for batch in office.screen.item.batches] == [
        ("A12", "12/2029", "25.65")
    ]
    office.screen.turn(Page.HISTORY)
    assert [(row.before, row.after) for row in office.screen.item.history if row.what == "batch corrected"] == [
        ("A1", "A12"),
        ("12/2028", "12/2029"),
        ("", "typed wrong"),
    ]


def test_a_correction_that_core_asks_about_is_taken_when_it_is_sent_again(office: Office) -> None:
    office.screen.search("pcm")
    office.screen.open_card()
    office.screen.open_correction()
    office.fills(expiry="10/2026", reason="the packs say so")
    assert "has passed" in office.problems["expiry"]
    office.fills(expiry="10/2026", reason="the packs say so")
    assert [batch.expiry for batch in office.screen.item.batches] == ["10/2026"]


def test_what_has_the_same_salts_is_listed_with_the_margin_by_right(shop: TestShop) -> None:
    salts: dict[str, Any] = {"salts": "Paracetamol 500mg", "form": "tablet", "schedules": frozenset()}
    shop.receives("CALPOL", mrp="30.00", **salts)
    shop.receives("DOLO", mrp="20.00", **salts)
    shop.receives("ODD", salts="Paracetamol 650mg", form="tablet")
    office = Office(shop)
    office.screen.choose("CALPOL")
    office.screen.open_card()
    office.screen.turn(Page.SAME_SALT)
    (row,) = office.screen.item.substitutes
    assert (row.code, row.stock, row.per_piece, row.cautions) == ("DOLO", "10:0", "2.00", ())
    assert row.margin.endswith(" %")

    office.screen.open_substitute(0)
    assert office.screen.card is not None
    assert (office.screen.card.code, office.screen.item.page) == ("DOLO", Page.BATCHES)
    office.screen.turn(Page.SAME_SALT)
    office.screen.escape()
    assert office.screen.item.page is Page.BATCHES
    office.screen.escape()

    office.screen.choose("ODD")
    office.screen.open_card()
    office.screen.turn(Page.SAME_SALT)
    assert office.screen.item.empty_words == "Nothing with the same salts, strengths and form is in stock."


def test_a_second_item_of_one_name_and_pack_is_asked_for(office: Office) -> None:
    office.screen.open_new()
    typed = {"name": "PARACETAMOL  500", "code": "PCM2", "pack_label": "10's", "gst": "5"}
    office.fills(**typed)
    assert office.problems == {
        "name": "There is PARACETAMOL 500 in this pack already, with the code PCM500: use that one, "
        "or confirm that this is another (--another at a terminal)."
    }
    office.screen.typed("name", {**office.stands, **typed})
    office.fills(**typed)
    assert "name" in office.problems
    office.fills(**typed)
    assert office.item("PCM2").name == "PARACETAMOL 500"
