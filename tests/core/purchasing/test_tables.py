"""Tables in the header families that are known, and the forms of files that hold them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from reportlab.pdfgen.canvas import Canvas

from core.boundary.messages import explain
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent, Rate
from core.purchasing.reading.invoice import FileInvoice, FileLine, PackCount, PrintedSums
from core.purchasing.reading.invoice_file import layout_key, read_invoice, read_with
from core.purchasing.reading.mapping import Certainty, ColumnMapping, InvoiceRead, NeedsMapping
from core.purchasing.reading.roles import Role
from core.purchasing.reading.tables import read_table
from tests.support.dbf_files import dbf

BUSY = """SHREE BALAJI PHARMA,,,,,,,,,,,,
"14, Market Road, Kochi",,,,,,,,,,,,
GSTIN: 32AABCU9603R1ZW  DL No: KL-EKM-1188,,,,,,,,,,,,
Tax Invoice,,,,,,,Invoice No: SBP/1024,,Date: 12/09/2026,,,
Buyer: OWN MEDICALS,,GSTIN: 32AAACR5055K1ZG,,,,,,,,,,
,,,,,,,,,,,,
S.No.,Particulars,Pack,HSN/SAC,Batch No.,Exp. Dt.,Qty.,Free,M.R.P.,Rate,Disc.%,GST%,Amount
1,DOLO 650 TAB,15'S,30049099,DL1,05/28,10,1,32.00,22.86,5,5,217.17
2,AUGMENTIN 625,10'S,30041030,AG-7,11/27,3,0,213.33,152.38,0,5,457.14
3,FACE WASH,60 ML,34013011,FW9,02/28,2,0.5,150.00,101.69,10,18,183.04
,Sub Total,,,,,,,,,,,857.35
,CGST,,,,,,,,,,,33.34
,SGST,,,,,,,,,,,33.34
,Round Off,,,,,,,,,,,-0.03
,Grand Total,,,,,,,,,,,924.00
"""


def read(source: str | bytes, name: str = "bill.csv") -> InvoiceRead:
    reading = read_invoice(source.encode() if isinstance(source, str) else source, name)
    assert isinstance(reading, InvoiceRead), reading
    assert reading.differences == ()
    return reading


def asked(source: str) -> NeedsMapping:
    reading = read_invoice(source.encode(), "bill.csv")
    assert isinstance(reading, NeedsMapping), reading
    assert explain(reading.problem)
    return reading


def busy_lines(first_row: int) -> tuple[FileLine, ...]:
    def line(row: int, name: str, pack: str, hsn: str, batch: str, expiry: tuple[int, int], *numbers: str) -> FileLine:
        quantity, free, mrp, rate, discount, gst, taxable = numbers
        return FileLine(
            row=row,
            name=name,
            pack=pack,
            hsn=hsn,
            batch=batch,
            expiry=Expiry.of_month(*expiry),
            quantity=PackCount.parse(quantity),
            free=PackCount.parse(free),
            mrp=Money.parse(mrp),
            rate=Rate.parse(rate),
            discount_percent=Percent.parse(discount),
            gst_percent=Percent.parse(gst),
            taxable=Money.parse(taxable),
        )

    return (
        line(
            first_row,
            "DOLO 650 TAB",
            "15'S",
            "30049099",
            "DL1",
            (2028, 5),
            "10",
            "1",
            "32",
            "22.86",
            "5",
            "5",
            "217.17",
        ),
        line(
            first_row + 1,
            "AUGMENTIN 625",
            "10'S",
            "30041030",
            "AG-7",
            (2027, 11),
            "3",
            "0",
            "213.33",
            "152.38",
            "0",
            "5",
            "457.14",
        ),
        line(
            first_row + 2,
            "FACE WASH",
            "60 ML",
            "34013011",
            "FW9",
            (2028, 2),
            "2",
            "0.5",
            "150",
            "101.69",
            "10",
            "18",
            "183.04",
        ),
    )


BUSY_INVOICE = FileInvoice(
    layout="table",
    number="SBP/1024",
    on_date=date(2026, 9, 12),
    lines=busy_lines(8),
    sums=PrintedSums(taxable=Money.parse("857.35"), total=Money.parse("924"), round_off=Money(-3)),
    supplier="SHREE BALAJI PHARMA",
    supplier_gstin="32AABCU9603R1ZW",
    buyer_gstin="32AAACR5055K1ZG",
    inter_state=False,
)


def test_letterhead_lines_and_footer_of_a_known_family() -> None:
    reading = read(BUSY)

    assert reading.invoice == BUSY_INVOICE
    assert reading.certainty is Certainty.NAMED


@pytest.mark.parametrize(
    ("says", "due"),
    [
        ("Due Date: 03/10/2026", date(2026, 10, 3)),
        ("Payment due by 03-10-2026", date(2026, 10, 3)),
        ("Due Dt.,03/10/2026", date(2026, 10, 3)),
        ("Cr. Days: 21  Due on: 3-Oct-2026", date(2026, 10, 3)),
        ("Due Date: as agreed", None),
        ("Interest is due after 21 days of 12/09/2026", None),
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_the_day_on_which_it_is_due_stands_above_or_below_the_lines(says: str, due: date | None, below: bool) -> None:
    rows = BUSY.splitlines()
    rows.insert(len(rows) if below else 4, says)
    invoice = read("\n".join(rows)).invoice
    assert (invoice.on_date, invoice.due_on) == (date(2026, 9, 12), due)


@pytest.mark.parametrize(
    "written", ["2026/09/12", "2026-09-12T10:00:00", "20260912", "12-Sep-26 10:15 AM", "12.09.2026", "12092026"]
)
def test_the_day_of_the_bill_is_read_however_it_is_written(written: str) -> None:
    for between in (",", "  "):
        invoice = read(BUSY.replace("12/09/2026", f"{written}{between}Due Date: 03/10/2026")).invoice
        assert (invoice.on_date, invoice.due_on) == (date(2026, 9, 12), date(2026, 10, 3))


@pytest.mark.parametrize(
    "instead",
    ["Invoice Date: 09/13/2026", "Date: 46277", "Date:", "Date:  P.O. Date: 05/09/2026", "Reverse charge: No"],
)
@pytest.mark.parametrize("other", ["Due Date: 03/10/2026", "LR Dt 11/09/2026", "Order Date: 03/09/2026", ""])
def test_no_other_day_is_taken_for_that_of_the_bill(instead: str, other: str) -> None:
    reading = read_invoice(BUSY.replace("Date: 12/09/2026", f"{instead},{other}").encode(), "bill.csv")
    assert isinstance(reading, InvoiceRead)
    assert reading.invoice.on_date is None
    assert [one.what for one in reading.differences] == ["no_date"]


@pytest.mark.parametrize("row", [",CGST,,,,,,,,,,,38.34", ",Add: CGST,,,,,,,,,,,33.34"])
def test_halves_of_gst_that_come_to_another_tax_are_told(row: str) -> None:
    reading = read_invoice(BUSY.replace(",CGST,,,,,,,,,,,33.34", row).encode(), "bill.csv")
    assert isinstance(reading, InvoiceRead)
    assert [one.what for one in reading.differences] == (["tax_sum"] if "38.34" in row else [])


def test_the_number_of_what_is_set_off_is_kept() -> None:
    def papers(*rows: str) -> dict[str, str]:
        text = BUSY.replace(",Grand Total,,,,,,,,,,,924.00", "\n".join(rows))
        return dict(read(text).invoice.papers)

    total = ",Grand Total,,,,,,,,,,,900.00"
    assert papers(",Less CN C1D/26-27/000001,,,,,,,,,,,-24.00", total) == {"credit_note": "C1D/26-27/000001"}
    assert papers(",Cr. Note No. SR-77 dt 01/09/2026,,,,,,,,,,,24.00", total) == {"credit_note": "SR-77"}
    assert papers(",Credit Note,,,,,,,,,,,24.00", total) == {}
    two = (",Less CN A1,,,,,,,,,,,-14.00", ",Less CN A2,,,,,,,,,,,-10.00")
    assert papers(*two, total) == {}


@pytest.mark.parametrize("title", ["Due Date", "DUE_DT", "Due On", "Payment Due Day"])
def test_the_day_on_which_it_is_due_stands_on_each_line(title: str) -> None:
    rows = BUSY.splitlines()
    rows[6] += f",{title}"
    rows[7:10] = [f"{row},03/10/2026" for row in rows[7:10]]
    assert read("\n".join(rows)).invoice.due_on == date(2026, 10, 3)


def as_rows(text: str = BUSY) -> list[list[str]]:
    return [list(row.cells) for row in read_table(text.encode(), "x").rows]


@pytest.mark.parametrize("typed", [True, False])
def test_the_same_as_a_workbook(typed: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in as_rows():
        sheet.append([float(cell) if typed and cell.replace(".", "", 1).isdigit() else cell for cell in row])
    file = io.BytesIO()
    book.save(file)

    invoice = read(file.getvalue(), "bill.xlsx").invoice

    assert invoice == replace(BUSY_INVOICE, lines=busy_lines(7))  # the writer left the blank row out


def as_pdf(rows: Sequence[Sequence[str]], *, pages: int = 1) -> bytes:
    """Draw the rows as programs do: texts to the left, numbers to the right, the letterhead and sums apart."""
    edges = [20, 40, 170, 210, 260, 310, 360, 390, 430, 480, 520, 550, 590]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(620, 400))
    canvas.setFont("Helvetica", 7)
    top = 380
    for row in rows:
        if row[0] == "2" and pages == 2:
            canvas.showPage()
            canvas.setFont("Helvetica", 7)
            top = 380
            for edge, title in zip(edges, rows[5], strict=True):
                canvas.drawRightString(edge, top, title) if edge > 310 else canvas.drawString(edge, top, title)
            top -= 12
        for place, cell in enumerate(row):
            if len(row) < len(edges):
                canvas.drawString(20 + 250 * place, top, cell)
            elif place > 5:
                canvas.drawRightString(edges[place], top, cell)
            elif cell:
                canvas.drawString(edges[place], top, cell)
        top -= 12
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("pages", [1, 2])
def test_the_same_as_a_pdf_with_text(pages: int) -> None:
    rows = [[cell for cell in row if cell] if at < 5 else row for at, row in enumerate(as_rows())]

    invoice = read(as_pdf(rows, pages=pages), "bill.pdf").invoice

    assert [replace(line, row=0) for line in invoice.lines] == [replace(line, row=0) for line in busy_lines(0)]
    assert (invoice.number, invoice.on_date) == ("SBP/1024", date(2026, 9, 12))
    assert (invoice.sums.total, invoice.sums.round_off) == (Money.parse("924"), Money(-3))


def test_a_name_that_runs_into_the_next_column_of_a_pdf_is_refused() -> None:
    rows = as_rows()
    rows[7][1] = "AUGMENTIN DUO FORTE SUSPENSION 228.5 MG WITH WATER 30 ML"

    with pytest.raises(RuleBroken, match="columns_overlap") as caught:
        read_invoice(as_pdf(rows), "bill.pdf")

    assert explain(caught.value)


def test_the_same_as_a_dbf_table_with_the_total_on_each_row() -> None:
    fields = [
        ("INVNO", "C", 10), ("INVDATE", "D", 8), ("ITEMNAME", "C", 20), ("PACK", "C", 8), ("HSN", "C", 8),
        ("BATCH", "C", 10), ("EXPIRY", "C", 5), ("QTY", "N", 8), ("FREE", "N", 6), ("MRP", "N", 9), ("RATE", "N", 9),
        ("DISCPER", "N", 5), ("GSTPER", "N", 5), ("AMOUNT", "N", 10), ("BILLAMT", "N", 10),
    ]  # fmt: skip
    lines = [["SBP/1024", "20260912", *row[1:], "924.00"] for row in as_rows()[6:9]]

    invoice = read(dbf(fields, lines), "BILL.DBF").invoice

    assert [replace(line, row=0) for line in invoice.lines] == [replace(line, row=0) for line in busy_lines(0)]
    assert (invoice.number, invoice.on_date) == ("SBP/1024", date(2026, 9, 12))
    assert invoice.sums.total == Money.parse("924")


TWELVE = (
    "Bill No,T/12,Date,05-09-2026\nItem Name,Batch,Expiry,Qty,Rate,Amount\n"
    + "".join(
        f"DOLO {number} TAB,B{number}X,{'15' if number == 7 else '05'}/28,{number},2.50,{number * 2.5:.2f}\n"
        for number in range(1, 13)
    )
    + "Net Amount,,,,,195.00\n"
)
RETAILGRAPH = """Invoice No,RG-77,,Date,05-09-2026
ItemCode,ItemName,Pack,Mfr,BatchNo,ExpDate,BillQty,FreeQty,PTR,MRP,Dis%,Tax%,NetAmt
A1,DOLO 650 TAB,15'S,MICRO,DL1,05/28,10,1,22.86,32.00,5,5,228.03
A2,AUGMENTIN 625,10'S,GSK,AG-7,11/27,3,0,152.38,213.33,0,5,480.00
Net Amount,,,,,,,,,,,,708.00
"""
EASYSOL = """Bill No;ES/9;Bill Date;05/09/2026
Item Code;Item Description;Pkg;Company;Batch;Expiry;Qty;Sch Qty;P.Rate;M.R.P.;CD%;Tax%;Value
7;DOLO 650 TAB;15'S;MICRO;DL1;05/2028;10;1;22.86;32.00;5;5;217.17
8;AUGMENTIN 625;10'S;GSK;AG-7;11/2027;3;;152.38;213.33;;5;457.14
;Freight;;;;;;;;;;;10,00
;Bill Amount;;;;;;;;;;;718.00
"""
TALLY = """SHREE BALAJI PHARMA
Invoice No.,12
Dated,5-Sep-26
Sl No,Description of Goods,HSN/SAC,Quantity,Rate,per,Disc. %,Amount
1,DOLO 650 TAB,30049099,10 NOS,22.86,NOS,5 %,217.17
2,AUGMENTIN 625,30041030,3 NOS,152.38,NOS,,457.14
,CGST,,,,,,16.86
,SGST,,,,,,16.86
,Less : Round Off,,,,,,(-)0.03
,Total,,,,,,708.00
"""


def test_a_family_whose_rate_is_the_ptr() -> None:
    first, second = read(RETAILGRAPH).invoice.lines

    assert (first.rate, first.ptr, first.mrp) == (Rate.parse("22.86"), Rate.parse("22.86"), Money.parse("32"))
    assert (first.taxable, first.amount) == (Money.parse("217.17"), Money.parse("228.03"))
    assert (second.code, second.maker, second.taxable) == ("A2", "GSK", Money.parse("457.14"))


def test_a_family_with_semicolons() -> None:
    invoice = read(EASYSOL.replace("10,00", "10.00")).invoice

    assert [str(line.free) for line in invoice.lines] == ["1", "0"]
    assert invoice.sums.freight == Money.parse("10")
    assert invoice.sums.total == Money.parse("718")


def test_a_family_without_batches_and_with_tax_below_alone() -> None:
    invoice = read(TALLY.replace("(-)0.03", "-0.03")).invoice

    assert [str(line.quantity) for line in invoice.lines] == ["10", "3"]
    assert {line.gst_percent for line in invoice.lines} == {None}
    assert (invoice.sums.tax, invoice.inter_state) == (Money.parse("33.72"), False)
    assert invoice.sums.round_off == Money(-3)


def test_tally_columns_have_the_bill_on_each_row() -> None:
    text = (
        "Invoice_Date,Invoice_No,Name_of_seller,GSTN,Purchase_Ledger,Purchase_Value,Tax_rate,SGST,CGST,IGST,Item,HSN,"
        "Qty,Rate,Unit\n"
        "05-09-2026,12,SHREE BALAJI PHARMA,32AABCU9603R1ZW,Buy,228.60,5,5.72,5.72,0,DOLO 650 TAB,3004,10,22.86,NOS\n"
        "05-09-2026,12,SHREE BALAJI PHARMA,32AABCU9603R1ZW,Buy,457.14,5,11.43,11.43,0,AUGMENTIN,3004,3,152.38,NOS\n"
    )
    reading = read_invoice(text.encode(), "tally.csv")

    assert isinstance(reading, InvoiceRead)
    assert [one.what for one in reading.differences] == ["no_total"]  # such a file prints none
    assert (reading.invoice.number, reading.invoice.supplier) == ("12", "SHREE BALAJI PHARMA")
    assert [line.cgst for line in reading.invoice.lines] == [Money.parse("5.72"), Money.parse("11.43")]
    with pytest.raises(RuleBroken, match="two_invoices"):
        read_invoice(text.replace("2026,12,", "2026,13,", 1).encode(), "tally.csv")


def test_lines_of_two_suppliers_are_two_invoices() -> None:
    rows = BUSY.splitlines()
    rows[6] += ",Supplier"
    rows[7:10] = [
        f"{row},{name}" for row, name in zip(rows[7:10], ("Kerala Pharma", "KERALA PHARMA", "Nila"), strict=True)
    ]
    with pytest.raises(RuleBroken, match="two_suppliers") as caught:
        read_invoice("\n".join(rows).encode(), "both.csv")

    assert caught.value.values["suppliers"] == "KERALA PHARMA, Nila"


def test_two_letterheads_in_one_file_are_two_invoices() -> None:
    with pytest.raises(RuleBroken, match="two_invoices") as caught:
        read_invoice((BUSY + BUSY.replace("SBP/1024", "SBP/1025")).encode(), "both.csv")

    assert caught.value.values["numbers"] == "SBP/1024, SBP/1025"


HEADERLESS = """Invoice No: H/1,,,,,Date: 05/09/2026
DOLO 650 TAB,15'S,DL1250,05/28,10,{0},32.00,22.86,5,228.60
AUGMENTIN 625 TAB,10'S,AG7-11,11/27,3,{1},213.33,152.38,5,457.14
FACE WASH CREAM,60 ML,FW9002,02/28,2,{2},150.00,101.69,18,203.38
Net Payable,,,,,,,,,960.00
"""


def test_a_table_without_header_is_read_where_nothing_is_in_doubt() -> None:
    reading = read(HEADERLESS.format("", "", ""))

    assert reading.certainty is Certainty.PROVED
    assert [line.batch for line in reading.invoice.lines] == ["DL1250", "AG7-11", "FW9002"]
    assert [str(line.mrp) for line in reading.invoice.lines] == ["32.00", "213.33", "150.00"]


def test_numbers_that_may_be_free_goods_are_asked_and_then_remembered() -> None:
    """What came short looks the same: without a word nobody can tell, and no sum proves it."""
    text = HEADERLESS.format("1", "0", "0")
    question = asked(text)
    assert question.doubts == (Role.FREE,)
    column = question.columns[5]
    assert (column.place, column.samples) == (5, ("1", "0"))

    answer = ColumnMapping({}, {5: Role.FREE})
    reading = read_with(question.table, answer)
    assert isinstance(reading, InvoiceRead)
    assert [str(line.free) for line in reading.invoice.lines] == ["1", "0", "0"]
    assert reading.mapping is not None

    other = HEADERLESS.format("0", "2", "0").encode()
    assert layout_key(read_table(other, "other.csv")) == question.layout_key == reading.layout_key
    again = read_invoice(other, "other.csv", remembered={reading.layout_key: reading.mapping})
    assert isinstance(again, InvoiceRead)
    assert [str(line.free) for line in again.invoice.lines] == ["0", "2", "0"]


def test_a_known_header_that_its_cells_belie_is_asked_and_an_answer_is_not() -> None:
    text = BUSY.replace(",05/28,", ",soon,").replace(",11/27,", ",later,").replace(",02/28,", ",never,")
    question = asked(text)
    assert question.doubts == (Role.EXPIRY,)

    answered = read_with(question.table, ColumnMapping({"expdt": Role.EXPIRY}, {}))

    assert isinstance(answered, InvoiceRead)
    assert [line.unread for line in answered.invoice.lines] == ["soon", "later", "never"]


def test_a_second_quantity_is_that_of_all_goods_or_asked() -> None:
    text = """Bill No,Q/1,Date,05/09/2026
Item Name,Batch,Expiry,Billed Packs,Bonus,Total Pcs,MRP,Rate,Amount
DOLO 650,DL1,05/28,10,1,{0},32.00,22.86,228.60
AUGMENTIN 625,AG7,11/27,3,0,3,213.33,152.38,457.14
Net Amount,,,,,,,,686.00
"""
    first, _ = read(text.format(11)).invoice.lines
    assert (str(first.quantity), str(first.free)) == ("10", "1")

    assert asked(text.format(12)).doubts == (Role.QUANTITY,)


def test_two_whole_numbers_that_multiply_the_same_are_asked() -> None:
    """Ten at 25 or 25 at ten: both make 250, and nothing else says which it is."""
    text = """Invoice No: H/2,,,Date: 05/09/2026
DOLO 650 TAB,DL1250,05/28,10,25,40.00,250.00
AUGMENTIN 625 TAB,AG7-11,11/27,20,30,45.00,600.00
Net Payable,,,,,,850.00
"""
    assert {Role.QUANTITY, Role.RATE} <= set(asked(text).doubts)


def test_numbers_that_do_not_add_up_under_unknown_headers_are_asked() -> None:
    text = BUSY.replace("Rate,Disc.%", "Rs,Off").replace("217.17", "317.17")

    assert asked(text).code == "purchase_file.nothing_closes"


def test_a_known_header_is_never_overruled() -> None:
    """The names of rate and MRP exchanged: the numbers show it, and a person is asked, not corrected."""
    exchanged = BUSY.replace("M.R.P.,Rate", "Rate,M.R.P.")
    reading = read_invoice(exchanged.encode(), "bill.csv")

    assert isinstance(reading, NeedsMapping) or reading.differences


def test_lines_that_add_up_to_another_total_show_the_difference() -> None:
    reading = read_invoice(BUSY.replace("924.00", "934.00").encode(), "bill.csv")

    assert isinstance(reading, InvoiceRead)
    assert [(one.what, str(one.printed)) for one in reading.differences] == [("total", "934.00")]


def test_a_row_amid_the_lines_that_is_none_is_not_dropped() -> None:
    text = BUSY.replace("2,AUGMENTIN", ",SPECIAL OFFER,,,,,2,,,,,,\n2,AUGMENTIN")

    with pytest.raises(RuleBroken, match="row_unclear") as caught:
        read_invoice(text.encode(), "bill.csv")

    assert caught.value.values["line"] == 9


def test_what_stands_for_an_expiry_and_is_none_is_kept_to_be_asked() -> None:
    lines = read(TWELVE).invoice.lines

    assert [line.unread for line in lines if line.expiry is None] == ["15/28"]


def test_the_shop_s_own_gstin_is_never_the_supplier_s() -> None:
    text = BUSY.replace("Buyer: OWN MEDICALS,,GSTIN: 32AAACR5055K1ZG", ",,").replace(
        "GSTIN: 32AABCU9603R1ZW", "GSTIN: 32AAACR5055K1ZG GSTIN: 32AABCU9603R1ZW"
    )
    reading = read_invoice(text.encode(), "bill.csv", own_gstin="32AAACR5055K1ZG")

    assert isinstance(reading, InvoiceRead)
    assert (reading.invoice.supplier_gstin, reading.invoice.buyer_gstin) == ("32AABCU9603R1ZW", "32AAACR5055K1ZG")


def test_a_bill_to_somebody_else_names_its_buyer() -> None:
    reading = read_invoice(BUSY.encode(), "bill.csv", own_gstin="32AABCK7788M1ZY")

    assert isinstance(reading, InvoiceRead)
    assert (reading.invoice.supplier_gstin, reading.invoice.buyer_gstin) == ("32AABCU9603R1ZW", "32AAACR5055K1ZG")


@pytest.mark.parametrize("words", [{"a": "price"}, {"#1": "nothing"}])
def test_a_meaning_that_there_is_not_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(RuleBroken, match="no_such_role"):
        ColumnMapping.from_words(words)


def test_numbers_of_a_workbook_are_decimals_as_it_shows_them() -> None:
    """30.48 kept as 30.480000000000004 is 30.48, and never a binary fraction."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([0.1 + 0.2, 30.480000000000004, 1e-5, 12_345_678.91])
    file = io.BytesIO()
    book.save(file)

    [row] = read_table(file.getvalue(), "x.xlsx").rows

    assert [Decimal(cell) for cell in row.cells] == [
        Decimal("0.3"), Decimal("30.48"), Decimal("0.00001"), Decimal("12345678.91")
    ]  # fmt: skip


@pytest.mark.parametrize(("printed", "free"), [("1/2", "0.5"), ("1/4", "0.25"), ("3/4", "0.75"), (" 1/2 ", "0.5")])
@pytest.mark.parametrize("title", ["Free", "Free Qty", "Bonus"])
def test_parts_of_a_pack_that_are_free(printed: str, free: str, title: str) -> None:
    text = BUSY.replace(",2,0.5,150.00", f",2,{printed},150.00").replace("Qty.,Free", f"Qty.,{title}")

    assert [str(line.free) for line in read(text).invoice.lines] == ["1", "0", free]


@pytest.mark.parametrize(
    ("printed", "title"),
    [("1/3", "Free"), ("2/4", "Free"), ("1/28", "Free"), ("1/2", "Qty 2"), ("1/2", "Sch"), ("1/2", "Expiry 2")],
)
def test_what_else_has_a_stroke_is_no_part_of_a_pack(printed: str, title: str) -> None:
    text = BUSY.replace(",2,0.5,150.00", f",2,{printed},150.00").replace("Qty.,Free", f"Qty.,{title}")
    reading = read_invoice(text.encode(), "bill.csv")

    if isinstance(reading, InvoiceRead):  # asked, or kept as the text that it is
        assert [str(line.free) for line in reading.invoice.lines] == ["0", "0", "0"]
    else:
        assert explain(reading.problem)


def test_an_expiry_with_a_stroke_is_never_free_goods() -> None:
    lines = read(BUSY.replace(",05/28,", ",1/2,")).invoice.lines

    assert (lines[0].expiry, lines[0].unread, str(lines[0].free)) == (None, "1/2", "1")
