"""The columns of the registers' lists."""

from __future__ import annotations

from pos_desktop.screens.registers.rows import H1Row, LicenceRow, PharmacistRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Align, Column


def _tone(row: H1Row) -> Tone:
    return Tone.MUTED if row.is_void else Tone.PLAIN


def _works(row: PharmacistRow) -> Tone:
    return Tone.PLAIN if row.is_active else Tone.MUTED


#: What an inspector reads first (facts E4); the rest of a row stands beside the list.
H1_COLUMNS: tuple[Column[H1Row], ...] = (
    Column("number", tr("Entry"), lambda row: row.number, 17, tone=_tone),
    Column("date", tr("Date"), lambda row: row.date, 10, tone=_tone),
    Column("bill", tr("Bill"), lambda row: row.bill, 16, tone=_tone),
    Column("prescriber", tr("Prescriber"), lambda row: row.prescriber, 18, tone=_tone),
    Column("patient", tr("Patient"), lambda row: row.patient, 18, tone=_tone),
    Column("drug", tr("Drug"), lambda row: row.drug, stretches=True, bold=True, tone=_tone),
    Column("batch", tr("Batch"), lambda row: row.batch, 10, tone=_tone),
    Column("quantity", tr("Qty"), lambda row: row.quantity, 7, Align.RIGHT, bold=True, tone=_tone),
    Column("state", tr("State"), lambda row: "", 9, badges=lambda row: row.state),
)

PHARMACIST_COLUMNS: tuple[Column[PharmacistRow], ...] = (
    Column("name", tr("Pharmacist"), lambda row: row.name, stretches=True, bold=True, tone=_works),
    Column("registration", tr("Registration"), lambda row: row.registration, 20, tone=_works),
    Column("username", tr("User"), lambda row: row.username, 20, tone=_works),
    Column("state", tr("State"), lambda row: "", 26, badges=lambda row: row.state),
)

LICENCE_COLUMNS: tuple[Column[LicenceRow], ...] = (
    Column("form", tr("Form"), lambda row: row.form, 8, bold=True),
    Column("number", tr("Licence number"), lambda row: row.number, stretches=True, bold=True),
    Column("valid_from", tr("From"), lambda row: row.valid_from, 12),
    Column("valid_to", tr("To"), lambda row: row.valid_to, 12),
    Column("state", tr("State"), lambda row: "", 26, badges=lambda row: row.state),
)
