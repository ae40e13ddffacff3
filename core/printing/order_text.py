"""An order as a message to the supplier: short lines that WhatsApp and mail show as they are."""

from __future__ import annotations

from core.kernel.dates import show_date
from core.printing.order_words import closed_mark, count_of_items, wanted_text
from core.purchasing.order_dto import OrderLineView, OrderView
from core.settings.dto import ShopView


def order_text(order: OrderView, shop: ShopView | None = None) -> str:
    """Return the message, its lines without an end behind the last. With ``shop`` it says whose order it is."""
    head = [
        *closed_mark(order),
        f"Order {order.number}, {show_date(order.date)}",
        *([f"From: {_shop_text(shop)}"] if shop is not None else []),
        f"To: {order.supplier_name}",
        *([f"Wanted by: {show_date(order.expected_on)}"] if order.expected_on is not None else []),
    ]
    note = ["", *order.note.splitlines()] if order.note else []
    return "\n".join([*head, "", *map(_line, order.lines), "", f"{count_of_items(order)}.", *note])


def _shop_text(shop: ShopView) -> str:
    return ", ".join(filter(None, [shop.name, *shop.address.splitlines(), shop.phone]))


def _line(line: OrderLineView) -> str:
    code = f"{line.supplier_code} " if line.supplier_code else ""
    pack = f", {line.pack_label}" if line.pack_label else ""
    return f"{line.line}. {code}{line.item_name}{pack}: {wanted_text(line)}"
