"""Cancels a posted bill by a new fact: the bill stays, its number stays used, its effects are reversed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Need, Permission
from core.auth.rights import require_or_override
from core.dispensing.recording import void_supply
from core.inventory.awaiting import take_awaited_back
from core.inventory.issuing import take_back
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.ledger.open_items import take_back_open_items
from core.ledger.posting import reverse_entry
from core.sales.dto import BillView, CancelBill
from core.sales.indexing import BillPlace, mark_cancelled
from core.sales.model import Bill, BillCancellation
from core.sales.queries import bill_id_of, bill_view, payment_documents
from core.storage.unit_of_work import UnitOfWork

_DOCUMENT = "bill_cancellation"


def cancel_bill(uow: UnitOfWork, command: CancelBill) -> BillView:
    """Cancel a bill of today: its units go back into their lots, its ledger entry and dues are reversed, H1 rows
    are voided.

    A bill of an earlier day is taken back by a credit note, not cancelled: its day may be reported already. Who may
    not alone needs a supervisor's override given for the command's id. Raises RuleBroken ``sales.no_such_bill``,
    ``sales.cancelled_already``, ``sales.cancel_too_late``, and those of ``require_or_override``.
    """
    require_or_override(uow, Need(Permission.CANCEL_BILL), command.command_id)
    bill_id = take_bill_back(uow, command)
    write_event(uow, "bill.cancelled", bill_id, {"reason": command.reason})
    return bill_view(uow.session, bill_id)


def take_bill_back(uow: UnitOfWork, command: CancelBill) -> UUID:
    """Write that a bill is cancelled and reverse what it did; return its id. Part of the commands that do so.

    Raises RuleBroken ``sales.no_such_bill``, ``sales.cancelled_already``, ``sales.cancel_too_late``.
    """
    bill = uow.session.execute(
        select(Bill.id, Bill.number, Bill.on_date, Bill.at, Bill.dispensing_number).where(
            Bill.id == bill_id_of(uow.session, command.number)
        )
    ).one()
    if uow.session.scalar(select(BillCancellation.id).where(BillCancellation.bill_id == bill.id)) is not None:
        raise RuleBroken("sales.cancelled_already", number=bill.number)
    if bill.on_date != uow.today:
        raise RuleBroken("sales.cancel_too_late", number=bill.number, date=bill.on_date)
    cancellation_id = id_from_content("bill.cancelled", bill.id.hex)
    uow.record(
        BillCancellation,
        [
            {
                "id": cancellation_id,
                "bill_id": bill.id,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
                "reason": command.reason,
            }
        ],
    )
    mark_cancelled(uow, BillPlace(bill.on_date, bill.at, bill.id))
    take_back(uow, of_document=bill.id, document_id=cancellation_id, document_kind=_DOCUMENT, on_date=uow.today)
    beside = take_awaited_back(uow, of_document=bill.id, document_id=cancellation_id, document_kind=_DOCUMENT)
    documents = payment_documents(uow.session, bill.id)
    reverse_entry(
        uow,
        of_documents=documents,
        document_id=cancellation_id,
        document_kind=_DOCUMENT,
        on_date=uow.today,
        beside=beside,
    )
    take_back_open_items(uow, of_documents=documents, document_id=cancellation_id, on_date=uow.today)
    if bill.dispensing_number is not None:
        void_supply(uow, bill.id, cancellation_id, command.reason)
    found: UUID = bill.id
    return found
