"""What the counter's screen shows: what happened to the drawer, and what that comes to. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.audit.clock import show_instant
from core.cash.dto import HandoverView, MovementView, SessionView
from core.kernel.money import ZERO, Money
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone


class EntryRow(NamedTuple):
    """Something that happened to the drawer; ``state`` marks a handover that did not come out even."""

    when: str
    what: str
    detail: str
    came_in: str
    went_out: str
    by: str
    state: tuple[Badge, ...]


class Fact(NamedTuple):
    """What is known of the session, under its label."""

    label: str
    text: str
    is_missing: bool = False


def entry_rows(view: SessionView) -> list[EntryRow]:
    """Return what happened beside bills, the newest first."""
    entries: list[tuple[datetime, EntryRow]] = [(moved.at, _moved(moved)) for moved in view.movements]
    entries += [(one.at, _handed_over(one)) for one in view.handovers]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    opened = EntryRow(
        when=show_instant(view.opened_at),
        what=tr("Opened"),
        detail=_faces(view),
        came_in=view.drawer.opening.grouped(),
        went_out="",
        by=view.opened_by,
        state=(),
    )
    return [*(row for _, row in entries), opened]


def session_facts(view: SessionView) -> Sequence[Fact]:
    """Return what the drawer's sum is made of, and who holds the counter."""
    drawer = view.drawer
    difference = view.difference
    return (
        Fact(tr("With"), view.holder),
        Fact(tr("Open since"), show_instant(view.opened_at)),
        Fact(tr("Float"), drawer.opening.grouped()),
        Fact(
            tr("At the last handover"),
            tr("even") if difference in {None, ZERO} else _signed(difference),
            bool(difference),
        ),
        Fact(tr("Cash of bills"), drawer.taken.grouped()),
        Fact(tr("Given back for bills"), drawer.given_back.grouped()),
        Fact(tr("Brought in"), drawer.moved_in.grouped()),
        Fact(tr("Taken out"), drawer.moved_out.grouped()),
    )


def _moved(view: MovementView) -> EntryRow:
    amount = view.amount.grouped()
    return EntryRow(
        when=show_instant(view.at),
        what=view.kind.words.capitalize(),
        detail=": ".join(filter(None, (view.account, view.reason))),
        came_in=amount if view.kind.is_in else "",
        went_out="" if view.kind.is_in else amount,
        by=view.username,
        state=(),
    )


def _handed_over(view: HandoverView) -> EntryRow:
    counted = tr("{cash} counted", cash=view.cash.grouped())
    state: tuple[Badge, ...] = ()
    if view.difference:
        tone = Tone.DANGER if view.difference < ZERO else Tone.WARNING
        own = "" if view.own_difference == view.difference else tr(" ({own} since)", own=_signed(view.own_difference))
        state = (Badge(f"{_signed(view.difference)}{own}", tone),)
    return EntryRow(
        when=show_instant(view.at),
        what=tr("{one} to {other}", one=view.from_username, other=view.to_username),
        detail=" · ".join(filter(None, (counted, view.note))),
        came_in="",
        went_out="",
        by=view.username,
        state=state,
    )


def _faces(view: SessionView) -> str:
    return "  ".join(f"{one.face.paise // 100} × {one.pieces}" for one in view.denominations)


def _signed(amount: Money | None) -> str:
    if amount is None:
        return ""
    return f"+{amount.grouped()}" if amount > ZERO else amount.grouped()
