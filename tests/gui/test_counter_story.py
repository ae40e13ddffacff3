"""The whole of the first day in a real window, without a mouse: wizard, log-in, bill, and paper over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app.shop import open_shop
from core.app.verify import verify
from core.sales.queries import bill_by_number
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import on_the_network
from tests.support.xserver import Screen, program, x_screen

ITEMS = """\
code,name,pack,hsn,gst_percent,barcode,batch,expiry,mrp,purchase_rate,quantity
PCM500,Paracetamol 500mg Tablets,10's,30049099,5,,A1,03/2099,25.65,15.00,20
SYRUP,Cough Syrup,100 ML,30049099,5,8901234567894,S9,12/2099,112.00,70.00,5
"""


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_screen() as screen:
        yield screen


def test_from_an_empty_folder_to_paper_by_keyboard_alone(screen: Screen, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS)
    folder = tmp_path / "data"
    with on_the_network() as printer, program(screen, folder):
        screen.until_title("Set up your shop")
        screen.type("Story Medicals")
        screen.press("Tab")
        screen.type("MG Road, Kochi 682016")
        screen.press("Tab")
        screen.type("32AABCT1332L1ZN")  # brings Kerala along
        screen.press("Return")
        screen.type("KL-KCH-1001")
        screen.press("Return")
        screen.press("Tab")
        screen.type("owner")
        screen.press("Tab")
        screen.type("correct horse 7")
        screen.press("Tab")
        screen.type("correct horse 7")
        screen.press("Return")
        screen.press("Down", "Tab")
        screen.type(printer.address)
        screen.press("Return")
        screen.press("Down", "Return")  # not encrypted
        screen.press("Down", "Tab")
        screen.type(str(items))
        screen.press("Return")

        screen.until_title("Log in", "Story Medicals")
        screen.type("owner")
        screen.press("Return")
        screen.type("correct horse 7")
        screen.press("Return")

        screen.until_title("Billing", "Story Medicals")
        screen.type("para")
        screen.press("Return")
        screen.until_title("lines: 1")
        screen.type("2:5")
        screen.press("Return")
        screen.until_title("₹64.00", "lines: 1")
        screen.scan("8901234567894")
        screen.until_title("₹176.00", "lines: 2")
        screen.press("F12")
        screen.type("200")
        screen.picture(str(tmp_path / "cash.png"))
        screen.press("Return")
        paper = read_escpos(printer.paper(0))

        screen.until_title("Billing – Story Medicals")
        screen.press("F9")
        again = read_escpos(printer.paper(1))

    text = "\n".join(line.text for line in paper.lines)
    for words in ["Story Medicals", "KL-KCH-1001", "TAX INVOICE", "C1/26-27/000001", "Paracetamol 500mg Tablets", "A1"]:
        assert words in text
    assert "DUPLICATE" not in text
    assert "DUPLICATE" in "\n".join(line.text for line in again.lines)
    shop = open_shop(folder)
    try:
        assert verify(shop.database).findings == ()
        with shop.database.read() as session:
            bill = bill_by_number(session, "C1/26-27/000001")
        assert [str(bill.total), str(bill.change), bill.username] == ["176.00", "24.00", "owner"]
        assert bill.check_code in text
    finally:
        shop.close()
