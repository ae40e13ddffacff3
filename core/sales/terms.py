"""Works out the terms a bill is posted under: whose state, which taxes, what paper, how rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.audit.queries import founding_day
from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.sales.drafting import PricedBill, RoundOff, document_kind
from core.sales.dto import PostBill
from core.settings.choices import Choice, MixedToRegistered
from core.settings.dto import ShopView
from core.settings.queries import setting
from core.tax.domain import tax_type_of

#: From this taxable value on an invoice names its buyer though unregistered (rule 46(e), facts A1).
NAMED_FROM = Money(50_000_00)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the law and the shop's choices make of a bill before its lines are known.

    ``customer_state`` is the buyer's own, which a place of supply named on the bill may differ from.
    """

    on_date: date
    registration: Registration
    place_of_supply: str
    tax_type: TaxType
    gstin: str | None
    customer_state: str | None
    to_sez: bool
    round_off: RoundOff
    mixed: MixedToRegistered

    def document_kind(self, treatments: set[GstTreatment]) -> DocumentKind:
        """Return what the paper is called.

        Raises RuleBroken ``sales.mixed_bill`` where the shop wants two documents for a registered buyer.
        """
        to_registered = self.gstin is not None
        if (
            to_registered
            and self.tax_type is not TaxType.NONE
            and len(treatments) > 1
            and GstTreatment.TAXABLE in treatments
            and self.mixed is MixedToRegistered.TWO_DOCUMENTS
        ):
            raise RuleBroken("sales.mixed_bill")
        return document_kind(self.registration, treatments, to_registered=to_registered)


def terms_of(session: Session, command: PostBill, shop: ShopView, today: date) -> Terms:
    """Work out the terms of a bill.

    The place of supply is the one the bill names, else the state of the customer's GSTIN, else the customer's state,
    else the shop's; a patient's address never decides (facts A3). Raises RuleBroken ``sales.own_gstin``,
    ``sales.sez_needs_gstin``, and those of the date.
    """
    on_date = command.date or today
    _refuse_impossible_date(session, on_date, today)
    customer = command.customer
    gstin = customer.gstin if customer else None
    to_sez = customer.sez if customer else False
    if gstin is not None and gstin == shop.gstin:
        raise RuleBroken("sales.own_gstin", gstin=gstin, where="customer.gstin")
    if to_sez and gstin is None:
        raise RuleBroken("sales.sez_needs_gstin", where="customer.gstin")
    customer_state = gstin[:2] if gstin else (customer.state if customer else None)
    place_of_supply = command.place_of_supply or customer_state or shop.state
    return Terms(
        on_date=on_date,
        registration=shop.registration,
        place_of_supply=place_of_supply,
        tax_type=tax_type_of(shop.registration, shop.state, place_of_supply, to_sez=to_sez),
        gstin=gstin,
        customer_state=customer_state,
        to_sez=to_sez,
        round_off=round_off_choice(session),
        mixed=mixed_choice(session),
    )


def _refuse_impossible_date(session: Session, on_date: date, today: date) -> None:
    """Refuse a day that this shop cannot have billed on, or whose year is long finished.

    The year before is open still: a bill of 31 March is entered in April, and a year's returns may be amended in the
    next. Raises RuleBroken ``sales.date_in_future``, ``sales.date_too_old``, ``sales.date_before_shop``.
    """
    if on_date == today:
        return  # asks nothing of the database: nearly every bill
    if on_date > today:
        raise RuleBroken("sales.date_in_future", date=on_date, where="date")
    earliest = FinancialYear(FinancialYear.of(today).starts_in - 1).first_day
    if on_date < earliest:
        raise RuleBroken("sales.date_too_old", date=on_date, earliest=earliest, where="date")
    founded = founding_day(session)
    if on_date < founded:
        raise RuleBroken("sales.date_before_shop", date=on_date, founded=founded, where="date")


def round_off_choice(session: Session) -> RoundOff:
    """Return how this shop rounds a bill's total; to the nearest rupee where it has not chosen."""
    return RoundOff(setting(session, Choice.ROUND_OFF, RoundOff.NEAREST))


def mixed_choice(session: Session) -> MixedToRegistered:
    """Return how this shop bills taxable and untaxed goods to a registered buyer; on one invoice as delivered."""
    return MixedToRegistered(setting(session, Choice.MIXED_TO_REGISTERED, MixedToRegistered.ONE_INVOICE))


def refuse_unnamed(command: PostBill, terms: Terms, priced: PricedBill) -> None:
    """Refuse a bill that does not say who buys where the law asks for it (rules 46(d), 46(e) and 49, facts A1).

    A registered buyer's name and address stand beside the GSTIN, on an invoice and on a bill of supply. Of Rs 50,000
    taxable and more, an unregistered buyer's name, address and state stand on the invoice. What bears no tax is not
    counted, a composition dealer writes no invoice, an unregistered shop neither. Raises RuleBroken
    ``sales.registered_name_and_address_needed`` and ``sales.name_and_address_needed``, placed at the first that is
    missing.
    """
    if terms.registration is Registration.UNREGISTERED:
        return
    if terms.gstin is not None:
        if missing := _missing(command, "name", "address"):
            raise RuleBroken("sales.registered_name_and_address_needed", gstin=terms.gstin, where=missing)
        return
    if terms.tax_type is TaxType.NONE:
        return
    taxable = Money.total(
        line.split.taxable for line in priced.lines if line.portion.item.treatment is GstTreatment.TAXABLE
    )
    if taxable >= NAMED_FROM and (missing := _missing(command, "name", "address", "state")):
        raise RuleBroken("sales.name_and_address_needed", taxable=taxable, least=NAMED_FROM, where=missing)


def _missing(command: PostBill, *fields: str) -> str | None:
    """Return the place of the first of these that the customer lacks."""
    lacking = (field for field in fields if not getattr(command.customer, field, None))
    return next((f"customer.{field}" for field in lacking), None)
