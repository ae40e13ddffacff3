"""Billing as a screen of the main window: its keys, its scanner, and whether it may be left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from core.sales.drafts import PLACES
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.billing.detailing import KEY as DETAILS_KEY
from pos_desktop.screens.billing.dosing import KEY as DOSE_KEY
from pos_desktop.screens.billing.fitting import KEY as FIT_KEY
from pos_desktop.screens.billing.in_hand import KEY as IN_HAND_KEY
from pos_desktop.screens.billing.key_map import BILL_DISCOUNT_KEY, PAY_KEY, TEACH_KEY, WANT_KEY
from pos_desktop.screens.billing.places import Places
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.quoting import KEY as QUOTATION_KEY
from pos_desktop.screens.billing.same_salt import KEY as SAME_SALT_KEY
from pos_desktop.screens.billing.state import Part
from pos_desktop.screens.billing.strip import PlacesStrip
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr

#: With Ctrl they go to another bill, from within a form too.
_PLACE_KEYS = frozenset(Qt.Key(Qt.Key.Key_0 + place) for place in PLACES)


class BillingScreen(Screen):
    """Billing as a screen of the shell. ``scanner`` is listened to while the screen is visible.

    A place gets its view when it has the keys for the first time; the strip is there once a second place is in use.
    """

    topics = frozenset({Topic.STOCK, Topic.ITEMS, Topic.PARTIES})

    awaits_scans = True

    def __init__(self, places: Places, scanner: WedgeScanner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Billing"), "Alt+1", "billing")
        self._places = places
        self._is_visible = False
        self._views: dict[int, BillingView] = {}
        self.strip = PlacesStrip()
        self.strip.chosen.connect(places.go_to)
        self._stack = QStackedWidget()
        self._widget = QFrame()
        whole = QVBoxLayout(self._widget)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addWidget(self._stack, 1)
        self._front = self._view_of(places.number)
        places.listen(self._draw, self._moved)
        scanner.scanned.connect(self._scanned)
        self._draw_strip()

    @property
    def view(self) -> BillingView:
        """The view of the place that has the keys."""
        return self._front

    @property
    def title(self) -> str:
        """What is being billed, so that the task bar tells it too, and how many other bills wait."""
        others = sum(number != self._places.number for number in self._places.typed)
        return tr("{title}, held: {count}", title=self._title_here(), count=others) if others else self._title_here()

    def _title_here(self) -> str:
        draft = self._places.here.draft
        if not draft.lines:
            return self.rail.label
        if draft.corrects is not None:
            return tr("{screen}: corrects {number}", screen=self.rail.label, number=draft.corrects)
        total = f"₹{draft.totals.total.grouped()}"
        return tr("{screen} {total}, lines: {count}", screen=self.rail.label, total=total, count=len(draft.lines))

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self._widget

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the counter; those of the fields are shown, not bound."""
        keys = self._places.here.desk.keys
        return [replace(action, key=keys.of(action.key)) for action in self._own_keys()]

    def _own_keys(self) -> Sequence[KeyAction]:
        do = self._here
        go_to = self._places.go_to
        return (
            KeyAction("F2", tr("Customer"), do(BillingPresenter.show_customer)),
            KeyAction(
                "Down",
                tr("Known customers, while a name is typed"),
                do(BillingPresenter.show_customer),
                is_bound=False,
                in_bar=False,
            ),
            KeyAction("F3", tr("Batches"), do(BillingPresenter.show_batches)),
            KeyAction(SAME_SALT_KEY, tr("Same salts"), do(BillingPresenter.show_same_salt)),
            KeyAction("F5", tr("Hold"), self._places.hold),
            KeyAction(
                "Ctrl+1 … 5", tr("Go to that bill of the counter"), partial(go_to, 1), is_bound=False, in_bar=False
            ),
            *(
                KeyAction(f"Ctrl+{number}", "", partial(go_to, number), in_bar=False, in_list=False)
                for number in PLACES
            ),
            KeyAction(TEACH_KEY, tr("Teach a barcode that no item has"), do(BillingPresenter.teach), in_bar=False),
            KeyAction("F7", tr("Prescription"), do(BillingPresenter.prescribe)),
            KeyAction(DOSE_KEY, tr("Dose and days of the line"), do(BillingPresenter.ask_dose), in_bar=False),
            KeyAction("F8", tr("Pharmacist on duty"), do(BillingPresenter.begin_duty), in_bar=False),
            KeyAction(
                "Ctrl+R",
                tr("Repeat a bill: the last one, the customer's, the patient's"),
                do(BillingPresenter.repeat),
                in_bar=False,
            ),
            KeyAction(
                DETAILS_KEY,
                tr("Buyer's GSTIN and State, number of a memo, earlier day"),
                do(BillingPresenter.ask_details),
                in_bar=False,
            ),
            KeyAction(
                IN_HAND_KEY,
                tr("Packs in hand, purchase not entered"),
                do(BillingPresenter.take_in_hand),
                in_bar=False,
            ),
            KeyAction(
                "Ctrl+D",
                tr("Discount of the line: 5 or 5%, in rupees 12rs or 12/-"),
                do(BillingPresenter.discount_line),
                in_bar=False,
            ),
            KeyAction(
                BILL_DISCOUNT_KEY, tr("Discount on the whole bill"), do(BillingPresenter.discount_bill), in_bar=False
            ),
            KeyAction(
                FIT_KEY,
                tr("In the empty search: fit the bill to cash"),
                do(BillingPresenter.fit_to_cash),
                is_bound=False,
                in_bar=False,
            ),
            KeyAction(WANT_KEY, tr("Note in the want book"), do(BillingPresenter.note_want), in_bar=False),
            KeyAction(
                QUOTATION_KEY,
                tr("Quotation of this bill; on an empty one, those that wait"),
                do(BillingPresenter.quote),
                in_bar=False,
            ),
            KeyAction("F9", tr("Print again"), do(lambda bill: bill.checkout.print_again())),
            KeyAction("F10", tr("Cancel last bill"), do(BillingPresenter.cancel_last)),
            KeyAction(PAY_KEY, tr("Take cash"), do(BillingPresenter.open_tender)),
            KeyAction("Del", tr("Remove line"), do(BillingPresenter.remove_line), is_bound=False),
            KeyAction("Ctrl+Z", tr("Undo"), do(BillingPresenter.undo), is_bound=False),
            KeyAction("Ctrl+N", tr("New bill"), do(BillingPresenter.clear)),
            KeyAction("Esc", tr("Back"), do(BillingPresenter.escape), is_bound=False),
            KeyAction("Ctrl+Enter", tr("Take cash"), do(BillingPresenter.open_tender), is_bound=False, in_bar=False),
            KeyAction(
                "U",
                tr("While paying, by UPI; C card, Q cheque, K credit, A advance"),
                do(BillingPresenter.open_tender),
                is_bound=False,
                in_bar=False,
            ),
            KeyAction(
                "Ctrl+Del",
                tr("Remove the line being typed"),
                do(BillingPresenter.remove_line),
                is_bound=False,
                in_bar=False,
            ),
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
        self._places.stock_changed()

    def close_problem(self) -> str | None:
        """Bills that are being typed are not thrown away by closing the window."""
        typed = self._places.typed
        if not typed:
            return None
        pay = self._places.here.desk.keys.of(PAY_KEY)
        if typed == [self._places.number]:
            return tr("A bill is being typed: save it ({pay}) or clear it (Ctrl+N), then close.", pay=pay)
        keys = ", ".join(f"Ctrl+{number}" for number in typed)
        return tr(
            "Bills are being typed ({keys}): save each ({pay}) or clear it (Ctrl+N), then close.", keys=keys, pay=pay
        )

    # --- inside --------------------------------------------------------------------------------------------------

    def _here(self, intent: Callable[[BillingPresenter], object]) -> Callable[[], object]:
        """Return what does something with the bill that has the keys when it is asked for."""
        return lambda: intent(self._places.here)

    def _view_of(self, number: int) -> BillingView:
        view = self._views.get(number)
        if view is None:
            view = self._views[number] = BillingView(self._places.at(number))
            view.form.passes |= _PLACE_KEYS
            self._stack.addWidget(view)
        return view

    def _moved(self) -> None:
        """Show the place that has the keys now; no field's loss of them on the way means anything."""
        self._front.step_back()
        self._front = self._view_of(self._places.number)
        self._stack.setCurrentWidget(self._front)
        self._front.come_forward()
        self._draw_strip()
        self.title_changed.emit()

    def _draw(self, number: int, parts: Part) -> None:
        view = self._views.get(number)
        if view is not None:
            view.draw(parts)
        if parts & (Part.LINE | Part.LINES | Part.CUSTOMER | Part.SEARCH | Part.TENDER | Part.FORM):
            self._draw_strip()
        if parts & (Part.LINE | Part.LINES):
            self.title_changed.emit()

    def _draw_strip(self) -> None:
        is_alone = self._places.is_alone and self._places.number == PLACES[0]
        if not is_alone:
            self.strip.show_rows(self._places.rows())
        self.strip.setVisible(not is_alone)

    def _scanned(self, code: str) -> None:
        if self._is_visible:
            self._places.scanned(code)
