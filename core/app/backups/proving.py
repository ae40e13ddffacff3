"""Proves a backup as a restore would use it: copied to a scratch file, opened, verified, counted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.app.backups.creating import copy_matches
from core.app.backups.examine import examine
from core.app.backups.folder import (
    DATABASE_SUFFIX,
    TEMPORARY,
    Backup,
    backups_folder,
    list_backups,
    only_maker,
)
from core.app.backups.naming import named_as
from core.app.backups.schedule import proof_is_due
from core.app.backups.state import Failure, Proof, Tried, read_state, write_state
from core.app.schema import METADATA
from core.app.verify import VerifyReport, explain_finding, verify
from core.boundary.messages import explain
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from core.storage import migrate
from core.storage.disk import copy_hashed, explained, free_bytes, open_private
from core.storage.keys import RawKey
from core.storage.snapshot import SqliteSnapshot
from core.storage.sqlite import SqliteDatabase, remove_database
from core.storage.unlock import key_of_file


def prove_newest(data_folder: Path, clock: Clock) -> tuple[Backup, VerifyReport]:
    """Prove the newest backup and note it in the state: "last proven restore".

    Raises EnvironmentFault ``backup.none`` and what ``prove_backup`` raises.
    """
    folder = backups_folder(data_folder)
    newest = next(iter(list_backups(folder)), None)
    if newest is None:
        raise EnvironmentFault("backup.none", folder=str(folder))
    return prove_backup(data_folder, newest.name, clock)


def prove_backup(data_folder: Path, name: str, clock: Clock) -> tuple[Backup, VerifyReport]:
    """Prove a backup by its file's name, and note what came of it; only the newest makes or ends an alarm.

    Raises RuleBroken ``backup.no_file``, EnvironmentFault ``backup.not_proven`` with the first thing that does not
    hold, ``backup.manifest_differs``, ``backup.damaged``, ``backup.busy``, ``key.missing``.
    """
    folder = backups_folder(data_folder)
    with only_maker(folder):
        backups = list_backups(folder)
        backup = next((each for each in backups if each.name == name), None)
        if backup is None:
            raise RuleBroken("backup.no_file", path=name)
        noted = _Noted(folder, clock.now(), name, is_newest=backup is backups[0], there={b.name for b in backups})
        try:
            report = _prove(backup, data_folder, folder)
        except Problem as problem:
            noted.failure(problem)
            raise
        noted.proof(report)
    return backup, report


def prove_if_due(data_folder: Path, clock: Clock) -> Backup | None:
    """Prove the newest backup if a week has gone since the last proof. Raises what ``prove_newest`` raises."""
    return prove_newest(data_folder, clock)[0] if week_is_over(data_folder, clock) else None


def week_is_over(data_folder: Path, clock: Clock) -> bool:
    """Say whether the weekly proof is due."""
    folder = backups_folder(data_folder)
    state = read_state(folder)
    proof, failure = state.last_proof, state.proof_failure
    return proof_is_due(
        clock.now(),
        last_proof=proof.at if proof else None,
        has_backup=next(folder.glob(f"*{DATABASE_SUFFIX}"), None) is not None,
        last_failure=failure.at if failure else None,
    )


def verify_file(path: Path, key: RawKey | None) -> VerifyReport:
    """Verify a file that nobody writes, and that may be made to lead a reader astray.

    Raises EnvironmentFault ``backup.not_proven`` naming the first thing that does not hold.
    """
    snapshot = SqliteSnapshot(path, key)
    try:
        report = verify(snapshot)
    finally:
        snapshot.close()
    if not report.holds:
        raise EnvironmentFault("backup.not_proven", path=path.name, detail=explain_finding(report.findings[0]))
    return report


def bring_up_to_date(path: Path, key: RawKey | None, revision: str) -> None:
    """Migrate a scratch file that stands at an older revision; its schema was compared with that revision before."""
    if revision != migrate.head_revision():
        database = SqliteDatabase(path, key=key)
        try:
            migrate.upgrade(database, METADATA)
        finally:
            database.close()


def _prove(backup: Backup, data_folder: Path, folder: Path) -> VerifyReport:
    with explained(folder):
        if free_bytes(folder) < backup.manifest.size:
            megabytes = backup.manifest.size // 1_000_000 + 1
            raise EnvironmentFault("backup.no_room", folder=str(folder), megabytes=megabytes)
        scratch = folder / f"{TEMPORARY}proof-{os.getpid()}{DATABASE_SUFFIX}"
        try:
            with backup.path.open("rb") as source, open_private(scratch) as target:
                copy_hashed(source, target)
            with named_as(scratch, backup.path):
                key = key_of_file(scratch, data_folder)
                copy_matches(scratch, backup.manifest, examine(scratch, key))
                bring_up_to_date(scratch, key, backup.manifest.contents.revision)
                return verify_file(scratch, key)
        finally:
            remove_database(scratch)


@dataclass(frozen=True, slots=True)
class _Noted:
    """Writes what came of a proof into the folder's state. ``there`` names the backups that there are."""

    folder: Path
    now: datetime
    name: str
    is_newest: bool
    there: set[str]

    def proof(self, report: VerifyReport) -> None:
        proof = Proof(at=self.now, file=self.name, events=report.events, rows=report.rows)
        self._write({"last_proof": proof, "proof_failure": None}, "")

    def failure(self, problem: Problem) -> None:
        sentence = explain(problem)
        self._write({"proof_failure": Failure(at=self.now, code=problem.code, message=sentence)}, sentence)

    def _write(self, of_newest: dict[str, Any], sentence: str) -> None:
        state = read_state(self.folder)
        others = [tried for tried in state.tried if tried.file in self.there and tried.file != self.name]
        update = {"tried": (Tried(file=self.name, at=self.now, problem=sentence), *others)}
        with explained(self.folder):
            write_state(self.folder, state.model_copy(update=update | (of_newest if self.is_newest else {})))
