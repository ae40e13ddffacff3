"""From a pack that was scanned to its line: which item and which batch it is, asked where the code leaves a doubt.

Knows no Qt. What the code and the stock agree on goes on the bill at once; everything else is one question, and Esc
adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from core.inventory.dto import BatchStock, SaleItem
from core.inventory.scanned import batch_of_pack, sellable
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from pos_desktop.screens.billing.asking import Asking, Purpose
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.search import Answer
from pos_desktop.screens.billing.state import Desk
from pos_desktop.shell.texts import tr

#: The choice that leaves the batch to first expiry first.
_AS_USUAL: Final = ""


class ScannedPacks:
    """Puts scanned packs on the bill; ``put`` gets an item and the batch to take first, None for first expiry first."""

    def __init__(
        self,
        desk: Desk,
        asking: Asking,
        editor: LineEditor,
        today: Callable[[], date],
        put: Callable[[SaleItem, str | None], None],
    ) -> None:
        """Start with none."""
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._today = today
        self._put = put

    def take(self, answer: Answer) -> bool:
        """Take a pack whose code names an item or several; return whether it is on the bill, not asked or refused."""
        items = answer.scanned.items
        if len(items) == 1:
            return self._take_item(answer, items[0])
        by_code = {item.code: item for item in items}
        self._ask(
            Purpose.ITEM,
            RuleBroken("billing.barcode_of_two", barcode=answer.scanned.scan.text, count=len(items)),
            tr("Item"),
            [(item.code, f"{item.name} ({item.pack_label}, {item.code})") for item in items],
            lambda code: self._take_item(answer, by_code[code]),
        )
        return False

    def _take_item(self, answer: Answer, item: SaleItem) -> bool:
        found = batch_of_pack(answer.scanned.scan, item, self._today())
        if found.refusal is not None:
            self._desk.warn(found.refusal)
            return False
        if found.doubt is not None and sellable(item, self._today()):
            self._ask_batch(answer, item, found.doubt, found.likely)
            return False
        # without anything to sell, the line itself says what is missing
        return self._place(answer, item, found.batch)

    def _place(self, answer: Answer, item: SaleItem, batch: str | None) -> bool:
        if batch is None:
            self._put(item, None)
            return True
        others = self._batches_on_bill(item) - {batch}
        first = sellable(item, self._today())[0].number
        if others:
            self._ask_other(answer, item, batch, sorted(others))
            return False
        if not answer.may_pick and batch != first:
            doubt = RuleBroken("billing.batch_not_yours", item=item.name, batch=batch, first=first)
            self._ask_batch(answer, item, doubt, ())
            return False
        self._put(item, batch if answer.may_pick else None)
        return True

    def _batches_on_bill(self, item: SaleItem) -> set[str]:
        index = self._editor.draft.find(item.item_id)
        if index is None:
            return set()
        line = self._editor.draft.lines[index]
        return {part.portion.batch.number for part in line.portions} or {line.entry.batch or ""} - {""}

    # --- questions -----------------------------------------------------------------------------------------------

    def _ask_batch(self, answer: Answer, item: SaleItem, doubt: RuleBroken, likely: Sequence[str]) -> None:
        ready = sellable(item, self._today())
        if answer.may_pick:
            ordered = sorted(ready, key=lambda batch: batch.number not in likely)
            choices = [(batch.number, _words(batch, item)) for batch in ordered]
        else:
            choices = [(_AS_USUAL, tr("first to expire: {batch}", batch=_words(ready[0], item)))]
        self._ask(
            Purpose.BATCH, doubt, tr("Batch"), choices, lambda batch: self._place_chosen(answer, item, batch or None)
        )

    def _place_chosen(self, answer: Answer, item: SaleItem, batch: str | None) -> None:
        if batch is None:
            self._put(item, None)
        else:
            self._place(answer, item, batch)

    def _ask_other(self, answer: Answer, item: SaleItem, batch: str, others: Sequence[str]) -> None:
        doubt = RuleBroken("billing.other_batch", item=item.name, batch=batch, others=", ".join(others))
        as_it_is = (_AS_USUAL, tr("as before: {batches}", batches=", ".join(others)))
        choices = [(batch, tr("{batch} first", batch=batch)), as_it_is] if answer.may_pick else [as_it_is]
        self._ask(Purpose.BATCH, doubt, tr("Batch"), choices, lambda chosen: self._put(item, chosen or None))

    def _ask(
        self,
        purpose: Purpose,
        about: RuleBroken,
        label: str,
        choices: Sequence[tuple[str, str]],
        chosen: Callable[[str], object],
    ) -> None:
        draft = self._editor.draft

        def take(choice: str) -> None:
            if self._editor.draft is draft:
                chosen(choice)

        self._asking.choose(purpose, tr("What was scanned?"), about, label, choices, take, tr("Put it on the bill"))


def _words(batch: BatchStock, item: SaleItem) -> str:
    parts = (
        batch.number,
        str(batch.expires or ""),
        f"₹{batch.mrp.grouped()}",
        show_quantity(batch.units, item.pieces_per_pack),
    )
    return "   ".join(filter(None, parts))
