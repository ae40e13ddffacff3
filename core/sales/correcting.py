"""Corrects a bill of today: takes it back, and gives what stood on it as the draft of the one in its place.

The draft is posted like any other bill. It names the batches that were handed out and what was paid, and the bill it
corrects: both papers then show the other's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Need, Permission
from core.auth.rights import require_or_override
from core.boundary.frozen import make
from core.dispensing.dto import DispensingInput, SuppliesInput
from core.dispensing.model import DispensedLine, PrescriptionLine
from core.inventory.awaiting import awaited_lines
from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import SaleItem
from core.inventory.model import Batch
from core.inventory.queries import items_for_lines
from core.kernel.ids import new_id
from core.kernel.money import Percent
from core.kernel.quantity import show_quantity
from core.sales.asked import AskedLine, Sold, asked_discounts
from core.sales.buyers import card_discount
from core.sales.cancelling import take_bill_back
from core.sales.corrected import refuse_corrected
from core.sales.drafting import standing_discount
from core.sales.dto import BillLineView, BillView, CorrectBill, Correction, PostBill
from core.sales.model import BillLine
from core.sales.queries import bill_id_of, bill_view
from core.sales.quoted import quotation_of_bill
from core.settings.queries import shop_view
from core.storage.unit_of_work import UnitOfWork


def correct_bill(uow: UnitOfWork, command: CorrectBill) -> Correction:
    """Cancel a bill of today as ``cancel_bill`` does and return the draft of the bill in its place.

    Of a bill that is cancelled already, and that nothing stands in place of, only the draft is made: the power may have
    gone before it was posted. Who may not alone needs a supervisor's override given for the command's id. Raises
    RuleBroken ``sales.no_such_bill``, ``sales.corrected_already``, ``sales.cancel_too_late``, and those of
    ``require_or_override``.
    """
    require_or_override(uow, Need(Permission.CORRECT_BILL), command.command_id)
    bill = bill_view(uow.session, bill_id_of(uow.session, command.number))
    refuse_corrected(uow.session, bill.bill_id, bill.number)
    if bill.cancelled is None:
        take_bill_back(uow, command)
        write_event(uow, "bill.cancelled", bill.bill_id, {"reason": command.reason, "for": "correction"})
        bill = bill_view(uow.session, bill.bill_id)
    return Correction(cancelled=bill, draft=draft_of(uow.session, bill, uow.today))


def draft_of(session: Session, bill: BillView, today: date) -> PostBill:
    """Return what stands on a bill as the command that posts another like it in its place, under a new id.

    Raises RuleBroken ``items.no_tax``.
    """
    items = items_for_lines(session, [line.item_code for line in bill.lines], today)
    kept, places = _put_together(bill.lines)
    awaited = awaited_lines(session, bill.bill_id)
    numbers = _numbers_now(session, bill.bill_id)
    of_customer = card_discount(session, bill.customer_id) if bill.customer_id else None
    asked = asked_discounts([_sold(line, items.get(line.item_code), of_customer) for line in kept])
    return make(
        PostBill,
        {
            "command_id": new_id(),
            # a memo keeps the day it was written on; any other bill is of the day on which it is posted
            "date": bill.date if bill.memo_number and bill.date != today else None,
            "customer": _customer(bill),
            "lines": tuple(
                _line(line, said, awaited.get(line.line), numbers.get(line.line, line.batch))
                for line, said in zip(kept, asked.lines, strict=True)
            ),
            "bill_discount": asked.on_bill,
            "bill_discount_percent": asked.on_bill_percent,
            "place_of_supply": _place_of_supply(session, bill),
            "price_basis": bill.price_basis,
            "manual": {"number": bill.memo_number} if bill.memo_number else None,
            "payments": tuple(
                {"mode": tender.mode, "amount": tender.amount, "reference": tender.reference} for tender in bill.tenders
            ),
            "dispensing": _dispensing(session, bill, places),
            "corrects": bill.number,
            "quotation": quotation_of_bill(session, bill.bill_id),
        },
    )


def _put_together(lines: Sequence[BillLineView]) -> tuple[list[BillLineView], dict[int, int]]:
    """Return the lines of the draft, and for each line's number on the bill its place among them.

    Free pieces that filled a batch of their own stand with the line before, whose free pieces they are.
    """
    kept: list[BillLineView] = []
    places: dict[int, int] = {}
    for line in lines:
        if line.units == 0 and kept and kept[-1].item_code == line.item_code:
            kept[-1] = kept[-1].model_copy(update={"free_units": kept[-1].free_units + line.free_units})
        else:
            kept.append(line)
        places[line.line] = len(kept) - 1
    return kept, places


def _sold(line: BillLineView, item: SaleItem | None, of_customer: Percent | None) -> Sold:
    has_standing = item is not None and line.rate is None
    return Sold(
        gross=line.gross,
        discount=line.discount,
        standing=standing_discount(item, of_customer).percent if item is not None and has_standing else None,
        allows_none=item is not None and item.no_discount,
    )


def _numbers_now(session: Session, bill_id: UUID) -> dict[int, str]:
    """Return the numbers of the batches that a bill handed out, by line: since corrected, they are not as it prints."""
    wanted = select(BillLine.line, Batch.number).join(Batch, Batch.id == BillLine.batch_id)
    return dict(session.execute(wanted.where(BillLine.bill_id == bill_id)).all())


def _line(line: BillLineView, asked: AskedLine, awaited: AwaitedBatch | None, batch: str) -> dict[str, Any]:
    pieces = line.pieces_per_pack
    return {
        "item": line.item_code,
        "quantity": show_quantity(line.units, pieces),
        "batch": batch if awaited is None else None,
        "awaiting": awaited,
        "discount_percent": asked.percent,
        "discount": asked.amount,
        "rate": line.rate,
        "free": show_quantity(line.free_units, pieces) if line.free_units else None,
    }


def _customer(bill: BillView) -> dict[str, Any] | None:
    given: Mapping[str, Any] = {
        "id": str(bill.customer_id) if bill.customer_id else None,
        "name": bill.customer_name,
        "phone": bill.customer_phone,
        "address": bill.customer_address,
        "state": bill.customer_state,
        "gstin": bill.customer_gstin,
        "sez": bill.to_sez,
    }
    return dict(given) if any(given.values()) else None


def _place_of_supply(session: Session, bill: BillView) -> str | None:
    """Return the place of supply where the bill named another than its customer's or the shop's."""
    usual = bill.customer_state or shop_view(session).state
    return bill.place_of_supply if bill.place_of_supply != usual else None


def _dispensing(session: Session, bill: BillView, places: Mapping[int, int]) -> DispensingInput | None:
    """Return the prescription, which stays known, with the lines on which another drug was supplied in place of one."""
    if bill.dispensing is None or bill.dispensing.prescription_id is None:
        return None
    replaced = session.execute(
        select(DispensedLine.line, DispensedLine.prescription_line)
        .join(
            PrescriptionLine,
            (PrescriptionLine.prescription_id == DispensedLine.prescription_id)
            & (PrescriptionLine.line == DispensedLine.prescription_line),
        )
        .join(BillLine, (BillLine.bill_id == DispensedLine.bill_id) & (BillLine.line == DispensedLine.line))
        .where(
            DispensedLine.bill_id == bill.bill_id,
            PrescriptionLine.item_id.is_distinct_from(BillLine.item_id),
        )
        .order_by(DispensedLine.line, DispensedLine.part)
    )
    of = {places[line]: number for line, number in replaced if number is not None}
    return DispensingInput(
        prescription=bill.dispensing.prescription_id,
        supplies=tuple(SuppliesInput(line=line, of=number, in_place=True) for line, number in of.items()),
    )
