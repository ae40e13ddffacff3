"""Takes what stood on a cancelled bill to the counter, where it is put right and saved in its place; a quotation, too.

Knows no Qt.

The counter has no fields for some of what a bill may hold (it is posted at a terminal so far): such a bill is refused
before anything is cancelled, and nothing of it is ever left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.inventory.dto import SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.quantity import parse_quantity, show_quantity
from core.sales.drafts import SavedDraft, SavedLine
from core.sales.dto import BillLineInput, PostBill, PriceBasis
from pos_desktop.screens.billing.keeping import Kept
from pos_desktop.shell.texts import tr


def unfit(wanted: PostBill, state: str) -> Problem | None:
    """Return what of a bill the counter has no field for, None where it has all; ``state`` is the shop's own."""
    what = next(_beyond(wanted, state), None)
    return None if what is None else RuleBroken("billing.too_much_for_window", number=wanted.corrects, what=what)


def as_kept(wanted: PostBill, items: Mapping[str, SaleItem], owner: str) -> Kept:
    """Return a bill as the counter brings one back that was being typed.

    An item stands on one line there: lines of its batches are put together, and the first batch is taken first.
    """
    units: dict[str, int] = {}
    batches: dict[str, str | None] = {}
    for line in wanted.lines:
        item = items.get(line.item)
        pieces = item.pieces_per_pack if item is not None else 1
        units[line.item] = units.get(line.item, 0) + parse_quantity(line.quantity, pieces)
        batches.setdefault(line.item, line.batch)
    places = {code: number for number, code in enumerate(units)}
    customer = wanted.customer
    dispensing = wanted.dispensing
    if dispensing is not None and dispensing.supplies:
        moved = {
            places[wanted.lines[one.line].item]: one.model_copy(update={"line": places[wanted.lines[one.line].item]})
            for one in dispensing.supplies
        }
        dispensing = dispensing.model_copy(update={"supplies": tuple(moved.values())})
    draft = SavedDraft(
        command_id=wanted.command_id,
        lines=tuple(
            SavedLine(item=code, typed=_typed(units[code], items.get(code)), batch=batches[code]) for code in units
        ),
        customer_name=(customer and customer.name) or "",
        customer_phone=(customer and customer.phone) or "",
        customer_address=" ".join(((customer and customer.address) or "").split()),
        customer_id=customer.id if customer else None,
        owner=owner,
        dispensing=dispensing,
        corrects=wanted.corrects,
        quotation=wanted.quotation,
    )
    return Kept(draft, [items.get(code) for code in units])


def _typed(units: int, item: SaleItem | None) -> str:
    return show_quantity(units, item.pieces_per_pack if item is not None else 1)


def _beyond(wanted: PostBill, state: str) -> Iterator[str]:
    customer = wanted.customer
    if wanted.bill_discount or wanted.bill_discount_percent or any(map(_has_discount, wanted.lines)):
        yield tr("a discount")
    if wanted.price_basis is not PriceBasis.MRP:
        yield tr("rates without GST")
    if wanted.manual is not None:
        yield tr("the number of a hand-written memo")
    if customer is not None and (customer.gstin or customer.sez):
        yield tr("a buyer's GSTIN")
    elif wanted.place_of_supply is not None or (customer is not None and customer.state not in {None, state}):
        yield tr("another State")


def _has_discount(line: BillLineInput) -> bool:
    return line.discount_percent is not None or line.discount is not None
