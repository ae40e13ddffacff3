"""Purchases: a strip of four lists, the one in front, the lines of what is chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.screens.purchases.columns import (
    BILL_LINES,
    BILLS,
    DEBIT_NOTES,
    DIFFERENCES,
    NEW_ORDER,
    NEW_RETURN,
    NOTE_LINES,
    ORDER_LINES,
    ORDERS,
    RECEIPT_LINES,
    RECEIPTS,
)
from pos_desktop.screens.purchases.pages import MAKING, Page
from pos_desktop.screens.purchases.presenter import Listed, PurchasesPresenter
from pos_desktop.screens.purchases.rows import DocumentRow, LineRow, NewOrderRow, ReturnRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.tables.beside import TableBesideForm
from pos_desktop.tables.column import Column
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.labels import repolish, spaced
from pos_desktop.widgets.search_edit import SearchEdit

#: The pages of the strip with the keys that go there.
STRIP = (
    (Page.ORDERS, tr("Orders"), "Ctrl+1"),
    (Page.RECEIPTS, tr("Goods receipts"), "Ctrl+2"),
    (Page.BILLS, tr("Bills"), "Ctrl+3"),
    (Page.DIFFERENCES, tr("Differences"), "Ctrl+4"),
    (Page.DEBIT_NOTES, tr("Debit notes"), "Ctrl+5"),
)
_LINES = 190
_FEW_FIELDS = 2
_SEARCH_LENGTH = 60


class DocumentsPage(QFrame):
    """A list of documents with the lines of the one that is chosen below it."""

    def __init__(
        self,
        presenter: PurchasesPresenter,
        name: str,
        columns: Sequence[Column[DocumentRow]],
        lines: Sequence[Column[LineRow]],
        gives_way: frozenset[str] = frozenset({"date"}),
    ) -> None:
        super().__init__()
        self._had_form = False
        self.search = SearchEdit(most=_SEARCH_LENGTH, placeholder=tr("Supplier, number or item"))
        self.search.setAccessibleName(tr("Search {list}", list=name.lower()))
        self.list: TableBesideForm[DocumentRow] = TableBesideForm(
            columns, name=name, gives_way=gives_way, above=self.search
        )
        self._model: RowTableModel[LineRow] = RowTableModel(lines)
        self.lines = RowTableView(self._model, empty_text=tr("The lines of what is chosen stand here."))
        self.lines.setAccessibleName(tr("Lines"))
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.list, 1)
        self._below = QHBoxLayout()
        self._below.addWidget(self.lines)
        self._whole.addLayout(self._below)
        connect(self.list, presenter)
        self.list.row_chosen.connect(presenter.choose)
        self.search.textChanged.connect(presenter.search)
        self.search.moved.connect(presenter.move)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_listed(self, listed: Listed, form: SentForm | None, empty: str) -> None:
        """Show rows and lines, and the form that is open; the search has the keys again once there is none."""
        if self.search.text() != listed.text:
            self.search.setText(listed.text)
        nothing = tr("Nothing fits: Esc shows all again.") if listed.text.strip() else empty
        self.list.show_rows(listed.rows, listed.at, nothing)
        self.list.show_form(form)
        self._model.set_rows(list(listed.lines))
        self.lines.setVisible(form is None or len(form.fields) <= _FEW_FIELDS)  # a long form needs the room
        if self._had_form and form is None and self.isVisible():
            self.take_focus()
        self._had_form = form is not None

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the search."""
        if self._had_form:
            self.list.take_focus()
        else:
            self.search.setFocus()
            self.search.selectAll()

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setSpacing(0)
        self._whole.setContentsMargins(0, 0, 0, edge)
        self.lines.setFixedHeight(theme.current().px(_LINES))
        self._below.setContentsMargins(edge, 0, edge, 0)


def connect(page: TableBesideForm[Any], presenter: PurchasesPresenter) -> None:
    """Let a list's form answer to the presenter."""
    page.submitted.connect(presenter.desk.submit)
    page.typed.connect(lambda name: presenter.typed(name, page.form.values()))
    page.escaped.connect(presenter.escape)


class PurchasesView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: PurchasesPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.pages: dict[Page, DocumentsPage] = {
            Page.ORDERS: DocumentsPage(presenter, tr("Orders"), ORDERS, ORDER_LINES),
            Page.RECEIPTS: DocumentsPage(presenter, tr("Goods receipts"), RECEIPTS, RECEIPT_LINES),
            Page.BILLS: DocumentsPage(presenter, tr("Suppliers' bills"), BILLS, BILL_LINES),
            Page.DIFFERENCES: DocumentsPage(
                presenter, tr("Differences"), DIFFERENCES, BILL_LINES, gives_way=frozenset({"date", "about"})
            ),
            Page.DEBIT_NOTES: DocumentsPage(presenter, tr("Debit notes"), DEBIT_NOTES, NOTE_LINES),
        }
        self.new_return: TableBesideForm[ReturnRow] = TableBesideForm(
            NEW_RETURN, name=tr("Lots of the supplier"), gives_way=frozenset({"came", "bill", "mrp"})
        )
        connect(self.new_return, presenter)
        self.new_return.row_chosen.connect(presenter.back.choose)
        self.new_return.row_picked.connect(lambda _: presenter.back.change())
        self.new_order: TableBesideForm[NewOrderRow] = TableBesideForm(
            NEW_ORDER, name=tr("Lines of the new order"), gives_way=frozenset({"why", "lasts", "sold"})
        )
        connect(self.new_order, presenter)
        self.new_order.row_chosen.connect(presenter.order.choose)
        self.new_order.row_picked.connect(lambda _: presenter.order.change_line())
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        self._stack.addWidget(self.new_order)
        self._stack.addWidget(self.new_return)
        self._buttons = {page: self._button(page, words, key) for page, words, key in STRIP}
        strip = QHBoxLayout()
        for button in self._buttons.values():
            strip.addWidget(button)
        strip.addStretch(1)
        self._strip = strip
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addLayout(strip)
        self._whole.addWidget(self._stack, 1)
        presenter.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        for page, button in self._buttons.items():
            is_here = page is MAKING.get(do.page, do.page)
            if bool(button.property("chosen")) != is_here:
                button.setProperty("chosen", is_here)
                button.setProperty("role", "primary" if is_here else "")
                repolish(button)
        if do.page is Page.NEW_ORDER:
            self._draw_new_order()
            return
        if do.page is Page.NEW_RETURN:
            self._draw_new_return()
            return
        here = self.pages[do.page]
        was_here = self._stack.currentWidget() is here
        self._stack.setCurrentWidget(here)
        listed = do.here
        title, about, empty = _WORDS[do.page]
        if listed.left:
            shown, left = len(listed.rows), listed.left
            about = tr("The newest {count}, and {left} older: type what is looked for.", count=shown, left=left)
        here.list.show_head(title, about, do.desk.notice)
        here.show_listed(listed, do.desk.form, empty)
        if not was_here and self.isVisible():
            self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the list."""
        page = self.presenter.page
        (self._making().get(page) or self.pages[page]).take_focus()

    @property
    def form_panel(self) -> Any:
        """The form of the page in front."""
        page = self.presenter.page
        return (self._making().get(page) or self.pages[page].list).form

    # --- inside --------------------------------------------------------------------------------------------------

    def _draw_new_order(self) -> None:
        do = self.presenter
        self.new_order.show_rows(do.order.rows(), do.order.at, tr("No line yet: F5 adds one."))
        about = tr("Enter changes a line, Del takes it off. Nothing is ordered before F12.")
        self._draw_making(self.new_order, tr("New order to {supplier}", supplier=do.order.supplier), about)

    def _draw_new_return(self) -> None:
        do = self.presenter
        self.new_return.show_rows(do.back.rows(), do.back.at, tr("Nothing of this supplier's goods stands here."))
        about = tr("Enter says how much of a lot goes back. Nothing leaves the stock before F12.")
        self._draw_making(self.new_return, tr("Goods go back to {supplier}", supplier=do.back.supplier), about)

    def _draw_making(self, table: TableBesideForm[Any], title: str, about: str) -> None:
        """Draw what is being made, in front of the lists."""
        do = self.presenter
        was_here = self._stack.currentWidget() is table
        self._stack.setCurrentWidget(table)
        table.show_head(title, about, do.desk.notice)
        table.show_form(do.desk.form)
        if not was_here and self.isVisible():
            self.take_focus()

    def _making(self) -> dict[Page, TableBesideForm[Any]]:
        return {Page.NEW_ORDER: self.new_order, Page.NEW_RETURN: self.new_return}

    def _button(self, page: Page, words: str, key: str) -> QPushButton:
        button = QPushButton(f"{words}   {key}")
        button.setAccessibleName(words)
        button.setFocusPolicy(button.focusPolicy().NoFocus)
        button.clicked.connect(lambda: self.presenter.go_to(page))
        return button

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._strip.setContentsMargins(edge, edge, edge, 0)
        self._strip.setSpacing(spaced(Space.S))


_WORDS = {
    Page.ORDERS: (
        tr("Orders"),
        tr("What was ordered, the newest first."),
        tr("Nothing was ordered yet: F2 makes an order."),
    ),
    Page.RECEIPTS: (
        tr("Goods receipts"),
        tr("What came in, the newest first."),
        tr("Nothing came in yet: Alt+G takes goods in."),
    ),
    Page.BILLS: (
        tr("Suppliers' bills"),
        tr("As they were entered, the last first."),
        tr("No bill was entered yet: Alt+G enters goods with their bill, F3 among the receipts the bill of a challan."),
    ),
    Page.DIFFERENCES: (
        tr("Differences"),
        tr("Order, receipt and bill side by side: what differs stays here until it is settled."),
        tr("Orders, receipts and bills agree."),
    ),
    Page.DEBIT_NOTES: (
        tr("Debit notes"),
        tr("What suppliers were asked to give back, the newest first."),
        tr("Nothing was asked back yet: F2 sends goods back, F6 among the bills asks for what was missing."),
    ),
}
