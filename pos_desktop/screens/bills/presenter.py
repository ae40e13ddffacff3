"""The list of bills without Qt: what finds them, the bill beside the list, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.inventory.dto import SaleItem
from core.inventory.queries import items_for_lines
from core.kernel.actor import Actor
from core.kernel.errors import Problem, RuleBroken
from core.kernel.money import Money
from core.sales.correcting import draft_of
from core.sales.drafts import mark_printed
from core.sales.dto import BillView, Correction, PostBill, WaitingPayment
from core.sales.finding import BillPage, find_bills
from core.sales.indexing import BillPlace
from core.sales.payments import waiting_payments
from core.sales.queries import bill_view
from core.sales.typed import Understood, understand
from core.settings.dto import ShopView
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.saving import PrintBill
from pos_desktop.screens.billing.state import Desk
from pos_desktop.screens.bills.rows import BillCard, BillRow, bill_card, bill_row, understood_words, waiting_rows
from pos_desktop.screens.bills.sharing import mail_link, pdf_name, save_pdf, whatsapp_link
from pos_desktop.screens.overriding import Authorise
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

#: Rows that are read at once, and how near to the last one the next are asked for.
PAGE = 50
_NEAR = 15
#: Unconfirmed UPI payments are told of for so many days, and so many of all are listed at once.
WAITING_DAYS = 30
MOST_WAITING = 200
#: What F5 turns through: every bill, those that stand, those that are cancelled.
_SHOWN: Mapping[bool | None, bool | None] = {None: False, False: True, True: None}


class Counter(Protocol):
    """Where a bill is put right: the billing screen."""

    def unfit(self, wanted: PostBill) -> Problem | None:
        """Return why a bill cannot be taken there now, None where it can."""
        ...

    def take_over(self, wanted: PostBill, items: Mapping[str, SaleItem]) -> None:
        """Go on there with what stood on a cancelled bill."""
        ...

    def was_cancelled(self, bill: BillView) -> None:
        """Hear of a bill that was cancelled here."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out of the screen: to paper, to a folder, to another program, to the counter."""

    print_bill: PrintBill
    folder: Path
    open_link: Callable[[str], bool]
    counter: Counter
    go_to_counter: Callable[[], None]
    authorise: Authorise | None = None


class BillsPresenter:
    """The bills of the shop. ``listen`` tells the view that something changed; ``rights`` are the actor's."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        shop: ShopView,
        ways: Ways,
        *,
        today: Callable[[], date],
        rights: frozenset[Permission],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._actor = actor
        self._shop = shop
        self._ways = ways
        self._today = today
        self._rights = rights
        self._listener: Callable[[], None] = lambda: None
        self._asked = 0
        self._bills_asked = 0
        self._waiting_asked = 0
        self._is_paging = False
        self._end: BillPlace | None = None
        self._bill: BillView | None = None
        self._said = Understood("all", understand("").wanted)
        self.desk = Desk(report_bug)
        self.asking = Asking(lanes, board, self.desk, lambda: actor, ways.authorise, ways.counter.was_cancelled)
        self.rows: list[BillRow] = []
        self.text = ""
        self.chosen_key = ""
        self.cancelled: bool | None = None
        self.shows_waiting = False
        self.is_reading = False
        self._waiting: Sequence[WaitingPayment] = ()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener
        self.desk.listener = lambda _: listener()

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def may_bill(self) -> bool:
        """Whether who is logged in bills: then a supervisor may allow what is not theirs alone."""
        return Permission.POST_BILL in self._rights

    @property
    def understood(self) -> str:
        """What the text was taken for, and which bills are left out."""
        if self.shows_waiting:
            first = tr(", the first {most}", most=MOST_WAITING) if len(self._waiting) == MOST_WAITING else ""
            return tr("Bills whose UPI payment nobody has confirmed, the oldest first{first}", first=first)
        shown = {None: "", False: tr("Without cancelled ones. "), True: tr("Cancelled ones only. ")}[self.cancelled]
        return f"{shown}{understood_words(self._said)}"

    @property
    def waiting(self) -> str:
        """How many UPI payments of the last days wait, and how much money; empty where none does."""
        if not self._waiting:
            return ""
        amount = Money.total(payment.amount for payment in self._waiting).grouped()
        if len(self._waiting) == 1:
            return tr("1 UPI payment waits, ₹{amount}", amount=amount)
        return tr("{count} UPI payments wait, ₹{amount}", count=len(self._waiting), amount=amount)

    @property
    def waiting_count(self) -> int:
        """How many that are."""
        return len(self._waiting)

    @property
    def bill(self) -> BillView | None:
        """The chosen bill; None until it is read."""
        return self._bill if self._bill is not None and str(self._bill.bill_id) == self.chosen_key else None

    @property
    def card(self) -> BillCard | None:
        """All that stands on the chosen bill; None until it is read."""
        return bill_card(self.bill) if self.bill is not None else None

    @property
    def has_more(self) -> bool:
        """Whether more stand behind the rows that are read."""
        return self._end is not None

    def refresh(self) -> None:
        """Read the list again, as far as it was read, the bill, and what waits."""
        self._read_waiting()
        if not self.shows_waiting:
            self._read_bills()

    def _read_bills(self) -> None:
        try:
            said = understand(self.text)
        except Problem as problem:  # a date that is half typed: the list stays as it is
            self.desk.warn(problem)
            return
        self._asked += 1
        asked, limit = self._asked, max(PAGE, len(self.rows))
        self._said = said

        def show(page: BillPage) -> None:
            if asked == self._asked:  # a later letter has asked again
                self.rows = [bill_row(hit) for hit in page.hits]
                self._end = page.end
                keys = {row.key for row in self.rows}
                if self.chosen_key not in keys:
                    self.chosen_key = self.rows[0].key if self.rows else ""
                self._read_bill()
                self._listener()

        self._read_page(said, None, limit, show, self.desk.fault)

    def more(self) -> None:
        """Read the next page of the list: the last rows have come into sight."""
        if self._end is None or self._is_paging:
            return
        self._is_paging = True
        asked = self._asked

        def show(page: BillPage) -> None:
            self._is_paging = False
            if asked == self._asked:
                self.rows = [*self.rows, *map(bill_row, page.hits)]
                self._end = page.end
                self._listener()

        def failed(error: Exception) -> None:
            self._is_paging = False
            self.desk.fault(error)

        self._read_page(self._said, self._end, PAGE, show, failed)

    # --- moving --------------------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show what a text finds."""
        if text != self.text:
            self._leave_waiting()
            self.text, self.chosen_key, self.rows = text, "", self.rows[:PAGE]
            self.desk.hush()
            self._listener()  # the field is empty at once, whatever is still being read
            self._read_bills()

    def open_bill(self, number: str) -> None:
        """Show a bill that another screen names, whatever was looked for here."""
        if self.asking.form is None:
            self.cancelled = None
            if number == self.text and not self.shows_waiting:
                self.refresh()
            else:
                self.search(number)

    def turn_shown(self) -> None:
        """F5: every bill, those that stand, those that are cancelled."""
        self._leave_waiting()
        self.cancelled = _SHOWN[self.cancelled]
        self.rows, self.chosen_key = self.rows[:PAGE], ""
        self._read_bills()

    def turn_waiting(self) -> None:
        """F12: only the bills whose UPI payment nobody has confirmed, the oldest first, or all bills again."""
        if self.asking.form is not None:
            return
        self.shows_waiting = self.is_reading = not self.shows_waiting
        self._asked += 1  # what is still being read of the bills comes too late
        self.text, self.rows, self.chosen_key, self._end = "", [], "", None
        self.desk.hush()
        self._listener()
        self.refresh()

    def choose(self, key: str) -> None:
        """Choose a bill's row; the bill is read."""
        if key != self.chosen_key:
            self.chosen_key = key
            self.desk.hush()
            self._read_bill()
            self._listener()
            if key in {row.key for row in self.rows[-_NEAR:]}:
                self.more()

    def move(self, steps: int) -> None:
        """Choose the row so many below the present one, from the search field."""
        keys = [row.key for row in self.rows]
        if keys:
            at = keys.index(self.chosen_key) if self.chosen_key in keys else 0
            self.choose(keys[max(0, min(at + steps, len(keys) - 1))])

    def escape(self) -> None:
        """Esc: close the form, else empty the search."""
        if self.asking.form is not None:
            self.asking.escape()
        elif self.shows_waiting:
            self.turn_waiting()
        else:
            self.desk.hush()
            self.search("")

    # --- what is done with a bill --------------------------------------------------------------------------------

    def print_again(self) -> None:
        """F9: the paper once more; it says DUPLICATE."""
        bill = self._free_bill()
        if bill is not None:
            number = bill.number

            def printed() -> None:
                self.desk.tell(RuleBroken("bills.printed", number=number))

            self._ways.print_bill(bill, printed, self.desk.fault, reprint=True)

    def cancel(self) -> None:
        """F10: cancel the bill, with its reason."""
        bill = self._free_bill()
        if bill is not None and self.may_bill:
            self.asking.cancel(bill)

    def confirm_upi(self) -> None:
        """F2: a UPI payment of the bill came in."""
        bill = self._free_bill()
        if bill is not None and self.may_bill:
            self.asking.confirm_upi(bill)

    def pay_otherwise(self) -> None:
        """F4: the bill was paid in another way than was said."""
        bill = self._free_bill()
        if bill is not None:
            self.asking.pay_otherwise(bill)

    def correct(self) -> None:
        """F3: take the bill back, and put it right at the counter."""
        bill = self._free_bill()
        if bill is None or not self.may_bill:
            return
        if bill.corrected_by is not None:
            self.desk.warn(RuleBroken("sales.corrected_already", number=bill.number, by=bill.corrected_by))
            return
        today = self._today()

        def ask(draft: PostBill) -> None:
            problem = self._ways.counter.unfit(draft)
            if problem is not None:
                self.desk.warn(problem)
            elif self.bill is not None and self.bill.bill_id == bill.bill_id:
                self.asking.correct(bill, self._corrected)

        self._lanes.read(lambda session: draft_of(session, bill, today), ask, self.desk.fault)

    def save_pdf(self) -> None:
        """F6: ask for a file, and write the bill into it."""
        bill = self._free_bill()
        if bill is None:
            return
        field = FormField("file", tr("File"), value=str(self._ways.folder / pdf_name(bill)), most=500)
        form = BillForm(
            tr("Save bill {number} as PDF", number=bill.number),
            tr("An A4 page to keep, to send or to print elsewhere."),
            (field,),
            tr("Save the PDF"),
            purpose=Purpose.FILE,
        )

        def send(typed: Mapping[str, str]) -> None:
            path = Path(typed["file"].strip()).expanduser()
            if not typed["file"].strip() or path.is_dir():
                raise RuleBroken("bills.no_file", where="file")

            def saved() -> None:
                if self.asking.form is form:
                    self.asking.open(None)
                self.desk.tell(RuleBroken("bills.saved", number=bill.number, path=str(path)))

            def failed(error: Exception) -> None:
                if self.asking.form is form and isinstance(error, Problem):
                    form.place(error, "file")
                    self._listener()
                else:
                    self.desk.fault(error)

            self._write_pdf(bill, path, saved, failed)

        form.send = send
        self.asking.open(form)

    def send_whatsapp(self) -> None:
        """F7: a chat with the customer, the words typed already."""
        self._share(whatsapp_link, "bills.chat_opened")

    def send_mail(self) -> None:
        """F8: a new e-mail, subject and words typed already."""
        self._share(mail_link, "bills.mail_opened")

    # --- inside --------------------------------------------------------------------------------------------------

    def _share(self, link_of: Callable[[BillView, str], str], done: str) -> None:
        """Write the PDF where it can be attached from, then open the other program; say where the PDF lies."""
        bill = self._free_bill()
        if bill is None:
            return
        try:
            link = link_of(bill, self._shop.name)
        except Problem as problem:
            self.desk.warn(problem)
            return
        path = self._ways.folder / pdf_name(bill)

        def saved() -> None:
            if self._ways.open_link(link):
                self.desk.tell(RuleBroken(done, path=str(path)))
            else:
                self.desk.warn(RuleBroken("bills.no_program", path=str(path)))

        self._write_pdf(bill, path, saved, self.desk.fault)

    def _write_pdf(
        self, bill: BillView, path: Path, saved: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        def done(_: None) -> None:
            self._note_paper(bill)
            saved()

        self._lanes.read(lambda session: save_pdf(session, bill, path), done, failed)

    def _note_paper(self, bill: BillView) -> None:
        self._lanes.write(lambda uow: mark_printed(uow, bill.bill_id), lambda _: None, self.desk.fault)

    def _corrected(self, correction: Correction) -> None:
        draft = correction.draft
        today = self._today()
        codes = [line.item for line in draft.lines]

        def take(items: Mapping[str, SaleItem]) -> None:
            problem = self._ways.counter.unfit(draft)
            if problem is not None:  # something was typed there meanwhile; F3 gives the draft again
                self.desk.warn(problem)
                return
            self._ways.counter.take_over(draft, items)
            self._ways.go_to_counter()

        self._lanes.read(lambda session: items_for_lines(session, codes, today), take, self.desk.fault)

    def _free_bill(self) -> BillView | None:
        """Return the chosen bill, None where there is none or a form is open over it."""
        return self.bill if self.asking.form is None else None

    def _read_page(
        self,
        said: Understood,
        after: BillPlace | None,
        limit: int,
        show: Callable[[BillPage], None],
        failed: Callable[[Exception], None],
    ) -> None:
        wanted = said.wanted.model_copy(update={"cancelled": self.cancelled})
        self._lanes.read(
            lambda session: find_bills(session, self._actor, wanted, after=after, limit=limit), show, failed
        )

    def _leave_waiting(self) -> None:
        """Go back to the bills; what is still being read of the payments is not for this list."""
        if self.shows_waiting:
            self.shows_waiting = self.is_reading = False
            self.rows = []
            self._read_waiting()

    def _read_waiting(self) -> None:
        """Read what waits: all of it for its list, else that of the last days for the sentence in the head."""
        self._waiting_asked += 1
        asked, of_list = self._waiting_asked, self.shows_waiting
        since = None if of_list else self._today() - timedelta(days=WAITING_DAYS)
        limit = MOST_WAITING if of_list else None

        def show(waiting: Sequence[WaitingPayment]) -> None:
            if asked != self._waiting_asked:
                return
            self._waiting = waiting
            if of_list:
                self.is_reading = False
                keys = [row.key for row in self.rows]
                at = keys.index(self.chosen_key) if self.chosen_key in keys else 0
                self.rows = waiting_rows(waiting)
                if self.chosen_key not in {row.key for row in self.rows}:  # confirmed: the next one takes its place
                    self.chosen_key = self.rows[min(at, len(self.rows) - 1)].key if self.rows else ""
                self._read_bill()
            self._listener()

        self._lanes.read(lambda session: waiting_payments(session, since=since, limit=limit), show, self.desk.fault)

    def _read_bill(self) -> None:
        self._bills_asked += 1
        asked, key = self._bills_asked, self.chosen_key
        if not key:
            return

        def read(session: Session) -> BillView:
            return bill_view(session, UUID(key))

        def show(bill: BillView) -> None:
            if asked == self._bills_asked:
                self._bill = bill
                self._listener()

        self._lanes.read(read, show, self.desk.fault)
