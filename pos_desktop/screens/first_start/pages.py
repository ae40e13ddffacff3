"""The pages of the wizard: which fields stand where. They hold no rule; the view ties them to the presenter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.first_start.form import LICENCE_ROWS, found_value
from pos_desktop.screens.first_start.presenter import FirstStart, registrations, states
from pos_desktop.screens.recovery_sheet.view import SheetPanel
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.fields import Choice, FieldRow, LinesEdit, SecretEdit, TextEdit
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.options import CheckBox, Option, OptionList

_LICENCE_FORMS = ("20", "21", "20A", "21A", "20B", "21B", "20C", "20D", "20F", "20G")


class Page(QWidget):
    """A heading and fields in two columns. ``fields`` are the rows by the form's names."""

    def __init__(self, title: str, explanation: str) -> None:
        super().__init__()
        self.fields: dict[str, FieldRow] = {}
        self.options: dict[str, OptionList] = {}
        self.checks: dict[str, QCheckBox] = {}
        self.first = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spaced(Space.XS))
        layout.addWidget(TextLabel(title, size=TextSize.TITLE, weight="semibold"))
        layout.addWidget(TextLabel(explanation, tone=Tone.MUTED, wraps=True))
        layout.addSpacing(spaced(Space.L))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(spaced(Space.L))
        self.grid.setVerticalSpacing(spaced(Space.S))
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)
        layout.addLayout(self.grid)
        layout.addStretch(1)

    def add(self, name: str, row: FieldRow, at: tuple[int, int], span: int = 1) -> None:
        """Put a field into the grid."""
        self.fields[name] = row
        self.first = self.first or name
        self.grid.addWidget(row, *at, 1, span, Qt.AlignmentFlag.AlignTop)

    def add_options(self, name: str, options: OptionList, row: int, span: int = 2) -> None:
        """Put a list of options into the grid."""
        self.options[name] = options
        self.first = self.first or name
        self.grid.addWidget(options, row, 0, 1, span)

    def focus(self, name: str) -> None:
        """Give a field the keys."""
        if name in self.options:
            self.options[name].focus_chosen()
        elif name in self.checks:
            self.checks[name].setFocus(Qt.FocusReason.TabFocusReason)
        elif name in self.fields:
            self.fields[name].edit.setFocus(Qt.FocusReason.TabFocusReason)

    def name_of(self, widget: QWidget | None) -> str:
        """Return the field that a widget belongs to, empty for none."""
        for name, row in self.fields.items():
            if widget is row.edit:
                return name
        for name, options in self.options.items():
            if widget in options.cards.values():
                return name
        return next((name for name, check in self.checks.items() if check is widget), "")

    def show_state(self, start: FirstStart) -> None:
        """Draw what depends on more than the fields."""


def shop_page() -> Page:
    """Who the shop is."""
    page = Page(tr("Your shop"), tr("This heads every bill. All of it can be changed later in the settings."))
    page.add("name", FieldRow(tr("Name"), TextEdit(most=100)), (0, 0), 2)
    page.add("address", FieldRow(tr("Address"), LinesEdit(lines=2)), (1, 0), 2)
    gstin = FieldRow(
        tr("GSTIN"), TextEdit(most=20), hint=tr("15 characters, brings the state along; empty if unregistered")
    )
    page.add("gstin", gstin, (2, 0))
    state = Choice(states())
    state.setPlaceholderText(tr("Type its first letters"))
    state.setCurrentIndex(-1)
    page.add("state", FieldRow(tr("State"), state), (2, 1))
    page.add("registration", FieldRow(tr("GST registration"), Choice(registrations())), (3, 0))
    page.add("phone", FieldRow(tr("Phone"), TextEdit(most=20), is_optional=True), (3, 1))
    return page


def licence_page() -> Page:
    """Drug licences and the pharmacist."""
    page = Page(
        tr("Drug licences and pharmacist"),
        tr("They are printed on every bill. Leave empty what you do not have at hand: it can be added later."),
    )
    for row in range(LICENCE_ROWS):
        _add_licence(page, row)
    page.add("pharmacist", FieldRow(tr("Registered pharmacist"), TextEdit(most=100)), (LICENCE_ROWS, 0))
    registration = FieldRow(
        tr("Registration number"), TextEdit(most=100), hint=tr("Of the State Pharmacy Council, such as KSPC 12345")
    )
    page.add("pharmacist_registration", registration, (LICENCE_ROWS, 1))
    page.first = "number_0"
    return page


def _add_licence(page: Page, row: int) -> None:
    names = (tr("Form"), tr("Licence number"), tr("Valid until"))
    edits = (
        Choice([(each, each) for each in _LICENCE_FORMS]),
        TextEdit(most=40),
        TextEdit(most=10, placeholder="31-12-2028"),
    )
    rows = [FieldRow(name if row == 0 else "", edit) for name, edit in zip(names, edits, strict=True)]
    for name, edit in zip(names, edits, strict=True):
        edit.setAccessibleName(name)
    form, number, until = rows
    page.fields |= {f"form_{row}": form, f"number_{row}": number, f"valid_to_{row}": until}
    left = QHBoxLayout()
    left.setSpacing(spaced(Space.L))
    left.addWidget(form, 2)
    left.addWidget(number, 5)
    page.grid.addLayout(left, row, 0)
    page.grid.addWidget(until, row, 1)


def user_page() -> Page:
    """The first user."""
    page = Page(
        tr("First user"),
        tr("You are the owner, with every right. Pharmacists and cashiers get their own names later."),
    )
    page.add("full_name", FieldRow(tr("Your name"), TextEdit(most=100), is_optional=True), (0, 0))
    username = FieldRow(tr("User name"), TextEdit(most=40), hint=tr("Short, to log in with; small letters"))
    page.add("username", username, (0, 1))
    password = FieldRow(tr("Password"), SecretEdit(), hint=tr("8 characters or more; nobody can read it back"))
    page.add("password", password, (1, 0))
    page.add("password_again", FieldRow(tr("Password again"), SecretEdit()), (1, 1))
    return page


class PrinterPage(Page):
    """How receipts reach paper."""

    def __init__(self, test_print: Callable[[], None]) -> None:
        super().__init__(tr("Receipt printer"), tr("Bills can be saved and shown as PDF without one."))
        options = [
            Option("none", tr("No receipt printer yet"), tr("Choose one later in the settings")),
            Option("network", tr("Printer on the network"), tr("ESC/POS over Ethernet or Wi-Fi")),
            Option("found", tr("Printer of this computer"), tr("USB, serial, or set up in the system")),
            Option("file", tr("A file"), tr("Each receipt replaces it; for a shared device or a trial")),
        ]
        self.add_options("printer_kind", OptionList(options), 0)
        address = TextEdit(most=250, placeholder="192.168.1.50:9100")
        self.add("printer_address", FieldRow(tr("Address"), address, hint=tr("Port 9100 where none is given")), (1, 0))
        self.add("printer_path", FieldRow(tr("File"), TextEdit(most=250)), (1, 0))
        self._found = Choice([])
        nothing = tr("What is connected and switched on is seen here")
        self.add("printer_found", FieldRow(tr("Printer"), self._found, hint=nothing), (1, 0))
        paper = [
            ("32", tr("58 mm, 32 letters a line")),
            ("42", tr("80 mm, 42 letters a line")),
            ("48", tr("80 mm, 48 letters a line")),
        ]
        self.add("columns", FieldRow(tr("Paper"), Choice(paper)), (1, 1))
        self.test = QPushButton(tr("Test print (F9)"))
        self.test.clicked.connect(test_print)
        self.grid.addWidget(self.test, 2, 0, Qt.AlignmentFlag.AlignLeft)

    def show_state(self, start: FirstStart) -> None:
        """Show what the chosen kind needs."""
        kind = start.form.printer_kind
        self.fields["printer_address"].setVisible(kind == "network")
        self.fields["printer_path"].setVisible(kind == "file")
        self.fields["printer_found"].setVisible(kind == "found")
        seen = [(found_value(found), f"{found.words} ({found.address})") for found in start.printers]
        if [self._found.itemData(number) for number in range(self._found.count())] != [value for value, _ in seen]:
            self._found.blockSignals(True)
            self._found.clear()
            for value, words in seen:
                self._found.addItem(words, value)
            self._found.choose(start.form.printer_found)
            self._found.blockSignals(False)
        self.fields["columns"].setVisible(kind != "none")
        self.test.setVisible(kind != "none")
        self.test.setEnabled(start.can_test_print)


class SafetyPage(Page):
    """Encryption at rest, and where a second copy of each backup goes."""

    def __init__(self, choose_folder: Callable[[], None]) -> None:
        super().__init__(tr("Keeping it safe"), tr("A backup is made every half-hour in which something was saved."))
        options = [
            Option(
                "yes",
                tr("Encrypt the shop (recommended)"),
                tr("A stolen disk or backup cannot be read; you will print a recovery sheet"),
            ),
            Option("no", tr("Do not encrypt"), tr("Whoever holds the disk or a backup reads every bill and patient")),
        ]
        self.add_options("encrypt", OptionList(options), 0)
        second = FieldRow(
            tr("Second backup folder"),
            TextEdit(most=1000),
            is_optional=True,
            hint=tr("On another disk or a stick: each backup is copied there and checked"),
        )
        self.add("second_folder", second, (1, 0), 2)
        self.browse = QPushButton(tr("Choose a folder (Ctrl+O)"))
        self.browse.clicked.connect(choose_folder)
        self.grid.addWidget(self.browse, 2, 0, Qt.AlignmentFlag.AlignLeft)


class SheetPage(Page):
    """The recovery sheet of the shop that was just made."""

    def __init__(self, panel: SheetPanel) -> None:
        super().__init__(
            tr("Recovery sheet"),
            tr(
                "If this computer is lost, this code and a backup are all that brings the shop back, and nobody can "
                "make it again. Print it, save it to a stick, or copy it by hand; then confirm it."
            ),
        )
        self.panel = panel
        self.grid.addWidget(panel, 0, 0, 1, 2)

    def focus(self, name: str) -> None:
        """Give the keys to the group that is asked for; while the code is shown they belong to the window."""
        self.panel.take_focus()

    def show_state(self, start: FirstStart) -> None:
        """Show the code, or ask for a group of it."""
        self.panel.refresh()


class StockPage(Page):
    """Where the first stock comes from."""

    def __init__(self, choose_file: Callable[[], None]) -> None:
        super().__init__(tr("First stock"), tr("The first bill is a minute away."))
        options = [
            Option("empty", tr("Begin empty"), tr("Add items as they are sold and bought")),
            Option("file", tr("From an Excel or CSV file"), tr("Items with batch, expiry, MRP and quantity")),
            Option(
                "demo",
                tr("Made-up stock to try the program"),
                tr("Real medicine names; marked DEMO everywhere, not encrypted"),
            ),
        ]
        self.add_options("stock", OptionList(options), 0)
        self.file = FieldRow(tr("File"), TextEdit(most=1000))
        self.fields["stock_file"] = self.file
        self.browse = QPushButton(tr("Choose a file (Ctrl+O)"))
        self.browse.clicked.connect(choose_file)
        self.grid.addWidget(self.file, 1, 0, 1, 2)
        self.grid.addWidget(self.browse, 2, 0, Qt.AlignmentFlag.AlignLeft)
        self.found = TextLabel(wraps=True)
        self.grid.addWidget(self.found, 3, 0, 1, 2)
        self.skip = CheckBox(tr("Bring in the other lines without these"))
        self.checks["skip_bad"] = self.skip
        self.grid.addWidget(self.skip, 4, 0, 1, 2)
        self.refused = TextLabel(size=TextSize.SMALL, tone=Tone.DANGER, wraps=True)
        self.grid.addWidget(self.refused, 5, 0, 1, 2)

    def show_state(self, start: FirstStart) -> None:
        """Show what was understood of the file."""
        is_file = start.form.stock == "file"
        summary = start.summary
        self.file.setVisible(is_file)
        self.browse.setVisible(is_file)
        self.found.setVisible(is_file and (start.is_reading or summary is not None))
        self.skip.setVisible(is_file and summary is not None and summary.bad_lines > 0)
        self.refused.setText(start.problems.get("skip_bad", ""))
        self.refused.setVisible(bool(self.refused.text()) and not self.skip.isHidden())
        if start.is_reading:
            self.found.setText(tr("Reading the file ..."))
        elif summary is not None:
            said = [
                tr(
                    "Understood: {items} items, {batches} batches in stock.",
                    items=f"{summary.items:,}",
                    batches=f"{summary.batches:,}",
                )
            ]
            if summary.ignored_columns:
                said.append(tr("Columns not used: {names}.", names=", ".join(summary.ignored_columns)))
            if summary.bad_lines:
                said.append(tr("{count} lines cannot be brought in as they are:", count=f"{summary.bad_lines:,}"))
                said += [tr("line {problem}", problem=problem) for problem in summary.problems]
            self.found.setText("\n".join(said))


def text_of(edit: QWidget) -> str:
    """Return what an edit holds."""
    if isinstance(edit, Choice):
        return edit.value
    return edit.toPlainText() if isinstance(edit, QPlainTextEdit) else _line(edit).text()


def put_text(edit: QWidget, text: str) -> None:
    """Have an edit hold a text, the cursor where it was."""
    if isinstance(edit, Choice):
        edit.choose(text)
    elif isinstance(edit, QPlainTextEdit):
        edit.setPlainText(text)
    else:
        line = _line(edit)
        cursor = line.cursorPosition()
        line.setText(text)
        line.setCursorPosition(min(cursor, len(text)))


def changed_of(edit: QWidget) -> Any:
    """Return the signal that says an edit holds another text."""
    if isinstance(edit, Choice):
        return edit.currentIndexChanged
    return edit.textChanged if isinstance(edit, QPlainTextEdit) else _line(edit).textChanged


def _line(edit: QWidget) -> QLineEdit:
    assert isinstance(edit, QLineEdit)
    return edit
