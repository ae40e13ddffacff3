"""The reports' screen: the list at the left, the report that is open at the right; one of them where room is scarce."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from pos_desktop.screens.reports.columns_panel import ColumnsPanel
from pos_desktop.screens.reports.list_view import ReportList
from pos_desktop.screens.reports.presenter import Place, ReportsPresenter
from pos_desktop.screens.reports.sheet_view import ReportPane
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.labels import spaced

#: Before scaling: how wide the list is, and from which width of the screen on it stands beside the report.
_LIST_WIDTH, _BOTH_FROM = 236, 860


class ReportsView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did.

    ``room_changed`` says that one of the sides came or went.
    """

    room_changed = Signal()

    def __init__(self, presenter: ReportsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.list = ReportList(presenter.listing)
        self.pane = ReportPane(presenter)
        self._body = QHBoxLayout(self)
        self._body.addWidget(self.list)
        self._body.addWidget(self.pane, 1)
        self.overlay = FormOverlay(self, tr("Question about the report"))
        self.columns = ColumnsPanel(presenter, self)
        self._drawn: tuple[object, ...] = ()
        self._connect()
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds; the keys go where it has them."""
        do = self.presenter
        self.list.draw()
        self.pane.draw()
        self._make_room()
        self.overlay.show_form(do.desk.form)
        self.columns.draw()
        drawn = (do.place, do.here)
        if drawn != self._drawn:
            self._drawn = drawn
            if self.isVisible():
                self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the side that has them, unless a form does."""
        if self.overlay.is_open or self.columns.is_open:
            return
        if self.presenter.place is Place.LIST:
            self.list.take_focus()
        else:
            self.pane.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back: from a box to the rows, from there to where one was."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif not self.pane.goes_back():
            self.presenter.escape()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the list give way where there is no room for both."""
        super().resizeEvent(event)
        self._make_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """See the keys go from one side to the other by Tab or mouse."""
        if event.type() is QEvent.Type.FocusIn:
            do = self.presenter
            is_list = watched in {self.list.search, self.list.table}
            if is_list and do.place is not Place.LIST:
                self._drawn = (Place.LIST, do.here)
                do.to_list()
            elif not is_list and do.place is not Place.REPORT and do.here is not None:
                self._drawn = (Place.REPORT, do.here)
                do.to_report()
        return super().eventFilter(watched, event)

    # --- inside --------------------------------------------------------------------------------------------------

    def _make_room(self) -> None:
        look = theme.current()
        has_both = self.width() >= look.px(_BOTH_FROM)
        place = self.presenter.place
        had_pane = not self.pane.isHidden()
        self.list.setVisible(has_both or place is Place.LIST)
        self.pane.setVisible(has_both or place is Place.REPORT)
        if had_pane is self.pane.isHidden():
            self.room_changed.emit()
        self.list.setMaximumWidth(look.px(_LIST_WIDTH) if has_both else self.maximumWidth())
        self.list.setMinimumWidth(look.px(_LIST_WIDTH))

    def _connect(self) -> None:
        do = self.presenter
        self.list.opened.connect(do.open_chosen)
        self.list.table.deleted.connect(do.open_drop)
        self.pane.picked.connect(do.open_row)
        self.overlay.submitted.connect(do.desk.submit)
        self.overlay.typed.connect(lambda name: do.typed(name, self.overlay.form.values()))
        self.overlay.escaped.connect(do.escape)
        in_turn: tuple[QWidget, ...] = (
            self.list.search,
            self.list.table,
            self.pane.grid.table,
            self.pane.days,
            self.pane.words,
        )
        for widget in in_turn:
            widget.installEventFilter(self)
        for before, after in pairwise(in_turn):
            QWidget.setTabOrder(before, after)

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._body.setContentsMargins(edge, edge, edge, edge)
        self._body.setSpacing(edge)
        self._make_room()
