"""Takes what stood on a cancelled bill to the counter, where it is put right and saved in its place; a quotation, too.

Knows no Qt.

The counter has no fields for some of what a bill may hold (it is posted at a terminal so far): such a bill is refused
before anything is cancelled, and nothing of it is ever left out in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.money import NO_PERCENT, ZERO, Money
from core.kernel.quantity import parse_quantity, show_quantity
from core.sales.discount_text import show_discount
from core.sales.drafting import Discount
from core.sales.drafts import BillDetails, SavedDraft, SavedLine
from core.sales.dto import BillLineInput, PostBill, PriceBasis
from pos_desktop.screens.billing.keeping import Kept
from pos_desktop.shell.texts import tr


def unfit(wanted: PostBill) -> Problem | None:
    """Return what of a bill the counter has no field for, None where it has all."""
    what = next(_beyond(wanted), None)
    return None if what is None else RuleBroken("billing.too_much_for_window", number=wanted.corrects, what=what)


def as_kept(wanted: PostBill, items: Mapping[str, SaleItem], owner: str) -> Kept:
    """Return a bill as the counter brings one back that was being typed.

    An item stands on one line there: lines of its batches are put together, and the first batch is taken first.
    Their rupees of discount are one sum, a share is the same for all of them (else ``unfit`` refuses the bill).
    """
    units: dict[str, int] = {}
    batches: dict[str, str] = {}
    in_hand: dict[str, AwaitedBatch] = {}
    for line in wanted.lines:
        item = items.get(line.item)
        pieces = item.pieces_per_pack if item is not None else 1
        units[line.item] = units.get(line.item, 0) + parse_quantity(line.quantity, pieces)
        if line.awaiting is not None:
            in_hand[line.item] = line.awaiting.model_copy(update={"quantity": line.awaiting.quantity or line.quantity})
        if line.batch is not None:
            batches.setdefault(line.item, line.batch)
    discounts = {code: _discount_of(lines) for code, lines in _by_item(wanted).items()}
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
            SavedLine(
                item=code,
                typed=_typed(units[code], items.get(code)),
                batch=batches.get(code),
                awaiting=in_hand.get(code),
                discount=discounts[code],
            )
            for code in units
        ),
        bill_discount=_bill_discount(wanted),
        customer_name=(customer and customer.name) or "",
        customer_phone=(customer and customer.phone) or "",
        customer_address=" ".join(((customer and customer.address) or "").split()),
        customer_id=customer.id if customer else None,
        owner=owner,
        dispensing=dispensing,
        corrects=wanted.corrects,
        quotation=wanted.quotation,
        details=BillDetails(
            gstin=customer.gstin if customer else None,
            state=customer.state if customer else None,
            sez=customer.sez if customer else False,
            place_of_supply=wanted.place_of_supply,
            memo=wanted.manual.number if wanted.manual else None,
            date=wanted.date,
        ),
    )
    return Kept(draft, [items.get(code) for code in units])


def _typed(units: int, item: SaleItem | None) -> str:
    return show_quantity(units, item.pieces_per_pack if item is not None else 1)


def _beyond(wanted: PostBill) -> Iterator[str]:
    if any(_differ(lines) for lines in _by_item(wanted).values()):
        yield tr("lines of one item with different discounts")
    in_hand = [line.item for line in wanted.lines if line.awaiting is not None]
    if len(in_hand) > len(set(in_hand)):
        yield tr("packs in hand of two batches")
    if wanted.price_basis is not PriceBasis.MRP:
        yield tr("rates without GST")


def _by_item(wanted: PostBill) -> Mapping[str, Sequence[BillLineInput]]:
    lines: defaultdict[str, list[BillLineInput]] = defaultdict(list)
    for line in wanted.lines:
        lines[line.item].append(line)
    return lines


def _differ(lines: Sequence[BillLineInput]) -> bool:
    """Say whether the lines of an item have discounts that are not one discount on all of them."""
    if all(line.discount is not None for line in lines):
        return False
    return len({(line.discount_percent, line.discount) for line in lines}) > 1


def _discount_of(lines: Sequence[BillLineInput]) -> str:
    """Return the one discount of an item's lines as it would be typed, empty for the one that the shop gives."""
    first = lines[0]
    if first.discount is not None:
        return show_discount(Discount(amount=Money.total(line.discount or ZERO for line in lines)))
    return "" if first.discount_percent is None else show_discount(Discount(first.discount_percent))


def _bill_discount(wanted: PostBill) -> str:
    discount = Discount(wanted.bill_discount_percent or NO_PERCENT, wanted.bill_discount)
    return show_discount(discount) if discount.percent or discount.amount else ""
