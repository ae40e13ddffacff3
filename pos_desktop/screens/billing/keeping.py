"""Keeps the bill being typed on the disk, so that it comes back after a power cut at the cell where the cursor was.

Knows no Qt: the timer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from sqlalchemy.orm import Session

from core.inventory.dto import SaleItem
from core.inventory.queries import sale_item
from core.sales.drafts import (
    SavedDraft,
    SavedLine,
    drop_draft,
    posted_unprinted,
    save_draft,
    saved_drafts,
    slot_of,
    unprinted_bills,
)
from core.sales.dto import BillView
from core.sales.queries import bill_view
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft import Draft, Entry
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.search import ItemSearch
from pos_desktop.screens.billing.state import Desk, Focus

#: From a change to its being asked to the disk; the write comes on top, and both stay below a second.
KEEP_AFTER_MS: Final = 600
_QUANTITY: Final = "quantity:"


class Later(Protocol):
    """Calls something once, after so many milliseconds, on the asking thread."""

    def __call__(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Ask for the call."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What was left when a user came in: the bill they were typing with its items, and bills not confirmed printed.

    ``slot`` is where their draft is kept. An item is None where it can no longer be sold under its code.
    ``unprinted`` are oldest first.
    """

    draft: SavedDraft | None = None
    items: Sequence[SaleItem | None] = ()
    unprinted: Sequence[BillView] = ()
    slot: int = 0


def read_kept(session: Session, today: date, owner: str, *, has_printer: bool = True) -> Kept:
    """Read what there is to bring back for a user; the drafts of others stay where they are.

    A counter without a printer confirms no paper: what a terminal printed to a file does not make the others wait.
    """
    drafts = saved_drafts(session)
    slot = slot_of(drafts, owner)
    draft = drafts.get(slot)
    items = [sale_item(session, line.item, today) for line in draft.lines] if draft else []
    newest_first = [bill_id for bill_id, _ in (unprinted_bills(session) if has_printer else ())]
    interrupted = [bill_id for bill_id in posted_unprinted(session) if bill_id not in newest_first]
    unprinted = [bill_view(session, bill_id) for bill_id in reversed([*interrupted, *newest_first])]
    return Kept(draft, items, unprinted, slot)


class DraftKeeper:
    """Writes the bill being typed within a second of a change, and nothing where nothing changed.

    One timer runs at a time: keys that follow each other quickly are one write, and the first of them does not wait
    for the last.
    """

    def __init__(
        self,
        lanes: Lanes,
        later: Later,
        snapshot: Callable[[], SavedDraft | None],
        is_saving: Callable[[], bool],
        failed: Callable[[Exception], None],
        slot: int = 0,
    ) -> None:
        """Start with nothing kept. While ``is_saving`` a bill is on its way to the books and its draft is left."""
        self._slot = slot
        self._is_over = False
        self._lanes = lanes
        self._later = later
        self._snapshot = snapshot
        self._is_saving = is_saving
        self._failed = failed
        self._kept: SavedDraft | None = None
        self._waits = False

    def begin(self, kept: SavedDraft | None) -> None:
        """Say what stands on the disk already."""
        self._kept = kept

    def touch(self) -> None:
        """Something may have changed."""
        if not self._waits and not self._is_over:
            self._waits = True
            self._later(KEEP_AFTER_MS, self._write)

    def keep_now(self) -> None:
        """Write what has changed at once: the program ends."""
        if not self._is_saving() and not self._is_over:
            self._write_change()

    def end(self) -> None:
        """Write what has changed, and from now on nothing: somebody else works here, with a slot of his own."""
        self.keep_now()
        self._is_over = True

    def _write(self) -> None:
        self._waits = False
        if self._is_over:
            return
        if self._is_saving():
            self.touch()
        else:
            self._write_change()

    def _write_change(self) -> None:
        before, now = self._kept, self._snapshot()
        if now == before:
            return
        self._kept = now
        slot = self._slot

        def write(uow: UnitOfWork) -> None:
            if now is None:
                drop_draft(uow, slot)
            else:
                save_draft(uow, slot, now)

        def give_up(error: Exception) -> None:
            self._kept = before  # so that the next change tries again
            self._failed(error)

        self._lanes.write(write, lambda _: None, give_up)


def snapshot_of(draft: Draft, editor: LineEditor, search: ItemSearch, desk: Desk, owner: str) -> SavedDraft | None:
    """Return the bill as it stands, with the cell the cursor is in; None where nothing was typed."""
    if draft.is_empty and not search.typed:
        return None
    cell = desk.focus.value
    if desk.focus is Focus.QUANTITY:
        cell = f"{_QUANTITY}{editor.current}"
    return SavedDraft(
        command_id=draft.command_id,
        lines=tuple(
            SavedLine(item=line.item.code, typed=line.entry.typed, base=line.entry.base, batch=line.entry.batch)
            for line in draft.lines
        ),
        customer_name=draft.customer_name,
        customer_phone=draft.customer_phone,
        customer_address=draft.customer_address,
        customer_id=draft.customer_id,
        cell=cell,
        searching=search.typed,
        owner=owner,
        dispensing=draft.dispensing,
        corrects=draft.corrects,
        quotation=draft.quotation,
    )


def bring_back(kept: Kept, editor: LineEditor) -> int | None:
    """Put the kept lines and the customer into the editor's empty bill.

    Return the line whose quantity was being edited, None where none was. Undo starts anew. A line whose item is gone
    is left out. The customer's card is read by whoever asks for this: what it says may have changed.
    """
    saved = kept.draft
    if saved is None:
        return None
    draft = editor.draft
    draft.command_id = saved.command_id
    draft.customer_name = saved.customer_name
    draft.customer_phone = saved.customer_phone
    draft.customer_address = saved.customer_address
    draft.customer_id = saved.customer_id
    draft.dispensing = saved.dispensing
    draft.corrects = saved.corrects
    draft.quotation = saved.quotation
    edited: int | None = None
    for number, (line, item) in enumerate(zip(saved.lines, kept.items, strict=True)):
        if item is None:
            continue
        index = draft.restore(item, Entry(item.item_id, line.typed, line.base, line.batch))
        if saved.cell == f"{_QUANTITY}{number}":
            edited = index
    editor.current = len(draft.lines) - 1
    return edited
