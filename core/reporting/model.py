"""Reports that a user keeps under a name."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class ReportFavourite(Table):
    """A report with what was asked of it and how it is shown, under a name that its user gave it.

    ``body`` is JSON of a ``Favourite``. Local: what somebody looks at here is no part of the books.
    """

    __tablename__ = "report_favourite"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    username: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    report: Mapped[str]
    body: Mapped[str]
