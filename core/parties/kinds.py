"""How the details of a party lie in tables: one place for the four kinds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from core.kernel.money import Money, Percent
from core.parties.dto import (
    CustomerDetails,
    Details,
    DrugLicence,
    Location,
    PartyKind,
    PatientDetails,
    PrescriberDetails,
    SupplierDetails,
)
from core.parties.model import Customer, CustomerLocation, Patient, Prescriber, Supplier, SupplierLicence

Row = Customer | Supplier | Patient | Prescriber


class Listing(NamedTuple):
    """A list in the details whose entries are rows of their own table, in order."""

    field: str
    model: type[CustomerLocation] | type[SupplierLicence]
    owner: str
    entry: type[Location] | type[DrugLicence]


class Kind(NamedTuple):
    """The table and details of a kind; ``alike`` are the columns that alone make two of it one."""

    model: type[Row]
    details: type[CustomerDetails] | type[SupplierDetails] | type[PatientDetails] | type[PrescriberDetails]
    listing: Listing | None
    phones: tuple[str, ...]
    alike: tuple[str, ...]


KINDS: Mapping[PartyKind, Kind] = MappingProxyType(
    {
        PartyKind.CUSTOMER: Kind(
            Customer,
            CustomerDetails,
            Listing("locations", CustomerLocation, "customer_id", Location),
            ("phone", "other_phone"),
            ("gstin",),
        ),
        PartyKind.SUPPLIER: Kind(
            Supplier,
            SupplierDetails,
            Listing("licences", SupplierLicence, "supplier_id", DrugLicence),
            ("phone", "other_phone"),
            ("gstin",),
        ),
        PartyKind.PATIENT: Kind(Patient, PatientDetails, None, ("phone",), ()),
        PartyKind.PRESCRIBER: Kind(Prescriber, PrescriberDetails, None, ("phone",), ("registration",)),
    }
)
#: Details whose column says its unit -> the column, and the kernel's type.
_UNITS: Mapping[str, tuple[str, type[Money] | type[Percent]]] = MappingProxyType(
    {
        "credit_limit": ("credit_limit_paise", Money),
        "price_less": ("price_less_bp", Percent),
        "discount": ("discount_bp", Percent),
    }
)


def columns_of(details: Details) -> dict[str, Any]:
    """Return the columns of a party's own row, but its id and name key."""
    listing = KINDS[details.kind].listing
    columns: dict[str, Any] = {}
    for name in type(details).model_fields:
        if name == "kind" or (listing is not None and name == listing.field):
            continue
        value = getattr(details, name)
        if isinstance(value, Money):
            value = value.paise
        elif isinstance(value, Percent):
            value = value.basis_points
        columns[_UNITS[name][0] if name in _UNITS else name] = value
    return columns


def values_of(kind: PartyKind, row: Row) -> dict[str, Any]:
    """Return the details that stand in a party's own row: the other direction of ``columns_of``."""
    listing = KINDS[kind].listing
    values: dict[str, Any] = {}
    for name in KINDS[kind].details.model_fields:
        if name == "kind" or (listing is not None and name == listing.field):
            continue
        column, unit = _UNITS.get(name, (name, None))
        value = getattr(row, column)
        values[name] = value if unit is None or value is None else unit(value)
    return values
