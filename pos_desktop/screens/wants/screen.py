"""The want book as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.wants.dto import Outcome
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.wants.presenter import WantsPresenter
from pos_desktop.screens.wants.view import WantsView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class WantsScreen(Screen):
    """The want book; who only orders from it sees no key that writes into it."""

    topics = frozenset({Topic.WANTS, Topic.STOCK})

    def __init__(self, presenter: WantsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Wants"), "Alt+5", "wants")
        self.view = WantsView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        form, count = self._presenter.desk.form, len(self._presenter.rows)
        if form is not None:
            return f"{self.rail.label}: {form.title}"
        return tr("{screen}: {count}", screen=self.rail.label, count=count) if count else self.rail.label

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
        ended = KeyAction("F8", tr("Open wants") if do.shows_ended else tr("Ended"), do.show_ended)
        if not do.may_keep:
            return (ended,)
        may_settle = do.chosen is not None and not do.shows_ended
        return (
            KeyAction("F2", tr("Note a want"), do.open_new),
            KeyAction("F3", tr("It came"), partial(do.settle, Outcome.CAME), may_settle),
            KeyAction("F4", tr("Handed out"), partial(do.settle, Outcome.DONE), may_settle),
            KeyAction("F5", tr("Given up"), partial(do.settle, Outcome.GIVEN_UP), may_settle),
            ended,
        )

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: a want or the stock changed."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.desk.form
        if form is not None and form.is_busy:
            return tr("A want is being saved: wait a moment, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
