"""The registers' screen without Qt: its pages, and which of them is shown."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date

from core.kernel.actor import Actor
from core.kernel.clock import Clock
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.registers.h1 import H1Presenter, Ways
from pos_desktop.screens.registers.licences import LicencesPresenter
from pos_desktop.screens.registers.pharmacists import PharmacistsPresenter
from pos_desktop.shell.texts import tr


class Page(enum.Enum):
    """What the screen shows."""

    H1 = "h1"
    PHARMACISTS = "pharmacists"
    LICENCES = "licences"

    @property
    def words(self) -> str:
        """What a key calls it."""
        return {
            Page.H1: tr("Schedule H1"),
            Page.PHARMACISTS: tr("Pharmacists"),
            Page.LICENCES: tr("Drug licences"),
        }[self]


class RegistersPresenter:
    """The pages. ``listen`` tells the view that something changed.

    ``may_change`` says whether who looks may change pharmacists and licences, ``may_read`` whether the register of
    drugs is for them.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        ways: Ways,
        *,
        clock: Clock,
        today: Callable[[], date],
        may_read: bool,
        may_change: bool,
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read, on the first page."""
        self._board = board
        self._listener: Callable[[], None] = lambda: None
        self.h1 = H1Presenter(lanes, actor, ways, clock=clock, today=today, told=self._tell, report_bug=report_bug)
        self.pharmacists = PharmacistsPresenter(
            lanes, clock, may_change=may_change, told=self._tell, changed=self._changed, report_bug=report_bug
        )
        self.licences = LicencesPresenter(
            lanes, today=today, may_change=may_change, told=self._tell, changed=self._changed, report_bug=report_bug
        )
        self.pages = [page for page in Page if may_read or page is not Page.H1]
        self.page = self.pages[0]

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    @property
    def here(self) -> H1Presenter | PharmacistsPresenter | LicencesPresenter:
        """The page that is shown."""
        if self.page is Page.H1:
            return self.h1
        return self.pharmacists if self.page is Page.PHARMACISTS else self.licences

    @property
    def desk(self) -> FormDesk:
        """Its form and its sentence."""
        return self.here.desk

    @property
    def following(self) -> Page:
        """The page that the key shows next."""
        return self.pages[(self.pages.index(self.page) + 1) % len(self.pages)]

    def turn(self) -> None:
        """F8: the next page."""
        if self.desk.form is None:
            self.page = self.following
            self.desk.say("")
            self.refresh()

    def refresh(self) -> None:
        """Read the page that is shown again."""
        self.here.refresh()

    def escape(self) -> None:
        """Esc: close the form, else go back to the first page, and there empty the box."""
        if self.desk.form is not None:
            self.desk.escape()
        elif self.page is not self.pages[0]:
            self.page = self.pages[0]
            self.desk.say("")
            self.refresh()
        elif self.page is Page.H1:
            self.h1.escape()

    # --- inside --------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._board.announce({Topic.SETTINGS})

    def _tell(self) -> None:
        self._listener()
