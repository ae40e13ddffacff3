"""The import screen: the imports that were done, or a file with its columns and the lines that are not understood."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pos_desktop.screens.imports.columns import COLUMN_COLUMNS, DONE_COLUMNS, PROBLEM_COLUMNS
from pos_desktop.screens.imports.presenter import Doing, ImportsPresenter
from pos_desktop.screens.imports.rows import ColumnRow, DoneRow, ProblemRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fields import TextEdit
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import ElidedLabel, TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine


class ImportsView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: ImportsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._done: RowTableModel[DoneRow] = RowTableModel(DONE_COLUMNS)
        self._columns: RowTableModel[ColumnRow] = RowTableModel(COLUMN_COLUMNS)
        self._problems: RowTableModel[ProblemRow] = RowTableModel(PROBLEM_COLUMNS)
        self.done = RowTableView(self._done, empty_text=tr("Nothing was imported yet: F2 looks at a file."))
        self.done.setAccessibleName(tr("Imports"))
        self.columns = RowTableView(self._columns)
        self.columns.setAccessibleName(tr("Columns of the file"))
        self.problems = RowTableView(self._problems)
        self.problems.setAccessibleName(tr("Lines that are not understood"))
        self.form = FormPanel()
        self.title = ElidedLabel(weight="semibold")
        self.about = TextLabel(tone=Tone.MUTED, wraps=True)
        self.notice = NoticeLine()
        self._shown: QWidget | None = None
        self._is_drawing = False
        self._lay_out()
        self.done.current_changed.connect(self._done_chosen)
        self.columns.current_changed.connect(self._column_chosen)
        self.columns.picked.connect(lambda _: presenter.open_column())
        self.form.submitted.connect(presenter.submit)
        self.form.cancelled.connect(presenter.escape)
        self.form.typed.connect(presenter.typed)
        presenter.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        self._done.set_rows(do.done)
        self.done.choose_row(do.done_at)
        self._columns.set_rows(do.columns)
        self.columns.choose_row(do.column_at)
        self._problems.set_rows(do.problems)
        self.problems.empty_text = tr("Every line is understood.") if do.report is not None else ""
        self._is_drawing = False
        self.title.set_whole(tr("Import of items and stock") if do.file is None else do.file.name)
        self.about.setText(_about(do))
        busy = {Doing.READING: tr("The file is being read …"), Doing.IMPORTING: tr("A backup, then the import …")}
        text = busy.get(do.doing, do.notice.text)
        tone = Tone.ACCENT if do.doing in busy else do.notice.tone
        self.notice.show_notice(text, tone)
        page = self._list if do.file is None else self._file
        self._pages.setCurrentWidget(page)
        self.form.setVisible(do.form is not None)
        if do.form is not None:
            self.form.show_form(do.form)
        else:
            self.form.forget()
        shown = self.form if do.form is not None else page
        if shown is not self._shown:
            self._shown = shown
            if self.isVisible():
                self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the table."""
        if self.presenter.form is not None:
            self.form.take_focus()
        else:
            (self.done if self.presenter.file is None else self.columns).setFocus()

    def browse(self) -> None:
        """Ctrl+O: look for a file with the system's own window."""
        row = self.form.rows.get("file")
        if row is None or not isinstance(row.edit, TextEdit):
            return
        kinds = tr("Excel and CSV files") + " (*.xlsx *.xls *.csv *.txt)"
        path, _ = QFileDialog.getOpenFileName(self, tr("Import a file"), row.edit.text(), kinds)
        if path:
            row.edit.setText(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.escape()
        else:
            super().keyPressEvent(event)

    # --- inside --------------------------------------------------------------------------------------------------

    def _done_chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self.presenter.choose(number)

    def _column_chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self.presenter.choose_column(number)

    def _lay_out(self) -> None:
        self.title.setProperty("textSize", TextSize.HEADING.value)
        self._list, self._file = QWidget(), QWidget()
        of_list = QVBoxLayout(self._list)
        of_list.setContentsMargins(0, 0, 0, 0)
        of_list.addWidget(self.done)
        of_file = QVBoxLayout(self._file)
        of_file.setContentsMargins(0, 0, 0, 0)
        of_file.addWidget(self.columns, 3)
        of_file.addWidget(self.problems, 4)
        self._of_file = of_file
        self._pages = QStackedWidget()
        for page in (self._list, self._file):
            self._pages.addWidget(page)
        body = QHBoxLayout()
        body.addWidget(self._pages, 1)
        body.addWidget(self.form)
        self._body = body
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(self.title)
        self._whole.addWidget(self.about)
        self._whole.addWidget(self.notice)
        self._whole.addLayout(body, 1)
        self.form.hide()

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._body.setSpacing(edge)
        self._of_file.setSpacing(spaced(Space.S))


def _about(do: ImportsPresenter) -> str:
    """Return what the file would do, or what the list is."""
    report = do.report
    if do.file is None:
        return tr("What came in from files. An import is taken back whole, as long as nothing of it was sold.")
    if report is None:
        return tr("Enter on a column says what it means; a file of items needs at least the name.")
    parts = [
        tr("{count} new items", count=report.items_added),
        tr("{count} that are there", count=report.items_found),
        tr("{count} batches worth ₹{worth} at cost", count=report.lots, worth=report.stock_value.grouped()),
    ]
    if do.bad_lines:
        words = tr("{count} lines are left out") if do.skips_bad else tr("{count} lines hold it up")
        parts.append(words.format(count=do.bad_lines))
    if do.with_expired:
        parts.append(tr("expired stock too"))
    if do.came_again:
        parts.append(tr("what came in before too"))
    if do.keeps_details:
        parts.append(tr("salts and makers stay as they are"))
    return "  ·  ".join(parts)
