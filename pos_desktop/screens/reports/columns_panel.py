"""The panel in which the columns of a report are chosen and put into their order, by keys alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from pos_desktop.screens.reports.choosing import ColumnChoice
from pos_desktop.screens.reports.columns import CHOICE_COLUMNS
from pos_desktop.screens.reports.presenter import ReportsPresenter
from pos_desktop.screens.reports.rows import ChoiceRow
from pos_desktop.shell import theme
from pos_desktop.shell.overlay import Overlay
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.labels import TextLabel, spaced

_WIDTH, _ROWS, _IN_A_ROW = 540, 13, 3
#: Title, words and buttons, before scaling.
_BESIDE_ROWS = 190
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


class ColumnsPanel(Overlay):
    """Draws the choice while there is one, and tells what the keys did."""

    def __init__(self, presenter: ReportsPresenter, parent: QWidget) -> None:
        card = QFrame()
        super().__init__(parent, tr("Columns of the report"), card)
        self._do = presenter
        self._model: RowTableModel[ChoiceRow] = RowTableModel(CHOICE_COLUMNS)
        self.title = TextLabel(size=TextSize.HEADING, weight="semibold", wraps=True)
        self.table = RowTableView(self._model)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setAccessibleName(tr("Columns of the report"))
        self.problem = TextLabel(tone=Tone.DANGER, wraps=True)
        self._buttons = (
            (tr("On or off   Space"), self._toggle),
            (tr("Up   Ctrl+Up"), lambda: self._shift(-1)),
            (tr("Down   Ctrl+Down"), lambda: self._shift(1)),
            (tr("Show   Enter"), presenter.choose_columns),
            (tr("As delivered   F5"), self._reset),
            (tr("Back   Esc"), presenter.escape),
        )
        self._lay_out()
        self.table.clicked.connect(lambda index: self._point(index.row()))
        self.escaped.connect(presenter.escape)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        choice = self._do.choice
        if choice is None:
            self.close_card()
            return
        self.title.setText(tr("Columns of {title}", title=choice.title))
        self._model.set_rows(choice.rows)
        self.table.choose_row(choice.at)
        self.problem.setText(choice.problem)
        self.problem.setVisible(bool(choice.problem))
        was_open = self.is_open
        self.open_card()
        if not was_open:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Every key of the panel comes here: nothing in it takes letters."""
        key = Qt.Key(event.key())
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _STEPS:
            steps = _STEPS[key]
            if has_ctrl:
                self._shift(max(-1, min(steps, 1)))
            else:
                self._change(lambda choice: choice.move(steps))
        elif key == Qt.Key.Key_Space:
            self._toggle()
        elif key == Qt.Key.Key_F5:
            self._reset()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._do.choose_columns()
        else:
            super().keyPressEvent(event)

    def place(self) -> None:
        """Be no larger than the screen below."""
        look = theme.current()
        self.card.setFixedWidth(min(look.px(_WIDTH), self._below.width() - 2 * look.px(Space.M)))
        rows = look.compact_row * (_ROWS + 1)
        self.card.setFixedHeight(min(rows + look.px(_BESIDE_ROWS), self._below.height() - 2 * look.px(Space.M)))
        super().place()

    # --- inside --------------------------------------------------------------------------------------------------

    def _change(self, change: Callable[[ColumnChoice], None]) -> None:
        if self._do.choice is not None:
            change(self._do.choice)
            self.draw()

    def _toggle(self) -> None:
        self._change(ColumnChoice.toggle)

    def _reset(self) -> None:
        self._change(ColumnChoice.reset)

    def _shift(self, steps: int) -> None:
        self._change(lambda choice: choice.shift(steps))

    def _point(self, at: int) -> None:
        self._change(lambda choice: choice.point(at))

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.card)
        inside.addWidget(self.title)
        about = tr("Shown from left to right as they stand here from top to bottom; so they are saved and printed too.")
        inside.addWidget(TextLabel(about, size=TextSize.SMALL, tone=Tone.MUTED, wraps=True))
        inside.addWidget(self.table, 1)
        inside.addWidget(self.problem)
        grid = QGridLayout()
        for place, (words, intent) in enumerate(self._buttons):
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(intent)
            if intent == self._do.choose_columns:
                button.setProperty("role", "primary")
            grid.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        inside.addLayout(grid)
        self._inside = inside

    def _fit(self) -> None:
        look = theme.current()
        edge = spaced(Space.L)
        self._inside.setContentsMargins(edge, edge, edge, edge)
        self._inside.setSpacing(spaced(Space.S))
        self.table.setMinimumHeight(look.compact_row * 4)
        self.place()
