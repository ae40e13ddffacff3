"""What a distributor's file would bring in, line by line: read, matched, and what a person is asked or warned of.

It carries all that goods receipt and bill need. Quantities and prices stand twice: as the paper has them, for one unit
of the supplier, and for the shop, for one sale pack and in smallest units, as far as it is known how they relate.
"""

from __future__ import annotations

import enum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, PlainSerializer, computed_field

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, RateText, Rupees
from core.boundary.messages import explain
from core.inventory.batch_dto import BatchNumber, ExpiryText
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import Problem, RuleBroken
from core.purchasing.reading.invoice import PackCount
from core.purchasing.receipt_dto import MOST_MAKER

_LONGEST_NAME, _LONGEST_TEXT = 300, 100

PackText = Annotated[PackCount, PlainSerializer(str, return_type=str)]


class How(enum.StrEnum):
    """How an item was found: chosen by a person, by the supplier's code, a barcode, a learned name, or alike in all."""

    CHOSEN = "chosen"
    CODE = "code"
    BARCODE = "barcode"
    NAME = "name"
    ALIKE = "alike"


class SupplierHow(enum.StrEnum):
    """How a supplier was recognised."""

    CHOSEN = "chosen"
    GSTIN = "gstin"
    LICENCE = "licence"
    PHONE = "phone"
    NAME = "name"


class Note(Frozen):
    """Something to be said of a line or a file: a code for programs, and a sentence with its values."""

    code: str
    values: dict[str, str]

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Return what a rule says, not raised."""
        return cls(code=problem.code, values={name: _shown(value) for name, value in problem.values.items()})

    @computed_field  # type: ignore[prop-decorator]
    @property
    def words(self) -> str:
        """The sentence."""
        return explain(self.problem())

    def problem(self) -> RuleBroken:
        """Return what it says as a problem again, to be raised."""
        return RuleBroken(self.code, **self.values)


def _shown(value: object) -> str:
    return value.strftime("%d-%m-%Y") if hasattr(value, "strftime") else str(value)


class ProposedSupplier(Frozen):
    """A supplier of the shop, and how it was recognised; of a candidate what speaks for it."""

    supplier_id: UUID
    name: str
    how: SupplierHow


class ItemShown(Frozen):
    """An item as a person tells it from others."""

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int


class MatchedItem(ItemShown):
    """The item that a line means."""

    how: How


class Candidate(ItemShown):
    """An item that a line may mean: how alike they are from 0 to 1000, and the reasons as codes."""

    score: int
    reasons: tuple[str, ...]


class LineAnswer(Frozen):
    """What a person says of a line, by its row in the file: the item's id, and how many sale packs are one unit.

    ``mrp_of_unit`` says whether the MRP printed is that of the supplier's unit and not of our sale pack. ``batch``,
    ``expiry``, ``mrp`` (of our sale pack) and ``maker`` are as the pack prints them and go before the file's. What is
    None is worked out as if nobody had said it.
    """

    row: int
    item_id: Annotated[UUID, Field(strict=False)] | None = None
    factor: Annotated[int, Field(ge=1, le=100_000)] | None = None
    mrp_of_unit: bool | None = None
    batch: BatchNumber | None = None
    expiry: ExpiryText | None = None
    mrp: Rupees | None = None
    maker: Annotated[Line, Field(min_length=1, max_length=MOST_MAKER)] | None = None


class ProposedLine(Frozen):
    """A line of the file.

    As printed, for one unit of the supplier: ``billed``, ``free``, ``mrp``, ``ptr``, ``rate`` (without GST; with
    ``rate_after_discount`` of the proposal discounts are off it already). ``gross`` is rate x billed, ``discount`` all
    that comes off it, ``taxable`` what GST is on. Taxes are as printed where they are, else as the rate makes them.

    For the shop, None where it is not known: ``factor`` sale packs are one unit; ``billed_units`` and ``free_units``
    are smallest pieces, ``pack_rate`` (without GST, before discounts), ``pack_cost`` (after them, without GST) and
    ``pack_mrp`` of a sale pack. ``factors`` are the ones to choose from where it is asked. ``asked`` is what stands in
    the way; ``warnings`` are to be looked at.

    ``made_by`` is who made it by the item's card, else by file or answer, empty where nobody says. ``lacks`` is what a
    drug's line needs that nobody says: batch, expiry, maker.
    """

    row: int
    name: str
    code: str
    pack: str
    maker: str
    hsn: str
    batch: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    billed: PackText
    free: PackText
    mrp: Rupees | None
    ptr: RateText | None
    rate: RateText
    discount_percent: PercentText
    discount_percent_2: PercentText
    gross: Rupees
    discount: Rupees
    taxable: Rupees
    gst: PercentText | None
    cgst: Rupees
    sgst: Rupees
    igst: Rupees
    tax_is_printed: bool
    match: MatchedItem | None
    candidates: tuple[Candidate, ...]
    factor: int | None
    factors: tuple[int, ...]
    billed_units: int | None
    free_units: int | None
    pack_rate: RateText | None
    pack_cost: RateText | None
    pack_mrp: Rupees | None
    made_by: str
    lacks: tuple[str, ...]
    warnings: tuple[Note, ...]
    asked: tuple[Note, ...]

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None where the line has none."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)

    @property
    def is_learnable(self) -> bool:
        """Whether its texts are such as a supplier calls an item by: not blank, and no longer than names are."""
        return 0 < len(self.name) <= _LONGEST_NAME and max(len(self.pack), len(self.maker)) <= _LONGEST_TEXT

    @property
    def unwritten(self) -> tuple[str, ...]:
        """What is left to be copied from the pack. Who made an item is written on its card and not at each line."""
        return tuple(name for name in self.lacks if name != "maker")

    @property
    def is_ready(self) -> bool:
        """Whether it may be received as it stands, with nothing left to be copied from the pack."""
        return self.match is not None and self.factor is not None and not self.asked and not self.unwritten


class PrintedTotals(Frozen):
    """What stands below the lines as printed (see ``reading.invoice.PrintedSums``)."""

    line_discounts: Rupees | None
    taxable: Rupees | None
    tax: Rupees | None
    total: Rupees | None
    trade_discount: Rupees
    scheme_discount: Rupees
    cash_discount: Rupees
    freight: Rupees
    other_charges: Rupees
    debit_note: Rupees
    credit_note: Rupees
    replacement: Rupees
    advance: Rupees
    tcs: Rupees
    round_off: Rupees


class Proposal(Frozen):
    """What a file would bring in.

    ``suppliers`` are those it may be from where it is not known which. ``goods`` and ``tax`` are the sums of the lines,
    ``amount`` what they make with the charges before it is rounded; ``differences`` say where the file's numbers
    contradict each other. ``papers`` are the numbers of what is set off, by its kind. ``columns`` is what the columns
    of its layout mean, to be remembered under ``layout_key``;
    both are empty for a layout that is known as a whole.
    """

    file: str
    layout: str
    certainty: str
    layout_key: str
    columns: dict[str, str]
    supplier: ProposedSupplier | None
    suppliers: tuple[ProposedSupplier, ...]
    supplier_name: str
    supplier_gstin: str
    number: str
    on_date: IsoDate | None
    due_date: IsoDate | None
    buyer_gstin: str | None
    papers: dict[str, str]
    inter_state: bool
    rate_after_discount: bool
    lines: tuple[ProposedLine, ...]
    printed: PrintedTotals
    goods: Rupees
    tax: Rupees
    amount: Rupees
    differences: tuple[Note, ...]
    warnings: tuple[Note, ...]
    asked: tuple[Note, ...]

    @property
    def closes(self) -> bool:
        """Whether its numbers add up, to the rupee of the printed total."""
        return not self.differences

    @property
    def ready_rows(self) -> frozenset[int]:
        """The rows of lines that are ready and add up."""
        odd = {note.values.get("row") for note in self.differences}
        return frozenset(line.row for line in self.lines if line.is_ready and str(line.row) not in odd)

    @property
    def is_ready(self) -> bool:
        """Whether all lines are matched, its numbers add up and nothing is asked."""
        return (
            self.closes and self.supplier is not None and not self.asked and all(line.is_ready for line in self.lines)
        )


LineName = Annotated[Line, Field(min_length=1, max_length=_LONGEST_NAME)]
LineText = Annotated[Line, Field(max_length=_LONGEST_TEXT)]
LineCode = Annotated[Line, Field(max_length=60)]


class LearnedLine(Frozen):
    """What a supplier calls an item: the texts of a line, our item and how many of our sale packs are one unit.

    ``code`` is the supplier's own code, empty where the line has none that tells items apart.
    """

    name: LineName
    pack: LineText = ""
    maker: LineText = ""
    code: LineCode = ""
    item_id: UUID = Field(strict=False)
    factor: Annotated[int, Field(ge=1, le=100_000)] = 1


class LearnSupplierItems(Frozen):
    """The command to remember which items lines of a supplier mean; what was learned of them before no longer holds."""

    supplier_id: UUID = Field(strict=False)
    lines: Annotated[tuple[LearnedLine, ...], Field(min_length=1, max_length=2_000)]


class RememberLayout(Frozen):
    """The command to remember what the columns of a supplier's layout mean: header, or ``#2``, -> role."""

    supplier_id: UUID = Field(strict=False)
    layout_key: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    columns: Annotated[dict[str, str], Field(min_length=1, max_length=100)]
