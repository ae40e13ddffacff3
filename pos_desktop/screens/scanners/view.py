"""The panel that learns a scanner: the code to scan, what came, and what follows from it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pos_desktop.screens.scanners.learning import SCANS, KeySeen, trial_code
from pos_desktop.screens.scanners.presenter import LearnScanner
from pos_desktop.shell import theme
from pos_desktop.shell.overlay import Overlay
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.fields import FieldRow, TextEdit
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.qr import CodePicture

_WIDTH, _CODE_SIDE = 740, 168
_IN_A_ROW = 3
_MOST_ROWS, _MOST_CAUTIONS = 7, 2
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock}
)


def key_seen(event: QKeyEvent) -> KeySeen | None:
    """Return what a scanner typed, None for a key that only changes others, and for one that is held down."""
    key = Qt.Key(event.key())
    if key in _MODIFIERS or event.isAutoRepeat():
        return None
    at_ms = int(event.timestamp())
    if key in _ENTER:
        return KeySeen("\r", at_ms)
    if key == Qt.Key.Key_Tab:
        return KeySeen("\t", at_ms)
    return KeySeen(event.text(), at_ms, QKeySequence(event.keyCombination()).toString())


class LearnPanel(Overlay):
    """Draws what the presenter holds and hands it every key that is not one of its own."""

    def __init__(self, learn: LearnScanner, parent: QWidget) -> None:
        card = QFrame()
        super().__init__(parent, tr("Learn my scanner"), card)
        self.learn = learn
        self.source = TextLabel("", weight="semibold")
        self.step = TextLabel("", wraps=True)
        self.sentence = TextLabel("", wraps=True)
        self.code = CodePicture(_CODE_SIDE)
        self.code.setAccessibleName(tr("A code to scan"))
        self.code.show_code(trial_code())
        self.port = TextEdit(most=300, placeholder=tr("COM3, or /dev/ttyACM0"))
        self.port_row = FieldRow(tr("Serial port"), self.port, hint=tr("Enter listens there, Esc goes back."))
        self._names = [TextLabel("", tone=Tone.MUTED) for _ in range(_MOST_ROWS)]
        self._values = [TextLabel("", weight="semibold") for _ in range(_MOST_ROWS)]
        self.cautions = [TextLabel("", tone=Tone.WARNING, wraps=True) for _ in range(_MOST_CAUTIONS)]
        self._own_keys = {
            Qt.Key.Key_F2: (tr("Typing scanner   F2"), learn.use_keyboard),
            Qt.Key.Key_F3: (tr("Next serial port   F3"), learn.next_port),
            Qt.Key.Key_F4: (tr("Type a port   F4"), learn.ask_port),
            Qt.Key.Key_Return: (tr("Save   Enter"), learn.save),
            Qt.Key.Key_F5: (tr("Start again   F5"), learn.start_again),
            Qt.Key.Key_Escape: (tr("Give up   Esc"), learn.close),
        }
        self.buttons: dict[Qt.Key, QPushButton] = {}
        self._lay_out()
        self.escaped.connect(learn.close)
        learn.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        learn = self.learn
        if not learn.is_open:
            self.close_card()
            return
        self.source.setText(learn.source)
        is_found = learn.learned is not None
        if is_found:
            self.step.setText(tr("Found. Enter saves it for this counter."))
        else:
            words = tr(
                "Scan the code here, or the EAN of any pack, three times. Scans so far: {count} of {of}.",
                count=learn.count,
                of=SCANS,
            )
            self.step.setText(words)
        self.sentence.setText(learn.sentence)
        self.sentence.set_tone(learn.tone)
        self.sentence.setVisible(bool(learn.sentence))
        rows = [*learn.rows, *[("", "")] * _MOST_ROWS][:_MOST_ROWS]
        for name, value, (left, right) in zip(self._names, self._values, rows, strict=True):
            name.setText(left)
            value.setText(right)
            name.setVisible(bool(left))
            value.setVisible(bool(left))
        for label, text in zip(self.cautions, [*learn.cautions, "", ""][:_MOST_CAUTIONS], strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.buttons[Qt.Key.Key_Return].setEnabled(is_found and not learn.is_saving)
        had_port = not self.port_row.isHidden()
        self.port_row.setVisible(learn.asks_port)
        was_open = self.is_open
        self.open_card()
        if learn.asks_port and not had_port:
            self.port.clear()
            self.port.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not learn.asks_port and (had_port or not was_open):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Take Tab as a key that a scanner sends: the panel has one field at most."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Every key comes here: the panel's own, those of the port's field, and a scanner's."""
        key = Qt.Key(event.key())
        if self.learn.asks_port and key in _ENTER:
            self.learn.port_typed(self.port.text())
        elif key in self._own_keys and key not in {Qt.Key.Key_Return, Qt.Key.Key_Escape}:
            self._own_keys[key][1]()
        elif key == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        else:
            seen = key_seen(event)
            if seen is not None:
                self.learn.key(seen)
            event.accept()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.card)
        inside.addWidget(TextLabel(tr("Learn my scanner"), size=TextSize.HEADING, weight="semibold"))
        both = QHBoxLayout()
        both.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        for widget in (self.source, self.step, self.sentence, self.port_row):
            beside.addWidget(widget)
        grid = QGridLayout()
        for at, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            grid.addWidget(name, at, 0)
            grid.addWidget(value, at, 1)
        grid.setColumnStretch(1, 1)
        beside.addLayout(grid)
        for label in self.cautions:
            beside.addWidget(label)
        beside.addStretch(1)
        both.addLayout(beside, 1)
        inside.addLayout(both)
        buttons = QGridLayout()
        for place, (key, (words, intent)) in enumerate(self._own_keys.items()):
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(intent)
            self.buttons[key] = button
            buttons.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        self.buttons[Qt.Key.Key_Return].setProperty("role", "primary")
        inside.addLayout(buttons)
        self._inside, self._both, self._beside, self._grid = inside, both, beside, grid

    def _fit(self) -> None:
        look = theme.current()
        edge = spaced(Space.L)
        self._inside.setContentsMargins(edge, edge, edge, edge)
        self._inside.setSpacing(spaced(Space.M))
        self._both.setSpacing(spaced(Space.L))
        self._beside.setSpacing(spaced(Space.S))
        self._grid.setHorizontalSpacing(spaced(Space.L))
        self._grid.setVerticalSpacing(spaced(Space.XS))
        self.code.setFixedSize(look.px(_CODE_SIDE), look.px(_CODE_SIDE))
        self.card.setFixedWidth(look.px(_WIDTH))
        self.place()
