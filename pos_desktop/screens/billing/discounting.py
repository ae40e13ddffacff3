"""The discounts of a line and of the whole bill: opened, and ended. Knows no Qt.

Core asks for the right when the bill is saved, and a supervisor allows more there; what is over the user's limit is
said as soon as a discount is ended, while the customer can still be told.
"""

from __future__ import annotations

from core.inventory.dto import SaleItem
from core.kernel.errors import RuleBroken
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus
from pos_desktop.screens.billing.warning import LineWarnings


class Discounting:
    """Opens and ends the cells of discounts."""

    def __init__(self, desk: Desk, editor: LineEditor, warnings: LineWarnings) -> None:
        """Start with none open; ``warnings`` says what is wrong with one that ended."""
        self._desk = desk
        self._editor = editor
        self._warnings = warnings

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
        cell = self._editor.cell
        if self._editor.confirm():
            self._desk.hush()
            self._desk.go_to(Focus.SEARCH)
            self._warnings.discount_ended(self._editor.current if cell is Focus.DISCOUNT else None)
        elif self._editor.cell is Focus.BILL_DISCOUNT and self._editor.draft.bill_problem is not None:
            self._desk.warn(self._editor.draft.bill_problem)
