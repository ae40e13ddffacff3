"""Goods receipts, suppliers' bills and their differences as a terminal shows them."""

from __future__ import annotations

from typing import Any

from core.inventory.batch_dto import corrected_words
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.purchasing.bill_dto import BillLineView, SupplierBillView
from core.purchasing.bill_queries import SupplierBillHit
from core.purchasing.matching import ListedDifference
from core.purchasing.receipt_dto import ReceiptLineView, ReceiptView
from core.purchasing.receipt_queries import ReceiptHit


def _joined(*parts: str | None) -> str:
    return "  ".join(filter(None, parts))


def _present(**values: Any) -> dict[str, Any]:
    """Return values without those that do not apply."""
    return {name: value for name, value in values.items() if value is not None}


# --- goods receipts --------------------------------------------------------------------------------------------------


def receipt_json(view: ReceiptView) -> dict[str, Any]:
    """Return a receipt as machines read it: rupees as strings, dates ISO, what does not apply left out."""
    return {
        "receipt_id": str(view.receipt_id),
        "number": view.number,
        "date": view.date.isoformat(),
        "supplier": view.supplier_name,
        **_present(
            supplier_gstin=view.supplier_gstin,
            supplier_licences=view.supplier_licences,
            document=view.document,
            document_date=view.document_date.isoformat() if view.document_date else None,
            note=view.note,
            taken_back=view.taken_back.model_dump(mode="json") if view.taken_back else None,
        ),
        "is_billed": view.is_billed,
        "lines": [_receipt_line_json(line) for line in view.lines],
    }


def _receipt_line_json(line: ReceiptLineView) -> dict[str, Any]:
    return {
        "line": line.line,
        "item": line.item_code,
        "batch": line.batch_number,
        "mrp": str(line.mrp),
        "billed_units": line.billed_units,
        "free_units": line.free_units,
        "short_units": line.short_units,
        "damaged_units": line.damaged_units,
        "accepted_units": line.accepted_units,
        "cost": str(line.cost),
        "is_provisional": line.is_provisional,
        **_present(
            expiry=line.expiry.isoformat() if line.expiry else None,
            corrected=line.corrected.model_dump(mode="json") if line.corrected is not None else None,
            rate=str(line.rate) if line.rate is not None else None,
            awaited_units=line.awaited_units or None,
            order=line.order_number,
            bill=line.bill_number,
        ),
    }


def receipt_text(view: ReceiptView) -> str:
    """Return a receipt as people read it."""
    head = _joined(
        view.number,
        show_date(view.date),
        view.supplier_name,
        f"paper {view.document}" if view.document else None,
        view.note,
        f"taken back: {view.taken_back.reason}" if view.taken_back else None,
    )
    return "\n".join([head, *map(_receipt_line_text, view.lines)])


def _receipt_line_text(line: ReceiptLineView) -> str:
    def quantity(units: int) -> str:
        return show_quantity(units, line.pieces_per_pack)

    now = line.corrected
    return _joined(
        "",
        f"{line.line:>3}",
        line.item_name,
        f"batch {corrected_words(line.batch_number, now and now.number)}",
        corrected_words(str(line.expires or ""), now and now.expiry),
        f"MRP {corrected_words(line.mrp.grouped(), now and now.mrp.grouped())}",
        quantity(line.billed_units),
        f"+ {quantity(line.free_units)} free" if line.free_units else None,
        f"short {quantity(line.short_units)}" if line.short_units else None,
        f"damaged {quantity(line.damaged_units)}" if line.damaged_units else None,
        f"sold before {quantity(line.awaited_units)}" if line.awaited_units else None,
        f"rate {line.rate.grouped()}" if line.rate is not None else None,
        f"cost {line.cost.grouped()}{' assumed' if line.is_provisional else ''}",
        f"order {line.order_number}" if line.order_number else None,
        f"bill {line.bill_number}" if line.bill_number else None,
    )


def receipt_hit_json(hit: ReceiptHit) -> dict[str, Any]:
    """Return a receipt of a list as machines read it."""
    return {
        "number": hit.number,
        "date": hit.on_date.isoformat(),
        "supplier": hit.supplier_name,
        "document": hit.document,
        "lines": hit.lines,
        "worth": str(hit.worth),
        "is_billed": hit.is_billed,
        "is_taken_back": hit.is_taken_back,
    }


def receipt_hit_text(hit: ReceiptHit) -> str:
    """Return a receipt of a list as people read it."""
    state = "taken back" if hit.is_taken_back else "billed" if hit.is_billed else "bill to come"
    count = "1 line" if hit.lines == 1 else f"{hit.lines} lines"
    return _joined(
        hit.number, show_date(hit.on_date), hit.supplier_name, hit.document, count, hit.worth.grouped(), state
    )


# --- suppliers' bills ------------------------------------------------------------------------------------------------

_AMOUNTS = (
    "gross", "trade_discount", "scheme_discount", "cash_discount", "taxable", "cgst", "sgst", "igst", "freight",
    "other_charges", "tcs", "round_off", "total", "set_off", "payable",
)  # fmt: skip


def bill_json(view: SupplierBillView) -> dict[str, Any]:
    """Return a supplier's bill as machines read it."""
    return {
        "bill_id": str(view.bill_id),
        "supplier": view.supplier_name,
        "number": view.number,
        "billed_on": view.billed_on.isoformat(),
        "date": view.date.isoformat(),
        "due_date": view.due_date.isoformat(),
        "tax_type": view.tax_type.value,
        "is_recoverable": view.is_recoverable,
        **{name: str(getattr(view, name)) for name in _AMOUNTS},
        **_present(
            supplier_gstin=view.supplier_gstin,
            match_reason=view.match_reason,
            note=view.note,
            taken_back=view.taken_back.model_dump(mode="json") if view.taken_back else None,
        ),
        "lines": [_bill_line_json(line) for line in view.lines],
        "set_offs": [one.model_dump(mode="json") for one in view.set_offs],
    }


def _bill_line_json(line: BillLineView) -> dict[str, Any]:
    return {
        "line": line.line,
        "receipt": line.receipt_number,
        "receipt_line": line.receipt_line,
        "item": line.item_code,
        "batch": line.batch_number,
        "mrp": str(line.mrp),
        "billed_units": line.billed_units,
        "free_units": line.free_units,
        "rate": str(line.rate),
        "discount": str(line.discount),
        "taxable": str(line.taxable),
        "gst": str(line.gst),
        "cgst": str(line.cgst),
        "sgst": str(line.sgst),
        "igst": str(line.igst),
        "cost": str(line.cost),
        **_present(
            missing_units=line.missing_units or None,
            claim=str(line.claim) if line.missing_units else None,
            corrected=line.corrected.model_dump(mode="json") if line.corrected is not None else None,
        ),
    }


def bill_text(view: SupplierBillView) -> str:
    """Return a supplier's bill as people read it."""
    tax = view.cgst + view.sgst + view.igst
    head = _joined(
        view.supplier_name,
        view.number,
        show_date(view.billed_on),
        f"due {show_date(view.due_date)}",
        f"taxable {view.taxable.grouped()}",
        f"GST {tax.grouped()}{'' if view.is_recoverable or not tax else ' (part of the cost)'}",
        f"total {view.total.grouped()}",
        f"set off {view.set_off.grouped()}" if view.set_off else None,
        f"payable {view.payable.grouped()}",
        f"taken back: {view.taken_back.reason}" if view.taken_back else None,
    )
    return "\n".join([head, *map(_bill_line_text, view.lines)])


def _bill_line_text(line: BillLineView) -> str:
    def quantity(units: int) -> str:
        return show_quantity(units, line.pieces_per_pack)

    return _joined(
        "",
        f"{line.line:>3}",
        line.item_name,
        f"batch {corrected_words(line.batch_number, line.corrected and line.corrected.number)}",
        quantity(line.billed_units),
        f"+ {quantity(line.free_units)} free" if line.free_units else None,
        f"rate {line.rate.grouped()}",
        f"less {line.discount.grouped()}" if line.discount else None,
        f"GST {line.gst} %" if line.gst else None,
        f"taxable {line.taxable.grouped()}",
        f"missing {quantity(line.missing_units)}, claim {line.claim.grouped()}" if line.missing_units else None,
        f"receipt {line.receipt_number}/{line.receipt_line}",
    )


def bill_hit_json(hit: SupplierBillHit) -> dict[str, Any]:
    """Return a bill of a list as machines read it."""
    return {
        "supplier": hit.supplier_name,
        "number": hit.number,
        "billed_on": hit.billed_on.isoformat(),
        "date": hit.on_date.isoformat(),
        "due_date": hit.due_date.isoformat(),
        "taxable": str(hit.taxable),
        "tax": str(hit.tax),
        "total": str(hit.total),
        "payable": str(hit.payable),
        "differs": hit.differs,
        "is_taken_back": hit.is_taken_back,
    }


def bill_hit_text(hit: SupplierBillHit) -> str:
    """Return a bill of a list as people read it."""
    return _joined(
        hit.supplier_name,
        hit.number,
        show_date(hit.billed_on),
        f"due {show_date(hit.due_date)}",
        hit.total.grouped(),
        f"payable {hit.payable.grouped()}" if hit.payable != hit.total else None,
        "taken back" if hit.is_taken_back else "differs" if hit.differs else None,
    )


# --- differences -----------------------------------------------------------------------------------------------------


def difference_json(each: ListedDifference) -> dict[str, Any]:
    """Return a difference of the board as machines read it."""
    return {
        "supplier": each.supplier_name,
        "number": each.number,
        "billed_on": each.billed_on.isoformat(),
        "line": each.line,
        "item": each.item_code,
        "batch": each.batch_number,
        **_present(batch_now=each.batch_now),
        "kind": each.kind.value,
        "expected": each.expected,
        "found": each.found,
        "amount": str(each.amount),
        "reason": each.reason,
        "username": each.username,
    }


def difference_text(each: ListedDifference) -> str:
    """Return a difference of the board as people read it, with the words that settle it."""
    return _joined(
        each.supplier_name,
        each.number,
        show_date(each.billed_on),
        f"line {each.line}",
        each.item_name,
        f"{each.kind.words} ({each.kind.value})",
        f"expected {each.expected}, found {each.found}",
        each.amount.grouped() if each.amount else None,
        each.reason,
    )
