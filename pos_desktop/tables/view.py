"""The table that every list of the program is shown in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space
from pos_desktop.tables.drawing import CellDelegate, Strip, draw_strips
from pos_desktop.tables.header import TitleHeader
from pos_desktop.tables.model import Cell, RowTableModel
from pos_desktop.tables.pictures import RowPictures


class RowTableView(QTableView):
    """Compact rows chosen whole, by keyboard or mouse. Enter or a double click picks a row; Ctrl+C copies it.

    ``empty_text`` says, while there are no rows, what would be here and how to get it.
    """

    picked = Signal(int)
    current_changed = Signal(int)

    def __init__(self, model: RowTableModel[Any], *, empty_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty_text = empty_text
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table, as it leaves a field
        self.setMouseTracking(True)
        self._hovered = -1
        #: Set where most rows stay while others come: they are then not drawn anew.
        self.pictures: RowPictures | None = None
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = TitleHeader(self)
        self.setHorizontalHeader(header)
        self.setModel(model)
        sorts = any(column.sort_key for column in model.columns)
        header.setSectionsClickable(sorts)
        if sorts:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self.picked.emit(index.row()))
        theme.changes().changed.connect(self._fit)
        self._fit()

    @property
    def current_row(self) -> int:
        """The number of the chosen row, -1 for none."""
        return self.currentIndex().row()

    def choose_row(self, number: int) -> None:
        """Choose a row and bring it into view; -1 chooses none."""
        model = self.model()
        if 0 <= number < model.rowCount():
            self.selectRow(number)
            self.setCurrentIndex(model.index(number, max(0, self.currentIndex().column())))
            self.scrollTo(model.index(number, 0))
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802
        """Show a model, the columns as wide as they want to be."""
        super().setModel(model)
        if model is not None:
            self.selectionModel().currentRowChanged.connect(lambda now, _: self.current_changed.emit(now.row()))

    # --- keys and mouse ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter picks, Ctrl+C copies the row; the rest is Qt's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current_row >= 0:
            self.picked.emit(self.current_row)
        elif event.matches(QKeySequence.StandardKey.Copy) and self.current_row >= 0:
            QGuiApplication.clipboard().setText(self._row_text(self.current_row))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Show the whole text of a cell that is cut, and mark the row under the mouse."""
        if event.type() is QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(self.rowAt(event.position().toPoint().y()))
        elif event.type() is QEvent.Type.Leave:
            self._hover(-1)
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_of(self.indexAt(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def tooltip_of(self, index: QModelIndex) -> str:
        """Return what the tooltip says of a cell: the column's own, or all of it where it is cut."""
        if not index.isValid():
            return ""
        text = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        return text or (str(index.data(Qt.ItemDataRole.AccessibleTextRole)) if self._is_cut(index) else "")

    def _is_cut(self, index: QModelIndex) -> bool:
        return self.sizeHintForIndex(index).width() > self.visualRect(index).width()

    def _row_text(self, number: int) -> str:
        model = self.model()
        cells = (model.index(number, column) for column in range(model.columnCount()))
        return "\t".join(str(cell.data(Qt.ItemDataRole.DisplayRole) or "") for cell in cells)

    # --- looks ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows that are seen, or what an empty table says."""
        painter = QPainter(self.viewport())
        model = self.model()
        if isinstance(model, RowTableModel) and model.rowCount():
            self.executeDelayedItemsLayout()
            right = self.horizontalHeader().length() - self.horizontalHeader().offset()
            self._draw_rows(painter, model, event.rect(), min(right, self.viewport().width()))
        elif self.empty_text:
            look = theme.current()
            painter.setFont(look.font())
            painter.setPen(QColor(look.muted))
            room = self.viewport().rect().adjusted(look.px(Space.XXL), 0, -look.px(Space.XXL), 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)
        painter.end()

    def _draw_rows(self, painter: QPainter, model: RowTableModel[Any], dirty: QRect, width: int) -> None:
        columns = [
            (number, self.columnViewportPosition(number), self.columnWidth(number))
            for number in range(model.columnCount())
            if not self.isColumnHidden(number)
        ]
        if self.pictures is None:
            draw_strips(painter, (strip for _, strip in self._strips(model, dirty, columns)), 0, width)
        else:  # all that is seen, or what is not drawn now would be forgotten
            strips = self._strips(model, self.viewport().rect(), columns)
            self.pictures.draw(painter, self.viewport(), strips, width, columns)

    def _strips(
        self, model: RowTableModel[Any], dirty: QRect, columns: Sequence[tuple[int, int, int]]
    ) -> Iterator[tuple[Any, Strip]]:
        """Yield the rows that touch a part of the view, and how each is drawn."""
        look = theme.current()
        first, last = self.rowAt(dirty.top()), self.rowAt(dirty.bottom())
        chosen = self.selectionModel()
        nowhere = QModelIndex()
        for number in range(max(0, first), (last if last >= 0 else model.rowCount() - 1) + 1):
            hovered = look.hover if number == self._hovered else None
            ground = look.selected if chosen.rowIntersectsSelection(number, nowhere) else hovered
            top, height = self.rowViewportPosition(number), self.rowHeight(number)
            yield model.rows[number], Strip(top, height, ground, self._cells(model, number, columns))

    def _cells(
        self, model: RowTableModel[Any], row: int, columns: Sequence[tuple[int, int, int]]
    ) -> Iterator[tuple[Cell, int, int]]:
        """Yield a row's cells with left edge and width; one that spans others takes their room."""
        end = self.viewport().width()
        next_column = 0
        for place, (number, left, width) in enumerate(columns):
            if number < next_column:
                continue
            span = model.columnCount() if model.is_head(row) else self.columnSpan(row, number)
            next_column = number + span
            room = width if span == 1 else sum(each for column, _, each in columns[place:] if column < next_column)
            if left + room > 0 and left < end:
                yield model.cell(row, number), left, room

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for each in (self._hovered, row):
                if each >= 0:
                    self.viewport().update(
                        0, self.rowViewportPosition(each), self.viewport().width(), self.rowHeight(each)
                    )
            self._hovered = row

    def _fit(self) -> None:
        look = theme.current()
        vertical = self.verticalHeader()
        vertical.setMinimumSectionSize(look.compact_row)
        vertical.setDefaultSectionSize(look.compact_row)
        model = self.model()
        if not isinstance(model, RowTableModel):
            return
        header = self.horizontalHeader()
        header.setFixedHeight(look.compact_row)
        header.setMinimumSectionSize(look.px(28))
        letter = QFontMetrics(look.font()).horizontalAdvance("0")
        title_font = QFontMetrics(look.font(semi_bold=True))
        for number, column in enumerate(model.columns):
            if column.stretches:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                wanted = max(letter * column.letters, title_font.horizontalAdvance(column.title))
                header.resizeSection(number, wanted + 2 * look.px(Space.S))
