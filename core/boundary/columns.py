"""Which column of a file is which: by its header, in any order, under the names that shop programs use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from core.kernel.errors import RuleBroken


class Columns:
    """The columns that a kind of file may have: each with the other names it goes by, written as ``_plain`` does.

    ``parts`` names columns that only together say what another says: they are read where all of them are there, and
    not that other one.
    """

    def __init__(
        self,
        names: Mapping[str, tuple[str, ...]],
        needed: Iterable[str],
        parts: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._names = names
        self._needed = tuple(needed)
        self._parts = parts
        self._by_name = {name: column for column, others in names.items() for name in (column, *others)}

    def meanings(
        self, header: Sequence[str], chosen: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[str | None, ...]:
        """Return the column that each header means: as ``chosen`` by header (empty means none), else by its name."""
        found = [(chosen[title] or None) if title in chosen else self._by_name.get(_plain(title)) for title in header]
        for whole, parts in self._parts.items():
            if whole in found or not set(parts).issubset(found):
                found = [None if column in parts else column for column in found]
        return tuple(found)

    def place(
        self, header: tuple[str, ...], chosen: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        """Return where each known column stands, and the headers that none of them goes by.

        ``chosen`` says of headers what they mean, whatever their names.

        Raises RuleBroken ``sheet.column_twice``, ``sheet.no_column``, ``sheet.no_such_column``.
        """
        for title, meant in chosen.items():
            if title not in header or (meant and meant not in self._names):
                raise RuleBroken("sheet.no_such_column", header=title, column=meant)
        places: dict[str, int] = {}
        ignored: list[str] = []
        for place, (title, column) in enumerate(zip(header, self.meanings(header, chosen), strict=True)):
            if column is None:
                if title:
                    ignored.append(title)
            elif column in places:
                raise RuleBroken("sheet.column_twice", first=header[places[column]], second=title)
            else:
                places[column] = place
        for column in self._needed:
            if column not in places:
                raise no_column(column, header)
        return places, tuple(ignored)


def _plain(title: str) -> str:
    """Return a header in small letters: ``GST %`` is ``gst_percent``, ``Batch No.`` is ``batch_no``."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold().replace("%", " percent")).strip("_")


def no_column(column: str, header: Sequence[str]) -> RuleBroken:
    """Return what is said of a file without a column that it needs: which headers it has, and how to explain one."""
    return RuleBroken("sheet.no_column", column=column, headers=", ".join(filter(None, header)))
