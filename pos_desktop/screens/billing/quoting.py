"""Quotations at the counter: one key puts the bill being typed on paper as one, or lists those that wait. Knows no Qt.

The list hangs under the search field, which narrows it while it is open: there is no other field and no dialog.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from core.inventory.dto import SaleItem
from core.kernel.actor import Actor
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import new_id
from core.sales.dto import PostBill, TenderInput, TenderMode
from core.sales.quotation_bills import QuotedBill, quotation_to_bill
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput, QuotationView
from core.sales.quotations import QuotationHit, find_quotations
from core.sales.quoting import make_quotation
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.asking import Asking
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.draft_lines import DraftLine
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.keeping import DraftKeeper
from pos_desktop.screens.billing.quotation_rows import QuotationRow, quotation_row
from pos_desktop.screens.billing.state import Desk, Focus, Part, Popup

KEY: Final = "Ctrl+Q"


class PrintQuotation(Protocol):
    """Prints a quotation in the background; exactly one of ``done`` and ``failed`` is called, on the asking thread."""

    def __call__(self, quotation: QuotationView, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Print."""
        ...


@dataclass(slots=True)
class _List:
    """The list of quotations that wait, while it is asked for; ``is_shown`` once the first answer has come."""

    typed: str = ""
    is_shown: bool = False
    chooses_when_found: bool = False
    hits: Sequence[QuotationHit] = ()
    ticket: int = 0
    answered: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether what is typed now has no answer yet."""
        return self.answered != self.ticket


class Quoting:
    """Makes quotations of the editor's draft, and takes one that waits to the bill being typed.

    ``clear`` begins an empty bill to which undo can return, ``clear_search`` empties the search, ``unfit`` says why a
    bill cannot be taken over here, and ``take_over`` does it. ``keeper`` has the draft on the disk: it goes from there
    in the transaction that makes the quotation, or a power cut between the two would have it quoted again.
    """

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        asking: Asking,
        editor: LineEditor,
        print_quotation: PrintQuotation | None,
        *,
        actor: Callable[[], Actor],
        today: Callable[[], date],
        clear: Callable[[], None],
        clear_search: Callable[[], None],
        unfit: Callable[[PostBill], Problem | None],
        take_over: Callable[[PostBill, Mapping[str, SaleItem]], None],
        keeper: Callable[[], DraftKeeper],
    ) -> None:
        """Start with nothing asked."""
        self._lanes = lanes
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._print = print_quotation
        self._actor = actor
        self._today = today
        self._clear = clear
        self._clear_search = clear_search
        self._unfit = unfit
        self._take_over = take_over
        self._keeper = keeper
        self.is_busy = False
        self._list: _List | None = None

    # --- making ----------------------------------------------------------------------------------------------------

    def quote(self) -> None:
        """Quote the bill being typed, print it, and begin an empty bill; undo brings the lines back."""
        draft = self._editor.draft
        wrong = next((index for index, line in enumerate(draft.lines) if line.units is None), None)
        if self.is_busy:
            return
        if wrong is not None:
            self._editor.start(wrong)
            self._desk.go_to(Focus.QUANTITY)
            self._desk.warn(RuleBroken("billing.line_unread", number=wrong + 1))
            return
        self._make(draft, _command_of(draft))

    def _make(self, draft: Draft, command: MakeQuotation) -> None:
        self.is_busy = True
        here, quoted = draft.command_id, {line.item.code: line.units or 0 for line in draft.lines}

        def done(quotation: QuotationView) -> None:
            self.is_busy = False
            self._keeper().dropped()
            if self._editor.draft is draft:
                self._clear()
            self._say(quotation)
            self._send_to_printer(quotation)

        def failed(error: Exception) -> None:
            self.is_busy = False
            if isinstance(error, Problem) and self._asking.can_allow(error) and self._asking.form is None:
                self._asking.supervise(error, command.command_id, lambda: self._make(draft, command))
            else:
                self._desk.fault(error)

        def write(uow: UnitOfWork) -> QuotationView:
            self._keeper().drop(uow, here, quoted)
            return make_quotation(uow, command)

        self._lanes.write(write, done, failed)

    def _say(self, quotation: QuotationView) -> None:
        self._desk.tell(
            RuleBroken("billing.quoted", number=quotation.number, total=quotation.total, date=quotation.valid_until)
        )

    def _send_to_printer(self, quotation: QuotationView) -> None:
        def failed(error: Exception) -> None:
            if not isinstance(error, Problem):
                self._desk.report_bug(error)
                return
            self._desk.warn(
                RuleBroken(
                    "billing.quotation_not_printed",
                    number=quotation.number,
                    total=quotation.total,
                    date=quotation.valid_until,
                )
            )

        if self._print is not None:
            self._print(quotation, lambda: None, failed)

    # --- the list --------------------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether the list is open or asked for: what is typed then narrows it down."""
        if self._list is not None and self._list.is_shown and self._desk.popup is not Popup.QUOTATIONS:
            self._list = None  # something else took its place
        return self._list is not None

    def rows(self) -> list[QuotationRow]:
        """Return the rows of the list."""
        today = self._today()
        return [quotation_row(hit, today) for hit in (self._list.hits if self._list is not None else ())]

    def show_open(self) -> None:
        """Open the list of the quotations that no bill came of."""
        self._list = _List()
        self._look_for("")

    def narrow(self, typed: str) -> bool:
        """Take what is typed as what narrows the list down; return False where it is not on."""
        if not self.is_on or self._list is None:
            return False
        if typed != self._list.typed:
            self._list.chooses_when_found = False
            self._look_for(typed)
        return True

    def move(self, by: int) -> bool:
        """Go through the list; return False where it is not on."""
        if not self.is_on or self._list is None:
            return False
        last = max(0, len(self._list.hits) - 1)
        self._desk.popup_index = max(0, min(last, self._desk.popup_index + by))
        self._desk.show(Part.POPUP)
        return True

    def enter(self) -> bool:
        """Take the one chosen to the bill being typed; return False where the list is not on."""
        if not self.is_on or self._list is None:
            return False
        if self._list.is_waiting:
            self._list.chooses_when_found = True
        elif self._list.hits:
            self.pick(self._desk.popup_index)
        return True

    def close(self) -> bool:
        """Leave everything as it was; return False where the list is not on."""
        if not self.is_on:
            return False
        self._list = None
        self._clear_search()
        return True

    def pick(self, index: int) -> None:
        """Take a quotation of the list to the bill being typed, and say what has changed since."""
        if self._list is None or self._list.is_waiting:
            return
        number, today, draft = self._list.hits[index].number, self._today(), self._editor.draft
        self.close()

        def take(quoted: QuotedBill) -> None:
            if self._editor.draft is not draft:
                return
            if draft.lines:
                self._desk.warn(RuleBroken("billing.quotation_kept_out", key=KEY))
                return
            problem = self._unfit(quoted.draft)
            if problem is not None:
                self._desk.warn(
                    RuleBroken("billing.quotation_beyond", number=number, what=problem.values.get("what", ""))
                )
                return
            self._clear()  # of a name alone, which undo brings back
            self._take_over(quoted.draft, quoted.items)
            if quoted.problem is not None:
                self._desk.warn(quoted.problem)
            else:
                self._desk.tell(RuleBroken("billing.quotation_taken", number=number))

        self._lanes.read(lambda session: quotation_to_bill(session, number, today), take, self._desk.fault)

    def _look_for(self, typed: str) -> None:
        shown = self._list
        if shown is None:
            return
        shown.typed = typed
        shown.ticket += 1
        ticket, actor = shown.ticket, self._actor()

        def take(hits: list[QuotationHit]) -> None:
            if self.is_on and self._list is shown and ticket == shown.ticket:
                shown.answered = ticket
                self._show(shown, hits)

        def give_up(error: Exception) -> None:
            if self._list is shown:
                self.close()
            self._desk.fault(error)

        self._lanes.read(lambda session: find_quotations(session, actor, typed), take, give_up)

    def _show(self, shown: _List, hits: Sequence[QuotationHit]) -> None:
        shown.hits = hits
        if not hits and not shown.typed:
            self.close()
            self._desk.tell(RuleBroken("billing.no_quotation", key=KEY))
            return
        shown.is_shown = True
        code = "billing.which_quotation" if hits else "billing.no_quotation_fits"
        self._desk.tell(RuleBroken(code))
        self._desk.open(Popup.QUOTATIONS)  # after the sentence, below which it hangs
        if shown.chooses_when_found and hits:
            self.pick(0)


def _command_of(draft: Draft) -> MakeQuotation:
    """Return the command that quotes what a draft bills; of a line without a price the shop's discount is quoted."""
    bill = draft.command((TenderInput(mode=TenderMode.CASH, amount=draft.totals.total),))
    return MakeQuotation(
        command_id=new_id(),
        customer=bill.customer,
        lines=tuple(
            QuotationLineInput(
                item=asked.item,
                quantity=asked.quantity,
                discount_percent=asked.discount_percent if _is_priced(line) else None,
                discount=asked.discount,
            )
            for asked, line in zip(bill.lines, draft.lines, strict=True)
        ),
        bill_discount=bill.bill_discount,
        bill_discount_percent=bill.bill_discount_percent,
    )


def _is_priced(line: DraftLine) -> bool:
    return line.priced is not None
