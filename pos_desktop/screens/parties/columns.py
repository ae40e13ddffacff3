"""The columns of the parties screen's tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.parties.dto import PartyKind
from pos_desktop.screens.parties.rows import CodeRow, PartyRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column


def _tone(row: PartyRow) -> Tone:
    return Tone.PLAIN if row.is_active else Tone.MUTED


def _state(row: PartyRow) -> tuple[Badge, ...]:
    return () if row.is_active else (Badge(tr("ENDED"), Tone.MUTED),)


_NAME = Column[PartyRow]("name", tr("Name"), lambda row: row.name, stretches=True, bold=True, tone=_tone, badges=_state)
_PHONE = Column[PartyRow]("phone", tr("Telephone"), lambda row: row.phone, 14, tone=_tone)
_GSTIN = Column[PartyRow]("number", tr("GSTIN"), lambda row: row.number, 19, tone=_tone)
_REGISTRATION = Column[PartyRow]("number", tr("Registration"), lambda row: row.number, 17, tone=_tone)

PARTY_COLUMNS: Mapping[PartyKind, tuple[Column[PartyRow], ...]] = MappingProxyType(
    {
        PartyKind.CUSTOMER: (_NAME, _PHONE, _GSTIN),
        PartyKind.SUPPLIER: (_NAME, _PHONE, _GSTIN),
        PartyKind.PATIENT: (_NAME, _PHONE),
        PartyKind.PRESCRIBER: (_NAME, _PHONE, _REGISTRATION),
    }
)

CODE_COLUMNS: tuple[Column[CodeRow], ...] = (
    Column("code", tr("Its code"), lambda row: row.code, 18, bold=True),
    Column("name", tr("What it calls the item"), lambda row: row.name, 34),
    Column("factor", tr("Our packs in its unit"), lambda row: row.factor, 12, Align.RIGHT),
    Column("item", tr("Our item"), lambda row: row.item, 16),
    Column("item_name", tr("Name"), lambda row: row.item_name, stretches=True),
)
