"""Invoices of distributors that never were, in layouts that nobody has seen: what is meant, and a file that says it.

The same seed makes the same invoice and file. Nothing of the program is used here but its file writers' libraries: what
a file means is known because it was meant before it was written. Headers are of lists of our own, so that the reader
has to find out what columns mean by their numbers; some are no words at all, some files have none.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta

import openpyxl
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.support.distributor_bills import Meant, MeantLine, Style, gstin_of, meant_bill

WORDS: dict[str, tuple[str, ...]] = {
    "serial": ("#", "Line", "N", "Sr", "Row"),
    "code": ("Art. No", "Prod ID", "SKU", "Catalogue No", "Our Ref"),
    "name": (
        "Medicine",
        "Goods",
        "Drug & Strength",
        "Article",
        "Prdct Name",
        "Trade Name",
        "Commodity",
        "Prod. Descr.",
    ),
    "pack": ("Pk", "Pckg", "Packg.", "Contents", "Pack Sz", "Presentation"),
    "maker": ("Manufacturer Name", "Mfd By", "Cmpny", "Co.", "Marketed By", "Principal", "House"),
    "batch": ("Lot", "Lot No.", "B/No", "Btch No.", "Batch #", "Batch Code", "Control No"),
    "expiry": ("Expires", "Exp Mth", "Best Before", "Use By", "EXPIRY MM/YY", "Xpry", "Valid Upto"),
    "hsn": ("HSN Cd", "Tariff", "HS Code", "HSN/SAC Code", "Chapter"),
    "quantity": ("Nos", "Qnty", "Sold Qty", "Units", "Despatched", "Qty Bld", "Packs", "Count"),
    "free": ("Bonus", "F.O.C.", "Scheme Goods", "Extra", "Fre", "Deal", "Gratis", "Offer Qty"),
    "rate": ("Trade Price", "Price/Unit", "Basic", "Unit Cost", "Rt.", "T.P.", "Billing Price", "Each"),
    "net_rate": ("Net Price", "Eff. Rate", "Rate after Disc", "Nett Rt", "Final Price"),
    "mrp": ("Retail Price", "Max Price", "Printed Price", "M R P", "Consumer Price", "Max. Retail", "Label Price"),
    "ptr": ("Retailer Rate", "Price to Retailer", "PTR Rs", "P.T.R."),
    "discount_percent": ("Less %", "Rebate %", "D%", "Dsc %", "Concession%", "Trade Disc", "Allow."),
    "discount_percent_2": ("Addl Less %", "Extra D%", "2nd Disc%", "Cash Allow. %"),
    "discount": ("Disc Value", "Less Amt", "Rebate Rs", "Reduction", "Disc. Given"),
    "gross": ("Goods Amt", "Gross", "Value before Disc", "List Value"),
    "taxable": ("Value before tax", "Net of Disc", "Assessable", "Txbl Val", "Basic Amt", "Ex-tax Value"),
    "amount": ("Line Total incl GST", "Total Rs", "Amt with Tax", "Payable", "Inclusive Value"),
    "gst_percent": ("GST Rt", "Tax Pct", "G.S.T. %", "Rate of Tax", "GST Slab", "Levy"),
    "cgst_percent": ("CGST Rt", "Central Tax %", "C.Tax%", "C-GST"),
    "sgst_percent": ("SGST Rt", "State Tax %", "S.Tax%", "S-GST"),
    "igst_percent": ("IGST Rt", "Integrated Tax %", "I-GST"),
    "halves": ("CGST+SGST %", "GST (C+S)", "C+S Tax"),
    "gst": ("GST Value", "Tax Rs", "GST Rs.", "Levy Amt"),
    "rack": ("Godown", "Shelf", "Bay", "Loc."),
    "made": ("Mfd Dt", "Mfg. Month", "Made On"),
    "margin": ("Margin %", "Profit %", "Mgn"),
    "case": ("Case", "Carton #", "Box"),
    "short": ("Short", "Not sent", "Pending"),
    "invoice_number": ("Doc Number", "Inv. #", "Voucher Ref", "Bill Num"),
    "invoice_date": ("Doc Dt", "Inv. Dated", "Bill Day"),
    "total": ("Bill Net", "Inv. Total Amt", "Invoice Net Value"),
}
#: Headers of programs that are known; a few layouts are written in them.
KNOWN: dict[str, str] = {
    "serial": "S.No.",
    "code": "Item Code",
    "name": "Particulars",
    "pack": "Pack",
    "maker": "Mfr",
    "batch": "Batch No.",
    "expiry": "Exp. Dt.",
    "hsn": "HSN/SAC",
    "quantity": "Qty.",
    "free": "Free",
    "rate": "Rate",
    "net_rate": "Net Rate",
    "mrp": "M.R.P.",
    "ptr": "PTR",
    "discount_percent": "Disc.%",
    "discount_percent_2": "CD%",
    "discount": "Disc Amt",
    "gross": "Gross Amt",
    "taxable": "Taxable",
    "amount": "Amount",
    "gst_percent": "GST%",
    "cgst_percent": "CGST%",
    "sgst_percent": "SGST%",
    "igst_percent": "IGST%",
    "halves": "GST",
    "gst": "GST Amt",
    "rack": "Rack",
    "made": "Mfg Date",
    "margin": "Margin",
    "case": "Case No",
    "short": "Short Qty",
    "invoice_number": "Invoice No",
    "invoice_date": "Invoice Date",
    "total": "Bill Amount",
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Layout:
    """A file and what is meant by it. ``style`` says how it was written, for who looks at one that failed."""

    seed: int
    name: str
    data: bytes
    meant: Meant
    style: Style
    rows: list[list[str]]


def layout(seed: int) -> Layout:
    """Return the layout of a seed."""
    draw = random.Random(seed)
    style = Style.drawn(draw)
    meant = meant_bill(draw, style)
    rows = _rows(draw, style, meant)
    is_sheet = style.form == "xlsx"
    data = _xlsx(rows, numbers=style.typed) if is_sheet else _csv(rows, style.delimiter, style.encoding)
    return Layout(seed, f"bill{seed}.{style.form}", data, meant, style, rows)


def _rows(draw: random.Random, style: Style, meant: Meant) -> list[list[str]]:
    table = [
        [_cell(style, meant, line, number, column, draw) for column in meant.columns]
        for number, line in enumerate(meant.lines, start=1)
    ]
    header = [_header(draw, style, column) for column in meant.columns]
    width = len(header)
    for _ in range(style.blank_columns):
        place = draw.randrange(width + 1)
        for row in (header, *table):
            row.insert(place, "")
        meant.columns.insert(place, "")
        width += 1
    rows = [] if style.where == "rows" and draw.random() < 0.5 else _letterhead(draw, style, meant, width)
    if style.headers != "none":
        rows.append(header)
    since = 0
    pages = draw.random() < 0.1
    groups = draw.random() < 0.1
    for number, (row, line) in enumerate(zip(table, meant.lines, strict=True), start=1):
        if groups and number % 6 == 1:
            rows.append(["", f"** {line.maker} **"])
        rows.append(row)
        since += line.taxable
        if pages and number % 9 == 0 and number < len(table):
            rows.append(["Page 1 of 2", "", "Continued ..."])
        if style.subtotals and number % 7 == 0 and number < len(table):
            rows.append(_summed(width, meant, draw.choice(["Sub Total", "Page Total", "Total c/f"]), since, style))
            if style.repeated_header and style.headers != "none":
                rows.append(list(header))
    return rows + _footer(draw, style, meant, width)


def _header(draw: random.Random, style: Style, column: str) -> str:
    known = style.headers == "known" or (style.headers == "mixed" and draw.random() < 0.5)
    if known:
        return KNOWN[column]
    text = draw.choice(WORDS[column])
    return draw.choice([text, text, text.upper(), text.lower()])


def _letterhead(draw: random.Random, style: Style, meant: Meant, width: int) -> list[list[str]]:
    day = _day(meant.on_date, style.date)
    number, head = meant.number, [[meant.supplier], ["14/332, Market Road, Kochi 682011  Ph: 0484 2361234"]]
    head.append(
        draw.choice([[f"GSTIN: {meant.gstin}"], ["GSTIN", meant.gstin], [f"GST No. {meant.gstin} DL No KL-EKM-1"]])
    )
    if style.where == "rows":
        return head
    if draw.random() < 0.4:
        head.insert(draw.choice([0, 1]), [draw.choice(["TAX INVOICE", "GST INVOICE", "Tax Invoice (Original)"])])
    if draw.random() < 0.5:
        head.append([""])
    head += draw.choice(
        [
            [[f"Invoice No: {number}", "", f"Date: {day}"]],
            [["Invoice No.", number], ["Invoice Date", day]],
            [["Bill No", number, "", "Dated", day]],
            [["Inv. No. :", number, "Dt.", day], ["Order No", "PO/77", "Order Date", "01/01/2026"]],
            [["", "", f"Bill No.: {number}   Dt: {day}"]],
        ]
    )
    if draw.random() < 0.6:
        head.append(["Buyer: OWN MEDICALS, Kochi", f"GSTIN: {gstin_of('32', draw)}"])
    if draw.random() < 0.3:
        head.append([""])
    return head


def _cell(style: Style, meant: Meant, line: MeantLine, number: int, column: str, draw: random.Random) -> str:
    zero = style.zeros
    year, month = line.expiry
    match column:
        case "serial":
            return str(number)
        case "code" | "name" | "pack" | "maker" | "batch" | "hsn":
            return str(getattr(line, column))
        case "expiry":
            return _expiry(year, month, style.expiry)
        case "made":
            return _expiry(year - 2, month, style.expiry)
        case "quantity":
            if style.free == "beside" and line.free:
                return f"{line.quantity}+{line.free // 1000}"
            return f"{line.quantity}" if style.zeros != "0.00" or style.free == "beside" else f"{line.quantity}.00"
        case "free":
            return f"{line.free / 1000:g}" if line.free else zero
        case "discount_percent" | "discount_percent_2":
            percent = int(getattr(line, column))
            return f"{percent / 100:g}" if percent else zero
        case "gst_percent":
            return _percent(line.gst_percent, style)
        case "cgst_percent" | "sgst_percent":
            return _percent(line.gst_percent // 2, style)
        case "igst_percent":
            return _percent(line.gst_percent, style)
        case "halves":
            return f"{line.gst_percent / 200:g}+{line.gst_percent / 200:g}"
        case "discount":
            return _money(line.gross - line.taxable, style) if line.gross != line.taxable else zero
        case "gst":
            return _money(line.tax, style) if line.tax else zero
        case "amount":
            return _money(line.taxable + line.tax, style)
        case "rack":
            return f"{'ABCD'[number % 4]}-{number % 3 + 1}"
        case "margin":
            return f"{18 + line.quantity % 7}.{number % 10}"
        case "case":
            return str(number % 2 + 300)
        case "short":
            return str(number % 3) if number % 4 == 1 else zero
        case "invoice_number":
            return meant.number
        case "invoice_date":
            return _day(meant.on_date, style.date)
        case "total":
            return _money(meant.sums["total"], style)
        case _:
            return _money(int(getattr(line, column)), style)


def _percent(points: int, style: Style) -> str:
    return f"{points / 100:g}%" if style.rupees else f"{points / 100:.2f}" if style.grouping else f"{points / 100:g}"


def _money(paise: int, style: Style) -> str:
    sign = "-" if paise < 0 else ""
    rupees, rest = divmod(abs(paise), 100)
    text = str(rupees)
    if style.grouping and len(text) > 3:
        head, tail = text[:-3], text[-3:]
        groups: list[str] = []
        while head:
            groups.insert(0, head[-2:])
            head = head[:-2]
        text = ",".join([*groups, tail])
    return f"{'Rs. ' if style.rupees else ''}{sign}{text}.{rest:02d}"


def _day(day: date, form: str) -> str:
    forms = {
        "DD/MM/YYYY": f"{day:%d/%m/%Y}",
        "DD-MM-YYYY": f"{day:%d-%m-%Y}",
        "DD/MM/YY": f"{day:%d/%m/%y}",
        "DD-Mon-YYYY": f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}",
        "YYYY-MM-DD": day.isoformat(),
    }
    return forms[form]


def _expiry(year: int, month: int, form: str) -> str:
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    forms = {
        "MM/YY": f"{month:02d}/{year % 100}",
        "MM/YYYY": f"{month:02d}/{year}",
        "MM-YYYY": f"{month:02d}-{year}",
        "Mon-YY": f"{_MONTHS[month - 1]}-{year % 100}",
        "last": f"{last:%d/%m/%Y}",
        "first": f"{first:%d-%m-%Y}",
        "iso": last.isoformat(),
    }
    return forms[form]


def _summed(width: int, meant: Meant, label: str, taxable: int, style: Style) -> list[str]:
    row = [""] * width
    row[meant.columns.index("name")] = label
    for place, column in enumerate(meant.columns):
        if column == "taxable":
            row[place] = _money(taxable, style)
    return row


def _footer(draw: random.Random, style: Style, meant: Meant, width: int) -> list[list[str]]:
    if "total" in meant.columns:
        return []
    sums = meant.sums
    side = draw.choice(["last", "near", "cell"])

    def written(label: str, paise: int) -> list[str]:
        behind = draw.choice([" Dr", " Cr"]) if style.dr_cr and label in _TOTALS else ""
        text = _money(paise, style) + behind
        if side == "cell":
            return ["", f"{label}: {text}"]
        row = [""] * width
        row[min(1, width - 2)] = label
        row[-1 if side == "last" else 3] = text
        return row

    rows: list[list[str]] = [[""]] if draw.random() < 0.3 else []
    if draw.random() < 0.4:
        rows.append(_summed(width, meant, "Total", sums["taxable"], style))
    if draw.random() < 0.7:
        rows.append(
            written(draw.choice(["Sub Total", "Value of Goods", "Total Taxable Value", "Goods Total"]), sums["taxable"])
        )
    taxes = sums["tax"]
    if draw.random() < 0.8:
        if meant.inter_state:
            rows.append(written(draw.choice(["IGST", "Integrated Tax (IGST)", "Add: IGST"]), taxes))
        elif draw.random() < 0.7:
            rows += [written("CGST", taxes // 2), written("SGST", taxes - taxes // 2)]
        else:
            rows.append(written(draw.choice(["Total GST", "GST Amount", "Add GST"]), taxes))
    if draw.random() < 0.3:
        rows += _summary(draw, style, meant)
    for name, labels in _LABELS.items():
        if name in sums:
            rows.append(written(draw.choice(labels), sums[name] * draw.choice([1, 1, -1] if name in _OFF else [1])))
    if style.round_off == "printed" and sums["round_off"]:
        rows.append(written(draw.choice(["Round Off", "R/Off", "Rounding", "Rounded off (+/-)"]), sums["round_off"]))
    rows.append(written(draw.choice(_TOTALS), sums["total"]))
    if draw.random() < 0.4:
        rows.append(["", draw.choice(["Rupees Two Thousand Only", "E. & O.E.", "For " + meant.supplier])])
    return rows


def _summary(draw: random.Random, style: Style, meant: Meant) -> list[list[str]]:
    """Return the table of taxes by rate that many bills have below."""
    parts = ["IGST"] if meant.inter_state else ["CGST", "SGST"]
    rows = [["", draw.choice(["GST%", "Class", "Tax Rate"]), "Taxable", *parts, "Total"]]
    for rate in sorted({line.gst_percent for line in meant.lines}):
        lines = [line for line in meant.lines if line.gst_percent == rate]
        goods, tax = sum(line.taxable for line in lines), sum(line.tax for line in lines)
        label = draw.choice([f"{rate / 100:g}", f"GST {rate / 100:g}%"])
        shares = [_money(tax // len(parts), style) for _ in parts]
        rows.append(["", label, _money(goods, style), *shares, _money(goods + tax, style)])
    return rows


_TOTALS = ("Grand Total", "Net Amount", "Bill Amount", "Amount Payable", "Net Payable", "Invoice Value", "To Pay")
_OFF = ("cash_discount", "credit_note")
_LABELS = {
    "freight": ("Freight", "Courier Charges", "Delivery Chgs"),
    "other_charges": ("Other Charges", "Packing & Handling", "Insurance"),
    "cash_discount": ("Cash Discount", "Less C.D.", "Less: Cash Disc"),
    "credit_note": ("Less Credit Note", "Cr. Note Adj", "C/N adjusted"),
    "tcs": ("TCS", "T.C.S. 0.1%"),
}


def as_pdf(made: Layout, lines_a_page: int = 30) -> bytes:
    """Draw the rows of a layout on pages: texts of the table to the left, numbers to the right, the rest anyhow."""
    full = [row for row in made.rows if sum(map(bool, row)) * 2 > len(made.meant.columns)]
    widest = [
        max((stringWidth(row[at], "Helvetica", 7) for row in full if at < len(row)), default=0)
        for at in range(max(map(len, made.rows)))
    ]
    edges = [20.0]
    for width in widest:
        edges.append(edges[-1] + max(width, 6) + 8)
    numeric = [
        2 * sum(_ends_in_digit(row[at]) for row in full if at < len(row)) > len(full) for at in range(len(widest))
    ]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(max(edges[-1], 500) + 20, 12 * lines_a_page + 30))
    for number, row in enumerate(made.rows):
        at = number % lines_a_page
        if not at:
            if number:
                canvas.showPage()
            canvas.setFont("Helvetica", 7)
        top = 12 * (lines_a_page - at) + 10
        for place, cell in enumerate(row):
            if row in full and numeric[place]:
                canvas.drawRightString(edges[place + 1] - 8, top, cell)
            elif cell:
                x = edges[place] if row in full or place * 3 > len(edges) else 20 + 180 * place
                canvas.drawString(x, top, cell)
    canvas.save()
    return file.getvalue()


def _ends_in_digit(cell: str) -> bool:
    return cell[-1:].isdigit() and cell[:1].isdigit() and "/" not in cell


def _csv(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def _xlsx(rows: list[list[str]], *, numbers: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([_typed(cell) if numbers else cell or None for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(cell: str) -> object:
    """Return plain numbers as a spreadsheet holds them: binary fractions."""
    try:
        return float(cell) if (cell and cell[0] != "0") or cell in {"0", "0.00"} else cell or None
    except ValueError:
        return cell
