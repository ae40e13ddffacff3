"""Imports as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.imports.presenter import Doing, ImportsPresenter
from pos_desktop.screens.imports.view import ImportsView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class ImportsScreen(Screen):
    """Files of items and stock as a screen of the shell, for who may import."""

    topics = frozenset({Topic.ITEMS, Topic.STOCK})

    def __init__(self, presenter: ImportsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Import"), "Alt+7", "import")
        self.view = ImportsView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        do = self._presenter
        what = do.form.title if do.form is not None else do.file.name if do.file is not None else ""
        return f"{self.rail.label}: {what}" if what else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list, the file or the form."""
        do = self._presenter
        if do.form is not None:
            browse = (
                (KeyAction("Ctrl+O", tr("Look for it"), self.view.browse),) if "file" in self.view.form.rows else ()
            )
            return (
                KeyAction("Enter", do.form.submit_words, self.view.form.submit, is_bound=False),
                *browse,
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        if do.file is None:
            can_undo = do.chosen is not None and not do.chosen.is_undone
            return (
                KeyAction("F2", tr("Import a file"), do.open_file),
                KeyAction("F7", tr("Take back"), do.open_undo, can_undo),
            )
        return (
            KeyAction("F5", tr("Import"), do.bring_in, do.can_import),
            KeyAction("F6", tr("With all lines") if do.skips_bad else tr("Leave bad lines out"), do.toggle_bad),
            KeyAction("F7", tr("No expired stock") if do.with_expired else tr("Expired stock too"), do.toggle_expired),
            KeyAction("F8", tr("Read the file again"), do.read_again),
            KeyAction("F9", tr("Nothing twice") if do.came_again else tr("It came again"), do.toggle_again),
            KeyAction(
                "F10",
                tr("Ask about other details") if do.keeps_details else tr("Keep other details"),
                do.toggle_details,
            ),
            KeyAction("Enter", tr("What a column is"), do.open_column, is_bound=False),
            KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
        )

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: items or stock changed."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """An import that goes on is waited for."""
        if self._presenter.doing is Doing.IMPORTING:
            return tr("A file is being imported: wait until it is in, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
