"""The form over whatever screen is visible that saves a table of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from pos_desktop.screens.table_file.presenter import TableFile
from pos_desktop.shell.texts import tr
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.form_overlay import FormOverlay


class TableFilePanel(FormOverlay):
    """Draws the form that is open, and reads from a table what it shows."""

    def __init__(self, saving: TableFile, parent: QWidget) -> None:
        super().__init__(parent, tr("Save this list"))
        self._do = saving
        self.submitted.connect(saving.desk.submit)
        self.typed.connect(saving.desk.typed)
        self.escaped.connect(saving.desk.escape)
        saving.listen(self.draw)

    def draw(self) -> None:
        """Draw what the presenter holds."""
        self.show_form(self._do.desk.form)

    def save(self, table: RowTableView, title: str) -> None:
        """Ask where what a table shows is saved: columns that gave way to a narrow window are no part of it."""
        model = table.model()
        if isinstance(model, RowTableModel):
            columns = [column for at, column in enumerate(model.columns) if not table.isColumnHidden(at)]
            heads = frozenset(number for number in range(model.rowCount()) if model.is_head(number))
            self._do.open(title, columns, list(model.rows), heads)
