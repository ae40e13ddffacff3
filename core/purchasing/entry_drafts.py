"""Keeps what is being entered of goods and bills. Local to this machine: no event, never sent."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.purchasing.debit_model import DebitNote
from core.purchasing.model import EntryDraft, GoodsReceipt, PurchaseOrder, SupplierBill
from core.storage.unit_of_work import UnitOfWork


class EntryKind(enum.StrEnum):
    """What is being entered: goods with or without their bill, an order, or goods that go back."""

    GOODS = "goods"
    ORDER = "order"
    RETURN = "return"


def keep_entry(uow: UnitOfWork, kind: EntryKind, body: str | None) -> None:
    """Keep what whoever acts is entering, as the window writes it; None is kept where nothing is typed."""
    if body is not None:
        uow.session.merge(EntryDraft(username=uow.actor.username, kind=kind, body=body, saved_at=uow.now))
        return
    row = uow.session.get(EntryDraft, (uow.actor.username, kind))
    if row is not None:
        uow.session.delete(row)


def is_entered(session: Session, receipt_id: UUID, bill_id: UUID) -> bool:
    """Say whether goods or a bill that were kept reached the books before the power went."""
    came = session.scalar(select(GoodsReceipt.id).where(GoodsReceipt.id == receipt_id))
    return came is not None or session.scalar(select(SupplierBill.id).where(SupplierBill.id == bill_id)) is not None


def is_ordered(session: Session, order_id: UUID) -> bool:
    """Say whether an order that was kept was placed before the power went."""
    return session.scalar(select(PurchaseOrder.id).where(PurchaseOrder.id == order_id)) is not None


def is_issued(session: Session, note_id: UUID) -> bool:
    """Say whether a debit note that was kept was issued before the power went."""
    return session.scalar(select(DebitNote.id).where(DebitNote.id == note_id)) is not None


def kept_entry(session: Session, kind: EntryKind, username: str) -> str | None:
    """Return what somebody was entering, None where nothing."""
    return session.scalar(select(EntryDraft.body).where(EntryDraft.username == username, EntryDraft.kind == kind))
