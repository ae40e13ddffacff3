"""Pharmacists on duty, prescriptions, what was supplied on them, the Schedule H1 register"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # null is what every row meant before: nothing was supplied under a pharmacist, no licence was ended
    op.add_column("bill", sa.Column("dispensing_number", sa.Text(), nullable=True))
    op.add_column("shop_licence", sa.Column("is_ended", Flag(), nullable=True))
    _create_pharmacists()
    _create_prescriptions()
    _create_supplies()
    _create_h1_register()


def _create_pharmacists() -> None:
    op.create_table(
        "pharmacist",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pharmacist"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "duty",
        sa.Column("id", Id(), nullable=False),
        sa.Column("node_id", Id(), nullable=False),
        sa.Column("pharmacist_id", Id(), nullable=False),
        sa.Column("pharmacist_name", sa.Text(), nullable=False),
        sa.Column("pharmacist_registration", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pharmacist_id"], ["pharmacist.id"], name="fk_duty_pharmacist_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_duty_node_id_begun_at", "duty", ["node_id", "begun_at"], unique=False)
    op.create_table(
        "duty_end",
        sa.Column("duty_id", Id(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duty.id"], name="fk_duty_end_duty_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("duty_id", name="pk_duty_end"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_prescriptions() -> None:
    op.create_table(
        "prescription",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("prescriber_id", Id(), nullable=False),
        sa.Column("written_on", Day(), nullable=False),
        sa.Column("repeats", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name="fk_prescription_patient_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_id"],
            ["prescriber.id"],
            name="fk_prescription_prescriber_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prescription"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_prescription_patient_id", "prescription", ["patient_id", "written_on", "id"], unique=False)
    op.create_table(
        "prescription_line",
        sa.Column("prescription_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("dose", sa.Text(), nullable=True),
        sa.Column("doses", Whole, nullable=True),
        sa.Column("per_days", Whole, nullable=True),
        sa.Column("days", Whole, nullable=True),
        sa.Column("units", Whole, nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_prescription_line_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescription.id"],
            name="fk_prescription_line_prescription_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("prescription_id", "line", name="pk_prescription_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "prescription_image",
        sa.Column("prescription_id", Id(), nullable=False),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescription.id"],
            name="fk_prescription_image_prescription_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("prescription_id", "sha", name="pk_prescription_image"),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )


def _create_supplies() -> None:
    op.create_table(
        "dispensing",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("bill_number", sa.Text(), nullable=False),
        sa.Column("prescription_id", Id(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("written_on", Day(), nullable=True),
        sa.Column("patient_name", sa.Text(), nullable=True),
        sa.Column("patient_phone", sa.Text(), nullable=True),
        sa.Column("patient_address", sa.Text(), nullable=True),
        sa.Column("prescriber_name", sa.Text(), nullable=True),
        sa.Column("prescriber_address", sa.Text(), nullable=True),
        sa.Column("prescriber_registration", sa.Text(), nullable=True),
        sa.Column("pharmacist_name", sa.Text(), nullable=False),
        sa.Column("pharmacist_registration", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescription.id"],
            name="fk_dispensing_prescription_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("bill_id", name="pk_dispensing"),
        sa.UniqueConstraint("number", name="uq_dispensing_number"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_dispensing_series_financial_year_serial"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dispensing_on_date", "dispensing", ["on_date"], unique=False)
    op.create_index("ix_dispensing_prescription_id", "dispensing", ["prescription_id"], unique=False)
    op.create_table(
        "dispensed_line",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("part", Whole, nullable=False),
        sa.Column("prescription_id", Id(), nullable=True),
        sa.Column("prescription_line", Whole, nullable=True),
        sa.Column("units", Whole, nullable=False),
        sa.Column("schedules", sa.Text(), nullable=True),
        sa.Column("days", Whole, nullable=True),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["dispensing.bill_id"], name="fk_dispensed_line_bill_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("bill_id", "line", "part", name="pk_dispensed_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_dispensed_line_prescription_id", "dispensed_line", ["prescription_id", "prescription_line"], unique=False
    )
    op.create_table(
        "dispensing_void",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_id"],
            ["dispensing.bill_id"],
            name="fk_dispensing_void_bill_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("bill_id", name="pk_dispensing_void"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _create_h1_register() -> None:
    op.create_table(
        "h1_entry",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("bill_number", sa.Text(), nullable=False),
        sa.Column("prescriber_name", sa.Text(), nullable=False),
        sa.Column("prescriber_address", sa.Text(), nullable=False),
        sa.Column("prescriber_registration", sa.Text(), nullable=True),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("patient_phone", sa.Text(), nullable=True),
        sa.Column("patient_address", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("composition", sa.Text(), nullable=True),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("batch_number", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("pharmacist_name", sa.Text(), nullable=False),
        sa.Column("pharmacist_registration", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("voids", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("document_id", "line", name="pk_h1_entry"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_h1_entry_series_financial_year_serial"),
        sa.UniqueConstraint("number", name="uq_h1_entry_number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_h1_entry_bill_id", "h1_entry", ["bill_id"], unique=False)
    op.create_index("ix_h1_entry_on_date", "h1_entry", ["on_date", "number"], unique=False)
    op.create_index("ix_h1_entry_voids", "h1_entry", ["voids"], unique=False)
