"""The main window: rail, screens, status line, key bar, and the keys that work everywhere."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout

from pos_desktop.runtime.topics import Freshness, Topic, TopicBoard
from pos_desktop.shell import theme
from pos_desktop.shell.key_list import KeyList
from pos_desktop.shell.keys import KeyAction, twice_used
from pos_desktop.shell.looks import THEME_KEY, Looks, bind_key
from pos_desktop.shell.rail import Rail
from pos_desktop.shell.screen import Screen
from pos_desktop.shell.status_line import ShellStatus, StatusLine
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.key_bar import KeyBar
from pos_desktop.widgets.notice import NoticeBar

PROGRAM = "Nuskha"
#: Saves the table that is seen, on every screen that does not need the key for something else.
SAVE_KEY = "Ctrl+E"
#: Narrower than this (before scaling) the rail shows icons and keys only.
_NARROW_BELOW = 1150


class MainWindow(QMainWindow):
    """Shows one screen at a time and what belongs to all of them."""

    closed = Signal()

    def __init__(
        self,
        screens: Sequence[Screen],
        looks: Looks,
        board: TopicBoard,
        *,
        everywhere: Sequence[KeyAction] = (),
    ) -> None:
        """``everywhere`` are further keys of the whole program (lock, print queue)."""
        super().__init__()
        self.looks = looks
        self._screens = list(screens)
        self._here = -1
        self._status = ShellStatus()
        self._freshness = Freshness()
        self._is_left = False
        self._save_table: Callable[[RowTableView, str], None] | None = None
        self._everywhere = [
            KeyAction("F1", tr("Keys"), self.toggle_key_list),
            *self._rail_actions(),
            *everywhere,
            *looks.actions(),
        ]
        self._shortcuts: dict[str, QShortcut] = {}
        self._intents: dict[str, Callable[[], object]] = {}
        self._bound_to: Screen | None = None

        self.rail = Rail([screen.rail for screen in self._screens], THEME_KEY)
        self.rail.chosen.connect(self.show_screen)
        self.rail.theme_wanted.connect(looks.toggle_theme)
        self.alarm = NoticeBar()
        self.notice = NoticeBar()
        self.stack = QStackedWidget()
        self.status_line = StatusLine()
        self.key_bar = KeyBar()
        for screen in self._screens:
            self.stack.addWidget(screen.widget)
            screen.keys_changed.connect(self._keys_changed)
            screen.title_changed.connect(self._show_title)
        self._lay_out()
        self.key_list = KeyList(self.centralWidget())
        for action in self._everywhere:
            bind_key(action, self, Qt.ShortcutContext.WindowShortcut)
        self._stop_listening = board.listen(self._topics_changed)
        self.setMinimumSize(800, 560)
        if looks.preferences.geometry:
            self.restoreGeometry(QByteArray.fromBase64(looks.preferences.geometry.encode()))
        self._show_title()

    def save_tables(self, save: Callable[[RowTableView, str], None]) -> None:
        """Have a key of every screen save the table that is seen there, under its name."""
        self._save_table = save
        self._keys_changed()

    # --- what the program tells ----------------------------------------------------------------------------------

    def set_status(self, status: ShellStatus) -> None:
        """Show where one is; a demo shop is marked in the title as well."""
        self._status = status
        self.status_line.show_status(status)
        self._show_title()

    def show_notice(self, tone: Tone, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Say something above whatever screen is visible."""
        self.notice.show_notice(tone, text, action, act)

    def show_alarm(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Say in red what endangers the shop, above every screen until it is mended; an empty text ends it."""
        if text:
            self.alarm.show_notice(Tone.DANGER, text, action, act, closes=False)
        else:
            self.alarm.hide()

    def show_screen(self, number: int) -> None:
        """Make a screen visible; a stale one reads again first."""
        if number != self._here:
            if self._here >= 0:
                self._screens[self._here].deactivated()
            self._here = number
        screen = self._screens[number]
        self.stack.setCurrentWidget(screen.widget)
        self.rail.show_chosen(number)
        if self._freshness.take(str(number)):
            screen.refresh()
        self._keys_changed()
        self._show_title()
        screen.activated()

    def leave(self) -> None:
        """Stop hearing of changes and ask no screen whether it may close: another user's window takes its place."""
        self._is_left = True
        if self.screen_here is not None:
            self.screen_here.deactivated()  # it hears scans no more
        self._stop_listening()
        self._keep_place()
        for screen in self._screens:
            screen.deleteLater()

    @property
    def here(self) -> int:
        """The number of the screen that is visible."""
        return self._here

    def show_kind(self, kind: type[Screen]) -> bool:
        """Make the screen of that kind visible; say whether there is one."""
        for number, screen in enumerate(self._screens):
            if isinstance(screen, kind):
                self.show_screen(number)
                return True
        return False

    @property
    def screen_here(self) -> Screen | None:
        """The screen that is visible."""
        return self._screens[self._here] if self._here >= 0 else None

    def toggle_key_list(self) -> None:
        """F1: show every key, or close that list."""
        if self.key_list.is_open:
            self.key_list.close_list()
            return
        here = self.screen_here
        self.key_list.open(
            [
                (here.rail.label if here else "", self._actions_of(here) if here else ()),
                (tr("Everywhere"), self._everywhere),
            ]
        )

    # --- events --------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Ask each screen; one that says why not is shown, with its sentence as a notice."""
        for number, screen in enumerate(self._screens):
            problem = screen.close_problem()
            if problem:
                self.show_screen(number)
                self.show_notice(Tone.WARNING, problem)
                return False
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stay open while a screen says why not."""
        if self._is_left:
            super().closeEvent(event)
            return
        if not self.may_leave():
            event.ignore()
            return
        self._stop_listening()
        self._keep_place()
        self.closed.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the rail give way in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def _keep_place(self) -> None:
        self.looks.remember(geometry=bytes(self.saveGeometry().toBase64().data()).decode())

    def _topics_changed(self, topics: frozenset[Topic]) -> None:
        for number, screen in enumerate(self._screens):
            if screen.topics & topics:
                if number == self._here:
                    screen.refresh()
                else:
                    self._freshness.mark(str(number))

    def _keys_changed(self) -> None:
        """Show and bind the keys of the screen that is visible."""
        here = self.screen_here
        if here is None:
            return
        actions = self._actions_of(here)
        clash = twice_used([*self._everywhere, *actions])
        assert not clash, f"bound twice: {clash}"
        first, *others = self._everywhere  # F1, then what this screen does, then what works everywhere
        self.key_bar.set_actions([first, *actions, *others])
        self._intents = {action.key: action.intent for action in actions if action.is_bound and action.enabled}
        gone = set(self._shortcuts) if self._bound_to is not here else self._shortcuts.keys() - self._intents.keys()
        for key in gone:
            self._shortcuts[key].setEnabled(False)  # at once: two for one key would both be dead
            self._shortcuts.pop(key).deleteLater()
        self._bound_to = here
        for key in self._intents.keys() - self._shortcuts.keys():
            bound = KeyAction(key, "", functools.partial(self._press, key))
            self._shortcuts[key] = bind_key(bound, here.widget, Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _actions_of(self, screen: Screen) -> list[KeyAction]:
        """Return a screen's keys, and the one that saves its table where it has one and the key is free."""
        actions = list(screen.key_actions())
        is_free = all(action.key != SAVE_KEY for action in actions)
        if self._save_table is not None and is_free and screen.widget.findChild(RowTableView) is not None:
            actions.append(KeyAction(SAVE_KEY, tr("Save the list in a file"), self._save_here, in_bar=False))
        return actions

    def _save_here(self) -> None:
        here = self.screen_here
        if here is None or self._save_table is None or here.save_table():
            return
        focused = self.focusWidget()
        seen = [table for table in here.widget.findChildren(RowTableView) if table.isVisible() and not table.isWindow()]
        largest = max(seen, key=lambda table: table.width() * table.height(), default=None)
        table = focused if isinstance(focused, RowTableView) else largest
        if table is not None:
            self._save_table(table, table.accessibleName() or here.rail.label)

    def _press(self, key: str) -> None:
        self._intents[key]()

    # --- looks ---------------------------------------------------------------------------------------------------

    def _rail_actions(self) -> list[KeyAction]:
        def opener(number: int) -> Callable[[], None]:
            return lambda: self.show_screen(number)

        return [
            KeyAction(screen.rail.key, screen.rail.label, opener(number), in_bar=False)
            for number, screen in enumerate(self._screens)
        ]

    def _show_title(self) -> None:
        here = self.screen_here
        parts = [tr("DEMO") if self._status.is_demo else "", here.title if here else "", self._status.shop, PROGRAM]
        self.setWindowTitle(" – ".join(filter(None, parts)))

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.alarm)
        right.addWidget(self.notice)
        right.addWidget(self.stack, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(right, 1)
        central = QFrame()
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.status_line)
        whole.addWidget(self.key_bar)
        self.setCentralWidget(central)
        theme.changes().changed.connect(self._fit)

    def _fit(self) -> None:
        self.rail.set_narrow(self.width() * 100 < _NARROW_BELOW * theme.current().scale)
