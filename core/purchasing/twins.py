"""Finds the bill that another one looks like: one paper under two numbers would be paid and put in stock twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.kernel.money import Money
from core.purchasing.domain import MADE_UP
from core.purchasing.model import SupplierBill, SupplierBillLine, SupplierBillReversal
from core.storage.prepared import Prepared

#: The same again after a month is rather a new bill.
_NEAR: Final = timedelta(days=31)

_STANDS = ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id).correlate(SupplierBill))
_NEARBY: Any = Prepared(
    select(SupplierBill.id, SupplierBill.number, SupplierBill.billed_on)
    .where(
        SupplierBill.supplier_id.in_(bindparam("suppliers", expanding=True)),
        SupplierBill.financial_year.in_(bindparam("years", expanding=True)),
        SupplierBill.billed_on.between(bindparam("first"), bindparam("last")),
        SupplierBill.total_paise == bindparam("total"),
        _STANDS,
    )
    .order_by(SupplierBill.billed_on.desc(), SupplierBill.id)
)
_LINES: Any = Prepared(
    select(SupplierBillLine.item_id, SupplierBillLine.batch_number, SupplierBillLine.billed_units).where(
        SupplierBillLine.bill_id == bindparam("bill")
    )
)


class BilledLine(NamedTuple):
    """What of a line tells two papers apart: its item, the batch as it is kept, and how much is billed."""

    item_id: UUID
    batch: str
    units: int


class Twin(NamedTuple):
    """A bill that stands, by the supplier's number and its day."""

    number: str
    billed_on: date


def twin_of(
    session: Session, suppliers: Sequence[UUID], billed_on: date, total: Money, lines: Iterable[BilledLine]
) -> Twin | None:
    """Return a standing bill of a supplier that has the same total and the same lines, a month apart at most.

    ``suppliers`` is the supplier with those merged into it.
    """
    first, last = billed_on - _NEAR, billed_on + _NEAR
    values = {
        "suppliers": suppliers,
        "years": sorted({FinancialYear.of(first).starts_in, FinancialYear.of(last).starts_in}),
        "first": first,
        "last": last,
        "total": total.paise,
    }
    wanted = list(lines)
    for row in _NEARBY.rows(session, values):
        if _are_alike(wanted, [BilledLine(*line) for line in _LINES.rows(session, {"bill": row.id})]):
            return Twin(row.number, row.billed_on)
    return None


def _are_alike(some: Sequence[BilledLine], others: Sequence[BilledLine]) -> bool:
    """Say whether lines are the same; a batch that the shop made up, since the paper has none, may be any."""
    if Counter(map(_goods, some)) != Counter(map(_goods, others)):
        return False
    known, of_others = (Counter(line for line in lines if not _is_made_up(line)) for lines in (some, others))
    return _fit_beside(known - of_others, others) and _fit_beside(of_others - known, some)


def _fit_beside(left: Counter[BilledLine], lines: Sequence[BilledLine]) -> bool:
    """Say whether lines whose batch is known only on one side stand beside as many without one."""
    made_up = Counter(_goods(line) for line in lines if _is_made_up(line))
    return Counter(_goods(line) for line in left.elements()) <= made_up


def _goods(line: BilledLine) -> tuple[UUID, int]:
    return line.item_id, line.units


def _is_made_up(line: BilledLine) -> bool:
    return not line.batch or line.batch.startswith(MADE_UP)
