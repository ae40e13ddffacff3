"""Whom a bill is made out to, where the shop has a card of them: what the card says stands on the bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent
from core.parties.dto import CustomerDetails, PartyKind, PriceTerms
from core.parties.queries import all_ids, party_view
from core.sales.dto import CustomerInput, PostBill


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer of the shop with their card. ``ids`` are the card's and those of cards merged into it."""

    customer_id: UUID
    ids: Sequence[UUID]
    card: CustomerDetails

    @property
    def name(self) -> str:
        """What they are called."""
        return self.card.name

    @property
    def credit_limit(self) -> Money | None:
        """Up to what they may owe; None gives no credit."""
        return self.card.credit_limit

    @property
    def credit_days(self) -> int:
        """After how many days they pay."""
        return self.card.credit_days or 0

    @property
    def discount(self) -> Percent | None:
        """What every line of theirs begins with, at MRP."""
        return discount_of(self.card)


def buyer_of(session: Session, customer: CustomerInput | None) -> Buyer | None:
    """Return the customer that a bill names by the id of their card, the kept one where it was merged.

    Raises RuleBroken ``parties.unknown``, ``sales.customer_ended``.
    """
    if customer is None or customer.id is None:
        return None
    return find_buyer(session, customer.id)


def find_buyer(session: Session, customer_id: UUID) -> Buyer:
    """Return a customer by the id of their card. Raises RuleBroken ``parties.unknown``, ``sales.customer_ended``."""
    view = party_view(session, PartyKind.CUSTOMER, customer_id)
    card = cast(CustomerDetails, view.details)
    if not view.is_active:
        raise RuleBroken("sales.customer_ended", customer=card.name, where="customer.id")
    return Buyer(customer_id=view.party_id, ids=all_ids(session, view.party_id), card=card)


def discount_of(card: CustomerDetails) -> Percent | None:
    """Return what a customer's lines begin with: the greater of their discount and of what their MRP is less by."""
    given = [card.discount, card.price_less if card.price_terms is PriceTerms.MRP_LESS else None]
    return max((percent for percent in given if percent), default=None, key=lambda percent: percent.basis_points)


def card_discount(session: Session, customer_id: UUID) -> Percent | None:
    """Return what a customer's lines begin with, of one who is dealt with no more too."""
    return discount_of(cast(CustomerDetails, party_view(session, PartyKind.CUSTOMER, customer_id).details))


def filled_from_card(command: PostBill, card: CustomerDetails) -> PostBill:
    """Return the command with what the customer's card says where the bill itself says nothing.

    Name, phone and GSTIN, and address and state of the first place.
    """
    if command.customer is None:
        return command
    return command.model_copy(update={"customer": filled_customer(command.customer, card)})


def filled_customer(customer: CustomerInput, card: CustomerDetails) -> CustomerInput:
    """Return a customer with what their card says where they themselves say nothing."""
    place = card.locations[0] if card.locations else None
    said = {
        "name": card.name[:100],
        "phone": card.phone,
        "gstin": card.gstin or (place.gstin if place else None),
        "address": place.address if place else None,
        "state": place.state if place else None,
    }
    missing = {name: value for name, value in said.items() if value and getattr(customer, name) is None}
    return customer.model_copy(update=missing)
