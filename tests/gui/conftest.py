"""What every GUI test starts from: the light theme at its normal size, and choices in a folder of the test's own.

And a patient eye: a machine whose disk is busy may take seconds for what usually takes a tenth of one.

That Qt's own warnings fail a test, but for the offscreen plugin's one line, stands in ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_desktop.runtime.preferences import PreferencesFile
from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks

#: How long a story waits for what must come, in milliseconds; what comes sooner is not waited for.
_PATIENCE = 60_000


class PatientBot(QtBot):
    """Waits longer than pytest-qt's five seconds before it says that something never came."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE) -> None:  # noqa: N802
        """Wait until the callback returns true or asserts nothing wrong."""
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, with more patience."""
    return PatientBot(request)


@pytest.fixture
def looks(qapp: QApplication, tmp_path: Path) -> Iterator[Looks]:
    """The looks of a new machine."""
    made = Looks(qapp, PreferencesFile(tmp_path / "machine"))
    made.apply()
    yield made
    theme.apply_theme(qapp, theme.LIGHT)
