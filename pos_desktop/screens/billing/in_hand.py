"""Packs in hand whose purchase is not entered yet: what they print is typed off them. Knows no Qt.

The line that is short keeps what the shelf has, and the packs give the rest; any other line comes of the packs whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.boundary.lines import placed
from core.inventory.awaiting import awaited_batch, printed_batch
from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import BatchStock, SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.quantity import BareNumber, parse_quantity, show_quantity
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft_lines import DraftLine, PacksInHand
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus, Part
from pos_desktop.screens.billing.wanting import short_of
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

KEY: Final = "Ctrl+B"


def packs_in_hand(item: SaleItem, awaiting: AwaitedBatch) -> PacksInHand:
    """Return packs in hand as they stood on a bill before; whether they may still be sold is asked when it is saved."""
    units = None if awaiting.quantity is None else parse_quantity(awaiting.quantity, item.pieces_per_pack)
    return PacksInHand(awaiting.model_copy(update={"quantity": None}), printed_batch(item, awaiting), units)


class InHand:
    """Asks what the packs in hand print, and lets the current line come of them."""

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        asking: Asking,
        editor: LineEditor,
        *,
        today: Callable[[], date],
        bare: BareNumber,
    ) -> None:
        """``bare`` is what a number without a mark means at this counter."""
        self._lanes = lanes
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._today = today
        self._bare = bare

    def begin(self) -> None:
        """Ask for batch, expiry and MRP of the packs in hand for the current line."""
        line = self._editor.line
        if line is None or not isinstance(line.item, SaleItem):
            self._desk.warn(RuleBroken("billing.no_line"))
            return
        item = line.item
        form = BillForm(
            title=tr("Packs in hand, purchase not entered yet"),
            about=tr(
                "{item} ({pack}): copy it from the pack. Empty takes it from stock.",
                item=item.name,
                pack=item.pack_label,
            ),
            fields=_fields(line, item, self._today()),
            submit=tr("Sell them"),
            purpose=Purpose.IN_HAND,
            columns=2,
        )
        form.send = lambda typed: self._send(form, item, typed)
        self._asking.open(form)

    def _send(self, form: BillForm, item: SaleItem, typed: Mapping[str, str]) -> None:
        said = {name: text.strip() for name, text in typed.items() if text.strip()}
        quantity = said.pop("quantity", None)
        if not said:
            self._take(form, item, None)
            return
        units: int | None = None
        if quantity is not None:
            with placed("quantity"):
                units = parse_quantity(quantity, item.pieces_per_pack, self._bare)
        awaiting = load(AwaitedBatch, said)
        today = self._today()

        def read(session: Session) -> BatchStock:
            return awaited_batch(session, item, awaiting, today)

        def failed(error: Exception) -> None:
            if self._asking.form is form and isinstance(error, Problem):
                form.place(error)
            else:
                form.is_busy = False
                self._desk.fault(error)
            self._desk.show(Part.FORM)

        self._lanes.read(read, lambda batch: self._take(form, item, PacksInHand(awaiting, batch, units)), failed)

    def _take(self, form: BillForm, item: SaleItem, packs: PacksInHand | None) -> None:
        if self._asking.form is not form:
            return
        self._asking.open(None)
        line = self._editor.line
        if line is None or line.entry.item_id != item.item_id:
            return
        self._editor.take_in_hand(packs)
        self._desk.hush()
        self._desk.go_to(Focus.SEARCH)


def _fields(line: DraftLine, item: SaleItem, today: date) -> list[FormField]:
    packs = line.entry.in_hand
    if packs is not None:
        units, said = packs.units, packs.said
        batch, expiry, mrp = said.batch or "", said.expiry or "", str(said.mrp)
    else:
        short = short_of(line, today)
        units = short.rest if short is not None and short.available else None
        batch = expiry = mrp = ""
    quantity = "" if units is None else show_quantity(units, item.pieces_per_pack)
    return [
        FormField("batch", tr("Batch"), value=batch, most=40),
        FormField("expiry", tr("Expiry"), value=expiry, hint=tr("03/2027"), most=10),
        FormField("mrp", tr("MRP of a pack"), value=mrp, most=12),
        FormField("quantity", tr("Of them"), value=quantity, hint=tr("Empty: the whole line"), most=12),
    ]
