"""Bills one by one: the list that every report of sales opens, sales of an item, discounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.catalog.queries import in_parts
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.days import Preset
from core.kernel.errors import RuleBroken
from core.kernel.money import BASIS_POINTS, Money
from core.kernel.rounding import divide_half_away
from core.numbering.model import NumberCounter
from core.parties.queries import all_ids
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.documents import BillState, bill_documents, costs_of, place_of, states_of
from core.reporting.paid import is_paid_by, mode_title, modes_text, now_paid, payments_of
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Reading, Report, ReportRow, Section, Source, ToBill
from core.reporting.reports.payments import BY_MODE, PAYMENT_CHANGES, PAYMENTS
from core.reporting.reports.taken_back import CANCELLATIONS
from core.reporting.sold import GROSS_OF_BILL, GROSS_OF_LINE, GROSS_TITLE, TAX_OF_LINE, Column, hour_of, margin
from core.reporting.streams import along, by_the_month, in_batches
from core.sales.dto import TenderMode
from core.sales.model import Bill, BillCancellation, BillLine

_BILLS = frozenset({Source.BILLS})
_LAST_HOUR = 23
_KINDS: Mapping[int, str] = {1: "Bill", -1: "Cancellation"}
_USER = Parameter("user", "User", Ask.USER)
# the time says the day as well; by the day rows are put together
_DATE = ReportColumn("date", "Date", Kind.DATE, 10, extra=True, groups=True)
_TIME = ReportColumn("time", "Time", Kind.TIME, 15)
_WHAT = ReportColumn("what", "What", letters=11, groups=True)


# --- bills -------------------------------------------------------------------------------------------------------

_BILL_COLUMNS: Sequence[Column] = (
    Bill.number,
    Bill.customer_name,
    Bill.customer_phone,
    Bill.username,
    Bill.series,
    Bill.corrects_id,
    GROSS_OF_BILL.label("gross_paise"),
    Bill.discount_paise,
    Bill.taxable_paise,
    Bill.cgst_paise,
    Bill.sgst_paise,
    Bill.igst_paise,
    Bill.round_off_paise,
    Bill.total_paise,
)


def _bills(reading: Reading) -> Iterator[ReportRow]:
    item = reading.asked.keys.get("item")
    documents = bill_documents(
        reading,
        _BILL_COLUMNS,
        list(_wanted_bills(reading)),
        item_id=item if isinstance(item, UUID) else None,
        after=reading.after,
    )
    for batch in in_batches(documents):
        ids = [row.bill_id for row in batch]
        costs = costs_of(reading.session, ids)
        paid = payments_of(reading.session, ids)
        states = states_of(reading.session, {row.bill_id: row.corrects_id for row in batch})
        for row in batch:
            modes = modes_text(now_paid(paid[row.bill_id]))
            values = _bill_values(row, modes, costs.get(row.bill_id, 0), states[row.bill_id])
            yield ReportRow(values, ToBill(row.number), place_of(row))


def _bill_values(row: Any, modes: str, cost: int, state: BillState) -> tuple[Value, ...]:
    sign = row.sign
    taxes = (row.cgst_paise, row.sgst_paise, row.igst_paise)
    amounts = (row.gross_paise, row.discount_paise, row.taxable_paise, *taxes, sum(taxes))
    return (
        row.day,
        row.moment,
        row.number,
        _KINDS[sign],
        row.customer_name,
        row.customer_phone,
        row.username,
        row.series,
        modes,
        *(Money(sign * paise) for paise in amounts),
        Money(sign * row.round_off_paise),
        Money(sign * row.total_paise),
        *margin(sign * row.taxable_paise, sign * cost),
        state.words if sign > 0 else f"By {row.taken_by}",
    )


def _wanted_bills(reading: Reading) -> Iterator[ColumnElement[bool]]:
    """Yield what is asked of bills. Raises RuleBroken ``reports.no_hour``, ``reports.no_counter``, ``parties.unknown``,
    ``parties.several``, placed at the parameter."""
    texts, numbers = reading.asked.texts, reading.asked.numbers
    if "user" in texts:
        yield Bill.username == texts["user"]
    if "counter" in texts:
        yield _is_of_counter(reading.session, texts["counter"])
    if "customer" in reading.asked.keys:
        customer = reading.asked.keys["customer"]
        known = all_ids(reading.session, customer) if isinstance(customer, UUID) else None
        yield Bill.customer_id.is_(None) if known is None else Bill.customer_id.in_(known)
    if "hour" in numbers:
        if numbers["hour"] > _LAST_HOUR:
            raise RuleBroken("reports.no_hour", where="hour", text=str(numbers["hour"]))
        yield hour_of(Bill.at) == numbers["hour"]
    if "mode" in texts:
        yield is_paid_by(texts["mode"])


def _is_of_counter(session: Session, text: str) -> ColumnElement[bool]:
    numbered = sorted(set(session.scalars(select(NumberCounter.series))))
    # registers and orders have series as well
    known = [one for one in numbered if session.scalar(select(Bill.id).where(Bill.series == one).limit(1)) is not None]
    series = next((one for one in known if one.casefold() == text.casefold()), None)
    if series is None:
        raise RuleBroken("reports.no_counter", where="counter", text=text, names=", ".join(known) or "none")
    # not the bare column: SQLite would take the index of numbers, and read and sort all that the counter ever billed
    return Bill.series.concat("") == series


BILL_LIST = Report(
    id="bills",
    title="Bills",
    about="Every bill and every cancellation, one by one; a cancellation takes its bill's amounts back.",
    section=Section.SALES,
    columns=(
        _DATE,
        _TIME,
        ReportColumn("number", "Number", letters=15),
        _WHAT,
        ReportColumn("customer", "Customer", letters=18, stretches=True, groups=True),
        ReportColumn("phone", "Telephone", letters=12, under="customer"),
        ReportColumn("user", "User", letters=10, groups=True),
        ReportColumn("counter", "Counter", letters=8, extra=True, groups=True),
        ReportColumn("paid_by", "Paid by", letters=10, groups=True),
        ReportColumn("gross", GROSS_TITLE, Kind.MONEY, 12, adds_up=True),
        ReportColumn("discount", "Discount", Kind.MONEY, 10, adds_up=True),
        ReportColumn("taxable", "Taxable", Kind.MONEY, 12, adds_up=True),
        ReportColumn("cgst", "CGST", Kind.MONEY, 10, adds_up=True, extra=True),
        ReportColumn("sgst", "SGST", Kind.MONEY, 10, adds_up=True, extra=True),
        ReportColumn("igst", "IGST", Kind.MONEY, 10, adds_up=True, extra=True),
        ReportColumn("gst", "GST", Kind.MONEY, 10, adds_up=True),
        ReportColumn("round_off", "Round off", Kind.MONEY, 9, adds_up=True),
        ReportColumn("total", "Total", Kind.MONEY, 12, adds_up=True),
        ReportColumn("cost", "Cost", Kind.MONEY, 12, adds_up=True, need=Permission.SEE_COST),
        ReportColumn("margin", "Margin", Kind.MONEY, 12, adds_up=True, need=Permission.SEE_COST),
        ReportColumn("margin_percent", "Margin %", Kind.PERCENT, 8, need=Permission.SEE_COST),
        ReportColumn("state", "State", letters=18),
    ),
    rows=_bills,
    parameters=(
        days_parameter(),
        _USER,
        Parameter("counter", "Counter", Ask.TEXT, hint="as in sales-by-counter"),
        Parameter("customer", "Customer", Ask.CUSTOMER, hint="telephone, GSTIN or whole name; none: without a card"),
        Parameter("hour", "Hour", Ask.NUMBER, hint="0 to 23"),
        Parameter("mode", "Paid by", Ask.CHOICE, choices=tuple((mode.value, mode_title(mode)) for mode in TenderMode)),
        Parameter("item", "Item", Ask.ITEM),
    ),
    is_paged=True,
    own_day=True,
    sources=_BILLS,
)


# --- sales of an item --------------------------------------------------------------------------------------------

_SALE_COLUMNS: Sequence[Column] = (Bill.number, Bill.customer_name, Bill.username)


def _item_sales(reading: Reading) -> Iterator[ReportRow]:
    item, after = reading.asked.keys["item"], reading.after
    assert isinstance(item, UUID)
    # the last page may have ended between two lines of a bill
    place, line = (None, 0) if after is None else (after[:-1], after[-1])
    documents = bill_documents(reading, _SALE_COLUMNS, item_id=item, after=place, again=True)
    for batch in in_batches(documents):
        lines = _lines_of(reading.session, item, [row.bill_id for row in batch])
        for row in batch:
            for sold in lines[row.bill_id]:
                if place_of(row) != place or sold.line > line:
                    yield ReportRow(_sale_values(row, sold), ToBill(row.number), (*place_of(row), sold.line))


def _lines_of(session: Session, item_id: UUID, bill_ids: Sequence[UUID]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {bill_id: [] for bill_id in bill_ids}
    for part in in_parts(bill_ids):
        rows = session.execute(
            select(
                BillLine.bill_id,
                BillLine.line,
                BillLine.batch_number,
                BillLine.expiry,
                BillLine.expiry_precision,
                BillLine.mrp_paise,
                BillLine.units,
                BillLine.free_units,
                BillLine.pieces_per_pack,
                GROSS_OF_LINE.label("gross_paise"),
                BillLine.discount_paise,
                BillLine.taxable_paise,
                TAX_OF_LINE.label("tax_paise"),
                BillLine.amount_paise,
            )
            .where(BillLine.bill_id.in_(part), BillLine.item_id == item_id)
            .order_by(BillLine.bill_id, BillLine.line)
        )
        for row in rows:
            found[row.bill_id].append(row)
    return found


def _sale_values(row: Any, sold: Any) -> tuple[Value, ...]:
    sign = row.sign
    is_dated = sold.expiry is not None and sold.expiry_precision is not None
    return (
        row.day,
        row.moment,
        row.number,
        _KINDS[sign],
        row.customer_name,
        sold.batch_number,
        Expiry(sold.expiry, ExpiryPrecision(sold.expiry_precision)) if is_dated else None,
        Money(sold.mrp_paise),
        Quantity(sign * sold.units, sold.pieces_per_pack),
        Quantity(sign * sold.free_units, sold.pieces_per_pack) if sold.free_units else None,
        Money(sign * sold.gross_paise),
        Money(sign * sold.discount_paise),
        Money(sign * sold.taxable_paise),
        Money(sign * sold.tax_paise),
        Money(sign * sold.amount_paise),
        row.username,
    )


ITEM_SALES = Report(
    id="item-sales",
    title="Sales of an item",
    about="Each line of an item that was billed, with its batch; a cancellation takes it back.",
    section=Section.SALES,
    columns=(
        _DATE,
        _TIME,
        ReportColumn("bill", "Bill", letters=15),
        _WHAT,
        ReportColumn("customer", "Customer", letters=18, stretches=True, groups=True),
        ReportColumn("batch", "Batch", letters=10, groups=True),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9),
        ReportColumn("quantity", "Quantity", Kind.QUANTITY, 8),
        ReportColumn("free", "Free", Kind.QUANTITY, 6),
        ReportColumn("gross", GROSS_TITLE, Kind.MONEY, 10, adds_up=True, extra=True),
        ReportColumn("discount", "Discount", Kind.MONEY, 9, adds_up=True),
        ReportColumn("taxable", "Taxable", Kind.MONEY, 10, adds_up=True, extra=True),
        ReportColumn("gst", "GST", Kind.MONEY, 9, adds_up=True, extra=True),
        ReportColumn("amount", "Amount", Kind.MONEY, 11, adds_up=True),
        ReportColumn("user", "User", letters=10, groups=True),
    ),
    rows=_item_sales,
    parameters=(
        Parameter("item", "Item", Ask.ITEM, required=True, hint="code or barcode"),
        days_parameter(Preset.THIS_MONTH),
    ),
    is_paged=True,
    own_day=True,
    sources=_BILLS,
)


# --- discounts ---------------------------------------------------------------------------------------------------

_PLACE = (Bill.on_date, Bill.at, Bill.id)


def _discounts(reading: Reading) -> Iterator[ReportRow]:
    wanted = select(
        *_PLACE,
        Bill.number,
        Bill.customer_name,
        Bill.username,
        Bill.gross_paise,
        Bill.discount_paise,
        Bill.total_paise,
    ).where(
        Bill.discount_paise > 0,
        ~select(BillCancellation.id).where(BillCancellation.bill_id == Bill.id).exists(),
    )
    if "user" in reading.asked.texts:
        wanted = wanted.where(Bill.username == reading.asked.texts["user"])
    for row in along(reading.session, wanted, _PLACE, by_the_month(reading), reading.after):
        gross, discount = row.gross_paise, row.discount_paise
        values = (
            row.on_date,
            row.at,
            row.number,
            row.customer_name,
            row.username,
            Money(gross),
            Money(discount),
            divide_half_away(discount * BASIS_POINTS, gross) if gross else None,
            Money(row.total_paise),
        )
        yield ReportRow(values, ToBill(row.number), place_of(row))


DISCOUNTS = Report(
    id="discounts",
    title="Discounts given",
    about="Bills that stand and on which less was asked than their goods cost as they were priced (at MRP, or at rates "
    "without GST), with how much less.",
    section=Section.SALES,
    columns=(
        _DATE,
        _TIME,
        ReportColumn("number", "Number", letters=15),
        ReportColumn("customer", "Customer", letters=20, stretches=True, groups=True),
        ReportColumn("user", "User", letters=10, groups=True),
        ReportColumn("gross", "As priced", Kind.MONEY, 12, adds_up=True),
        ReportColumn("discount", "Discount", Kind.MONEY, 10, adds_up=True),
        ReportColumn("percent", "Discount %", Kind.PERCENT, 9),
        ReportColumn("total", "Total", Kind.MONEY, 12, adds_up=True),
    ),
    rows=_discounts,
    parameters=(days_parameter(), _USER),
    is_paged=True,
    sources=_BILLS,
)


BILLS = (BILL_LIST, ITEM_SALES, DISCOUNTS, CANCELLATIONS, PAYMENT_CHANGES, PAYMENTS, BY_MODE)
