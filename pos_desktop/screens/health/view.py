"""The backup and health screen: facts in three cards, the backups below, and what goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.health.columns import BACKUP_COLUMNS
from pos_desktop.screens.health.presenter import HealthDesk
from pos_desktop.screens.health.state import Card, Panel
from pos_desktop.screens.recovery_sheet.view import ChoosePath, SheetPanel
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fields import FieldRow, TextEdit
from pos_desktop.widgets.labels import BadgeLabel, ElidedLabel, TextLabel, spaced
from pos_desktop.widgets.notice import NoticeBar

_PANEL_WIDTH = 720
_MOST_PROBLEMS = 4


class FactCard(QFrame):
    """A card of captions and values; a long value is cut and stands whole in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self._title = TextLabel(size=TextSize.HEADING, weight="semibold")
        self._rows: list[tuple[TextLabel, ElidedLabel, BadgeLabel]] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(spaced(Space.M))
        self._grid.setVerticalSpacing(spaced(Space.XS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(spaced(Space.L), spaced(Space.M), spaced(Space.L), spaced(Space.M))
        layout.setSpacing(spaced(Space.S))
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        layout.addStretch(1)

    def show_card(self, card: Card) -> None:
        """Show other facts."""
        self._title.setText(card.title)
        while len(self._rows) < len(card.facts):
            row = len(self._rows)
            labels = TextLabel(tone=Tone.MUTED), ElidedLabel(), BadgeLabel()
            labels[1].setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            for column, label in enumerate(labels):
                self._grid.addWidget(label, row, column)
            self._rows.append(labels)
        for number, (caption, value, badge) in enumerate(self._rows):
            fact = card.facts[number] if number < len(card.facts) else None
            caption.setVisible(fact is not None)
            value.setVisible(fact is not None)
            badge.show_badge(fact.badge if fact else None)
            if fact is not None:
                caption.setText(fact.caption)
                value.set_whole(fact.value)
                self._grid.addWidget(value, number, 1, 1, 1 if fact.badge else 2)  # all the room there is

    def shown(self) -> dict[str, str]:
        """Return the facts as they are shown, badges behind the values."""
        return {
            caption.text(): " ".join(filter(None, (value.accessibleName(), badge.accessibleName())))
            for caption, value, badge in self._rows
            if not caption.isHidden()
        }


class HealthView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did.

    ``choose_folder`` and ``choose_pdf`` ask for a path and return an empty text for none.
    """

    def __init__(
        self,
        desk: HealthDesk,
        choose_folder: Callable[[QWidget], str] | None = None,
        choose_pdf: ChoosePath | None = None,
    ) -> None:
        super().__init__()
        self.desk = desk
        self._choose_folder = choose_folder or _ask_for_folder
        self._shown_panel: Panel | None = None
        self._was_asking = False
        self._narrow: list[QWidget] = []
        self.state = BadgeLabel()
        self.problems = [NoticeBar() for _ in range(_MOST_PROBLEMS)]
        self.cards = [FactCard() for _ in range(3)]
        self.running = TextLabel(tone=Tone.MUTED)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.said = NoticeBar()
        self.said.dismissed.connect(desk.escape)
        self.model = RowTableModel(BACKUP_COLUMNS, self)
        self.table = RowTableView(
            self.model,
            empty_text=tr("There is no backup yet: F5 makes one. The program makes one every half-hour by itself."),
        )
        self.table.setAccessibleName(tr("Backups"))
        self.table.current_changed.connect(desk.choose)
        self.folder = TextEdit(most=1000)
        self.folder_row = FieldRow(
            tr("Folder on another disk or a stick"),
            self.folder,
            hint=tr("Each backup is copied there and checked again; a disk that is not there stops nothing"),
        )
        self.folder.textChanged.connect(desk.type_folder)
        self.folder.returnPressed.connect(desk.use_folder)
        self.sheet = SheetPanel(desk.sheet, choose_pdf)
        self.sheet.group.returnPressed.connect(desk.sheet.next)
        self.confirm = QPushButton()
        self.confirm.setProperty("role", "primary")
        self.confirm.setAutoDefault(True)
        self.confirm.clicked.connect(desk.sheet.next)
        self._lay_out()
        desk.listen(self.draw)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what the presenter holds."""
        desk = self.desk
        is_known = desk.found is not None
        problems = desk.problems
        if is_known:
            text = tr("ALL IS WELL") if desk.is_well else tr("NEEDS ATTENTION")
            self.state.show_badge(Badge(text, Tone.GOOD if desk.is_well else Tone.WARNING))
        for number, bar in enumerate(self.problems):
            if number < len(problems):
                bar.show_notice(problems[number].tone, problems[number].text, closes=False)
            else:
                bar.hide()
        for card, widget in zip(desk.cards, self.cards, strict=False):
            widget.show_card(card)
        self.model.set_rows(desk.rows)
        if self.table.current_row != desk.chosen:
            self.table.choose_row(desk.chosen)
        self.running.setText(desk.running.text if desk.running else "")
        self.running.setVisible(desk.running is not None)
        self.progress.setVisible(desk.running is not None)
        if desk.said is None:
            self.said.hide()
        else:
            self.said.show_notice(desk.said.tone, desk.said.text)
        if self.folder.text() != desk.folder:
            self.folder.setText(desk.folder)
        self.folder_row.show_problem(desk.folder_problem)
        self.sheet.refresh()
        self.confirm.setText(tr("Confirm (Enter)") if desk.sheet.is_asking else tr("I have it (Enter)"))
        self._show_panel()

    def _show_panel(self) -> None:
        panel = self.desk.panel
        is_asking = self.desk.sheet.is_asking
        if panel is self._shown_panel and is_asking is self._was_asking:
            return
        self._shown_panel, self._was_asking = panel, is_asking
        self.panels.setCurrentWidget(self._panels[panel])
        if self.isVisible():
            self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the list, or to what the panel asks for."""
        panel = self.desk.panel
        if panel is Panel.FOLDER:
            self.folder.setFocus()
            self.folder.selectAll()
        elif panel is Panel.SHEET and self.desk.sheet.is_asking:
            self.sheet.take_focus()
        elif panel is Panel.SHEET:
            self.confirm.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.table.setFocus()

    def browse(self) -> None:
        """Ctrl+O: choose the second folder in the system's own window."""
        if self.desk.panel is Panel.FOLDER:
            folder = self._choose_folder(self)
            if folder:
                self.desk.type_folder(folder)

    # --- building ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(spaced(Space.L), spaced(Space.M), spaced(Space.L), spaced(Space.M))
        whole.setSpacing(spaced(Space.S))
        head = QHBoxLayout()
        head.setSpacing(spaced(Space.M))
        head.addWidget(TextLabel(tr("Backup and health"), size=TextSize.TITLE, weight="semibold"))
        head.addWidget(self.state)
        head.addStretch(1)
        whole.addLayout(head)
        for bar in self.problems:
            whole.addWidget(bar)
        self._panels = {Panel.FACTS: self._facts(), Panel.FOLDER: self._folder(), Panel.SHEET: self._sheet()}
        self.panels = QStackedWidget()
        for widget in self._panels.values():
            self.panels.addWidget(widget)
        whole.addWidget(self.panels, 1)
        whole.addWidget(self.said)
        whole.addWidget(self.running)
        whole.addWidget(self.progress)

    def _facts(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spaced(Space.M))
        cards = QHBoxLayout()
        cards.setSpacing(spaced(Space.M))
        for card in self.cards:
            cards.addWidget(card, 1)
        layout.addLayout(cards)
        layout.addWidget(self.table, 1)
        return page

    def _folder(self) -> QWidget:
        use = QPushButton(tr("Copy backups there (Enter)"))
        use.setProperty("role", "primary")
        use.setAutoDefault(True)
        use.clicked.connect(self.desk.use_folder)
        choose = QPushButton(tr("Choose a folder (Ctrl+O)"))
        choose.setAutoDefault(True)
        choose.clicked.connect(self.browse)
        none = QPushButton(tr("Use no second folder (F6)"))
        none.setAutoDefault(True)
        none.clicked.connect(self.desk.use_no_folder)
        return self._panel(
            tr("Second backup folder"),
            tr("A backup on the same disk does not survive that disk."),
            [self.folder_row],
            [use, choose, none],
        )

    def _sheet(self) -> QWidget:
        return self._panel(
            tr("Recovery sheet"),
            tr("This code and a backup bring the shop back on another computer. Lock the sheet away."),
            [self.sheet],
            [self.confirm],
        )

    def _panel(self, title: str, explanation: str, content: list[QWidget], buttons: list[QPushButton]) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, spaced(Space.M), 0, 0)
        layout.setSpacing(spaced(Space.S))
        layout.addWidget(TextLabel(title, size=TextSize.HEADING, weight="semibold"))
        layout.addWidget(TextLabel(explanation, tone=Tone.MUTED, wraps=True))
        for widget in content:
            layout.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(spaced(Space.S))
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        page = QWidget()
        around = QHBoxLayout(page)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(inside, 1)
        around.addStretch(1)
        self._narrow.append(inside)
        return page

    def _fit(self) -> None:
        for widget in self._narrow:
            widget.setMaximumWidth(theme.current().px(_PANEL_WIDTH))
            widget.setMinimumWidth(theme.current().px(_PANEL_WIDTH) * 3 // 4)


def _ask_for_folder(parent: QWidget) -> str:
    return QFileDialog.getExistingDirectory(parent, tr("Second backup folder"))
