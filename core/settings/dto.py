"""The shop as commands give it and as documents show it."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, IsoDate, Line, Lines, checked
from core.kernel.errors import RuleBroken
from core.kernel.gst import Registration, parse_gstin, parse_state

Named = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
State = Annotated[str, AfterValidator(checked(parse_state))]
Gstin = Annotated[str, AfterValidator(checked(parse_gstin))]


#: Forms of sale licences (Drugs Rules 61 and 62; facts E1): retail, restricted, wholesale, of homoeopathic drugs, of
#: wholesale from a vehicle, of Schedule X.
LICENCE_FORMS = ("20", "21", "20A", "21A", "20B", "21B", "20BB", "21BB", "20C", "20D", "20F", "20G")


class Licence(Frozen):
    """A drug licence: its form (20, 21, 20F ...), number and validity."""

    form: Annotated[Line, StringConstraints(min_length=2, max_length=10)]
    number: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    valid_from: IsoDate | None = Field(default=None, alias="from")
    valid_to: IsoDate | None = Field(default=None, alias="to")


def with_known_forms(shop: ShopDetails) -> ShopDetails:
    """Return the details of a shop whose licences are on forms there are, capitals without dashes.

    For a shop that is being made, not for one that stands: what was once written is shown as it is. Raises RuleBroken
    ``settings.no_such_form``.
    """
    licences = (
        licence.model_copy(update={"form": known_form(licence.form, f"licences.{row}.form")})
        for row, licence in enumerate(shop.licences)
    )
    return shop.model_copy(update={"licences": tuple(licences)})


def check_registration(gstin: str | None, registration: Registration) -> None:
    """Refuse what can be no registration: it and a GSTIN go together (rule 46(a), CGST Act 25).

    For a shop that is being made or changed, not for one that stands. Raises RuleBroken
    ``gst.unregistered_with_gstin``, ``gst.registered_without_gstin``.
    """
    if gstin is not None and registration is Registration.UNREGISTERED:
        raise RuleBroken("gst.unregistered_with_gstin", where="registration")
    if gstin is None and registration is not Registration.UNREGISTERED:
        raise RuleBroken("gst.registered_without_gstin", where="gstin")


def known_form(typed: str, where: str) -> str:
    """Return the form of a licence, capitals without dashes. Raises RuleBroken ``settings.no_such_form``."""
    form = re.sub(r"[ -]", "", typed).upper()
    if form not in LICENCE_FORMS:
        raise RuleBroken("settings.no_such_form", form=typed, forms=", ".join(LICENCE_FORMS), where=where)
    return form


class Pharmacist(Frozen):
    """The registered pharmacist under whom the shop supplies, and the State Council's number."""

    name: Named
    registration: Named


class ShopDetails(Frozen):
    """Who the shop is. A GSTIN must belong to the shop's state."""

    name: Named
    address: Annotated[Lines, StringConstraints(min_length=1, max_length=300)]
    state: State
    phone: Annotated[Line, StringConstraints(max_length=20)] | None = None
    gstin: Gstin | None = None
    registration: Registration = Field(default=Registration.REGULAR, strict=False)
    licences: tuple[Licence, ...] = ()
    pharmacist: Pharmacist | None = None

    @model_validator(mode="after")
    def _gstin_is_of_the_state(self) -> Self:
        checked(_same_state)((self.gstin, self.state))
        return self


def _same_state(gstin_and_state: tuple[str | None, str]) -> None:
    gstin, state = gstin_and_state
    if gstin is not None and gstin[:2] != state:
        raise RuleBroken("gst.gstin_other_state", gstin=gstin, state=state)


class ShopView(ShopDetails):
    """The shop as stored, with the code of this counter."""

    counter: str
    is_demo: bool
