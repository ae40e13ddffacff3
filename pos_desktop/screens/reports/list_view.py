"""The left side of the reports' screen: what may be opened, and the box that finds it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from pos_desktop.screens.reports.columns import LIST_COLUMNS
from pos_desktop.screens.reports.listing import ReportListing
from pos_desktop.screens.reports.rows import ListRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.search_edit import SearchEdit


class ListTable(RowTableView):
    """The list itself; Del asks to drop what is chosen."""

    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take Del; the rest is every table's."""
        if event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class ReportList(QFrame):
    """Draws the list. ``opened`` says that the chosen row is wanted."""

    opened = Signal()

    def __init__(self, listing: ReportListing) -> None:
        super().__init__()
        self._do = listing
        self._model: RowTableModel[ListRow] = RowTableModel(LIST_COLUMNS, is_head=lambda row: row.is_head)
        self.title = TextLabel(tr("Reports"), size=TextSize.HEADING, weight="semibold")
        self.search = SearchEdit(most=60, placeholder=tr("Find a report"))
        self.search.setAccessibleName(tr("Find a report"))
        self.table = ListTable(self._model)
        self.table.setAccessibleName(tr("Reports"))
        self.table.horizontalHeader().hide()
        self._rows: object = None
        self._is_drawing = False
        self._whole = QVBoxLayout(self)
        for widget in (self.title, self.search):
            self._whole.addWidget(widget)
        self._whole.addWidget(self.table, 1)
        self.search.textChanged.connect(listing.search)
        self.search.moved.connect(listing.move)
        self.search.entered.connect(self.opened)
        self.table.current_changed.connect(self._chosen)
        self.table.clicked.connect(lambda _: self.opened.emit())
        self.table.picked.connect(lambda _: self.opened.emit())
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self._do
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        if self.search.text() != do.text:
            self.search.setText(do.text)
        if do.rows is not self._rows:
            self._rows = do.rows
            self._model.set_rows(do.rows)
            self.table.empty_text = (
                tr("No report has these words: type less, or Esc shows all.") if do.is_read else tr("Reading …")
            )
            self.table.viewport().update()
        if do.chosen_at != self.table.current_row:
            self.table.choose_row(do.chosen_at)
            if do.chosen_at >= 1 and do.rows[do.chosen_at - 1].is_head:  # what it stands under is seen as well
                self.table.scrollTo(self._model.index(do.chosen_at - 1, 0))
        self._is_drawing = False

    def take_focus(self) -> None:
        """Give the keys to the box."""
        self.search.setFocus()
        self.search.selectAll()

    # --- inside --------------------------------------------------------------------------------------------------

    def _chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self._do.choose(number)

    def _fit(self) -> None:
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(spaced(Space.XS))
