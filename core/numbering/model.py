"""Where each series of document numbers stands."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class NumberCounter(Table):
    """The last number of a series in a financial year; the documents themselves prove it."""

    __tablename__ = "number_counter"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    series: Mapped[str] = mapped_column(primary_key=True)
    financial_year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
