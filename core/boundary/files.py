"""Writes files so that a reader, or a power cut, finds the old content or the new and never half of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.kernel.errors import EnvironmentFault


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes to a file through a temporary one beside it.

    Raises EnvironmentFault ``files.cannot_write``; the old file then stands as it was.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary file beside another, which it takes the place of once it is written inside.

    For what is written bit by bit. Where anything is raised inside, the temporary file is gone and the old one stands
    as it was. Raises EnvironmentFault ``files.cannot_write``.
    """
    try:
        path = _regular(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        try:
            yield Path(name)
            with open(name, "rb+") as file:  # only a file that is open for writing can be flushed on Windows
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise EnvironmentFault("files.cannot_write", path=str(path)) from error


def make_folder(path: Path) -> None:
    """Make a folder where it is not there. Raises EnvironmentFault ``files.no_folder``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise EnvironmentFault("files.no_folder", path=str(path)) from error


def refuse_unwritable(path: Path) -> None:
    """Refuse a file that cannot be written, before anything is done that it is to hold.

    Tried by writing beside it, as ``write_whole`` does; nothing stays. Raises EnvironmentFault ``files.cannot_write``.
    """
    try:
        path = _regular(path)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass
    except (OSError, ValueError) as error:
        raise EnvironmentFault("files.cannot_write", path=str(path)) from error


def _regular(path: Path) -> Path:
    """Return the file that a link leads to. Raises OSError for a folder or a device: nothing takes their place."""
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.is_file():
        raise IsADirectoryError(target)
    return target
