"""What is kept on the disk of goods that are being entered, and what it was again. Knows no Qt."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.catalog.queries import find_items
from core.kernel.errors import Problem
from core.purchasing.entering import EntryItem, EntrySupplier, entry_items, entry_supplier
from core.purchasing.entry_drafts import is_entered
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft, EntryLine, Head, Source


def written(draft: EntryDraft) -> dict[str, Any] | None:
    """Return what is kept of a draft, None for an empty one."""
    if draft.is_empty:
        return None
    return {
        "command_id": str(draft.command_id),
        "receipt_id": str(draft.receipt_id),
        "has_bill": draft.has_bill,
        "receipt": draft.receipt,
        "supplier": str(draft.head.supplier.supplier_id) if draft.head.supplier is not None else None,
        "head": draft.head.values,
        "orders": list(draft.orders),
        "lines": [
            {
                "item": line.item.code if line.item is not None else None,
                "name": line.name,
                "cells": line.cells,
                "beside": line.beside,
                "factor": line.factor,
                "source": list(line.source) if line.source is not None else None,
            }
            for line in draft.lines
        ],
    }


def read_back(today: date, session: Session, said: dict[str, Any]) -> EntryDraft | None:
    """Return a draft as it was kept, None where it was entered by now.

    A supplier or item that is dealt with no more is asked again.
    """
    if is_entered(session, UUID(said["receipt_id"]), UUID(said["command_id"])):
        return None
    supplier: EntrySupplier | None = None
    if said["supplier"] is not None:
        try:
            supplier = entry_supplier(session, said["supplier"], today)
        except Problem:
            supplier = None
    ids = find_items(session, [line["item"] for line in said["lines"] if line["item"]])
    items: dict[UUID, EntryItem] = entry_items(
        session, list(ids.values()), supplier.supplier_id if supplier is not None else None, today
    )
    lines = [
        EntryLine(
            item=items.get(ids[line["item"]]) if line["item"] in ids else None,
            name=line["name"],
            cells={Cell(name): text for name, text in line["cells"].items()},
            beside=line["beside"],
            factor=line["factor"],
            source=Source(*line["source"]) if line["source"] is not None else None,
        )
        for line in said["lines"]
    ]
    return EntryDraft(
        command_id=UUID(said["command_id"]),
        receipt_id=UUID(said["receipt_id"]),
        head=Head(supplier, said["head"]),
        lines=lines,
        has_bill=said["has_bill"],
        receipt=said["receipt"],
        orders=tuple(said["orders"]),
    )
