"""From the last line to the saved and printed bill."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.boundary.messages import explain
from core.kernel.errors import Problem, RuleBroken
from core.sales.dto import BillView
from pos_desktop.screens.billing.asking import Asking
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.prescribing import Prescribing
from pos_desktop.screens.billing.saving import Saving
from pos_desktop.screens.billing.state import Desk, Focus, Part
from pos_desktop.screens.billing.tender import Tender, UpiPayee

_LINE_OF_COMMAND = re.compile(r"lines\.(\d+)")


class Checkout:
    """Takes the payment for the editor's draft and saves it; ``tender`` is None while no payment is being typed."""

    def __init__(
        self,
        desk: Desk,
        editor: LineEditor,
        saving: Saving,
        settled: Callable[[], None],
        ask_customer: Callable[[Problem], None],
        asking: Asking,
        prescribing: Prescribing,
        payee: UpiPayee,
    ) -> None:
        """Start with no payment; ``asking`` finds a supervisor for what is refused, ``prescribing`` a prescription.

        ``payee`` is to whom UPI payments go.
        ``settled`` is called when a save has ended, well or not; ``ask_customer`` where the customer must be named.
        """
        self.tender: Tender | None = None
        #: Whether this bill is on its way to the disk; those of other places may be as well.
        self.is_busy = False
        self._desk = desk
        self._editor = editor
        self._saving = saving
        self._settled = settled
        self._ask_customer = ask_customer
        self._asking = asking
        self._prescribing = prescribing
        self._payee = payee

    def begin(self) -> None:
        """Ask how it is paid, unless the bill is empty or has a line that cannot be sold."""
        draft = self._editor.draft
        wrong = draft.first_problem()
        if not draft.lines:
            self._desk.warn(RuleBroken("billing.nothing_to_save"))
            self._desk.go_to(Focus.SEARCH)
        elif wrong is not None:
            self._desk.go_to(self._editor.start_where_wrong(wrong))
            self._desk.warn(RuleBroken("billing.line_wrong", number=wrong + 1))
        elif draft.bill_problem is not None:
            self._editor.start_bill_discount()
            self._desk.go_to(Focus.BILL_DISCOUNT)
            self._desk.warn(draft.bill_problem)
        else:
            draft.asked_money = True
            has_customer = draft.customer_id is not None
            self.tender = Tender(draft.totals.total, draft.command_id, self._payee, has_customer)
            self._desk.show(Part.TENDER)
            self._desk.go_to(Focus.CASH)

    def type(self, text: str) -> None:
        """Work out the change of the cash typed so far; a letter takes a payment in its mode."""
        if self.tender is not None and text != self.tender.typed and not self.is_busy:
            self.tender.type(text)
            self._desk.show(Part.TENDER)

    def drop_last(self) -> bool:
        """Take the last payment back that is not cash; False where something is typed or there is none."""
        if self.tender is None or self.is_busy or not self.tender.drop_last():
            return False
        self._desk.show(Part.TENDER)
        return True

    def enter(self) -> None:
        """Take the number of a payment; save the bill, once, where nothing more is due.

        Where the lines came to something else meanwhile (others sell too) it is asked for anew.
        """
        if self.tender is None or self.is_busy:
            return
        if self._editor.draft.totals.total != self.tender.total:
            self._ask_anew()
            return
        try:
            if self.tender.asks_number:
                self.tender.take_number()
                if self.tender.due:
                    self._desk.show(Part.TENDER)
                    return
            command = self._editor.draft.command(self.tender.payments(), confirmed=self.tender.confirmed)
        except RuleBroken as broken:
            self.tender.sentence = explain(broken)
        else:
            self.tender.sentence = ""
            self.is_busy = True
            self._saving.save(command, self._saved, self._not_saved)
        self._desk.show(Part.TENDER)

    def _ask_anew(self) -> None:
        """Begin the payment again with what the lines come to now, and say so; or open the line that is short."""
        self.tender = None
        self._desk.show(Part.TENDER)
        self.begin()
        self._say_total_changed()

    def _say_total_changed(self) -> None:
        if self.tender is not None:
            self.tender.sentence = explain(RuleBroken("billing.total_changed", total=self.tender.total))
            self._desk.show(Part.TENDER)

    def close(self) -> None:
        """Go back to the lines; a bill on its way to the disk stays on its way."""
        if self.tender is not None and not self.is_busy:
            self.tender = None
            self._desk.show(Part.TENDER)
            self._desk.go_to(Focus.SEARCH)

    def print_again(self) -> None:
        """Print the last bill again."""
        if not self._saving.print_again():
            self._desk.warn(RuleBroken("billing.nothing_to_print"))

    def _saved(self, bill: BillView, cautions: Sequence[RuleBroken]) -> None:
        self.is_busy = False
        self.tender = None
        self._editor.renew()
        self._desk.hush()
        self._desk.show(Part.TENDER | Part.LAST_BILL)
        self._desk.go_to(Focus.SEARCH)
        for caution in cautions:
            self._desk.caution(caution)
        self._settled()

    def _not_saved(self, error: Exception) -> None:
        self.is_busy = False
        problem = error if isinstance(error, Problem) else RuleBroken("billing.not_saved")
        can_allow = self._asking.can_allow(problem)
        if self.tender is not None and (can_allow or self._prescribing.can_mend(problem)):
            self.tender.sentence = explain(problem)
            self._desk.show(Part.TENDER)
            if can_allow:
                self._asking.supervise(problem, self._editor.draft.command_id, self.enter)
            else:
                self._prescribing.mend(problem, self.enter)
            self._settled()
            return
        at_line = _LINE_OF_COMMAND.match(problem.where or "")
        if at_line is not None:
            index = int(at_line[1])
            self.tender = None
            self._editor.refuse(index, problem)
            self._desk.go_to(self._editor.start_where_wrong(index))
            if problem.code == "stock.changed":
                self._desk.warn(problem)  # the line itself is right again as soon as its stock is read
        elif (problem.where or "").startswith("customer."):
            self.tender = None
            self._ask_customer(problem)
        elif self.tender is not None:
            self.tender.sentence = explain(problem)
            self.tender.confirmed = problem.code == "sales.reference_used"
        self._desk.show(Part.TENDER)
        if not isinstance(error, Problem):
            self._desk.report_bug(error)
        self._settled()
