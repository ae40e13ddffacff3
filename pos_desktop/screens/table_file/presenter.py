"""Any table of the program as a file, without Qt: what it shows goes into a workbook, a CSV or a PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from core.app.exporting import FileForm, write_sheet
from core.boundary.messages import explain
from core.kernel.clock import INDIA
from core.kernel.errors import Problem
from core.reporting.sheets import Sheet
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.saving_form import saving_form, wanted_file
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column
from pos_desktop.tables.sheets import sheet_of_table


class Run(Protocol):
    """Runs work off the window's thread and answers on it."""

    def __call__(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class TableFile:
    """Saves one table at a time. ``say`` tells whoever works here what came of it, above every screen."""

    def __init__(
        self,
        lanes: Lanes,
        run: Run,
        *,
        folder: Path,
        now: Callable[[], datetime],
        say: Callable[[Tone, str], None],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Save nothing yet."""
        self._lanes = lanes
        self._run = run
        self._folder = folder
        self._now = now
        self._say = say
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self.desk = FormDesk(lanes, self._tell, report_bug)

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    def open(
        self, title: str, columns: Sequence[Column[Any]], rows: Sequence[Any], heads: frozenset[int] = frozenset()
    ) -> None:
        """Ctrl+E: ask what the rows that a table shows in these columns are saved as, and where."""
        if self.desk.form is not None:
            return
        count = len(rows) - len(heads)
        if not count:
            self._say(Tone.WARNING, tr("{title}: there is nothing to save.", title=title))
            return
        now = self._now()
        words = tr("the one row") if count == 1 else tr("the {count} rows", count=f"{count:,}")
        form = saving_form(
            tr("Save {title}", title=title),
            tr("It holds {rows} that the list shows now, in its columns.", rows=words),
            self._folder,
            f"{title} {now.astimezone(INDIA):%Y-%m-%d %H%M}",
        )

        def send(typed: Mapping[str, str]) -> None:
            kind, path = wanted_file(typed)

            def done(written: int) -> None:
                if self.desk.form is form:
                    self.desk.open(None)
                saved = tr("1 row is") if written == 1 else tr("{count} rows are", count=f"{written:,}")
                self._say(Tone.GOOD, tr("{title}: {rows} in {path}.", title=title, rows=saved, path=path))

            def failed(error: Exception) -> None:
                if not isinstance(error, Problem):
                    self.desk.open(None)
                    self._report_bug(error)
                elif self.desk.form is form:
                    form.place(error, "file")
                    self._tell()
                else:
                    self._say(Tone.DANGER, explain(error))

            def write(shop: ShopView) -> None:
                sheet = sheet_of_table(title, columns, rows, shop, now, heads=heads)
                self._run(lambda: _write(sheet, kind, path), done, failed)

            self._lanes.read(shop_view, write, failed)

        form.send = send
        self.desk.open(form)

    def _tell(self) -> None:
        self._listener()


def _write(sheet: Sheet, kind: FileForm, path: Path) -> int:
    with suppress(OSError):  # what is in the way, the file tells
        path.parent.mkdir(parents=True, exist_ok=True)
    return write_sheet(sheet, kind, path)
