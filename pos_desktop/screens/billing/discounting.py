"""The discounts of a line and of the whole bill: opened, ended, and held against what their giver may. Knows no Qt.

Core asks for the right when the bill is saved, and a supervisor allows more there; here it is said as soon as a
discount is ended, while the customer can still be told.
"""

from __future__ import annotations

from collections.abc import Callable

from core.auth.permissions import Need, Permission
from core.auth.rights import require_to_read
from core.inventory.dto import SaleItem
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.sales.rights import discount_points
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus


class Discounting:
    """Opens the cells of discounts and says what is over the user's limit."""

    def __init__(self, lanes: Lanes, desk: Desk, editor: LineEditor, actor: Callable[[], Actor]) -> None:
        """Start with none open."""
        self._lanes = lanes
        self._desk = desk
        self._editor = editor
        self._actor = actor

    def open_line(self) -> None:
        """Open the current line's discount, unless its item allows none."""
        line = self._editor.line
        if line is None:
            self._desk.warn(RuleBroken("billing.no_line"))
        elif isinstance(line.item, SaleItem) and line.item.no_discount and not line.entry.discount:
            self._desk.warn(RuleBroken("billing.no_discount", item=line.item.name))
        else:
            self._editor.start_discount(self._editor.current)
            self._desk.go_to(Focus.DISCOUNT)

    def open_bill(self) -> None:
        """Open the discount on the whole bill."""
        if not self._editor.draft.lines:
            self._desk.warn(RuleBroken("billing.no_line"))
        else:
            self._editor.start_bill_discount()
            self._desk.go_to(Focus.BILL_DISCOUNT)

    def enter(self) -> None:
        """End the discount that is typed; one that is not possible stays open and says why."""
        if self._editor.confirm():
            self._desk.hush()
            self._desk.go_to(Focus.SEARCH)
            self._warn_over_limit()
        elif self._editor.cell is Focus.BILL_DISCOUNT and self._editor.draft.bill_problem is not None:
            self._desk.warn(self._editor.draft.bill_problem)

    def _warn_over_limit(self) -> None:
        draft, actor = self._editor.draft, self._actor()
        points = discount_points(draft.priced(), draft.taken_off_bill.percent, draft.customer_discount)
        if not points:
            return
        need = Need(Permission.DISCOUNT_BILL, points)

        def warn(error: Exception) -> None:
            if self._editor.draft is draft:
                self._desk.fault(error)

        self._lanes.read(lambda session: require_to_read(session, actor, need), lambda _: None, warn)
