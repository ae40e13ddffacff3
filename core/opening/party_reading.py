"""Understands a sheet of customers, suppliers, patients or prescribers, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.boundary.cells import bare_amount, word
from core.boundary.columns import Columns
from core.boundary.frozen import load
from core.boundary.lines import LineProblem, placed
from core.boundary.sheets import Sheet
from core.kernel.errors import RuleBroken
from core.kernel.gst import STATES
from core.kernel.money import Money, Percent
from core.opening.dto import WITH_DUES, DueKind, Side
from core.opening.party_dto import ImportedParty, ImportParties
from core.opening.reading import one_side, read_side, read_sided_amount
from core.parties.dto import PartyKind
from core.parties.kinds import KINDS

_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": (
            "party_name",
            "party",
            "ledger_name",
            "customer",
            "customer_name",
            "supplier",
            "supplier_name",
            "patient",
            "patient_name",
            "doctor",
            "doctor_name",
            "prescriber",
            "prescriber_name",
        ),
        "phone": ("mobile", "mobile_no", "telephone", "phone_no", "contact_no"),
        "other_phone": ("phone2", "phone_2", "mobile2", "mobile_2", "landline", "alternate_phone"),
        "gstin": ("gst_no", "gst_number", "gstin_no", "gstin_uin"),
        "pan": ("pan_no", "pan_number"),
        "address": ("address1", "address_1", "full_address"),
        "state": ("state_code",),
        "pincode": ("pin", "pin_code", "postal_code"),
        "contact": ("contact_person",),
        "drug_licence": ("dl_no", "d_l_no", "drug_license", "licence", "licence_no", "license_no", "dl_number"),
        "discount": ("disc", "discount_percent", "disc_percent"),
        "birth_year": ("year_of_birth", "yob", "born"),
        "age": (),
        "sex": ("gender",),
        "registration": ("reg_no", "registration_no", "registration_number", "regn_no"),
        "qualification": ("degree", "qualifications"),
        "credit_limit": ("cr_limit",),
        "return_before_days": (),
        "return_after_days": (),
        "opening": ("opening_balance", "op_bal", "op_balance", "balance", "outstanding", "closing_balance"),
        "dr_cr": ("drcr", "cr_dr", "d_c", "side"),
    }
)
_DAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"days": ("credit_days", "payment_days", "credit_period", "cr_days", "due_days", "payment_terms")}
)
_PLACE = ("address", "state", "pincode", "drug_licence", "contact")
_OPENING = ("opening", "dr_cr")
#: What a sheet of a kind may say; ``days`` are a customer's for credit and a supplier's for payment.
_OF_KIND: Mapping[PartyKind, tuple[str, ...]] = MappingProxyType(
    {
        PartyKind.CUSTOMER: (
            *("name", "phone", "other_phone", "gstin", "pan", "credit_limit", "days", "discount"),
            *_PLACE,
            *_OPENING,
        ),
        PartyKind.SUPPLIER: (
            *("name", "phone", "other_phone", "gstin", "pan", "address", "state", "pincode", "days", "drug_licence"),
            *("return_before_days", "return_after_days"),
            *_OPENING,
        ),
        PartyKind.PATIENT: ("name", "phone", "birth_year", "age", "sex", "address"),
        PartyKind.PRESCRIBER: ("name", "phone", "registration", "qualification", "address"),
    }
)
_SEXES = {"f": "female", "m": "male", "o": "other", "woman": "female", "man": "male"}
_COUNT = re.compile(r"(\d{1,9})(?:\s*(?:days?|yrs?|years?|y))?\.?", re.IGNORECASE)
_STATE = re.compile(r"(\d{2})\b.*")
_STATE_CODES = {name.casefold(): code for code, name in STATES.items()}
#: A check of one field against another has no place of its own: a GSTIN is on either side of each.
_FIELD_COLUMNS = {"credit_days": "days", "payment_days": "days", "number": "drug_licence"}


def columns_of(kind: PartyKind) -> Columns:
    """Return the columns that a sheet of a kind may have."""
    names = {**_NAMES, **_DAYS}
    return Columns({column: names[column] for column in _OF_KIND[kind]}, needed=["name"])


def read_parties(
    sheet: Sheet,
    command_id: UUID,
    kind: PartyKind,
    *,
    today: date,
    skip_bad: bool = False,
    another: bool = False,
    again: bool = False,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ImportParties:
    """Return the command to import a sheet of a kind of party, with a problem for each line that is not understood.

    An age is kept as the year of birth that it makes ``today``. An opening amount stands where a bill of that kind
    of party does unless its side is said. ``columns`` says what headers mean that go by other names.

    Raises RuleBroken ``sheet.column_twice``, ``sheet.no_column``, ``sheet.no_such_column``.
    """
    places, ignored = columns_of(kind).place(sheet.header, columns)
    parties: list[ImportedParty] = []
    problems: list[LineProblem] = []
    for row in sheet.rows:
        try:
            if row.fault is not None:
                raise RuleBroken(row.fault)
            cells = {column: row.cell(place) for column, place in places.items()}
            parties.append(_read_party(cells, row.line, kind, today))
        except RuleBroken as broken:
            problems.append(LineProblem.of(row.line, broken))
    return ImportParties(
        command_id=command_id,
        kind=kind,
        parties=tuple(parties),
        problems=tuple(problems),
        ignored_columns=ignored,
        skip_bad=skip_bad,
        another=another,
        again=again,
    )


def _read_party(cells: Mapping[str, str], line: int, kind: PartyKind, today: date) -> ImportedParty:
    said = {column: text for column, text in cells.items() if text and column not in _OPENING}
    if "name" not in said:
        raise RuleBroken("parties.name_missing", where="name")
    values = {"kind": kind.value} | _values(said, kind, today)
    try:
        details = load(KINDS[kind].details, values)
    except RuleBroken as broken:
        name = (broken.where or "gstin").rpartition(".")[2]
        column = _FIELD_COLUMNS.get(name, name)
        given = broken.values | ({"field": column} if "field" in broken.values else {})
        raise RuleBroken(broken.code, where=column, **given) from None
    return ImportedParty.model_validate({"line": line, "details": details, "opening": _read_opening(cells, kind)})


def _values(said: Mapping[str, str], kind: PartyKind, today: date) -> dict[str, Any]:
    """Return the details that cells say, as a command gives them."""
    values: dict[str, Any] = {}
    for column, text in said.items():
        with placed(column):
            if column == "days":
                values["credit_days" if kind is PartyKind.CUSTOMER else "payment_days"] = _count(text, column)
            elif column in {"return_before_days", "return_after_days", "birth_year"}:
                values[column] = _count(text, column)
            elif column == "age":
                values.setdefault("birth_year", today.year - _count(text, column))
            elif column == "credit_limit":
                if limit := Money.parse(bare_amount(text)):  # programs write 0 where there is none
                    values[column] = str(limit)
            elif column == "discount":
                if percent := Percent.parse(text):
                    values[column] = str(percent)
            elif column == "state":
                values[column] = _state(text)
            elif column == "sex":
                values[column] = word(text, _SEXES)
            else:
                values[column] = text
    if kind is PartyKind.CUSTOMER:
        place = {column: values.pop(column) for column in _PLACE if column in values}
        values["locations"] = [place] if place else []
    elif kind is PartyKind.SUPPLIER and "drug_licence" in values:
        numbers = re.split(r"\s*[,;]\s*", values.pop("drug_licence"))
        values["licences"] = [{"number": number} for number in numbers if number]
    return values


def _state(text: str) -> str:
    """Return the code of a state that is written as ``32``, ``32-Kerala`` or ``Kerala``."""
    match = _STATE.fullmatch(text)
    return match[1] if match else _STATE_CODES.get(text.casefold(), text)


def _count(text: str, column: str) -> int:
    match = _COUNT.fullmatch(text)
    if match is None:
        raise RuleBroken("input.not_whole", field=column)
    return int(match[1])


def _read_opening(cells: Mapping[str, str], kind: PartyKind) -> Money | None:
    if kind not in WITH_DUES:
        return None
    amount, amount_side = read_sided_amount(cells.get("opening", ""), "opening")
    side = one_side(read_side(cells.get("dr_cr", ""), "dr_cr"), amount_side) or DueKind.BILL.side(kind)
    if not amount:
        return None
    return amount if side is Side.DEBIT else -amount
