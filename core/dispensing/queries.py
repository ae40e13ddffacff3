"""Reads of prescriptions, of what is left of them, and of the registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from core.auth.permissions import Need, Permission, Scope
from core.auth.rights import may, require_to_read
from core.catalog.model import Item
from core.dispensing.domain import Prescribed, days_of_supply, doses_a_day
from core.dispensing.dto import (
    DispensingView,
    H1View,
    ImageView,
    PrescribedView,
    PrescriptionHit,
    PrescriptionView,
    SuppliedView,
)
from core.dispensing.model import (
    DispensedLine,
    Dispensing,
    DispensingVoid,
    H1Entry,
    Prescription,
    PrescriptionImage,
    PrescriptionLine,
)
from core.kernel.actor import Actor
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.parties.dto import PartyKind
from core.parties.model import Prescriber
from core.parties.persons import ids_of, person
from core.settings.dto import Pharmacist
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Who may look at what was prescribed: whoever may supply it. A register is for whoever keeps registers as well.
_PRESCRIPTIONS = Need(Permission.SELL_SCHEDULED, within=Scope.WITH_PHARMACIST)
_REGISTERS = Need(Permission.VIEW_REPORTS, within=Scope.STOCK_AND_REGISTERS)

_DISPENSING = table_of(Dispensing)
_ENTRY = Prepared(select(_DISPENSING).where(_DISPENSING.c.bill_id == bindparam("bill_id")))
_SUPPLIED = Prepared(
    select(DispensedLine.line, PrescriptionLine.dose, DispensedLine.units, DispensedLine.days)
    .outerjoin(
        PrescriptionLine,
        (PrescriptionLine.prescription_id == DispensedLine.prescription_id)
        & (PrescriptionLine.line == DispensedLine.prescription_line),
    )
    .where(DispensedLine.bill_id == bindparam("bill_id"))
    .order_by(DispensedLine.line, DispensedLine.part)
)


def dispensing_of(session: Session, bill_id: UUID) -> DispensingView | None:
    """Return what a bill says of patient, prescriber and pharmacist, None for one without an entry."""
    row = _ENTRY.first(session, {"bill_id": bill_id})
    if row is None:
        return None
    return DispensingView(
        number=row.number,
        prescription_id=row.prescription_id,
        written_on=row.written_on,
        patient_name=row.patient_name,
        patient_phone=row.patient_phone,
        patient_address=row.patient_address,
        prescriber_name=row.prescriber_name,
        prescriber_address=row.prescriber_address,
        prescriber_registration=row.prescriber_registration,
        pharmacist=_pharmacist(row),
        lines=tuple(SuppliedView(**supplied._asdict()) for supplied in _SUPPLIED.rows(session, {"bill_id": bill_id})),
    )


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A line of a prescription with what bills that stand have supplied of it."""

    number: int
    drug: str
    item_id: UUID | None
    item_code: str | None
    pieces_per_pack: int | None
    dose: str | None
    days: int | None
    units: int | None
    supplied_units: int
    supplied_times: int

    def lasts(self, units: int) -> int:
        """Return for how many days so many pieces are taken: by the dose, else as written, 0 where neither is known."""
        by_dose = days_of_supply(units, doses_a_day(self.dose))
        return (self.days or 0) if by_dose is None else by_dose

    def prescribed(self, repeats: int) -> Prescribed:
        """Return it as the decision takes it."""
        return Prescribed(
            self.number,
            self.drug,
            self.item_id,
            self.units,
            1 + repeats,
            self.supplied_units,
            self.supplied_times,
        )


def prescribed_lines(session: Session, prescription_id: UUID) -> Sequence[StandingLine]:
    """Return the lines of a prescription in their order; what cancelled bills supplied is not counted."""
    supplied = session.execute(
        select(
            DispensedLine.prescription_line,
            func.sum(DispensedLine.units),
            func.count(DispensedLine.bill_id.distinct()),
        )
        .outerjoin(DispensingVoid, DispensingVoid.bill_id == DispensedLine.bill_id)
        .where(
            DispensedLine.prescription_id == prescription_id,
            DispensedLine.prescription_line.is_not(None),
            DispensingVoid.bill_id.is_(None),
        )
        .group_by(DispensedLine.prescription_line)
    )
    counts = {line: (int(units), int(times)) for line, units, times in supplied}
    rows = session.execute(
        select(
            PrescriptionLine.line,
            PrescriptionLine.drug,
            PrescriptionLine.item_id,
            Item.code,
            Item.pieces_per_pack,
            PrescriptionLine.dose,
            PrescriptionLine.days,
            PrescriptionLine.units,
        )
        .outerjoin(Item, Item.id == PrescriptionLine.item_id)
        .where(PrescriptionLine.prescription_id == prescription_id)
        .order_by(PrescriptionLine.line)
    )
    return [StandingLine(*row, *counts.get(row[0], (0, 0))) for row in rows]


def read_prescription(session: Session, actor: Actor, prescription_id: UUID) -> PrescriptionView:
    """Return a prescription with the balance due of each line.

    Raises RuleBroken ``auth.not_allowed``, ``dispensing.no_prescription``.
    """
    require_to_read(session, actor, _PRESCRIPTIONS)
    row = session.get(Prescription, prescription_id)
    if row is None:
        raise RuleBroken("dispensing.no_prescription", prescription=str(prescription_id))
    patient = person(session, PartyKind.PATIENT, row.patient_id)
    prescriber = person(session, PartyKind.PRESCRIBER, row.prescriber_id)
    assert isinstance(prescriber, Prescriber)
    images = session.scalar(
        select(func.count()).select_from(PrescriptionImage).where(PrescriptionImage.prescription_id == row.id)
    )
    return PrescriptionView(
        prescription_id=row.id,
        patient_id=patient.id,
        patient_name=patient.name,
        patient_phone=patient.phone,
        patient_address=patient.address,
        prescriber_id=prescriber.id,
        prescriber_name=prescriber.name,
        prescriber_address=prescriber.address,
        prescriber_registration=prescriber.registration,
        written_on=row.written_on,
        repeats=row.repeats,
        reference=row.reference,
        images=images or 0,
        lines=tuple(
            PrescribedView(
                line=line.number,
                drug=line.drug,
                item_code=line.item_code,
                pieces_per_pack=line.pieces_per_pack,
                dose=line.dose,
                days=line.days,
                units=line.units,
                supplied=line.supplied_units,
                left=line.prescribed(row.repeats).left,
            )
            for line in prescribed_lines(session, row.id)
        ),
    )


def read_images(session: Session, actor: Actor, prescription_id: UUID) -> Sequence[ImageView]:
    """Return the pictures that are kept of a prescription, the oldest first. Raises RuleBroken ``auth.not_allowed``."""
    require_to_read(session, actor, _PRESCRIPTIONS)
    rows = session.execute(
        select(PrescriptionImage.sha, PrescriptionImage.kind, PrescriptionImage.content)
        .where(PrescriptionImage.prescription_id == prescription_id)
        .order_by(PrescriptionImage.at, PrescriptionImage.sha)
    )
    return [ImageView(*row) for row in rows]


def recent_prescriptions(
    session: Session, actor: Actor, patient_id: UUID | None = None, *, limit: int = 20
) -> Sequence[PrescriptionHit]:
    """Return prescriptions, those written last first: of one patient and of all who were merged into them, or of all.

    Raises RuleBroken ``auth.not_allowed``.
    """
    require_to_read(session, actor, _PRESCRIPTIONS)
    wanted = select(Prescription).order_by(Prescription.written_on.desc(), Prescription.id.desc()).limit(limit)
    if patient_id is not None:
        wanted = wanted.where(Prescription.patient_id.in_(ids_of(session, patient_id)))
    found = session.scalars(wanted).all()
    drugs: dict[UUID, list[str]] = {}
    lines = select(PrescriptionLine.prescription_id, PrescriptionLine.drug).where(
        PrescriptionLine.prescription_id.in_([row.id for row in found])
    )
    for prescription_id, drug in session.execute(
        lines.order_by(PrescriptionLine.prescription_id, PrescriptionLine.line)
    ):
        drugs.setdefault(prescription_id, []).append(drug)
    return [
        PrescriptionHit(
            row.id,
            row.written_on,
            person(session, PartyKind.PATIENT, row.patient_id).name,
            person(session, PartyKind.PRESCRIBER, row.prescriber_id).name,
            row.reference,
            tuple(drugs.get(row.id, ())),
        )
        for row in found
    ]


def patient_of(session: Session, prescription_id: UUID) -> UUID | None:
    """Return whom a prescription is for, None where there is none of that id."""
    return session.scalar(select(Prescription.patient_id).where(Prescription.id == prescription_id))


def bills_of_patient(session: Session, actor: Actor, patient_id: UUID, *, limit: int) -> Sequence[UUID]:
    """Return the bills that supplied a patient's newest prescriptions and stand, the newest first.

    Of the patient and of all who were merged into them. Nothing for whoever may not look at prescriptions. Raises
    RuleBroken ``parties.unknown``.
    """
    if not may(session, actor, _PRESCRIPTIONS):
        return ()
    newest = (
        select(Prescription.id)
        .where(Prescription.patient_id.in_(ids_of(session, patient_id)))
        .order_by(Prescription.written_on.desc(), Prescription.id.desc())
        .limit(limit)
    )
    return session.scalars(
        select(Dispensing.bill_id)
        .where(
            Dispensing.prescription_id.in_(session.scalars(newest).all()),
            ~exists().where(DispensingVoid.bill_id == Dispensing.bill_id),
        )
        .order_by(Dispensing.on_date.desc(), Dispensing.financial_year.desc(), Dispensing.serial.desc())
        .limit(limit)
    ).all()


def may_read_registers(session: Session, actor: Actor) -> bool:
    """Say whether the actor may look at the registers: for windows, which hide what would be refused."""
    return may(session, actor, _REGISTERS)


def h1_register(
    session: Session, actor: Actor, first: date, last: date, *, after: str | None = None, limit: int | None = None
) -> Sequence[H1View]:
    """Return the rows of the Schedule H1 register of these days, the oldest first, voids among them.

    With ``limit`` so many at most, and with ``after``, the number of a row, those that follow it: a page at a time.
    Raises RuleBroken ``auth.not_allowed``, ``auth.out_of_scope``.
    """
    require_to_read(session, actor, _REGISTERS)
    return h1_rows(session, first, last, after=after, limit=limit)


def h1_rows(
    session: Session, first: date, last: date, *, after: str | None = None, limit: int | None = None
) -> Sequence[H1View]:
    """Return what ``h1_register`` does, for who has asked already whether the register may be read."""
    entry, void = table_of(H1Entry), aliased(H1Entry)
    place = (entry.c.on_date, entry.c.financial_year, entry.c.series, entry.c.serial)
    wanted = (
        select(entry, void.number.label("voided_by"))
        .outerjoin(void, void.voids == entry.c.number)
        .where(entry.c.on_date >= first, entry.c.on_date <= last)
        .order_by(*place)
        .limit(limit)
    )
    if after is not None:
        before = session.execute(select(*place).where(entry.c.number == after)).one()
        wanted = wanted.where(entry.c.on_date >= before.on_date, tuple_(*place) > tuple(before))
    return [_h1(row) for row in session.execute(wanted)]


def _h1(row: Any) -> H1View:
    return H1View(
        number=row.number,
        date=row.on_date,
        bill_number=row.bill_number,
        prescriber_name=row.prescriber_name,
        prescriber_address=row.prescriber_address,
        prescriber_registration=row.prescriber_registration,
        patient_name=row.patient_name,
        patient_phone=row.patient_phone,
        patient_address=row.patient_address,
        drug=row.drug,
        composition=row.composition,
        manufacturer=row.manufacturer,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        units=row.units,
        batch=row.batch_number,
        expiry=row.expiry,
        expiry_precision=ExpiryPrecision(row.expiry_precision) if row.expiry_precision else None,
        pharmacist=_pharmacist(row),
        voids=row.voids,
        voided_by=row.voided_by,
        reason=row.reason,
    )


def _pharmacist(row: Any) -> Pharmacist:
    return Pharmacist.model_construct(name=row.pharmacist_name, registration=row.pharmacist_registration)
