"""Notices that nobody touches the terminal any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, QTimer

from core.app.idle import locks_now
from core.kernel.clock import Clock, Uptime

_LOOK_EVERY_MS = 10_000
_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin})


class IdleWatch(QObject):
    """Calls ``locks`` once nobody has touched the terminal for the minutes given; install it as an event filter.

    The time that passed is what the clock says or what the machine's uptime says, whichever is more: a clock turned
    back keeps no terminal open, and a laptop that slept with its lid closed, whose uptime stood still, locks.
    """

    def __init__(self, clock: Clock, uptime: Uptime, locks: Callable[[], None], parent: QObject | None = None) -> None:
        """Watch nobody yet; ``start`` says for whom."""
        super().__init__(parent)
        self._clock = clock
        self._uptime = uptime
        self._locks = locks
        self._minutes = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self.touch()

    def start(self, minutes: int) -> None:
        """Watch from now on; 0 minutes never locks."""
        self._minutes = minutes
        self.touch()
        if minutes:
            self._timer.start(_LOOK_EVERY_MS)
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Watch nobody: nobody is at work here."""
        self._minutes = 0
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_at = self._clock.now()
        self._touched_ms = self._uptime.milliseconds()

    def look(self) -> bool:
        """Lock if the time is up; return whether it was."""
        by_clock = (self._clock.now() - self._touched_at) // timedelta(seconds=1)
        by_uptime = (self._uptime.milliseconds() - self._touched_ms) // 1_000
        is_due = locks_now(max(by_clock, by_uptime), self._minutes)
        if is_due:
            self._locks()
        return is_due

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """See keys and clicks go by; the one that ends a long absence locks and reaches nothing."""
        if event.type() not in _TOUCHES or not self._timer.isActive():
            return False
        is_late = self.look()
        self.touch()
        return is_late
