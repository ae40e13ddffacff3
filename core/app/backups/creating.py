"""Makes a backup: copied at one instant, proven, and only then given its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from core.app.backups.examine import examine, head_of
from core.app.backups.folder import (
    DATABASE_SUFFIX,
    MANIFEST_SUFFIX,
    TEMPORARY,
    Backup,
    backup_name,
    backups_folder,
    list_backups,
    manifest_path,
    only_maker,
    prune,
    second_folder,
)
from core.app.backups.manifest import Contents, Manifest, Reason
from core.app.backups.schedule import backup_is_due
from core.app.backups.state import Failure, read_state, write_state
from core.boundary.messages import explain
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault, Problem
from core.kernel.version import VERSION
from core.storage.disk import copy_hashed, explained, free_bytes, open_private, sha256_of, sync_file, sync_folder
from core.storage.faults import faults_explained
from core.storage.keys import RawKey
from core.storage.snapshot import copy_into
from core.storage.sqlite import SqliteDatabase

#: Room that a backup leaves to the bills of the day.
_LEFT_FREE = 64 * 1024 * 1024

Progress = Callable[[], None]


def back_up(
    database: SqliteDatabase,
    data_folder: Path,
    reason: Reason,
    clock: Clock,
    *,
    progress: Progress | None = None,
    pinned: Collection[str] = (),
) -> Backup:
    """Make a backup beside the shop, copy it to the second folder if one was chosen, and prune both.

    Writers go on meanwhile. Two failures in a row are visible in the state of the folder. A second folder that fails
    is noted there too and does not make the backup fail. ``pinned`` names files that must not be pruned now.

    Raises EnvironmentFault ``backup.no_room``, ``backup.busy``, ``backup.damaged``, ``backup.schema_changed``,
    ``storage.disk_full``, ``storage.folder_read_only`` and others of the disk.
    """
    folder = backups_folder(data_folder)
    now = clock.now()
    with only_maker(folder):
        try:
            made = _make(database, folder, reason, now, progress)
        except Problem as problem:
            _note_failure(folder, now, problem)
            raise
        state = read_state(folder)
        pinned = {*pinned, *([state.last_proof.file] if state.last_proof else [])}
        state = state.model_copy(update={"last_try": now, "last_success": now, "failures": 0, "last_failure": None})
        second = second_folder(data_folder)
        trouble = _copy_to_second(made, second, database.key, pinned) if second is not None else None
        state = state.model_copy(
            update={
                "second_failures": state.second_failures + 1 if trouble else 0,
                "second_failure": _failure(now, trouble) if trouble else None,
            }
        )
        with explained(folder):
            write_state(folder, state)
            prune(folder, pinned)
    return made


def back_up_if_due(database: SqliteDatabase, data_folder: Path, clock: Clock) -> Backup | None:
    """Make the half-hourly backup if it is due.

    Raises what ``back_up`` raises; the next try then comes sooner.
    """
    if not half_hour_is_due(database, data_folder, clock):
        return None
    return back_up(database, data_folder, Reason.HALF_HOUR, clock)


def half_hour_is_due(database: SqliteDatabase, data_folder: Path, clock: Clock) -> bool:
    """Say whether the half-hourly backup is due."""
    folder = backups_folder(data_folder)
    state = read_state(folder)
    changed = has_changed(database, folder)
    return backup_is_due(clock.now(), last_try=state.last_try, failures=state.failures, changed=changed)


def has_changed(database: SqliteDatabase, folder: Path) -> bool:
    """Say whether an event was written since the newest backup."""
    newest = next(iter(list_backups(folder)), None)
    if newest is None:
        return True
    head = newest.manifest.contents.head
    return _head(database) != (head.epoch, head.seq)


def _make(database: SqliteDatabase, folder: Path, reason: Reason, now: datetime, progress: Progress | None) -> Backup:
    with explained(folder):
        size = database.path.stat().st_size
        if free_bytes(folder) < size + _LEFT_FREE:
            megabytes = (size + _LEFT_FREE) // 1_000_000 + 1
            raise EnvironmentFault("backup.no_room", folder=str(folder), megabytes=megabytes)
        before = _head(database)
        temporary = folder / f"{TEMPORARY}{os.getpid()}{DATABASE_SUFFIX}"
        try:
            copy_into(database, temporary, progress)
            inside = examine(temporary, database.key)
            if (inside.head.epoch, inside.head.seq) < before:
                raise EnvironmentFault("backup.damaged", path=temporary.name, detail="it lacks the newest entries")
            manifest = Manifest(
                made_at=now,
                reason=reason,
                program=VERSION,
                contents=inside,
                size=temporary.stat().st_size,
                sha256=sha256_of(temporary),
                key_id=database.key.id if database.key else None,
            )
            return _give_name(temporary, manifest, folder, now)
        finally:
            temporary.unlink(missing_ok=True)


def _give_name(temporary: Path, manifest: Manifest, folder: Path, now: datetime) -> Backup:
    """The manifest first: a file under a final name is then never without one, and never unproven."""
    name = backup_name(manifest.contents.head.node_code, now)
    final = folder / f"{name}{DATABASE_SUFFIX}"
    again = 1
    while final.exists():
        again += 1
        final = folder / f"{name}-{again}{DATABASE_SUFFIX}"
    manifest.write(manifest_path(final))
    os.rename(temporary, final)
    sync_folder(folder)
    return Backup(final, manifest)


def _copy_to_second(made: Backup, second: Path, key: RawKey | None, pinned: Collection[str]) -> Problem | None:
    """Copy a proven backup, prove the copy in its place, and say what went wrong."""
    try:
        if not second.is_dir():
            return EnvironmentFault("backup.no_second_folder", folder=str(second))
        with only_maker(second), explained(second):
            temporary = second / f"{TEMPORARY}{os.getpid()}{DATABASE_SUFFIX}"
            try:
                with made.path.open("rb") as source, open_private(temporary) as target:
                    copy_hashed(source, target)
                    sync_file(target)
                copy_matches(temporary, made.manifest, examine(temporary, key))
                made.manifest.write((second / made.name).with_suffix(MANIFEST_SUFFIX))
                os.replace(temporary, second / made.name)
                sync_folder(second)
            finally:
                temporary.unlink(missing_ok=True)
            prune(second, pinned)
    except Problem as problem:
        return problem
    return None


def copy_matches(path: Path, manifest: Manifest, found: Contents) -> None:
    """Raise EnvironmentFault ``backup.manifest_differs`` unless a file is what its manifest says."""
    said = manifest.contents
    differing = [
        what
        for what, differs in {
            "size": path.stat().st_size != manifest.size,
            "SHA-256": sha256_of(path) != manifest.sha256,
            "schema": found.revision != said.revision,
            "newest entry": found.head != said.head,
            "counts of rows": (found.events, found.tables) != (said.events, said.tables),
            "shop": found.shop != said.shop,
        }.items()
        if differs
    ]
    if differing:
        raise EnvironmentFault("backup.manifest_differs", path=path.name, what=", ".join(differing))


def _head(database: SqliteDatabase) -> tuple[int, int]:
    with faults_explained(), database.reader.connect() as connection:
        return head_of(connection)


def _note_failure(folder: Path, now: datetime, problem: Problem) -> None:
    state = read_state(folder)
    noted = state.model_copy(
        update={"last_try": now, "failures": state.failures + 1, "last_failure": _failure(now, problem)}
    )
    try:
        write_state(folder, noted)
    except OSError:
        return  # the very disk that failed: the caller hears of it from the problem itself


def _failure(now: datetime, problem: Problem) -> Failure:
    return Failure(at=now, code=problem.code, message=explain(problem))
