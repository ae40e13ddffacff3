"""The table of the bill's lines, with the quantity typed right in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from pos_desktop.screens.billing.columns import DISCOUNT, ITEM, LINE_COLUMNS, QUANTITY
from pos_desktop.screens.billing.rows import MEANS, LineRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView

_QUANTITY_LENGTH = 11


class LinesTable(RowTableView):
    """Shows the lines; takes no keys itself. ``quantity`` lies over the current line's quantity while it is typed."""

    line_clicked = Signal(int)

    def __init__(self, quantity: QLineEdit) -> None:
        self._lines: RowTableModel[LineRow] = RowTableModel(LINE_COLUMNS)
        self.quantity = quantity
        super().__init__(
            self._lines,
            empty_text=tr(
                "Type an item's name, or part of it, and press Enter. Or scan a pack.\n\n"
                "The quantity comes next: 2 is two packs, 2:5 two packs and five loose, 25t twenty-five tablets."
            ),
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setAccessibleName(tr("Lines of the bill"))
        self.setColumnHidden(DISCOUNT, True)
        quantity.setParent(self.viewport())
        quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        quantity.setMaxLength(_QUANTITY_LENGTH)
        quantity.setAccessibleName(tr("Quantity"))
        quantity.hide()
        self._edited_row = -1
        self._current = -1
        self.clicked.connect(lambda index: self.line_clicked.emit(self._lines.rows[index.row()].line))
        self.verticalScrollBar().valueChanged.connect(self._place_quantity)
        self.horizontalHeader().sectionResized.connect(self._place_quantity)

    @property
    def shown_rows(self) -> Sequence[LineRow]:
        """The rows as they are shown."""
        return self._lines.rows

    def show_lines(self, rows: Sequence[LineRow], current: int) -> None:
        """Show all rows, those of the current line chosen and in view."""
        self._lines.set_rows(rows)
        self.clearSpans()
        last = len(LINE_COLUMNS) - 1
        for number, row in enumerate(rows):
            if row.sentence:
                self.setSpan(number, ITEM, 1, last)
        self.setColumnHidden(DISCOUNT, not any(row.discount for row in rows))
        self._choose(current)

    def show_line(self, rows: Sequence[LineRow], current: int) -> None:
        """Show other rows for the current line only, where their number is the same."""
        places = [number for number, row in enumerate(self._lines.rows) if row.line == current]
        if len(places) != len(rows):
            before = [row for row in self._lines.rows if row.line < current]
            after = [row for row in self._lines.rows if row.line > current]
            self.show_lines([*before, *rows, *after], current)
            return
        for place, row in zip(places, rows, strict=True):
            self._lines.set_row(place, row)
        self._place_quantity()

    def edit_quantity(self, text: str | None) -> None:
        """Open the quantity of the current line with a text, or close it."""
        self._edited_row = -1 if text is None else self._first_row_of_current()
        self.quantity.setVisible(self._edited_row >= 0)
        if text is not None and self.quantity.text() != text:
            self.quantity.setText(text)
        self._place_quantity()

    def current_place(self) -> QRect:
        """Return where the current line stands on the screen, for a list to hang from."""
        index = self._lines.index(max(self._first_row_of_current(), 0), ITEM)
        place = self.visualRect(index)
        place.setRight(self.viewport().width())
        return QRect(self.viewport().mapToGlobal(place.topLeft()), place.size())

    def _choose(self, current: int) -> None:
        self._current = current
        chosen = QItemSelection()
        last = len(LINE_COLUMNS) - 1
        places = [number for number, row in enumerate(self._lines.rows) if row.line == current]
        if places:
            chosen.select(self._lines.index(places[0], 0), self._lines.index(places[-1], last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.executeDelayedItemsLayout()  # else a row that just came cannot be scrolled to
        for place in reversed(places):  # the first of them is the one that must be seen
            self.scrollTo(self._lines.index(place, ITEM))

    def _first_row_of_current(self) -> int:
        return next((number for number, row in enumerate(self._lines.rows) if row.line == self._current), -1)

    def _place_quantity(self) -> None:
        if self._edited_row < 0:
            return
        look = theme.current()
        cell = self.visualRect(self._lines.index(self._edited_row, QUANTITY))
        height = look.control_height
        top = max(0, min(cell.center().y() - height // 2, self.viewport().height() - height))
        # over its own column and what stood there; only how many pieces are meant stays in sight beside it
        _, is_split, pieces = self._lines.rows[self._edited_row].quantity.partition(MEANS)
        meant = QFontMetrics(look.font()).horizontalAdvance(MEANS + pieces) if is_split else 0
        beside = look.px(Space.S) + meant if meant else 1
        self.quantity.setGeometry(cell.left() + 1, top, cell.width() - 1 - beside, height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the quantity over its cell."""
        super().resizeEvent(event)
        self._place_quantity()
