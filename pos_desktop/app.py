"""Puts the program together: first start, log-in, main window; and its orderly end."""

from __future__ import annotations

import getpass
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QStandardPaths, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from core.app.backups.looking import Inside, look_into
from core.app.backups.restoring import MENDED, Restored, restore
from core.app.backups.state import BackupState
from core.app.checked import check_alarms, read_check
from core.app.demo_shop import DEMO_PASSWORD, DEMO_USER
from core.app.displays import display_of
from core.app.dto import PrinterChoice
from core.app.health import backup_alarms
from core.app.idle import idle_lock_minutes
from core.app.instance import only_window
from core.app.paths import default_data_folder
from core.app.recovery import RecoverySheet, recovery_sheet, unlock_shop
from core.app.scanners import scanners_of
from core.app.shop import Shop, has_shop, open_shop
from core.auth.dto import SessionView
from core.auth.login import EndReason
from core.auth.permissions import Permission
from core.auth.queries import list_users
from core.auth.rights import may, require_to_read
from core.boundary.messages import explain
from core.kernel.actor import Actor, Role
from core.kernel.clock import Clock, MachineUptime, SystemClock, Uptime, business_date
from core.kernel.dates import FinancialYear
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from core.numbering.dto import NumberedKind
from core.numbering.queries import next_number
from core.printing.page import Page
from core.printing.trial import trial_sheet
from core.sales.dto import BillView
from core.sales.terms import round_off_choice
from core.sales.upi import upi_id_of
from core.settings.dto import ShopView
from core.settings.expiring import licence_alarms
from core.settings.queries import counter_keys_choice, shop_view
from core.spool.dto import PrinterKind, PrinterSetup
from core.spool.known import found_printers
from core.spool.talking import Outcome
from core.spool.trying import sheet_of, try_printer
from core.storage.keys import RawKey
from core.storage.sqlite import SqliteDatabase
from pos_desktop.devices.logo import read_logo
from pos_desktop.devices.port_tap import PortTap
from pos_desktop.devices.raster import raster_receipt
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.devices.serial_ports import find_ports
from pos_desktop.devices.serial_scanner import SerialScanners
from pos_desktop.print_desk import PrintDesk
from pos_desktop.runtime.background import Background
from pos_desktop.runtime.caretaker import Caretaker
from pos_desktop.runtime.garbage import GarbageCollector
from pos_desktop.runtime.idle import IdleWatch
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.preferences import PreferencesFile
from pos_desktop.runtime.qt_lanes import QtLanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.keeping import read_kept
from pos_desktop.screens.billing.key_map import KEY_MAPS
from pos_desktop.screens.billing.places import Places
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.saving import SavedBill
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.bills.presenter import Ways
from pos_desktop.screens.bills.screen import BillsScreen
from pos_desktop.screens.counter.screen import CounterScreen, show_drawer
from pos_desktop.screens.display.desk import DisplayDesk
from pos_desktop.screens.first_start.founding import found_shop
from pos_desktop.screens.first_start.presenter import FirstStart, Founding
from pos_desktop.screens.first_start.stock_file import FileSummary, look_at_file
from pos_desktop.screens.first_start.view import FirstStartWindow
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.screens.health.presenter import HealthDesk
from pos_desktop.screens.health.screen import KEY as HEALTH_KEY
from pos_desktop.screens.health.screen import HealthScreen
from pos_desktop.screens.health.work import Care
from pos_desktop.screens.login.presenter import Login
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.screens.papers.presenter import PapersPresenter
from pos_desktop.screens.papers.view import PapersPanel
from pos_desktop.screens.recovery_sheet.work import SheetWork
from pos_desktop.screens.registers.h1 import PrintPages
from pos_desktop.screens.registers.h1 import Ways as RegisterWays
from pos_desktop.screens.registers.screen import RegistersScreen
from pos_desktop.screens.reports.screen import ReportsScreen
from pos_desktop.screens.restore.presenter import Restoring
from pos_desktop.screens.restore.view import RestoreWindow
from pos_desktop.screens.scanners.presenter import LearnScanner
from pos_desktop.screens.scanners.view import LearnPanel
from pos_desktop.screens.settings.presenter import Looks as MachineLooks
from pos_desktop.screens.settings.presenter import SettingsWays
from pos_desktop.screens.switch.presenter import Switch
from pos_desktop.screens.switch.view import SwitchPanel
from pos_desktop.screens.table_file.presenter import TableFile
from pos_desktop.screens.table_file.view import TableFilePanel
from pos_desktop.screens.trouble.presenter import Trouble
from pos_desktop.screens.trouble.view import TroubleWindow
from pos_desktop.screens.users.presenter import UsersPresenter
from pos_desktop.screens.users.screen import UsersScreen
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.screen import Screen
from pos_desktop.shell.status_line import ShellStatus
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.shell.window import MainWindow
from pos_desktop.shop_screens import ShopScreens
from pos_desktop.terminal import Terminal

_log = logging.getLogger(__name__)

_DEMO_FOLDER = "demo"
#: For so many seconds the end of the program waits for a paper that is being sent.
_PRINTER_PATIENCE = 3.0


class Program(QObject):
    """The running program: which window is open, the open shop, its lanes."""

    def __init__(
        self, app: QApplication, folder: Path, clock: Clock | None = None, uptime: Uptime | None = None
    ) -> None:
        """Work in a data folder; nothing is opened yet."""
        super().__init__()
        self._garbage = GarbageCollector(self)
        self._app = app
        self.folder = folder
        self.clock = clock or SystemClock()
        self.window: QWidget | None = None
        self.shop: Shop | None = None
        self.places: Places | None = None
        self._lanes: QtLanes | None = None
        self._caretaker: Caretaker | None = None
        self._printing: PrintDesk | None = None
        self._board = TopicBoard()
        self._background = Background(self)
        #: Of its own: a printer that hangs shall not keep a window open.
        self._at_printers = Background(self)
        self.terminal = Terminal(self._background, uptime or MachineUptime())
        self._leaving: list[Callable[[], object]] = []
        self._worked_before = ""
        self._last_bill: SavedBill | None = None
        self._sheets = SheetWork(self._background, folder, self.clock, lambda: self.window)
        self._turn = threading.Lock()
        self._actor: Actor | None = None
        self._behind: MainWindow | None = None
        self._health: HealthDesk | None = None
        self._reports: ReportsScreen | None = None
        self._looks = Looks(app, PreferencesFile(folder))
        #: Opens a link in the program that is there for it, and says whether one was.
        self.open_link: Callable[[str], bool] = lambda link: QDesktopServices.openUrl(QUrl(link))
        #: Where PDFs of bills are offered to be saved.
        self.print_pages: PrintPages = self._print_pages
        self.papers = (
            Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)) / "Nuskha"
        )
        self._scanner = WedgeScanner(self)
        self._scanner.is_awaited = self._awaits_scans
        app.installEventFilter(self._scanner)
        self.scanners = SerialScanners(self._scanner, self)
        self.display = DisplayDesk(self._later, lambda: self.window, self)
        self.idle = IdleWatch(self.clock, self.terminal.uptime, self.lock, self)
        app.installEventFilter(self.idle)
        self._looks.apply()

    def begin(self) -> None:
        """Open the wizard where there is no shop, else the log-in, or what helps a shop that does not open.

        Raises EnvironmentFault where neither a code nor a backup would help: a full disk, another program.
        """
        if not has_shop(self.folder):
            self._first_start()
            return
        try:
            self.shop = open_shop(self.folder, self.clock)
        except EnvironmentFault as fault:
            if fault.code not in MENDED:
                raise
            self._show_trouble(fault)
        else:
            self._ask_who()

    def end(self) -> None:
        """Finish what is being written and close the file."""
        if self._health is not None:
            self._health.end()
        if self._reports is not None:
            self._reports.end()
        self._background.wait()
        self._leave_shop(_PRINTER_PATIENCE)()
        self._app.removeEventFilter(self._scanner)
        self._app.removeEventFilter(self.idle)
        self._garbage.end()

    def _leave_shop(self, patience: float | None = None) -> Callable[[], None]:
        """Finish what is being written; return what closes the shop, which any thread may do and may take a while.

        For so many seconds it waits for a paper that is being sent, without end where the file is exchanged then. One
        that takes longer is asked about at the next start.
        """
        caretaker, shop = self._caretaker, self.shop
        if self._printing is not None:
            self._printing.end()
        self._leave_desk()
        self.scanners.end()
        self.display.end()
        self.terminal.leave(EndReason.CLOSED)
        self._background.wait()
        if caretaker is not None:
            caretaker.stop()
        if self._lanes is not None:
            self._lanes.close()
        self._board = TopicBoard()  # whoever listened belongs to the shop that is left
        self._caretaker = self._lanes = self.shop = self._last_bill = self._printing = None

        def close() -> None:
            self._at_printers.wait(patience)
            if caretaker is not None:
                caretaker.wait()
            if shop is not None:
                shop.close()

        return close

    # --- first start ---------------------------------------------------------------------------------------------

    def _first_start(self) -> None:
        start = FirstStart(
            found=self._found,
            test_print=self._test_print,
            look_at=self._look_at,
            finished=self._ask_who,
            save_sheet=self._sheets.save,
            print_sheet=self._sheets.print,
            confirm_sheet=self._sheets.confirm,
            restore=self._ask_for_backup,
            find_printers=lambda done, failed: self._background.run(found_printers, done, failed),
        )
        self._show(FirstStartWindow(start, self._looks))

    def _found(
        self,
        founding: Founding,
        progress: Callable[[str], None],
        done: Callable[[RecoverySheet | None], None],
        failed: Callable[[Exception], None],
    ) -> None:
        def keep(shop: Shop) -> None:
            self.shop = shop
            done(recovery_sheet(shop, self.clock) if shop.database.key is not None else None)

        def tell(sentence: str) -> None:
            self._background.post(partial(progress, sentence))

        self._background.run(lambda: found_shop(self.folder, founding, self.clock, tell), keep, failed)

    def _test_print(
        self, printer: PrinterChoice, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        setup = printer.printers().for_receipts
        if setup is None:
            failed(EnvironmentFault("printer.none"))
        else:
            self._background.run(lambda: try_here(setup), lambda _: done(), failed)

    def _look_at(self, path: Path, done: Callable[[FileSummary], None], failed: Callable[[Exception], None]) -> None:
        self._background.run(lambda: look_at_file(path, business_date(self.clock.now())), done, failed)

    # --- trouble -------------------------------------------------------------------------------------------------

    def _show_trouble(self, fault: EnvironmentFault) -> None:
        trouble = Trouble(fault, unlock=self._unlock, unlocked=self.begin, restore=self._ask_for_backup)
        self._show(TroubleWindow(trouble, self._looks))

    def _unlock(self, code: str, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self._background.run(lambda: unlock_shop(self.folder, code), lambda _: done(), failed)

    # --- restore -------------------------------------------------------------------------------------------------

    def _ask_for_backup(self, path: str = "") -> None:
        """Open the window that restores, in front of the main one or in place of the wizard."""
        present = self._details().name if self.shop is not None else ""
        behind = self.window if isinstance(self.window, MainWindow) else None
        if behind is not None:
            self.window = None  # kept: whoever only looks into a backup comes back to what he was doing
        self._behind = behind
        restoring = Restoring(
            look=self._look_into,
            restore=self._restore,
            left=self._leave_restore,
            finished=self._open_restored,
            path=path,
            present=present,
        )
        self._show(RestoreWindow(restoring, self._looks))
        if behind is not None:
            behind.hide()

    def _look_into(
        self, path: Path, key: RawKey | None, done: Callable[[Inside], None], failed: Callable[[Exception], None]
    ) -> None:
        actor = self._restorer()

        def work() -> Inside:
            with self._turn:
                return look_into(self.folder, path, actor, key)

        self._background.run(work, done, failed)

    def _restore(
        self,
        path: Path,
        key: RawKey | None,
        counter: str | None,
        done: Callable[[Restored], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Close the shop that is open, and put the backup in its place."""
        actor = self._restorer()
        if self.shop is not None and self._actor is not None:
            try:
                with self.shop.database.read() as session:
                    require_to_read(session, actor, Permission.RESTORE_BACKUP)
            except Problem as problem:
                failed(problem)
                return
        close = self._leave_shop()

        def work() -> Restored:
            close()
            return restore(self.folder, path, actor, self.clock, key=key, counter=counter)

        self._background.run(work, done, failed)

    def _restorer(self) -> Actor:
        """Who is logged in; on an empty machine whoever sits there, who owns the folder anyway."""
        return self._actor or Actor(None, "first start", Role.OWNER, os_account=getpass.getuser())

    def _leave_restore(self) -> None:
        """Back to where one was: the main window, else whatever a start of the program opens."""
        if self._behind is None:
            self.begin()
            return
        window, self._behind = self._behind, None
        before, self.window = self.window, window
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()

    def _open_restored(self) -> None:
        self.shop = open_shop(self.folder, self.clock)
        self._looks.remember(last_user="")
        self._ask_who()

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
            has_pin=self._has_pin(self._looks.preferences.last_user),
        )
        hint = tr("Demo shop: {user} / {password}", user=DEMO_USER, password=DEMO_PASSWORD) if shop.is_demo else ""
        self._show(LoginWindow(login, self._looks, shop.name, is_demo=shop.is_demo, hint=hint))

    def _has_pin(self, username: str) -> bool:
        with self._open_shop.database.read() as session:
            return any(user.username == username and user.has_pin for user in list_users(session))

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
        is_saving = self.places is not None and self.places.is_busy
        if is_saving and isinstance(self.window, MainWindow):
            self.window.show_notice(Tone.WARNING, tr("A bill is being saved: try again in a moment."))
        return is_saving

    def _leave_desk(self) -> None:
        """End what belongs to who is at work here: their bills are kept, and nothing of them stays in the window."""
        self.idle.stop()
        self.display.rest()
        if self.places is not None:
            self._last_bill = self.places.saving.last
            self.places.leave()
            self.places = None
        for leave in self._leaving:
            leave()
        self._leaving.clear()
        if self._health is not None:
            self._health.end()
            self._health = None
        if self._reports is not None:
            self._reports.end()
            self._reports = None
        self._actor = None
        if self._lanes is not None:
            self._lanes.finish_writes()  # the bill must stand in its slot before another user is given one
        if self._caretaker is not None:
            self._caretaker.tell_to(lambda age, state: None)
        if isinstance(self.window, MainWindow):
            self.window.leave()
        if self._behind is not None:
            self._behind.leave()
            self._behind.deleteLater()
            self._behind = None

    # --- main window ---------------------------------------------------------------------------------------------

    def _enter(self, actor: Actor) -> None:
        self._leave_desk()
        self._actor = actor
        before, self._worked_before = self._worked_before, actor.username
        self._looks.remember(last_user=actor.username)
        shop = self._details()
        has_printer = self._open_shop.printers().receipts is not None
        if self._lanes is None:
            self._lanes = QtLanes(self._open_shop.database)
        lanes = self._lanes
        lanes.act_as(actor)
        # whatever is read for a screen when these screens are left finds nobody: they are deleted with their window
        owner = QObject(self)
        self._leaving.append(partial(shiboken6.delete, owner))
        of_screens = lanes.lanes_of(owner)
        with self._open_shop.database.read() as session:
            today = business_date(self.clock.now())
            kept = read_kept(session, today, actor.username, has_printer=has_printer)
            round_off = round_off_choice(session)
            upi_id = upi_id_of(session)
            keys = KEY_MAPS[counter_keys_choice(session)]
            minutes = idle_lock_minutes(session)
            manages_users = may(session, actor, Permission.MANAGE_USERS)
            sets_up = may(session, actor, Permission.CHANGE_SETTINGS)
            scanners, display = scanners_of(session), display_of(session)
        make = partial(
            BillingPresenter,
            lanes,
            self._board,
            shop,
            actor=lambda: actor,
            today=lambda: business_date(self.clock.now()),
            report_bug=self._report_bug,
            round_off=round_off,
            later=self._later,
            authorise=self.terminal.authorise,
            upi_id=upi_id,
            keys=keys,
            print_quotation=self._print_desk().print_quotation,
        )
        # the last bill is the counter's, whoever posted it
        self.places = Places(make, lanes, self._board, self._print_bill, kept, self._last_bill)
        books = ShopScreens(
            shop=self._open_shop,
            lanes=of_screens,
            board=self._board,
            background=self._background,
            actor=actor,
            today=lambda: business_date(self.clock.now()),
            report_bug=self._report_bug,
            parent=self,
            ways=Ways(
                print_bill=self._print_bill,
                folder=self.papers,
                open_link=self.open_link,
                counter=self.places,
                go_to_counter=self._go_to_counter,
                authorise=self.terminal.authorise,
            ),
            register_ways=RegisterWays(folder=self.papers, print_pages=self.print_pages),
        )
        screens: list[Screen] = [BillingScreen(self.places, self._scanner, self), *books.screens()]
        goods_in = books.goods_in(self._scanner, self._later, self.terminal.authorise)
        if goods_in is not None:
            screens.insert(2, goods_in)
            self._leaving.append(goods_in.leave)
        enter_bill = self._enter_bill if goods_in is not None and goods_in.may_bill else None
        purchases = books.purchases(self.print_pages, QGuiApplication.clipboard().setText, enter_bill, self._later)
        if purchases is not None:
            self._leaving.append(purchases.leave)
            screens.insert(3 if goods_in is not None else 2, purchases)
        if manages_users:
            screens.append(self._users_screen(of_screens, actor))
        health = self._health_screen(actor)
        if health is not None:
            screens.append(health)
        registers = books.registers()
        if registers is not None:
            screens.append(registers)
        dashboard = books.dashboard(self.print_pages, self._open_report)
        if dashboard is not None:
            screens.append(dashboard)
        self._reports = books.reports(self._later, self.print_pages, self._open_bill)
        if self._reports is not None:
            screens.append(self._reports)
        set_up = books.settings(self._settings_ways(), self._come_in_again)
        if set_up is not None:
            screens.append(set_up)
        switch = Switch(
            of_screens,
            own_name=actor.username,
            switch_to=self.terminal.switch,
            entered=self._came_in,
            report_bug=self._report_bug,
            before=before,
        )
        papers = PapersPresenter(of_screens, self._print_desk().spooler, self._report_bug)
        everywhere = [
            KeyAction("Ctrl+P", tr("Papers"), papers.open, in_bar=False),
            KeyAction("F11", tr("Switch user"), lambda: None if self._is_saving() else switch.open()),
            KeyAction("Ctrl+L", tr("Log out"), self.log_out, in_bar=False),
        ]
        learn = self._learn = self._learn_scanner(of_screens)
        if sets_up:
            everywhere.append(KeyAction("Ctrl+Shift+S", tr("Learn my scanner"), learn.open, in_bar=False))
        window = MainWindow(screens, self._looks, self._board, everywhere=everywhere)
        SwitchPanel(switch, window.centralWidget())
        PapersPanel(papers, window.centralWidget())
        LearnPanel(learn, window.centralWidget())
        table_file = TableFile(
            of_screens,
            self._background.run,
            folder=self.papers,
            now=self.clock.now,
            say=window.show_notice,
            report_bug=self._report_bug,
        )
        window.save_tables(TableFilePanel(table_file, window.centralWidget()).save)
        self._keep_status(window, lanes, shop, actor, papers)  # first: no title without the shop's name is ever seen
        if any(isinstance(screen, CounterScreen) for screen in screens):
            own = lanes.lanes_of(window)
            self._leaving.append(show_drawer(window.status_line, own, self._board, actor, self._report_bug))
        self._show(window)
        window.show_screen(0)
        self._take_care(window, screens.index(health) if health is not None else None)
        self._warn_of_licences(window, shop)
        self.idle.start(minutes)
        self.scanners.use(scanners)
        self.display.use(display)
        self.display.serve(self.places, shop.name)

    def _learn_scanner(self, lanes: Lanes) -> LearnScanner:
        learn = LearnScanner(
            lanes,
            ports=find_ports,
            open_tap=partial(PortTap, post=self._background.post),
            later=self._later,
            hold=self.scanners.hold,
            release=self.scanners.release,
            saved=self.scanners.use,
            report_bug=self._report_bug,
        )
        self._leaving.append(learn.leave)
        return learn

    def _warn_of_licences(self, window: MainWindow, shop: ShopView) -> None:
        """Say whenever somebody comes to work that a drug licence has ended or ends soon."""
        alarms = list(licence_alarms(shop.licences, business_date(self.clock.now())))
        if alarms:
            has_ended = any(alarm.code == "settings.licence_ended" for alarm in alarms)
            window.show_notice(Tone.DANGER if has_ended else Tone.WARNING, " ".join(map(explain, alarms)))

    def _settings_ways(self) -> SettingsWays:
        def try_one(
            printer: PrinterSetup, done: Callable[[Outcome], None], failed: Callable[[Exception], None]
        ) -> None:
            self._background.run(lambda: try_here(printer), done, failed)

        def dress(name: str, value: str) -> None:
            self._looks.remember(**{name: int(value) if name == "scale" else value})
            self._looks.apply()

        return SettingsWays(
            try_printer=try_one,
            find_printers=lambda done, failed: self._background.run(found_printers, done, failed),
            read_logo=read_logo,
            draw=raster_receipt,
            looks=lambda: MachineLooks(self._looks.preferences.theme, self._looks.preferences.scale),
            dress=dress,
            go=self._go_to,
            folder=self.papers,
        )

    def _go_to(self, name: str) -> bool:
        """Show a screen, or the panel that learns a scanner, by its name; say whether whoever is at work has it."""
        if name == "learn":
            self._learn.open()
            return True
        kinds = {"licences": RegistersScreen, "health": HealthScreen, "users": UsersScreen}
        return isinstance(self.window, MainWindow) and self.window.show_kind(kinds[name])

    def _come_in_again(self) -> None:
        """Something was set that the counter goes by: make its screens anew, once the keys are where they go."""

        def make() -> None:
            window, actor = self.window, self._actor
            if isinstance(window, MainWindow) and actor is not None and window.may_leave():
                here = window.here
                self._enter(actor)
                if isinstance(self.window, MainWindow):
                    self.window.show_screen(here)

        QTimer.singleShot(0, self, make)

    def _open_bill(self, number: str) -> bool:
        """Show a bill among the bills; say whether whoever is at work has them."""
        if not isinstance(self.window, MainWindow) or not self.window.show_kind(BillsScreen):
            return False
        here = self.window.screen_here
        assert isinstance(here, BillsScreen)
        here.open_bill(number)
        return True

    def _enter_bill(self, receipt_number: str) -> None:
        """Go to where the bill for a goods receipt is entered."""
        if isinstance(self.window, MainWindow) and self.window.show_kind(GoodsInScreen):
            here = self.window.screen_here
            assert isinstance(here, GoodsInScreen)
            here.open_receipt(receipt_number)

    def _open_report(self, report: str, values: Mapping[str, str]) -> None:
        """Show a report among the reports, where whoever is at work has them."""
        if isinstance(self.window, MainWindow) and self.window.show_kind(ReportsScreen):
            here = self.window.screen_here
            assert isinstance(here, ReportsScreen)
            here.open_report(report, values)

    def _go_to_counter(self) -> None:
        if isinstance(self.window, MainWindow):
            self.window.show_screen(0)

    def _later(self, milliseconds: int, call: Callable[[], None]) -> None:
        def ring() -> None:
            call()

        # Qt holds no reference to a bound method, and would call the keeper of somebody who has left after its end
        QTimer.singleShot(milliseconds, self, ring)

    def _users_screen(self, lanes: Lanes, actor: Actor) -> UsersScreen:
        presenter = UsersPresenter(
            lanes,
            own_name=actor.username,
            uptime=self.terminal.uptime.milliseconds,
            change_own_password=self.terminal.change_own_password,
            report_bug=self._report_bug,
        )
        return UsersScreen(presenter, self)

    def _health_screen(self, actor: Actor) -> HealthScreen | None:
        """Return the screen of backups for whoever has the right, None for others."""
        with self._open_shop.database.read() as session:
            if not may(session, actor, Permission.MAKE_BACKUP):
                return None
            may_restore = may(session, actor, Permission.RESTORE_BACKUP)
        self._health = HealthDesk(
            Care(self._background.run, self._background.post, self._open_shop, self.clock, actor, self._turn),
            self._board,
            now=self.clock.now,
            restore=self._restore_instead,
            save_sheet=self._sheets.save,
            print_sheet=self._sheets.print,
            confirm_sheet=self._sheets.confirm,
            may_restore=may_restore,
            report_bug=self._report_bug,
        )
        return HealthScreen(self._health, self)

    def _restore_instead(self, path: str) -> None:
        """Open the window that restores, unless something in this one would be lost by it."""
        if isinstance(self.window, MainWindow) and self.window.may_leave():
            self._ask_for_backup(path)

    def _print_bill(
        self,
        bill: BillView,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        reprint: bool = False,
    ) -> None:
        asking = self.places

        def printed() -> None:
            done()
            if self.places is not None and self.places is not asking:
                self.places.saving.printed_before(bill)

        def not_printed(error: Exception) -> None:
            failed(error)
            if self.places is not asking and not (isinstance(error, Problem) and error.code == "printer.none"):
                self._report_bug(RuleBroken("billing.not_printed", number=bill.number))

        self._print_desk().print_bill(bill, printed, not_printed, reprint=reprint)

    def _print_desk(self) -> PrintDesk:
        """Return where papers are handed over."""
        if self._printing is None:
            assert self._lanes is not None
            self._printing = PrintDesk(
                self._open_shop.database,
                self._lanes,
                self._at_printers.run,
                self._later,
                raster_receipt,
                print_sheets_lazily,
                self._report_bug,
            )
        return self._printing

    def _print_pages(self, pages: Sequence[Page], title: str, *, lying: bool) -> bool:
        """Ask for a printer and print pages, which are wider than high where they are ``lying``."""
        from pos_desktop.devices.pages import ask_and_print  # lazy: Qt's print support is rarely wanted

        return ask_and_print(self.window, pages, title, lying=lying)

    def _keep_status(
        self, window: MainWindow, lanes: QtLanes, shop: ShopView, actor: Actor, papers: PapersPresenter
    ) -> None:
        """Show where one is and how the printer is, and read the next number again after each bill."""
        desk, shown = self._print_desk(), [""]

        def show(number: str) -> None:
            shown[0] = number
            window.set_status(
                ShellStatus(
                    shop=shop.name,
                    counter=shop.counter,
                    user=actor.username,
                    financial_year=str(FinancialYear.of(business_date(self.clock.now()))),
                    next_bill=number,
                    printer=desk.receipts_state(),
                    is_demo=shop.is_demo,
                )
            )

        def read() -> None:
            today = business_date(self.clock.now())
            lanes.lanes_of(window).read(
                lambda session: next_number(session, NumberedKind.BILL, today), show, self._report_bug
            )

        def printing_changed() -> None:
            show(shown[0])
            papers.changed()

        desk.listen(printing_changed)
        self._leaving.append(lambda: desk.listen(lambda: None))
        self._leaving.append(self._board.listen(lambda topics: desk.spooler.look() if Topic.PAPERS in topics else None))
        self._leaving.append(self._board.listen(lambda topics: read() if Topic.BILLS in topics else None))
        show("")
        read()

    def _take_care(self, window: MainWindow, health_screen: int | None) -> None:
        """Back the shop up while it is open, show how old the newest backup is, and raise the alarm."""
        field = window.status_line.add_field(tr("Backup"))

        def told(age: str, state: BackupState) -> None:
            second = Tone.WARNING if state.second_failures else Tone.PLAIN
            field.show_value(age, Tone.DANGER if state.failures or state.alarm else second)
            alarms = [*backup_alarms(state), *check_alarms(read_check(self.folder))]
            alarm = " ".join(explain(problem) for problem in alarms)
            if health_screen is None:
                window.show_alarm(alarm and tr("{alarm} Tell the owner.", alarm=alarm))
            else:
                label = tr("Backup and health ({key})", key=HEALTH_KEY)
                window.show_alarm(alarm, label, lambda: window.show_screen(health_screen))

        self._leaving.append(self._board.listen(lambda topics: self._tell_age() if Topic.BACKUPS in topics else None))
        if self._caretaker is not None:  # it looks after the shop, whoever is at work
            self._caretaker.tell_to(told)
            return
        database = self._open_shop.database
        assert isinstance(database, SqliteDatabase)
        self._caretaker = Caretaker(
            database,
            self.folder,
            self.clock,
            self._turn,
            told=told,
            changed=lambda: self._board.announce([Topic.BACKUPS]),
            failed=self._report_bug,
            parent=self,
        )

    def _tell_age(self) -> None:
        if self._caretaker is not None:
            self._caretaker.tell()

    def _report_bug(self, error: Exception) -> None:
        """Say that the program itself failed; what was typed is still there."""
        _log.error("unexpected error", exc_info=error)
        if isinstance(self.window, MainWindow):
            text = (
                explain(error) if isinstance(error, Problem) else tr("The program failed at this: {error}", error=error)
            )
            self.window.show_notice(Tone.DANGER, text)

    def _awaits_scans(self) -> bool:
        here = self.window.screen_here if isinstance(self.window, MainWindow) else None
        return here is not None and here.awaits_scans

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def billing(self) -> BillingPresenter | None:
        """The bill that has the keys, None while nobody is at work."""
        return self.places.here if self.places is not None else None

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


def print_sheets_lazily(setup: PrinterSetup, pages: Sequence[Page]) -> None:
    """Print sheets on a printer of the system; Qt's print support is loaded with the first of them."""
    from pos_desktop.devices.pages import print_sheets

    print_sheets(setup, pages)


def try_here(setup: PrinterSetup) -> Outcome:
    """Print a test page past the queue. Raises EnvironmentFault: what the printer has against it."""
    if setup.mode.is_sheet and setup.kind is PrinterKind.WINDOWS:
        print_sheets_lazily(setup, trial_sheet(sheet_of(setup), setup.name))
        return Outcome()
    return try_printer(setup, raster_receipt)


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
