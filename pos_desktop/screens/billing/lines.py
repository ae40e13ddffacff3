"""The table of the bill's lines, with quantity and discount typed right in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from core.sales.discount_text import DISCOUNT_LENGTH
from pos_desktop.screens.billing.columns import DISCOUNT, ITEM, LINE_COLUMNS, QUANTITY
from pos_desktop.screens.billing.rows import MEANS, LineRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.pictures import RowPictures
from pos_desktop.tables.view import RowTableView

_QUANTITY_LENGTH = 11


class LinesTable(RowTableView):
    """Shows the lines; takes no keys itself.

    ``quantity`` and ``discount`` lie over these cells of the current line while they are typed.
    """

    line_clicked = Signal(int)

    def __init__(self, quantity: QLineEdit, discount: QLineEdit) -> None:
        self._lines: RowTableModel[LineRow] = RowTableModel(LINE_COLUMNS)
        self._fields = {QUANTITY: quantity, DISCOUNT: discount}
        super().__init__(
            self._lines,
            empty_text=tr(
                "Type an item's name, or part of it, and press Enter. Or scan a pack.\n\n"
                "The quantity comes next: 2 is two packs, 2:5 two packs and five loose, 25t twenty-five tablets."
            ),
        )
        self.pictures = RowPictures()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setAccessibleName(tr("Lines of the bill"))
        self.setColumnHidden(DISCOUNT, True)
        for cell, words, most in (
            (quantity, tr("Quantity"), _QUANTITY_LENGTH),
            (discount, tr("Discount"), DISCOUNT_LENGTH),
        ):
            cell.setParent(self.viewport())
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            cell.setMaxLength(most)
            cell.setAccessibleName(words)
            cell.hide()
        self._edited_row = -1
        self._edited_column = QUANTITY
        self._current = -1
        self._spanned: list[int] = []
        self.clicked.connect(lambda index: self.line_clicked.emit(self._lines.rows[index.row()].line))
        self.verticalScrollBar().valueChanged.connect(self._place_cell)
        self.horizontalHeader().sectionResized.connect(self._place_cell)

    @property
    def shown_rows(self) -> Sequence[LineRow]:
        """The rows as they are shown."""
        return self._lines.rows

    def show_lines(self, rows: Sequence[LineRow], current: int) -> None:
        """Show all rows, those of the current line chosen and in view."""
        self._lines.splice_rows(rows)
        self._span_sentences(rows)
        self._show_discounts()
        self._choose(current)

    def _span_sentences(self, rows: Sequence[LineRow]) -> None:
        """Give a sentence the width of its row."""
        spanned = [number for number, row in enumerate(rows) if row.sentence]
        if spanned or self._spanned:
            self.clearSpans()
        for number in spanned:
            self.setSpan(number, ITEM, 1, len(LINE_COLUMNS) - 1)
        self._spanned = spanned

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
        self._place_cell()

    def edit_cell(self, quantity: str | None, discount: str | None) -> None:
        """Open the quantity or the discount of the current line with a text, or close both."""
        texts = {QUANTITY: quantity, DISCOUNT: discount}
        opened = next((column for column, text in texts.items() if text is not None), None)
        self._edited_row = -1 if opened is None else self._first_row_of_current()
        self._edited_column = QUANTITY if opened is None else opened
        self._show_discounts()
        for column, cell in self._fields.items():
            text = texts[column]
            cell.setVisible(text is not None and self._edited_row >= 0)
            if text is not None and cell.text() != text:
                cell.setText(text)
        self._place_cell()

    def _show_discounts(self) -> None:
        """Show the column where a discount stands in it or is typed."""
        is_typed = self._edited_row >= 0 and self._edited_column == DISCOUNT
        self.setColumnHidden(DISCOUNT, not (is_typed or any(row.discount or row.off for row in self._lines.rows)))

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

    def _place_cell(self) -> None:
        if self._edited_row < 0:
            return
        look = theme.current()
        column = self._edited_column
        place = self.visualRect(self._lines.index(self._edited_row, column))
        height = look.control_height
        top = max(0, min(place.center().y() - height // 2, self.viewport().height() - height))
        # over its own column and what stood there; only what it comes to stays in sight beside it
        _, is_split, means = LINE_COLUMNS[column].text(self._lines.rows[self._edited_row]).rpartition(MEANS)
        meant = QFontMetrics(look.font()).horizontalAdvance(MEANS + means) if is_split else 0
        beside = look.px(Space.S) + meant if meant else 1
        self._fields[column].setGeometry(place.left() + 1, top, place.width() - 1 - beside, height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the cell being typed over its place."""
        super().resizeEvent(event)
        self._place_cell()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Hold no pictures for a place that is not seen."""
        super().hideEvent(event)
        if self.pictures is not None:
            self.pictures.forget()
