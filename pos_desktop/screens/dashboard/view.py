"""The dashboard's cards in a grid: three beside each other, two where the letters are large, one in a narrow window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pos_desktop.screens.dashboard.cards import CardView
from pos_desktop.screens.dashboard.places import rows_of_cards
from pos_desktop.screens.dashboard.presenter import DashboardPresenter
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

#: The digits of the cards, in their order.
KEYS = "1234567890"
#: From which width on (before scaling) so many cards stand beside each other.
_BESIDE = ((3, 1000), (2, 620))
_CHARTS = frozenset({"hours", "days", "months"})


class _Scroll(QScrollArea):
    """Scrolls to the card that has the keys, and takes no key itself: the arrows go from card to card."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave every key to the view."""
        event.ignore()


class DashboardView(QFrame):
    """Draws what the presenter holds and tells it which card is opened."""

    def __init__(self, presenter: DashboardPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.title = TextLabel(size=TextSize.HEADING, weight="semibold")
        self.notice = NoticeLine()
        self.cards = {name: CardView(name, key) for name, key in zip(presenter.names, KEYS, strict=False)}
        self._columns = 0
        self._stacks: list[QWidget] = []
        self._lay_out()
        for card in self.cards.values():
            card.opened.connect(presenter.open)
            for part in (card, card.bars, card.lines):
                part.installEventFilter(self)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        self.title.setText(do.heading)
        self.notice.show_notice(do.desk.notice.text, do.desk.notice.tone)
        for card in do.cards:
            self.cards[card.name].show_card(card, leads=do.target(card) is not None)

    def take_focus(self) -> None:
        """Give the keys to the card that had them, else to the first."""
        if not any(card.has_keys for card in self.cards.values()):
            next(iter(self.cards.values())).take_focus()

    def here(self) -> CardView | None:
        """Return the card that has the keys."""
        return next((card for card in self.cards.values() if card.has_keys), None)

    def open_here(self) -> None:
        """Enter: the report behind the card that has the keys."""
        card = self.here()
        if card is not None:
            self.presenter.open(card.name)

    # --- events --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A digit goes to the card with that number, the arrows to the next one."""
        cards = list(self.cards.values())
        here = self.here()
        at = cards.index(here) if here is not None else -1
        key = Qt.Key(event.key())
        if event.text() and event.text() in KEYS[: len(cards)]:
            cards[KEYS.index(event.text())].take_focus()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            cards[min(at + 1, len(cards) - 1)].take_focus()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            cards[max(at - 1, 0)].take_focus()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Bring the card that takes the keys into sight."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._scroll.ensureWidgetVisible(watched, 0, spaced(Space.XXL))
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let as many cards stand beside each other as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    # --- inside --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.notice, 1)
        self._inside = QFrame()
        self._inside.setProperty("panel", "ground")
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
        self._scroll = _Scroll()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inside)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._head)
        self._whole.addWidget(self._scroll, 1)
        self.setAccessibleName(tr("Today"))

    def _arrange(self) -> None:
        look = theme.current()
        columns = next((count for count, width in _BESIDE if self.width() >= look.px(width)), 1)
        if columns == self._columns:
            return
        self._columns = columns
        while self._grid.count():
            self._grid.takeAt(0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for card in self.cards.values():
            card.setParent(self._inside)
        for stack in self._stacks:
            stack.deleteLater()
        self._stacks = []
        rows = rows_of_cards(self.cards, columns)
        for row, spots in enumerate(rows):
            for spot in spots:
                cell = self.cards[spot.names[0]] if len(spot.names) == 1 else self._stack(spot.names)
                self._grid.addWidget(cell, row, spot.begins, 1, spot.width)
            has_chart = any(name in _CHARTS for spot in spots for name in spot.names)
            self._grid.setRowStretch(row, 3 if has_chart else 0)
        # rows of figures do not grow into the room that is left, nor does one row of charts fill a window
        is_full = len(rows) > 2 and bool(_CHARTS & self.cards.keys())
        self._grid.setRowStretch(len(rows), 0 if is_full else 4)
        for card in self.cards.values():
            card.show()

    def _stack(self, names: tuple[str, ...]) -> QWidget:
        holder = QWidget(self._inside)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(spaced(Space.S))
        for name in names:
            inside.addWidget(self.cards[name], 1 if name == names[-1] else 0)
        self._stacks.append(holder)
        return holder

    def _fit(self) -> None:
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, spaced(Space.XS), edge, spaced(Space.S))
        self._whole.setSpacing(spaced(Space.XS))
        self._head.setSpacing(edge)
        self._grid.setSpacing(spaced(Space.S))
        for holder in self._stacks:
            layout = holder.layout()
            assert layout is not None
            layout.setSpacing(spaced(Space.S))
        self._arrange()
