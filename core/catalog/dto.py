"""Items as commands give them, and what the catalogue knows of their tax and schedules."""

from __future__ import annotations

import enum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, Line, PercentText, checked
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Percent
from core.kernel.packs import MOST_PIECES

#: Rates that a return takes (facts B, validation 7); anything else is a slip, 0.05 typed for 5 % above all.
GST_RATES = frozenset(map(Percent, (0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000)))


class ItemKind(enum.StrEnum):
    """What an item is to the shop; a drug has batch and expiry, goods may have, a service has no stock."""

    DRUG = "drug"
    DEVICE = "device"
    GOODS = "goods"
    SERVICE = "service"


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


Code = Annotated[Line, StringConstraints(min_length=1, max_length=40, to_upper=True)]
ItemName = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Barcode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,48}$")]
GstRate = Annotated[PercentText, AfterValidator(checked(_known_rate))]
_Schedule = Annotated[DrugSchedule, Field(strict=False)]
_Pieces = Annotated[int, Field(ge=1, le=MOST_PIECES)]


class NewItem(Frozen):
    """An item to add. ``code`` names it for people and files, in any case; it is kept in capitals.

    ``pieces_per_pack`` smallest pieces make the sale pack, ``packs_per_box`` packs the box. ``schedules`` is None
    where nobody has looked the drug up yet, empty where it is on none. ``min_stock_units`` are smallest pieces.
    """

    code: Annotated[Code, AfterValidator(checked(_no_formula))]
    name: ItemName
    kind: ItemKind = Field(default=ItemKind.DRUG, strict=False)
    manufacturer: Annotated[Line, StringConstraints(max_length=100)] | None = None
    salts: Annotated[Line, StringConstraints(max_length=300)] | None = None
    pack_label: Annotated[Line, StringConstraints(max_length=100)] = ""
    pieces_per_pack: _Pieces
    packs_per_box: _Pieces | None = None
    hsn: Annotated[Line, AfterValidator(checked(_hsn_digits))] | None = None
    uqc: Annotated[Line, StringConstraints(max_length=10, to_upper=True)] | None = None
    treatment: GstTreatment = Field(strict=False)
    gst: GstRate
    schedules: Annotated[frozenset[_Schedule], Field(strict=False)] | None = None
    barcodes: Annotated[tuple[Barcode, ...], Field(max_length=20)] = ()
    rack: Annotated[Line, StringConstraints(max_length=40)] | None = None
    min_stock_units: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _rate_fits_treatment(self) -> Self:
        checked(_same_tax)((self.treatment, self.gst))
        return self


def _same_tax(tax: tuple[GstTreatment, Percent]) -> None:
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
