"""Saves bills, prints them, and prints them again: one for all places of a counter."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.kernel.errors import Problem, RuleBroken
from core.sales.dto import BillView, PostBill
from core.sales.posting import post_bill
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard

#: Where cautions about how a bill was paid are placed.
_PAYMENTS = "payments"


class PrintBill(Protocol):
    """Has a bill printed in the background; all is told on the asking thread.

    ``failed`` hears why its paper waits or was not handed over, ``done`` that it is out, also after ``failed``. Once it
    is handed over the disk knows that it was: a restart does not ask for it again.
    """

    def __call__(
        self,
        bill: BillView,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        reprint: bool = False,
    ) -> None:
        """Print; a ``reprint`` says DUPLICATE."""
        ...


class Paper(enum.Enum):
    """How far a bill's printing is."""

    UNCONFIRMED = "unconfirmed"  # saved before the program was opened
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    NO_PRINTER = "no_printer"


@dataclass(frozen=True, slots=True)
class SavedBill:
    """A saved bill, how its printing goes, and what the printer had against it."""

    bill: BillView
    paper: Paper
    fault: Exception | None = None


class Saving:
    """Posts bills and prints them; ``last`` is the newest saved one, ``changed`` is called when it is another.

    It is the counter's: whichever place a bill was typed in, it is the last one, and F9 prints it.

    ``board`` is told of each bill; ``not_printed`` hears of one that the printer did not take when it was no longer
    the last. Bills of an earlier run that are not confirmed printed stand in ``unprinted``, oldest first.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        print_bill: PrintBill,
        changed: Callable[[], None],
        not_printed: Callable[[BillView], None],
    ) -> None:
        """Start with no bill saved."""
        self.last: SavedBill | None = None
        self.unprinted: Sequence[BillView] = ()
        self._lanes = lanes
        self._board = board
        self._print_bill = print_bill
        self._changed = changed
        self._tell_not_printed = not_printed

    def bring_back(self, unprinted: Sequence[BillView]) -> None:
        """Take the bills that an earlier run saved and did not see printed, oldest first."""
        if unprinted:
            self.unprinted = unprinted
            self.last = SavedBill(unprinted[-1], Paper.UNCONFIRMED)

    def save(
        self,
        command: PostBill,
        saved: Callable[[BillView, Sequence[RuleBroken]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Post the bill and print it; exactly one of ``saved`` and ``failed`` is called.

        ``saved`` also hears what is worth a look and could not be known before.
        """

        def post(uow: UnitOfWork) -> tuple[BillView, Sequence[RuleBroken]]:
            cautions: list[RuleBroken] = []
            return post_bill(uow, command, cautions.append), cautions

        def done(posted: tuple[BillView, Sequence[RuleBroken]]) -> None:
            bill, cautions = posted
            self.last = SavedBill(bill, Paper.PRINTING)
            # what is said of a line stood beside it while it was typed
            saved(bill, [caution for caution in cautions if caution.where == _PAYMENTS])
            self._board.announce({Topic.BILLS, Topic.STOCK})
            self._print(bill, reprint=False)

        self._lanes.write(post, done, failed)

    def print_again(self) -> bool:
        """Print the bills of an earlier run, one after the other, else the last one; return False for none at all."""
        if self.unprinted:
            self._print(self.unprinted[0], reprint=True)
        elif self.last is not None:
            self._print(self.last.bill, reprint=True)
        else:
            return False
        return True

    def show_cancelled(self, bill: BillView) -> None:
        """The last bill was cancelled: show it so. Its paper says so when it is printed again."""
        if self.last is not None and self.last.bill.bill_id == bill.bill_id:
            self.last = replace(self.last, bill=bill)
            self._changed()

    def printed_before(self, bill: BillView) -> None:
        """A paper came out that another user, who worked here before, had sent to the printer."""
        self.unprinted = [waiting for waiting in self.unprinted if waiting.bill_id != bill.bill_id]
        self._mark(bill, Paper.PRINTED, None)
        self._changed()

    def _print(self, bill: BillView, *, reprint: bool) -> None:
        self._mark(bill, Paper.PRINTING, None)
        try:
            self._print_bill(
                bill,
                lambda: self._printed(bill),
                lambda error: self._not_printed(bill, error),
                reprint=reprint,
            )
        except Exception as error:  # noqa: BLE001 - whatever a printer does, the bill is saved
            self._not_printed(bill, error)

    def _printed(self, bill: BillView) -> None:
        """A paper came out: print the next of those that wait from an earlier run."""
        bill_id = bill.bill_id
        left = [waiting for waiting in self.unprinted if waiting.bill_id != bill_id]
        was_waiting, self.unprinted = len(left) < len(self.unprinted), left
        self._mark(bill, Paper.PRINTED, None)
        self._changed()
        if was_waiting and left:
            self._print(left[0], reprint=True)

    def _not_printed(self, bill: BillView, error: Exception) -> None:
        is_none = isinstance(error, Problem) and error.code == "printer.none"
        if not self._mark(bill, Paper.NO_PRINTER if is_none else Paper.FAILED, error) and not is_none:
            self._tell_not_printed(bill)

    def _mark(self, bill: BillView, paper: Paper, fault: Exception | None) -> bool:
        """Note how far a bill's printing is, and say whether it is still the last one."""
        if self.last is None or self.last.bill.bill_id != bill.bill_id:
            return False
        self.last = replace(self.last, paper=paper, fault=fault)
        self._changed()
        return True
