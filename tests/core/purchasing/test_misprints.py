"""A misprint in a file with known headers: the line, or the cell, is named; what the columns mean is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.kernel.money import NO_PERCENT, Money, Percent, Rate
from core.purchasing.reading.arithmetic import gross_of, in_sequence, tax_on
from core.purchasing.reading.invoice import PackCount
from core.purchasing.reading.invoice_file import read_invoice
from core.purchasing.reading.mapping import InvoiceRead, NeedsMapping, Reading

_HEAD = """SHREE BALAJI PHARMA
Invoice No,A-12
Date,20-11-2026
Item Name,Pack,HSN,Batch,Expiry,Qty,Free,Rate,MRP,Disc%,GST%,Amount
"""
_FIRST_ROW = 5


class Printed(NamedTuple):
    """The numbers of a line as they are printed; the amount is with GST."""

    quantity: int
    free: str
    rate: Rate
    discount: str
    gst: str

    @property
    def amount(self) -> Money:
        gross = gross_of(self.rate, PackCount(self.quantity * 1_000))
        taxable = in_sequence(gross, Percent.parse(self.discount), NO_PERCENT)
        return taxable + tax_on(taxable, Percent.parse(self.gst), inter_state=False)


LINES = (
    Printed(10, "0", Rate.parse("20"), "0", "5"),
    Printed(5, "1", Rate.parse("15.50"), "10", "5"),
    Printed(7, "0", Rate.parse("71"), "0", "18"),
    Printed(12, "2", Rate.parse("88.25"), "0", "5"),
    Printed(6, "0", Rate.parse("101"), "2", "5"),
)


def file(lines: Sequence[Printed], at: int = 0, **cells: str) -> bytes:
    """Return a bill; ``cells`` stand in the line ``at`` instead of what is printed there."""
    text = _HEAD
    for place, line in enumerate(lines):
        printed = {
            "quantity": str(line.quantity),
            "free": line.free,
            "rate": str(line.rate),
            "mrp": "9999.00",
            "discount": line.discount,
            "gst": line.gst,
            "amount": str(line.amount),
            **(cells if place == at else {}),
        }
        text += f"MEDICINE {place} TAB,10's,30049099,B{place},05/28,{','.join(printed.values())}\n"
    total = Money.total(line.amount for line in lines).rounded_to_rupee()
    return f"{text}Grand Total,,,,,,,,,,,{total}\n".encode()


def rows_that_differ(reading: Reading) -> list[int | None]:
    assert isinstance(reading, InvoiceRead), reading
    return [one.row for one in reading.differences if one.row is not None]


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        ({"quantity": "ten"}, "Qty"),
        ({"quantity": "-1"}, "Qty"),
        ({"free": "10+1"}, "Free"),
        ({"rate": "n/k"}, "Rate"),
        ({"discount": "abc"}, "Disc%"),
        ({"discount": "150"}, "Disc%"),
        ({"gst": "7"}, "GST%"),
        ({"gst": "2.5"}, "GST%"),
    ],
)
def test_a_cell_that_cannot_stand_under_its_header_is_named(cells: dict[str, str], header: str) -> None:
    reading = read_invoice(file(LINES, at=2, **cells), "bill.csv")

    assert isinstance(reading, NeedsMapping)
    [text] = cells.values()
    assert explain(reading.problem) == (
        f'Line {_FIRST_ROW + 2} of bill.csv: "{text}" cannot stand under {header}. '
        "Correct it in the file, or say what its columns are (at a terminal nuskha purchase columns)."
    )


@pytest.mark.parametrize("cells", [{"rate": "0"}, {"rate": "21"}, {"amount": "210.00"}, {"quantity": "8"}])
def test_a_line_that_does_not_add_up_is_named_and_the_bill_does_not_close(cells: dict[str, str]) -> None:
    reading = read_invoice(file(LINES, at=2, **cells), "bill.csv")

    assert rows_that_differ(reading) == [_FIRST_ROW + 2]
    assert isinstance(reading, InvoiceRead)
    assert [line.name for line in reading.invoice.lines] == [f"MEDICINE {place} TAB" for place in range(len(LINES))]
    assert "MEDICINE 2 TAB" in explain(reading.differences[0].problem)


def test_several_lines_that_do_not_add_up_are_all_named() -> None:
    two = file((*LINES, *LINES), at=1, rate="99").replace(b"88.25", b"88.75", 1)

    assert rows_that_differ(read_invoice(two, "bill.csv")) == [_FIRST_ROW + 1, _FIRST_ROW + 3]


def test_free_goods_alone_and_goods_at_no_rate_are_no_misprints() -> None:
    free = (*LINES, Printed(0, "5", Rate.parse("20"), "0", "5"), Printed(3, "0", Rate(0), "0", "5"))

    reading = read_invoice(file(free, at=0, rate="99"), "bill.csv")

    assert rows_that_differ(reading) == [_FIRST_ROW]


def test_where_most_lines_contradict_the_headers_the_columns_are_asked() -> None:
    exchanged = file(LINES).replace(b"Rate,MRP", b"MRP,Rate")
    reading = read_invoice(exchanged, "bill.csv")

    assert isinstance(reading, NeedsMapping)
    assert reading.code == "purchase_file.nothing_closes"


_LINES = st.builds(
    Printed,
    st.integers(1, 200),
    st.sampled_from(["0", "1", "2"]),
    st.integers(100, 500_000).map(lambda paise: Rate(paise * 100)),
    st.sampled_from(["0", "2", "7.5", "10"]),
    st.sampled_from(["0", "5", "12", "18"]),
)


@given(st.lists(_LINES, min_size=4, max_size=12), st.data())
def test_one_wrong_number_anywhere_is_told_at_its_line(lines: list[Printed], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    wrong = data.draw(
        st.sampled_from(
            [
                {"rate": str(Rate(line.rate.parts + 10_000))},
                {"quantity": str(line.quantity + 1)},
                {"amount": str(line.amount + Money(500))},
            ]
        )
    )

    reading = read_invoice(file(lines, at, **wrong), "bill.csv")

    assert rows_that_differ(reading) == [_FIRST_ROW + at]


@pytest.mark.parametrize("count", [1, 2])
def test_in_a_bill_of_one_or_two_lines_the_odd_cell_is_named_too(count: int) -> None:
    reading = read_invoice(file(LINES[:count], rate="2O.00"), "bill.csv")

    assert isinstance(reading, NeedsMapping)
    assert reading.code == "purchase_file.cell_odd"
    assert reading.values == {"line": str(_FIRST_ROW), "column": "Rate", "text": "2O.00"}


@pytest.mark.parametrize("cells", [{"rate": "22"}, {"amount": "214.00"}, {"quantity": "8"}, {"gst": "12"}])
def test_of_one_line_it_is_said_what_contradicts_what(cells: dict[str, str]) -> None:
    reading = read_invoice(file(LINES[:1], at=0, **cells), "bill.csv")

    assert rows_that_differ(reading) == [_FIRST_ROW]
    assert isinstance(reading, InvoiceRead)
    assert "MEDICINE 0 TAB" in explain(reading.differences[0].problem)


@pytest.mark.parametrize("title", ["Sch", "Scheme"])
def test_half_a_pack_under_a_scheme_is_asked_about_and_never_lost(title: str) -> None:
    text = file(LINES[:2], at=1, free="1/2").replace(b"Qty,Free", f"Qty,{title}".encode())
    reading = read_invoice(text, "bill.csv")

    assert isinstance(reading, NeedsMapping)
    assert "free" in reading.doubts


def test_one_line_under_a_header_that_nobody_knows_is_asked() -> None:
    reading = read_invoice(file(LINES[:1], rate="22").replace(b"Rate,", b"Zzq,"), "bill.csv")

    assert isinstance(reading, NeedsMapping)


@pytest.mark.parametrize("cells", [{"rate": "22"}, {"amount": "214.00"}, {"quantity": "8"}])
def test_of_two_lines_the_one_that_does_not_add_up_is_named(cells: dict[str, str]) -> None:
    assert rows_that_differ(read_invoice(file(LINES[:2], at=0, **cells), "bill.csv")) == [_FIRST_ROW]


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize(("old", "new"), [("05/28", "13/28"), ("30049099", "3OO49099"), ("B0,", "\u20b9?!,")])
def test_a_text_that_cannot_be_read_is_no_question_of_columns(count: int, old: str, new: str) -> None:
    """What its line lacks then is said at the line."""
    lines = (*LINES, LINES[0])[:count]
    reading = read_invoice(file(lines).replace(old.encode(), new.encode(), 1), "bill.csv")

    assert isinstance(reading, InvoiceRead), reading
    assert reading.differences == ()
    first = reading.invoice.lines[0]
    assert new.strip(",") in (first.unread, first.hsn, first.batch)


@pytest.mark.parametrize("count", [3, 6])
@pytest.mark.parametrize(("cells", "header"), [({"mrp": "98.4O"}, "MRP"), ({"free": "x"}, "Free")])
def test_a_cell_that_no_sum_needs_is_named_too(count: int, cells: dict[str, str], header: str) -> None:
    lines = tuple(line._replace(free="0") for line in (*LINES, LINES[0])[:count])
    reading = read_invoice(file(lines, at=1, **cells), "bill.csv")

    assert isinstance(reading, NeedsMapping)
    [text] = cells.values()
    assert reading.values == {"line": str(_FIRST_ROW + 1), "column": header, "text": text}
