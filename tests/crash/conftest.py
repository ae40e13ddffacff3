"""Where crash images lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machines import folder_in_memory


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder that no disk slows down."""
    with folder_in_memory() as folder:
        yield folder
