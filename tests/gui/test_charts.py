"""Charts: what is drawn has the proportions of the numbers, and can be read by keys, mouse and ear."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.theme import DARK, LIGHT, Theme
from pos_desktop.widgets.chart_data import ChartData, Series, Share, Shares, Unit
from pos_desktop.widgets.charts import BarChart, LineChart, ShareBars, series_tone
from tests.gui.test_theme import LEAST, contrast

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
#: What tells one thing that is drawn from another (WCAG 1.4.11).
LEAST_FOR_SHAPES = 3.0
LABELS, POINTS = ("Mon", "Tue", "Wed", "Thu"), ("Monday", "Tuesday", "Wednesday", "Thursday")
SALES = Series("Net sales", (100_00, 50_00, 0, 200_00))
MARGIN = Series("Margin", (40_00, -25_00, None, 80_00))


def chart(*series: Series, unit: Unit = Unit.MONEY) -> ChartData:
    return ChartData("Sales of the week", LABELS, POINTS, series, unit)


@pytest.fixture
def board(qtbot: QtBot, looks: Looks) -> QWidget:
    """A surface that charts stand on, 400 by 260."""
    made = QWidget()
    made.setProperty("panel", "surface")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    QVBoxLayout(made).setContentsMargins(0, 0, 0, 0)
    qtbot.addWidget(made)
    made.resize(400, 260)
    return made


def shown(board: QWidget, widget: QWidget, qtbot: QtBot) -> QWidget:
    layout = board.layout()
    assert layout is not None
    layout.addWidget(widget)
    with qtbot.waitExposed(board):
        board.show()
    widget.clearFocus()
    return widget


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def filled(image: QImage, x: float, colour: QColor) -> list[int]:
    """Return the rows in which a column of the picture has a colour."""
    return [y for y in range(image.height()) if image.pixelColor(int(x), y) == colour]


# --- bars --------------------------------------------------------------------------------------------------------


def test_bars_have_the_proportions_of_their_numbers(board: QWidget, qtbot: QtBot) -> None:
    bars = BarChart(chart(SALES))
    shown(board, bars, qtbot)
    image, accent = picture(bars), QColor(LIGHT.accent)
    heights = [len(filled(image, bars.bar(0, at).center().x(), accent)) for at in range(4)]
    assert heights[2] == 0
    assert heights[3] == pytest.approx(2 * heights[0], abs=2)
    assert heights[0] == pytest.approx(2 * heights[1], abs=2)
    assert heights[3] == pytest.approx(bars.plot().height(), abs=2)  # 200.00 is the end of the axis
    foot = {filled(image, bars.bar(0, at).center().x(), accent)[-1] for at in (0, 1, 3)}
    assert max(foot) - min(foot) <= 1
    assert max(foot) == pytest.approx(bars.level(0), abs=1)


def test_what_is_below_zero_hangs_down_and_the_second_series_is_hollow(board: QWidget, qtbot: QtBot) -> None:
    bars = BarChart(chart(SALES, MARGIN))
    shown(board, bars, qtbot)
    image, muted = picture(bars), QColor(LIGHT.muted)
    zero, ground = bars.level(0), image.pixelColor(0, 0)
    assert bars.plot().top() < zero < bars.plot().bottom()
    above, below = bars.bar(1, 0), bars.bar(1, 1)
    assert above.bottom() == pytest.approx(zero)
    assert below.top() == pytest.approx(zero)
    assert below.height() == pytest.approx(above.height() * 25 / 40)
    for bar in (above, below):
        middle = image.pixelColor(int(bar.center().x()), int(bar.center().y()))
        assert middle == ground
        edge = [image.pixelColor(x, int(bar.center().y())) for x in range(int(bar.left()) - 1, int(bar.left()) + 3)]
        assert muted in edge
    assert bars.bar(1, 2).height() == 0
    assert not bars.bar(0, 0).intersects(above)


def test_something_is_never_drawn_as_nothing(board: QWidget, qtbot: QtBot) -> None:
    bars = BarChart(chart(Series("Net sales", (1, 0, -1, 99_99_999_00))))
    shown(board, bars, qtbot)
    assert [bars.bar(0, at).height() for at in range(3)] == [1, 0, 1]
    assert bars.bar(0, 2).top() >= bars.level(0) - 1


def test_nothing_is_an_empty_axis(board: QWidget, qtbot: QtBot) -> None:
    for bars in (BarChart(), BarChart(chart(Series("Net sales", (0, 0, None, 0))))):
        shown(board, bars, qtbot)
        image = picture(bars)
        assert all(not filled(image, x, QColor(LIGHT.accent)) for x in range(image.width()))
        QTest.keyClick(bars, Qt.Key.Key_Left)  # there may be nothing to go along
        bars.hide()
    assert bars.data is not None
    assert bars.data.is_empty


# --- lines -------------------------------------------------------------------------------------------------------


def test_lines_go_through_their_points_and_the_second_is_broken(board: QWidget, qtbot: QtBot) -> None:
    lines = LineChart(chart(Series("Net", (1_00, 1_00, 1_00, 1_00)), Series("Margin", (50, 50, None, 50))))
    shown(board, lines, qtbot)
    image = picture(lines)
    ends = [lines.point(0, at) for at in (0, 3)]
    assert ends[0] is not None
    assert ends[1] is not None
    row = int(lines.level(1_00))
    between = list(range(int(ends[0].x()) + 2, int(ends[1].x()) - 2))
    accent = [x for x in between if any(_near(image.pixelColor(x, y), LIGHT.accent) for y in (row - 1, row))]
    assert accent == between
    first, second = lines.point(1, 0), lines.point(1, 1)
    assert first is not None
    assert second is not None
    row = int(lines.level(50))
    dashes = [
        any(_near(image.pixelColor(x, y), LIGHT.muted) for y in (row - 1, row))
        for x in range(int(first.x()) + 1, int(second.x()) - 1)
    ]
    assert {True, False} == set(dashes)
    assert lines.point(1, 2) is None


def _near(colour: QColor, name: str) -> bool:
    other = QColor(name)
    parts = ((colour.red(), other.red()), (colour.green(), other.green()), (colour.blue(), other.blue()))
    return all(abs(one - two) < 90 for one, two in parts)


def place(drawn: BarChart | LineChart) -> int | None:
    """Return the point that is read (a function, so that mypy does not take it for unchanged)."""
    return drawn.at


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [BarChart, LineChart])
def test_arrows_go_along_the_points_and_each_is_said(
    board: QWidget, qtbot: QtBot, kind: type[BarChart] | type[LineChart]
) -> None:
    drawn = kind(chart(SALES, MARGIN))
    shown(board, drawn, qtbot)
    assert drawn.accessibleName() == "Sales of the week"
    before = picture(drawn)
    drawn.setFocus()
    qtbot.waitUntil(drawn.hasFocus)
    assert place(drawn) == 3
    assert drawn.accessibleName() == "Sales of the week, Thursday: Net sales ₹200.00, Margin ₹80.00"
    QTest.keyClick(drawn, Qt.Key.Key_Left)
    assert drawn.accessibleName() == "Sales of the week, Wednesday: Net sales ₹0.00, Margin –"
    QTest.keyClick(drawn, Qt.Key.Key_Left)
    assert drawn.accessibleName() == "Sales of the week, Tuesday: Net sales ₹50.00, Margin -₹25.00"
    assert picture(drawn) != before
    QTest.keyClick(drawn, Qt.Key.Key_Home)
    QTest.keyClick(drawn, Qt.Key.Key_Left)
    assert place(drawn) == 0
    QTest.keyClick(drawn, Qt.Key.Key_End)
    QTest.keyClick(drawn, Qt.Key.Key_Right)
    assert place(drawn) == 3
    drawn.clearFocus()
    assert place(drawn) is None
    assert picture(drawn) == before


def test_the_mouse_reads_what_it_is_over(board: QWidget, qtbot: QtBot) -> None:
    bars = BarChart(chart(SALES))
    shown(board, bars, qtbot)
    over = bars.slot(1).center().toPoint()
    QTest.mouseMove(bars, over)
    qtbot.waitUntil(lambda: bars.at == 1)
    QApplication.sendEvent(bars, QHelpEvent(QHelpEvent.Type.ToolTip, over, bars.mapToGlobal(over)))
    assert QToolTip.text() == "Tuesday: Net sales ₹50.00"
    QToolTip.hideText()
    QTest.mouseMove(bars, QPoint(1, 1))
    qtbot.waitUntil(lambda: bars.at is None)


def test_other_numbers_keep_the_place_where_they_can(board: QWidget, qtbot: QtBot) -> None:
    bars = BarChart(chart(SALES))
    shown(board, bars, qtbot)
    bars.read_point(3)
    bars.show_data(chart(MARGIN))
    assert bars.accessibleName() == "Sales of the week, Thursday: Margin ₹80.00"
    bars.show_data(ChartData("Short", ("a",), ("a",), (Series("Net", (1,)),)))
    assert place(bars) is None
    bars.show_data(None)
    assert bars.accessibleName() == ""


# --- shares ------------------------------------------------------------------------------------------------------


def test_shares_are_as_long_as_their_part_of_the_whole(board: QWidget, qtbot: QtBot) -> None:
    ways = Shares("Paid by", (Share("Cash", 300_00), Share("UPI", 100_00), Share("Card", -50_00)))
    bars = ShareBars(ways)
    shown(board, bars, qtbot)
    image = picture(bars)
    drawn = []
    for at in range(3):
        row = int(bars.bar(at).center().y())
        drawn.append(sum(image.pixelColor(x, row) == QColor(LIGHT.accent) for x in range(image.width())))
    assert drawn[0] == pytest.approx(0.75 * bars.width(), abs=2)
    assert drawn[1] == pytest.approx(0.25 * bars.width(), abs=2)
    assert drawn[2] == 0
    assert bars.accessibleName() == "Paid by: Cash ₹300.00 (75 %), UPI ₹100.00 (25 %), Card -₹50.00 (0 %)"
    assert bars.minimumSizeHint().height() == bars.row(2).bottom() + 1
    bars.show_shares(None)
    assert bars.sizeHint().height() == 0


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_shapes_and_letters_can_be_told_from_their_grounds(look: Theme) -> None:
    for ground in ("surface", "hover"):
        for series in (0, 1):
            assert contrast(look.tone(series_tone(series)), QColor(getattr(look, ground))) >= LEAST_FOR_SHAPES
        for text in ("muted", "text"):
            assert contrast(QColor(getattr(look, text)), QColor(getattr(look, ground))) >= LEAST


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [100, 160])
def test_a_chart_fits_its_room_in_every_look(
    qapp: QApplication, board: QWidget, qtbot: QtBot, look: Theme, scale: int
) -> None:
    bars = BarChart(chart(SALES, MARGIN))
    shown(board, bars, qtbot)
    theme.apply_theme(qapp, look, scale)
    qapp.processEvents()
    plot = bars.plot()
    assert bars.rect().contains(plot.toRect())
    assert plot.width() > 100
    image = picture(bars)
    assert filled(image, bars.bar(0, 0).center().x(), QColor(look.accent))
    for series in (0, 1):
        for at in range(4):
            bar = bars.bar(series, at)
            assert not bar.height() or plot.adjusted(-1, -1, 1, 1).contains(bar)
    assert bars.slot(3).contains(QPointF(bars.bar(1, 3).center()))
