"""Items as commands give them, and what the catalogue knows of their tax and schedules."""

from __future__ import annotations

import enum
import re
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, checked
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, parse_state
from core.kernel.money import Percent
from core.kernel.pack_levels import PackLevels
from core.kernel.packs import MOST_PIECES

#: Rates that a return takes (facts B, validation 7); anything else is a slip, 0.05 typed for 5 % above all.
GST_RATES = frozenset(map(Percent, (0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000)))


class ItemKind(enum.StrEnum):
    """What an item is to the shop; a drug has batch and expiry, goods may have, a service has no stock."""

    DRUG = "drug"
    DEVICE = "device"
    GOODS = "goods"
    SERVICE = "service"


class Storage(enum.StrEnum):
    """How warm it may be kept: below 30, 8 to 25, 2 to 8 degrees, or frozen."""

    ROOM = "room"
    COOL = "cool"
    COLD = "cold"
    FROZEN = "frozen"


class DrugSchedule(enum.StrEnum):
    """A schedule of the Drugs Rules, or NDPS; an item can be on several at once (facts, rule 25)."""

    C = "C"
    C1 = "C1"
    G = "G"
    H = "H"
    H1 = "H1"
    K = "K"
    X = "X"
    NDPS = "NDPS"


def _known_rate(rate: Percent) -> Percent:
    if rate not in GST_RATES:
        raise RuleBroken("items.no_gst_rate", rate=str(rate))
    return rate


def _no_formula(code: str) -> str:
    """A code goes out in every sheet, and a spreadsheet would run it."""
    if code[0] in "=+-@":
        raise RuleBroken("items.code_formula", first=code[0])
    return code


def _hsn_digits(hsn: str) -> str:
    if len(hsn) not in {4, 6, 8} or not (hsn.isascii() and hsn.isdigit()):
        raise RuleBroken("items.hsn_form", hsn=hsn)
    return hsn


def _levels(text: str) -> str:
    return str(PackLevels.parse(text))


def _per_pack(text: str) -> str:
    """Return a number of at most three decimals in its shortest form."""
    if not re.fullmatch(r"\d{1,7}(\.\d{1,3})?", text, re.ASCII) or not Decimal(text):
        raise RuleBroken("items.uqc_unreadable", text=text)
    return f"{Decimal(text).normalize():f}"


Code = Annotated[Line, StringConstraints(min_length=1, max_length=40, to_upper=True)]
ItemName = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Barcode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,48}$")]
GstRate = Annotated[PercentText, AfterValidator(checked(_known_rate))]
Level = Annotated[Line, StringConstraints(min_length=1, max_length=30, to_lower=True)]
LevelsText = Annotated[Line, StringConstraints(max_length=200), AfterValidator(checked(_levels))]
UqcPerPack = Annotated[Line, StringConstraints(max_length=20), AfterValidator(checked(_per_pack))]
Maker = Annotated[Line, StringConstraints(max_length=100)]
SaltsText = Annotated[Line, StringConstraints(max_length=300)]
FormText = Annotated[Line, StringConstraints(max_length=60)]
PackLabel = Annotated[Line, StringConstraints(max_length=100)]
Hsn = Annotated[Line, AfterValidator(checked(_hsn_digits))]
Uqc = Annotated[Line, StringConstraints(max_length=10, to_upper=True)]
Rack = Annotated[Line, StringConstraints(max_length=40)]
Units = Annotated[int, Field(ge=0, le=10**9)]
ScheduleName = Annotated[DrugSchedule, Field(strict=False)]
_Pieces = Annotated[int, Field(ge=1, le=MOST_PIECES)]


class ItemDetails(Frozen):
    """What an item is, beside its code, tax, schedules and barcodes.

    ``pieces_per_pack`` smallest pieces make the sale pack, ``packs_per_box`` packs the box. ``levels`` names the pack
    levels from the largest down (``box 10 strip 10 tablet``); then ``sale_level`` is the sale pack, and ``mrp_level``
    and ``purchase_level`` say on which one MRP is printed and which is bought (None: not known, and asked).
    ``uqc_per_pack`` of the UQC are in one sale pack. Stock levels are smallest pieces. ``discount`` is what a bill
    line begins with; ``no_discount`` allows none.
    """

    name: ItemName
    kind: ItemKind = Field(default=ItemKind.DRUG, strict=False)
    brand: Maker | None = None
    manufacturer: Maker | None = None
    salts: SaltsText | None = None
    form: FormText | None = None
    pack_label: PackLabel = ""
    pieces_per_pack: _Pieces
    packs_per_box: _Pieces | None = None
    levels: LevelsText | None = None
    mrp_level: Level | None = None
    sale_level: Level | None = None
    purchase_level: Level | None = None
    hsn: Hsn | None = None
    uqc: Uqc | None = None
    uqc_per_pack: UqcPerPack | None = None
    rack: Rack | None = None
    min_stock_units: Units | None = None
    max_stock_units: Units | None = None
    discount: PercentText | None = None
    no_discount: bool = False
    storage: Storage | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        checked(_same_pack)(self)
        checked(_same_stock)(self)
        return self


def _same_pack(item: ItemDetails) -> None:
    named = {"mrp_level": item.mrp_level, "sale_level": item.sale_level, "purchase_level": item.purchase_level}
    if item.levels is None:
        if any(named.values()):
            raise RuleBroken("items.level_without_levels")
        return
    levels = PackLevels.parse(item.levels)
    for level in named.values():
        if level is not None:
            levels.pieces(level)
    if item.sale_level is None:
        raise RuleBroken("items.sale_level_missing", levels=item.levels)
    if levels.pieces(item.sale_level) != item.pieces_per_pack:
        raise RuleBroken("items.levels_differ", level=item.sale_level, levels=item.levels, pieces=item.pieces_per_pack)


def _same_stock(item: ItemDetails) -> None:
    if item.no_discount and item.discount:
        raise RuleBroken("items.discount_and_none")
    low, high = item.min_stock_units, item.max_stock_units
    if low is not None and high is not None and high < low:
        raise RuleBroken("items.max_below_min")


class NewItem(ItemDetails):
    """An item to add. ``code`` names it for people and files, in any case; it is kept in capitals.

    ``schedules`` is None where nobody has looked the drug up yet, empty where it is on none.
    """

    code: Annotated[Code, AfterValidator(checked(_no_formula))]
    treatment: GstTreatment = Field(strict=False)
    gst: GstRate
    schedules: Annotated[frozenset[ScheduleName], Field(strict=False)] | None = None
    barcodes: Annotated[tuple[Barcode, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _rate_fits_treatment(self) -> Self:
        checked(same_tax)((self.treatment, self.gst))
        return self

    @property
    def needs_its_label_read(self) -> bool:
        """Whether it is a drug of which nobody has said on which schedules it is."""
        return self.kind is ItemKind.DRUG and self.schedules is None


def same_tax(tax: tuple[GstTreatment, Percent]) -> None:
    """Refuse a rate without the treatment to it. Raises RuleBroken ``items.zero_rate``, ``items.untaxed_with_rate``."""
    treatment, rate = tax
    if treatment is GstTreatment.TAXABLE and not rate:
        raise RuleBroken("items.zero_rate")
    if treatment is not GstTreatment.TAXABLE and rate:
        raise RuleBroken("items.untaxed_with_rate", treatment=treatment.replace("_", "-"), rate=str(rate))


class TeachBarcode(Frozen):
    """The command to keep a barcode at an item. ``item`` is its code, ``barcode`` the text as scanned, GS1 codes too.

    ``moves`` takes it away from the item that has it now: how a wrong one is put right.
    """

    item: Code
    barcode: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    moves: bool = False


class TaughtBarcode(Frozen):
    """A barcode as it is kept, and the item it names."""

    barcode: str
    item_id: UUID
    item: str
    name: str


class ItemTaxView(Frozen):
    """The GST an item bears on a day."""

    treatment: GstTreatment
    gst: PercentText


class ItemTaxFrom(Frozen):
    """The GST of an item from a day on."""

    from_date: IsoDate
    treatment: GstTreatment
    gst: PercentText


class ItemScheduleFrom(Frozen):
    """A schedule that an item is on from a day, or on no more."""

    from_date: IsoDate
    schedule: str
    is_on: bool


class StateListing(Frozen):
    """What a State asks for an item from a day on; off where it asks for it no more."""

    state: Annotated[str, AfterValidator(checked(parse_state))]
    measure: Annotated[Line, StringConstraints(min_length=3, max_length=200)]
    from_date: IsoDate
    is_on: bool = True


class ItemSaltView(Frozen):
    """A salt of an item: as typed, the key it is compared by, and the strength where it could be read."""

    text: str
    key: str
    strength_text: str | None
    strength: str | None


class ItemView(ItemDetails):
    """An item with all that is known of it. ``version`` changes with any of it: an edit says which one it saw.

    ``schedules`` are those of the day asked for, None where nobody has looked.
    """

    item_id: UUID
    code: Code
    is_active: bool
    tax: ItemTaxView | None
    schedules: tuple[str, ...] | None
    barcodes: tuple[str, ...]
    salt_list: tuple[ItemSaltView, ...]
    taxes: tuple[ItemTaxFrom, ...]
    schedule_rows: tuple[ItemScheduleFrom, ...]
    schedules_known_from: IsoDate | None
    state_listings: tuple[StateListing, ...]
    version: str = ""
