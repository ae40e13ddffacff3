"""The window of a shop that does not open: a card with what is wrong and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from pos_desktop.screens.trouble.presenter import Trouble
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import THEME_KEY, Looks, bind_key
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.card import Card
from pos_desktop.widgets.fields import FieldRow, TextEdit
from pos_desktop.widgets.key_bar import KeyBar
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice import NoticeBar

_CARD_WIDTH = 620
_CODE_LENGTH = 200
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class TroubleWindow(QWidget):
    """Draws the trouble and tells its presenter what the user did."""

    def __init__(self, trouble: Trouble, looks: Looks) -> None:
        super().__init__()
        self.trouble = trouble
        self.setProperty("panel", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(tr("The shop does not open – Nuskha"))
        self.setMinimumSize(800, 560)
        self.notice = NoticeBar()
        self.notice.show_notice(Tone.WARNING if trouble.asks_code else Tone.DANGER, trouble.sentence, closes=False)
        self.code = TextEdit(most=_CODE_LENGTH)
        self.row = FieldRow(tr("Recovery code"), self.code, hint=tr("Thirteen groups; spaces do not matter"))
        self.row.setVisible(trouble.asks_code)
        self.code.textChanged.connect(trouble.type)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.restore = QPushButton(tr("Restore a backup (F8)"))
        self.restore.clicked.connect(trouble.restore)
        self.go = QPushButton(tr("Open the shop (Enter)"))
        self.go.setProperty("role", "primary")
        self.go.clicked.connect(trouble.submit)
        self.go.setVisible(trouble.asks_code)
        self.key_bar = KeyBar()
        self.key_bar.set_actions(
            [
                *(
                    [KeyAction("Enter", tr("Open the shop"), trouble.submit, is_bound=False)]
                    if trouble.asks_code
                    else []
                ),
                KeyAction("F8", tr("Restore a backup"), trouble.restore, is_bound=False),
                KeyAction(THEME_KEY, tr("Light or dark"), looks.toggle_theme, is_bound=False),
            ]
        )
        self._lay_out()
        bind_key(KeyAction("F8", "", trouble.restore), self, Qt.ShortcutContext.WindowShortcut)
        looks.bind(self)
        trouble.listen(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw what the presenter holds."""
        trouble = self.trouble
        self.row.show_problem(trouble.problem)
        self.progress.setVisible(trouble.is_busy)
        self.code.setReadOnly(trouble.is_busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter presses the button that has the focus, else tries the code."""
        focus = self.focusWidget()
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif isinstance(focus, QPushButton):
            focus.click()
        else:
            self.trouble.submit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin at the code, or at what else can be done."""
        super().showEvent(event)
        widget: QWidget = self.code if self.trouble.asks_code else self.restore
        widget.setFocus(Qt.FocusReason.TabFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Wait while a code is tried."""
        event.setAccepted(not self.trouble.is_busy)

    def _lay_out(self) -> None:
        card = Card(_CARD_WIDTH, Space.M)
        inside = card.inside
        inside.addWidget(TextLabel("Nuskha", size=TextSize.TITLE, tone=Tone.ACCENT, weight="bold"))
        inside.addWidget(TextLabel(tr("The shop does not open"), size=TextSize.HEADING, weight="semibold"))
        inside.addWidget(self.notice)
        inside.addWidget(self.row)
        inside.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(spaced(Space.S))
        buttons.addStretch(1)
        buttons.addWidget(self.restore)
        buttons.addWidget(self.go)
        inside.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        card.stand_in(whole)
        whole.addWidget(self.key_bar)
