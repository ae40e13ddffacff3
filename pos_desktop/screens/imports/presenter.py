"""The import screen without Qt: the imports that were done, and the file that is looked at before it comes in."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.boundary.messages import explain
from core.boundary.sheets import Sheet
from core.inventory.import_dto import ImportItems, ImportReport
from core.inventory.importing import read_items
from core.inventory.opening import check_import
from core.inventory.undoing import ImportView, UndoImport, imports, names_in_short, undo_import
from core.kernel.errors import EnvironmentFault, NeedsConfirmation, Problem, RuleBroken
from core.kernel.ids import new_id
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.imports.rows import (
    ColumnRow,
    DoneRow,
    ProblemRow,
    column_rows,
    column_words,
    done_rows,
    problem_rows,
)
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

Failed = Callable[[Exception], None]
#: Lines with a problem that are shown; the next ones come when these are mended.
_MOST_PROBLEMS = 500
_LEFT_OUT = "-"


class ReadFile(Protocol):
    """Reads a file's table in the background."""

    def __call__(self, path: Path, done: Callable[[Sheet], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class BringIn(Protocol):
    """Backs the shop up and imports, in the background."""

    def __call__(
        self, command: ImportItems, done: Callable[[ImportReport], None], failed: Failed, *, without_backup: bool
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class Doing(enum.Enum):
    """What goes on in the background."""

    NOTHING = ""
    READING = "reading"
    IMPORTING = "importing"


class _Purpose(enum.Enum):
    FILE = "file"
    COLUMN = "column"
    UNDO = "undo"


class _Looked(NamedTuple):
    """A file that was read, and what it would do to the shop; ``command`` is None where no column is the name."""

    path: Path
    sheet: Sheet
    command: ImportItems | None
    report: ImportReport | None


class ImportsPresenter:
    """Imports of items and their stock. ``listen`` tells the view that something changed."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        *,
        today: Callable[[], date],
        read_file: ReadFile,
        bring_in: BringIn,
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._board = board
        self._today = today
        self._read_file = read_file
        self._bring_in = bring_in
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._looked: _Looked | None = None
        self._asked = 0
        self._purpose = _Purpose.FILE
        self._about = ""
        self._columns: dict[str, str] = {}
        self._confirmed = False
        self._without_backup = False
        self.command_id: UUID = new_id()
        self.done: list[DoneRow] = []
        self.done_at = 0
        self.columns: list[ColumnRow] = []
        self.column_at = 0
        self.problems: list[ProblemRow] = []
        self.skips_bad = False
        self.with_expired = False
        self.came_again = False
        self.keeps_details = False
        self.form: Form | None = None
        self.doing = Doing.NOTHING
        self.notice = Notice()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def file(self) -> Path | None:
        """The file that is looked at, None while the list of imports is shown."""
        return self._looked.path if self._looked is not None else None

    @property
    def report(self) -> ImportReport | None:
        """What the file would do."""
        return self._looked.report if self._looked is not None else None

    @property
    def bad_lines(self) -> int:
        """How many lines are not understood."""
        report = self.report
        return len({problem.line for problem in report.problems}) if report is not None else 0

    @property
    def can_import(self) -> bool:
        """Whether Enter would bring something in."""
        report = self.report
        is_ready = report is not None and self.doing is Doing.NOTHING and (self.skips_bad or not report.problems)
        return is_ready and report is not None and bool(report.items_added or report.lots)

    @property
    def chosen(self) -> DoneRow | None:
        """The import whose row is chosen."""
        return self.done[self.done_at] if 0 <= self.done_at < len(self.done) else None

    # --- the list ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the imports that were done, and look at the open file with the shop as it is now."""

        def show(rows: list[DoneRow]) -> None:
            self.done = rows
            self.done_at = max(0, min(self.done_at, len(rows) - 1))
            self._listener()

        self._lanes.read(lambda session: done_rows(imports(session)), show, self._failed)
        if self._looked is not None and self.doing is Doing.NOTHING:
            self._understand(self._looked.path, self._looked.sheet)

    def choose(self, number: int) -> None:
        """Choose an import."""
        if number != self.done_at:
            self.done_at = number
            self._listener()

    def choose_column(self, number: int) -> None:
        """Choose a column of the file."""
        self.column_at = number

    def open_file(self) -> None:
        """F2: ask for a file."""
        if self._is_free and self._looked is None:
            field = FormField("file", tr("File"), hint=tr("an Excel or CSV file; Ctrl+O looks for it"), most=1000)
            about = tr("Items and their stock. Nothing comes in before you have seen what was understood.")
            self._open(_Purpose.FILE, Form(tr("Import a file"), about, [field], submit=tr("Look at it")))

    def open_undo(self) -> None:
        """F7 in the list: take an import back."""
        chosen = self.chosen
        if self._is_free and self._looked is None and chosen is not None and not chosen.is_undone:
            field = FormField("reason", tr("Reason"), hint=tr("it stays in the log"), most=200)
            about = tr("Its stock goes out at cost, and the items that came with it are ended.")
            form = Form(tr("Take the import of {at} back", at=chosen.at), about, [field], submit=tr("Take back"))
            self._open(_Purpose.UNDO, form, str(chosen.import_id))

    # --- the file ------------------------------------------------------------------------------------------------

    def open_column(self) -> None:
        """Enter on a column: say what it means."""
        if self._is_free and self._looked is not None and 0 <= self.column_at < len(self.columns):
            row = self.columns[self.column_at]
            choices = [(_LEFT_OUT, tr("Leave it out")), *column_words().items()]
            about = tr("First values: {samples}", samples=row.samples or "–")
            field = FormField("meant", tr("Is taken for"), FieldKind.CHOICE, row.meant or _LEFT_OUT, choices=choices)
            form = Form(tr("Column {header}", header=row.header), about, [field], submit=tr("Take it so"))
            self._open(_Purpose.COLUMN, form, row.header)

    def toggle_bad(self) -> None:
        """F6: leave out the lines that are not understood, or hold the import up for them."""
        if self._is_free and self._looked is not None:
            self.skips_bad = not self.skips_bad
            self._understand(self._looked.path, self._looked.sheet)

    def toggle_expired(self) -> None:
        """F7: bring in expired stock too, to write it off or return it later."""
        if self._is_free and self._looked is not None:
            self.with_expired = not self.with_expired
            self._understand(self._looked.path, self._looked.sheet)

    def toggle_again(self) -> None:
        """F9: bring in stock of which as much came in before; a second delivery may be quite the same."""
        if self._is_free and self._looked is not None:
            self.came_again = not self.came_again
            self._understand(self._looked.path, self._looked.sheet)

    def toggle_details(self) -> None:
        """F10: leave items as they are of which the file says other salts or another maker."""
        if self._is_free and self._looked is not None:
            self.keeps_details = not self.keeps_details
            self._understand(self._looked.path, self._looked.sheet)

    def read_again(self) -> None:
        """F8: read the file again; it was mended meanwhile."""
        if self._is_free and self._looked is not None:
            self._read(self._looked.path)

    def bring_in(self) -> None:
        """F5: import; where core asks, a second time confirms."""
        looked = self._looked
        if not self._is_free or not self.can_import or looked is None or looked.command is None:
            return
        self.doing = Doing.IMPORTING
        self._say("")
        command = looked.command.model_copy(update={"again": self._confirmed or self.came_again})
        self._bring_in(command, self._is_in, self._not_in, without_backup=self._without_backup)

    def escape(self) -> None:
        """Esc: close the form, else the file."""
        if self.doing is not Doing.NOTHING:
            return
        if self.form is not None:
            self.form = None
        else:
            self._close()
        self._say("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def typed(self, name: str) -> None:
        """What was wrong in a field is being mended."""
        if self.form is not None and self.form.mend(name):
            self._listener()

    def submit(self, typed: Mapping[str, str]) -> None:
        """Enter in a form."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        if self._purpose is _Purpose.FILE:
            text = typed["file"].strip().strip('"')
            if text:
                self._columns = {}
                self._read(Path(text).expanduser())
            else:
                form.place(RuleBroken("input.missing", where="file", field="file"))
        elif self._purpose is _Purpose.COLUMN and self._looked is not None:
            meant = typed["meant"]
            self._columns[self._about] = "" if meant == _LEFT_OUT else meant
            self.form = None
            self._understand(self._looked.path, self._looked.sheet)
        else:
            self._undo(form, typed["reason"])
        self._listener()

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _is_free(self) -> bool:
        return self.form is None and self.doing is Doing.NOTHING

    def _open(self, purpose: _Purpose, form: Form, about: str = "") -> None:
        self._purpose, self.form, self._about = purpose, form, about
        self._say("")

    def _undo(self, form: Form, reason: str) -> None:
        try:
            command = load(UndoImport, {"import_id": self._about, "reason": reason})
        except Problem as problem:
            form.place(problem)
            return

        def done(view: ImportView) -> None:
            self.form = None
            words = tr("The import is taken back; the corrected file may come in now.")
            if view.stay:
                words += " " + tr(
                    "{count} of its items stay, for stock of them came in otherwise too: {names}.",
                    count=len(view.stay),
                    names=names_in_short(view.stay),
                )
            self._say(words)
            self._board.announce({Topic.ITEMS, Topic.STOCK})
            self.refresh()

        self._lanes.write(lambda uow: undo_import(uow, command), done, lambda error: self._not_sent(form, error))

    def _read(self, path: Path) -> None:
        form = self.form
        self.doing = Doing.READING

        def done(sheet: Sheet) -> None:
            self.doing = Doing.NOTHING
            self.form = None
            self._columns = {title: meant for title, meant in self._columns.items() if title in sheet.header}
            self.command_id = new_id()
            self._understand(path, sheet)

        def failed(error: Exception) -> None:
            self.doing = Doing.NOTHING
            if form is not None:
                self._not_sent(form, error, "file")
            else:
                self._failed(error)

        self._read_file(path, done, failed)
        self._listener()

    def _understand(self, path: Path, sheet: Sheet) -> None:
        """Work out what a sheet would do with the columns and choices as they are."""
        self._asked += 1
        asked, columns = self._asked, dict(self._columns)
        skips_bad, with_expired, today = self.skips_bad, self.with_expired, self._today()
        again, keep_details = self.came_again, self.keeps_details
        self._confirmed = self._without_backup = False

        def work(session: Session) -> tuple[ImportItems, ImportReport]:
            command = read_items(
                sheet,
                self.command_id,
                today=today,
                skip_bad=skips_bad,
                with_expired=with_expired,
                again=again,
                keep_details=keep_details,
                columns=columns,
            )
            return command, check_import(session, command)

        def show(found: tuple[ImportItems, ImportReport]) -> None:
            if asked == self._asked:
                command, report = found
                self._show(_Looked(path, sheet, command, report))
                self._say("")

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._show(_Looked(path, sheet, None, None))  # its columns can be told apart by hand
                self._failed(error)

        self._lanes.read(work, show, failed)

    def _show(self, looked: _Looked) -> None:
        self._looked = looked
        self.columns = column_rows(looked.sheet, self._columns)
        shown = looked.report.problems[:_MOST_PROBLEMS] if looked.report is not None else ()
        self.problems = problem_rows(looked.sheet, shown, self._columns)

    def _is_in(self, report: ImportReport) -> None:
        self.doing = Doing.NOTHING
        self._close()
        words = tr(
            "Imported: {added} new items, {found} that were there, {lots} batches worth ₹{worth} at cost.",
            added=report.items_added,
            found=report.items_found,
            lots=report.lots,
            worth=report.stock_value.grouped(),
        )
        self._say(words)
        self._board.announce({Topic.ITEMS, Topic.STOCK, Topic.BACKUPS})
        self.refresh()

    def _not_in(self, error: Exception) -> None:
        self.doing = Doing.NOTHING
        if isinstance(error, NeedsConfirmation):
            self._confirmed = True
        elif isinstance(error, EnvironmentFault) and error.code == "backup.before_import":
            self._without_backup = True
        else:
            self._failed(error)
            return
        self._say(f"{explain(error)} {tr('F5 again imports all the same.')}", Tone.WARNING)

    def _not_sent(self, form: Form, error: Exception, otherwise: str = "") -> None:
        if isinstance(error, Problem):
            form.place(error, otherwise)
            self._listener()
        else:
            form.is_busy = False
            self._failed(error)

    def _close(self) -> None:
        self._asked += 1
        self._looked = None
        self._columns, self.columns, self.problems = {}, [], []
        self.column_at = 0
        self.skips_bad = self.with_expired = self.came_again = self.keeps_details = False
        self._confirmed = self._without_backup = False

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
        else:
            self._report_bug(error)

    def _say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        self.notice = Notice(text, tone)
        self._listener()
