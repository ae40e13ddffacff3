"""What the last check of the shop's file and books found, in a small file beside the backups: it outlives the program.

A check that failed is said until a later one passes, whoever is at work: faults of the books are not forgotten because
somebody closed a notice. Bills are still taken meanwhile, as a queue of patients does not wait.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.app.backups.folder import backups_folder
from core.boundary.frozen import Frozen, load
from core.kernel.clock import INDIA
from core.kernel.dates import show_date
from core.kernel.errors import EnvironmentFault, Problem
from core.storage.disk import write_whole

_FILE = "check.json"


class Result(Frozen):
    """What one check found: how many faults, and the first as it was shown; empty where there was none."""

    at: datetime
    faults: Annotated[int, Field(ge=0)]
    first: str = ""


class LastCheck(Frozen):
    """The newest result of each part; None where it was not checked yet. A check of one part leaves the other."""

    file: Result | None = None
    books: Result | None = None


def read_check(data_folder: Path) -> LastCheck:
    """Return what the last check found; an empty one where there was none or it cannot be read."""
    try:
        return load(LastCheck, json.loads(_path(data_folder).read_bytes()))
    except (OSError, ValueError, Problem):
        return LastCheck()


def note_check(
    data_folder: Path, at: datetime, *, file: Sequence[str] | None = None, books: Sequence[str] | None = None
) -> None:
    """Keep what a check found: the sentences of its faults, none where it passed, None for a part not checked.

    A disk that does not take it is no fault of the check, which is said by whoever made it.
    """
    found = {"file": file, "books": books}
    update = {part: _result(at, faults) for part, faults in found.items() if faults is not None}
    path = _path(data_folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, read_check(data_folder).model_copy(update=update).model_dump_json(indent=1).encode())
    except OSError:
        return


def forget_check(data_folder: Path) -> None:
    """Forget the results: another file stands in the place of the one that was checked."""
    try:
        _path(data_folder).unlink(missing_ok=True)
    except OSError:
        return  # it is said once more than it should be, until the next check


def check_alarms(last: LastCheck) -> list[Problem]:
    """Return what the red banner says of the last check; empty where it passed or there was none."""
    failed = [result for result in (last.file, last.books) if result is not None and result.faults]
    if not failed:
        return []
    faults = sum(result.faults for result in failed)
    day = show_date(max(result.at for result in failed).astimezone(INDIA).date())
    first = failed[0].first.rstrip(".")
    if faults == 1:
        return [EnvironmentFault("health.check_failed", day=day, first=first)]
    return [EnvironmentFault("health.check_failed_often", day=day, faults=faults, first=first)]


def _result(at: datetime, faults: Sequence[str]) -> Result:
    return Result(at=at, faults=len(faults), first=faults[0] if faults else "")


def _path(data_folder: Path) -> Path:
    return backups_folder(data_folder) / _FILE
