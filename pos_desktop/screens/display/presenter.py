"""Tells the customer display about the bill that has the keys. Knows no Qt.

Nothing is read and nothing worked out at a key: what changed is looked at a tenth of a second later, once, in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.kernel.money import ZERO
from core.sales.dto import BillView
from pos_desktop.screens.billing.draft_lines import DraftLine
from pos_desktop.screens.billing.keeping import Later
from pos_desktop.screens.billing.places import Places
from pos_desktop.screens.billing.state import Part
from pos_desktop.screens.display.state import Moment, Shown, ShownLine
from pos_desktop.shell.texts import tr

#: At most one update in so many milliseconds.
EVERY_MS: Final = 100
#: How long what was paid stays to be seen, in milliseconds: the next customer is none of its business.
PAID_MS: Final = 30_000
#: How many lines are shown, and how many of them before the one at work.
MOST_LINES, _BEFORE = 7, 5
_HEARD = Part.LINE | Part.LINES | Part.TENDER | Part.LAST_BILL
#: A bill that was saved at the place with the keys; what is printed later tells of the last bill alone.
_SAVED = Part.TENDER | Part.LAST_BILL


class CustomerFeed:
    """Hears the places of a counter and has what a customer sees shown, from the greeting to the change."""

    def __init__(self, places: Places, shop: str, later: Later, show: Callable[[Shown], None]) -> None:
        """Greet, or show what is being typed already."""
        self._places = places
        self._shop = shop
        self._later = later
        self._show = show
        self._paid: BillView | None = None
        self._shown: Shown | None = None
        self._is_due = False
        self._is_left = False
        places.watch(self._changed, self._moved)
        self._tell()

    def leave(self) -> None:
        """Somebody else works here from now on: greet."""
        self._is_left = True
        self._places.watch(lambda parts: None, lambda: None)
        self._show(Shown(self._shop))

    def _changed(self, parts: Part) -> None:
        if parts & _SAVED == _SAVED and self._places.saving.last is not None:
            self._paid = self._places.saving.last.bill
        if parts & _HEARD:
            self._tell_soon()

    def _moved(self) -> None:
        self._paid = None
        self._tell_soon()

    def _tell_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(EVERY_MS, self._tell)

    def _tell(self) -> None:
        self._is_due = False
        if self._is_left:
            return
        shown = self._look()
        if shown != self._shown:
            self._shown = shown
            self._show(shown)
            if shown.moment is Moment.PAID:
                paid = self._paid
                self._later(PAID_MS, lambda: self._forget(paid))

    def _forget(self, paid: BillView | None) -> None:
        if self._paid is paid:
            self._paid = None
            self._tell_soon()

    def _look(self) -> Shown:
        here = self._places.here
        draft, tender = here.draft, here.checkout.tender
        count = len(draft.lines)
        if not count:
            return self._after(self._paid)
        self._paid = None
        at = here.editor.current if 0 <= here.editor.current < count else count - 1
        first = max(0, min(at - _BEFORE, count - MOST_LINES))
        total = draft.totals.total if tender is None else tender.total
        upi = tender.upi if tender is not None else ""
        return Shown(
            self._shop,
            Moment.LINES if tender is None else Moment.PAYING,
            lines=tuple(shown_line(line) for line in draft.lines[first : first + MOST_LINES]),
            at=at - first,
            count=count,
            total=total,
            due=ZERO if tender is None else tender.due,
            upi=upi,
            upi_amount=tender.taken[-1].amount if tender is not None and upi else ZERO,
        )

    def _after(self, paid: BillView | None) -> Shown:
        if paid is None:
            return Shown(self._shop)
        change = paid.change
        return Shown(self._shop, Moment.PAID, total=paid.total, received=paid.total + change, change=change)


def shown_line(line: DraftLine) -> ShownLine:
    """Return a line as customers read it: ``2 x 10's``, ``5 loose``; the counter's own ``0:5`` says nothing to them."""
    item = line.item
    packs, loose = divmod(line.units or 0, item.pieces_per_pack)
    whole = f"{packs} x {item.pack_label}" if packs else ""
    rest = tr("{count} loose", count=loose) if loose else ""
    quantity = " + ".join(filter(None, (whole, rest)))
    return ShownLine(item.name, quantity, line.priced.payable if line.priced else None)
