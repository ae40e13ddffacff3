"""The panel of papers that wait: the queue, what the printers have against it, and the keys for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from core.spool.dto import JobView
from pos_desktop.screens.papers.columns import PAPER_COLUMNS
from pos_desktop.screens.papers.presenter import PapersPresenter
from pos_desktop.shell import theme
from pos_desktop.shell.overlay import Overlay
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine

_WIDTH = 820
_ROWS = 8
_IN_A_ROW = 3


class PapersPanel(Overlay):
    """Draws the queue and tells its presenter what the user did."""

    def __init__(self, papers: PapersPresenter, parent: QWidget) -> None:
        card = QFrame()
        super().__init__(parent, tr("Papers that wait"), card)
        self.papers = papers
        self._model: RowTableModel[JobView] = RowTableModel(PAPER_COLUMNS)
        self.table = RowTableView(self._model)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setAccessibleName(tr("Papers that wait for a printer"))
        self.sentence = TextLabel("", wraps=True)
        self.notice = NoticeLine()
        self._keys = {
            Qt.Key.Key_Return: (tr("Print now   Enter"), papers.print_now),
            Qt.Key.Key_F6: (tr("On another printer   F6"), papers.move_on),
            Qt.Key.Key_Delete: (tr("Take out   Del"), papers.take_out),
            Qt.Key.Key_F9: (tr("Test page   F9"), papers.try_printers),
            Qt.Key.Key_F8: (tr("Open drawer   F8"), papers.open_drawer),
            Qt.Key.Key_Escape: (tr("Back   Esc"), papers.close),
        }
        self.buttons: dict[Qt.Key, QPushButton] = {}
        self._lay_out()
        self.table.clicked.connect(lambda index: papers.choose(index.row()))
        self.escaped.connect(papers.close)
        papers.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        papers = self.papers
        if not papers.is_open:
            self.close_card()
            return
        self._model.set_rows(papers.jobs)
        if papers.jobs:
            self.table.choose_row(papers.at)
        self.table.empty_text = tr("No paper waits.")
        self.sentence.setText(papers.sentence)
        self.notice.show_notice(papers.notice.text, papers.notice.tone)
        for key in (Qt.Key.Key_F6, Qt.Key.Key_Delete):
            self.buttons[key].setEnabled(papers.job is not None)
        was_open = self.is_open
        self.open_card()
        if not was_open:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Every key of the panel comes here: nothing in it takes letters."""
        key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        if step is not None:
            self.papers.move(step)
        elif key in self._keys and key != Qt.Key.Key_Escape:
            self._keys[key][1]()
        elif key == Qt.Key.Key_P and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.papers.close()
        else:
            super().keyPressEvent(event)

    def place(self) -> None:
        """Be no wider than the window."""
        look = theme.current()
        self.card.setFixedWidth(min(look.px(_WIDTH), self._below.width() - 2 * look.px(Space.XL)))
        super().place()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.card)
        inside.addWidget(TextLabel(tr("Papers that wait"), size=TextSize.HEADING, weight="semibold"))
        about = tr("Bills are saved; their papers are printed by themselves when the printer takes them.")
        inside.addWidget(TextLabel(about, size=TextSize.SMALL, tone=Tone.MUTED, wraps=True))
        inside.addWidget(self.table)
        inside.addWidget(self.sentence)
        inside.addWidget(self.notice)
        grid = QGridLayout()
        for place, (key, (words, intent)) in enumerate(self._keys.items()):
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(intent)
            self.buttons[key] = button
            grid.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        self.buttons[Qt.Key.Key_Return].setProperty("role", "primary")
        inside.addLayout(grid)
        self._inside = inside

    def _fit(self) -> None:
        look = theme.current()
        edge = spaced(Space.L)
        self._inside.setContentsMargins(edge, edge, edge, edge)
        self._inside.setSpacing(spaced(Space.S))
        self.table.setFixedHeight(look.compact_row * (_ROWS + 1) + 2 * self.table.frameWidth())
        self.sentence.setMinimumHeight(look.compact_row * 2)
        self.place()
