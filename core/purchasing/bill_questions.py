"""What is asked of a bill as a whole before it is entered: possible, and rather mistyped or meant otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.kernel.dates import input_tax_ends, show_date
from core.kernel.errors import NeedsConfirmation
from core.kernel.money import ZERO, Money
from core.parties.model import Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.bill_dto import BillHead
from core.purchasing.bill_terms import BillTerms
from core.purchasing.debit_queries import claims_standing
from core.purchasing.setting_off import SetOffPart
from core.purchasing.twins import BilledLine, twin_of
from core.settings.queries import shop_view

_A_YEAR: Final = timedelta(days=366)


def made_out_to_other(session: Session, supplier: Supplier, head: BillHead) -> NeedsConfirmation | None:
    """Return what is asked where a bill is made out to another shop: its input tax would be claimed twice.

    ``purchases.made_out_to_other``.
    """
    buyer = head.buyer_gstin
    if buyer is None or buyer in {shop_view(session).gstin, supplier.gstin}:
        return None
    return NeedsConfirmation("purchases.made_out_to_other", where="buyer_gstin", gstin=buyer)


def looks_like(
    session: Session, supplier: Supplier, head: BillHead, lines: Sequence[BilledLine]
) -> NeedsConfirmation | None:
    """Return what is asked where the same paper may be in the books under another number: ``purchases.looks_like``."""
    suppliers = all_ids(session, resolved(session, supplier.id))
    twin = twin_of(session, suppliers, head.billed_on, head.total, lines)
    if twin is None:
        return None
    return NeedsConfirmation("purchases.looks_like", where="number", number=twin.number, date=show_date(twin.billed_on))


def is_old(head: BillHead, terms: BillTerms, today: date) -> NeedsConfirmation | None:
    """Return what is asked where a bill is old, since its year is easily mistyped.

    ``purchases.input_tax_ended`` where its input tax is lost by that, else ``purchases.billed_long_ago``.
    """
    day = show_date(head.billed_on)
    if terms.is_late:
        ended = show_date(input_tax_ends(head.billed_on))
        return NeedsConfirmation("purchases.input_tax_ended", where="billed_on", date=day, ended=ended)
    if today - head.billed_on > _A_YEAR:
        return NeedsConfirmation("purchases.billed_long_ago", where="billed_on", date=day)
    return None


def unknown_set_offs(session: Session, supplier: Supplier, set_offs: Sequence[SetOffPart]) -> NeedsConfirmation | None:
    """Return what is asked where a supplier takes off more that the books do not know than it owes for missing goods:
    it would swallow what is claimed of it later. ``purchases.set_off_unknown``."""
    unknown = [part for part in set_offs if part.item_id is None]
    if not unknown:
        return None
    taken = Money.total(part.amount for part in unknown)
    open_claims = claims_standing(session, all_ids(session, resolved(session, supplier.id)))
    if taken <= open_claims:
        return None
    named = ", ".join(f"{part.kind.words} {part.number or 'without a number'}" for part in unknown)
    return NeedsConfirmation(
        "purchases.set_off_unknown", where="set_offs", named=named, amount=taken, open=max(open_claims, ZERO)
    )
