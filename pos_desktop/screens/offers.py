"""What fields of several screens offer. Knows no Qt."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from core.inventory.listing import list_items
from core.purchasing.entering import offer_suppliers
from pos_desktop.shell.form import Offer

_MOST = 8


def item_offers(text: str, today: date, session: Session) -> list[Offer]:
    """Return the items that a text may mean, by their codes; none for nothing."""
    found = list_items(session, text, today, _MOST) if text.strip() else []
    return [Offer(hit.code, f"{hit.name}  ·  {hit.pack_label}") for hit in found]


def supplier_offers(text: str, session: Session) -> list[Offer]:
    """Return the suppliers that a text may mean, as a field offers them."""
    return [Offer(one.text, one.about) for one in offer_suppliers(session, text)]
