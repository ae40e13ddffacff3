"""Offers the shop's customers while a name or a telephone number is typed, and makes the bill out to the one chosen.

Knows no Qt. Nothing is chosen in the list until Down goes into it: Enter after a name that a card happens to begin
with leaves a passer-by a passer-by, without that customer's discount and without their account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core.kernel.errors import Problem
from core.parties.queries import PartyHit
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.customers import CustomerCard, CustomerSearch, read_card
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.rows import CustomerRow
from pos_desktop.screens.billing.state import Desk, Focus, Part, Popup

_NOBODY: Final = -1


class CustomerChoice:
    """The list under the customer's fields and the card of the bill's customer.

    ``changed`` is called when the card is another: the lines may cost less or more by it. ``failed`` is called before,
    where a card cannot be read or its customer is dealt with no more: the bill is then made out to nobody's card.
    """

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        draft: Callable[[], Draft],
        changed: Callable[[Part], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start with nothing typed."""
        self._lanes = lanes
        self._desk = desk
        self._draft = draft
        self._changed = changed
        self._failed = failed
        self._search = CustomerSearch(lanes, self._found, desk.fault)
        self._moved_before = False
        self._entered_before = False

    @property
    def hits(self) -> Sequence[PartyHit]:
        """The customers that are offered."""
        return self._search.hits

    def rows(self) -> list[CustomerRow]:
        """Return the rows of the list."""
        return [CustomerRow(hit.name, hit.phone or "", hit.number or "") for hit in self.hits]

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._desk.popup is Popup.CUSTOMERS

    def look_for(self, typed: str) -> None:
        """Offer the customers that what is typed names."""
        self._moved_before = self._entered_before = False
        self._search.type(typed)
        if not self._search.hits:
            self._close_list()
        elif self.is_open:
            self._desk.open(Popup.CUSTOMERS, _NOBODY)

    def close(self) -> None:
        """Leave what was typed as it is."""
        self._moved_before = self._entered_before = False
        self._search.clear()
        self._close_list()

    def move(self, by: int) -> bool:
        """Go through the list; return False where none is open or on its way."""
        if self._search.is_waiting:
            self._moved_before = by > 0
            self._entered_before = False
            return True
        if not self.is_open:
            return False
        last = len(self.hits) - 1
        self._desk.popup_index = max(_NOBODY, min(last, self._desk.popup_index + by))
        self._desk.show(Part.POPUP)
        return True

    def enter(self) -> bool:
        """Make the bill out to the one chosen in the list; return False where none is.

        Keys may be quicker than the answer: after Down the first that is found is taken when it comes.
        """
        if self._search.is_waiting and self._moved_before:
            self._entered_before = True
            return True
        if not self.is_open or self._search.is_waiting or self._desk.popup_index == _NOBODY:
            return False
        self.pick(self._desk.popup_index)
        return True

    def pick(self, index: int) -> None:
        """Make the bill out to a customer of the list."""
        hit = self.hits[index]
        self.close()
        self._draft().choose_customer(hit.party_id, hit.name, hit.phone or "")
        self._desk.show(Part.CUSTOMER)
        self._desk.go_to(Focus.CUSTOMER)
        self.read()

    def let_go(self) -> None:
        """Make the bill out to nobody of the shop's."""
        self._draft().let_customer_go()
        self._changed(Part.LINES | Part.CUSTOMER)

    def read(self) -> None:
        """Read the card of the bill's customer: it is not read yet, or may have changed."""
        draft = self._draft()
        customer_id = draft.customer_id
        if customer_id is None:
            return

        def is_asked() -> bool:
            return self._draft() is draft and draft.customer_id == customer_id

        def take(card: CustomerCard) -> None:
            if is_asked():
                draft.take_card(card)
                self._changed(Part.LINES | Part.CUSTOMER)

        def give_up(error: Exception) -> None:
            if is_asked():
                self._failed(error)
                self.let_go()
            elif not isinstance(error, Problem):
                self._desk.report_bug(error)

        self._lanes.read(lambda session: read_card(session, customer_id), take, give_up)

    def _found(self) -> None:
        if not self.hits or self._desk.focus is not Focus.CUSTOMER:
            self._close_list()
            return
        self._desk.open(Popup.CUSTOMERS, 0 if self._moved_before else _NOBODY)
        if self._entered_before:
            self.pick(0)

    def _close_list(self) -> None:
        if self.is_open:
            self._desk.open(Popup.NONE)
