"""Cuts the bill to the cash that the customer has: asks how much it is, and says what was cut. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from core.boundary.lines import placed
from core.inventory.dto import SaleItem
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.sales.fitting import Asked, fit_to_cash
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus, Part
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

#: Typed into the empty search.
KEY: Final = "/"
_CASH: Final = "cash"
#: So many cut lines are named in the sentence.
_NAMED: Final = 2


class CashFitting:
    """Asks for the cash and cuts the lines to it, as one change to undo."""

    def __init__(self, desk: Desk, asking: Asking, editor: LineEditor, today: Callable[[], date]) -> None:
        """Start with nothing asked."""
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._today = today

    def begin(self) -> None:
        """Ask how much cash there is, unless there is nothing to cut or a line has no price yet."""
        draft = self._editor.draft
        wrong = draft.first_problem()
        if not draft.lines:
            self._desk.warn(RuleBroken("billing.no_line"))
        elif draft.waits:
            self._desk.warn(RuleBroken("billing.line_waits"))
        elif wrong is not None:
            self._desk.warn(RuleBroken("billing.line_wrong", number=wrong + 1))
            self._desk.go_to(self._editor.start_where_wrong(wrong))
        elif draft.bill_problem is not None:
            self._desk.warn(draft.bill_problem)
        else:
            self._ask(draft)

    def _ask(self, draft: Draft) -> None:
        def send(typed: Mapping[str, str]) -> None:
            with placed(_CASH):
                self._fit(draft, Money.parse(typed[_CASH]))

        self._asking.open(
            BillForm(
                title=tr("Fit the bill to the cash"),
                about=tr(
                    "The bill comes to {total}. Every line is cut by the same share, in whole pieces, until the cash "
                    "is enough.",
                    total=f"₹{draft.totals.total.grouped()}",
                ),
                fields=(FormField(_CASH, tr("Cash the customer has"), most=12),),
                submit=tr("Cut the lines"),
                purpose=Purpose.CASH,
                send=send,
            )
        )

    def _fit(self, draft: Draft, cash: Money) -> None:
        """Cut the lines. Raises RuleBroken ``sales.cash_too_little``, ``sales.discount_too_big``."""
        if draft is not self._editor.draft:
            self._asking.open(None)
            return
        before = [line.units or 0 for line in draft.lines]
        asked = [
            Asked(
                line.item,
                units,
                line.discount,
                line.entry.batch,
                line.entry.in_hand.for_line(units) if line.entry.in_hand is not None else None,
            )
            for line, units in zip(draft.lines, before, strict=True)
            if isinstance(line.item, SaleItem)
        ]
        units = fit_to_cash(asked, cash, self._today(), draft.taken_off_bill, draft.totals.rounding)
        changed = draft.cut(units)
        self._asking.open(None)
        self._desk.show(Part.LINES)
        self._desk.go_to(Focus.SEARCH)
        total = draft.totals.total
        if not changed:
            self._desk.tell(RuleBroken("billing.cash_enough", cash=cash, total=total))
            return
        cuts = [_cut(asked[index].item, before[index], units[index]) for index in changed]
        named = ", ".join(cuts[:_NAMED])
        if len(cuts) > _NAMED:
            named = tr("{cuts} and {count} more", cuts=named, count=len(cuts) - _NAMED)
        self._desk.tell(RuleBroken("billing.cash_fitted", cash=cash, cuts=named, total=total))


def _cut(item: SaleItem, before: int, after: int) -> str:
    was, now = (show_quantity(units, item.pieces_per_pack) for units in (before, after))
    return tr("{item} {was} to {now}", item=item.name, was=was, now=now)
