"""Keeps the bills that are being typed, and which bills reached paper. Local to this machine: no event, never sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.boundary.frozen import Frozen, IsoDate, Line
from core.dispensing.dto import DispensingInput, DoseInput
from core.inventory.batch_dto import AwaitedBatch
from core.numbering.queries import own_prefixes
from core.sales.model import Bill, BillCancellation, BillDraft, BillPrint
from core.settings.dto import Gstin, State
from core.storage.unit_of_work import UnitOfWork

#: The places at a counter, each with a bill of its own.
PLACES: Final = (1, 2, 3, 4, 5)

_IS_PRINTED = select(BillPrint.bill_id).where(BillPrint.bill_id == Bill.id).exists()
_IS_CANCELLED = select(BillCancellation.id).where(BillCancellation.bill_id == Bill.id).exists()


class SavedLine(Frozen):
    """A line as it was typed: the item's code, the quantity's text, the batch picked by hand.

    ``base`` counts units it had before, where the item was picked again and the quantity is still being typed.
    ``discount`` is as typed, empty for the one that the shop gives; ``awaiting`` is what packs in hand print,
    ``taken`` how it is taken.

    ``units`` (smallest) are what it is of, and ``amount_paise`` what they come to before a discount on the whole bill:
    while its quantity is being typed or cannot be read, what it was before. Units are 0 where none were ever
    understood, and in what an earlier version kept. ``is_new`` while its first quantity is being typed, which may yet
    become any other.
    """

    item: str
    typed: Annotated[str, StringConstraints(max_length=20)]
    base: int = 0
    batch: str | None = None
    awaiting: AwaitedBatch | None = None
    taken: DoseInput | None = None
    discount: Annotated[str, StringConstraints(max_length=20)] = ""
    units: int = 0
    amount_paise: int = 0
    is_new: bool = False


class BillDetails(Frozen):
    """What few bills say: who buys in the eyes of GST, where the supply is, the memo book's number, an earlier day."""

    gstin: Gstin | None = None
    state: State | None = None
    sez: bool = False
    place_of_supply: State | None = None
    memo: Annotated[Line, StringConstraints(min_length=1, max_length=20)] | None = None
    date: IsoDate | None = None


NO_DETAILS = BillDetails()


class SavedDraft(Frozen):
    """A draft as it stood: its lines, the customer, and the cell the cursor was in (``quantity:2``, ``search``).

    ``bill_discount`` is the discount on the whole bill as typed.

    ``owner`` is the user name of who typed it, empty where an earlier version kept it: then it is anybody's.
    ``place`` is which of their bills at the counter it is, ``in_front`` whether that one had the keys; an earlier
    version knew one only. ``customer_id`` is that of the customer's card, ``corrects`` the cancelled bill that it is
    typed in place of, ``quotation`` the quotation it comes of. ``asked_money`` once the customer was told the sum: the
    payment was opened for it, if only for a moment.
    """

    command_id: UUID = Field(strict=False)
    lines: tuple[SavedLine, ...]
    customer_name: str = ""
    customer_phone: str = ""
    customer_address: str = ""
    customer_id: UUID | None = Field(default=None, strict=False)
    cell: str = "search"
    searching: str = ""
    owner: str = ""
    place: int = PLACES[0]
    in_front: bool = True
    dispensing: DispensingInput | None = None
    corrects: str | None = None
    bill_discount: Annotated[str, StringConstraints(max_length=20)] = ""
    quotation: str | None = None
    details: BillDetails = NO_DETAILS
    asked_money: bool = False


def save_draft(uow: UnitOfWork, slot: int, draft: SavedDraft) -> None:
    """Keep a draft in its slot, replacing what stood there; each place of each user has its own."""
    uow.session.merge(BillDraft(slot=slot, command_id=draft.command_id, body=draft.model_dump_json(), saved_at=uow.now))


def drop_draft(uow: UnitOfWork, slot: int) -> None:
    """Forget the draft of a slot."""
    row = uow.session.get(BillDraft, slot)
    if row is not None:
        uow.session.delete(row)


def saved_drafts(session: Session) -> dict[int, SavedDraft]:
    """Return the drafts to bring back by slot. One whose bill was posted before the power went is not among them."""
    rows = session.execute(
        select(BillDraft.slot, BillDraft.body).where(~select(Bill.id).where(Bill.id == BillDraft.command_id).exists())
    )
    return {slot: SavedDraft.model_validate_json(body) for slot, body in rows}


def slots_of(drafts: Mapping[int, SavedDraft], owner: str) -> dict[int, int]:
    """Return the slot of each place of a user.

    Their own drafts stand each in its place; nobody's, and one whose place is taken, come into the first that is free,
    as long as one is. The places without a draft are given slots in which nothing stands.
    """
    slots: dict[int, int] = {}
    own = sorted((slot for slot in drafts if drafts[slot].owner == owner), key=lambda slot: (drafts[slot].place, slot))
    nobodys = sorted(slot for slot in drafts if not drafts[slot].owner and owner)
    for slot in [*own, *nobodys]:
        wished = [drafts[slot].place, *PLACES]
        place = next((place for place in wished if place in PLACES and place not in slots), None)
        if place is not None:
            slots[place] = slot
    unused = (slot for slot in range(len(drafts) + len(PLACES)) if slot not in drafts)
    return {place: slots[place] if place in slots else next(unused) for place in PLACES}


def mark_printed(uow: UnitOfWork, bill_id: UUID) -> None:
    """Note that a bill's paper came out; a second paper changes nothing."""
    if uow.session.get(BillPrint, bill_id) is None:
        uow.session.add(BillPrint(bill_id=bill_id, printed_at=uow.now))


def unmark_printed(uow: UnitOfWork, bill_id: UUID, noted_at: datetime) -> None:
    """Note that the paper that was noted at that time did not come out; one noted at another time stays noted."""
    row = uow.session.get(BillPrint, bill_id)
    if row is not None and row.printed_at == noted_at:
        uow.session.delete(row)


def was_printed(session: Session, bill_id: UUID) -> bool:
    """Say whether a bill's paper came out on this machine: the next one is a duplicate."""
    return session.get(BillPrint, bill_id) is not None


def posted_unprinted(session: Session) -> Sequence[UUID]:
    """Return the bills that were posted while they still stood as drafts, and of which no paper is confirmed.

    That is how the program finds them after a power cut between the saving and the printer.
    """
    return session.scalars(
        select(Bill.id).where(Bill.id.in_(select(BillDraft.command_id)), ~_IS_PRINTED, ~_IS_CANCELLED)
    ).all()


def unprinted_bills(session: Session, limit: int = 20) -> Sequence[tuple[UUID, str]]:
    """Return id and number of this node's newest bills whose paper is not confirmed, newest first.

    Only bills since the first confirmed one count: a shop without a printer confirms none and is shown none. A
    cancelled bill needs no paper.
    """
    first = session.scalar(select(BillPrint.printed_at).order_by(BillPrint.printed_at).limit(1))
    if first is None:
        return []
    rows = session.execute(
        select(Bill.id, Bill.number)
        .where(
            Bill.at >= first,
            Bill.series.in_(own_prefixes(session)),
            ~_IS_PRINTED,
            ~_IS_CANCELLED,
        )
        .order_by(Bill.at.desc(), Bill.number.desc())
        .limit(limit)
    )
    return [(bill_id, number) for bill_id, number in rows]
