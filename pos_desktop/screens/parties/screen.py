"""Parties as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.parties.dto import PartyKind
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.parties.presenter import Page, PartiesPresenter
from pos_desktop.screens.parties.rows import KIND_KEYS, LISTS
from pos_desktop.screens.parties.view import PartiesView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class PartiesScreen(Screen):
    """Customers, suppliers, patients and prescribers; who may not change them sees no key that does."""

    topics = frozenset({Topic.PARTIES, Topic.PURCHASES})

    def __init__(self, presenter: PartiesPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Parties"), "Alt+3", "people")
        self.view = PartiesView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        do = self._presenter
        return f"{self.rail.label}: {do.form.title if do.form is not None else LISTS[do.kind]}"

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list, the page or the form that is open."""
        do = self._presenter
        if do.form is not None:
            return self._form_keys()
        if do.page is Page.HISTORY:
            return (
                KeyAction("F10", tr("List"), functools.partial(do.turn, Page.HISTORY)),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        if do.page is Page.CODES:
            return self._code_keys()
        return self._list_keys()

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: a party changed."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.form
        if form is not None and form.is_busy:
            return tr("A party is being saved: wait a moment, then close.")
        return None

    # --- inside --------------------------------------------------------------------------------------------------

    def _form_keys(self) -> list[KeyAction]:
        do = self._presenter
        assert do.form is not None
        keys = [KeyAction("Enter", do.form.submit_words, self.view.submit, is_bound=False)]
        if do.form.double is not None:
            keys.append(KeyAction("F7", tr("Open that one"), do.open_double))
            keys.append(KeyAction("F8", tr("Save all the same"), self.view.add_another))
        keys.append(KeyAction("Tab", tr("Next field"), self.view.focusNextChild, is_bound=False))
        return [*keys, KeyAction("Esc", tr("Back"), do.escape, is_bound=False)]

    def _code_keys(self) -> list[KeyAction]:
        do = self._presenter
        keys = []
        if do.may_teach:
            has_code = do.chosen_code is not None
            keys = [
                KeyAction("F2", tr("New code"), do.open_new),
                KeyAction("F3", tr("Change"), do.open_edit, has_code),
                KeyAction("F12", tr("End the code"), do.toggle_active, has_code),
            ]
        keys.append(KeyAction("F9", tr("List"), functools.partial(do.turn, Page.CODES)))
        return [*keys, KeyAction("Esc", tr("Back"), do.escape, is_bound=False)]

    def _list_keys(self) -> list[KeyAction]:
        do = self._presenter
        has_one, card = do.chosen is not None, do.card
        keys = []
        if do.may_edit:
            keys.append(KeyAction("F2", tr("New"), do.open_new))
            keys.append(KeyAction("F3", tr("Change"), do.open_edit, has_one))
        if do.may_end:
            keys.append(KeyAction("F4", tr("Merge"), do.open_merge, has_one))
        keys += [
            KeyAction(KIND_KEYS[kind], LISTS[kind], functools.partial(do.show_kind, kind), in_bar=False)
            for kind in do.kinds
        ]
        if do.kind is PartyKind.SUPPLIER:
            keys.append(KeyAction("F9", tr("Codes"), functools.partial(do.turn, Page.CODES), card is not None))
        if do.may_edit:
            keys.append(KeyAction("F10", tr("History"), functools.partial(do.turn, Page.HISTORY), card is not None))
        if do.may_end:
            words = tr("End") if card is None or card.is_active else tr("Deal again")
            keys.append(KeyAction("F12", words, do.toggle_active, card is not None))
        if do.may_edit:
            keys.append(KeyAction("Enter", tr("Change"), do.open_edit, has_one, is_bound=False, in_bar=False))
        return [*keys, KeyAction("Esc", tr("Empty the search"), do.escape, is_bound=False, in_bar=False)]

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
