"""What a shop's first screen shows: today as it goes, the trend, what sells, what stands, what is owed.

It is read in parts, the quick ones first. A day's bills are added up from the bills, the trend from what the ledger's
accounts moved by: both say what the report of sales by day says. What is worked out from cost is None for whoever may
not see it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission, Scope
from core.auth.rights import may, require_to_read
from core.kernel.actor import Actor
from core.kernel.days import Days
from core.kernel.money import Money
from core.reporting import dashboard_dues as dues_reads
from core.reporting import dashboard_sales as sales_reads
from core.reporting import dashboard_stock as stock_reads
from core.reporting.columns import Quantity
from core.reporting.report import STOCK_NEEDS
from core.sales.dto import TenderMode

#: Over so many days, today among them, the trend goes and the best sellers are looked for.
TREND_DAYS, TREND_MONTHS, SELLER_DAYS = 30, 12, 30
#: Stock that was not sold for so long is slow.
SLOW_DAYS = 60
#: So many items are named.
MOST_ITEMS = 10
#: UPI payments of older bills that nobody confirmed are left to the list of bills.
WAITING_DAYS = 30
#: The bands of what expires end so many days from today.
EXPIRES_WITHIN = (30, 60, 90)
_HOURS = 24
_ALL = Need(Permission.VIEW_REPORTS)
_OWN_DAY = Need(Permission.VIEW_REPORTS, within=Scope.OWN_DAY)


class Part(enum.StrEnum):
    """What is read by one call, in the order in which it should be: quick and wanted first."""

    TODAY = "today"
    TREND = "trend"
    STOCK = "stock"
    SELLERS = "sellers"
    DUES = "dues"


@dataclass(frozen=True, slots=True)
class DaySales:
    """What was billed on a day less what was cancelled on it; ``hours`` are of the bills, in India, from midnight."""

    day: date
    bills: int
    cancelled: int
    net: Money
    hours: tuple[Money, ...]

    @property
    def average(self) -> Money | None:
        """What a bill comes to, cancelled ones counted neither way; None where none stands."""
        standing = self.bills - self.cancelled
        return Money(self.net.paise // standing) if standing > 0 else None

    def until(self, hour: int) -> Money:
        """Return what was sold before an hour."""
        return Money.total(self.hours[:hour])


@dataclass(frozen=True, slots=True)
class Today:
    """The day as it goes. ``own`` names the user whose own bills alone are counted; they see no other day.

    ``ways`` are what came in by each way of paying, as the ledger has it; they add up to the net sales.
    """

    today: DaySales
    yesterday: DaySales | None
    week_ago: DaySales | None
    ways: tuple[tuple[TenderMode, Money], ...]
    own: str | None = None


class TrendPoint(NamedTuple):
    """A day or a month by its first day."""

    first: date
    net: Money
    margin: Money | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Sales by day and by month, the present ones last and not over yet."""

    days: tuple[TrendPoint, ...]
    months: tuple[TrendPoint, ...]


class Seller(NamedTuple):
    """An item that sells; ``amount`` is what its lines come to, GST included."""

    code: str
    name: str
    pack: str
    sold: Quantity
    amount: Money


@dataclass(frozen=True, slots=True)
class Sellers:
    """The items that brought most on some days, the first first."""

    days: Days
    items: tuple[Seller, ...]


class ExpiryBand(NamedTuple):
    """Stock that expires from a day on, and through another; None is no end."""

    first: date | None
    last: date
    batches: int
    cost: Money | None
    mrp: Money


class SlowItem(NamedTuple):
    """An item that stands and was not sold for long; ``last_sold`` is None where it never was."""

    code: str
    name: str
    pack: str
    stock: Quantity
    cost: Money | None
    mrp: Money
    last_sold: date | None


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands. The first of the bands is what has expired.

    ``slow`` leaves out what only came in since: nobody can say of it yet that it does not sell.
    """

    cost: Money | None
    mrp: Money
    items: int
    bands: tuple[ExpiryBand, ...]
    slow: tuple[SlowItem, ...]


@dataclass(frozen=True, slots=True)
class Dues:
    """What customers owe, bill by bill, and what stands to their credit; UPI payments that nobody has confirmed."""

    owed: Money
    overdue: Money
    credit: Money
    waiting: int
    waiting_amount: Money


Figures = Today | Trend | Stock | Sellers | Dues


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The parts that somebody may see, each None where they may not or where it is not read yet."""

    today: Today | None = None
    trend: Trend | None = None
    stock: Stock | None = None
    sellers: Sellers | None = None
    dues: Dues | None = None

    def part(self, part: Part) -> Figures | None:
        """Return a part."""
        found: Figures | None = getattr(self, part.value)
        return found

    def having(self, part: Part, figures: Figures | None) -> Dashboard:
        """Return the same with one part read anew."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return Dashboard(**{**kept, part.value: figures})


def parts_for(session: Session, actor: Actor) -> tuple[Part, ...]:
    """Return the parts that somebody may see, in the order in which to read them; none for who sees no report."""
    if may(session, actor, _ALL):
        return tuple(Part)
    if any(may(session, actor, need) for need in STOCK_NEEDS):
        return (Part.STOCK,)
    return (Part.TODAY,) if may(session, actor, _OWN_DAY) else ()


def read_dashboard(session: Session, actor: Actor, today: date) -> Dashboard:
    """Return every part that the actor may see. Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``."""
    parts = parts_for(session, actor)
    if not parts:
        require_to_read(session, actor, _ALL)
    dashboard = Dashboard()
    for part in parts:
        dashboard = dashboard.having(part, read_part(session, actor, part, today))
    return dashboard


def read_part(session: Session, actor: Actor, part: Part, today: date) -> Figures:
    """Return one part as of today. Raises RuleBroken ``auth.not_allowed``, ``auth.out_of_scope``, ``auth.not_active``
    for a part that is not for the actor."""
    if part not in parts_for(session, actor):
        require_to_read(session, actor, _ALL)
    sees_cost = may(session, actor, Permission.SEE_COST)
    match part:
        case Part.TODAY:
            return _today(session, today, None if may(session, actor, _ALL) else actor.username)
        case Part.TREND:
            return _trend(session, today, sees_cost=sees_cost)
        case Part.STOCK:
            return _stock(session, today, sees_cost=sees_cost)
        case Part.SELLERS:
            return _sellers(session, today)
        case Part.DUES:
            return _dues(session, today)


# --- inside ------------------------------------------------------------------------------------------------------


def _today(session: Session, today: date, own: str | None) -> Today:
    days = [today] if own is not None else [today, today - timedelta(days=1), today - timedelta(days=7)]
    hours = sales_reads.hours(session, days, own)
    found = [_day(day, hours.get(day, {})) for day in days]
    paid = sales_reads.ways(session, today, own)
    return Today(
        today=found[0],
        yesterday=found[1] if own is None else None,
        week_ago=found[2] if own is None else None,
        ways=tuple((mode, Money(paid[mode])) for mode in TenderMode if paid.get(mode)),
        own=own,
    )


def _day(day: date, hours: Mapping[int, sales_reads.HourSums]) -> DaySales:
    return DaySales(
        day=day,
        bills=sum(sums.bills for sums in hours.values()),
        cancelled=sum(sums.cancelled for sums in hours.values()),
        net=Money(sum(sums.paise for sums in hours.values())),
        hours=tuple(Money(hours[hour].paise if hour in hours else 0) for hour in range(_HOURS)),
    )


def _trend(session: Session, today: date, *, sees_cost: bool) -> Trend:
    months = [_months_before(today, count) for count in reversed(range(TREND_MONTHS))]
    begin = today - timedelta(days=TREND_DAYS - 1)
    days = sales_reads.ledger_days(session, min(months[0], begin), today)
    by_month: dict[date, list[sales_reads.DaySums]] = {}
    for day, sums in days.items():
        by_month.setdefault(day.replace(day=1), []).append(sums)

    def point(first: date, parts: Sequence[sales_reads.DaySums]) -> TrendPoint:
        margin = Money(sum(part.taxable - part.cost for part in parts)) if sees_cost else None
        return TrendPoint(first, Money(sum(part.total for part in parts)), margin)

    each_day = [begin + timedelta(days=count) for count in range(TREND_DAYS)]
    return Trend(
        days=tuple(point(day, [days[day]] if day in days else []) for day in each_day),
        months=tuple(point(month, by_month.get(month, [])) for month in months),
    )


def _months_before(day: date, count: int) -> date:
    """Return the first day of the month so many months ago."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, 1)


def _sellers(session: Session, today: date) -> Sellers:
    days = Days(today - timedelta(days=SELLER_DAYS - 1), today)
    sold = sorted(sales_reads.sold_items(session, days), key=lambda item: -item.paise)
    # those that brought as much as the last one that is named are put in order by their names
    least = sold[MOST_ITEMS - 1].paise if len(sold) >= MOST_ITEMS else 1
    leading = [item for item in sold if item.paise >= max(least, 1)]
    named = sales_reads.named_items(session, [item.item_id for item in leading])
    leading.sort(key=lambda item: (-item.paise, named[item.item_id].name.casefold()))
    return Sellers(
        days,
        tuple(
            Seller(*named[item.item_id][:3], Quantity(item.units, named[item.item_id].pieces), Money(item.paise))
            for item in leading[:MOST_ITEMS]
        ),
    )


def _stock(session: Session, today: date, *, sees_cost: bool) -> Stock:
    ends = [today - timedelta(days=1), *(today + timedelta(days=days) for days in EXPIRES_WITHIN)]
    standing = stock_reads.standing_batches(session, today, ends)
    bands = []
    for number, last in enumerate(ends):
        inside = [batch for batch in standing if batch.band == number]
        bands.append(
            ExpiryBand(
                first=ends[number - 1] + timedelta(days=1) if number else None,
                last=last,
                batches=len({batch.batch_key for batch in inside}),
                cost=_cost(sum(batch.cost for batch in inside), sees_cost=sees_cost),
                mrp=Money(sum(batch.mrp for batch in inside)),
            )
        )
    return Stock(
        cost=_cost(sum(batch.cost for batch in standing), sees_cost=sees_cost),
        mrp=Money(sum(batch.mrp for batch in standing)),
        items=len({batch.item_key for batch in standing}),
        bands=tuple(bands),
        slow=_slow(session, today, standing, sees_cost=sees_cost),
    )


def _slow(
    session: Session, today: date, standing: Sequence[stock_reads.StandingBatch], *, sees_cost: bool
) -> tuple[SlowItem, ...]:
    since = today - timedelta(days=SLOW_DAYS)
    items = stock_reads.items_since_before(standing, since)
    # who may not see cost is not shown the order of it either
    order = sorted(items, key=lambda item: (-(item.cost if sees_cost else item.mrp), item.item_id))
    slow = stock_reads.first_unsold(session, order, since, MOST_ITEMS)
    named = sales_reads.named_items(session, [item.item_id for item in slow])
    sold = stock_reads.last_sold(session, [item.item_id for item in slow])
    return tuple(
        SlowItem(
            *named[item.item_id][:3],
            Quantity(item.units, named[item.item_id].pieces),
            _cost(item.cost, sees_cost=sees_cost),
            Money(item.mrp),
            sold[item.item_id],
        )
        for item in slow
    )


def _cost(paise: int, *, sees_cost: bool) -> Money | None:
    return Money(paise) if sees_cost else None


def _dues(session: Session, today: date) -> Dues:
    owed, overdue, credit = dues_reads.owed(session, today)
    waiting = dues_reads.waiting(session, today - timedelta(days=WAITING_DAYS))
    return Dues(Money(owed), Money(overdue), Money(credit), waiting.payments, Money(waiting.paise))
