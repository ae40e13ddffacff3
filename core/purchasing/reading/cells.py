"""The cells of one row under the names of its columns, each read as what it must be, or its place named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent, Rate
from core.purchasing.reading import values
from core.purchasing.reading.invoice import PackCount
from core.purchasing.reading.tables import Row

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a file whose columns are known: ``places`` says where each stands."""

    file: str
    row: Row
    places: Mapping[str, int]

    def text(self, column: str) -> str:
        """Return a cell as it stands, empty where there is no such column."""
        return self.row.cell(self.places[column]) if column in self.places else ""

    def money(self, column: str) -> Money | None:
        """Return an amount, None for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.money_of)

    def rate(self, column: str) -> Rate | None:
        """Return a price, None for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.rate_of)

    def percent(self, column: str) -> Percent:
        """Return a percentage, zero for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.percent_of) or NO_PERCENT

    def packs(self, column: str) -> PackCount:
        """Return a count, nothing for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.packs_of)

    def free(self, column: str) -> PackCount:
        """Return free goods, nothing for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.free_of)

    def day(self, column: str) -> date | None:
        """Return a day, None for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self._read(column, values.read_date) if self.text(column) else None

    def expiry(self, column: str) -> tuple[Expiry | None, str]:
        """Return the expiry and nothing, or None and the text that names no month."""
        text = self.text(column)
        try:
            return values.read_expiry(text), ""
        except RuleBroken:
            return None, text

    def word(self, column: str) -> str:
        """Return a text, empty for the 0 that Excel puts where nothing was."""
        text = self.text(column)
        return "" if text == "0" else text

    def amount(self, column: str) -> Money:
        """Return an amount, zero for a blank cell. Raises RuleBroken ``purchase_file.cell_unreadable``."""
        return self.money(column) or ZERO

    def _read(self, column: str, read: Callable[[str], ValueT]) -> ValueT:
        text = self.text(column)
        try:
            return read(text)
        except RuleBroken as broken:
            raise RuleBroken(
                "purchase_file.cell_unreadable", file=self.file, line=self.row.line, column=column, text=text
            ) from broken


def one_number(file: str, numbers: Mapping[str, None]) -> str:
    """Return the number of the one invoice in a file. Raises RuleBroken ``purchase_file.two_invoices``."""
    if len(numbers) > 1:
        raise RuleBroken("purchase_file.two_invoices", file=file, numbers=", ".join(numbers))
    return next(iter(numbers), "")
