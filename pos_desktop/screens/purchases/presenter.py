"""Purchases without Qt: orders, goods receipts, bills and what differs; each a list with the lines of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.kernel.actor import Actor
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.purchasing.bill_dto import SettleMatch, TakeBackBill
from core.purchasing.bill_queries import list_supplier_bills, supplier_bill_view
from core.purchasing.debit_dto import DebitNoteView, IssueDebitNote, TakeBackDebitNote
from core.purchasing.debit_queries import list_debit_notes, open_claims, read_debit_note
from core.purchasing.debiting import issue_debit_note
from core.purchasing.matching import ListedDifference, match_board, settle_match
from core.purchasing.order_dto import CloseOrder, OrderView
from core.purchasing.order_queries import list_orders, read_order
from core.purchasing.ordering import close_order
from core.purchasing.receipt_dto import TakeBackReceipt
from core.purchasing.receipt_queries import list_receipts, read_receipt_of
from core.purchasing.taking_back import take_back_bill, take_back_debit_note, take_back_receipt
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.purchases.new_order import NewOrder
from pos_desktop.screens.purchases.new_return import NewReturn
from pos_desktop.screens.purchases.pages import MAKING, Page, Ways
from pos_desktop.screens.purchases.papers import Papers
from pos_desktop.screens.purchases.rows import (
    DocumentRow,
    LineRow,
    bill_lines,
    bill_row,
    difference_row,
    note_lines,
    note_row,
    order_lines,
    order_row,
    receipt_lines,
    receipt_row,
)
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.tone import Tone

T = TypeVar("T")

#: The newest documents are listed; more are found in the reports.
_MOST = 200


_ENDED = frozenset({Page.ORDERS, Page.RECEIPTS, Page.BILLS, Page.DIFFERENCES, Page.DEBIT_NOTES})


@dataclass(slots=True)
class Listed:
    """What a page shows: its rows, which of them is chosen, and the lines of that one.

    ``text`` is what was typed to find them; ``left`` says how many fit beside those that are shown; ``claims`` are the
    lines of the chosen bill of which nothing was asked back yet.
    """

    text: str = ""
    left: int = 0
    rows: list[DocumentRow] = field(default_factory=list)
    chosen: str = ""
    lines: list[LineRow] = field(default_factory=list)
    claims: tuple[int, ...] = ()

    @property
    def at(self) -> int:
        """The number of the chosen row, -1 for none."""
        return next((at for at, row in enumerate(self.rows) if row.key == self.chosen), -1)

    @property
    def row(self) -> DocumentRow | None:
        """The chosen row."""
        return self.rows[self.at] if self.at >= 0 else None

    def show(self, rows: Sequence[DocumentRow]) -> None:
        """Show rows; what was chosen stays so, or what stands in its place."""
        before = self.at
        self.rows = list(rows)
        if self.at < 0:
            at = max(0, min(before, len(self.rows) - 1))
            self.chosen = self.rows[at].key if self.rows else ""


def _fits(one: ListedDifference, text: str) -> bool:
    """Say whether each word of a text stands in a row of the match board, or begins its item's code as elsewhere."""
    said = f"{one.number} {one.supplier_name} {one.item_name} {one.batch_number}".casefold()
    code = one.item_code.casefold()
    return all(word in said or code.startswith(word) for word in text.casefold().split())


class PurchasesPresenter:
    """Lists of purchases. ``listen`` tells the view that something changed.

    ``may_order`` and ``may_receive`` say what whoever looks may do beside looking.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        ways: Ways,
        *,
        today: Callable[[], date],
        may_order: bool,
        may_receive: bool,
        report_bug: Callable[[Exception], None],
        later: Callable[[int, Callable[[], None]], None],
    ) -> None:
        """Start with the orders, nothing read."""
        self._lanes = lanes
        self._board = board
        self._actor = actor
        self._ways = ways
        self._today = today
        self._listener: Callable[[], None] = lambda: None
        self._asked = 0
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self.may_order = may_order
        self.may_receive = may_receive
        self.page = Page.ORDERS
        self.pages = {page: Listed() for page in Page}
        self.order = NewOrder(lanes, actor, self.desk, today, self._placed, self._left, self._tell, later)
        self._papers = Papers(lanes, actor, ways, self.desk)
        self.back = NewReturn(lanes, actor, self.desk, today, self._returning, self._issued, self._tell, later)
        if may_order:
            self.order.bring_back()
            self.back.bring_back()

    @property
    def here(self) -> Listed:
        """What the page in front shows."""
        return self.pages[self.page]

    @property
    def may_enter_bill(self) -> bool:
        """Whether the chosen receipt waits for its bill, and whoever looks may enter it."""
        row = self.here.row
        waits = row is not None and any(badge.tone is Tone.WARNING for badge in row.marks)
        return self.page is Page.RECEIPTS and waits and self.may_order and self._ways.enter_bill is not None

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    def go_to(self, page: Page) -> None:
        """Show another list."""
        if self.desk.form is None and page is not self.page:
            self.page = page
            self.desk.say("")
            self.refresh()

    def refresh(self) -> None:
        """Read the list in front again, and the lines of what is chosen."""
        if self.page in MAKING:
            return
        self._asked += 1
        asked, page, actor, today, text = self._asked, self.page, self._actor, self._today(), self.here.text

        def read(session: Session) -> tuple[list[DocumentRow], int]:
            match page:
                case Page.ORDERS:
                    orders = list_orders(session, actor, text=text, limit=_MOST)
                    return [order_row(hit, today) for hit in orders.hits], orders.left
                case Page.RECEIPTS:
                    receipts = list_receipts(session, actor, text=text, limit=_MOST)
                    return [receipt_row(hit) for hit in receipts.hits], receipts.left
                case Page.BILLS:
                    bills = list_supplier_bills(session, actor, text=text, limit=_MOST)
                    return [bill_row(hit) for hit in bills.hits], bills.left
                case Page.DEBIT_NOTES:
                    notes = list_debit_notes(session, actor, text=text, limit=_MOST)
                    return [note_row(hit) for hit in notes.hits], notes.left
                case _:
                    board = match_board(session, actor)
                    return [difference_row(one) for one in board if _fits(one, text)], 0

        def show(found: tuple[list[DocumentRow], int]) -> None:
            if asked == self._asked:
                rows, self.pages[page].left = found
                self.pages[page].show(rows)
                self._read_lines()
                self._tell()

        self._lanes.read(read, show, self.desk.failed)

    def search(self, text: str) -> None:
        """Something was typed to find documents: supplier, number, item."""
        if self.page not in MAKING and text != self.here.text:
            self.here.text = text
            self.refresh()

    def move(self, by: int) -> None:
        """Choose the row so many below the present one, from the search."""
        if self.here.rows:
            self.choose(max(0, min(len(self.here.rows) - 1, self.here.at + by)))
            self._tell()

    def choose(self, number: int) -> None:
        """Choose a row."""
        rows = self.here.rows
        if 0 <= number < len(rows) and rows[number].key != self.here.chosen:
            self.here.chosen = rows[number].key
            self.desk.say("")
            self._read_lines()

    # --- what is done --------------------------------------------------------------------------------------------

    def new_order(self) -> None:
        """F2: make an order."""
        if self.desk.form is None and self.may_order:
            self.order.go_on()

    def new_return(self) -> None:
        """F2 among debit notes: send goods back."""
        if self.desk.form is None and self.may_order:
            self.back.go_on()

    @property
    def may_claim(self) -> bool:
        """Whether the chosen bill asks for goods that were not there, and nobody asked the supplier for them yet."""
        return self.page is Page.BILLS and self.may_order and bool(self.here.claims) and self.may_end

    def claim(self) -> None:
        """F6: ask the supplier for what the chosen bill asks and was not there."""
        row = self.here.row
        if self.desk.form is not None or row is None or not self.may_claim:
            return
        number, supplier, claims = row.number, row.supplier, self.here.claims
        command_id = str(new_id())
        lines = line_words(len(claims))
        form = SentForm(
            title=tr("Ask back what was not there"),
            about=tr("{lines} of bill {number}, {supplier}.", lines=lines, number=number, supplier=supplier),
            fields=[FormField("reason", tr("Why"), hint=tr("It stands on the note."), most=200)],
            submit=tr("Write the debit note"),
        )

        def send(typed: Mapping[str, str]) -> None:
            said: dict[str, Any] = {"command_id": command_id, "supplier": row.supplier_id, "reason": typed["reason"]}
            said["confirmed"] = form.confirmed
            wanted = [{"bill": number, "line": line} for line in claims]
            command = load(IssueDebitNote, {**said, "claims": wanted})
            self.desk.write(form, lambda uow: issue_debit_note(uow, command), self._written)

        form.send = send
        self.desk.open(form)

    @property
    def may_end(self) -> bool:
        """Whether the chosen document can be ended: a closed order, or what was taken back, cannot again."""
        row = self.here.row
        ended = {Tone.MUTED, Tone.GOOD} if self.page is Page.ORDERS else {Tone.MUTED}
        return row is not None and not any(badge.tone in ended for badge in row.marks)

    def enter_bill(self) -> None:
        """F3: enter the bill for the chosen goods receipt."""
        row = self.here.row
        if row is not None and self.may_enter_bill and self._ways.enter_bill is not None:
            self._ways.enter_bill(row.number)

    def end(self) -> None:
        """F4: close an order, take a receipt, bill or debit note back, settle a difference: each with a reason."""
        row = self.here.row
        if self.desk.form is not None or row is None or self.page not in _ENDED:
            return
        titles = {
            Page.ORDERS: (tr("Await no more of {number}", number=row.number), tr("Close it")),
            Page.RECEIPTS: (tr("Take {number} back", number=row.number), tr("Take it back")),
            Page.BILLS: (tr("Take bill {number} back", number=row.number), tr("Take it back")),
            Page.DIFFERENCES: (tr("Settle what differs"), tr("Settle it")),
            Page.DEBIT_NOTES: (tr("Take debit note {number} back", number=row.number), tr("Take it back")),
        }
        title, submit = titles[self.page]
        about = "  ·  ".join(filter(None, (row.supplier, row.item, row.expected, row.found)))
        form = SentForm(
            title=title,
            about=about,
            fields=[FormField("reason", tr("Why"), hint=tr("It is written down."), most=200)],
            submit=submit,
        )
        form.send = lambda typed: self._end(form, row, typed["reason"])
        self.desk.open(form)

    def print_paper(self) -> None:
        """F9: the chosen order or debit note on paper."""
        if (row := self._paper()) is not None:
            self._papers.print(self.page, row.number)

    def save_paper(self) -> None:
        """F7: the chosen order or debit note as a PDF in the folder of papers."""
        if (row := self._paper()) is not None:
            self._papers.save(self.page, row.number)

    def copy_order(self) -> None:
        """F10: the order as text for a message, on the clipboard."""
        row = self._paper()
        if row is not None and self.page is Page.ORDERS:
            self._papers.copy_order(row.number)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a form."""
        self.desk.typed(name)
        if self.page in {Page.DEBIT_NOTES, Page.NEW_RETURN}:
            self.back.typed(name, values)
        else:
            self.order.typed(name, values)

    def escape(self) -> None:
        """Esc: close the form, leave the order that is being made, or show all documents again."""
        if self.desk.form is not None:
            self.desk.escape()
        elif self.page in MAKING:
            self.go_to(MAKING[self.page])
        elif self.here.text:
            self.search("")
            self._tell()

    # --- inside --------------------------------------------------------------------------------------------------

    def _end(self, form: SentForm, row: DocumentRow, reason: str) -> None:
        said: Any
        work: Callable[[UnitOfWork], Any]
        match self.page:
            case Page.ORDERS:
                said = load(CloseOrder, {"number": row.number, "reason": reason})
                work = lambda uow: close_order(uow, said)  # noqa: E731 - each page has its own
                words = tr("Nothing more is awaited of {number}.", number=row.number)
            case Page.RECEIPTS:
                said = load(TakeBackReceipt, {"number": row.number, "reason": reason})
                work = lambda uow: take_back_receipt(uow, said)  # noqa: E731
                words = tr("The goods receipt {number} is taken back.", number=row.number)
            case Page.BILLS:
                said = load(TakeBackBill, {"supplier": row.supplier_id, "number": row.number, "reason": reason})
                work = lambda uow: take_back_bill(uow, said)  # noqa: E731
                words = tr("The bill {number} is taken back; its goods wait for it again.", number=row.number)
            case Page.DEBIT_NOTES:
                said = load(TakeBackDebitNote, {"number": row.number, "reason": reason})
                work = lambda uow: take_back_debit_note(uow, said)  # noqa: E731
                words = tr(
                    "The debit note {number} is taken back: nothing is owed by it, and what went back is here again.",
                    number=row.number,
                )
            case _:
                _, line, kind = row.key.split("/")
                said = load(
                    SettleMatch,
                    {
                        "command_id": str(new_id()),
                        "supplier": row.supplier_id,
                        "number": row.number,
                        "line": int(line),
                        "kind": kind,
                        "reason": reason,
                    },
                )
                work = lambda uow: settle_match(uow, said)  # noqa: E731
                words = tr("It is settled.")

        def done(made: object) -> str:
            self._board.announce({Topic.PURCHASES, Topic.STOCK})
            self.refresh()
            if isinstance(made, Money) and made:
                owed = tr("The supplier still owes {claim}: F6 at the bill asks it back.", claim=made.grouped())
                return f"{words} {owed}"
            return words

        self.desk.write(form, work, done)

    def _paper(self) -> DocumentRow | None:
        """Return the chosen row of a list whose documents have papers, None while a form is open."""
        has_papers = self.page in {Page.ORDERS, Page.DEBIT_NOTES}
        return self.here.row if has_papers and self.desk.form is None else None

    def _returning(self) -> None:
        """The lots of a supplier are shown, from which goods go back."""
        self.page = Page.NEW_RETURN
        self._tell()

    def _issued(self, note: DebitNoteView | None) -> None:
        """Goods went back by a note, or the return was left (None)."""
        self.page = Page.DEBIT_NOTES
        self.desk.say("" if note is None else self._written(note))
        self.refresh()

    def _written(self, note: DebitNoteView) -> str:
        self._board.announce({Topic.PURCHASES, Topic.STOCK})
        self.refresh()
        return tr("The debit note {number} over {total} is written.", number=note.number, total=note.total.grouped())

    def _read_lines(self) -> None:
        page, listed, actor = self.page, self.here, self._actor
        key = listed.chosen
        listed.claims = ()
        if not key:
            listed.lines = []
            return

        def read(session: Session) -> tuple[list[LineRow], tuple[int, ...]]:
            match page:
                case Page.ORDERS:
                    return order_lines(read_order(session, actor, key)), ()
                case Page.RECEIPTS:
                    return receipt_lines(read_receipt_of(session, actor, key)), ()
                case Page.DEBIT_NOTES:
                    return note_lines(read_debit_note(session, actor, key)), ()
                case _:
                    bill_id = UUID(key.partition("/")[0])
                    claims = open_claims(session, bill_id)
                    return bill_lines(supplier_bill_view(session, bill_id), claims), claims

        def show(found: tuple[list[LineRow], tuple[int, ...]]) -> None:
            if listed.chosen == key:
                listed.lines, listed.claims = found
                self._tell()

        self._lanes.read(read, show, self.desk.failed)

    def _placed(self, order: OrderView | None) -> None:
        """An order was placed, or is being made (None)."""
        if order is None:
            self.page = Page.NEW_ORDER
            self._tell()
            return
        self.page = Page.ORDERS
        self.here.chosen = order.number
        self._board.announce({Topic.PURCHASES})
        self.desk.say(
            tr("The order {number} is placed: F9 prints it, F10 copies it for a message.", number=order.number)
        )
        self.refresh()

    def _left(self) -> None:
        """The order that was being made is left."""
        self.page = Page.ORDERS
        self.desk.say("")
        self.refresh()

    def _tell(self) -> None:
        self._listener()
