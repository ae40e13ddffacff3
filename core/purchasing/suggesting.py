"""What a shop should order: what stands below its minimum, what customers wait for, what was sold since a day.

All of it less what stands and what is on order, rounded up to whole units of the supplier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import may
from core.catalog.dto import ItemKind
from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.inventory.turnover import Turnover, billed_units, ready_units, turnover
from core.kernel.actor import Actor
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.rounding import divide_half_away
from core.parties.dto import PartyKind
from core.parties.queries import party_row, resolved
from core.purchasing.bought_before import Bought, KnownSupplier, known_suppliers, last_bought, offered_by
from core.purchasing.order_dto import Origin, Suggestion
from core.purchasing.order_queries import open_units, require_to_read_orders
from core.purchasing.supplier_units import A_PACK, BySupplier, SupplierUnit, bought_packs, smallest, units_of
from core.storage.prepared import Prepared
from core.wants.queries import wanted_units

#: What sold in so many days says how fast an item sells; of one that came in lately fewer, and these at least.
PACE_DAYS: Final = 90
LEAST_PACE_DAYS: Final = 7
#: An item without a maximum is ordered up to its minimum and what sells in so many days.
COVER_DAYS: Final = 15
_MONTH: Final = 30
#: A supplier without a name comes last.
_LAST: Final = "\U0010ffff"

_IDS: Any = bindparam("ids", expanding=True)
_IS_BOUGHT = Item.is_active & (Item.kind != ItemKind.SERVICE)
# the literal is the very condition of the index: few items have a minimum
_WITH_MINIMUM = Prepared(select(Item.id).where(Item.min_stock_units > literal_column("0")))
_ITEMS = Prepared(
    select(
        Item.id,
        Item.code,
        Item.name,
        Item.name_key,
        Item.manufacturer,
        Item.pack_label,
        Item.pieces_per_pack,
        Item.pack_levels,
        Item.purchase_level,
        Item.min_stock_units,
        Item.max_stock_units,
    ).where(Item.id.in_(_IDS), _IS_BOUGHT)
)


@dataclass(frozen=True, slots=True)
class Need:
    """What speaks for ordering an item, in smallest units. Below ``minimum`` it is ordered up to ``target``."""

    minimum: int = 0
    target: int = 0
    wanted: int = 0
    sold: int = 0
    stock: int = 0
    on_order: int = 0

    @property
    def left(self) -> int:
        """What there will be once those who wait have theirs; below nothing where it does not do for them."""
        return self.stock + self.on_order - self.wanted

    @property
    def is_below(self) -> bool:
        """Whether that is less than should always be there."""
        return self.minimum > 0 and self.left < self.minimum

    @property
    def missing(self) -> int:
        """How much is to be ordered: nothing more once so much of it is on order or stands."""
        goal = max(self.minimum, self.target) if self.is_below else 0
        return max(0, max(goal, self.sold) - self.left)

    @property
    def origin(self) -> Origin:
        """What speaks for it first."""
        if self.is_below:
            return Origin.REORDER
        return Origin.WANT if self.left < 0 else Origin.SALES


class _Source(NamedTuple):
    """From whom an item is ordered, and in which unit."""

    supplier_id: UUID | None
    unit: SupplierUnit


def suggest_order(
    session: Session, actor: Actor, supplier_id: UUID | None, today: date, since: date | None = None
) -> list[Suggestion]:
    """Return what should be ordered, by supplier and name: from one supplier, or from any (None).

    With ``since`` what was sold from that day on is ordered again, as far as it does not stand. Who may not see cost is
    not shown what goods cost last. Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``parties.unknown``,
    ``orders.supplier_ended``, ``orders.since_future``.
    """
    require_to_read_orders(session, actor)
    if since is not None and since > today:
        raise RuleBroken("orders.since_future", where="since", date=show_date(since))
    found = suggestions(session, supplier_id, today, since)
    if may(session, actor, Permission.SEE_COST):
        return found
    return [each.model_copy(update={"last_rate": None}) for each in found]


class SupplierNeed(NamedTuple):
    """From whom something should be ordered, and how many items."""

    name: str
    items: int


def suppliers_in_need(session: Session, actor: Actor, today: date) -> list[SupplierNeed]:
    """Return the suppliers from whom something should be ordered today, those with most items first.

    Items that nobody has supplied yet are of none. Raises what ``suggest_order`` does.
    """
    found = Counter(each.supplier_name for each in suggest_order(session, actor, None, today))
    del found[None]
    needs = [SupplierNeed(name, items) for name, items in found.items() if name is not None]
    return sorted(needs, key=lambda need: (-need.items, need.name.casefold()))


def suggestions(session: Session, supplier_id: UUID | None, today: date, since: date | None = None) -> list[Suggestion]:
    """Return what ``suggest_order`` does, whoever asks. Raises RuleBroken ``parties.unknown``,
    ``orders.supplier_ended``."""
    asked = None if supplier_id is None else _kept(session, supplier_id)
    wanted = wanted_units(session)
    billed = {} if since is None else billed_units(session, since)
    offered = None if asked is None else offered_by(session, asked)
    ids = {*_with_minimum(session), *wanted, *billed} if offered is None else offered.came | offered.coded
    items = {row.id: row for part in in_parts(ids) for row in _ITEMS.rows(session, {"ids": part})}
    at_most = _needs(session, items, wanted, billed, today)
    # what cannot be missing by all that was billed is asked no further: it is most of what sells
    possible = [item_id for item_id, need in at_most.items() if need.missing]
    bought = last_bought(session, possible)
    if offered is not None:
        last = {item_id for item_id, each in bought.items() if each.supplier_id == asked}
        possible = [item_id for item_id in possible if item_id in last or item_id in offered.coded]
    sold = turnover(session, possible, since, today - timedelta(days=PACE_DAYS))
    units = units_of(session, possible)
    suppliers = known_suppliers(session, _suppliers_among(asked, bought, units))
    found = []
    for item_id in possible:
        item, pace = items[item_id], _Pace.of(sold.get(item_id), today)
        need = _finally(at_most[item_id], item, sold.get(item_id), pace)
        if need.missing:
            before = bought.get(item_id)
            source = _source(asked, item, before, units.get(item_id, {}), suppliers)
            found.append((item, _suggestion(item, need, pace, source, before, suppliers)))
    return [each for _, each in sorted(found, key=_by_supplier)]


def _kept(session: Session, supplier_id: UUID) -> UUID:
    """Return the supplier that is asked for, the kept one of a merge. Raises RuleBroken ``orders.supplier_ended``."""
    row: Any = party_row(session, PartyKind.SUPPLIER, supplier_id)
    if not row.is_active:
        raise RuleBroken("orders.supplier_ended", where="supplier", supplier=row.name)
    kept: UUID = row.id
    return kept


def _with_minimum(session: Session) -> Iterator[UUID]:
    return (item_id for (item_id,) in _WITH_MINIMUM.rows(session))


def _needs(
    session: Session, items: Mapping[UUID, Any], wanted: Mapping[UUID, int], sold: Mapping[UUID, int], today: date
) -> dict[UUID, Need]:
    stock, on_order = ready_units(session, items, today), open_units(session)
    return {
        item_id: Need(
            minimum=item.min_stock_units or 0,
            target=item.max_stock_units or 0,
            wanted=wanted.get(item_id, 0),
            sold=sold.get(item_id, 0),
            stock=stock.get(item_id, 0),
            on_order=on_order.get(item_id, 0),
        )
        for item_id, item in items.items()
    }


@dataclass(frozen=True, slots=True)
class _Pace:
    """How fast an item sells: so many units in so many days."""

    units: int
    days: int

    @classmethod
    def of(cls, sold: Turnover | None, today: date) -> _Pace:
        """Return the pace of an item; one that came in lately is not taken for slow."""
        if sold is None:
            return cls(0, PACE_DAYS)
        return cls(sold.in_all, min(PACE_DAYS, max(LEAST_PACE_DAYS, (today - sold.first_on).days)))

    def sells_in(self, days: int) -> int:
        """Return how many units sell in so many days, rounded up."""
        return -(-self.units * days // self.days)

    def lasts_tenths(self, units: int) -> int | None:
        """Return for how many tenths of a month so many units last, None where nothing sells."""
        return divide_half_away(units * self.days * 10, self.units * _MONTH) if self.units else None


def _finally(need: Need, item: Any, sold: Turnover | None, pace: _Pace) -> Need:
    """Return a need with what was sold in truth, and with the target of an item that has no maximum."""
    target = need.target if item.max_stock_units is not None else need.minimum + pace.sells_in(COVER_DAYS)
    return replace(need, target=target, sold=0 if sold is None else sold.sold)


def _source(
    asked: UUID | None,
    item: Any,
    bought: Bought | None,
    units: BySupplier,
    suppliers: Mapping[UUID, KnownSupplier],
) -> _Source:
    chosen = asked or _chosen(bought, units, suppliers)
    if chosen is not None and chosen in units:
        return _Source(chosen, smallest(units[chosen]))
    packs = bought_packs(item.pack_levels, item.purchase_level, item.pieces_per_pack)
    return _Source(chosen, A_PACK if packs is None else SupplierUnit(None, packs))


def _chosen(bought: Bought | None, units: BySupplier, suppliers: Mapping[UUID, KnownSupplier]) -> UUID | None:
    """Return who sold an item last, else who has a code for it, the first by name; nobody who is dealt with no more."""
    if bought is not None and suppliers[bought.supplier_id].is_active:
        return bought.supplier_id
    with_code = [supplier_id for supplier_id in units if suppliers[supplier_id].is_active]
    return min(with_code, key=lambda supplier_id: (suppliers[supplier_id].name, supplier_id), default=None)


def _suppliers_among(
    asked: UUID | None, bought: Mapping[UUID, Bought], units: Mapping[UUID, BySupplier]
) -> Iterator[UUID]:
    if asked is not None:
        yield asked
    yield from (each.supplier_id for each in bought.values())
    yield from (supplier_id for by_supplier in units.values() for supplier_id in by_supplier)


def _suggestion(
    item: Any,
    need: Need,
    pace: _Pace,
    source: _Source,
    bought: Bought | None,
    suppliers: Mapping[UUID, KnownSupplier],
) -> Suggestion:
    each = source.unit.factor * item.pieces_per_pack
    units = -(-need.missing // each) * each
    return Suggestion(
        item_id=item.id,
        item_code=item.code,
        item_name=item.name,
        manufacturer=item.manufacturer,
        pack_label=item.pack_label,
        pieces_per_pack=item.pieces_per_pack,
        supplier_id=source.supplier_id,
        supplier_name=None if source.supplier_id is None else suppliers[source.supplier_id].name,
        supplier_code=source.unit.code,
        factor=source.unit.factor,
        units=units,
        origin=need.origin,
        stock_units=need.stock,
        on_order_units=need.on_order,
        minimum_units=item.min_stock_units,
        wanted_units=need.wanted,
        sold_units=need.sold,
        last_supplier_id=None if bought is None else bought.supplier_id,
        last_supplier_name=None if bought is None else suppliers[bought.supplier_id].name,
        last_rate=None if bought is None else bought.rate,
        lasts_tenths=pace.lasts_tenths(need.stock + need.on_order + units),
    )


def _by_supplier(found: tuple[Any, Suggestion]) -> tuple[str, str, UUID]:
    item, suggestion = found
    return ((suggestion.supplier_name or _LAST).casefold(), item.name_key, item.id)


def suggestion_by_hand(session: Session, actor: Actor, item_id: UUID, supplier_id: UUID, today: date) -> Suggestion:
    """Return one unit of an item that somebody wants to order, with what is known of it.

    Counted in the unit of the supplier's code, or as the item is bought. Who may not see cost is not shown what it cost
    last. Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``sales.no_such_item``.
    """
    require_to_read_orders(session, actor)
    row = next(iter(_ITEMS.rows(session, {"ids": [item_id]})), None)
    if row is None:
        raise RuleBroken("sales.no_such_item", where="item", item=str(item_id))
    kept = resolved(session, supplier_id)
    units = units_of(session, [item_id]).get(item_id, {}).get(kept, [])
    bought = last_bought(session, [item_id]).get(item_id)
    sold = turnover(session, [item_id], None, today - timedelta(days=PACE_DAYS)).get(item_id)
    factor = units[0].factor if units else bought_packs(row.pack_levels, row.purchase_level, row.pieces_per_pack) or 1
    stock = ready_units(session, [item_id], today).get(item_id, 0)
    on_order = open_units(session, [item_id]).get(item_id, 0)
    sees = bought is not None and may(session, actor, Permission.SEE_COST)
    names = known_suppliers(session, [bought.supplier_id]) if bought is not None else {}
    return Suggestion(
        item_id=item_id,
        item_code=row.code,
        item_name=row.name,
        manufacturer=row.manufacturer,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        supplier_id=kept,
        supplier_name=None,
        supplier_code=units[0].code if units else None,
        factor=factor,
        units=factor * row.pieces_per_pack,
        origin=Origin.HAND,
        stock_units=stock,
        on_order_units=on_order,
        minimum_units=row.min_stock_units,
        wanted_units=0,
        sold_units=sold.in_all if sold is not None else 0,
        last_supplier_id=bought.supplier_id if bought is not None else None,
        last_supplier_name=names[bought.supplier_id].name
        if bought is not None and bought.supplier_id in names
        else None,
        last_rate=bought.rate if sees and bought is not None else None,
        lasts_tenths=None,
    )
