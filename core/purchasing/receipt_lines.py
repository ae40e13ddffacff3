"""Reads the lines of a goods receipt: which item and batch, how many came, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from core.auth.permissions import Need, Permission
from core.auth.rights import may, require_or_override, supervised_need
from core.boundary.lines import placed
from core.catalog.dto import ItemKind
from core.catalog.queries import find_items
from core.inventory.identity import NO_BATCH, Printed, batch_ids, batch_number
from core.kernel.dates import Expiry
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import BASIS_POINTS, ZERO, Money, Percent, Rate
from core.kernel.quantity import parse_quantity, show_quantity
from core.kernel.rounding import divide_half_away
from core.purchasing.asking import Questions
from core.purchasing.domain import Counted, Scheme, expires_short
from core.purchasing.goods import at_line, goods, no_item
from core.purchasing.receipt_dto import ReceiptLineInput
from core.purchasing.unlikely import price_question, questions_of_packs
from core.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Received:
    """A line of a receipt that holds: quantities in smallest units, ``per_unit`` of them in one unit of the paper.

    ``rate`` is of a unit of the paper. ``batch`` is the number as it is kept, ``automatic`` that the shop made it up.
    ``maker`` is who made it by the item's card, else by the paper.
    """

    item: Any
    counted: Counted
    per_unit: int
    batch: str
    automatic: bool
    expiry: Expiry | None
    mrp: Money
    rate: Rate | None
    maker: str | None
    #: The batch that it is of.
    batch_id: UUID = field(default=UUID(int=0))

    @property
    def pack_rate(self) -> Rate | None:
        """The rate of a sale pack, rounded where a unit of the paper is several."""
        if self.rate is None:
            return None
        return Rate(divide_half_away(self.rate.parts * self.item.pieces_per_pack, self.per_unit))

    def value(self, units: int) -> Money | None:
        """Return what so many smallest units are asked for without GST, None where nobody knows."""
        return None if self.rate is None else self.rate.times_per_pack(units, self.per_unit)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading the lines needs beside them: ``made_up`` names a batch of a line that has none.

    ``command_id`` is the command that is done, for which a supervisor may allow it: the bill's where one comes along.
    """

    uow: UnitOfWork
    command_id: UUID
    questions: Questions
    caution: Callable[[RuleBroken], None]
    made_up: Callable[[int], str]

    @property
    def today(self) -> date:
        """The day on which goods come in."""
        return self.uow.today


def read_lines(reading: Reading, lines: Sequence[ReceiptLineInput]) -> list[Received]:
    """Return the lines as they are taken in.

    Raises RuleBroken, placed at their line: ``sales.no_such_item``, ``orders.item_ended``, ``orders.service``,
    ``receipts.nothing``, ``receipts.more_missing``, ``receipts.incomplete`` and those of the right it asks for,
    ``receipts.expired``, ``items.mrp_missing``, those of quantities. Asks ``receipts.without``,
    what ``price_question`` and ``questions_of_packs`` do.
    """
    session = reading.uow.session
    ids = find_items(session, [line.item for line in lines])
    items = goods(session, list(ids.values()))
    found: list[Received] = []
    may_alone: bool | None = None  # looked up once, and only where something is missing
    for index, line in enumerate(lines):
        try:
            if line.item not in ids:
                raise no_item(session, line.item)
            item = items[ids[line.item]]
            missing = _missing(line, item)
            if missing and may_alone is None:
                may_alone = may(session, reading.uow.actor, Permission.RECEIVE_INCOMPLETE)
                _require_incomplete(reading, item, missing)  # an override is used up once, for the whole receipt
            received = _read(reading, index, line, item)
            found.append(received)
            # who made it is written on the item's card
            if of_the_pack := [name for name in missing if name != "maker"]:
                _say_incomplete(reading, index, received, of_the_pack)
                if may_alone:
                    reading.questions.ask(_without(index, item, of_the_pack))
            if line.rate is not None:
                reading.questions.ask(rate_question(line.rate, received, index))
        except RuleBroken as broken:
            raise at_line(broken, index) from None
    batches = batch_ids(session, [Printed(line.item.id, line.batch, line.expiry, line.mrp) for line in found])
    found = [replace(line, batch_id=key) for line, key in zip(found, batches, strict=True)]
    reading.questions.ask(*questions_of_packs(session, found, reading.today))
    return found


def _read(reading: Reading, index: int, line: ReceiptLineInput, item: Any) -> Received:
    if item.kind == ItemKind.SERVICE:
        raise RuleBroken("orders.service", where="item", item=item.name)
    per_unit = item.pieces_per_pack * line.factor
    billed = _units(line.quantity, "quantity", per_unit)
    counted = Counted(
        billed=billed,
        free=_free(reading, index, line, item, billed, per_unit),
        short=_units(line.short, "short", per_unit),
        damaged=_units(line.damaged, "damaged", per_unit),
    )
    if not counted.billed + counted.free:
        raise RuleBroken("receipts.nothing", where="quantity", item=item.name)
    if not counted.is_possible:
        raise RuleBroken("receipts.more_missing", where="short", item=item.name)
    if line.mrp <= ZERO:
        raise RuleBroken("items.mrp_missing", where="mrp")
    expiry = line.expires
    if counted.accepted and expiry is not None:
        if expiry.has_passed(reading.today):
            raise RuleBroken("receipts.expired", where="expiry", item=item.name, expiry=expiry)
        if expires_short(expiry, reading.today):
            reading.caution(
                RuleBroken("receipts.short_dated", where=f"lines.{index}.expiry", item=item.name, expiry=expiry)
            )
    automatic = line.batch is None and item.kind == ItemKind.DRUG
    number = reading.made_up(index + 1) if automatic else line.batch or NO_BATCH
    maker = item.manufacturer or line.maker
    return Received(item, counted, per_unit, batch_number(number), automatic, expiry, line.mrp, line.rate, maker)


def _free(reading: Reading, index: int, line: ReceiptLineInput, item: Any, billed: int, per_unit: int) -> int:
    """Return what came free: as counted, or else as the scheme gives; say where less came than it gives."""
    promised = Scheme.parse(line.scheme).free_units(billed, per_unit) if line.scheme is not None else 0
    if line.free is None:
        return promised
    came = _units(line.free, "free", per_unit)
    if came < promised:
        gives = show_quantity(promised, item.pieces_per_pack)
        where = f"lines.{index}.free"
        reading.caution(RuleBroken("receipts.less_free", where=where, item=item.name, scheme=line.scheme, gives=gives))
    return came


def _missing(line: ReceiptLineInput, item: Any) -> list[str]:
    """Return what a drug's line lacks of what a purchase record must hold (Drugs Rules 65(4)(4)(i), facts E6)."""
    if item.kind != ItemKind.DRUG:
        return []
    lacks = {"batch": line.batch is None, "expiry": line.expiry is None, "maker": not (item.manufacturer or line.maker)}
    return [name for name, is_missing in lacks.items() if is_missing]


def _require_incomplete(reading: Reading, item: Any, missing: Sequence[str]) -> None:
    """Raises RuleBroken ``receipts.incomplete``, with the ``need`` that a supervisor may allow where one may."""
    try:
        require_or_override(reading.uow, Need(Permission.RECEIVE_INCOMPLETE), reading.command_id)
    except RuleBroken as refused:
        need = supervised_need(refused)
        allows = {} if need is None else {"need": need}
        lacks = " and ".join(missing)
        raise RuleBroken("receipts.incomplete", where=missing[0], item=item.name, missing=lacks, **allows) from None


def _without(index: int, item: Any, missing: Sequence[str]) -> NeedsConfirmation:
    """Return what is asked of a drug without batch or expiry: its pack is rarely looked at again before it is sold.

    Where a supervisor gave leave, that was the answer.
    """
    said = {"item": item.name, "missing": " and ".join(missing)}
    return NeedsConfirmation("receipts.without", where=f"lines.{index}.{missing[0]}", **said)


def _say_incomplete(reading: Reading, index: int, line: Received, missing: Sequence[str]) -> None:
    """Say what a drug came without: it is to be written once somebody reads it from the packs."""
    lacks, where = " and ".join(missing), f"lines.{index}.{missing[0]}"
    reading.caution(
        RuleBroken("receipts.came_incomplete", where=where, item=line.item.name, missing=lacks, batch=line.batch)
    )


def rate_question(rate: Rate, line: Received, index: int) -> NeedsConfirmation | None:
    """Return what is asked of the price of a line (``price_question``); ``rate`` is of a unit of the paper."""
    return price_question(
        index, line.item.name, rate.times_per_pack(line.item.pieces_per_pack, line.per_unit), line.mrp
    )


def _units(text: str | None, where: str, per_unit: int) -> int:
    """Return smallest units, nothing where nothing is typed or a nought."""
    if text is None or not text.strip("0:.tT "):
        return 0
    with placed(where):
        return parse_quantity(text, per_unit)


def with_dead_tax(value: Money, gst: Percent | None) -> Money:
    """Return what a value costs with the GST on it that cannot be recovered; None where there is none."""
    return (
        value if gst is None else Money(divide_half_away(value.paise * (BASIS_POINTS + gst.basis_points), BASIS_POINTS))
    )
