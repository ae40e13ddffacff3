"""Prescriptions and pharmacists as commands give them and as they are shown."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, checked
from core.dispensing.domain import SUPERVISED, days_of_supply, doses_a_day, units_for
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.parties.dto import Address, PartyName, Phone
from core.settings.dto import Named, Pharmacist

#: Bytes of a picture of a prescription: a photograph of a page at the size of a screen needs less.
MOST_IMAGE_BYTES = 500_000
#: How a file begins -> what it is.
_KINDS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"))

_DOSE_AND_DAYS = re.compile(r"(.+?)\s+(\d{1,4})", re.ASCII)


def is_supervised(schedules: Iterable[str]) -> bool:
    """Say whether an item on these schedules is supplied under a pharmacist, and so stands on a prescription."""
    return not SUPERVISED.isdisjoint(schedules)


def image_kind(content: bytes) -> str:
    """Return ``jpeg``, ``png`` or ``pdf``, by the content and never by a name.

    Raises RuleBroken ``dispensing.image_kind``, ``dispensing.image_too_big``.
    """
    if len(content) > MOST_IMAGE_BYTES:
        raise RuleBroken("dispensing.image_too_big", kilobytes=len(content) // 1000, most=MOST_IMAGE_BYTES // 1000)
    for begins, kind in _KINDS:
        if content.startswith(begins):
            return kind
    raise RuleBroken("dispensing.image_kind")


def _image(value: Any) -> bytes:
    content = value if isinstance(value, bytes) else _decoded(value)
    image_kind(content)
    return content


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise RuleBroken("dispensing.image_kind") from None


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


#: Base64 in JSON.
Image = Annotated[bytes, PlainValidator(checked(_image)), PlainSerializer(_encoded, return_type=str)]
Registration = Annotated[Line, StringConstraints(min_length=1, max_length=60, to_upper=True)]


class AddPharmacist(Frozen):
    """The command to put a registered pharmacist on the list, or back on it; ``username`` is the own account."""

    name: Named
    registration: Registration
    username: Annotated[Line, StringConstraints(min_length=1, max_length=40)] | None = None


class EndPharmacist(Frozen):
    """The command to take a pharmacist off the list; what was supplied under the name stays."""

    registration: Registration


class BeginDuty(Frozen):
    """The command to put a pharmacist on duty at this counter; ``command_id`` makes a second Enter the first one."""

    command_id: UUID = Field(default_factory=new_id, strict=False)
    registration: Registration


class PharmacistView(Frozen):
    """A pharmacist of the list; ``listed`` is False for the shop's own that is offered while the list is empty."""

    name: str
    registration: str
    username: str | None
    is_active: bool
    listed: bool = True


class DutyView(Frozen):
    """Who answers for what this counter supplies, and until when at most."""

    duty_id: UUID
    pharmacist: Pharmacist
    begun_at: datetime
    until: datetime
    username: str


class PatientInput(Frozen):
    """For whom it is: one the shop knows by ``party_id``, or by name. What else is given is copied to the register.

    Of somebody who is known, what is missing there (telephone, address) is kept as well.
    """

    party_id: Annotated[UUID, Field(strict=False)] | None = None
    name: PartyName | None = None
    phone: Phone | None = None
    address: Address | None = None


class PrescriberInput(PatientInput):
    """Who prescribed it, with the number in the medical council's register."""

    registration: Registration | None = None


class PrescribedInput(Frozen):
    """A drug as written. ``item`` is a code or barcode where the shop has it; ``drug`` is then its name unless given.

    ``dose`` is as typed (``TDS``, ``1-0-1``, ``5 ml BD``); ``units`` are smallest units in all for one time, worked
    out from dose and days where they are left open and the item comes in pieces.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=60)] | None = None
    drug: Annotated[Line, StringConstraints(min_length=1, max_length=200)] | None = None
    dose: Annotated[Line, StringConstraints(min_length=1, max_length=40)] | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    units: Annotated[int, Field(ge=1, le=9_999_999)] | None = None


class DoseInput(Frozen):
    """How a line is taken, off the prescription: the dose as typed, days, ``units`` in all where more is prescribed."""

    dose: Annotated[Line, StringConstraints(min_length=1, max_length=40)] | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    units: Annotated[int, Field(ge=1, le=9_999_999)] | None = None

    @property
    def pieces(self) -> int | None:
        """How many whole pieces dose and days ask for, None where that cannot be told."""
        return units_for(self.dose, self.days)

    def lasts(self, units: int) -> int:
        """Return for how many days so many pieces are taken: by the dose, else as written, 0 where neither is known."""
        by_dose = days_of_supply(units, doses_a_day(self.dose))
        return (self.days or 0) if by_dose is None else by_dose

    def with_days_apart(self) -> DoseInput:
        """Return it with days that were typed behind the dose in their own place: ``BD 5`` is twice a day for five."""
        written = _DOSE_AND_DAYS.fullmatch(self.dose or "")
        if written is None or self.days is not None or doses_a_day(written[1]) is None:
            return self
        return self.model_copy(update={"dose": written[1], "days": int(written[2])})


class SuppliesInput(Frozen):
    """For which line of the prescription (``of``, from 1) a line of the bill (``line``, from 0) is.

    ``in_place`` says that it is another item than the prescription names, and that the prescriber or patient knows.
    """

    line: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=1)]
    in_place: bool = False


class DispensingInput(Frozen):
    """The prescription of a bill: one that is known by ``prescription``, or a new one with patient and prescriber.

    ``repeats`` is how often it may be supplied again. Without ``lines`` a new one says what the bill supplies.
    """

    prescription: Annotated[UUID, Field(strict=False)] | None = None
    patient: PatientInput | None = None
    prescriber: PrescriberInput | None = None
    written_on: IsoDate | None = None
    repeats: Annotated[int, Field(ge=0, le=99)] | None = None
    reference: Annotated[Line, StringConstraints(min_length=1, max_length=60)] | None = None
    lines: Annotated[tuple[PrescribedInput, ...], Field(max_length=50)] = ()
    image: Image | None = None
    supplies: Annotated[tuple[SuppliesInput, ...], Field(max_length=500)] = ()


class PrescribedView(Frozen):
    """A line of a prescription. ``left`` is the balance due in smallest units; None: a supply whose size is open."""

    line: int
    drug: str
    item_code: str | None
    pieces_per_pack: int | None
    dose: str | None
    days: int | None
    units: int | None
    supplied: int
    left: int | None


class PrescriptionView(Frozen):
    """A prescription with what is left of it; patient and prescriber as they stand."""

    prescription_id: UUID
    patient_id: UUID
    patient_name: str
    patient_phone: str | None
    patient_address: str | None
    prescriber_id: UUID
    prescriber_name: str
    prescriber_address: str | None
    prescriber_registration: str | None
    written_on: IsoDate
    repeats: int
    reference: str | None
    images: int
    lines: tuple[PrescribedView, ...]


class PrescriptionHit(NamedTuple):
    """A prescription as a list shows it."""

    prescription_id: UUID
    written_on: date
    patient_name: str
    prescriber_name: str
    reference: str | None
    drugs: tuple[str, ...]


class ImageView(NamedTuple):
    """A picture of a prescription: ``kind`` is ``jpeg``, ``png`` or ``pdf``."""

    sha: str
    kind: str
    content: bytes


class SuppliedView(Frozen):
    """What a line of a bill supplied of a prescription, and for how many days it lasts."""

    line: int
    dose: str | None
    units: int
    days: int | None


class DispensingView(Frozen):
    """What a bill says beyond goods and money: for whom, by whom prescribed, under whom supplied.

    ``number`` is the entry that is written on the prescription.
    """

    number: str
    prescription_id: UUID | None
    written_on: IsoDate | None
    patient_name: str | None
    patient_phone: str | None
    patient_address: str | None
    prescriber_name: str | None
    prescriber_address: str | None
    prescriber_registration: str | None
    pharmacist: Pharmacist
    lines: tuple[SuppliedView, ...]


class H1View(Frozen):
    """A row of the Schedule H1 register (facts E4); ``voids`` is the row it takes back, ``voided_by`` the one that
    took it back."""

    number: str
    date: IsoDate
    bill_number: str
    prescriber_name: str
    prescriber_address: str
    prescriber_registration: str | None
    patient_name: str
    patient_phone: str | None
    patient_address: str
    drug: str
    composition: str | None
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    units: int
    batch: str
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    pharmacist: Pharmacist
    voids: str | None
    voided_by: str | None
    reason: str | None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, self.expiry_precision)
