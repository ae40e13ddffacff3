"""Reads the lines of a report for whoever writes them, and tells how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from operator import length_hint

from core.reporting.report import Tick
from core.reporting.shaping import ReportLine
from core.reporting.sheets import Sheet

_EVERY = 500


def lines_told(sheet: Sheet, tick: Tick) -> Iterator[ReportLine]:
    """Yield a report's lines, telling ``tick`` of every few how many were taken of how many.

    It is told 0 as the whole where the lines are still being worked out and nobody knows. Raises ``Stopped`` where
    ``tick`` does.
    """
    whole = length_hint(sheet.lines)
    for number, line in enumerate(sheet.lines):
        if number % _EVERY == 0:
            tick(number, whole)
        yield line
