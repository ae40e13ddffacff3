"""How the shop stands with a supplier: what is owed, what is awaited, what was bought."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.kernel.money import Money
from core.ledger.open_items import balance_of
from core.parties.queries import all_ids, resolved
from core.purchasing.debit_standing import IS_SETTLED
from core.purchasing.model import (
    MatchDifference,
    SupplierBill,
    SupplierBillReversal,
)
from core.purchasing.order_queries import open_lines
from core.purchasing.receipt_queries import unbilled_receipts
from core.storage.prepared import Prepared

_IDS: Any = bindparam("ids", expanding=True)
_STANDS = ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id).correlate(SupplierBill))
_OF_SUPPLIER = SupplierBill.supplier_id.in_(_IDS) & _STANDS
_BOUGHT = Prepared(
    select(func.coalesce(func.sum(SupplierBill.taxable_paise), 0)).where(
        _OF_SUPPLIER, SupplierBill.financial_year == bindparam("year")
    )
)
_LAST = Prepared(
    select(SupplierBill.number, SupplierBill.billed_on, SupplierBill.total_paise)
    .where(_OF_SUPPLIER)
    .order_by(SupplierBill.financial_year.desc(), SupplierBill.billed_on.desc(), SupplierBill.id.desc())
    .limit(1)
)
_DIFFERENCES = Prepared(
    select(func.count(), func.coalesce(func.sum(MatchDifference.amount_paise), 0))
    .join(SupplierBill, SupplierBill.id == MatchDifference.bill_id)
    .where(
        _OF_SUPPLIER,
        ~IS_SETTLED,
    )
)


class LastBill(NamedTuple):
    """A supplier's newest bill."""

    number: str
    billed_on: date
    total: Money


class SupplierStanding(NamedTuple):
    """How the shop stands with a supplier. ``owed`` is what the shop owes; below nothing, what the supplier does.

    ``bought`` is the value without GST of this financial year's bills; ``orders`` are those of which something is
    awaited, ``receipts`` those that wait for a bill, ``differences`` what is on the match board, and its amount.
    """

    owed: Money
    bought: Money
    last_bill: LastBill | None
    orders: tuple[str, ...]
    receipts: tuple[str, ...]
    differences: int
    difference: Money


def supplier_standing(session: Session, supplier_id: UUID, today: date) -> SupplierStanding:
    """Return how the shop stands with a supplier and those merged into it. Whoever asks has seen to the right."""
    kept = resolved(session, supplier_id)
    ids = all_ids(session, kept)
    last = _LAST.first(session, {"ids": ids})
    ((count, paise),) = _DIFFERENCES.rows(session, {"ids": ids})
    return SupplierStanding(
        owed=-balance_of(session, "supplier", ids),
        bought=Money(int(_BOUGHT.scalar(session, {"ids": ids, "year": FinancialYear.of(today).starts_in}))),
        last_bill=None if last is None else LastBill(last.number, last.billed_on, Money(last.total_paise)),
        orders=tuple(dict.fromkeys(line.number for line in open_lines(session, kept))),
        receipts=unbilled_receipts(session, ids),
        differences=int(count),
        difference=Money(int(paise)),
    )
