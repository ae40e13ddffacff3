"""A card of the dashboard as a widget: its title and number, figure, small table, chart or shares."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.dashboard.rows import Card, TableRow
from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.chart_data import ChartData
from pos_desktop.widgets.charts import BarChart, LineChart, ShareBars
from pos_desktop.widgets.labels import ElidedLabel, TextLabel, spaced

_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SmallTable(QWidget):
    """Rows of figures in small letters: the first cell is cut where there is no room, the others never."""

    def __init__(self) -> None:
        super().__init__()
        self._head: tuple[str, ...] = ()
        self._rows: tuple[TableRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changes().changed.connect(self.updateGeometry)

    def show_rows(self, head: Sequence[str], rows: Sequence[TableRow]) -> None:
        """Show these."""
        self._head, self._rows = tuple(head), tuple(rows)
        self.setVisible(bool(rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for every row."""
        return QSize(theme.current().px(160), self._row * (len(self._rows) + bool(self._head)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the same: no row is left out."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows."""
        look = theme.current()
        painter = QPainter(self)
        lines = [*([TableRow(self._head, Tone.MUTED)] if self._head else []), *self._rows]
        widths = self._widths(lines)
        for at, line in enumerate(lines):
            is_head = bool(self._head) and at == 0
            painter.setPen(look.tone(line.tone))
            right = self.width()
            for number in reversed(range(1, len(line.cells))):
                is_last = number == len(line.cells) - 1 and not is_head
                painter.setFont(look.font(TextSize.SMALL, semi_bold=is_last))
                place = QRect(right - widths[number], at * self._row, widths[number], self._row)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.cells[number])
                right -= widths[number] + look.px(Space.M)
            painter.setFont(look.font(TextSize.SMALL))
            name = look.metrics(TextSize.SMALL).elidedText(line.cells[0], Qt.TextElideMode.ElideRight, max(right, 0))
            painter.drawText(QRect(0, at * self._row, max(right, 0), self._row), Qt.AlignmentFlag.AlignVCenter, name)
        painter.end()

    def _widths(self, lines: Sequence[TableRow]) -> list[int]:
        bold = theme.current().metrics(TextSize.SMALL, semi_bold=True)
        count = max((len(line.cells) for line in lines), default=0)
        return [
            max((bold.horizontalAdvance(line.cells[number]) for line in lines if number < len(line.cells)), default=0)
            for number in range(count)
        ]

    @property
    def _row(self) -> int:
        look = theme.current()
        return look.metrics(TextSize.SMALL).height() + look.px(2)


class CardView(QAbstractButton):
    """Draws one card. Enter or a click opens what is behind it; a chart in it has the keys.

    A button, so that a screen reader says that it can be pressed.
    """

    opened = Signal(str)

    def __init__(self, name: str, key: str) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self.name = name
        self.key = key
        self.card = Card(name, "")
        self._leads = False
        self._number = TextLabel(key, size=TextSize.SMALL, tone=Tone.MUTED)
        self._title = ElidedLabel(weight="semibold")
        self._about = ElidedLabel(tone=Tone.MUTED)
        self._about.setProperty("textSize", TextSize.SMALL.value)
        self._figure = TextLabel(weight="bold")
        self._note = TextLabel(size=TextSize.SMALL, wraps=True)
        self._empty = TextLabel(tone=Tone.MUTED, wraps=True)
        self.table = SmallTable()
        self.bars, self.lines = BarChart(), LineChart()
        self.shares = ShareBars()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clicked.connect(self._clicked)
        for chart in self._charts:
            chart.installEventFilter(self)
        self._lay_out()
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_card(self, card: Card, *, leads: bool) -> None:
        """Show other content; ``leads`` says whether there is a report behind it."""
        if card == self.card and leads == self._leads:
            return
        self.card, self._leads = card, leads
        self._title.set_whole(card.title)
        self._about.set_whole(card.about)
        self._figure.setText(card.figure)
        size = TextSize.TOTAL if card.is_large else TextSize.TITLE
        if self._figure.property("textSize") != size.value:
            self._figure.setProperty("textSize", size.value)
            self._figure.style().unpolish(self._figure)
            self._figure.style().polish(self._figure)
            self._figure.updateGeometry()
        self._note.setText(card.note)
        self._note.setWordWrap(not card.figure)  # a grid gives too little to a row whose height follows from its width
        self._empty.setText(card.empty)
        for label in (self._figure, self._note, self._empty):
            label.setVisible(bool(label.text()))
        self.table.show_rows(card.head, card.rows)
        for chart, data in zip(self._charts, self._data(card), strict=True):
            chart.show_data(data)
            chart.setVisible(data is not None)
        self.shares.show_shares(card.shares)
        self.shares.setVisible(card.shares is not None)
        self._stretch.setVisible(card.chart is None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
        shares = card.shares.reading if card.shares is not None else ""
        self.setAccessibleName(". ".join(filter(None, (card.reading, shares))))

    def take_focus(self) -> None:
        """Give the keys to the chart, or to the card itself."""
        self._holder.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def has_keys(self) -> bool:
        """Whether the keys are here."""
        return self._holder.hasFocus()

    # --- events --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens; the rest goes to the view."""
        if Qt.Key(event.key()) in _OPENS:
            self.opened.emit(self.name)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """A chart in the card takes the keys."""
        if self._holder is not self:
            self._holder.setFocus(event.reason())
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Draw without the mark."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Show that it leads somewhere."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show it as it was."""
        super().leaveEvent(event)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Draw the mark of the keys around the card when its chart has them."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the card, and who has the keys or lies under the mouse."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        if self.has_keys or (self._leads and self.underMouse()):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.current().tone(Tone.ACCENT), 2 if self.has_keys else 1))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    # --- inside --------------------------------------------------------------------------------------------------

    def _clicked(self) -> None:
        self.take_focus()
        self.opened.emit(self.name)

    @property
    def _charts(self) -> tuple[BarChart, LineChart]:
        return self.bars, self.lines

    @staticmethod
    def _data(card: Card) -> tuple[ChartData | None, ChartData | None]:
        return (None, card.chart) if card.is_line else (card.chart, None)

    @property
    def _holder(self) -> QWidget:
        if self.card.chart is None:
            return self
        return self.lines if self.card.is_line else self.bars

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._number)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self._about)
        self._stretch = QWidget()
        self._stretch.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._stretch.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._inside = QVBoxLayout(self)
        self._inside.addLayout(self._head)
        for part in (self._figure, self._note, self._empty, self.table, *self._charts, self.shares, self._stretch):
            self._inside.addWidget(part)
            part.setVisible(part is self._stretch)

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._inside.setContentsMargins(edge, spaced(Space.S), edge, spaced(Space.S))
        self._inside.setSpacing(spaced(Space.XS))
        self._head.setSpacing(spaced(Space.S))
