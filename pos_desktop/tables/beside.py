"""A list with a form that opens beside it: heading, what was done, table, form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.form import Form
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column, Row
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

#: Narrower than this (before scaling) a list says nothing and gives way whole.
_LEAST_TABLE = 240


class TableBesideForm(QFrame, Generic[Row]):
    """Draws one list. ``gives_way`` names the columns that it does without while a form stands beside it."""

    row_chosen = Signal(int)
    row_picked = Signal(int)
    submitted = Signal(dict)
    typed = Signal(str)
    escaped = Signal()

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        name: str,
        gives_way: frozenset[str] = frozenset(),
        above: QWidget | None = None,
    ) -> None:
        """``above`` stands between the heading and the list."""
        super().__init__()
        self._columns = columns
        self._gives_way = gives_way
        self._model: RowTableModel[Row] = RowTableModel(columns)
        self.title = TextLabel(size=TextSize.HEADING, weight="semibold")
        self.about = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.notice = NoticeLine()
        self.table = RowTableView(self._model)
        self.table.setAccessibleName(name)
        self.form = FormPanel()
        self._scroll = QScrollArea()  # large letters in a small window: a form is scrolled and never squeezed
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.form)
        self._scroll.hide()
        self._had_form = False
        self._is_drawing = False
        self._lay_out(above)
        self.table.current_changed.connect(self._chosen)
        self.table.picked.connect(self.row_picked)
        self.form.submitted.connect(self.submitted)
        self.form.cancelled.connect(self.escaped)
        self.form.typed.connect(self.typed)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_head(self, title: str, about: str, notice: Notice) -> None:
        """Show what the list is of, and what was done."""
        self.title.setText(title)
        self.about.setText(about)
        self.notice.show_notice(notice.text, notice.tone)

    def show_rows(self, rows: Sequence[Row], at: int, empty_text: str) -> None:
        """Show rows with one chosen, -1 for none; an empty list says what would be here."""
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        self._model.set_rows(list(rows))
        self.table.choose_row(at)
        self._is_drawing = False
        self.table.empty_text = empty_text
        self.table.viewport().update()

    def show_form(self, form: Form | None) -> None:
        """Show the form that is open, or the list alone, which then has the keys again."""
        self._scroll.setVisible(form is not None)
        for number, column in enumerate(self._columns):
            self.table.setColumnHidden(number, form is not None and column.id in self._gives_way)
        if form is not None:
            self.form.show_form(form)
            self._make_room()
            if form.sentence:  # it stands below the fields, which may fill the window; once the form has grown by it
                QTimer.singleShot(0, self, lambda: self._scroll.ensureVisible(0, self.form.height()))
        elif self._had_form:
            self.form.forget()
            self.table.show()
            if self.isVisible():
                self.table.setFocus()
        self._had_form = form is not None

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the table."""
        if self._had_form:
            self.form.take_focus()
        else:
            self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the list give way to a form that has no room beside it."""
        super().resizeEvent(event)
        if self._had_form:
            self._make_room()

    # --- inside --------------------------------------------------------------------------------------------------

    def _make_room(self) -> None:
        look = theme.current()
        edges = 3 * spaced(Space.M)
        wanted = self.form.minimumWidth()
        is_tall = self.form.minimumSizeHint().height() > self.height() - self._body.geometry().top() - spaced(Space.M)
        bar = self._scroll.verticalScrollBar().sizeHint().width() if is_tall else 0
        self.table.setVisible(self.width() - wanted - bar - edges >= look.px(_LEAST_TABLE))
        self._scroll.setFixedWidth(min(wanted + bar, max(self.width() - edges, 1)))

    def _chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self.row_chosen.emit(number)

    def _lay_out(self, above: QWidget | None) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.about)
        self._head.addStretch(1)
        self._body = QHBoxLayout()
        self._body.addWidget(self.table, 1)
        self._body.addWidget(self._scroll)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._head)
        self._whole.addWidget(self.notice)
        if above is not None:
            self._whole.addWidget(above)
        self._whole.addLayout(self._body, 1)

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._head.setSpacing(edge)
        self._body.setSpacing(edge)
