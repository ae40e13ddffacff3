"""What changed: a write's caller announces topics, and whoever depends on them reads again. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable


class Topic(enum.StrEnum):
    """A part of the books that screens depend on."""

    STOCK = "stock"
    BILLS = "bills"
    ITEMS = "items"
    PARTIES = "parties"
    WANTS = "wants"
    #: Orders, goods receipts and suppliers' bills.
    PURCHASES = "purchases"
    CASH = "cash"
    SETTINGS = "settings"
    BACKUPS = "backups"
    #: Something was put into the queue of a printer.
    PAPERS = "papers"


Listener = Callable[[frozenset[Topic]], None]


class TopicBoard:
    """Passes an announcement on to every listener. Used from the GUI thread only."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have announcements told; call what is returned to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def announce(self, topics: Iterable[Topic]) -> None:
        """Say that these topics changed; called after the write is committed."""
        changed = frozenset(topics)
        if changed:
            for listener in list(self._listeners):
                listener(changed)


class Freshness:
    """Keeps which of several readers are stale: a visible one reads at once, a hidden one when it is next shown."""

    def __init__(self) -> None:
        self._stale: set[str] = set()

    def mark(self, name: str) -> None:
        """Note that a hidden reader must read again."""
        self._stale.add(name)

    def take(self, name: str) -> bool:
        """Say whether a reader must read again, and forget it."""
        was_stale = name in self._stale
        self._stale.discard(name)
        return was_stale
