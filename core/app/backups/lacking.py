"""What a backup lacks of the shop that it replaces: the entries after its newest one, and the bills among them.

Told by plain SQL, as the present file may be of an older schema, and one row after the other in the log's order, as it
may be damaged: what was read before the damage is told, and that it broke off there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core.app.backups.manifest import ChainHead
from core.kernel.errors import EnvironmentFault
from core.kernel.money import Money
from core.storage.sqlite import SqliteDatabase

#: How many bills are named one by one.
NAMED = 20

_UNREADABLE = (DBAPIError, EnvironmentFault, ValueError, TypeError)

# the log's own order, so that nothing has to be read and sorted before the first row comes
_AFTER = """
SELECT bill.number, bill.series || '/' || bill.financial_year, bill.on_date, bill.total_paise,
       EXISTS (SELECT 1 FROM bill_cancellation WHERE bill_cancellation.bill_id = bill.id)
FROM audit_event LEFT JOIN bill ON bill.id = audit_event.subject_id AND audit_event.kind = 'bill.posted'
WHERE audit_event.node_id = ? AND (audit_event.epoch, audit_event.seq) > (?, ?)
ORDER BY audit_event.node_id, audit_event.epoch, audit_event.seq
"""


@dataclass(frozen=True, slots=True)
class LackingBill:
    """A bill that the backup does not hold; of a cancelled one nothing has to be entered again."""

    number: str
    on_date: date
    total: Money
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """What was written after the backup's newest entry. ``events`` counts entries, those of the bills included.

    ``named`` are the first bills, the oldest first, at most ``NAMED`` of ``bills``. ``ranges`` gives the first and last
    number of each series. ``total`` is of the bills that were not cancelled. ``broke_off`` says that the file could not
    be read to its end: there may have been more.
    """

    events: int
    bills: int
    cancelled: int
    total: Money
    named: tuple[LackingBill, ...]
    ranges: tuple[tuple[str, str], ...]
    broke_off: bool

    @property
    def other_events(self) -> int:
        """How many entries there are beside those that made the bills."""
        return self.events - self.bills

    @property
    def span(self) -> str:
        """The numbers of the bills: ``C1/26-27/000003 to C1/26-27/000009``, one for each series."""
        return ", ".join(first if first == last else f"{first} to {last}" for first, last in self.ranges)


@dataclass(slots=True)
class _Tally:
    """What has been read so far."""

    events: int = 0
    bills: int = 0
    cancelled: int = 0
    paise: int = 0
    named: list[LackingBill] = field(default_factory=list)
    ranges: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, number: str, series: str, bill: LackingBill) -> None:
        self.bills += 1
        self.cancelled += bill.is_cancelled
        self.paise += 0 if bill.is_cancelled else bill.total.paise
        self.ranges[series] = (self.ranges.get(series, (number, number))[0], number)
        if len(self.named) < NAMED:
            self.named.append(bill)


def lacking_in(head: ChainHead, present: SqliteDatabase) -> Lacking | None:
    """Return what a backup with that newest entry lacks of the present file.

    None where the file does not go on from the backup (another shop, a log that parted from it before) or where not
    even that could be read. Never raises for what is wrong with the file: the restore is there to mend it.
    """
    tally = _Tally()
    try:
        with present.reader.connect() as connection:
            if not _goes_on_from(head, connection):
                return None
            broke_off = not _read(head, connection, tally)
    except _UNREADABLE:
        return None
    return Lacking(
        events=tally.events,
        bills=tally.bills,
        cancelled=tally.cancelled,
        total=Money(tally.paise),
        named=tuple(tally.named),
        ranges=tuple(tally.ranges.values()),
        broke_off=broke_off,
    )


def _goes_on_from(head: ChainHead, connection: Connection) -> bool:
    node = bytes.fromhex(head.node_id)
    if connection.exec_driver_sql("SELECT id FROM node").scalars().all() != [node]:
        return False
    if head.seq == 0:
        return True
    sha = connection.exec_driver_sql(
        "SELECT sha FROM audit_event WHERE node_id = ? AND epoch = ? AND seq = ?", (node, head.epoch, head.seq)
    ).scalar()
    return sha is not None and bytes(sha).hex() == head.sha


def _read(head: ChainHead, connection: Connection, tally: _Tally) -> bool:
    """Add up what comes after the head; return whether it could be read to the end."""
    try:
        rows = connection.exec_driver_sql(_AFTER, (bytes.fromhex(head.node_id), head.epoch, head.seq))
        while (row := rows.fetchone()) is not None:
            number, series, on_date, paise, is_cancelled = row
            if number is not None:
                bill = LackingBill(number, date.fromisoformat(on_date), Money(paise), bool(is_cancelled))
                tally.add(number, series, bill)
            tally.events += 1
    except _UNREADABLE:
        return False
    return True
