"""Writes what a bill supplied under a pharmacist, and takes it back: part of posting and cancelling a bill."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from core.catalog.model import Item
from core.dispensing.admitting import Supply, SupplyLine, WrittenLine
from core.dispensing.domain import SUPERVISED, days_of_supply, doses_a_day
from core.dispensing.dto import image_kind
from core.dispensing.model import (
    DispensedLine,
    Dispensing,
    DispensingVoid,
    H1Entry,
    Prescription,
    PrescriptionImage,
    PrescriptionLine,
)
from core.numbering.dto import NumberedKind
from core.numbering.series import draw_number
from core.storage.unit_of_work import UnitOfWork, table_of


def record_supply(uow: UnitOfWork, supply: Supply, bill_id: UUID, bill_number: str) -> None:
    """Write the prescription if it is new, the entry, its lines, and a row of the H1 register for each H1 line."""
    if supply.new is not None:
        uow.record(Prescription, [supply.new])
        uow.record(PrescriptionLine, [_line_row(supply.new["id"], line) for line in supply.written])
    if supply.image is not None and supply.prescription_id is not None:
        _keep_image(uow, supply.prescription_id, supply.image)
    patient, prescriber, number = supply.patient, supply.prescriber, supply.number
    pharmacist = supply.duty.pharmacist
    uow.record(
        Dispensing,
        [
            {
                "bill_id": bill_id,
                "bill_number": bill_number,
                "prescription_id": supply.prescription_id,
                **number.columns(),
                "on_date": supply.on_date,
                "written_on": supply.written_on,
                "patient_name": patient.name if patient else None,
                "patient_phone": patient.phone if patient else None,
                "patient_address": patient.address if patient else None,
                "prescriber_name": prescriber.name if prescriber else None,
                "prescriber_address": prescriber.address if prescriber else None,
                "prescriber_registration": prescriber.registration if prescriber else None,
                "pharmacist_name": pharmacist.name,
                "pharmacist_registration": pharmacist.registration,
                "username": uow.actor.username,
            }
        ],
    )
    uow.record(DispensedLine, list(_dispensed(supply, bill_id)))
    _record_h1(uow, supply, bill_id, bill_number)


def void_supply(uow: UnitOfWork, bill_id: UUID, document_id: UUID, reason: str) -> None:
    """Take back what a cancelled bill supplied: it counts no more, and each H1 row is voided by a row of its own."""
    entries = uow.session.execute(
        select(table_of(H1Entry)).where(H1Entry.document_id == bill_id).order_by(H1Entry.line)
    ).all()
    uow.record(
        DispensingVoid,
        [
            {
                "bill_id": bill_id,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
                "reason": reason,
            }
        ],
    )
    rows = []
    for entry in entries:
        number = draw_number(uow, NumberedKind.H1_ENTRY, uow.today)
        rows.append(
            {
                **entry._mapping,
                **number.columns(),
                "document_id": document_id,
                "on_date": uow.today,
                "username": uow.actor.username,
                "voids": entry.number,
                "reason": reason,
            }
        )
    uow.record(H1Entry, rows)


def _line_row(prescription_id: UUID, line: WrittenLine) -> dict[str, object]:
    daily = doses_a_day(line.dose)
    return {
        "prescription_id": prescription_id,
        "line": line.number,
        "drug": line.drug,
        "item_id": line.item_id,
        "dose": line.dose,
        "doses": daily.numerator if daily else None,
        "per_days": daily.denominator if daily else None,
        "days": line.days,
        "units": line.units,
    }


def _keep_image(uow: UnitOfWork, prescription_id: UUID, content: bytes) -> None:
    uow.record_once(
        PrescriptionImage,
        {
            "prescription_id": prescription_id,
            "sha": hashlib.sha256(content).hexdigest(),
            "kind": image_kind(content),
            "content": content,
            "at": uow.now,
            "username": uow.actor.username,
        },
    )


def _dispensed(supply: Supply, bill_id: UUID) -> Iterator[dict[str, object]]:
    """Yield what each line of the bill takes of which line of the prescription, batch by batch.

    Without a prescription only what is supplied under the pharmacist is entered.
    """
    written = {line.number: line for line in supply.written}
    left = {index: deque(takings) for index, takings in supply.takings.items()}
    for line in supply.lines:
        if supply.prescription_id is None:
            if line.schedules & SUPERVISED:
                yield _dispensed_row(supply, bill_id, line, 1, None, line.units)
            continue
        rest, part = line.units, 0
        while rest:
            of, standing = left[line.index].popleft()
            units = min(rest, standing)
            rest -= units
            if standing > units:
                left[line.index].appendleft((of, standing - units))
            if of is not None or line.schedules & SUPERVISED:
                part += 1
                yield _dispensed_row(supply, bill_id, line, part, None if of is None else written[of], units)


def _dispensed_row(
    supply: Supply, bill_id: UUID, line: SupplyLine, part: int, of: WrittenLine | None, units: int
) -> dict[str, object]:
    in_pieces = line.item.pieces_per_pack > 1
    return {
        "bill_id": bill_id,
        "line": line.line,
        "part": part,
        "prescription_id": supply.prescription_id,
        "prescription_line": of.number if of else None,
        "units": units,
        "schedules": ",".join(line.item.schedules) if line.item.schedules else None,
        "days": days_of_supply(units, doses_a_day(of.dose)) if of and in_pieces else None,
    }


def _record_h1(uow: UnitOfWork, supply: Supply, bill_id: UUID, bill_number: str) -> None:
    lines = [line for line in supply.lines if "H1" in line.schedules]
    if not lines:
        return
    patient, prescriber, pharmacist = supply.patient, supply.prescriber, supply.duty.pharmacist
    assert patient is not None  # H1 is supplied on a prescription only
    assert prescriber is not None
    ids = {line.item.item_id for line in lines}
    compositions = dict(uow.session.execute(select(Item.id, Item.salts).where(Item.id.in_(ids))).all())
    uow.record(
        H1Entry,
        [
            {
                "document_id": bill_id,
                "line": line.line,
                **draw_number(uow, NumberedKind.H1_ENTRY, supply.on_date).columns(),
                "on_date": supply.on_date,
                "bill_id": bill_id,
                "bill_number": bill_number,
                "prescriber_name": prescriber.name,
                "prescriber_address": prescriber.address,
                "prescriber_registration": prescriber.registration,
                "patient_name": patient.name,
                "patient_phone": patient.phone,
                "patient_address": patient.address,
                "drug": line.item.name,
                "composition": compositions[line.item.item_id],
                "manufacturer": line.item.manufacturer,
                "pack_label": line.item.pack_label,
                "pieces_per_pack": line.item.pieces_per_pack,
                "units": line.units,
                "batch_number": line.batch.number,
                "expiry": line.batch.expiry,
                "expiry_precision": line.batch.expiry_precision,
                "pharmacist_name": pharmacist.name,
                "pharmacist_registration": pharmacist.registration,
                "username": uow.actor.username,
            }
            for line in lines
        ],
    )
