"""What is chosen in a list of offers stays chosen when the list changes under the fingers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_desktop.shell.form import Offer
from pos_desktop.shell.looks import Looks
from pos_desktop.widgets.offer_edit import OfferEdit

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
INSULIN, GLUCAGON, OTHER = Offer("3004 31", "insulin"), Offer("3004 39", "glucagon"), Offer("3005", "bandages")


@pytest.fixture
def edit(qtbot: QtBot, looks: Looks) -> OfferEdit:
    made = OfferEdit("HSN")
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    QTest.keyClicks(made, "in")
    made.offer([OTHER, INSULIN])
    return made


def test_an_answer_that_comes_late_leaves_the_choice(edit: OfferEdit) -> None:
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    edit.offer([INSULIN, GLUCAGON, OTHER])
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == INSULIN.value


def test_what_is_no_longer_offered_is_not_taken(edit: OfferEdit) -> None:
    QTest.keyClick(edit, Qt.Key.Key_Down)
    edit.offer([INSULIN])
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "in"
