"""Users as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.screens.users.presenter import Page, UsersPresenter
from pos_desktop.screens.users.view import UsersView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class UsersScreen(Screen):
    """Users as a screen of the shell, for those who may manage them."""

    def __init__(self, presenter: UsersPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Users"), "Alt+8", "user")
        self.view = UsersView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        do = self._presenter
        if do.form is not None:
            return f"{self.rail.label}: {do.form.title}"
        people = len(do.user_rows())
        return tr("{screen}: {count}", screen=self.rail.label, count=people) if people else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the table that is shown, or of the form that is open."""
        do = self._presenter
        if do.form is not None:
            form = self.view.form
            return form_keys(do.form.submit_words, form.submit, form.focusNextChild, do.escape)
        if do.page is Page.RIGHTS:
            return (
                KeyAction("Enter", tr("Change"), do.open_edit, is_bound=False),
                KeyAction("F8", tr("Users"), do.show_rights),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        user = do.chosen
        may = user is not None
        active_words = tr("Let in again") if user is not None and not user.is_active else tr("Deactivate")
        return (
            KeyAction("F2", tr("New user"), do.open_new),
            KeyAction("F3", tr("Change"), do.open_edit, may),
            KeyAction("F4", tr("Password"), do.open_password, may),
            KeyAction("F5", tr("PIN"), do.open_pin, may),
            KeyAction("F6", active_words, do.toggle_active, may),
            KeyAction("F7", tr("End waiting"), do.unlock, may),
            KeyAction("F8", tr("Roles"), do.show_rights),
            KeyAction("Enter", tr("Change"), do.open_edit, may, is_bound=False, in_bar=False),
        )

    def activated(self) -> None:
        """Take the focus; what waits after wrong passwords changes by itself, so the list is read each time."""
        self._presenter.refresh()
        self.view.take_focus()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.form
        if form is not None and form.is_busy:
            return tr("A user is being saved: wait a moment, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
