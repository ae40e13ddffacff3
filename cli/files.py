"""What the commands share that bring in a whole file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from core.boundary.lines import LineProblem
from core.boundary.messages import explain

Meanings = Annotated[
    list[str] | None,
    typer.Option("--column", help='What a header means: "Rate A=mrp"; "Remarks=" for nothing. May be given again.'),
]
WithoutBackup = Annotated[bool, typer.Option("--without-backup", help="Go on though no backup can be made first.")]


def meanings(given: list[str] | None) -> dict[str, str]:
    """Return the column that each header means, as the options say it."""
    parts = (text.rpartition("=") for text in given or ())
    return {header.strip(): column.strip() for header, _, column in parts}


def problems_json(problems: Sequence[LineProblem]) -> dict[str, list[dict[str, Any]]]:
    """Return what is wrong with the lines as machines read it, what a person must decide apart."""
    said: dict[str, list[dict[str, Any]]] = {"questions": [], "errors": []}
    for problem in problems:
        said["questions" if problem.is_question else "errors"].append(
            {
                "line": problem.line,
                "column": problem.column,
                "code": problem.code,
                "message": explain(problem.problem),
            }
        )
    return said


def skipped_lines(problems: Sequence[LineProblem]) -> int:
    """Return how many lines of a file have a problem: a line may have several."""
    return len({problem.line for problem in problems})


def notices(problems: Sequence[LineProblem], ignored_columns: Sequence[str]) -> Iterator[str]:
    """Yield what a person must know of the file, a line of text each."""
    if ignored_columns:
        yield f"Columns not understood and left out: {', '.join(ignored_columns)}."
    for problem in problems:
        kind = "Question" if problem.is_question else "Error"
        yield f"{kind} in line {problem.line}: {explain(problem.problem)}"
