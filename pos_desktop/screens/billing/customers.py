"""The customers that the shop keeps cards of: searched while a name is typed, and what the counter needs of a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.kernel.money import Money, Percent
from core.ledger.open_items import balance_of, credit_of
from core.parties.dto import PartyKind
from core.parties.queries import PartyHit, search_parties
from core.sales.buyers import find_buyer
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.shell.texts import tr

#: Letters, or digits of a telephone number, after which customers are offered.
LEAST_LETTERS, LEAST_DIGITS = 2, 4
#: What the list shows without being scrolled; more letters find the rest.
_MOST: Final = 8
#: Some of those found may be dealt with no more.
_LIMIT: Final = 3 * _MOST


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer's card as the counter shows it.

    ``owes`` is what is open of their bills, ``advance`` what stands to their credit; ``credit_limit`` None gives no
    credit. ``state`` is that of the card's first place.
    """

    customer_id: UUID
    name: str
    phone: str
    state: str | None
    discount: Percent | None
    owes: Money
    advance: Money
    credit_limit: Money | None

    @property
    def sentence(self) -> str:
        """Who it is, what they owe of what they may, what they have paid before, and what their lines begin with."""
        if self.credit_limit is None:
            owes = tr("owes {amount}", amount=self.owes.grouped()) if self.owes else ""
            credit = [owes, tr("no credit")]
        else:
            limit = self.credit_limit.grouped()
            credit = [tr("owes {amount} of {limit}", amount=self.owes.grouped(), limit=limit)]
        advance = tr("advance {amount}", amount=self.advance.grouped()) if self.advance else ""
        discount = tr("{percent} % off", percent=self.discount) if self.discount else ""
        return " · ".join(filter(None, (self.name, *credit, advance, discount)))


def read_card(session: Session, customer_id: UUID) -> CustomerCard:
    """Return a customer's card, the kept one where it was merged.

    Raises RuleBroken ``parties.unknown``, ``sales.customer_ended``.
    """
    buyer = find_buyer(session, customer_id)
    card = buyer.card
    advance = credit_of(session, PartyKind.CUSTOMER, buyer.ids)
    return CustomerCard(
        customer_id=buyer.customer_id,
        name=card.name,
        phone=card.phone or "",
        state=card.locations[0].state if card.locations else None,
        discount=buyer.discount,
        owes=balance_of(session, PartyKind.CUSTOMER, buyer.ids) + advance,
        advance=advance,
        credit_limit=buyer.credit_limit,
    )


def is_enough(typed: str) -> bool:
    """Say whether so much is typed of a name or a telephone number that customers are looked for."""
    letters, digits = sum(map(str.isalpha, typed)), sum(map(str.isdigit, typed))
    return letters >= LEAST_LETTERS or digits >= LEAST_DIGITS


class CustomerSearch:
    """The customers that what is typed names; the latest typed wins, answers to anything older are dropped.

    ``answered`` is called when ``hits`` belong to what is typed now, ``failed`` when they could not be read.
    """

    def __init__(self, lanes: Lanes, answered: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Start with nothing typed."""
        self.hits: Sequence[PartyHit] = ()
        self.is_waiting = False
        self._lanes = lanes
        self._answered = answered
        self._failed = failed
        self._ticket = 0

    def type(self, typed: str) -> None:
        """Look for what is typed now; the hits of what was typed before stay until the answer comes."""
        self._ticket += 1
        if not is_enough(typed):
            self.hits, self.is_waiting = (), False
            return
        ticket = self._ticket
        self.is_waiting = True

        def search(session: Session) -> Sequence[PartyHit]:
            if ticket != self._ticket:
                return ()  # more was typed meanwhile
            found = search_parties(session, PartyKind.CUSTOMER, typed, _LIMIT)
            return [hit for hit in found if hit.is_active][:_MOST]

        self._lanes.read(search, lambda hits: self._take(ticket, hits), lambda error: self._give_up(ticket, error))

    def clear(self) -> None:
        """Forget what is typed; an answer on its way is dropped."""
        self.type("")

    def _take(self, ticket: int, hits: Sequence[PartyHit]) -> None:
        if ticket == self._ticket:
            self.hits, self.is_waiting = hits, False
            self._answered()

    def _give_up(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.hits, self.is_waiting = (), False
            self._failed(error)
