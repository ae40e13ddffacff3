"""Purchases as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.purchases.pages import Page
from pos_desktop.screens.purchases.presenter import PurchasesPresenter
from pos_desktop.screens.purchases.view import STRIP, PurchasesView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class PurchasesScreen(Screen):
    """Orders, goods receipts, bills, differences."""

    topics = frozenset({Topic.PURCHASES, Topic.STOCK, Topic.PARTIES})

    def __init__(self, presenter: PurchasesPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Purchases"), "Alt+P", "purchases")
        self.view = PurchasesView(presenter)
        self._presenter = presenter
        presenter.listen(self._draw)

    @property
    def title(self) -> str:
        """What is shown, so that the task bar tells it too."""
        form = self._presenter.desk.form
        return f"{self.rail.label}: {form.title}" if form is not None else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the list in front, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.form_panel
            return form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.desk.escape)
        if do.page is Page.NEW_ORDER:
            return (
                KeyAction("Enter", tr("Change it"), do.order.change_line, is_bound=False),
                KeyAction("F5", tr("Another line"), do.order.add_line),
                KeyAction("Del", tr("Take it off"), do.order.remove_line),
                KeyAction("Ctrl+Del", tr("Leave it"), do.order.leave),
                KeyAction("F12", tr("Place the order"), do.order.place),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        if do.page is Page.NEW_RETURN:
            return (
                KeyAction("Enter", tr("How much"), do.back.change, is_bound=False),
                KeyAction("F5", tr("Goods of before"), do.back.add_others),
                KeyAction("Del", tr("Nothing of it"), do.back.keep_here),
                KeyAction("Ctrl+Del", tr("Leave it"), do.back.leave),
                KeyAction("F12", tr("Write the debit note"), do.back.issue, do.back.has_some),
                KeyAction("Esc", tr("Back"), do.escape, is_bound=False),
            )
        pages = (KeyAction(key, words, partial(do.go_to, page), in_bar=False) for page, words, key in STRIP)
        return (*self._own(), *pages)

    def activated(self) -> None:
        """Take the focus."""
        self._presenter.refresh()
        self.view.take_focus()

    def refresh(self) -> None:
        """Read again: purchases or stock changed."""
        self._presenter.refresh()

    def leave(self) -> None:
        """Whoever is at work leaves: what is being ordered is kept before the shop's file closes."""
        self._presenter.order.keep_now()
        self._presenter.back.keep_now()

    def close_problem(self) -> str | None:
        """What is on its way to the disk is waited for; what is being ordered is kept and comes back."""
        self.leave()
        form = self._presenter.desk.form
        is_busy = self._presenter.order.is_busy or self._presenter.back.is_busy
        if is_busy or (form is not None and form.is_busy):
            return tr("A purchase is being saved: wait a moment, then close.")
        return None

    def _own(self) -> Iterator[KeyAction]:
        do = self._presenter
        has_row = do.here.row is not None
        if do.page is Page.ORDERS:
            if do.may_order:
                yield KeyAction("F2", tr("New order"), do.new_order)
                yield KeyAction("F4", tr("Await no more"), do.end, do.may_end)
            yield KeyAction("F7", tr("Save as PDF"), do.save_paper, has_row)
            yield KeyAction("F9", tr("Print"), do.print_paper, has_row)
            yield KeyAction("F10", tr("Copy for a message"), do.copy_order, has_row)
        elif do.page is Page.RECEIPTS:
            yield KeyAction("F3", tr("Enter its bill"), do.enter_bill, do.may_enter_bill)
            if do.may_receive:
                yield KeyAction("F4", tr("Take it back"), do.end, do.may_end)
        elif do.page is Page.BILLS:
            if do.may_order:
                yield KeyAction("F6", tr("Ask back what was missing"), do.claim, do.may_claim)
                yield KeyAction("F4", tr("Take it back"), do.end, do.may_end)
        elif do.page is Page.DEBIT_NOTES:
            if do.may_order:
                yield KeyAction("F2", tr("Send goods back"), do.new_return)
                yield KeyAction("F4", tr("Take it back"), do.end, do.may_end)
            yield KeyAction("F7", tr("Save as PDF"), do.save_paper, has_row)
            yield KeyAction("F9", tr("Print"), do.print_paper, has_row)
        else:
            yield KeyAction("F4", tr("Settle it"), do.end, do.may_end)

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
