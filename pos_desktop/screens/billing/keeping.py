"""Keeps the bills being typed on the disk, so that they come back after a power cut at the cell where the cursor was.

Knows no Qt: the timer is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from core.inventory.dto import SaleItem
from core.inventory.queries import items_for_lines
from core.kernel.rounding import divide_half_away
from core.sales.cuts import keep_draft, quote_draft
from core.sales.drafts import (
    PLACES,
    SavedDraft,
    SavedLine,
    posted_unprinted,
    saved_drafts,
    slots_of,
    unprinted_bills,
)
from core.sales.dto import BillView
from core.sales.queries import bill_view
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.draft_lines import DraftLine, Entry
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.in_hand import packs_in_hand
from pos_desktop.screens.billing.search import ItemSearch
from pos_desktop.screens.billing.state import Desk, Focus

#: From a change to its being asked to the disk; the write comes on top, and both stay below a second.
KEEP_AFTER_MS: Final = 600
#: Cells that are kept with the number of their line: ``quantity:2``.
_OF_LINES: Final = (Focus.QUANTITY, Focus.DISCOUNT)


class Later(Protocol):
    """Calls something once, after so many milliseconds, on the asking thread."""

    def __call__(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Ask for the call."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What was left in a place: the bill that was being typed with its items; none where it was free.

    ``slot`` is where the place is kept. An item is None where it can no longer be sold under its code.
    """

    draft: SavedDraft | None = None
    items: Sequence[SaleItem | None] = ()
    place: int = 1
    slot: int = 0


@dataclass(frozen=True, slots=True)
class KeptPlaces:
    """What was left when a user came in: their places, the first first, and bills not confirmed printed, oldest first.

    ``front`` is the place that had the keys. An empty one is not kept: then it is the first that is free.
    """

    places: Sequence[Kept]
    unprinted: Sequence[BillView] = ()

    @property
    def front(self) -> int:
        """The place that has the keys."""
        claims = [kept.place for kept in self.places if kept.draft is not None and kept.draft.in_front]
        free = [kept.place for kept in self.places if kept.draft is None]
        return next(iter([*claims, *free]), PLACES[0])


def read_kept(session: Session, today: date, owner: str, *, has_printer: bool = True) -> KeptPlaces:
    """Read what there is to bring back for a user; the drafts of others stay where they are.

    A counter without a printer confirms no paper: what a terminal printed to a file does not make the others wait.
    """
    drafts = saved_drafts(session)
    slots = slots_of(drafts, owner)
    own = {place: drafts.get(slot) for place, slot in slots.items()}
    codes = dict.fromkeys(line.item for draft in own.values() if draft for line in draft.lines)
    items = items_for_lines(session, list(codes), today) if codes else {}
    places = [_kept(place, slots[place], draft, items) for place, draft in own.items()]
    newest_first = [bill_id for bill_id, _ in (unprinted_bills(session) if has_printer else ())]
    interrupted = [bill_id for bill_id in posted_unprinted(session) if bill_id not in newest_first]
    unprinted = [bill_view(session, bill_id) for bill_id in reversed([*interrupted, *newest_first])]
    return KeptPlaces(places, unprinted)


def _kept(place: int, slot: int, draft: SavedDraft | None, items: Mapping[str, SaleItem]) -> Kept:
    found = [items.get(line.item) for line in draft.lines] if draft else []
    return Kept(draft, found, place, slot)


class DraftKeeper:
    """Writes the bill of a place within a second of a change, and nothing where nothing changed.

    One timer runs at a time: keys that follow each other quickly are one write, and the first of them does not wait
    for the last.
    """

    def __init__(
        self,
        lanes: Lanes,
        later: Later,
        snapshot: Callable[[SavedDraft | None], SavedDraft | None],
        here: Callable[[], UUID],
        is_saving: Callable[[], bool],
        failed: Callable[[Exception], None],
        slot: int = 0,
    ) -> None:
        """Start with nothing kept. While ``is_saving`` a bill is on its way to the books and its draft is left.

        ``snapshot`` gives the bill as it stands, told what was kept last; ``here`` its id, also while nothing is typed.
        """
        self._slot = slot
        self._is_over = False
        self._lanes = lanes
        self._later = later
        self._snapshot = snapshot
        self._here = here
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

    def drop(self, uow: UnitOfWork, here: UUID, quoted: Mapping[str, int]) -> None:
        """Take the draft off the disk, part of the command that quotes so many units of the bill; see ``dropped``."""
        quote_draft(uow, self._slot, here, quoted)

    def dropped(self) -> None:
        """Say that such a command is done: what stands in the place from now on is written anew."""
        self._kept = None
        self.touch()

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
        before = self._kept
        now = self._snapshot(before)
        if now == before:
            return
        self._kept = now
        slot, here = self._slot, self._here()

        def write(uow: UnitOfWork) -> None:
            keep_draft(uow, slot, now, here)

        def give_up(error: Exception) -> None:
            self._kept = before  # so that the next change tries again
            self._failed(error)

        self._lanes.write(write, lambda _: None, give_up)


def snapshot_of(
    draft: Draft,
    editor: LineEditor,
    search: ItemSearch,
    desk: Desk,
    owner: str,
    *,
    place: int,
    in_front: bool,
    kept: SavedDraft | None,
) -> SavedDraft | None:
    """Return the bill as it stands, with the cell the cursor is in; None where nothing was typed.

    ``kept`` is what was kept last: a quantity that is being typed counts as what it was then.
    """
    if draft.is_empty and not search.typed:
        return None
    known = {line.item: line for line in kept.lines} if kept and kept.command_id == draft.command_id else {}
    typing = editor.current if editor.cell is Focus.QUANTITY else None
    cell = desk.focus.value
    if desk.focus in _OF_LINES:
        cell = _cell(desk.focus, editor.current)
    return SavedDraft(
        command_id=draft.command_id,
        lines=tuple(
            _saved_line(line, known.get(line.item.code), is_typed=index == typing)
            for index, line in enumerate(draft.lines)
        ),
        bill_discount=draft.bill_discount,
        customer_name=draft.customer_name,
        customer_phone=draft.customer_phone,
        customer_address=draft.customer_address,
        customer_id=draft.customer_id,
        cell=cell,
        searching=search.typed,
        owner=owner,
        place=place,
        in_front=in_front,
        dispensing=draft.dispensing,
        corrects=draft.corrects,
        quotation=draft.quotation,
        details=draft.details,
        asked_money=draft.asked_money,
    )


def _saved_line(line: DraftLine, kept: SavedLine | None, *, is_typed: bool) -> SavedLine:
    """Return a line as it is kept. ``kept`` is what was kept of it last, ``is_typed`` while its quantity is open.

    On the way from 12 to 15 stands a 1, and nobody has taken eleven off.
    """
    units, amount, is_new = line.units or 0, _amount(line, kept), is_typed
    if kept is not None and kept.units and (line.units is None or (is_typed and not kept.is_new)):
        units, amount, is_new = kept.units, kept.amount_paise, kept.is_new
    return SavedLine(
        item=line.item.code,
        typed=line.entry.typed,
        base=line.entry.base,
        batch=line.entry.batch,
        awaiting=line.entry.awaiting,
        taken=line.entry.taken,
        discount=line.entry.discount,
        units=units,
        amount_paise=amount,
        is_new=is_new,
    )


def _amount(line: DraftLine, kept: SavedLine | None) -> int:
    """Return what a line comes to in paise; where it cannot be sold as it stands, as much as what was kept would."""
    if line.priced is not None:
        return line.priced.payable.paise
    if kept is None or not kept.units:
        return 0
    return divide_half_away(kept.amount_paise * (line.units or 0), kept.units)


def bring_back(kept: Kept, editor: LineEditor) -> tuple[Focus, int] | None:
    """Put the kept lines and the customer into the editor's empty bill.

    Return the cell that was being edited with its line, None where none of a line was. Undo starts anew. A line whose
    item is gone is left out. The customer's card is read by whoever asks for this: what it says may have changed.
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
    draft.asked_money = saved.asked_money
    draft.restore_bill_discount(saved.bill_discount)
    draft.take_details(saved.details)
    edited: tuple[Focus, int] | None = None
    for number, (line, item) in enumerate(zip(saved.lines, kept.items, strict=True)):
        if item is None:
            continue
        in_hand = packs_in_hand(item, line.awaiting) if line.awaiting is not None else None
        entry = Entry(item.item_id, line.typed, line.base, line.batch, line.discount, in_hand, line.taken)
        index = draft.restore(item, entry)
        edited = next(((cell, index) for cell in _OF_LINES if saved.cell == _cell(cell, number)), edited)
    editor.current = len(draft.lines) - 1
    return edited


def _cell(cell: Focus, number: int) -> str:
    return f"{cell.value}:{number}"
