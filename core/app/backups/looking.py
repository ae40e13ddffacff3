"""Looks into a file before it is restored: taken in, proven whole, counted, and thrown away again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from core.app.backups.folder import DATABASE_SUFFIX, TEMPORARY, backups_folder, only_maker
from core.app.backups.incoming import take_in
from core.audit.model import AuditEvent
from core.auth.permissions import Permission
from core.auth.rights import require_as_delivered
from core.kernel.actor import Actor
from core.sales.model import Bill
from core.storage.keys import RawKey
from core.storage.snapshot import SqliteSnapshot
from core.storage.sqlite import remove_database


@dataclass(frozen=True, slots=True)
class Inside:
    """What a proven file holds. ``made_at`` is None without a description, the last three where nothing was billed."""

    shop: str
    counter: str
    made_at: datetime | None
    newest_entry: datetime | None
    bills: int
    last_bill: str | None
    last_bill_at: datetime | None
    #: How much was compared: entries of the log, and rows.
    events: int
    rows: int
    key_id: str | None


def look_into(folder: Path, source: Path, actor: Actor, key: RawKey | None = None) -> Inside:
    """Prove a file as a restore would and return what is in it; nothing is changed in the data folder.

    ``key`` is that of the recovery sheet, if one was typed. Raises what ``take_in`` raises, RuleBroken
    ``auth.not_allowed``, EnvironmentFault ``backup.busy``.
    """
    require_as_delivered(actor, Permission.RESTORE_BACKUP)
    backups = backups_folder(folder)
    with only_maker(backups):  # so that what is left of a look that was killed is swept away
        scratch = backups / f"{TEMPORARY}look-{os.getpid()}{DATABASE_SUFFIX}"
        try:
            taken = take_in(source, scratch, folder, key)
            snapshot = SqliteSnapshot(scratch, taken.key)
            try:
                with snapshot.read() as session:
                    bills = session.scalar(select(func.count()).select_from(Bill)) or 0
                    last = session.execute(
                        select(Bill.number, Bill.at).order_by(Bill.at.desc(), Bill.id.desc())
                    ).first()
                    newest = session.scalar(select(func.max(AuditEvent.at)))
            finally:
                snapshot.close()
        finally:
            remove_database(scratch)
    head = taken.contents.head
    return Inside(
        shop=taken.contents.shop,
        counter=head.node_code,
        made_at=taken.made_at,
        newest_entry=newest,
        bills=bills,
        last_bill=last[0] if last else None,
        last_bill_at=last[1] if last else None,
        events=taken.report.events,
        rows=taken.report.rows,
        key_id=taken.key.id if taken.key else None,
    )
