"""Bills of distributors that never were: what is meant, before any file says it.

Amounts are worked out here anew, in paise, as suppliers' programs do it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

_STEMS = [
    "AMOX",
    "CETI",
    "PARA",
    "DOLO",
    "AZI",
    "METF",
    "GLIM",
    "ATOR",
    "ROSU",
    "PANTO",
    "RABE",
    "LEVO",
    "MONT",
    "AMLO",
    "TELM",
    "OFLO",
    "CIPRO",
    "DICLO",
    "ACEC",
    "IBU",
]
_ENDS = ["CLAV", "ZINE", "MOL", "XIN", "FORM", "IDE", "VAST", "ZOLE", "CET", "LUKAST", "DIPINE", "SARTAN"]
_FORMS = (
    ("TAB", ("10'S", "15'S", "1*10", "10 TAB", "30's")),
    ("CAP", ("10'S", "10CAP", "1x10")),
    ("SYP", ("60 ML", "100ML", "200 ml")),
    ("CREAM", ("15GM", "20 GM", "30gm")),
    ("INJ", ("1 VIAL", "2ML", "10 ML")),
    ("DROPS", ("15 ML", "30ML")),
)
_MAKERS = ("CIPLA LTD", "SUN PHARMA", "MANKIND", "ALKEM", "TORRENT", "LUPIN", "ZYDUS CADILA", "INTAS", "ABBOTT")
_SUPPLIERS = ("MALABAR DRUG HOUSE", "Sree Ganesh Agencies", "KOTTAYAM PHARMA DISTRIBUTORS", "N.K. & Sons Medicals")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Style:
    """How a file is written. Where a file cannot be written so, what is meant changes it."""

    form: str
    typed: bool
    delimiter: str
    encoding: str
    headers: str
    permuted: bool
    blank_columns: int
    subtotals: bool
    repeated_header: bool
    grouping: bool
    rupees: bool
    zeros: str
    rate: str
    free: str
    tax: str
    discounts: str
    where: str
    expiry: str
    date: str
    round_off: str
    dr_cr: bool

    @classmethod
    def drawn(cls, draw: random.Random) -> Style:
        """Draw one."""
        return cls(
            form=draw.choice(["csv", "csv", "xlsx"]),
            typed=draw.random() < 0.6,
            delimiter=draw.choice([",", ",", ";", "\t"]),
            encoding=draw.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
            headers=draw.choices(["unseen", "known", "mixed", "none"], [75, 10, 10, 5])[0],
            permuted=draw.random() < 0.6,
            blank_columns=draw.choice([0, 0, 1, 2]),
            subtotals=draw.random() < 0.25,
            repeated_header=draw.random() < 0.1,
            grouping=draw.random() < 0.35,
            rupees=draw.random() < 0.15,
            zeros=draw.choice(["", "0", "0.00", "-"]),
            rate=draw.choices(["before", "after", "both"], [65, 20, 15])[0],
            free=draw.choices(["column", "beside", "none"], [60, 15, 25])[0],
            tax=draw.choices(["one", "two", "halves"], [55, 35, 10])[0],
            discounts=draw.choices(["none", "one", "two"], [25, 60, 15])[0],
            where=draw.choices(["head", "rows"], [88, 12])[0],
            expiry=draw.choice(["MM/YY", "MM/YYYY", "MM-YYYY", "Mon-YY", "last", "first", "iso"]),
            date=draw.choice(["DD/MM/YYYY", "DD-MM-YYYY", "DD/MM/YY", "DD-Mon-YYYY", "YYYY-MM-DD"]),
            round_off=draw.choice(["printed", "printed", "silent", "none"]),
            dr_cr=draw.random() < 0.15,
        )


@dataclass
class MeantLine:
    """A line in paise, packs, thousandths of a free pack and basis points."""

    name: str
    pack: str
    maker: str
    code: str
    batch: str
    expiry: tuple[int, int]
    hsn: str
    quantity: int
    free: int
    rate: int
    net_rate: int
    mrp: int
    ptr: int
    discount_percent: int
    discount_percent_2: int
    gst_percent: int
    gross: int
    taxable: int
    tax: int


@dataclass
class Meant:
    """What a file says: the bill, its lines, which columns are printed, and the sums below in paise."""

    number: str
    on_date: date
    supplier: str
    gstin: str
    inter_state: bool
    lines: list[MeantLine]
    columns: list[str]
    rate_is_net: bool
    sums: dict[str, int] = field(default_factory=dict)


def half_away(numerator: int, denominator: int) -> int:
    """Divide, a half going away from zero: written here anew, since the program's own is under test."""
    sign = -1 if numerator < 0 else 1
    return sign * ((abs(numerator) * 2 + denominator) // (2 * denominator))


def gstin_of(state: str, draw: random.Random) -> str:
    """Return a GSTIN with its right last character."""
    body = state + "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=5)) + f"{draw.randrange(10_000):04d}A1Z"
    total = 0
    for place, letter in enumerate(body):
        product = _ALPHABET.index(letter) * (1 + place % 2)
        total += product // 36 + product % 36
    return body + _ALPHABET[-total % 36]


def meant_bill(draw: random.Random, style: Style) -> Meant:
    """Draw a bill that can be written in a style."""
    inter = draw.random() < 0.2
    on_date = date(2026, draw.randrange(1, 13), draw.randrange(1, 29))
    if style.tax == "halves" and inter:
        style.tax = "one"
    lines = [_line(draw, style, inter) for _ in range(draw.randrange(2, 26))]
    for line, code in zip(lines, draw.sample(range(1000, 9999), len(lines)), strict=True):
        line.code = f"{draw.choice(['', ''])}{code}"
    if not any(line.discount_percent for line in lines):
        style.discounts = "none"
    if style.headers == "none" and style.free == "column" and draw.random() < 0.6:
        style.free = "beside"
        for line in lines:
            line.free = line.free // 1000 * 1000
    meant = Meant(
        number=draw.choice(["INV/{0}", "S-{0}", "{0}", "KL/26-27/{0}", "A{0}"]).format(draw.randrange(100, 99_999)),
        on_date=on_date,
        supplier=draw.choice(_SUPPLIERS),
        gstin=gstin_of("33" if inter else "32", draw),
        inter_state=inter,
        lines=lines,
        columns=_columns(draw, style, lines, inter),
        rate_is_net=style.rate == "after",
    )
    meant.sums = _sums(draw, style, meant)
    return meant


def _line(draw: random.Random, style: Style, inter: bool) -> MeantLine:
    form, packs = draw.choice(_FORMS)
    gst = draw.choices([500, 1800, 0, 4000], [80, 15, 4, 1])[0]
    mrp = draw.choice([draw.randrange(900, 30_000), draw.randrange(500, 9_900) * 10, draw.randrange(2000, 190_000)])
    ptr = half_away(mrp * 10_000 * 8, (10_000 + gst) * 10)
    rate = draw.choice([ptr, ptr, half_away(ptr * 95, 100), half_away(ptr, 100) * 100 or 100])
    rate = min(rate, ptr)
    quantity = draw.choice([1, 2, 3, 5, 10, 10, 20, 30, draw.randrange(1, 200)])
    free = 0
    if style.free == "column" and draw.random() < 0.03:  # free goods of another item, on a line of their own
        quantity, free = 0, draw.choice([1, 2, 5]) * 1000
    if quantity and style.free != "none" and draw.random() < 0.45:
        free = draw.choice([quantity // 10, quantity // 5, quantity // 20]) * 1000
        if quantity in {5, 15} and draw.random() < 0.3 and style.free == "column":
            free = 500
    first = draw.choice([0, 200, 500, 750, 1000]) if style.discounts != "none" else 0
    second = draw.choice([0, 100, 200]) if style.discounts == "two" else 0
    left = (10_000 - first) * (10_000 - second)
    net_rate = half_away(rate * left, 100_000_000)
    gross = rate * quantity
    if style.rate == "after":
        gross = taxable = net_rate * quantity
    else:
        taxable = half_away(gross * left, 100_000_000)
        net_rate = half_away(taxable, quantity) if quantity else net_rate
    # a program that prints one rate often rounds the whole tax: half of it is then no whole paise
    is_whole = inter or style.tax == "one"
    tax = half_away(taxable * gst, 10_000) if is_whole else 2 * half_away(taxable * gst, 20_000)
    stem, end = draw.choice(_STEMS), draw.choice(_ENDS)
    return MeantLine(
        name=f"{stem}{end} {draw.choice(['', '10 ', '250 ', '500 ', '650 ', 'PLUS '])}{form}".replace("  ", " "),
        pack=draw.choice(packs),
        maker=draw.choice(_MAKERS),
        code="",
        batch=draw.choice(["{1}{0}", "{1}-{0}", "{0}{1}", "B{0}"]).format(
            draw.randrange(1000, 99_999), "".join(draw.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
        ),
        expiry=(draw.randrange(2027, 2031), draw.randrange(1, 13)),
        hsn=draw.choice(["30049099", "30049069", "30041030", "30042019", "3004", "33049990", "30039090"]),
        quantity=quantity,
        free=free,
        rate=rate,
        net_rate=net_rate,
        mrp=mrp,
        ptr=ptr,
        discount_percent=first,
        discount_percent_2=second,
        gst_percent=gst,
        gross=gross,
        taxable=taxable,
        tax=tax,
    )


def _columns(draw: random.Random, style: Style, lines: list[MeantLine], inter: bool) -> list[str]:
    columns = ["name", "batch", "expiry", "quantity", "mrp"]
    for column, chance in {"serial": 60, "code": 30, "pack": 75, "maker": 50, "hsn": 75, "ptr": 20}.items():
        if draw.randrange(100) < chance:
            columns.append(column)
    if style.free == "column":
        columns.append("free")
    columns += {"before": ["rate"], "after": ["net_rate"], "both": ["rate", "net_rate"]}[style.rate]
    if style.discounts != "none":
        columns.append("discount_percent")
        if style.discounts == "two":
            columns.append("discount_percent_2")
        if draw.random() < 0.3 and style.rate != "after":
            columns.append("discount")
    if style.tax == "one":
        columns.append("igst_percent" if inter and draw.random() < 0.5 else "gst_percent")
    elif style.tax == "halves":
        columns.append("halves")
    else:
        columns += ["igst_percent"] if inter else ["cgst_percent", "sgst_percent"]
    if draw.random() < 0.35:
        columns.append("gst")
    amounts = draw.choice(
        [["taxable"], ["taxable"], ["amount"], ["taxable", "amount"], ["gross", "taxable"], ["gross"]]
    )
    if style.rate == "after":
        amounts = [name for name in amounts if name != "gross"] or ["taxable"]
    columns += amounts
    for column, chance in {"rack": 8, "made": 8, "margin": 8, "case": 8, "short": 3}.items():
        if draw.randrange(100) < chance:
            columns.append(column)
    if style.where == "rows":
        columns += ["invoice_number", "invoice_date", *draw.choice([[], ["total"]])]
    if style.headers == "none":  # nobody could tell all of it apart without a word: most such files have less
        spare = {"margin", "case", "short", "invoice_number", "total", "invoice_date"}
        columns = [c for c in columns if c not in spare | ({"ptr"} if draw.random() < 0.8 else set())]
        style.where = "head"
    order = [c for c in _USUAL if c in columns]
    if style.permuted:
        draw.shuffle(order)
    return order


_USUAL = [
    "invoice_number",
    "invoice_date",
    "serial",
    "code",
    "name",
    "pack",
    "maker",
    "hsn",
    "rack",
    "batch",
    "made",
    "expiry",
    "case",
    "short",
    "quantity",
    "free",
    "mrp",
    "ptr",
    "rate",
    "discount_percent",
    "discount_percent_2",
    "discount",
    "net_rate",
    "gross",
    "taxable",
    "gst_percent",
    "cgst_percent",
    "sgst_percent",
    "igst_percent",
    "halves",
    "gst",
    "margin",
    "amount",
    "total",
]


def _sums(draw: random.Random, style: Style, meant: Meant) -> dict[str, int]:
    """Return the sums below the lines in paise; what comes off is positive as well."""
    sums = {
        "taxable": sum(line.taxable for line in meant.lines),
        "tax": sum(line.tax for line in meant.lines),
    }
    before = sums["taxable"] + sums["tax"]
    if "total" not in meant.columns:  # what no footer says cannot be in the total
        for name, chance, sign in (
            ("freight", 10, 1),
            ("other_charges", 6, 1),
            ("cash_discount", 10, -1),
            ("credit_note", 8, -1),
            ("tcs", 4, 1),
        ):
            if draw.randrange(100) < chance:
                sums[name] = draw.randrange(100, max(200, before // 50))
                before += sign * sums[name]
    total = before if style.round_off == "none" else half_away(before, 100) * 100
    sums["round_off"] = total - before if style.round_off == "printed" and "total" not in meant.columns else 0
    sums["total"] = total
    return sums
