"""Repeats a bill: lists the counter's last one and those of whom this bill is for, and copies items and quantities.

Knows no Qt. The lines are ordinary ones with today's batches, prices and discounts; undo takes them back one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.sales.repeating import KnownOfBill, Repeat, RepeatHit, bills_to_repeat, lines_to_repeat
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.rows import RepeatRow, repeat_row
from pos_desktop.screens.billing.state import Desk, Focus, Popup

#: So many names stand in the sentence about what is not as it was.
_NAMED: Final = 4


class Repeating:
    """The list of bills to repeat, under the search field."""

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        editor: LineEditor,
        actor: Callable[[], Actor],
        today: Callable[[], date],
    ) -> None:
        """Start with nothing listed."""
        self.hits: Sequence[RepeatHit] = ()
        self._lanes = lanes
        self._desk = desk
        self._editor = editor
        self._actor = actor
        self._today = today

    def begin(self) -> None:
        """Ctrl+R: list the bills; one sentence where there is none."""
        draft, actor = self._editor.draft, self._actor()
        known = _known(draft)

        def show(hits: Sequence[RepeatHit]) -> None:
            if self._editor.draft is not draft or self._desk.focus is not Focus.SEARCH:
                return  # the list hangs under the search, which is not where the keys are by now
            self.hits = hits
            if hits:
                self._desk.open(Popup.REPEATS)
            else:
                self._desk.warn(RuleBroken("billing.nothing_to_repeat"))

        self._lanes.read(lambda session: bills_to_repeat(session, actor, known), show, self._desk.fault)

    def rows(self) -> list[RepeatRow]:
        """Return the rows of the list."""
        return [repeat_row(hit) for hit in self.hits]

    def pick(self, index: int) -> None:
        """Copy a bill of the list to the one being typed."""
        self._desk.open(Popup.NONE)
        draft, actor, today, bill_id = self._editor.draft, self._actor(), self._today(), self.hits[index].bill_id

        def read(session: Session) -> Repeat:
            return lines_to_repeat(session, actor, bill_id, today)

        def take(repeat: Repeat) -> None:
            if self._editor.draft is draft:
                self._take(repeat)

        self._lanes.read(read, take, self._desk.fault)

    def _take(self, repeat: Repeat) -> None:
        sold = [(line.item, line.units) for line in repeat.lines if line.item is not None]
        self._editor.add_all([(item, show_quantity(units, item.pieces_per_pack)) for item, units in sold])
        draft = self._editor.draft
        places = {item.item_id: draft.find(item.item_id) for item, _ in sold}
        wrong = [
            line.name
            for line in repeat.lines
            if line.item is None
            or ((place := places[line.item.item_id]) is not None and draft.lines[place].problem is not None)
        ]
        if wrong:
            names = ", ".join(wrong[:_NAMED]) + (" …" if len(wrong) > _NAMED else "")
            self._desk.warn(RuleBroken("billing.repeated_in_part", number=repeat.number, names=names))
        else:
            self._desk.tell(RuleBroken("billing.repeated", number=repeat.number))


def _known(draft: Draft) -> KnownOfBill:
    given = draft.dispensing
    patient = given.patient if given is not None else None
    return KnownOfBill(
        customer_id=draft.customer_id,
        phone=draft.customer_phone or (patient is not None and patient.phone) or "",
        patient_id=patient.party_id if patient is not None else None,
        prescription=given.prescription if given is not None else None,
    )
