"""The first look at the shop, in the real windows and by keys alone: cards, charts, reports, paper, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.auth.dto import SetPassword, SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.auth.service import set_password
from core.kernel.actor import Role
from core.printing.page import Page as PaperPage
from pos_desktop.screens.dashboard.screen import DashboardScreen
from pos_desktop.screens.dashboard.view import DashboardView
from pos_desktop.screens.reports.screen import ReportsScreen
from pos_desktop.shell import theme
from pos_desktop.shell.theme import DARK, LIGHT, Theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC, DOWN, UP, LEFT, RIGHT, HOME = (
    getattr(Qt.Key, f"Key_{name}") for name in ("Return", "Escape", "Down", "Up", "Left", "Right", "Home")
)
D, F1, F9 = Qt.Key.Key_D, Qt.Key.Key_F1, Qt.Key.Key_F9


class Office:
    """A program whose papers and reports are noted."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.papers: list[tuple[int, str, bool]] = []
        self.opened: list[tuple[str, dict[str, str]]] = []

    def print(self, pages: Sequence[PaperPage], title: str, *, lying: bool) -> bool:
        self.papers.append((len(pages), title, lying))
        return True

    def open(self, report: str, values: Mapping[str, str]) -> None:
        self.opened.append((report, dict(values)))

    def looks(self) -> DashboardView:
        """Go to the dashboard by its key, and wait until it is read."""
        self.place.presses(D, modifiers=ALT)
        here = self.place.window.screen_here
        assert isinstance(here, DashboardScreen)
        view = here.view
        view.presenter.open_report = self.open
        self.place.waits(lambda: view.presenter.is_read, "the parts")
        view.draw()
        return view


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Office]:
    """A shop that billed yesterday, and today at three, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
        with shop.shop.database.write(CONSOLE) as uow:
            set_role_right(
                uow, SetRoleRight(user_role=Role.PURCHASE_CLERK, permission=Permission.VIEW_REPORTS, granted=False)
            )
        shop.bills(("PCM500", "2"))
        clock.instant += timedelta(days=1)
        shop.bills(("PAN40", "1"))
        shop.prints_to(tmp_path / "receipts.bin")
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            there = Office(made)
            made.program.print_pages = there.print
            yield there
    theme.apply_theme(qapp, LIGHT)


def test_an_owner_looks_at_the_day_by_keys(office: Office) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    view = office.looks()
    assert view.title.text() == "Saturday, 21-11-2026"
    assert list(view.cards) == list(view.presenter.names)
    assert view.cards["today"].has_keys
    assert "₹151.00" in view.cards["today"].accessibleName()
    assert "Cash ₹151.00 (100 %)" in view.cards["ways"].accessibleName()

    place.types("2")
    assert view.cards["hours"].bars.hasFocus()
    assert "15:00 – 16:00" not in view.cards["hours"].bars.accessibleName()  # the last hour is read first
    for _ in range(5):
        place.presses(LEFT)
    assert view.cards["hours"].bars.accessibleName() == "Sales by hour, 15:00 – 16:00: Today ₹151.00"
    place.types("4")
    lines = view.cards["days"].lines
    assert lines.hasFocus()
    assert lines.accessibleName().startswith("Last 30 days, Saturday, 21-11-2026: Net sales ₹151.00, Margin ")
    place.presses(LEFT)
    assert lines.accessibleName().startswith("Last 30 days, Friday, 20-11-2026: Net sales ₹51.00, Margin ")
    place.presses(HOME, ENTER)
    assert office.opened == [("sales-by-day", {"days": "23-10-2026 to 21-11-2026"})]
    assert lines.at == 0

    place.presses(DOWN)
    assert view.cards["months"].has_keys
    place.presses(DOWN)
    assert view.cards["dues"].has_keys
    place.presses(RIGHT, LEFT, UP, UP)
    assert view.cards["days"].has_keys
    place.types("0")
    assert view.cards["expiring"].has_keys
    place.presses(ENTER, ESC)
    assert office.opened[-1] == ("expiry", {"months": "3"})
    assert place.window.screen_here is not None
    assert place.window.screen_here.rail.label == "Today"
    assert view.cards["expiring"].has_keys
    card = view.cards["stock"]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert office.opened[-1] == ("stock-by-item", {})
    assert card.has_keys

    place.presses(F9)
    place.waits(lambda: bool(office.papers), "the paper")
    assert office.papers == [(1, "Today, 21-11-2026", True)]
    assert view.notice.text == "The page of Saturday, 21-11-2026 is printed."
    place.presses(F1)
    assert place.window.key_list.is_open
    place.presses(ESC)


def test_a_card_leads_to_its_report_and_back(office: Office) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(D, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, DashboardScreen)
    place.waits(lambda: here.view.presenter.is_read, "the parts")
    assert any(action.key == "Enter" and action.enabled for action in here.key_actions())
    place.types("7")
    place.presses(ENTER)
    reports = place.window.screen_here
    assert isinstance(reports, ReportsScreen)
    place.waits(lambda: "Sales by item" in place.window.windowTitle(), "the report")
    shown = reports.view.presenter.here
    assert shown is not None
    assert shown.report.id == "sales-by-item"
    place.presses(D, modifiers=ALT)
    assert here.view.cards["sellers"].has_keys


def test_what_is_billed_meanwhile_is_there_when_one_looks_again(office: Office) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    view = office.looks()
    place.types("7")
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.adds("para")
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: place.program.places is not None and place.program.places.saving.last is not None, "the bill")
    office.looks()
    place.waits(lambda: "2 bills" in view.cards["today"].accessibleName(), "both bills")
    assert view.cards["sellers"].has_keys  # where one was
    assert isinstance(place.program.clock, TurnedClock)
    place.program.clock.turn(hours=9)
    view.presenter.tick()
    place.waits(lambda: view.title.text() == "Sunday, 22-11-2026", "the next day")
    place.waits(lambda: view.presenter.is_read, "the parts of it")
    assert "Yesterday – 177.00" in view.cards["today"].accessibleName()


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_a_small_screen_shows_it_whole_and_large_letters_scroll(office: Office, look: Theme) -> None:
    place = office.place
    place.comes_in("owner", OWNERS_PASSWORD)
    view = office.looks()
    window = place.window
    window.setWindowState(Qt.WindowState.WindowNoState)
    for scale, width, height, scrolls in ((100, 1366, 768, False), (100, 1920, 1080, False), (160, 1366, 768, True)):
        theme.apply_theme(place.app, look, scale)
        window.resize(width, height)
        for _ in range(5):
            place.app.processEvents()
        bar = view._scroll.verticalScrollBar()
        assert bool(bar.maximum()) is scrolls, (scale, width)
        assert view._scroll.horizontalScrollBar().maximum() == 0
        _fits(view)
    place.types("0")
    place.app.processEvents()
    card = view.cards["expiring"]
    assert card.mapTo(view._scroll, QPoint(0, 0)).y() < view._scroll.height()  # what has the keys is in sight
    window.resize(800, 600)
    for _ in range(5):
        place.app.processEvents()
    assert len({card.mapTo(view, QPoint(0, 0)).x() for card in view.cards.values()}) == 1  # one below the other
    _fits(view)
    theme.apply_theme(place.app, look, 100)
    window.resize(1920, 1080)
    for _ in range(5):
        place.app.processEvents()
    assert view.cards["expiring"].mapTo(view, QPoint(0, 0)).x() > view.width() // 2
    rows = [view.cards[name].height() for name in ("hours", "days")]
    assert max(rows) - min(rows) <= 1  # charts share the room again
    assert view.cards["sellers"].height() < rows[0]


def _fits(view: DashboardView) -> None:
    """Nothing of a card lies outside it, and no two cards lie over each other."""
    places = [card.rect().translated(card.mapTo(view._inside, QPoint(0, 0))) for card in view.cards.values()]
    for at, one in enumerate(places):
        assert view._inside.rect().contains(one)
        assert not any(one.intersects(other) for other in places[at + 1 :])
    for card in view.cards.values():
        for part in (card.table, card.bars, card.lines, card.shares):
            if part.isVisible():
                assert card.rect().contains(part.geometry())
                assert part.height() >= part.minimumSizeHint().height()


def test_everybody_sees_their_own_cards_and_who_sees_no_report_none(office: Office) -> None:
    place = office.place
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    view = office.looks()
    assert list(view.cards) == ["today", "hours", "ways"]
    assert "Nobody" not in " ".join(card.accessibleName() for card in view.cards.values())
    place.types("9")  # there is no ninth card
    assert view.cards["today"].has_keys
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    username, password, _ = PEOPLE[Role.PHARMACIST]
    place.comes_in(username, password)
    view = office.looks()
    assert list(view.cards) == ["slow", "stock", "expiring"]
    _fits(view)
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    username, password, _ = PEOPLE[Role.PURCHASE_CLERK]
    place.comes_in(username, password)
    assert "Alt+D" not in [button.entry.key for button in place.window.rail.buttons]
