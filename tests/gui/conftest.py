"""What every GUI test starts from: the light theme at its normal size, and choices in a folder of the test's own.

That Qt's own warnings fail a test, but for the offscreen plugin's one line, stands in ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pos_desktop.runtime.preferences import PreferencesFile
from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks


@pytest.fixture
def looks(qapp: QApplication, tmp_path: Path) -> Iterator[Looks]:
    """The looks of a new machine."""
    made = Looks(qapp, PreferencesFile(tmp_path / "machine"))
    made.apply()
    yield made
    theme.apply_theme(qapp, theme.LIGHT)
