"""What a screen gives the shell that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.shell.keys import KeyAction


@dataclass(frozen=True, slots=True)
class RailEntry:
    """How a screen stands in the left rail: its name, the key that opens it, its icon (``resources/icons``)."""

    label: str
    key: str
    icon: str


class Screen(QObject):
    """A screen of the main window. A subclass sets ``rail``, ``topics`` and overrides what it needs.

    The shell asks for ``widget`` once and shows it; ``activated`` comes each time it becomes visible,
    ``deactivated`` when another one does. ``refresh`` comes when a topic it depends on changed: at once if it is
    visible, else before its next ``activated``.
    """

    keys_changed = Signal()
    title_changed = Signal()

    rail: RailEntry
    topics: frozenset[Topic] = frozenset()
    #: Whether a scanned pack is for this screen while it is visible.
    awaits_scans: bool = False

    @property
    def title(self) -> str:
        """What stands in the window's title beside the shop's name."""
        return self.rail.label

    @property
    def widget(self) -> QWidget:
        """The widget to show, always the same one."""
        raise NotImplementedError

    def key_actions(self) -> Sequence[KeyAction]:
        """Return what the keys do here now; emit ``keys_changed`` when that changes."""
        return ()

    def activated(self) -> None:
        """Take the focus: the screen is visible from now on."""

    def deactivated(self) -> None:
        """Another screen is visible from now on."""

    def refresh(self) -> None:
        """Read again: a topic changed."""

    def save_table(self) -> bool:
        """Save what the screen lists in a file of its own way; False where its table is saved as it is seen."""
        return False

    def close_problem(self) -> str | None:
        """Return why the program should not be closed now, in one sentence, or None."""
        return None
