"""The bill that is being typed: lines, totals and undo, all in memory.

An item stands on one line only, so a line is priced without looking at the others and the totals move by what one
line changed: line n costs as much as the first. Only a discount on the whole bill is worked out over all lines, while
there is one. What was typed (``Entry``) is kept apart from what it comes to (``DraftLine``), so undo puts back what
was typed and the rest follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from uuid import UUID

from core.dispensing.dto import DispensingInput, DoseInput, PrescribedInput, is_supervised
from core.dispensing.queries import StandingLine
from core.inventory.dto import ItemHit, SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import TaxType
from core.kernel.ids import new_id
from core.kernel.money import Percent
from core.kernel.quantity import BareNumber, parse_quantity, show_quantity
from core.sales.below_cost import REFUSED, Loss, loss_of
from core.sales.discount_text import parse_discount
from core.sales.drafting import (
    NO_DISCOUNT,
    Discount,
    Portion,
    PricedBill,
    RoundOff,
    fill_line,
    price_bill,
    standing_discount,
)
from core.sales.drafts import NO_DETAILS, BillDetails
from core.sales.dto import BillLineInput, CustomerInput, ManualMemo, PostBill, TenderInput
from core.sales.posting import as_shown
from pos_desktop.screens.billing.customers import CustomerCard
from pos_desktop.screens.billing.draft_lines import (
    DraftLine,
    Entry,
    Known,
    PacksInHand,
    Totals,
    composition_of,
    share_of,
)

#: What a customer's name, phone and address may hold at most (core.sales.dto.CustomerInput).
NAME_LENGTH, PHONE_LENGTH, ADDRESS_LENGTH = 100, 20, 300


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that can be undone: before it, ``entry`` stood at ``index``, or nothing where it is None.

    ``removed`` where the change took the line off, so that undo has to make room for it again.
    """

    index: int
    entry: Entry | None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class _BillStep:
    """A change of the discount on the whole bill that can be undone: what was typed for it before."""

    typed: str


@dataclass(frozen=True, slots=True)
class _Together:
    """Changes of several lines that are one to undo."""

    steps: tuple[_Step, ...]


@dataclass(frozen=True, slots=True)
class _Spread:
    """A discount on the whole bill spread over its lines: None where there is none, or none that can be taken off."""

    discount: Discount = NO_DISCOUNT
    priced: PricedBill | None = None
    problem: Problem | None = None
    #: Where each line's parts begin among those of the whole bill.
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What a line loses, with what that follows from: the line, and the bill where a discount is spread over it."""

    line: DraftLine
    bill: PricedBill | None
    loss: Loss | None


class Draft:
    """A bill before it is saved. Its ``command_id`` is made here, so that saving twice saves one bill."""

    def __init__(
        self,
        today: Callable[[], date],
        tax_type: TaxType = TaxType.INTRA,
        bare: BareNumber = BareNumber.PACKS,
        previous: Draft | None = None,
        round_off: RoundOff = RoundOff.NEAREST,
        state: str | None = None,
    ) -> None:
        """Start an empty bill; ``previous`` is the one it replaced, to which undo can return.

        ``state`` is the shop's own: who buys over the counter and gives an address is taken to be of it.
        """
        self.command_id = new_id()
        self.previous = previous
        self.customer_name = ""
        self.customer_phone = ""
        self.customer_address = ""
        #: Of the customer's card; ``card`` is None while it is being read.
        self.customer_id: UUID | None = None
        self.card: CustomerCard | None = None
        self.asks_address = False
        self.dispensing: DispensingInput | None = None
        #: What the prescription on the bill, where it is a known one, says of its items.
        self.course: Mapping[UUID, StandingLine] = {}
        #: The number of the cancelled bill that this one is in place of.
        self.corrects: str | None = None
        #: The number of the quotation that this one comes of.
        self.quotation: str | None = None
        #: Whether the customer was told the sum: what is taken off after that is looked at more closely (ADR 75).
        self.asked_money = False
        self._round_off = round_off
        self._sums = Totals(rounding=round_off)
        self._bill_discount = ""
        self._spread: _Spread | None = None
        self._firsts: dict[str, int] | None = None
        self._losses: dict[int, _Known] = {}
        self._today = today
        self.details = NO_DETAILS
        #: What the shop's own registration and state make of a bill, and what the details make of this one.
        self._own_tax_type = self._tax_type = tax_type
        self._bare = bare
        self._state = state
        self._lines: list[DraftLine] = []
        self._items: dict[UUID, Known] = {}
        self._index: dict[UUID, int] = {}
        self._steps: list[_Step | _BillStep | _Together] = []

    @property
    def lines(self) -> Sequence[DraftLine]:
        """The lines, first to last."""
        return self._lines

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        typed = (
            self._lines,
            self.customer_name,
            self.customer_phone,
            self.customer_address,
            self.dispensing,
            self.corrects,
            self._bill_discount,
            self.quotation,
            self.details != NO_DETAILS,
        )
        return not any(typed)

    @property
    def totals(self) -> Totals:
        """What the lines that can be sold come to, less what is taken off the whole bill."""
        whole = self._spread_discount().priced
        return self._sums if whole is None else share_of(whole, self._round_off)

    @property
    def bill_discount(self) -> str:
        """What was typed as the discount on the whole bill."""
        return self._bill_discount

    @property
    def taken_off_bill(self) -> Discount:
        """The discount on the whole bill, none while it cannot be taken off."""
        return self._spread_discount().discount

    @property
    def bill_problem(self) -> Problem | None:
        """What is wrong with the discount on the whole bill."""
        return self._spread_discount().problem

    def priced(self) -> PricedBill:
        """Return all lines that can be sold as one bill, as it will be posted."""
        spread = self._spread_discount()
        return spread.priced or price_bill(self._portions(), self._tax_type, round_off=self._round_off)

    @property
    def waits(self) -> bool:
        """Whether a line's batches, or the customer's card, are still being read."""
        return (self.customer_id is not None and self.card is None) or any(line.waits for line in self._lines)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was typed, line by line."""
        return tuple(line.entry for line in self._lines)

    def first_problem(self) -> int | None:
        """Return the index of the first line that cannot be sold."""
        return next((index for index, line in enumerate(self._lines) if line.problem), None)

    def find(self, item_id: UUID) -> int | None:
        """Return the index of an item's line."""
        return self._index.get(item_id)

    @property
    def customer_discount(self) -> Percent | None:
        """What every line begins with for who buys."""
        return self.card.discount if self.card else None

    # --- what is worth a look ----------------------------------------------------------------------------

    def loss_of(self, index: int) -> Loss | None:
        """Return what a line loses after all discounts, None where it brings what it cost.

        It is asked for every line that is shown, and worked out once for a line as it stands.
        """
        line, spread = self._lines[index], self._spread_discount()
        priced = spread.priced
        known = self._losses.get(index)
        if known is None or known.line is not line or known.bill is not priced:
            parts = line.portions
            if priced is not None:
                parts = priced.lines[spread.begins[index] : spread.begins[index + 1]]
            known = self._losses[index] = _Known(line, priced, loss_of(index, parts))
        return known.loss

    def same_salts(self, index: int) -> int | None:
        """Return the first line before this one that has the same salts in the same strengths."""
        composition = composition_of(self._lines[index].item)
        first = None if composition is None else self._first_of(composition)
        return first if first != index else None

    def _first_of(self, composition: str) -> int | None:
        """Return the first line of a composition, looked up once for the lines as they stand."""
        if self._firsts is None:
            self._firsts = {}
            for place, line in enumerate(self._lines):
                found = composition_of(line.item)
                if found is not None:
                    self._firsts.setdefault(found, place)
        return self._firsts.get(composition)

    def days_of(self, index: int) -> int:
        """Return for how many days a line lasts as the prescription has it taken, 0 where that is not known."""
        line = self._lines[index]
        taken = line.entry.taken
        if taken is not None:
            return taken.lasts(line.units or 0)
        written = self.course.get(line.entry.item_id) if self.dispensing is not None else None
        return 0 if written is None else written.lasts(line.units or 0)

    # --- customer ----------------------------------------------------------------------------------------

    def choose_customer(self, customer_id: UUID, name: str, phone: str) -> None:
        """Make the bill out to a customer of the shop; it waits for their card, which tells what the lines come to."""
        self.customer_id, self.card = customer_id, None
        self.customer_name = name[:NAME_LENGTH].strip()
        self.customer_phone = phone[:PHONE_LENGTH]

    def take_card(self, card: CustomerCard) -> None:
        """Take the card as just read; name and number stay as they stand on the bill."""
        self.customer_id, self.card = card.customer_id, card
        self._settle_taxes()

    def let_customer_go(self) -> None:
        """Make the bill out to nobody of the shop's; the card's telephone number goes with the card."""
        if self.card is not None and self.customer_phone == self.card.phone[:PHONE_LENGTH]:
            self.customer_phone = ""
        self.customer_id = self.card = None
        self._settle_taxes()

    def take_details(self, details: BillDetails) -> None:
        """Take what few bills say; a place of supply outside the shop's state changes the kind of tax."""
        self.details = details
        self._settle_taxes()

    # --- changes -----------------------------------------------------------------------------------------

    def add(self, item: Known, typed: str = "1") -> int:
        """Put an item on the bill and return its line's index; where it stands already, ``typed`` more of it."""
        known = self._items.get(item.item_id)
        if isinstance(item, SaleItem) or known is None:
            self._items[item.item_id] = item
        index = self._index.get(item.item_id)
        if index is None:
            index = len(self._lines)
            self._steps.append(_Step(index, None))
            self._insert(index, Entry(item.item_id, typed))
            return index
        line = self._lines[index]
        base = line.entry.base if line.units is None else line.units
        self._change(index, replace(line.entry, typed=typed, base=base))
        return index

    def restore(self, item: SaleItem, entry: Entry) -> int:
        """Put a line back as it was typed, without a step to undo, and return its index."""
        self._items[item.item_id] = item
        self._insert(len(self._lines), entry)
        return len(self._lines) - 1

    def supply(self, item: SaleItem) -> int | None:
        """Take an item's batches as just read; return the index of its line, None if it has none any more."""
        self._items[item.item_id] = item
        index = self._index.get(item.item_id)
        if index is not None:
            self._put(index, self._worked_out(self._lines[index].entry))
        return index

    def retype(self, index: int, typed: str, *, same_edit: bool = False) -> None:
        """Take what was typed as the quantity; ``same_edit`` joins it to the change before for undo."""
        self._change(index, replace(self._lines[index].entry, typed=typed), same_edit=same_edit)

    def take(self, index: int, units: int, *, same_edit: bool = False) -> str:
        """Take so many units in all as the quantity, and return it as if it had been typed."""
        line = self._lines[index]
        typed = show_quantity(units, line.item.pieces_per_pack)
        self._change(index, replace(line.entry, typed=typed, base=0), same_edit=same_edit)
        return typed

    def cut(self, units: Sequence[int]) -> Sequence[int]:
        """Take so many units of each line in all, as one change; return the lines that it changed."""
        changed = [index for index, line in enumerate(self._lines) if line.units != units[index]]
        if changed:
            self._steps.append(_Together(tuple(_Step(index, self._lines[index].entry) for index in changed)))
        for index in changed:
            line = self._lines[index]
            typed = show_quantity(units[index], line.item.pieces_per_pack)
            self._put(index, self._worked_out(replace(line.entry, typed=typed, base=0)))
        return changed

    def settle(self, index: int) -> None:
        """End an edit: write an added quantity as one, and forget a change that changed nothing."""
        line = self._lines[index]
        if line.units is not None and line.entry.base:
            typed = show_quantity(line.units, line.item.pieces_per_pack)
            self._put(index, self._worked_out(replace(line.entry, typed=typed, base=0)))
        if self._steps and self._steps[-1] == _Step(index, self._lines[index].entry):
            self._steps.pop()

    def pick_batch(self, index: int, batch: str | None, *, same_edit: bool = False) -> None:
        """Take a batch for a line, or go back to first expiry first; ``same_edit`` joins the change before."""
        self._change(index, replace(self._lines[index].entry, batch=batch), same_edit=same_edit)

    def take_in_hand(self, index: int, packs: PacksInHand | None) -> None:
        """Let units of a line come from packs in hand, or from stock again."""
        self._change(index, replace(self._lines[index].entry, in_hand=packs))

    def prescribe(self, index: int, taken: DoseInput | None, typed: str | None = None) -> None:
        """Note how a line is taken, with the quantity that makes of it where ``typed`` is one."""
        entry = replace(self._lines[index].entry, taken=taken)
        self._change(index, entry if typed is None else replace(entry, typed=typed, base=0))

    def rediscount(self, index: int, typed: str, *, same_edit: bool = False) -> None:
        """Take what was typed as a line's discount; ``same_edit`` joins it to the change before for undo."""
        self._change(index, replace(self._lines[index].entry, discount=typed), same_edit=same_edit)

    def discount_bill(self, typed: str, *, same_edit: bool = False) -> None:
        """Take what was typed as the discount on the whole bill; ``same_edit`` joins the change before."""
        if not same_edit:
            self._steps.append(_BillStep(self._bill_discount))
        self.restore_bill_discount(typed)

    def restore_bill_discount(self, typed: str) -> None:
        """Put the discount on the whole bill back as it was typed, without a step to undo."""
        self._bill_discount, self._spread = typed, None
        for index, line in enumerate(self._lines):
            if line.problem is not None and line.problem.code in REFUSED:
                self._put(index, replace(line, problem=None))  # it may not lose any more

    def settle_bill(self) -> None:
        """End an edit of the bill's discount: forget a change that changed nothing."""
        if self._steps and self._steps[-1] == _BillStep(self._bill_discount):
            self._steps.pop()

    def remove(self, index: int) -> None:
        """Take a line off the bill."""
        self._steps.append(_Step(index, self._lines[index].entry, removed=True))
        self._delete(index)

    def refuse(self, index: int, problem: Problem) -> None:
        """Mark a line with what saving had against it, until it is changed."""
        self._put(index, replace(self._lines[index], problem=problem))

    def undo(self) -> int | None:
        """Take the last change back and return the index it was at, None where there is nothing to undo."""
        if not self._steps:
            return None
        step = self._steps.pop()
        if isinstance(step, _BillStep):
            self.restore_bill_discount(step.typed)
            return len(self._lines) - 1
        if isinstance(step, _Together):
            for one in step.steps:
                assert one.entry is not None
                self._put(one.index, self._worked_out(one.entry))
            return step.steps[0].index
        if step.entry is None:
            self._delete(step.index)
        elif step.removed:
            self._insert(step.index, step.entry)
        else:
            self._put(step.index, self._worked_out(step.entry))
        return step.index

    # --- saving ------------------------------------------------------------------------------------------

    def command(self, payments: Sequence[TenderInput], *, confirmed: bool = False) -> PostBill:
        """Return the command that posts the bill; only for a bill without problems. ``confirmed``: see ``PostBill``."""
        said = self.details
        customer = None
        typed = (self.customer_name, self.customer_phone, self.customer_address)
        if any((self.customer_id, *typed, said.gstin, said.state, said.sez)):
            of_card = self.card is not None and self.card.state is not None
            at_the_counter = self._state if self.customer_address and not (of_card or said.gstin) else None
            customer = CustomerInput(
                id=self.customer_id,
                name=self.customer_name or None,
                phone=self.customer_phone or None,
                address=self.customer_address or None,
                state=said.state or at_the_counter,
                gstin=said.gstin,
                sez=said.sez,
            )
        return PostBill(
            command_id=self.command_id,
            date=said.date,
            customer=customer,
            place_of_supply=said.place_of_supply,
            manual=ManualMemo(number=said.memo) if said.memo else None,
            lines=tuple(
                BillLineInput(
                    item=line.item.code,
                    quantity=f"{line.units}t",
                    batch=line.entry.batch,
                    awaiting=line.entry.awaiting,
                    discount_percent=None if line.discount.amount else line.discount.percent,
                    discount=line.discount.amount or None,
                    # what an earlier day makes of a line was not shown: its batches and MRPs may be others
                    shown=None if said.date else as_shown([part.portion for part in line.portions]),
                )
                for line in self._lines
            ),
            bill_discount=self.taken_off_bill.amount,
            bill_discount_percent=self.taken_off_bill.percent or None,
            payments=tuple(payments),
            confirmed=confirmed,
            dispensing=self._as_prescribed(),
            corrects=self.corrects,
            quotation=self.quotation,
        )

    @property
    def tax_type(self) -> TaxType:
        """Which taxes the bill carries, as far as it is known here."""
        return self._tax_type

    # --- inside ------------------------------------------------------------------------------------------

    def _as_prescribed(self) -> DispensingInput | None:
        """Return the prescription with what it says of each line; a known one has said it already."""
        given = self.dispensing
        if given is None or given.prescription is not None or not any(line.entry.taken for line in self._lines):
            return given
        lines = []
        for line in self._lines:
            taken = line.entry.taken
            if taken is None and not is_supervised(line.item.schedules or ()):
                continue
            said = taken or DoseInput(units=line.units)
            lines.append(PrescribedInput(item=line.item.code, dose=said.dose, days=said.days, units=said.units))
        return given.model_copy(update={"lines": tuple(lines)})

    def _settle_taxes(self) -> None:
        """Work out which taxes the bill carries (facts A3) and price the lines by them."""
        said = self.details
        of_buyer = said.gstin[:2] if said.gstin else said.state or (self.card.state if self.card else None)
        place = said.place_of_supply or of_buyer or self._state
        is_outside = self._own_tax_type is TaxType.INTRA and (said.sez or place != self._state)
        self._tax_type = TaxType.INTER if is_outside else self._own_tax_type
        self._spread = None
        self._work_out_again()

    def _change(self, index: int, entry: Entry, *, same_edit: bool = False) -> None:
        if not same_edit:
            self._steps.append(_Step(index, self._lines[index].entry))
        self._put(index, self._worked_out(entry))

    def _put(self, index: int, line: DraftLine) -> None:
        before = self._lines[index]
        self._move_sums(before.priced, line.priced)
        self._lines[index] = line
        if line.item is not before.item:  # its batches were read: now its salts are known
            self._firsts = None

    def _move_sums(self, before: PricedBill | None, after: PricedBill | None) -> None:
        self._sums, self._spread = self._sums.moved(before, after), None

    def _portions(self) -> list[Portion]:
        return [priced.portion for line in self._lines for priced in line.portions]

    def _spread_discount(self) -> _Spread:
        """Return the discount on the whole bill, worked out once for the lines as they stand."""
        if self._spread is None:
            self._spread = self._worked_out_spread()
        return self._spread

    def _worked_out_spread(self) -> _Spread:
        try:
            discount = parse_discount(self._bill_discount) or NO_DISCOUNT
            if discount == NO_DISCOUNT:
                return _Spread()
            priced = price_bill(self._portions(), self._tax_type, discount, self._round_off)
        except RuleBroken as broken:
            return _Spread(problem=broken)
        counts = [len(line.portions) for line in self._lines]
        return _Spread(discount, priced, begins=tuple(accumulate(counts, initial=0)))

    def _work_out_again(self) -> None:
        """Price the lines anew, keeping what saving had against them; one without a price has no discount either."""
        for index, line in enumerate(self._lines):
            if line.priced is not None:
                self._put(index, replace(self._worked_out(line.entry), problem=line.problem))

    def _insert(self, index: int, entry: Entry) -> None:
        line = self._worked_out(entry)
        self._ask_places_again()
        self._lines.insert(index, line)
        self._firsts = None
        self._move_sums(None, line.priced)
        self._reindex(index)

    def _delete(self, index: int) -> None:
        self._ask_places_again()
        line = self._lines.pop(index)
        self._firsts = None
        del self._index[line.entry.item_id]
        self._move_sums(line.priced, None)
        self._reindex(index)

    def _ask_places_again(self) -> None:
        """Forget which line is for which of the prescription: lines move, and what was agreed for one is no other's."""
        if self.dispensing is not None and self.dispensing.supplies:
            self.dispensing = self.dispensing.model_copy(update={"supplies": ()})

    def _reindex(self, start: int) -> None:
        for index in range(start, len(self._lines)):
            self._index[self._lines[index].entry.item_id] = index

    def _worked_out(self, entry: Entry) -> DraftLine:
        item = self._items[entry.item_id]
        units: int | None = None
        try:
            units = entry.base + self._read_quantity(entry.typed, item.pieces_per_pack)
            if isinstance(item, ItemHit):
                return DraftLine(entry, item, units, None, None)
            discount = parse_discount(entry.discount)
            if discount is None:
                discount = standing_discount(item, self.customer_discount)
            in_hand = entry.in_hand.for_line(units) if entry.in_hand is not None else None
            portions = fill_line(
                item, units, self._today(), batch_number=entry.batch, discount=discount, in_hand=in_hand
            )
            return DraftLine(entry, item, units, price_bill(portions, self._tax_type), None)
        except RuleBroken as broken:
            return DraftLine(entry, item, units, None, broken)

    def _read_quantity(self, typed: str, pieces_per_pack: int) -> int:
        if not typed.strip():
            raise RuleBroken("quantity.zero")
        return parse_quantity(typed, pieces_per_pack, self._bare)
