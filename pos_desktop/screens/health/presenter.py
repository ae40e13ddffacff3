"""Backup and health without Qt: how the shop is, its backups, and what can be done about both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from core.app.backups.folder import Backup
from core.app.backups.state import Failure
from core.app.checking import Checked, CheckPart
from core.app.recovery import RecoverySheet
from core.app.verify import VerifyReport, explain_finding
from core.audit.clock import show_instant
from core.boundary.messages import explain
from core.kernel.errors import Problem
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.runtime.words import size_in_words
from pos_desktop.screens.health.facts import backup_card, backup_rows, check_card, file_card, is_odd_clock
from pos_desktop.screens.health.state import BackupRow, Card, Panel, Running, Said
from pos_desktop.screens.health.work import Care, Found
from pos_desktop.screens.recovery_sheet.presenter import ConfirmSheet, PrintSheet, SaveSheet, SheetDesk
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: What the banner above every screen says already.
_ALARMS = frozenset({"health.backups_fail", "health.proof_failed", "health.check_failed", "health.check_failed_often"})
_DISK_FULL = "health.disk_full"


class HealthDesk:
    """Where the screen stands. ``listen`` tells the view that something changed; it draws what stands here.

    ``restore`` is called with the path of a backup, empty for another one; ``may_restore`` hides it and the recovery
    sheet from who has not the right. One thing goes on at a time, in the background.
    """

    def __init__(
        self,
        care: Care,
        board: TopicBoard,
        *,
        now: Callable[[], datetime],
        restore: Callable[[str], None],
        save_sheet: SaveSheet,
        print_sheet: PrintSheet,
        confirm_sheet: ConfirmSheet,
        may_restore: bool,
        report_bug: Callable[[Exception], None],
    ) -> None:
        self._care = care
        self._board = board
        self._now = now
        self._restore = restore
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._stop: threading.Event | None = None
        self.may_restore = may_restore
        self.sheet = SheetDesk(
            save=save_sheet, print_sheet=print_sheet, confirm=confirm_sheet, confirmed=self._sheet_confirmed
        )
        self.found: Found | None = None
        self.checked: Checked | None = None
        self.panel = Panel.FACTS
        self.running: Running | None = None
        self.said: Said | None = None
        self.chosen = 0
        self.folder = ""
        self.folder_problem = ""

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener
        self.sheet.listen(listener)

    def read(self) -> None:
        """See how the shop is, again."""
        self._care.look(self._looked, self._look_failed)

    def end(self) -> None:
        """The shop is being left: whatever can be stopped stops."""
        if self._stop is not None:
            self._stop.set()

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def is_well(self) -> bool:
        """Whether nothing needs doing, as far as it was looked at."""
        if self.found is None:
            return True
        has_sheet = not self.is_encrypted or self.found.health.sheet_kept_at is not None
        return self.found.health.is_well and has_sheet and (self.checked is None or self.checked.holds)

    @property
    def problems(self) -> list[Said]:
        """What somebody should do something about; the alarm about backups stands above every screen already."""
        if self.found is None:
            return []
        return [
            Said(Tone.DANGER if problem.code == _DISK_FULL else Tone.WARNING, explain(problem))
            for problem in self.found.health.problems
            if problem.code not in _ALARMS
        ]

    @property
    def clock_is_odd(self) -> bool:
        """Whether the computer's clock waits to be confirmed."""
        return self.found is not None and is_odd_clock(self.found.health)

    @property
    def is_encrypted(self) -> bool:
        """Whether there is a recovery sheet."""
        return self.found is not None and self.found.health.encrypted

    @property
    def cards(self) -> list[Card]:
        """The facts, in three groups."""
        if self.found is None:
            return []
        health = self.found.health
        return [file_card(health), backup_card(health, self._now()), check_card(health, self.checked)]

    @property
    def rows(self) -> list[BackupRow]:
        """The backups, the newest first."""
        if self.found is None:
            return []
        return backup_rows(self.found.backups, self.found.health.backup_state, self._now())

    @property
    def chosen_backup(self) -> Backup | None:
        """The backup that the keys are about."""
        backups = self.found.backups if self.found else ()
        return backups[self.chosen] if 0 <= self.chosen < len(backups) else None

    def choose(self, number: int) -> None:
        """Another row is chosen."""
        if number >= 0:
            self.chosen = number

    # --- doing -------------------------------------------------------------------------------------------------------

    @property
    def can_do(self) -> bool:
        """Whether something can be begun here."""
        return self.running is None and self.found is not None and self.panel is Panel.FACTS

    def back_up(self) -> None:
        """F5: make a backup now."""
        if self._begin(tr("Making a backup, and opening it again to check it ...")):
            self._care.back_up(self._backed_up, self._failed)

    def prove(self) -> None:
        """F6: restore the chosen backup into a scratch file and verify its books."""
        backup = self.chosen_backup
        if backup is None:
            if self.can_do:
                self._say(Tone.WARNING, tr("There is no backup to prove: make one first (F5)."))
            return
        at = show_instant(backup.manifest.made_at)
        if self._begin(tr("Proving the backup of {at}: restoring it beside the shop and comparing it ...", at=at)):
            self._care.prove(backup.name, self._proved, self._failed)

    def check(self) -> None:
        """F7: check the file and compare all books."""
        if self._begin(tr("Checking the file ..."), can_stop=True):
            self._stop = threading.Event()
            self._care.check(self._check_goes_on, self._stop, self._check_done, self._failed)

    def restore(self) -> None:
        """F8: restore the chosen backup, or another one."""
        if self.may_restore and self.can_do:
            backup = self.chosen_backup
            self._restore(str(backup.path) if backup else "")

    def confirm_clock(self) -> None:
        """F10: the computer's clock is right."""
        if self.clock_is_odd and self._begin(tr("Confirming the clock ...")):
            self._care.confirm_clock(self._clock_confirmed, self._failed)

    def escape(self) -> None:
        """Esc: stop what can be stopped, else leave the panel, else take the notice away."""
        if self._stop is not None and self.running is not None:
            self._stop.set()
            self.running = Running(tr("Stopping ..."), can_stop=False)
        elif self.panel is Panel.SHEET and self.sheet.back():
            return
        elif self.panel is not Panel.FACTS:
            self._close_panel()
        else:
            self.said = None
        self._listener()

    # --- second folder -----------------------------------------------------------------------------------------------

    def open_folder(self) -> None:
        """F4: choose where each backup is copied to."""
        if self.can_do and self.found is not None:
            second = self.found.health.second_folder
            self.folder, self.folder_problem = str(second) if second else "", ""
            self.panel, self.said = Panel.FOLDER, None
            self._listener()

    def type_folder(self, text: str) -> None:
        """The folder as typed so far."""
        if text != self.folder:
            self.folder, self.folder_problem = text, ""
            self._listener()

    def use_folder(self) -> None:
        """Enter: copy backups there from now on."""
        if self.panel is not Panel.FOLDER or self.running is not None:
            return
        typed = self.folder.strip()
        if not typed:
            self.folder_problem = tr("Type or choose a folder on another disk, or use none (F6).")
            self._listener()
            return
        self.running = Running(tr("Looking at the folder ..."))
        self._care.choose_second(Path(typed), lambda: self._folder_chosen(typed), self._folder_refused)
        self._listener()

    def use_no_folder(self) -> None:
        """F6 in the panel: make no second copies."""
        if self.panel is Panel.FOLDER and self.running is None:
            self.running = Running(tr("Looking at the folder ..."))
            self._care.choose_second(None, lambda: self._folder_chosen(""), self._folder_refused)
            self._listener()

    def _folder_chosen(self, folder: str) -> None:
        self.running = None
        self._close_panel()
        self._say(
            Tone.GOOD,
            tr("Each backup is copied to {folder} from the next one on.", folder=folder)
            if folder
            else tr("Backups are no longer copied to a second folder."),
        )
        self._changed()

    def _folder_refused(self, error: Exception) -> None:
        self.running = None
        if isinstance(error, Problem):
            self.folder_problem = explain(error)
            self._listener()
        else:
            self._failed(error)

    # --- recovery sheet ----------------------------------------------------------------------------------------------

    def open_sheet(self) -> None:
        """F9: show the recovery sheet."""
        if not self.may_restore or not self.can_do:
            return
        if not self.is_encrypted:
            self._say(Tone.WARNING, tr("This shop is not encrypted, so there is no recovery sheet for it."))
        elif self._begin(tr("Reading the sheet ...")):
            self._care.sheet(self._sheet_read, self._failed)

    def _sheet_read(self, sheet: RecoverySheet) -> None:
        self.running = None
        self.panel = Panel.SHEET
        self.sheet.open(sheet)

    def _sheet_confirmed(self) -> None:
        self._close_panel()
        self._say(Tone.GOOD, tr("The recovery sheet is confirmed. Keep it away from this computer."))
        self._changed()

    def leave(self) -> None:
        """Another screen is shown: a code does not stay on this one."""
        if self.panel is not Panel.FACTS and self.running is None:
            self._close_panel()
            self._listener()

    def _close_panel(self) -> None:
        self.panel = Panel.FACTS
        self.sheet.close()

    # --- answers -----------------------------------------------------------------------------------------------------

    def _begin(self, text: str, *, can_stop: bool = False) -> bool:
        if not self.can_do:
            return False
        self.said, self.running = None, Running(text, can_stop)
        self._listener()
        return True

    def _looked(self, found: Found) -> None:
        before = self.chosen_backup
        self.found = found
        names = [backup.name for backup in found.backups]
        newest_was_chosen = self.chosen <= 0
        self.chosen = names.index(before.name) if before and before.name in names and not newest_was_chosen else 0
        self._listener()

    def _look_failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(Tone.DANGER, explain(error))
        else:
            self._report_bug(error)

    def _backed_up(self, made: Backup, trouble: Failure | None) -> None:
        self.running = None
        text = tr(
            "The backup {name} is made and opens ({size}).", name=made.name, size=size_in_words(made.manifest.size)
        )
        if trouble is None:
            self._say(Tone.GOOD, text)
        else:
            self._say(Tone.WARNING, tr("{done} The second copy was not made: {why}", done=text, why=trouble.message))
        self._changed()

    def _proved(self, backup: Backup, report: VerifyReport) -> None:
        self.running = None
        self._say(
            Tone.GOOD,
            tr(
                "Proved: {name} can be restored; {events} entries and {rows} rows compared.",
                name=backup.name,
                events=f"{report.events:,}",
                rows=f"{report.rows:,}",
            ),
        )
        self._changed()

    def _check_goes_on(self, part: CheckPart) -> None:
        if self._stop is not None and not self._stop.is_set():
            text = {
                CheckPart.FILE: tr("Checking every page, index and reference of the file ..."),
                CheckPart.BOOKS: tr("Comparing every entry with the books, the stock and the ledger ..."),
            }[part]
            self.running = Running(text, can_stop=True)
            self._listener()

    def _check_done(self, checked: Checked | None) -> None:
        self.running = self._stop = None
        if checked is None:
            self._say(Tone.ACCENT, tr("The check was stopped; nothing was changed."))
            return
        self.checked = checked
        self._changed()  # the alarm above every screen comes or goes
        compared = tr(
            "{events} entries and {rows} rows compared.",
            events=f"{checked.report.events:,}",
            rows=f"{checked.report.rows:,}",
        )
        if checked.holds:
            self._say(Tone.GOOD, tr("File and books hold: {compared}", compared=compared))
            return
        wrong = [*checked.faults, *map(explain_finding, checked.report.findings)]
        more = tr(" ({count} more)", count=len(wrong) - 1) if len(wrong) > 1 else ""
        self._say(
            Tone.DANGER,
            tr(
                "Something does not hold: {first}{more} Keep the shop as it is and restore the newest proven backup.",
                first=wrong[0],
                more=more,
            ),
        )

    def _clock_confirmed(self) -> None:
        self.running = None
        self._say(Tone.GOOD, tr("The clock is confirmed; entries go on from it."))
        self._changed()

    def _failed(self, error: Exception) -> None:
        self.running = self._stop = None
        if not isinstance(error, Problem):
            self._listener()
            self._report_bug(error)
            return
        self._say(Tone.DANGER, explain(error))
        self._changed()

    def _changed(self) -> None:
        self._board.announce([Topic.BACKUPS])

    def _say(self, tone: Tone, text: str) -> None:
        self.said = Said(tone, text)
        self._listener()
