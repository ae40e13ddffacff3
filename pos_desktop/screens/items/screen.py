"""Items as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.items.card import Page
from pos_desktop.screens.items.presenter import ItemsPresenter
from pos_desktop.screens.items.view import ItemsView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class ItemsScreen(Screen):
    """The catalogue as a screen of the shell; who may not change items sees no key that does."""

    topics = frozenset({Topic.ITEMS, Topic.STOCK})

    def __init__(self, presenter: ItemsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Items"), "Alt+2", "stock")
        self.view = ItemsView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being done, so that the task bar tells it too."""
        do = self._presenter
        if do.form is not None:
            return f"{self.rail.label}: {do.form.title}"
        return f"{self.rail.label}: {do.card.name}" if do.card is not None else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list, the card or the form that is open."""
        do = self._presenter
        if do.form is not None:
            return (
                KeyAction("Enter", do.form.submit_words, self.view.submit, is_bound=False),
                KeyAction("Tab", tr("Next field"), self.view.focusNextChild, is_bound=False),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        has_item = do.chosen is not None or do.card is not None
        is_active = do.card.is_active if do.card is not None else not do.shows_inactive
        edits = [
            KeyAction("F2", tr("New item"), do.open_new),
            KeyAction("F3", tr("Change"), do.open_edit, has_item),
            KeyAction("F4", tr("Copy"), do.open_copy, has_item),
            KeyAction("F5", tr("GST"), do.open_tax, has_item),
            KeyAction("F6", tr("Schedules"), do.open_schedules, has_item),
            KeyAction("F7", tr("Deactivate") if is_active else tr("Sell again"), do.toggle_active, has_item),
        ]
        keys = edits if do.may_edit else []
        keys.append(KeyAction("Ctrl+B", tr("Labels"), do.open_labels, has_item, in_bar=False))
        if do.card is None:
            words = tr("Items sold") if do.shows_inactive else tr("Not sold")
            keys.append(KeyAction("F8", words, do.show_inactive))
            keys.append(KeyAction("Enter", tr("Open"), do.open_card, has_item, is_bound=False))
            return keys
        page, batch = do.item.page, do.item.chosen_batch
        same = tr("Batches") if page is Page.SAME_SALT else tr("Same salt")
        keys.append(KeyAction("F8", same, lambda: do.turn(Page.SAME_SALT)))
        if do.may_edit_batches:
            words = tr("Release batch") if batch is not None and batch.held else tr("Hold batch")
            keys.append(KeyAction("F9", words, do.open_hold, batch is not None))
        if do.may_edit:
            history = tr("Batches") if page is Page.HISTORY else tr("History")
            keys.append(KeyAction("F10", history, lambda: do.turn(Page.HISTORY)))
        if do.may_edit_batches:
            keys.append(KeyAction("F12", tr("New MRP"), do.open_mrp, batch is not None))
            keys.append(KeyAction("Ctrl+F12", tr("Correct batch"), do.open_correction, batch is not None))
        return [*keys, KeyAction("Esc", tr("Back"), do.escape, is_bound=False)]

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: stock or an item changed."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.form
        if form is not None and form.is_busy:
            return tr("An item is being saved: wait a moment, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
