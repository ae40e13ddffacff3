"""A folder of backups: their names, what is in it, and the second folder of a shop."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.app.backups.manifest import Manifest
from core.app.backups.retention import Kept, to_keep
from core.kernel.clock import INDIA
from core.kernel.errors import EnvironmentFault
from core.storage.disk import explained, sync_folder, write_whole
from core.storage.locks import FileLock

FOLDER = "backups"
DATABASE_SUFFIX = ".db"
MANIFEST_SUFFIX = ".json"
#: Begins the name of what is being made and not proven yet; swept away when somebody next comes by.
TEMPORARY = ".making-"
# only what bears such a name is listed, pruned or swept: the folder may hold a person's own files
_NAME = re.compile(r"[A-Z][A-Z0-9]{0,3}-\d{4}-\d\d-\d\d-\d{6}(-\d+)?")
_LOCK = "backups.lock"
_CHOICES = "backups.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is whole by name: the file, and what its manifest says."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def backups_folder(data_folder: Path) -> Path:
    """Return where a shop's backups lie."""
    return data_folder / FOLDER


def backup_name(code: str, made_at: datetime) -> str:
    """Return the name of a backup: the counter, and when it was made in India's time."""
    return f"{code}-{made_at.astimezone(INDIA):%Y-%m-%d-%H%M%S}"


def manifest_path(backup: Path) -> Path:
    """Return where the manifest of a backup lies."""
    return backup.with_suffix(MANIFEST_SUFFIX)


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups of a folder, the newest first; files whose manifest is gone or unreadable left out."""
    found = []
    for path in folder.glob(f"*{DATABASE_SUFFIX}"):
        if not _NAME.fullmatch(path.stem) or path.is_symlink():
            continue
        try:
            found.append(Backup(path, Manifest.read(manifest_path(path))))
        except EnvironmentFault:
            continue  # restored by hand it is still checked as far as it goes
    return sorted(found, key=lambda backup: (backup.manifest.made_at, backup.name), reverse=True)


@contextmanager
def only_maker(folder: Path) -> Iterator[None]:
    """Be the only one who makes, prunes or proves backups in a folder, which is made if it is not there.

    Raises EnvironmentFault ``backup.busy``, ``storage.folder_read_only``, ``storage.disk_full``, ``files.no_folder`` (a
    file has its name).
    """
    try:
        with explained(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise EnvironmentFault("files.no_folder", path=str(folder)) from None
    lock = FileLock(folder / _LOCK)
    if not lock.try_hold():
        raise EnvironmentFault("backup.busy", folder=str(folder))
    with lock:
        _sweep(folder)
        yield


def prune(folder: Path, pinned: Collection[str]) -> list[str]:
    """Remove the backups that need not be kept, and return their names."""
    backups = list_backups(folder)
    kept = to_keep([Kept(b.name, b.manifest.made_at, b.manifest.reason) for b in backups], pinned)
    removed = [backup for backup in backups if backup.name not in kept]
    for backup in removed:
        backup.path.unlink(missing_ok=True)
        manifest_path(backup.path).unlink(missing_ok=True)
    if removed:
        sync_folder(folder)
    return [backup.name for backup in removed]


def second_folder(data_folder: Path) -> Path | None:
    """Return the second folder of this machine, None where none was chosen.

    It is no setting of the shop: a path that comes out of a restored file must never be written to.
    """
    try:
        chosen = json.loads((data_folder / _CHOICES).read_bytes())["second_folder"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(chosen) if isinstance(chosen, str) and chosen else None


def choose_second_folder(data_folder: Path, folder: Path | None) -> None:
    """Set or forget the second folder.

    Raises EnvironmentFault ``backup.no_second_folder`` when it is not there, ``backup.same_folder``.
    """
    if folder is not None:
        if not folder.is_dir():
            raise EnvironmentFault("backup.no_second_folder", folder=str(folder))
        if folder.resolve() == backups_folder(data_folder).resolve():
            raise EnvironmentFault("backup.same_folder", folder=str(folder))
        folder = folder.absolute()
    with explained(data_folder):
        data_folder.mkdir(parents=True, exist_ok=True)
        write_whole(data_folder / _CHOICES, json.dumps({"second_folder": str(folder) if folder else None}).encode())


def _sweep(folder: Path) -> None:
    """Remove what a maker that died has left: temporary files, and manifests whose backup never came."""
    for path in folder.glob(f"{TEMPORARY}*"):
        path.unlink(missing_ok=True)
    for path in folder.glob(f"*{MANIFEST_SUFFIX}"):
        if _NAME.fullmatch(path.stem) and not path.with_suffix(DATABASE_SUFFIX).exists():
            path.unlink(missing_ok=True)
