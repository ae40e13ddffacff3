"""The screens of what a shop keeps, for who is logged in: items, parties, bills, wants, drawer, registers, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from core.app.backups.folder import backups_folder
from core.app.backups.precautions import import_after_backup
from core.app.backups.state import read_state
from core.app.exporting import export_report
from core.app.shop import Shop
from core.auth.permissions import Permission
from core.auth.registry import EDITS_PARTY, ENDS_PARTY
from core.auth.rights import may
from core.boundary.sheets import Sheet, read_sheet
from core.dispensing.queries import may_read_registers
from core.inventory.import_dto import ImportItems, ImportReport
from core.kernel.actor import Actor
from core.purchasing.order_queries import may_read_orders
from core.reporting.dashboard import parts_for
from core.reporting.running import reports_for
from core.settings.queries import shop_view
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.runtime.background import Background
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.bills.presenter import BillsPresenter, Ways
from pos_desktop.screens.bills.screen import BillsScreen
from pos_desktop.screens.counter.presenter import CounterPresenter
from pos_desktop.screens.counter.screen import CounterScreen
from pos_desktop.screens.dashboard.presenter import DashboardPresenter, OpenReport
from pos_desktop.screens.dashboard.screen import DashboardScreen
from pos_desktop.screens.goods_in.presenter import GoodsInPresenter
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.screens.imports.presenter import ImportsPresenter
from pos_desktop.screens.imports.screen import ImportsScreen
from pos_desktop.screens.items.presenter import ItemsPresenter
from pos_desktop.screens.items.screen import ItemsScreen
from pos_desktop.screens.overriding import Authorise
from pos_desktop.screens.parties.presenter import PartiesPresenter
from pos_desktop.screens.parties.screen import PartiesScreen
from pos_desktop.screens.purchases.pages import Ways as PurchaseWays
from pos_desktop.screens.purchases.presenter import PurchasesPresenter
from pos_desktop.screens.purchases.screen import PurchasesScreen
from pos_desktop.screens.registers.h1 import PrintPages
from pos_desktop.screens.registers.h1 import Ways as RegisterWays
from pos_desktop.screens.registers.presenter import RegistersPresenter
from pos_desktop.screens.registers.screen import RegistersScreen
from pos_desktop.screens.reports.long_reads import LongReads, read_apart
from pos_desktop.screens.reports.presenter import ReportsPresenter
from pos_desktop.screens.reports.saving import Ways as ReportWays
from pos_desktop.screens.reports.screen import ReportsScreen
from pos_desktop.screens.reports.shown import Means
from pos_desktop.screens.settings.presenter import SettingsPresenter, SettingsWays
from pos_desktop.screens.settings.screen import SettingsScreen
from pos_desktop.screens.wants.presenter import WantsPresenter
from pos_desktop.screens.wants.screen import WantsScreen
from pos_desktop.shell.screen import Screen

Failed = Callable[[Exception], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopScreens:
    """What each of the screens is made of; ``actor`` is who is logged in, ``parent`` who owns the screens."""

    shop: Shop
    lanes: Lanes
    board: TopicBoard
    background: Background
    actor: Actor
    today: Callable[[], date]
    report_bug: Failed
    parent: QObject
    ways: Ways
    register_ways: RegisterWays

    def screens(self) -> Iterator[Screen]:
        """Yield the screens in their order in the rail, those for which the user has the right."""
        yield self._items()
        yield self._parties()
        if self._rights([Permission.POST_BILL, Permission.VIEW_REPORTS]):
            yield self._bills()
        rights = self._rights([Permission.KEEP_WANT_BOOK, Permission.PURCHASE])
        if rights:
            yield self._wants(may_keep=Permission.KEEP_WANT_BOOK in rights)
        rights = self._rights([Permission.POST_BILL, Permission.MOVE_CASH])
        if rights:
            yield self._counter(rights)
        if Permission.IMPORT_ITEMS in self._rights([Permission.IMPORT_ITEMS]):
            yield self._imports()

    def goods_in(
        self, scanner: WedgeScanner, later: Callable[[int, Callable[[], None]], None], authorise: Authorise
    ) -> GoodsInScreen | None:
        """Return the window in which goods and their bills are entered for whoever receives them, None for others."""
        rights = self._rights([Permission.RECEIVE_STOCK, Permission.PURCHASE])
        if Permission.RECEIVE_STOCK not in rights:
            return None
        presenter = GoodsInPresenter(
            self.lanes,
            self.board,
            self.actor,
            today=self.today,
            report_bug=self.report_bug,
            later=later,
            may_bill=Permission.PURCHASE in rights,
            authorise=authorise,
        )
        return GoodsInScreen(presenter, scanner, self.parent)

    def purchases(
        self,
        print_pages: PrintPages,
        copy_text: Callable[[str], None],
        enter_bill: Callable[[str], None] | None,
        later: Callable[[int, Callable[[], None]], None],
    ) -> PurchasesScreen | None:
        """Return the lists of purchases for whoever orders, receives or reads their reports, None for others."""
        with self.shop.database.read() as session:
            if not may_read_orders(session, self.actor):
                return None
        rights = self._rights([Permission.PURCHASE, Permission.RECEIVE_STOCK])
        presenter = PurchasesPresenter(
            self.lanes,
            self.board,
            self.actor,
            PurchaseWays(folder=self.ways.folder, print_pages=print_pages, copy_text=copy_text, enter_bill=enter_bill),
            today=self.today,
            may_order=Permission.PURCHASE in rights,
            may_receive=Permission.RECEIVE_STOCK in rights,
            report_bug=self.report_bug,
            later=later,
        )
        return PurchasesScreen(presenter, self.parent)

    def registers(self) -> RegistersScreen | None:
        """Return the registers for whoever may look at them or keeps pharmacists and licences, None for others."""
        with self.shop.database.read() as session:
            may_read = may_read_registers(session, self.actor)
        may_change = bool(self._rights([Permission.CHANGE_SETTINGS]))
        if not may_read and not may_change:
            return None
        presenter = RegistersPresenter(
            self.lanes,
            self.board,
            self.actor,
            self.register_ways,
            clock=self.shop.database.clock,
            today=self.today,
            may_read=may_read,
            may_change=may_change,
            report_bug=self.report_bug,
        )
        return RegistersScreen(presenter, self.parent)

    def reports(
        self,
        later: Callable[[int, Callable[[], None]], None],
        print_pages: PrintPages,
        open_bill: Callable[[str], bool],
    ) -> ReportsScreen | None:
        """Return the reports for whoever may look at one of them, None for others."""
        database = self.shop.database
        with database.read() as session:
            if not reports_for(session, self.actor):
                return None
        run, post, read = self.background.run, self.background.post, partial(read_apart, database)
        means = Means(
            lanes=self.lanes,
            reads=LongReads(run, post, read),
            later=later,
            actor=self.actor,
            today=self.today,
        )
        ways = ReportWays(
            run=run,
            post=post,
            read=read,
            export=partial(export_report, self.shop, database.clock, self.actor),
            folder=self.ways.folder,
            print_pages=print_pages,
            open_bill=open_bill,
            now=database.clock.now,
        )
        presenter = ReportsPresenter(means, self.board, ways, report_bug=self.report_bug)
        return ReportsScreen(presenter, self.parent)

    def dashboard(self, print_pages: PrintPages, open_report: OpenReport | None) -> DashboardScreen | None:
        """Return the first look at the shop for whoever sees reports in any scope, None for others."""
        with self.shop.database.read() as session:
            parts = parts_for(session, self.actor)
            reports = [report.id for report in reports_for(session, self.actor)]
        if not parts:
            return None
        presenter = DashboardPresenter(
            self.lanes,
            self.actor,
            parts=parts,
            reports=reports,
            now=self.shop.database.clock.now,
            today=self.today,
            backups=lambda: read_state(backups_folder(self.shop.folder)),
            print_pages=partial(print_pages, lying=True),
            report_bug=self.report_bug,
            open_report=open_report,
        )
        return DashboardScreen(presenter, self.parent)

    def settings(self, ways: SettingsWays, left: Callable[[], None]) -> SettingsScreen | None:
        """Return the settings for whoever may change them, None for others; ``left`` is told of changes."""
        if not self._rights([Permission.CHANGE_SETTINGS]):
            return None
        presenter = SettingsPresenter(self.lanes, self.board, ways, today=self.today, report_bug=self.report_bug)
        return SettingsScreen(presenter, left, self.parent)

    def _items(self) -> ItemsScreen:
        with self.shop.database.read() as session:
            state = shop_view(session).state
        presenter = ItemsPresenter(
            self.lanes,
            self.board,
            self.actor,
            state=state,
            today=self.today,
            rights=self._rights((Permission.EDIT_ITEMS, Permission.EDIT_BATCHES, Permission.RECEIVE_STOCK)),
            report_bug=self.report_bug,
        )
        return ItemsScreen(presenter, self.parent)

    def _parties(self) -> PartiesScreen:
        asked = {*EDITS_PARTY.values(), *ENDS_PARTY.values(), Permission.SEE_COST, Permission.PURCHASE}
        presenter = PartiesPresenter(
            self.lanes,
            self.board,
            self.actor,
            today=self.today,
            rights=self._rights(asked),
            report_bug=self.report_bug,
        )
        return PartiesScreen(presenter, self.parent)

    def _bills(self) -> BillsScreen:
        with self.shop.database.read() as session:
            details = shop_view(session)
        presenter = BillsPresenter(
            self.lanes,
            self.board,
            self.actor,
            details,
            self.ways,
            today=self.today,
            rights=self._rights([Permission.POST_BILL]),
            report_bug=self.report_bug,
        )
        return BillsScreen(presenter, self.parent)

    def _wants(self, *, may_keep: bool) -> WantsScreen:
        presenter = WantsPresenter(
            self.lanes,
            self.board,
            self.actor,
            today=self.today,
            may_keep=may_keep,
            report_bug=self.report_bug,
        )
        return WantsScreen(presenter, self.parent)

    def _counter(self, rights: frozenset[Permission]) -> CounterScreen:
        presenter = CounterPresenter(
            self.lanes,
            self.board,
            self.actor,
            may_bill=Permission.POST_BILL in rights,
            may_move=Permission.MOVE_CASH in rights,
            report_bug=self.report_bug,
        )
        return CounterScreen(presenter, self.parent)

    def _imports(self) -> ImportsScreen:
        def read_file(path: Path, done: Callable[[Sheet], None], failed: Failed) -> None:
            self.background.run(lambda: read_sheet(path), done, failed)

        def bring_in(
            command: ImportItems, done: Callable[[ImportReport], None], failed: Failed, *, without_backup: bool
        ) -> None:
            work = partial(import_after_backup, self.shop, self.actor, command, without_backup=without_backup)
            self.background.run(work, done, failed)

        presenter = ImportsPresenter(
            self.lanes,
            self.board,
            today=self.today,
            read_file=read_file,
            bring_in=bring_in,
            report_bug=self.report_bug,
        )
        return ImportsScreen(presenter, self.parent)

    def _rights(self, asked: Iterable[Permission]) -> frozenset[Permission]:
        with self.shop.database.read() as session:
            return frozenset(right for right in asked if may(session, self.actor, right))
