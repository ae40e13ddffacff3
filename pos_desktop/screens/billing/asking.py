"""The forms that stand over a bill: a supervisor's leave for what one may not do alone, and why a bill is cancelled.

Knows no Qt. Esc goes back to the bill as it was, whatever is on its way: an answer that comes later finds no form.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from core.auth.dto import OverrideView, UserView
from core.auth.permissions import Need
from core.auth.queries import supervisors
from core.auth.rights import supervised_need
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Actor
from core.kernel.errors import Problem, RuleBroken
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CancelBill, ChangePayment, ConfirmPayment, CorrectBill, Correction
from core.sales.payment_text import read_payments
from core.sales.payments import change_payment, confirm_payment
from core.sales.upi import upi_reference
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.state import Desk, Part
from pos_desktop.screens.overriding import PLACES, Authorise, override_command, override_fields
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.texts import tr

CommandT = TypeVar("CommandT", CancelBill, CorrectBill, ChangePayment)
ResultT = TypeVar("ResultT")

REASON_LENGTH = 200


class Purpose(enum.Enum):
    """What a form is for."""

    OVERRIDE = "override"
    CANCEL = "cancel"
    CORRECT = "correct"
    PAYMENT = "payment"
    FILE = "file"
    ITEM = "item"
    BATCH = "batch"
    TEACH = "teach"
    PRESCRIPTION = "prescription"
    WHICH = "which"
    DUTY = "duty"
    WANT = "want"
    IN_HAND = "in hand"
    DETAILS = "details"
    DOSE = "dose"
    CASH = "cash"


@dataclass(slots=True)
class BillForm(Form):
    """A form over the bill. ``send`` runs what was typed.

    ``confirmed`` once it was asked whether a payment's number that stands on another bill is meant: Enter then sends it
    all the same, unless something is typed.
    """

    purpose: Purpose = Purpose.CANCEL
    send: Callable[[Mapping[str, str]], None] = lambda typed: None
    confirmed: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether it asks which of several is meant."""
        return self.purpose in {Purpose.ITEM, Purpose.BATCH, Purpose.TEACH, Purpose.WHICH, Purpose.DUTY}


class Asking:
    """The form that is open over the bill, if one is; ``form`` is what the view draws."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        desk: Desk,
        actor: Callable[[], Actor],
        authorise: Authorise | None,
        cancelled: Callable[[BillView], None],
    ) -> None:
        """Start with none. Without ``authorise`` no supervisor can be asked; ``cancelled`` gets a cancelled bill."""
        self.form: BillForm | None = None
        self._lanes = lanes
        self._board = board
        self._desk = desk
        self._actor = actor
        self._authorise = authorise
        self._cancelled = cancelled

    # --- what the view tells -------------------------------------------------------------------------------------

    def open(self, form: BillForm | None) -> None:
        """Show a form, or none."""
        self.form = form
        self._desk.show(Part.FORM)

    def submit(self, typed: Mapping[str, str]) -> None:
        """Enter: run what the form is for."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        try:
            form.send(typed)
        except Problem as problem:
            form.place(problem)
        self._desk.show(Part.FORM)

    def typed(self, name: str) -> None:
        """Something was typed: what was wrong there is being mended."""
        if self.form is None:
            return
        self.form.confirmed = False
        if self.form.mend(name):
            self._desk.show(Part.FORM)

    def escape(self) -> None:
        """Esc: back to the bill, which nothing here has touched."""
        if self.form is not None:
            self.open(None)

    def refuse_scan(self) -> bool:
        """Say under an open form that nothing was added; return whether one is open.

        A choice is asked anew: the scanner's characters may have moved it.
        """
        form = self.form
        if form is None:
            return False
        sentence = explain(RuleBroken("billing.scan_while_asked"))
        if form.is_choice:
            self.open(replace(form, sentence=sentence))
        else:
            form.sentence = sentence
            self._desk.show(Part.FORM)
        return True

    # --- which one -----------------------------------------------------------------------------------------------

    def choose(
        self,
        purpose: Purpose,
        title: str,
        about: Problem,
        label: str,
        choices: Sequence[tuple[str, str]],
        chosen: Callable[[str], None],
        submit: str,
    ) -> None:
        """Ask which of the choices (value, words) is meant, the first one chosen; ``chosen`` gets its value.

        A question that comes while a form is open is not asked: its scan is said to have added nothing.
        """
        if self.refuse_scan():
            return
        values = {value for value, _ in choices}

        def send(typed: Mapping[str, str]) -> None:
            self.open(None)
            if typed["choice"] in values:
                chosen(typed["choice"])

        field = FormField("choice", label, FieldKind.CHOICE, choices[0][0], choices=choices)
        self.open(BillForm(title, explain(about), (field,), submit, purpose=purpose, send=send))

    # --- a supervisor --------------------------------------------------------------------------------------------

    def can_allow(self, error: Exception) -> bool:
        """Say whether a supervisor could allow what was refused."""
        return self._authorise is not None and isinstance(error, Problem) and supervised_need(error) is not None

    def supervise(self, error: Problem, command_id: UUID, again: Callable[[], None], reason: str = "") -> None:
        """Ask for a supervisor's leave for a command that was refused, and call ``again`` once it is given.

        ``reason`` is what stands in the field for it already.
        """
        need = supervised_need(error)
        assert need is not None
        name = self._actor().username
        waiting = self._override_form(explain(error), need, command_id, again, reason, ())
        waiting.is_busy = True
        self.open(waiting)

        def show(people: Sequence[UserView]) -> None:
            if self.form is not waiting:
                return
            if people:
                self.open(self._override_form(explain(error), need, command_id, again, reason, people))
            else:
                waiting.place(RuleBroken("auth.no_supervisor", right=need.permission.words))
                self._desk.show(Part.FORM)

        self._lanes.read(lambda session: supervisors(session, need, name), show, self._gone_wrong(waiting))

    def _override_form(
        self,
        about: str,
        need: Need,
        command_id: UUID,
        again: Callable[[], None],
        reason: str,
        people: Sequence[UserView],
    ) -> BillForm:
        form = BillForm(
            title=tr("A supervisor is needed"),
            about=about,
            fields=override_fields(people, reason),
            submit=tr("Allow"),
            purpose=Purpose.OVERRIDE,
        )

        def send(typed: Mapping[str, str]) -> None:
            if not people:
                raise RuleBroken("auth.no_supervisor", right=need.permission.words)
            ask = override_command(typed, command_id, need)
            assert self._authorise is not None

            def allowed(_: OverrideView) -> None:
                if self.form is form:
                    self.open(None)
                    again()

            self._authorise(ask, allowed, self._gone_wrong(form))

        form.send = send
        return form

    # --- cancelling ----------------------------------------------------------------------------------------------

    def cancel(self, bill: BillView) -> None:
        """Ask why a bill shall be cancelled, and cancel it."""
        if self.form is not None:
            return
        if bill.cancelled is not None:
            self._desk.warn(RuleBroken("sales.cancelled_already", number=bill.number))
            return

        def done(view: BillView) -> None:
            self._cancelled(view)
            self._desk.tell(RuleBroken("billing.cancelled", number=view.number))

        self._ask_why(
            tr("Cancel bill {number}", number=bill.number),
            tr(
                "{total}. Its number stays used, its goods come back into stock, and the money goes back.",
                total=f"₹{bill.total.grouped()}",
            ),
            tr("Cancel the bill"),
            Purpose.CANCEL,
            lambda typed: load(CancelBill, {"number": bill.number, "reason": typed["reason"]}),
            cancel_bill,
            done,
        )

    def correct(self, bill: BillView, corrected: Callable[[Correction], None]) -> None:
        """Ask why a bill is wrong, cancel it, and hand on what stood on it."""
        if self.form is not None:
            return

        def done(correction: Correction) -> None:
            self._cancelled(correction.cancelled)
            corrected(correction)

        self._ask_why(
            tr("Correct bill {number}", number=bill.number),
            tr("It is cancelled, and what stood on it comes to the counter: put right, it is saved in its place."),
            tr("Correct the bill"),
            Purpose.CORRECT,
            lambda typed: load(CorrectBill, {"number": bill.number, "reason": typed["reason"]}),
            correct_bill,
            done,
            reason=bill.cancelled.reason if bill.cancelled is not None else "",
        )

    def pay_otherwise(self, bill: BillView) -> None:
        """Ask how a bill was paid in truth, and why it was said otherwise."""
        if self.form is not None:
            return
        if bill.cancelled is not None:
            self._desk.warn(RuleBroken("sales.cancelled_already", number=bill.number))
            return

        def command(typed: Mapping[str, str]) -> ChangePayment:
            try:
                payments = read_payments(typed["payments"])
                said = {"number": bill.number, "payments": payments, "reason": typed["reason"]}
                confirmed = self.form is not None and self.form.confirmed
                return load(ChangePayment, {**said, "confirmed": confirmed})
            except RuleBroken as broken:
                raise broken.moved_to("reason" if broken.where == "reason" else "payments") from None

        def done(view: BillView) -> None:
            self._desk.tell(RuleBroken("bills.paid_otherwise", number=view.number))

        paid = FormField(
            "payments",
            tr("Paid by"),
            hint=tr("For instance: upi 200.00 612345678901, cash 57"),
            most=200,
        )
        self._ask_why(
            tr("How bill {number} was paid", number=bill.number),
            tr("{total} exactly. The bill stays what it was.", total=f"₹{bill.total.grouped()}"),
            tr("Note it"),
            Purpose.PAYMENT,
            command,
            change_payment,
            done,
            before=(paid,),
        )

    def confirm_upi(self, bill: BillView) -> None:
        """Ask for the number of a UPI payment that waits."""
        if self.form is not None:
            return
        waiting = next((tender for tender in bill.tenders if tender.waits), None)
        if waiting is None or bill.cancelled is not None:
            self._desk.warn(RuleBroken("bills.no_upi_waits", number=bill.number))
            return
        number = FormField("reference", tr("UPI number (UTR)"), most=50)
        form = BillForm(
            tr("UPI payment of bill {number}", number=bill.number),
            tr(
                "{amount}, asked for under {reference}.",
                amount=f"₹{waiting.amount.grouped()}",
                reference=upi_reference(bill.bill_id),
            ),
            (number,),
            tr("It came in"),
            purpose=Purpose.PAYMENT,
        )

        def ended(view: BillView) -> None:
            if self.form is form:
                self.open(None)
            self._desk.tell(RuleBroken("bills.upi_confirmed", number=view.number))
            self._board.announce({Topic.BILLS})

        def send(typed: Mapping[str, str]) -> None:
            said = {"number": bill.number, "line": waiting.line, "reference": typed["reference"]}
            command = load(ConfirmPayment, {**said, "confirmed": form.confirmed})
            self._lanes.write(lambda uow: confirm_payment(uow, command), ended, self._gone_wrong(form))

        form.send = send
        self.open(form)

    def _ask_why(
        self,
        title: str,
        about: str,
        submit: str,
        purpose: Purpose,
        command_of: Callable[[Mapping[str, str]], CommandT],
        run: Callable[[UnitOfWork, CommandT], ResultT],
        done: Callable[[ResultT], None],
        reason: str = "",
        before: Sequence[FormField] = (),
    ) -> None:
        """Open the form that asks for the reason of a command, and run the command with it.

        ``before`` are fields that come before the reason.
        """
        why = FormField("reason", tr("Why"), value=reason, hint=tr("It stands on the bill."), most=REASON_LENGTH)
        form = BillForm(title, about, (*before, why), submit, purpose=purpose)

        def ended(result: ResultT) -> None:
            if self.form is form:
                self.open(None)
            done(result)
            self._board.announce({Topic.BILLS, Topic.STOCK})

        def send(typed: Mapping[str, str]) -> None:
            command = command_of(typed)

            def failed(error: Exception) -> None:
                if self.form is form and isinstance(error, Problem) and self.can_allow(error):

                    def again() -> None:
                        self._lanes.write(lambda uow: run(uow, command), ended, self._desk.fault)

                    self.supervise(error, command.command_id, again, command.reason)
                else:
                    self._gone_wrong(form)(error)

            self._lanes.write(lambda uow: run(uow, command), ended, failed)

        form.send = send
        self.open(form)

    # --- inside --------------------------------------------------------------------------------------------------

    def _gone_wrong(self, form: BillForm) -> Callable[[Exception], None]:
        def gone_wrong(error: Exception) -> None:
            form.is_busy = False
            if self.form is form and isinstance(error, Problem):
                form.place(error, PLACES.get(error.code, ""))
                form.confirmed = error.code == "sales.reference_used"
                self._desk.show(Part.FORM)
            else:
                self._desk.fault(error)
                self._desk.show(Part.FORM)

        return gone_wrong
