"""The registers as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.presets import PRESETS
from pos_desktop.screens.registers.presenter import Page, RegistersPresenter
from pos_desktop.screens.registers.view import RegistersView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class RegistersScreen(Screen):
    """What an inspector asks for; who may not change pharmacists and licences sees no key that does."""

    topics = frozenset({Topic.BILLS, Topic.SETTINGS})

    def __init__(self, presenter: RegistersPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Registers"), "Alt+0", "licence")
        self.view = RegistersView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is shown or being done, so that the task bar tells it too."""
        do = self._presenter
        return f"{self.rail.label}: {do.desk.form.title if do.desk.form is not None else do.page.words}"

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the page that is shown, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.form
            return form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.escape)
        keys = {Page.H1: self._of_h1, Page.PHARMACISTS: self._of_pharmacists, Page.LICENCES: self._of_licences}
        return (*keys[do.page](), KeyAction("F8", do.following.words, do.turn))

    def activated(self) -> None:
        """Take the focus; another day may have begun, so the page is read each time."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: a bill was saved or cancelled, or a list was changed."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.desk.form
        if form is not None and form.is_busy:
            return tr("A register is being written: wait a moment, then close.")
        return None

    # --- inside --------------------------------------------------------------------------------------------------

    def _of_h1(self) -> Sequence[KeyAction]:
        do = self._presenter.h1
        has_one = do.chosen is not None
        return (
            KeyAction("F5", PRESETS[do.preset.following], do.turn_preset),
            KeyAction("F6", tr("Save PDF"), do.save_pdf),
            KeyAction("F9", tr("Print"), do.print_register),
            KeyAction(
                "Enter", tr("To the row, to scroll it"), self.view.h1.open_row, has_one, is_bound=False, in_bar=False
            ),
            KeyAction("Esc", tr("Back, or empty the box"), self._presenter.escape, is_bound=False, in_bar=False),
        )

    def _of_pharmacists(self) -> Sequence[KeyAction]:
        do = self._presenter.pharmacists
        if not do.may_change:
            return ()
        row = do.chosen
        works = row is not None and row.is_active and row.is_listed
        return (
            KeyAction("F2", tr("New pharmacist"), do.open_new),
            KeyAction("F3", tr("On the list"), do.open_back, row is not None and not works),
            KeyAction("F4", tr("Works here no more"), do.open_end, works),
        )

    def _of_licences(self) -> Sequence[KeyAction]:
        do = self._presenter.licences
        if not do.may_change:
            return ()
        has_one = do.chosen is not None
        return (
            KeyAction("F2", tr("New licence"), do.open_new),
            KeyAction("F3", tr("Renew"), do.open_renew, has_one),
            KeyAction("F4", tr("End"), do.open_end, has_one),
        )

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
