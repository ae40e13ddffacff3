"""Puts the program together: first start, log-in, main window; and its orderly end."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from core.app.demo_shop import DEMO_PASSWORD, DEMO_USER
from core.app.dto import PrinterChoice, PrinterKind
from core.app.idle import idle_lock_minutes
from core.app.instance import only_window
from core.app.paths import default_data_folder
from core.app.shop import Shop, has_shop, open_shop
from core.auth.dto import SessionView
from core.auth.login import EndReason
from core.auth.permissions import Permission
from core.auth.rights import may
from core.boundary.messages import explain
from core.kernel.actor import Actor
from core.kernel.clock import Clock, MachineUptime, SystemClock, Uptime, business_date
from core.kernel.dates import FinancialYear
from core.kernel.errors import Problem, RuleBroken
from core.numbering.dto import NumberedKind
from core.numbering.queries import next_number
from core.sales.dto import BillView
from core.sales.terms import round_off_choice
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from core.storage.sqlite import SqliteDatabase
from pos_desktop.devices.receipts import print_receipt
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.runtime.background import Background
from pos_desktop.runtime.caretaker import Caretaker
from pos_desktop.runtime.idle import IdleWatch
from pos_desktop.runtime.preferences import PreferencesFile
from pos_desktop.runtime.qt_lanes import QtLanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.keeping import read_kept
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.first_start.founding import found_shop
from pos_desktop.screens.first_start.presenter import FirstStart, Founding
from pos_desktop.screens.first_start.ruler_page import print_ruler
from pos_desktop.screens.first_start.stock_file import FileSummary, look_at_file
from pos_desktop.screens.first_start.view import FirstStartWindow
from pos_desktop.screens.login.presenter import Login
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.screens.switch.presenter import Switch
from pos_desktop.screens.switch.view import SwitchPanel
from pos_desktop.screens.users.presenter import UsersPresenter
from pos_desktop.screens.users.screen import UsersScreen
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.screen import Screen
from pos_desktop.shell.status_line import DeviceState, ShellStatus
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.shell.window import MainWindow
from pos_desktop.terminal import Terminal

_log = logging.getLogger(__name__)

_DEMO_FOLDER = "demo"


class Program(QObject):
    """The running program: which window is open, the open shop, its lanes."""

    def __init__(
        self, app: QApplication, folder: Path, clock: Clock | None = None, uptime: Uptime | None = None
    ) -> None:
        """Work in a data folder; nothing is opened yet."""
        super().__init__()
        self.folder = folder
        self.clock = clock or SystemClock()
        self.window: QWidget | None = None
        self.shop: Shop | None = None
        self.billing: BillingPresenter | None = None
        self._lanes: QtLanes | None = None
        self._caretaker: Caretaker | None = None
        self._board = TopicBoard()
        self._background = Background(self)
        self.terminal = Terminal(self._background, uptime or MachineUptime())
        self._leaving: list[Callable[[], object]] = []
        self._worked_before = ""
        self._looks = Looks(app, PreferencesFile(folder))
        self._scanner = WedgeScanner(self)
        app.installEventFilter(self._scanner)
        self.idle = IdleWatch(self.clock, self.terminal.uptime, self.lock, self)
        app.installEventFilter(self.idle)
        self._looks.apply()

    def begin(self) -> None:
        """Open the wizard where there is no shop, else the log-in. Raises EnvironmentFault for a damaged shop."""
        if has_shop(self.folder):
            self.shop = open_shop(self.folder, self.clock)
            self._ask_who()
        else:
            self._first_start()

    def end(self) -> None:
        """Finish what is being written and close the file."""
        self.idle.stop()
        self._background.wait()
        if self.billing is not None:
            self.billing.keep_now()
        self.terminal.leave(EndReason.CLOSED)
        self._background.wait()
        if self._caretaker is not None:
            self._caretaker.end()
        if self._lanes is not None:
            self._lanes.close()
        if self.shop is not None:
            self.shop.close()

    # --- first start ---------------------------------------------------------------------------------------------

    def _first_start(self) -> None:
        start = FirstStart(
            found=self._found, test_print=self._test_print, look_at=self._look_at, finished=self._ask_who
        )
        self._show(FirstStartWindow(start, self._looks))

    def _found(
        self,
        founding: Founding,
        progress: Callable[[str], None],
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        def keep(shop: Shop) -> None:
            self.shop = shop
            done()

        def tell(sentence: str) -> None:
            self._background.post(partial(progress, sentence))

        self._background.run(lambda: found_shop(self.folder, founding, self.clock, tell), keep, failed)

    def _test_print(
        self, printer: PrinterChoice, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        self._background.run(lambda: print_ruler(printer), lambda _: done(), failed)

    def _look_at(self, path: Path, done: Callable[[FileSummary], None], failed: Callable[[Exception], None]) -> None:
        self._background.run(lambda: look_at_file(path), done, failed)

    # --- log-in --------------------------------------------------------------------------------------------------

    def _ask_who(self) -> None:
        self.terminal.open_shop(self._open_shop.database)
        shop = self._details()
        login = Login(
            authenticate=self.terminal.log_in,
            entered=self._came_in,
            last_user=self._looks.preferences.last_user,
            replace=self.terminal.replace_password,
            unlock=self.terminal.unlock if self.terminal.can_unlock else None,
        )
        hint = tr("Demo shop: {user} / {password}", user=DEMO_USER, password=DEMO_PASSWORD) if shop.is_demo else ""
        self._show(LoginWindow(login, self._looks, shop.name, is_demo=shop.is_demo, hint=hint))

    def lock(self) -> None:
        """Ask again who is there: nobody has touched the terminal for long."""
        self._go_out(EndReason.IDLE)

    def log_out(self) -> None:
        """Ctrl+L: leave; a password lets in again."""
        self._go_out(EndReason.LOGGED_OUT)

    def _go_out(self, reason: EndReason) -> None:
        if self.terminal.session is None or self._is_saving():
            return
        self._leave_desk()
        self.terminal.leave(reason)
        self._ask_who()

    def _came_in(self, session: SessionView) -> None:
        self._enter(session.actor)

    def _is_saving(self) -> bool:
        """Say whether a bill is on its way to the disk, and if so, that one moment is needed."""
        is_saving = self.billing is not None and self.billing.checkout.is_busy
        if is_saving and isinstance(self.window, MainWindow):
            self.window.show_notice(Tone.WARNING, tr("A bill is being saved: try again in a moment."))
        return is_saving

    def _leave_desk(self) -> None:
        """End what belongs to who is at work here: the bill is kept as theirs, nothing of it stays in the window."""
        self.idle.stop()
        if self.billing is not None:
            self.billing.leave()
            self.billing = None
        for leave in self._leaving:
            leave()
        self._leaving.clear()
        if self._lanes is not None:
            self._lanes.finish_writes()  # the bill must stand in its slot before another user is given one
        if self._caretaker is not None:
            self._caretaker.tell_to(lambda age, is_well: None)
        if isinstance(self.window, MainWindow):
            self.window.leave()

    # --- main window ---------------------------------------------------------------------------------------------

    def _enter(self, actor: Actor) -> None:
        self._leave_desk()
        before, self._worked_before = self._worked_before, actor.username
        self._looks.remember(last_user=actor.username)
        shop = self._details()
        printer = self._open_shop.printer()
        if self._lanes is None:
            self._lanes = QtLanes(self._open_shop.database)
        lanes = self._lanes
        lanes.act_as(actor)
        with self._open_shop.database.read() as session:
            kept = read_kept(session, business_date(self.clock.now()), actor.username)
            round_off = round_off_choice(session)
            minutes = idle_lock_minutes(session)
            manages_users = may(session, actor, Permission.MANAGE_USERS)
        self.billing = BillingPresenter(
            lanes,
            self._board,
            shop,
            actor=lambda: actor,
            today=lambda: business_date(self.clock.now()),
            print_bill=partial(self._print_bill, printer, shop),
            report_bug=self._report_bug,
            round_off=round_off,
            later=self._later,
            kept=kept,
            authorise=self.terminal.authorise,
        )
        screens: list[Screen] = [BillingScreen(self.billing, self._scanner, self)]
        if manages_users:
            screens.append(self._users_screen(lanes, actor))
        switch = Switch(
            lanes,
            own_name=actor.username,
            switch_to=self.terminal.switch,
            entered=self._came_in,
            report_bug=self._report_bug,
            before=before,
        )
        everywhere = [
            KeyAction("F11", tr("Switch user"), lambda: None if self._is_saving() else switch.open()),
            KeyAction("Ctrl+L", tr("Log out"), self.log_out, in_bar=False),
        ]
        window = MainWindow(screens, self._looks, self._board, everywhere=everywhere)
        SwitchPanel(switch, window.centralWidget())
        self._keep_status(window, lanes, shop, actor, printer)  # first: no title without the shop's name is ever seen
        self._show(window)
        window.show_screen(0)
        self._take_care(window)
        self.idle.start(minutes)

    def _later(self, milliseconds: int, call: Callable[[], None]) -> None:
        def ring() -> None:
            call()

        # Qt holds no reference to a bound method, and would call the keeper of somebody who has left after its end
        QTimer.singleShot(milliseconds, self, ring)

    def _users_screen(self, lanes: QtLanes, actor: Actor) -> UsersScreen:
        presenter = UsersPresenter(
            lanes,
            own_name=actor.username,
            uptime=self.terminal.uptime.milliseconds,
            change_own_password=self.terminal.change_own_password,
            report_bug=self._report_bug,
        )
        return UsersScreen(presenter, self)

    def _print_bill(
        self,
        printer: PrinterChoice,
        shop: ShopView,
        bill: BillView,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        reprint: bool = False,
    ) -> None:
        asking = self.billing

        def printed(_: None) -> None:
            done()
            if self.billing is not None and self.billing is not asking:
                self.billing.saving.printed_before(bill)

        def not_printed(error: Exception) -> None:
            failed(error)
            if self.billing is not asking and not (isinstance(error, Problem) and error.code == "printer.none"):
                self._report_bug(RuleBroken("billing.not_printed", number=bill.number))

        self._background.run(lambda: print_receipt(printer, bill, shop, duplicate=reprint), printed, not_printed)

    def _keep_status(
        self, window: MainWindow, lanes: QtLanes, shop: ShopView, actor: Actor, printer: PrinterChoice
    ) -> None:
        """Show where one is, and read the next number again after each bill."""

        def show(number: str) -> None:
            window.set_status(
                ShellStatus(
                    shop=shop.name,
                    counter=shop.counter,
                    user=actor.username,
                    financial_year=str(FinancialYear.of(business_date(self.clock.now()))),
                    next_bill=number,
                    printer=None if printer.kind is PrinterKind.NONE else DeviceState(printer.address),
                    is_demo=shop.is_demo,
                )
            )

        def read() -> None:
            today = business_date(self.clock.now())
            lanes.lanes_of(window).read(
                lambda session: next_number(session, NumberedKind.BILL, today), show, self._report_bug
            )

        self._leaving.append(self._board.listen(lambda topics: read() if Topic.BILLS in topics else None))
        show("")
        read()

    def _take_care(self, window: MainWindow) -> None:
        """Back the shop up while it is open, and show how old the newest backup is."""
        field = window.status_line.add_field(tr("Backup"))

        def told(age: str, is_well: bool) -> None:
            field.show_value(age, Tone.PLAIN if is_well else Tone.DANGER)

        if self._caretaker is not None:  # it looks after the shop, whoever is at work
            self._caretaker.tell_to(told)
            return
        database = self._open_shop.database
        assert isinstance(database, SqliteDatabase)
        self._caretaker = Caretaker(database, self.folder, self.clock, told=told, failed=self._report_bug, parent=self)

    def _report_bug(self, error: Exception) -> None:
        """Say that the program itself failed; what was typed is still there."""
        _log.error("unexpected error", exc_info=error)
        if isinstance(self.window, MainWindow):
            text = (
                explain(error) if isinstance(error, Problem) else tr("The program failed at this: {error}", error=error)
            )
            self.window.show_notice(Tone.DANGER, text)

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _open_shop(self) -> Shop:
        assert self.shop is not None
        return self.shop

    def _details(self) -> ShopView:
        with self._open_shop.database.read() as session:
            return shop_view(session)

    def _show(self, window: QWidget) -> None:
        """Open a window in place of the one before: as large as that, whole screen at first, or where it was last."""
        before, self.window = self.window, window
        if isinstance(window, MainWindow) and self._looks.preferences.geometry:
            window.show()
        elif before is None or before.isMaximized():
            window.showMaximized()
        else:
            window.setGeometry(before.geometry())
            window.show()
        if before is not None:
            before.close()
            before.deleteLater()


def start(data: Path | None, *, demo: bool = False, out: Path | None = None) -> int:
    """Run the program until its window is closed and return the exit code.

    ``demo`` works in a folder of its own beside the user's shop. Without a display the demo shop is walked through
    with the same windows, drawn in memory, and its papers are written to ``out``.
    """
    if not has_display():
        from pos_desktop.walk import walk_without_display  # lazy: a run with a display never needs it

        folder = data or default_data_folder()
        if not (demo and data) and not has_shop(folder):
            folder = folder / _DEMO_FOLDER  # a folder that was named for a real shop stays free for it
        return walk_without_display(folder, out)
    folder = data or (default_data_folder() / _DEMO_FOLDER if demo else default_data_folder())
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=folder / "nuskha.log", level=logging.WARNING, format="%(asctime)s %(name)s %(message)s"
    )
    with only_window(folder, SystemClock()):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("Nuskha")
        program = Program(app, folder)
        try:
            program.begin()
            return app.exec()
        finally:
            program.end()


def has_display() -> bool:
    """Say whether windows can be shown here; Windows and macOS always can."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
