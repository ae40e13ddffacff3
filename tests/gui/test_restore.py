"""Restoring by keyboard alone, with real files: into an empty folder, and refused ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.app.backups.creating import back_up
from core.app.backups.looking import Inside, look_into
from core.app.backups.manifest import Reason
from core.app.backups.restoring import Restored, restore
from core.app.shop import has_shop, open_shop
from core.app.verify import verify
from core.numbering.dto import NumberedKind
from core.numbering.queries import next_number
from core.storage.keys import RawKey
from pos_desktop.runtime.background import Background
from pos_desktop.screens.restore.presenter import Restoring, Stage
from pos_desktop.screens.restore.view import RestoreWindow
from pos_desktop.shell.looks import Looks
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

CTRL = Qt.KeyboardModifier.ControlModifier


class Desk:
    """The window over an empty folder."""

    def __init__(self, qtbot: QtBot, looks: Looks, folder: Path, clock: TurnedClock) -> None:
        self.folder = folder
        self.clock = clock
        self.file_to_choose = ""
        self.finished = self.left = 0
        self.background = Background()
        self.restoring = Restoring(
            look=self._look, restore=self._restore, left=self._leave, finished=self._finish, path=""
        )
        self.window = RestoreWindow(self.restoring, looks, lambda _: self.file_to_choose)
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()

    def _look(
        self, path: Path, key: RawKey | None, done: Callable[[Inside], None], failed: Callable[[Exception], None]
    ) -> None:
        self.background.run(lambda: look_into(self.folder, path, SOMEBODY, key), done, failed)

    def _restore(
        self,
        path: Path,
        key: RawKey | None,
        counter: str | None,
        done: Callable[[Restored], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.background.run(
            lambda: restore(self.folder, path, SOMEBODY, self.clock, key=key, counter=counter), done, failed
        )

    def _leave(self) -> None:
        self.left += 1

    def _finish(self) -> None:
        self.finished += 1

    @property
    def focus(self) -> QWidget:
        focus = self.window.focusWidget()
        assert focus is not None
        return focus

    def types(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifiers)


@pytest.fixture
def desk(qtbot: QtBot, looks: Looks, tmp_path: Path, clock: TurnedClock) -> Iterator[Desk]:
    made = Desk(qtbot, looks, tmp_path / "new machine", clock)
    yield made
    made.background.wait()


@pytest.fixture
def encrypted(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    shop = TestShop.create(tmp_path / "old machine", clock, encrypt=True)
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "2"))
    yield shop
    shop.close()


def test_an_encrypted_backup_comes_back_with_its_code(
    desk: Desk, encrypted: TestShop, clock: TurnedClock, qtbot: QtBot
) -> None:
    key = encrypted.shop.database.key
    assert key is not None
    made = back_up(encrypted.shop.database, encrypted.shop.folder, Reason.BY_HAND, clock)
    assert desk.window.rows["path"].edit.hasFocus()
    desk.types(str(made.path))
    desk.press(Qt.Key.Key_Return)
    assert not desk.window.close()  # it is being proved
    qtbot.waitUntil(desk.window.rows["code"].edit.hasFocus)
    assert key.id in desk.window.notice.text

    desk.types(key.recovery_code.lower().replace("-", " "))
    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.restoring.stage is Stage.LOOKED)
    shown = {value.text() for _, value in desk.window._fact_labels}
    assert {"Test Medicals", "1", "C1/26-27/000001 of 20-11-2026 15:30"} <= shown
    assert not has_shop(desk.folder)
    assert desk.window.go.hasFocus()

    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.restoring.stage is Stage.DONE)
    assert "goes on as C1A" in desk.window.outcome.text()
    desk.press(Qt.Key.Key_Return)
    assert desk.finished == 1
    shop = open_shop(desk.folder, clock)
    try:
        assert verify(shop.database).holds
        with shop.database.read() as session:
            assert next_number(session, NumberedKind.BILL, clock.now().date()) == "C1A/26-27/000001"
    finally:
        shop.close()


@pytest.mark.parametrize("scale", [100, 130, 160])
def test_the_button_is_in_view_at_every_size(
    desk: Desk, encrypted: TestShop, clock: TurnedClock, qtbot: QtBot, looks: Looks, scale: int
) -> None:
    looks.remember(scale=scale)
    looks.apply()
    desk.restoring.choose(str(back_up(encrypted.shop.database, encrypted.shop.folder, Reason.BY_HAND, clock).path))
    qtbot.waitUntil(lambda: desk.restoring.asks_code)
    assert encrypted.shop.database.key is not None
    desk.restoring.change("code", encrypted.shop.database.key.recovery_code)
    desk.restoring.next()
    qtbot.waitUntil(lambda: desk.restoring.stage is Stage.LOOKED)

    def is_in_view() -> bool:
        go = desk.window.go
        return desk.window.rect().contains(go.mapTo(desk.window, go.rect().bottomRight()))

    qtbot.waitUntil(is_in_view)
    assert desk.window.height() <= 768


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no backup of this program"),
        (b"SQLite format 3\0" + bytes(5000), "bad.db"),
        (b"PK\x03\x04 a picture", "is no backup of this program"),
        (b"age-encryption.org/v1\nrubbish", ""),
    ],
)
def test_a_file_that_is_none_gets_a_sentence_and_changes_nothing(
    desk: Desk, tmp_path: Path, qtbot: QtBot, content: bytes, says: str
) -> None:
    bad = tmp_path / "bad.db"
    bad.write_bytes(content)
    desk.file_to_choose = str(bad)
    desk.press(Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: not desk.restoring.is_busy and bool(desk.window.notice.text))

    assert says in desk.window.notice.text
    assert not has_shop(desk.folder)
    assert desk.focus in {row.edit for row in desk.window.rows.values()}
    desk.press(Qt.Key.Key_Escape)
    assert desk.left == 1


def test_a_planted_trigger_is_named_and_refused(
    desk: Desk, shop: TestShop, clock: TurnedClock, qtbot: QtBot, tmp_path: Path
) -> None:
    made = back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    evil = tmp_path / "evil.db"
    evil.write_bytes(made.path.read_bytes())
    connection = driver.connect(str(evil), isolation_level=None)
    connection.execute("CREATE TRIGGER evil AFTER INSERT ON item BEGIN SELECT 1; END")
    connection.close()
    desk.types(str(evil))
    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "trigger evil" in desk.window.notice.text)

    assert desk.window.notice.text.endswith("Nothing was changed.")
    assert not has_shop(desk.folder)


def test_the_closing_page_names_the_bills_to_enter_again(
    qtbot: QtBot, looks: Looks, encrypted: TestShop, clock: TurnedClock
) -> None:
    made = back_up(encrypted.shop.database, encrypted.shop.folder, Reason.BY_HAND, clock)
    lost = encrypted.bills(("PCM500", "3"))
    encrypted.close()
    desk = Desk(qtbot, looks, encrypted.shop.folder, clock)
    desk.types(str(made.path))
    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.restoring.stage is Stage.LOOKED)
    desk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.restoring.stage is Stage.DONE)
    desk.background.wait()
    assert desk.window.warning.isVisible()
    assert desk.window.warning.text.startswith(
        f"1 bill that was here is not in the backup: {lost.number}, ₹{lost.total.grouped()}. They stand in "
    )
    assert desk.window.go.hasFocus()
    encrypted.shop = open_shop(encrypted.shop.folder, clock)
