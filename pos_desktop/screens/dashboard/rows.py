"""What the cards of the dashboard say: titles, figures, small tables and charts, as plain values. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from core.kernel.dates import show_date
from core.kernel.days import Days
from core.kernel.money import Money, group_indian
from core.kernel.quantity import show_quantity
from core.reporting.dashboard import Dashboard, Dues, ExpiryBand, Part, Sellers, Stock, Today, Trend, TrendPoint
from core.reporting.paid import mode_title
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.chart_data import ChartData, Series, Share, Shares

#: The hours that are always shown; others only where something was sold in them.
_OPENS, _SHUTS = 9, 21


class Backup(NamedTuple):
    """How old the newest backup is, in words, and whether somebody should look."""

    age: str
    tone: Tone = Tone.PLAIN


class Target(NamedTuple):
    """A report with what it is asked for."""

    report: str
    values: Mapping[str, str]


class TableRow(NamedTuple):
    """A row of a small table: the first cell gives way, the others are figures."""

    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN

    @property
    def reading(self) -> str:
        """The row as it is said."""
        return " ".join(filter(None, self.cells))


@dataclass(frozen=True, slots=True)
class Card:
    """A card. ``about`` stands beside its title, ``figure`` below it, which of one card ``is_large``.

    ``empty`` says what would be here, in place of all the rest. ``targets`` are the reports that it may lead to, the
    first one that there is.
    """

    name: str
    title: str
    about: str = ""
    figure: str = ""
    is_large: bool = False
    note: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    chart: ChartData | None = None
    is_line: bool = False
    shares: Shares | None = None
    empty: str = ""
    targets: tuple[Target, ...] = field(default=())

    @property
    def reading(self) -> str:
        """All of it but its chart, as it is said."""
        table = [f"{row.reading}" for row in self.rows]
        return ". ".join(filter(None, (self.title, self.about, self.figure, self.note, *table, self.empty)))


#: The cards of each part, in the order in which they are read and numbered.
CARDS: Mapping[Part, tuple[str, ...]] = MappingProxyType(
    {
        Part.TODAY: ("today", "hours", "ways"),
        Part.TREND: ("days", "months"),
        Part.DUES: ("dues",),
        Part.SELLERS: ("sellers",),
        Part.STOCK: ("slow", "stock", "expiring"),
    }
)


def card_names(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the cards that somebody sees who sees these parts, in their order."""
    return tuple(name for part, names in CARDS.items() if part in parts for name in names)


def cards_of(dashboard: Dashboard, parts: Sequence[Part], hour: int, backup: Backup | None) -> tuple[Card, ...]:
    """Return the cards; those whose part is not read yet say so. ``hour`` is that of now, in India."""
    made: dict[str, Card] = {}
    for part in parts:
        figures = dashboard.part(part)
        match figures:
            case None:
                made |= {name: Card(name, _title(name), empty=tr("Being read …")) for name in CARDS[part]}
            case Today():
                made |= {card.name: card for card in (_today(figures, hour), _hours(figures, hour), _ways(figures))}
            case Trend():
                made |= {card.name: card for card in (_days(figures), _months(figures))}
            case Sellers():
                made["sellers"] = _sellers(figures)
            case Stock():
                made |= {card.name: card for card in (_slow(figures), _stock(figures), _expiring(figures))}
            case Dues():
                made["dues"] = _dues(figures, backup)
    return tuple(made[name] for name in card_names(parts))


def _title(name: str) -> str:
    titles: Mapping[str, Callable[[], str]] = {
        "today": lambda: tr("Sales today"),
        "hours": lambda: tr("By hour"),
        "ways": lambda: tr("Paid by"),
        "days": lambda: tr("Last 30 days"),
        "months": lambda: tr("Last 12 months"),
        "dues": lambda: tr("To look after"),
        "sellers": lambda: tr("Best sellers"),
        "slow": lambda: tr("Slow stock"),
        "stock": lambda: tr("Stock"),
        "expiring": lambda: tr("Expiring"),
    }
    return titles[name]()


# --- today -------------------------------------------------------------------------------------------------------


def _today(figures: Today, hour: int) -> Card:
    day = figures.today
    own = tr("your own bills") if figures.own else ""
    card = Card(
        "today",
        _title("today"),
        about=own,
        targets=(Target("bills", _said(day.day, day.day)), Target("sales-by-hour", _said(day.day, day.day))),
    )
    beside = [each for each in (figures.yesterday, figures.week_ago) if each is not None]
    if not day.bills and not day.cancelled and not any(each.bills for each in beside):
        return _without(card, tr("What is billed today stands here, yesterday and a week ago beside it."))
    count = tr("1 bill") if day.bills == 1 else tr("{count} bills", count=group_indian(day.bills))
    cancelled = tr("{count} cancelled", count=day.cancelled) if day.cancelled else ""
    average = tr("average ₹{amount}", amount=day.average.grouped()) if day.average is not None else ""
    rows = [
        TableRow((_day_words(each.day, day.day), each.until(hour).grouped() if hour else "–", each.net.grouped()))
        for each in (day, *beside)
    ]
    return Card(
        card.name,
        card.title,
        about=card.about,
        figure=f"₹{day.net.grouped()}",
        is_large=True,
        note="  ·  ".join(filter(None, (count, cancelled, average))),
        head=("", tr("until {hour}:00", hour=f"{hour:02d}"), tr("whole day")) if beside else (),
        rows=tuple(rows) if beside else (),
        targets=card.targets,
    )


def _hours(figures: Today, hour: int) -> Card:
    day, before = figures.today, figures.week_ago
    sold = [at for at in range(24) if day.hours[at] or (before is not None and before.hours[at])]
    shown = range(min([_OPENS, *sold]), max([_SHUTS - 1, *sold]) + 1)
    # what is still to come is no number yet
    series = [Series(tr("Today"), tuple(day.hours[at].paise if at <= hour else None for at in shown))]
    if before is not None and before.net:
        series.append(Series(_day_words(before.day, day.day), tuple(before.hours[at].paise for at in shown)))
    chart = ChartData(
        title=tr("Sales by hour"),
        labels=tuple(f"{at}" for at in shown),
        points=tuple(f"{at:02d}:00 – {at + 1:02d}:00" for at in shown),
        series=tuple(series),
    )
    card = Card("hours", _title("hours"), chart=chart, targets=(Target("sales-by-hour", _said(day.day, day.day)),))
    return _without(card, tr("Each hour's sales stand here once something is billed.")) if chart.is_empty else card


def _ways(figures: Today) -> Card:
    day = figures.today.day
    card = Card("ways", _title("ways"), targets=(Target("sales-by-mode", _said(day, day)),))
    if not figures.ways:
        return _without(card, tr("How today's bills are paid stands here: cash, UPI, card, cheque, credit."))
    parts = tuple(Share(mode_title(mode), paid.paise) for mode, paid in figures.ways)
    return Card(card.name, card.title, shares=Shares(tr("Paid by"), parts), targets=card.targets)


# --- the trend ---------------------------------------------------------------------------------------------------


def _days(figures: Trend) -> Card:
    points = figures.days
    return _trend_card(
        "days",
        points,
        labels=[f"{point.first:%d-%m}" for point in points],
        names=[f"{weekday(point.first)}, {show_date(point.first)}" for point in points],
        last=points[-1].first,
        empty=tr("The sales of each of the last 30 days stand here."),
    )


def _months(figures: Trend) -> Card:
    points = figures.months
    return _trend_card(
        "months",
        points,
        labels=[month(point.first) for point in points],
        names=[f"{month(point.first)} {point.first.year}" for point in points],
        last=figures.days[-1].first,
        empty=tr("The sales of each month of a year stand here."),
    )


def _trend_card(
    name: str, points: Sequence[TrendPoint], *, labels: Sequence[str], names: Sequence[str], last: date, empty: str
) -> Card:
    series = [Series(tr("Net sales"), tuple(point.net.paise for point in points))]
    margins = tuple(point.margin.paise for point in points if point.margin is not None)
    if margins:
        series.append(Series(tr("Margin"), margins))
    chart = ChartData(_title(name), tuple(labels), tuple(names), tuple(series))
    whole = Money(sum(point.net.paise for point in points))
    card = Card(
        name,
        _title(name),
        about=f"₹{whole.grouped()}",
        chart=chart,
        is_line=name == "days",
        targets=(Target("sales-by-day", _said(points[0].first, last)),),
    )
    return _without(card, empty) if chart.is_empty else card


# --- items -------------------------------------------------------------------------------------------------------


def _sellers(figures: Sellers) -> Card:
    card = Card(
        "sellers",
        _title("sellers"),
        about=tr("in 30 days"),
        rows=tuple(TableRow((item.name, show_quantity(*item.sold), item.amount.grouped())) for item in figures.items),
        targets=(Target("sales-by-item", _said(*figures.days)),),
    )
    return card if card.rows else _without(card, tr("The items that bring most stand here once there are bills."))


def _slow(figures: Stock) -> Card:
    card = Card(
        "slow",
        _title("slow"),
        about=tr("not sold for 60 days, at cost") if figures.cost is not None else tr("not sold for 60 days, at MRP"),
        rows=tuple(
            TableRow((item.name, show_quantity(*item.stock), (item.mrp if item.cost is None else item.cost).grouped()))
            for item in figures.slow
        ),
        targets=(Target("slow-stock", {}), Target("stock-by-item", {})),
    )
    return card if card.rows else _without(card, tr("Goods that stand for 60 days without being sold are named here."))


def _stock(figures: Stock) -> Card:
    card = Card("stock", _title("stock"), targets=(Target("stock-by-item", {}),))
    if not figures.items:
        return _without(card, tr("What the stock is worth stands here once goods come in."))
    items = tr("1 item") if figures.items == 1 else tr("{count} items", count=group_indian(figures.items))
    at_mrp = tr("₹{amount} at MRP", amount=figures.mrp.grouped())
    return Card(
        card.name,
        card.title,
        about=tr("at cost") if figures.cost is not None else tr("at MRP"),
        figure=f"₹{(figures.mrp if figures.cost is None else figures.cost).grouped()}",
        note="  ·  ".join(filter(None, (at_mrp if figures.cost is not None else "", items))),
        targets=card.targets,
    )


def _expiring(figures: Stock) -> Card:
    card = Card("expiring", _title("expiring"), targets=(Target("expiry", {"months": "3"}),))
    if not figures.items:
        return _without(card, tr("Batches stand here before they expire, so that they can go back in time."))
    sees_cost = figures.cost is not None
    names = (tr("Expired"), tr("within 30 days"), tr("31 to 60 days"), tr("61 to 90 days"))
    tones = (Tone.DANGER, Tone.WARNING, Tone.PLAIN, Tone.PLAIN)
    head = ("", tr("Batches"), *((tr("Cost"),) if sees_cost else ()), tr("MRP"))
    rows = [
        _band(name, band, tone if band.batches else Tone.MUTED)
        for name, tone, band in zip(names, tones, figures.bands, strict=True)
    ]
    return Card(card.name, card.title, head=head, rows=tuple(rows), targets=card.targets)


def _band(name: str, band: ExpiryBand, tone: Tone) -> TableRow:
    amounts = [band.mrp] if band.cost is None else [band.cost, band.mrp]
    return TableRow((name, group_indian(band.batches), *(amount.grouped() for amount in amounts)), tone)


# --- what is to be looked after ----------------------------------------------------------------------------------


def _dues(figures: Dues, backup: Backup | None) -> Card:
    rows = [
        TableRow((tr("Customers owe"), figures.owed.grouped())),
        TableRow((tr("Overdue"), figures.overdue.grouped()), Tone.DANGER if figures.overdue else Tone.MUTED),
        TableRow((tr("To their credit"), figures.credit.grouped()), Tone.PLAIN if figures.credit else Tone.MUTED),
        TableRow(
            (tr("UPI to confirm ({count})", count=figures.waiting), figures.waiting_amount.grouped()),
            Tone.WARNING if figures.waiting else Tone.MUTED,
        ),
    ]
    nothing = not (figures.owed or figures.credit or figures.waiting)
    # the account is opened with the first who owes
    books = [Target("ledger-account", {"account": "debtors"})] if figures.owed or figures.credit else []
    last = [TableRow((tr("Last backup"), backup.age), backup.tone)] if backup is not None else []
    return Card(
        "dues",
        _title("dues"),
        note=tr("Nobody owes anything, and no UPI payment waits.") if nothing else "",
        rows=(*([] if nothing else rows), *last),
        targets=tuple(books),
    )


# --- words -------------------------------------------------------------------------------------------------------


def weekday(day: date) -> str:
    """Return what the day of the week is called."""
    names = (
        tr("Monday"),
        tr("Tuesday"),
        tr("Wednesday"),
        tr("Thursday"),
        tr("Friday"),
        tr("Saturday"),
        tr("Sunday"),
    )
    return names[day.weekday()]


def month(day: date) -> str:
    """Return what the month is called, in short."""
    names = (
        tr("Jan"),
        tr("Feb"),
        tr("Mar"),
        tr("Apr"),
        tr("May"),
        tr("Jun"),
        tr("Jul"),
        tr("Aug"),
        tr("Sep"),
        tr("Oct"),
        tr("Nov"),
        tr("Dec"),
    )
    return names[day.month - 1]


def _day_words(day: date, today: date) -> str:
    ago = (today - day).days
    if ago == 0:
        return tr("Today")
    return tr("Yesterday") if ago == 1 else tr("Last {weekday}", weekday=weekday(day))


def _said(first: date, last: date) -> Mapping[str, str]:
    return {"days": str(Days(first, last))}


def _without(card: Card, empty: str) -> Card:
    """Return a card that has nothing to show yet."""
    return Card(card.name, card.title, empty=empty, targets=card.targets)
