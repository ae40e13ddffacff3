"""Understands a sheet of open documents, line by line; what it cannot know it asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.boundary.cells import bare_amount, is_total, read_day, word
from core.boundary.columns import Columns, no_column
from core.boundary.frozen import load
from core.boundary.lines import LineProblem, placed
from core.boundary.sheets import Sheet
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.opening.dto import PARTY_WORDS, DueKind, EnterOpeningDues, OpeningDue, Side
from core.parties.dto import PartyKind

#: Column -> other names it goes by, as ``Columns`` takes them.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "party": (
            "name",
            "party_name",
            "customer",
            "customer_name",
            "supplier",
            "supplier_name",
            "ledger",
            "ledger_name",
            "account",
            "account_name",
            "particulars",
        ),
        "phone": ("mobile", "telephone", "phone_no", "mobile_no", "contact_no"),
        "gstin": ("gst_no", "gst_number", "gstin_uin", "gstin_no"),
        "kind": ("party_kind", "party_type"),
        "document": ("type", "document_kind", "document_type", "doc_type", "voucher_type", "vch_type"),
        "number": (
            "no",
            "bill_no",
            "bill_number",
            "invoice_no",
            "invoice_number",
            "document_no",
            "document_number",
            "doc_no",
            "ref_no",
            "reference",
            "voucher_no",
            "vch_no",
        ),
        "date": ("bill_date", "invoice_date", "document_date", "doc_date", "voucher_date"),
        "due": ("due_date", "due_on"),
        "amount": ("bill_amount", "invoice_amount", "original", "original_amount", "opening_amount", "net_amount"),
        "open": (
            "open_amount",
            "pending",
            "pending_amount",
            "outstanding",
            "balance",
            "balance_amount",
            "due_amount",
            "closing_balance",
        ),
        "dr_cr": ("drcr", "cr_dr", "d_c", "side"),
    }
)
_COLUMNS = Columns(COLUMNS, needed=["party", "date"])
_DOCUMENTS = {
    **dict.fromkeys(("invoice", "inv", "tax_invoice", "sale", "sales", "purchase", "bills"), "bill"),
    **dict.fromkeys(("cn", "cr_note", "return"), "credit_note"),
    **dict.fromkeys(("dn", "dr_note"), "debit_note"),
    **dict.fromkeys(("on_account", "receipt", "payment", "advances"), "advance"),
}
#: What the shop itself writes to say that more is owed to it: a customer owes more, a supplier is owed less.
_DEBIT_NOTE = "debit_note"
_SIDES = {
    **dict.fromkeys(("d", "dr", "dr.", "debit"), Side.DEBIT),
    **dict.fromkeys(("c", "cr", "cr.", "credit"), Side.CREDIT),
}
_WITH_SIDE = re.compile(r"(.*?)\s*\(?([dc]r|debit|credit)\.?\)?", re.IGNORECASE)
#: In paise; more than that of one document is a slip, and sums must stay whole numbers of 64 bits.
_MOST = Money(10**13)
_FIELD_COLUMNS = {"on_date": "date", "due_date": "due", "party_kind": "kind"}


def read_dues(
    sheet: Sheet,
    command_id: UUID,
    *,
    kind: PartyKind | None = None,
    again: bool = False,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> EnterOpeningDues:
    """Return the command to enter a sheet of open documents, with a problem for each line that is not understood.

    ``kind`` says whose documents they are where no column does. A line that names no kind of document is a bill where
    its side is a bill's, and a credit note on the other side, or an advance where it has no number. Where only one of
    amount and open stands, it is both. The line of totals is left out. ``columns`` says what headers mean that go by
    other names.

    Raises RuleBroken ``sheet.column_twice``, ``sheet.no_column``, ``sheet.no_such_column``.
    """
    places, ignored = _COLUMNS.place(sheet.header, columns)
    if not places.keys() & {"amount", "open"}:
        raise no_column("open", sheet.header)
    dues: list[OpeningDue] = []
    problems: list[LineProblem] = []
    for row in sheet.rows:
        try:
            if row.fault is not None:
                raise RuleBroken(row.fault)
            cells = {column: row.cell(places[column]) if column in places else "" for column in COLUMNS}
            if is_total(cells["party"]) and not (cells["number"] or cells["date"]):
                continue
            dues.append(_read_due(cells, row.line, kind))
        except RuleBroken as broken:
            problems.append(LineProblem.of(row.line, broken))
    return EnterOpeningDues(
        command_id=command_id, dues=tuple(dues), problems=tuple(problems), ignored_columns=ignored, again=again
    )


def read_side(text: str, column: str) -> Side | None:
    """Return the side that a cell names, None for a blank one. Raises RuleBroken ``opening.no_side``."""
    if not text:
        return None
    side = _SIDES.get(text.strip().casefold())
    if side is None:
        raise RuleBroken("opening.no_side", where=column, text=text)
    return side


def read_sided_amount(text: str, column: str) -> tuple[Money | None, Side | None]:
    """Return an amount with the side that stands behind it (``1,250.00 Cr``); None for what is blank.

    Raises RuleBroken ``money.unreadable``, ``opening.amount_negative``, ``opening.amount_too_great``.
    """
    if not text:
        return None, None
    side = None
    if match := _WITH_SIDE.fullmatch(text):
        text, side = match[1], _SIDES[match[2].casefold()]
    with placed(column):
        amount = Money.parse(bare_amount(text))
        if amount < ZERO:
            raise RuleBroken("opening.amount_negative", text=text)
        if amount > _MOST:
            raise RuleBroken("opening.amount_too_great", amount=str(amount))
    return amount, side


def one_side(*said: Side | None) -> Side | None:
    """Return the side that all that say one say. Raises RuleBroken ``opening.sides_differ``."""
    sides = {side for side in said if side is not None}
    if len(sides) > 1:
        raise RuleBroken("opening.sides_differ", where="dr_cr")
    return next(iter(sides), None)


def _read_due(cells: Mapping[str, str], line: int, kind: PartyKind | None) -> OpeningDue:
    party_kind = _read_party_kind(cells["kind"], kind)
    if not (cells["party"] or cells["phone"] or cells["gstin"]):
        raise RuleBroken("opening.party_missing", where="party")
    amount, amount_side = read_sided_amount(cells["amount"], "amount")
    left, open_side = read_sided_amount(cells["open"], "open")
    side = one_side(read_side(cells["dr_cr"], "dr_cr"), amount_side, open_side)
    document = _read_document(cells, party_kind, side)
    if not cells["number"] and document is not DueKind.ADVANCE:
        raise RuleBroken("opening.number_missing", where="number")
    if not cells["date"]:
        raise RuleBroken("opening.date_missing", where="date")
    whole, opens = (left if amount is None else amount), (amount if left is None else left)
    if whole is None or opens is None:
        raise RuleBroken("opening.amount_missing", where="open")
    with placed("date"):
        on_date = read_day(cells["date"])
    with placed("due"):
        due_date = read_day(cells["due"]) if cells["due"] else None
    values: dict[str, Any] = {
        "line": line,
        "party_kind": party_kind,
        "party": cells["party"],
        "phone": cells["phone"],
        "gstin": cells["gstin"],
        "kind": document,
        "number": cells["number"],
        "on_date": on_date.isoformat(),
        "due_date": due_date.isoformat() if due_date else None,
        "amount": str(whole),
        "open": str(opens),
    }
    try:
        return load(OpeningDue, values)
    except RuleBroken as broken:
        column = _FIELD_COLUMNS.get(broken.where or "", broken.where)
        raise RuleBroken(broken.code, where=column, **broken.values | {"field": column}) from None


def _read_party_kind(text: str, kind: PartyKind | None) -> PartyKind:
    if not text:
        if kind is None:
            raise RuleBroken("opening.kind_missing", where="kind")
        return kind
    named = word(text, PARTY_WORDS)
    if named not in {PartyKind.CUSTOMER, PartyKind.SUPPLIER}:
        raise RuleBroken("opening.no_kind", where="kind", text=text)
    return PartyKind(named)


def _read_document(cells: Mapping[str, str], party: PartyKind, side: Side | None) -> DueKind:
    if cells["document"]:
        named = word(cells["document"], _DOCUMENTS)
        if named == _DEBIT_NOTE:
            named = DueKind.BILL if party is PartyKind.CUSTOMER else DueKind.CREDIT_NOTE
        if named not in set(DueKind):
            raise RuleBroken("opening.no_document_kind", where="document", text=cells["document"])
        document = DueKind(named)
        if side is not None and side is not document.side(party):
            raise RuleBroken(
                "opening.side_differs",
                where="dr_cr",
                document=document.words,
                kind=party.value,
                side=document.side(party).value,
            )
        return document
    if side is None or side is DueKind.BILL.side(party):
        return DueKind.BILL
    return DueKind.CREDIT_NOTE if cells["number"] else DueKind.ADVANCE
