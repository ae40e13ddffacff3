"""The five sample files, in the layouts of real suppliers, to the last field of each line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent, Rate
from core.purchasing.reading.arithmetic import closes
from core.purchasing.reading.invoice import FileInvoice, FileLine, PackCount, PrintedSums
from core.purchasing.reading.invoice_file import read_invoice
from core.purchasing.reading.mapping import Certainty, InvoiceRead

SAMPLES = Path(__file__).resolve().parents[2] / "golden" / "distributors"
LOCAL = "SAMPLE_DISTRIBUTORS_20260905_S_0777_local.csv"
INTER_STATE = "SAMPLE_DISTRIBUTORS_20260905_S_0778_interstate.csv"


def read(name: str) -> FileInvoice:
    reading = read_invoice(SAMPLES / name)
    assert isinstance(reading, InvoiceRead)
    assert reading.certainty is Certainty.LAYOUT
    assert reading.differences == ()
    return reading.invoice


def packs(text: str) -> PackCount:
    return PackCount.parse(text)


def rupees(text: str) -> Money:
    return Money.parse(text)


def marg_lines(*gst: str) -> tuple[FileLine, ...]:
    berberis, dilution, hair_oil, cotton = map(rupees, gst)
    return (
        FileLine(
            row=2,
            name="SAMPLE BERBERIS",
            quantity=packs("13"),
            rate=Rate.parse("95"),
            taxable=rupees("564.58"),
            code="0001",
            pack="25GM",
            maker="SAMPLE (PATENT)",
            batch="888886",
            expiry=Expiry.of_month(2028, 11),
            hsn="30049014",
            free=packs("0"),
            mrp=rupees("95"),
            discount_percent=Percent.parse("52"),
            discount_percent_2=Percent.parse("4.76"),
            discount=rupees("670.42"),
            gst_percent=Percent.parse("5"),
            gst=berberis,
        ),
        FileLine(
            row=3,
            name="SAMPLE DILUTION 30",
            quantity=packs("47"),
            rate=Rate.parse("110"),
            taxable=rupees("1772.61"),
            code="0002",
            pack="30ML",
            maker="SAMPLE (DIL.)",
            batch="N5",
            expiry=None,
            hsn="30049014",
            free=packs("4"),
            mrp=rupees("110"),
            discount_percent=Percent.parse("64"),
            discount_percent_2=Percent.parse("4.76"),
            discount=rupees("3397.39"),
            gst_percent=Percent.parse("5"),
            gst=dilution,
        ),
        FileLine(
            row=4,
            name="SAMPLE HAIR OIL",
            quantity=packs("5"),
            rate=Rate.parse("118"),
            taxable=rupees("350.02"),
            code="0003",
            pack="100ML",
            maker="SAMPLE CARE",
            batch="",
            expiry=Expiry.of_month(2027, 7),
            hsn="33059011",
            free=packs("0"),
            mrp=rupees("150"),
            discount_percent=Percent.parse("30"),
            discount_percent_2=Percent.parse("15.25"),
            discount=rupees("239.98"),
            gst_percent=Percent.parse("18"),
            gst=hair_oil,
        ),
        FileLine(
            row=5,
            name="COTTON ROLL 10G",
            quantity=packs("1"),
            rate=Rate.parse("8.10"),
            taxable=rupees("8.10"),
            code="0004",
            pack="1s",
            maker="SAMPLE CARE",
            batch="C1",
            expiry=Expiry.of_month(2028, 11),
            hsn="30059040",
            free=packs("0"),
            mrp=rupees("12"),
            discount_percent=Percent.parse("0"),
            discount_percent_2=Percent.parse("0"),
            discount=rupees("0.00"),
            gst_percent=Percent.parse("5"),
            gst=cotton,
        ),
    )


def test_marg_local() -> None:
    assert read(LOCAL) == FileInvoice(
        layout="marg_htf",
        number="S/26-27/0777",
        on_date=date(2026, 9, 5),
        lines=marg_lines("28.22", "88.64", "63.00", "0.40"),
        sums=PrintedSums(line_discounts=rupees("4307.79"), tax=rupees("180.26"), total=rupees("2876")),
        supplier="SAMPLE DISTRIBUTORS",
        buyer="OWN MEDICALS",
        place_of_supply="32",
        inter_state=False,
    )


def test_marg_across_states() -> None:
    """The same goods with IGST: each line's tax is rounded once, not by halves, and differs by a paisa."""
    assert read(INTER_STATE) == FileInvoice(
        layout="marg_htf",
        number="S/26-27/0777",
        on_date=date(2026, 9, 5),
        lines=marg_lines("28.23", "88.63", "63.00", "0.41"),
        sums=PrintedSums(line_discounts=rupees("4307.79"), tax=rupees("180.27"), total=rupees("2876")),
        supplier="SAMPLE DISTRIBUTORS",
        buyer="OWN MEDICALS",
        place_of_supply="29",
        inter_state=True,
    )


def ptr_lines(first_row: int, *, maker: str, gst: tuple[str | None, ...]) -> tuple[FileLine, ...]:
    samplol, sampcillin, sampderm, sampsulin = (rupees(text) if text else None for text in gst)
    return (
        FileLine(
            row=first_row,
            name="SAMPLOL 650 TAB",
            quantity=packs("10"),
            rate=Rate.parse("22.86"),
            taxable=rupees("228.60"),
            code="900101",
            pack="15`S",
            maker=maker,
            batch="SB2401",
            expiry=Expiry.of_month(2028, 5),
            hsn="30049069",
            free=packs("1"),
            mrp=rupees("32.00"),
            ptr=Rate.parse("22.86"),
            gst_percent=Percent.parse("5"),
            gst=samplol,
        ),
        FileLine(
            row=first_row + 1,
            name="SAMPCILLIN CV 625 TAB",
            quantity=packs("3"),
            rate=Rate.parse("152.38"),
            taxable=rupees("457.14"),
            code="900102",
            pack="10",
            maker=maker,
            batch="SC-77A",
            expiry=Expiry.of_month(2027, 11),
            hsn="30041030",
            free=packs("0"),
            mrp=rupees("213.33"),
            ptr=Rate.parse("152.38"),
            gst_percent=Percent.parse("5"),
            gst=sampcillin,
        ),
        FileLine(
            row=first_row + 2,
            name="SAMPDERM FACE WASH",
            quantity=packs("2"),
            rate=Rate.parse("101.69"),
            taxable=rupees("203.38"),
            code="900103",
            pack="60 ML",
            maker=maker,
            batch="FW009",
            expiry=Expiry.of_month(2028, 2),
            hsn="34013011",
            free=packs("0"),
            mrp=rupees("150.00"),
            ptr=Rate.parse("101.69"),
            gst_percent=Percent.parse("18"),
            gst=sampderm,
        ),
        FileLine(
            row=first_row + 3,
            name="SAMPSULIN 3ML CARTRIDGE",
            quantity=packs("1"),
            rate=Rate.parse("1333.33"),
            taxable=rupees("1333.33"),
            code="900104",
            pack="1",
            maker=maker,
            batch="IN5501",
            expiry=Expiry.of_month(2027, 3),
            hsn="30043110",
            free=packs("0"),
            mrp=rupees("1866.66"),
            ptr=Rate.parse("1333.33"),
            gst_percent=Percent.parse("5"),
            gst=sampsulin,
        ),
    )


@pytest.mark.parametrize(
    ("name", "number"), [("c2code_sample.csv", "S-26-000777"), ("c2code_sample_biff2.xls", "S000777")]
)
def test_c2code_as_csv_and_as_a_bare_biff_stream(name: str, number: str) -> None:
    """The twins differ in how they write days and numbers, and in where the prefix of the number stands."""
    assert read(name) == FileInvoice(
        layout="c2code",
        number=number,
        on_date=date(2026, 9, 5),
        lines=ptr_lines(2, maker="SAMPLE LABS", gst=(None,) * 4),
        sums=PrintedSums(total=rupees("2360")),
        inter_state=False,
    )


def test_hdf() -> None:
    assert read("hdf_sample.CSV") == FileInvoice(
        layout="hdf",
        number="SD000777",
        on_date=date(2026, 9, 5),
        lines=ptr_lines(5, maker="", gst=("11.44", "22.86", "36.60", "66.66")),
        sums=PrintedSums(total=rupees("2360.00")),
        supplier="SAMPLE DISTRIBUTORS",
    )


@pytest.mark.parametrize("name", [LOCAL, INTER_STATE, "c2code_sample.csv", "c2code_sample_biff2.xls", "hdf_sample.CSV"])
def test_what_a_file_is_called_does_not_matter(name: str) -> None:
    by_content = read_invoice((SAMPLES / name).read_bytes(), "a.pdf")

    assert isinstance(by_content, InvoiceRead)
    assert by_content.invoice.lines == read(name).lines


def changed(name: str, old: str, new: str, count: int = 1) -> bytes:
    text = (SAMPLES / name).read_text("latin-1")
    assert old in text
    return text.replace(old, new, count).encode("latin-1")


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        (LOCAL, ",13,0,52,", ",14,0,52,", ["taxable", "discount_sum"]),
        (LOCAL, "F,2876,", "F,2877,", ["total"]),
        (LOCAL, "4.76,564.58,28.22", "4.76,564.58,38.22", ["tax", "tax_sum", "total"]),
        (LOCAL, ",0,95,,95,,", ",0,95,,43,,", ["mrp"]),
        ("c2code_sample.csv", "2360,900101", "2361,900101", None),
        ("hdf_sample.CSV", "Bill Amount,2360.00", "Bill Amount,2359.00", ["total"]),
        ("hdf_sample.CSV", "    228.60,3", "    288.60,3", ["taxable", "tax", "total"]),
    ],
)
def test_a_changed_number_is_found(name: str, old: str, new: str, what: list[str] | None) -> None:
    data = changed(name, old, new)
    if what is None:
        with pytest.raises(RuleBroken, match="two_totals"):
            read_invoice(data, name)
        return
    reading = read_invoice(data, name)

    assert isinstance(reading, InvoiceRead)
    assert [difference.what for difference in reading.differences] == what
    assert closes(reading.invoice) == reading.differences


def test_two_invoices_in_one_file_are_named_and_not_read() -> None:
    data = changed(
        "c2code_sample.csv",
        "S-26-000777,05-09-2026,5,9,26,070001,,,,,,,,,,,,,,,,,2360,900104",
        "S-26-000778,05-09-2026,5,9,26,070001,,,,,,,,,,,,,,,,,2360,900104",
    )

    with pytest.raises(RuleBroken, match="two_invoices") as caught:
        read_invoice(data, "both.csv")

    assert caught.value.values["numbers"] == "S-26-000777, S-26-000778"


def test_a_c2code_discount_is_what_makes_the_total() -> None:
    """One row with 10 in ``invdisc``: ten percent fits the total, ten rupees do not."""
    text = (SAMPLES / "c2code_sample.csv").read_text("ascii")
    text = text.replace("10,1,,0,0,22.86", "10,1,,0,10,22.86").replace(",2360,", ",2336,")

    reading = read_invoice(text.encode(), "discount.csv")

    assert isinstance(reading, InvoiceRead)
    assert reading.differences == ()
    assert reading.invoice.lines[0].discount_percent == Percent.parse("10")
    assert reading.invoice.lines[0].taxable == rupees("205.74")


def test_what_is_set_off_comes_off_the_total() -> None:
    text = (SAMPLES / "c2code_sample.csv").read_text("ascii")
    of_the_bill = ["070001", "", "20", "40", "", "", "CN1", "100", *[""] * 9, "2320"]
    text = text.replace("070001,,,,,,,,,,,,,,,,,2360", ",".join(of_the_bill))

    reading = read_invoice(text.encode(), "set_off.csv")

    assert isinstance(reading, InvoiceRead)
    assert reading.differences == ()
    assert (reading.invoice.sums.other_charges, reading.invoice.sums.freight) == (rupees("20"), rupees("40"))
    assert reading.invoice.sums.credit_note == rupees("100")
