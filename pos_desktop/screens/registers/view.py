"""The registers' pages: the book of Schedule H1 with the whole row beside it, pharmacists, and drug licences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from pos_desktop.screens.registers.columns import H1_COLUMNS, LICENCE_COLUMNS, PHARMACIST_COLUMNS
from pos_desktop.screens.registers.presenter import Page, RegistersPresenter
from pos_desktop.screens.registers.rows import H1Row, LicenceRow, PharmacistRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.beside import TableBesideForm
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fact_sections import FactSections
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine
from pos_desktop.widgets.search_edit import SearchEdit

#: Before scaling.
_CARD_WIDTH = 340
#: Columns that the row beside the list says as well, and below which width of the list each gives way.
_GIVE_WAY = (("bill", 1040), ("batch", 900), ("prescriber", 800), ("date", 640), ("patient", 520), ("quantity", 420))


class H1View(QFrame):
    """Draws the register of some days."""

    def __init__(self, presenter: RegistersPresenter) -> None:
        super().__init__()
        self._do = presenter.h1
        self.search = SearchEdit(
            most=60, placeholder=tr("Days: 20-11-2026, 01-11-2026 to 20-11-2026, or a month, 11-2026")
        )
        self._model: RowTableModel[H1Row] = RowTableModel(H1_COLUMNS)
        self.list = RowTableView(self._model)
        self.title = TextLabel(tr("Schedule H1 register"), size=TextSize.HEADING, weight="semibold")
        self.about = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.card = FactSections(width=_CARD_WIDTH)
        self.notice = NoticeLine()
        self._is_drawing = False
        self._lay_out()
        self.overlay = FormOverlay(self, tr("Save the register"), width=520)
        self.form: FormPanel = self.overlay.form
        self.search.textChanged.connect(self._do.search)
        self.search.moved.connect(self._do.move)
        self.search.entered.connect(self.open_row)
        self.list.current_changed.connect(self._chosen)
        self.list.picked.connect(lambda _: self.open_row())
        self.list.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())
        self.overlay.submitted.connect(self._do.desk.submit)
        self.overlay.typed.connect(self._do.desk.typed)
        self.overlay.escaped.connect(self._do.desk.escape)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self._do
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        if self.search.text() != do.text:
            self.search.setText(do.text)
        self._model.set_rows(do.rows)
        self.list.empty_text = (
            tr("No Schedule H1 drug was supplied on these days. F5 shows other days, or type them above.")
            if do.is_read
            else tr("The register is being read …")
        )
        if do.chosen_at != self.list.current_row:
            self.list.choose_row(do.chosen_at)
        self._is_drawing = False
        self.list.viewport().update()
        self.about.setText(do.about)
        card = do.card
        self.card.show_sections(card.number if card else "", card.badges if card else (), card.sections if card else ())
        self.card.setAccessibleName(tr("Entry {number}", number=card.number) if card else tr("No entry is chosen"))
        self.notice.show_notice(do.desk.notice.text, do.desk.notice.tone)
        self.overlay.show_form(do.desk.form)

    def take_focus(self) -> None:
        """Give the keys to the box, unless a form has them."""
        if not self.overlay.is_open:
            self.search.setFocus()
            self.search.selectAll()

    def open_row(self) -> None:
        """Enter: to the row beside the list, where the arrows scroll."""
        if self._do.card is not None:
            self.card.setFocus()

    def goes_back(self) -> bool:
        """Esc in the list or in the row beside it goes back to the box; say whether it did."""
        if self.card.hasFocus() or self.list.hasFocus():
            self.search.setFocus()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._make_room()

    # --- inside --------------------------------------------------------------------------------------------------

    def _make_room(self) -> None:
        look = theme.current()
        room = self.width() - look.px(_CARD_WIDTH)
        for number, column in enumerate(H1_COLUMNS):
            self.list.setColumnHidden(number, room < look.px(dict(_GIVE_WAY).get(column.id, 0)))

    def _chosen(self, number: int) -> None:
        if not self._is_drawing:
            self._do.choose(number)

    def _scrolled(self) -> None:
        bar = self.list.verticalScrollBar()
        if not self._is_drawing and bar.maximum() and bar.value() > bar.maximum() - bar.pageStep():
            self._do.more()

    def _lay_out(self) -> None:
        self.search.setAccessibleName(tr("Days of the register"))
        self.list.setAccessibleName(tr("Schedule H1 register"))
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.about)
        self._head.addStretch(1)
        self._left = QVBoxLayout()
        self._left.addLayout(self._head)
        self._left.addWidget(self.search)
        self._left.addWidget(self.notice)
        self._left.addWidget(self.list, 1)
        self._body = QHBoxLayout(self)
        self._body.addLayout(self._left, 1)
        self._body.addWidget(self.card)

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._body.setContentsMargins(edge, edge, edge, edge)
        self._body.setSpacing(edge)
        self._head.setSpacing(edge)
        self._left.setSpacing(spaced(Space.XS))
        self._make_room()


class PharmacistsView(TableBesideForm[PharmacistRow]):
    """Draws the list of pharmacists."""

    def __init__(self, presenter: RegistersPresenter) -> None:
        super().__init__(PHARMACIST_COLUMNS, name=tr("Pharmacists"), gives_way=frozenset({"username", "state"}))
        self._do = presenter.pharmacists
        self.row_chosen.connect(self._do.choose)
        self.submitted.connect(self._do.desk.submit)
        self.typed.connect(self._do.desk.typed)
        self.escaped.connect(presenter.escape)

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self._do
        about = tr("Who may be on duty at a counter and answer for scheduled drugs.")
        self.show_head(tr("Registered pharmacists"), about, do.desk.notice)
        empty = tr("Nobody yet: F2 puts a pharmacist on the list.") if do.may_change else tr("Nobody yet.")
        self.show_rows(do.rows, do.chosen_at, empty)
        self.show_form(do.desk.form)


class LicencesView(TableBesideForm[LicenceRow]):
    """Draws the drug licences."""

    def __init__(self, presenter: RegistersPresenter) -> None:
        super().__init__(LICENCE_COLUMNS, name=tr("Drug licences"), gives_way=frozenset({"valid_from", "state"}))
        self._do = presenter.licences
        self.row_chosen.connect(self._do.choose)
        self.submitted.connect(self._do.desk.submit)
        self.typed.connect(self._do.desk.typed)
        self.escaped.connect(presenter.escape)

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self._do
        about = tr("The shop's own: its papers show them, and its bills are held to them.")
        self.show_head(tr("Drug licences"), about, do.desk.notice)
        empty = tr("No licence yet: F2 enters one.") if do.may_change else tr("No licence yet.")
        self.show_rows(do.rows, do.chosen_at, empty)
        self.show_form(do.desk.form)


class RegistersView(QFrame):
    """Shows one page, and tells the presenter what the fingers did."""

    def __init__(self, presenter: RegistersPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.h1 = H1View(presenter)
        self.pharmacists = PharmacistsView(presenter)
        self.licences = LicencesView(presenter)
        self._pages: dict[Page, H1View | PharmacistsView | LicencesView] = {
            Page.H1: self.h1,
            Page.PHARMACISTS: self.pharmacists,
            Page.LICENCES: self.licences,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.draw()

    @property
    def form(self) -> FormPanel:
        """The form of the page that is shown."""
        return self._pages[self.presenter.page].form

    def draw(self) -> None:
        """Draw the page that is shown."""
        here = self._pages[self.presenter.page]
        here.draw()
        if self._stack.currentWidget() is not here:
            self._stack.setCurrentWidget(here)
            if self.isVisible():
                here.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the page."""
        self._pages[self.presenter.page].take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back: to the box, and there it empties it."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.presenter.page is not Page.H1 or not self.h1.goes_back():
            self.presenter.escape()
