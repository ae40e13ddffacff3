"""Takes a proposed file in: goods, bill, and what was learned of it, in one transaction; only what closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, make
from core.kernel.errors import RuleBroken, unheard
from core.kernel.money import ZERO, Money
from core.purchasing.bill_dto import (
    BillHead,
    GoodsLineInput,
    PrintedLine,
    ReceiveBilledGoods,
    SetOff,
    SetOffKind,
    SupplierBillView,
)
from core.purchasing.billing import receive_billed_goods
from core.purchasing.model import SupplierBill
from core.purchasing.proposing.dto import LearnedLine, Proposal, ProposedLine, RememberLayout
from core.purchasing.proposing.learning import keep_layout, keep_lines, layout_of, learnable
from core.purchasing.receipt_dto import MOST_MAKER, ReceiptLineInput
from core.storage.unit_of_work import UnitOfWork

#: What a file need not print, because whoever takes it in may type it.
_TYPED: Final = frozenset({"purchase_file.no_total", "purchase_file.no_number", "purchase_file.no_date"})
#: What is only odd while the file is read cannot be taken in: the bill would not close without the tax.
_NO_GSTIN: Final = "proposal.tax_without_gstin"
_SET_OFFS: Final = (SetOffKind.CREDIT_NOTE, SetOffKind.REPLACEMENT, SetOffKind.ADVANCE)


class Missing(NamedTuple):
    """What of a line was not in the box, or broken: as typed, in units of the paper."""

    short: str = ""
    damaged: str = ""


class TakeFileIn(Frozen):
    """The command to take a supplier's file in, and to remember which items its lines and what its columns meant.

    ``layout`` is of the bill's supplier.
    """

    bill: ReceiveBilledGoods
    learned: tuple[LearnedLine, ...] = ()
    layout: RememberLayout | None = None


def file_command(
    proposal: Proposal,
    *,
    command_id: UUID,
    receipt_id: UUID,
    typed: Mapping[str, Any] = MappingProxyType({}),
    missing: Mapping[int, Missing] = MappingProxyType({}),
    orders: Sequence[str] = (),
    match_reason: str | None = None,
    confirmed: bool = False,
) -> TakeFileIn:
    """Return the command that takes a proposal in.

    ``typed`` are fields of the bill's head that the file does not print or that a person knows better (``number``,
    ``billed_on``, ``total``, ``due_date``, ``note``); ``missing`` what was short or damaged by the row in the file;
    ``orders`` the numbers of the orders that it answers.
    Raises the first RuleBroken that stands in the way: what is asked of the file or at a line (``lines.2``), what
    does not add up in it, ``proposal.no_such_row`` where goods are missing of a line that the file does not have, and
    ``proposal.prints_other`` where something else is typed than the file prints and nobody ``confirmed`` it: one bill
    under two numbers would be two bills.
    """
    _refuse_asked(proposal, typed)
    _refuse_rows(proposal, missing)
    if not confirmed:
        _refuse_other(proposal, typed)
    assert proposal.supplier is not None
    printed = proposal.printed
    set_offs = [(kind, getattr(printed, kind)) for kind in _SET_OFFS]
    taken_off = Money.total(amount for _, amount in set_offs)
    head = {
        "supplier": str(proposal.supplier.supplier_id),
        "number": proposal.number,
        "billed_on": proposal.on_date,
        "due_date": proposal.due_date,
        "buyer_gstin": proposal.buyer_gstin,
        "trade_discount": printed.trade_discount,
        "scheme_discount": printed.scheme_discount,
        "cash_discount": printed.cash_discount,
        # what stands below the lines comes off the total there
        "discounts_before_tax": False,
        "freight": printed.freight,
        "other_charges": printed.other_charges + printed.debit_note,
        "tcs": printed.tcs,
        "set_offs": tuple(
            SetOff(kind=kind, amount=amount, number=proposal.papers.get(kind)) for kind, amount in set_offs if amount
        ),
        "total": (printed.total or ZERO) + taken_off,
        **typed,
    }
    bill = {
        "command_id": command_id,
        "receipt_id": receipt_id,
        "head": make(BillHead, head),
        "lines": tuple(_line(line, missing.get(line.row, Missing())) for line in proposal.lines),
        "orders": tuple(orders),
        "match_reason": match_reason,
        "confirmed": confirmed,
    }
    return TakeFileIn(
        bill=make(ReceiveBilledGoods, bill),
        learned=learnable(proposal),
        layout=layout_of(proposal, proposal.supplier.supplier_id),
    )


def take_file_in(
    uow: UnitOfWork, command: TakeFileIn, caution: Callable[[RuleBroken], None] = unheard
) -> SupplierBillView:
    """Take goods and bill of a file in, and remember what it taught; the same command again changes nothing.

    ``caution`` hears what ``receive_goods`` says. Raises what ``receive_billed_goods`` does, and RuleBroken
    ``proposal.learned_twice``.
    """
    require(uow, Permission.PURCHASE)
    is_new = uow.session.scalar(select(SupplierBill.id).where(SupplierBill.id == command.bill.command_id)) is None
    if is_new and command.learned:
        keep_lines(uow, UUID(command.bill.head.supplier), command.learned)
    if is_new and command.layout is not None:
        keep_layout(uow, UUID(command.bill.head.supplier), command.layout)
    return receive_billed_goods(uow, command.bill, caution)


def _refuse_asked(proposal: Proposal, typed: Mapping[str, Any]) -> None:
    for note in (*proposal.asked, *(one for one in proposal.warnings if one.code == _NO_GSTIN)):
        raise note.problem()
    for note in proposal.differences:
        if note.code not in _TYPED or _typed_name(note.code) not in typed:
            raise note.problem()
    for place, line in enumerate(proposal.lines):
        for note in line.asked:
            raise note.problem().moved_to(f"lines.{place}")


def _refuse_rows(proposal: Proposal, missing: Mapping[int, Missing]) -> None:
    """A wrong digit would pay for goods that are not there. Raises RuleBroken ``proposal.no_such_row``."""
    rows = {line.row for line in proposal.lines}
    for row in missing:
        if row not in rows:
            raise RuleBroken("proposal.no_such_row", where="missing", row=row)


def _refuse_other(proposal: Proposal, typed: Mapping[str, Any]) -> None:
    printed = {"number": proposal.number or None, "billed_on": proposal.on_date}
    for name, own in printed.items():
        if own is not None and name in typed and str(typed[name]) != str(own):
            said = {"printed": _shown(own), "typed": _shown(typed[name])}
            raise RuleBroken("proposal.prints_other", where=f"head.{name}", **said)


def _shown(value: object) -> str:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)


def _typed_name(code: str) -> str:
    return {"no_total": "total", "no_number": "number", "no_date": "billed_on"}[code.rpartition(".")[2]]


def _line(line: ProposedLine, missing: Missing) -> GoodsLineInput:
    """Return a line of a proposal with nothing asked as the command has it; quantities are smallest pieces."""
    assert line.match is not None
    assert line.factor is not None
    expires = line.expires
    goods = {
        "item": line.match.code,
        "quantity": f"{line.billed_units}t",
        "free": f"{line.free_units}t" if line.free_units else None,
        "short": missing.short or None,
        "damaged": missing.damaged or None,
        "factor": line.factor,
        "batch": line.batch or None,
        "expiry": str(expires) if expires is not None else None,
        "maker": line.made_by[:MOST_MAKER].rstrip() or None,
        "mrp": line.pack_mrp or ZERO,
    }
    printed = {
        "rate": line.rate,
        # all that the file takes off, whatever it calls it; with discounted rates some paise of rounding are left
        "discount": line.discount,
        "taxable": line.taxable,
        "gst": line.gst,
        **dict(_taxes(line)),
    }
    return GoodsLineInput(goods=make(ReceiptLineInput, goods), printed=make(PrintedLine, printed))


def _taxes(line: ProposedLine) -> Iterator[tuple[str, Money]]:
    if line.tax_is_printed:
        yield from (("cgst", line.cgst), ("sgst", line.sgst), ("igst", line.igst))
