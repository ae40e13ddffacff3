"""Decides whether a bill may supply what it holds: part of posting a bill, before anything of it is written.

Every refusal says what to do and where: a line of the bill (``lines.2.item``) or a field of the prescription
(``dispensing.patient.address``). Nothing is asked of the database for a bill on which nothing is scheduled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission, Scope
from core.auth.rights import require
from core.dispensing.domain import (
    BIOLOGICAL,
    NEEDS_ADDRESSES,
    ON_PRESCRIPTION,
    SUPERVISED,
    Prescribed,
    Taking,
    Wanted,
    licence_form,
    take_from,
    units_for,
)
from core.dispensing.dto import DispensingInput, DutyView
from core.dispensing.model import Prescription, PrescriptionImage
from core.dispensing.people import NamedPerson, patient_of, prescriber_of
from core.dispensing.pharmacists import duty_of_day, on_duty
from core.dispensing.queries import prescribed_lines
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.queries import items_for_lines
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.numbering.dto import NumberedKind
from core.numbering.series import DocumentNumber, draw_number
from core.settings.choices import Choice
from core.settings.dto import Licence
from core.settings.queries import setting
from core.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """A line of the bill that is being posted: one batch.

    ``index`` is its place in the command (several lines may come of one), ``line`` its number on the bill, ``units``
    all that leave, free ones too.
    """

    index: int
    line: int
    item: SaleItem
    batch: BatchStock
    units: int

    @property
    def schedules(self) -> frozenset[str]:
        """What the item is on, on the bill's day; what nobody has looked up gates nothing."""
        return frozenset(self.item.schedules or ())

    @property
    def where(self) -> str:
        """Its place in the command."""
        return f"lines.{self.index}.item"


class Purchaser(NamedTuple):
    """The customer of the bill: who buys a drug of Schedule C without a prescription."""

    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of the prescription as it is stored."""

    number: int
    drug: str
    item_id: UUID | None
    dose: str | None
    days: int | None
    units: int | None


@dataclass(frozen=True, slots=True)
class Supply:
    """What was decided: it may be supplied, and this is to be written."""

    on_date: date
    number: DocumentNumber
    duty: DutyView
    lines: Sequence[SupplyLine]
    prescription_id: UUID | None = None
    written_on: date | None = None
    patient: NamedPerson | None = None
    prescriber: NamedPerson | None = None
    #: Of a new prescription, what is to be stored of it.
    new: Mapping[str, Any] | None = None
    written: Sequence[WrittenLine] = ()
    image: bytes | None = None
    takings: Mapping[int, Sequence[Taking]] = field(default_factory=dict)


def prescription_valid_days(session: Session) -> int:
    """Return for how many days a prescription is supplied on; 0 is any age."""
    return int(setting(session, Choice.PRESCRIPTION_VALID_DAYS, 0))


def admit_supply(
    uow: UnitOfWork,
    bill_id: UUID,
    given: DispensingInput | None,
    lines: Sequence[SupplyLine],
    *,
    licences: Sequence[Licence],
    purchaser: Purchaser,
    on_date: date,
) -> Supply | None:
    """Return what a bill supplies under a pharmacist, None for one that needs none and brings no prescription.

    Patient and prescriber are found or added. Raises RuleBroken ``dispensing.no_licence``,
    ``dispensing.licence_not_valid``, ``dispensing.needs_prescription``, ``dispensing.no_pharmacist``,
    ``dispensing.purchaser_missing``, those of the prescription and of ``take_from``, and those of ``require``.
    """
    supervised = [line for line in lines if line.schedules & SUPERVISED]
    if not supervised and given is None:
        return None
    for line in supervised:
        _refuse_without_licence(line, licences, on_date)
        if given is None and line.schedules & ON_PRESCRIPTION:
            raise RuleBroken(
                "dispensing.needs_prescription",
                item=line.item.name,
                schedules=_words(line.schedules & ON_PRESCRIPTION),
                where=line.where,
            )
    duty = _duty(uow, on_date)
    if duty is None:
        raise RuleBroken("dispensing.no_pharmacist", where="dispensing.pharmacist")
    require(uow, Need(Permission.SELL_SCHEDULED, within=Scope.WITH_PHARMACIST))
    # drawn before anything is read that another counter of the same node may be adding to: the row is locked now
    number = draw_number(uow, NumberedKind.SUPPLY, on_date)
    if given is None:
        _refuse_unnamed_purchaser(supervised, purchaser)
        return Supply(on_date, number, duty, lines)
    return _on_prescription(uow, bill_id, given, lines, Supply(on_date, number, duty, lines))


def _words(schedules: frozenset[str]) -> str:
    return ", ".join(sorted(schedules))


def _refuse_without_licence(line: SupplyLine, licences: Sequence[Licence], on_date: date) -> None:
    form = licence_form(line.schedules)
    of_form = [licence for licence in licences if licence.form.replace("-", "").upper() == form]
    if any(_is_valid(licence, on_date) for licence in of_form):
        return
    said = {"item": line.item.name, "schedules": _words(line.schedules & SUPERVISED), "form": form}
    if of_form:
        number = of_form[-1].number
        raise RuleBroken("dispensing.licence_not_valid", number=number, date=on_date, where=line.where, **said)
    raise RuleBroken("dispensing.no_licence", where=line.where, **said)


def _is_valid(licence: Licence, day: date) -> bool:
    return (licence.valid_from is None or licence.valid_from <= day) and (
        licence.valid_to is None or day <= licence.valid_to
    )


def _duty(uow: UnitOfWork, on_date: date) -> DutyView | None:
    """Return who answers: of a memo of an earlier day whoever was on duty then, if anybody was."""
    if on_date != uow.today and (then := duty_of_day(uow.session, uow.node.id, on_date)) is not None:
        return then
    return on_duty(uow.session, uow.node.id, uow.now)


def _refuse_unnamed_purchaser(supervised: Sequence[SupplyLine], purchaser: Purchaser) -> None:
    for line in supervised:
        for name, value in purchaser._asdict().items():
            if not value:
                raise RuleBroken(
                    "dispensing.purchaser_missing",
                    item=line.item.name,
                    schedules=_words(line.schedules & BIOLOGICAL),
                    where=f"customer.{name}",
                )


def _on_prescription(
    uow: UnitOfWork, bill_id: UUID, given: DispensingInput, lines: Sequence[SupplyLine], supply: Supply
) -> Supply:
    known = _known(uow.session, given)
    patient = patient_of(uow, given.patient, known.patient_id if known else None)
    prescriber = prescriber_of(uow, given.prescriber, known.prescriber_id if known else None)
    for line in lines:
        if line.schedules & NEEDS_ADDRESSES:
            _refuse_without_addresses(line, patient, prescriber)
    if known is not None:
        prescription_id, written_on = known.id, known.written_on
        standing = prescribed_lines(uow.session, known.id)
        prescribed = [line.prescribed(known.repeats) for line in standing]
        written = [
            WrittenLine(line.number, line.drug, line.item_id, line.dose, line.days, line.units) for line in standing
        ]
    else:
        prescription_id = id_from_content("prescription", bill_id.hex)
        if given.written_on is None:
            raise RuleBroken("dispensing.date_missing", where="dispensing.written_on")
        written_on = given.written_on
        written = list(_written(uow.session, given, lines, supply.on_date))
        times = 1 + (given.repeats or 0)
        prescribed = [Prescribed(line.number, line.drug, line.item_id, line.units, times) for line in written]
    _refuse_wrong_day(uow.session, written_on, supply.on_date)
    _refuse_without_image(uow.session, given, lines, known.id if known else None)
    new = None
    if known is None:
        new = {
            "id": prescription_id,
            "patient_id": patient.party_id,
            "prescriber_id": prescriber.party_id,
            "written_on": written_on,
            "repeats": given.repeats or 0,
            "reference": given.reference,
            "at": uow.now,
            "username": uow.actor.username,
        }
    return Supply(
        supply.on_date,
        supply.number,
        supply.duty,
        lines,
        prescription_id=prescription_id,
        written_on=written_on,
        patient=patient,
        prescriber=prescriber,
        new=new,
        written=written,
        image=given.image,
        takings=take_from(prescribed, _wanted(given, lines)),
    )


def _known(session: Session, given: DispensingInput) -> Prescription | None:
    if given.prescription is None:
        return None
    for name in ("written_on", "repeats", "reference", "lines"):
        if getattr(given, name):
            raise RuleBroken("dispensing.known_or_new", where=f"dispensing.{name}")
    known = session.get(Prescription, given.prescription)
    if known is None:
        raise RuleBroken(
            "dispensing.no_prescription", prescription=str(given.prescription), where="dispensing.prescription"
        )
    return known


def _refuse_without_addresses(line: SupplyLine, patient: NamedPerson, prescriber: NamedPerson) -> None:
    schedules = _words(line.schedules & NEEDS_ADDRESSES)
    if not patient.address:
        raise RuleBroken(
            "dispensing.patient_address_missing",
            item=line.item.name,
            schedules=schedules,
            patient=patient.name,
            where="dispensing.patient.address",
        )
    if not prescriber.address:
        raise RuleBroken(
            "dispensing.prescriber_address_missing",
            item=line.item.name,
            schedules=schedules,
            prescriber=prescriber.name,
            where="dispensing.prescriber.address",
        )


def _refuse_wrong_day(session: Session, written_on: date, on_date: date) -> None:
    where = "dispensing.written_on"
    if written_on > on_date:
        raise RuleBroken("dispensing.written_in_future", date=written_on, bill=on_date, where=where)
    days = prescription_valid_days(session)
    if days and written_on + timedelta(days=days) < on_date:
        raise RuleBroken("dispensing.too_old", date=written_on, days=days, where=where)


def _refuse_without_image(
    session: Session, given: DispensingInput, lines: Sequence[SupplyLine], known_id: UUID | None
) -> None:
    """Schedule X: the prescription is in duplicate, and one copy is kept (facts E3)."""
    on_x = next((line for line in lines if "X" in line.schedules), None)
    if on_x is None or given.image is not None:
        return
    kept = select(PrescriptionImage.sha).where(PrescriptionImage.prescription_id == known_id).limit(1)
    if known_id is None or session.scalar(kept) is None:
        raise RuleBroken("dispensing.image_missing", item=on_x.item.name, where="dispensing.image")


def _written(
    session: Session, given: DispensingInput, lines: Sequence[SupplyLine], on_date: date
) -> Iterator[WrittenLine]:
    """Yield the lines of a new prescription; one given without lines says just what the bill supplies of drugs."""
    if not given.lines:
        yield from _as_supplied(lines)
        return
    texts = [line.item for line in given.lines if line.item is not None]
    known = items_for_lines(session, texts, on_date) if texts else {}
    for number, written in enumerate(given.lines, start=1):
        where = f"dispensing.lines.{number - 1}"
        item = None if written.item is None else known.get(written.item)
        if written.item is not None and item is None:
            raise RuleBroken("sales.no_such_item", item=written.item, where=f"{where}.item")
        drug = written.drug or (item.name if item else None)
        if drug is None:
            raise RuleBroken("dispensing.drug_missing", where=f"{where}.drug")
        units = written.units
        if units is None and item is not None and item.pieces_per_pack > 1:
            units = units_for(written.dose, written.days)
        yield WrittenLine(number, drug, item.item_id if item else None, written.dose, written.days, units)


def _as_supplied(lines: Sequence[SupplyLine]) -> Iterator[WrittenLine]:
    supplied: dict[UUID, int] = {}
    items = {line.item.item_id: line.item for line in lines if line.schedules & SUPERVISED}
    for line in lines:
        if line.item.item_id in items:
            supplied[line.item.item_id] = supplied.get(line.item.item_id, 0) + line.units
    for number, (item_id, units) in enumerate(supplied.items(), start=1):
        yield WrittenLine(number, items[item_id].name, item_id, None, None, units)


def _wanted(given: DispensingInput, lines: Sequence[SupplyLine]) -> list[Wanted]:
    """Return the lines of the bill as they were asked for, batches put together, with what the counter said of each."""
    told = {one.line: one for one in given.supplies}
    wanted: dict[int, Wanted] = {}
    for line in lines:
        before = wanted.get(line.index)
        said = told.get(line.index)
        wanted[line.index] = Wanted(
            index=line.index,
            item_id=line.item.item_id,
            item=line.item.name,
            units=line.units + (before.units if before else 0),
            limited=bool(line.schedules & ON_PRESCRIPTION),
            of=said.of if said else None,
            in_place=said.in_place if said else False,
        )
    for place, one in enumerate(given.supplies):
        if one.line not in wanted:
            raise RuleBroken("dispensing.no_bill_line", line=one.line, where=f"dispensing.supplies.{place}.line")
    return list(wanted.values())
