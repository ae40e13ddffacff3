"""Parties as commands give them and as they are shown."""

from __future__ import annotations

import enum
import re
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, Lines, PercentText, Rupees, checked
from core.kernel.errors import RuleBroken
from core.kernel.gst import parse_gstin, parse_state
from core.kernel.money import ZERO, Money
from core.kernel.phones import parse_phone

_PAN = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]", re.ASCII)
#: In paise; sums of limits must stay whole numbers of 64 bits.
_MOST_CREDIT = Money(10**13)


class PartyKind(enum.StrEnum):
    """What somebody is to the shop; one may be several, each with a row of its own."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    PATIENT = "patient"
    PRESCRIBER = "prescriber"


class PriceTerms(enum.StrEnum):
    """What a customer's price begins with: the MRP, the MRP less a percentage, or the price to retailers."""

    MRP = "mrp"
    MRP_LESS = "mrp_less"
    PTR = "ptr"


def _pan(text: str) -> str:
    if not _PAN.fullmatch(text):
        raise RuleBroken("parties.pan_form", text=text)
    return text


def _pincode(text: str) -> str:
    code = text.replace(" ", "")
    if not re.fullmatch(r"[1-9][0-9]{5}", code, re.ASCII):
        raise RuleBroken("parties.pincode_form", text=text)
    return code


def _credit(limit: Money) -> Money:
    if not ZERO <= limit <= _MOST_CREDIT:
        raise RuleBroken("parties.credit_limit_form", limit=limit)
    return limit


PartyName = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Phone = Annotated[Line, StringConstraints(max_length=30), AfterValidator(checked(parse_phone))]
Gstin = Annotated[Line, AfterValidator(checked(parse_gstin))]
Pan = Annotated[Line, StringConstraints(to_upper=True), AfterValidator(checked(_pan))]
StateCode = Annotated[Line, AfterValidator(checked(parse_state))]
Pincode = Annotated[Line, AfterValidator(checked(_pincode))]
Address = Annotated[Lines, StringConstraints(max_length=300)]
Licence = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
CreditLimit = Annotated[Rupees, AfterValidator(checked(_credit))]
SupplierCodeText = Annotated[Line, StringConstraints(min_length=1, max_length=60, to_upper=True)]
Days = Annotated[int, Field(ge=0, le=3650)]


class Location(Frozen):
    """A place of a customer. The GSTIN is the place's own where it differs from the customer's."""

    address: Address | None = None
    state: StateCode | None = None
    pincode: Pincode | None = None
    gstin: Gstin | None = None
    drug_licence: Licence | None = None
    contact: Annotated[Line, StringConstraints(max_length=100)] | None = None


class DrugLicence(Frozen):
    """A supplier's drug licence; ``valid_until`` is its last day, None where it is not known."""

    number: Licence
    valid_until: IsoDate | None = None


class CustomerDetails(Frozen):
    """A customer. ``credit_limit`` None gives no credit; ``price_less`` belongs to the terms MRP less a percentage."""

    kind: Literal[PartyKind.CUSTOMER] = PartyKind.CUSTOMER
    name: PartyName
    phone: Phone | None = None
    other_phone: Phone | None = None
    gstin: Gstin | None = None
    pan: Pan | None = None
    credit_limit: CreditLimit | None = None
    credit_days: Days | None = None
    price_terms: PriceTerms = Field(default=PriceTerms.MRP, strict=False)
    price_less: PercentText | None = None
    discount: PercentText | None = None
    locations: Annotated[tuple[Location, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        checked(_same_pan)((self.gstin, self.pan))
        checked(_same_terms)(self)
        return self


class SupplierDetails(Frozen):
    """A supplier. The days are counted from the bill (payment) and from the expiry (return window).

    ``gst_scheme`` is ``composition`` for who charges no GST though registered (facts A3); None is a regular taxpayer.
    """

    kind: Literal[PartyKind.SUPPLIER] = PartyKind.SUPPLIER
    name: PartyName
    phone: Phone | None = None
    other_phone: Phone | None = None
    gstin: Gstin | None = None
    pan: Pan | None = None
    address: Address | None = None
    state: StateCode | None = None
    pincode: Pincode | None = None
    payment_days: Days | None = None
    return_before_days: Days | None = None
    return_after_days: Days | None = None
    gst_scheme: Literal["composition"] | None = None
    licences: Annotated[tuple[DrugLicence, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        checked(_same_pan)((self.gstin, self.pan))
        checked(_same_state)((self.gstin, self.state))
        return self


class PatientDetails(Frozen):
    """A patient. The year of birth is kept and not the age, which would be wrong a year later."""

    kind: Literal[PartyKind.PATIENT] = PartyKind.PATIENT
    name: PartyName
    phone: Phone | None = None
    birth_year: Annotated[int, Field(ge=1880, le=2200)] | None = None
    sex: Literal["female", "male", "other"] | None = None
    address: Address | None = None
    customer_id: Annotated[UUID, Field(strict=False)] | None = None


class PrescriberDetails(Frozen):
    """A prescriber."""

    kind: Literal[PartyKind.PRESCRIBER] = PartyKind.PRESCRIBER
    name: PartyName
    phone: Phone | None = None
    registration: Annotated[Line, StringConstraints(min_length=1, max_length=60, to_upper=True)] | None = None
    qualification: Annotated[Line, StringConstraints(max_length=100)] | None = None
    address: Address | None = None


def _same_pan(numbers: tuple[str | None, str | None]) -> None:
    """A GSTIN holds the PAN of its owner, but for government departments and UN bodies."""
    gstin, pan = numbers
    if gstin and pan and _PAN.fullmatch(gstin[2:12]) and gstin[2:12] != pan:
        raise RuleBroken("parties.pan_differs", pan=pan, gstin=gstin)


def _same_state(places: tuple[str | None, str | None]) -> None:
    gstin, state = places
    if gstin and state and _PAN.fullmatch(gstin[2:12]) and gstin[:2] != state:
        raise RuleBroken("parties.state_differs", state=state, gstin=gstin)


def _same_terms(customer: CustomerDetails) -> None:
    if (customer.price_terms is PriceTerms.MRP_LESS) != (customer.price_less is not None):
        raise RuleBroken("parties.price_less_missing")


#: What of a customer is money: it asks for a right of its own.
TERMS = ("credit_limit", "credit_days", "price_terms", "price_less", "discount")


def terms_of(details: object) -> tuple[object, ...]:
    """Return the terms of a customer; those of one who has none for anybody else."""
    customer = details if isinstance(details, CustomerDetails) else _WITHOUT_TERMS
    return tuple(getattr(customer, name) for name in TERMS)


_WITHOUT_TERMS = CustomerDetails(name="-")
Details = Annotated[CustomerDetails | SupplierDetails | PatientDetails | PrescriberDetails, Field(discriminator="kind")]


class AddParty(Frozen):
    """The command to add a party, under the id that the client made; ``confirmed`` adds one like another."""

    command_id: UUID = Field(strict=False)
    details: Details
    confirmed: bool = False


class EditParty(Frozen):
    """The command to make a party what ``details`` say; ``version`` is that of the view they were changed in."""

    party_id: UUID = Field(strict=False)
    version: str
    details: Details
    confirmed: bool = False


class EndParty(Frozen):
    """The command to deal with a party no more, or again (``active``)."""

    kind: PartyKind = Field(strict=False)
    party_id: UUID = Field(strict=False)
    active: bool = False


class MergeParties(Frozen):
    """The command to say that two of a kind are one: who asks for ``merged_id`` gets ``kept_id`` from now on.

    ``confirmed`` merges suppliers whose codes mean different things: those of the kept one hold.
    """

    kind: PartyKind = Field(strict=False)
    merged_id: UUID = Field(strict=False)
    kept_id: UUID = Field(strict=False)
    confirmed: bool = False


class TeachSupplierItem(Frozen):
    """The command to keep what a supplier calls an item: ``factor`` of our sale packs make one of its units."""

    supplier_id: UUID = Field(strict=False)
    code: SupplierCodeText
    item_id: UUID = Field(strict=False)
    name: Annotated[Line, StringConstraints(max_length=300)] | None = None
    factor: Annotated[int, Field(ge=1, le=100_000)] = 1


class EndSupplierItem(Frozen):
    """The command to read a supplier's code no more."""

    supplier_id: UUID = Field(strict=False)
    code: SupplierCodeText


class PartyView(Frozen):
    """A party as it stands. ``version`` changes with any of it: an edit says which one it saw."""

    party_id: UUID
    details: Details
    is_active: bool
    version: str
