"""Goods and their bill being entered, without Qt: what is searched, typed, said beside a line, and saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.auth.dto import OverrideView, UserView
from core.auth.permissions import Need
from core.auth.queries import supervisors
from core.auth.rights import supervised_need
from core.boundary.messages import explain
from core.inventory.dto import ItemHit
from core.inventory.identity import batch_number
from core.inventory.scanned import Scanned, items_of_scan
from core.kernel.actor import Actor
from core.kernel.dates import parse_day
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken
from core.purchasing.bill_dto import SupplierBillView
from core.purchasing.billing import enter_bill
from core.purchasing.entering import EntryItem, EntrySupplier, entry_items, entry_supplier
from core.purchasing.entry_drafts import EntryKind
from core.purchasing.proposing.posting import TakeFileIn, take_file_in
from core.purchasing.receipt_dto import ReceiptView
from core.purchasing.receipt_queries import read_receipt_of
from core.purchasing.receiving import receive_goods
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.offering import Offering
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.rows import HitRow, hit_row
from pos_desktop.screens.billing.search import ItemSearch
from pos_desktop.screens.entry_keeping import EntryKeeper
from pos_desktop.screens.goods_in.commands import bill_command, later_bill_command, receipt_command
from pos_desktop.screens.goods_in.draft import (
    CELLS,
    Cell,
    EntryDraft,
    EntryLine,
    cell_of,
    check_cell,
    draft_of_receipt,
    sums_of,
)
from pos_desktop.screens.goods_in.filing import Filing
from pos_desktop.screens.goods_in.forms import (
    FIRST_NAMES,
    HEAD_NAMES,
    charges_form,
    head_form,
    missing_form,
    reason_form,
)
from pos_desktop.screens.goods_in.keeping import read_back, written
from pos_desktop.screens.goods_in.rows import EntryRow, PastRow, entry_rows, past_rows
from pos_desktop.screens.offers import supplier_offers
from pos_desktop.screens.overriding import PLACES, Authorise, override_command, override_fields
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.tone import Tone

#: Said above the lines: so many sentences that were heard while saving.
_HEARD: Final = 3


class GoodsInPresenter:
    """A paper being entered. ``listen`` tells the view that something changed.

    ``cell`` is the field of the current line that has the keys, None while the search has them.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        *,
        today: Callable[[], date],
        report_bug: Callable[[Exception], None],
        later: Callable[[int, Callable[[], None]], None],
        may_bill: bool = True,
        authorise: Authorise | None = None,
    ) -> None:
        """Start with an empty paper; what was kept of one comes back once it is read."""
        self._lanes = lanes
        self._board = board
        self._actor = actor
        self._today = today
        self._listener: Callable[[], None] = lambda: None
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self._offering = Offering(lanes, self.desk, self._tell)
        self.search = ItemSearch(lanes, today, self._found, self.desk.failed)
        self.filing = Filing(lanes, actor, self.desk, self, today)
        self.draft = EntryDraft(has_bill=may_bill)
        self.keeper = EntryKeeper(lanes, actor, EntryKind.GOODS, later, lambda: written(self.draft), self.desk)
        self.may_bill = may_bill
        self._authorise = authorise
        self.current = -1
        self.cell: Cell | None = None
        self.hit = 0
        self.is_busy = False
        self.is_waiting = False
        self._takes_when_found = False
        #: What was asked last, and need not be said again once it was taken.
        self._confirmed = ""
        self.sums = sums_of(self.draft, today())
        self.keeper.bring_back(partial(read_back, today()), self._came_back)

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def line(self) -> EntryLine | None:
        """The current line."""
        return self.draft.lines[self.current] if 0 <= self.current < len(self.draft.lines) else None

    def rows(self) -> list[EntryRow]:
        """Return the lines as the table shows them."""
        return entry_rows(self.draft, self.sums)

    def hit_rows(self) -> list[HitRow]:
        """Return what the search found."""
        today = self._today()
        return [hit_row(hit, today) for hit in self.search.hits]

    def past(self) -> list[PastRow]:
        """Return what the current line's item cost before."""
        line = self.line
        return past_rows(line.item) if line is not None and line.item is not None else []

    @property
    def heading(self) -> str:
        """Whose paper it is, so far as it is known."""
        head = self.draft.head
        if head.supplier is None:
            return tr("F2 says whose goods these are")
        words = tr("Bill {number}") if self.draft.has_bill else tr("Challan {number}")
        of = tr("for {number}", number=self.draft.receipt) if self.draft.receipt else ""
        parts = (head.supplier.name, words.format(number=head.text("number")).strip(), of)
        return "  ·  ".join(filter(None, parts))

    # --- search --------------------------------------------------------------------------------------------------

    def type_search(self, text: str) -> None:
        """Something is typed into the search."""
        if text == self.search.typed:
            return
        self.hit = 0
        self._takes_when_found = False
        self.search.type(text)
        self._tell()

    def move(self, by: int) -> None:
        """The arrows: in the list that is open, or from line to line."""
        if self.search.hits and self.cell is None:
            self.hit = max(0, min(len(self.search.hits) - 1, self.hit + by))
        elif self.draft.lines:
            self._settle_cell()
            self.current = max(0, min(len(self.draft.lines) - 1, self.current + by))
            self._offer_candidates()
        self._tell()

    def search_entered(self) -> None:
        """Enter in the search: take the item that is chosen, or go into the current line's fields.

        What is listed while an answer is on its way belongs to what was typed before: the first of the answer is meant.
        """
        if self.is_waiting:
            return  # an item that was taken is being read: its line comes
        if self.search.is_waiting:
            self._takes_when_found = True
        elif self.search.hits:
            self.take(self.hit)
        elif self.search.typed.strip():
            self._look_up(self.search.typed.strip())
        elif self.line is not None:
            self.go_to(CELLS[0])

    def take(self, number: int) -> None:
        """Take an item of the list as a new line."""
        if 0 <= number < len(self.search.hits):
            self._add(self.search.hits[number].item_id)

    def scanned(self, code: str) -> None:
        """A pack was scanned: its item comes as a new line, with batch and expiry where the code tells them."""
        if self.desk.form is None and not self.is_busy:
            self._look_up(code)

    # --- cells ---------------------------------------------------------------------------------------------------

    def go_to(self, cell: Cell | None) -> None:
        """Give the keys to a field of the current line, or to the search."""
        self._settle_cell()
        self.cell = cell if self.line is not None else None
        self._tell()

    def type_cell(self, cell: Cell, text: str) -> None:
        """Something is typed into a field of the current line."""
        line = self.line
        if line is None or line.text(cell) == text:
            return
        line.type(cell, text)
        self._changed()

    def cell_entered(self) -> None:
        """Enter in a field: go to the next, unless what is typed cannot stay; after the last to the search."""
        line, cell = self.line, self.cell
        if line is None or cell is None:
            return
        problem = check_cell(line, cell)
        if problem is not None:
            line.problem, line.problem_at = problem, cell
            self._tell()
            return
        if cell is Cell.BATCH:
            self._know_batch(line)
        place = CELLS.index(cell) + 1
        self.go_to(CELLS[place] if place < len(CELLS) else None)

    def cell_back(self) -> None:
        """Shift+Tab: to the field before, or to the search."""
        if self.cell is not None:
            place = CELLS.index(self.cell) - 1
            self.go_to(CELLS[place] if place >= 0 else None)

    def escape(self) -> None:
        """Esc: out of a form, a list, a field."""
        if self.desk.form is not None:
            self.desk.escape()
        elif self.cell is not None:
            self.go_to(None)
        elif self.search.typed or self.search.hits:
            self.search.clear()
            self._tell()
        else:
            self.desk.say("")

    def remove_line(self) -> None:
        """Del: take the current line off."""
        if self.line is not None:
            self.draft.lines.pop(self.current)
            self.current = min(self.current, len(self.draft.lines) - 1)
            self.cell = None
            self._changed()

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_head(self) -> None:
        """F2: whose paper it is, its number, day and total."""
        if self.desk.form is None and not self.is_busy:
            form = head_form(self.draft, self._today())
            form.send = lambda typed: self._take_head(form, typed)
            self.desk.open(form)

    def open_charges(self) -> None:
        """F4: discounts below the lines, freight, what is set off."""
        if self.desk.form is None and not self.is_busy and self.draft.has_bill:
            form = charges_form(self.draft)
            form.send = self._take_values
            self.desk.open(form)

    def open_missing(self) -> None:
        """F6: what of the current line was short or broken, how many packs its unit has, which order it answers."""
        line = self.line
        if self.desk.form is None and line is not None:
            orders = self.draft.head.supplier.orders if self.draft.head.supplier is not None else ()
            form = missing_form(line, orders)
            form.send = lambda typed: self._take_missing(line, typed)
            self.desk.open(form)

    def switch_paper(self) -> None:
        """F8: goods with their bill, or with a challan, whose bill comes later."""
        if self.desk.form is None and not self.is_busy and self.may_bill and not self.draft.receipt:
            self.draft.has_bill = not self.draft.has_bill
            self._changed()

    def clear(self) -> None:
        """Ctrl+Del: begin an empty paper; asked once more where lines would go."""
        if self.desk.form is not None or self.is_busy or self.draft.is_empty:
            return
        about = tr("{lines} would be gone, and nothing of it entered.", lines=line_words(len(self.draft.lines)))
        self.desk.ask(tr("Leave this paper"), about, tr("Begin an empty one"), self._begin)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a form: suppliers are offered for a name."""
        self.desk.typed(name)
        if name == "supplier":
            self._offering.ask(name, partial(supplier_offers, values[name]))

    def open_file(self) -> None:
        """F3: take the paper from the distributor's file."""
        if self.desk.form is None and not self.is_busy and self.may_bill:
            self.filing.open()

    def open_receipt(self, number: str) -> None:
        """Enter the bill for a goods receipt; what is being entered now is kept from it."""
        if self.is_busy or self.desk.form is not None:
            return
        if not self.draft.is_empty:
            self.desk.say(tr("Enter or leave this paper first, then its bill."), Tone.WARNING)
            return
        actor, today = self._actor, self._today()

        def read(session: Session) -> EntryDraft:
            receipt = read_receipt_of(session, actor, number)
            supplier = entry_supplier(session, str(receipt.supplier_id), today)
            items = entry_items(session, [line.item_id for line in receipt.lines], supplier.supplier_id, today)
            return draft_of_receipt(receipt, supplier, items)

        def show(draft: EntryDraft) -> None:
            self.draft = draft
            self.current, self.cell = (0 if draft.lines else -1), None
            self.desk.notice = Notice()
            self._changed()
            self.open_head()

        self._lanes.read(read, show, self.desk.failed)

    def make_items(self) -> None:
        """F5: make items of the lines that mean none."""
        if self.desk.form is None and not self.is_busy:
            self.filing.make_items()

    def show_file(self, draft: EntryDraft, words: str, tone: Tone) -> None:
        """Show a paper that came of a file; the keys go to the first line that means no item."""
        self.draft = draft
        self.search.clear()
        self.current, self.cell = (0 if draft.lines else -1), None
        self.desk.notice = Notice(words, tone)
        self._next_unknown()
        self._changed()

    def know_items(self, items: Mapping[int, EntryItem], unread: int) -> None:
        """Take items for the lines of the file that mean none yet, by their row in it.

        ``unread`` of them are drugs whose schedules nobody has looked up.
        """
        for line in self.draft.lines:
            if line.item is None and line.source is not None and line.source.row in items:
                self._mean(line, items[line.source.row])
        words, tone = tr("The items are made, and what the supplier calls them is remembered."), Tone.GOOD
        if unread:
            more = tr("The drug schedules of {count} are not looked up yet: write them on the cards (Alt+2).")
            words, tone = f"{words} {more.format(count=unread)}", Tone.WARNING
        self.desk.notice = Notice(words, tone)
        self._next_unknown()
        self._changed()

    # --- saving --------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """F12: take the goods in and enter the bill, or say what stands in the way."""
        if self.is_busy or self.desk.form is not None:
            return
        self._settle_cell()
        if self.draft.head.supplier is None:
            self.open_head()
            return
        unknown = next((place for place, line in enumerate(self.draft.lines) if line.item is None), None)
        if unknown is not None:
            self._point(unknown, None, RuleBroken("sales.no_such_item", item=self.draft.lines[unknown].name))
            return
        heard: list[RuleBroken] = []
        try:
            work = self._work(heard)
        except Problem as problem:
            self._refused(problem)
            return
        self.is_busy = True
        self.desk.say(tr("The goods are being taken in …"), Tone.ACCENT)
        self._lanes.write(work, lambda done: self._saved(done, heard), self._not_saved)

    def _work(self, heard: list[RuleBroken]) -> Callable[[UnitOfWork], SupplierBillView | ReceiptView]:
        """Return the write that a save asks for. Raises what is wrong with what is typed."""
        draft = self.draft
        if not draft.has_bill:
            receipt = receipt_command(draft)
            return lambda uow: receive_goods(uow, receipt, heard.append)
        if draft.receipt:
            later = later_bill_command(draft)
            return lambda uow: enter_bill(uow, later, heard.append)
        command = TakeFileIn(bill=bill_command(draft), learned=self.filing.learned(), layout=self.filing.layout())
        return lambda uow: take_file_in(uow, command, heard.append)

    def _saved(self, done: SupplierBillView | ReceiptView, heard: Sequence[RuleBroken]) -> None:
        self.is_busy = False
        self._begin()
        self._board.announce({Topic.STOCK, Topic.PURCHASES})
        said = [words for one in dict.fromkeys(heard) if (words := explain(one)) not in self._confirmed]
        more = tr("{count} more to look at", count=len(said) - _HEARD) if len(said) > _HEARD else ""
        self.desk.say(
            "  ".join(filter(None, (_done_words(done), *said[:_HEARD], more))), Tone.WARNING if said else Tone.GOOD
        )

    def _not_saved(self, error: Exception) -> None:
        self.is_busy = False
        if not isinstance(error, Problem):
            self.desk.say("")
            self.desk.failed(error)
            return
        self._refused(error)

    def _refused(self, problem: Problem) -> None:
        """Show at its place what saving had against the paper."""
        if isinstance(problem, NeedsConfirmation):
            self._confirmed = explain(problem)
            self._point_at(problem)  # Esc leads to where it was asked
            self.desk.say("")
            self.desk.ask(tr("Is it so?"), explain(problem), tr("Take it so"), self._save_confirmed)
            return
        if problem.where == "match_reason":
            form = reason_form(explain(problem))
            form.send = self._take_reason
            self.desk.open(form)
            return
        need = supervised_need(problem)
        if need is not None and self._authorise is not None:
            self._point_at(problem)  # Esc leads to where it was rather forgotten
            self._supervise(problem, need)
            return
        name = (problem.where or "").removeprefix("head.").split(".")[0]
        if name in HEAD_NAMES:
            self.desk.say("")
            opens = self.open_head if name in FIRST_NAMES else self.open_charges
            opens()
            if self.desk.form is not None:
                self.desk.form.place(problem.moved_to(name))
            self._tell()
            return
        self._point_at(problem)
        self.desk.say(explain(problem), Tone.DANGER)

    def _save_confirmed(self) -> None:
        """Take the paper in with what was asked about."""
        self.draft.confirmed = True
        self.save()

    def _supervise(self, problem: Problem, need: Need) -> None:
        """Ask for a supervisor's leave, and save again once it is given."""
        name, reason = self._actor.username, self.draft.match_reason
        command_id = self.draft.command_id if self.draft.has_bill else self.draft.receipt_id

        def show(people: Sequence[UserView]) -> None:
            if not people:
                self.desk.say(explain(RuleBroken("auth.no_supervisor", right=need.permission.words)), Tone.DANGER)
                return
            form = SentForm(
                title=tr("A supervisor is needed"),
                about=explain(problem),
                fields=override_fields(people, reason),
                submit=tr("Allow"),
            )
            form.send = lambda typed: ask(form, typed)
            self.desk.open(form)

        def ask(form: SentForm, typed: Mapping[str, str]) -> None:
            assert self._authorise is not None

            def allowed(_: OverrideView) -> None:
                self.desk.open(None)
                self.save()

            def failed(error: Exception) -> None:
                self.desk.refused(form, error, PLACES.get(error.code, "") if isinstance(error, Problem) else "")

            self._authorise(override_command(typed, command_id, need), allowed, failed)

        self._lanes.read(lambda session: supervisors(session, need, name), show, self.desk.failed)

    def _point_at(self, problem: Problem) -> None:
        """Go to the line and field that a problem names (``lines.2.goods.batch``)."""
        parts = (problem.where or "").split(".", 2)
        if parts[0] == "lines" and len(parts) > 1 and parts[1].isdigit():
            place = int(parts[1])
            if place < len(self.draft.lines):
                self._point(place, cell_of(parts[2]) if len(parts) > 2 else None, problem)

    def _point(self, place: int, cell: Cell | None, problem: Problem) -> None:
        self.current, self.cell = place, cell
        line = self.draft.lines[place]
        line.problem, line.problem_at = problem, cell
        self.desk.say(explain(problem), Tone.DANGER)

    # --- inside --------------------------------------------------------------------------------------------------

    def _found(self) -> None:
        if self._takes_when_found:
            self._takes_when_found = False
            self.search_entered()
        self._tell()

    def _look_up(self, code: str) -> None:
        today = self._today()
        self.is_waiting = True

        def found(answer: Scanned) -> None:
            self.is_waiting = False
            if not answer.items:
                self.desk.say(tr("No item has {code}: search for it by name.", code=code), Tone.WARNING)
                return
            said = {Cell.BATCH: answer.scan.batch or "", Cell.EXPIRY: str(answer.scan.expiry or "")}
            self._add(answer.items[0].item_id, said)

        def failed(error: Exception) -> None:
            self.is_waiting = False
            self.desk.failed(error)

        self._lanes.read(lambda session: items_of_scan(session, code, today), found, failed)

    def _add(self, item_id: UUID, said: Mapping[Cell, str] | None = None) -> None:
        """Read what a line needs of an item, and begin it; what is known of it stands in its fields."""
        supplier, today, draft = self.draft.head.supplier, self._today(), self.draft
        self.search.clear()
        self.is_waiting = True

        def read(session: Session) -> EntryItem | None:
            supplier_id = supplier.supplier_id if supplier is not None else None
            return entry_items(session, [item_id], supplier_id, today).get(item_id)

        def add(item: EntryItem | None) -> None:
            self.is_waiting = False
            if item is None or self.draft is not draft:
                return
            unknown = self.line
            if unknown is not None and unknown.item is None:
                self._mean(unknown, item)
                self._next_unknown()
                self._changed()
                return
            line = EntryLine(item, item.name, factor=item.factor)
            line.cells.update({cell: text for cell, text in (said or {}).items() if text})
            last = item.past.last[0] if item.past.last else None
            if last is not None:
                line.cells[Cell.MRP] = str(last.mrp)
            line.cells[Cell.GST] = str(item.gst)
            self._know_batch(line)
            draft.lines.append(line)
            self.current = len(draft.lines) - 1
            self.cell = next((cell for cell in CELLS if not line.text(cell)), Cell.QUANTITY)
            if self.search.typed:  # the fingers were faster than the item was read: it was meant for its first field
                line.type(self.cell, self.search.typed)
                self.search.clear()
            self.desk.notice = Notice()
            self._changed()

        def failed(error: Exception) -> None:
            self.is_waiting = False
            self.desk.failed(error)

        self._lanes.read(read, add, failed)

    @staticmethod
    def _mean(line: EntryLine, item: EntryItem) -> None:
        """Let a line of a file mean an item."""
        line.item, line.factor = item, max(line.factor, item.factor)
        line.problem = line.problem_at = None
        if not line.text(Cell.GST):
            line.cells[Cell.GST] = str(item.gst)

    def _next_unknown(self) -> None:
        """Go to the next line that means no item, and offer what it may mean."""
        unknown = [place for place, line in enumerate(self.draft.lines) if line.item is None]
        if unknown:
            self.current = next((place for place in unknown if place >= self.current), unknown[0])
            self.cell = None
            self._offer_candidates()

    def _offer_candidates(self) -> None:
        """Offer the items that the current line of a file may mean, while nothing is typed."""
        line = self.line
        if line is None or line.item is not None or self.search.typed:
            return

        def show(found: Sequence[ItemHit]) -> None:
            if self.line is line and line.item is None and not self.search.typed:
                self.search.hits, self.hit = found, 0
                self._tell()

        self.filing.candidates(line, show)

    @staticmethod
    def _know_batch(line: EntryLine) -> None:
        """Of a batch that came before, expiry and MRP are known."""
        known = line.item.batches.get(batch_number(line.text(Cell.BATCH))) if line.item is not None else None
        if known is not None:
            if known.expiry is not None and not line.text(Cell.EXPIRY):
                line.cells[Cell.EXPIRY] = str(known.expiry)
            line.cells[Cell.MRP] = str(known.mrp)

    def _settle_cell(self) -> None:
        """Leave a field; what is wrong with it stays marked."""
        line, cell = self.line, self.cell
        if line is not None and cell is not None:
            problem = check_cell(line, cell)
            if problem is not None:
                line.problem, line.problem_at = problem, cell

    def _take_head(self, form: SentForm, typed: Mapping[str, str]) -> None:
        values = {name: text.strip() for name, text in typed.items()}
        today = self._today()
        name = values.get("supplier", "")
        if not name:
            raise RuleBroken("input.empty", where="supplier", field="supplier")
        values["billed_on"] = _iso(values.get("billed_on", ""), "billed_on")
        if values.get("due_date"):
            values["due_date"] = _iso(values["due_date"], "due_date")
        if self.draft.has_bill and not values.get("number"):
            raise RuleBroken("input.empty", where="number", field="number")

        def done(supplier: EntrySupplier) -> None:
            if self.desk.form is form:
                self.desk.form = None
            self.draft.head.supplier = supplier
            self.draft.head.values.update(values)
            self.draft.orders = supplier.orders if values.get("orders") != "none" else ()
            self.desk.notice = Notice()
            self._changed()

        self._lanes.read(
            lambda session: entry_supplier(session, name, today), done, lambda error: self.desk.refused(form, error)
        )

    def _take_values(self, typed: Mapping[str, str]) -> None:
        self.draft.head.values.update({name: text.strip() for name, text in typed.items()})
        self.desk.open(None)
        self._changed()

    def _take_missing(self, line: EntryLine, typed: Mapping[str, str]) -> None:
        factor = typed["factor"].strip() or "1"
        if not factor.isascii() or not factor.isdigit() or not 0 < int(factor) <= 100_000:
            raise RuleBroken("input.not_whole", where="factor", field="factor")
        line.factor = int(factor)
        line.beside.update({name: typed[name].strip() for name in ("short", "damaged", "order")})
        self.desk.open(None)
        self._changed()

    def _take_reason(self, typed: Mapping[str, str]) -> None:
        self.draft.match_reason = typed["match_reason"].strip()
        if len(self.draft.match_reason) < 3:
            raise RuleBroken("input.empty", where="match_reason", field="match_reason")
        self.desk.open(None)
        self.save()

    def _begin(self) -> None:
        self.draft = EntryDraft(has_bill=self.may_bill)
        self.current, self.cell, self.hit = -1, None, 0
        self.search.clear()
        self.filing.forget()
        self.desk.form = None
        self._changed()

    def _came_back(self, draft: EntryDraft, _gave_way: bool) -> None:
        if self.draft.is_empty:
            self.draft, self.current = draft, len(draft.lines) - 1
            self.sums = sums_of(draft, self._today())
            self.desk.say(tr("What was being entered came back."), Tone.ACCENT)

    def _changed(self) -> None:
        self.draft.changed()
        self.sums = sums_of(self.draft, self._today())
        self.keeper.changed()
        self._tell()

    def _tell(self) -> None:
        self._listener()


def _done_words(done: SupplierBillView | ReceiptView) -> str:
    if isinstance(done, ReceiptView):
        return tr("The goods of {supplier} are in: {number}.", supplier=done.supplier_name, number=done.number)
    return tr(
        "Bill {number} of {supplier} over ₹{total} is entered, its goods are in.",
        number=done.number,
        supplier=done.supplier_name,
        total=done.total.grouped(),
    )


def _iso(text: str, where: str) -> str:
    try:
        return parse_day(text).isoformat()
    except RuleBroken as broken:
        raise RuleBroken(broken.code, where=where, **broken.values) from None
