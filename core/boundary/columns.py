"""Which column of a file is which: by its header, in any order, under the names that shop programs use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from core.kernel.errors import RuleBroken


class Columns:
    """The columns that a kind of file may have: each with the other names it goes by, written as ``_plain`` does."""

    def __init__(self, names: Mapping[str, tuple[str, ...]], needed: Iterable[str]) -> None:
        self._names = names
        self._needed = tuple(needed)
        self._by_name = {name: column for column, others in names.items() for name in (column, *others)}

    def meaning_of(self, title: str, chosen: Mapping[str, str] = MappingProxyType({})) -> str | None:
        """Return the column that a header means: as ``chosen`` by header (empty means none), else by its name."""
        return (chosen[title] or None) if title in chosen else self._by_name.get(_plain(title))

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
        for place, title in enumerate(header):
            column = self.meaning_of(title, chosen)
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
