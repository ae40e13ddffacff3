"""A shop's stock comes in from its old program's file, in the real windows by keys alone, and one mistake goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from pos_desktop.screens.imports.screen import ImportsScreen
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
FILE = """\
Medicine,Packing,GST %,Batch No,Exp,M.R.P.,P.Rate,Closing Stock
Zolpinex 10,10's,5,Z1,03/2031,80.00,50.00,5
Zolpinex 10,10's,5,Z2,05/2031,82.00,51.00,2
Zolpinex 20,,5,Z9,05/2031,90.00,60.00,2
"""


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock and people, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def test_a_file_comes_in_is_billed_and_a_second_one_goes_back(place: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(FILE, encoding="utf-8")
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(Qt.Key.Key_7, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, ImportsScreen)
    do = here.view.presenter

    place.presses(Qt.Key.Key_F2)
    place.types(str(file), ENTER)
    place.waits(lambda: do.file is not None and "no column" in do.notice.text, "the missing name")
    place.presses(ENTER)
    place.types("name", ENTER)
    place.waits(lambda: do.report is not None, "what the file would do")
    assert [(row.line, row.column) for row in do.problems] == [(4, "Packing")]
    place.presses(Qt.Key.Key_F5)
    assert do.file is not None
    file.write_text(FILE.replace("20,,", "20,10's,"), encoding="utf-8")
    place.presses(Qt.Key.Key_F8)
    place.waits(lambda: not do.problems and do.can_import, "the mended file")
    before = len(do.done)  # the shop's own stock came in so too
    place.presses(Qt.Key.Key_F5)
    place.waits(lambda: do.file is None and len(do.done) == before + 1, "the import")
    assert "2 new items" in here.view.notice.text

    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.adds("zolpinex 10", "6")
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None and not place.billing.draft.lines, "the bill")

    place.presses(Qt.Key.Key_7, modifiers=ALT)
    assert do.done_at == 0
    place.presses(Qt.Key.Key_F7)
    place.types("the wrong file", ENTER)
    place.waits(lambda: do.form is not None and bool(do.form.sentence), "the refusal")
    assert do.form is not None
    assert "Zolpinex 10" in do.form.sentence
    place.presses(ESC)
    assert not do.done[0].is_undone


def test_a_cashier_has_no_such_screen(place: Workplace) -> None:
    username, password, _ = PEOPLE[Role.CASHIER]
    place.comes_in(username, password)
    before = place.window.screen_here
    place.presses(Qt.Key.Key_7, modifiers=ALT)
    assert place.window.screen_here is before
