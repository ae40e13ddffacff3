"""The owner sets the shop up by keys: a printer is found, tried and used, and the counter goes by what was set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.audit.history import search_log
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from core.sales.upi import upi_id_of
from core.settings.queries import shop_view
from pos_desktop.screens.billing.saving import Paper
from pos_desktop.screens.items.screen import ItemsScreen
from pos_desktop.screens.papers.view import PapersPanel
from pos_desktop.screens.scanners.view import LearnPanel
from pos_desktop.screens.settings.presenter import SettingsPresenter
from pos_desktop.screens.settings.screen import SettingsScreen
from pos_desktop.shell import theme
from pos_desktop.widgets.qr import QrCode
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.escpos_reader import read_escpos
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.played_printer import PlayedPrinter, on_the_network
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DEL, DOWN, UP = (
    getattr(Qt.Key, f"Key_{name}") for name in ("Return", "Tab", "Escape", "Delete", "Down", "Up")
)
F2, F3, F6, F7, F8, F9, F12 = (getattr(Qt.Key, f"Key_F{number}") for number in (2, 3, 6, 7, 8, 9, 12))


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop without a printer, its owner at work."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            made.program.papers = tmp_path / "papers"
            made.comes_in("owner", OWNERS_PASSWORD)
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def opens_settings(place: Workplace, *words: str) -> SettingsPresenter:
    """Go to the settings by their key and search."""
    place.presses(Qt.Key.Key_S, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, SettingsScreen)
    do = here._presenter
    place.waits(lambda: do.is_read and bool(do.rows), "the settings")
    place.types(" ".join(words))
    return do


def chooses(place: Workplace, name: str, value: str) -> None:
    """Choose a value in a list of the form that is open."""
    here = place.window.screen_here
    assert isinstance(here, SettingsScreen)
    edit = here.view.form.rows[name].edit
    edit.choose(value)  # type: ignore[attr-defined]  # a Choice


def submits(place: Workplace, do: SettingsPresenter) -> None:
    """Enter, until it is on the disk."""
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is None, "the form to be saved")


def panel_of(place: Workplace) -> PapersPanel:
    (panel,) = place.window.findChildren(PapersPanel)
    return panel


def sets_up(place: Workplace, printer: PlayedPrinter) -> SettingsPresenter:
    """Set a printer up by keys."""
    do = opens_settings(place)
    place.presses(F2)
    place.types("Counter", TAB)
    place.presses(TAB)  # reached by the network
    place.types(printer.address)
    chooses(place, "opens_drawer", "yes")
    submits(place, do)
    place.waits(lambda: do.printer is not None, "the printer")
    return do


def bills(place: Workplace) -> str:
    """Make a bill at the counter; return its number."""
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    last = place.billing.saving.last
    before = last.bill.number if last is not None else ""
    place.adds("pcm500")
    place.presses(F12, ENTER)

    def is_saved() -> bool:
        last = place.billing.saving.last
        return last is not None and last.bill.number != before

    place.waits(is_saved, "the bill")
    last = place.billing.saving.last
    assert last is not None
    return last.bill.number


def paper_of(place: Workplace) -> Paper | None:
    last = place.billing.saving.last
    return last.paper if last is not None else None


def upi_code(place: Workplace) -> str:
    """Return what the QR code of the tender says."""
    return "".join(code.text for code in place.window.findChildren(QrCode))


def test_a_printer_is_set_up_tried_and_prints_bills(place: Workplace) -> None:
    with on_the_network() as printer:
        do = sets_up(place, printer)
        assert do.chosen is not None
        assert do.chosen.key == "printer:Counter"
        place.presses(F9)
        place.waits(lambda: "The page was sent to Counter" in do.desk.notice.text, "the test page")
        number = bills(place)
        place.waits(lambda: paper_of(place) is Paper.PRINTED, "the receipt")
    test_page, *receipts = [read_escpos(job) for job in printer.jobs if job]
    assert any("Test page" in line.text for line in test_page.lines)
    assert number in "\n".join(line.text for line in receipts[-1].lines)
    assert receipts[-1].pulses == 1


def test_a_bill_without_paper_waits_and_is_printed_when_there_is_some(place: Workplace) -> None:
    with on_the_network(PlayedPrinter()) as printer:
        sets_up(place, printer)
        printer.paper_out = True
        first = bills(place)
        place.waits(lambda: paper_of(place) is Paper.FAILED, "word of the paper")
        status = place.window.status_line._printer.value
        place.waits(lambda: "no paper" in status.accessibleName(), "the status line")
        second = bills(place)

        place.presses(Qt.Key.Key_P, modifiers=CTRL)
        papers = panel_of(place).papers
        place.waits(lambda: len(papers.jobs) == 2, "both papers in the queue")
        assert "out of paper" in papers.sentence
        place.presses(DOWN, DEL)
        place.waits(lambda: len(papers.jobs) == 1, "the second to be taken out")
        printer.paper_out = False
        place.presses(ENTER)
        place.waits(lambda: not papers.jobs, "the first to be printed")
        assert papers.sentence == "Every paper is printed."
        place.presses(F8)
        place.waits(lambda: "stands in the log" in papers.notice.text, "the drawer")
        place.waits(lambda: not papers.jobs and bool(printer.jobs[-1]), "the drawer's pulse")
        place.presses(ESC)
        assert not panel_of(place).is_open
    printed = [read_escpos(job) for job in printer.jobs if job]
    texts = "\n".join(line.text for paper in printed for line in paper.lines)
    assert first in texts
    assert second not in texts
    assert printed[-1].pulses == 1
    assert printed[-1].lines == []


def test_the_counter_goes_by_what_was_set_without_a_new_log_in(place: Workplace) -> None:
    do = opens_settings(place, "upi id")
    assert [row.key for row in do.rows] == ["choice:payments.upi_id"]
    place.presses(ENTER)
    place.types("no upi id at all")
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.problems or do.desk.form.sentence), "a refusal")
    form = place.window.screen_here
    assert isinstance(form, SettingsScreen)
    form.view.form.rows["value"].edit.setText("shop@okbank")  # type: ignore[attr-defined]  # a text field
    submits(place, do)
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.waits(lambda: place.window.here == 0 and place.program.billing is not None, "the counter")
    place.adds("pcm500")
    place.presses(F12)
    place.types("u")
    place.waits(lambda: "shop%40okbank" in upi_code(place) or "shop@okbank" in upi_code(place), "the code to pay by")
    place.presses(ESC, ESC)
    shop = place.program.shop
    assert shop is not None
    with shop.database.read() as session:
        assert upi_id_of(session) == "shop@okbank"


def test_the_head_of_the_papers_rights_and_looks_are_changed(place: Workplace) -> None:
    do = opens_settings(place, "name", "address")
    place.presses(ENTER)
    place.types("Sri Medicals")
    submits(place, do)
    do.search("cashier discount")
    place.presses(ENTER)
    place.presses(TAB)
    place.types("2")
    submits(place, do)
    do.search("cashier discount")
    place.waits(lambda: "2 %" in do.rows[0].value, "the new right")
    do.search("light or dark")
    place.presses(ENTER)
    chooses(place, "value", "dark")
    place.presses(ENTER)
    assert theme.current().is_dark
    shop = place.program.shop
    assert shop is not None
    with shop.database.read() as session:
        assert shop_view(session).name == "Sri Medicals"
        kinds = {event.kind for event in search_log(session, limit=20)}
    assert {"shop.changed", "role.changed"} <= kinds


def test_settings_go_into_a_file_and_come_back_from_it(place: Workplace, tmp_path: Path) -> None:
    do = opens_settings(place)
    place.presses(F6)
    submits(place, do)
    path = tmp_path / "papers" / "nuskha-settings.json"
    saved = json.loads(path.read_text("utf-8"))
    saved["shop"]["name"] = "From The File"
    path.write_text(json.dumps(saved), "utf-8")
    place.presses(F7, ENTER)
    place.waits(lambda: do.desk.form is not None and do.desk.form.confirmed, "what would change")
    form = do.desk.form
    assert form is not None
    assert "shop.name: Test Medicals → From The File" in form.sentence
    submits(place, do)
    place.waits(lambda: do.rows[0].value.startswith("From The File"), "the new name")

    path.write_text("[]", "utf-8")
    place.presses(F7, ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.sentence), "a refusal")
    assert do.desk.form is not None
    assert "no file of Nuskha's settings" in do.desk.form.sentence
    place.presses(ESC)


def test_a_receipt_is_shown_as_its_template_has_it(place: Workplace) -> None:
    do = opens_settings(place)
    place.presses(F3)
    place.waits(lambda: "no bill yet" in do.desk.notice.text, "word that there is none")
    bills(place)
    do = opens_settings(place, "receipts look")
    place.presses(ENTER)
    chooses(place, "receipt", "Hindi")
    submits(place, do)
    place.presses(F3)
    place.waits(lambda: bool(do.preview), "the receipt")
    here = place.window.screen_here
    assert isinstance(here, SettingsScreen)
    assert here.view.receipt.is_open
    place.presses(DOWN, ESC)
    assert not here.view.receipt.is_open


@pytest.mark.parametrize("mode", ["a4", "a5", "a5_landscape", "half_page"])
def test_a_bill_is_shown_as_its_printer_of_pages_has_it(place: Workplace, tmp_path: Path, mode: str) -> None:
    do = opens_settings(place)
    place.presses(F2)
    place.types("Office", TAB)
    chooses(place, "kind", "file")
    place.presses(TAB)
    place.types(str(tmp_path / "out"))
    chooses(place, "mode", mode)
    submits(place, do)
    bills(place)
    place.waits((tmp_path / "out").is_file, "the bill in the file")
    do = opens_settings(place)
    place.presses(F3)
    place.waits(lambda: do.preview is not None, "the bill")
    here = place.window.screen_here
    assert isinstance(here, SettingsScreen)
    (picture,) = here.view.receipt.pictures
    image = picture.pixmap().toImage()
    dark = sum(
        image.pixelColor(x, y).lightness() < 100 for x in range(0, image.width(), 2) for y in range(image.height())
    )
    assert dark > 500
    place.presses(ESC)


def test_a_template_of_the_shops_own_is_made_changed_and_taken_away(place: Workplace) -> None:
    do = opens_settings(place, "template")
    place.presses(ENTER)
    place.types("Ours", TAB)
    chooses(place, "part.maker", "no")
    form = place.window.screen_here
    assert isinstance(form, SettingsScreen)
    form.view.form.rows["foot.0"].edit.setText("Thank you, come again")  # type: ignore[attr-defined]  # a text field
    submits(place, do)
    place.waits(lambda: bool(do.chosen and do.chosen.key == "template:Ours"), "the template in the list")
    do.search("receipts look")
    place.presses(ENTER)
    chooses(place, "receipt", "Ours")
    submits(place, do)
    do.search("ours")
    place.waits(lambda: len(do.rows) == 2 and bool(do.rows[-1].badges), "the template in use")
    place.presses(DOWN, ENTER)
    place.types("Full")
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.problems or do.desk.form.sentence), "a refusal")
    place.presses(ESC)
    place.presses(F8)
    submits(place, do)
    do.search("receipts look")
    place.waits(lambda: bool(do.rows) and do.rows[0].value == "Full", "the full one in use again")


def test_the_customer_display_is_chosen_and_the_scanner_learned_from_here(place: Workplace) -> None:
    do = opens_settings(place, "customer display")
    place.presses(ENTER)
    chooses(place, "kind", "pole")
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.problems or do.desk.form.sentence), "no port")
    chooses(place, "kind", "window")
    submits(place, do)
    place.waits(lambda: do.rows[0].value == "a second window", "the display in the list")
    do.search("scanner types")
    place.presses(ENTER)
    (learn,) = place.window.findChildren(LearnPanel)
    place.waits(lambda: learn.is_open, "the panel that learns")
    place.presses(ESC)
    place.waits(lambda: not learn.is_open, "the panel to be closed")
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.waits(lambda: place.program.display.window is not None, "the customer's window")


def test_labels_go_from_an_item_to_their_printer(place: Workplace, tmp_path: Path) -> None:
    do = opens_settings(place)
    place.presses(F2)
    place.types("Zebra", TAB)
    chooses(place, "kind", "file")
    place.presses(TAB)
    place.types(str(tmp_path / "labels.zpl"))
    chooses(place, "mode", "zpl")
    submits(place, do)
    do.search("labels go to")
    place.waits(lambda: do.rows[0].value == "Zebra", "the printer for labels")
    place.presses(Qt.Key.Key_2, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, ItemsScreen)
    items = here.view.presenter
    place.types("paracetamol")
    place.waits(lambda: items.chosen is not None and items.chosen.code == "PCM500", "the item")
    place.presses(Qt.Key.Key_B, modifiers=CTRL)
    place.waits(lambda: items.form is not None, "the form")
    place.types("", TAB)
    place.types("2", ENTER)
    place.waits((tmp_path / "labels.zpl").is_file, "the labels")
    zpl = (tmp_path / "labels.zpl").read_bytes()
    assert b"^PQ2" in zpl
    assert b"Paracetamol" in zpl


def test_a_printer_is_taken_off(place: Workplace) -> None:
    with on_the_network() as printer:
        do = sets_up(place, printer)
        place.presses(F8)
        submits(place, do)
        place.waits(lambda: not [row for row in do.rows if row.key.startswith("printer:")], "the printer to be off")
        place.presses(F9)
    assert do.printer is None


def test_whoever_may_not_change_settings_has_no_such_screen(place: Workplace) -> None:
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    place.presses(Qt.Key.Key_S, modifiers=ALT)
    assert not isinstance(place.window.screen_here, SettingsScreen)
