"""The item that is open, without Qt: what is known of it, its batches, what may take its place, its history."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.audit.dto import HistoryEntry
from core.catalog.dto import ItemView
from core.catalog.viewing import item_view
from core.inventory.dto import BatchStock
from core.inventory.item_history import item_history
from core.inventory.queries import sale_items
from core.inventory.substitutes import Substitutes, substitutes
from core.kernel.actor import Actor
from core.settings.queries import shop_view
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.items.advising import advise_view
from pos_desktop.screens.items.forms import field_labels
from pos_desktop.screens.items.rows import BatchRow, Fact, SubstituteRow, batch_rows, item_facts, substitute_rows
from pos_desktop.shell.texts import tr
from pos_desktop.tables.history import HistoryRow, history_rows

_MOST_COMMANDS = 200


class Page(enum.Enum):
    """What stands under the facts of an item."""

    BATCHES = "batches"
    SAME_SALT = "same salt"
    HISTORY = "history"


class _Opened(NamedTuple):
    view: ItemView
    batches: Sequence[BatchStock]
    facts: Sequence[Fact]


class ItemCard:
    """What is shown of one item; empty while none is open. ``told`` is called whenever something was read."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        *,
        today: Callable[[], date],
        told: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start with no item."""
        self._lanes = lanes
        self._actor = actor
        self._today = today
        self._told = told
        self._failed = failed
        self._asked = 0
        self._opened: _Opened | None = None
        self.page = Page.BATCHES
        self.batches: list[BatchRow] = []
        self.batch_at = 0
        self.substitutes: list[SubstituteRow] = []
        self.history: list[HistoryRow] = []
        self.empty_words = ""

    @property
    def view(self) -> ItemView | None:
        """The item that is open."""
        return self._opened.view if self._opened is not None else None

    @property
    def facts(self) -> Sequence[Fact]:
        """What is known of it beside its name."""
        return self._opened.facts if self._opened is not None else ()

    @property
    def chosen_batch(self) -> BatchRow | None:
        """The batch whose row is chosen, None on another page."""
        is_here = self.page is Page.BATCHES and 0 <= self.batch_at < len(self.batches)
        return self.batches[self.batch_at] if is_here else None

    def open(self, code: str) -> None:
        """Show an item from the beginning."""
        self.batch_at, self.page = 0, Page.BATCHES
        self._read(code)

    def read_again(self) -> None:
        """Read what is shown anew: something changed."""
        if self._opened is not None:
            self._read(self._opened.view.code)
            self._read_page()

    def rename(self, view: ItemView) -> None:
        """Take an item as a command has just left it: its code may be another."""
        if self._opened is not None:
            self._opened = self._opened._replace(view=view)

    def close(self) -> bool:
        """Go back one step: from another page to the batches, then from the card; say whether it is closed now."""
        if self.page is not Page.BATCHES:
            self.turn(self.page)
            return False
        self._asked += 1
        self._opened = None
        return True

    def turn(self, page: Page) -> None:
        """Show a page, or the batches again where it is the one that is shown."""
        self.page = Page.BATCHES if self.page is page else page
        self.substitutes, self.history, self.empty_words = [], [], ""
        self._read_page()
        self._told()

    # --- inside --------------------------------------------------------------------------------------------------

    def _read(self, code: str) -> None:
        self._asked += 1
        asked, today = self._asked, self._today()

        def read(session: Session) -> _Opened:
            view = item_view(session, code, today)
            found = sale_items(session, [view.item_id], today) if view.tax is not None else []
            advice = advise_view(view, today, shop_view(session).state)
            return _Opened(view, found[0].batches if found else (), item_facts(view, advice.notes, today))

        def show(opened: _Opened) -> None:
            if asked == self._asked:
                self._opened = opened
                self.batches = batch_rows(opened.batches, opened.view.pieces_per_pack, today)
                self.batch_at = max(0, min(self.batch_at, len(self.batches) - 1))
                self._told()

        self._lanes.read(read, show, self._failed)

    def _read_page(self) -> None:
        opened, page, today = self._opened, self.page, self._today()
        if opened is None or page is Page.BATCHES:
            return
        view = opened.view

        def show(rows: Substitutes | list[HistoryEntry]) -> None:
            if self._opened is None or self._opened.view.item_id != view.item_id or self.page is not page:
                return  # somebody has gone on
            if isinstance(rows, Substitutes):
                self.substitutes = substitute_rows(rows)
                self.empty_words = _without_substitutes(rows)
            else:
                self.history = history_rows(rows, field_labels())
            self._told()

        if page is Page.SAME_SALT:
            self._lanes.read(lambda session: substitutes(session, view.code, today, self._actor), show, self._failed)
        else:
            self._lanes.read(lambda session: item_history(session, view.item_id, _MOST_COMMANDS), show, self._failed)


def _without_substitutes(found: Substitutes) -> str:
    if not found.is_known:
        return tr("Its salts are not all known with their strengths: F3 enters them.")
    return tr("Nothing with the same salts, strengths and form is in stock.")
