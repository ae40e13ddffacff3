"""What a sheet of items is understood to say, and what is asked instead of guessed."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.boundary.sheets import Sheet, SheetRow
from core.catalog.dto import GST_RATES, DrugSchedule, ItemKind, Storage
from core.inventory.import_columns import COLUMNS
from core.inventory.importing import read_items
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Money, Percent, Rate
from tests.core.inventory.support import PARACETAMOL, TODAY, read, sheet


def test_a_row_is_an_item_with_its_stock() -> None:
    command = read(
        PARACETAMOL
        | {
            "brand": "Calpol",
            "manufacturer": "Cipla",
            "salt": "Paracetamol 500 mg",
            "form": "tablet",
            "max_stock": "10",
            "discount": "2.50 %",
            "storage": "2-8 °C",
            "hsn": "3004.90.99",
            "uqc": "tbs",
            "schedule": "h, C1",
            "barcode": "8901234567890; X-12",
            "rack": "A3",
            "min_stock": "2:5",
        }
    )

    (entry,) = command.items
    assert not command.problems
    assert entry.item.model_dump(exclude={"schedules"}) == {
        "code": "PCM500",
        "name": "Paracetamol 500 mg Tablets",
        "kind": ItemKind.DRUG,
        "brand": "Calpol",
        "manufacturer": "Cipla",
        "salts": "Paracetamol 500 mg",
        "form": "tablet",
        "pack_label": "10's",
        "pieces_per_pack": 10,
        "packs_per_box": None,
        "hsn": "30049099",
        "uqc": "TBS",
        "treatment": GstTreatment.TAXABLE,
        "gst": "5",
        "barcodes": ("8901234567890", "X-12"),
        "rack": "A3",
        "min_stock_units": 25,
        "max_stock_units": 100,
        "discount": "2.5",
        "no_discount": False,
        "storage": Storage.COLD,
        "levels": None,
        "mrp_level": None,
        "sale_level": None,
        "purchase_level": None,
        "uqc_per_pack": None,
    }
    assert entry.item.schedules == frozenset((DrugSchedule.H, DrugSchedule.C1))
    (stock,) = entry.stock
    assert (stock.line, stock.batch, stock.units) == (2, "A1", 200)
    assert (stock.expiry, stock.expiry_precision) == (date(2027, 3, 31), ExpiryPrecision.MONTH)
    assert (stock.mrp, stock.purchase_rate) == (Money(2565), Rate(150_000))


def test_columns_come_in_any_order_under_the_names_that_are_met() -> None:
    header = ("Qty", "Batch No.", "M.R.P", "Item Name", "Colour", "Packing", "GST %", "Exp. Date", "PTR", "Item Code")
    row = ("2:5", "b7", "₹1,234.50", "Crocin", "red", "1*15", "18%", "Mar-27", "Rs. 900.33333333", "crocin")

    command = read_items(sheet(dict(zip(header, row, strict=True))), uuid4(), today=TODAY)

    (entry,) = command.items
    (stock,) = entry.stock
    assert command.ignored_columns == ("Colour",)
    assert (entry.item.code, entry.item.pieces_per_pack, entry.item.gst) == ("CROCIN", 15, Percent(1800))
    assert (stock.units, stock.mrp, stock.purchase_rate) == (35, Money(123450), Rate(9_003_333))
    assert stock.expiry == date(2027, 3, 31)


def test_rows_of_one_code_are_batches_of_one_item() -> None:
    command = read(
        PARACETAMOL,
        {"code": "pcm500", "batch": "A2", "expiry": "09/2027", "mrp": "26", "purchase_rate": "15", "quantity": "25t"},
    )

    (entry,) = command.items
    assert [(stock.line, stock.batch, stock.units) for stock in entry.stock] == [(2, "A1", 200), (3, "A2", 25)]


@pytest.mark.parametrize("quantity", ["", "0", "0.0", "0:0"])
def test_a_row_without_quantity_is_an_item_without_stock(quantity: str) -> None:
    command = read({"code": "X", "name": "X", "pack": "1's", "gst_percent": "5", "quantity": quantity, "mrp": ""})

    assert command.items[0].stock == ()


@pytest.mark.parametrize(
    ("text", "last_day", "precision"),
    [
        ("03/2027", date(2027, 3, 31), "month"),
        ("3/27", date(2027, 3, 31), "month"),
        ("2027-03", date(2027, 3, 31), "month"),
        ("Mar 2027", date(2027, 3, 31), "month"),
        ("EXP: MARCH-27", date(2027, 3, 31), "month"),
        ("2027-03-01", date(2027, 3, 31), "month"),
        ("31-03-2027", date(2027, 3, 31), "month"),
        ("2027-03-31 00:00:00", date(2027, 3, 31), "month"),
        ("15-03-2027", date(2027, 3, 15), "day"),
        ("15/03/27", date(2027, 3, 15), "day"),
        ("15 Mar 2027", date(2027, 3, 15), "day"),
    ],
)
def test_an_expiry_is_read_with_its_precision(text: str, last_day: date, precision: str) -> None:
    (stock,) = read(PARACETAMOL | {"expiry": text}).items[0].stock

    assert (stock.expiry, stock.expiry_precision) == (last_day, precision)


@pytest.mark.parametrize("expiry", ["", "00000000", "00/00/0000", "NA", "-"])
def test_goods_may_have_no_batch_and_no_expiry(expiry: str) -> None:
    (entry,) = read(PARACETAMOL | {"kind": "goods", "batch": "", "expiry": expiry}).items

    assert entry.stock[0].expires is None


def test_untaxed_items_need_no_rate() -> None:
    (entry,) = read(PARACETAMOL | {"gst_percent": "", "gst_treatment": "Nil rated"}).items

    assert (entry.item.treatment, entry.item.gst) == (GstTreatment.NIL, Percent(0))


def _in_halves(central: str, state: str) -> dict[str, str]:
    return {**PARACETAMOL, "CGST %": central, "SGST %": state, "gst_percent": ""}


#: Rough diamonds bear 0.25 %, whose half has three decimals; 12 and 28 % ended.
_HALVED = sorted(GST_RATES - {Percent(0), Percent(25)} - {Percent(1200), Percent(2800)})


@given(st.sampled_from(_HALVED))
def test_two_halves_are_one_rate(rate: Percent) -> None:
    half = str(Percent(rate.basis_points // 2))
    row = {column: text for column, text in _in_halves(half, half + " %").items() if column != "gst_percent"}

    command = read(row)

    assert command.ignored_columns == ()
    assert not command.problems
    assert command.items[0].item.gst == rate


@pytest.mark.parametrize(
    ("central", "state", "code", "column"),
    [
        ("2.5", "9", "items.halves_differ", "sgst_percent"),
        ("", "9", "items.halves_differ", "sgst_percent"),
        ("2.5", "", "items.halves_differ", "sgst_percent"),
        ("some", "2.5", "percent.unreadable", "cgst_percent"),
        ("2.5", "some", "percent.unreadable", "sgst_percent"),
        ("60", "60", "percent.unreadable", "gst_percent"),
        ("1.35", "1.35", "items.no_gst_rate", "gst_percent"),
        ("0", "0", "items.zero_rate", "gst_percent"),
        ("", "", "items.gst_missing", "gst_percent"),
    ],
)
def test_halves_that_are_no_rate_are_said_at_their_line(central: str, state: str, code: str, column: str) -> None:
    row = {name: text for name, text in _in_halves(central, state).items() if name != "gst_percent"}

    (problem,) = read(row).problems

    assert (problem.line, problem.code, problem.column) == (2, code, column)
    assert explain(problem.problem)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"gst_percent": "12"}, "items.rate_ended"),
        ({"gst_percent": "", "cgst": "6", "sgst": "6"}, "items.rate_ended"),
        ({"gst_percent": "28", "kind": "goods"}, "items.rate_left_for_few"),
    ],
)
def test_a_rate_that_ended_is_a_question_from_that_day_on(change: dict[str, str], code: str) -> None:
    row = {column: text for column, text in (PARACETAMOL | change).items() if column != "gst_percent" or text}
    (problem,) = read_items(sheet(row), uuid4(), today=date(2025, 9, 22)).problems
    assert (problem.line, problem.column, problem.code, problem.is_question) == (2, "gst_percent", code, True)
    assert "since 22-09-2025" in explain(problem.problem).casefold()

    before = read_items(sheet(row), uuid4(), today=date(2025, 9, 21))
    assert (before.problems, len(before.items)) == ((), 1)


def test_a_rate_that_goods_may_bear_and_the_rate_of_a_service_are_not_asked() -> None:
    for rate in ("0.25", "1.5", "3", "5", "18", "40", "6"):
        assert read(PARACETAMOL | {"gst_percent": rate}).problems == ()
    service = {"code": "BP", "name": "Blood pressure", "kind": "service", "gst_percent": "12"}
    assert read(service).problems == ()


def test_halves_beside_the_whole_rate_are_left_out_and_so_is_one_alone() -> None:
    both = read(_in_halves("6", "9") | {"gst_percent": "5"})
    assert (both.ignored_columns, both.items[0].item.gst) == (("CGST %", "SGST %"), Percent(500))

    alone = read({column: text for column, text in PARACETAMOL.items() if column != "gst_percent"} | {"CGST": "2.5"})
    assert (alone.ignored_columns, [problem.code for problem in alone.problems]) == (("CGST",), ["items.gst_missing"])


@pytest.mark.parametrize(("text", "schedules"), [("", None), ("none", set()), ("OTC", set()), ("Sch. H1", {"H1"})])
def test_an_unknown_schedule_is_not_no_schedule(text: str, schedules: set[str] | None) -> None:
    assert read(PARACETAMOL | {"schedule": text}).items[0].item.schedules == schedules


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pack": ""}, "items.pack_unknown"),
        ({"pack": "1*"}, "items.pack_unknown"),
        ({"pack": "", "name": "GLYCOMET 500 SR 20,S"}, "items.pack_in_name"),
        ({"pack": "1*", "name": "GLYCOMET 500 SR 20,S"}, "items.pack_in_name"),
        ({"pack": "combi", "name": "GLYCOMET 500 SR 20,S"}, "items.pack_unknown"),
        ({"gst_percent": ""}, "items.gst_missing"),
        ({"gst_percent": "0"}, "items.zero_rate"),
        ({"gst_percent": "0", "gst_treatment": "taxable"}, "items.zero_rate"),
        ({"purchase_rate": "250"}, "items.rate_above_mrp"),
    ],
)
def test_what_a_row_leaves_open_is_a_question(change: dict[str, str], code: str) -> None:
    command = read(PARACETAMOL | change)

    (problem,) = command.problems
    assert (problem.line, problem.code, problem.is_question) == (2, code, True)
    assert explain(problem.problem)
    assert not command.items


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"code": ""}, "items.code_missing", "code"),
        ({"name": ""}, "input.empty", "name"),
        ({"kind": "animal"}, "input.not_one_of", "kind"),
        ({"mrp": ""}, "items.mrp_missing", "mrp"),
        ({"mrp": "0.00"}, "items.mrp_missing", "mrp"),
        ({"mrp": "-3"}, "items.mrp_missing", "mrp"),
        ({"mrp": "25.655"}, "money.unreadable", "mrp"),
        ({"purchase_rate": ""}, "items.rate_missing", "purchase_rate"),
        ({"purchase_rate": "ten"}, "money.no_rate", "purchase_rate"),
        ({"quantity": "2.5"}, "quantity.unreadable", "quantity"),
        ({"quantity": "-4"}, "quantity.unreadable", "quantity"),
        ({"quantity": "999999", "mrp": "99999999", "purchase_rate": "99999999"}, "items.worth_too_much", "quantity"),
        ({"min_stock": "some"}, "quantity.unreadable", "min_stock"),
        ({"batch": ""}, "items.batch_missing", "batch"),
        ({"batch": "x" * 41}, "input.too_long", "batch"),
        ({"expiry": ""}, "items.expiry_missing", "expiry"),
        ({"expiry": "soon"}, "expiry.unreadable", "expiry"),
        ({"expiry": "31-02-2027"}, "expiry.unreadable", "expiry"),
        ({"expiry": "03/0227"}, "expiry.unreadable", "expiry"),
        ({"gst_percent": "five"}, "percent.unreadable", "gst_percent"),
        ({"gst_percent": "0.05"}, "items.no_gst_rate", "gst_percent"),
        ({"gst_percent": "5", "gst_treatment": "exempt"}, "items.untaxed_with_rate", "gst_percent"),
        ({"gst_treatment": "free"}, "items.no_treatment", "gst_treatment"),
        ({"storage": "on the roof"}, "items.no_storage", "storage"),
        ({"discount": "much"}, "percent.unreadable", "discount"),
        ({"max_stock": "1", "min_stock": "2"}, "items.max_below_min", "max_stock"),
        ({"schedule": "H2"}, "items.no_schedule", "schedule"),
        ({"barcode": "8.90123E+12"}, "input.wrong", "barcode"),
        ({"kind": "service"}, "items.service_has_no_stock", "quantity"),
        ({"hsn": "3004x"}, "items.hsn_form", "hsn"),
        ({"hsn": "30049"}, "items.hsn_form", "hsn"),
        ({"hsn": "३००४"}, "items.hsn_form", "hsn"),
        ({"code": "=1+1"}, "items.code_formula", "code"),
        ({"code": "@SUM"}, "items.code_formula", "code"),
        ({"code": "-5"}, "items.code_formula", "code"),
        ({"code": "+5"}, "items.code_formula", "code"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(change: dict[str, str], code: str, column: str) -> None:
    command = read({"code": "OTHER", **PARACETAMOL} | change)

    (problem,) = command.problems
    assert (problem.line, problem.code, problem.column) == (2, code, column)
    assert not problem.is_question
    assert explain(problem.problem)


def test_lines_of_one_item_that_differ_are_refused() -> None:
    command = read(PARACETAMOL, PARACETAMOL | {"batch": "A2", "pack": "15's"})

    (problem,) = command.problems
    assert (problem.line, problem.code, problem.column) == (3, "items.lines_differ", "pack")
    assert len(command.items[0].stock) == 1


def test_a_barcode_of_two_items_is_refused() -> None:
    command = read(PARACETAMOL | {"barcode": "890123"}, PARACETAMOL | {"code": "OTHER", "barcode": "890123"})

    assert [(problem.line, problem.code) for problem in command.problems] == [(3, "items.barcode_taken")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (("code", "name", "qty", "quantity"), "sheet.column_twice"),
        (("code", "pack"), "sheet.no_column"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(header: tuple[str, ...], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_items(Sheet(header, ()), uuid4(), today=TODAY)

    assert refused.value.code == code
    assert explain(refused.value)


def test_a_header_means_what_a_person_says() -> None:
    row = SheetRow(2, ("P1", "Dolo 650", "15's", "5", "33.10", "old"))
    sheet = Sheet(("code", "Item", "Packing", "GST %", "Rate A", "qty"), (row,))
    command = read_items(sheet, uuid4(), today=TODAY, columns={"Rate A": "max_stock", "qty": ""})
    assert command.ignored_columns == ("qty",)
    assert [(problem.line, problem.column) for problem in command.problems] == [(2, "max_stock")]

    for columns in ({"Rate A": "price"}, {"Rate B": "mrp"}):
        with pytest.raises(RuleBroken, match="no_such_column"):
            read_items(sheet, uuid4(), today=TODAY, columns=columns)
    with pytest.raises(RuleBroken, match="column_twice"):
        read_items(sheet, uuid4(), today=TODAY, columns={"Rate A": "quantity"})


def test_a_sheet_without_codes_gets_them_from_its_names_and_the_same_ones_again() -> None:
    header = ("name", "pack", "company", "gst", "batch", "expiry", "mrp", "rate", "qty")
    stock = ("5", "B1", "12/2030", "33.10", "20", "3")
    rows = [
        ("Dolo 650", "15's", "Micro"),
        ("DOLO  650", "15'S", "micro"),
        ("Dolo 650", "10's", "Micro"),
        ("दवा", "10's", ""),
    ]
    sheet = Sheet(
        tuple("purchase_rate" if title == "rate" else title for title in header),
        tuple(SheetRow(2 + number, (*row, *stock)) for number, row in enumerate(rows)),
    )
    first, second = (read_items(sheet, uuid4(), today=TODAY) for _ in range(2))
    assert [entry.item.code for entry in first.items] == ["DOLO650", "DOLO650-2", "ITEM"]
    assert [entry.item.code for entry in second.items] == ["DOLO650", "DOLO650-2", "ITEM"]
    assert first.problems == ()
    assert [len(entry.stock) for entry in first.items] == [2, 1, 1]


_TEXTS = st.text(max_size=8) | st.sampled_from(["10's", "5", "0", "H", "none", "03/2027", "25.65", "2:5", "drug", "A1"])


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, _TEXTS)), max_size=4))
def test_any_cells_are_understood_or_said_to_be_wrong(rows: list[dict[str, str]]) -> None:
    command = read(*rows) if rows else None

    if command is not None:
        lines = {line for entry in command.items for line in entry.lines()} | {p.line for p in command.problems}
        assert lines <= set(range(2, 2 + len(rows)))
        assert len(command.problems) + sum(bool(entry.stock) for entry in command.items) <= len(rows)
        assert all(explain(problem.problem) for problem in command.problems)
