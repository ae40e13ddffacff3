"""The rows of a report with the row of totals below them, which stays in sight and moves with the columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QSizePolicy, QVBoxLayout, QWidget

from core.reporting.shaping import ReportLine
from pos_desktop.screens.reports.rows import is_group, table_columns, total_texts
from pos_desktop.screens.reports.shown import ShownReport, Totals
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.tables.column import Column
from pos_desktop.tables.drawing import BEFORE, fitted
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView

#: So many rows are looked at to see how wide a column has to be, and so many of the longest texts are measured.
_SAMPLE, _MEASURED = 200, 3
#: A text takes no more than so many times the letters that its column wishes for.
_MOST_TIMES = 1.5
#: A name that takes the room that is left keeps so many of its letters before the table is scrolled sideways.
_LEAST_LETTERS = 16
#: Above so many rows a table is filled anew instead of told what differs.
_MANY_ROWS = 2_000


class ReportTable(RowTableView):
    """Rows in whatever columns a report has, each as wide as what stands in it; a click on a title asks to sort."""

    title_clicked = Signal(int)

    def __init__(self) -> None:
        self._lines: RowTableModel[ReportLine] = RowTableModel((), is_head=is_group)
        self._gives_way: frozenset[str] = frozenset()
        self._totals: Sequence[str] = ()
        super().__init__(self._lines)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.title_clicked)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    @property
    def lines(self) -> Sequence[ReportLine]:
        """The lines as they are shown."""
        return self._lines.rows

    @property
    def shown_columns(self) -> Sequence[Column[ReportLine]]:
        """The columns of the table, those that gave way included."""
        return self._lines.columns

    def show_lines(
        self, columns: Sequence[Column[ReportLine]], lines: Sequence[ReportLine], gives_way: frozenset[str]
    ) -> None:
        """Show lines; where they are the same with more behind them, one stays where one was.

        ``gives_way`` are columns that are left out where there is no room for all.
        """
        is_same = [column.id for column in columns] == [column.id for column in self._lines.columns]
        before = self._lines.rows
        is_longer = is_same and len(lines) >= len(before) > 0 and lines[0] is before[0] and lines[-1] is not before[-1]
        self._gives_way = gives_way
        if is_same and (is_longer or max(len(lines), len(before)) <= _MANY_ROWS):
            self._lines.splice_rows(lines)
        else:
            self._lines.set_columns(columns, lines)
        if not is_longer:
            self._fit()

    def show_totals(self, texts: Sequence[str]) -> None:
        """Keep room for what stands below the columns."""
        if tuple(texts) != tuple(self._totals):
            self._totals = tuple(texts)
            self._fit()

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Go nowhere by letters: Qt would look through every row on the window's thread, and the box finds more."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super()._fit()
        header = self.horizontalHeader()
        columns = self._lines.columns
        wide = [self._wanted(at, column) for at, column in enumerate(columns)]
        room = self.viewport().width()
        leaves_out = sum(wide) > room
        for at, column in enumerate(columns):
            is_left_out = leaves_out and column.id in self._gives_way
            self.setColumnHidden(at, is_left_out)
            wide[at] = 0 if is_left_out else wide[at]
        stretching = [at for at, column in enumerate(columns) if column.stretches and wide[at]]
        least = theme.current().metrics().horizontalAdvance("0") * _LEAST_LETTERS
        for number, at in enumerate(stretching):  # what is left is theirs, and what is missing they do without
            spare = (room - sum(wide)) // (len(stretching) - number)
            wide[at] = max(wide[at] + spare, min(wide[at], least))
        for at, width in enumerate(wide):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            if width:
                header.resizeSection(at, width)

    def _wanted(self, at: int, column: Column[ReportLine]) -> int:
        look = theme.current()
        plain, strong = look.metrics(), look.metrics(semi_bold=True)
        texts = {column.text(line) for line in islice(self._lines.rows, _SAMPLE) if not is_group(line)}
        longest = sorted(texts, key=len)[-_MEASURED:]
        wanted = max((strong.horizontalAdvance(text) for text in longest), default=0)
        if not column.kind.is_number:
            wanted = min(wanted, int(plain.horizontalAdvance("0") * column.letters * _MOST_TIMES))
        arrow = look.px(Space.S) + look.px(Space.XS) if self.horizontalHeader().sortIndicatorSection() == at else 0
        title = strong.horizontalAdvance(column.title) + arrow
        total = look.metrics(bold=True).horizontalAdvance(self._totals[at]) if at < len(self._totals) else 0
        return max(wanted, title, total) + 2 * look.px(Space.S) + 2


class TotalsRow(QWidget):
    """The totals below a table's columns, in bold."""

    def __init__(self, table: ReportTable) -> None:
        super().__init__()
        self._table = table
        self._texts: Sequence[str] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = table.horizontalHeader()
        header.sectionResized.connect(lambda *_: self.update())
        header.geometriesChanged.connect(self.update)
        table.horizontalScrollBar().valueChanged.connect(lambda _: self.update())
        theme.changes().changed.connect(self.updateGeometry)

    @property
    def texts(self) -> Sequence[str]:
        """What stands in it, a text for each column."""
        return self._texts

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show other totals, or none."""
        self._texts = tuple(texts)
        self.setVisible(bool(texts))
        named = zip(self._table.shown_columns, texts, strict=False)
        self.setAccessibleName(tr("Totals"))
        self.setAccessibleDescription("; ".join(f"{column.title}: {text}" for column, text in named if text))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return one row, a little higher."""
        look = theme.current()
        return QSize(look.px(100), look.roomy_row)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw a line, then each total below its column."""
        look, header = theme.current(), self._table.horizontalHeader()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.ground))
        painter.setFont(look.font(bold=True))
        painter.setPen(QColor(look.text))
        begin, margin = self._table.frameWidth(), look.px(Space.S)
        painter.setClipRect(begin, 0, self._table.viewport().width(), self.height())
        for at, (column, text) in enumerate(zip(self._table.shown_columns, self._texts, strict=False)):
            if not text or header.isSectionHidden(at):
                continue
            room = max(0, header.sectionSize(at) - 2 * margin)
            shown, width, height = fitted(text, room, look, bold=True)
            left = begin + header.sectionViewportPosition(at) + margin + int((room - width) * BEFORE[column.align])
            painter.drawStaticText(left, (self.height() - height) // 2, shown)
        painter.setClipping(False)
        painter.setPen(QColor(look.edge))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setPen(QColor(look.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setPen(QColor(look.edge))
        painter.drawLine(0, 0, self.width(), 0)
        painter.end()


class ReportGrid(QFrame):
    """Rows and totals of the report that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.table = ReportTable()
        self.table.setAccessibleName(tr("Rows of the report"))
        self.totals = TotalsRow(self.table)
        self._shown: tuple[object, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.totals)

    def show_report(self, shown: ShownReport, empty_text: str) -> None:
        """Draw a report; what did not change is not drawn anew."""
        columns = shown.columns
        totals = shown.totals if shown.totals_are is Totals.KNOWN else None
        texts = total_texts(columns, totals) if shown.has_totals and shown.lines else []
        state = (shown, shown.lines, columns, shown.question.shape)
        if not _is_same(state, self._shown):
            self._shown = state
            is_usual = shown.shape.columns is None
            beside = frozenset(column.id for column in columns if is_usual and column.under is not None)
            self._show_order(shown)
            self.table.show_lines(table_columns(columns), shown.lines, beside)
        self.table.show_totals(texts)
        self.totals.show_texts(texts)
        if self.table.current_row != shown.chosen_at:
            self.table.choose_row(shown.chosen_at)
        if self.table.empty_text != empty_text:
            self.table.empty_text = empty_text
            self.table.viewport().update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the totals in the new look."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.totals.update()

    def _show_order(self, shown: ShownReport) -> None:
        """Mark the column that the rows are sorted by."""
        ids = [column.id for column in shown.columns]
        shape = shown.shape
        at = ids.index(shape.sort) if shape.sort in ids else -1
        order = Qt.SortOrder.DescendingOrder if shape.descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(at, order)


def _is_same(one: Sequence[object], other: Sequence[object]) -> bool:
    return len(one) == len(other) and all(left is right for left, right in zip(one, other, strict=True))
