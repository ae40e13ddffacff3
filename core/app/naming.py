"""Names the rows that a check found by what people know them by: a code, a number, a user's name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.auth.model import UserAccount, WorkSession
from core.cash.model import CashMovement, CounterHandover, CounterSession
from core.catalog.model import Item
from core.dispensing.model import Duty, Prescription, RegisteredPharmacist
from core.inventory.model import Batch, Location, Lot
from core.parties.model import Customer, Patient, Prescriber, Supplier
from core.purchasing.debit_model import DebitNote
from core.purchasing.model import PurchaseOrder
from core.sales.model import Bill, BillCancellation, DraftCut, Quotation
from core.storage.node import Node
from core.wants.model import Want

_Words = Callable[[UUID], Any]


def _batches() -> Select[str, str]:
    return select(Batch.number, Item.code).join(Item, Item.id == Batch.item_id)


#: What an id may be the id of, how the words of that row are read, and how they are said. An id is of one of them.
_ROWS: tuple[tuple[_Words, str], ...] = (
    (lambda key: select(Item.code).where(Item.id == key), "{}"),
    (lambda key: _batches().where(Batch.id == key), "batch {} of {}"),
    (lambda key: _batches().join(Lot, Lot.batch_id == Batch.id).where(Lot.id == key), "batch {} of {}"),
    (lambda key: select(Bill.number).where(Bill.id == key), "{}"),
    (
        lambda key: (
            select(Bill.number)
            .join(BillCancellation, BillCancellation.bill_id == Bill.id)
            .where(BillCancellation.id == key)
        ),
        "cancellation of {}",
    ),
    (lambda key: select(Quotation.number).where(Quotation.id == key), "{}"),
    (lambda key: select(PurchaseOrder.number).where(PurchaseOrder.id == key), "{}"),
    (lambda key: select(DebitNote.number).where(DebitNote.id == key), "{}"),
    (lambda key: select(DraftCut.username).where(DraftCut.id == key), "taken off a bill by {}"),
    (lambda key: select(UserAccount.username).where(UserAccount.id == key), "{}"),
    (
        lambda key: (
            select(UserAccount.username)
            .join(WorkSession, WorkSession.user_id == UserAccount.id)
            .where(WorkSession.id == key)
        ),
        "session of {}",
    ),
    (lambda key: select(Location.name).where(Location.id == key), "{}"),
    (lambda key: select(Customer.name).where(Customer.id == key), "customer {}"),
    (lambda key: select(Supplier.name).where(Supplier.id == key), "supplier {}"),
    (lambda key: select(Patient.name).where(Patient.id == key), "patient {}"),
    (lambda key: select(Prescriber.name).where(Prescriber.id == key), "prescriber {}"),
    (lambda key: select(RegisteredPharmacist.name).where(RegisteredPharmacist.id == key), "pharmacist {}"),
    (
        lambda key: (
            select(Patient.name).join(Prescription, Prescription.patient_id == Patient.id).where(Prescription.id == key)
        ),
        "prescription of {}",
    ),
    (lambda key: select(Duty.pharmacist_name).where(Duty.id == key), "duty of {}"),
    (lambda key: select(Want.name).where(Want.id == key), "want of {}"),
    (lambda key: select(CounterSession.counter).where(CounterSession.id == key), "session of counter {}"),
    (lambda key: select(CounterHandover.to_username).where(CounterHandover.id == key), "handover to {}"),
    (lambda key: select(CashMovement.reason).where(CashMovement.id == key), "cash for {}"),
    (lambda key: select(Node.code).where(Node.id == key), "counter {}"),
)
#: What reading a row raises that another program wrote.
_UNREADABLE = (ValueError, TypeError, DBAPIError)


def named(session: Session, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with the names of their rows, where the row that an id names can still be read.

    The key stays as it is: that is what support looks the row up by.
    """
    return tuple(dataclasses.replace(finding, name=_name(session, finding.key)) for finding in findings)


def _name(session: Session, key: str) -> str:
    parts = key.split("/")
    words = [_words(session, part) for part in parts]
    if not any(words):
        return ""
    return ", ".join(said or part for said, part in zip(words, parts, strict=True))


def _words(session: Session, part: str) -> str | None:
    """Return what people call the row of an id, None for a text that is no id and an id of nothing readable."""
    try:
        key = UUID(part)
    except ValueError:
        return None
    for words, sentence in _ROWS:
        try:
            row = session.execute(words(key)).first()
        except _UNREADABLE:
            continue
        if row is not None:
            return sentence.format(*row)
    return None
