"""The customer display of a counter as it is set up: none, a pole, or a second window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.app.display_dto import CustomerDisplay, DisplayKind
from pos_desktop.devices.pole import PoleDisplay
from pos_desktop.devices.serial_ports import PortState
from pos_desktop.screens.billing.keeping import Later
from pos_desktop.screens.billing.places import Places
from pos_desktop.screens.display.presenter import CustomerFeed
from pos_desktop.screens.display.state import Shown, pole_rows
from pos_desktop.screens.display.view import DisplayWindow


class DisplayDesk(QObject):
    """Opens the display that is set up, feeds it from the counter while somebody works there, and greets meanwhile.

    ``counter`` gives the program's window, beside which a second one is placed.
    """

    def __init__(self, later: Later, counter: Callable[[], QWidget | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._later = later
        self._counter = counter
        self._setup = CustomerDisplay()
        self._feed: CustomerFeed | None = None
        self._shown = Shown("")
        self.pole: PoleDisplay | None = None
        self.window: DisplayWindow | None = None
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._screens_changed)
            application.screenRemoved.connect(self._screens_changed)

    @property
    def state(self) -> PortState | None:
        """How the pole is, None where there is none."""
        return self.pole.state if self.pole is not None else None

    def use(self, setup: CustomerDisplay) -> None:
        """Show on that display from now on, and on no other."""
        if setup != self._setup:
            self._close()
            self._setup = setup
        if setup.kind is DisplayKind.POLE and self.pole is None:
            self.pole = PoleDisplay(setup.port, setup.baud, setup.protocol)
        if setup.kind is DisplayKind.WINDOW and self.window is None:
            self.window = DisplayWindow()
        if self._shown.shop:
            self._show(self._shown)
        self._place()
        counter = self._counter()
        if self.window is not None and counter is not None:
            counter.activateWindow()  # some systems give a new window the keys, whatever it asks for

    def serve(self, places: Places, shop: str) -> None:
        """Show the bills of a counter."""
        self.rest()
        self._feed = CustomerFeed(places, shop, self._later, self._show)

    def rest(self) -> None:
        """Nobody works at the counter: greet."""
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.leave()

    def end(self) -> None:
        """The shop is left: show nothing."""
        self.rest()
        self._close()
        self._setup = CustomerDisplay()

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        if self.pole is not None:
            self.pole.show(pole_rows(shown))
        if self.window is not None:
            self.window.show_bill(shown)

    def _screens_changed(self) -> None:
        self._later(0, self._place)  # once Qt has done with the screen

    def _place(self) -> None:
        if self.window is not None:
            self.window.place_beside(self._counter())

    def _close(self) -> None:
        pole, self.pole = self.pole, None
        if pole is not None:
            pole.end()
        window, self.window = self.window, None
        if window is not None:
            window.close()
            window.deleteLater()
