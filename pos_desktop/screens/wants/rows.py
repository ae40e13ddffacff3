"""What the list of wants shows of each. Knows no Qt."""

from __future__ import annotations

from typing import NamedTuple

from core.audit.clock import show_instant
from core.kernel.quantity import show_quantity
from core.wants.dto import Outcome, WantView
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone

OUTCOMES = {
    Outcome.CAME: Badge(tr("CAME"), Tone.GOOD),
    Outcome.DONE: Badge(tr("HANDED OUT"), Tone.MUTED),
    Outcome.GIVEN_UP: Badge(tr("GIVEN UP"), Tone.MUTED),
}


class WantRow(NamedTuple):
    """A want. ``stock`` is empty where nothing of it can be sold today."""

    want_id: str
    since: str
    item: str
    code: str
    quantity: str
    stock: str
    customer: str
    phone: str
    note: str
    by: str
    state: tuple[Badge, ...]


def want_row(view: WantView) -> WantRow:
    """Return a want as its list shows it: an open one of which there is stock again is marked."""
    stock = ""
    if view.stock_units and view.pieces_per_pack:
        stock = show_quantity(view.stock_units, view.pieces_per_pack)
    state = tuple(OUTCOMES[one.outcome] for one in view.settlements[-1:])
    if not state and stock:
        state = (Badge(tr("IN STOCK"), Tone.ACCENT),)
    notes = (view.note, *(one.note for one in view.settlements))
    return WantRow(
        want_id=str(view.want_id),
        since=show_instant(view.at),
        item=view.name,
        code=view.item or "",
        quantity=view.shown_quantity,
        stock=stock,
        customer=view.customer_name or "",
        phone=view.customer_phone or "",
        note=" · ".join(filter(None, notes)),
        by=f"{view.username}, {view.counter}",
        state=state,
    )
