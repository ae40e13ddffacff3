"""The right side of the reports' screen: a report with what it was asked, its rows, their totals, how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.screens.presets import PRESETS
from pos_desktop.screens.reports.grid import ReportGrid
from pos_desktop.screens.reports.presenter import ReportsPresenter
from pos_desktop.screens.reports.shown import Running
from pos_desktop.screens.reports.words import count_of, empty_of, heading_of, state_of
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.labels import ElidedLabel, TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine
from pos_desktop.widgets.search_edit import SearchEdit

#: Before scaling.
_DAYS_WIDTH, _WORDS_WIDTH, _BAR_WIDTH = 210, 190, 120


class ProgressStrip(QWidget):
    """What takes long, how far it is, and the key that ends it."""

    def __init__(self) -> None:
        super().__init__()
        self.label = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self._inside = QHBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addWidget(self.label)
        self._inside.addWidget(self.bar)
        self._inside.addWidget(TextLabel(tr("Esc stops"), size=TextSize.SMALL, weight="semibold"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.hide()

    def show_running(self, running: Running | None) -> None:
        """Show how far something is, or nothing."""
        self.setVisible(running is not None)
        if running is not None:
            self.label.setText(running.text)
            self.bar.setRange(0, running.whole)  # of nothing: the bar only moves
            self.bar.setValue(min(running.done, running.whole))

    def _fit(self) -> None:
        self._inside.setSpacing(spaced(Space.S))
        self.bar.setFixedWidth(theme.current().px(_BAR_WIDTH))


class ReportPane(QFrame):
    """Draws the report that is shown, or says how to open one."""

    picked = Signal()

    def __init__(self, presenter: ReportsPresenter) -> None:
        super().__init__()
        self._do = presenter
        self.title = ElidedLabel(weight="semibold")
        self.title.setProperty("textSize", TextSize.HEADING.value)
        self.about = ElidedLabel(tone=Tone.MUTED)
        self.days = SearchEdit(most=40)
        self.days.setAccessibleName(tr("Days of the report"))
        self.words = SearchEdit(most=60, placeholder=tr("Find in it   Ctrl+F"))
        self.words.setAccessibleName(tr("Find in the report"))
        self.heading = ElidedLabel(tone=Tone.MUTED)
        self.grid = ReportGrid()
        self.count = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.notice = NoticeLine()
        self.progress = ProgressStrip()
        self.empty = TextLabel(tone=Tone.MUTED, wraps=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._is_drawing = False
        self._lay_out()
        self._connect()
        theme.changes().changed.connect(self._fit)
        self._fit()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do, here = self._do, self._do.here
        self._of_report.setVisible(here is not None)
        self.empty.setVisible(here is None)
        self.notice.show_notice(do.desk.notice.text, do.desk.notice.tone)
        self.progress.show_running(do.running)
        if here is None:
            self._draw_empty()
            self.count.clear()
            return
        self._is_drawing = True  # rows that are set anew choose rows of their own accord
        title = tr(here.report.title)
        name = here.question.name or title
        self.title.set_whole(tr("Esc  ‹  {name}", name=name) if do.depth > 1 else name)
        about = title if name != title else ""
        self.about.set_whole("  ·  ".join(filter(None, (about, tr(here.report.about)))))
        self.days.setVisible(do.has_days)
        self.days.setPlaceholderText(PRESETS[here.preset] if here.preset is not None else tr("Day, as 20-11-2026"))
        for box, text in ((self.days, do.days_text), (self.words, here.question.shape.words)):
            if box.text() != text:
                box.setText(text)
        self.heading.set_whole(heading_of(here))
        self.grid.show_report(here, empty_of(here))
        self._is_drawing = False
        self.count.setText(count_of(here))
        state = state_of(here)
        if state and not do.desk.notice.text:
            self.notice.show_notice(state, Tone.WARNING)

    def take_focus(self) -> None:
        """Give the keys to the rows."""
        self.grid.table.setFocus()

    def to_words(self) -> None:
        """Ctrl+F: to the box that finds rows."""
        self.words.setFocus()
        self.words.selectAll()

    def to_days(self) -> None:
        """Ctrl+D: to the box of days."""
        if not self.days.isHidden():
            self.days.setFocus()
            self.days.selectAll()

    def goes_back(self) -> bool:
        """Esc in a box empties it and goes to the rows; say whether one was in a box."""
        box = next((box for box in (self.days, self.words) if box.hasFocus()), None)
        if box is None:
            return False
        box.clear()
        self.take_focus()
        return True

    # --- inside --------------------------------------------------------------------------------------------------

    def _draw_empty(self) -> None:
        report = self._do.listing.report
        words = tr("Type words of a report to find it, choose it with the arrows, and Enter opens it.")
        about = f"{tr(report.title)}\n{tr(report.about)}\n\n" if report is not None else ""
        if self._do.listing.is_read:
            self.empty.setText(f"{about}{words}")

    def _chosen(self, number: int) -> None:
        if not self._is_drawing and self._do.here is not None:
            self._do.here.choose(number)

    def _scrolled(self) -> None:
        bar = self.grid.table.verticalScrollBar()
        here = self._do.here
        is_near = bar.maximum() > 0 and bar.value() > bar.maximum() - bar.pageStep()
        if is_near and not self._is_drawing and here is not None:
            here.more()

    def _moved(self, steps: int) -> None:
        here = self._do.here
        if here is not None:
            here.choose(max(0, min(here.chosen_at + steps, len(here.lines) - 1)))

    def _connect(self) -> None:
        table = self.grid.table
        table.current_changed.connect(self._chosen)
        table.picked.connect(lambda _: self.picked.emit())
        table.title_clicked.connect(self._do.sort_by)
        table.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())
        self.days.textChanged.connect(lambda text: None if self._is_drawing else self._do.type_days(text))
        self.words.textChanged.connect(lambda text: None if self._is_drawing else self._do.find(text))
        for box in (self.days, self.words):
            box.moved.connect(self._moved)
            box.entered.connect(self.take_focus)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.about, 1)
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._asked = QHBoxLayout()
        self._asked.addWidget(self.days)
        self._asked.addWidget(self.words)
        self._asked.addWidget(self.heading, 1)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._of_report = QWidget()
        self._inside = QVBoxLayout(self._of_report)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addLayout(self._head)
        self._inside.addLayout(self._asked)
        self._inside.addWidget(self.grid, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.count)
        self._foot.addWidget(self.notice, 1)
        self._foot.addWidget(self.progress)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self._of_report, 1)
        self._whole.addWidget(self.empty, 1)
        self._whole.addLayout(self._foot)

    def _fit(self) -> None:
        look = theme.current()
        self.days.setFixedWidth(look.px(_DAYS_WIDTH))
        self.words.setFixedWidth(look.px(_WORDS_WIDTH))
        self._head.setSpacing(spaced(Space.M))
        self._asked.setSpacing(spaced(Space.S))
        self._inside.setSpacing(spaced(Space.XS))
        self._foot.setSpacing(spaced(Space.S))
        self._whole.setSpacing(spaced(Space.XS))
