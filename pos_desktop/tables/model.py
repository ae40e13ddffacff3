"""Rows under a Qt view, read through their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pos_desktop.shell import theme
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole

#: The badges of a cell, as a tuple of Badge.
BADGES_ROLE = Qt.ItemDataRole.UserRole + 1

_ALIGNMENT = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Align.CENTRE: Qt.AlignmentFlag.AlignCenter,
}


class Cell(NamedTuple):
    """All that is drawn of a cell, asked for at once: Qt would ask role by role, and convert each answer."""

    text: str
    align: Align
    tone: Tone
    bold: bool
    badges: tuple[Badge, ...]
    semi_bold: bool = False


class RowTableModel(QAbstractTableModel, Generic[Row]):
    """A table of frozen rows (NamedTuples, frozen models) that are replaced, never changed.

    A row of which ``is_head`` is true has one cell: its first goes across the whole table.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        parent: QObject | None = None,
        *,
        is_head: Callable[[Row], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._is_head = is_head
        self._rows: list[Row] = []

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they are shown."""
        return self._rows

    def is_head(self, number: int) -> bool:
        """Say whether a row's first cell goes across the whole table."""
        return self._is_head is not None and self._is_head(self._rows[number])

    def row_at(self, index: Index) -> Row | None:
        """Return the row of an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def cell(self, number: int, column_number: int) -> Cell:
        """Return what a cell shows."""
        column, row = self.columns[column_number], self._rows[number]
        return Cell(
            column.text(row),
            column.align,
            column.tone(row) if column.tone else Tone.PLAIN,
            column.bold,
            column.badges(row) if column.badges else (),
            column.strong is not None and column.strong(row),
        )

    def set_columns(self, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> None:
        """Show rows in other columns."""
        self.beginResetModel()
        self.columns, self._rows = tuple(columns), list(rows)
        self.endResetModel()

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show other rows. Where only some differ and their number stays, the selection stays too."""
        new = list(rows)
        if len(new) != len(self._rows):
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        for number, row in enumerate(new):
            if row != self._rows[number]:
                self.set_row(number, row)

    def splice_rows(self, rows: Iterable[Row]) -> None:
        """Show other rows where most are the same objects as before: only what lies between those is told to the view.

        A row that comes or goes then costs the same in a long table as in a short one, and the selection stays.
        """
        new, old = list(rows), self._rows
        most = min(len(new), len(old))
        begin = next((number for number in range(most) if new[number] is not old[number]), most)
        most -= begin
        behind = next((count for count in range(most) if new[-1 - count] is not old[-1 - count]), most)
        gone, come = len(old) - behind - begin, len(new) - behind - begin
        kept = min(gone, come)
        for number in range(begin, begin + kept):
            if new[number] != old[number]:
                self.set_row(number, new[number])
            else:
                old[number] = new[number]
        first = begin + kept
        if come > gone:
            self.beginInsertRows(QModelIndex(), first, begin + come - 1)
            old[first:first] = new[first : begin + come]
            self.endInsertRows()
        elif gone > come:
            self.beginRemoveRows(QModelIndex(), first, begin + gone - 1)
            del old[first : begin + gone]
            self.endRemoveRows()

    def set_row(self, number: int, row: Row) -> None:
        """Show another row in the place of one."""
        self._rows[number] = row
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))

    # --- what Qt asks --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Return what a cell shows in a role."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == _Role.DisplayRole:
            return column.text(row)
        if role == _Role.TextAlignmentRole:
            return _ALIGNMENT[column.align]
        if role == BADGES_ROLE:
            badges: tuple[Badge, ...] = column.badges(row) if column.badges else ()
            return badges
        if role == _Role.ToolTipRole and column.tooltip is not None:
            return column.tooltip(row) or None
        if role == _Role.AccessibleTextRole:
            named = [column.text(row), *(badge.text for badge in (column.badges(row) if column.badges else ()))]
            return f"{column.title}: {' '.join(filter(None, named))}"
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _Role.DisplayRole:
            return self.columns[section].title
        if role == _Role.TextAlignmentRole:
            return _ALIGNMENT[self.columns[section].align]
        if role == _Role.FontRole:
            return theme.current().font(semi_bold=True)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's key; rows without a value (None) stand last either way."""
        if not 0 <= column < len(self.columns):
            return
        key = self.columns[column].sort_key
        if key is None:
            return
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        kept = [(index, before[index.row()]) for index in self.persistentIndexList()]
        filled = [row for row in before if key(row) is not None]
        filled.sort(key=key, reverse=order is Qt.SortOrder.DescendingOrder)
        self._rows = filled + [row for row in before if key(row) is None]
        places = {id(row): number for number, row in enumerate(self._rows)}
        for index, row in kept:
            self.changePersistentIndex(index, self.index(places[id(row)], index.column()))
        self.layoutChanged.emit()
