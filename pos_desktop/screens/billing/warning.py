"""What is worth a look once a line has ended, in one sentence that keeps nobody from going on. Knows no Qt.

The first that holds is said: a discount over the user's limit, a price below cost, the same salts on another line, more
of an item that was on the bill. The marks on the lines say all of it, and longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission
from core.auth.rights import may, require_to_read
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.sales.below_cost import Loss, below_cost_choice
from core.sales.rights import discount_points
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.draft_lines import Known
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk


@dataclass(frozen=True, slots=True)
class _More:
    """An item that was picked again: the pieces that its line had."""

    item_id: UUID
    before: int


class LineWarnings:
    """Says what is worth a look; what the books must tell for it is read only where there is something to say."""

    def __init__(self, lanes: Lanes, desk: Desk, editor: LineEditor, actor: Callable[[], Actor]) -> None:
        """Start with nothing to say."""
        self._lanes = lanes
        self._desk = desk
        self._editor = editor
        self._actor = actor
        self._more: _More | None = None
        self._waiting: UUID | None = None

    def picked(self, item: Known) -> Callable[[], None]:
        """Note what an item's line has before more of it is picked; call the result once it is, to have it said."""
        index = self._editor.draft.find(item.item_id)
        line = None if index is None else self._editor.draft.lines[index]
        self._more = _More(item.item_id, line.units) if line is not None and line.units is not None else None
        return self._say_more

    def line_ended(self) -> None:
        """The current line's quantity ended; where its stock is still being read it is looked at when it is."""
        line = self._editor.line
        if line is None:
            return
        if line.waits:
            self._waiting = line.entry.item_id
        else:
            self._look_at(self._editor.current)

    def lines_changed(self) -> None:
        """Look at a line that ended before its stock was read."""
        index = None if self._waiting is None else self._editor.draft.find(self._waiting)
        if index is None:
            self._waiting = None
        elif not self._editor.draft.lines[index].waits:
            self._waiting = None
            self._look_at(index)

    def discount_ended(self, index: int | None) -> None:
        """A discount ended, of a line or (None) of the whole bill."""
        draft = self._editor.draft
        points = discount_points(draft.priced(), draft.taken_off_bill.percent, draft.customer_discount)
        lines = range(len(draft.lines)) if index is None else (index,)
        loss = next((found for found in map(draft.loss_of, lines) if found is not None), None)
        if points or loss is not None:
            self._read_and_say(draft, Need(Permission.DISCOUNT_BILL, points) if points else None, loss)

    def _look_at(self, index: int) -> None:
        draft = self._editor.draft
        loss, same = draft.loss_of(index), draft.same_salts(index)
        if loss is not None:
            self._read_and_say(draft, None, loss)
        elif same is not None:
            other = draft.lines[same].item.name
            item = draft.lines[index].item.name
            self._desk.caution(RuleBroken("billing.same_salts", item=item, other=other, number=same + 1))
        elif self._more is not None and self._more.item_id == draft.lines[index].entry.item_id:
            self._say_more()
        self._more = None

    def _say_more(self) -> None:
        more = self._more
        index = None if more is None else self._editor.draft.find(more.item_id)
        if more is None or index is None:
            return
        line = self._editor.draft.lines[index]
        if line.units is None or line.units == more.before:
            return
        before, now = (show_quantity(units, line.item.pieces_per_pack) for units in (more.before, line.units))
        said = RuleBroken("billing.more_of_it", item=line.item.name, number=index + 1, before=before, now=now)
        self._desk.tell(said)

    def _read_and_say(self, draft: Draft, discount: Need | None, loss: Loss | None) -> None:
        actor = self._actor()

        def read(session: Session) -> RuleBroken | None:
            if discount is not None:
                require_to_read(session, actor, discount)
            if loss is None:
                return None
            return loss.problem(below_cost_choice(session), sees_cost=may(session, actor, Permission.SEE_COST))

        def say(problem: RuleBroken | None) -> None:
            if problem is not None and self._editor.draft is draft:
                self._desk.caution(problem)

        def refuse(error: Exception) -> None:
            if self._editor.draft is draft:
                self._desk.fault(error)

        self._lanes.read(read, say, refuse)
