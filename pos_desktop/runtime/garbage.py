"""Lets circular garbage be collected on the thread of the windows alone.

Python collects on whichever thread happens to allocate, and the lanes allocate most. A widget or a timer that stood in
a circle was then destroyed by a lane's thread: Qt cannot take its timer back from there, and the next tick went to
memory that was freed (a crash in the middle of a morning's story, ADR 65).
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

#: How often is looked, and how long a look through everything that lives is put off: it is felt while keys are typed.
_LOOK_MS: Final = 250
_WHOLE_MS: Final = 20_000


class GarbageCollector(QObject):
    """Collects while it lives, in the thread that made it; Python's own collector rests until ``end``."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Take over from Python's own. What the program consists of is never looked through again: it stays anyway."""
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._since_whole = QElapsedTimer()
        self._since_whole.start()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_MS)

    def look(self) -> None:
        """Collect the generations that have grown beyond what Python allows them."""
        young, middle, old = gc.get_count()
        for_young, for_middle, for_old = gc.get_threshold()
        if old > for_old and self._since_whole.hasExpired(_WHOLE_MS):
            gc.collect(2)
            self._since_whole.restart()
        elif middle > for_middle:
            gc.collect(1)
        elif young > for_young:
            gc.collect(0)

    def end(self) -> None:
        """Give back to Python's own collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
