"""A form over a window: as high as its fields, and scrolled where the window has no room for them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.shell.form import Form, FormField
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.labels import TextLabel


def form_of(count: int) -> Form:
    fields = [FormField(f"field{at}", f"Field {at}", hint="what it is for, in a few words") for at in range(count)]
    return Form(title="What the columns mean", about="Say it once.", fields=fields, columns=3)


def shown(qtbot: QtBot, count: int) -> FormOverlay:
    below = QWidget()
    qtbot.addWidget(below)
    below.resize(1366, 700)
    overlay = FormOverlay(below, "Question")
    below.show()
    overlay.show_form(form_of(count))
    return overlay


def area(overlay: FormOverlay) -> QScrollArea:
    found = overlay.form.findChild(QScrollArea)
    assert isinstance(found, QScrollArea)
    return found


def is_seen(overlay: FormOverlay, name: str) -> bool:
    row, scrolled = overlay.form.rows[name], area(overlay)
    top = row.mapTo(scrolled.viewport(), QPoint(0, 0)).y()
    return top >= 0 and top + row.height() <= scrolled.viewport().height()


def test_a_short_form_is_as_high_as_its_fields(qapp: QApplication, qtbot: QtBot) -> None:
    overlay = shown(qtbot, 7)
    bar = area(overlay).verticalScrollBar()
    qtbot.waitUntil(lambda: not bar.isVisible() and all(is_seen(overlay, name) for name in overlay.form.rows))


def test_many_fields_are_scrolled_and_never_squeezed(qapp: QApplication, qtbot: QtBot) -> None:
    overlay = shown(qtbot, 60)
    qtbot.waitUntil(lambda: is_seen(overlay, "field0") and not is_seen(overlay, "field59"))
    assert overlay.card.geometry().bottom() < overlay.height()
    assert all(row.height() >= row.minimumSizeHint().height() for row in overlay.form.rows.values())
    for at in range(59):
        QTest.keyClick(overlay.form.rows[f"field{at}"].edit, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: overlay.form.rows["field59"].edit.hasFocus() and is_seen(overlay, "field59"))
    QTest.keyClick(overlay.form.rows["field59"].edit, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: overlay.form.rows["field0"].edit.hasFocus() and is_seen(overlay, "field0"))


def test_a_long_question_is_read_whole_in_the_middle(qapp: QApplication, qtbot: QtBot) -> None:
    overlay = shown(qtbot, 0)
    about = "The same goods came in on 20-11-2026, as C1G/26-27/000001, which waits for its bill. " * 4
    overlay.show_form(Form(title="Is it so?", about=about, fields=[], submit="Take it so"))
    (label,) = [one for one in overlay.findChildren(TextLabel) if one.text() == about]
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert abs(overlay.card.geometry().center().x() - overlay.rect().center().x()) <= 1
