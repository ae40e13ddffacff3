"""Bills as DOS programs print them: what is read of a listing is what was printed, or it is asked or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.kernel.errors import RuleBroken
from core.purchasing.reading.gutters import ColumnsUnclear, printed_columns
from core.purchasing.reading.invoice import FileInvoice, FileLine
from core.purchasing.reading.invoice_file import read_invoice
from core.purchasing.reading.mapping import InvoiceRead, NeedsMapping, Reading
from tests.support.listings import Printed, as_listing_pdf, listing

HEAD = ["KERALA PHARMA   GSTIN: 32AABCK7788M1ZY", "TAX INVOICE   Invoice No: KPDF-4   Date: 26-11-2026", ""]


@dataclass(frozen=True)
class Good:
    """A line of a bill: rates in paise, GST in percent, what is free in halves of a pack."""

    name: str
    pack: str = "10's"
    batch: str = "PD1"
    expiry: str = "12/28"
    quantity: int = 10
    free: int = 0
    rate: int = 1500
    mrp: int = 2565
    gst: int = 5

    @property
    def taxable(self) -> int:
        """Paise without GST."""
        return self.quantity * self.rate


GOODS = (
    Good("PARACETAMOL 500 MG TAB"),
    Good("DOLO 650 TAB", "15's", "PD2", "08/28", 5, 2, 2240, 3360),
    Good("AUGMENTIN DUO 625 TABLETS", "6 TAB", "AG-77", "01/29", 12, 0, 18055, 25012, 18),
)


def rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}"


def columns_of(goods: Sequence[Good]) -> list[Printed]:
    """Return the columns of a bill with texts set to the left and numbers, with their headers, to the right."""

    def text(title: str, *cells: str) -> Printed:
        return Printed(title, cells)

    def number(title: str, *cells: str) -> Printed:
        return Printed(title, cells, is_right=True, is_title_right=True)

    return [
        number("Sl", *(str(at) for at in range(1, len(goods) + 1))),
        text("Description", *(one.name for one in goods)),
        text("Pack", *(one.pack for one in goods)),
        text("HSN", *("30049099" for _ in goods)),
        text("Batch No", *(one.batch for one in goods)),
        text("Exp", *(one.expiry for one in goods)),
        number("M.R.P.", *(rupees(one.mrp) for one in goods)),
        number("Rate", *(rupees(one.rate) for one in goods)),
        number("Qty", *(str(one.quantity) for one in goods)),
        number("Free", *(f"{one.free / 2:g}" for one in goods)),
        number("Disc %", *("0.00" for _ in goods)),
        number("GST %", *(f"{one.gst}.00" for one in goods)),
        number("Amount", *(rupees(one.taxable) for one in goods)),
    ]


def foot(goods: Sequence[Good]) -> list[str]:
    taxable = sum(one.taxable for one in goods)
    halves = sum((one.taxable * one.gst + 100) // 200 for one in goods)
    total = (taxable + 2 * halves + 50) // 100 * 100
    sums = [
        ("Sub Total", rupees(taxable)),
        ("CGST", rupees(halves)),
        ("SGST", rupees(halves)),
        ("Round off", f"{(total - taxable - 2 * halves) / 100:.2f}"),
        ("Grand Total", rupees(total)),
    ]
    return [f"{'':40}{label:12}{amount:>12}" for label, amount in sums]


def bill(table: Sequence[str], goods: Sequence[Good] = GOODS) -> bytes:
    return as_listing_pdf([*HEAD, *table, *foot(goods)])


def read(source: bytes) -> InvoiceRead:
    reading = read_invoice(source, "bill.pdf")
    assert isinstance(reading, InvoiceRead), reading
    assert reading.differences == ()
    return reading


def said(line: FileLine) -> tuple[object, ...]:
    expiry = f"{line.expiry.last_day:%m/%y}" if line.expiry else line.unread
    mrp = line.mrp.paise if line.mrp else None
    gst = line.gst_percent.basis_points // 100 if line.gst_percent else 0
    counts = line.quantity.thousandths, line.free.thousandths
    return line.name, line.pack, line.batch, expiry, counts, line.rate.parts, mrp, gst, line.taxable.paise


def meant(good: Good) -> tuple[object, ...]:
    counts = good.quantity * 1000, good.free * 500
    return good.name, good.pack, good.batch, good.expiry, counts, good.rate * 100, good.mrp, good.gst, good.taxable


def assert_as_printed(invoice: FileInvoice, goods: Sequence[Good] = GOODS) -> None:
    assert [said(line) for line in invoice.lines] == [meant(good) for good in goods]
    assert invoice.number == "KPDF-4"
    assert invoice.supplier_gstin == "32AABCK7788M1ZY"


def answer(source: bytes) -> Reading | RuleBroken:
    try:
        return read_invoice(source, "bill.pdf")
    except RuleBroken as broken:
        return broken


def overlap(source: bytes) -> RuleBroken:
    with pytest.raises(RuleBroken, match="columns_overlap") as caught:
        read_invoice(source, "bill.pdf")
    assert explain(caught.value)
    return caught.value


@pytest.mark.parametrize("gutter", [1, 2, 3, 4])
def test_a_listing_is_read_whatever_its_gutters(gutter: int) -> None:
    assert_as_printed(read(bill(listing(columns_of(GOODS), gutter))).invoice)


@pytest.mark.parametrize("gutter", [1, 2, 3, 4])
def test_headers_to_the_left_of_numbers_set_to_the_right(gutter: int) -> None:
    columns = [replace(column, is_title_right=False, spare=3) for column in columns_of(GOODS)]

    assert_as_printed(read(bill(listing(columns, gutter))).invoice)


@pytest.mark.parametrize("gutter", [1, 2, 3, 4])
def test_everything_set_to_the_left(gutter: int) -> None:
    columns = [replace(column, is_right=False, is_title_right=False) for column in columns_of(GOODS)]

    assert_as_printed(read(bill(listing(columns, gutter))).invoice)


@pytest.mark.parametrize("good", GOODS)
@pytest.mark.parametrize("gutter", [1, 2])
def test_a_bill_of_one_line_whose_name_has_blanks(good: Good, gutter: int) -> None:
    """Every blank of it is blank in all lines."""
    assert_as_printed(read(bill(listing(columns_of([good]), gutter), [good])).invoice, [good])


def test_names_that_have_their_blanks_below_each_other() -> None:
    goods = [
        replace(good, name=name)
        for good, name in zip(GOODS, ("DOLO 650 TAB", "CROC 500 CAP", "AMOX 250"), strict=False)
    ]

    assert_as_printed(read(bill(listing(columns_of(goods), 1), goods)).invoice, goods)


def test_rulings_and_bars_are_no_lines() -> None:
    table = listing(columns_of(GOODS), 1)
    wide = max(map(len, table))
    ruled = ["=" * wide, table[0], "-" * wide, *table[1:], "-" * wide]
    barred = ["|".join([" " * 0, *(cell for cell in (line.ljust(wide),))]) + "|" for line in ruled]

    assert_as_printed(read(bill(ruled)).invoice)
    assert_as_printed(read(bill(barred)).invoice)


def test_several_pages_with_the_header_on_each() -> None:
    goods = [replace(GOODS[at % 3], batch=f"B{at}") for at in range(50)]
    table = listing(columns_of(goods), 1)
    wide = max(map(len, table))
    lines: list[str] = []
    for page in range(5):
        lines += [*HEAD, "-" * wide, table[0], "-" * wide, *table[1 + page * 10 : 11 + page * 10], "-" * wide]
        lines += ["Continued on next page", "", "", ""][: 20 - len(lines) % 20 or 20] if page < 4 else foot(goods)

    assert_as_printed(read(as_listing_pdf(lines, lines_a_page=20)).invoice, goods)


def test_a_column_with_nothing_in_it() -> None:
    columns = columns_of([replace(good, free=0) for good in GOODS])
    columns[9] = replace(columns[9], cells=("", "", ""))
    goods = [replace(good, free=0) for good in GOODS]

    for gutter in (1, 2, 3):
        for spare in (0, 4):
            placed = [*columns[:9], replace(columns[9], spare=spare), *columns[10:]]
            assert_as_printed(read(bill(listing(placed, gutter), goods)).invoice, goods)


@pytest.mark.parametrize("gutter", [1, 2, 3])
def test_a_header_over_two_rows(gutter: int) -> None:
    columns = columns_of(GOODS)
    under = {
        "Batch No": ("Batch", "No"),
        "Disc %": ("Disc", "%"),
        "GST %": ("GST", "%"),
        "Description": ("Item", "Name"),
    }
    tops = [replace(one, title=under.get(one.title, (one.title, ""))[0], spare=1) for one in columns]
    wide = [one.width for one in tops]
    table = listing(tops, gutter)
    cells = [under.get(one.title, ("", ""))[1] for one in columns]
    second = (" " * gutter).join(
        cell.rjust(width) if one.is_title_right else cell.ljust(width)
        for cell, width, one in zip(cells, wide, columns, strict=True)
    )

    assert_as_printed(read(bill([table[0], second.rstrip(), *table[1:]])).invoice)


def test_a_header_that_stands_over_two_columns() -> None:
    columns = printed_columns(
        ["Item          Qty  Discount   Amount", "                     %    Amt        "],
        ["DOLO 650 TAB   10   5.0  7.50  150.00", "AMOX            5  12.0  6.00   90.00"],
    )

    assert [column.title for column in columns] == ["Item", "Qty", "Discount %", "Discount Amt", "Amount"]


@pytest.mark.parametrize("gutter", [1, 2, 3, 4])
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_text_that_runs_into_the_next_column_is_refused(gutter: int, place: int) -> None:
    """Programs print on: what follows in the line is moved, or what is too long is cut where the next begins."""
    table = listing(columns_of(GOODS), gutter)
    start = sum(column.width + gutter for column in columns_of(GOODS)[:place])
    wide = columns_of(GOODS)[place].width
    long = "AUGMENTIN-DUO-FORTE-SUSPENSION-228.5-MG-WITH-WATER"
    rest = table[2][start + wide + gutter :]
    moved = [*table[:2], f"{table[2][:start]}{long[: wide + gutter + 3]} {rest}", *table[3:]]
    cut = [*table[:2], f"{table[2][:start]}{long[: wide + gutter]}{rest}", *table[3:]]

    assert overlap(bill(moved)).values["line"] == 5 or gutter > 2
    overlap(bill(cut))


_WORDS = st.sampled_from(
    ["DOLO", "650", "PARACETAMOL", "500", "MG", "TAB", "CAP", "AUGMENTIN", "DUO", "625", "SYP", "100", "ML", "A", "B12",
     "2", "IV", "1/2", "CO-Q", "10'S", "F.C."]
)  # fmt: skip
_GOODS = st.builds(
    Good,
    name=st.lists(_WORDS, min_size=1, max_size=5).map(" ".join).filter(lambda name: any(map(str.isalpha, name))),
    pack=st.sampled_from(["10's", "15 TAB", "100 ML", "1*10", "30GM", "1"]),
    batch=st.sampled_from(["PD1", "AG-77", "B 12", "20817", "X", "KR-106040"]),
    expiry=st.sampled_from(["12/28", "01/29", "11/30"]),
    quantity=st.integers(1, 1200),
    free=st.sampled_from([0, 0, 1, 2, 20, 200]),
    rate=st.integers(100, 250_000),
    mrp=st.integers(90_000, 1_500_000),
    gst=st.sampled_from([0, 5, 18]),
)
_TITLES = {
    "Description": ["Description", "Item Name", "Product", "Particulars", "Name of Item"],
    "Pack": ["Pack", "Pkg", "Packing"],
    "HSN": ["HSN", "HSN Code"],
    "Batch No": ["Batch", "Batch No", "Batch No.", "B.No."],
    "Exp": ["Exp", "Exp Dt", "Expiry"],
    "M.R.P.": ["MRP", "M.R.P.", "MRP Rs."],
    "Rate": ["Rate", "P.Rate", "Sale Rate"],
    "Free": ["Free", "Free Qty", "F.Qty"],
    "Disc %": ["Disc %", "Disc%", "Dis"],
    "GST %": ["GST %", "GST%", "Tax"],
    "Amount": ["Amount", "Value", "Taxable Amt"],
}


_TEXTS = {
    title: name
    for column, name in (("Description", "name"), ("Pack", "pack"), ("Batch No", "batch"))
    for title in _TITLES[column]
}


@st.composite
def listings(draw: st.DrawFn) -> tuple[list[Good], list[Printed], int]:
    """Draw a bill, its columns in some order and its gutters; columns may be wider than needed, or blank.

    Texts stand below the side of their header, numbers and theirs to the left or the right.
    """
    goods = draw(st.lists(_GOODS, min_size=1, max_size=6))
    columns = columns_of(goods)
    if draw(st.booleans()):
        columns = [columns[0], *draw(st.permutations(columns[1:]))]
    how = draw(st.sampled_from(["as cells", "left", "any"]))
    are_right = draw(st.booleans()) and how == "any"
    made = []
    for column in columns:
        is_number = column.is_right
        is_right = draw(st.booleans()) if how == "any" and is_number else is_number or are_right
        title_right = {"as cells": is_right, "left": False}.get(how, None if is_number else is_right)
        cells = column.cells
        if column.title in {"Free", "Disc %"} and draw(st.booleans()):
            cells = tuple("" if float(cell) == 0 else cell for cell in cells)
        made.append(
            Printed(
                draw(st.sampled_from(_TITLES.get(column.title, [column.title]))),
                cells,
                is_right,
                draw(st.booleans()) if title_right is None else title_right,
                draw(st.sampled_from([0, 0, 0, 1, 2, 5])),
            )
        )
    return goods, made, draw(st.integers(1, 4))


def assert_as_printed_or_asked(source: bytes, goods: Sequence[Good]) -> bool:
    """Return whether it was read, which it must be as it was printed if it is."""
    reading = answer(source)
    if not isinstance(reading, InvoiceRead):
        assert explain(reading.problem if isinstance(reading, NeedsMapping) else reading)
        return False
    if reading.differences:
        return False
    assert_as_printed(reading.invoice, goods)
    return True


@given(listings())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_read_is_what_was_printed(drawn: tuple[list[Good], list[Printed], int]) -> None:
    goods, columns, gutter = drawn

    assert_as_printed_or_asked(bill(listing(columns, gutter), goods), goods)


@given(listings(), st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_that_is_too_long_is_never_read_as_others(
    drawn: tuple[list[Good], list[Printed], int], data: st.DataObject
) -> None:
    """A field that is narrower than its text: the line is moved from there on, or the text is cut off."""
    goods, columns, gutter = drawn
    place = data.draw(st.sampled_from([at for at, column in enumerate(columns) if column.title in _TEXTS]))
    at = data.draw(st.integers(0, len(goods) - 1))
    column, table = columns[place], listing(columns, gutter)
    assume(not column.is_right)
    start = sum(one.width + gutter for one in columns[:place])
    rest = table[at + 1][start + column.width + gutter :]
    longer = f"{column.cells[at]}{data.draw(st.sampled_from(['', ' ']))}{data.draw(_WORDS)}"
    is_moved = data.draw(st.booleans())
    field = f"{longer.ljust(column.width)}{' ' * gutter}" if is_moved else longer.ljust(column.width + gutter)
    field = field if is_moved else field[: column.width + gutter]
    table[at + 1] = f"{table[at + 1].ljust(start)[:start]}{field}{rest}"
    text = field.strip()
    texts = {"name": goods[at].name, "pack": goods[at].pack, "batch": goods[at].batch, _TEXTS[column.title]: text}
    others = [*goods[:at], replace(goods[at], **texts), *goods[at + 1 :]]  # type: ignore[arg-type]

    assert_as_printed_or_asked(bill(table, goods), others)


@pytest.mark.parametrize("by", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("gutter", [1, 3])
def test_a_line_that_is_moved_from_a_column_on_is_read_as_printed_or_refused(by: int, gutter: int) -> None:
    """A number wider than its field moves what follows, until it stands below other headers."""
    columns = columns_of(GOODS)
    for place in range(1, len(columns)):
        for at in range(1, len(GOODS) + 1):
            table = listing(columns, gutter)
            start = sum(column.width + gutter for column in columns[:place])
            table[at] = f"{table[at][:start]}{' ' * by}{table[at][start:]}"

            assert_as_printed_or_asked(bill(table), GOODS)


def test_a_blank_column_never_gives_its_name_to_the_one_beside_it() -> None:
    """Case and Bonus are one blank apart: the numbers of cases are no free goods."""
    with pytest.raises(ColumnsUnclear):
        printed_columns(
            ["Item     Case Bonus Qty   Rate"], ["DOLO TAB  301        10  22.50", "AMOX       7         5 100.00"]
        )


def test_numbers_beside_each_other_in_one_column_are_refused() -> None:
    with pytest.raises(ColumnsUnclear) as caught:
        printed_columns(
            ["Item      Qty  Tax          Value"],
            [
                "DOLO TAB   10           5.00  100.00",
                "AMOX CAP    5      5.00        50.00",
                "AZI         1  0.00            10.00",
            ],
        )
    assert caught.value.text


def test_a_name_goes_on_in_the_next_line() -> None:
    table = listing(columns_of(GOODS), 2)
    table.insert(3, "    FORTE SUSPENSION")
    lines = read(bill(table)).invoice.lines

    assert [line.name for line in lines] == [one.name for one in GOODS]  # the name above has room for it

    full = [replace(GOODS[0], name="PARACETAMOL 500 MG AND TRAM"), *GOODS[1:]]
    table = listing(columns_of(full), 2)
    table.insert(2, "    ADOL TABLETS")
    assert read(bill(table, full)).invoice.lines[0].name == "PARACETAMOL 500 MG AND TRAM ADOL TABLETS"


def test_an_item_whose_name_begins_as_a_sum_is_a_line() -> None:
    goods = [GOODS[0], replace(GOODS[1], name="TOTAL CARE TAB"), GOODS[2]]
    table = listing(columns_of(goods)[1:], 2)

    assert_as_printed(read(bill(table, goods)).invoice, goods)


def test_a_line_with_few_numbers_is_not_passed_over() -> None:
    table = listing(columns_of(GOODS), 1)
    sample = f"{' ' * table[0].index('Description')}SAMPLE TAB"
    table.insert(2, f"{sample.ljust(table[0].index('Free'))}   5")

    with pytest.raises(RuleBroken, match="row_unclear") as caught:
        read_invoice(bill(table), "bill.pdf")
    assert caught.value.values["line"] == 5


def test_a_header_of_two_rows_on_each_page() -> None:
    goods = [replace(GOODS[at % 3], batch=f"B{at}") for at in range(20)]
    columns = [replace(one, title=one.title.replace(" %", ""), spare=2) for one in columns_of(goods)]
    table = listing(columns, 2)
    second = " " * (table[0].index("Disc") + 3) + "%" + " " * (table[0].index("GST") - table[0].index("Disc") - 2) + "%"
    lines = [*HEAD, table[0], second, *table[1:11], "Continued", *HEAD[:2], table[0], second, *table[11:], *foot(goods)]

    assert_as_printed(read(as_listing_pdf(lines, lines_a_page=15)).invoice, goods)


def test_bold_letters_are_printed_twice() -> None:
    lines = [*HEAD, *listing(columns_of(GOODS), 1), *foot(GOODS)]

    assert_as_printed(read(as_listing_pdf(lines, prints=2)).invoice)


def test_a_letterhead_in_other_letters() -> None:
    lines = [*HEAD, *listing(columns_of(GOODS), 1), *foot(GOODS)]

    assert_as_printed(read(as_listing_pdf(lines, plain_lines=2)).invoice)


def test_letters_that_are_moved_one_by_one_are_not_taken_for_a_listing() -> None:
    """Where each stands is not known then: the page is read by its gaps, as any other."""
    table = listing(columns_of(GOODS), 1)

    reading = answer(as_listing_pdf([*HEAD, *table, *foot(GOODS)], spaced=True))

    assert not isinstance(reading, InvoiceRead)
