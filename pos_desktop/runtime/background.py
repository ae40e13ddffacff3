"""Slow work that needs no open shop (founding one, checking a password, a test print), off the GUI thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Background(QObject):
    """Runs one piece of work per thread and answers on the GUI thread; its parent's end ends the answers.

    Call ``wait`` before the program ends: daemon threads would be cut off in their work.
    """

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Run the work; exactly one of ``done`` and ``failed`` is called later."""

        def carry_out() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - whatever it is, who asked must hear it, as it is
                problem = error
                self._post(lambda: failed(problem))
            else:
                self._post(lambda: done(result))

        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=carry_out, name="background work", daemon=True)
        self._threads.append(thread)
        thread.start()

    def post(self, told: Callable[[], None]) -> None:
        """Have something done on the GUI thread, from inside work: how progress is told."""
        self._post(told)

    def wait(self, seconds: float | None = None) -> None:
        """Wait for what runs, for so many seconds at most; its answers still come when the event loop turns."""
        until = None if seconds is None else time.monotonic() + seconds
        for thread in self._threads:
            thread.join(None if until is None else max(0.0, until - time.monotonic()))

    def _post(self, answer: Callable[[], None]) -> None:
        if shiboken6.isValid(self):
            self._answered.emit(answer)

    @staticmethod
    def _deliver(answer: Callable[[], None]) -> None:
        answer()
