"""Goods that are being entered: the paper's head, its lines as typed, and what they come to. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from core.boundary.frozen import load
from core.kernel.dates import input_tax_ends, parse_iso_date
from core.kernel.errors import Problem
from core.kernel.gst import TaxType
from core.kernel.ids import new_id
from core.kernel.money import NO_PERCENT, ZERO, Money
from core.kernel.quantity import show_quantity
from core.purchasing.advising import Entered, LineAdvice, advise
from core.purchasing.bill_dto import PrintedLine
from core.purchasing.billing_domain import Asked, Worked
from core.purchasing.entering import EntryItem, EntrySupplier
from core.purchasing.previewing import (
    Preview,
    TypedCounts,
    below_lines,
    check_free,
    preview,
    read_counts,
    typed_line,
)
from core.purchasing.receipt_dto import ReceiptLineInput, ReceiptLineView, ReceiptView


class Cell(enum.StrEnum):
    """A field of a line, in the order in which Enter goes through them."""

    BATCH = "batch"
    EXPIRY = "expiry"
    MRP = "mrp"
    QUANTITY = "quantity"
    FREE = "free"
    RATE = "rate"
    DISCOUNT = "discount"
    GST = "gst"


CELLS: Final = tuple(Cell)
#: What a command calls a field -> the cell in which it is mended.
_CELL_OF: Final[Mapping[str, Cell]] = {
    **{str(cell): cell for cell in Cell},
    "scheme": Cell.FREE,
    "discounts": Cell.DISCOUNT,
    "discounts.0": Cell.DISCOUNT,
    "taxable": Cell.RATE,
    "cgst": Cell.GST,
    "sgst": Cell.GST,
    "igst": Cell.GST,
}


def cell_of(where: str) -> Cell | None:
    """Return the cell in which a problem at a place of a line (``goods.batch``, ``printed.rate``) is mended."""
    return _CELL_OF.get(where.removeprefix("goods.").removeprefix("printed."))


class Source(NamedTuple):
    """A line of a file as its supplier wrote it, and its row there."""

    row: int
    name: str
    pack: str
    maker: str
    code: str


#: What a file prints of a line no longer holds once one of these is typed anew.
_OF_VALUE = frozenset({Cell.QUANTITY, Cell.RATE, Cell.DISCOUNT, Cell.GST})


@dataclass(slots=True)
class EntryLine:
    """A line as typed. ``item`` is None for one of a file whose item is not known yet; ``name`` is then the paper's.

    ``beside`` are fields that stand in no column: what was short or damaged, the order, values and taxes as printed.
    Of a line of a file ``source`` are its own words, ``candidates`` the items it may mean, ``notes`` what is odd.
    """

    item: EntryItem | None
    name: str
    cells: dict[Cell, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    factor: int = 1
    problem: Problem | None = None
    problem_at: Cell | None = None
    source: Source | None = None
    candidates: tuple[UUID, ...] = ()
    notes: tuple[str, ...] = ()

    def type(self, cell: Cell, text: str) -> None:
        """Type a cell; what a file printed of value and tax goes with what it was printed for."""
        self.cells[cell] = text
        if cell in _OF_VALUE:
            for name in ("taxable", "discount", "cgst", "sgst", "igst"):
                self.beside.pop(name, None)
        if self.problem_at is cell:
            self.problem = self.problem_at = None

    def text(self, cell: Cell) -> str:
        """Return what is typed in a cell."""
        return self.cells.get(cell, "")

    def goods(self) -> dict[str, Any]:
        """Return the line as the command takes goods in. What is wrong with it is found by the command."""
        free = self.text(Cell.FREE).strip()
        is_scheme = "+" in free
        said: dict[str, Any] = {
            "item": self.item.code if self.item is not None else "",
            "quantity": self.text(Cell.QUANTITY) or None,
            "free": None if is_scheme else free or None,
            "scheme": free if is_scheme else None,
            "short": self.beside.get("short") or None,
            "damaged": self.beside.get("damaged") or None,
            "factor": self.factor,
            "batch": self.text(Cell.BATCH) or None,
            "expiry": self.text(Cell.EXPIRY) or None,
            "mrp": self.text(Cell.MRP) or "0",
            "order": self.beside.get("order") or None,
            "maker": self.beside.get("maker") or None,
        }
        return said

    def printed(self) -> dict[str, Any]:
        """Return what the bill prints of the line."""
        rebates = [part.strip() for part in self.text(Cell.DISCOUNT).replace("%", "").split("+") if part.strip()]
        said: dict[str, Any] = {
            "rate": self.text(Cell.RATE) or "0",
            "discounts": rebates,
            "gst": self.text(Cell.GST) or None,
        }
        for name in ("taxable", "cgst", "sgst", "igst"):
            said[name] = self.beside.get(name) or None
        if self.beside.get("discount"):
            said["discount"] = self.beside["discount"]
        return said


@dataclass(slots=True)
class Head:
    """The paper's head as typed; ``supplier`` None until it is known."""

    supplier: EntrySupplier | None = None
    values: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what is typed for a field of the head."""
        return self.values.get(name, "")

    def money(self, name: str) -> Money:
        """Return an amount of the head, nothing where none is typed or it cannot be read yet."""
        return _money(self.text(name)) or ZERO

    @property
    def bears_tax(self) -> bool:
        """Whether the paper is one that GST stands on."""
        return self.supplier is not None and self.values.get("paper") != "bill_of_supply"

    def brings_input_tax(self, today: date) -> bool:
        """Whether the shop has the GST on it back, were it entered today."""
        if self.supplier is None or not self.bears_tax:
            return False
        billed_on = self.text("billed_on")
        is_late = bool(billed_on) and today > input_tax_ends(parse_iso_date(billed_on))
        return self.supplier.is_recoverable and not is_late


@dataclass(slots=True)
class EntryDraft:
    """Goods and their bill while they are entered. ``has_bill`` off is a challan: the bill comes later."""

    command_id: UUID = field(default_factory=new_id)
    receipt_id: UUID = field(default_factory=new_id)
    head: Head = field(default_factory=Head)
    lines: list[EntryLine] = field(default_factory=list)
    has_bill: bool = True
    match_reason: str = ""
    #: The goods receipt whose bill this is: its goods came before and stand as they came.
    receipt: str = ""
    confirmed: bool = False
    orders: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed yet."""
        return not self.lines and not any(self.head.values.values())

    def changed(self) -> None:
        """Something was typed: what was confirmed before is asked again."""
        self.confirmed = False


@dataclass(frozen=True, slots=True)
class LineSums:
    """What a line comes to: the units, the value without GST, the tax, and what is said beside it."""

    units: int
    free_units: int
    value: Money
    tax: Money
    work: Worked | None
    advice: LineAdvice | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What a draft comes to; lines that cannot be read yet are None and count nothing."""

    lines: tuple[LineSums | None, ...]
    preview: Preview
    printed: Money | None

    @property
    def ours(self) -> Money:
        """What the bill comes to by our arithmetic."""
        return self.preview.before_round

    @property
    def difference(self) -> Money | None:
        """What the printed total is more; None while none is typed."""
        return None if self.printed is None else self.printed - self.ours

    @property
    def closes(self) -> bool:
        """Whether it closes with the printed total to the rupee."""
        return self.difference is not None and abs(self.difference.paise) < 100


def sums_of(draft: EntryDraft, today: date) -> Sums:
    """Work out what is typed, so far as it can be read."""
    supplier, head = draft.head.supplier, draft.head
    recoverable = head.brings_input_tax(today)
    tax_type = supplier.tax_type if supplier is not None and head.bears_tax else TaxType.NONE
    below = below_lines(
        discount=sum((head.money(f"{name}_discount") for name in ("trade", "scheme", "cash")), ZERO),
        before_tax=head.text("discounts") != "after_tax",
        charges=head.money("freight") + head.money("other_charges"),
        charge_gst=_percent(head.text("charge_gst")),
        tcs=head.money("tcs"),
    )
    found = preview(
        [_asked(line, tax_type) for line in draft.lines],
        below,
        tax_type,
        recoverable=recoverable,
    )
    lines = tuple(
        None if work is None else _line_sums(line, work, today, recoverable=recoverable)
        for line, work in zip(draft.lines, found.lines, strict=True)
    )
    return Sums(lines, found, _money(head.text("total")))


def draft_of_receipt(receipt: ReceiptView, supplier: EntrySupplier, items: Mapping[UUID, EntryItem]) -> EntryDraft:
    """Return the bill of goods that came before, with what the receipt knew of it."""
    lines = [_line_of_receipt(line, items[line.item_id]) for line in receipt.lines if line.bill_number is None]
    values = {"number": "", "billed_on": receipt.document_date.isoformat() if receipt.document_date else ""}
    return EntryDraft(head=Head(supplier, values), lines=lines, receipt=receipt.number)


def _line_of_receipt(line: ReceiptLineView, item: EntryItem) -> EntryLine:
    cells = {
        Cell.BATCH: line.batch_number,
        Cell.EXPIRY: str(line.expires or ""),
        Cell.MRP: str(line.mrp),
        Cell.QUANTITY: show_quantity(line.billed_units, item.pieces),
        Cell.FREE: show_quantity(line.free_units, item.pieces) if line.free_units else "",
        Cell.RATE: str(line.rate).rstrip("0").rstrip(".") if line.rate is not None and not line.is_provisional else "",
        Cell.GST: str(item.gst),
    }
    missing = {"short": line.short_units, "damaged": line.damaged_units}
    beside = {name: f"{units}t" for name, units in missing.items() if units}
    return EntryLine(
        item, line.item_name, {cell: text for cell, text in cells.items() if text}, {"line": str(line.line), **beside}
    )


def _asked(line: EntryLine, tax_type: TaxType) -> Asked | None:
    if line.item is None:
        return None
    per_unit = line.item.pieces * line.factor
    counts = TypedCounts(
        line.text(Cell.QUANTITY),
        line.text(Cell.FREE),
        line.beside.get("short", ""),
        line.beside.get("damaged", ""),
        per_unit,
    )
    try:
        return typed_line(line.item, read_counts(counts), load(PrintedLine, line.printed()), per_unit, tax_type)
    except Problem:  # it is still being typed
        return None


def check_cell(line: EntryLine, cell: Cell) -> Problem | None:
    """Return what is wrong with what is typed in a cell, None where it may stay."""
    if not line.text(cell).strip():
        return None
    said = {name: text for name, text in line.goods().items() if _CELL_OF.get(name) is cell}
    wanted = {"item": "X", "mrp": "1", **said}
    try:
        if cell in {Cell.QUANTITY, Cell.FREE} and line.item is not None:
            check_free(line.text(cell).strip(), line.item.pieces * line.factor)
        elif cell in {Cell.RATE, Cell.DISCOUNT, Cell.GST}:
            load(PrintedLine, {"rate": "0", **{k: v for k, v in line.printed().items() if _CELL_OF.get(k) is cell}})
        else:
            load(ReceiptLineInput, {name: text for name, text in wanted.items() if text is not None})
    except Problem as problem:
        return problem
    return None


def _line_sums(line: EntryLine, work: Worked, today: date, *, recoverable: bool) -> LineSums:
    item = line.item
    assert item is not None
    counted = work.asked.counted
    try:
        expiry = load(ReceiptLineInput, {"item": "X", "expiry": line.text(Cell.EXPIRY) or None}).expires
    except Problem:  # what is being typed is no expiry yet
        expiry = None
    entered = Entered(
        pieces=item.pieces,
        billed_units=counted.billed,
        free_units=counted.free,
        value=work.split.taxable - work.off_after,
        mrp=_money(line.text(Cell.MRP)) or ZERO,
        gst=item.gst,
        dead_gst=NO_PERCENT if recoverable else work.asked.printed_rate,
        expiry=expiry,
    )
    return LineSums(
        counted.billed, counted.free, work.split.taxable, work.split.tax, work, advise(entered, item.past, today)
    )


def _money(text: str) -> Money | None:
    try:
        return Money.parse(text) if text.strip() else None
    except Problem:
        return None


def _percent(text: str) -> Any:
    try:
        return load(PrintedLine, {"rate": "0", "gst": text or "0"}).gst
    except Problem:
        return NO_PERCENT
