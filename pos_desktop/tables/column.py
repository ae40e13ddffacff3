"""A table's columns as data: the table, its export and its print all read them. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.reporting.columns import Kind as Kind  # for views, which import columns from here alone
from core.reporting.columns import Value
from pos_desktop.shell.tone import Badge, Tone

Row = TypeVar("Row")


class Align(enum.Enum):
    """Where a column's text stands: words left, amounts and counts right."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. ``letters`` is how wide it wants to be; one with ``stretches`` takes the room that is left.

    ``sort_key`` makes it sortable; ``badges`` are drawn behind the text; ``tone`` colours the text; ``tooltip`` is
    shown besides the text where that is cut. In a row that is ``strong`` the text is semi-bold.

    ``kind`` is what a file of the table holds: its texts are read as that. ``value`` gives it where they say less.
    """

    id: str
    title: str
    text: Callable[[Row], str]
    letters: int = 12
    align: Align = Align.LEFT
    stretches: bool = False
    bold: bool = False
    sort_key: Callable[[Row], Any] | None = None
    badges: Callable[[Row], tuple[Badge, ...]] | None = None
    tone: Callable[[Row], Tone] | None = None
    tooltip: Callable[[Row], str] | None = None
    strong: Callable[[Row], bool] | None = None
    kind: Kind = Kind.TEXT
    value: Callable[[Row], Value] | None = None
