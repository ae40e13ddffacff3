"""The wizard by keyboard alone, up to a real shop on a real file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.app.backups.folder import second_folder
from core.app.dto import PrinterChoice
from core.app.recovery import RecoverySheet, recovery_sheet, sheet_kept_at
from core.app.shop import Shop
from core.kernel.errors import EnvironmentFault
from core.kernel.gst import Registration
from core.settings.queries import shop_view
from core.spool.dto import PrinterKind
from core.spool.known import Found
from core.spool.trying import try_printer
from pos_desktop.runtime.background import Background
from pos_desktop.screens.first_start.form import Step
from pos_desktop.screens.first_start.founding import found_shop
from pos_desktop.screens.first_start.pages import PrinterPage, StockPage
from pos_desktop.screens.first_start.presenter import FirstStart, Founding
from pos_desktop.screens.first_start.stock_file import FileSummary, look_at_file
from pos_desktop.screens.first_start.view import FirstStartWindow
from pos_desktop.screens.recovery_sheet.work import SheetWork
from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks
from pos_desktop.widgets.fields import Choice
from tests.support.clock import TurnedClock

CTRL = Qt.KeyboardModifier.ControlModifier


#: The one printer that this computer sees.
SEEN = Found(kind=PrinterKind.USB, address="/dev/usb/lp0", words="TM-T20")


class Setup:
    """A wizard put together as the program does, in a folder of its own."""

    def __init__(self, qtbot: QtBot, looks: Looks, folder: Path, clock: TurnedClock) -> None:
        self.folder = folder
        self.clock = clock
        self.shop: Shop | None = None
        self.is_finished = False
        self.is_restoring = False
        self.file_to_choose = ""
        self.background = Background()
        sheets = SheetWork(self.background, folder, clock, lambda: self.window)
        self.start = FirstStart(
            found=self._found,
            test_print=self._print,
            look_at=self._look,
            finished=self._finish,
            save_sheet=sheets.save,
            print_sheet=sheets.print,
            confirm_sheet=sheets.confirm,
            restore=self._restore,
            find_printers=lambda done, failed: done(
                [Found(kind=PrinterKind.USB, address="/dev/usb/lp0", words="TM-T20")]
            ),
        )
        choose = [lambda _: self.file_to_choose] * 3
        self.window = FirstStartWindow(self.start, looks, *choose)
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()

    def _found(
        self,
        founding: Founding,
        progress: Callable[[str], None],
        done: Callable[[RecoverySheet | None], None],
        failed: Callable[[Exception], None],
    ) -> None:
        def tell(sentence: str) -> None:
            self.background.post(lambda: progress(sentence))

        def keep(shop: Shop) -> None:
            self.shop = shop
            done(recovery_sheet(shop, self.clock) if shop.database.key is not None else None)

        self.background.run(lambda: found_shop(self.folder, founding, self.clock, tell), keep, failed)

    def _print(self, printer: PrinterChoice, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        setup = printer.printers().for_receipts
        assert setup is not None
        self.background.run(lambda: try_printer(setup), lambda _: done(), failed)

    def _look(self, path: Path, done: Callable[[FileSummary], None], failed: Callable[[Exception], None]) -> None:
        self.background.run(lambda: look_at_file(path, date(2026, 11, 20)), done, failed)

    def _finish(self) -> None:
        self.is_finished = True

    def _restore(self) -> None:
        self.is_restoring = True

    @property
    def focus(self) -> QWidget:
        focus = self.window.focusWidget()
        assert focus is not None
        return focus

    @property
    def field(self) -> str:
        """The name of the field that has the keys."""
        return self.window.page.name_of(self.focus)

    def types(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.focus, key, modifiers)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def goes_to(self, step: Step) -> None:
        """Type what is needed, field by field."""
        if step > Step.SHOP:
            self.types("Test Medicals")
            self.enter()
            self.types("MG Road, Kochi")
            self.press(Qt.Key.Key_Return, modifiers=CTRL)
            self.types("32aabct1332l1zn")
            self.enter()
        if step > Step.LICENCES:
            self.enter()
        if step > Step.USER:
            for text in ("Anitha", "owner", "correct horse 7", "correct horse 7"):
                self.types(text)
                self.enter()
        if step > Step.PRINTER:
            self.enter()
        if step > Step.SAFETY:
            self.press(Qt.Key.Key_Down)  # not encrypted
            self.enter()
        assert self.start.step is step, self.start.problems


@pytest.fixture
def setup(qtbot: QtBot, looks: Looks, tmp_path: Path, clock: TurnedClock) -> Iterator[Setup]:
    made = Setup(qtbot, looks, tmp_path / "shop", clock)
    yield made
    made.background.wait()
    if made.shop is not None:
        made.shop.close()


def test_a_shop_is_made_with_the_keyboard_alone(setup: Setup, qtbot: QtBot) -> None:
    assert setup.field == "name"
    setup.types("Sri Medicals")
    setup.enter()
    assert setup.field == "address"
    setup.types("MG Road")
    setup.enter()
    setup.types("Kochi 682016")
    setup.enter()  # begins a third line
    setup.enter()  # which is empty, so it goes on
    assert setup.field == "gstin"
    setup.types("32aabct1332l1zn")
    assert setup.start.form.state == "32"
    setup.enter()

    assert setup.start.step is Step.LICENCES
    assert setup.field == "number_0"
    setup.types("KL-KCH-1001")
    setup.press(Qt.Key.Key_Tab)
    setup.types("31-12-2028")
    setup.enter()

    assert setup.field == "full_name"
    setup.types("Anitha Menon")
    setup.enter()
    assert setup.field == "username"
    setup.types("anitha")
    setup.enter()
    setup.types("correct horse 7")
    setup.enter()
    assert setup.field == "password_again"
    setup.types("correct horse 7")
    setup.enter()

    assert setup.field == "printer_kind"
    setup.press(Qt.Key.Key_Down)
    assert setup.start.form.printer_kind == "network"
    setup.press(Qt.Key.Key_Tab)
    setup.types("10.0.0.7")
    setup.enter()

    assert setup.field == "encrypt"
    setup.press(Qt.Key.Key_Down)
    assert setup.start.form.encrypt == "no"
    setup.enter()

    assert setup.field == "stock"
    setup.enter()
    qtbot.waitUntil(lambda: setup.is_finished)

    assert setup.shop is not None
    with setup.shop.database.read() as session:
        shop = shop_view(session)
    assert (shop.name, shop.address, shop.gstin) == ("Sri Medicals", "MG Road\nKochi 682016", "32AABCT1332L1ZN")
    assert shop.registration is Registration.REGULAR
    assert shop.licences[0].number == "KL-KCH-1001"
    printer = setup.shop.printers().for_receipts
    assert printer is not None
    assert printer.address == "10.0.0.7"


def test_a_refused_step_shows_why_and_goes_to_the_field(setup: Setup) -> None:
    setup.press(Qt.Key.Key_Tab)
    next_button = setup.window.next
    next_button.setFocus()
    setup.enter()

    page = setup.window.page
    assert setup.field == "name"
    assert page.fields["name"].problem.startswith("Type the shop's name")
    assert page.fields["phone"].problem == ""
    setup.types("S")
    assert page.fields["name"].problem == ""


def test_a_gstin_is_judged_while_one_types(setup: Setup) -> None:
    row = setup.window.page.fields["gstin"]
    row.edit.setFocus()
    setup.types("32AABCT1332L1Z")
    assert row.problem == ""
    setup.types("X")
    assert "wrong character" in row.problem
    setup.press(Qt.Key.Key_Backspace)
    setup.types("N")
    assert row.problem == ""
    assert row._below.text() == "This GSTIN is right"


def test_esc_goes_back_and_every_field_is_as_it_was(setup: Setup) -> None:
    setup.goes_to(Step.USER)
    setup.press(Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert setup.start.step is Step.SHOP
    assert setup.field == "name"
    state = setup.window.page.fields["state"].edit
    assert isinstance(state, Choice)
    assert state.currentText() == "Kerala (32)"

    setup.press(Qt.Key.Key_Escape)
    assert setup.start.step is Step.SHOP


def test_enter_on_a_button_presses_that_button(setup: Setup) -> None:
    setup.goes_to(Step.USER)
    setup.window.back.setFocus()
    setup.enter()

    assert setup.start.step is Step.LICENCES


def test_tab_reaches_every_field_of_every_step(setup: Setup) -> None:
    for step in Step:
        if step is Step.SHEET:
            break  # there is none before the shop is made
        setup.goes_to(step) if step is Step.SHOP else setup.window.start.next()
        page = setup.window.pages[step]
        setup.start.step = step
        setup.window.refresh()
        wanted = {name for name, row in page.fields.items() if row.isVisible()}
        wanted |= set(page.options)
        page.focus(page.first)
        reached = set()
        for _ in range(40):
            reached.add(page.name_of(setup.focus))
            QTest.keyClick(setup.focus, Qt.Key.Key_Tab)
        assert wanted <= reached, step


def test_f9_prints_a_test_page(setup: Setup, qtbot: QtBot, tmp_path: Path) -> None:
    setup.goes_to(Step.PRINTER)
    page = setup.window.page
    assert isinstance(page, PrinterPage)
    assert not page.test.isVisible()
    setup.press(Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert setup.start.form.printer_kind == "found"
    choice = page.fields["printer_found"].edit
    assert isinstance(choice, Choice)
    assert (choice.count(), choice.value) == (1, "usb|/dev/usb/lp0")
    setup.press(Qt.Key.Key_Down)
    assert setup.start.form.printer_kind == "file"
    setup.press(Qt.Key.Key_Tab)
    assert setup.field == "printer_path"
    setup.types(str(tmp_path / "out.bin"))
    setup.press(Qt.Key.Key_F9)

    qtbot.waitUntil(lambda: setup.window.notice.text.startswith("The page was sent"))
    assert (tmp_path / "out.bin").stat().st_size > 100


def test_a_file_is_chosen_understood_and_brought_in(setup: Setup, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(
        "code,name,pack,gst_percent,batch,expiry,mrp,purchase_rate,quantity\n"
        "PCM500,Paracetamol 500,10's,5,A1,12/2028,25.65,18,40\n"
        "AMX500,Amoxycillin 500,10's,5,,12/2028,90,60,10\n"
    )
    setup.goes_to(Step.STOCK)
    setup.file_to_choose = str(file)
    setup.press(Qt.Key.Key_O, modifiers=CTRL)
    page = setup.window.page
    assert isinstance(page, StockPage)
    qtbot.waitUntil(lambda: page.found.text().startswith("Understood: 1 items"))

    setup.enter()
    assert setup.field == "skip_bad"
    setup.press(Qt.Key.Key_Space)
    setup.enter()
    qtbot.waitUntil(lambda: setup.is_finished)


def test_f4_makes_a_demo_shop_at_once(setup: Setup, qtbot: QtBot) -> None:
    setup.press(Qt.Key.Key_F4)
    assert setup.start.is_busy
    assert not setup.window.close()  # half a shop would be thrown away
    assert not setup.window.next.isEnabled()

    qtbot.waitUntil(lambda: setup.is_finished)
    assert setup.shop is not None
    with setup.shop.database.read() as session:
        assert shop_view(session).is_demo


def test_a_failure_keeps_what_was_typed(setup: Setup, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.folder.parent.mkdir(exist_ok=True)
    setup.goes_to(Step.STOCK)

    def fail(*_: Any) -> None:
        raise EnvironmentFault("storage.disk_full")

    monkeypatch.setattr(f"{__name__}.found_shop", fail)
    setup.enter()
    qtbot.waitUntil(lambda: "disk is full" in setup.window.notice.text)

    assert setup.window.next.isEnabled()
    assert setup.start.form.name == "Test Medicals"


def test_theme_and_size_change_here_too(setup: Setup) -> None:
    setup.press(Qt.Key.Key_T, modifiers=CTRL)
    assert theme.current().is_dark
    setup.press(Qt.Key.Key_Plus, modifiers=CTRL)
    assert theme.current().scale == 110
    assert setup.window.page.fields["name"].edit.height() == theme.current().control_height


def test_an_encrypted_shop_ends_with_its_sheet(setup: Setup, qtbot: QtBot, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    setup.goes_to(Step.SAFETY)
    assert setup.start.form.encrypt == "yes"
    setup.file_to_choose = str(stick)
    setup.press(Qt.Key.Key_O, modifiers=CTRL)
    assert setup.start.form.second_folder == str(stick)
    setup.enter()
    setup.enter()
    qtbot.waitUntil(lambda: setup.start.step is Step.SHEET)
    assert setup.shop is not None
    key = setup.shop.database.key
    assert key is not None
    shown = [label.text() for label in setup.window.sheet.groups]
    assert "-".join(shown) == key.recovery_code
    assert second_folder(setup.folder) == stick

    setup.file_to_choose = str(stick / "sheet")
    setup.press(Qt.Key.Key_S, modifiers=CTRL)
    qtbot.waitUntil(lambda: setup.window.sheet.said.text.startswith("Saved as"))
    assert (stick / "sheet.pdf").read_bytes().startswith(b"%PDF")

    setup.enter()
    panel = setup.window.sheet
    assert panel.group.hasFocus()
    assert {label.text() for label in panel.groups} == {"•••••"}
    setup.types("WRONG")
    setup.enter()
    assert panel.row.problem.startswith("That is not group")
    panel.group.clear()
    setup.types(shown[setup.start.sheet.asked_group - 1].lower())
    setup.enter()
    qtbot.waitUntil(lambda: setup.is_finished)
    assert sheet_kept_at(setup.folder, key.id) == setup.clock.now()


def test_f8_restores_a_backup_instead(setup: Setup) -> None:
    setup.press(Qt.Key.Key_F8)
    assert setup.is_restoring


@pytest.mark.parametrize("scale", [100, 130, 160])
def test_the_buttons_are_in_view_at_every_size(setup: Setup, qtbot: QtBot, looks: Looks, scale: int) -> None:
    looks.remember(scale=scale)
    looks.apply()
    qtbot.waitUntil(lambda: setup.window.next.height() == theme.current().control_height)
    for button in (setup.window.next, setup.window.demo):
        assert isinstance(button, QPushButton)
        corner = button.mapTo(setup.window, button.rect().bottomRight())
        assert setup.window.rect().contains(corner)
