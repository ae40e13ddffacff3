"""Finds the paper that another one looks like: taken for two it would be put in stock, or paid, twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.inventory.batches import numbers_now
from core.inventory.identity import NO_BATCH
from core.kernel.dates import FinancialYear, show_date
from core.kernel.errors import NeedsConfirmation
from core.kernel.money import Money
from core.purchasing.bill_terms import number_key
from core.purchasing.domain import MADE_UP
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
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

_IS_BILLED = exists(
    select(SupplierBillLine.bill_id)
    .where(SupplierBillLine.receipt_id == GoodsReceipt.id)
    .where(~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBillLine.bill_id)))
    .correlate(GoodsReceipt)
)
_RECEIVED: Any = Prepared(
    select(
        GoodsReceipt.id,
        GoodsReceipt.number,
        GoodsReceipt.on_date,
        GoodsReceipt.supplier_document,
        GoodsReceipt.document_date,
        _IS_BILLED.label("is_billed"),
    )
    .where(
        GoodsReceipt.supplier_id.in_(bindparam("suppliers", expanding=True)),
        GoodsReceipt.on_date >= bindparam("first"),
        ~exists(select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceipt.id).correlate(GoodsReceipt)),
    )
    .order_by(GoodsReceipt.on_date.desc(), GoodsReceipt.id)
)
_GOODS: Any = Prepared(
    select(GoodsReceiptLine.item_id, GoodsReceiptLine.batch_number, GoodsReceiptLine.billed_units).where(
        GoodsReceiptLine.receipt_id == bindparam("receipt")
    )
)


class BilledLine(NamedTuple):
    """What of a line tells two papers apart: its item, the batch as it is kept, and how much is billed."""

    item_id: UUID
    batch: str
    units: int

    def with_number_of(self, now: Mapping[tuple[UUID, str], str]) -> BilledLine:
        """Return it with the number that its batch bears by now, where that was put right."""
        return self._replace(batch=now.get((self.item_id, self.batch), self.batch))


class Twin(NamedTuple):
    """A bill that stands, by the supplier's number and its day."""

    number: str
    billed_on: date


class Paper(NamedTuple):
    """The paper in a box: its number and day, as far as they are known, and whether it is a bill."""

    number: str | None
    on_date: date
    is_bill: bool


def received_before(
    session: Session, suppliers: Sequence[UUID], paper: Paper, lines: Iterable[BilledLine]
) -> NeedsConfirmation | None:
    """Return what is to be asked where goods may have come in already with a receipt of a supplier that stands.

    That is one of the same number in its financial year, or, for a bill, one of the same goods a month before at most
    that still waits for its bill.
    """
    year, near = FinancialYear.of(paper.on_date), paper.on_date - _NEAR
    rows = list(_RECEIVED.rows(session, {"suppliers": suppliers, "first": min(year.first_day, near)}))
    same = next((row for row in rows if paper.number is not None and _is_of_paper(row, paper.number, year)), None)
    if same is not None:
        said = {"number": same.number, "date": show_date(same.on_date)}
        return NeedsConfirmation("receipts.same_paper", document=paper.number, **said)
    wanted = list(lines)
    now = numbers_now(session, (line.item_id for line in wanted))
    for row in rows:
        if not paper.is_bill or row.is_billed or row.on_date < near:
            continue
        if _are_alike(wanted, _goods_of(session, row), now):
            return NeedsConfirmation("receipts.same_goods", number=row.number, date=show_date(row.on_date))
    return None


def _is_of_paper(receipt: Any, number: str, year: FinancialYear) -> bool:
    """Say whether a receipt names a paper: by its number in a financial year, in whatever letters."""
    if not receipt.supplier_document or number_key(receipt.supplier_document) != number_key(number):
        return False
    return FinancialYear.of(receipt.document_date or receipt.on_date) == year


def _goods_of(session: Session, receipt: Any) -> list[BilledLine]:
    return [BilledLine(*line) for line in _GOODS.rows(session, {"receipt": receipt.id})]


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
    now = numbers_now(session, (line.item_id for line in wanted))
    for row in _NEARBY.rows(session, values):
        theirs = [BilledLine(*line) for line in _LINES.rows(session, {"bill": row.id})]
        # goods without batches come alike every week: of another day they are rather other goods
        is_told = row.billed_on == billed_on or any(_has_batch(line) for line in {*wanted} & {*theirs})
        if is_told and _are_alike(wanted, theirs, now):
            return Twin(row.number, row.billed_on)
    return None


def _are_alike(some: Sequence[BilledLine], others: Sequence[BilledLine], now: Mapping[tuple[UUID, str], str]) -> bool:
    """Say whether lines are the same; a batch that the shop made up, since the paper has none, may be any.

    ``now`` says which number a batch bears that was mistyped on one of the two papers.
    """
    if Counter(map(_goods, some)) != Counter(map(_goods, others)):
        return False
    some, others = ([line.with_number_of(now) for line in lines] for lines in (some, others))
    known, of_others = (Counter(line for line in lines if not _is_made_up(line)) for lines in (some, others))
    return _fit_beside(known - of_others, others) and _fit_beside(of_others - known, some)


def _fit_beside(left: Counter[BilledLine], lines: Sequence[BilledLine]) -> bool:
    """Say whether lines whose batch is known only on one side stand beside as many without one."""
    made_up = Counter(_goods(line) for line in lines if _is_made_up(line))
    return Counter(_goods(line) for line in left.elements()) <= made_up


def _goods(line: BilledLine) -> tuple[UUID, int]:
    return line.item_id, line.units


def _has_batch(line: BilledLine) -> bool:
    return not _is_made_up(line) and line.batch != NO_BATCH


def _is_made_up(line: BilledLine) -> bool:
    return not line.batch or line.batch.startswith(MADE_UP)
