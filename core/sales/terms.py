"""Works out the terms a bill is posted under: whose state, which taxes, what paper, how rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, TaxType
from core.sales.drafting import RoundOff, document_kind
from core.sales.dto import PostBill
from core.settings.choices import Choice, MixedToRegistered
from core.settings.dto import ShopView
from core.settings.queries import setting
from core.tax.domain import tax_type_of


@dataclass(frozen=True, slots=True)
class Terms:
    """What the law and the shop's choices make of a bill before its lines are known."""

    on_date: date
    place_of_supply: str
    tax_type: TaxType
    gstin: str | None
    to_sez: bool
    round_off: RoundOff
    mixed: MixedToRegistered

    def document_kind(self, treatments: set[GstTreatment]) -> DocumentKind:
        """Return what the paper is called.

        Raises RuleBroken ``sales.mixed_bill`` where the shop wants two documents for a registered buyer.
        """
        registered = self.gstin is not None
        if (
            registered
            and self.tax_type is not TaxType.NONE
            and len(treatments) > 1
            and GstTreatment.TAXABLE in treatments
            and self.mixed is MixedToRegistered.TWO_DOCUMENTS
        ):
            raise RuleBroken("sales.mixed_bill")
        return document_kind(self.tax_type, treatments, to_registered=registered)


def terms_of(session: Session, command: PostBill, shop: ShopView, today: date) -> Terms:
    """Work out the terms of a bill.

    The place of supply is the one the bill names, else the state of the customer's GSTIN, else the customer's state,
    else the shop's; a patient's address never decides (facts A3). Raises RuleBroken ``sales.date_in_future``,
    ``sales.own_gstin``, ``sales.sez_needs_gstin``.
    """
    on_date = command.date or today
    if on_date > today:
        raise RuleBroken("sales.date_in_future", date=on_date, where="date")
    customer = command.customer
    gstin = customer.gstin if customer else None
    to_sez = customer.sez if customer else False
    if gstin is not None and gstin == shop.gstin:
        raise RuleBroken("sales.own_gstin", gstin=gstin, where="customer.gstin")
    if to_sez and gstin is None:
        raise RuleBroken("sales.sez_needs_gstin", where="customer.gstin")
    place = command.place_of_supply or (gstin[:2] if gstin else None) or (customer.state if customer else None)
    place_of_supply = place or shop.state
    return Terms(
        on_date=on_date,
        place_of_supply=place_of_supply,
        tax_type=tax_type_of(shop.registration, shop.state, place_of_supply, to_sez=to_sez),
        gstin=gstin,
        to_sez=to_sez,
        round_off=RoundOff(setting(session, Choice.ROUND_OFF, RoundOff.NEAREST)),
        mixed=MixedToRegistered(setting(session, Choice.MIXED_TO_REGISTERED, MixedToRegistered.ONE_INVOICE)),
    )
