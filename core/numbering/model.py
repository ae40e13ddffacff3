"""Number series: how they look, and where each stands."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class NumberSeries(Table):
    """How a node numbers a kind of document: its prefix, the digits wished for, and the first number of a year.

    Without a row a kind has the delivered form. ``from_year`` is the financial year the row begins with, so that the
    numbers of a year that is over keep their form; the newest row that has begun holds. ``first_serial`` holds for
    ``from_year`` alone: a shop that moves over in the middle of a year goes on with its old numbers.
    """

    __tablename__ = "number_series"
    __table_args__ = table_options()
    role = TableRole.MASTER

    node_code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    from_year: Mapped[int] = mapped_column(primary_key=True)
    prefix: Mapped[str]
    width: Mapped[int]
    first_serial: Mapped[int]


class NumberCounter(Table):
    """The last number of a series in a financial year; the documents themselves prove it."""

    __tablename__ = "number_counter"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    series: Mapped[str] = mapped_column(primary_key=True)
    financial_year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
    # null: 1, as every counter began before shops could choose
    first: Mapped[int | None]
