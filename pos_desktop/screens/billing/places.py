"""The places of a counter: up to five bills side by side, one of which has the keys. Knows no Qt.

Each place is a bill of its own from the search to the payment (``BillingPresenter``), so an answer that comes late
finds the bill that asked, and one that is on its way to the disk may be left alone while the next customer is served.
What belongs to the counter and not to a bill is here: the last bill, scans, and what changed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.inventory.dto import SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.money import Money
from core.sales.drafts import PLACES
from core.sales.dto import BillView, PostBill
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Freshness, TopicBoard
from pos_desktop.screens.billing.keeping import Kept, KeptPlaces
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.saving import PrintBill, SavedBill, Saving
from pos_desktop.screens.billing.state import Part


class MakePlace(Protocol):
    """Makes the presenter of a place with what was kept of it."""

    def __call__(self, *, saving: Saving, kept: Kept) -> BillingPresenter:
        """Make it."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as the strip shows it.

    ``who`` is the customer, else the first item; empty where neither is typed yet. ``is_refused`` where saving it went
    wrong while another place had the keys.
    """

    number: int
    who: str
    total: Money
    in_front: bool
    is_free: bool
    is_busy: bool
    is_refused: bool


class Places:
    """The bills at a counter. ``listen`` is told which place changed in which parts, and when another has the keys."""

    def __init__(
        self,
        make: MakePlace,
        lanes: Lanes,
        board: TopicBoard,
        print_bill: PrintBill,
        kept: KeptPlaces,
        last: SavedBill | None = None,
    ) -> None:
        """Begin with what was kept, and with the ``last`` bill of who was here before where nothing waits for paper."""
        self.saving = Saving(lanes, board, print_bill, self._last_changed, self._not_printed)
        self.saving.last = last
        self.saving.bring_back(kept.unprinted)
        self._places = {one.place: make(saving=self.saving, kept=one) for one in kept.places}
        self._number = kept.front
        self._stale = Freshness()
        self._busy: set[int] = set()
        self._refused: set[int] = set()
        self._told: Callable[[int, Part], None] = lambda number, parts: None
        self._moved: Callable[[], None] = lambda: None
        self._seen: Callable[[Part], None] = lambda parts: None
        self._seen_moved: Callable[[], None] = lambda: None
        self.here.in_front = True
        for number, place in self._places.items():
            place.listen(self._listener_of(number))

    def listen(self, told: Callable[[int, Part], None], moved: Callable[[], None]) -> None:
        """Have changes of each place ``told``, and ``moved`` called when another one has the keys."""
        self._told, self._moved = told, moved

    def watch(self, seen: Callable[[Part], None], moved: Callable[[], None]) -> None:
        """Have a second one hear what changed at the place that has the keys, and when another has them.

        It is told after the window, and should do its own work later.
        """
        self._seen, self._seen_moved = seen, moved

    # --- which place ---------------------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The place that has the keys."""
        return self._number

    @property
    def here(self) -> BillingPresenter:
        """The bill that has the keys."""
        return self._places[self._number]

    def at(self, number: int) -> BillingPresenter:
        """Return the bill of a place."""
        return self._places[number]

    def rows(self) -> list[PlaceRow]:
        """Return what the strip shows, the first place first."""
        return [self._row(number, place) for number, place in self._places.items()]

    @property
    def is_alone(self) -> bool:
        """Whether nothing stands in any place but the one that has the keys."""
        return all(place.is_free for place in self._places.values() if place is not self.here)

    @property
    def typed(self) -> list[int]:
        """The places whose bills have lines."""
        return [number for number, place in self._places.items() if place.draft.lines]

    @property
    def is_busy(self) -> bool:
        """Whether a bill of any place is on its way to the disk."""
        return any(place.checkout.is_busy for place in self._places.values())

    def go_to(self, number: int) -> None:
        """Ctrl+1 to Ctrl+5: give the keys to a place. What changed elsewhere meanwhile is read there now."""
        if number == self._number:
            return
        self.here.step_back()
        self._number = number
        self._refused.discard(number)
        self.here.come_forward()
        self._moved()
        self._seen_moved()
        if self._stale.take(str(number)):
            self._read_again()

    def hold(self) -> None:
        """F5: leave this bill where it is and go on in the next free place."""
        if self.here.is_free:
            self.here.desk.warn(RuleBroken("billing.nothing_to_hold"))
            return
        free = self._next_free()
        if free is None:
            self.here.desk.warn(RuleBroken("billing.places_full"))
        else:
            held = self._number
            self.go_to(free)
            self.here.desk.tell(RuleBroken("billing.held", place=held))

    # --- what belongs to the counter -----------------------------------------------------------------------------

    def scanned(self, code: str) -> None:
        """A scanner read a code: it is for the bill that has the keys."""
        self.here.scanned(code)

    def stock_changed(self) -> None:
        """Stock, items or cards changed elsewhere: a place that does not have the keys reads when it gets them."""
        for number in self._places:
            if number != self._number:
                self._stale.mark(str(number))
        self._read_again()

    def _read_again(self) -> None:
        self.here.stock_changed()
        self.here.customer_changed()

    # --- a bill in another's place -------------------------------------------------------------------------------

    def unfit(self, wanted: PostBill) -> Problem | None:
        """Return why a bill cannot be taken over to be put right, None where it can."""
        if self._next_free(first=self._number) is None:
            return RuleBroken("billing.places_full_for_correction")
        return self.here.unfit(wanted)

    def was_cancelled(self, bill: BillView) -> None:
        """A bill was cancelled on another screen: the last bill is shown so, where it is that one."""
        self.saving.show_cancelled(bill)

    def take_over(self, wanted: PostBill, items: Mapping[str, SaleItem]) -> None:
        """Go on with what stood on a cancelled bill in a free place; ``unfit`` has said that there is one."""
        free = self._next_free(first=self._number)
        if free is not None:
            self.go_to(free)
            self.here.take_over(wanted, items)

    # --- the end -------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Keep what is being typed and fall silent: somebody else works here from now on."""
        for place in self._places.values():
            place.leave()
        self.listen(lambda number, parts: None, lambda: None)

    # --- inside --------------------------------------------------------------------------------------------------

    def _next_free(self, first: int | None = None) -> int | None:
        """Return the next free place: ``first`` where that one is, else the ones behind this one, round to it."""
        at = PLACES.index(self._number)
        order = [*([first] if first is not None else []), *PLACES[at + 1 :], *PLACES[:at]]
        return next((number for number in order if self._places[number].is_free), None)

    def _row(self, number: int, place: BillingPresenter) -> PlaceRow:
        draft = place.draft
        items = [line.item.name for line in draft.lines[:1]]
        who = next(filter(None, (draft.customer_name, draft.customer_phone, *items, place.search.typed)), "")
        return PlaceRow(
            number=number,
            who=who,
            total=draft.totals.total,
            in_front=number == self._number,
            is_free=place.is_free,
            is_busy=place.checkout.is_busy,
            is_refused=number in self._refused,
        )

    def _listener_of(self, number: int) -> Callable[[Part], None]:
        def told(parts: Part) -> None:
            self._look_at_saving(number)
            self._told(number, parts)
            if number == self._number:
                self._seen(parts)

        return told

    def _look_at_saving(self, number: int) -> None:
        """Say at the place that has the keys when a bill that was left alone could not be saved."""
        place = self._places[number]
        if place.checkout.is_busy:
            self._busy.add(number)
        elif number in self._busy:
            self._busy.discard(number)
            if number != self._number and not place.draft.is_empty:
                self._refused.add(number)
                self.here.desk.warn(RuleBroken("billing.place_not_saved", place=number))

    def _last_changed(self) -> None:
        self.here.desk.show(Part.LAST_BILL)

    def _not_printed(self, bill: BillView) -> None:
        self.here.desk.warn(RuleBroken("billing.not_printed", number=bill.number))
