"""The child whose start is timed: opens the billing window off screen, says ``ready``, ends.

``python -m tests.benchmarks.ready_window FOLDER``; the log-in, where a person types, is passed over.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from core.kernel.actor import Actor, Role
from pos_desktop.app import Program


def main(folder: str) -> None:
    """Start, paint, say so."""
    app = QApplication([])
    program = Program(app, Path(folder))
    program.begin()
    program._enter(Actor(None, "owner", Role.OWNER))
    assert program.window is not None
    program.window.repaint()
    app.processEvents()
    print("ready", flush=True)
    program.end()


if __name__ == "__main__":
    main(sys.argv[1])
