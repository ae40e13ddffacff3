"""What the tables of the billing window show, row by row."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from core.boundary.messages import explain
from core.inventory.dto import ItemHit, SaleItem
from core.kernel.dates import Expiry, show_date
from core.kernel.gst import GstTreatment
from core.kernel.money import Money, Percent
from core.kernel.quantity import show_quantity
from core.sales.discount_text import show_discount
from core.sales.drafting import PricedPortion
from core.sales.repeating import RepeatHit, Whose
from pos_desktop.screens.billing.dose_words import dose_words
from pos_desktop.screens.billing.draft_lines import DraftLine
from pos_desktop.shell.texts import tr


class Shelf(enum.Enum):
    """How an expiry stands to today."""

    GOOD = "good"
    NEAR = "near"
    EXPIRED = "expired"


class LineRow(NamedTuple):
    """A row of the bill: a line's first batch, a further batch of it, or what is wrong with it.

    ``line`` is the index of the draft's line; ``sentence`` is set on the third kind only. A further batch has no
    ``number`` and no name. ``off`` is how the discount was understood where the amount does not say it: ``5%``.
    ``same_salts`` is the number of the line before that has the same salts.
    """

    line: int
    number: int | None = None
    item: str = ""
    manufacturer: str = ""
    pack: str = ""
    schedules: tuple[str, ...] = ()
    batch: str = ""
    expiry: Expiry | None = None
    shelf: Shelf = Shelf.GOOD
    mrp: Money | None = None
    quantity: str = ""
    discount: Money | None = None
    off: str = ""
    gst: str = ""
    amount: Money | None = None
    is_picked: bool = False
    is_awaited: bool = False
    waits: bool = False
    sentence: str = ""
    is_below_cost: bool = False
    same_salts: int | None = None
    dose: str = ""


class LineMarks(NamedTuple):
    """What is worth a look at a line: below cost, the number of a line of the same salts, the days that it lasts."""

    is_below_cost: bool = False
    same_salts: int | None = None
    days: int = 0


NO_MARKS = LineMarks()


class HitRow(NamedTuple):
    """A row of the search popup."""

    item: str
    manufacturer: str
    pack: str
    stock: str
    has_stock: bool
    expiry: Expiry | None
    shelf: Shelf
    mrp: Money | None
    rack: str
    schedules: tuple[str, ...]


class RepeatRow(NamedTuple):
    """A row of the list of bills to repeat."""

    whose: str
    number: str
    day: str
    items: str
    total: Money


class BatchRow(NamedTuple):
    """A row of the list of batches; ``batch`` is None for "first expiry first", ``held`` why it may not be sold."""

    batch: str | None
    expiry: Expiry | None
    shelf: Shelf
    mrp: Money | None
    stock: str
    is_chosen: bool
    held: str | None = None


class CustomerRow(NamedTuple):
    """A row of the list of customers."""

    name: str
    phone: str
    gstin: str


def shelf_of(expiry: Expiry | None, today: date, days: int = 0) -> Shelf:
    """Say whether stock of that expiry is good, near its end or expired.

    What is taken for so many ``days`` is near its end where it does not last as long.
    """
    if expiry is None:
        return Shelf.GOOD
    if expiry.has_passed(today):
        return Shelf.EXPIRED
    return Shelf.NEAR if expiry.is_near(today, days) else Shelf.GOOD


#: Between a quantity as it is written and the pieces that it means.
MEANS = " = "


def understood(units: int | None, pieces_per_pack: int) -> str:
    """Return how a quantity was read: ``2:5 = 25``, or ``3`` where a pack is one piece."""
    if units is None:
        return ""
    shown = show_quantity(units, pieces_per_pack)
    return shown if pieces_per_pack == 1 else f"{shown}{MEANS}{units}"


def line_rows(
    index: int,
    line: DraftLine,
    today: date,
    *,
    is_edited: bool = False,
    with_problem: bool = True,
    marks: LineMarks = NO_MARKS,
) -> Iterator[LineRow]:
    """Yield a line's rows: one a batch, then its problem in one sentence.

    While a cell of it is edited the first row shows the whole quantity and discount, else those of its batch.
    """
    item = line.item
    first, *further = line.portions or (None,)
    row = _first_row(index, line, first, today, marks)
    if first is not None and further and not is_edited:
        row = row._replace(quantity=understood(first.portion.units, item.pieces_per_pack))
    if line.priced is not None and is_edited:
        row = row._replace(discount=line.priced.discount or None, off=row.off or ("₹" if line.discount.amount else ""))
    yield row
    for portion in further:
        assert portion is not None
        yield _batch_fields(LineRow(index), portion, today, marks.days)._replace(
            quantity=understood(portion.portion.units, item.pieces_per_pack)
        )
    if line.problem is not None and with_problem:
        yield LineRow(index, sentence=explain(line.problem))


def _first_row(index: int, line: DraftLine, first: PricedPortion | None, today: date, marks: LineMarks) -> LineRow:
    item = line.item
    row = LineRow(
        index,
        number=index + 1,
        item=item.name,
        manufacturer=item.manufacturer or "",
        pack=item.pack_label,
        schedules=item.schedules or (),
        batch=line.entry.batch or "",
        quantity=understood(line.units, item.pieces_per_pack) or line.entry.typed,
        is_picked=line.entry.batch is not None,
        waits=line.waits,
        dose=dose_words(line.entry.taken),
        off="" if first is None else _off(line),
        is_below_cost=marks.is_below_cost,
        same_salts=marks.same_salts,
    )
    return row if first is None else _batch_fields(row, first, today, marks.days)


def _off(line: DraftLine) -> str:
    """Return the share that is taken off; none that was asked for is said too."""
    discount = line.discount
    is_share = discount.percent or (line.entry.discount and not discount.amount)
    return show_discount(discount) if is_share else ""


def _batch_fields(row: LineRow, priced: PricedPortion, today: date, days: int) -> LineRow:
    batch, item = priced.portion.batch, priced.portion.item
    return row._replace(
        batch=batch.number,
        is_awaited=priced.portion.is_awaited,
        is_picked=row.is_picked and not priced.portion.is_awaited,
        expiry=batch.expires,
        shelf=shelf_of(batch.expires, today, days),
        mrp=batch.mrp,
        discount=priced.discount or None,
        gst=_gst(item.treatment, item.gst),
        amount=priced.amount,
    )


def _gst(treatment: GstTreatment, rate: Percent) -> str:
    return str(rate) if treatment is GstTreatment.TAXABLE else treatment.replace("_", "-")


def hit_row(hit: ItemHit, today: date) -> HitRow:
    """Return a search hit as the popup shows it."""
    expiry = Expiry(hit.expiry, hit.expiry_precision) if hit.expiry and hit.expiry_precision else None
    return HitRow(
        item=hit.name,
        manufacturer=hit.manufacturer or "",
        pack=hit.pack_label,
        stock=show_quantity(hit.stock_units, hit.pieces_per_pack),
        has_stock=hit.stock_units > 0,
        expiry=expiry,
        shelf=shelf_of(expiry, today),
        mrp=hit.mrp,
        rack=hit.rack or "",
        schedules=hit.schedules or (),
    )


def batch_rows(item: SaleItem, chosen: str | None, today: date) -> Sequence[BatchRow]:
    """Return what F3 lists: first expiry first, then each batch, expired and held ones too."""
    automatic = BatchRow(None, None, Shelf.GOOD, None, "", chosen is None)
    return [
        automatic,
        *(
            BatchRow(
                batch=batch.number,
                expiry=batch.expires,
                shelf=shelf_of(batch.expires, today),
                mrp=batch.mrp,
                stock=show_quantity(batch.units, item.pieces_per_pack),
                is_chosen=chosen is not None and batch.number.casefold() == chosen.casefold(),
                held=batch.held,
            )
            for batch in item.batches
        ),
    ]


_WHOSE = {
    Whose.COUNTER: tr("Last of this counter"),
    Whose.CUSTOMER: tr("This customer"),
    Whose.PHONE: tr("This telephone"),
    Whose.PATIENT: tr("This patient"),
}


def repeat_row(hit: RepeatHit) -> RepeatRow:
    """Return the row of a bill that may be repeated."""
    return RepeatRow(_WHOSE[hit.whose], hit.number, show_date(hit.date), ", ".join(hit.items), hit.total)
