"""How the shop is, as the cards and rows of the health screen. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.app.backups.folder import Backup
from core.app.backups.manifest import Reason
from core.app.backups.state import BackupState
from core.app.checking import Checked
from core.app.health import LOW_DISK_BYTES, Health
from core.audit.clock import show_instant
from core.kernel.errors import NeedsConfirmation
from pos_desktop.runtime.words import age_in_words, size_in_words
from pos_desktop.screens.health.state import BackupRow, Card, Fact
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone


def file_card(health: Health) -> Card:
    """Return the facts about the shop's file and its disk."""
    facts = [
        Fact(tr("File"), str(health.file)),
        Fact(tr("Size"), size_in_words(health.file_size)),
        Fact(
            tr("Free disk"),
            size_in_words(health.disk_free),
            Badge(tr("LOW"), Tone.DANGER) if health.disk_free < LOW_DISK_BYTES else None,
        ),
        Fact(
            tr("Encryption"),
            tr("key {id}", id=health.key_id) if health.encrypted else tr("none"),
            Badge(tr("ON"), Tone.GOOD) if health.encrypted else Badge(tr("OFF"), Tone.WARNING),
        ),
    ]
    if health.encrypted:
        kept = health.sheet_kept_at
        facts.append(
            Fact(
                tr("Recovery sheet"),
                tr("confirmed {at}", at=show_instant(kept)) if kept else tr("not confirmed"),
                None if kept else Badge(tr("CONFIRM: F9"), Tone.WARNING),
            )
        )
    facts.append(Fact(tr("Schema"), health.revision))
    return Card(tr("Shop file"), tuple(facts))


def backup_card(health: Health, now: datetime) -> Card:
    """Return the facts about backups: how old, how well proven, where else."""
    state = health.backup_state
    proof, second = state.last_proof, health.second_folder
    kept = tr("1 backup") if health.backups == 1 else tr("{count} backups", count=health.backups)
    return Card(
        tr("Backups"),
        (
            Fact(tr("Last backup"), _ago(state.last_success, now), _failed(state.failures, Tone.DANGER)),
            Fact(
                tr("Last proven restore"),
                _ago(proof.at if proof else None, now),
                Badge(tr("FAILED"), Tone.DANGER) if state.proof_failure else None,
            ),
            Fact(
                tr("Second folder"),
                str(second) if second else tr("none"),
                _failed(state.second_failures, Tone.WARNING) if second else None,
            ),
            Fact(tr("Kept"), kept),
        ),
    )


def check_card(health: Health, checked: Checked | None) -> Card:
    """Return what is known of the clock, and what the last check of this start found."""
    file = books = tr("not checked since the start")
    file_badge = books_badge = None
    if checked is not None:
        good, bad = Badge(tr("HOLDS"), Tone.GOOD), Badge(tr("DOES NOT HOLD"), Tone.DANGER)
        file = books = show_instant(checked.at)
        file_badge, books_badge = (bad if checked.faults else good), (good if checked.report.holds else bad)
    newest = health.newest_entry
    return Card(
        tr("Checks"),
        (
            Fact(
                tr("Clock"),
                show_instant(health.now),
                Badge(tr("IN DOUBT"), Tone.WARNING) if is_odd_clock(health) else None,
            ),
            Fact(tr("Newest entry"), show_instant(newest) if newest else tr("none")),
            Fact(tr("File"), file, file_badge),
            Fact(tr("Books"), books, books_badge),
        ),
    )


def is_odd_clock(health: Health) -> bool:
    """Say whether the computer's clock waits to be confirmed."""
    return any(isinstance(problem, NeedsConfirmation) for problem in health.problems)


def backup_rows(backups: Sequence[Backup], state: BackupState, now: datetime) -> list[BackupRow]:
    """Return the backups as the table shows them, in the order given."""
    tried = {each.file: each for each in state.tried}
    return [
        BackupRow(
            name=backup.name,
            made_at=show_instant(backup.manifest.made_at),
            age=age_in_words(backup.manifest.made_at, now),
            size=size_in_words(backup.manifest.size),
            reason=_reason(backup.manifest.reason),
            entries=f"{backup.manifest.contents.events:,}",
            proved=show_instant(of.at) if (of := tried.get(backup.name)) else "",
            problem=of.problem if of else "",
        )
        for backup in backups
    ]


def _ago(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return tr("never")
    return tr("{age} ago, {at}", age=age_in_words(instant, now), at=show_instant(instant))


def _failed(failures: int, tone: Tone) -> Badge | None:
    return Badge(tr("FAILED {count}", count=failures), tone) if failures else None


def _reason(reason: Reason) -> str:
    return {
        Reason.HALF_HOUR: tr("by itself"),
        Reason.DAY_CLOSE: tr("day close"),
        Reason.BEFORE_MIGRATION: tr("before an upgrade"),
        Reason.BEFORE_IMPORT: tr("before an import"),
        Reason.BEFORE_RESTORE: tr("before a restore"),
        Reason.BY_HAND: tr("by hand"),
    }[reason]
