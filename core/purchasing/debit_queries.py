"""Reads of debit notes: one whole, and their list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.inventory.batch_dto import Print
from core.inventory.batches import corrected_since
from core.kernel.actor import Actor
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Money, Percent
from core.numbering.finding import id_of_number
from core.parties.queries import all_ids, resolved
from core.purchasing.debit_dto import DebitKind, DebitNoteLineView, DebitNoteView, DebitWhy
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.debit_standing import LINE_STANDS, is_claimed
from core.purchasing.finding import fits_text, part_of
from core.purchasing.model import SupplierBill, SupplierBillLine, SupplierBillReversal, SupplierBillSetOff
from core.purchasing.order_queries import require_to_read_orders
from core.purchasing.receipt_dto import ReceiptReversalView
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Rows of a page that nobody asked to be longer.
MOST_DEBIT_NOTES = 50

_NOTE, _LINE, _REVERSAL = table_of(DebitNote), table_of(DebitNoteLine), table_of(DebitNoteReversal)
_ID: Any = bindparam("note_id")
_ROW = Prepared(select(_NOTE).where(_NOTE.c.id == _ID))
_LINES = Prepared(select(_LINE).where(_LINE.c.note_id == _ID).order_by(_LINE.c.line))
_TAKEN_BACK = Prepared(select(_REVERSAL).where(_REVERSAL.c.note_id == _ID))
_IS_TAKEN_BACK = exists(select(1).where(_REVERSAL.c.note_id == _NOTE.c.id).correlate(_NOTE))


class DebitNotePlace(NamedTuple):
    """A place in the list, from which the next page goes on."""

    on_date: date
    at: datetime
    note_id: UUID


class DebitNoteHit(NamedTuple):
    """A debit note as a list shows it."""

    note_id: UUID
    number: str
    on_date: date
    issued_at: datetime
    supplier_id: UUID
    supplier_name: str
    reason: str
    total: Money
    is_taken_back: bool

    @property
    def place(self) -> DebitNotePlace:
        """Where it stands in the list."""
        return DebitNotePlace(self.on_date, self.issued_at, self.note_id)


class DebitNotePage(NamedTuple):
    """A page of a list, the newest note first; ``left`` stand behind ``end``, which is None where none do."""

    hits: list[DebitNoteHit]
    end: DebitNotePlace | None
    left: int


def debit_note_view(session: Session, note_id: UUID) -> DebitNoteView:
    """Return a debit note whole. Raises RuleBroken ``debit_notes.no_such``."""
    key = {"note_id": note_id}
    row = _ROW.first(session, key)
    if row is None:
        raise RuleBroken("debit_notes.no_such", number=str(note_id))
    back = _TAKEN_BACK.first(session, key)
    return DebitNoteView(
        note_id=row.id,
        number=row.number,
        date=row.on_date,
        issued_at=row.at,
        username=row.username,
        supplier_id=resolved(session, row.supplier_id),
        supplier_name=row.supplier_name,
        supplier_address=row.supplier_address,
        supplier_gstin=row.supplier_gstin,
        supplier_state=row.supplier_state,
        reason=row.reason,
        taxable=Money(row.taxable_paise),
        discount=Money(row.discount_paise),
        cgst=Money(row.cgst_paise),
        sgst=Money(row.sgst_paise),
        igst=Money(row.igst_paise),
        total=Money(row.total_paise),
        lines=_lines(session, _LINES.rows(session, key)),
        taken_back=None
        if back is None
        else ReceiptReversalView(reason=back.reason, date=back.on_date, at=back.at, username=back.username),
    )


def read_debit_note(session: Session, actor: Actor, number: str) -> DebitNoteView:
    """Return a debit note, by its number as typed, to somebody who wants to look at it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``debit_notes.no_such``.
    """
    require_to_read_orders(session, actor)
    return debit_note_view(session, debit_note_id_of(session, number))


def debit_note_id_of(session: Session, number: str) -> UUID:
    """Return the id of a debit note, by its number as typed. Raises RuleBroken ``debit_notes.no_such``."""
    note_id = id_of_number(session, DebitNote, number)
    if note_id is None:
        raise RuleBroken("debit_notes.no_such", where="number", number=number)
    return note_id


def list_debit_notes(
    session: Session,
    actor: Actor,
    *,
    supplier_id: UUID | None = None,
    text: str = "",
    after: DebitNotePlace | None = None,
    limit: int = MOST_DEBIT_NOTES,
) -> DebitNotePage:
    """Return a page of the debit notes, the newest first; of one supplier or of all. ``after`` is a page's ``end``.

    ``text`` must stand in number, supplier or items, each of its words.
    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    place = (_NOTE.c.on_date, _NOTE.c.at, _NOTE.c.id)
    wanted: Any = select(_NOTE, _IS_TAKEN_BACK.label("is_taken_back")).order_by(*(column.desc() for column in place))
    if supplier_id is not None:
        wanted = wanted.where(_NOTE.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    if text.strip():
        named = (_NOTE.c.number, _NOTE.c.supplier_name)
        wanted = wanted.where(fits_text(text, named, _NOTE, _LINE, _LINE.c.note_id))
    rows, left = part_of(session, wanted, place, after, limit)
    hits = [
        DebitNoteHit(
            row.id,
            row.number,
            row.on_date,
            row.at,
            row.supplier_id,
            row.supplier_name,
            row.reason,
            Money(row.total_paise),
            bool(row.is_taken_back),
        )
        for row in rows
    ]
    return DebitNotePage(hits, hits[-1].place if left else None, left)


def open_claims(session: Session, bill_id: UUID) -> tuple[int, ...]:
    """Return the lines of a bill that ask for units which were not there, and that no standing debit note asks back."""
    asked = is_claimed(SupplierBillLine.bill_id, SupplierBillLine.line, SupplierBillLine)
    return tuple(
        session.scalars(
            select(SupplierBillLine.line)
            .where(SupplierBillLine.bill_id == bill_id, SupplierBillLine.missing_units > 0, ~asked)
            .order_by(SupplierBillLine.line)
        )
    )


def claims_standing(session: Session, supplier_ids: Sequence[UUID]) -> Money:
    """Return what a supplier still owes for what was billed and not there.

    That is what its standing bills claim, less what credit notes that the books knew nothing of took off them, and less
    what debit notes that stand ask back.
    """
    stands = ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id))
    tax = DebitNoteLine.cgst_paise + DebitNoteLine.sgst_paise + DebitNoteLine.igst_paise
    of_supplier = (SupplierBill.supplier_id.in_(supplier_ids), stands)
    parts = (
        select(func.sum(SupplierBillLine.claim_paise)).join(SupplierBill, SupplierBill.id == SupplierBillLine.bill_id),
        select(-func.sum(SupplierBillSetOff.amount_paise))
        .join(SupplierBill, SupplierBill.id == SupplierBillSetOff.bill_id)
        .where(SupplierBillSetOff.item_id.is_(None)),
        select(-func.sum(DebitNoteLine.taxable_paise + tax))
        .join(SupplierBill, SupplierBill.id == DebitNoteLine.bill_id)
        .where(DebitNoteLine.kind == DebitKind.CLAIM, LINE_STANDS),
    )
    return Money(sum(int(session.scalar(part.where(*of_supplier)) or 0) for part in parts))


def _lines(session: Session, rows: Iterable[Any]) -> tuple[DebitNoteLineView, ...]:
    found = list(rows)
    return tuple(map(_line, found, corrected_since(session, found)))


def _line(row: Any, now: Print | None) -> DebitNoteLineView:
    return DebitNoteLineView(
        line=row.line,
        kind=DebitKind(row.kind),
        why=DebitWhy(row.why),
        bill_id=row.bill_id,
        bill_line=row.bill_line,
        bill_number=row.bill_number,
        billed_on=row.billed_on,
        lot_id=row.lot_id,
        batch_id=row.batch_id,
        item_id=row.item_id,
        item_code=row.item_code,
        item_name=row.item_name,
        hsn=row.hsn,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        batch_number=row.batch_number,
        expiry=row.expiry,
        expiry_precision=None if row.expiry_precision is None else ExpiryPrecision(row.expiry_precision),
        mrp=Money(row.mrp_paise),
        units=row.units,
        treatment=GstTreatment(row.treatment),
        gst=Percent(row.gst_bp),
        taxable=Money(row.taxable_paise),
        discount=Money(row.discount_paise),
        cgst=Money(row.cgst_paise),
        sgst=Money(row.sgst_paise),
        igst=Money(row.igst_paise),
        is_recoverable=row.is_recoverable,
        cost=Money(row.cost_paise),
        corrected=now,
    )
