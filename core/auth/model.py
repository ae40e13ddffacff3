"""The people who use the program, what their roles may do, and the facts of their coming and going."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import SECRET, Table, TableRole, reference, secret_text, table_options


class UserAccount(Table):
    """Somebody who may log in. ``username`` is stored folded (without case); no ``pin_hash``, no PIN.

    ``must_change_password`` while the password is one that somebody else gave and knows; null is no.
    """

    __tablename__ = "user_account"
    __table_args__ = table_options(UniqueConstraint("username"))
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str]
    full_name: Mapped[str]
    user_role: Mapped[str]
    password_hash: Mapped[str] = secret_text()
    is_active: Mapped[bool]
    pin_hash: Mapped[str | None] = mapped_column(Text, info=dict(SECRET))
    must_change_password: Mapped[bool | None]


class RolePermission(Table):
    """What this shop has changed about a role as delivered: granted or not, how much, how far.

    ``limit_value`` is in the right's unit (basis points, paise), null for any amount.
    """

    __tablename__ = "role_permission"
    __table_args__ = table_options()
    role = TableRole.MASTER

    user_role: Mapped[str] = mapped_column(primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)
    is_granted: Mapped[bool]
    limit_value: Mapped[int | None]
    scope: Mapped[str]


class LoginMark(Table):
    """An attempt to log in, written before the secret is looked at, and what makes attempts count no more.

    ``position`` counts from 1 in the node. ``subject`` is the user's id in hex, or a drawer for names nobody has.
    ``kind``: ``attempted``; ``succeeded`` (``settles`` is the attempt's position); ``unlocked`` by somebody with the
    right, at every terminal. ``uptime_ms`` is the machine's uptime, by which waiting is measured.
    """

    __tablename__ = "login_mark"
    __table_args__ = table_options(
        Index("ix_login_mark_subject", "subject", "kind", "method", "terminal", "position"),
    )
    role = TableRole.FACT

    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    kind: Mapped[str]
    method: Mapped[str]
    terminal: Mapped[str]
    settles: Mapped[int | None]
    uptime_ms: Mapped[int]
    at: Mapped[datetime]


class WorkSession(Table):
    """A user at work at a terminal. ``root_id`` is the session that a password began and PINs have switched since."""

    __tablename__ = "work_session"
    __table_args__ = table_options(Index("ix_work_session_user_id", "user_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    root_id: Mapped[UUID] = mapped_column(reference("work_session.id"))
    user_id: Mapped[UUID] = mapped_column(reference("user_account.id"))
    terminal: Mapped[str]
    method: Mapped[str]
    uptime_ms: Mapped[int]
    started_at: Mapped[datetime]


class WorkSessionEnd(Table):
    """The end of a session and why: logged out, switched, idle, closed."""

    __tablename__ = "work_session_end"
    __table_args__ = table_options()
    role = TableRole.FACT

    session_id: Mapped[UUID] = mapped_column(reference("work_session.id"), primary_key=True)
    reason: Mapped[str]
    ended_at: Mapped[datetime]


class SupervisorOverride(Table):
    """A supervisor, known by PIN or password, allowed one command what its maker may not do alone.

    ``amount`` is in the right's unit, null where the right has none.
    """

    __tablename__ = "supervisor_override"
    __table_args__ = table_options(Index("ix_supervisor_override_command_id", "command_id"))
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_id: Mapped[UUID]
    permission: Mapped[str]
    amount: Mapped[int | None]
    reason: Mapped[str]
    supervisor_id: Mapped[UUID] = mapped_column(reference("user_account.id"))
    supervisor: Mapped[str]
    asked_by_id: Mapped[UUID | None]
    asked_by: Mapped[str]
    method: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]


class SupervisorOverrideUse(Table):
    """An override that a command has used, once and for all, in the transaction and event of that command."""

    __tablename__ = "supervisor_override_use"
    __table_args__ = table_options(Index("ix_supervisor_override_use_command_id", "command_id"))
    role = TableRole.FACT

    override_id: Mapped[UUID] = mapped_column(reference("supervisor_override.id"), primary_key=True)
    command_id: Mapped[UUID]
    permission: Mapped[str]
    amount: Mapped[int | None]
    reason: Mapped[str]
    supervisor_id: Mapped[UUID]
    supervisor: Mapped[str]
    used_by: Mapped[str]
    at: Mapped[datetime]
