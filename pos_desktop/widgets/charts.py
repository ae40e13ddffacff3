"""Charts that are drawn by the program itself: bars, lines, and shares of a whole.

Two series differ by more than colour: the bars of the second are hollow, its line is broken. Whatever is drawn can be
read by keys and is said by a screen reader, point by point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize, Theme
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.chart_data import ChartData, Shares, axis_of

_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
#: How much of a point's place its bars take.
_BARS_SHARE = 0.7
#: Before scaling.
_LEAST = QSize(200, 96)
_SWATCH = 10


def series_tone(number: int) -> Tone:
    """Return what the first or the second series is drawn in."""
    return Tone.ACCENT if number == 0 else Tone.MUTED


class _Chart(QWidget):
    """A chart over points: with the focus the arrows go along them, and the one that is read is marked."""

    def __init__(self, data: ChartData | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data: ChartData | None = None
        self.axis = axis_of([])
        #: The point that is read; None while the whole is looked at.
        self.at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_data(data)

    def show_data(self, data: ChartData | None) -> None:
        """Show other numbers; the point that is read stays where it can."""
        if data == self.data:
            return
        self.data = data
        self.axis = data.axis() if data is not None else axis_of([])
        if self.at is not None and self.at >= self._count:
            self.at = None
        self._say()
        self.update()

    def read_point(self, at: int | None) -> None:
        """Read a point aloud, or none."""
        if at != self.at:
            self.at = at
            self._say()
            self.update()

    # --- places --------------------------------------------------------------------------------------------------

    def plot(self) -> QRectF:
        """Return where points are drawn: inside the names of the axes, below the line that is read."""
        look, metrics = theme.current(), theme.current().metrics(TextSize.SMALL)
        assert self.data is not None
        names = max(metrics.horizontalAdvance(self.data.unit.short(tick)) for tick in self.axis.ticks)
        left, line = names + look.px(6), metrics.height()
        top = line + look.px(Space.S)
        return QRectF(left, top, max(1, self.width() - left - 1), max(1, self.height() - top - line - look.px(2)))

    def level(self, number: int) -> float:
        """Return how far down a number stands."""
        plot, axis = self.plot(), self.axis
        return plot.top() + plot.height() * (axis.high - number) / (axis.high - axis.low)

    def slot(self, at: int) -> QRectF:
        """Return the place of a point, as high as the plot."""
        plot = self.plot()
        width = plot.width() / self._count
        return QRectF(plot.left() + at * width, plot.top(), width, plot.height())

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the least size: it grows into whatever room there is."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the least size."""
        look = theme.current()
        return QSize(look.px(_LEAST.width()), look.px(_LEAST.height()))

    # --- events --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right go along the points; the rest goes to whoever holds the chart."""
        here = self._count - 1 if self.at is None else self.at
        steps = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
        }
        wanted = steps.get(Qt.Key(event.key()))
        if wanted is None or not self._count:
            event.ignore()
        else:
            self.read_point(max(0, min(wanted, self._count - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Begin with the last point, the present one."""
        if self.at is None and self._count:
            self.read_point(self._count - 1)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Look at the whole again."""
        self.read_point(None)
        super().focusOutEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Read the point below the mouse."""
        self.read_point(self._below(event.position()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look at the whole again."""
        if not self.hasFocus():
            self.read_point(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what the point below the mouse is."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            at = self._below(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.data.reading(at) if self.data and at is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw axes, points and the line that is read."""
        if self.data is None or not self._count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setFont(look.font(TextSize.SMALL))
        if self.at is not None:
            painter.fillRect(self.slot(self.at), QColor(look.hover))
        self._draw_axes(painter, look, self.data)
        self._draw_points(painter, look, self.data)
        self._draw_head(painter, look, self.data)
        painter.end()

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _count(self) -> int:
        return len(self.data.labels) if self.data is not None else 0

    def _below(self, place: QPointF) -> int | None:
        if not self._count:
            return None
        plot = self.plot()
        at = int((place.x() - plot.left()) * self._count // plot.width())
        return at if 0 <= at < self._count else None

    def _say(self) -> None:
        if self.data is None:
            self.setAccessibleName("")
        elif self.at is None:
            self.setAccessibleName(self.data.title)
        else:
            self.setAccessibleName(f"{self.data.title}, {self.data.reading(self.at)}")

    def _draw_points(self, painter: QPainter, look: Theme, data: ChartData) -> None:
        raise NotImplementedError

    def _draw_axes(self, painter: QPainter, look: Theme, data: ChartData) -> None:
        plot, metrics = self.plot(), look.metrics(TextSize.SMALL)
        height = metrics.height()
        for tick in self.axis.ticks:
            y = round(self.level(tick)) + 0.5
            painter.setPen(QPen(QColor(look.edge if tick == 0 else look.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.tone(Tone.MUTED))
            place = QRectF(0, y - height / 2, plot.left() - look.px(6), height)
            painter.drawText(place, _RIGHT_MIDDLE, data.unit.short(tick))
        painter.setPen(look.tone(Tone.MUTED))
        for at in labelled(data.labels, [metrics.horizontalAdvance(label) for label in data.labels], self.slot(0)):
            middle, width = self.slot(at).center().x(), metrics.horizontalAdvance(data.labels[at])
            left = max(0.0, min(middle - width / 2, self.width() - width))
            painter.drawText(QPointF(left, self.height() - metrics.descent()), data.labels[at])

    def _draw_head(self, painter: QPainter, look: Theme, data: ChartData) -> None:
        """Draw which point is read and its numbers, or what two series are called."""
        if self.at is None and len(data.series) == 1:
            return
        metrics = look.metrics(TextSize.SMALL, semi_bold=True)
        painter.setFont(look.font(TextSize.SMALL, semi_bold=True))
        gap, swatch = look.px(Space.S), look.px(_SWATCH)
        parts = list(data.readings(self.at)) if self.at is not None else [(each.name, "") for each in data.series]
        texts = [" ".join(filter(None, part if len(parts) > 1 else part[1:])) for part in parts]
        first = data.points[self.at] if self.at is not None else ""
        swatches = swatch + look.px(4) if len(parts) > 1 else 0
        wanted = sum(metrics.horizontalAdvance(text) + gap + swatches for text in texts)
        room = max(0, self.width() - wanted)
        first = metrics.elidedText(first, Qt.TextElideMode.ElideRight, room)
        x = self.width() - wanted - metrics.horizontalAdvance(first)
        painter.setPen(look.tone(Tone.PLAIN))
        painter.drawText(QRectF(x, 0, room, metrics.height()), _LEFT_MIDDLE, first)
        x += metrics.horizontalAdvance(first)
        for number, text in enumerate(texts):
            x += gap
            if swatches:
                self._draw_swatch(painter, look, number, QRectF(x, (metrics.height() - swatch) / 2, swatch, swatch))
            x += swatches
            painter.setPen(look.tone(Tone.PLAIN))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, width + 1, metrics.height()), _LEFT_MIDDLE, text)
            x += width

    def _draw_swatch(self, painter: QPainter, look: Theme, number: int, place: QRectF) -> None:
        raise NotImplementedError


def labelled(labels: Sequence[str], widths: Sequence[int], slot: QRectF) -> Iterator[int]:
    """Yield which labels there is room for, the last one among them, which may stand a little to the left."""
    widest, place = max(widths, default=0), max(slot.width(), 1)
    wanted = widest + theme.current().px(Space.S) + max(0.0, (widest - place) / 2)
    stride = max(1, -int(-wanted // place))
    return (at for at in range(len(labels)) if (len(labels) - 1 - at) % stride == 0)


class BarChart(_Chart):
    """Bars, those of a second series hollow and beside the first; what is below zero hangs down."""

    def bar(self, series: int, at: int) -> QRectF:
        """Return where a bar is drawn; without height where there is nothing."""
        assert self.data is not None
        slot, count = self.slot(at), len(self.data.series)
        width = slot.width() * _BARS_SHARE / count
        left = slot.left() + slot.width() * (1 - _BARS_SHARE) / 2 + series * width
        number = self.data.series[series].numbers[at] or 0
        top, bottom = sorted((self.level(number), self.level(0)))
        # something is never drawn as nothing
        height = max(bottom - top, 1.0) if number else 0.0
        return QRectF(left, top, max(1.0, width - (1 if count > 1 else 0)), height)

    def _draw_points(self, painter: QPainter, look: Theme, data: ChartData) -> None:
        for series in range(len(data.series)):
            for at in range(self._count):
                bar = self.bar(series, at)
                if bar.height():
                    _draw_bar(painter, look, series, bar)

    def _draw_swatch(self, painter: QPainter, look: Theme, number: int, place: QRectF) -> None:
        _draw_bar(painter, look, number, place)


def _draw_bar(painter: QPainter, look: Theme, series: int, bar: QRectF) -> None:
    colour = look.tone(series_tone(series))
    # edges on whole dots: else every bar is blurred in another way
    left, top, right, bottom = (round(edge) for edge in (bar.left(), bar.top(), bar.right(), bar.bottom()))
    crisp = QRectF(left, top, max(1, right - left), max(1, bottom - top))
    if series == 0:
        painter.fillRect(crisp, colour)
        return
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(crisp.adjusted(0.5, 0.5, -0.5, -0.5))


class LineChart(_Chart):
    """Lines, that of a second series broken; the point that is read has a dot on each."""

    def point(self, series: int, at: int) -> QPointF | None:
        """Return where a point stands, None where there is no number."""
        assert self.data is not None
        number = self.data.series[series].numbers[at]
        return None if number is None else QPointF(self.slot(at).center().x(), self.level(number))

    def _draw_points(self, painter: QPainter, look: Theme, data: ChartData) -> None:
        for series in reversed(range(len(data.series))):
            painter.setPen(_pen(look, series))
            points = [self.point(series, at) for at in range(self._count)]
            for before, after in pairwise(points):
                if before is not None and after is not None:
                    painter.drawLine(before, after)
        for series in range(len(data.series)) if self.at is not None else ():
            here = self.point(series, self.at or 0)
            if here is not None:
                painter.setPen(QPen(look.tone(series_tone(series)), look.px(2)))
                painter.setBrush(look.tone(series_tone(series)) if series == 0 else QColor(look.surface))
                painter.drawEllipse(here, look.px(3), look.px(3))

    def _draw_swatch(self, painter: QPainter, look: Theme, number: int, place: QRectF) -> None:
        painter.setPen(_pen(look, number))
        painter.drawLine(QPointF(place.left(), place.center().y()), QPointF(place.right(), place.center().y()))


def _pen(look: Theme, series: int) -> QPen:
    pen = QPen(look.tone(series_tone(series)), look.px(2) if series == 0 else look.px(2) * 0.75)
    if series:
        pen.setDashPattern([3.0, 2.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if series else Qt.PenCapStyle.RoundCap)
    return pen


class ShareBars(QWidget):
    """Parts of a whole below each other: name, bar, amount, share. All of it is text and is said as one."""

    def __init__(self, shares: Shares | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shares = shares
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_shares(shares)

    def show_shares(self, shares: Shares | None) -> None:
        """Show other parts."""
        self.shares = shares
        self.setAccessibleName(f"{shares.title}: {shares.reading}" if shares else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for every part."""
        look = theme.current()
        return QSize(look.px(_LEAST.width()), self._row * len(self.shares.parts if self.shares else ()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the same: a part is never left out."""
        return self.sizeHint()

    def row(self, at: int) -> QRect:
        """Return the place of a part."""
        return QRect(0, at * self._row, self.width(), self._row)

    def bar(self, at: int) -> QRectF:
        """Return the bar of a part, below its name and amount."""
        assert self.shares is not None
        look, row = theme.current(), self.row(at)
        height = look.px(6)
        top = row.top() + look.metrics(TextSize.SMALL).height() + look.px(2)
        whole = self.shares.basis_points(self.shares.parts[at])
        return QRectF(0, top, self.width() * whole / 10_000, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw each part."""
        if self.shares is None:
            return
        look = theme.current()
        painter = QPainter(self)
        metrics = look.metrics(TextSize.SMALL)
        share_room = metrics.horizontalAdvance("100 %") + look.px(Space.S)
        for at, part in enumerate(self.shares.parts):
            row = self.row(at)
            line = QRect(row.left(), row.top(), row.width(), metrics.height())
            amount = self.shares.unit.whole(part.number)
            painter.setFont(look.font(TextSize.SMALL))
            painter.setPen(look.tone(Tone.MUTED))
            painter.drawText(line, _RIGHT_MIDDLE, self.shares.percent(part))
            painter.setPen(look.tone(Tone.PLAIN))
            bold = look.metrics(TextSize.SMALL, semi_bold=True)
            room = line.width() - share_room - bold.horizontalAdvance(amount) - look.px(Space.S)
            name = metrics.elidedText(part.name, Qt.TextElideMode.ElideRight, max(0, room))
            painter.drawText(line, _LEFT_MIDDLE, name)
            painter.setFont(look.font(TextSize.SMALL, semi_bold=True))
            painter.drawText(line.adjusted(0, 0, -share_room, 0), _RIGHT_MIDDLE, amount)
            bar = self.bar(at)
            painter.fillRect(QRectF(0, bar.top(), self.width(), bar.height()), QColor(look.hover))
            painter.fillRect(bar, look.tone(Tone.ACCENT))
        painter.end()

    @property
    def _row(self) -> int:
        look = theme.current()
        return look.metrics(TextSize.SMALL).height() + look.px(16)
