"""A report on pages: its text read back, its sums, heads and numbers, and no ink on other ink or off the page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.money import Money
from core.printing.listing import LYING, STANDING
from core.printing.page import BoxInk, Face, Page, Side, TextInk
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.report import Stopped, untold
from core.reporting.shaping import Shape
from core.reporting.sheets import Sheet
from core.reporting.writing import pdf
from core.reporting.writing.pdf import report_pages, report_pdf, write_pdf
from core.settings.dto import ShopView
from tests.core.printing.test_bill_pdf import box, overlaps
from tests.support.bill_views import letters, shop_view, shops
from tests.support.report_sheets import COLUMNS, DAY, HOSTILE, MONTH, NOW, ROWS, sheet_of_rows, sheet_of_texts, texts

#: As a register of the law has them: what belongs to a name stands below it.
REGISTER = (
    ReportColumn("number", "Entry"),
    ReportColumn("day", "Date", Kind.DATE, under="number"),
    ReportColumn("prescriber", "Prescriber"),
    ReportColumn("prescriber_address", "Prescriber address", under="prescriber"),
    ReportColumn("prescriber_registration", "Prescriber reg. no.", under="prescriber"),
    ReportColumn("drug", "Drug", stretches=True),
    ReportColumn("pack", "Pack", under="drug"),
    ReportColumn("fate", "Void", under="drug"),
    ReportColumn("expiry", "Expiry", Kind.EXPIRY),
    ReportColumn("quantity", "Qty", Kind.QUANTITY),
)
ENTRY: tuple[Value, ...] = (
    "C1H/26-27/000001", date(2026, 11, 20), "Dr K Rao", "City Hospital\nKochi", "TCMC 4711", "Azithral 500", "5's",
    None, MONTH, Quantity(11, 5),
)  # fmt: skip
USERS = (
    ReportColumn("user", "User", groups=True),
    ReportColumn("bill", "Bill"),
    ReportColumn("total", "Total", Kind.MONEY, adds_up=True),
)


def pages_of(sheet: Sheet) -> list[str]:
    """Return the text of each page as a reader of the file finds it."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(report_pdf(sheet))).pages]


def inks_of(page: Page) -> list[TextInk]:
    return [ink for ink in page.inks if isinstance(ink, TextInk)]


def lines_of(page: Page) -> list[str]:
    """Return what stands on each height of a page, from the left."""
    rows: dict[float, list[TextInk]] = {}
    for ink in inks_of(page):
        rows.setdefault(round(ink.baseline, 1), []).append(ink)
    return ["|".join(ink.text for ink in sorted(row, key=lambda ink: box(ink)[0])) for _, row in sorted(rows.items())]


def widths(count: int) -> tuple[tuple[ReportColumn, ...], list[tuple[Value, ...]]]:
    """Return so many columns of amounts and a row of them."""
    columns = tuple(ReportColumn(f"c{n}", f"Amount {n}", Kind.MONEY, adds_up=True) for n in range(count))
    return columns, [(Money(12_34_567_89),) * count] * 3


def test_a_page_says_whose_and_what_it_is_and_every_kind_as_people_read_it() -> None:
    [text] = pages_of(sheet_of_rows())
    for said in (
        "Sanjeevani Medicals", "12/345, MG Road, Kochi 682016", "GSTIN: 32AAAAA0000A1Z9", "D.L. 20: KL-KCH-1001",
        "D.L. 21: KL-KCH-1002", "Sales by item", "Days: 01-11-2026 to 20-11-2026; User: meena", "Last sold",
        "Crocin Advance 1,23,456 9:5 12,34,567.89 12.50 20-11-2026 20-11-2026 18:35 03/2027",
        "Dolo 650 7 -3 -1,23,456.70 -0.05 29-02-2024 20-11-2026 18:35 15-03-2027",
        "0 0:0 9.95 100.00", "Total 1,23,463 11,11,121.14", "Returns are taken off.",
        "Made 20-11-2026 18:35 · Page 1 of 1",
    ):  # fmt: skip
        assert said in text
    assert "DEMO" not in text


def test_a_demo_says_so_on_every_page() -> None:
    pages, _ = report_pages(sheet_of_rows(ROWS * 40, shop=shop_view(is_demo=True)))

    assert [page.watermark.text for page in pages if page.watermark] == ["DEMO"] * len(pages)
    assert "DEMO" in pages_of(sheet_of_rows(shop=shop_view(is_demo=True)))[0]


def test_a_report_of_nothing_says_so() -> None:
    [text] = pages_of(sheet_of_rows([]))

    assert "There is nothing to show for what was asked." in text
    assert "Page 1 of 1" in text


def test_many_rows_go_over_pages_in_their_order_below_the_same_heads() -> None:
    rows = [(f"user{n % 3}", f"C1/26-27/{n:06d}", Money(n)) for n in range(1, 201)]
    pages, _ = report_pages(sheet_of_rows(rows, USERS))

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        lines = lines_of(page)
        assert "User|Bill|Total" in lines[:8]
        assert lines[-1].endswith(f"Page {number} of {len(pages)}")
        assert any("Sales by item" in line for line in lines[:3])
        assert any("Sanjeevani Medicals" in line for line in lines[:3])
    found = re.findall(r"C1/26-27/(\d{6})", " ".join(line for page in pages for line in lines_of(page)))
    assert [int(number) for number in found] == list(range(1, 201))


def test_amounts_stand_to_the_right_of_their_column_and_names_to_the_left() -> None:
    pages, _ = report_pages(sheet_of_rows())
    inks = {ink.text: ink for ink in inks_of(pages[0])}

    assert inks["12,34,567.89"].side is Side.RIGHT
    assert {inks[text].x for text in ("12,34,567.89", "-1,23,456.70", "9.95", "11,11,121.14")} == {inks["9.95"].x}
    assert inks["Crocin Advance"].side is Side.LEFT
    assert inks["Crocin Advance"].x == inks["Item"].x


def test_sums_are_what_the_rows_add_up_to_and_stand_out() -> None:
    rows = [(["meena", "biju"][n % 2], f"C1/{n}", Money(n * 10_007)) for n in range(7)]
    pages, _ = report_pages(sheet_of_rows(rows, USERS, Shape(group="user")))
    lines = lines_of(pages[0])

    assert [line for line in lines if line.startswith(("User: ", "Sum|", "Total|"))] == [
        "User: meena (4)", "Sum|1,200.84", "User: biju (3)", "Sum|900.63", "Total|2,101.47",
    ]  # fmt: skip
    heavy = {ink.text for ink in inks_of(pages[0]) if ink.style.face is Face.SEMIBOLD}
    assert {"User: meena (4)", "User: biju (3)", "Sum", "1,200.84", "2,101.47"} <= heavy
    assert not {"C1/1", "100.07"} & heavy
    [total] = [ink for ink in inks_of(pages[0]) if ink.text == "2,101.47"]
    black = [ink for ink in pages[0].inks if isinstance(ink, BoxInk) and ink.grey == 0.0]
    assert any(total.y - 6 < ink.y < total.y for ink in black)


@pytest.mark.parametrize("first", range(40))
def test_the_head_of_a_group_and_a_sum_are_never_alone_on_a_page(first: int) -> None:
    rows = [("first", f"C1/{n}", Money(n)) for n in range(first + 12)]
    rows += [(f"user {n // 3}", f"C2/{n}", Money(n)) for n in range(60)]
    pages, _ = report_pages(sheet_of_rows(rows, USERS, Shape(group="user")))

    assert len(pages) > 2
    for page in pages:
        lines = lines_of(page)
        top = next(at for at, line in enumerate(lines) if line == "User|Bill|Total") + 1
        assert not lines[top].startswith(("Sum", "Total"))
        assert not lines[-2].startswith("User: ")


def test_what_belongs_to_a_name_stands_below_it_in_small_letters() -> None:
    entries = [ENTRY, (*ENTRY[:7], "Voided by C1H/26-27/000003", *ENTRY[8:])]
    pages, _ = report_pages(sheet_of_rows(entries, REGISTER))
    inks = {ink.text: ink for ink in inks_of(pages[0])}

    name, note = inks["Dr K Rao"], inks["City Hospital, Kochi · TCMC 4711"]
    assert note.x == name.x
    assert note.y > name.y
    assert note.style.size < name.style.size
    assert "20-11-2026" in inks
    assert "5's · Voided by C1H/26-27/000003" in inks
    assert "Address · Reg. no." in inks
    assert "Pack · Void" in inks


def test_notes_that_do_not_fit_on_a_line_stand_below_each_other() -> None:
    long = ("C1H/26-27/000001", date(2026, 11, 20), "Dr K Rao", "City Hospital, " * 6, "TCMC 4711 " * 8, *ENTRY[5:])
    [page], size = report_pages(sheet_of_rows([long] * 3, REGISTER))

    assert not any("City" in ink.text and "TCMC" in ink.text for ink in inks_of(page))
    assert_all_ink_is_in_place([page], size)


def test_a_column_stands_by_itself_where_the_one_above_it_is_not_shown() -> None:
    shape = Shape(columns=("prescriber_address", "drug", "quantity"))
    [page], _ = report_pages(sheet_of_rows([ENTRY], REGISTER, shape))
    inks = {ink.text: ink for ink in inks_of(page)}

    assert inks["City Hospital, Kochi"].style == inks["Azithral 500"].style


def test_the_sum_of_what_stands_below_stands_below() -> None:
    columns = (
        ReportColumn("code", "Code", Kind.DATE),
        ReportColumn("name", "Name", under="code"),
        ReportColumn("total", "Total", Kind.MONEY, adds_up=True),
        ReportColumn("tax", "Tax", Kind.MONEY, adds_up=True, under="total"),
    )
    rows = [(date(2026, 11, 1), "one", Money(100), Money(5)), (date(2026, 11, 2), "two", Money(200), Money(10))]
    [page], _ = report_pages(sheet_of_rows(rows, columns))
    lines = lines_of(page)

    assert "Total|3.00" in lines
    assert lines[lines.index("Total|3.00") + 1] == "0.15"


@pytest.mark.parametrize(("count", "sheet"), [(3, STANDING), (8, STANDING), (11, LYING), (14, LYING), (18, LYING)])
def test_the_sheet_lies_where_the_columns_need_it(count: int, sheet: tuple[float, float]) -> None:
    columns, rows = widths(count)
    pages, size = report_pages(sheet_of_rows(rows, columns))
    [data] = PdfReader(io.BytesIO(report_pdf(sheet_of_rows(rows, columns)))).pages

    assert size == sheet
    assert (float(data.mediabox.width), float(data.mediabox.height)) == pytest.approx(sheet, abs=0.01)
    amounts = [ink for ink in inks_of(pages[0]) if ink.text == "12,34,567.89"]
    assert len(amounts) == 3 * count
    if count <= 14:
        assert all(ink.style.size >= 7 for ink in amounts)


@pytest.mark.parametrize("count", [25, 60])
def test_more_columns_than_a_sheet_holds_stay_on_it(count: int) -> None:
    columns, rows = widths(count)
    pages, size = report_pages(sheet_of_rows(rows, columns))

    assert_all_ink_is_in_place(pages, size)


def test_the_same_report_is_the_same_file_and_says_what_it_is() -> None:
    data = report_pdf(sheet_of_rows(ROWS * 50))

    assert data == report_pdf(sheet_of_rows(ROWS * 50))
    said = PdfReader(io.BytesIO(data)).metadata
    assert said
    assert (said.title, said.author, said.creator) == ("Sales by item", "Sanjeevani Medicals", "Nuskha")


def test_markup_is_only_text() -> None:
    [text] = pages_of(sheet_of_texts(["<b>bold</b> &amp; <para>", "=1+1", "50% & more", "(paren) \\ stroke"]))

    for said in ("<b>bold</b> &amp; <para>", "=1+1", "50% & more", "(paren) \\ stroke"):
        assert said in text


def test_a_text_that_is_longer_than_a_page_goes_on_over_further_ones() -> None:
    pages, size = report_pages(sheet_of_texts(["word " * 8_000, "x" * 40_000, "the last"]))

    assert len(pages) > 3
    said = "".join(ink.text for page in pages for ink in inks_of(page))
    assert said.count("x") >= 40_000
    assert said.count("word") == 8_000
    assert "the last" in said
    assert_margins(pages, size)


def test_more_rows_than_anyone_prints_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 5)
    assert len(report_pages(sheet_of_rows((ROWS * 2)[:5]))[0]) == 1
    for make in (report_pages, report_pdf):
        with pytest.raises(RuleBroken) as refused:
            make(sheet_of_rows(ROWS * 4))

        assert refused.value.code == "reports.too_long_for_paper"
        assert refused.value.values == {"count": 12}


def test_somebody_may_stop_it_while_it_is_read_and_while_it_is_drawn() -> None:
    told: list[tuple[int, int]] = []
    report_pdf(sheet_of_rows(ROWS * 400), lambda done, whole: told.append((done, whole)))
    read = [(done, whole) for done, whole in told if whole == 0]
    drawn = told[len(read) :]
    assert read == [(0, 0), (500, 0), (1000, 0)]
    assert drawn == [(number, len(drawn)) for number in range(len(drawn))]

    for calls in (0, len(read), len(read) + 2):
        left = iter(range(calls))

        def tick(_done: int, _whole: int, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise Stopped

        with pytest.raises(Stopped):
            report_pdf(sheet_of_rows(ROWS * 400), tick)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    assert write_pdf(sheet_of_rows(), path, untold) == len(ROWS)
    before = path.read_bytes()
    assert before == report_pdf(sheet_of_rows())

    def stop(_done: int, whole: int) -> None:
        if whole:
            raise Stopped

    with pytest.raises(Stopped):
        write_pdf(sheet_of_rows(ROWS * 400), path, stop)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(EnvironmentFault):
        write_pdf(sheet_of_rows(), tmp_path / "missing" / "report.pdf", untold)


def assert_margins(pages: Sequence[Page], size: tuple[float, float]) -> None:
    """Check that no text is off the page."""
    for page in pages:
        for ink in inks_of(page):
            left, top, right, bottom = box(ink)
            assert left >= 33
            assert right <= size[0] - 32
            assert top >= 33
            assert bottom <= size[1] - 30


def assert_all_ink_is_in_place(pages: Sequence[Page], size: tuple[float, float]) -> None:
    """Check that nothing lies over the margins or over other text."""
    assert_margins(pages, size)
    for page in pages:
        assert overlaps(inks_of(page)) == []


def values(kind: Kind) -> st.SearchStrategy[Value]:
    """Anything that may stand in a column of a kind."""
    made: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.TEXT: texts(),
        Kind.COUNT: st.integers(-(10**9), 10**9),
        Kind.QUANTITY: st.builds(Quantity, st.integers(-(10**6), 10**6), st.sampled_from([1, 10, 15])),
        Kind.MONEY: st.integers(-(10**13), 10**13).map(Money),
        Kind.PERCENT: st.integers(-20_000, 20_000),
        Kind.DATE: st.dates(),
        Kind.TIME: st.just(NOW),
        Kind.EXPIRY: st.sampled_from([MONTH, DAY]),
    }
    return st.none() | made[kind]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Any columns with anything in them, some below others, grouped or not."""
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=8))
    columns = tuple(
        ReportColumn(
            f"c{n}",
            draw(st.sampled_from(["Day", "Bills", "Value without GST", "Prescriber address", "GST"])),
            kind,
            stretches=draw(st.booleans()),
            adds_up=kind in {Kind.MONEY, Kind.COUNT} and draw(st.booleans()),
            under=draw(st.sampled_from([None, *[f"c{above}" for above in range(n)]])) if n else None,
        )
        for n, kind in enumerate(kinds)
    )
    rows = draw(st.lists(st.tuples(*(values(kind) for kind in kinds)), max_size=5))
    shape = Shape(group=draw(st.sampled_from([None, columns[0].id])))
    return sheet_of_rows(rows, columns, shape, heading=draw(letters(200)), shop=draw(shops()))


@settings(max_examples=80, deadline=None)
@given(sheets())
@example(sheet_of_texts(HOSTILE))
def test_whatever_a_report_holds_stays_in_its_place(sheet: Sheet) -> None:
    pages, size = report_pages(sheet)

    assert_all_ink_is_in_place(pages, size)


@settings(max_examples=20, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=6), shops())
def test_whatever_is_written_can_be_drawn(names: list[str], shop: ShopView) -> None:
    sheet = sheet_of_rows([(name,) for name in names], (COLUMNS[0],), shop=shop)
    data = report_pdf(sheet)

    assert f"of {len(PdfReader(io.BytesIO(data)).pages)}" in " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(data)).pages
    )


def test_columns_under_each_other_are_all_shown() -> None:
    columns = (
        ReportColumn("a", "First"),
        ReportColumn("b", "Second", under="a"),
        ReportColumn("c", "Third", under="b"),
    )
    [page], _ = report_pages(sheet_of_rows([("one", "two", "three")], columns))

    assert lines_of(page)[5:9] == ["First|Third", "Second", "one|three", "two"]
