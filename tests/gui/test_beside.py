"""A list with a form beside it gives the form its room, whatever the window has."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_desktop.shell import theme
from pos_desktop.shell.form import Form, FormField
from pos_desktop.tables.beside import TableBesideForm
from pos_desktop.tables.column import Column
from pos_desktop.widgets.labels import TextLabel


def a_form(*, columns: int = 1) -> Form:
    fields = [FormField(f"field{number}", f"Field {number}") for number in range(6 * columns)]
    return Form(title="A form", about="Of six lines.", fields=fields, columns=columns)


def shown(qtbot: QtBot, width: int, height: int) -> TableBesideForm[str]:
    view: TableBesideForm[str] = TableBesideForm((Column("name", "Name", str, stretches=True),), name="Names")
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    view.show_rows(["one", "two"], 0, "")
    return view


def test_a_form_stands_beside_its_list_where_both_have_room(qapp: QApplication, qtbot: QtBot) -> None:
    view = shown(qtbot, 1200, 700)
    view.show_form(a_form())
    assert view.table.isVisible()
    qtbot.waitUntil(lambda: view.form.height() <= view._scroll.viewport().height())
    view.show_form(None)
    assert not view.form.isVisible()
    assert view.table.hasFocus()


def test_a_list_without_room_gives_way_and_comes_back(qapp: QApplication, qtbot: QtBot) -> None:
    view = shown(qtbot, 900, 700)
    view.show_form(a_form(columns=3))
    assert not view.table.isVisible()
    view.resize(1400, 700)
    qtbot.waitUntil(view.table.isVisible)
    view.resize(900, 700)
    qtbot.waitUntil(lambda: not view.table.isVisible())
    view.show_form(None)
    assert view.table.isVisible()


def test_a_form_higher_than_the_window_is_scrolled_to_what_is_said(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply_theme(qapp, theme.LIGHT, scale=125)
    view = shown(qtbot, 1000, 400)
    form = a_form()
    view.show_form(form)
    row = view.form.rows["field0"]
    assert row.height() >= row.minimumSizeHint().height()  # not squeezed
    form.sentence = "This cannot be."
    view.show_form(form)
    sentence = view.form._sentence
    assert isinstance(sentence, TextLabel)
    qtbot.waitUntil(lambda: not sentence.visibleRegion().isEmpty())
    theme.apply_theme(qapp, theme.LIGHT)
