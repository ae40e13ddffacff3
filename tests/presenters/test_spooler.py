"""Papers reach their printers in order, whatever the printers do, and nothing is lost or printed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app.paperwork import print_bill, print_elsewhere, print_test_page, take_out
from core.app.printers import change_printers
from core.kernel.errors import EnvironmentFault, Problem
from core.sales.dto import BillView
from core.spool.dto import JobState, JobView, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.talking import Talker
from core.spool.wires import Patience
from pos_desktop.runtime.spooler import KEEPER, Spooler
from tests.support.counter import TurnedTimer
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import PlayedPrinter, on_the_network
from tests.support.shop import TestShop

BRIEF = Patience(connect=2.0, stuck=1.0, goodbye=0.2, answer=2.0, printed=2.0)


class PrintRoom:
    """A shop with printers, and what sends papers to them; work in the background is done at once, in turn."""

    def __init__(self, shop: TestShop) -> None:
        self.shop = shop
        self.timer = TurnedTimer()
        self.bugs: list[Exception] = []
        self.drawn: list[int] = []
        self.sheets: list[int] = []
        self.known_to_windows: set[str] = set()
        self.told: list[tuple[str, str]] = []
        self.changes = 0
        self.work: list[Callable[[], None]] = []
        self.is_working = False
        self.spooler = self._starts()

    def _starts(self) -> Spooler:
        spooler = Spooler(
            self.shop.shop.database,
            self._run,
            self.timer,
            self._draw,
            self._print_sheets,
            self.bugs.append,
            Talker(BRIEF),
        )
        spooler.listen(self._changed)
        return spooler

    def restarts(self) -> None:
        """The program ends and starts again."""
        self.spooler.end()
        self.timer.calls.clear()
        self.shop.reopen()
        self.spooler = self._starts()
        self.spooler.begin()

    def sets_up(self, *printers: PrinterSetup, receipts: str = "Counter") -> None:
        """The shop has these printers."""
        with self.shop.shop.database.write(self.shop.actor) as uow:
            change_printers(uow, Printers(printers=printers, receipts=receipts))

    def bills(self) -> BillView:
        """A bill is posted and its paper handed over."""
        bill = self.shop.bills(("PCM500", "1"))
        with self.shop.shop.database.write(self.shop.actor) as uow:
            job = print_bill(uow, bill.bill_id, duplicate=False)
        number = bill.number

        def failed(error: Exception) -> None:
            assert isinstance(error, Problem)
            self.told.append((number, error.code))

        self.spooler.watch(job.job_id, lambda: self.told.append((number, "printed")), failed)
        self.spooler.look()
        return bill

    @property
    def waiting(self) -> list[tuple[str, JobState]]:
        return [(job.printer, job.state) for job in self.spooler.jobs]

    @property
    def job(self) -> JobView:
        return self.spooler.jobs[0]

    def fault(self, printer: str = "Counter") -> str | None:
        fault = self.spooler.states()[printer].fault
        return fault.code if fault is not None else None

    def _changed(self) -> None:
        self.changes += 1

    def _print_sheets(self, setup: PrinterSetup, pages: Any) -> None:
        if setup.address not in self.known_to_windows:
            raise EnvironmentFault("printer.system_refused", name=setup.address, reason="it knows no such printer")
        self.sheets.append(len(pages))

    def _draw(self, lines: Any, profile: Any) -> Any:
        self.drawn.append(profile.columns)
        return lines

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        def one() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - as the background does
                failed(error)
            else:
                done(result)

        self.work.append(one)
        if not self.is_working:
            self.is_working = True
            while self.work:
                self.work.pop(0)()
            self.is_working = False


@pytest.fixture
def room(shop: TestShop) -> Iterator[PrintRoom]:
    shop.receives("PCM500", packs=1000)
    made = PrintRoom(shop)
    yield made
    assert made.bugs == []
    shop.books_agree()


def numbers_on(printer: PlayedPrinter) -> list[str]:
    """Return the numbers of the bills that came out whole, in order."""
    papers = [read_escpos(job) for job in printer.jobs if job]
    texts = [line.text for paper in papers for line in paper.lines]
    return [text.split()[-1] for text in texts if text.startswith("Bill No.")]


def test_a_bill_is_printed_and_leaves_the_queue(room: PrintRoom) -> None:
    with on_the_network() as printer:
        room.sets_up(printer.setup())
        bill = room.bills()
    assert numbers_on(printer) == [bill.number]
    assert room.told == [(bill.number, "printed")]
    assert room.waiting == []
    assert room.fault() is None


def test_paper_that_is_out_keeps_the_queue_in_order_until_there_is_some(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as printer:
        room.sets_up(printer.setup())
        bills = [room.bills() for _ in range(3)]
        assert room.waiting == [("Counter", JobState.WAITING)] * 3
        assert room.told == [(bill.number, "printer.paper_out") for bill in bills]
        assert room.fault() == "printer.paper_out"
        assert room.spooler.states()["Counter"].waiting == 3
        printer.paper_out = False
        room.timer.rings()
    assert numbers_on(printer) == [bill.number for bill in bills]
    assert room.told[3:] == [(bill.number, "printed") for bill in bills]
    assert (room.waiting, room.fault()) == ([], None)


def test_a_printer_that_is_gone_for_a_day_prints_all_when_it_comes_back(room: PrintRoom) -> None:
    with on_the_network() as printer:
        room.sets_up(printer.setup())
    port = int(printer.address.rpartition(":")[2])
    bills = [room.bills() for _ in range(4)]
    for _ in range(6):
        room.timer.rings()
    assert room.job.tries == 7
    room.restarts()
    assert len(room.waiting) == 4
    with on_the_network(printer, port):
        room.timer.rings()
    assert numbers_on(printer) == [bill.number for bill in bills]


def test_the_pauses_grow_and_end_at_the_longest(room: PrintRoom) -> None:
    with on_the_network() as printer:
        room.sets_up(printer.setup())
    room.bills()
    pauses = []
    for _ in range(7):
        pauses.append(room.timer.calls[-1][0])
        room.timer.rings()
    assert pauses == [2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]


def test_whoever_puts_in_paper_need_not_wait(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(cover_open=True)) as printer:
        room.sets_up(printer.setup())
        bill = room.bills()
        printer.cover_open = False
        room.spooler.ask_again()
    assert numbers_on(printer) == [bill.number]


def test_a_stand_in_prints_what_the_first_one_cannot(room: PrintRoom) -> None:
    with on_the_network() as gone:
        pass
    with on_the_network() as back:
        first = gone.setup().model_copy(update={"stand_in": "Back"})
        room.sets_up(first, back.setup("Back"))
        bills = [room.bills() for _ in range(3)]
    assert numbers_on(back) == [bill.number for bill in bills]
    assert room.told == [(bill.number, "printed") for bill in bills]
    assert room.fault() == "printer.unreachable"
    assert room.fault("Back") is None


def test_a_printer_that_is_back_has_the_next_paper(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as front, on_the_network() as back:
        room.sets_up(front.setup().model_copy(update={"stand_in": "Back"}), back.setup("Back"))
        first = room.bills()
        front.paper_out = False
        room.timer.rings()
        second = room.bills()
    assert (numbers_on(back), numbers_on(front)) == ([first.number], [second.number])


def test_a_paper_that_may_have_come_out_waits_for_people_and_holds_up_nobody(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(runs_out_after=150)) as printer:
        room.sets_up(printer.setup())
        first = room.bills()
        assert room.waiting == [("Counter", JobState.UNSURE)]
        printer.runs_out_after, printer.paper_out = None, False
        second = room.bills()
        room.timer.rings()
        assert [line for line in room.told if line[1] == "printed"] == [(second.number, "printed")]
        with room.shop.shop.database.write(room.shop.actor) as uow:
            print_elsewhere(uow, room.job.job_id, None)
        room.spooler.look()
    printer.jobs = [job for job in printer.jobs if len(job) > 150]
    assert numbers_on(printer) == [second.number, first.number]
    assert room.waiting == []


def test_printing_again_what_still_waits_is_no_second_paper(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as printer:
        room.sets_up(printer.setup())
        bill = room.bills()
        with room.shop.shop.database.write(room.shop.actor) as uow:
            print_bill(uow, bill.bill_id, duplicate=True)
        room.spooler.look()
        assert len(room.waiting) == 1
        printer.paper_out = False
        room.timer.rings()
    assert numbers_on(printer) == [bill.number]
    assert b"DUPLICATE" not in printer.printed


def test_what_is_taken_out_is_not_printed(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as printer:
        room.sets_up(printer.setup())
        room.bills()
        with room.shop.shop.database.write(room.shop.actor) as uow:
            take_out(uow, room.job.job_id)
        printer.paper_out = False
        room.timer.rings()
    assert (printer.printed, room.waiting) == (b"", [])


def test_a_kill_while_a_paper_is_sent_leaves_it_to_people(room: PrintRoom) -> None:
    from core.spool.jobs import begin_job

    with on_the_network() as printer:
        room.sets_up(printer.setup())
        with room.shop.shop.database.write(room.shop.actor) as uow:
            job = print_test_page(uow, "Counter")
        with room.shop.shop.database.write(KEEPER) as uow:
            begin_job(uow, job.job_id)
        room.restarts()
    assert room.waiting == [("Counter", JobState.UNSURE)]
    assert printer.printed == b""


def test_the_printer_is_asked_how_it_is_at_the_start(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(cover_open=True, paper_is_low=True)) as printer:
        room.sets_up(printer.setup())
        room.spooler.begin()
        assert (room.fault(), room.spooler.states()["Counter"].paper_is_low) == ("printer.cover_open", True)
        printer.cover_open = False
        bill = room.bills()
    assert numbers_on(printer) == [bill.number]
    assert room.fault() is None


def test_papers_of_a_printer_that_is_no_more_stay_and_can_be_printed_elsewhere(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as old, on_the_network() as new:
        room.sets_up(old.setup("Old"), receipts="Old")
        bill = room.bills()
        room.sets_up(new.setup("New"), receipts="New")
        room.timer.rings()
        assert room.waiting == [("Old", JobState.WAITING)]
        with room.shop.shop.database.write(room.shop.actor) as uow:
            print_elsewhere(uow, room.job.job_id, "New")
        room.spooler.look()
    assert numbers_on(new) == [bill.number]


def test_each_printer_goes_on_by_itself(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as one, on_the_network() as other:
        room.sets_up(one.setup(), other.setup("Labels"))
        room.bills()
        with room.shop.shop.database.write(room.shop.actor) as uow:
            print_test_page(uow, "Labels")
        room.spooler.look()
    assert room.waiting == [("Counter", JobState.WAITING)]
    assert read_escpos(other.printed).cuts == 1


def test_a_picture_is_drawn_for_a_printer_of_pictures(room: PrintRoom) -> None:
    with on_the_network() as printer:
        room.sets_up(printer.setup().model_copy(update={"mode": PaperMode.RASTER, "columns": 32}))
        room.bills()
    assert room.drawn == [32]


def test_nothing_is_begun_after_the_end(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as printer:
        room.sets_up(printer.setup())
        room.bills()
        room.spooler.end()
        printer.paper_out = False
        room.timer.rings()
    assert printer.printed == b""


def test_a_paper_that_cannot_be_made_does_not_stop_the_others(room: PrintRoom) -> None:
    with on_the_network() as printer:
        setup = PrinterSetup(name="Counter", kind=PrinterKind.NETWORK, address=printer.address, mode=PaperMode.RASTER)
        room.sets_up(setup)

        def fails(lines: Any, profile: Any) -> Any:
            raise ZeroDivisionError("a bug")

        room.spooler._draw = fails
        room.bills()
        assert [type(bug) for bug in room.bugs] == [ZeroDivisionError]
        room.bugs.clear()
        assert (room.job.state, room.job.fault_code) == (JobState.UNSURE, "printer.not_drawn")
        room.spooler._draw = room._draw
        bill = room.bills()
    assert numbers_on(printer) == [bill.number]


def test_sheets_go_to_a_printer_that_windows_knows(room: PrintRoom) -> None:
    setup = PrinterSetup(name="Counter", kind=PrinterKind.WINDOWS, address="HP LaserJet", mode=PaperMode.A4, copies=2)
    room.sets_up(setup)
    bill = room.bills()
    assert room.told == [(bill.number, "printer.system_refused")]
    room.known_to_windows.add("HP LaserJet")
    room.timer.rings()
    assert room.told[-1] == (bill.number, "printed")
    assert room.sheets == [2]


def test_who_hands_a_paper_to_a_printer_in_trouble_hears_of_it_at_once_and_once(room: PrintRoom) -> None:
    with on_the_network(PlayedPrinter(paper_out=True)) as printer:
        room.sets_up(printer.setup())
        bills = [room.bills() for _ in range(2)]
        room.timer.rings()
    assert room.told == [(bill.number, "printer.paper_out") for bill in bills]
