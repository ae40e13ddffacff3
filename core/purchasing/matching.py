"""Three-way match: what a bill asks, what came and what was ordered, line by line; what differs stays listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Need, Permission
from core.auth.rights import require, require_or_override
from core.inventory.batch_dto import Print
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money, Percent, Rate
from core.parties.queries import all_ids, resolved
from core.purchasing.bill_dto import SettleMatch
from core.purchasing.bill_queries import bill_id_of
from core.purchasing.debit_model import DebitNote, DebitNoteLine
from core.purchasing.debit_queries import open_claims
from core.purchasing.debit_standing import IS_SETTLED, claims
from core.purchasing.matching_domain import (
    Difference,
    DifferenceKind,
    Earlier,
    OrderedLine,
    ThreeWay,
    Tolerances,
    differences,
)
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    MatchApproval,
    MatchDifference,
    PurchaseOrder,
    PurchaseOrderLine,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.purchasing.order_queries import require_to_read_orders
from core.purchasing.receipt_dto import ReceiptLineView
from core.purchasing.receipt_queries import put_right
from core.settings.choices import Choice
from core.settings.queries import setting
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork, table_of

#: One percent, and one rupee a line, until the shop says otherwise.
_RATE_BP, _AMOUNT_RUPEES = 100, 1
#: So many differences are said in one sentence: a reason is for what was seen.
_MOST_NAMED = 20

_ORDER, _ORDER_LINE, _RECEIVED = table_of(PurchaseOrder), table_of(PurchaseOrderLine), table_of(GoodsReceiptLine)
_RECEIPT, _BACK = table_of(GoodsReceipt), table_of(GoodsReceiptReversal)
_NUMBERS: Any = bindparam("numbers", expanding=True)
_ORDERED = Prepared(
    select(
        _ORDER.c.number,
        _ORDER_LINE.c.line,
        _ORDER_LINE.c.units,
        _ORDER_LINE.c.free_units,
        _ORDER_LINE.c.rate_parts,
    )
    .join(_ORDER_LINE, _ORDER_LINE.c.order_id == _ORDER.c.id)
    .where(_ORDER.c.number.in_(_NUMBERS))
)
#: What came for lines of orders, the earliest first.
_CAME = Prepared(
    select(
        _ORDER.c.number,
        _RECEIVED.c.order_line,
        _RECEIVED.c.receipt_id,
        _RECEIVED.c.line,
        _RECEIVED.c.billed_units,
        _RECEIVED.c.free_units,
        (_RECEIVED.c.billed_units + _RECEIVED.c.free_units - _RECEIVED.c.short_units - _RECEIVED.c.damaged_units).label(
            "accepted"
        ),
    )
    .join(_ORDER, _ORDER.c.id == _RECEIVED.c.order_id)
    .join(_RECEIPT, _RECEIPT.c.id == _RECEIVED.c.receipt_id)
    .where(
        _ORDER.c.number.in_(_NUMBERS),
        ~exists(select(1).where(_BACK.c.receipt_id == _RECEIVED.c.receipt_id).correlate(_RECEIVED)),
    )
    .order_by(_RECEIPT.c.on_date, _RECEIPT.c.at, _RECEIPT.c.id, _RECEIVED.c.line)
)


def match_rate_bp(session: Session) -> int:
    """Return by how many basis points a bill's rate may pass what was expected."""
    return int(setting(session, Choice.MATCH_RATE_BP, _RATE_BP))


def match_rupees(session: Session) -> int:
    """Return how many rupees a line may be off before it is a difference."""
    return int(setting(session, Choice.MATCH_RUPEES, _AMOUNT_RUPEES))


@dataclass(frozen=True, slots=True)
class Matched:
    """A bill's line beside the line of the receipt ``receipt_id``; other fields as in ``ThreeWay``."""

    receipt_id: UUID
    received: ReceiptLineView
    billed: int
    free: int
    missing: int
    claim: Money
    rate: Rate
    mrp: Money
    tax: Money
    own_tax: Money


def differing(session: Session, lines: Sequence[Matched]) -> list[tuple[int, Difference]]:
    """Return what differs by more than is tolerated, by the number of its line from 1."""
    tolerances = Tolerances(Percent(match_rate_bp(session)), Money(match_rupees(session) * 100))
    numbers = list({line.received.order_number for line in lines if line.received.order_number is not None})
    ordered = {(row.number, row.line): row for row in _ORDERED.rows(session, {"numbers": numbers})} if numbers else {}
    earlier = _came_earlier(session, numbers)
    found: list[tuple[int, Difference]] = []
    for place, line in enumerate(lines, start=1):
        received = line.received
        row = ordered.get((received.order_number, received.order_line))
        three = ThreeWay(
            pieces=received.pieces_per_pack,
            billed=line.billed,
            free=line.free,
            missing=line.missing,
            claim=line.claim,
            rate=line.rate,
            mrp=line.mrp,
            tax=line.tax,
            own_tax=line.own_tax,
            received_rate=None if received.is_provisional else received.rate,
            received_mrp=received.mrp,
            accepted=received.accepted_units,
            ordered=None
            if row is None
            else OrderedLine(row.units, row.free_units, None if row.rate_parts is None else Rate(row.rate_parts)),
            earlier=earlier.get((line.receipt_id, received.line), Earlier()),
        )
        found += [(place, difference) for difference in differences(three, tolerances)]
    return found


def _came_earlier(session: Session, orders: Sequence[str]) -> dict[tuple[UUID, int], Earlier]:
    """Return what an order line had got before each line of a receipt that answers it.

    What is more than was ordered is that of the last that came, and counts once.
    """
    came: defaultdict[tuple[str, int], Earlier] = defaultdict(Earlier)
    earlier: dict[tuple[UUID, int], Earlier] = {}
    for row in _CAME.rows(session, {"numbers": orders}) if orders else ():
        key = (row.number, row.order_line)
        before = earlier[row.receipt_id, row.line] = came[key]
        came[key] = Earlier(
            before.accepted + row.accepted, before.billed + row.billed_units, before.free + row.free_units
        )
    return earlier


def require_match(
    uow: UnitOfWork,
    bill_id: UUID,
    lines: Sequence[Matched],
    found: Sequence[tuple[int, Difference]],
    reason: str | None,
) -> None:
    """Refuse a bill that differs, unless it says why, and who enters it may take as much or a supervisor does.

    Raises RuleBroken ``purchases.match_reason`` or ``.match_reason_of_more`` with what differs, and those of
    ``require_or_override``.
    """
    if not found:
        return
    if reason is None:
        said = [_words(number, lines[number - 1].received, difference) for number, difference in found]
        more = len(said) - _MOST_NAMED
        if more > 0:
            named = "; ".join(said[:_MOST_NAMED])
            raise RuleBroken("purchases.match_reason_of_more", where="match_reason", differences=named, more=more)
        raise RuleBroken("purchases.match_reason", where="match_reason", differences="; ".join(said))
    amount = sum(difference.amount.paise for _, difference in found)
    require_or_override(uow, Need(Permission.APPROVE_MATCH, amount), bill_id)


def _words(number: int, received: ReceiptLineView, difference: Difference) -> str:
    """Return a difference as a sentence names it."""
    expected, found = difference.words(received.pieces_per_pack)
    return f"line {number}, {received.item_name}: {difference.kind.words} {found}, expected {expected}"


def settle_match(uow: UnitOfWork, command: SettleMatch) -> Money:
    """Settle a listed difference as it is, with a reason: it is listed no more. The same again changes nothing.

    Return what the supplier still owes for the line's missing units: nothing was paid by looking away.
    Raises RuleBroken ``purchases.no_such``, ``purchases.no_difference``, ``purchases.settled_already`` and those of
    ``require_or_override``.
    """
    require(uow, Permission.APPROVE_MATCH)
    bill_id = bill_id_of(uow.session, command.supplier, command.number)
    key = (MatchDifference.bill_id == bill_id, MatchDifference.line == command.line)
    row = uow.session.execute(
        select(MatchDifference.amount_paise).where(*key, MatchDifference.kind == command.kind)
    ).first()
    if row is None:
        raise RuleBroken("purchases.no_difference", where="kind", line=command.line, kind=command.kind)
    _require_amount(uow, int(row.amount_paise), command.command_id)
    settled = uow.session.execute(
        select(MatchApproval.reason, MatchApproval.username).where(
            MatchApproval.bill_id == bill_id, MatchApproval.line == command.line, MatchApproval.kind == command.kind
        )
    ).first()
    if settled is not None:
        if settled.reason == command.reason and settled.username == uow.actor.username:
            return _open_claim(uow.session, bill_id, command)
        raise RuleBroken("purchases.settled_already", where="kind", reason=settled.reason, username=settled.username)
    if command.kind == DifferenceKind.QUANTITY:
        _refuse_asked_back(uow.session, bill_id, command.line)
    _record_settled(uow, bill_id, command, Money(int(row.amount_paise)))
    write_event(uow, "match.settled", bill_id, {"line": str(command.line), "kind": command.kind})
    return _open_claim(uow.session, bill_id, command)


def _refuse_asked_back(session: Session, bill_id: UUID, line: int) -> None:
    """Refuse to settle what a standing debit note settles. Raises RuleBroken ``purchases.settled_already``."""
    note = session.execute(
        select(DebitNote.number, DebitNote.username)
        .join(DebitNoteLine, DebitNoteLine.note_id == DebitNote.id)
        .where(*claims(bill_id, line))
        .limit(1)
    ).first()
    if note is not None:
        reason = f"Debit note {note.number}"
        raise RuleBroken("purchases.settled_already", where="kind", reason=reason, username=note.username)


def _open_claim(session: Session, bill_id: UUID, command: SettleMatch) -> Money:
    """Return the claim of a line whose missing units were settled and that no debit note asked back yet."""
    if command.kind != DifferenceKind.QUANTITY or command.line not in open_claims(session, bill_id):
        return ZERO
    return Money(session.get_one(SupplierBillLine, (bill_id, command.line)).claim_paise)


def _require_amount(uow: UnitOfWork, paise: int, command_id: UUID) -> None:
    """Ask for the right to take as much, or a supervisor's leave. Raises those of ``require_or_override``."""
    require_or_override(uow, Need(Permission.APPROVE_MATCH, paise), command_id)


def _record_settled(uow: UnitOfWork, bill_id: UUID, command: SettleMatch, amount: Money) -> None:
    uow.record(
        MatchApproval,
        [
            {
                "bill_id": bill_id,
                "line": command.line,
                "kind": command.kind,
                "amount_paise": amount.paise,
                "reason": command.reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )


class ListedDifference(NamedTuple):
    """A difference on the match board. ``expected`` and ``found`` as people read them."""

    bill_id: UUID
    number: str
    billed_on: date
    supplier_id: UUID
    supplier_name: str
    line: int
    item_code: str
    item_name: str
    batch_number: str
    kind: DifferenceKind
    expected: str
    found: str
    amount: Money
    reason: str | None
    username: str
    #: The number that the packs bear, where the one of the receipt was put right since.
    batch_now: str | None


def match_board(
    session: Session, actor: Actor, bill_id: UUID | None = None, *, supplier_id: UUID | None = None
) -> list[ListedDifference]:
    """Return every difference that nobody settled, of standing bills, the oldest first; of a bill, a supplier, or all.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    of_whom = all_ids(session, resolved(session, supplier_id)) if supplier_id is not None else ()
    return open_differences(session, bill_id=bill_id, supplier_ids=of_whom)


def open_differences(
    session: Session, *, bill_id: UUID | None = None, supplier_ids: Sequence[UUID] = ()
) -> list[ListedDifference]:
    """Return the match board to a report, which has asked for a right of its own; of some suppliers or of all."""
    back = exists(select(1).where(SupplierBillReversal.bill_id == MatchDifference.bill_id))
    wanted = (
        select(
            MatchDifference.bill_id,
            SupplierBill.number,
            SupplierBill.billed_on,
            SupplierBill.supplier_id,
            SupplierBill.supplier_name,
            MatchDifference.line,
            SupplierBillLine.receipt_id,
            SupplierBillLine.receipt_line,
            SupplierBillLine.item_code,
            SupplierBillLine.item_name,
            SupplierBillLine.batch_number,
            SupplierBillLine.pieces_per_pack,
            MatchDifference.kind,
            MatchDifference.expected,
            MatchDifference.found,
            MatchDifference.amount_paise,
            SupplierBill.match_reason,
            SupplierBill.username,
        )
        .join(SupplierBill, SupplierBill.id == MatchDifference.bill_id)
        .join(
            SupplierBillLine,
            (SupplierBillLine.bill_id == MatchDifference.bill_id) & (SupplierBillLine.line == MatchDifference.line),
        )
        .where(~IS_SETTLED, ~back)
        .order_by(SupplierBill.on_date, SupplierBill.at, MatchDifference.bill_id, MatchDifference.line)
    )
    if bill_id is not None:
        wanted = wanted.where(MatchDifference.bill_id == bill_id)
    if supplier_ids:
        wanted = wanted.where(SupplierBill.supplier_id.in_(supplier_ids))
    rows = session.execute(wanted).all()
    now = put_right(session, {row.receipt_id for row in rows})
    return [_listed(row, now.get((row.receipt_id, row.receipt_line))) for row in rows]


def _listed(row: Any, now: Print | None) -> ListedDifference:
    kind = DifferenceKind(row.kind)
    difference = Difference(kind, row.expected, row.found, Money(row.amount_paise))
    expected, found = difference.words(row.pieces_per_pack)
    return ListedDifference(
        bill_id=row.bill_id,
        number=row.number,
        billed_on=row.billed_on,
        supplier_id=row.supplier_id,
        supplier_name=row.supplier_name,
        line=row.line,
        item_code=row.item_code,
        item_name=row.item_name,
        batch_number=row.batch_number,
        kind=kind,
        expected=expected,
        found=found,
        amount=Money(row.amount_paise),
        reason=row.match_reason,
        username=row.username,
        batch_now=now.number if now is not None else None,
    )
