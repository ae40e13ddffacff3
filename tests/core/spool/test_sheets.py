"""Bills on sheets and endless paper go from the queue to the system's printer, a dot-matrix printer or a file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from core.app.paperwork import print_bill, print_quotation, print_test_page
from core.app.printers import change_printers
from core.app.rendering import render
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput
from core.sales.quoting import make_quotation
from core.spool.dto import JobView, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.talking import Outcome, Talker
from core.spool.trying import in_letters, try_printer
from tests.core.spool.test_talking import BRIEF
from tests.support.escp_reader import read_escp
from tests.support.played_printer import on_the_network
from tests.support.shop import TestShop

SHEETS = (PaperMode.A4, PaperMode.A5, PaperMode.A5_LANDSCAPE)
FORMS = (PaperMode.HALF_PAGE, PaperMode.WHOLE_PAGE)
#: Width and height in points, to the next whole one.
SIZES = {PaperMode.A4: (595, 842), PaperMode.A5: (420, 595), PaperMode.A5_LANDSCAPE: (595, 420)}


def queue(mode: PaperMode, copies: int = 1) -> PrinterSetup:
    data = {"name": "Office", "kind": "cups", "address": "office", "mode": mode, "copies": copies}
    return load(PrinterSetup, data)


def set_up(shop: TestShop, setup: PrinterSetup) -> None:
    shop.receives("PCM500", packs=100)
    with shop.shop.database.write(shop.actor) as uow:
        change_printers(uow, Printers(printers=(setup,), receipts=setup.name))


def handed_over(shop: TestShop, setup: PrinterSetup, *, duplicate: bool = False) -> JobView:
    """Return the job of a bill over two packs."""
    set_up(shop, setup)
    bill = shop.bills(("PCM500", "2"))
    with shop.shop.database.write(shop.actor) as uow:
        return print_bill(uow, bill.bill_id, duplicate=duplicate)


def sent(shop: TestShop, job: JobView, setup: PrinterSetup) -> bytes:
    with shop.shop.database.read() as session:
        return render(session, job.paper, setup, in_letters)


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("mode", SHEETS)
def test_a_bill_is_sent_as_a_pdf_of_the_sheets(shop: TestShop, mode: PaperMode) -> None:
    setup = queue(mode, copies=2)
    job = handed_over(shop, setup)
    pdf = sent(shop, job, setup)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {SIZES[mode]}
    assert len(pages) == 2
    assert all(job.title.removeprefix("Bill ") in text for text in texts(pdf))
    assert ["ORIGINAL" in text.upper() for text in texts(pdf)] == [True, False]


@pytest.mark.parametrize("mode", FORMS)
def test_a_bill_is_sent_to_a_dot_matrix_printer_in_its_own_commands(shop: TestShop, mode: PaperMode) -> None:
    with on_the_network() as printer:
        setup = printer.setup().model_copy(update={"mode": mode})
        job = handed_over(shop, setup)
        assert Talker(BRIEF).deliver(setup, sent(shop, job, setup)) == Outcome()
    paper = read_escp(printer.printed)
    assert job.title.removeprefix("Bill ") in "\n".join(line.text for page in paper.pages for line in page)
    assert b"\x10\x04" not in printer.printed  # it is not asked in a language that it does not speak


@pytest.mark.parametrize("mode", [*SHEETS, *FORMS])
def test_a_quotation_and_a_test_page_go_the_same_way(shop: TestShop, tmp_path: Path, mode: PaperMode) -> None:
    setup = PrinterSetup(name="Office", kind=PrinterKind.FILE, address=str(tmp_path / "out"), mode=mode)
    set_up(shop, setup)
    command = MakeQuotation(command_id=new_id(), lines=(QuotationLineInput(item="PCM500", quantity="2"),))
    with shop.shop.database.write(shop.actor) as uow:
        quotation = make_quotation(uow, command)
    with shop.shop.database.write(shop.actor) as uow:
        quoted, trial = print_quotation(uow, quotation.quotation_id), print_test_page(uow, "Office")
    try_printer(setup)
    for data, word in (
        (sent(shop, quoted, setup), quotation.number),
        (sent(shop, trial, setup), "Test page"),
        ((tmp_path / "out").read_bytes(), "Test page"),
    ):
        if mode.is_sheet:
            assert any(word in text for text in texts(data))
        else:
            assert word in "\n".join(line.text for page in read_escp(data).pages for line in page)


def test_sheets_and_endless_paper_have_no_drawer(shop: TestShop) -> None:
    setup = queue(PaperMode.A4).model_copy(update={"opens_drawer": True})
    assert not setup.has_drawer
    assert setup.model_copy(update={"mode": PaperMode.TEXT}).has_drawer


@pytest.mark.parametrize("kind", ["network", "usb", "serial"])
def test_sheets_go_to_a_printer_of_the_system_alone(kind: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        load(PrinterSetup, {"name": "Office", "kind": kind, "address": "x", "mode": "a4"})
    assert refused.value.code == "printer.sheets_by_system"
    assert "Office" in explain(refused.value)
