"""Turns a distributor's file into a proposal: whose it is, what its lines mean, what is asked. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.catalog.queries import in_parts, taxes_on
from core.inventory.identity import batch_number
from core.kernel.actor import Actor
from core.kernel.dates import FinancialYear, show_date
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import parse_gstin
from core.parties.dto import PartyKind
from core.parties.model import Supplier
from core.parties.queries import all_ids, party_row
from core.purchasing.bill_terms import COMPOSITION, number_key
from core.purchasing.model import SupplierBill
from core.purchasing.proposing.catalogue import Catalogue
from core.purchasing.proposing.dto import LineAnswer, Note, PrintedTotals, Proposal, ProposedLine, ProposedSupplier
from core.purchasing.proposing.history import ItemHistory, histories
from core.purchasing.proposing.learning import remembered_layouts
from core.purchasing.proposing.lines import LineContext, proposed_line, taxes_of
from core.purchasing.proposing.matching import Matcher
from core.purchasing.proposing.suppliers import Recognised, Signs, chosen, recognise, signs_of
from core.purchasing.reading.arithmetic import Difference, before_round_off, goods_of, gst_of
from core.purchasing.reading.invoice import FileInvoice
from core.purchasing.reading.invoice_file import layout_key, read_rows, read_with
from core.purchasing.reading.mapping import ColumnMapping, InvoiceRead, NeedsMapping, Reading
from core.purchasing.reading.tables import Table, read_table
from core.purchasing.twins import BilledLine, Paper, received_before, twin_of
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from core.storage.prepared import Prepared

#: What says that something is not printed, or is asked at its line; a layout may be right all the same.
_NOT_OF_COLUMNS = frozenset({"no_number", "no_date", "no_total", "mrp"})
#: Asked at the line, where the supplier's unit may explain it.
_OF_UNITS = frozenset({"mrp"})
#: On fewer lines a maker may well sell its own goods.
_A_FEW = 3

_BILLED: Any = Prepared(
    select(SupplierBill.total_paise)
    .where(
        SupplierBill.supplier_id.in_(bindparam("suppliers", expanding=True)),
        SupplierBill.financial_year == bindparam("year"),
        SupplierBill.number_key == bindparam("number"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class LayoutAsked:
    """The file is readable, but somebody must say what its columns mean: ``answer_layout`` takes the answer.

    ``is_outdated`` says that what was remembered for the supplier does not add up any more.
    """

    question: NeedsMapping
    supplier: ProposedSupplier | None
    suppliers: tuple[ProposedSupplier, ...]
    is_outdated: bool


def propose_file(
    session: Session,
    actor: Actor,
    source: Path | bytes,
    name: str = "",
    *,
    today: date,
    supplier_id: UUID | None = None,
    answers: Sequence[LineAnswer] = (),
    columns: ColumnMapping | None = None,
) -> Proposal | LayoutAsked:
    """Return what a file would bring in, or the question what its columns mean.

    ``supplier_id`` is whose it is, where a person says so; ``answers`` what a person said of lines; ``columns`` what
    the columns mean, for this once (``remember_layout`` keeps it).

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``parties.no_item``, ``orders.item_ended``,
    ``proposal.no_such_row``, and what ``read_invoice`` raises for a file that is no invoice.
    """
    require_to_read(session, actor, Permission.PURCHASE)
    table = read_table(source, name)
    shop = shop_view(session)
    signs = _signs(table, shop, None)
    known = _recognised(session, supplier_id, signs)
    reading, is_outdated = _read(session, table, shop, known.supplier, columns)
    if isinstance(reading, NeedsMapping):
        return LayoutAsked(reading, known.supplier, known.candidates, is_outdated)
    if known.supplier is None:
        known = _recognised(session, supplier_id, _signs(table, shop, reading.invoice))
    warnings = [RuleBroken("proposal.layout_outdated")] if is_outdated else []
    warnings += [RuleBroken("proposal.gstin_wrong", said=gstin) for gstin in signs.odd_gstins]
    return _propose(session, shop, table.file, reading, known, today, {one.row: one for one in answers}, warnings)


def _recognised(session: Session, supplier_id: UUID | None, signs: Signs) -> Recognised:
    if supplier_id is not None:
        return Recognised(chosen(session, supplier_id))
    return recognise(session, signs)


def _signs(table: Table, shop: ShopView, invoice: FileInvoice | None) -> Signs:
    name = invoice.supplier if invoice else ""
    gstin = invoice.supplier_gstin if invoice else ""
    lines = {line.row for line in invoice.lines} if invoice else set()
    return signs_of(table, shop.gstin or "", shop.phone or "", name=name, gstin=gstin, lines=lines)


def _read(
    session: Session,
    table: Table,
    shop: ShopView,
    supplier: ProposedSupplier | None,
    columns: ColumnMapping | None,
) -> tuple[Reading, bool]:
    """Read the file as its supplier's files are read; and say whether what was remembered of them does not hold."""
    own = shop.gstin or ""
    if columns is not None:
        return read_with(table, columns, own_gstin=own), False
    remembered = remembered_layouts(session, supplier.supplier_id) if supplier is not None else {}
    if layout_key(table) not in remembered:
        return read_rows(table, own_gstin=own), False
    try:
        reading = read_rows(table, own_gstin=own, remembered=remembered)
    except RuleBroken:  # what was remembered makes no invoice of it; the file by itself may
        return read_rows(table, own_gstin=own), True
    if isinstance(reading, InvoiceRead) and not _contradicts(reading.differences):
        return reading, False
    by_itself = read_rows(table, own_gstin=own)
    if isinstance(by_itself, NeedsMapping) and isinstance(reading, InvoiceRead):
        return reading, False  # what its columns mean is known: it is rather a misprint, whose line is named
    # where its own headers contradict its numbers too, it is rather misprinted than of another layout
    return by_itself, not (isinstance(by_itself, InvoiceRead) and _contradicts(by_itself.differences))


def _contradicts(differences: Iterable[Difference]) -> bool:
    return any(one.what not in _NOT_OF_COLUMNS for one in differences)


def _propose(
    session: Session,
    shop: ShopView,
    file: str,
    reading: InvoiceRead,
    known: Recognised,
    today: date,
    answers: Mapping[int, LineAnswer],
    warnings: list[RuleBroken],
) -> Proposal:
    invoice = _without_own_maker(reading.invoice, known.supplier)
    inter_state = _crosses_states(session, invoice, shop, known.supplier)
    supplier_id = known.supplier.supplier_id if known.supplier is not None else None
    warnings += _of_document(session, invoice, known.supplier)
    lines = _lines(session, invoice, supplier_id, today, answers, inter_state=inter_state)
    is_billed = any(one.code == "proposal.billed_before" for one in warnings)
    if (odd := _odd_due_date(invoice)) is not None:
        warnings.append(odd)
    doubts = [*warnings, *_of_twins(session, invoice, supplier_id, lines, is_billed=is_billed)]
    return Proposal(
        file=file,
        layout=invoice.layout,
        certainty=reading.certainty.value,
        layout_key=reading.layout_key,
        columns=reading.mapping.as_words() if reading.mapping is not None else {},
        supplier=known.supplier,
        suppliers=known.candidates,
        supplier_name=invoice.supplier,
        supplier_gstin=invoice.supplier_gstin,
        number=invoice.number,
        on_date=invoice.on_date,
        due_date=_due_date(invoice),
        papers=dict(invoice.papers),
        buyer_gstin=_gstin_or_none(invoice.buyer_gstin),
        inter_state=inter_state,
        rate_after_discount=invoice.rate_after_discount,
        lines=tuple(lines),
        printed=PrintedTotals(**{one.name: getattr(invoice.sums, one.name) for one in fields(invoice.sums)}),
        goods=goods_of(invoice),
        tax=gst_of(invoice),
        amount=before_round_off(invoice),
        differences=tuple(Note.of(one.problem) for one in reading.differences if one.what not in _OF_UNITS),
        warnings=tuple(map(Note.of, doubts)),
        asked=() if known.supplier is not None else (Note.of(_whose(invoice, known)),),
    )


def _without_own_maker(invoice: FileInvoice, supplier: ProposedSupplier | None) -> FileInvoice:
    """Return an invoice without makers where its supplier stands as that of all: a column of the seller's name."""
    names = {line.maker.casefold() for line in invoice.lines}
    sellers = {invoice.supplier.casefold(), supplier.name.casefold() if supplier is not None else ""} - {""}
    if len(invoice.lines) < _A_FEW or not names <= sellers:
        return invoice
    return replace(invoice, lines=tuple(replace(line, maker="") for line in invoice.lines))


def _gstin_or_none(text: str) -> str | None:
    try:
        return parse_gstin(text)
    except RuleBroken:  # misprinted, or none: it names nobody
        return None


def _odd_due_date(invoice: FileInvoice) -> RuleBroken | None:
    """Return that a due date is printed which cannot be one: the supplier's terms say then when the bill is due."""
    if invoice.due_on is not None and invoice.on_date is not None and invoice.due_on < invoice.on_date:
        return RuleBroken("proposal.due_odd", said=show_date(invoice.due_on))
    return RuleBroken("proposal.due_odd", said=invoice.due_unread) if invoice.due_unread else None


def _due_date(invoice: FileInvoice) -> date | None:
    """Return when the bill is due; a day before the bill's own says something else, or is misprinted."""
    day, due = invoice.on_date, invoice.due_on
    return None if day is None or due is None or due < day else due


def _lines(
    session: Session,
    invoice: FileInvoice,
    supplier_id: UUID | None,
    today: date,
    answers: Mapping[int, LineAnswer],
    *,
    inter_state: bool,
) -> list[ProposedLine]:
    stray = sorted(answers.keys() - {line.row for line in invoice.lines})
    if stray:
        raise RuleBroken("proposal.no_such_row", row=stray[0])
    found = Matcher(session, Catalogue(session, today), supplier_id, invoice.lines).match(answers)
    ids = list(dict.fromkeys(one.item.item_id for one in found if one.item is not None))
    known = histories(session, ids)
    day = invoice.on_date or today
    taxes = {item_id: tax for part in in_parts(ids) for item_id, tax in taxes_on(session, part, day).items()}
    nothing = ItemHistory()
    splits = taxes_of(invoice.lines, inter_state=inter_state)
    lines = [
        proposed_line(
            line,
            one,
            answers.get(line.row),
            LineContext(
                today,
                inter_state,
                split,
                taxes.get(one.item.item_id) if one.item is not None else None,
                known[one.item.item_id] if one.item is not None else nothing,
            ),
        )
        for line, one, split in zip(invoice.lines, found, splits, strict=True)
    ]
    return _against_each_other(lines)


def _against_each_other(lines: Sequence[ProposedLine]) -> list[ProposedLine]:
    """Return the lines, warned where a batch stands before with another expiry or MRP: one of them is mistyped."""
    before: dict[tuple[UUID, str], ProposedLine] = {}
    found: list[ProposedLine] = []
    for line in lines:
        number = batch_number(line.batch)
        kept = line
        if line.match is not None and number:
            first = before.setdefault((line.match.item_id, number), line)
            this, other = _expiry_and_mrp(line), _expiry_and_mrp(first)
            if this != other:
                said = RuleBroken(
                    "proposal.batch_twice", batch=number, item=line.match.name, row=first.row, this=this, other=other
                )
                kept = line.model_copy(update={"warnings": (*line.warnings, Note.of(said))})
        found.append(kept)
    return found


def _expiry_and_mrp(line: ProposedLine) -> str:
    expiry, mrp = line.expires, line.pack_mrp or line.mrp
    parts = (f"expiry {expiry}" if expiry is not None else "", f"MRP {mrp.grouped()}" if mrp is not None else "")
    return " and ".join(filter(None, parts)) or "neither expiry nor MRP"


def _crosses_states(session: Session, invoice: FileInvoice, shop: ShopView, supplier: ProposedSupplier | None) -> bool:
    """Say whether GST is IGST: as the file says, else by the States of supplier and shop."""
    if invoice.inter_state is not None:
        return invoice.inter_state
    state = invoice.supplier_gstin[:2]
    if not state and supplier is not None:
        row = party_row(session, PartyKind.SUPPLIER, supplier.supplier_id)
        assert isinstance(row, Supplier)
        state = (row.gstin or "")[:2] or row.state or ""
    return bool(state) and state != shop.state


def _of_document(session: Session, invoice: FileInvoice, supplier: ProposedSupplier | None) -> list[RuleBroken]:
    """Return what is odd about whose document it is, and whether it has come before."""
    if supplier is None:
        return []
    found: list[RuleBroken] = []
    row = party_row(session, PartyKind.SUPPLIER, supplier.supplier_id)
    assert isinstance(row, Supplier)
    if row.gstin and invoice.supplier_gstin and row.gstin != invoice.supplier_gstin:
        found.append(
            RuleBroken("proposal.gstin_differs", supplier=row.name, own=row.gstin, said=invoice.supplier_gstin)
        )
    if not row.gstin and gst_of(invoice):
        found.append(RuleBroken("proposal.tax_without_gstin", supplier=row.name))
    elif row.gst_scheme == COMPOSITION and gst_of(invoice):
        found.append(RuleBroken("purchases.tax_of_composition", supplier=row.name))
    if invoice.number and invoice.on_date is not None:
        values = {
            "suppliers": all_ids(session, row.id),
            "year": FinancialYear.of(invoice.on_date).starts_in,
            "number": number_key(invoice.number),
        }
        if _BILLED.first(session, values) is not None:
            found.append(RuleBroken("proposal.billed_before", number=invoice.number, supplier=row.name))
    return found


def _of_twins(
    session: Session,
    invoice: FileInvoice,
    supplier_id: UUID | None,
    lines: Sequence[ProposedLine],
    *,
    is_billed: bool,
) -> Iterator[Problem]:
    """Yield that the paper may be in the books under another number, or its goods on the shelf without it."""
    total, day = invoice.sums.total, invoice.on_date
    billed = [
        BilledLine(line.match.item_id, batch_number(line.batch), line.billed_units)
        for line in lines
        if line.match is not None and line.billed_units is not None
    ]
    if supplier_id is None or total is None or day is None or len(billed) < len(lines):
        return
    suppliers = all_ids(session, supplier_id)
    if not is_billed:
        received = received_before(session, suppliers, Paper(invoice.number or None, day, is_bill=True), billed)
        if received is not None:
            yield received
    taken_off = invoice.sums.credit_note + invoice.sums.replacement + invoice.sums.advance
    twin = twin_of(session, suppliers, day, total + taken_off, billed)
    if twin is not None and number_key(twin.number) != number_key(invoice.number):
        yield RuleBroken("purchases.looks_like", number=twin.number, date=show_date(twin.billed_on))


def _whose(invoice: FileInvoice, known: Recognised) -> RuleBroken:
    if known.candidates:
        return RuleBroken("proposal.which_supplier", names=", ".join(one.name for one in known.candidates))
    said = invoice.supplier or invoice.supplier_gstin
    return RuleBroken("proposal.unknown_supplier", name=said) if said else RuleBroken("proposal.no_supplier")
