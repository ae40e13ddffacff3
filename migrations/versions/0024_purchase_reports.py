"""What reports of purchases are read along"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, table, columns in (
        ("ix_goods_receipt_reversal_id", "goods_receipt_reversal", ["id"]),
        ("ix_supplier_bill_reversal_id", "supplier_bill_reversal", ["id"]),
        ("ix_supplier_bill_reversal_on_date", "supplier_bill_reversal", ["on_date", "at", "id"]),
        ("ix_awaited_stock_item_id", "awaited_stock", ["item_id", "on_date"]),
        ("ix_awaited_stock_on_date", "awaited_stock", ["on_date", "at", "lot_id"]),
    ):
        op.create_index(name, table, columns, unique=False)
