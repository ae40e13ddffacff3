"""The lines of the bill at work: which is current, which cell is being edited, whose batches are being read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core.dispensing.dto import DoseInput
from core.inventory.dto import SaleItem
from core.inventory.queries import sale_item
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import TaxType
from core.kernel.quantity import BareNumber, show_quantity
from core.sales.below_cost import REFUSED
from core.sales.drafting import NO_DISCOUNT, RoundOff
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.draft_lines import DraftLine, Known, PacksInHand
from pos_desktop.screens.billing.rows import BatchRow, LineMarks, LineRow, batch_rows, line_rows
from pos_desktop.screens.billing.state import Focus, Part

_ONE = "1"
#: What a discount can be refused for: its cell stays open, and no quantity mends it.
_OF_DISCOUNT = frozenset({"sales.discount_unreadable", "sales.discount_too_big", "sales.no_discount"})


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line's rows with all that they follow from, so that one that is as before is not written again."""

    index: int
    line: DraftLine
    today: date
    is_edited: bool
    with_problem: bool
    marks: LineMarks
    rows: Sequence[LineRow]

    def is_of(
        self, index: int, line: DraftLine, today: date, is_edited: bool, with_problem: bool, marks: LineMarks
    ) -> bool:
        """Whether the rows still say what is so."""
        return self.line is line and (self.index, self.today, self.is_edited, self.with_problem, self.marks) == (
            index,
            today,
            is_edited,
            with_problem,
            marks,
        )


@dataclass(slots=True)
class _Edit:
    """A cell being edited: the current line's quantity or discount, or the discount on the whole bill.

    ``has_step`` once undo knows of it, ``is_new`` where the line was just added, ``refused`` once Enter found it wrong.
    """

    text: str
    has_step: bool
    is_new: bool = False
    refused: bool = False
    cell: Focus = Focus.QUANTITY


class LineEditor:
    """Changes the draft for the counter; ``show`` is told what to draw again, ``fault`` gets failed reads."""

    def __init__(
        self,
        lanes: Lanes,
        today: Callable[[], date],
        show: Callable[[Part], None],
        fault: Callable[[Exception], None],
        *,
        tax_type: TaxType,
        bare: BareNumber,
        round_off: RoundOff = RoundOff.NEAREST,
        state: str | None = None,
    ) -> None:
        """Start with an empty bill."""
        self._lanes = lanes
        self._today = today
        self._show = show
        self._fault = fault
        self._tax_type = tax_type
        self._bare = bare
        self._round_off = round_off
        self._state = state
        self._edit: _Edit | None = None
        self._reading: set[UUID] = set()
        self._shown: dict[UUID, _Shown] = {}
        self.draft = self._new_draft(None)
        self.current = -1

    # --- what is drawn -----------------------------------------------------------------------------------

    @property
    def line(self) -> DraftLine | None:
        """The current line."""
        return self.draft.lines[self.current] if 0 <= self.current < len(self.draft.lines) else None

    @property
    def quantity(self) -> str | None:
        """The text of the quantity being edited, None while none is."""
        return self.text_of(Focus.QUANTITY)

    @property
    def cell(self) -> Focus | None:
        """The cell being edited, None while none is."""
        return self._edit.cell if self._edit else None

    def text_of(self, cell: Focus) -> str | None:
        """Return the text of a cell while it is edited."""
        return self._edit.text if self._edit and self._edit.cell is cell else None

    def rows(self) -> list[LineRow]:
        """Return the rows of all lines; those of lines that are as before are the same ones."""
        return [row for index in range(len(self.draft.lines)) for row in self.rows_of(index)]

    def rows_of(self, index: int) -> Sequence[LineRow]:
        """Return the rows of one line; while it is typed, it is not yet wrong."""
        edit = self._edit if index == self.current and self.cell is not Focus.BILL_DISCOUNT else None
        line, today, marks = self.draft.lines[index], self._today(), self._marks(index)
        is_edited, with_problem = edit is not None, edit is None or edit.refused
        shown = self._shown.get(line.entry.item_id)
        if shown is None or not shown.is_of(index, line, today, is_edited, with_problem, marks):
            rows = tuple(line_rows(index, line, today, is_edited=is_edited, with_problem=with_problem, marks=marks))
            shown = _Shown(index, line, today, is_edited, with_problem, marks, rows)
            self._shown[line.entry.item_id] = shown
        return shown.rows

    def _marks(self, index: int) -> LineMarks:
        same = self.draft.same_salts(index)
        return LineMarks(
            is_below_cost=self.draft.loss_of(index) is not None,
            same_salts=None if same is None else same + 1,
            days=self.draft.days_of(index),
        )

    def batch_rows(self) -> Sequence[BatchRow]:
        """Return the batches of the current line, none while they are being read."""
        line = self.line
        if line is None or not isinstance(line.item, SaleItem):
            return ()
        return batch_rows(line.item, line.entry.batch, self._today())

    # --- quantity ----------------------------------------------------------------------------------------

    def put(self, item: Known, batch: str | None = None) -> None:
        """Put an item on the bill, or more of it on its line, with its quantity open for typing.

        ``batch`` is the one to take first; without it a line keeps what it has.
        """
        self.end()
        is_new = self.draft.find(item.item_id) is None
        self.current = self.draft.add(item, _ONE)
        if batch is not None:
            self.draft.pick_batch(self.current, batch, same_edit=True)
        self._edit = _Edit(_ONE, has_step=True, is_new=is_new)
        if not isinstance(item, SaleItem):
            self._read(item.item_id, item.code)
        self._show(Part.LINES)

    def add_all(self, items: Sequence[tuple[SaleItem, str]]) -> None:
        """Put items on the bill with their quantities; of one that is on it already so much more. Undo takes each."""
        self.end()
        for item, typed in items:
            self.current = self.draft.add(item, typed)
            self.draft.settle(self.current)
        self._show(Part.LINES)

    def start(self, index: int) -> None:
        """Open a line's quantity."""
        self.end()
        self.current = index
        line = self.draft.lines[index]
        self._edit = _Edit(line.entry.typed, has_step=False, refused=line.problem is not None)
        if not isinstance(line.item, SaleItem):
            self._read(line.entry.item_id, line.item.code)
        self._show(Part.LINES)

    def start_discount(self, index: int) -> None:
        """Open a line's discount."""
        self.end()
        self.current = index
        line = self.draft.lines[index]
        refused = line.problem is not None
        self._edit = _Edit(line.entry.discount, has_step=False, refused=refused, cell=Focus.DISCOUNT)
        self._show(Part.LINES)

    def start_bill_discount(self) -> None:
        """Open the discount on the whole bill."""
        self.end()
        self._edit = _Edit(self.draft.bill_discount, has_step=False, cell=Focus.BILL_DISCOUNT)
        self._show(Part.LINES)

    def start_where_wrong(self, index: int) -> Focus:
        """Open the cell of a line that cannot be sold which has to be changed, and return which it is."""
        line = self.draft.lines[index]
        code = line.problem.code if line.problem is not None else ""
        if code not in _OF_DISCOUNT and not (code in REFUSED and line.discount != NO_DISCOUNT):
            self.start(index)
            return Focus.QUANTITY
        self.start_discount(index)
        return Focus.DISCOUNT

    def type(self, text: str, cell: Focus = Focus.QUANTITY) -> None:
        """Take the text of a cell as typed so far."""
        edit = self._edit
        if edit is None or edit.cell is not cell or text == edit.text:
            return
        was_refused, edit.refused = edit.refused, False
        if cell is Focus.BILL_DISCOUNT:
            self.draft.discount_bill(text, same_edit=edit.has_step)
        elif cell is Focus.DISCOUNT:
            self.draft.rediscount(self.current, text, same_edit=edit.has_step)
        else:
            self.draft.retype(self.current, text, same_edit=edit.has_step)
        edit.text, edit.has_step = text, True
        self._show(Part.LINES if was_refused else Part.LINE)

    def confirm(self) -> bool:
        """End the edit and return True; a cell that cannot be so stays open, and a line says why."""
        if self._edit is not None and self._problem_of(self._edit.cell) is not None:
            self._edit.refused = True
            self._show(Part.LINES)
            return False
        self.end()
        return True

    def _problem_of(self, cell: Focus) -> Problem | None:
        """Return what keeps a cell open: a discount is not to blame for a quantity that is not there."""
        if cell is Focus.BILL_DISCOUNT:
            return self.draft.bill_problem
        problem = self.line.problem if self.line is not None else None
        is_elsewhere = cell is Focus.DISCOUNT and problem is not None and problem.code not in _OF_DISCOUNT
        return None if is_elsewhere else problem

    def take_back(self) -> None:
        """Leave the cell as it was before the edit; a line just added stays with one."""
        edit, self._edit = self._edit, None
        if edit is None:
            return
        if edit.is_new:
            self.draft.retype(self.current, _ONE, same_edit=True)
        elif edit.has_step:
            self.draft.undo()
        self._show(Part.LINES)

    def take(self, units: int) -> None:
        """Let the current line be of so many units, whatever was typed; an open quantity stays open."""
        if self.line is None:
            return
        edit = self._edit if self.cell is Focus.QUANTITY else None
        typed = self.draft.take(self.current, units, same_edit=edit is not None and edit.has_step)
        if edit is not None:
            self._edit = _Edit(typed, has_step=True, is_new=edit.is_new)
        self._show(Part.LINES)

    def end(self) -> None:
        """Close the cell, right or wrong; what was typed stays."""
        edit, self._edit = self._edit, None
        if edit is not None:
            if edit.cell is Focus.BILL_DISCOUNT:
                self.draft.settle_bill()
            else:
                self.draft.settle(self.current)
            self._show(Part.LINES)

    # --- lines -------------------------------------------------------------------------------------------

    def move(self, by: int) -> None:
        """Go to another line; an open quantity goes along, a discount ends."""
        if not self.draft.lines:
            return
        was_open = self.cell is Focus.QUANTITY
        self.end()
        self.current = max(0, min(len(self.draft.lines) - 1, self.current + by))
        if was_open:
            self.start(self.current)
        self._show(Part.LINES)

    def remove(self) -> bool:
        """Take the current line off; return False where there is none."""
        if self.line is None:
            return False
        self.end()
        self.draft.remove(self.current)
        self.current = min(self.current, len(self.draft.lines) - 1)
        self._show(Part.LINES)
        return True

    def undo(self) -> bool:
        """Take the last change back, clearing included; return False where there is none."""
        self.end()
        index = self.draft.undo()
        if index is None:
            if self.draft.previous is None or self.draft.lines:
                return False
            self._switch_to(self.draft.previous)
            index = len(self.draft.lines) - 1
        self.current = min(index, len(self.draft.lines) - 1)
        self._read_waiting()
        self._show(Part.LINES | Part.CUSTOMER)
        return True

    def clear(self) -> bool:
        """Begin an empty bill that undo can turn back; return False where this one is empty."""
        if self.draft.is_empty:
            return False
        self.end()
        self._begin(self.draft)
        return True

    def renew(self) -> None:
        """Begin the next bill after this one is saved."""
        self._begin(None)

    def choose_batch(self, batch: str | None) -> None:
        """Take a batch by hand for the current line. Raises RuleBroken ``stock.held``, ``stock.expired``."""
        line = self.line
        if line is None or not isinstance(line.item, SaleItem):
            return
        chosen = next((b for b in line.item.batches if b.number == batch), None)
        if chosen is not None and chosen.held is not None:
            raise RuleBroken("stock.held", item=line.item.name, reason=chosen.held)
        if chosen is not None and chosen.expires is not None and chosen.expires.has_passed(self._today()):
            raise RuleBroken("stock.expired", item=line.item.name, expiry=str(chosen.expires))
        if self.cell is Focus.QUANTITY:
            self.draft.settle(self.current)
            entry = self.draft.lines[self.current].entry
            self._edit = _Edit(entry.typed, has_step=False)
        self.draft.pick_batch(self.current, batch)
        self._show(Part.LINES)

    def prescribe(self, taken: DoseInput | None, units: int | None) -> None:
        """Note how the current line is taken, and let it be of so many units where that makes a number."""
        line = self.line
        if line is not None:
            self.end()
            typed = None if units is None else show_quantity(units, line.item.pieces_per_pack)
            self.draft.prescribe(self.current, taken, typed)
            self._show(Part.LINES)

    def take_in_hand(self, packs: PacksInHand | None) -> None:
        """Let units of the current line come from packs in hand, or from stock again; an open quantity is ended."""
        if self.line is not None:
            self.end()
            self.draft.take_in_hand(self.current, packs)
            self._show(Part.LINES)

    def refuse(self, index: int, problem: Problem) -> None:
        """Show at a line what saving had against it; stock that another counter took is read again."""
        self.end()
        self.draft.refuse(index, problem)
        self.current = index
        if problem.code.startswith("stock."):
            self.read_again()
        self._show(Part.LINES)

    def read_again(self) -> None:
        """Read the stock of every line again: it may have changed."""
        for line in self.draft.lines:
            self._read(line.entry.item_id, line.item.code)

    # --- reading -----------------------------------------------------------------------------------------

    def _read_waiting(self) -> None:
        for line in self.draft.lines:
            if line.waits:
                self._read(line.entry.item_id, line.item.code)

    def _read(self, item_id: UUID, code: str) -> None:
        if item_id in self._reading:
            return
        self._reading.add(item_id)
        today, draft = self._today(), self.draft

        def read(session: Session) -> SaleItem | None:
            return sale_item(session, code, today)

        def take(item: SaleItem | None) -> None:
            if self.draft is draft:  # an answer for another bill may be older than what that bill took
                self._take(item_id, code, item)

        def give_up(error: Exception) -> None:
            if self.draft is draft:
                self._not_read(item_id, error)

        self._lanes.read(read, take, give_up)

    def _take(self, item_id: UUID, code: str, item: SaleItem | None) -> None:
        if item is None or item.item_id != item_id:
            self._not_read(item_id, RuleBroken("sales.no_such_item", item=code))
            return
        self._reading.discard(item_id)
        index = self.draft.supply(item)
        if index is not None:
            self._show(Part.LINE if index == self.current and self._edit else Part.LINES)

    def _not_read(self, item_id: UUID, error: Exception) -> None:
        self._reading.discard(item_id)
        index = self.draft.find(item_id)
        if index is not None and isinstance(error, Problem):
            self.draft.refuse(index, error)
            self._show(Part.LINES)
        elif not isinstance(error, Problem):
            self._fault(error)

    def _begin(self, previous: Draft | None) -> None:
        self._edit = None
        self._switch_to(self._new_draft(previous))
        self.current = -1
        self._show(Part.LINES | Part.CUSTOMER)

    def _switch_to(self, draft: Draft) -> None:
        self.draft = draft
        self._reading.clear()
        self._shown.clear()

    def _new_draft(self, previous: Draft | None) -> Draft:
        return Draft(self._today, self._tax_type, self._bare, previous, self._round_off, self._state)
