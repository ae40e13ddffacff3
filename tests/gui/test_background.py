"""Work beside the window is waited for, without end or for a while."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_desktop.runtime.background import Background


def test_who_has_waited_long_enough_goes_on_and_the_answer_still_comes(qapp: QApplication, qtbot: QtBot) -> None:
    background, holds, answers = Background(), threading.Event(), list[bool]()
    background.run(lambda: holds.wait(60), answers.append, lambda error: None)
    background.wait(0.05)
    assert answers == []
    holds.set()
    background.wait()
    qtbot.waitUntil(lambda: answers == [True])


def test_what_fails_is_told_as_it_is(qapp: QApplication, qtbot: QtBot) -> None:
    background, failed = Background(), list[Exception]()
    background.run(lambda: 1 // 0, lambda result: None, failed.append)
    background.wait()
    qtbot.waitUntil(lambda: [type(error) for error in failed] == [ZeroDivisionError])
