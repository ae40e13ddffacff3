"""The lists of salts, schedules, forms and rates that the program ships (``resources/drugs``, ``resources/gst``).

They are suggestions for a pharmacist and no law; each is read once, when it is first asked for.
"""

from __future__ import annotations

import csv
import importlib.resources
from collections.abc import Mapping
from functools import cache

Row = Mapping[str, str]


@cache
def rows(folder: str, name: str) -> tuple[Row, ...]:
    """Return the rows of a shipped list."""
    text = importlib.resources.files("resources").joinpath(folder, f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def names_of(row: Row) -> tuple[str, ...]:
    """Return the name of a row and its aliases, as written."""
    return (row["name"], *filter(None, row["aliases"].split("|")))
