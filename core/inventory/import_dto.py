"""Items with their opening stock as a file gives them, and what came of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, RateText, Rupees
from core.boundary.lines import LineProblem
from core.catalog.dto import NewItem
from core.kernel.dates import Expiry, ExpiryPrecision


class OpeningStock(Frozen):
    """Stock of a batch that stands in the shop, from one line of the file.

    ``mrp`` and ``purchase_rate`` (before GST) are for one sale pack, ``units`` smallest pieces; ``location`` is a
    name, None for the shop's default.
    """

    line: int
    batch: Annotated[Line, StringConstraints(max_length=40)] = ""
    expiry: IsoDate | None = None
    expiry_precision: ExpiryPrecision | None = Field(default=None, strict=False)
    mrp: Rupees
    purchase_rate: RateText
    units: Annotated[int, Field(ge=1)]
    location: Annotated[Line, StringConstraints(max_length=100)] | None = None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)


class ImportedItem(Frozen):
    """An item of the file, from the line that first names it, with the stock of all its lines."""

    line: int
    item: NewItem
    stock: tuple[OpeningStock, ...] = ()

    def lines(self) -> Iterator[int]:
        """Yield the number of each line that was read into it."""
        yield from dict.fromkeys((self.line, *(stock.line for stock in self.stock)))


class ImportItems(Frozen):
    """The command to import what was read of a file; ``command_id`` becomes the id of its stock document.

    ``problems`` are the lines that could not be read; without ``skip_bad`` one of them holds up the whole import.
    ``again`` brings in stock once more that was brought in before, as when a second delivery is quite the same.
    ``keep_details`` leaves an item as it is in the catalogue where the file says other salts or another maker.
    """

    command_id: UUID = Field(strict=False)
    items: tuple[ImportedItem, ...]
    problems: tuple[LineProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    skip_bad: bool = False
    again: bool = False
    keep_details: bool = False

    def content_sha(self) -> str:
        """Return the hash of what is brought in, whatever the command's id and choices and the lines it stood in."""
        items = self.model_dump(mode="json", include={"items"})["items"]
        for entry in items:
            entry["item"]["schedules"] = sorted(entry["item"]["schedules"] or ())  # a set has no order of its own
            for numbered in (entry, *entry["stock"]):
                del numbered["line"]
        return hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()


class ImportReport(Frozen):
    """What an import did, or would do. ``items_found`` were in the catalogue before and only got stock."""

    items_added: int
    items_found: int
    lots: int
    stock_value: Rupees
    problems: tuple[LineProblem, ...]
    ignored_columns: tuple[str, ...]
