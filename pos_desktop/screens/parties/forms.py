"""The forms of the parties screen as data, and how what is typed becomes a party. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.boundary.frozen import load
from core.boundary.lines import placed
from core.kernel.dates import parse_shown_date, show_date
from core.kernel.errors import Problem
from core.kernel.gst import STATES
from core.parties.dto import (
    TERMS as TERM_FIELDS,
)
from core.parties.dto import (
    CustomerDetails,
    Details,
    DrugLicence,
    Location,
    PartyKind,
    PartyView,
    PatientDetails,
    PrescriberDetails,
    PriceTerms,
    SupplierDetails,
)
from pos_desktop.screens.parties.rows import SCHEMES, TERMS, CodeRow
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.texts import tr

COLUMNS = 6
YES, NO = "yes", "no"
_DETAILS: Mapping[PartyKind, type[CustomerDetails | SupplierDetails | PatientDetails | PrescriberDetails]] = (
    MappingProxyType(
        {
            PartyKind.CUSTOMER: CustomerDetails,
            PartyKind.SUPPLIER: SupplierDetails,
            PartyKind.PATIENT: PatientDetails,
            PartyKind.PRESCRIBER: PrescriberDetails,
        }
    )
)
#: The list of a kind: its field, and what an entry of it holds.
_LISTED: Mapping[PartyKind, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        PartyKind.CUSTOMER: ("locations", tuple(Location.model_fields)),
        PartyKind.SUPPLIER: ("licences", tuple(DrugLicence.model_fields)),
    }
)
_WHOLE = frozenset({"credit_days", "payment_days", "return_before_days", "return_after_days", "birth_year"})
#: Where a refusal stands that is about more than one field.
_PLACES = MappingProxyType(
    {
        "parties.pan_differs": "pan",
        "parties.state_differs": "state",
        "parties.price_less_missing": "price_less",
        "parties.merged_already": "kept",
        "parties.no_item": "item",
    }
)


class Purpose(enum.Enum):
    """What a form is for."""

    ADD = "add"
    EDIT = "edit"
    MERGE = "merge"
    CONFIRM_MERGE = "confirm merge"
    CODE = "code"


@dataclass(slots=True)
class PartyForm(Form):
    """A form of this screen; ``seen`` is the party as it was when the form opened.

    ``double`` is who may be the same, while that is asked; ``kept`` the one that a merge keeps.
    """

    purpose: Purpose = Purpose.ADD
    kind: PartyKind = PartyKind.CUSTOMER
    seen: PartyView | None = None
    double: UUID | None = None
    kept: UUID | None = None
    has_terms: bool = True


def details_form(kind: PartyKind, seen: PartyView | None, buyer: str, *, has_terms: bool, name: str = "") -> PartyForm:
    """Return the form of a party, new (called ``name`` to begin with) or as it was seen.

    ``buyer`` is the name of a patient's customer; without ``has_terms`` the terms of a customer are not shown and stay.
    """
    known = seen.details if seen is not None else None
    if kind is PartyKind.CUSTOMER:
        fields = _customer(known, has_terms=has_terms)
    elif kind is PartyKind.SUPPLIER:
        fields = _supplier(known)
    elif kind is PartyKind.PATIENT:
        fields = _patient(known, buyer)
    else:
        fields = _prescriber(known)
    shown = name if known is None else known.name
    first = FormField("name", tr("Name"), value=shown, span=3, most=200)
    new = {
        PartyKind.CUSTOMER: tr("New customer"),
        PartyKind.SUPPLIER: tr("New supplier"),
        PartyKind.PATIENT: tr("New patient"),
        PartyKind.PRESCRIBER: tr("New prescriber"),
    }
    title = new[kind] if known is None else tr("Change {name}", name=_short(known.name))
    return PartyForm(
        title=title,
        about="",
        fields=[first, *fields],
        columns=COLUMNS,
        purpose=Purpose.ADD if seen is None else Purpose.EDIT,
        kind=kind,
        seen=seen,
        has_terms=has_terms,
    )


def merge_form(seen: PartyView) -> PartyForm:
    """Return the form that asks which one a party is the same as."""
    return PartyForm(
        title=tr("{name} is the same as another", name=_short(seen.details.name)),
        about=tr("Search the one that is kept. Both stay in history; whoever asks for this one gets the kept one."),
        fields=[
            FormField("kept", tr("The one that is kept"), FieldKind.OFFERED, hint=tr("name, telephone or number")),
        ],
        submit=tr("See what moves"),
        purpose=Purpose.MERGE,
        kind=seen.details.kind,
        seen=seen,
    )


def confirm_form(seen: PartyView, kept: PartyView, lines: Sequence[str]) -> PartyForm:
    """Return the form that shows what a merge moves, and asks."""
    return PartyForm(
        title=tr("Merge into {name}?", name=_short(kept.details.name)),
        about="\n".join(lines),
        fields=[
            FormField(
                "sure",
                tr("Merge them? It cannot be undone."),
                FieldKind.CHOICE,
                NO,
                choices=((NO, tr("No, leave them apart")), (YES, tr("Yes, they are one"))),
            )
        ],
        submit=tr("Go on"),
        purpose=Purpose.CONFIRM_MERGE,
        kind=seen.details.kind,
        seen=seen,
        kept=kept.party_id,
    )


def code_form(seen: PartyView, row: CodeRow | None) -> PartyForm:
    """Return the form of a supplier's code, new or as it is known."""
    return PartyForm(
        title=tr("New code of {name}", name=_short(seen.details.name))
        if row is None
        else tr("Code {code}", code=row.code),
        about=tr("What a supplier's bill calls an item, and how many of our packs its unit holds."),
        fields=[
            FormField("code", tr("Its code"), value=row.code if row else "", most=60),
            FormField(
                "item", tr("Our item"), FieldKind.OFFERED, row.item if row else "", hint=tr("code, name or barcode")
            ),
            FormField("name", tr("What it calls the item"), value=row.name if row else "", most=300),
            FormField("factor", tr("Our packs in its unit"), value=row.factor if row else "1", most=6),
        ],
        purpose=Purpose.CODE,
        kind=PartyKind.SUPPLIER,
        seen=seen,
    )


def read_details(form: PartyForm, typed: Mapping[str, str], customer_id: UUID | None) -> Details:
    """Return the party that was typed, its terms as they stand where they are not shown.

    Raises RuleBroken at the field that is wrong.
    """
    known = form.seen.details if form.seen is not None else None
    listed, entry_fields = _LISTED.get(form.kind, ("", ()))
    data: dict[str, Any] = {"kind": form.kind.value}
    for field in form.fields:
        if "." not in field.name and field.name != "customer":
            data[field.name] = _value(field.name, typed[field.name], getattr(known, field.name, None))
    rows: list[int] = []
    if listed:
        data[listed] = []
        for number in range(_count(form, listed)):
            before = getattr(known, listed)[number] if known and number < len(getattr(known, listed)) else None
            names = {name: f"{listed}.{number}.{name}" for name in entry_fields}
            entry = {
                name: _value(name, typed[place], getattr(before, name, None), place) for name, place in names.items()
            }
            if any(value is not None for value in entry.values()):
                data[listed].append(entry)
                rows.append(number)
    if form.kind is PartyKind.CUSTOMER and not form.has_terms and known is not None:
        shown = known.model_dump(mode="json")
        data |= {name: shown[name] for name in TERM_FIELDS}
    if form.kind is PartyKind.PATIENT:
        data["customer_id"] = None if customer_id is None else str(customer_id)
    try:
        return load(_DETAILS[form.kind], data)
    except Problem as problem:
        raise _at_its_row(problem, listed, rows) from problem


def place(form: PartyForm, problem: Problem) -> None:
    """Put a problem at the field it is about."""
    names = {field.name for field in form.fields}
    where = (problem.where or "").removeprefix("details.").removeprefix(f"{form.kind}.")
    if where not in names:
        where = _PLACES.get(problem.code, where)
    if where in names:
        problem = type(problem)(problem.code, where=where, **problem.values)
    form.place(problem)


def _at_its_row(problem: Problem, listed: str, rows: Sequence[int]) -> Problem:
    """Return the problem at the row of the form: rows that are empty are no entries, so theirs are counted apart."""
    first, _, rest = (problem.where or "").partition(".")
    number, _, name = rest.partition(".")
    if first != listed or not number.isdigit():
        return problem
    where = f"{listed}.{rows[int(number)]}.{name}"
    return type(problem)(problem.code, where=where, **problem.values)


def _count(form: PartyForm, listed: str) -> int:
    return 1 + max(int(field.name.split(".")[1]) for field in form.fields if field.name.startswith(f"{listed}."))


def _value(name: str, text: str, before: object, where: str = "") -> Any:
    """Return what a command takes for a text; an address that nobody touched keeps its lines."""
    text = text.strip()
    if not text:
        return None
    if name == "address" and isinstance(before, str) and text == _one_line(before):
        return before
    if name in _WHOLE and text.isascii() and text.isdigit():
        return int(text)
    if name == "valid_until":
        return _day(text, where)
    return text


def _day(text: str, where: str) -> str:
    with placed(where):
        return parse_shown_date(text).isoformat()


# --- fields ----------------------------------------------------------------------------------------------------------


def _customer(known: Any, *, has_terms: bool) -> list[FormField]:
    terms = [(term.value, words) for term, words in TERMS.items()]
    fields = [*_numbers(known), _text("pan", tr("PAN"), known, most=10, begins=True)]
    if has_terms:
        chosen = known.price_terms if known is not None else PriceTerms.MRP
        fields += [
            _text("credit_limit", tr("Credit limit"), known, hint=tr("empty: no credit"), most=14),
            _text("credit_days", tr("Credit days"), known, most=4),
            FormField("price_terms", tr("Prices"), FieldKind.CHOICE, chosen.value, choices=terms),
            _text("price_less", tr("MRP less, in percent"), known, most=6),
            _text("discount", tr("Discount in percent"), known, hint=tr("a bill begins with it"), most=6),
        ]
    places: Sequence[Location] = known.locations if known is not None else ()
    for number in range(len(places) + 1):
        here = places[number] if number < len(places) else None
        label = tr("Place {number}: address", number=number + 1)
        begin = f"locations.{number}."
        fields += [
            _text("address", label, here, begin, span=4, most=300, begins=True),
            _state(here, begin),
            _text("pincode", tr("PIN code"), here, begin, most=7),
            _text("gstin", tr("GSTIN, if its own"), here, begin, span=2, most=20),
            _text("drug_licence", tr("Drug licence"), here, begin, span=2, most=100),
            _text("contact", tr("Contact"), here, begin, span=2, most=100),
        ]
    return fields


def _supplier(known: Any) -> list[FormField]:
    fields = [
        *_numbers(known),
        _text("pan", tr("PAN"), known, most=10, begins=True),
        _text("payment_days", tr("Days to pay"), known, hint=tr("from the bill"), most=4),
        _text("return_before_days", tr("Takes back before"), known, hint=tr("days before expiry"), most=4),
        _text("return_after_days", tr("Takes back after"), known, hint=tr("days after expiry"), most=4),
        _scheme(known),
        _text("address", tr("Address"), known, span=4, most=300, begins=True),
        _state(known),
        _text("pincode", tr("PIN code"), known, most=7),
    ]
    licences: Sequence[DrugLicence] = known.licences if known is not None else ()
    for number in range(len(licences) + 1):
        here = licences[number] if number < len(licences) else None
        begin = f"licences.{number}."
        until = here.valid_until if here is not None else None
        fields += [
            _text("number", tr("Drug licence {number}", number=number + 1), here, begin, span=2, most=100),
            FormField(
                f"{begin}valid_until",
                tr("Its last day"),
                value="" if until is None else show_date(until),
                hint=tr("DD-MM-YYYY"),
                most=10,
            ),
        ]
    return fields


def _patient(known: Any, buyer: str) -> list[FormField]:
    sexes = [("", tr("Not said")), ("female", tr("Female")), ("male", tr("Male")), ("other", tr("Other"))]
    return [
        _text("phone", tr("Telephone"), known, most=30),
        _text("birth_year", tr("Year of birth"), known, hint=tr("four digits"), most=4),
        FormField("sex", tr("Sex"), FieldKind.CHOICE, (known.sex or "") if known is not None else "", choices=sexes),
        _text("address", tr("Address"), known, span=4, most=300, begins=True),
        FormField(
            "customer",
            tr("Customer who pays"),
            FieldKind.OFFERED,
            buyer,
            hint=tr("if another: name or telephone"),
            span=2,
        ),
    ]


def _prescriber(known: Any) -> list[FormField]:
    return [
        _text("phone", tr("Telephone"), known, most=30),
        _text("registration", tr("Registration"), known, hint=tr("number at the medical council"), most=60),
        _text("qualification", tr("Qualification"), known, hint=tr("MBBS, MD"), most=100),
        _text("address", tr("Address"), known, span=6, most=300, begins=True),
    ]


def _numbers(known: Any) -> list[FormField]:
    return [
        _text("phone", tr("Telephone"), known, most=30),
        _text("other_phone", tr("Other telephone"), known, most=30),
        _text("gstin", tr("GSTIN"), known, most=20),
    ]


def _text(
    name: str,
    label: str,
    known: Any,
    begin: str = "",
    *,
    hint: str = "",
    span: int = 1,
    most: int = 0,
    begins: bool = False,
) -> FormField:
    value = getattr(known, name) if known is not None else None
    shown = "" if value is None else _one_line(str(value))
    return FormField(begin + name, label, value=shown, hint=hint, span=span, most=most, begins_row=begins)


def _scheme(known: Any) -> FormField:
    value = (known.gst_scheme or "") if known is not None else ""
    choices = [(scheme or "", words) for scheme, words in SCHEMES.items()]
    return FormField("gst_scheme", tr("Pays GST as"), FieldKind.CHOICE, value, choices=choices, span=2)


def _state(known: Any, begin: str = "") -> FormField:
    states = [("", tr("Not said")), *((code, f"{code} {name}") for code, name in STATES.items())]
    value = (known.state or "") if known is not None else ""
    return FormField(f"{begin}state", tr("State"), FieldKind.CHOICE, value, choices=states)


def _one_line(text: str) -> str:
    return ", ".join(text.splitlines())


def _short(name: str) -> str:
    """Return a name as a title can hold it."""
    return name if len(name) <= _TITLE else f"{name[: _TITLE - 1]}…"


_TITLE = 60
