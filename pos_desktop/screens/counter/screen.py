"""The counter's drawer as a screen of the main window, and in its status line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.cash.queries import read_drawer
from core.kernel.actor import Actor
from core.kernel.money import Money
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.counter.presenter import CounterPresenter
from pos_desktop.screens.counter.view import CounterView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.status_line import StatusLine
from pos_desktop.shell.texts import tr


class CounterScreen(Screen):
    """What should be in the drawer; who may not add to it sees no key that does."""

    topics = frozenset({Topic.CASH, Topic.BILLS})

    def __init__(self, presenter: CounterPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Counter"), "Alt+6", "drawer")
        self.view = CounterView(presenter)
        self._presenter = presenter
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
        """Return the keys of the drawer, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.form
            return form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.desk.escape)
        is_open = do.view is not None
        keys = []
        if do.may_bill:
            keys.append(KeyAction("F2", tr("Open the counter"), do.open_counter, do.is_read and not is_open))
        if do.may_move:
            keys.append(KeyAction("F3", tr("Cash in"), partial(do.move, is_in=True), is_open))
            keys.append(KeyAction("F4", tr("Cash out"), partial(do.move, is_in=False), is_open))
        if do.may_bill:
            keys.append(KeyAction("F5", tr("Hand over"), do.hand_over, is_open))
        return keys

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: a bill was posted or cancelled, or cash moved."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A form that is on its way to the disk is waited for."""
        form = self._presenter.desk.form
        if form is not None and form.is_busy:
            return tr("Cash is being noted: wait a moment, then close.")
        return None

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()


def show_drawer(
    line: StatusLine, lanes: Lanes, board: TopicBoard, actor: Actor, report_bug: Callable[[Exception], None]
) -> Callable[[], None]:
    """Show in the status line what should be in the drawer, after each bill anew; nothing while it is not open.

    Call what is returned to stop.
    """
    field = line.add_field(tr("Drawer"))

    def show(cash: Money | None) -> None:
        field.setVisible(cash is not None)
        field.show_value("" if cash is None else cash.grouped())

    def read() -> None:
        lanes.read(lambda session: read_drawer(session, actor), show, report_bug)

    field.hide()
    read()
    return board.listen(lambda topics: read() if topics & CounterScreen.topics else None)
