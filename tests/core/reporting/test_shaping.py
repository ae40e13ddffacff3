"""Rows put into order, groups and columns: nothing is lost, nothing counted twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn, plain_value, show_value
from core.reporting.report import ReportRow
from core.reporting.shaping import LineKind, Shape, shaped, sorted_rows, total_of, visible_columns

COLUMNS = (
    ReportColumn("item", "Item", stretches=True),
    ReportColumn("maker", "Maker", groups=True),
    ReportColumn("day", "Day", Kind.DATE),
    ReportColumn("sold", "Sold", Kind.QUANTITY),
    ReportColumn("lines", "Lines", Kind.COUNT, adds_up=True),
    ReportColumn("amount", "Amount", Kind.MONEY, adds_up=True),
    ReportColumn("rack", "Rack", extra=True),
)
ROWS = st.lists(
    st.builds(
        lambda *values: ReportRow(values),
        st.text(max_size=6),
        st.sampled_from([None, "Cipla", "Sun", ""]),
        st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.builds(Quantity, st.integers(-500, 500), st.integers(1, 30)),
        st.none() | st.integers(-9, 9),
        st.none() | st.builds(Money, st.integers(-(10**9), 10**9)),
        st.none() | st.sampled_from(["A1", "B2"]),
    ),
    max_size=30,
)


def test_no_two_groups_have_the_same_heading() -> None:
    columns = (ReportColumn("time", "Time", Kind.TIME), ReportColumn("lines", "Lines", Kind.COUNT, adds_up=True))
    at = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    instants = [at, at + timedelta(seconds=20), at + timedelta(days=1), at + timedelta(seconds=59)]
    rows = [ReportRow((instant, 1)) for instant in instants]
    lines = list(shaped(columns, rows, Shape(group="time")))
    assert [line.values[0] for line in lines if line.kind is LineKind.GROUP] == [
        "Time: 20-11-2026 12:00 (3)",
        "Time: 21-11-2026 12:00 (1)",
    ]
    assert [line.values[1] for line in lines if line.kind is LineKind.SUBTOTAL] == [3, 1]


@given(
    ROWS,
    st.sampled_from([None, *(column.id for column in COLUMNS)]),
    st.sampled_from([None, "maker", "day"]),
    st.booleans(),
)
def test_every_row_stands_once_and_sums_are_of_what_stands_above(
    rows: list[ReportRow], sort: str | None, group: str | None, descending: bool
) -> None:
    lines = list(shaped(COLUMNS, rows, Shape(tuple(column.id for column in COLUMNS), sort, descending, group)))
    assert sorted(map(repr, (line.values for line in lines if line.kind is LineKind.ROW))) == sorted(
        repr(row.values) for row in rows
    )
    amounts, whole, part = 5, Money(0), Money(0)
    for line in lines:
        if line.kind is LineKind.GROUP:
            part = Money(0)
            continue
        value = line.values[amounts]
        assert value is None or isinstance(value, Money)
        if line.kind is LineKind.ROW:
            whole, part = whole + (value or Money(0)), part + (value or Money(0))
        else:
            assert (value or Money(0)) == (part if line.kind is LineKind.SUBTOTAL else whole)
    kinds = [line.kind for line in lines]
    assert kinds.count(LineKind.TOTAL) == bool(rows)
    assert kinds.count(LineKind.GROUP) == kinds.count(LineKind.SUBTOTAL)
    if group is not None:
        place = [column.id for column in COLUMNS].index(group)
        heads = [line.values[0] for line in lines if line.kind is LineKind.GROUP]
        assert len(heads) == len(set(heads)) == len({row.values[place] or None for row in rows})


@given(ROWS, st.sampled_from([column.id for column in COLUMNS]), st.booleans())
def test_rows_are_in_order_and_what_has_no_value_stands_last(
    rows: list[ReportRow], name: str, descending: bool
) -> None:
    place = [column.id for column in COLUMNS].index(name)
    values = [row.values[place] for row in sorted_rows(COLUMNS, rows, name, descending=descending)]
    empty = [value for value in values if value is None]
    assert values[len(values) - len(empty) :] == empty
    filled = [show_value(COLUMNS[place].kind, value) for value in values if value is not None]
    if name == "amount":
        ordered = [value for value in values if isinstance(value, Money)]
        assert ordered == sorted(ordered, reverse=descending)
    if name == "item":
        assert [text.casefold() for text in filled] == sorted((t.casefold() for t in filled), reverse=descending)


@given(ROWS, st.text("aCiplaSun 1.", max_size=8))
def test_words_keep_the_rows_in_which_all_of_them_stand(rows: list[ReportRow], words: str) -> None:
    kept = [line for line in shaped(COLUMNS, rows, Shape(words=words)) if line.kind is LineKind.ROW]
    shown = [
        " ".join(show_value(column.kind, value) for column, value in zip(COLUMNS, row.values, strict=True)).casefold()
        for row in rows
    ]
    assert len(kept) == sum(all(word in text for word in words.casefold().split()) for text in shown)


def test_columns_are_shown_as_they_are_asked_for() -> None:
    assert [column.id for column in visible_columns(COLUMNS, Shape())] == [
        "item", "maker", "day", "sold", "lines", "amount"
    ]  # fmt: skip
    assert [column.id for column in visible_columns(COLUMNS, Shape(("rack", "item", "rack")))] == ["rack", "item"]
    with pytest.raises(RuleBroken, match=r"reports\.no_column"):
        visible_columns(COLUMNS, Shape(("price",)))
    with pytest.raises(RuleBroken, match=r"reports\.no_columns"):
        visible_columns(COLUMNS, Shape(()))


def test_the_words_of_sums_stand_where_no_sum_does() -> None:
    row = ReportRow(("Crocin", "GSK", None, Quantity(13, 10), 2, Money(12_34), None))
    total = list(shaped(COLUMNS, [row, row], Shape()))[-1]
    assert total.values == ("Total", None, None, None, 4, Money(24_68))
    assert list(shaped(COLUMNS, [], Shape())) == []
    assert total_of(COLUMNS, []) == (None,) * len(COLUMNS)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "plain"),
    [
        (Kind.MONEY, Money(-123_456_789), "-12,34,567.89", "-1234567.89"),
        (Kind.COUNT, -1_234_567, "-12,34,567", -1_234_567),
        (Kind.PERCENT, -1_205, "-12.05", "-12.05"),
        (Kind.PERCENT, 12_345, "123.45", "123.45"),
        (Kind.QUANTITY, Quantity(25, 10), "2:5", "2:5"),
        (Kind.DATE, date(2026, 11, 2), "02-11-2026", "2026-11-02"),
        (Kind.TEXT, "=A1", "=A1", "=A1"),
        (Kind.MONEY, None, "", None),
    ],
)
def test_values_for_people_and_for_programs(kind: Kind, value: object, shown: str, plain: object) -> None:
    assert show_value(kind, value) == shown  # type: ignore[arg-type]
    assert plain_value(kind, value) == plain  # type: ignore[arg-type]


def test_a_group_says_how_many_it_has_and_has_no_sum_where_nothing_adds_up() -> None:
    rows = [ReportRow((name, "Sun", None, Quantity(1, 1), 1, None, None)) for name in ("Aten", "Crocin")]
    texts = list(shaped(COLUMNS, rows, Shape(("item", "day"), group="maker")))
    assert [line.values[0] for line in texts] == ["Maker: Sun (2)", "Aten", "Crocin"]
    assert [line.kind for line in shaped(COLUMNS, rows, Shape(("item", "lines"), group="maker"))] == [
        LineKind.GROUP, LineKind.ROW, LineKind.ROW, LineKind.SUBTOTAL, LineKind.TOTAL
    ]  # fmt: skip
