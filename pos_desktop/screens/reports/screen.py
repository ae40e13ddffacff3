"""Reports as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.screens.presets import PRESETS
from pos_desktop.screens.reports.presenter import Place, ReportsPresenter
from pos_desktop.screens.reports.shown import groups_of
from pos_desktop.screens.reports.view import ReportsView
from pos_desktop.screens.reports.words import group_words
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class ReportsScreen(Screen):
    """What the books say; each report says by itself which topics it is read from, so that the presenter hears them."""

    def __init__(self, presenter: ReportsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Reports"), "Alt+R", "report")
        self.view = ReportsView(presenter)
        self._presenter = presenter
        self.view.room_changed.connect(self.keys_changed)
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is shown or being done, so that the task bar tells it too."""
        do = self._presenter
        if do.desk.form is not None:
            return f"{self.rail.label}: {do.desk.form.title}"
        return f"{self.rail.label}: {tr(do.here.report.title)}" if do.here is not None else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list and of the report, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.overlay.form
            return form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.escape)
        if do.choice is not None:
            return (
                KeyAction("Enter", tr("Show these"), do.choose_columns, is_bound=False),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        keys = self._of_report() if do.here is not None and not self.view.pane.isHidden() else []
        if do.droppable:
            keys.append(KeyAction("Shift+F2", tr("Drop the favourite"), do.open_drop, in_bar=do.place is Place.LIST))
        if do.place is Place.LIST:
            has_one = do.listing.chosen is not None
            open_it = KeyAction("Enter", tr("Open"), do.open_chosen, has_one, is_bound=False)
        else:
            open_it = KeyAction("Enter", tr("Look inside"), do.open_row, self._leads_on(), is_bound=False)
        back = tr("Stop") if do.running is not None else tr("Back, or empty the box")
        escape = KeyAction("Esc", back, do.escape, is_bound=False, in_bar=do.running is not None)
        return [open_it, *keys, escape]

    def activated(self) -> None:
        """Take the focus; read again what changed meanwhile."""
        self._presenter.activated()
        self.view.take_focus()

    def deactivated(self) -> None:
        """What changes is read when the screen is visible again."""
        self._presenter.deactivated()

    def open_report(self, report: str, values: Mapping[str, str]) -> None:
        """Another screen leads to a report."""
        self._presenter.open_report(report, values)
        self.view.take_focus()

    def end(self) -> None:
        """The desk is left: nothing is read or written any more."""
        self._presenter.end()

    def save_table(self) -> bool:
        """Ctrl+E: a report is saved whole, not only the rows that were read."""
        if self._presenter.here is None:
            return False
        self._presenter.open_save()
        return True

    def close_problem(self) -> str | None:
        """A file that is being written is waited for, or stopped."""
        if self._presenter.saving.is_busy:
            return tr("A report is being written into a file: wait a moment, or Esc stops it; then close.")
        form = self._presenter.desk.form
        if form is not None and form.is_busy:
            return tr("Something is being saved: wait a moment, then close.")
        return None

    # --- inside --------------------------------------------------------------------------------------------------

    def _of_report(self) -> list[KeyAction]:
        do, here = self._presenter, self._presenter.here
        assert here is not None
        is_open = here.opened is not None
        is_free = is_open and do.saving.running is None
        keys = [
            KeyAction("F2", tr("Keep"), do.open_keep, is_open),
            KeyAction("F3", tr("Columns"), do.open_columns, is_open),
            KeyAction("F4", tr("Ask"), do.open_ask, bool(here.report.parameters)),
        ]
        if do.has_presets:
            keys.append(KeyAction("F5", PRESETS[do.following_preset], do.turn_preset))
        keys.append(KeyAction("F6", tr("Save as"), do.open_save, is_free))
        if groups_of(here):
            keys.append(KeyAction("F7", group_words(here, do.following_group), do.turn_group))
        keys += [
            KeyAction("F8", tr("Sort"), do.open_sort, is_open),
            KeyAction("F9", tr("Print"), do.print_report, is_free),
            KeyAction("Ctrl+F", tr("Find in it"), self.view.pane.to_words, in_bar=False),
            KeyAction("Ctrl+R", tr("Read again"), do.read_again, in_bar=False),
        ]
        if do.has_days:
            keys.append(KeyAction("Ctrl+D", tr("Type days"), self.view.pane.to_days, in_bar=False))
        return keys

    def _leads_on(self) -> bool:
        here = self._presenter.here
        line = here.chosen if here is not None else None
        return line is not None and line.target is not None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
