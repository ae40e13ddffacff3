"""Issues a debit note: claims are settled, goods go back, the supplier owes as much, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.inventory.issuing import LotDemand, issue_lots
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import ZERO, Money
from core.ledger import chart
from core.ledger.closing import refuse_closed_day
from core.ledger.open_items import NewOpenItem, add_open_items
from core.ledger.posting import Posting, post_entry
from core.numbering.dto import NumberedKind
from core.numbering.series import DocumentNumber, draw_number
from core.parties.model import Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.asking import Questions
from core.purchasing.debit_dto import DebitKind, DebitNoteView, IssueDebitNote
from core.purchasing.debit_lines import DebitLine, read_debit_lines
from core.purchasing.debit_model import DebitNote, DebitNoteLine
from core.purchasing.debit_queries import claims_standing, debit_note_view
from core.purchasing.goods import goods, supplier_named
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

#: What a debit note is called where movements, entries and open items name their document.
DEBIT_NOTE: Final = "debit_note"


def issue_debit_note(uow: UnitOfWork, command: IssueDebitNote) -> DebitNoteView:
    """Ask a supplier for money back and return the note; the same command again returns the first result.

    A claim settles what a line of a bill asked for units that were not there. A return takes units out of one very lot,
    expired and held ones too, at their share of what was paid for it; GST that had been input tax is reversed with
    them. The note stands as the supplier's open debit under its number.

    Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``, ``debit_notes.set_off_already`` where credit notes
    of the supplier took off a bill what is claimed here, ``debit_notes.rate_above_mrp`` where a typed price is more
    than the pack sells for; RuleBroken ``auth.not_allowed``, ``debit_notes.command_reused``, ``ledger.day_closed``,
    those of the supplier and of ``read_debit_lines``.
    """
    require(uow, Permission.PURCHASE)
    row = {"id": command.command_id, "command_sha": command.fingerprint()}
    done = replay(uow, DebitNote, row, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("debit_notes.command_reused", command=str(command.command_id))
    if done is Replay.NEW:
        refuse_odd_clock(uow)
        refuse_closed_day(uow, uow.today)
        supplier = supplier_named(uow.session, command.supplier)
        lines = read_debit_lines(uow, command, supplier)
        questions = Questions(confirmed=command.confirmed)
        questions.ask(_set_off_before(uow, supplier, lines), *_prices_asked(command, lines))
        questions.settle()
        _record(uow, command, supplier, lines)
        write_event(uow, "debit_note.issued", command.command_id)
    return debit_note_view(uow.session, command.command_id)


def _set_off_before(uow: UnitOfWork, supplier: Supplier, lines: Sequence[DebitLine]) -> NeedsConfirmation | None:
    """Return what is asked where less of the supplier's claims stands than is asked back."""
    claimed = Money.total(line.debit.total for line in lines if line.kind is DebitKind.CLAIM)
    if not claimed:
        return None
    standing = claims_standing(uow.session, all_ids(uow.session, resolved(uow.session, supplier.id)))
    if claimed <= standing:
        return None
    return NeedsConfirmation("debit_notes.set_off_already", supplier=supplier.name, claim=claimed, open=standing)


def _prices_asked(command: IssueDebitNote, lines: Sequence[DebitLine]) -> Iterator[NeedsConfirmation]:
    """Yield what is asked of goods whose price was typed: no pack was bought at more than it sells for."""
    returns = [line for line in lines if line.kind is DebitKind.RETURN]
    for index, (wanted, line) in enumerate(zip(command.returns, returns, strict=True)):
        if wanted.rate is None or line.lot is None or wanted.rate.times(1) <= line.lot.mrp:
            continue
        said = {"item": line.lot.item_name, "rate": wanted.rate.times(1), "mrp": line.lot.mrp}
        yield NeedsConfirmation("debit_notes.rate_above_mrp", where=f"returns.{index}.rate", **said)


def _record(uow: UnitOfWork, command: IssueDebitNote, supplier: Supplier, lines: Sequence[DebitLine]) -> None:
    """Write the note with its movements and entry, and what the supplier owes.

    That it settles differences of the match board is worked out of its lines (``debit_standing``).
    """
    note_id = command.command_id
    number = draw_number(uow, NumberedKind.DEBIT_NOTE, uow.today)
    costs = _take_out(uow, note_id, lines)
    uow.record(DebitNote, [_head_row(uow, command, supplier, number, lines)])
    items = goods(uow.session, [_item_id(line) for line in lines])
    uow.record(
        DebitNoteLine,
        [
            _line_row(note_id, place, line, items[_item_id(line)], cost)
            for place, (line, cost) in enumerate(zip(lines, costs, strict=True), start=1)
        ],
    )
    _post(uow, note_id, lines, costs)
    total = Money.total(line.debit.total for line in lines)
    owed = NewOpenItem("supplier", supplier.id, DEBIT_NOTE, number.text, uow.today, uow.today, total, total)
    add_open_items(uow, note_id, [owed])


def _take_out(uow: UnitOfWork, note_id: UUID, lines: Sequence[DebitLine]) -> list[Money]:
    """Take what goes back out of its lots and return what each line's units were worth; claims move nothing."""
    demands = [LotDemand(line.lot.item_id, line.lot.lot_id, line.units) for line in lines if line.lot is not None]
    if not demands:
        return [ZERO] * len(lines)
    worth = iter(issue_lots(uow, document_id=note_id, document_kind=DEBIT_NOTE, on_date=uow.today, demands=demands))
    return [ZERO if line.lot is None else next(worth) for line in lines]


def _post(uow: UnitOfWork, note_id: UUID, lines: Sequence[DebitLine], costs: Sequence[Money]) -> None:
    """What the supplier owes, against claims, stock and input tax; what goods were worth more or less is their cost."""
    total = Money.total(line.debit.total for line in lines)
    claims = Money.total(line.debit.total for line in lines if line.kind is DebitKind.CLAIM)
    worth = Money.total(costs)
    reversed_tax = [line.debit for line in lines if line.is_recoverable]
    cgst = Money.total(debit.cgst for debit in reversed_tax)
    sgst = Money.total(debit.sgst for debit in reversed_tax)
    igst = Money.total(debit.igst for debit in reversed_tax)
    post_entry(
        uow,
        note_id,
        DEBIT_NOTE,
        uow.today,
        [
            Posting(chart.CREDITORS, total),
            Posting(chart.CLAIMS, -claims),
            Posting(chart.STOCK, -worth),
            Posting(chart.INPUT_CGST, -cgst),
            Posting(chart.INPUT_SGST, -sgst),
            Posting(chart.INPUT_IGST, -igst),
            Posting(chart.COST_SETTLED, claims + worth + cgst + sgst + igst - total),
        ],
    )


def _head_row(
    uow: UnitOfWork, command: IssueDebitNote, supplier: Supplier, number: DocumentNumber, lines: Sequence[DebitLine]
) -> dict[str, object]:
    debits = [line.debit for line in lines]
    return {
        "id": command.command_id,
        "command_sha": command.fingerprint(),
        **number.columns(),
        "on_date": uow.today,
        "at": uow.now,
        "username": uow.actor.username,
        "supplier_id": supplier.id,
        "supplier_name": supplier.name,
        "supplier_address": supplier.address,
        "supplier_gstin": supplier.gstin,
        "supplier_state": supplier.gstin[:2] if supplier.gstin else supplier.state,
        "reason": command.reason,
        **{
            f"{name}_paise": Money.total(getattr(debit, name) for debit in debits).paise
            for name in ("taxable", "discount", "cgst", "sgst", "igst", "total")
        },
    }


def _item_id(line: DebitLine) -> UUID:
    found = line.lot or line.line
    assert found is not None
    return found.item_id


def _print(line: DebitLine) -> dict[str, object]:
    """Return what the packs of a line print: as their batch stands, else, where none came, as the receipt says."""
    if line.lot is not None:
        lot = line.lot
        said: tuple[Any, ...] = (lot.batch_number, lot.expiry, lot.expiry_precision, lot.mrp.paise)
    elif line.batch is not None:
        batch = line.batch
        said = (batch.number, batch.expiry, batch.expiry_precision, batch.mrp_paise)
    else:
        assert line.received is not None
        received = line.received
        said = (received.batch_number, received.expiry, received.expiry_precision, received.mrp_paise)
    return dict(zip(("batch_number", "expiry", "expiry_precision", "mrp_paise"), said, strict=True))


def _line_row(note_id: UUID, number: int, line: DebitLine, item: Any, cost: Money) -> dict[str, object]:
    debit, billed = line.debit, line.line
    return {
        "note_id": note_id,
        "line": number,
        "kind": line.kind,
        "why": line.why,
        "bill_id": None if line.bill is None else line.bill.id,
        "bill_line": None if billed is None else billed.line,
        "bill_number": line.bill_number,
        "billed_on": line.billed_on,
        "lot_id": None if line.lot is None else line.lot.lot_id,
        "batch_id": None if line.lot is None else line.lot.batch_id,
        "item_id": item.id,
        "item_code": item.code,
        "item_name": item.name,
        "hsn": item.hsn if billed is None else billed.hsn,
        "pack_label": item.pack_label,
        "pieces_per_pack": item.pieces_per_pack,
        **_print(line),
        "units": line.units,
        "treatment": line.treatment,
        "gst_bp": line.gst.basis_points,
        "taxable_paise": debit.taxable.paise,
        "discount_paise": debit.discount.paise,
        "cgst_paise": debit.cgst.paise,
        "sgst_paise": debit.sgst.paise,
        "igst_paise": debit.igst.paise,
        "is_recoverable": line.is_recoverable,
        "cost_paise": cost.paise,
    }
