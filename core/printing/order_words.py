"""What the papers of an order say alike: how much of each line is wanted, and the facts above the lines."""

from __future__ import annotations

from typing import NamedTuple

from core.kernel.dates import show_date
from core.purchasing.order_dto import OrderLineView, OrderState, OrderView

ORDER = "PURCHASE ORDER"
CLOSED = "CLOSED"
_PACK = "pack"


class Wanted(NamedTuple):
    """How much of a line is wanted, counted in ``unit`` (``pack``, ``10 packs``), and how much free beside it.

    ``free`` is a number of the same units, else it says what it counts (``2 packs``, ``5 pieces``); empty for nothing.
    """

    quantity: str
    unit: str
    free: str


def wanted(line: OrderLineView) -> Wanted:
    """Return how much of a line is wanted: in the supplier's unit where that goes into it, else in packs."""
    pieces = line.pieces_per_pack
    packs = line.units // pieces
    factor = line.factor if packs % line.factor == 0 else 1
    unit = _PACK if factor == 1 else f"{factor} packs"
    return Wanted(str(packs // factor), unit, _free(line.free_units, pieces, factor))


def _free(units: int, pieces: int, factor: int) -> str:
    if not units:
        return ""
    if units % (pieces * factor) == 0:
        return str(units // (pieces * factor))
    return _counted(units, "piece") if units % pieces else _counted(units // pieces, _PACK)


def wanted_text(line: OrderLineView) -> str:
    """Return the same in words: ``5 packs + 1 free``, ``3 x 10 packs``."""
    quantity, unit, free = wanted(line)
    counted = _counted(int(quantity), unit) if unit == _PACK else f"{quantity} x {unit}"
    return f"{counted} + {free} free" if free else counted


def _counted(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def order_facts(order: OrderView) -> list[tuple[str, str]]:
    """Return number and date, and the day for which it is wanted, where there is one."""
    return [
        ("Order No.", order.number),
        ("Date", show_date(order.date)),
        *([("Wanted by", show_date(order.expected_on))] if order.expected_on is not None else []),
    ]


def supplier_lines(order: OrderView) -> list[str]:
    """Return who is asked: name, address, telephone and GSTIN, each where it is known."""
    return [
        order.supplier_name,
        *(order.supplier_address or "").splitlines(),
        *([f"Phone: {order.supplier_phone}"] if order.supplier_phone else []),
        *([f"GSTIN: {order.supplier_gstin}"] if order.supplier_gstin else []),
    ]


def closed_mark(order: OrderView) -> list[str]:
    """Return what says that nothing more is awaited."""
    return [CLOSED] if order.state is OrderState.CLOSED else []


def count_of_items(order: OrderView) -> str:
    """Return how many items are ordered, so that a supplier sees that none is lost."""
    return _counted(len(order.lines), "item")
