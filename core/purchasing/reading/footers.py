"""The numbers below the lines: each with the words before it, and which of them make the printed total.

What a number is called only suggests what it is; sums are taken where they make the total from the lines.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.purchasing.reading.arithmetic import sum_tolerance, total_fits
from core.purchasing.reading.invoice import SET_OFFS, SIGNS, PrintedSums
from core.purchasing.reading.tables import Row
from core.purchasing.reading.values import as_money, is_nothing, read_date, read_number

_KINDS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("words", r"\bwords?\b|\bonly\b|rupees \w+ \w+"),
        ("count", r"\b(?:items?|qty|quantity|nos|cases?|boxes|parcels?|lines?|packs?|strips?)\b(?!.*\bamount\b)"),
        ("round_off", r"round|\br\s*/?\s*off|\brnd\b|\broff\b"),
        ("tcs", r"\bt\.?c\.?s\b"),
        ("credit_note", r"\bcr(?:edit)?\.?\s*/?\s*notes?|\bc\s*[/.]\s*n\b|\bcn\b|\bcr\.?\s*adj"),
        ("debit_note", r"\b(?:dr|debit)\.?\s*notes?|\bd\s*/\s*n\b|\bdn\b"),
        ("replacement", r"\brepl"),
        ("advance", r"\badv"),
        ("freight", r"freight|courier|deliver|transport|cartage|carriage|\bfrt\b|postage"),
        ("cash_discount", r"cash\s*disc|\bc\.?\s?d\b\.?"),
        ("scheme_discount", r"\bsch"),
        ("trade_discount", r"trade\s*disc|\bt\.?\s?d\b\.?|special\s*disc|\bspl"),
        ("discount", r"disc|rebate|\bless\b"),
        (
            "total",
            (
                r"grand|\bnett?\b|payable|\bdue\b|chargeable"
                r"|(?:bill|invoice|inv)\W*(?:total|amount|amt|value|val)|total\W*(?:invoice|bill|amount|amt|value|payable|rs)"
                r"|\bto pay\b|\bfinal"
            ),
        ),
        ("goods", r"taxable|goods|gross|basic|before|assessable|sub\s*-?total|excl"),
        ("tax", r"gst|\btax|\bvat\b"),
        ("other_charges", r"other|charge|packing|handling|insur|hamali|loading|misc"),
        ("weak_total", r"total|amount|\bsum\b"),
    )
)
_IN_TEXT = re.compile(
    r"(?P<label>[a-z][^=:]*?)\s*[:=]?\s*(?:rs\.?|₹|inr)?\s*"
    r"(?P<number>[-(]?\d[\d,]*\.\d{1,2}\)?|(?<=[:=\s])\d[\d,]*(?=\s*(?:/-)?\s*$))(?![\d%]|\s*%|\.\d)\s*(?:/-)?\s*"
    r"(?:\(?[dc]r\b\.?\)?)?",
    re.IGNORECASE | re.ASCII,
)
_MOST_NUMBERS = 400
_LONGEST_PAPER = 40
#: What looks like the number of a paper: letters and digits, strokes between them, one digit at least.
_PAPER = re.compile(
    r"(?<![A-Z0-9/.-])(?=[A-Z/-]*\d)[A-Z0-9]+(?:[/-][A-Z0-9]+)*(?![A-Z0-9/.%-])", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A number outside the table with the words before it, and what they call it (empty for unknown words)."""

    label: str
    amount: Money
    kind: str


def labelled_numbers(rows: Iterable[Row]) -> tuple[Labelled, ...]:
    """Return the numbers of rows in the order they stand; a number under no words keeps none."""
    found: list[Labelled] = []
    for row in rows:
        found.extend(_of_row(row))
        if len(found) > _MOST_NUMBERS:
            break
    return tuple(found[:_MOST_NUMBERS])


def _of_row(row: Row) -> Iterator[Labelled]:
    label = ""
    used = False
    for cell in row.cells:
        if is_nothing(cell):
            continue
        number = read_number(cell)
        if number is not None:
            if not cell.endswith("%"):
                yield _labelled(label, number)
            used = True
            continue
        inside = list(_IN_TEXT.finditer(cell))
        for match in inside:
            if (number := read_number(match["number"])) is not None:
                yield _labelled(f"{'' if used else label} {match['label']}", number)
        label = cell if used or inside else f"{label} {cell}"
        used = bool(inside)


def _is_day(text: str) -> bool:
    try:
        read_date(text)
    except RuleBroken:
        return False
    return True


def _labelled(label: str, number: int) -> Labelled:
    label = label.strip()
    kind = next((kind for kind, words in _KINDS if words.search(label)), "") if label else ""
    return Labelled(label, as_money(number), kind)


class Footer:
    """What stands below the lines, and how it leads from goods and tax to the printed total.

    ``told`` is a total that the lines repeat in a column; it counts instead of what is printed below.
    """

    def __init__(self, found: Sequence[Labelled], lines: int, told: Money | None = None) -> None:
        self.found = tuple(found)
        self._lines = lines
        self._named = self._adjustments()
        self._totals = [told] if told is not None else self._likely_totals()
        self.has_total = bool(self._totals)

    def may_follow(self, goods_and_tax: int) -> bool:
        """Say whether a total can follow from so many paise of goods and tax: a quick look before all is worked out."""
        slack = 100 + 2 * self._lines
        return not self.has_total or any(abs(target - goods_and_tax) <= slack for target in self._targets)

    @cached_property
    def _targets(self) -> list[int]:
        """What goods and tax come to, in paise, for each likely total and each set of what is added and taken off."""
        discounts = [kind for kind in self._named if kind.endswith("discount")]
        rests = {
            sum(amount.paise * SIGNS[kind] for kind, amount in self._named.items() if kind not in left_out)
            for count in range(len(discounts) + 1)
            for left_out in itertools.combinations(discounts, count)
        }
        return [total.paise - rest for total in self._totals for rest in rests]

    def settle(self, goods: Money, tax: Money, line_discounts: Money) -> PrintedSums | None:
        """Return the sums that lead from goods and tax to the printed total, None where none do.

        ``line_discounts`` is what the lines took off already: a discount printed below that repeats it comes off no
        second time.
        """
        for sums in self._adjusted(line_discounts):
            before = goods + tax + Money.total(getattr(sums, name) * sign for name, sign in SIGNS.items())
            for total in self._totals:
                for round_off in self._round_offs(total - before):
                    if total_fits(before, round_off, total, self._lines):
                        return self._checked(replace(sums, total=total, round_off=round_off), goods, tax)
        return None

    def as_named(self) -> PrintedSums:
        """Return the sums by their words alone, for a bill whose total follows from nothing."""
        return PrintedSums(total=next(iter(self._totals), None), **self._named)

    @cached_property
    def papers(self) -> dict[str, str]:
        """The number of the one paper of each kind (``SET_OFFS``) that is set off; none where several are."""
        found: dict[str, str] = {}
        for kind in SET_OFFS:
            numbers = {
                number
                for one in self.found
                if one.kind == kind and one.amount
                for number in _PAPER.findall(one.label)
                if len(number) <= _LONGEST_PAPER and not _is_day(number)
            }
            if len(numbers) == 1:
                found[kind] = numbers.pop()
        return found

    def taxes(self) -> list[Money]:
        """Return what GST of the whole bill may be where no line says anything of it: its parts, or a sum."""
        parts = {
            (one.label.casefold(), one.amount.paise): one.amount
            for one in self.found
            if one.kind == "tax" and one.amount and re.search(r"[csi]gst", one.label, re.IGNORECASE)
        }
        whole = [one.amount for one in self.found if one.kind == "tax" and one.amount]
        return list(dict.fromkeys([*([Money.total(parts.values())] if parts else []), *whole]))

    def _adjustments(self) -> dict[str, Money]:
        """Return what has a name and changes the total; what is printed twice (on each page) counts once."""
        named: dict[str, dict[tuple[str, int], Money]] = {}
        for one in self.found:
            kind = "trade_discount" if one.kind == "discount" else one.kind
            if kind in SIGNS and one.amount:
                size = abs(one.amount.paise)
                named.setdefault(kind, {})[one.label.casefold(), size] = Money(size)
        return {kind: Money.total(amounts.values()) for kind, amounts in named.items()}

    def _adjusted(self, line_discounts: Money) -> Iterator[PrintedSums]:
        """Yield what may be added and taken off: without discounts that the lines hold already, then all."""
        discounts = {kind: amount for kind, amount in self._named.items() if kind.endswith("discount")}
        sets = [{kind: amount} for kind, amount in discounts.items()]
        for repeated in [*sets, *([discounts] if len(discounts) > 1 else [])]:
            printed = Money.total(repeated.values())
            if abs((printed - line_discounts).paise) <= sum_tolerance(self._lines):
                rest = {kind: amount for kind, amount in self._named.items() if kind not in repeated}
                yield PrintedSums(line_discounts=printed, **rest)
        yield PrintedSums(**self._named)

    def _likely_totals(self) -> list[Money]:
        """Return what may be the printed total: by its words, the last first; by weaker ones; else the last number."""
        for kind in ("total", "weak_total"):
            named = [one.amount for one in self.found if one.kind == kind and one.amount]
            if named:
                return list(dict.fromkeys(reversed(named)))
        return [one.amount for one in self.found if not one.kind and one.amount][-1:]

    def _round_offs(self, rest: Money) -> Iterator[Money]:
        """Yield the printed round-off with the sign of the rest; an unnamed number may be it, or none is printed."""
        signed = -1 if rest.paise < 0 else 1
        for kind, tolerance in (("round_off", sum_tolerance(self._lines)), ("", 0)):
            for one in self.found:
                size = abs(one.amount.paise)
                if one.kind == kind and 0 < size < 100 and abs(size - abs(rest.paise)) <= tolerance:
                    yield Money(size * signed)
        if not any(one.kind == "round_off" and one.amount for one in self.found):
            yield ZERO

    def _checked(self, sums: PrintedSums, goods: Money, tax: Money) -> PrintedSums:
        """Add the printed sums of goods and of tax where they stand there as the lines make them."""

        def printed(kinds: set[str], expected: Money) -> Money | None:
            for one in self.found:
                near = abs((one.amount - expected).paise) <= sum_tolerance(self._lines)
                if one.kind in kinds and one.amount and near:
                    return one.amount
            return None

        return replace(sums, taxable=printed({"goods", "weak_total", ""}, goods), tax=printed({"tax"}, tax))

    def tax_otherwise(self, tax: Money) -> Money | None:
        """Return CGST and SGST together where each is printed once for all of the bill, and they make another tax."""
        halves: defaultdict[str, list[Money]] = defaultdict(list)
        for one in self.found:
            if one.kind == "tax" and one.amount:
                halves[re.sub(r"[^a-z]", "", one.label.casefold())].append(one.amount)
        if halves.keys() != {"cgst", "sgst"} or any(len(amounts) > 1 for amounts in halves.values()):
            return None
        whole = Money.total(amounts[0] for amounts in halves.values())
        return None if abs((whole - tax).paise) <= sum_tolerance(self._lines) else whole
