"""Opens a counter, hands it over, and notes cash that goes in or out without a bill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.queries import user_by_name
from core.auth.rights import require
from core.cash.accounts import account_of
from core.cash.drawer import HANDED_OVER, MOVED, MOVEMENT, OPENED
from core.cash.dto import Counted, HandOverCounter, MoveCash, OpenCounter, SessionView
from core.cash.kinds import count_cash
from core.cash.model import CashMovement, CountedCash, CounterHandover, CounterSession
from core.cash.queries import drawer_now, open_session, session_view, takers
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.closing import refuse_closed_day
from core.ledger.posting import Posting, post_entry
from core.storage.base import Table
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

#: What a replay does not repeat: who sends it again and when, and what was so at that moment.
_OF_THE_MOMENT = frozenset(
    {"on_date", "at", "username", "session_id", "position", "from_username", "expected_paise", "counter"}
)


def open_counter(uow: UnitOfWork, command: OpenCounter) -> SessionView:
    """Open this counter with so much cash in its drawer; the same command again returns the first result.

    Raises RuleBroken ``auth.not_allowed``, ``cash.open_already``, ``cash.command_reused``, and those of ``count_cash``.
    """
    require(uow, Permission.POST_BILL)
    cash = _counted(command)
    row = {
        "id": command.command_id,
        "node_id": uow.node.id,
        "counter": uow.node.code,
        "cash_paise": cash.paise,
        **_moment(uow),
    }
    if not _is_replay(uow, CounterSession, row):
        standing = open_session(uow.session, uow.node.id)
        if standing is not None:
            raise RuleBroken(
                "cash.open_already", counter=standing.counter, user=standing.username, date=standing.on_date
            )
        uow.record(CounterSession, [row])
        _record_count(uow, command)
        write_event(uow, OPENED, command.command_id)
    return session_view(uow.session, command.command_id)


def hand_over_counter(uow: UnitOfWork, command: HandOverCounter) -> SessionView:
    """Hand this counter over with the cash that both have counted; what differs from what should be there is kept.

    Raises RuleBroken ``auth.not_allowed``, ``cash.not_open``, ``cash.held_already``, ``cash.may_not_bill``,
    ``auth.no_user``, ``cash.command_reused``, and those of ``count_cash``.
    """
    require(uow, Permission.POST_BILL)
    cash = _counted(command)
    session_row = _open_session(uow)
    view = session_view(uow.session, session_row.id)
    row = {
        "id": command.command_id,
        "session_id": session_row.id,
        "position": len(view.handovers) + 1,
        "from_username": view.holder,
        "to_username": command.to,
        "expected_paise": view.drawer.should_be.paise,
        "cash_paise": cash.paise,
        "note": command.note,
        **_moment(uow),
    }
    if _is_replay(uow, CounterHandover, row):
        return view
    _refuse_taker(uow, command.to, view.holder)
    uow.record(CounterHandover, [row])
    _record_count(uow, command)
    write_event(uow, HANDED_OVER, command.command_id)
    return session_view(uow.session, session_row.id)


def move_cash(uow: UnitOfWork, command: MoveCash) -> SessionView:
    """Note cash that comes into this counter's drawer or leaves it, with its ledger entry.

    Raises NeedsConfirmation ``cash.more_than_drawer``; RuleBroken ``auth.not_allowed``, ``cash.not_open``,
    ``cash.amount_zero``, ``ledger.day_closed``, ``cash.command_reused``, and those of ``account_of``.
    """
    require(uow, Permission.MOVE_CASH)
    session_row = _open_session(uow)
    if not command.amount:
        raise RuleBroken("cash.amount_zero", where="amount")
    account = account_of(uow.session, command.kind, command.account)
    amount = command.amount if command.kind.is_in else -command.amount
    row = {
        "id": command.command_id,
        "session_id": session_row.id,
        "kind": command.kind,
        "amount_paise": amount.paise,
        "account": account.code if account is not None else None,
        "reason": command.reason,
        **_moment(uow),
    }
    if _is_replay(uow, CashMovement, row):
        return session_view(uow.session, session_row.id)
    should_be = drawer_now(uow.session, session_row).should_be
    if not command.kind.is_in and command.amount > should_be and not command.confirmed:
        raise NeedsConfirmation("cash.more_than_drawer", amount=command.amount, should_be=should_be)
    if account is None:
        refuse_closed_day(uow, uow.today)
    else:
        postings = [Posting(chart.CASH, amount), Posting(account, -amount)]
        post_entry(uow, command.command_id, MOVEMENT, uow.today, postings)
    uow.record(CashMovement, [row])
    write_event(uow, MOVED, command.command_id)
    return session_view(uow.session, session_row.id)


def _refuse_taker(uow: UnitOfWork, username: str, holder: str) -> None:
    """Refuse to hand over to who has it already, to nobody, and to who may not bill."""
    if username == holder:
        raise RuleBroken("cash.held_already", where="to", user=username)
    user_by_name(uow.session, username)
    if all(user.username != username for user in takers(uow.session)):
        raise RuleBroken("cash.may_not_bill", where="to", user=username)


def _open_session(uow: UnitOfWork) -> Any:
    row = open_session(uow.session, uow.node.id)
    if row is None:
        raise RuleBroken("cash.not_open", counter=uow.node.code)
    return row


def _counted(command: Counted) -> Money:
    return count_cash(command.cash, [(one.face, one.pieces) for one in command.denominations])


def _record_count(uow: UnitOfWork, command: OpenCounter | HandOverCounter) -> None:
    uow.record(
        CountedCash,
        [
            {"document_id": command.command_id, "face_paise": one.face.paise, "pieces": one.pieces}
            for one in command.denominations
        ],
    )


def _moment(uow: UnitOfWork) -> dict[str, Any]:
    return {"on_date": uow.today, "at": uow.now, "username": uow.actor.username}


def _is_replay(uow: UnitOfWork, model: type[Table], row: Mapping[str, Any]) -> bool:
    done = replay(uow, model, row, beside=_OF_THE_MOMENT)
    if done is Replay.OTHER:
        raise RuleBroken("cash.command_reused", command=str(row["id"]))
    return done is Replay.SAME
