"""The recovery sheet as a part of a window: the groups large enough to copy by hand, or the field for one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pos_desktop.screens.recovery_sheet.presenter import SheetDesk
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.fields import FieldRow, TextEdit
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice import NoticeBar

_COLUMNS = 5
_MOST_GROUPS = 13
_GROUP_LENGTH = 12

#: Asks for a file's path to save to; empty for none.
ChoosePath = Callable[[QWidget], str]


class SheetPanel(QWidget):
    """Draws the sheet and tells its presenter what the user did."""

    def __init__(self, desk: SheetDesk, choose_path: ChoosePath | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._choose_path = choose_path or ask_for_pdf
        self.whose = TextLabel(tone=Tone.MUTED, wraps=True)
        self.code = QFrame()
        self.code.setProperty("panel", "card")
        self.groups: list[TextLabel] = []
        self.print = QPushButton(tr("Print (F9)"))
        self.print.clicked.connect(desk.print)
        self.save = QPushButton(tr("Save as PDF (Ctrl+S)"))
        self.save.clicked.connect(self.ask_and_save)
        for button in (self.print, self.save):
            button.setAutoDefault(True)  # Enter presses it in any window
        self.group = TextEdit(most=_GROUP_LENGTH)
        self.row = FieldRow(tr("Group"), self.group)
        self.group.textChanged.connect(desk.type)
        self.said = NoticeBar()
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Draw what the presenter holds."""
        desk = self.desk
        sheet = desk.sheet
        if sheet is not None:
            self.whose.setText(
                tr("{shop}, counter {counter}, key {key}", shop=sheet.shop, counter=sheet.counter, key=sheet.key_id)
            )
        for label, group in zip(self.groups, desk.groups or [""] * _MOST_GROUPS, strict=True):
            label.setText(group if not desk.is_asking else "•••••")
        self.row.setVisible(desk.is_asking)
        self.row.label.setText(tr("Type group {group} from the sheet", group=desk.asked_group))
        self.group.setAccessibleName(self.row.label.text())
        self.row.show_problem(desk.problem)
        if self.group.text() != desk.typed:
            self.group.setText(desk.typed)
        self.print.setVisible(not desk.is_asking)
        self.save.setVisible(not desk.is_asking)
        if desk.said is None:
            self.said.hide()
        else:
            self.said.show_notice(desk.said.tone, desk.said.text, closes=False)

    def take_focus(self) -> None:
        """Give the keys to the field for the group, where one is asked for."""
        if self.desk.is_asking:
            self.group.setFocus(Qt.FocusReason.TabFocusReason)
            self.group.selectAll()

    def ask_and_save(self) -> None:
        """Ctrl+S: ask where, and save."""
        if self.desk.sheet is None or self.desk.is_asking or self.desk.is_busy:
            return
        path = self._choose_path(self)
        if path:
            self.desk.save(Path(path) if path.lower().endswith(".pdf") else Path(f"{path}.pdf"))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(spaced(Space.M))
        whole.addWidget(self.whose)
        grid = QGridLayout(self.code)
        grid.setContentsMargins(spaced(Space.L), spaced(Space.M), spaced(Space.L), spaced(Space.M))
        grid.setHorizontalSpacing(spaced(Space.L))
        grid.setVerticalSpacing(spaced(Space.M))
        for number in range(_MOST_GROUPS):
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(TextLabel(str(number + 1), size=TextSize.SMALL, tone=Tone.MUTED))
            label = TextLabel(size=TextSize.TITLE, weight="semibold")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)  # no code in a clipboard
            self.groups.append(label)
            cell.addWidget(label)
            grid.addLayout(cell, *divmod(number, _COLUMNS))
        whole.addWidget(self.code)
        whole.addWidget(self.row)
        buttons = QHBoxLayout()
        buttons.setSpacing(spaced(Space.S))
        buttons.addWidget(self.print)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        whole.addLayout(buttons)
        whole.addWidget(self.said)


def ask_for_pdf(parent: QWidget) -> str:
    """Ask where to save the sheet."""
    path, _ = QFileDialog.getSaveFileName(
        parent, tr("Save the recovery sheet"), "recovery-sheet.pdf", tr("PDF files (*.pdf)")
    )
    return path
