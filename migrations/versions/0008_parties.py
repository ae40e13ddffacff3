"""Customers, suppliers, patients and prescribers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_customers()
    _create_suppliers()
    _create_people()
    _create_merges()


def _create_customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("other_phone", sa.Text(), nullable=True),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("pan", sa.Text(), nullable=True),
        sa.Column("credit_limit_paise", Whole, nullable=True),
        sa.Column("credit_days", Whole, nullable=True),
        sa.Column("price_terms", sa.Text(), nullable=False),
        sa.Column("price_less_bp", Whole, nullable=True),
        sa.Column("discount_bp", Whole, nullable=True),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_gstin", "customer", ["gstin"], unique=False)
    op.create_index("ix_customer_name_key", "customer", ["name_key"], unique=False)
    op.create_index("ix_customer_other_phone", "customer", ["other_phone"], unique=False)
    op.create_index("ix_customer_phone", "customer", ["phone"], unique=False)
    op.create_table(
        "customer_location",
        sa.Column("customer_id", Id(), nullable=False),
        sa.Column("position", Whole, nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("pincode", sa.Text(), nullable=True),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("drug_licence", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("is_listed", Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name="fk_customer_location_customer_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("customer_id", "position", name="pk_customer_location"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_location_pincode", "customer_location", ["pincode"], unique=False)


def _create_suppliers() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("other_phone", sa.Text(), nullable=True),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("pan", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("pincode", sa.Text(), nullable=True),
        sa.Column("payment_days", Whole, nullable=True),
        sa.Column("return_before_days", Whole, nullable=True),
        sa.Column("return_after_days", Whole, nullable=True),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_supplier"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_supplier_gstin", "supplier", ["gstin"], unique=False)
    op.create_index("ix_supplier_name_key", "supplier", ["name_key"], unique=False)
    op.create_index("ix_supplier_other_phone", "supplier", ["other_phone"], unique=False)
    op.create_index("ix_supplier_phone", "supplier", ["phone"], unique=False)
    op.create_table(
        "supplier_licence",
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("position", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_until", Day(), nullable=True),
        sa.Column("is_listed", Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
            name="fk_supplier_licence_supplier_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("supplier_id", "position", name="pk_supplier_licence"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supplier_item",
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("factor", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name="fk_supplier_item_supplier_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_supplier_item_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("supplier_id", "code", name="pk_supplier_item"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_supplier_item_item_id", "supplier_item", ["item_id"], unique=False)


def _create_people() -> None:
    op.create_table(
        "patient",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("birth_year", Whole, nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("customer_id", Id(), nullable=True),
        sa.Column("is_active", Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_patient_customer_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patient_customer_id", "patient", ["customer_id"], unique=False)
    op.create_index("ix_patient_name_key", "patient", ["name_key"], unique=False)
    op.create_index("ix_patient_phone", "patient", ["phone"], unique=False)
    op.create_table(
        "prescriber",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("registration", sa.Text(), nullable=True),
        sa.Column("qualification", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prescriber"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_prescriber_name_key", "prescriber", ["name_key"], unique=False)
    op.create_index("ix_prescriber_phone", "prescriber", ["phone"], unique=False)
    op.create_index("ix_prescriber_registration", "prescriber", ["registration"], unique=False)


def _create_merges() -> None:
    op.create_table(
        "party_merge",
        sa.Column("merged_id", Id(), nullable=False),
        sa.Column("kept_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("merged_id", name="pk_party_merge"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_merge_kept_id", "party_merge", ["kept_id"], unique=False)
