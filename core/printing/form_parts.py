"""What papers on a dot-matrix printer's pages share: heads, the customer, the table, tax by rate, sums, the foot."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.gst import TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.form import Form, FormFlow, FormPage, FormRow, clip, edges, flow, row, wrap
from core.printing.paper import Text
from core.printing.plain import plain
from core.sales.dto import TaxSummaryRow
from core.settings.dto import Pharmacist, ShopView

#: Letters across of the facts about a paper, on the right of the customer.
_FACTS = 32
_LEAST_NAME = 22
_SUMS = 30
_FOOT_LINES = 2


@dataclass(frozen=True, slots=True)
class Body:
    """What stands on a paper's pages: ``first`` and the table, ``further`` as head of every page after it."""

    first: Sequence[Text]
    further: Sequence[Text]
    table: tuple[list[Text], list[FormRow]]
    closing: Sequence[Text]


def paged(form: Form, body: Body, left: str) -> list[FormPage]:
    """Return the pages, each as high as the form, with a foot that says ``left`` and which page of how many it is."""
    width = form.columns
    height = form.usable - _FOOT_LINES
    pages = FormFlow(height, width, body.further)
    pages.put(body.first)
    head, rows = body.table
    pages.put_table(head, rows, len(body.closing))
    pages.put(body.closing)
    count = len(pages.pages)
    return [
        (*page, *[Text("")] * (height - len(page)), *_foot(left, f"Page {number} of {count}", width))
        for number, page in enumerate(pages.pages, 1)
    ]


def _foot(left: str, page: str, width: int) -> list[Text]:
    return [across(width), Text(edges(clip(left, width - len(page) - 2), page, width)[0])]


def across(width: int, mark: str = "-") -> Text:
    """Return a line across the page."""
    return Text(mark * width)


def beside(left: Sequence[str], right: Sequence[str], start: int) -> list[Text]:
    """Return two columns; the right one begins at ``start``."""
    return [Text(f"{one.ljust(start)}{other}") for one, other in itertools.zip_longest(left, right, fillvalue="")]


def head(shop: ShopView, title: str, marks: Sequence[str], about: Sequence[str], width: int) -> list[Text]:
    """Return who gives a paper, what it is called and its marks; ``about`` stands below them."""
    said = [*shop.address.splitlines(), *([f"Phone: {shop.phone}"] if shop.phone else [])]
    numbers = [*([f"GSTIN: {shop.gstin}"] if shop.gstin else []), *map(wording.licence_text, shop.licences)]
    right_width = min(max((len(plain(mark)) for mark in marks), default=0), width // 2)
    left_width = width - right_width - (2 if marks else 0)
    left = [*wrap(", ".join(said), left_width), *flow(numbers, left_width)]
    right = [line.rjust(right_width) for mark in marks for line in wrap(mark, right_width)]
    return [
        *(Text(line, bold=True) for line in wrap(wording.declaration(shop) or "", width)),
        *(Text(line, bold=True) for line in edges(shop.name, title, width)),
        *beside(left, right, width - right_width),
        *(Text(line) for line in flow(about, width)),
        across(width),
    ]


def short_head(shop: ShopView, title: str, number: str, customer: str | None, width: int) -> list[Text]:
    """Return the head of the second page and those after it."""
    gstin = f"GSTIN: {shop.gstin}  " if shop.gstin else ""
    who = clip(customer or "", width - len(number) - len(gstin) - 2)
    return [
        *(Text(line, bold=True) for line in edges(clip(shop.name, width // 2), title, width)),
        *map(Text, edges(f"{gstin}{who}", number, width)),
        across(width),
    ]


def parties(of: wording.Document, facts: Sequence[tuple[str, str]], width: int) -> list[Text]:
    """Return for whom a paper is and, beside that, which one it is."""
    start = width - _FACTS
    known = [f"{label}: {text}" for label, text in wording.customer_facts(of)]
    phone = f"Phone: {of.customer_phone}" if of.customer_phone else ""
    name = of.customer_name or ("" if known else "Cash customer")
    who = [part for part in (f"To: {name}" if name else "", phone) if part]
    left = [
        *flow(who, start - 2),
        *wrap(", ".join((of.customer_address or "").splitlines()), start - 2),
        *flow(known, start - 2),
    ]
    right = [line for name, text in facts for line in wrap(f"{name}: {text}", _FACTS)]
    return beside(left, right, start)


def when(day: str, label: str, time: str) -> list[tuple[str, str]]:
    """Return a paper's day with the time beside it, or with when it was entered if that was on another day."""
    return [("Date", f"{day}  {time}")] if label == "Time" else [("Date", day), (label, time)]


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of goods: its name with the number before it, what is to be said of it, and its figures by column."""

    name: str
    details: Sequence[str]
    figures: Sequence[str]
    amount: Money


def table(titles: Sequence[str], lines: Sequence[TableLine], width: int) -> tuple[list[Text], list[FormRow]]:
    """Return the table's head, and its rows with figures beside the names where there is room for both, else below."""
    widths = [max(map(len, column)) + 2 for column in zip(titles, *(line.figures for line in lines), strict=True)]
    for_name = width - sum(widths)
    if for_name < _LEAST_NAME:
        rows = [[*wrap(line.name, width), *flow(line.details, width), *_below(titles, line.figures)] for line in lines]
        rows = [[part for text in row for part in wrap(text, width)] for row in rows]
        head = "Item"
    else:
        rows = [_row(line, _right(line.figures, widths), for_name) for line in lines]
        head = "Item".ljust(for_name) + _right(titles, widths)
    return (
        [Text(head, bold=True)],
        [FormRow(lines=tuple(texts), amount=line.amount) for line, texts in zip(lines, rows, strict=True)],
    )


def _right(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _below(titles: Sequence[str], cells: Sequence[str]) -> list[str]:
    return ["  ".join(f"{title} {cell}" for title, cell in zip(titles, cells, strict=True))]


def _row(line: TableLine, figures: str, for_name: int) -> list[str]:
    """Return a row: the figures beside the first line of the name, what belongs to it below or, if short, beside."""
    width = for_name + len(figures)
    together = "  ".join(map(plain, [line.name, *line.details]))
    if len(together) <= for_name:
        return [together.ljust(for_name) + figures]
    first, *more = wrap(line.name, for_name)
    rest = [" ".join(more)] if more else []
    return [first.ljust(for_name) + figures, *(f"   {text}" for text in flow([*rest, *line.details], width - 3))]


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands below the table: tax by rate (none where no tax is shown), sums, the total, how it was paid."""

    by_rate: Sequence[TaxSummaryRow]
    tax_type: TaxType
    rows: Sequence[tuple[str, str]]
    total: Money
    payments: Sequence[tuple[str, Money]]
    #: Stands beside the total.
    saying: str = ""


def closing(sums: Sums, width: int) -> list[Text]:
    """Return what stands below the table."""
    left_width = width - _SUMS - 4
    paid = [f"{label} {amount.grouped()}" for label, amount in sums.payments]
    left = [
        *(_tax_summary(sums, left_width) if sums.by_rate else []),
        *wrap(rupees_in_words(sums.total), left_width),
        *flow(paid, left_width),
    ]
    right = [line for label, amount in sums.rows for line in edges(label, amount, _SUMS)]
    total = f"TOTAL Rs. {sums.total.grouped()}"
    return [
        across(width),
        *beside(left, right, width - _SUMS),
        *(Text(line, bold=True) for line in edges(sums.saying, total, width)),
    ]


def _tax_summary(sums: Sums, width: int) -> list[str]:
    """Return value, rate and tax of each rate by head (rules 46(l) and (m), 53(1A)(h))."""
    inter = sums.tax_type is TaxType.INTER
    labels = ["GST", "Value", *(["IGST"] if inter else ["CGST", "SGST"])]
    column = (width - 16) // (len(labels) - 1)
    widths = [width - column * (len(labels) - 1), *[column] * (len(labels) - 1)]
    lines = row(labels, labels, widths)
    for part in sums.by_rate:
        taxes = [part.igst] if inter else [part.cgst, part.sgst]
        rate = wording.rate_by_head(part.treatment, part.gst, sums.tax_type)
        lines += row([rate, *(amount.grouped() for amount in (part.taxable, *taxes))], labels, widths)
    return lines


def signature(notes: Sequence[str], shop: ShopView, pharmacist: Pharmacist | None, width: int) -> list[Text]:
    """Return the notes and the place where somebody signs for the shop."""
    signs = f"Pharmacist: {wording.pharmacist_text(pharmacist)}" if pharmacist else "Authorised signatory"
    return [
        *map(Text, edges("  ".join(notes), f"For {shop.name}", width)),
        Text(""),
        *map(Text, edges("", signs, width)),
    ]
