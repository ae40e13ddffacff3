"""Restores a backup: proven first, the present shop backed up and set aside, a new epoch and a new number series."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from core.app import instance
from core.app.backups.creating import back_up
from core.app.backups.exchange import SET_ASIDE, exchange, exchange_is_pending, finish_exchange, incoming_file
from core.app.backups.folder import Backup, backups_folder, list_backups, second_folder
from core.app.backups.incoming import Incoming, take_in
from core.app.backups.lacking import Lacking, lacking_in
from core.app.backups.manifest import ChainHead, Contents, Reason
from core.app.checked import forget_check
from core.app.printers import forget_strange_files, readable_printers
from core.app.shop import shop_file
from core.audit.chain import CODE, EPOCH_BEFORE, NODE_BEFORE, SEQ_BEFORE, SHA_BEFORE
from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require_as_delivered
from core.kernel.actor import Actor
from core.kernel.clock import INDIA, Clock
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.numbering.model import NumberCounter
from core.numbering.restored import RESTORE_LETTERS, code_after_restore
from core.spool.dto import PrinterSetup
from core.spool.jobs import forget_jobs
from core.storage.columns import instant_to_micros
from core.storage.disk import explained, sync_path
from core.storage.keys import RawKey, keep_key
from core.storage.node import Node
from core.storage.placement import refuse_network_share
from core.storage.sqlite import SqliteDatabase, remove_database
from core.storage.unlock import key_of_file

#: Faults of the present shop that a restore is there to mend: it is then set aside without a backup.
MENDED = frozenset(
    {
        "storage.damaged", "storage.empty", "storage.not_a_shop_file", "storage.guards_missing",
        "storage.schema_changed", "storage.newer_than_program", "storage.disk_failed", "key.missing", "key.wrong",
        "backup.damaged", "backup.schema_changed", "backup.not_a_backup",
    }
)  # fmt: skip


_CODE = re.compile(r"[A-Z][A-Z0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``backup`` and ``set_aside`` are None where no shop was or it could not be read.

    ``lacking`` is what the shop that was there held and the backup does not; None where it did not go on from the
    backup, or too little of it could be read.
    """

    contents: Contents
    events: int
    node_code: str
    epoch: int
    backup: Backup | None
    set_aside: Path | None
    lacking: Lacking | None = None


@dataclass(frozen=True, slots=True)
class _Present:
    """What could be read of the shop that is replaced, or the code of why not."""

    fault: str | None = None
    backup: Backup | None = None
    code: str | None = None
    printers: frozenset[PrinterSetup] = frozenset()
    lacking: Lacking | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Every code and the highest epoch that this machine has seen in use."""

    codes: frozenset[str]
    epoch: int


def restore(
    folder: Path,
    source: Path,
    actor: Actor,
    clock: Clock,
    *,
    key: RawKey | None = None,
    counter: str | None = None,
) -> Restored:
    """Put a backup in the place of the shop of a data folder, or into an empty one.

    Nothing is changed before the file has been proven. ``key`` is that of the recovery sheet where this machine does
    not know it; it is kept here afterwards. ``counter`` names the node code to go on with instead of the next free
    one: needed where a restore of the same shop went on elsewhere.

    Raises what ``take_in`` raises, EnvironmentFault ``instance.in_use``, RuleBroken ``auth.not_allowed``,
    ``backup.counter_form``, ``backup.counter_used``, ``numbering.no_code_left``.
    """
    require_as_delivered(actor, Permission.RESTORE_BACKUP)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    refuse_network_share(folder)
    present_file, incoming = shop_file(folder), incoming_file(folder)
    with instance.use_alone(folder):
        if exchange_is_pending(folder):
            finish_exchange(folder, present_file)
        remove_database(incoming)
        try:
            taken = take_in(source, incoming, folder, key)
            present = _back_up_present(folder, clock, source, taken.contents.head)
            known = _known(folder, source, present, taken.contents.head)
            code, epoch = _begin_epoch(taken, known, present, actor, clock, counter)
            sync_path(incoming)
            if taken.key is not None:
                keep_key(folder, taken.key)
            set_aside = exchange(folder, present_file, _set_aside_name(present, clock))
            forget_check(folder)  # it was of the file that is set aside; this one has just been verified
        finally:
            if not exchange_is_pending(folder):  # else the next start goes on with it
                remove_database(incoming)
    return Restored(taken.contents, taken.report.events, code, epoch, present.backup, set_aside, present.lacking)


def _back_up_present(folder: Path, clock: Clock, source: Path, head: ChainHead) -> _Present:
    """Back the present shop up and read what lies after a backup's head, or find that it cannot be read.

    Its log is in the file when this returns.
    """
    path = shop_file(folder)
    if not path.is_file():
        return _Present()
    lacking: Lacking | None = None
    try:
        database = SqliteDatabase(path, key=key_of_file(path, folder), clock=clock)
        try:
            lacking = lacking_in(head, database)  # first: a damaged file is backed up no more, but may tell this
            made = back_up(database, folder, Reason.BEFORE_RESTORE, clock, pinned=[source.name])
            with database.read() as session:
                printers = frozenset(readable_printers(session).printers)
            return _Present(None, made, made.manifest.contents.head.node_code, printers, lacking)
        finally:
            database.close()
    except EnvironmentFault as fault:
        if fault.code not in MENDED:
            raise
        return _Present(fault.code, lacking=lacking)


def _known(folder: Path, source: Path, present: _Present, head: ChainHead) -> _Known:
    """Gather what was in use from the manifests that can be seen, and from the names of what was set aside."""
    second = second_folder(folder)
    places = [backups_folder(folder), source.parent, *([second] if second is not None and second.is_dir() else [])]
    heads = [backup.manifest.contents.head for place in places for backup in list_backups(place)]
    codes = {seen.node_code for seen in heads} | {head.node_code}
    codes |= {path.name.split("-")[1] for path in (folder / SET_ASIDE).glob("shop-*-*.db")}
    if present.code is not None:
        codes.add(present.code)
    return _Known(frozenset(codes), max([head.epoch, *(seen.epoch for seen in heads if seen.node_id == head.node_id)]))


def _begin_epoch(
    taken: Incoming, known: _Known, present: _Present, actor: Actor, clock: Clock, counter: str | None
) -> tuple[str, int]:
    """Let the restored file begin a new run of events and numbers; return its code and epoch.

    The epoch is the second it began in: unique also where another machine restored the same file unseen.
    """
    head = taken.contents.head
    database = SqliteDatabase(taken.path, key=taken.key, clock=clock)
    try:
        with database.write(actor) as uow:
            used = {*known.codes, *uow.session.scalars(select(NumberCounter.series))}
            code = _chosen(counter, used) or code_after_restore(
                head.node_code, used, was_restored=head.epoch > 1 and head.node_code[-1] in RESTORE_LETTERS
            )
            epoch = max(known.epoch + 1, instant_to_micros(uow.now) // 1_000_000)
            node = uow.session.scalars(select(Node)).one()
            node.code, node.epoch, node.started_at = code, epoch, uow.now
            forget_strange_files(uow, present.printers)
            forget_jobs(uow)
            before = {
                NODE_BEFORE: head.node_id,
                EPOCH_BEFORE: str(head.epoch),
                SEQ_BEFORE: str(head.seq),
                SHA_BEFORE: head.sha,
            }
            note = {CODE: code, "code_before": head.node_code} | (before if head.seq else {})
            if present.fault is not None:  # guards that were dropped, a schema that was changed: it is not forgotten
                note["replaced"] = present.fault
            write_event(uow, "shop.restored", node.id, note, any_clock=True)
    finally:
        database.close()
    return code, epoch


def _chosen(counter: str | None, used: set[str]) -> str | None:
    if counter is None:
        return None
    if not _CODE.fullmatch(counter):
        raise RuleBroken("backup.counter_form", counter=counter)
    if any(counter in (name, name[:-1]) for name in used):
        raise RuleBroken("backup.counter_used", counter=counter)
    return counter


def _set_aside_name(present: _Present, clock: Clock) -> str:
    when = f"{clock.now().astimezone(INDIA):%Y-%m-%d-%H%M%S}"
    return f"shop-{present.code}-{when}.db" if present.code else f"shop-{when}.db"
