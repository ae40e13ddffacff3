"""What is remembered of suppliers' files: which item a line of theirs means, and what the columns of a layout are.

Codes of suppliers stand in ``core.parties.model.SupplierItem``. Learned anew, a row says the newer thing; what it said
before, when and by whom it was changed stand in the audit events.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class SupplierItemName(Table):
    """The item that a supplier means by a name, pack and maker on its papers, and how it counts it.

    ``key`` is these three as ``proposing.keys.line_key`` writes them, ``name`` and ``pack`` what stood on the paper.
    ``factor`` of our sale packs are one unit of the supplier.
    """

    __tablename__ = "supplier_item_name"
    __table_args__ = table_options()
    role = TableRole.MASTER

    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    pack: Mapped[str]
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    factor: Mapped[int]
    learned_at: Mapped[datetime]
    learned_by: Mapped[str]


class SupplierLayout(Table):
    """What the columns of a supplier's layout mean, as somebody said it.

    ``layout_key`` is the fingerprint of the headers; ``columns`` is JSON of ``ColumnMapping.as_words``.
    """

    __tablename__ = "supplier_layout"
    __table_args__ = table_options()
    role = TableRole.MASTER

    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"), primary_key=True)
    layout_key: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[str]
    learned_at: Mapped[datetime]
    learned_by: Mapped[str]
