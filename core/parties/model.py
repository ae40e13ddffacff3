"""Whom the shop deals with: customers, suppliers, patients, prescribers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class Customer(Table):
    """Who buys under a name. A credit limit of null gives no credit; ``price_less_bp`` is what the MRP is less by."""

    __tablename__ = "customer"
    __table_args__ = table_options(
        Index("ix_customer_name_key", "name_key"),
        Index("ix_customer_phone", "phone"),
        Index("ix_customer_other_phone", "other_phone"),
        Index("ix_customer_gstin", "gstin"),
    )
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    phone: Mapped[str | None]
    other_phone: Mapped[str | None]
    gstin: Mapped[str | None]
    pan: Mapped[str | None]
    credit_limit_paise: Mapped[int | None]
    credit_days: Mapped[int | None]
    price_terms: Mapped[str]
    price_less_bp: Mapped[int | None]
    discount_bp: Mapped[int | None]
    is_active: Mapped[bool]


class CustomerLocation(Table):
    """A place of a customer; one that is listed no more stays with ``is_listed`` off."""

    __tablename__ = "customer_location"
    __table_args__ = table_options(Index("ix_customer_location_pincode", "pincode"))
    role = TableRole.MASTER

    customer_id: Mapped[UUID] = mapped_column(reference("customer.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str | None]
    state: Mapped[str | None]
    pincode: Mapped[str | None]
    gstin: Mapped[str | None]
    drug_licence: Mapped[str | None]
    contact: Mapped[str | None]
    is_listed: Mapped[bool]


class Supplier(Table):
    """Whom the shop buys from. It takes stock back from ``return_before_days`` before to ``return_after_days`` after
    the expiry; null is not known. ``gst_scheme`` is ``composition`` of who pays GST by turnover and charges none; null
    is a regular taxpayer, where there is a GSTIN."""

    __tablename__ = "supplier"
    __table_args__ = table_options(
        Index("ix_supplier_name_key", "name_key"),
        Index("ix_supplier_phone", "phone"),
        Index("ix_supplier_other_phone", "other_phone"),
        Index("ix_supplier_gstin", "gstin"),
    )
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    phone: Mapped[str | None]
    other_phone: Mapped[str | None]
    gstin: Mapped[str | None]
    pan: Mapped[str | None]
    address: Mapped[str | None]
    state: Mapped[str | None]
    pincode: Mapped[str | None]
    payment_days: Mapped[int | None]
    return_before_days: Mapped[int | None]
    return_after_days: Mapped[int | None]
    gst_scheme: Mapped[str | None]
    is_active: Mapped[bool]


class SupplierLicence(Table):
    """A drug licence of a supplier; one that is listed no more stays with ``is_listed`` off."""

    __tablename__ = "supplier_licence"
    __table_args__ = table_options()
    role = TableRole.MASTER

    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    valid_until: Mapped[date | None]
    is_listed: Mapped[bool]


class SupplierItem(Table):
    """What a supplier calls an item: its code and name there, and how many of our sale packs make one of its units."""

    __tablename__ = "supplier_item"
    __table_args__ = table_options(Index("ix_supplier_item_item_id", "item_id"))
    role = TableRole.MASTER

    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    name: Mapped[str | None]
    factor: Mapped[int]
    #: Null is no, as it was before codes could be ended.
    is_ended: Mapped[bool | None]


class Patient(Table):
    """For whom a drug is dispensed; no more is kept than the registers of the Drugs Rules ask for."""

    __tablename__ = "patient"
    __table_args__ = table_options(
        Index("ix_patient_name_key", "name_key"),
        Index("ix_patient_phone", "phone"),
        Index("ix_patient_customer_id", "customer_id"),
    )
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    phone: Mapped[str | None]
    birth_year: Mapped[int | None]
    sex: Mapped[str | None]
    address: Mapped[str | None]
    customer_id: Mapped[UUID | None] = mapped_column(reference("customer.id"))
    is_active: Mapped[bool]


class Prescriber(Table):
    """Who prescribes, with the number in the register of the medical council where it is known."""

    __tablename__ = "prescriber"
    __table_args__ = table_options(
        Index("ix_prescriber_name_key", "name_key"),
        Index("ix_prescriber_phone", "phone"),
        Index("ix_prescriber_registration", "registration"),
    )
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    phone: Mapped[str | None]
    registration: Mapped[str | None]
    qualification: Mapped[str | None]
    address: Mapped[str | None]
    is_active: Mapped[bool]


class PartyMerge(Table):
    """Says that a party is the same as another of its kind: who asks for ``merged_id`` is answered with ``kept_id``."""

    __tablename__ = "party_merge"
    __table_args__ = table_options(Index("ix_party_merge_kept_id", "kept_id"))
    role = TableRole.FACT

    merged_id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[UUID]
    kind: Mapped[str]
    username: Mapped[str]
    at: Mapped[datetime]


class PartyWord(Table):
    """A word of a party's name, by which a search finds it."""

    __tablename__ = "party_word"
    __table_args__ = table_options(Index("ix_party_word_party_id", "party_id"))
    role = TableRole.DERIVED

    kind: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
