"""Takes a wrong goods receipt, supplier's bill or debit note back, all of it, by a new fact: what was written stays."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exists, func, select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.inventory.awaiting import unsettle_awaited
from core.inventory.issuing import take_back
from core.inventory.model import AwaitedSettlement, StockMovement
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.closing import refuse_closed_day
from core.ledger.model import OpenItem, OpenItemSettlement
from core.ledger.open_items import take_back_open_items
from core.ledger.posting import Posting, reverse_entry
from core.purchasing.bill_dto import SupplierBillView, TakeBackBill
from core.purchasing.bill_queries import bill_id_of, supplier_bill_view
from core.purchasing.debit_dto import DebitNoteView, TakeBackDebitNote
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.debit_queries import debit_note_id_of, debit_note_view
from core.purchasing.debit_standing import LINE_STANDS
from core.purchasing.model import (
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.purchasing.receipt_dto import ReceiptView, TakeBackReceipt
from core.purchasing.receipt_queries import receipt_id_of, receipt_view
from core.purchasing.repricing import reprice
from core.storage.unit_of_work import UnitOfWork

#: What taking back is called where movements and entries name their document.
BILL_BACK: Final = "supplier_bill_reversal"
RECEIPT_BACK: Final = "goods_receipt_reversal"
NOTE_BACK: Final = "debit_note_reversal"


def take_back_bill(uow: UnitOfWork, command: TakeBackBill) -> SupplierBillView:
    """Take a bill back that was entered wrongly: its goods wait for a bill again, and nothing is owed for it.

    What it had made of their worth is turned round in what still stands; of what was sold since, in the cost of sales.
    Its number may be entered again. Raises RuleBroken ``auth.not_allowed``, ``purchases.no_such``,
    ``purchases.paid_already``, ``purchases.debited_already``, ``ledger.day_closed``.
    """
    require(uow, Permission.PURCHASE)
    bill_id = bill_id_of(uow.session, command.supplier, command.number)
    refuse_closed_day(uow, uow.today)
    bill = supplier_bill_view(uow.session, bill_id)
    _refuse_settled(uow, bill)
    _refuse_debited(uow, bill)
    undo_id = id_from_content(BILL_BACK, bill_id.hex)
    receipts = {line.receipt_id: receipt_view(uow.session, line.receipt_id) for line in bill.lines}
    lines = [
        next(one for one in receipts[line.receipt_id].lines if one.line == line.receipt_line) for line in bill.lines
    ]
    back = [received.cost - line.cost for received, line in zip(lines, bill.lines, strict=True)]
    repriced = reprice(uow, document_id=undo_id, document_kind=BILL_BACK, changes=list(zip(lines, back, strict=True)))
    booked = uow.session.execute(
        select(func.sum(SupplierBillLine.stock_change_paise), func.sum(SupplierBillLine.sold_change_paise)).where(
            SupplierBillLine.bill_id == bill_id
        )
    ).one()
    # turned round it would take out of stock what was sold since: that part is cost of sales
    moved = Money.total(change.in_stock for change in repriced) + Money(int(booked[0]))
    reverse_entry(
        uow,
        of_documents=[bill_id],
        document_id=undo_id,
        document_kind=BILL_BACK,
        on_date=uow.today,
        beside=[Posting(chart.STOCK, moved), Posting(chart.COST_SETTLED, -moved)] if moved else [],
    )
    take_back_open_items(uow, of_documents=[bill_id], document_id=undo_id, on_date=uow.today)
    uow.record(
        SupplierBillReversal,
        [
            {
                "bill_id": bill_id,
                "id": undo_id,
                "reason": command.reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    write_event(uow, "supplier_bill.taken_back", bill_id, {"reason": command.reason})
    return supplier_bill_view(uow.session, bill_id)


def take_back_receipt(uow: UnitOfWork, command: TakeBackReceipt) -> ReceiptView:
    """Take a wrong goods receipt back, while all of it stands as it came: its orders are open again.

    Raises RuleBroken ``auth.not_allowed``, ``receipts.no_such``, ``receipts.taken_back_already``,
    ``receipts.billed_already``, ``receipts.moved``, ``ledger.day_closed``.
    """
    require(uow, Permission.RECEIVE_STOCK)
    receipt_id = receipt_id_of(uow.session, command.number)
    receipt = receipt_view(uow.session, receipt_id)
    if receipt.taken_back is not None:
        raise RuleBroken("receipts.taken_back_already", number=receipt.number, reason=receipt.taken_back.reason)
    billed = next((line.bill_number for line in receipt.lines if line.bill_number is not None), None)
    if billed is not None:
        raise RuleBroken("receipts.billed_already", number=receipt.number, bill=billed)
    refuse_closed_day(uow, uow.today)
    _refuse_moved(uow, receipt)
    undo_id = id_from_content(RECEIPT_BACK, receipt_id.hex)
    kind, today = RECEIPT_BACK, uow.today
    take_back(uow, of_document=receipt_id, document_id=undo_id, document_kind=kind, on_date=today)
    unsettle_awaited(uow, of_document=receipt_id, document_id=undo_id, document_kind=kind, on_date=today)
    reverse_entry(uow, of_documents=[receipt_id], document_id=undo_id, document_kind=kind, on_date=today)
    uow.record(
        GoodsReceiptReversal,
        [
            {
                "receipt_id": receipt_id,
                "id": undo_id,
                "reason": command.reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    write_event(uow, "goods_receipt.taken_back", receipt_id, {"reason": command.reason})
    return receipt_view(uow.session, receipt_id)


def take_back_debit_note(uow: UnitOfWork, command: TakeBackDebitNote) -> DebitNoteView:
    """Take a debit note back that was issued wrongly: the supplier owes nothing by it, its claims may be asked again.

    Units stand in the lots again from which they went, at what they were worth when they left. Raises RuleBroken
    ``auth.not_allowed``, ``debit_notes.no_such``, ``debit_notes.taken_back_already``, ``debit_notes.set_off_by``,
    ``debit_notes.settled_already``, ``ledger.day_closed``.
    """
    require(uow, Permission.PURCHASE)
    note_id = debit_note_id_of(uow.session, command.number)
    note = debit_note_view(uow.session, note_id)
    if note.taken_back is not None:
        raise RuleBroken("debit_notes.taken_back_already", number=note.number, reason=note.taken_back.reason)
    refuse_closed_day(uow, uow.today)
    _refuse_set_off(uow, note)
    undo_id = id_from_content(NOTE_BACK, note_id.hex)
    today = uow.today
    # no bill of these lots was taken back meanwhile: what they are worth was made by the same bill as when they left
    take_back(uow, of_document=note_id, document_id=undo_id, document_kind=NOTE_BACK, on_date=today)
    reverse_entry(uow, of_documents=[note_id], document_id=undo_id, document_kind=NOTE_BACK, on_date=today)
    take_back_open_items(uow, of_documents=[note_id], document_id=undo_id, on_date=today)
    uow.record(
        DebitNoteReversal,
        [
            {
                "note_id": note_id,
                "id": undo_id,
                "reason": command.reason,
                "on_date": today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    write_event(uow, "debit_note.taken_back", note_id, {"reason": command.reason})
    return debit_note_view(uow.session, note_id)


def _refuse_set_off(uow: UnitOfWork, note: DebitNoteView) -> None:
    """What a bill set off was given back by the supplier: that the bill says so comes first."""
    settled = (
        select(func.coalesce(func.sum(OpenItemSettlement.amount_paise), 0))
        .join(OpenItem, OpenItem.id == OpenItemSettlement.item_id)
        .where(OpenItem.document_id == note.note_id, OpenItem.reverses_id.is_(None))
    )
    amount = -Money(int(uow.session.scalar(settled) or 0))
    if not amount:
        return
    bill = uow.session.scalar(
        select(SupplierBill.number)
        .join(OpenItemSettlement, OpenItemSettlement.document_id == SupplierBill.id)
        .join(OpenItem, OpenItem.id == OpenItemSettlement.item_id)
        .where(
            OpenItem.document_id == note.note_id,
            ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id).correlate(SupplierBill)),
        )
        .order_by(SupplierBill.number)
        .limit(1)
    )
    if bill is not None:
        raise RuleBroken("debit_notes.set_off_by", number=note.number, bill=bill)
    raise RuleBroken("debit_notes.settled_already", number=note.number, amount=amount)


def _refuse_settled(uow: UnitOfWork, bill: SupplierBillView) -> None:
    """What was paid of a bill is owed for it: only a debit note corrects such a bill."""
    paid = uow.session.scalar(
        select(func.sum(OpenItemSettlement.amount_paise))
        .join(OpenItem, OpenItem.id == OpenItemSettlement.item_id)
        .where(OpenItem.document_id == bill.bill_id, OpenItem.reverses_id.is_(None))
    )
    if paid:
        raise RuleBroken("purchases.paid_already", number=bill.number, amount=Money(int(paid)))


def _refuse_debited(uow: UnitOfWork, bill: SupplierBillView) -> None:
    """A standing debit note asks back what the bill asked for: it would ask for what nobody billed."""
    number = uow.session.scalar(
        select(DebitNote.number)
        .join(DebitNoteLine, DebitNoteLine.note_id == DebitNote.id)
        .where(DebitNoteLine.bill_id == bill.bill_id, LINE_STANDS)
        .order_by(DebitNote.number)
        .limit(1)
    )
    if number is not None:
        raise RuleBroken("purchases.debited_already", number=bill.number, note=number)


def _refuse_moved(uow: UnitOfWork, receipt: ReceiptView) -> None:
    """What came in must stand as it came, and what had been sold before must not be stock again."""
    names = {line.lot_id: line.item_name for line in receipt.lines if line.lot_id is not None}
    moved = uow.session.scalar(
        select(StockMovement.lot_id)
        # a bill that was taken back again has changed its worth twice, and moved none of it
        .where(StockMovement.lot_id.in_(list(names)), StockMovement.units != 0)
        .group_by(StockMovement.lot_id)
        .having(func.count() > 1)
        .limit(1)
    )
    if moved is not None:
        raise RuleBroken("receipts.moved", number=receipt.number, item=names[moved])
    settled = select(AwaitedSettlement.lot_id).where(AwaitedSettlement.document_id == receipt.receipt_id)
    # an awaited lot comes in and goes out with its bill; a third movement took it back
    again = uow.session.scalar(
        select(StockMovement.lot_id)
        .where(StockMovement.lot_id.in_(settled))
        .group_by(StockMovement.lot_id)
        .having(func.count() > 2)
        .limit(1)
    )
    if again is not None:
        item = next(line.item_name for line in receipt.lines if line.awaited_units)
        raise RuleBroken("receipts.moved", number=receipt.number, item=item)
