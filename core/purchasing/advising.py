"""What stands beside a line while goods are entered: what a piece costs, what it brings, what it cost before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.inventory.turnover import ready_units, turnover
from core.kernel.dates import Expiry
from core.kernel.money import BASIS_POINTS, Money, Percent, Rate
from core.kernel.rounding import divide_half_away
from core.parties.queries import resolved
from core.purchasing.model import GoodsReceipt, GoodsReceiptLine, GoodsReceiptReversal
from core.storage.prepared import Prepared

#: So many purchases are shown.
LAST: Final = 5
#: A rate that moved by more than so many basis points since the last purchase is said to drift.
DRIFT_BP: Final = 1_000
#: Sales of so many days tell how fast an item sells.
_DAYS: Final = 90
_MONTH: Final = 30
_IDS: Any = bindparam("ids", expanding=True)
_PURCHASES = (
    select(
        GoodsReceiptLine.item_id,
        GoodsReceipt.on_date,
        GoodsReceipt.supplier_id,
        GoodsReceipt.supplier_name,
        GoodsReceiptLine.rate_parts,
        GoodsReceiptLine.billed_units,
        GoodsReceiptLine.free_units,
        GoodsReceiptLine.mrp_paise,
        GoodsReceiptLine.pieces_per_pack,
        func.row_number()
        .over(
            partition_by=(GoodsReceiptLine.item_id, GoodsReceipt.supplier_id),
            order_by=(GoodsReceipt.on_date.desc(), GoodsReceipt.at.desc(), GoodsReceiptLine.line.desc()),
        )
        .label("of_supplier"),
        func.row_number()
        .over(
            partition_by=GoodsReceiptLine.item_id,
            order_by=(GoodsReceipt.on_date.desc(), GoodsReceipt.at.desc(), GoodsReceiptLine.line.desc()),
        )
        .label("place"),
    )
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(
        GoodsReceiptLine.item_id.in_(_IDS),
        GoodsReceiptLine.rate_parts.is_not(None),
        ~exists(select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceipt.id).correlate(GoodsReceipt)),
    )
    .subquery()
)
_TOLD = Prepared(
    select(_PURCHASES)
    .where((_PURCHASES.c.place <= LAST) | (_PURCHASES.c.of_supplier == 1))
    .order_by(_PURCHASES.c.item_id, _PURCHASES.c.place)
)


class Purchase(NamedTuple):
    """A purchase of an item: ``rate`` of a sale pack after discounts without GST, ``mrp`` of one; smallest units."""

    on_date: date
    supplier_id: UUID
    supplier_name: str
    rate: Rate
    billed_units: int
    free_units: int
    mrp: Money

    @property
    def landed(self) -> Rate:
        """What a sale pack cost with the free ones spread over all."""
        return Rate(divide_half_away(self.rate.parts * self.billed_units, self.billed_units + self.free_units))


class ItemPast(NamedTuple):
    """What is known of an item before a line is entered.

    ``last`` are the last purchases, the newest first; ``others`` the last of each supplier, the cheapest first.
    ``stock_units`` may be sold today; ``sold_units`` were in the last 90 days, or since it first came in
    (``sold_days`` ago).
    """

    last: tuple[Purchase, ...]
    others: tuple[Purchase, ...]
    stock_units: int
    sold_units: int
    sold_days: int


@dataclass(frozen=True, slots=True)
class Entered:
    """A line as it is being entered: ``value`` is what its billed units cost after discounts, without GST.

    ``dead_gst`` is GST on it that is not recovered; ``gst`` the rate inside the MRP of a sale pack.
    """

    pieces: int
    billed_units: int
    free_units: int
    value: Money
    mrp: Money
    gst: Percent
    dead_gst: Percent
    expiry: Expiry | None


class LineAdvice(NamedTuple):
    """What a line comes to. Rates are without GST that is recovered.

    ``piece`` and ``pack`` are what a smallest unit and a sale pack cost, free goods spread over all; ``margin_bp`` is
    what is left of the MRP without GST, in basis points of it. ``drift_bp`` is how far the rate moved since the last
    purchase, None without one. ``months_tenths`` is in how many tenths of a month all of it sells; None for what did
    not sell. ``outlasts`` says that it sells longer than it lasts.
    """

    piece: Rate
    pack: Rate
    margin_bp: int | None
    drift_bp: int | None
    months_tenths: int | None
    outlasts: bool

    @property
    def drifts(self) -> bool:
        """Whether the rate moved far."""
        return self.drift_bp is not None and abs(self.drift_bp) > DRIFT_BP


def item_pasts(session: Session, item_ids: Sequence[UUID], today: date) -> dict[UUID, ItemPast]:
    """Return what is known of items; each has one, empty for what never came in."""
    told: dict[UUID, list[Any]] = {item_id: [] for item_id in item_ids}
    for row in _TOLD.rows(session, {"ids": list(told)}):
        told[row.item_id].append(row)
    kept = {row.supplier_id: resolved(session, row.supplier_id) for rows in told.values() for row in rows}
    ready = ready_units(session, told, today)
    sold = turnover(session, told, None, today - timedelta(days=_DAYS))
    found: dict[UUID, ItemPast] = {}
    for item_id, rows in told.items():
        of_item = sold.get(item_id)
        newest = {kept[row.supplier_id]: row for row in reversed(rows) if row.of_supplier == 1}
        found[item_id] = ItemPast(
            last=tuple(_purchase(row, kept) for row in rows if row.place <= LAST),
            others=tuple(sorted((_purchase(row, kept) for row in newest.values()), key=_by_landed)),
            stock_units=ready.get(item_id, 0),
            sold_units=of_item.in_all if of_item is not None else 0,
            sold_days=min(_DAYS, max(1, (today - of_item.first_on).days)) if of_item is not None else _DAYS,
        )
    return found


def advise(line: Entered, past: ItemPast, today: date) -> LineAdvice | None:
    """Return what a line comes to, None while nothing of it is entered."""
    units = line.billed_units + line.free_units
    if not units:
        return None
    cost = line.value.paise * (BASIS_POINTS + line.dead_gst.basis_points)
    piece = Rate(divide_half_away(cost * 100, BASIS_POINTS * units))
    pack = Rate(divide_half_away(cost * 100 * line.pieces, BASIS_POINTS * units))
    months = _months(past, past.stock_units + units)
    return LineAdvice(
        piece,
        pack,
        _margin(pack, line.mrp, line.gst),
        _drift(line, past),
        months,
        _outlasts(months, line.expiry, today),
    )


def _margin(pack: Rate, mrp: Money, gst: Percent) -> int | None:
    """Return what is left of a pack's price without GST, in basis points of it; None without an MRP."""
    if not mrp:
        return None
    # both in 1/10000 rupee, times 100 + the rate so that nothing is rounded before the end
    price = mrp.paise * 100 * BASIS_POINTS
    cost = pack.parts * (BASIS_POINTS + gst.basis_points)
    return divide_half_away((price - cost) * BASIS_POINTS, price)


def _drift(line: Entered, past: ItemPast) -> int | None:
    """Return how far the rate of the billed units is from that of the last purchase, in basis points of it."""
    if not past.last or not line.billed_units or not past.last[0].rate.parts:
        return None
    rate = divide_half_away(line.value.paise * 100 * line.pieces, line.billed_units)
    before = past.last[0].rate.parts
    return divide_half_away((rate - before) * BASIS_POINTS, before)


def _months(past: ItemPast, units: int) -> int | None:
    """Return in how many tenths of a month so many units sell as lately, None where nothing sold."""
    if past.sold_units <= 0:
        return None
    return divide_half_away(units * past.sold_days * 10, past.sold_units * _MONTH)


def _outlasts(months: int | None, expiry: Expiry | None, today: date) -> bool:
    if months is None or expiry is None:
        return False
    return months * _MONTH > (expiry.last_day - today).days * 10


def _purchase(row: Any, kept: dict[UUID, UUID]) -> Purchase:
    return Purchase(
        row.on_date,
        kept[row.supplier_id],
        row.supplier_name,
        Rate(row.rate_parts),
        row.billed_units,
        row.free_units,
        Money(row.mrp_paise),
    )


def _by_landed(purchase: Purchase) -> tuple[int, int]:
    return purchase.landed.parts, -purchase.on_date.toordinal()
