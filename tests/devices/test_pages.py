"""Pages on an ordinary printer: what Qt draws stands where the PDF has it."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from core.kernel.errors import EnvironmentFault
from core.printing.codes import qr_code
from core.printing.page import BoxInk, Page, Side, Style, TextInk, picture
from core.spool.dto import PaperMode, PrinterKind, PrinterSetup
from pos_desktop.devices.page_drawing import draw_page
from pos_desktop.devices.pages import a4_printer, lay_in, print_pages, print_sheets
from tests.support.sheets import sheet_of


def test_a_sheet_is_printed_on_one_a4_page(qapp: QApplication, tmp_path: Path) -> None:
    printer = a4_printer("Recovery sheet")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    print_pages(printer, sheet_of().pages)

    printed = (tmp_path / "sheet.pdf").read_bytes()
    assert printed.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 595.000000 842.000000]" in printed


def test_a_register_is_printed_lying(qapp: QApplication, tmp_path: Path) -> None:
    printer = a4_printer("Register", lying=True)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "register.pdf"))
    print_pages(printer, [Page((BoxInk(0, 0, 800, 2, 0.0),))] * 2)

    printed = (tmp_path / "register.pdf").read_bytes()
    assert printed.count(b"/MediaBox [0 0 842.000000 595.000000]") == 2


@pytest.mark.parametrize(
    ("mode", "box"),
    [
        (PaperMode.A4, b"[0 0 595.000000 842.000000]"),
        (PaperMode.A5, b"[0 0 420.000000 595.000000]"),
        (PaperMode.A5_LANDSCAPE, b"[0 0 595.000000 420.000000]"),
    ],
)
def test_sheets_are_of_the_printers_paper(qapp: QApplication, tmp_path: Path, mode: PaperMode, box: bytes) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    lay_in(printer, mode)
    print_pages(printer, [Page((BoxInk(0, 0, 400, 2, 0.0),))])
    assert b"/MediaBox " + box in (tmp_path / "sheet.pdf").read_bytes()


def test_a_printer_that_the_system_does_not_know_is_named(qapp: QApplication) -> None:
    setup = PrinterSetup(name="Office", kind=PrinterKind.WINDOWS, address="No Such Printer", mode=PaperMode.A4)
    with pytest.raises(EnvironmentFault, match=r"printer\.system_refused"):
        print_sheets(setup, [Page((BoxInk(0, 0, 400, 2, 0.0),))])


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_says_so(qapp: QApplication, tmp_path: Path) -> None:
    printer = a4_printer("Recovery sheet")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no such folder" / "sheet.pdf"))

    with pytest.raises(EnvironmentFault, match=r"printer\.refused"):
        print_pages(printer, sheet_of().pages)


@pytest.mark.parametrize(("side", "x"), [(Side.LEFT, 20.0), (Side.CENTRE, 100.0), (Side.RIGHT, 180.0)])
def test_ink_stands_where_it_belongs(qapp: QApplication, side: Side, x: float) -> None:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(2835)  # 72 an inch: a point is a pixel
    image.setDotsPerMeterY(2835)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    draw_page(painter, image, Page((TextInk(x, 10, "HHHH", Style(12), side), BoxInk(0, 50, 200, 2, 0.0))))
    painter.end()

    inked = [column for column in range(200) if any(image.pixelColor(column, row).red() < 128 for row in range(40))]
    place = QRectF(inked[0], 0, inked[-1] - inked[0] + 1, 1)
    found = {Side.LEFT: place.left(), Side.CENTRE: place.center().x(), Side.RIGHT: place.right()}[side]
    assert abs(found - x) < 3
    assert image.pixelColor(100, 50).red() == 0


def test_a_code_is_drawn_where_it_belongs_and_can_be_read(qapp: QApplication, tmp_path: Path) -> None:
    code = picture(qr_code("upi://pay?pa=shop@okbank&am=323.00&cu=INR"), 80, 80)
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(2835 * 2)
    image.setDotsPerMeterY(2835 * 2)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    draw_page(painter, image, Page(code.moved(100, 30)))
    painter.end()

    inked = [(x, y) for x in range(400) for y in range(400) if image.pixelColor(x, y).red() < 128]
    assert (min(x for x, _ in inked), min(y for _, y in inked)) == (200, 60)
    assert (max(x for x, _ in inked), max(y for _, y in inked)) == (359, 219)
    assert image.save(str(tmp_path / "code.png"))
    [read] = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))
    assert read.text == "upi://pay?pa=shop@okbank&am=323.00&cu=INR"
