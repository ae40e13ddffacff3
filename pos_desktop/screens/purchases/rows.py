"""What the lists of purchases show of orders, goods receipts, bills and differences. Knows no Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from core.inventory.batch_dto import corrected_words
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.purchasing.bill_dto import BillLineView, SupplierBillView
from core.purchasing.bill_queries import SupplierBillHit
from core.purchasing.debit_dto import DebitNoteLineView, DebitNoteView
from core.purchasing.debit_lots import ReturnableLot
from core.purchasing.debit_queries import DebitNoteHit
from core.purchasing.matching import ListedDifference
from core.purchasing.order_dto import OrderLineView, OrderState, OrderView, Suggestion
from core.purchasing.order_queries import OrderHit
from core.purchasing.receipt_dto import ReceiptLineView, ReceiptView
from core.purchasing.receipt_queries import ReceiptHit
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.tone import Badge, Tone

_STATES = {
    OrderState.OPEN: (tr("OPEN"), Tone.ACCENT),
    OrderState.PART_RECEIVED: (tr("PART RECEIVED"), Tone.WARNING),
    OrderState.RECEIVED: (tr("RECEIVED"), Tone.GOOD),
    OrderState.CLOSED: (tr("CLOSED"), Tone.MUTED),
}


class DocumentRow(NamedTuple):
    """A document of a list: ``key`` names it, ``about`` is what else is to be known, ``amount`` what it comes to.

    ``supplier_id`` is told where commands name the supplier: two may have one name.
    """

    key: str
    number: str
    date: str
    supplier: str
    about: str
    amount: str
    marks: tuple[Badge, ...]
    item: str = ""
    expected: str = ""
    found: str = ""
    supplier_id: str = ""


class LineRow(NamedTuple):
    """A line of the chosen document; what it does not tell is empty."""

    item: str
    batch: str
    expiry: str
    quantity: str
    free: str
    missing: str
    rate: str
    mrp: str
    tax: str
    amount: str
    marks: tuple[Badge, ...]


class NewOrderRow(NamedTuple):
    """A line of an order that is being made."""

    code: str
    item: str
    pack: str
    quantity: str
    free: str
    rate: str
    stock: str
    sold: str
    lasts: str
    why: str


class ReturnRow(NamedTuple):
    """A lot that may go back: what stands of it, and how much of it goes."""

    item: str
    batch: str
    expiry: str
    mrp: str
    stock: str
    came: str
    bill: str
    back: str
    why: str
    marks: tuple[Badge, ...]


def order_row(hit: OrderHit, today: date) -> DocumentRow:
    """Return an order as its list shows it."""
    words, tone = _STATES[hit.state]
    late = hit.days_late(today)
    marks = [Badge(words, tone)]
    if late is not None:
        marks.append(Badge(tr("{days} DAYS LATE", days=late) if late > 1 else tr("1 DAY LATE"), Tone.DANGER))
    expected = tr("for {date}", date=show_date(hit.expected_on)) if hit.expected_on is not None else ""
    items = ", ".join(hit.items)
    about = "  ·  ".join(filter(None, (expected, items)))
    return DocumentRow(hit.number, hit.number, show_date(hit.on_date), hit.supplier_name, about, "", tuple(marks))


def receipt_row(hit: ReceiptHit) -> DocumentRow:
    """Return a goods receipt as its list shows it."""
    if hit.is_taken_back:
        mark = Badge(tr("TAKEN BACK"), Tone.MUTED)
    elif hit.is_billed:
        mark = Badge(tr("BILLED"), Tone.GOOD)
    else:
        mark = Badge(tr("BILL TO COME"), Tone.WARNING)
    about = "  ·  ".join(filter(None, (hit.document or "", line_words(hit.lines))))
    return DocumentRow(
        hit.number, hit.number, show_date(hit.on_date), hit.supplier_name, about, hit.worth.grouped(), (mark,)
    )


def bill_row(hit: SupplierBillHit) -> DocumentRow:
    """Return a supplier's bill as its list shows it."""
    marks = []
    if hit.is_taken_back:
        marks.append(Badge(tr("TAKEN BACK"), Tone.MUTED))
    if hit.differs:
        marks.append(Badge(tr("DIFFERS"), Tone.WARNING))
    about = tr("due {date}, GST {tax}", date=show_date(hit.due_date), tax=hit.tax.grouped())
    return DocumentRow(
        str(hit.bill_id),
        hit.number,
        show_date(hit.billed_on),
        hit.supplier_name,
        about,
        hit.total.grouped(),
        tuple(marks),
        supplier_id=str(hit.supplier_id),
    )


def difference_row(one: ListedDifference) -> DocumentRow:
    """Return a difference as the match board shows it."""
    return DocumentRow(
        key=f"{one.bill_id}/{one.line}/{one.kind}",
        number=one.number,
        date=show_date(one.billed_on),
        supplier=one.supplier_name,
        about=one.reason or "",
        amount=one.amount.grouped(),
        marks=(Badge(one.kind.words, Tone.WARNING),),
        item=f"{one.item_name}  {corrected_words(one.batch_number, one.batch_now)}",
        expected=one.expected,
        found=one.found,
        supplier_id=str(one.supplier_id),
    )


def note_row(hit: DebitNoteHit) -> DocumentRow:
    """Return a debit note as its list shows it."""
    marks = (Badge(tr("TAKEN BACK"), Tone.MUTED),) if hit.is_taken_back else ()
    return DocumentRow(
        hit.number, hit.number, show_date(hit.on_date), hit.supplier_name, hit.reason, hit.total.grouped(), marks
    )


def order_lines(order: OrderView) -> list[LineRow]:
    """Return the lines of an order: what is wanted, what is still open."""
    return [_order_line(line) for line in order.lines]


def receipt_lines(receipt: ReceiptView) -> list[LineRow]:
    """Return the lines of a goods receipt."""
    return [_receipt_line(line) for line in receipt.lines]


def bill_lines(bill: SupplierBillView, claims: Collection[int]) -> list[LineRow]:
    """Return the lines of a supplier's bill; ``claims`` are those of which nothing was asked back yet."""
    return [_bill_line(line, is_open=line.line in claims) for line in bill.lines]


def note_lines(note: DebitNoteView) -> list[LineRow]:
    """Return the lines of a debit note."""
    return [_note_line(line) for line in note.lines]


def return_row(lot: ReturnableLot, today: date, back: str, why: str) -> ReturnRow:
    """Return a lot that may go back."""
    expires = lot.expires
    has_expired = expires is not None and expires.has_passed(today)
    return ReturnRow(
        item=lot.item_name,
        batch=lot.batch_number,
        expiry=str(expires or ""),
        mrp=lot.mrp.grouped(),
        stock=show_quantity(lot.units, lot.pieces_per_pack),
        came=show_date(lot.received_on),
        bill=lot.bill_number or "",
        back=back,
        why=why,
        marks=(Badge(tr("EXPIRED"), Tone.DANGER),) if has_expired else (),
    )


def new_order_row(each: Suggestion, quantity: str, free: str, rate: str) -> NewOrderRow:
    """Return a line of an order that is being made, with what speaks for it."""
    return NewOrderRow(
        code=each.item_code,
        item=each.item_name,
        pack=f"{each.factor} × {each.pack_label}" if each.factor > 1 else each.pack_label,
        quantity=quantity,
        free=free,
        rate=rate,
        stock=show_quantity(each.stock_units, each.pieces_per_pack),
        sold=show_quantity(each.sold_units, each.pieces_per_pack) if each.sold_units else "",
        lasts=each.lasts,
        why=each.origin.words,
    )


def _order_line(line: OrderLineView) -> LineRow:
    pieces = line.pieces_per_pack
    marks: tuple[Badge, ...] = ()
    if line.open_units:
        marks = (Badge(tr("OPEN {quantity}", quantity=show_quantity(line.open_units, pieces)), Tone.ACCENT),)
    return LineRow(
        item=line.item_name,
        batch=line.pack_label,
        expiry="",
        quantity=show_quantity(line.units, pieces),
        free=show_quantity(line.free_units, pieces) if line.free_units else "",
        missing=show_quantity(line.received_units, pieces) if line.received_units else "",
        rate=line.rate.grouped() if line.rate is not None else "",
        mrp="",
        tax="",
        amount=line.value.grouped() if line.value is not None else "",
        marks=marks,
    )


def _now(line: ReceiptLineView | DebitNoteLineView | BillLineView) -> Iterator[Badge]:
    """Yield what was put right since of what the line says of its packs; a bill's line says no expiry."""
    now = line.corrected
    if now is not None:
        expires = now.expiry if isinstance(line, BillLineView) else line.expires
        written = (line.batch_number, str(expires or ""), line.mrp.grouped())
        prints = (now.number, now.expiry or "", now.mrp.grouped())
        words = ", ".join(one for one, was in zip(prints, written, strict=True) if one != was)
        if words:
            yield Badge(tr("NOW {print}", print=words), Tone.ACCENT)


def _receipt_line(line: ReceiptLineView) -> LineRow:
    pieces = line.pieces_per_pack
    missing = line.short_units + line.damaged_units
    marks = [*_now(line)]
    if line.is_automatic_batch and (line.corrected is None or line.corrected.number == line.batch_number):
        marks.append(Badge(tr("OWN BATCH NUMBER"), Tone.WARNING))
    if line.is_provisional:
        marks.append(Badge(tr("PRICE TO COME"), Tone.WARNING))
    if line.awaited_units:
        words = tr("SOLD BEFORE {quantity}", quantity=show_quantity(line.awaited_units, pieces))
        marks.append(Badge(words, Tone.ACCENT))
    if line.bill_number is not None:
        marks.append(Badge(line.bill_number, Tone.MUTED))
    return LineRow(
        item=line.item_name,
        batch=line.batch_number,
        expiry=str(line.expires or ""),
        quantity=show_quantity(line.billed_units, pieces),
        free=show_quantity(line.free_units, pieces) if line.free_units else "",
        missing=show_quantity(missing, pieces) if missing else "",
        rate=line.rate.grouped() if line.rate is not None else "",
        mrp=line.mrp.grouped(),
        tax="",
        amount=line.cost.grouped(),
        marks=tuple(marks),
    )


def _note_line(line: DebitNoteLineView) -> LineRow:
    return LineRow(
        item=line.item_name,
        batch=line.batch_number,
        expiry=str(line.expires or ""),
        quantity=show_quantity(line.units, line.pieces_per_pack),
        free="",
        missing=line.bill_number or "",
        rate="",
        mrp=line.mrp.grouped(),
        tax=line.tax.grouped(),
        amount=line.total.grouped(),
        marks=(*_now(line), Badge(line.why.words.upper(), Tone.MUTED)),
    )


def _bill_line(line: BillLineView, *, is_open: bool) -> LineRow:
    pieces = line.pieces_per_pack
    tax = line.cgst + line.sgst + line.igst
    words, tone = (tr("CLAIM {amount}"), Tone.WARNING) if is_open else (tr("ASKED BACK {amount}"), Tone.MUTED)
    return LineRow(
        item=line.item_name,
        batch=line.batch_number,
        expiry="",
        quantity=show_quantity(line.billed_units, pieces),
        free=show_quantity(line.free_units, pieces) if line.free_units else "",
        missing=show_quantity(line.missing_units, pieces) if line.missing_units else "",
        rate=line.rate.grouped(),
        mrp=line.mrp.grouped(),
        tax=tax.grouped(),
        amount=line.taxable.grouped(),
        marks=(*_now(line), *((Badge(words.format(amount=line.claim.grouped()), tone),) if line.claim else ())),
    )
