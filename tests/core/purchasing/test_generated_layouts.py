"""Two hundred layouts that the reader has not seen: nearly all are read unaided, and none is ever read wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.kernel.errors import RuleBroken
from core.purchasing.reading import columns, filling, table_reader
from core.purchasing.reading.columns import Column
from core.purchasing.reading.filling import Filled
from core.purchasing.reading.headers import said_by
from core.purchasing.reading.invoice import FileInvoice
from core.purchasing.reading.invoice_file import layout_key, read_invoice, read_with
from core.purchasing.reading.mapping import ColumnMapping, InvoiceRead, NeedsMapping
from core.purchasing.reading.roles import Role
from core.purchasing.reading.solving import Explanation
from core.purchasing.reading.tables import read_table
from tests.support.distributor_bills import Meant, MeantLine
from tests.support.distributors import WORDS, Layout, as_pdf, layout
from tests.support.listings import as_listing_pdf, rows_as_listing

LAYOUTS = 200
LEAST_MAPPED = 190
_TEXTS = ("name", "pack", "maker", "code", "batch", "hsn")
_SUMS = ("freight", "other_charges", "cash_discount", "credit_note", "tcs", "round_off")
_ROLES = {
    "halves": Role.GST_PERCENT,
    **dict.fromkeys(("rack", "made", "margin", "case", "short"), Role.IGNORED),
}


def other_than_meant(meant: Meant, read: FileInvoice) -> list[str]:
    """Return what of an invoice is not as it was meant."""
    return [what for what, was, is_read in _compared(meant, read) if was != is_read]


def _compared(meant: Meant, read: FileInvoice) -> Iterator[tuple[str, object, object]]:
    yield "number", meant.number, read.number
    yield "date", meant.on_date, read.on_date
    yield "gstin", meant.gstin if read.supplier_gstin else "", read.supplier_gstin
    yield "inter_state", meant.inter_state if read.inter_state is not None else None, read.inter_state
    yield "lines", len(meant.lines), len(read.lines)
    yield "total", meant.sums["total"], read.sums.total.paise if read.sums.total else None
    for name in _SUMS:
        yield name, meant.sums.get(name, 0), getattr(read.sums, name).paise
    for line, found in zip(meant.lines, read.lines, strict=False):
        printed = meant.columns
        for name in _TEXTS:
            yield name, getattr(line, name) if name in printed else "", getattr(found, name)
        expiry = found.expiry.last_day if found.expiry else None
        yield "expiry", line.expiry, (expiry.year, expiry.month) if expiry else None
        yield "quantity", line.quantity * 1000, found.quantity.thousandths
        yield "free", line.free, found.free.thousandths
        yield "rate", _rates(meant, line, read), found.rate.parts
        yield "mrp", line.mrp, found.mrp.paise if found.mrp else None
        ptr = line.ptr * 100 if "ptr" in printed else None
        # under a header that says nothing PTR is read as the rate that it is
        yield "ptr", ptr, found.ptr.parts if found.ptr else ptr if found.rate.parts == ptr else None
        percents = [line.discount_percent if "discount_percent" in printed else 0]
        percents.append(line.discount_percent_2 if "discount_percent_2" in printed else 0)
        read_percents = [found.discount_percent.basis_points, found.discount_percent_2.basis_points]
        # which of two comes first does not change what they take off
        yield "discounts", sorted(percents), sorted(read_percents)
        yield "taxable", line.taxable, found.taxable.paise
        yield "gst", line.gst_percent, found.gst_percent.basis_points if found.gst_percent else 0


def _rates(meant: Meant, line: MeantLine, read: FileInvoice) -> int:
    """Return the rate as the file prints it: where PTR less the discounts is the net rate, PTR is the rate as well."""
    before = "rate" in meant.columns or ("ptr" in meant.columns and line.ptr == line.rate)
    return 100 * (line.rate if before and not read.rate_after_discount else line.net_rate)


def outcome(made: Layout) -> str:
    """Return ``mapped``, ``asked`` or ``wrong`` (it claims to close, and is not what was meant)."""
    try:
        reading = read_invoice(made.data, made.name)
    except RuleBroken:
        return "asked"
    if isinstance(reading, NeedsMapping) or reading.differences:
        return "asked"
    return "wrong" if other_than_meant(made.meant, reading.invoice) else "mapped"


def test_nearly_all_layouts_are_read_unaided_and_none_is_read_wrong() -> None:
    outcomes = {seed: outcome(layout(seed)) for seed in range(LAYOUTS)}

    assert [seed for seed, what in outcomes.items() if what == "wrong"] == []
    assert Counter(outcomes.values())["mapped"] >= LEAST_MAPPED


def test_where_no_header_means_anything_the_numbers_alone_read_none_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no sum proves (free goods, PTR, a discount that only tells) is asked then; some are read all the same."""
    monkeypatch.setattr(columns, "said_by", lambda title: frozenset())
    monkeypatch.setattr(columns, "suggested_by", lambda title: frozenset())
    outcomes = Counter(outcome(layout(seed)) for seed in range(LAYOUTS))

    assert outcomes["wrong"] == 0
    assert outcomes["mapped"] * 6 >= LAYOUTS


def test_as_pdf_none_is_read_wrong_either() -> None:
    """Drawn to the paper's columns, over several pages; where columns run into each other the file is refused."""
    made = [one for one in map(layout, range(60)) if one.style.headers != "none"]
    outcomes = Counter(outcome(replace(one, data=as_pdf(one))) for one in made)

    assert outcomes["wrong"] == 0
    assert outcomes["mapped"] * 10 >= len(made) * 9


@pytest.mark.parametrize(("gutter", "least"), [(1, 5), (2, 9), (4, 9)])
def test_as_listings_none_is_read_wrong_either(gutter: int, least: int) -> None:
    """In letters of one width; a blank apart, words of unknown headers cannot always be told from columns."""
    made = [one for one in map(layout, range(40)) if one.style.headers != "none"]
    outcomes = Counter(
        outcome(
            replace(
                one, data=as_listing_pdf(rows_as_listing(one.rows, len(one.meant.columns), gutter=gutter)), name="x.pdf"
            )
        )
        for one in made
        if outcome(one) == "mapped"
    )

    assert outcomes["wrong"] == 0
    assert outcomes["mapped"] * 10 >= outcomes.total() * least


def test_the_layouts_are_unseen_ones() -> None:
    """Few of the headers are names that the reader knows; the others it has to prove."""
    known = [text for texts in WORDS.values() for text in texts if said_by(text)]

    assert len(known) * 5 < sum(map(len, WORDS.values()))


def test_the_noise_is_there() -> None:
    styles = [layout(seed).style for seed in range(LAYOUTS)]

    assert {style.form for style in styles} == {"csv", "xlsx"}
    assert {style.delimiter for style in styles} == {",", ";", "\t"}
    assert {style.headers for style in styles} == {"unseen", "known", "mixed", "none"}
    assert {style.rate for style in styles} == {"before", "after", "both"}
    assert {style.free for style in styles} == {"column", "beside", "none"}
    assert {style.tax for style in styles} == {"one", "two", "halves"}
    for noise in ("permuted", "subtotals", "grouping", "rupees", "dr_cr", "blank_columns"):
        assert 0 < sum(bool(getattr(style, noise)) for style in styles) < LAYOUTS


def answer(made: Layout) -> ColumnMapping:
    """Return what a person says who knows what each column means."""
    by_position = {
        place: _ROLES[column] if column in _ROLES else Role(column)
        for place, column in enumerate(made.meant.columns)
        if column
    }
    return ColumnMapping({}, by_position)


def test_what_was_asked_is_read_with_the_answer() -> None:
    asked = [made for seed in range(LAYOUTS) if outcome(made := layout(seed)) == "asked"]
    assert asked
    for made in asked:
        reading = read_invoice(made.data, made.name)
        assert isinstance(reading, NeedsMapping)
        assert reading.doubts or reading.code == "purchase_file.nothing_closes"

        answered = read_with(reading.table, answer(made))

        assert isinstance(answered, InvoiceRead), made.seed
        assert answered.differences == ()
        assert other_than_meant(made.meant, answered.invoice) == [], made.seed


def test_a_remembered_layout_is_not_asked_again() -> None:
    made = next(made for seed in range(LAYOUTS) if outcome(made := layout(seed)) == "asked")
    key = layout_key(read_table(made.data, made.name))

    reading = read_invoice(made.data, made.name, remembered={key: answer(made)})

    assert isinstance(reading, InvoiceRead)
    assert other_than_meant(made.meant, reading.invoice) == []


def test_what_was_read_unaided_reads_the_same_with_its_own_mapping() -> None:
    for seed in range(0, LAYOUTS, 8):
        made = layout(seed)
        reading = read_invoice(made.data, made.name)
        if not isinstance(reading, InvoiceRead) or reading.mapping is None:
            continue
        stored = ColumnMapping.from_words(reading.mapping.as_words())

        again = read_invoice(made.data, made.name, remembered={reading.layout_key: stored})

        assert isinstance(again, InvoiceRead), seed
        assert (again.invoice, again.differences) == (reading.invoice, reading.differences), seed


@pytest.mark.parametrize(("one", "other"), [(Role.RATE, Role.MRP), (Role.QUANTITY, Role.FREE)])
def test_a_broken_inference_is_caught_by_the_arithmetic(
    monkeypatch: pytest.MonkeyPatch, one: Role, other: Role
) -> None:
    """Whatever takes columns for each other, what it makes does not close where they differ."""
    exchanged = {one: other, other: one}

    def broken(table: tuple[Column, ...], explained: Explanation | None) -> Filled:
        filled = filling.fill(table, explained)
        roles = {place: exchanged.get(role, role) for place, role in filled.roles.items()}
        return Filled(roles, filled.doubts)

    monkeypatch.setattr(table_reader, "fill", broken)
    outcomes = Counter(outcome(layout(seed)) for seed in range(80) if _differ(layout(seed).meant, one))

    assert outcomes["wrong"] == 0
    assert outcomes["asked"] > 30


def _differ(meant: Meant, one: Role) -> bool:
    """Say whether the columns that are exchanged are there and hold different numbers."""
    if one is Role.QUANTITY:
        return "free" in meant.columns
    return "rate" in meant.columns
