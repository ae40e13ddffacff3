"""How the shop is: backups, disk, clock, key. What is not well comes with its sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from core.app.backups.folder import backups_folder, list_backups, second_folder
from core.app.backups.state import ALARMING, BackupState, read_state
from core.app.checked import check_alarms, read_check
from core.app.recovery import sheet_kept_at
from core.app.shop import Shop
from core.audit.clock import odd_clock
from core.audit.log import write_event
from core.audit.model import AuditEvent
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault, Problem
from core.settings.queries import shop_view
from core.storage.disk import free_bytes
from core.storage.migrate import head_revision
from core.storage.node import Node
from core.storage.reserve import ReserveState
from core.storage.sqlite import database_parts
from core.storage.unit_of_work import UnitOfWork

#: Below this the disk is said to be getting full.
LOW_DISK_BYTES = 1_000_000_000


class Health(Frozen):
    """The state of an open shop; ``problems`` holds what somebody should do something about."""

    shop: str
    counter: str
    file: Path
    #: Of the file with its log, in bytes.
    file_size: int
    revision: str
    encrypted: bool
    key_id: str | None
    now: datetime
    newest_entry: datetime | None
    disk_free: int
    reserve: ReserveState | None
    newest_backup: str | None
    backups: int
    backup_state: BackupState
    second_folder: Path | None
    #: When somebody last showed to hold the recovery sheet, None for never or without encryption.
    sheet_kept_at: datetime | None
    problems: tuple[Problem, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing needs doing."""
        return not self.problems


def health(shop: Shop, clock: Clock) -> Health:
    """Look at everything that can be seen at once; nothing is written."""
    now = clock.now()
    with shop.database.read() as session:
        view = shop_view(session)
        newest = session.scalar(
            select(AuditEvent.at)
            .where(AuditEvent.node_id == select(Node.id).scalar_subquery())
            .order_by(AuditEvent.epoch.desc(), AuditEvent.seq.desc())
            .limit(1)
        )
    folder = backups_folder(shop.folder)
    backups = list_backups(folder)
    state = read_state(folder)
    free = free_bytes(shop.folder)
    reserve = shop.database.reserve.state if shop.database.reserve else None
    problems: list[Problem] = []
    if newest is not None and (odd := odd_clock(now, newest)) is not None:
        problems.append(odd)
    if reserve is ReserveState.SPENT:
        problems.append(EnvironmentFault("health.disk_full"))
    elif free < LOW_DISK_BYTES:
        problems.append(EnvironmentFault("health.disk_low", megabytes=free // 1_000_000))
    problems += backup_alarms(state)
    problems += check_alarms(read_check(shop.folder))
    problems += _backup_wishes(state, has_backup=bool(backups))
    key = shop.database.key
    return Health(
        shop=view.name,
        counter=view.counter,
        file=shop.database.path,
        file_size=sum(part.stat().st_size for part in database_parts(shop.database.path) if part.exists()),
        revision=head_revision(),
        encrypted=key is not None,
        key_id=key.id if key else None,
        now=now,
        newest_entry=newest,
        disk_free=free,
        reserve=reserve,
        newest_backup=backups[0].name if backups else None,
        backups=len(backups),
        backup_state=state,
        second_folder=second_folder(shop.folder),
        sheet_kept_at=sheet_kept_at(shop.folder, key.id) if key else None,
        problems=tuple(problems),
    )


def confirm_clock(uow: UnitOfWork) -> None:
    """Say that the computer's clock is right though it looks odd beside the newest event; the next one follows it.

    Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    write_event(uow, "clock.confirmed", uow.node.id, {"clock": uow.now.isoformat()}, any_clock=True)


def backup_alarms(state: BackupState) -> list[Problem]:
    """Return what the red banner says of the backups; empty while there is no alarm."""
    problems: list[Problem] = []
    if state.failures >= ALARMING and state.last_failure is not None:
        problems.append(
            EnvironmentFault("health.backups_fail", failures=state.failures, reason=state.last_failure.message)
        )
    if state.proof_failure is not None:
        problems.append(EnvironmentFault("health.proof_failed", reason=state.proof_failure.message))
    return problems


def _backup_wishes(state: BackupState, *, has_backup: bool) -> list[Problem]:
    problems: list[Problem] = []
    if state.second_failure is not None:
        problems.append(EnvironmentFault("health.second_fails", reason=state.second_failure.message))
    if not has_backup:
        problems.append(EnvironmentFault("health.no_backup"))
    elif state.last_proof is None:
        problems.append(EnvironmentFault("health.not_proven"))
    return problems
