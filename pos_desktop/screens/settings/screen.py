"""The settings as a screen of the main window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.settings.presenter import SettingsPresenter
from pos_desktop.screens.settings.view import SettingsView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr

KEY = "Alt+S"


class SettingsScreen(Screen):
    """All that can be set. ``left`` is called when it is left after something was changed."""

    topics = frozenset({Topic.SETTINGS})

    def __init__(self, presenter: SettingsPresenter, left: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Settings"), KEY, "settings")
        self.view = SettingsView(presenter)
        self._presenter = presenter
        self._left = left
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        form = self._presenter.desk.form
        return f"{self.rail.label}: {form.title}" if form is not None else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.form
            return form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.desk.escape)
        return [
            KeyAction("Enter", tr("Change"), do.open, do.chosen is not None, is_bound=False),
            KeyAction("F2", tr("New printer"), do.new_printer, do.is_read),
            KeyAction("F3", tr("Show a receipt"), do.show_receipt, do.is_read),
            KeyAction("F9", tr("Test page"), do.try_printer, do.printer is not None),
            KeyAction("F8", tr("Take away"), do.remove, do.can_remove),
            KeyAction("F6", tr("Into a file"), do.save_file, do.is_read),
            KeyAction("F7", tr("From a file"), do.read_file, do.is_read),
        ]

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def deactivated(self) -> None:
        """What was changed holds at the counter from now on."""
        if self._presenter.has_changed:
            self._presenter.has_changed = False
            self._left()

    def refresh(self) -> None:
        """Read again: something was set."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.desk.form
        if form is not None and form.is_busy:
            return tr("A setting is being saved: wait a moment, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
