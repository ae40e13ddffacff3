"""Where the windows hand their papers over: into the queue of a printer, and word of what becomes of each."""

from __future__ import annotations

from collections.abc import Callable

from core.app.paperwork import print_bill, print_quotation
from core.printing.paper import Drawing
from core.sales.dto import BillView
from core.sales.quotation_dto import QuotationView
from core.spool.dto import JobView
from core.storage.database import Database
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.spooler import PrintSheets, Run, Spooler
from pos_desktop.screens.papers.words import printer_words
from pos_desktop.shell.device_state import DeviceState

Failed = Callable[[Exception], None]


class PrintDesk:
    """One for an open shop, whoever is at work. ``listen`` is told when papers or printers are otherwise."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        run: Run,
        later: Callable[[int, Callable[[], None]], None],
        draw: Drawing,
        print_sheets: PrintSheets,
        report_bug: Failed,
    ) -> None:
        """Begin to send what waits."""
        self._lanes = lanes
        self.spooler = Spooler(database, run, later, draw, print_sheets, report_bug)
        self.spooler.begin()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told, to one listener at a time."""
        self.spooler.listen(listener)

    def print_bill(self, bill: BillView, done: Callable[[], None], failed: Failed, *, reprint: bool = False) -> None:
        """Hand a bill over; ``failed`` hears why its paper waits, ``done`` that it is out, also after that."""
        self._hand_over(lambda uow: print_bill(uow, bill.bill_id, duplicate=reprint), done, failed)

    def print_quotation(self, quotation: QuotationView, done: Callable[[], None], failed: Failed) -> None:
        """Hand a quotation over, as a bill."""
        self._hand_over(lambda uow: print_quotation(uow, quotation.quotation_id), done, failed)

    def receipts_state(self) -> DeviceState | None:
        """Return how the printer for receipts is, in words; None where there is none and no paper waits."""
        receipts = self.spooler.printers.receipts
        return printer_words(self.spooler.states().get(receipts) if receipts else None, self.spooler.jobs)

    def end(self) -> None:
        """Begin nothing more."""
        self.spooler.end()

    def _hand_over(self, command: Callable[[UnitOfWork], JobView], done: Callable[[], None], failed: Failed) -> None:
        def queued(job: JobView) -> None:
            self.spooler.watch(job.job_id, done, failed)
            self.spooler.look()

        self._lanes.write(command, queued, failed)
