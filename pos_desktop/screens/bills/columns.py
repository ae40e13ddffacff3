"""The columns of the list of bills."""

from __future__ import annotations

from pos_desktop.screens.bills.rows import BillRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Align, Column, Kind


def _tone(row: BillRow) -> Tone:
    return Tone.MUTED if row.is_cancelled else Tone.PLAIN


def _state_tone(row: BillRow) -> Tone:
    return Tone.DANGER if row.is_cancelled else Tone.ACCENT


BILL_COLUMNS: tuple[Column[BillRow], ...] = (
    Column("date", tr("Date"), lambda row: row.date, 10, tone=_tone, kind=Kind.DATE),
    Column("time", tr("Time"), lambda row: row.time, 6, tone=_tone),
    Column("number", tr("Number"), lambda row: row.number, 16, bold=True, tone=_tone),
    Column("customer", tr("Customer"), lambda row: row.customer, stretches=True, tone=_tone),
    Column("patient", tr("Patient"), lambda row: row.patient, 12, tone=_tone),
    Column("amount", tr("Amount"), lambda row: row.amount, 11, Align.RIGHT, bold=True, tone=_tone, kind=Kind.MONEY),
    Column("reference", tr("UPI reference"), lambda row: row.reference, 35),
    Column("paid_by", tr("Paid by"), lambda row: row.paid_by, 8, tone=_tone),
    Column("state", tr("State"), lambda row: row.state, 12, tone=_state_tone),
)

#: What is said only of UPI payments that wait, and what is not said of them.
ONLY_WAITING = frozenset({"reference"})
NOT_WAITING = frozenset({"time", "patient", "paid_by", "state"})
