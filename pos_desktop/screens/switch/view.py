"""The switch panel: the people, and the field where one types a PIN or the first letter of a name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.auth.dto import UserView
from pos_desktop.screens.switch.columns import PERSON_COLUMNS
from pos_desktop.screens.switch.presenter import Switch
from pos_desktop.shell import theme
from pos_desktop.shell.overlay import Overlay
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fields import FieldRow, SecretEdit
from pos_desktop.widgets.labels import TextLabel, spaced

_WIDTH = 480
_MOST_ROWS = 8


class PinEdit(SecretEdit):
    """A field for digits; a letter looks for a name instead, Up and Down go through the list."""

    letter = Signal(str)
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take letters and arrows out."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif event.text().isalpha():
            self.letter.emit(event.text())
        else:
            super().keyPressEvent(event)


class SwitchPanel(Overlay):
    """Draws the switch and tells its presenter what the user did."""

    def __init__(self, switch: Switch, parent: QWidget) -> None:
        card = QFrame()
        super().__init__(parent, tr("Switch user"), card)
        self.switch = switch
        self._attempt = switch.attempt
        self._model: RowTableModel[UserView] = RowTableModel(PERSON_COLUMNS)
        self.people = RowTableView(self._model)
        self.people.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.people.setAccessibleName(tr("Who takes over"))
        self.pin = PinEdit()
        self.row = FieldRow(tr("PIN"), self.pin, hint=tr("A letter finds a name, arrows choose."))
        self._enter = QPushButton(tr("Take over   Enter"))
        self._enter.setProperty("role", "primary")
        self._back = QPushButton(tr("Back   Esc"))
        for button in (self._enter, self._back):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self.pin.letter.connect(switch.find)
        self.pin.moved.connect(switch.move)
        self.pin.textChanged.connect(lambda _: switch.typed())
        self.people.clicked.connect(lambda index: switch.choose(index.row()))
        self._enter.clicked.connect(self._submit)
        self._back.clicked.connect(switch.close)
        self.escaped.connect(switch.close)
        switch.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        switch = self.switch
        if not switch.is_open:
            self.close_card()
            self.pin.clear()  # a PIN does not stay in a field that nobody sees
            return
        self._model.set_rows(switch.people)
        self.people.choose_row(switch.at)
        self.people.empty_text = tr(
            "Nobody else has a PIN yet: give one in Users, or log out (Ctrl+L) and in with a password."
            if switch.is_read
            else "…"
        )
        self.row.show_problem(switch.sentence)
        can_type = bool(switch.people) and not switch.is_busy
        self.pin.setReadOnly(not can_type)
        self._enter.setEnabled(can_type)
        was_open = self.is_open
        self._fit()
        self.open_card()
        if not was_open:
            self.pin.setFocus(Qt.FocusReason.OtherFocusReason)
        if switch.attempt != self._attempt and not switch.is_busy:
            self._attempt = switch.attempt
            self.pin.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter takes over, F11 closes as it opened."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._submit()
        elif event.key() == Qt.Key.Key_F11:
            self.switch.close()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        self.switch.submit(self.pin.text())

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.card)
        inside.addWidget(TextLabel(tr("Switch user"), size=TextSize.HEADING, weight="semibold"))
        about = tr("The bill being typed is kept for whoever typed it.")
        inside.addWidget(TextLabel(about, size=TextSize.SMALL, tone=Tone.MUTED, wraps=True))
        inside.addWidget(self.people)
        inside.addWidget(self.row)
        buttons = QHBoxLayout()
        buttons.addWidget(self._enter, 1)
        buttons.addWidget(self._back)
        inside.addLayout(buttons)
        self._inside = inside

    def _fit(self) -> None:
        look = theme.current()
        edge = spaced(Space.L)
        self._inside.setContentsMargins(edge, edge, edge, edge)
        self._inside.setSpacing(spaced(Space.S))
        self.card.setFixedWidth(look.px(_WIDTH))
        rows = max(3, min(self._model.rowCount(), _MOST_ROWS))
        self.people.setFixedHeight(look.compact_row * (rows + 1) + 2 * self.people.frameWidth())
        self.place()
