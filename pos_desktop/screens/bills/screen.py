"""The bills as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.bills.presenter import BillsPresenter
from pos_desktop.screens.bills.view import BillsView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class BillsScreen(Screen):
    """What was billed; who does not bill sees no key that cancels or corrects."""

    topics = frozenset({Topic.BILLS})

    def __init__(self, presenter: BillsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Bills"), "Alt+4", "bills")
        self.view = BillsView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """Which bill is open, so that the task bar tells it too."""
        card = self._presenter.card
        return f"{self.rail.label}: {card.number}" if card is not None else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list and of the bill beside it."""
        do = self._presenter
        bill = do.bill
        has_one = bill is not None
        keys = []
        if do.may_bill:
            waits = bill is not None and any(tender.waits for tender in bill.tenders)
            keys.append(KeyAction("F2", tr("Confirm UPI"), do.confirm_upi, waits, in_bar=do.shows_waiting))
            keys.append(KeyAction("F3", tr("Correct"), do.correct, has_one))
        keys.append(KeyAction("F4", tr("Paid otherwise"), do.pay_otherwise, has_one, in_bar=False))
        shows = {None: tr("Hide cancelled"), False: tr("Only cancelled"), True: tr("All bills")}[do.cancelled]
        keys += [
            KeyAction("F5", shows, do.turn_shown),
            KeyAction("F6", tr("Save PDF"), do.save_pdf, has_one),
            KeyAction("F7", tr("WhatsApp"), do.send_whatsapp, has_one),
            KeyAction("F8", tr("E-mail"), do.send_mail, has_one),
            KeyAction("F9", tr("Print again"), do.print_again, has_one),
        ]
        if do.may_bill:
            stands = bill is not None and bill.cancelled is None
            keys.append(KeyAction("F10", tr("Cancel"), do.cancel, stands))
        keys.append(KeyAction("F12", tr("All bills") if do.shows_waiting else tr("UPI that waits"), do.turn_waiting))
        return [
            *keys,
            KeyAction(
                "Enter", tr("To the bill, to scroll it"), self.view.open_bill, has_one, is_bound=False, in_bar=False
            ),
            KeyAction("Esc", tr("Back, or empty the search"), do.escape, is_bound=False, in_bar=False),
        ]

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def open_bill(self, number: str) -> None:
        """Show a bill that another screen names."""
        self._presenter.open_bill(number)

    def refresh(self) -> None:
        """Read again: a bill was saved or cancelled."""
        self._presenter.refresh()

    def close_problem(self) -> str | None:
        """A bill that is being cancelled is waited for."""
        form = self._presenter.asking.form
        if form is not None and form.is_busy:
            return tr("A bill is being changed: wait a moment, then close.")
        return None

    # --- inside --------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
