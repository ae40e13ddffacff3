"""Bills on sheets and endless paper go from the queue to the system's printer, a dot-matrix printer or a file."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from core.app.paperwork import print_bill, print_labels, print_quotation, print_test_page
from core.app.printers import change_printers
from core.app.rendering import render
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput
from core.sales.quoting import make_quotation
from core.spool.dto import JobView, LabelsAsked, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.jobs import list_jobs
from core.spool.talking import Outcome, Talker
from core.spool.trying import in_letters, try_printer
from tests.core.spool.test_talking import BRIEF
from tests.support.escp_reader import read_escp
from tests.support.played_printer import on_the_network
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)
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
        return render(session, job.paper, setup, in_letters, TODAY)


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


# --- labels ----------------------------------------------------------------------------------------------------------


def label_printer(mode: PaperMode, **more: object) -> PrinterSetup:
    return load(PrinterSetup, {"name": "Labels", "kind": "cups", "address": "labels", "mode": mode, **more})


def labels_handed_over(shop: TestShop, setup: PrinterSetup, **asked: object) -> JobView:
    shop.receives("PCM500", packs=3)
    with shop.shop.database.write(shop.actor) as uow:
        change_printers(uow, Printers(printers=(setup,), labels="Labels"))
    with shop.shop.database.write(shop.actor) as uow:
        return print_labels(uow, load(LabelsAsked, {"item": "PCM500", **asked}))


def test_labels_are_sent_in_the_printers_own_language(shop: TestShop) -> None:
    setup = label_printer(PaperMode.ZPL, label_size="38x25")
    job = labels_handed_over(shop, setup, batch="A1")
    assert job.title == "3 labels PCM500"
    zpl = sent(shop, job, setup)
    assert zpl.startswith(b"^XA")
    assert b"^PQ3" in zpl
    tspl = sent(shop, job, label_printer(PaperMode.TSPL, dpi=300))
    assert tspl.startswith(b"SIZE 50 mm")
    assert b"PRINT 3" in tspl or b"PRINT 1,3" in tspl


def test_a_printer_of_sheets_is_sent_a_sheet_of_labels(shop: TestShop) -> None:
    setup = label_printer(PaperMode.A4, label_size="A4-65")
    job = labels_handed_over(shop, setup, copies=70, start=5)
    assert len(texts(sent(shop, job, setup))) == 2


def test_labels_that_cannot_be_are_refused_before_they_are_queued(shop: TestShop) -> None:
    setup = label_printer(PaperMode.ZPL)
    job = labels_handed_over(shop, setup)
    for code, asked in (
        ("sales.no_such_item", LabelsAsked(item="NONE")),
        ("labels.no_such_batch", LabelsAsked(item="PCM500", batch="NONE")),
    ):
        with shop.refuses(code), shop.shop.database.write(shop.actor) as uow:
            print_labels(uow, asked)
    with shop.shop.database.read() as session:
        assert [waiting.job_id for waiting in list_jobs(session)] == [job.job_id]


def test_without_a_printer_for_labels_it_is_said_what_to_do(shop: TestShop) -> None:
    shop.receives("PCM500", packs=3)
    with shop.refuses("printer.none_for_labels"), shop.shop.database.write(shop.actor) as uow:
        print_labels(uow, LabelsAsked(item="PCM500"))


def test_a_label_printer_is_given_no_bill_and_a_roll_no_labels(shop: TestShop) -> None:
    zebra = label_printer(PaperMode.ZPL)
    bill = handed_over(shop, queue(PaperMode.A4))
    with pytest.raises(RuleBroken, match=r"printer\.labels_alone"):
        sent(shop, bill, zebra)
    labels = labels_handed_over(shop, zebra)
    with pytest.raises(RuleBroken, match=r"printer\.no_labels"):
        sent(shop, labels, label_printer(PaperMode.TEXT))


@pytest.mark.parametrize(
    ("use", "mode", "code"),
    [("receipts", "zpl", "printer.labels_alone"), ("labels", "text", "printer.no_labels")],
)
def test_a_printer_is_used_for_what_it_can_print(use: str, mode: str, code: str) -> None:
    printer = {"name": "P", "kind": "network", "address": "10.0.0.7", "mode": mode}
    with pytest.raises(RuleBroken) as refused:
        load(Printers, {"printers": [printer], use: "P"})
    assert refused.value.code == code
    assert "{" not in explain(refused.value)


def test_a_size_that_there_is_not_is_refused() -> None:
    with pytest.raises(RuleBroken) as refused:
        label_printer(PaperMode.ZPL, label_size="12x900")
    assert refused.value.code == "labels.no_such_size"


@pytest.mark.parametrize("mode", [PaperMode.ZPL, PaperMode.TSPL])
def test_a_label_printer_prints_a_test_label(mode: PaperMode, tmp_path: Path) -> None:
    setup = PrinterSetup(name="Zebra", kind=PrinterKind.FILE, address=str(tmp_path / "out"), mode=mode)
    try_printer(setup)
    assert b"Test label: Zebra" in (tmp_path / "out").read_bytes()
