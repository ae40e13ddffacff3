"""Prescriptions, what was supplied on them, who answered for it, and the Schedule H1 register.

A bill is known here by its id and number alone: sales stand above. What the law asks a register to show is copied, so
that no later edit of a patient or an item changes what was written.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class RegisteredPharmacist(Table):
    """A pharmacist on the State Council's register (facts E1); ``username`` is the own account, where there is one.

    The id follows from the registration, the same on every counter.
    """

    __tablename__ = "pharmacist"
    __table_args__ = table_options()
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    registration: Mapped[str]
    username: Mapped[str | None]
    is_active: Mapped[bool]


class Duty(Table):
    """That a pharmacist began to answer for what a counter supplies; ``username`` is who said so."""

    __tablename__ = "duty"
    __table_args__ = table_options(Index("ix_duty_node_id_begun_at", "node_id", "begun_at"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node_id: Mapped[UUID]
    pharmacist_id: Mapped[UUID] = mapped_column(reference("pharmacist.id"))
    pharmacist_name: Mapped[str]
    pharmacist_registration: Mapped[str]
    on_date: Mapped[date]
    begun_at: Mapped[datetime]
    username: Mapped[str]


class DutyEnd(Table):
    """That a duty was ended before its hours were over and before another began."""

    __tablename__ = "duty_end"
    __table_args__ = table_options()
    role = TableRole.FACT

    duty_id: Mapped[UUID] = mapped_column(reference("duty.id"), primary_key=True)
    at: Mapped[datetime]
    username: Mapped[str]


class Prescription(Table):
    """A prescription as it was shown: ``repeats`` is how often it may be supplied again after the first time."""

    __tablename__ = "prescription"
    __table_args__ = table_options(Index("ix_prescription_patient_id", "patient_id", "written_on", "id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(reference("patient.id"))
    prescriber_id: Mapped[UUID] = mapped_column(reference("prescriber.id"))
    written_on: Mapped[date]
    repeats: Mapped[int]
    reference: Mapped[str | None]
    at: Mapped[datetime]
    username: Mapped[str]


class PrescriptionLine(Table):
    """A drug as written, the item where it is known, and how much in smallest units, where that is known.

    ``dose`` is as typed; ``doses`` in ``per_days`` days is what it comes to, null where no number can be told from it.
    """

    __tablename__ = "prescription_line"
    __table_args__ = table_options()
    role = TableRole.FACT

    prescription_id: Mapped[UUID] = mapped_column(reference("prescription.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    drug: Mapped[str]
    item_id: Mapped[UUID | None] = mapped_column(reference("item.id"))
    dose: Mapped[str | None]
    doses: Mapped[int | None]
    per_days: Mapped[int | None]
    days: Mapped[int | None]
    units: Mapped[int | None]


class PrescriptionImage(Table):
    """A picture of the paper; the key is the SHA-256 of the content in hex, so that one picture is kept once."""

    __tablename__ = "prescription_image"
    __table_args__ = table_options(large_rows=True)
    role = TableRole.FACT

    prescription_id: Mapped[UUID] = mapped_column(reference("prescription.id"), primary_key=True)
    sha: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    content: Mapped[bytes]
    at: Mapped[datetime]
    username: Mapped[str]


class Dispensing(Table):
    """What a bill supplied under a pharmacist; ``number`` is the entry that is written on the prescription (facts E2).

    Without a prescription (Schedule C to a purchaser who needs none) there is neither patient nor prescriber.
    """

    __tablename__ = "dispensing"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_dispensing_prescription_id", "prescription_id"),
        Index("ix_dispensing_on_date", "on_date"),
    )
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_number: Mapped[str]
    prescription_id: Mapped[UUID | None] = mapped_column(reference("prescription.id"))
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    on_date: Mapped[date]
    written_on: Mapped[date | None]
    patient_name: Mapped[str | None]
    patient_phone: Mapped[str | None]
    patient_address: Mapped[str | None]
    prescriber_name: Mapped[str | None]
    prescriber_address: Mapped[str | None]
    prescriber_registration: Mapped[str | None]
    pharmacist_name: Mapped[str]
    pharmacist_registration: Mapped[str]
    username: Mapped[str]


class DispensedLine(Table):
    """What a line of a bill took of a line of the prescription; ``part`` counts where it took of several.

    ``units`` are smallest units, free ones among them; ``schedules`` are those of the bill's day, joined by commas.
    ``days`` is how long the units last at the prescribed dose.
    """

    __tablename__ = "dispensed_line"
    __table_args__ = table_options(
        Index("ix_dispensed_line_prescription_id", "prescription_id", "prescription_line"),
    )
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("dispensing.bill_id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    prescription_id: Mapped[UUID | None]
    prescription_line: Mapped[int | None]
    units: Mapped[int]
    schedules: Mapped[str | None]
    days: Mapped[int | None]


class DispensingVoid(Table):
    """That a bill was cancelled: what it supplied counts no more."""

    __tablename__ = "dispensing_void"
    __table_args__ = table_options()
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("dispensing.bill_id"), primary_key=True)
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    reason: Mapped[str]


class H1Entry(Table):
    """A row of the Schedule H1 register (facts E4): a line of a bill, or the void of an earlier row.

    ``document_id`` is the bill's id, and of a void the cancellation's, whose row says again what it voids;
    ``voids`` is then the number of that row, and ``reason`` why.
    """

    __tablename__ = "h1_entry"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_h1_entry_on_date", "on_date", "number"),
        Index("ix_h1_entry_bill_id", "bill_id"),
        Index("ix_h1_entry_voids", "voids"),
    )
    role = TableRole.FACT

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    on_date: Mapped[date]
    bill_id: Mapped[UUID]
    bill_number: Mapped[str]
    prescriber_name: Mapped[str]
    prescriber_address: Mapped[str]
    prescriber_registration: Mapped[str | None]
    patient_name: Mapped[str]
    patient_phone: Mapped[str | None]
    patient_address: Mapped[str]
    drug: Mapped[str]
    composition: Mapped[str | None]
    manufacturer: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    units: Mapped[int]
    batch_number: Mapped[str]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    pharmacist_name: Mapped[str]
    pharmacist_registration: Mapped[str]
    username: Mapped[str]
    voids: Mapped[str | None]
    reason: Mapped[str | None]
