"""Keeps what is being entered on the disk, so that it comes back after a power cut. Knows no Qt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.catalog.queries import find_items
from core.kernel.actor import Actor
from core.kernel.errors import Problem
from core.purchasing.entering import EntryItem, EntrySupplier, entry_items, entry_supplier
from core.purchasing.entry_drafts import EntryKind, is_entered, keep_entry, kept_entry
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft, EntryLine, Head, Source

#: From a change to its being asked to the disk.
KEEP_AFTER_MS: Final = 600


class EntryKeeper:
    """Writes a draft some time after it changed, and reads it back at the start."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        later: Callable[[int, Callable[[], None]], None],
        failed: Callable[[Exception], None],
        today: Callable[[], date],
    ) -> None:
        """Start with nothing to keep."""
        self._today = today
        self._lanes = lanes
        self._actor = actor
        self._later = later
        self._failed = failed
        self._waiting: EntryDraft | None = None

    def changed(self, draft: EntryDraft) -> None:
        """Keep a draft soon; changes until then go with it."""
        is_first = self._waiting is None
        self._waiting = draft
        if is_first:
            self._later(KEEP_AFTER_MS, self.keep_now)

    def keep_now(self) -> None:
        """Keep what waits at once."""
        draft, self._waiting = self._waiting, None
        if draft is None:
            return
        body = None if draft.is_empty else json.dumps(_written(draft), ensure_ascii=False)

        def work(uow: UnitOfWork) -> None:
            keep_entry(uow, EntryKind.GOODS, body)

        self._lanes.write(work, lambda _: None, self._failed)

    def bring_back(self, done: Callable[[EntryDraft], None]) -> None:
        """Read what was kept; ``done`` is called where something was."""
        username, today = self._actor.username, self._today()

        def read(session: Session) -> EntryDraft | None:
            body = kept_entry(session, EntryKind.GOODS, username)
            said = None if body is None else json.loads(body)
            if said is None or is_entered(session, UUID(said["receipt_id"]), UUID(said["command_id"])):
                return None
            return _read(session, said, today)

        def take(draft: EntryDraft | None) -> None:
            if draft is not None:
                done(draft)

        self._lanes.read(read, take, self._failed)


def _written(draft: EntryDraft) -> dict[str, Any]:
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


def _read(session: Session, said: dict[str, Any], today: date) -> EntryDraft:
    """Return a draft as it was kept; a supplier or item that is dealt with no more is asked again."""
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
