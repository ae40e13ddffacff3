"""The bills screen: the search, what it was taken for, the list, and the whole bill beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from pos_desktop.screens.bills.columns import BILL_COLUMNS, NOT_WAITING, ONLY_WAITING
from pos_desktop.screens.bills.presenter import WAITING_DAYS, BillsPresenter
from pos_desktop.screens.bills.rows import BillRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fact_sections import FactSections
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.labels import spaced
from pos_desktop.widgets.notice_line import NoticeLine
from pos_desktop.widgets.search_edit import SearchEdit

#: Before scaling.
_CARD_WIDTH = 360
#: From this width of the list on there is room for how much money waits.
_LONG_WORDS = 620
#: Columns that the card says as well, and below which width of the list each gives way.
_GIVE_WAY = (("paid_by", 830), ("reference", 700), ("patient", 760), ("time", 620), ("state", 540), ("date", 420))


class BillsView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: BillsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.search = SearchEdit(
            most=100, placeholder=tr("Number or its last digits, 250.00, 20-11-2026, a telephone, a person, an item")
        )
        self._model: RowTableModel[BillRow] = RowTableModel(BILL_COLUMNS)
        self.list = RowTableView(self._model)
        self.waiting = QPushButton()
        self.waiting.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.waiting.setToolTip(tr("Of the last {days} days; the list has those before too.", days=WAITING_DAYS))
        self.card = FactSections(width=_CARD_WIDTH)
        self.notice = NoticeLine()
        self._is_drawing = False
        self._lay_out()
        self.form = FormOverlay(self, tr("Question about the bill"))
        self._connect()
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
        self._model.set_rows(do.rows)
        self.list.empty_text = self._empty_text()
        self.waiting.setVisible(bool(do.waiting) or do.shows_waiting)
        self._make_room()
        keys = [row.key for row in do.rows]
        at = keys.index(do.chosen_key) if do.chosen_key in keys else -1
        if at != self.list.current_row:
            self.list.choose_row(at)
        self._is_drawing = False
        card = do.card
        self.card.show_sections(card.number if card else "", card.badges if card else (), card.sections if card else ())
        self.card.setAccessibleName(tr("Bill {number}", number=card.number) if card else tr("No bill is chosen"))
        said = do.desk.notice
        if said.text:
            self.notice.show_notice(said.text, said.tone)
        else:  # what the text was taken for, until there is something to say
            self.notice.show_notice(do.understood, Tone.MUTED)
        self.form.show_form(do.asking.form)

    def take_focus(self) -> None:
        """Give the keys to the search, unless a form has them."""
        if not self.form.is_open:
            self.search.setFocus()
            self.search.selectAll()

    def open_bill(self) -> None:
        """Enter: to the bill beside the list, where the arrows scroll."""
        if self.presenter.card is not None:
            self.card.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes from the bill and the list back to the search, and there empties it."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.card.hasFocus() or self.list.hasFocus():
            self.search.setFocus()
        else:
            self.presenter.escape()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self._make_room()

    # --- inside --------------------------------------------------------------------------------------------------

    def _empty_text(self) -> str:
        do = self.presenter
        if do.is_reading:
            return tr("The payments are being read …")
        if do.shows_waiting:
            return tr("Every UPI payment is confirmed. F12 shows the bills again.")
        if do.text.strip() or do.cancelled is not None:
            return tr("No bill fits: type less of it, or Esc shows all.")
        return tr("No bill yet: Alt+1 goes to the counter.")

    def _make_room(self) -> None:
        look = theme.current()
        room = self.width() - look.px(_CARD_WIDTH)
        do = self.presenter
        words = tr("{count} UPI wait", count=do.waiting_count) if room < look.px(_LONG_WORDS) else do.waiting
        self.waiting.setText(tr("{words}   F12", words=tr("All bills") if do.shows_waiting else words))
        self.waiting.setAccessibleName(tr("{words} (F12)", words=tr("All bills") if do.shows_waiting else do.waiting))
        for number, column in enumerate(BILL_COLUMNS):
            least = dict(_GIVE_WAY).get(column.id, 0)
            not_here = NOT_WAITING if do.shows_waiting else ONLY_WAITING
            self.list.setColumnHidden(number, column.id in not_here or room < look.px(least))

    def _chosen(self, number: int) -> None:
        if not self._is_drawing and 0 <= number < len(self._model.rows):
            self.presenter.choose(self._model.rows[number].key)

    def _scrolled(self) -> None:
        bar = self.list.verticalScrollBar()
        if not self._is_drawing and bar.maximum() and bar.value() > bar.maximum() - bar.pageStep():
            self.presenter.more()

    def _connect(self) -> None:
        do = self.presenter
        self.search.textChanged.connect(do.search)
        self.waiting.clicked.connect(do.turn_waiting)
        self.search.moved.connect(do.move)
        self.search.entered.connect(self.open_bill)
        self.list.current_changed.connect(self._chosen)
        self.list.picked.connect(lambda _: self.open_bill())
        self.list.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())
        self.form.submitted.connect(do.asking.submit)
        self.form.typed.connect(do.asking.typed)
        self.form.escaped.connect(do.asking.escape)

    def _lay_out(self) -> None:
        self.search.setAccessibleName(tr("Search bills"))
        self.list.setAccessibleName(tr("Bills"))
        left = QVBoxLayout()
        self._head = QHBoxLayout()
        self._head.addWidget(self.search, 1)
        self._head.addWidget(self.waiting)
        left.addLayout(self._head)
        left.addWidget(self.notice)
        left.addWidget(self.list, 1)
        self._left = left
        body = QHBoxLayout()
        body.addLayout(left, 1)
        body.addWidget(self.card)
        self._body = body
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(body, 1)

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._body.setSpacing(edge)
        self._head.setSpacing(spaced(Space.S))
        self._left.setSpacing(spaced(Space.XS))
        self._make_room()
