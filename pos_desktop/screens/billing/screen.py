"""Billing as a screen of the main window: its keys, its scanner, and whether it may be left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.quoting import KEY as QUOTATION_KEY
from pos_desktop.screens.billing.state import Part
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.screens.billing.wanting import KEY as WANT_KEY
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class BillingScreen(Screen):
    """Billing as a screen of the shell. ``scanner`` is listened to while the screen is visible."""

    topics = frozenset({Topic.STOCK, Topic.ITEMS, Topic.PARTIES})

    awaits_scans = True

    def __init__(self, presenter: BillingPresenter, scanner: WedgeScanner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Billing"), "Alt+1", "billing")
        self.view = BillingView(presenter)
        self._presenter = presenter
        self._is_visible = False
        scanner.scanned.connect(self._scanned)
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is being billed, so that the task bar tells it too."""
        draft = self._presenter.draft
        if not draft.lines:
            return self.rail.label
        if draft.corrects is not None:
            return tr("{screen}: corrects {number}", screen=self.rail.label, number=draft.corrects)
        total = f"₹{draft.totals.total.grouped()}"
        return tr("{screen} {total}, lines: {count}", screen=self.rail.label, total=total, count=len(draft.lines))

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the counter; those of the fields are shown, not bound."""
        do = self._presenter
        return (
            KeyAction("F2", tr("Customer"), do.show_customer),
            KeyAction(
                "Down", tr("Known customers, while a name is typed"), do.show_customer, is_bound=False, in_bar=False
            ),
            KeyAction("F3", tr("Batches"), do.show_batches),
            KeyAction("F6", tr("Teach a barcode that no item has"), do.teach, in_bar=False),
            KeyAction("F7", tr("Prescription"), do.prescribe),
            KeyAction("F8", tr("Pharmacist on duty"), do.begin_duty, in_bar=False),
            KeyAction(WANT_KEY, tr("Note in the want book"), do.note_want, in_bar=False),
            KeyAction(
                QUOTATION_KEY, tr("Quotation of this bill; on an empty one, those that wait"), do.quote, in_bar=False
            ),
            KeyAction("F9", tr("Print again"), do.checkout.print_again),
            KeyAction("F10", tr("Cancel last bill"), do.cancel_last),
            KeyAction("F12", tr("Take cash"), do.open_tender),
            KeyAction("Del", tr("Remove line"), do.remove_line, is_bound=False),
            KeyAction("Ctrl+Z", tr("Undo"), do.undo, is_bound=False),
            KeyAction("Ctrl+N", tr("New bill"), do.clear),
            KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            KeyAction("Ctrl+Enter", tr("Take cash"), do.open_tender, is_bound=False, in_bar=False),
            KeyAction(
                "U",
                tr("While paying: by UPI, all or the amount before it; C card, Q cheque, K credit, A advance"),
                do.open_tender,
                is_bound=False,
                in_bar=False,
            ),
            KeyAction("Ctrl+Del", tr("Remove the line being typed"), do.remove_line, is_bound=False, in_bar=False),
        )

    def activated(self) -> None:
        """Take the focus."""
        self._is_visible = True
        self.view.take_focus()

    def deactivated(self) -> None:
        """Leave scans to another screen."""
        self._is_visible = False

    def refresh(self) -> None:
        """Stock, items or cards changed elsewhere: read those of the bill again."""
        self._presenter.stock_changed()
        self._presenter.customer_changed()

    def close_problem(self) -> str | None:
        """A bill that is being typed is not thrown away by closing the window."""
        if self._presenter.draft.lines:
            return tr("A bill is being typed: save it (F12) or clear it (Ctrl+N), then close.")
        return None

    def _draw(self, parts: Part) -> None:
        self.view.draw(parts)
        if parts & (Part.LINE | Part.LINES):
            self.title_changed.emit()

    def _scanned(self, code: str) -> None:
        if self._is_visible:
            self._presenter.scanned(code)
