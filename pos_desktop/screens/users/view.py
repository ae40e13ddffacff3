"""The users screen: the table of people or of rights, and beside it the form that is open."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from pos_desktop.screens.users.columns import RIGHT_COLUMNS, USER_COLUMNS
from pos_desktop.screens.users.presenter import Page, UsersPresenter
from pos_desktop.screens.users.rows import ROLES, RightRow, UserRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

#: What the table of people can do without while a form stands beside it.
_GIVE_WAY = frozenset({"discount", "pin", "last_login"})


class UsersView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: UsersPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._people_model: RowTableModel[UserRow] = RowTableModel(USER_COLUMNS)
        self._rights_model: RowTableModel[RightRow] = RowTableModel(RIGHT_COLUMNS)
        self.people = RowTableView(self._people_model, empty_text=tr("The people who may log in are being read …"))
        self.people.setAccessibleName(tr("Users"))
        self.rights = RowTableView(self._rights_model, empty_text=tr("The rights are being read …"))
        self.rights.setAccessibleName(tr("What each role may do"))
        self.rights.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.form = FormPanel()
        self.title = TextLabel(size=TextSize.HEADING, weight="semibold")
        self.about = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.notice = NoticeLine()
        self._had_form = False
        self._is_drawing = False
        self._lay_out()
        self.people.current_changed.connect(self._user_chosen)
        self.people.picked.connect(lambda _: presenter.open_edit())
        self.rights.selectionModel().currentChanged.connect(self._right_chosen)
        self.rights.picked.connect(lambda _: presenter.open_edit())
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
        is_people = do.page is Page.PEOPLE
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        rows = do.user_rows()
        self._people_model.set_rows(rows)
        names = [row.username for row in rows]
        if do.chosen_name in names:
            self.people.choose_row(names.index(do.chosen_name))
        self._rights_model.set_rows(do.right_rows())
        self.rights.setCurrentIndex(self._rights_model.index(do.right_at, do.role_at + 1))
        self._is_drawing = False
        self.title.setText(tr("Users") if is_people else tr("What each role may do"))
        self.about.setText(
            tr("Who may log in at this shop, and as what.")
            if is_people
            else tr("Arrows choose a cell, Enter changes it. SET marks what this shop has chosen itself.")
        )
        self._tables.setCurrentWidget(self.people if is_people else self.rights)
        self.notice.show_notice(do.notice.text, do.notice.tone)
        self._draw_form()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the table."""
        if self.presenter.form is not None:
            self.form.take_focus()
        else:
            self._tables.currentWidget().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back from the rights to the people."""
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.escape()
        else:
            super().keyPressEvent(event)

    # --- inside --------------------------------------------------------------------------------------------------

    def _draw_form(self) -> None:
        form = self.presenter.form
        self.form.setVisible(form is not None)
        self._make_room(is_narrow=form is not None)
        if form is not None:
            self.form.show_form(form)
        elif self._had_form:
            self.form.forget()
            if self.isVisible():
                self._tables.currentWidget().setFocus()
        elif self.people.hasFocus() or self.rights.hasFocus():
            self._tables.currentWidget().setFocus()
        self._had_form = form is not None

    def _make_room(self, *, is_narrow: bool) -> None:
        """Beside a form show only what it is about: who and what, or the one role."""
        for number, column in enumerate(USER_COLUMNS):
            self.people.setColumnHidden(number, is_narrow and column.id in _GIVE_WAY)
        for number in range(1, len(RIGHT_COLUMNS)):
            self.rights.setColumnHidden(number, is_narrow and number != self.presenter.role_at + 1)

    def _user_chosen(self, number: int) -> None:
        if not self._is_drawing and 0 <= number < len(self._people_model.rows):
            self.presenter.choose(self._people_model.rows[number].username)

    def _right_chosen(self, now: QModelIndex, _: QModelIndex) -> None:
        if not self._is_drawing and now.isValid():
            self.presenter.choose_right(now.row(), min(max(now.column() - 1, 0), len(ROLES) - 1))

    def _lay_out(self) -> None:
        self._tables = QStackedWidget()
        self._tables.addWidget(self.people)
        self._tables.addWidget(self.rights)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.about)
        head.addStretch(1)
        self._head = head
        body = QHBoxLayout()
        body.addWidget(self._tables, 1)
        body.addWidget(self.form)
        self._body = body
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(head)
        self._whole.addWidget(self.notice)
        self._whole.addLayout(body, 1)
        self.form.hide()

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._head.setSpacing(edge)
        self._body.setSpacing(edge)
