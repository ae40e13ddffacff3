"""Writes a report into a file, beside whoever works at the counter."""

from __future__ import annotations

import enum
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from core.app.elsewhere import ProcessLost, Stopped, Tell, in_a_process, is_worth_a_process
from core.app.leftovers import folder_of_export
from core.app.shop import Shop
from core.boundary.files import refuse_no_file, refuse_unwritable, write_whole
from core.kernel.actor import Actor
from core.kernel.clock import Clock, business_date
from core.kernel.errors import EnvironmentFault
from core.reporting import report as reports
from core.reporting.running import open_report
from core.reporting.shaping import AS_IT_COMES, Shape
from core.reporting.sheets import Sheet, sheet_of
from core.storage.sqlite import SqliteDatabase


class FileForm(enum.StrEnum):
    """What kind of file a report becomes."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Wish:
    """A report, what it is asked for, and how it is shown."""

    report: str
    values: Mapping[str, str] = field(default_factory=dict)
    shape: Shape = AS_IT_COMES


def export_report(
    shop: Shop,
    clock: Clock,
    actor: Actor,
    wish: Wish,
    form: FileForm,
    path: Path,
    *,
    tell: Callable[[int, int], None] = reports.untold,
    stop: threading.Event | None = None,
) -> int:
    """Write a report into a file, whole or not at all, and return how many rows it has.

    A large shop is read by a process of its own, so that the counter waits for none of it. ``tell`` hears how much is
    done of how much. Raises ``report.Stopped`` soon after ``stop`` is set, EnvironmentFault ``files.folder_missing``,
    ``files.is_folder``, ``files.cannot_write``, and what ``open_report`` and the writers raise.
    """
    refuse_no_file(path)
    refuse_unwritable(path)
    path = path.resolve() if path.is_symlink() else path  # what a link leads to is written, and the link stays
    # a folder of its own: a process that is killed leaves its half files in there
    with folder_of_export(path.parent) as folder:
        beside = folder / path.name
        work = partial(_export, shop.database.opener(), clock.now(), actor, wish, form, beside)
        lines = _wherever(shop.database.path, work, tell, stop)
        try:
            os.replace(beside, path)
        except OSError as error:
            raise EnvironmentFault("files.cannot_write", path=str(path)) from error
    return lines


def _wherever(
    file: Path, work: Callable[[Tell], int], tell: Callable[[int, int], None], stop: threading.Event | None
) -> int:
    if is_worth_a_process(file):
        try:
            return in_a_process(work, tell=lambda said: tell(*said), stop=stop)
        except Stopped:
            raise reports.Stopped from None
        except ProcessLost:
            pass  # done here then, beside the counter

    def told(said: Any) -> None:
        if stop is not None and stop.is_set():
            raise reports.Stopped
        tell(*said)

    return work(told)


def _export(
    opener: Callable[[], SqliteDatabase],
    now: datetime,
    actor: Actor,
    wish: Wish,
    form: FileForm,
    path: Path,
    tell: Tell,
) -> int:
    """Read the report on a connection of its own and write it."""
    database = opener()

    def tick(done: int, whole: int) -> None:
        tell((done, whole))

    try:
        with database.read() as session:
            opened = open_report(session, actor, wish.report, wish.values, business_date(now))
            return write_sheet(sheet_of(opened, session, now, wish.shape, tick=tick), form, path, tick)
    finally:
        database.close()


def write_sheet(sheet: Sheet, form: FileForm, path: Path, tick: reports.Tick = reports.untold) -> int:
    """Write a table into a file and return how many rows it has.

    Raises EnvironmentFault ``files.cannot_write``, RuleBroken ``reports.too_long_for_excel``,
    ``reports.too_long_for_paper``.
    """
    # lazy: each loads a library that a counter never needs
    if form is FileForm.XLSX:
        from core.reporting.writing.excel import write_excel

        return write_excel(sheet, path, tick)
    if form is FileForm.CSV:
        from core.reporting.writing.csv_text import write_csv

        return write_csv(sheet, path, tick)
    if form is FileForm.PDF:
        from core.reporting.writing.pdf import write_pdf

        return write_pdf(sheet, path, tick)
    from core.reporting.writing.json_text import sheet_json

    found = sheet_json(sheet)
    write_whole(path, json.dumps(found, ensure_ascii=False, indent=1).encode(), shared=True)
    rows: Sequence[object] = found["rows"]
    return len(rows)
