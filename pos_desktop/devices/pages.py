"""Pages on an ordinary printer: the same data that makes a PDF, drawn by Qt on whatever the system prints on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from core.kernel.errors import EnvironmentFault
from core.printing.page import Page
from core.spool.dto import PaperMode, PrinterSetup
from pos_desktop.devices.page_drawing import draw_page
from pos_desktop.shell.texts import tr


def ask_and_print(parent: QWidget | None, pages: Sequence[Page], title: str, *, lying: bool = False) -> bool:
    """Ask for a printer, print, and say whether that was done; False where the user chose none.

    ``lying`` pages are wider than high.

    Raises EnvironmentFault ``printer.refused`` where the printer takes nothing.
    """
    printer = a4_printer(title, lying=lying)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    print_pages(printer, pages)
    return True


def a4_printer(title: str, *, lying: bool = False) -> QPrinter:
    """Return the default printer set to whole A4 pages; the margins are in the pages themselves."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    orientation = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    printer.setPageOrientation(orientation)
    return printer


def print_sheets(setup: PrinterSetup, pages: Sequence[Page]) -> None:
    """Print pages straight on a printer that the system knows by the setup's address, without asking; any thread may.

    Raises EnvironmentFault ``printer.system_refused`` where the system has no such printer, ``printer.refused``.
    """
    info = QPrinterInfo.printerInfo(setup.address)
    if info.isNull():
        raise EnvironmentFault("printer.system_refused", name=setup.address, reason=tr("it knows no such printer"))
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    lay_in(printer, setup.mode)
    print_pages(printer, pages)


def lay_in(printer: QPrinter, mode: PaperMode) -> None:
    """Set a printer to whole sheets of its paper; the margins are in the pages themselves."""
    printer.setDocName("Nuskha")
    printer.setFullPage(True)
    size = QPageSize.PageSizeId.A4 if mode is PaperMode.A4 else QPageSize.PageSizeId.A5
    printer.setPageSize(QPageSize(size))
    is_lying = mode is PaperMode.A5_LANDSCAPE
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if is_lying else QPageLayout.Orientation.Portrait)


def print_pages(printer: QPrinter, pages: Sequence[Page]) -> None:
    """Print pages on a printer. Raises EnvironmentFault ``printer.refused`` where it takes nothing."""
    painter = QPainter()
    if not painter.begin(printer):
        raise EnvironmentFault("printer.refused", printer=printer.printerName() or printer.outputFileName())
    for number, page in enumerate(pages):
        if number and not printer.newPage():
            painter.end()
            raise EnvironmentFault("printer.refused", printer=printer.printerName() or printer.outputFileName())
        draw_page(painter, printer, page)
    if not painter.end():
        raise EnvironmentFault("printer.refused", printer=printer.printerName() or printer.outputFileName())
