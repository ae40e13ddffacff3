"""Goods that come in as a screen of the main window: its keys, its scanner, and whether it may be left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.goods_in.presenter import GoodsInPresenter
from pos_desktop.screens.goods_in.view import GoodsInView
from pos_desktop.shell.keys import KeyAction, form_keys
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr


class GoodsInScreen(Screen):
    """A paper being entered; a scanned pack is a line of it while the screen is visible."""

    topics = frozenset({Topic.ITEMS, Topic.PARTIES})
    awaits_scans = True

    def __init__(
        self, presenter: GoodsInPresenter, scanner: WedgeScanner | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Goods in"), "Alt+G", "goods_in")
        self._presenter = presenter
        self._is_visible = False
        self.view = GoodsInView(presenter)
        presenter.listen(self._draw)
        if scanner is not None:
            scanner.scanned.connect(self._scanned)

    @property
    def may_bill(self) -> bool:
        """Whether who is at work enters bills."""
        return self._presenter.may_bill

    def open_receipt(self, number: str) -> None:
        """Enter the bill for a goods receipt."""
        if self._presenter.draft.is_empty and self._presenter.desk.form is not None:
            self._presenter.desk.escape()  # an empty paper had asked whose it is
        self._presenter.open_receipt(number)

    @property
    def title(self) -> str:
        """What is being entered, so that the task bar tells it too."""
        count = len(self._presenter.draft.lines)
        return tr("{screen}: {count}", screen=self.rail.label, count=count) if count else self.rail.label

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the paper, or of the form that is open."""
        do = self._presenter
        if do.desk.form is not None:
            form = self.view.form.form
            look = (KeyAction("Ctrl+O", tr("Look for it"), self.view.browse),) if "file" in form.rows else ()
            return look + form_keys(do.desk.form.submit_words, form.submit, form.focusNextChild, do.desk.escape)
        paper = tr("A challan, the bill later") if do.draft.has_bill else tr("With its bill")
        return (
            KeyAction("F2", tr("Supplier, number, total"), do.open_head),
            KeyAction("F3", tr("From a file"), do.open_file, do.may_bill),
            KeyAction("F4", tr("Below the lines"), do.open_charges, do.draft.has_bill),
            KeyAction("F5", tr("New items"), do.make_items, do.filing.has_unknown),
            KeyAction("F6", tr("Short, damaged, unit"), do.open_missing, do.line is not None),
            KeyAction("F8", paper, do.switch_paper, do.may_bill),
            KeyAction("Ctrl+Del", tr("Leave this paper"), do.clear, not do.draft.is_empty),
            KeyAction("F12", tr("Take it in"), do.save, bool(do.draft.lines)),
        )

    def activated(self) -> None:
        """Take the focus; an empty paper first asks whose it is."""
        self._is_visible = True
        if self._presenter.draft.is_empty and self._presenter.desk.form is None:
            self._presenter.open_head()
        self.view.take_focus()

    def deactivated(self) -> None:
        """Another screen is visible from now on."""
        self._is_visible = False
        self.view.hits.hide()

    def leave(self) -> None:
        """Whoever is at work leaves: what is typed is kept before the shop's file closes."""
        self._presenter.keeper.keep_now()

    def close_problem(self) -> str | None:
        """What is on its way to the disk is waited for; what is typed is kept and comes back."""
        self._presenter.keeper.keep_now()
        if self._presenter.is_busy:
            return tr("Goods are being taken in: wait a moment, then close.")
        return None

    def _scanned(self, code: str) -> None:
        if self._is_visible:
            self._presenter.scanned(code)

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
