"""A distributor's file in the window of goods that come in: read, matched, asked, taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from core.catalog.model import Item
from core.catalog.viewing import item_view
from core.kernel.money import Money
from core.purchasing.bill_queries import list_supplier_bills
from core.purchasing.receipt_queries import list_receipts, read_receipt_of
from pos_desktop.screens.goods_in.draft import Cell
from pos_desktop.shell.tone import Tone
from tests.core.purchasing.proposing_support import SAMPLES, TODAY, Sent, makes, proposed, sent
from tests.core.purchasing.support import supplier
from tests.core.purchasing.test_supplier_files import LINES, SAID, UNKNOWN
from tests.presenters.test_goods_in import Desk, kerala
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def desk(tmp_path: Path, clock: TurnedClock) -> Iterator[Desk]:
    shop = TestShop.create(tmp_path / "shop", clock)
    licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
    supplier(shop, gstin="32AAACK9110F1Z2", payment_days=21, licences=licences)
    yield Desk(shop)
    shop.books_agree()
    shop.close()


def reads(desk: Desk, path: Path) -> None:
    desk.do.open_file()
    desk.sends(file=str(path))


def written(tmp_path: Path, file: bytes) -> Path:
    path = tmp_path / "bill.csv"
    path.write_bytes(file)
    return path


def test_a_file_of_unknown_items_becomes_a_bill_in_four_keys(desk: Desk) -> None:
    reads(desk, SAMPLES / "c2code_sample.csv")
    do = desk.do
    assert "4 mean no item yet" in desk.said
    assert [[badge.text for badge in row.marks] for row in do.rows()] == [["NOT KNOWN"]] * 4
    assert do.draft.head.supplier is None  # the file names nobody that the shop knows
    do.open_head()
    desk.sends(supplier="Kerala Pharma")
    do.make_items()
    (asked,) = desk.form.fields  # of one line the file does not say what a pack is
    desk.sends(**{asked.name: "1"})
    assert not do.filing.has_unknown
    assert do.sums.closes
    do.save()
    if do.desk.form is not None:
        desk.sends(match_reason="as printed")
    with desk.shop.shop.database.read() as session:
        (hit,) = list_supplier_bills(session, desk.shop.actor).hits
    assert (hit.number, hit.total) == ("S-26-000777", Money.parse("2360.00"))
    assert do.draft.is_empty


def test_the_next_file_of_the_supplier_is_known_at_once(desk: Desk, tmp_path: Path) -> None:
    lines = (Sent("DOLO 650 TAB", free="1"), Sent("AZEE SYP", "60 ML", qty="3", rate="41.70", mrp="70.00"))
    first = sent(*lines)
    makes(desk.shop, proposed(desk.shop, first), kerala(desk.shop))
    reads(desk, written(tmp_path, first))
    do = desk.do
    assert (do.heading, do.sums.closes) == ("Kerala Pharma  ·  Bill B-77", True)
    assert [(row.item, row.quantity, row.free) for row in do.rows()] == [
        ("DOLO 650 TAB", "10", "1"),
        ("AZEE SYP", "3", ""),
    ]
    do.save()
    assert "Bill B-77 of Kerala Pharma" in desk.said
    reads(desk, written(tmp_path, first))  # the same paper once more
    assert "entered already" in desk.said or "before" in desk.said
    do.save()
    assert desk.form.problems["number"]


def test_a_line_is_named_by_the_search_and_remembered(desk: Desk, tmp_path: Path) -> None:
    desk.shop.adds("D650", name="Dolo 650", manufacturer="Micro Labs", pack_label="15's", pieces_per_pack=15)
    reads(desk, written(tmp_path, sent(Sent("MICRODOLO SIX FIFTY", pack="15's"))))
    do = desk.do
    assert do.line is not None
    assert do.line.item is None
    do.save()
    assert desk.shop.units("D650") == 0
    do.type_search("dolo")
    do.search_entered()
    assert [row.item for row in do.rows()] == ["Dolo 650"]
    do.save()
    assert desk.shop.units("D650") == 150
    reads(desk, written(tmp_path, sent(Sent("MICRODOLO SIX FIFTY", pack="15's"), number="B-78")))
    assert not do.filing.has_unknown


def test_columns_that_nobody_knows_are_asked_once_and_remembered(desk: Desk, tmp_path: Path) -> None:
    makes(desk.shop, proposed(desk.shop, sent(*LINES)), kerala(desk.shop))
    reads(desk, written(tmp_path, sent(*LINES, header=UNKNOWN)))
    form = desk.form
    assert form.title == "What the columns mean"
    titles = UNKNOWN.split(",")
    answers = {}
    for field in form.fields:
        place = int(field.name.removeprefix("column"))
        role = SAID.get(f"#{place + 1}") or SAID.get(titles[place])
        if role is not None:
            answers[field.name] = role
    desk.sends(**answers)
    assert (len(desk.do.rows()), desk.do.sums.closes) == (2, True)
    reads(desk, written(tmp_path, sent(*LINES, header=UNKNOWN, number="B-78")))
    assert desk.do.desk.form is None
    assert len(desk.do.rows()) == 2


def test_the_day_on_which_a_file_says_it_is_due_stands_in_the_form(desk: Desk, tmp_path: Path) -> None:
    first = sent(Sent("DOLO 650 TAB"), head=["Due Date: 15/12/2026"])
    makes(desk.shop, proposed(desk.shop, first), kerala(desk.shop))
    reads(desk, written(tmp_path, first))
    desk.do.open_head()
    assert {field.name: field.value for field in desk.form.fields}["due_date"] == "15-12-2026"
    desk.sends()
    desk.do.save()
    with desk.shop.shop.database.read() as session:
        (hit,) = list_supplier_bills(session, desk.shop.actor).hits
    assert hit.due_date == date(2026, 12, 15)


def test_a_file_made_out_to_another_shop_is_asked_about(desk: Desk, tmp_path: Path) -> None:
    first = sent(Sent("DOLO 650 TAB"), head=["GSTIN: 32AAACK9110F1Z2", "Buyer: Others,GSTIN: 32AABCU9603R1ZW"])
    makes(desk.shop, proposed(desk.shop, first), kerala(desk.shop))
    reads(desk, written(tmp_path, first))
    desk.do.save()
    assert "made out to the GSTIN 32AABCU9603R1ZW" in desk.form.about
    desk.sends()
    assert "is entered" in desk.said


def test_what_is_typed_over_a_file_takes_the_place_of_what_it_printed(desk: Desk, tmp_path: Path) -> None:
    first = sent(Sent("DOLO 650 TAB"))
    makes(desk.shop, proposed(desk.shop, first), kerala(desk.shop))
    reads(desk, written(tmp_path, first))
    do = desk.do
    assert do.sums.closes
    do.go_to(Cell.RATE)
    do.type_cell(Cell.RATE, "25")
    assert str(do.sums.ours) == "262.50"
    assert not desk.do.sums.closes
    do.save()
    assert desk.form.problems["total"]


@pytest.mark.parametrize(("name", "file"), [("", b""), ("nothing.csv", None), ("rubbish.csv", b"\x00\x01")])
def test_what_is_no_file_is_refused_at_its_field(desk: Desk, tmp_path: Path, name: str, file: bytes | None) -> None:
    path = tmp_path / name if name else Path()
    if file:
        path.write_bytes(file)
    desk.do.open_file()
    desk.sends(file=str(path) if name else "")
    assert desk.form.problems["file"] or desk.form.sentence
    assert desk.do.desk.notice.tone is not Tone.DANGER
    assert desk.do.draft.is_empty


def test_schedules_that_a_name_suggests_are_asked_and_the_others_told(desk: Desk, tmp_path: Path) -> None:
    lines = (Sent("ALPRAZOLAM 0.25MG TAB", maker="CIPLA"), Sent("DOLO 650 TAB", qty="3", batch="A2", maker="MICRO"))
    reads(desk, written(tmp_path, sent(*lines)))
    do = desk.do
    do.make_items()
    (asked,) = desk.form.fields
    assert (asked.label, asked.value) == ("ALPRAZOLAM 0.25MG TAB: Schedules, or none", "H1, NDPS")
    assert "has Alprazolam in its name" in asked.hint
    desk.sends(**{asked.name: "yes"})
    assert desk.form.problems[asked.name]
    desk.sends(**{asked.name: "H1"})
    assert not do.filing.has_unknown
    assert "The drug schedules of 1 are not looked up yet" in desk.said
    assert desk.do.desk.notice.tone is Tone.WARNING
    with desk.shop.shop.database.read() as session:
        views = [item_view(session, code, TODAY) for code in session.scalars(select(Item.code))]
    assert {item.name: item.schedules for item in views} == {"ALPRAZOLAM 0.25MG TAB": ("H1",), "DOLO 650 TAB": None}


def test_the_maker_that_a_file_prints_stands_on_the_receipt(desk: Desk, tmp_path: Path) -> None:
    desk.shop.adds("BARE", name="Bare 500 Tablet")
    reads(desk, written(tmp_path, sent(Sent("BARE 500 TAB", maker="CIPLA LTD"))))
    desk.do.save()
    with desk.shop.shop.database.read() as session:
        (hit,) = list_receipts(session, desk.shop.actor).hits
        assert read_receipt_of(session, desk.shop.actor, hit.number).lines[0].manufacturer == "CIPLA LTD"


def test_a_misprinted_line_is_said_and_the_paper_does_not_close(desk: Desk, tmp_path: Path) -> None:
    lines = [Sent(f"MEDICINE {at} TAB", qty=str(at), batch=f"B{at}") for at in range(1, 5)]
    reads(desk, written(tmp_path, sent(*lines).replace(b"20.00,60.00", b"21.00,60.00")))
    assert "Line 6, MEDICINE 3 TAB" in desk.said
    assert desk.do.desk.notice.tone is Tone.DANGER
    reads(desk, written(tmp_path, sent(*lines).replace(b",4,0,31.50", b",four,0,31.50")))
    assert 'Line 7 of bill.csv: "four" cannot stand under Qty.' in desk.form.about
