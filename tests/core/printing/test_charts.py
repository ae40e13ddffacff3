"""Charts as data and on paper: round axes, the short amounts of India, bars in proportion, nothing outside its room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.money import Money
from core.printing.chart_data import ChartData, Series, Share, Shares, Unit, axis_of, short_number, short_rupees
from core.printing.charts import chart_piece, share_piece
from core.printing.page import BoxInk, Piece, Side, Style, TextInk, text_width, to_pdf
from core.printing.page import Page as PaperPage

AMOUNTS = st.integers(-(10**12), 10**12)


def chart(*series: tuple[int | None, ...], unit: Unit = Unit.MONEY) -> ChartData:
    labels = tuple(f"p{number}" for number in range(len(series[0])))
    names = ("Net sales", "Margin")
    named = tuple(Series(name, numbers) for name, numbers in zip(names, series, strict=False))
    return ChartData("Sales", labels, labels, named, unit)


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rupees", "shown"),
    [
        ("0", "0"),
        ("0.49", "0"),
        ("-0.49", "0"),
        ("0.50", "1"),
        ("999.49", "999"),
        ("1000", "1 K"),
        ("1250", "1.3 K"),
        ("45000", "45 K"),
        ("99999", "100 K"),
        ("100000", "1 L"),
        ("120000", "1.2 L"),
        ("9999999", "100 L"),
        ("10000000", "1 Cr"),
        ("34500000", "3.5 Cr"),
        ("123450000000", "12,345 Cr"),
        ("-45000", "-45 K"),
    ],
)
def test_amounts_in_the_short_form(rupees: str, shown: str) -> None:
    assert short_rupees(Money.parse(rupees).paise) == shown


def test_counts_in_the_short_form() -> None:
    assert [short_number(number) for number in (0, 7, 1_500, 250_000)] == ["0", "7", "1.5 K", "2.5 L"]
    assert (Unit.COUNT.short(1_500), Unit.COUNT.whole(-1_23_456)) == ("1.5 K", "-1,23,456")
    assert (Unit.MONEY.whole(-1_23_456_50), Unit.MONEY.whole(5)) == ("-₹1,23,456.50", "₹0.05")


@given(numbers=st.lists(AMOUNTS, max_size=40), most=st.integers(2, 8))
def test_an_axis_is_round_holds_everything_and_has_a_zero(numbers: list[int], most: int) -> None:
    axis = axis_of(numbers, most)
    step = axis.ticks[1] - axis.ticks[0]
    assert axis.low <= min(0, *numbers, 0) <= max(0, *numbers, 0) <= axis.high
    assert axis.low < axis.high
    assert 0 in axis.ticks
    assert axis.ticks == tuple(range(axis.low, axis.high + 1, step))
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert len(axis.ticks) <= most + 3
    # no step is left empty at either end
    assert axis.high - step < max(0, *numbers, 0) or axis.high == step
    assert axis.low + step > min(0, *numbers, 0) or axis.low == 0


def test_an_axis_of_money_has_whole_rupees_and_names_apart() -> None:
    axis = chart((3, 50)).axis()
    assert axis.ticks == (0, 100)
    for top in (4_00, 999_00, 1_05_000_00, 99_99_999_00, 3_00_00_000_00):
        names = [short_rupees(tick) for tick in chart((top,)).axis().ticks]
        assert len(set(names)) == len(names), names


def test_a_chart_reads_its_points() -> None:
    data = chart((1_00, None), (-5_00, 2_50))
    assert data.reading(0) == "p0: Net sales ₹1.00, Margin -₹5.00"
    assert data.reading(1) == "p1: Net sales –, Margin ₹2.50"
    assert not data.is_empty
    assert chart((0, None)).is_empty
    with pytest.raises(AssertionError, match="unequal"):
        ChartData("x", ("a",), ("a", "b"), (Series("n", (1,)),))


@given(numbers=st.lists(AMOUNTS, min_size=1, max_size=6))
def test_shares_are_shares_of_what_came_in(numbers: list[int]) -> None:
    shares = Shares("Paid by", tuple(Share(f"way {at}", number) for at, number in enumerate(numbers)))
    points = [shares.basis_points(part) for part in shares.parts]
    assert all(0 <= point <= 10_000 for point in points)
    assert abs(sum(points) - (10_000 if any(number > 0 for number in numbers) else 0)) <= len(numbers)
    assert all(points[at] == 0 for at, number in enumerate(numbers) if number <= 0)


# --- paper -------------------------------------------------------------------------------------------------------


def bars(piece: Piece, grey: float) -> list[BoxInk]:
    return [ink for ink in piece.inks if isinstance(ink, BoxInk) and ink.grey == grey]


def test_printed_bars_are_in_proportion_and_hang_below_zero() -> None:
    piece = chart_piece(chart((200_00, 100_00, 0, -100_00)), 300, 120)
    first, second, third = sorted(bars(piece, 0.35), key=lambda bar: bar.x)
    assert first.height == pytest.approx(2 * second.height)
    assert third.height == pytest.approx(second.height)
    assert first.y + first.height == pytest.approx(second.y + second.height)
    assert third.y == pytest.approx(first.y + first.height)  # it begins where the others end
    assert first.width == pytest.approx(third.width)


def test_the_second_series_is_hollow_and_named() -> None:
    piece = chart_piece(chart((200_00, 100_00), (50_00, 25_00)), 300, 120)
    texts = [ink.text for ink in piece.inks if isinstance(ink, TextInk)]
    assert {"Net sales", "Margin", "p0", "p1", "0", "200"} <= set(texts)
    assert len(bars(piece, 0.35)) == 2 + 1  # and the one of the legend
    assert len(bars(piece, 0.3)) == 4 * (2 + 1)
    alone = chart_piece(chart((200_00, 100_00)), 300, 120)
    assert "Net sales" not in [ink.text for ink in alone.inks if isinstance(ink, TextInk)]


@given(
    numbers=st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=40),
    width=st.integers(120, 700),
    height=st.integers(60, 300),
)
def test_nothing_is_printed_outside_the_room(numbers: list[int], width: int, height: int) -> None:
    piece = chart_piece(chart(tuple(numbers), tuple(reversed(numbers))), width, height)
    assert piece.height == height
    shown = [ink for ink in piece.inks if isinstance(ink, TextInk) and ink.text.startswith("p")]
    assert shown
    assert shown[-1].text == f"p{len(numbers) - 1}"
    for ink in piece.inks:
        if isinstance(ink, BoxInk):
            assert -0.5 <= ink.x <= ink.x + ink.width <= width + 0.5
            assert -0.5 <= ink.y <= ink.y + ink.height <= height + 0.5
        elif isinstance(ink, TextInk):
            assert -1 <= ink.y <= height
            if ink.side is Side.CENTRE:
                assert ink.x + text_width(ink.text, ink.style) / 2 <= width + 0.5


def test_an_empty_chart_is_an_axis() -> None:
    piece = chart_piece(chart((0, None)), 300, 100)
    assert not bars(piece, 0.35)
    assert "0" in [ink.text for ink in piece.inks if isinstance(ink, TextInk)]


def test_printed_shares() -> None:
    piece = share_piece(Shares("Paid by", (Share("Cash", 300_00), Share("UPI", 100_00), Share("Card", -5_00))), 240)
    drawn = bars(piece, 0.35)
    assert drawn[0].width == pytest.approx(3 * drawn[1].width)
    assert drawn[2].width == 0
    texts = [ink.text for ink in piece.inks if isinstance(ink, TextInk)]
    assert texts == ["Cash", "₹300.00", "75 %", "UPI", "₹100.00", "25 %", "Card", "-₹5.00", "0 %"]
    right = [ink for ink in piece.inks if isinstance(ink, TextInk) and ink.side is Side.RIGHT]
    assert max(ink.x for ink in right) == 240
    assert share_piece(Shares("Nothing", ()), 240).height == 0


def test_a_chart_makes_a_pdf() -> None:
    piece = chart_piece(chart((200_00, 100_00), (50_00, -25_00)), 300, 120)
    pdf = to_pdf([PaperPage(piece.moved(20, 20))], (400, 200), title="Chart", author="Test")
    assert pdf.startswith(b"%PDF")
    assert text_width("₹1,23,456.00", Style(6.6)) < 60
