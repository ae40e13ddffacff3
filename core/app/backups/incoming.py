"""Takes in a file that somebody wants to restore: our own copy first, so that nothing changes under the checks."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from core.app.backups import container
from core.app.backups.creating import copy_matches
from core.app.backups.examine import examine
from core.app.backups.folder import manifest_path
from core.app.backups.manifest import Contents, Manifest
from core.app.backups.naming import named_as
from core.app.backups.proving import bring_up_to_date, verify_file
from core.app.verify import VerifyReport
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.storage.disk import copy_hashed, explained, free_bytes, open_private, sync_file
from core.storage.keys import RawKey, known_keys
from core.storage.unlock import key_of_file


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file taken in and proven: its key, what was inside when it came, and what the verification compared.

    ``made_at`` is what its description says, None without one.
    """

    path: Path
    key: RawKey | None
    contents: Contents
    report: VerifyReport
    made_at: datetime | None = None


def take_in(source: Path, target: Path, data_folder: Path, key: RawKey | None) -> Incoming:
    """Copy, open, compare and verify a backup; ``target`` is then a sound file of this program's schema.

    Nothing inside it is believed before it was compared: neither its schema nor a manifest beside it. ``key`` is the
    one typed in, if any; the keys that this machine knows are tried as well.

    Raises RuleBroken ``backup.no_file``, EnvironmentFault ``backup.not_plain_file`` (a link, a device),
    ``backup.not_a_backup``, ``backup.schema_changed``, ``backup.manifest_differs``, ``backup.damaged``,
    ``backup.not_proven``, ``backup.no_room``, ``storage.newer_than_program``, ``key.missing``, ``key.wrong``,
    ``key.of_sheet`` (names the sheet that is needed).
    """
    typed = [key] if key is not None else []
    manifest: Manifest | None = None
    with explained(target.parent), _open_plain(source) as file:
        size = os.fstat(file.fileno()).st_size
        if free_bytes(target.parent) < 2 * size:
            raise EnvironmentFault("backup.no_room", folder=str(target.parent), megabytes=2 * size // 1_000_000 + 1)
        if container.is_container(file):
            manifest = container.unpack(file, source.name, target, [*typed, *known_keys(data_folder)])
        else:
            with open_private(target) as copy:
                copy_hashed(file, copy)
                sync_file(copy)
            beside = manifest_path(source)
            if os.path.lexists(beside):
                manifest = Manifest.read(beside)
    if target.stat().st_size == 0:
        raise EnvironmentFault("backup.not_a_backup", path=source.name)
    try:
        opens = key_of_file(target, data_folder, typed)
    except EnvironmentFault as fault:
        if fault.code == "storage.not_a_shop_file":
            raise EnvironmentFault("backup.not_a_backup", path=source.name) from fault
        if manifest is not None and manifest.key_id is not None and fault.code in {"key.missing", "key.wrong"}:
            raise EnvironmentFault("key.of_sheet", path=source.name, id=manifest.key_id) from fault
        raise EnvironmentFault(fault.code, path=str(source)) from fault
    with named_as(target, source):
        found = examine(target, opens)
        if manifest is not None:
            copy_matches(target, manifest, found)
        bring_up_to_date(target, opens, found.revision)
        report = verify_file(target, opens)
    return Incoming(target, opens, found, report, manifest.made_at if manifest is not None else None)


def _open_plain(source: Path) -> BinaryIO:
    """Open a regular file, and no link: what is checked must be what is copied."""
    try:
        if source.is_symlink():
            raise EnvironmentFault("backup.not_plain_file", path=str(source))
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(source, flags)
    except FileNotFoundError as error:
        raise RuleBroken("backup.no_file", path=str(source)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise EnvironmentFault("backup.not_plain_file", path=str(source))
    return os.fdopen(descriptor, "rb")
