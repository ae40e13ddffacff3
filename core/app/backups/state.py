"""How the backups of a data folder have been going, in a small file beside them: what the red banner reads."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from core.boundary.frozen import Frozen, load
from core.kernel.errors import Problem
from core.storage.disk import write_whole

_FILE = "state.json"
#: Failures in a row after which somebody has to look.
ALARMING = 2


class Failure(Frozen):
    """What went wrong last: the code, and the sentence that was shown."""

    at: datetime
    code: str
    message: str


class Proof(Frozen):
    """A backup that was restored into a scratch file and verified."""

    at: datetime
    file: str
    events: int
    rows: int


class Tried(Frozen):
    """What came of the last proof of one backup; ``problem`` is its sentence, empty where it held."""

    file: str
    at: datetime
    problem: str = ""


class BackupState(Frozen):
    """Kept between starts. ``failures`` and ``second_failures`` count those in a row, for each folder.

    ``last_proof`` and ``proof_failure`` are of the backup that was the newest; ``tried`` is of each one.
    """

    last_try: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    last_failure: Failure | None = None
    second_failures: int = 0
    second_failure: Failure | None = None
    last_proof: Proof | None = None
    proof_failure: Failure | None = None
    tried: tuple[Tried, ...] = ()

    @property
    def alarm(self) -> bool:
        """Whether a red banner is due: two failures in a row, or the last proof failed."""
        return self.failures >= ALARMING or self.proof_failure is not None


def read_state(folder: Path) -> BackupState:
    """Return the state of a backups folder; an empty one where there is none or it cannot be read."""
    try:
        return load(BackupState, json.loads((folder / _FILE).read_bytes()))
    except (OSError, ValueError, Problem):
        return BackupState()


def write_state(folder: Path, state: BackupState) -> None:
    """Keep the state."""
    write_whole(folder / _FILE, state.model_dump_json(indent=1).encode())
