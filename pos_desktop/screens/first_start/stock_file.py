"""What a file of items would bring in, for the wizard to show before anything is made. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.boundary.messages import explain
from core.boundary.sheets import read_sheet
from core.inventory.import_dto import ImportItems
from core.inventory.importing import read_items
from core.kernel.ids import new_id

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FileSummary:
    """How many items and batches with stock were understood; how many lines were not, and why the first ones."""

    items: int
    batches: int
    bad_lines: int = 0
    problems: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()


def look_at_file(path: Path, today: date) -> FileSummary:
    """Read a file and change nothing. Raises RuleBroken where it is no table of items."""
    return summary_of(read_items(read_sheet(path), new_id(), today=today))


def summary_of(command: ImportItems) -> FileSummary:
    """Return what was understood."""
    return FileSummary(
        items=len(command.items),
        batches=sum(len(entry.stock) for entry in command.items),
        bad_lines=len({problem.line for problem in command.problems}),
        problems=tuple(f"{each.line}: {explain(each.problem)}" for each in command.problems[:_SHOWN]),
        ignored_columns=command.ignored_columns,
    )
