"""What the documents behind entries of the ledger are called: number, kind in words, who or why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit.notes import note_of
from core.cash.drawer import MOVEMENT
from core.cash.kinds import MovementKind
from core.cash.model import CashMovement
from core.catalog.queries import in_parts
from core.inventory.opening import UNDONE as STOCK_UNDONE
from core.ledger.model import LedgerAccount
from core.opening.balances import BALANCE
from core.opening.dues import DOCUMENT as DUES
from core.opening.dues import DUES_UNDONE
from core.purchasing.billing import BILL as SUPPLIER_BILL
from core.purchasing.debit_model import DebitNote, DebitNoteReversal
from core.purchasing.debiting import DEBIT_NOTE
from core.purchasing.model import GoodsReceipt, GoodsReceiptReversal, SupplierBill, SupplierBillReversal
from core.purchasing.receiving import RECEIPT
from core.purchasing.taking_back import BILL_BACK, NOTE_BACK, RECEIPT_BACK
from core.reporting.report import Target, ToBill
from core.sales.model import Bill, BillCancellation, PaymentChange

#: The kinds of documents under which entries stand.
BILL, CANCELLATION, PAYMENT_CHANGE = "bill", "bill_cancellation", "payment_change"
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        BILL: "Bill",
        CANCELLATION: "Cancellation",
        PAYMENT_CHANGE: "Payment change",
        "opening": "Opening stock",
        "opening_undone": "Opening stock taken back",
        BALANCE: "Opening balance entered",
        "opening_balance_undone": "Opening balance taken back",
        DUES: "Opening dues",
        "opening_dues_undone": "Opening dues taken back",
        RECEIPT: "Goods receipt",
        RECEIPT_BACK: "Goods receipt taken back",
        SUPPLIER_BILL: "Supplier's bill",
        BILL_BACK: "Supplier's bill taken back",
        DEBIT_NOTE: "Debit note",
        NOTE_BACK: "Debit note taken back",
    }
)
#: Kinds whose reason only their event has: few, each asked for by itself.
_NOTED: Mapping[str, str] = MappingProxyType({"opening_undone": STOCK_UNDONE, "opening_dues_undone": DUES_UNDONE})


class Document(NamedTuple):
    """What a document is called. ``bill`` is the number of the bill that it is or is about."""

    number: str | None
    what: str
    particulars: str | None
    bill: str | None = None

    @property
    def target(self) -> Target | None:
        """What Enter opens."""
        return ToBill(self.bill) if self.bill is not None else None


def documents_named(session: Session, kinds: Mapping[UUID, str]) -> dict[UUID, Document]:
    """Return what documents are called, by id, from their kinds by id. All of a kind are read together."""
    found: dict[UUID, Document] = {}
    of_kind: defaultdict[str, list[UUID]] = defaultdict(list)
    for document_id, kind in kinds.items():
        of_kind[kind].append(document_id)
    for kind, ids in of_kind.items():
        reader = _READERS.get(kind)
        if reader is not None:
            found |= reader(session, ids)
        elif kind in _NOTED:
            found |= {one: Document(None, _WORDS[kind], _reason(session, one, _NOTED[kind])) for one in ids}
        else:
            words = _WORDS.get(kind) or kind.replace("_", " ").capitalize()
            found |= dict.fromkeys(ids, Document(None, words, None))
    return found


def account_names(session: Session) -> dict[str, str]:
    """Return the name of every account by its code."""
    return dict(session.execute(select(LedgerAccount.code, LedgerAccount.name)).all())


def _reason(session: Session, document_id: UUID, event: str) -> str | None:
    note = note_of(session, document_id, event)
    return None if note is None else note.get("reason")


def _bills(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    rows = _rows(session, select(Bill.id, Bill.number, Bill.customer_name), Bill.id, ids)
    return {row.id: Document(row.number, _WORDS[BILL], row.customer_name, row.number) for row in rows}


def _cancellations(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return _about_bills(session, BillCancellation, CANCELLATION, ids)


def _payment_changes(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return _about_bills(session, PaymentChange, PAYMENT_CHANGE, ids)


def _about_bills(session: Session, model: Any, kind: str, ids: Sequence[UUID]) -> dict[UUID, Document]:
    wanted = select(model.id, model.reason, Bill.number, Bill.customer_name).join(Bill, Bill.id == model.bill_id)
    found: dict[UUID, Document] = {}
    for row in _rows(session, wanted, model.id, ids):
        why = f"{row.customer_name}: {row.reason}" if row.customer_name else row.reason
        found[row.id] = Document(row.number, _WORDS[kind], why, row.number)
    return found


def _movements(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    wanted = select(CashMovement.id, CashMovement.kind, CashMovement.reason)
    return {
        row.id: Document(None, MovementKind(row.kind).words.capitalize(), row.reason)
        for row in _rows(session, wanted, CashMovement.id, ids)
    }


def _receipts(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    wanted = select(GoodsReceipt.id, GoodsReceipt.number, GoodsReceipt.supplier_name)
    rows = _rows(session, wanted, GoodsReceipt.id, ids)
    return {row.id: Document(row.number, _WORDS[RECEIPT], row.supplier_name) for row in rows}


def _supplier_bills(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    wanted = select(SupplierBill.id, SupplierBill.number, SupplierBill.supplier_name)
    rows = _rows(session, wanted, SupplierBill.id, ids)
    return {row.id: Document(row.number, _WORDS[SUPPLIER_BILL], row.supplier_name) for row in rows}


def _debit_notes(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    wanted = select(DebitNote.id, DebitNote.number, DebitNote.supplier_name, DebitNote.reason)
    rows = _rows(session, wanted, DebitNote.id, ids)
    return {row.id: Document(row.number, _WORDS[DEBIT_NOTE], f"{row.supplier_name}: {row.reason}") for row in rows}


def _receipts_back(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return _taken_back(session, GoodsReceipt, GoodsReceiptReversal, GoodsReceiptReversal.receipt_id, RECEIPT_BACK, ids)


def _supplier_bills_back(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return _taken_back(session, SupplierBill, SupplierBillReversal, SupplierBillReversal.bill_id, BILL_BACK, ids)


def _debit_notes_back(session: Session, ids: Sequence[UUID]) -> dict[UUID, Document]:
    return _taken_back(session, DebitNote, DebitNoteReversal, DebitNoteReversal.note_id, NOTE_BACK, ids)


def _taken_back(session: Session, of: Any, back: Any, key: Any, kind: str, ids: Sequence[UUID]) -> dict[UUID, Document]:
    """Return what took documents back; ``key`` is the column of ``back`` that names which of ``of``."""
    wanted = select(back.id, back.reason, of.number, of.supplier_name).join(of, of.id == key)
    rows = _rows(session, wanted, back.id, ids)
    return {row.id: Document(row.number, _WORDS[kind], f"{row.supplier_name}: {row.reason}") for row in rows}


def _rows(session: Session, wanted: Select[*tuple[Any, ...]], column: Any, ids: Iterable[UUID]) -> list[Any]:
    return [row for part in in_parts(ids) for row in session.execute(wanted.where(column.in_(part)))]


_READERS: Mapping[str, Callable[[Session, Sequence[UUID]], dict[UUID, Document]]] = MappingProxyType(
    {
        BILL: _bills,
        CANCELLATION: _cancellations,
        PAYMENT_CHANGE: _payment_changes,
        MOVEMENT: _movements,
        RECEIPT: _receipts,
        RECEIPT_BACK: _receipts_back,
        SUPPLIER_BILL: _supplier_bills,
        BILL_BACK: _supplier_bills_back,
        DEBIT_NOTE: _debit_notes,
        NOTE_BACK: _debit_notes_back,
    }
)
