"""Whether a distributor's invoice adds up: each line, its tax, the sums, the printed total. Pure.

True of every real bill that the layouts were taken from: rate x quantity less discounts is the taxable value; local
GST is two halves, each rounded half up, IGST one; goods, tax and charges less what is set off, rounded half up to the
rupee, are the total. Suppliers' programs round a line at other places than we would, so a line may differ by two paise
and a sum by ten; the total may not differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import BASIS_POINTS, ZERO, Money, Percent, Rate
from core.kernel.rounding import divide_half_away
from core.purchasing.reading.invoice import SIGNS, FileInvoice, FileLine, PackCount
from core.tax.domain import are_halves, split_exclusive

LINE_TOLERANCE = 2
_LEAST_SUM_TOLERANCE = 2
_MOST_SUM_TOLERANCE = 10
#: Thousandths of a pack times 1/10000 rupee in one paisa.
_PARTS_PER_PAISA = 100_000
_HALF_PAISA_OF_A_THOUSAND = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the file's numbers contradict each other: what follows from the others, and what is printed there.

    ``what`` is the kind (``taxable``, ``tax``, ``halves``, ``line_amount``, ``gross``, ``mrp``, ``taxable_sum``,
    ``tax_sum``, ``discount_sum``, ``total``, ``no_total``, ``no_lines``, ``no_number``, ``no_date``); ``row`` and
    ``name`` are of its line, None and empty for the whole bill.
    """

    what: str
    expected: Money
    printed: Money
    row: int | None = None
    name: str = ""

    @property
    def problem(self) -> RuleBroken:
        """The difference with its sentence."""
        return RuleBroken(_CODES[self.what], expected=self.expected, printed=self.printed, row=self.row, name=self.name)


_CODES = {
    "taxable": "purchase_file.taxable_differs",
    "tax": "purchase_file.tax_differs",
    "halves": "purchase_file.halves_differ",
    "gross": "purchase_file.gross_differs",
    "line_amount": "purchase_file.amount_differs",
    "mrp": "purchase_file.mrp_below_net",
    "taxable_sum": "purchase_file.taxable_sum_differs",
    "tax_sum": "purchase_file.tax_sum_differs",
    "discount_sum": "purchase_file.discount_sum_differs",
    "total": "purchase_file.total_differs",
    "no_total": "purchase_file.no_total",
    "no_lines": "purchase_file.no_lines",
    "no_number": "purchase_file.no_number",
    "no_date": "purchase_file.no_date",
}


def gross_of(rate: Rate, quantity: PackCount) -> Money:
    """Return what that many packs cost at a rate, rounded half away from zero."""
    return Money(divide_half_away(rate.parts * quantity.thousandths, _PARTS_PER_PAISA))


def tax_on(taxable: Money, percent: Percent, *, inter_state: bool) -> Money:
    """Return the GST of a line: two halves each rounded, or IGST rounded once."""
    tax_type = TaxType.INTER if inter_state else TaxType.INTRA
    return split_exclusive(taxable, GstTreatment.TAXABLE, percent, tax_type).tax


def printed_tax(line: FileLine) -> Money | None:
    """Return the GST that the file prints on a line, as a whole or in parts; None where it prints none."""
    if line.gst is not None:
        return line.gst
    parts = [part for part in (line.cgst, line.sgst, line.igst) if part is not None]
    return Money.total(parts) if parts else None


def tax_of(line: FileLine, inter_state: bool | None) -> Money:
    """Return a line's GST as printed, else as its rate makes it (as a local bill where the file does not say)."""
    tax = printed_tax(line)
    if tax is not None:
        return tax
    return tax_on(line.taxable, line.gst_percent, inter_state=bool(inter_state)) if line.gst_percent else ZERO


def goods_of(invoice: FileInvoice) -> Money:
    """Return the taxable value of all lines."""
    return Money.total(line.taxable for line in invoice.lines)


def gst_of(invoice: FileInvoice) -> Money:
    """Return the GST of all lines; where no line says anything of GST, what is printed below them."""
    if all(line.gst_percent is None and printed_tax(line) is None for line in invoice.lines):
        return invoice.sums.tax or ZERO
    return Money.total(tax_of(line, invoice.inter_state) for line in invoice.lines)


def charges_of(invoice: FileInvoice) -> Money:
    """Return what is added below the lines less what is taken off there, without the round-off."""
    return Money.total(getattr(invoice.sums, name) * sign for name, sign in SIGNS.items())


def before_round_off(invoice: FileInvoice) -> Money:
    """Return goods, GST and charges: what the total was before it was rounded to the rupee."""
    return goods_of(invoice) + gst_of(invoice) + charges_of(invoice)


def sum_tolerance(lines: int) -> int:
    """Return by how many paise a sum over that many lines may differ: where GST is worked out for the whole bill."""
    return min(max(lines, _LEAST_SUM_TOLERANCE), _MOST_SUM_TOLERANCE)


def total_fits(before: Money, round_off: Money, total: Money, lines: int) -> bool:
    """Say whether a printed total follows from what stood before it was rounded.

    It is the nearest rupee, a half going up, or the same to the paisa where a supplier does not round. With a printed
    round-off both must add up to it.
    """
    tolerance = sum_tolerance(lines)
    if round_off:
        return abs((before + round_off - total).paise) <= tolerance
    if abs((before - total).paise) <= tolerance:
        return True
    return total.paise % 100 == 0 and any(
        Money(before.paise + slack).rounded_to_rupee() == total for slack in (0, -tolerance, tolerance)
    )


def closes(invoice: FileInvoice) -> tuple[Difference, ...]:
    """Return every difference between the file's numbers; nothing says that the invoice may be posted.

    Without a printed total, lines, a number and a day an invoice never closes: a person has to add them.
    """
    lacking = [("no_number", not invoice.number), ("no_date", invoice.on_date is None), ("no_lines", not invoice.lines)]
    missing = (Difference(what, ZERO, ZERO) for what, lacks in lacking if lacks)
    return (*missing, *_line_differences(invoice), *_sum_differences(invoice))


def _line_differences(invoice: FileInvoice) -> Iterator[Difference]:
    expect = _way_of_discounts(invoice)
    for line in invoice.lines:
        at = (line.row, line.name)
        gross = gross_of(line.rate, line.quantity)
        slack = LINE_TOLERANCE
        if invoice.rate_after_discount:  # the rate was rounded to the paisa before it was printed
            slack += divide_half_away(line.quantity.thousandths, _HALF_PAISA_OF_A_THOUSAND)
        elif line.gross is not None and _apart(line.gross, gross, LINE_TOLERANCE):
            yield Difference("gross", gross, line.gross, *at)
        if _apart(line.taxable, expected := expect(line), slack):
            yield Difference("taxable", expected, line.taxable, *at)
        central, state = line.cgst or ZERO, line.sgst or ZERO
        if not are_halves(central, state):
            yield Difference("halves", central, state, *at)
        tax = printed_tax(line)
        if tax is not None and line.gst_percent is not None:
            allowed = _taxes(line.taxable, line.gst_percent, invoice.inter_state)
            if all(_apart(tax, one, LINE_TOLERANCE) for one in allowed):
                yield Difference("tax", allowed[0], tax, *at)
        with_tax = line.taxable + tax_of(line, invoice.inter_state)
        if line.amount is not None and _apart(line.amount, with_tax, LINE_TOLERANCE):
            yield Difference("line_amount", with_tax, line.amount, *at)
        if line.mrp is not None and line.quantity:
            room = slack + divide_half_away(line.quantity.thousandths, _HALF_PAISA_OF_A_THOUSAND)
            at_mrp = Money(divide_half_away(line.mrp.paise * line.quantity.thousandths, 1_000))
            if with_tax.paise > at_mrp.paise + room:
                yield Difference("mrp", _each(with_tax, line.quantity), line.mrp, *at)


def _sum_differences(invoice: FileInvoice) -> Iterator[Difference]:
    sums, lines = invoice.sums, len(invoice.lines)
    tolerance = sum_tolerance(lines)
    discounts = Money.total(gross_of(line.rate, line.quantity) - line.taxable for line in invoice.lines)
    checks = [
        ("taxable_sum", goods_of(invoice), sums.taxable),
        ("tax_sum", gst_of(invoice), sums.tax),
        ("discount_sum", discounts, None if invoice.rate_after_discount else sums.line_discounts),
    ]
    for what, expected, printed in checks:
        if printed is not None and _apart(printed, expected, tolerance):
            yield Difference(what, expected, printed)
    before = before_round_off(invoice)
    if sums.total is None:
        yield Difference("no_total", before.rounded_to_rupee(), ZERO)
    elif not total_fits(before, sums.round_off, sums.total, lines):
        yield Difference("total", before + sums.round_off, sums.total)


def _apart(one: Money, other: Money, tolerance: int) -> bool:
    return abs(one.paise - other.paise) > tolerance


def _taxes(taxable: Money, percent: Percent, inter_state: bool | None) -> list[Money]:
    ways = [False, True] if inter_state is None else [inter_state]
    return [tax_on(taxable, percent, inter_state=way) for way in ways]


def _each(amount: Money, quantity: PackCount) -> Money:
    return Money(divide_half_away(amount.paise * 1_000, quantity.thousandths))


def in_sequence(gross: Money, first: Percent, second: Percent) -> Money:
    """Return an amount less one percentage, and the rest less another."""
    left = gross.paise * (BASIS_POINTS - first.basis_points) * (BASIS_POINTS - second.basis_points)
    return Money(divide_half_away(left, BASIS_POINTS * BASIS_POINTS))


def _less_amounts(line: FileLine) -> Money:
    return (line.discount or ZERO) + (line.scheme_discount or ZERO)


def _by_amounts(line: FileLine) -> Money:
    return gross_of(line.rate, line.quantity) - _less_amounts(line)


def _by_percents(line: FileLine) -> Money:
    return in_sequence(gross_of(line.rate, line.quantity), line.discount_percent, line.discount_percent_2)


def _by_added_percents(line: FileLine) -> Money:
    gross = gross_of(line.rate, line.quantity)
    return gross - gross.percent(line.discount_percent) - gross.percent(line.discount_percent_2)


def _by_both(line: FileLine) -> Money:
    return _by_percents(line) - _less_amounts(line)


def _by_scheme_and_percents(line: FileLine) -> Money:
    gross = gross_of(line.rate, line.quantity) - (line.scheme_discount or ZERO)
    return in_sequence(gross, line.discount_percent, line.discount_percent_2)


def _as_rated(line: FileLine) -> Money:
    return gross_of(line.rate, line.quantity)


#: How programs take discounts off: the printed amount says it all, percentages one after the other or of the same
#: gross, an amount besides percentages, a scheme's amount before them.
_WAYS = (_by_amounts, _by_percents, _by_added_percents, _by_both, _by_scheme_and_percents)


def _way_of_discounts(invoice: FileInvoice) -> Callable[[FileLine], Money]:
    """Return the one way of taking discounts off that fits most lines: a file does not change it between two.

    Of ways that fit as many, as where a bill of one line is misprinted, it is the one that comes closest.
    """
    if invoice.rate_after_discount:
        return _as_rated

    def misfit(way: Callable[[FileLine], Money]) -> tuple[int, int]:
        off = [abs(line.taxable.paise - way(line).paise) for line in invoice.lines]
        return sum(one > LINE_TOLERANCE for one in off), sum(off)

    return min(_WAYS, key=misfit)
