"""What the lists of purchases show of orders, goods receipts, bills and differences. Knows no Qt."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.purchasing.bill_dto import BillLineView, SupplierBillView
from core.purchasing.bill_queries import SupplierBillHit
from core.purchasing.matching import ListedDifference
from core.purchasing.order_dto import OrderLineView, OrderState, OrderView, Suggestion
from core.purchasing.order_queries import OrderHit
from core.purchasing.receipt_dto import ReceiptLineView, ReceiptView
from core.purchasing.receipt_queries import ReceiptHit
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone

_STATES = {
    OrderState.OPEN: (tr("OPEN"), Tone.ACCENT),
    OrderState.PART_RECEIVED: (tr("PART RECEIVED"), Tone.WARNING),
    OrderState.RECEIVED: (tr("RECEIVED"), Tone.GOOD),
    OrderState.CLOSED: (tr("CLOSED"), Tone.MUTED),
}


class DocumentRow(NamedTuple):
    """A document of a list: ``key`` names it, ``about`` is what else is to be known, ``amount`` what it comes to."""

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
    about = "  ·  ".join(filter(None, (hit.document or "", tr("{count} lines", count=hit.lines))))
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
        item=f"{one.item_name}  {one.batch_number}",
        expected=one.expected,
        found=one.found,
    )


def order_lines(order: OrderView) -> list[LineRow]:
    """Return the lines of an order: what is wanted, what is still open."""
    return [_order_line(line) for line in order.lines]


def receipt_lines(receipt: ReceiptView) -> list[LineRow]:
    """Return the lines of a goods receipt."""
    return [_receipt_line(line) for line in receipt.lines]


def bill_lines(bill: SupplierBillView) -> list[LineRow]:
    """Return the lines of a supplier's bill."""
    return [_bill_line(line) for line in bill.lines]


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


def _receipt_line(line: ReceiptLineView) -> LineRow:
    pieces = line.pieces_per_pack
    missing = line.short_units + line.damaged_units
    marks = []
    if line.is_automatic_batch:
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


def _bill_line(line: BillLineView) -> LineRow:
    pieces = line.pieces_per_pack
    tax = line.cgst + line.sgst + line.igst
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
        marks=(Badge(tr("CLAIM {amount}", amount=line.claim.grouped()), Tone.WARNING),) if line.claim else (),
    )
