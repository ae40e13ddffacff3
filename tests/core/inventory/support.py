"""Sheets of items as a shop would write them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from core.boundary.sheets import Sheet, SheetRow
from core.inventory.import_dto import ImportItems, ImportReport
from core.inventory.importing import read_items
from core.inventory.opening import import_items
from core.kernel.ids import new_id
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)

PARACETAMOL = {
    "code": "PCM500",
    "name": "Paracetamol 500 mg Tablets",
    "pack": "10's",
    "gst_percent": "5",
    "batch": "A1",
    "expiry": "03/2027",
    "mrp": "25.65",
    "purchase_rate": "15",
    "quantity": "20",
}


def sheet(*rows: dict[str, str]) -> Sheet:
    """Return a sheet of rows given by column, as they would stand under one header."""
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    lines = enumerate(rows, start=2)
    return Sheet(header, tuple(SheetRow(line, tuple(row.get(c, "") for c in header)) for line, row in lines))


def read(*rows: dict[str, str], command_id: UUID | None = None, **choices: Any) -> ImportItems:
    """Return the command that rows make."""
    return read_items(sheet(*rows), command_id or new_id(), today=TODAY, **choices)


def imports(shop: TestShop, command: ImportItems) -> ImportReport:
    """Import into a shop."""
    with shop.shop.database.write(shop.actor) as uow:
        return import_items(uow, command)
