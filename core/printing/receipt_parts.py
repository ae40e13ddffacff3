"""What the papers on a receipt roll share: the shop's head, marks, the customer, the total, tax by rate."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.gst import TaxType
from core.kernel.money import Money
from core.printing import wording
from core.printing.codes import Bitmap, no_wider
from core.printing.dto import DOTS, Columns
from core.printing.languages import Language, sayer
from core.printing.paper import Align, Cells, Flow, PaperLine, Picture, Rule, Sides, Size, Text, edges_of
from core.printing.wording import Say, as_it_is
from core.sales.dto import TaxSummaryRow
from core.settings.dto import ShopView

# widths of the columns of a table by the paper's columns
_HALVES = {32: (7, 10, 7, 8), 42: (8, 14, 10, 10), 48: (9, 15, 12, 12)}
_WHOLE = {32: (8, 13, 11), 42: (10, 16, 16), 48: (12, 18, 18)}


def one_below_the_other(language: Language) -> tuple[Language, ...]:
    """Return the languages of what stands one below the other, because side by side it is too wide."""
    return (Language.HINDI, Language.ENGLISH) if language is Language.BOTH else (language,)


def with_english(words: str, language: Language) -> str:
    """Return words that an officer looks for: beside the Hindi in English too."""
    return words if language is Language.ENGLISH else sayer(Language.BOTH)(words)


def marks(shop: ShopView, language: Language, *, duplicate: bool) -> list[PaperLine]:
    """Return what stands at both ends: that it is no real paper, that it was printed before."""
    said = [sayer(language)(wording.DEMO)] if shop.is_demo else []
    if duplicate:
        said.append(f"*** {with_english(wording.DUPLICATE, language)} ***")
    return [Text(mark, Align.CENTRE, bold=True) for mark in said]


def logo_lines(logo: Bitmap | None, columns: Columns) -> list[PaperLine]:
    """Return the shop's logo, made no wider than the paper."""
    return [Picture(no_wider(logo, DOTS[columns]))] if logo else []


def shop_head(shop: ShopView, say: Say = as_it_is) -> list[PaperLine]:
    """Return who gives the paper, and what its registration makes it say."""
    small = [shop.address]
    if shop.phone:
        small.append(f"{say('Ph')}: {shop.phone}")
    if shop.gstin:
        small.append(f"GSTIN: {shop.gstin}")
    return [
        Text(shop.name, Align.CENTRE, bold=True, size=Size.DOUBLE),
        *(Text(text, Align.CENTRE) for text in small),
        Flow(tuple(map(wording.licence_text, shop.licences)), Align.CENTRE),
        Text(wording.declaration(shop) or "", Align.CENTRE),
    ]


def dated(day: str, label: str, time: str, say: Say) -> PaperLine:
    """Return a paper's day and, at the other edge, when it was posted."""
    # the time needs no label in English, where it has been read without one all along
    return Sides(f"{say('Date')} {day}", time if label == "Time" else f"{say(label)} {time}")


def customer_lines(of: wording.Document, say: Say) -> list[PaperLine]:
    """Return for whom a paper is: name, telephone, address, GSTIN and state, and the place of an inter-state supply."""
    lines: list[PaperLine] = []
    if of.customer_name:
        lines.append(Text(f"{say('Customer')}: {of.customer_name}"))
    if of.customer_phone:
        lines.append(Text(f"{say('Phone')}: {of.customer_phone}"))
    lines.append(Text(of.customer_address or ""))
    lines += [Text(f"{fact}: {text}") for fact, text in wording.customer_facts(of, say)]
    if place := wording.place_of_supply(of):
        lines.append(Text(f"{say('Place of supply')}: {place}"))
    return lines


def table_head(names: tuple[str, ...], edges: tuple[float, ...], language: Language) -> list[PaperLine]:
    """Return the columns' names; the second language says only what is not the same in the first."""
    first, *others = (tuple(map(sayer(each), names)) for each in one_below_the_other(language))
    rest = (tuple("" if word in first else word for word in other) for other in others)
    return [Cells(head, head, edges) for head in (first, *rest)]


def tax_summary(
    parts: Sequence[TaxSummaryRow], tax_type: TaxType, columns: Columns, language: Language
) -> list[PaperLine]:
    """Return value and tax by head of each rate (rules 46(l) and (m), 53(1A)(h))."""
    say = sayer(language)
    inter = tax_type is TaxType.INTER
    names = ("GST", "Value", "IGST") if inter else ("GST", "Value", "CGST", "SGST")
    labels = tuple(map(say, names))
    edges = edges_of(_WHOLE[columns] if inter else _HALVES[columns])
    out: list[PaperLine] = [Rule(), *table_head(names, edges, language)]
    for part in parts:
        taxes = [part.igst] if inter else [part.cgst, part.sgst]
        rate = wording.rate_text(part.treatment, part.gst, say)
        out.append(Cells((rate, *(m.grouped() for m in (part.taxable, *taxes))), labels, edges))
    return out


def sums(
    rows: Sequence[tuple[str, str]], total: Money, payments: Sequence[tuple[str, Money]], say: Say
) -> list[PaperLine]:
    """Return the sums, the total below them, and how it was paid."""
    return [
        Rule(),
        *(Sides(*row) for row in rows),
        Rule("="),
        grand_total(say("TOTAL"), total),
        Rule("="),
        *(Sides(label, amount.grouped()) for label, amount in payments),
    ]


def grand_total(label: str, total: Money) -> PaperLine:
    """Return the total in the largest letters that it fits in."""
    return Sides(label, rupees(total), bold=True, size=Size.DOUBLE)


def rupees(amount: Money) -> str:
    """Return an amount with the rupee sign, which a printer's own letters show as ``Rs.``."""
    return f"₹ {amount.grouped()}"
