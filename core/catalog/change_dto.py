"""What is done to items that are in the catalogue: edited, ended, taxed and scheduled from a day on."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, PercentText, checked
from core.catalog.dto import (
    Code,
    FormText,
    GstRate,
    Hsn,
    ItemKind,
    ItemName,
    Level,
    LevelsText,
    Maker,
    PackLabel,
    Rack,
    SaltsText,
    ScheduleName,
    StateListing,
    Storage,
    Units,
    Uqc,
    UqcPerPack,
    same_tax,
)
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.packs import MOST_PIECES

_Pieces = Annotated[int, Field(ge=1, le=MOST_PIECES)]


class ItemChanges(Frozen):
    """The fields of an item to change; what is not given stays, and None takes a value away where there may be none.

    They mean what they do in ``ItemDetails``.
    """

    code: Code | None = None
    name: ItemName | None = None
    kind: ItemKind | None = Field(default=None, strict=False)
    brand: Maker | None = None
    manufacturer: Maker | None = None
    salts: SaltsText | None = None
    form: FormText | None = None
    pack_label: PackLabel | None = None
    pieces_per_pack: _Pieces | None = None
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
    no_discount: bool | None = None
    storage: Storage | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _keeps_what_must_be(self) -> Self:
        for name in ("code", "name", "kind", "pack_label", "pieces_per_pack", "no_discount"):
            if name in self.model_fields_set and getattr(self, name) is None:
                checked(_missing)(name)
        return self


def _missing(name: str) -> None:
    raise RuleBroken("input.missing", field=name)


class EditItem(Frozen):
    """The command to change an item; ``version`` is that of the view it was changed in."""

    item: Code
    version: str
    changes: ItemChanges


class DeactivateItem(Frozen):
    """The command to sell an item no more; what was sold of it stays."""

    item: Code


class ActivateItem(Frozen):
    """The command to sell an item again."""

    item: Code


class SetTax(Frozen):
    """The command to let an item bear a treatment and rate of GST from a day on."""

    item: Code
    from_date: IsoDate
    treatment: GstTreatment = Field(strict=False)
    gst: GstRate

    @model_validator(mode="after")
    def _rate_fits_treatment(self) -> Self:
        checked(same_tax)((self.treatment, self.gst))
        return self


class ChangeRates(Frozen):
    """The command to give many items another rate from a day to come.

    ``hsn_prefix`` and ``current`` (the rate on the day before) say which; at least one of them is given. ``expected``
    is how many items the preview listed: other ones may have come since.
    """

    from_date: IsoDate
    treatment: GstTreatment = Field(strict=False)
    gst: GstRate
    hsn_prefix: Annotated[Line, StringConstraints(pattern=r"^[0-9]{2,8}$")] | None = None
    current: GstRate | None = None
    expected: int | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        checked(same_tax)((self.treatment, self.gst))
        checked(_says_which)(self)
        return self


def _says_which(command: ChangeRates) -> None:
    if command.hsn_prefix is None and command.current is None:
        raise RuleBroken("items.rates_of_what")


class RateChange(Frozen):
    """An item whose rate a bulk change changes: on the day before, and from the day on.

    ``replaces`` is another rate that was planned from just that day, and is not to come any more.
    """

    item_id: UUID
    item: str
    name: str
    hsn: str | None
    before: PercentText
    before_treatment: GstTreatment
    after: PercentText
    after_treatment: GstTreatment
    replaces: PercentText | None = None


class RatesPlan(Frozen):
    """What a bulk change does. ``later`` are items that have another rate from a day after it, which stays."""

    from_date: IsoDate
    changes: tuple[RateChange, ...]
    later: tuple[str, ...]


class SetSchedules(Frozen):
    """The command to say which schedules an item is on from a day on: exactly these, none where empty.

    None says that nobody knows, as if nobody had looked.
    """

    item: Code
    from_date: IsoDate
    schedules: Annotated[frozenset[ScheduleName], Field(strict=False)] | None


class SetStateListing(Frozen):
    """The command to say what a State (its GST code) asks for an item from a day on, or no more."""

    item: Code
    listing: StateListing
