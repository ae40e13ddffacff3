"""Which columns of a report are shown, and in which order, while somebody chooses them. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.errors import RuleBroken
from core.reporting.columns import ReportColumn
from core.reporting.shaping import Shape, visible_columns
from pos_desktop.screens.reports.rows import ChoiceRow
from pos_desktop.shell.texts import tr


class ColumnChoice:
    """All columns that the reader may see: those that are shown first, in their order, then the others."""

    def __init__(self, title: str, columns: Sequence[ReportColumn], shape: Shape) -> None:
        """Start with what is shown now."""
        self.title = title
        self.problem = ""
        self.at = 0
        self._columns = columns
        self._shown = [column.id for column in visible_columns(columns, shape)]
        self._order = self._whole_order()

    @property
    def rows(self) -> list[ChoiceRow]:
        """The columns as the list shows them."""
        by_id = {column.id: column for column in self._columns}
        return [
            ChoiceRow(name, tr(by_id[name].title), name in self._shown, tr("more detail") if by_id[name].extra else "")
            for name in self._order
        ]

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The columns as a shape has them: None where they are as the report has them by itself.

        Raises RuleBroken ``reports.no_columns``.
        """
        shown = tuple(name for name in self._order if name in self._shown)
        if not shown:
            raise RuleBroken("reports.no_columns", where="columns")
        return None if shown == tuple(column.id for column in self._columns if not column.extra) else shown

    def move(self, steps: int) -> None:
        """Go to another column."""
        self.at = max(0, min(self.at + steps, len(self._order) - 1))

    def point(self, at: int) -> None:
        """Go to a column by its place."""
        if 0 <= at < len(self._order):
            self.at = at

    def toggle(self) -> None:
        """Show a column, or do not."""
        name = self._order[self.at]
        if name in self._shown:
            self._shown.remove(name)
        else:
            self._shown.append(name)
        self.problem = ""

    def shift(self, steps: int) -> None:
        """Take a column up or down."""
        to = self.at + steps
        if 0 <= to < len(self._order):
            self._order.insert(to, self._order.pop(self.at))
            self.at = to

    def reset(self) -> None:
        """Show them as the report has them by itself."""
        self._shown = [column.id for column in self._columns if not column.extra]
        self._order = self._whole_order()
        self.at, self.problem = 0, ""

    def _whole_order(self) -> list[str]:
        """Return the columns that are shown, each of the others behind the one that it follows in the report."""
        order = list(self._shown)
        before = -1
        for column in self._columns:
            if column.id in order:
                before = order.index(column.id)
            else:
                before += 1
                order.insert(before, column.id)
        return order
