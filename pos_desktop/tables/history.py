"""The history of a record as a table: who changed which field from what to what. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from core.audit.clock import show_instant
from core.audit.dto import HistoryEntry
from core.kernel.money import Money, Percent
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Column


class HistoryRow(NamedTuple):
    """One field that one command set."""

    at: str
    user: str
    what: str
    field: str
    before: str
    after: str


#: How a value of a field is shown: by the end of the field's name, as the tables keep it.
_SHOWN: Mapping[str, Callable[[int], str]] = {
    "_paise": lambda value: Money(value).grouped(),
    "_bp": lambda value: f"{Percent(value)} %",
}
#: What the program keeps for itself beside what people typed.
_HIDDEN = ("_key", "id", "_id", "_words", "_sha", "report")


def history_rows(entries: Iterable[HistoryEntry], labels: Mapping[str, str]) -> list[HistoryRow]:
    """Return what people read of a record's history, newest first; ``labels`` are words for fields."""
    return [
        HistoryRow(
            at=show_instant(entry.at),
            user=entry.username,
            what=entry.kind.replace(".", " ").replace("_", " "),
            field=labels.get(entry.field, entry.field.replace("_", " ")),
            before=_value(entry.field, entry.before),
            after=_value(entry.field, entry.after),
        )
        for entry in entries
        if not entry.field.endswith(_HIDDEN) and entry.before != entry.after
    ]


def _value(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    shown = next((show for end, show in _SHOWN.items() if field.endswith(end)), None)
    return shown(value) if shown is not None and isinstance(value, int) else str(value)


HISTORY_COLUMNS: tuple[Column[HistoryRow], ...] = (
    Column("at", tr("When"), lambda row: row.at, 16),
    Column("user", tr("Who"), lambda row: row.user, 14),
    Column("what", tr("What"), lambda row: row.what, 22),
    Column("field", tr("Field"), lambda row: row.field, 18),
    Column("before", tr("Before"), lambda row: row.before, 24),
    Column("after", tr("After"), lambda row: row.after, stretches=True),
)
