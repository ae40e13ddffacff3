"""Theme and scale as the user's choice, and the keys that change them in every window."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from pos_desktop.runtime.preferences import Preferences, PreferencesFile
from pos_desktop.shell import theme
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.texts import tr

THEME_KEY = "Ctrl+T"
#: What a keyboard sends for a key that stands with Shift on one and without on another.
_ALSO = {"Ctrl++": ["Ctrl++", "Ctrl+="]}


class Looks:
    """Theme and scale of the application, kept from start to start."""

    def __init__(self, app: QApplication, file: PreferencesFile) -> None:
        self._app = app
        self._file = file
        self.preferences: Preferences = file.load()

    def apply(self) -> None:
        """Dress the application as was chosen last."""
        chosen = theme.THEMES.get(self.preferences.theme, theme.LIGHT)
        theme.apply_theme(self._app, chosen, self.preferences.scale)

    def toggle_theme(self) -> None:
        """Light becomes dark, dark light."""
        other = theme.LIGHT if theme.current().is_dark else theme.DARK
        self.remember(theme=other.name)
        self.apply()

    def rescale(self, by: int) -> None:
        """Make everything larger or smaller by steps; 0 brings the normal size back."""
        step = theme.SCALE_STEP
        scale = theme.clamp_scale(self.preferences.scale + by * step) if by else 100
        if scale != self.preferences.scale:
            self.remember(scale=scale)
            self.apply()

    def remember(self, **choices: str | int) -> None:
        """Keep choices of this machine."""
        self.preferences = dataclasses.replace(self.preferences, **choices)  # type: ignore[arg-type]  # by name
        self._file.save(self.preferences)

    def bind(self, window: QWidget) -> None:
        """Have the keys work in a window that is not the main one."""
        for action in self.actions():
            bind_key(action, window, Qt.ShortcutContext.WindowShortcut)

    def actions(self) -> list[KeyAction]:
        """Return the keys that change the looks."""
        return [
            KeyAction(THEME_KEY, tr("Light or dark"), self.toggle_theme, in_bar=False),
            KeyAction("Ctrl++", tr("Larger"), lambda: self.rescale(1), in_bar=False),
            KeyAction("Ctrl+-", tr("Smaller"), lambda: self.rescale(-1), in_bar=False),
            KeyAction("Ctrl+0", tr("Normal size"), lambda: self.rescale(0), in_bar=False),
        ]


def bind_key(action: KeyAction, owner: QWidget, context: Qt.ShortcutContext) -> QShortcut:
    """Have a key do its action while ``owner`` (its window, or itself and what is in it) has the focus."""
    shortcut = QShortcut(owner)
    shortcut.setKeys([QKeySequence(key) for key in _ALSO.get(action.key, [action.key])])
    shortcut.setContext(context)
    shortcut.activated.connect(action.intent)
    return shortcut
