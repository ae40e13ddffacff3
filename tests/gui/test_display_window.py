"""The customer's window: its code can be read by a telephone, and a second screen is filled by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.kernel.money import Money
from core.sales.upi import upi_link
from pos_desktop.screens.display.state import Moment, Shown, ShownLine
from pos_desktop.screens.display.view import DisplayWindow

LINK = upi_link("nuskha.medicals@okhdfcbank", "Nuskha Medicals", Money(878_00), "NK" + "A" * 26)
PAYING = Shown(
    "Nuskha Medicals",
    Moment.PAYING,
    lines=(ShownLine("Paracetamol 500", "2 x 10's", Money(878_00)),),
    at=0,
    count=1,
    total=Money(878_00),
    upi=LINK,
    upi_amount=Money(878_00),
)
#: Shows the window beside one on the first of two screens, and says where it lies.
_ON_TWO_SCREENS = """
import json
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pos_desktop.screens.display.view import DisplayWindow
app = QApplication([])
counter = QWidget()
counter.show()
window = DisplayWindow()
window.place_beside(counter)
app.processEvents()
place = window.geometry()
is_frameless = bool(window.windowFlags() & Qt.WindowType.FramelessWindowHint)
print(json.dumps([place.x(), place.y(), place.width(), place.height(), is_frameless]))
"""


def read_code(image: QImage) -> str:
    """Return what the one code in a picture says."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = memoryview(bytes(grey.constBits())).cast("B", (grey.height(), grey.bytesPerLine()))
    (code,) = zxingcpp.read_barcodes(rows)
    return str(code.text)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1024, 600), (1366, 768), (1080, 1920)])
def test_the_code_to_pay_is_read_from_every_window(qtbot: QtBot, width: int, height: int) -> None:
    window = DisplayWindow()
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show_bill(PAYING)
    window.show()
    assert read_code(window.grab().toImage()) == LINK
    window.show_bill(Shown("Nuskha Medicals"))
    assert not window.code.isVisible()


def test_a_second_screen_is_filled(tmp_path: Path) -> None:
    screens = [
        {"name": "counter", "x": 0, "y": 0, "width": 1366, "height": 768},
        {"name": "customer", "x": 1366, "y": 0, "width": 1024, "height": 600},
    ]
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", _ON_TWO_SCREENS, "-platform", f"offscreen:configfile={file}"],
        capture_output=True,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": f"offscreen:configfile={file}", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [1366, 0, 1024, 600, True]
