"""The log-in window: a card in the middle, name and password, Enter. It is the lock screen as well."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.auth.dto import Method
from pos_desktop.screens.login.presenter import Login
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import THEME_KEY, Looks, bind_key
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.widgets.card import Card
from pos_desktop.widgets.fields import FieldRow, SecretEdit, TextEdit
from pos_desktop.widgets.key_bar import KeyBar
from pos_desktop.widgets.labels import BadgeLabel, TextLabel, spaced

_CARD_WIDTH = 400
_METHOD_KEY = "F2"


class LoginWindow(QWidget):
    """Draws the log-in and tells its presenter what the user did."""

    def __init__(self, login: Login, looks: Looks, shop: str, *, is_demo: bool = False, hint: str = "") -> None:
        """``shop`` is the shop's name; ``hint`` stands under the fields (a demo shop says its password there)."""
        super().__init__()
        self.login = login
        self._attempt = login.attempt
        self._method = login.method
        self.setProperty("panel", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._named = (tr("DEMO") if is_demo else "", shop)
        self.setMinimumSize(800, 560)
        self.username = TextEdit(most=40)
        self.username.setText(login.username)
        self.password = SecretEdit()
        self.new = SecretEdit()
        self.again = SecretEdit()
        self.rows = {
            "username": FieldRow(tr("User name"), self.username),
            "password": FieldRow(tr("Password"), self.password),
            "new": FieldRow(tr("A password of your own"), self.new, hint=tr("8 characters or more")),
            "again": FieldRow(tr("The same again"), self.again),
        }
        words = tr("Unlock (Enter)") if login.is_locked else tr("Log in (Enter)")
        self.enter = QPushButton(words)
        self.enter.setProperty("role", "primary")
        self.enter.clicked.connect(self._submit)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.key_bar = KeyBar()
        method = KeyAction(_METHOD_KEY, tr("PIN or password"), login.toggle_method)
        self.key_bar.set_actions(
            [
                KeyAction("Enter", tr("Unlock") if login.is_locked else tr("Log in"), self._submit, is_bound=False),
                KeyAction("Tab", tr("Next field"), self._tab, is_bound=False),
                *([method] if login.is_locked else []),
                KeyAction(THEME_KEY, tr("Light or dark"), looks.toggle_theme, is_bound=False),
                KeyAction("Ctrl++", tr("Larger"), lambda: looks.rescale(1), is_bound=False),
            ]
        )
        self._lay_out(shop, is_demo=is_demo, hint=hint)
        self.username.textChanged.connect(lambda _: login.typed("username"))
        for secret in (self.password, self.new, self.again):
            secret.textChanged.connect(lambda _: login.typed())
        if login.is_locked:
            bind_key(method, self, Qt.ShortcutContext.WindowShortcut)
        looks.bind(self)
        login.listen(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw what the presenter holds."""
        login = self.login
        is_over = login.attempt != self._attempt and not login.is_busy
        for name, row in self.rows.items():
            row.show_problem(login.problems.get(name, ""))
            row.edit.setEnabled(not login.is_busy)
        if login.method is not self._method:
            self._method = login.method
            with QSignalBlocker(self.password):  # nothing was typed: what is wrong stays said
                self.password.clear()
        words = tr("PIN") if login.method is Method.PIN else tr("Password")
        self.rows["password"].label.setText(words)
        self.password.setAccessibleName(words)
        for name in ("new", "again"):
            self.rows[name].setVisible(login.is_due)
        self._show_title()
        self.enter.setEnabled(not login.is_busy)
        self.busy.setVisible(login.is_busy)
        if is_over:
            self._attempt = login.attempt
            self._focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in the name goes to an empty password, else it logs in."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            below = self._next_empty()
            if below is not None:
                below.setFocus()
            else:
                self._submit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin at the first field that is empty."""
        super().showEvent(event)
        self._focus()

    def _show_title(self) -> None:
        """Say what is asked for; of a locked bill nothing stands here either."""
        asked = tr("Locked") if self.login.is_locked else tr("Log in")
        if self.login.is_due:
            asked = tr("Choose a password")
        demo, shop = self._named
        self.setWindowTitle(" – ".join(filter(None, (demo, asked, shop, "Nuskha"))))

    def _next_empty(self) -> TextEdit | None:
        """Return the field that Enter goes to from one that is filled, None where it logs in."""
        fields: list[TextEdit] = [self.username, self.password]
        if self.login.is_due:
            fields += [self.new, self.again]
        here = next((number for number, field in enumerate(fields) if field.hasFocus()), len(fields) - 1)
        if here + 1 < len(fields) and fields[here].text().strip() and not fields[here + 1].text():
            return fields[here + 1]
        return None

    def _focus(self) -> None:
        edit = self.rows[self.login.first_field].edit
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(edit, TextEdit):
            edit.selectAll()

    def _tab(self) -> None:
        self.focusNextChild()

    def _submit(self) -> None:
        self.login.submit(self.username.text(), self.password.text(), self.new.text(), self.again.text())

    def _lay_out(self, shop: str, *, is_demo: bool, hint: str) -> None:
        card = Card(_CARD_WIDTH)
        inside = card.inside
        head = QHBoxLayout()
        head.addWidget(TextLabel("Nuskha", size=TextSize.TITLE, tone=Tone.ACCENT, weight="bold"))
        head.addStretch(1)
        if is_demo:
            head.addWidget(BadgeLabel(Badge(tr("DEMO"), Tone.WARNING)))
        inside.addLayout(head)
        inside.addWidget(TextLabel(shop, size=TextSize.HEADING, weight="semibold", wraps=True))
        if self.login.is_locked:
            sentence = tr("Locked. Whoever typed a bill finds it again.")
            inside.addWidget(TextLabel(sentence, tone=Tone.MUTED, wraps=True))
        inside.addSpacing(spaced(Space.M))
        for row in self.rows.values():
            inside.addWidget(row)
        inside.addWidget(self.busy)
        inside.addWidget(self.enter)
        if hint:
            inside.addWidget(TextLabel(hint, size=TextSize.SMALL, tone=Tone.MUTED, wraps=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        card.stand_in(whole)
        whole.addWidget(self.key_bar)
