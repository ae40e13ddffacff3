"""Writes files so that a reader, or a power cut, finds the old content or the new and never half of it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.kernel.errors import EnvironmentFault

_PRIVATE, _SHARED = 0o600, 0o666


def write_whole(path: Path, data: bytes, *, shared: bool = False) -> None:
    """Write bytes to a file through a temporary one beside it; one that is ``shared`` is read by whom the machine lets.

    Raises EnvironmentFault ``files.cannot_write``; the old file then stands as it was.
    """
    with written_whole(path, shared=shared) as temporary:
        temporary.write_bytes(data)


@contextmanager
def written_whole(path: Path, *, shared: bool = False) -> Iterator[Path]:
    """Give a temporary file beside another, which it takes the place of once it is written inside.

    For what is written bit by bit. Where anything is raised inside, the temporary file is gone and the old one stands
    as it was. Nobody but the user of this machine's account may read it, unless it is ``shared``: then whoever the
    machine lets read that user's new files (the umask). Raises EnvironmentFault ``files.cannot_write``.
    """
    try:
        path = _regular(path)
        name = _made_beside(path, _SHARED if shared else _PRIVATE)
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


def _made_beside(path: Path, mode: int) -> str:
    """Make an empty file of a new name beside another and return its path; the machine takes the umask off its mode."""
    while True:
        name = str(path.parent / f".{path.name}.{secrets.token_hex(6)}")
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), mode))
        except FileExistsError:
            continue
        return name


def make_folder(path: Path) -> None:
    """Make a folder where it is not there. Raises EnvironmentFault ``files.no_folder``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise EnvironmentFault("files.no_folder", path=str(path)) from error


def refuse_no_file(path: Path) -> None:
    """Refuse a path that a person gave for a new file and that cannot be one, in words that say why.

    Raises EnvironmentFault ``files.folder_missing``, ``files.is_folder``.
    """
    try:
        if path.is_dir():
            raise EnvironmentFault("files.is_folder", path=str(path))
        if not path.parent.is_dir():
            raise EnvironmentFault("files.folder_missing", folder=str(path.parent))
    except (OSError, ValueError) as error:  # a name too long, or with a zero in it
        raise EnvironmentFault("files.cannot_write", path=str(path)) from error


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
