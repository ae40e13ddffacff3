"""Proves that debit notes ask for what is theirs: sums, movements, what is owed, and no line of a bill twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.inventory.model import StockMovement
from core.ledger.model import OpenItem
from core.purchasing.debit_dto import DebitKind
from core.purchasing.debit_lines import billed_line
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.debit_standing import LINE_STANDS
from core.purchasing.debiting_domain import Debit
from core.purchasing.model import GoodsReceiptLine, SupplierBill, SupplierBillLine, SupplierBillReversal

_HEADS = ("taxable", "discount", "cgst", "sgst", "igst")
_TOTAL = (
    DebitNoteLine.taxable_paise
    - DebitNoteLine.discount_paise
    + DebitNoteLine.cgst_paise
    + DebitNoteLine.sgst_paise
    + DebitNoteLine.igst_paise
)
_TAX = DebitNoteLine.cgst_paise + DebitNoteLine.sgst_paise + DebitNoteLine.igst_paise


class Debited(NamedTuple):
    """What all debit notes take off accounts of purchases, in paise: claims, and input tax."""

    claims: int
    input_tax: int


def debited(session: Session) -> Debited:
    """Return what debit notes that stand settle of claims, and reverse of input tax."""
    of_claims = (DebitNoteLine.kind == DebitKind.CLAIM, LINE_STANDS)
    claims = session.scalar(select(func.coalesce(func.sum(_TOTAL), 0)).where(*of_claims))
    tax = session.scalar(select(func.coalesce(func.sum(_TAX), 0)).where(DebitNoteLine.is_recoverable, LINE_STANDS))
    return Debited(int(claims or 0), int(tax or 0))


def check_debit_notes(session: Session) -> Iterator[Finding]:
    """Yield notes that are not the sum of their lines or not owed as they say, lines whose units and worth did not
    leave, or did not come back though their note was taken back, and lines of bills of which more is asked back than
    they asked for."""
    yield from _notes(session)
    yield from _moved(session)
    yield from _bill_lines(session)


def _notes(session: Session) -> Iterator[Finding]:
    sums = {
        row.note_id: row
        for row in session.execute(
            select(
                DebitNoteLine.note_id,
                func.sum(_TOTAL).label("total"),
                *(func.sum(getattr(DebitNoteLine, f"{name}_paise")).label(name) for name in _HEADS),
            ).group_by(DebitNoteLine.note_id)
        )
    }
    owed = _owed(session, select(DebitNote.id))
    owed_back = _owed(session, select(DebitNoteReversal.id))
    back = dict(session.execute(select(DebitNoteReversal.note_id, DebitNoteReversal.id)).all())
    for note in session.scalars(select(DebitNote).order_by(DebitNote.number)):
        row: Any = sums.get(note.id)
        if row is None:
            yield Finding("verify.purchase_differs", "debit_note", note.number, "it has no lines")
            continue
        said = {name: (getattr(note, f"{name}_paise"), int(getattr(row, name))) for name in (*_HEADS, "total")}
        said["owed"] = (note.total_paise, owed.get(note.id, 0))
        if note.id in back:
            said["taken back"] = (-note.total_paise, owed_back.get(back[note.id], 0))
        for name, (one, other) in said.items():
            if one != other:
                detail = f"{name} {one} paise, {other} by its lines"
                yield Finding("verify.purchase_differs", "debit_note", note.number, detail)
                break


def _owed(session: Session, documents: Select[UUID]) -> dict[UUID, int]:
    """Return by document what suppliers owe by it, in paise; less than nothing where it took back what they owed."""
    rows = session.execute(
        select(OpenItem.document_id, func.sum(OpenItem.original_paise))
        .where(OpenItem.document_id.in_(documents))
        .group_by(OpenItem.document_id)
    )
    return {document_id: int(paise) for document_id, paise in rows}


def _moved(session: Session) -> Iterator[Finding]:
    """Yield notes of which other units left, or units of another worth, than their lines say, lot by lot; and those
    that were taken back and of which not the same came back."""
    gone = {
        (row.note_id, row.lot_id): (int(row.units), int(row.cost))
        for row in session.execute(
            select(
                DebitNoteLine.note_id,
                DebitNoteLine.lot_id,
                func.sum(DebitNoteLine.units).label("units"),
                func.sum(DebitNoteLine.cost_paise).label("cost"),
            )
            .where(DebitNoteLine.kind == DebitKind.RETURN)
            .group_by(DebitNoteLine.note_id, DebitNoteLine.lot_id)
        )
    }
    back = dict(session.execute(select(DebitNoteReversal.note_id, DebitNoteReversal.id)).all())
    came_back = {
        (back[note_id], lot_id): (-units, -cost) for (note_id, lot_id), (units, cost) in gone.items() if note_id in back
    }
    said = gone | came_back
    documents = select(DebitNote.id).union_all(select(DebitNoteReversal.id))
    moved = {
        (row.document_id, row.lot_id): (-int(row.units), -int(row.cost))
        for row in session.execute(
            select(
                StockMovement.document_id,
                StockMovement.lot_id,
                func.sum(StockMovement.units).label("units"),
                func.sum(StockMovement.cost_paise).label("cost"),
            )
            .where(StockMovement.document_id.in_(documents))
            .group_by(StockMovement.document_id, StockMovement.lot_id)
        )
    }
    numbers = dict(session.execute(select(DebitNote.id, DebitNote.number)).all())
    numbers |= {undo_id: numbers.get(note_id, note_id.hex) for note_id, undo_id in back.items()}
    for document_id, lot_id in sorted(said.keys() | moved.keys(), key=str):
        one, other = said.get((document_id, lot_id), (0, 0)), moved.get((document_id, lot_id), (0, 0))
        if one != other:
            detail = f"{one[0]} units of {one[1]} paise went back, {other[0]} of {other[1]} moved"
            number = numbers.get(document_id, document_id.hex)
            yield Finding("verify.purchase_differs", "debit_note_line", number, detail)


def _bill_lines(session: Session) -> Iterator[Finding]:
    """Yield lines of bills whose claim is settled twice or for another amount, of which more went back than came, or
    that are asked back though their bill was taken back."""
    rows = session.execute(
        select(
            DebitNoteLine.bill_id,
            DebitNoteLine.bill_line,
            DebitNoteLine.kind,
            func.count().label("count"),
            func.sum(DebitNoteLine.units).label("units"),
            *(func.sum(getattr(DebitNoteLine, f"{name}_paise")).label(name) for name in _HEADS),
        )
        .where(DebitNoteLine.bill_id.is_not(None), LINE_STANDS)
        .group_by(DebitNoteLine.bill_id, DebitNoteLine.bill_line, DebitNoteLine.kind)
        .order_by(DebitNoteLine.bill_id, DebitNoteLine.bill_line, DebitNoteLine.kind)
    ).all()
    for row in rows:
        detail = _wrong_line(session, row)
        if detail is not None:
            number = session.scalar(select(SupplierBill.number).where(SupplierBill.id == row.bill_id))
            key = f"{number}/{row.bill_line}"
            yield Finding("verify.purchase_differs", "debit_note_line", key, detail)


def _wrong_line(session: Session, row: Any) -> str | None:
    bill = session.get(SupplierBill, row.bill_id)
    line = session.get(SupplierBillLine, (row.bill_id, row.bill_line))
    received = None if line is None else session.get(GoodsReceiptLine, (line.receipt_id, line.receipt_line))
    if bill is None or line is None or received is None:
        return "the bill has no such line"
    if session.get(SupplierBillReversal, bill.id) is not None:
        return "its bill was taken back"
    billed = billed_line(bill, line, received)
    if row.kind == DebitKind.CLAIM:
        whole, units = billed.of_missing(), billed.missing
        if row.count > 1:
            return f"{row.count} debit notes settle its claim"
    else:
        whole, units = billed.of_accepted(), billed.accepted
    return _beyond(row, whole, units)


def _beyond(row: Any, whole: Debit, units: int) -> str | None:
    """Return what of a line is asked back beyond the whole of it; all of its units are asked back at exactly that."""
    asked = int(row.units)
    if asked > units:
        return f"{asked} units are asked back of {units}"
    for name in _HEADS:
        said, most = int(getattr(row, name)), getattr(whole, name).paise
        if said > most or (asked == units and said != most):
            return f"{name} {said} paise asked back of {most}"
    return None
