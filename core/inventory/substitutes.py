"""What may take an item's place: the same salts in the same strengths and form, from stock that may be sold."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import may
from core.boundary.frozen import Frozen, IsoDate, PercentText, RateText, Rupees
from core.catalog.drug_lists import rows
from core.catalog.forms import Form, read_form
from core.catalog.model import Item, ItemSalt, Salt
from core.catalog.queries import in_parts, item_of_code, taxes_on
from core.catalog.salts import salt_form
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.queries import default_location, lots_of_batches, sale_items
from core.kernel.actor import Actor
from core.kernel.dates import ExpiryPrecision
from core.kernel.gst import Registration, TaxType
from core.kernel.money import BASIS_POINTS, Money, Percent, Rate
from core.settings.queries import shop_view
from core.tax.domain import split_inclusive

_SCHEDULED = frozenset({"H", "H1", "X", "NDPS"})


class Caution(enum.StrEnum):
    """Why a substitute is for the prescriber to choose, or to look at closely; none is ever swapped silently."""

    #: No other preparation may be supplied in lieu, even of the same salt (Drugs Rules, 65(11A)).
    SCHEDULED = "scheduled"
    #: Nobody has looked up whether one of the two is scheduled.
    NOT_LOOKED_UP = "not_looked_up"
    #: A small change of the dose matters.
    NARROW_THERAPEUTIC = "narrow_therapeutic"
    #: One names the base and the other a salt of it, or another salt.
    SALT_DIFFERS = "salt_differs"
    #: The form of one of the two is not known.
    FORM_UNCLEAR = "form_unclear"


class Substitute(Frozen):
    """An item of the same salts and strengths with stock that may be sold; MRP and expiry are of its first batch.

    ``cost_per_piece`` and ``margin`` (of the price without GST that is handed on) are None for who may not see cost.
    """

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    rack: str | None
    schedules: tuple[str, ...] | None
    stock_units: int
    expiry: IsoDate | None
    expiry_precision: ExpiryPrecision | None
    mrp: Rupees
    mrp_per_piece: RateText
    cost_per_piece: RateText | None
    margin: PercentText | None
    cautions: tuple[Caution, ...]


class Substitutes(Frozen):
    """What may take an item's place, the cheapest piece first; not ``is_known`` where its salts are not all known."""

    item: str
    name: str
    salts: str | None
    is_known: bool
    found: tuple[Substitute, ...]


def substitutes(session: Session, code: str, today: date, actor: Actor) -> Substitutes:
    """Return what may take the place of the item with a code.

    Items in another form, or released another way, are left out. Raises RuleBroken ``sales.no_such_item``.
    """
    asked = item_of_code(session, code)
    found: list[Substitute] = []
    if asked.composition_key is not None:
        others = {row.id: row for row in session.execute(same_composition(asked.composition_key)) if row.id != asked.id}
        found = list(_compare(session, asked, others, today, sees_cost=may(session, actor, Permission.SEE_COST)))
    return Substitutes(
        item=asked.code,
        name=asked.name,
        salts=asked.salts,
        is_known=asked.composition_key is not None,
        found=tuple(sorted(found, key=lambda one: (one.mrp_per_piece.parts, one.name))),
    )


def same_composition(key: str) -> Select[UUID, str | None, str, str, int]:
    """Return the statement for active items of a composition; apart so that a test can look at its plan."""
    return select(Item.id, Item.form, Item.pack_label, Item.name, Item.pieces_per_pack).where(
        Item.composition_key == key, Item.is_active
    )


def _compare(
    session: Session, asked: Item, others: dict[UUID, Any], today: date, *, sees_cost: bool
) -> list[Substitute]:
    form = read_form(asked.form, asked.pack_label, asked.name)
    cautions: dict[UUID, list[Caution]] = {}
    for item_id, row in others.items():
        other = read_form(row.form, row.pack_label, row.name)
        if form is None or other is None:
            cautions[item_id] = [Caution.FORM_UNCLEAR]
        elif _same(form, other):
            cautions[item_id] = []
    taxed = taxes_on(session, list(cautions), today) if cautions else {}
    names = _salt_names(session, [asked.id, *cautions])
    is_narrow = bool(_narrow() & {key for key, _ in names[asked.id]})
    known = {item.item_id: item for item in sale_items(session, [*taxed], today)} if taxed else {}
    own = sale_items(session, [asked.id], today) if taxes_on(session, [asked.id], today) else []
    own_schedules = own[0].schedules if own else None
    result: list[Substitute] = []
    for item_id, item in known.items():
        ready = [batch for batch in item.batches if batch.may_be_sold(today)]
        if not ready:
            continue
        noted = set(cautions[item_id])
        for schedules in (own_schedules, item.schedules):
            if schedules is None:
                noted.add(Caution.NOT_LOOKED_UP)
            elif _SCHEDULED.intersection(schedules):
                noted.add(Caution.SCHEDULED)
        if is_narrow:
            noted.add(Caution.NARROW_THERAPEUTIC)
        if names[item_id] != names[asked.id]:
            noted.add(Caution.SALT_DIFFERS)
        result.append(_substitute(session, item, ready, tuple(one for one in Caution if one in noted), sees_cost))
    return result


def _same(one: Form, other: Form) -> bool:
    return (one.word, one.release) == (other.word, other.release)


def _salt_names(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Return each item's salts as (key, which salt of it the text says), in one order."""
    found: dict[UUID, list[tuple[str, str]]] = {item_id: [] for item_id in item_ids}
    for part in in_parts(item_ids):
        for item_id, key, text in session.execute(
            select(ItemSalt.item_id, Salt.key, ItemSalt.text)
            .join(Salt, Salt.id == ItemSalt.salt_id)
            .where(ItemSalt.item_id.in_(part), ItemSalt.is_listed)
        ):
            found[item_id].append((key, salt_form(text)))
    return {item_id: sorted(names) for item_id, names in found.items()}


def _narrow() -> set[str]:
    return {row["salt"] for row in rows("drugs", "narrow_therapeutic")}


def _substitute(
    session: Session, item: SaleItem, ready: Sequence[BatchStock], cautions: tuple[Caution, ...], sees_cost: bool
) -> Substitute:
    first = ready[0]
    cost = _cost(session, item, first) if sees_cost else None
    return Substitute(
        item_id=item.item_id,
        code=item.code,
        name=item.name,
        manufacturer=item.manufacturer,
        pack_label=item.pack_label,
        pieces_per_pack=item.pieces_per_pack,
        rack=item.rack,
        schedules=item.schedules,
        stock_units=sum(batch.units for batch in ready),
        expiry=first.expiry,
        expiry_precision=first.expiry_precision,
        mrp=first.mrp,
        mrp_per_piece=Rate.each(first.mrp, item.pieces_per_pack),
        cost_per_piece=cost,
        margin=None if cost is None else _margin(session, item, first, cost),
        cautions=cautions,
    )


def _cost(session: Session, item: SaleItem, batch: BatchStock) -> Rate | None:
    """Return what a piece of the batch cost, of the lot that is sold first."""
    lots = lots_of_batches(session, [item.item_id], [batch.batch_id], default_location(session))[batch.batch_id]
    return Rate.each(Money(lots[0].cost_paise), lots[0].units) if lots else None


def _margin(session: Session, item: SaleItem, batch: BatchStock, cost: Rate) -> Percent | None:
    """Return what is left of a pack's price, as a share of it; GST that is handed on is no price of the shop's.

    None for a price below cost, which no percentage of this kind says.
    """
    collects = shop_view(session).registration is Registration.REGULAR
    price = split_inclusive(batch.mrp, item.treatment, item.gst, TaxType.INTRA).taxable if collects else batch.mrp
    left = price - cost.times(item.pieces_per_pack)
    if left.paise < 0 or not price:
        return None
    return Percent(left.paise * BASIS_POINTS // price.paise)
