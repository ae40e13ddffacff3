"""Offers at the counter what has the same salts as the hit that is chosen, or as the current line. Knows no Qt.

Nothing is swapped silently: what a prescriber has to choose, or somebody to look at, is said by its first Enter, and
only the second takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.inventory.dto import SaleItem
from core.inventory.queries import sale_items
from core.inventory.substitutes import Caution, Substitute, Substitutes, substitutes
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft_lines import Known
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.search import ItemSearch
from pos_desktop.screens.billing.state import Desk, Focus, Popup
from pos_desktop.screens.items.rows import SubstituteRow, substitute_rows

KEY: Final = "F4"


@dataclass(frozen=True, slots=True)
class _Offer:
    """What was found for an item; ``units`` of it stand on the line that is to be replaced, None for a hit."""

    asked: Known
    found: Substitutes
    items: Mapping[UUID, SaleItem]
    units: int | None


class SameSalt:
    """The list of what has the same salts; ``put`` puts an item on the bill."""

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        editor: LineEditor,
        search: ItemSearch,
        put: Callable[[Known], None],
        *,
        actor: Callable[[], Actor],
        today: Callable[[], date],
    ) -> None:
        """Start with nothing offered."""
        self._lanes = lanes
        self._desk = desk
        self._editor = editor
        self._search = search
        self._put = put
        self._actor = actor
        self._today = today
        self._offer: _Offer | None = None
        self._warned: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._desk.popup is Popup.SAME_SALT

    @property
    def is_of_line(self) -> bool:
        """Whether it is offered in place of the current line."""
        return self._offer is not None and self._offer.units is not None

    @property
    def sees_margin(self) -> bool:
        """Whether who bills may see what a pack leaves."""
        return any(one.margin is not None or one.cost_per_piece is not None for one in self._found)

    def rows(self) -> list[SubstituteRow]:
        """Return the rows of the list, the cheapest piece first."""
        return substitute_rows(self._offer.found) if self._offer is not None else []

    def begin(self) -> None:
        """List what has the salts of the hit that is chosen, else of the current line; or close the list."""
        if self.is_open:
            self._desk.open(Popup.NONE)
            return
        asked, units = self._asked()
        if asked is None:
            self._desk.warn(RuleBroken("billing.no_line"))
            return
        draft, typed, today, actor = self._editor.draft, self._search.typed, self._today(), self._actor()

        def read(session: Session) -> tuple[Substitutes, dict[UUID, SaleItem]]:
            found = substitutes(session, asked.code, today, actor)
            items = sale_items(session, [one.item_id for one in found.found], today)
            return found, {item.item_id: item for item in items}

        def show(answer: tuple[Substitutes, dict[UUID, SaleItem]]) -> None:
            if self._editor.draft is draft and self._search.typed == typed:
                self._show(_Offer(asked, *answer, units))

        self._lanes.read(read, show, self._desk.fault)

    def enter(self) -> None:
        """Take the one that is chosen; one that is to be looked at is said first."""
        self.pick(self._desk.popup_index)

    def pick(self, index: int) -> None:
        """Take one of the list, in place of the line it was asked for."""
        offer = self._offer
        if offer is None or not 0 <= index < len(self._found):
            return
        one = self._found[index]
        if one.cautions and self._warned != one.item_id:
            self._warned = one.item_id
            self._desk.popup_index = index
            self._desk.warn(_caution(one, offer.asked))
            return
        self._desk.open(Popup.NONE)
        self._desk.hush()
        self._take(offer, offer.items[one.item_id])

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _found(self) -> Sequence[Substitute]:
        return self._offer.found.found if self._offer is not None else ()

    def _asked(self) -> tuple[Known | None, int | None]:
        if self._desk.popup is Popup.HITS and self._search.hits and not self._search.is_waiting:
            return self._search.hits[self._desk.popup_index], None
        line = self._editor.line
        return (None, None) if line is None or self._search.typed else (line.item, line.units or 0)

    def _show(self, offer: _Offer) -> None:
        if not offer.found.found:
            code = "billing.no_same_salt" if offer.found.is_known else "billing.salts_unknown"
            self._desk.warn(RuleBroken(code, item=offer.asked.name))
            return
        self._offer, self._warned = offer, None
        self._desk.tell(RuleBroken("billing.same_salt", item=offer.asked.name, salts=offer.found.salts or ""))
        self._desk.open(Popup.SAME_SALT)

    def _take(self, offer: _Offer, item: SaleItem) -> None:
        line = self._editor.line
        replaces = offer.units is not None and line is not None and line.entry.item_id == offer.asked.item_id
        if replaces:
            self._editor.remove()
        self._put(item)
        if replaces and offer.units:
            self._editor.take(offer.units)
        self._desk.go_to(Focus.QUANTITY)


_SENTENCES: Final = {
    Caution.SCHEDULED: "billing.caution_scheduled",
    Caution.NOT_LOOKED_UP: "billing.caution_not_looked_up",
    Caution.NARROW_THERAPEUTIC: "billing.caution_narrow_therapeutic",
    Caution.SALT_DIFFERS: "billing.caution_salt_differs",
    Caution.FORM_UNCLEAR: "billing.caution_form_unclear",
}


def _caution(one: Substitute, asked: Known) -> RuleBroken:
    return RuleBroken(_SENTENCES[one.cautions[0]], item=one.name, asked=asked.name)
