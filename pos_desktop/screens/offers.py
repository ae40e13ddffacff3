"""What fields of several screens offer. Knows no Qt."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.purchasing.entering import offer_suppliers
from pos_desktop.shell.form import Offer


def supplier_offers(text: str, session: Session) -> list[Offer]:
    """Return the suppliers that a text may mean, as a field offers them."""
    return [Offer(one.text, one.about) for one in offer_suppliers(session, text)]
