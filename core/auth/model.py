"""The people who use the program."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, secret_text, table_options


class UserAccount(Table):
    """Somebody who may log in. ``username`` is stored folded to lower case."""

    __tablename__ = "user_account"
    __table_args__ = table_options(UniqueConstraint("username"))
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str]
    full_name: Mapped[str]
    user_role: Mapped[str]
    password_hash: Mapped[str] = secret_text()
    is_active: Mapped[bool]
