"""Faults of a copy that we made name the file that somebody knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.kernel.errors import EnvironmentFault


@contextmanager
def named_as(copy: Path, source: Path) -> Iterator[None]:
    """Let faults of our copy name the file that somebody chose."""
    try:
        yield
    except EnvironmentFault as fault:
        if fault.values.get("path") in {copy.name, str(copy)}:
            values: dict[str, Any] = fault.values | {"path": source.name}
            raise EnvironmentFault(fault.code, **values) from fault
        raise
