"""What is typed as the commands of core. Knows no Qt."""

from __future__ import annotations

from typing import Any

from core.boundary.frozen import load
from core.purchasing.bill_dto import EnterBill, ReceiveBilledGoods
from core.purchasing.receipt_dto import ReceiveGoods
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft

_AMOUNTS = ("trade_discount", "scheme_discount", "cash_discount", "freight", "other_charges", "tcs")
_SET_OFFS = ("credit_note", "replacement", "advance")


def receipt_command(draft: EntryDraft) -> ReceiveGoods:
    """Return the command that takes goods in whose bill comes later. Raises what is wrong with what is typed."""
    head = draft.head
    return load(
        ReceiveGoods,
        {
            "command_id": str(draft.receipt_id),
            "supplier": _supplier_id(draft),
            "document": head.text("number") or None,
            "document_date": head.text("billed_on") or None,
            "orders": list(draft.orders),
            "note": head.text("note") or None,
            "lines": [{**line.goods(), "rate": line.text(Cell.RATE) or None} for line in draft.lines],
            "confirmed": draft.confirmed,
        },
    )


def later_bill_command(draft: EntryDraft) -> EnterBill:
    """Return the command that enters the bill for goods that came before. Raises what is wrong with what is typed."""
    lines = []
    for line in draft.lines:
        goods = line.goods()
        asked = {name: goods[name] for name in ("quantity", "free", "factor", "mrp")}
        if goods["scheme"] is not None:
            asked["free"] = None  # as the receipt has it
        lines.append({**line.printed(), **asked, "receipt": draft.receipt, "line": int(line.beside["line"])})
    return load(
        EnterBill,
        {
            "command_id": str(draft.command_id),
            "head": _head(draft),
            "lines": lines,
            "match_reason": draft.match_reason or None,
            "confirmed": draft.confirmed,
        },
    )


def bill_command(draft: EntryDraft) -> ReceiveBilledGoods:
    """Return the command that takes goods in with their bill. Raises what is wrong with what is typed."""
    return load(
        ReceiveBilledGoods,
        {
            "command_id": str(draft.command_id),
            "receipt_id": str(draft.receipt_id),
            "head": _head(draft),
            "orders": list(draft.orders),
            "lines": [{"goods": line.goods(), "printed": line.printed()} for line in draft.lines],
            "match_reason": draft.match_reason or None,
            "confirmed": draft.confirmed,
        },
    )


def _head(draft: EntryDraft) -> dict[str, Any]:
    """Return the head of a bill as it is typed."""
    head = draft.head
    set_offs = [
        {"kind": kind, "number": head.text(f"{kind}_number") or None, "amount": head.text(kind)}
        for kind in _SET_OFFS
        if head.money(kind)
    ]
    return {
        "supplier": _supplier_id(draft),
        "number": head.text("number"),
        "billed_on": head.text("billed_on"),
        "due_date": head.text("due_date") or None,
        "is_bill_of_supply": head.text("paper") == "bill_of_supply",
        **{name: head.text(name) or "0" for name in _AMOUNTS},
        "discounts_before_tax": head.text("discounts") != "after_tax",
        "charge_gst": head.text("charge_gst") or "0",
        "set_offs": set_offs,
        "total": head.text("total") or "0",
        "note": head.text("note") or None,
        "buyer_gstin": head.text("buyer_gstin") or None,
    }


def _supplier_id(draft: EntryDraft) -> str:
    assert draft.head.supplier is not None
    return str(draft.head.supplier.supplier_id)
