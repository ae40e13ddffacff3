"""What is wrong with the lines of a file that somebody sent: each named, with the cell and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from core.boundary.frozen import Frozen
from core.kernel.errors import Problem, RuleBroken

#: What a person must decide; the other problems are faults of the file.
_QUESTIONS = frozenset(
    {
        "items.pack_unknown",
        "items.pack_in_name",
        "items.gst_missing",
        "items.zero_rate",
        "items.rate_ended",
        "items.rate_left_for_few",
        "items.rate_above_mrp",
        "items.expired_stock",
        "items.stock_stands",
        "items.tax_differs",
        "items.salts_differ",
        "items.maker_differs",
        "opening.document_stands",
        "parties.like_another",
        "parties.like_line",
    }
)
_LINES_NAMED = 10


class LineProblem(Frozen):
    """Why a line of the file is not imported: ``column`` names the cell, code and values its sentence."""

    line: int
    column: str | None
    code: str
    values: dict[str, str]

    @classmethod
    def of(cls, line: int, problem: Problem) -> Self:
        """Return what a rule said about a line."""
        values = {name: str(value) for name, value in problem.values.items()}
        return cls(line=line, column=problem.where, code=problem.code, values=values)

    @property
    def is_question(self) -> bool:
        """Whether nothing is wrong, but a person must say what is meant."""
        return self.code in _QUESTIONS

    @property
    def problem(self) -> RuleBroken:
        """The problem with its sentence."""
        return RuleBroken(self.code, where=self.column, **self.values)


def in_short(problems: Sequence[LineProblem]) -> tuple[int, str]:
    """Return how many lines have problems, and the numbers of the first of them as they stand in a sentence."""
    lines = list(dict.fromkeys(problem.line for problem in problems))
    named = ", ".join(map(str, lines[:_LINES_NAMED]))
    return len(lines), f"{named} ..." if len(lines) > _LINES_NAMED else named


@contextmanager
def placed(column: str) -> Iterator[None]:
    """Place a rule broken inside at a column."""
    try:
        yield
    except RuleBroken as broken:
        raise RuleBroken(broken.code, where=column, **broken.values) from None
