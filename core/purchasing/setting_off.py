"""What a supplier takes off a bill: credit notes, replacements and advances, found in the shop's own books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.ledger.open_items import OpenDebit, debits_ever
from core.numbering.finding import id_of_number
from core.parties.model import Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.bill_dto import SetOff, SetOffKind
from core.purchasing.bill_terms import number_key
from core.purchasing.debit_model import DebitNote, DebitNoteReversal


class SetOffPart(NamedTuple):
    """A part of what is set off: from an open item of the supplier, or from none that the shop knows."""

    kind: SetOffKind
    number: str | None
    amount: Money
    item_id: UUID | None


def set_off_parts(session: Session, supplier: Supplier, set_offs: Sequence[SetOff]) -> list[SetOffPart]:
    """Return what is set off by what it settles.

    A number names the document by which the supplier owes; an advance without one takes the oldest. A credit note or
    replacement that nobody entered settles claims on the supplier. Raises RuleBroken ``purchases.set_off_spent`` where
    less is left of what is named, ``purchases.set_off_of_other`` where it is a debit note to somebody else,
    ``purchases.set_off_taken_back`` where it is one that was taken back,
    ``purchases.no_advance`` where no such advance was paid.
    """
    if not set_offs:
        return []
    ids = all_ids(session, resolved(session, supplier.id))
    debits = debits_ever(session, "supplier", ids)
    left = {debit.item_id: debit.left for debit in debits}
    found: list[SetOffPart] = []
    for index, set_off in enumerate(set_offs):
        where = f"set_offs.{index}"
        rest = set_off.amount
        note = _own_note(session, set_off.number)
        named = _named(set_off, debits, set_off.number if note is None else note.number)
        for debit in named:
            here = min(rest, left[debit.item_id])
            if here:
                found.append(SetOffPart(set_off.kind, debit.number, here, debit.item_id))
                left[debit.item_id] -= here
                rest -= here
        if not rest:
            continue
        if named:
            there = set_off.amount - rest
            number = set_off.number or named[0].number
            raise RuleBroken("purchases.set_off_spent", where=where, number=number, left=there, asked=set_off.amount)
        if note is not None:
            _refuse_own_note(session, note, ids, where)
        if set_off.kind is SetOffKind.ADVANCE:
            raise RuleBroken(
                "purchases.no_advance",
                where=where,
                supplier=supplier.name,
                number=f" {set_off.number}" if set_off.number else "",
            )
        found.append(SetOffPart(set_off.kind, set_off.number, rest, None))
    return found


def _own_note(session: Session, number: str | None) -> DebitNote | None:
    """Return the debit note of ours that a number means, which may be typed without its zeros."""
    note_id = None if number is None else id_of_number(session, DebitNote, number)
    return None if note_id is None else session.get_one(DebitNote, note_id)


def _refuse_own_note(session: Session, note: DebitNote, supplier_ids: Sequence[UUID], where: str) -> None:
    """Refuse a debit note of ours by which this supplier owes nothing: it is no credit note of theirs.

    Raises RuleBroken ``purchases.set_off_of_other``, ``purchases.set_off_taken_back``.
    """
    if note.supplier_id not in supplier_ids:
        raise RuleBroken("purchases.set_off_of_other", where=where, number=note.number, supplier=note.supplier_name)
    if session.get(DebitNoteReversal, note.id) is not None:
        raise RuleBroken("purchases.set_off_taken_back", where=where, number=note.number)


def _named(set_off: SetOff, debits: Sequence[OpenDebit], number: str | None) -> list[OpenDebit]:
    """Return the debits that a set-off means: those of a number, or every advance."""
    if number is None:
        return [debit for debit in debits if debit.kind == set_off.kind] if set_off.kind is SetOffKind.ADVANCE else []
    key = number_key(number)
    return [debit for debit in debits if number_key(debit.number) == key]
