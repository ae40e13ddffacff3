"""Saves a bill once, prints it, and prints it again."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from core.kernel.errors import Problem
from core.sales.dto import BillView, PostBill
from core.sales.posting import post_bill
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard


class PrintBill(Protocol):
    """Prints a bill in the background; exactly one of ``done`` and ``failed`` is called, on the asking thread."""

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

    ``board`` is told of each bill; ``not_printed`` hears of one that the printer did not take when it was no longer
    the last.
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
        self.is_busy = False
        self.last: SavedBill | None = None
        self._lanes = lanes
        self._board = board
        self._print_bill = print_bill
        self._changed = changed
        self._tell_not_printed = not_printed

    def save(self, command: PostBill, saved: Callable[[BillView], None], failed: Callable[[Exception], None]) -> None:
        """Post the bill and print it; while one is being saved, do nothing."""
        if self.is_busy:
            return
        self.is_busy = True

        def post(uow: UnitOfWork) -> BillView:
            return post_bill(uow, command)

        def done(bill: BillView) -> None:
            self.is_busy = False
            self.last = SavedBill(bill, Paper.PRINTING)
            saved(bill)
            self._board.announce({Topic.BILLS, Topic.STOCK})
            self._print(bill, reprint=False)

        def give_up(error: Exception) -> None:
            self.is_busy = False
            failed(error)

        self._lanes.write(post, done, give_up)

    def print_again(self) -> bool:
        """Print the last bill again; return False where there is none."""
        if self.last is None:
            return False
        self._print(self.last.bill, reprint=True)
        return True

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
        self._mark(bill, Paper.PRINTED, None)

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
