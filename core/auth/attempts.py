"""Counts attempts before the secret is looked at, and says how long the next must wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.domain import PIN_TRIES, WAITS, fold_name, milliseconds_left, show_wait, subject_of_unknown
from core.auth.dto import Method
from core.auth.model import LoginMark, UserAccount
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.storage.unit_of_work import UnitOfWork, table_of

#: Who acts while nobody is known yet; it has no rights because nothing that asks for one is done by it.
DOORKEEPER = Actor(None, "login", Role.CASHIER)

_MARK = table_of(LoginMark)
_ANYWHERE = "*"
_ANY_METHOD = "*"
#: What ends a row of wrong attempts: a PIN that was right says nothing about the password.
_FORGIVEN_BY = {Method.PASSWORD: (Method.PASSWORD,), Method.PIN: (Method.PIN, Method.PASSWORD)}


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that is counted and not decided. ``stored`` is the secret's hash, None where there is none."""

    position: int
    subject: str
    method: Method
    terminal: str
    uptime_ms: int
    failures: int
    user_id: UUID | None
    username: str
    role: Role
    stored: str | None = field(repr=False)

    @property
    def subject_id(self) -> UUID:
        """What its events are about: the user, or the drawer of unknown names."""
        return self.user_id or id_from_content("login", self.subject)

    @property
    def actor(self) -> Actor:
        """Who it is, once proved."""
        return Actor(self.user_id, self.username, self.role)


@dataclass(frozen=True, slots=True)
class Standing:
    """Wrong attempts in a row, the undecided among them, and the machine's uptime at the last."""

    failures: int
    last_uptime_ms: int

    def milliseconds_left(self, now_ms: int) -> int:
        """Return how long the next must wait."""
        return milliseconds_left(self.failures, self.last_uptime_ms, now_ms)


def write_login_event(uow: UnitOfWork, kind: str, subject_id: UUID, note: dict[str, str] | None = None) -> None:
    """Write the event of a step of coming in or going out.

    Apart from others because these must pass whatever the clock says: who shall mend it has to come in first.
    """
    # an odd clock must not lock out whoever has to mend it
    write_event(uow, kind, subject_id, note, any_clock=True)


def begin_attempt(uow: UnitOfWork, typed_name: str, method: Method, *, terminal: str | None, uptime_ms: int) -> Attempt:
    """Count an attempt; only after its commit may the secret be looked at.

    A program that is killed in between has used the attempt up. Raises RuleBroken ``auth.locked``,
    ``auth.pin_needs_password``.
    """
    place = terminal or uow.node.code
    account = uow.session.execute(
        select(
            UserAccount.id,
            UserAccount.username,
            UserAccount.user_role,
            UserAccount.password_hash,
            UserAccount.pin_hash,
            UserAccount.is_active,
        ).where(UserAccount.username == fold_name(typed_name))
    ).first()
    subject = account.id.hex if account else subject_of_unknown(typed_name)
    standing = standing_of(uow.session, subject, place, method)
    if method is Method.PIN and standing.failures >= PIN_TRIES:
        raise RuleBroken("auth.pin_needs_password")
    left = standing.milliseconds_left(uptime_ms)
    if left:
        raise RuleBroken("auth.locked", wait=show_wait(left), milliseconds=left)
    stored = None
    if account is not None and account.is_active:
        stored = account.password_hash if method is Method.PASSWORD else account.pin_hash
    attempt = Attempt(
        position=_mark(uow, subject, "attempted", method, place, uptime_ms),
        subject=subject,
        method=method,
        terminal=place,
        uptime_ms=uptime_ms,
        failures=standing.failures + 1,
        user_id=account.id if account else None,
        username=account.username if account else "unknown",
        role=Role(account.user_role) if account else Role.CASHIER,
        stored=stored,
    )
    write_login_event(uow, "login.attempted", attempt.subject_id, _note(attempt))
    return attempt


def note_failure(uow: UnitOfWork, attempt: Attempt) -> None:
    """Write that the secret was wrong, and from the third time on that the terminal now waits."""
    left = milliseconds_left(attempt.failures, attempt.uptime_ms, attempt.uptime_ms)
    note = {**_note(attempt), "failures": str(attempt.failures)}
    if left:
        write_login_event(uow, "login.locked", attempt.subject_id, {**note, "wait": show_wait(left)})
    else:
        write_login_event(uow, "login.failed", attempt.subject_id, note)


def settle(uow: UnitOfWork, attempt: Attempt) -> UserAccount:
    """Note that the secret was right, part of the command that lets the user in; return the account.

    Raises RuleBroken ``auth.wrong_login`` where the account has changed since the attempt began: its secret, or it was
    deactivated. The attempt then stays counted.
    """
    account = uow.session.get(UserAccount, attempt.user_id) if attempt.user_id else None
    if account is None or not account.is_active:
        raise RuleBroken("auth.wrong_login")
    stored = account.password_hash if attempt.method is Method.PASSWORD else account.pin_hash
    if stored is None or stored != attempt.stored:
        raise RuleBroken("auth.wrong_login")
    _mark(
        uow, attempt.subject, "succeeded", attempt.method, attempt.terminal, attempt.uptime_ms, settles=attempt.position
    )
    return account


def forgive(uow: UnitOfWork, user_id: UUID) -> None:
    """End the waiting of a user at every terminal, part of a larger command."""
    _mark(uow, user_id.hex, "unlocked", _ANY_METHOD, _ANYWHERE, 0)


def standing_of(session: Session, subject: str, terminal: str, method: Method) -> Standing:
    """Return how many attempts have gone wrong, or undecided, since the last that ends the row."""
    floor = max(
        _last(session, func.max(_MARK.c.position), subject, "unlocked", _ANY_METHOD, _ANYWHERE),
        *(
            _last(session, func.max(_MARK.c.settles), subject, "succeeded", right, terminal)
            for right in _FORGIVEN_BY[method]
        ),
    )
    counted = session.execute(
        select(_MARK.c.uptime_ms)
        .where(
            _MARK.c.subject == subject,
            _MARK.c.kind == "attempted",
            _MARK.c.method == method,
            _MARK.c.terminal == terminal,
            _MARK.c.position > floor,
        )
        .order_by(_MARK.c.position.desc())
        .limit(len(WAITS))
    ).all()
    return Standing(len(counted), counted[0].uptime_ms if counted else 0)


def _last(session: Session, what: ColumnElement[Any], subject: str, kind: str, method: str, terminal: str) -> int:
    return (
        session.scalar(
            select(what).where(
                _MARK.c.subject == subject,
                _MARK.c.kind == kind,
                _MARK.c.method == method,
                _MARK.c.terminal == terminal,
            )
        )
        or 0
    )


def _mark(
    uow: UnitOfWork,
    subject: str,
    kind: Literal["attempted", "succeeded", "unlocked"],
    method: str,
    terminal: str,
    uptime_ms: int,
    settles: int | None = None,
) -> int:
    last = uow.session.scalar(select(func.max(_MARK.c.position)).where(_MARK.c.node_id == uow.node.id)) or 0
    uow.record(
        LoginMark,
        [
            {
                "node_id": uow.node.id,
                "position": last + 1,
                "subject": subject,
                "kind": kind,
                "method": method,
                "terminal": terminal,
                "settles": settles,
                "uptime_ms": uptime_ms,
                "at": uow.now,
            }
        ],
    )
    return last + 1


def _note(attempt: Attempt) -> dict[str, str]:
    return {"user": attempt.username, "method": attempt.method, "terminal": attempt.terminal}
