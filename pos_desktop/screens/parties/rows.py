"""What the parties screen shows: rows of its lists, and what a card says of one party. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from core.kernel.dates import show_date
from core.kernel.gst import STATES
from core.kernel.money import ZERO, Percent
from core.parties.codes import SupplierCode
from core.parties.dto import (
    CustomerDetails,
    Details,
    DrugLicence,
    Location,
    PartyKind,
    PartyView,
    PatientDetails,
    PriceTerms,
    SupplierDetails,
)
from core.parties.queries import PartyHit
from core.purchasing.standing import SupplierStanding
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone

#: Days before its last one from which a drug licence is warned of: a renewal takes weeks.
_WARNED_DAYS = 60
_NOT_KNOWN = "–"
#: How a supplier with a GSTIN pays GST.
SCHEMES = {None: tr("regular taxpayer"), "composition": tr("composition, charges none")}

#: Each kind as its list is called.
LISTS: Mapping[PartyKind, str] = MappingProxyType(
    {
        PartyKind.CUSTOMER: tr("Customers"),
        PartyKind.SUPPLIER: tr("Suppliers"),
        PartyKind.PATIENT: tr("Patients"),
        PartyKind.PRESCRIBER: tr("Prescribers"),
    }
)
#: The key that shows each list.
KIND_KEYS: Mapping[PartyKind, str] = MappingProxyType(
    {
        PartyKind.CUSTOMER: "F5",
        PartyKind.SUPPLIER: "F6",
        PartyKind.PATIENT: "F7",
        PartyKind.PRESCRIBER: "F8",
    }
)
#: What an empty list says.
EMPTY: Mapping[PartyKind, str] = MappingProxyType(
    {
        PartyKind.CUSTOMER: tr("Nobody yet who buys under a name: F2 adds a customer."),
        PartyKind.SUPPLIER: tr("Nobody yet whom the shop buys from: F2 adds a supplier."),
        PartyKind.PATIENT: tr("No patient yet: F2 adds one."),
        PartyKind.PRESCRIBER: tr("No prescriber yet: F2 adds one."),
    }
)
TERMS: Mapping[PriceTerms, str] = MappingProxyType(
    {
        PriceTerms.MRP: tr("MRP"),
        PriceTerms.MRP_LESS: tr("MRP less a percent"),
        PriceTerms.PTR: tr("Price to retailers"),
    }
)


class PartyRow(NamedTuple):
    """A party of the list; ``number`` is its GSTIN or registration. ``key`` is its id as text."""

    key: str
    name: str
    phone: str
    number: str
    is_active: bool


class CodeRow(NamedTuple):
    """A supplier's code of an item; ``factor`` of our packs make one of its units."""

    code: str
    item: str
    item_name: str
    name: str
    factor: str


class Fact(NamedTuple):
    """A label and what is known under it; one that ``is_wide`` takes a row and as many lines as it needs."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN
    is_wide: bool = False


class Section(NamedTuple):
    """Facts that belong together."""

    title: str
    facts: Sequence[Fact]


class PartyCard(NamedTuple):
    """All that is known of a party."""

    key: str
    name: str
    badges: Sequence[Badge]
    sections: Sequence[Section]
    is_active: bool


def party_row(hit: PartyHit) -> PartyRow:
    """Return a party's row."""
    return PartyRow(str(hit.party_id), hit.name, hit.phone or "", hit.number or "", hit.is_active)


def code_row(code: SupplierCode) -> CodeRow:
    """Return a code's row."""
    return CodeRow(code.code, code.item, code.item_name, code.name or "", str(code.factor))


def party_card(
    view: PartyView,
    codes: Sequence[SupplierCode],
    buyer: str,
    today: date,
    standing: SupplierStanding | None = None,
) -> PartyCard:
    """Return the card of a party; ``buyer`` is the name of a patient's customer, ``standing`` how the shop stands with
    a supplier, None where whoever looks sees no purchases."""
    details = view.details
    badges = [] if view.is_active else [Badge(tr("ENDED"), Tone.MUTED)]
    sections = [Section("", _identity(details, buyer))]
    if isinstance(details, CustomerDetails):
        sections.append(Section(tr("Terms"), _terms(details)))
        sections += [_place(number, place) for number, place in enumerate(details.locations, start=1)]
    elif isinstance(details, SupplierDetails):
        if standing is not None:
            sections.append(Section(tr("Purchases"), _standing(standing)))
            if standing.differences:
                badges.append(Badge(tr("DIFFERENCES OPEN"), Tone.WARNING))
        sections.append(Section(tr("Terms"), _supply(details)))
        licences = [_licence(licence, today) for licence in details.licences]
        if any(fact.tone is Tone.DANGER for fact in licences):
            badges.append(Badge(tr("LICENCE EXPIRED"), Tone.DANGER))
        elif any(fact.tone is Tone.WARNING for fact in licences):
            badges.append(Badge(tr("LICENCE EXPIRES SOON"), Tone.WARNING))
        sections.append(
            Section(tr("Drug licences"), licences or [Fact(tr("Drug licence"), tr("not known"), Tone.WARNING)])
        )
        if codes:
            sections.append(Section(tr("Codes of items (F9)"), [_code(code) for code in codes[:_SHOWN_CODES]]))
    return PartyCard(str(view.party_id), details.name, tuple(badges), tuple(sections), view.is_active)


#: Codes that a card shows; F9 shows all.
_SHOWN_CODES = 6


def _identity(details: Details, buyer: str) -> list[Fact]:
    facts = [Fact(tr("Telephone"), details.phone or _NOT_KNOWN)]
    if isinstance(details, CustomerDetails | SupplierDetails):
        facts.append(Fact(tr("Other telephone"), details.other_phone or _NOT_KNOWN))
        facts += [Fact("GSTIN", details.gstin or _NOT_KNOWN), Fact("PAN", details.pan or _NOT_KNOWN)]
        if isinstance(details, SupplierDetails):
            facts += [Fact(tr("State"), _state(details.state)), Fact(tr("PIN code"), details.pincode or _NOT_KNOWN)]
            facts.append(Fact(tr("Address"), details.address or _NOT_KNOWN, is_wide=True))
        return facts
    if isinstance(details, PatientDetails):
        facts.append(Fact(tr("Year of birth"), str(details.birth_year or _NOT_KNOWN)))
        facts.append(Fact(tr("Sex"), tr(details.sex.capitalize()) if details.sex else _NOT_KNOWN))
        facts.append(Fact(tr("Customer who pays"), buyer or _NOT_KNOWN))
    else:
        facts.append(Fact(tr("Registration"), details.registration or _NOT_KNOWN))
        facts.append(Fact(tr("Qualification"), details.qualification or _NOT_KNOWN))
    return [*facts, Fact(tr("Address"), details.address or _NOT_KNOWN, is_wide=True)]


def _terms(customer: CustomerDetails) -> list[Fact]:
    prices = TERMS[customer.price_terms]
    if customer.price_less is not None:
        prices = tr("MRP less {percent} %", percent=customer.price_less)
    limit = tr("No credit") if customer.credit_limit is None else customer.credit_limit.grouped()
    return [
        Fact(tr("Credit limit"), limit),
        Fact(tr("Credit days"), _days(customer.credit_days)),
        Fact(tr("Prices"), prices),
        Fact(tr("Discount"), _percent(customer.discount)),
    ]


def _standing(standing: SupplierStanding) -> list[Fact]:
    owed = tr("{amount} to get", amount=(-standing.owed).grouped()) if standing.owed < ZERO else standing.owed.grouped()
    last = standing.last_bill
    bill = f"{last.number}, {show_date(last.billed_on)}, {last.total.grouped()}" if last is not None else _NOT_KNOWN
    facts = [
        Fact(tr("Owed"), owed),
        Fact(tr("Bought this year, without GST"), standing.bought.grouped()),
        Fact(tr("Last bill"), bill, is_wide=True),
    ]
    if standing.orders:
        facts.append(Fact(tr("Awaited orders"), ", ".join(standing.orders), is_wide=True))
    if standing.receipts:
        facts.append(Fact(tr("Bills to come for"), ", ".join(standing.receipts), Tone.WARNING, is_wide=True))
    if standing.differences:
        words = tr("{count}, {amount} too much", count=standing.differences, amount=standing.difference.grouped())
        facts.append(Fact(tr("Differences (Alt+P, Ctrl+4)"), words, Tone.WARNING, is_wide=True))
    return facts


def _supply(supplier: SupplierDetails) -> list[Fact]:
    return [
        Fact(tr("Days to pay"), _days(supplier.payment_days)),
        Fact(tr("Takes back, days before expiry"), _days(supplier.return_before_days)),
        Fact(tr("Takes back, days after expiry"), _days(supplier.return_after_days)),
        Fact(tr("Pays GST as"), SCHEMES[supplier.gst_scheme] if supplier.gstin else _NOT_KNOWN),
    ]


def _place(number: int, place: Location) -> Section:
    facts = [
        Fact(tr("Address"), place.address or _NOT_KNOWN, is_wide=True),
        Fact(tr("State"), _state(place.state)),
        Fact(tr("PIN code"), place.pincode or _NOT_KNOWN),
        Fact("GSTIN", place.gstin or _NOT_KNOWN),
        Fact(tr("Drug licence"), place.drug_licence or _NOT_KNOWN),
        Fact(tr("Contact"), place.contact or _NOT_KNOWN),
    ]
    return Section(tr("Place {number}", number=number), facts)


def _licence(licence: DrugLicence, today: date) -> Fact:
    until = licence.valid_until
    if until is None:
        return Fact(licence.number, tr("last day not known"), Tone.WARNING)
    left = (until - today).days
    if left < 0:
        return Fact(licence.number, tr("EXPIRED on {day}", day=show_date(until)), Tone.DANGER)
    if left <= _WARNED_DAYS:
        return Fact(licence.number, tr("until {day}: {left} days left", day=show_date(until), left=left), Tone.WARNING)
    return Fact(licence.number, tr("until {day}", day=show_date(until)))


def _code(code: SupplierCode) -> Fact:
    return Fact(code.code, tr("{factor} x {item}", factor=code.factor, item=code.item))


def _state(code: str | None) -> str:
    return _NOT_KNOWN if code is None else f"{code} {STATES[code]}"


def _days(days: int | None) -> str:
    return _NOT_KNOWN if days is None else str(days)


def _percent(value: Percent | None) -> str:
    return _NOT_KNOWN if value is None else f"{value} %"
