"""The parties screen: four lists to choose from, the search, the list, the card beside it, and the forms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.parties.dto import PartyKind
from pos_desktop.screens.parties.columns import CODE_COLUMNS, PARTY_COLUMNS
from pos_desktop.screens.parties.presenter import Page, PartiesPresenter
from pos_desktop.screens.parties.rows import EMPTY, KIND_KEYS, LISTS, CodeRow, PartyRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.tables.history import HISTORY_COLUMNS, HistoryRow
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fact_sections import FactSections
from pos_desktop.widgets.fields import TextEdit
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import ElidedLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 15, Qt.Key.Key_PageUp: -15}
#: Before scaling.
_CARD_WIDTH, _NARROW_BELOW = 430, 1000
#: Columns that the card says as well, and of the codes one that gives way to a form.
_GIVE_WAY, _CODES_GIVE_WAY = "number", "name"


class SearchEdit(TextEdit):
    """Who is looked for; the arrows move in the list below, so that the fingers stay here."""

    def __init__(self, presenter: PartiesPresenter) -> None:
        super().__init__(most=100, placeholder=tr("Any words of the name, a telephone, a GSTIN or registration"))
        self._presenter = presenter

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows choose, Enter changes; the rest is typed."""
        steps = _MOVES.get(Qt.Key(event.key()))
        if steps is not None:
            self._presenter.move(steps)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._presenter.open_edit()
        else:
            super().keyPressEvent(event)


class PartiesView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: PartiesPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.tabs = {kind: QPushButton(f"{LISTS[kind]}   {KIND_KEYS[kind]}") for kind in presenter.kinds}
        self.search = SearchEdit(presenter)
        self._models: dict[PartyKind, RowTableModel[PartyRow]] = {
            kind: RowTableModel(PARTY_COLUMNS[kind]) for kind in presenter.kinds
        }
        self.lists = {kind: RowTableView(model, empty_text=EMPTY[kind]) for kind, model in self._models.items()}
        self.card = FactSections(width=_CARD_WIDTH)
        self._codes: RowTableModel[CodeRow] = RowTableModel(CODE_COLUMNS)
        self.codes = RowTableView(self._codes, empty_text=tr("No code of this supplier is known: F2 teaches one."))
        self._history: RowTableModel[HistoryRow] = RowTableModel(HISTORY_COLUMNS)
        self.history = RowTableView(self._history, empty_text=tr("The history is being read …"))
        self.small = FormPanel(width=_CARD_WIDTH)
        self.wide = FormPanel(width=0)
        self.title = ElidedLabel(weight="semibold")
        self.notice = NoticeLine()
        self._shown: QWidget | None = None
        self._is_drawing = False
        self._lay_out()
        self._connect()
        presenter.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        for kind, tab in self.tabs.items():
            tab.setChecked(kind is do.kind)
        if self.search.text() != do.text:
            self.search.setText(do.text)
        self.search.setAccessibleName(tr("Search {list}", list=LISTS[do.kind].lower()))
        table = self.lists[do.kind]
        self._models[do.kind].set_rows(do.rows)
        table.empty_text = EMPTY[do.kind] if not do.text.strip() else tr("Nobody is found: F2 adds one with this name.")
        keys = [row.key for row in do.rows]
        at = keys.index(do.chosen_key) if do.chosen_key in keys else -1
        if at != table.current_row:
            table.choose_row(at)
        self._tables.setCurrentWidget(table)
        self._codes.set_rows(do.codes)
        if do.codes and do.code_at != self.codes.current_row:
            self.codes.choose_row(do.code_at)
        self._history.set_rows(do.history)
        self._is_drawing = False
        card = do.card
        self.card.show_sections(card.name if card else "", card.badges if card else (), card.sections if card else ())
        self.card.setAccessibleName(card.name if card else tr("Nobody is chosen"))
        self._draw_head()
        self._draw_pages()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the table or the search."""
        panel = self._panel()
        if panel is not None:
            panel.take_focus()
        elif self.presenter.page is Page.LIST:
            self.search.setFocus()
            self.search.selectAll()
        else:
            self._pages.currentWidget().setFocus()

    def submit(self) -> None:
        """Send the form that is open."""
        panel = self._panel()
        if panel is not None:
            panel.submit()

    def add_another(self) -> None:
        """Send the form that is open: it is another one."""
        panel = self._panel()
        if panel is not None:
            self.presenter.add_another(panel.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.escape()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._make_room()

    # --- inside --------------------------------------------------------------------------------------------------

    def _panel(self) -> FormPanel | None:
        form = self.presenter.form
        if form is None:
            return None
        return self.wide if form.columns > 1 else self.small

    def _draw_head(self) -> None:
        do = self.presenter
        is_list = do.page is Page.LIST
        self._tab_row.setVisible(is_list)
        self.title.setVisible(not is_list)
        name = do.card.name if do.card is not None else ""
        words = tr("Codes of {name}", name=name) if do.page is Page.CODES else tr("History of {name}", name=name)
        self.title.set_whole(words)
        self.notice.show_notice(do.notice.text, do.notice.tone)

    def _draw_pages(self) -> None:
        do = self.presenter
        panel = self._panel()
        page: QWidget = {Page.LIST: self._list, Page.CODES: self.codes, Page.HISTORY: self.history}[do.page]
        self._pages.setCurrentWidget(self._form_page if panel is self.wide else page)
        self._head.setVisible(panel is not self.wide)
        self.small.setVisible(panel is self.small)
        self.card.setVisible(panel is not self.small)
        self._make_room()
        if panel is not None and do.form is not None:
            panel.show_form(do.form)
        for other in (self.small, self.wide):
            if other is not panel:
                other.forget()
        shown = panel or (self.lists[do.kind] if do.page is Page.LIST else page)
        if shown is not self._shown:
            self._shown = shown
            if self.isVisible():
                self.take_focus()

    def _make_room(self) -> None:
        """Leave out what a narrow window, or a form beside the list, has no room for: the card says it."""
        is_narrow = self.width() < theme.current().px(_NARROW_BELOW)
        for kind, table in self.lists.items():
            for number, column in enumerate(PARTY_COLUMNS[kind]):
                table.setColumnHidden(number, is_narrow and column.id == _GIVE_WAY)
        has_form = not self.small.isHidden()
        for number, name in enumerate(column.id for column in CODE_COLUMNS):
            self.codes.setColumnHidden(number, has_form and name == _CODES_GIVE_WAY)

    def _chosen(self, kind: PartyKind, number: int) -> None:
        if not self._is_drawing and kind is self.presenter.kind and 0 <= number < len(self._models[kind].rows):
            self.presenter.choose(self._models[kind].rows[number].key)

    def _code_chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self.presenter.choose_code(number)

    def _scrolled(self, table: RowTableView) -> None:
        bar = table.verticalScrollBar()
        if not self._is_drawing and bar.maximum() and bar.value() > bar.maximum() - bar.pageStep():
            self.presenter.more()

    def _connect(self) -> None:
        do = self.presenter
        self.search.textChanged.connect(do.search)
        for kind, tab in self.tabs.items():
            tab.clicked.connect(lambda _=False, wanted=kind: do.show_kind(wanted))
        for kind, table in self.lists.items():
            table.current_changed.connect(lambda number, wanted=kind: self._chosen(wanted, number))
            table.picked.connect(lambda _: do.open_edit())
            table.verticalScrollBar().valueChanged.connect(lambda _, of=table: self._scrolled(of))
        self.codes.current_changed.connect(self._code_chosen)
        self.codes.picked.connect(lambda _: do.open_edit())
        for form in (self.small, self.wide):
            form.submitted.connect(do.submit)
            form.cancelled.connect(do.escape)
        self.small.typed.connect(lambda name: do.typed(name, self.small.values()))
        self.wide.typed.connect(lambda name: do.typed(name, self.wide.values()))

    def _lay_out(self) -> None:
        self.title.setProperty("textSize", TextSize.HEADING.value)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tab_row, self._list, self._head = QWidget(), QWidget(), QWidget()
        tabs = QHBoxLayout(self._tab_row)
        tabs.setContentsMargins(0, 0, 0, 0)
        for kind, tab in self.tabs.items():
            tab.setCheckable(True)
            tab.setProperty("role", "tab")
            tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tab.setAccessibleName(f"{LISTS[kind]} ({KIND_KEYS[kind]})")
            tabs.addWidget(tab)
        tabs.addStretch(1)
        self._tabs_layout = tabs
        self._tables = QStackedWidget()
        for kind, table in self.lists.items():
            table.setAccessibleName(LISTS[kind])
            self._tables.addWidget(table)
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self._tables, 1)
        self._left = left
        of_list = QHBoxLayout(self._list)
        of_list.setContentsMargins(0, 0, 0, 0)
        of_list.addLayout(left, 1)
        of_list.addWidget(self.card)
        self._of_list = of_list
        self.codes.setAccessibleName(tr("Codes"))
        self.history.setAccessibleName(tr("History"))
        self._form_page = QScrollArea()
        self._form_page.setWidgetResizable(True)
        self._form_page.setFrameShape(QFrame.Shape.NoFrame)
        self._form_page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._form_page.setWidget(self.wide)
        self._pages = QStackedWidget()
        for page in (self._list, self.codes, self.history, self._form_page):
            self._pages.addWidget(page)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(spaced(Space.XS))
        head.addWidget(self._tab_row)
        head.addWidget(self.title)
        head.addWidget(self.notice)
        body = QHBoxLayout()
        body.addWidget(self._pages, 1)
        body.addWidget(self.small)
        self._body = body
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(self._head)
        self._whole.addLayout(body, 1)
        self.small.hide()

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._body.setSpacing(edge)
        self._of_list.setSpacing(edge)
        self._left.setSpacing(spaced(Space.S))
        self._tabs_layout.setSpacing(spaced(Space.XS))
