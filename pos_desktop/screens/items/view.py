"""The items screen: search and list, the card of one item with its batches, and the forms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.items.card import Page
from pos_desktop.screens.items.columns import BATCH_COLUMNS, ITEM_COLUMNS, SUBSTITUTE_COLUMNS
from pos_desktop.screens.items.presenter import ItemsPresenter
from pos_desktop.screens.items.rows import BatchRow, ItemRow, SubstituteRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.tables.history import HISTORY_COLUMNS, HistoryRow
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.facts import FactsGrid
from pos_desktop.widgets.fields import TextEdit
from pos_desktop.widgets.form_panel import FormPanel
from pos_desktop.widgets.labels import ElidedLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 15, Qt.Key.Key_PageUp: -15}
#: What the list can do without while a form stands beside it.
_GIVE_WAY = frozenset({"maker", "pack", "expiry", "mrp", "rack"})


class SearchEdit(TextEdit):
    """What is looked for; the arrows move in the list below, so that the fingers stay here."""

    def __init__(self, presenter: ItemsPresenter) -> None:
        super().__init__(most=100, placeholder=tr("Name, salt, maker, code or barcode"))
        self._presenter = presenter
        self.setAccessibleName(tr("Search items"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows choose, Enter opens; the rest is typed."""
        steps = _MOVES.get(Qt.Key(event.key()))
        if steps is not None:
            self._presenter.move(steps)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._presenter.open_card()
        else:
            super().keyPressEvent(event)


class ItemsView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: ItemsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._items: RowTableModel[ItemRow] = RowTableModel(ITEM_COLUMNS)
        self._batches: RowTableModel[BatchRow] = RowTableModel(BATCH_COLUMNS)
        self.search = SearchEdit(presenter)
        self.items = RowTableView(self._items, empty_text=tr("No item is shown: F2 adds one, F8 shows those not sold."))
        self.items.setAccessibleName(tr("Items"))
        self.batches = RowTableView(self._batches, empty_text=tr("No batch of this item is in stock."))
        self.batches.setAccessibleName(tr("Batches"))
        self._substitutes: RowTableModel[SubstituteRow] = RowTableModel(SUBSTITUTE_COLUMNS)
        self.substitutes = RowTableView(self._substitutes)
        self.substitutes.setAccessibleName(tr("Items with the same salts"))
        self._history: RowTableModel[HistoryRow] = RowTableModel(HISTORY_COLUMNS)
        self.history = RowTableView(self._history)
        self.history.setAccessibleName(tr("History"))
        self.small = FormPanel()
        self.wide = FormPanel(width=0)
        self.title = ElidedLabel(weight="semibold")
        self.facts = FactsGrid()
        self.notice = NoticeLine()
        self._shown: QWidget | None = None
        self._is_drawing = False
        self._lay_out()
        self.search.textChanged.connect(presenter.search)
        self.items.current_changed.connect(self._item_chosen)
        self.items.picked.connect(lambda _: presenter.open_card())
        self.batches.current_changed.connect(self._batch_chosen)
        self.substitutes.picked.connect(presenter.open_substitute)
        for form in (self.small, self.wide):
            form.submitted.connect(presenter.submit)
            form.cancelled.connect(presenter.escape)
        self.small.typed.connect(lambda name: presenter.typed(name, self.small.values()))
        self.wide.typed.connect(lambda name: presenter.typed(name, self.wide.values()))
        presenter.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        if self.search.text() != do.text:
            self.search.setText(do.text)
        self._items.set_rows(do.rows)
        codes = [row.code for row in do.rows]
        self.items.choose_row(codes.index(do.chosen_code) if do.chosen_code in codes else -1)
        self._batches.set_rows(do.item.batches)
        self.batches.choose_row(do.item.batch_at)
        self._draw_pages()
        self._is_drawing = False
        heading = tr("Items not sold any more") if do.shows_inactive else tr("Items")
        self.title.set_whole(heading if do.card is None else f"{do.card.code}   {do.card.name}")
        self.facts.show_facts(do.item.facts)
        self.notice.show_notice(do.notice.text, do.notice.tone)
        self._draw_form()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the batches or the search."""
        panel = self._panel()
        if panel is not None:
            panel.take_focus()
        elif self.presenter.card is not None:
            self._tables[self.presenter.item.page].setFocus()
        else:
            self.search.setFocus()
            self.search.selectAll()

    def submit(self) -> None:
        """Send the form that is open."""
        panel = self._panel()
        if panel is not None:
            panel.submit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.presenter.escape()
        else:
            super().keyPressEvent(event)

    # --- inside --------------------------------------------------------------------------------------------------

    def _panel(self) -> FormPanel | None:
        form = self.presenter.form
        if form is None:
            return None
        return self.wide if form.columns > 1 else self.small

    def _draw_pages(self) -> None:
        item = self.presenter.item
        self._substitutes.set_rows(item.substitutes)
        self.substitutes.empty_text = item.empty_words
        self.substitutes.viewport().update()
        if item.substitutes and self.substitutes.current_row < 0:
            self.substitutes.choose_row(0)
        self._history.set_rows(item.history)
        table = self._tables[item.page]
        if self._below.currentWidget() is not table:
            had_keys = any(other.hasFocus() for other in self._tables.values())
            self._below.setCurrentWidget(table)
            if had_keys:
                table.setFocus()

    def _draw_form(self) -> None:
        do = self.presenter
        panel = self._panel()
        page = self._list if do.card is None else self._card
        self._pages.setCurrentWidget(self._form_page if panel is self.wide else page)
        self._head.setVisible(panel is not self.wide)
        self.small.setVisible(panel is self.small)
        for number, column in enumerate(ITEM_COLUMNS):
            self.items.setColumnHidden(number, panel is self.small and column.id in _GIVE_WAY)
        if panel is not None and do.form is not None:
            panel.show_form(do.form)
        for other in (self.small, self.wide):
            if other is not panel:
                other.forget()
        shown = panel or page
        if shown is not self._shown:
            self._shown = shown
            if self.isVisible():
                self.take_focus()

    def _item_chosen(self, number: int) -> None:
        if not self._is_drawing and 0 <= number < len(self._items.rows):
            self.presenter.choose(self._items.rows[number].code)

    def _batch_chosen(self, number: int) -> None:
        if not self._is_drawing and number >= 0:
            self.presenter.choose_batch(number)

    def _lay_out(self) -> None:
        self.title.setProperty("textSize", TextSize.HEADING.value)
        self._list, self._card, self._head = QWidget(), QWidget(), QWidget()
        of_list = QVBoxLayout(self._list)
        of_list.setContentsMargins(0, 0, 0, 0)
        of_list.addWidget(self.search)
        of_list.addWidget(self.items, 1)
        of_card = QVBoxLayout(self._card)
        of_card.setContentsMargins(0, 0, 0, 0)
        of_card.addWidget(self.facts)
        self._tables = {
            Page.BATCHES: self.batches,
            Page.SAME_SALT: self.substitutes,
            Page.HISTORY: self.history,
        }
        self._below = QStackedWidget()
        for table in self._tables.values():
            self._below.addWidget(table)
        of_card.addWidget(self._below, 1)
        self._form_page = QScrollArea()
        self._form_page.setWidgetResizable(True)
        self._form_page.setFrameShape(QFrame.Shape.NoFrame)
        self._form_page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._form_page.setWidget(self.wide)
        self._pages = QStackedWidget()
        for page in (self._list, self._card, self._form_page):
            self._pages.addWidget(page)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(spaced(Space.XS))
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
