"""The window that restores a backup: a card with the file, what is in it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.restore.presenter import Restoring, Stage
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


class RestoreWindow(QWidget):
    """Draws a restore and tells its presenter what the user did. ``choose_file`` asks for a file's path."""

    def __init__(self, restoring: Restoring, looks: Looks, choose_file: Callable[[QWidget], str] | None = None) -> None:
        super().__init__()
        self.restoring = restoring
        self._looks = looks
        self._choose_file = choose_file or _ask_for_backup
        self._shown: Stage | None = None
        self.setProperty("panel", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(800, 560)
        self.title = TextLabel(size=TextSize.HEADING, weight="semibold")
        self.explanation = TextLabel(tone=Tone.MUTED, wraps=True)
        self.rows = {
            "path": FieldRow(tr("Backup file"), TextEdit(most=1000), hint=tr("A file ending in .db or .age")),
            "code": FieldRow(
                tr("Recovery code"), TextEdit(most=_CODE_LENGTH), hint=tr("Thirteen groups; spaces do not matter")
            ),
            "counter": FieldRow(
                tr("Counter code to go on with"),
                TextEdit(most=4),
                is_optional=True,
                hint=tr("Only where this backup was restored on another computer too, such as C7"),
            ),
        }
        self.browse = QPushButton(tr("Choose a file (Ctrl+O)"))
        self.browse.clicked.connect(self._browse)
        self.facts = QWidget()
        self._facts_grid = QGridLayout(self.facts)
        self._fact_labels: list[tuple[TextLabel, TextLabel]] = []
        self.warning = NoticeBar()
        self.outcome = TextLabel(wraps=True)
        self.notice = NoticeBar()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.go = QPushButton()
        self.go.setProperty("role", "primary")
        self.go.clicked.connect(restoring.next)
        self.back = QPushButton(tr("Back (Esc)"))
        self.back.clicked.connect(restoring.back)
        self.key_bar = KeyBar()
        self._lay_out()
        for name, row in self.rows.items():
            edit = row.edit
            assert isinstance(edit, TextEdit)
            edit.textChanged.connect(lambda text, name=name: restoring.change(name, text))
        bind_key(KeyAction("Ctrl+O", "", self._browse), self, Qt.ShortcutContext.WindowShortcut)
        looks.bind(self)
        restoring.listen(self.refresh)
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw what the presenter holds."""
        doing = self.restoring
        stage = doing.stage
        self.setWindowTitle(tr("{what} – Nuskha", what=self._title()))
        self.title.setText(self._title())
        self.explanation.setText(self._explanation())
        is_choosing = stage in {Stage.CHOOSE, Stage.LOOKING}
        is_looked = stage in {Stage.LOOKED, Stage.RESTORING}
        self.rows["path"].setVisible(is_choosing)
        self.browse.setVisible(is_choosing)
        self.rows["code"].setVisible(is_choosing and doing.asks_code)
        self.rows["counter"].setVisible(is_looked)
        for name, row in self.rows.items():
            edit = row.edit
            assert isinstance(edit, TextEdit)
            if edit.text() != getattr(doing, name):
                edit.setText(getattr(doing, name))
            edit.setEnabled(not doing.is_busy)
            row.show_problem(doing.problems.get(name, ""))
        self._show_facts(doing.facts if is_looked else [])
        warning = doing.warning if is_looked else doing.lacking
        self.warning.setVisible(bool(warning))
        if warning:
            self.warning.show_notice(Tone.WARNING, warning, closes=False)
        self.outcome.setVisible(stage is Stage.DONE)
        self.outcome.setText("\n".join(doing.outcome))
        if doing.said is None:
            self.notice.hide()
        else:
            self.notice.show_notice(doing.said.tone, doing.said.text, closes=False)
        self.progress.setVisible(doing.is_busy)
        self.browse.setEnabled(not doing.is_busy)
        self.go.setText(tr("{what} (Enter)", what=self._go_label()))
        self.go.setEnabled(not doing.is_busy)
        self.back.setVisible(stage is not Stage.DONE)
        self.back.setEnabled(not doing.is_busy)
        self.key_bar.set_actions(self._actions())
        self._move_focus()

    def _show_facts(self, facts: list[tuple[str, str]]) -> None:
        self.facts.setVisible(bool(facts))
        while len(self._fact_labels) < len(facts):
            row = len(self._fact_labels)
            labels = TextLabel(tone=Tone.MUTED), TextLabel(weight="semibold", wraps=True)
            self._facts_grid.addWidget(labels[0], row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts_grid.addWidget(labels[1], row, 1)
            self._fact_labels.append(labels)
        for (caption_label, value_label), (caption, value) in zip(self._fact_labels, facts, strict=False):
            caption_label.setText(caption)
            value_label.setText(value)

    def _title(self) -> str:
        if self.restoring.stage is Stage.CHOOSE and self.restoring.asks_code:
            return tr("The backup asks for its recovery code")
        return {
            Stage.CHOOSE: tr("Restore a backup"),
            Stage.LOOKING: tr("Proving the backup"),
            Stage.LOOKED: tr("What is in the backup"),
            Stage.RESTORING: tr("Restoring the backup"),
            Stage.DONE: tr("The backup is restored"),
        }[self.restoring.stage]

    def _explanation(self) -> str:
        return {
            Stage.CHOOSE: tr("It is opened, checked and proved before anything is changed."),
            Stage.LOOKING: tr("Every entry is compared. Nothing on this computer is changed."),
            Stage.LOOKED: tr("The file is whole and its books hold."),
            Stage.RESTORING: tr("Do not switch the computer off. A power cut leaves the old shop or the new one."),
            Stage.DONE: tr("Log in as before: users and passwords are those of the backup."),
        }[self.restoring.stage]

    def _go_label(self) -> str:
        return {
            Stage.LOOKED: tr("Restore it"),
            Stage.RESTORING: tr("Restore it"),
            Stage.DONE: tr("Go to the log-in"),
        }.get(self.restoring.stage, tr("Look into it"))

    def _move_focus(self) -> None:
        wanted = self.restoring.take_focus()
        if wanted is None and self._shown is not self.restoring.stage and not self.restoring.is_busy:
            wanted = "path" if self.restoring.stage is Stage.CHOOSE else "go"
        self._shown = self.restoring.stage
        if wanted is not None:
            self._focus(wanted)

    def _focus(self, name: str) -> None:
        widget = self.go if name == "go" else self.rows[name].edit
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(widget, TextEdit):
            widget.selectAll()
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(widget, 0, spaced(Space.XL)))

    # --- keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes on (or presses the button that has the focus), Esc back."""
        focus = self.focusWidget()
        if event.key() in _ENTER:
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.restoring.next()
        elif event.key() == Qt.Key.Key_Escape:
            self.restoring.back()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin at the file."""
        super().showEvent(event)
        if not self.restoring.is_busy:
            self._focus("path" if self.restoring.stage is Stage.CHOOSE else "go")

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Wait while a file is proved or put in place."""
        event.setAccepted(not self.restoring.is_busy)

    def _actions(self) -> list[KeyAction]:
        doing = self.restoring
        can_leave = not doing.is_busy and doing.stage is not Stage.DONE
        return [
            KeyAction("Enter", self._go_label(), doing.next, not doing.is_busy, is_bound=False),
            KeyAction("Esc", tr("Back"), doing.back, can_leave, is_bound=False),
            *([KeyAction("Ctrl+O", tr("Choose a file"), self._browse)] if doing.stage is Stage.CHOOSE else []),
            KeyAction(THEME_KEY, tr("Light or dark"), self._looks.toggle_theme, is_bound=False),
        ]

    def _browse(self) -> None:
        if self.restoring.stage is not Stage.CHOOSE:
            return
        path = self._choose_file(self)
        if path:
            self.restoring.choose(path)

    # --- building ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        card = Card(_CARD_WIDTH)
        inside = card.inside
        inside.addWidget(TextLabel("Nuskha", size=TextSize.TITLE, tone=Tone.ACCENT, weight="bold"))
        inside.addWidget(self.title)
        inside.addWidget(self.explanation)
        inside.addSpacing(spaced(Space.S))
        inside.addWidget(self.rows["path"])
        inside.addWidget(self.browse, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.rows["code"])
        self._facts_grid.setContentsMargins(0, 0, 0, spaced(Space.S))
        self._facts_grid.setHorizontalSpacing(spaced(Space.L))
        self._facts_grid.setVerticalSpacing(spaced(Space.XS))
        self._facts_grid.setColumnStretch(1, 1)
        inside.addWidget(self.facts)
        inside.addWidget(self.rows["counter"])
        inside.addWidget(self.warning)
        inside.addWidget(self.outcome)
        inside.addWidget(self.notice)
        inside.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(spaced(Space.S))
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.go)
        inside.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        room = QWidget()
        around = QVBoxLayout(room)
        card.stand_in(around)
        self._scroll = QScrollArea()  # large letters on a small screen make the card higher than the window
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(room)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.key_bar)


def _ask_for_backup(parent: QWidget) -> str:
    path, _ = QFileDialog.getOpenFileName(parent, tr("Restore a backup"), "", tr("Backups (*.db *.age);;All files (*)"))
    return path
