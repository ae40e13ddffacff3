"""The queue keeps every paper until it is printed or taken out, in order, through any end of the program."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.app.paperwork import open_drawer, print_bill, print_elsewhere, print_quotation, print_test_page, take_out
from core.app.printers import change_printers
from core.app.rendering import render
from core.audit.history import search_log
from core.audit.log import write_event
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.ids import new_id
from core.printing.paper import PaperLine, Text
from core.sales.cancelling import cancel_bill
from core.sales.drafts import was_printed
from core.sales.dto import CancelBill
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput
from core.sales.quoting import make_quotation
from core.settings.service import set_setting
from core.spool.dto import JobState, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.jobs import (
    begin_job,
    find_job,
    finish_job,
    forget_jobs,
    list_jobs,
    move_jobs,
    put_back,
    settle_cut_off,
)
from core.storage.unit_of_work import UnitOfWork
from tests.support.escpos_reader import read_escpos
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)
DESK = PrinterSetup(name="Desk", kind=PrinterKind.NETWORK, address="10.0.0.7", stand_in="Back")
BACK = PrinterSetup(name="Back", kind=PrinterKind.USB, address="/dev/usb/lp0", columns=32, opens_drawer=True)
PRINTERS = Printers(printers=(DESK, BACK), receipts="Desk")
GONE = EnvironmentFault("printer.unreachable", address="10.0.0.7")


@pytest.fixture
def billing(shop: TestShop) -> TestShop:
    shop.receives("PCM500", packs=1000)
    with shop.shop.database.write(shop.actor) as uow:
        change_printers(uow, PRINTERS)
    return shop


def titles(shop: TestShop) -> list[tuple[str, str, JobState]]:
    with shop.shop.database.read() as session:
        return [(job.printer, job.title, job.state) for job in list_jobs(session)]


def plain(lines: object, profile: object) -> list[PaperLine]:
    raise AssertionError("nothing is drawn in text mode")


def test_a_bill_is_in_the_queue_and_counts_as_printed(billing: TestShop) -> None:
    bill = billing.bills(("PCM500", "2"))
    with billing.shop.database.write(billing.actor) as uow:
        job = print_bill(uow, bill.bill_id, duplicate=False)
    with billing.shop.database.read() as session:
        assert was_printed(session, bill.bill_id)
        assert list_jobs(session) == [job]
        assert (job.printer, job.title, job.state, job.tries) == ("Desk", f"Bill {bill.number}", JobState.WAITING, 0)
        text = "\n".join(line.text for line in read_escpos(render(session, job.paper, DESK, plain, TODAY)).lines)
    assert bill.number in text
    assert "DUPLICATE" not in text
    billing.books_agree()


def test_only_a_duplicate_stands_in_the_log_and_says_so(billing: TestShop) -> None:
    bill = billing.bills(("PCM500", "2"))
    with billing.shop.database.write(billing.actor) as uow:
        finish_job(uow, print_bill(uow, bill.bill_id, duplicate=False).job_id)
    with billing.shop.database.write(billing.actor) as uow:
        job = print_bill(uow, bill.bill_id, duplicate=True)
    with billing.shop.database.read() as session:
        events = search_log(session, kind="bill.reprinted")
        assert [event.subject_id for event in events] == [bill.bill_id]
        paper = read_escpos(render(session, job.paper, BACK, plain, TODAY))
    assert any("DUPLICATE" in line.text for line in paper.lines)
    assert paper.pulses == 0


def test_a_first_paper_opens_the_drawer_where_cash_was_taken(billing: TestShop) -> None:
    cash = billing.bills(("PCM500", "2"))
    by_card = billing.bills(("PCM500", "2"), payments=[{"mode": "card", "amount": "51.00"}])
    with billing.shop.database.write(billing.actor) as uow:
        jobs = [print_bill(uow, bill.bill_id, duplicate=False) for bill in (cash, by_card)]
    with billing.shop.database.read() as session:
        assert [read_escpos(render(session, job.paper, BACK, plain, TODAY)).pulses for job in jobs] == [1, 0]
        assert [read_escpos(render(session, job.paper, DESK, plain, TODAY)).pulses for job in jobs] == [0, 0]


def test_a_paper_says_what_holds_when_it_is_printed(billing: TestShop) -> None:
    bill = billing.bills(("PCM500", "2"))
    with billing.shop.database.write(billing.actor) as uow:
        job = print_bill(uow, bill.bill_id, duplicate=False)
    with billing.shop.database.write(billing.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong item"))
    with billing.shop.database.read() as session:
        paper = read_escpos(render(session, job.paper, DESK, plain, TODAY))
    assert any("CANCELLED" in line.text for line in paper.lines)


def test_the_lines_are_drawn_for_a_printer_of_pictures(billing: TestShop) -> None:
    with billing.shop.database.write(billing.actor) as uow:
        job = print_test_page(uow, "Back")
    drawn = BACK.model_copy(update={"mode": PaperMode.RASTER})
    with billing.shop.database.read() as session:
        paper = read_escpos(
            render(session, job.paper, drawn, lambda lines, profile: [Text(f"{profile.columns} drawn")], TODAY)
        )
    assert [line.text for line in paper.lines] == ["32 drawn"]


def test_the_drawer_is_opened_by_an_event_and_prints_nothing(billing: TestShop) -> None:
    with billing.refuses("printer.no_drawer"):
        open_drawer_of(billing)
    with billing.shop.database.write(billing.actor) as uow:
        change_printers(uow, PRINTERS.model_copy(update={"receipts": "Back"}))
    job = open_drawer_of(billing)
    with billing.shop.database.read() as session:
        paper = read_escpos(render(session, list_jobs(session)[0].paper, BACK, plain, TODAY))
        assert [event.kind for event in search_log(session)].count("drawer.opened") == 1
    assert (paper.pulses, paper.lines, job) == (1, [], "Cash drawer")


def open_drawer_of(shop: TestShop) -> str:
    with shop.shop.database.write(shop.actor) as uow:
        return open_drawer(uow).title


def test_without_a_printer_there_is_no_queue(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    bill = shop.bills(("PCM500", "1"))
    with shop.refuses("printer.none"), shop.shop.database.write(shop.actor) as uow:
        print_bill(uow, bill.bill_id, duplicate=False)
    with shop.shop.database.read() as session:
        assert not was_printed(session, bill.bill_id)


def test_a_paper_that_was_being_sent_when_the_program_ended_is_looked_at_by_people(billing: TestShop) -> None:
    with billing.shop.database.write(billing.actor) as uow:
        first, second = print_test_page(uow, "Desk"), print_test_page(uow, "Desk")
        assert begin_job(uow, first.job_id)
        assert not begin_job(uow, first.job_id)
    billing.reopen()
    with billing.shop.database.write(billing.actor) as uow:
        assert settle_cut_off(uow) == 1
    with billing.shop.database.read() as session:
        jobs = list_jobs(session)
    assert [job.state for job in jobs] == [JobState.UNSURE, JobState.WAITING]
    assert jobs[0].fault_code == "printer.cut_off"
    with billing.shop.database.write(billing.actor) as uow:
        print_elsewhere(uow, first.job_id, "Back")
        take_out(uow, second.job_id)
    assert titles(billing) == [("Back", "Test page", JobState.WAITING)]


def test_what_a_printer_had_against_it_is_kept(billing: TestShop) -> None:
    with billing.shop.database.write(billing.actor) as uow:
        job = print_test_page(uow, "Desk")
        begin_job(uow, job.job_id)
        put_back(uow, job.job_id, GONE, is_unsure=False)
    with billing.shop.database.read() as session:
        kept = list_jobs(session)[0]
    assert (kept.state, kept.tries) == (JobState.WAITING, 1)
    assert kept.fault_code is not None
    assert explain(EnvironmentFault(kept.fault_code, **kept.fault_values)) == explain(GONE)


def test_what_is_being_printed_is_left_alone(billing: TestShop) -> None:
    with billing.shop.database.write(billing.actor) as uow:
        job = print_test_page(uow, "Desk")
        begin_job(uow, job.job_id)
    for command in (lambda uow: take_out(uow, job.job_id), lambda uow: print_elsewhere(uow, job.job_id, None)):
        with billing.refuses("printer.job_begun"), billing.shop.database.write(billing.actor) as uow:
            command(uow)
    with billing.refuses("printer.no_such_name"), billing.shop.database.write(billing.actor) as uow:
        print_elsewhere(uow, job.job_id, "Nowhere")
    with billing.refuses("printer.no_such_job"), billing.shop.database.read() as session:
        find_job(session, "000000")


def test_a_quotation_goes_the_same_way(billing: TestShop) -> None:
    command = MakeQuotation(command_id=new_id(), lines=(QuotationLineInput(item="PCM500", quantity="2"),))
    with billing.shop.database.write(billing.actor) as uow:
        quotation = make_quotation(uow, command)
    with billing.shop.database.write(billing.actor) as uow:
        job = print_quotation(uow, quotation.quotation_id)
    with billing.shop.database.read() as session:
        paper = read_escpos(render(session, job.paper, DESK, plain, TODAY))
    assert any(quotation.number in line.text for line in paper.lines)


STEPS = st.lists(st.tuples(st.sampled_from(["add", "begin", "finish", "back", "unsure", "move"]), st.integers(0, 9)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_steps_lose_no_paper_and_keep_their_order(billing: TestShop, steps: list[tuple[str, int]]) -> None:
    expected: dict[UUID, tuple[str, JobState]] = {}

    def work(uow: UnitOfWork) -> None:
        for step, number in steps:
            which = list(expected)[number] if number < len(expected) else None
            if step == "add":
                job = print_test_page(uow, "Desk" if number % 2 else "Back")
                expected[job.job_id] = (job.printer, JobState.WAITING)
            elif step == "move":
                waiting = [i for i, (name, state) in expected.items() if (name, state) == ("Desk", JobState.WAITING)]
                assert move_jobs(uow, "Desk", "Back") == len(waiting)
                expected.update(dict.fromkeys(waiting, ("Back", JobState.WAITING)))
            elif which is not None:
                printer, state = expected[which]
                if step == "begin":
                    assert begin_job(uow, which) == (state is JobState.WAITING)
                    if state is JobState.WAITING:
                        expected[which] = (printer, JobState.SENDING)
                elif step == "finish":
                    finish_job(uow, which)
                    del expected[which]
                else:
                    put_back(uow, which, GONE, is_unsure=step == "unsure")
                    expected[which] = (printer, JobState.UNSURE if step == "unsure" else JobState.WAITING)

    with billing.shop.database.write(billing.actor) as uow:
        forget_jobs(uow)
        work(uow)
    with billing.shop.database.read() as session:
        jobs = list_jobs(session)
    assert {job.job_id: (job.printer, job.state) for job in jobs} == expected
    assert [job.job_id for job in jobs] == list(expected)


# --- the printers ----------------------------------------------------------------------------------------------------


def test_printers_are_kept_and_a_change_stands_in_the_log(billing: TestShop) -> None:
    billing.reopen()
    assert billing.shop.printers() == PRINTERS
    with billing.shop.database.write(billing.actor) as uow:
        change_printers(uow, PRINTERS)  # the same once more: nothing is written
    with billing.shop.database.read() as session:
        assert [event.kind for event in search_log(session)].count("printers.changed") == 1
    billing.books_agree()


def test_the_printer_of_an_older_version_goes_on(shop: TestShop) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        old = {"kind": "network", "address": "10.0.0.9:9101", "columns": 32, "has_cutter": False, "opens_drawer": True}
        set_setting(uow, "printer", old)
        write_event(uow, "shop.set", new_id())
    printers = shop.shop.printers()
    assert printers.for_receipts == PrinterSetup(
        name="Receipts",
        kind=PrinterKind.NETWORK,
        address="10.0.0.9:9101",
        columns=32,
        has_cutter=False,
        opens_drawer=True,
    )


@pytest.mark.parametrize(
    ("printers", "code"),
    [
        ([{"name": "A"}, {"name": "a"}], "printer.name_twice"),
        ([{"name": "A", "stand_in": "B"}], "printer.no_stand_in"),
        ([{"name": "A", "stand_in": "B"}, {"name": "B", "stand_in": "A"}], "printer.stand_in_circle"),
        ([{"name": "A", "address": "ten:99999"}], "printer.address"),
        ([{"name": "A", "address": "a b"}], "printer.address"),
    ],
)
def test_printers_that_cannot_be_are_refused(printers: list[dict[str, str]], code: str) -> None:
    data = {"printers": [{"kind": "network", "address": "10.0.0.7", **printer} for printer in printers]}
    with pytest.raises(RuleBroken) as refused:
        load(Printers, data)
    assert refused.value.code == code
    assert "{" not in explain(refused.value)


def test_receipts_go_to_a_printer_that_is_there() -> None:
    with pytest.raises(RuleBroken) as refused:
        load(Printers, {"printers": [], "receipts": "A"})
    assert refused.value.code == "printer.no_such_name"
