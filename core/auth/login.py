"""Lets people in and out: by password, by PIN at a terminal where a session runs, and for single commands.

Each log-in is two transactions with the comparison between them: the first counts the attempt, the second lets in or
writes that it failed. Comparing takes a tenth of a second on purpose, and no bill waits for it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, select
from sqlalchemy.orm import Session

from core.auth.attempts import DOORKEEPER, Attempt, begin_attempt, note_failure, settle, standing_of, write_login_event
from core.auth.domain import fold_name, proven_milliseconds, subject_of_unknown
from core.auth.dto import ChangePassword, ChangePin, LogIn, Method, SessionView, SwitchUser
from core.auth.model import UserAccount, WorkSession, WorkSessionEnd
from core.auth.permissions import Permission
from core.auth.rights import require
from core.auth.secrets import Cost, hash_secret, is_outdated, verify_secret
from core.kernel.actor import Actor, Role
from core.kernel.clock import MachineUptime, Uptime, business_date
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage.database import Database
from core.storage.node import Node
from core.storage.unit_of_work import UnitOfWork, table_of

T = TypeVar("T")

_SESSION = table_of(WorkSession)
#: A password lets PINs switch for a day: its own date, and never longer than this of proven time.
_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Door:
    """Where people come in. ``terminal`` None is this database's own counter; a server names the device instead.

    A server's machine is not the terminal's and nobody at a counter can turn its clock: it gives an ``uptime`` that
    all of its processes share.
    """

    database: Database
    uptime: Uptime = field(default_factory=MachineUptime)
    terminal: str | None = None


class EndReason(enum.StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged_out"
    SWITCHED = "switched"
    IDLE = "idle"
    CLOSED = "closed"


def log_in(door: Door, command: LogIn) -> SessionView:
    """Begin a session by password. A hash that has become too cheap is made anew.

    Raises RuleBroken ``auth.wrong_login`` (the same for an unknown name and a wrong password), ``auth.locked``,
    ``auth.password_due`` for a right password that must be changed first.
    """
    attempt = prove(door, command.username, Method.PASSWORD, command.password)
    renewed = _renewed(attempt, command.password)
    session: SessionView | None = None
    with door.database.write(attempt.actor) as uow:
        account = settle(uow, attempt)
        if renewed is not None:
            account.password_hash = renewed
        if account.must_change_password:
            _turn_back(uow, account, attempt)
        else:
            session = _begin(uow, account, attempt, root_id=None)
            write_login_event(uow, "session.started", account.id, _how(attempt))
    return _unless_due(session)


def log_in_for_command(door: Door, username: str, password: str) -> Actor:
    """Prove by password who gives a single command, with no session. Raises what ``log_in`` does."""
    attempt = prove(door, username, Method.PASSWORD, password)
    renewed = _renewed(attempt, password)
    actor: Actor | None = None
    with door.database.write(attempt.actor) as uow:
        account = settle(uow, attempt)
        if renewed is not None:
            account.password_hash = renewed
        if account.must_change_password:
            _turn_back(uow, account, attempt)
        else:
            actor = Actor(account.id, account.username, Role(account.user_role))
            write_login_event(uow, "login.succeeded", account.id, _how(attempt))
    return _unless_due(actor)


def switch_user(door: Door, session_id: UUID, command: SwitchUser) -> SessionView:
    """End the running session and begin another user's by PIN, under the password that began the first.

    Raises RuleBroken ``auth.no_session`` (none runs, or its password is of another day), ``auth.wrong_pin``,
    ``auth.locked``, ``auth.pin_needs_password``, ``auth.password_due`` for somebody whose password must be changed.
    """
    attempt = prove(
        door,
        command.username,
        Method.PIN,
        command.pin,
        first=lambda uow: _running(uow, session_id, door),
    )
    session: SessionView | None = None
    with door.database.write(attempt.actor) as uow:
        running = _running(uow, session_id, door)
        account = settle(uow, attempt)
        if account.must_change_password:
            _turn_back(uow, account, attempt)
        else:
            _end(uow, session_id, EndReason.SWITCHED)
            session = _begin(uow, account, attempt, root_id=running.root_id)
            write_login_event(uow, "session.switched", account.id, _how(attempt))
    return _unless_due(session)


def unlock_terminal(door: Door, session_id: UUID, command: SwitchUser) -> SessionView:
    """Begin a session by PIN at a terminal that locked itself, for whoever worked there or somebody else.

    ``session_id`` is the session that ended idle: the last one here, under a password of today. Raises what
    ``switch_user`` does; ``auth.no_session`` also where the session ended for another reason or another began since.
    """
    attempt = prove(
        door,
        command.username,
        Method.PIN,
        command.pin,
        first=lambda uow: _locked(uow, session_id, door),
    )
    session: SessionView | None = None
    with door.database.write(attempt.actor) as uow:
        locked = _locked(uow, session_id, door)
        account = settle(uow, attempt)
        if account.must_change_password:
            _turn_back(uow, account, attempt)
        else:
            session = _begin(uow, account, attempt, root_id=locked.root_id)
            write_login_event(uow, "session.unlocked", account.id, _how(attempt))
    return _unless_due(session)


def log_out(uow: UnitOfWork, session_id: UUID, reason: EndReason = EndReason.LOGGED_OUT) -> None:
    """End a session of the actor's; one that has ended stays as it is.

    Raises RuleBroken ``auth.no_session`` for somebody else's.
    """
    require(uow, Permission.OWN_ACCOUNT)
    owner = uow.session.scalar(select(WorkSession.user_id).where(WorkSession.id == session_id))
    if owner is None or owner != uow.actor.user_id:
        raise RuleBroken("auth.no_session")
    if uow.session.get(WorkSessionEnd, session_id) is None:
        _end(uow, session_id, reason)
        write_login_event(uow, "session.ended", owner, {"reason": reason})


def change_password(door: Door, actor: Actor, command: ChangePassword) -> None:
    """Change one's own password; the old one proves who asks, and is counted like a log-in.

    This is also how a password that somebody else gave is changed before the first log-in with it.

    Raises RuleBroken ``auth.wrong_login``, ``auth.locked``, ``auth.password_same``.
    """
    if command.password == command.new_password:
        raise RuleBroken("auth.password_same", where="new_password")
    attempt = prove(door, actor.username, Method.PASSWORD, command.password)
    hashed = hash_secret(command.new_password, Cost.of(attempt.role))
    with door.database.write(actor) as uow:
        require(uow, Permission.OWN_ACCOUNT)
        account = settle(uow, attempt)
        account.password_hash = hashed
        account.must_change_password = None
        write_login_event(uow, "user.password_changed", account.id)


def change_pin(door: Door, actor: Actor, command: ChangePin) -> None:
    """Change one's own PIN, or take it away; the password proves who asks. Raises what ``change_password`` does."""
    attempt = prove(door, actor.username, Method.PASSWORD, command.password)
    hashed = None if command.pin is None else hash_secret(command.pin, Cost.of(attempt.role))
    with door.database.write(actor) as uow:
        require(uow, Permission.OWN_ACCOUNT)
        account = settle(uow, attempt)
        account.pin_hash = hashed
        write_login_event(uow, "user.pin_changed", account.id)


def wait_left(door: Door, session: Session, username: str, method: Method = Method.PASSWORD) -> int:
    """Return how many milliseconds a user name must still wait at this terminal, for a window's countdown."""
    user_id = session.scalar(select(UserAccount.id).where(UserAccount.username == fold_name(username)))
    terminal = door.terminal or session.scalars(select(Node.code)).one()
    subject = user_id.hex if user_id else subject_of_unknown(username)
    return standing_of(session, subject, terminal, method).milliseconds_left(door.uptime.milliseconds())


def prove(
    door: Door, username: str, method: Method, secret: str, first: Callable[[UnitOfWork], object] | None = None
) -> Attempt:
    """Count an attempt, compare the secret, and return the attempt, still counted, if it was right.

    ``first`` checks what must hold before anything is counted. The caller settles the attempt in the transaction that
    lets the user in. Raises RuleBroken ``auth.wrong_login`` or ``auth.wrong_pin``, ``auth.locked``,
    ``auth.pin_needs_password``.
    """
    with door.database.write(DOORKEEPER) as uow:
        if first is not None:
            first(uow)
        attempt = begin_attempt(uow, username, method, terminal=door.terminal, uptime_ms=door.uptime.milliseconds())
    if verify_secret(attempt.stored, secret):
        return attempt
    with door.database.write(DOORKEEPER) as uow:
        note_failure(uow, attempt)
    if method is Method.PIN:
        raise RuleBroken("auth.wrong_pin")
    raise RuleBroken("auth.wrong_login")


def refuse_no_session(uow: UnitOfWork, session_id: UUID, actor: Actor, door: Door) -> None:
    """Raise RuleBroken ``auth.no_session`` unless the actor's session runs at this terminal."""
    if _running(uow, session_id, door).user_id != actor.user_id:
        raise RuleBroken("auth.no_session")


def _renewed(attempt: Attempt, password: str) -> str | None:
    cost = Cost.of(attempt.role)
    if attempt.stored is None or not is_outdated(attempt.stored, cost):
        return None
    return hash_secret(password, cost)


def _running(uow: UnitOfWork, session_id: UUID, door: Door) -> Any:
    """Return the session's row: it has not ended, its user is active, and a password of today began it here."""
    return _today(uow, session_id, door, UserAccount.is_active, WorkSessionEnd.session_id.is_(None))


def _locked(uow: UnitOfWork, session_id: UUID, door: Door) -> Any:
    """Return the row of a session that ended idle, after which none began here, under a password of today.

    Whether its user is still active does not matter: somebody else may unlock.
    """
    row = _today(uow, session_id, door, WorkSessionEnd.reason == EndReason.IDLE)
    # ids are in order of time, whatever the clock of the machine says
    newest = uow.session.scalar(
        select(_SESSION.c.id).where(_SESSION.c.terminal == row.terminal).order_by(_SESSION.c.id.desc()).limit(1)
    )
    if newest != session_id:
        raise RuleBroken("auth.no_session")
    return row


def _today(uow: UnitOfWork, session_id: UUID, door: Door, *conditions: ColumnExpressionArgument[bool]) -> Any:
    root = _SESSION.alias("root")
    found = uow.session.execute(
        select(
            _SESSION.c.user_id,
            _SESSION.c.root_id,
            _SESSION.c.terminal,
            root.c.method,
            root.c.uptime_ms,
            root.c.started_at,
        )
        .join(root, root.c.id == _SESSION.c.root_id)
        .join(UserAccount, UserAccount.id == _SESSION.c.user_id)
        .outerjoin(WorkSessionEnd, WorkSessionEnd.session_id == _SESSION.c.id)
        .where(_SESSION.c.id == session_id, *conditions)
    ).first()
    if (
        found is None
        or found.terminal != (door.terminal or uow.node.code)
        or found.method != Method.PASSWORD
        or business_date(found.started_at) != uow.today
        or proven_milliseconds(found.uptime_ms, door.uptime.milliseconds()) > _DAY_MS
    ):
        raise RuleBroken("auth.no_session")
    return found


def _how(attempt: Attempt) -> dict[str, str]:
    return {"method": attempt.method, "terminal": attempt.terminal}


def _turn_back(uow: UnitOfWork, account: UserAccount, attempt: Attempt) -> None:
    """Write that the secret was right and let nobody in: the row of wrong ones ends, and the password is due."""
    write_login_event(uow, "login.password_due", account.id, _how(attempt))


def _unless_due(came_in: T | None) -> T:
    """Refuse only now, after the commit, who was turned back in it."""
    if came_in is None:
        raise RuleBroken("auth.password_due")
    return came_in


def _begin(uow: UnitOfWork, account: UserAccount, attempt: Attempt, root_id: UUID | None) -> SessionView:
    session_id = new_id()
    uow.record(
        WorkSession,
        [
            {
                "id": session_id,
                "root_id": root_id or session_id,
                "user_id": account.id,
                "terminal": attempt.terminal,
                "method": attempt.method,
                "uptime_ms": attempt.uptime_ms,
                "started_at": uow.now,
            }
        ],
    )
    return SessionView(
        session_id=session_id,
        root_id=root_id or session_id,
        user_id=account.id,
        username=account.username,
        full_name=account.full_name,
        role=Role(account.user_role),
        terminal=attempt.terminal,
        method=attempt.method,
        started_at=uow.now,
    )


def _end(uow: UnitOfWork, session_id: UUID, reason: EndReason) -> None:
    uow.record(WorkSessionEnd, [{"session_id": session_id, "reason": reason, "ended_at": uow.now}])
