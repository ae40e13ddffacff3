"""Items and what changes them, as the terminal prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.boundary.messages import explain
from core.catalog.advice import ItemAdvice
from core.catalog.change_dto import RatesPlan
from core.catalog.dto import ItemView
from core.inventory.dto import BatchStock
from core.inventory.substitutes import Substitutes
from core.kernel.dates import show_date
from core.kernel.errors import Problem
from core.kernel.quantity import show_quantity


def item_json(view: ItemView, batches: Iterable[BatchStock] = ()) -> dict[str, Any]:
    """Return an item as machines read it."""
    shown = view.model_dump(mode="json", exclude={"item_id"})
    return {"item": shown.pop("code"), **shown, "batches": [_batch_json(batch) for batch in batches]}


def item_text(view: ItemView, today: date, batches: Sequence[BatchStock] = ()) -> str:
    """Return an item as people read it: a line for each thing that is known, or planned after ``today``."""
    pieces = view.pieces_per_pack
    tax = "not known" if view.tax is None else f"{view.tax.treatment.replace('_', '-')} {view.tax.gst} %"
    lines: list[tuple[str, object]] = [
        ("Brand", view.brand),
        ("Maker", view.manufacturer),
        ("Salts", view.salts),
        ("Form", view.form),
        ("Pack", f"{view.pack_label} ({pieces} in a pack)"),
        ("Levels", view.levels),
        ("MRP is of a", view.mrp_level),
        ("Bought by the", view.purchase_level),
        ("HSN", view.hsn),
        ("UQC", None if view.uqc is None else f"{view.uqc}, {view.uqc_per_pack or '?'} in a pack"),
        ("GST today", tax),
        ("Schedules", _schedules(view)),
        ("Rack", view.rack),
        ("Least", None if view.min_stock_units is None else show_quantity(view.min_stock_units, pieces)),
        ("Most", None if view.max_stock_units is None else show_quantity(view.max_stock_units, pieces)),
        ("Discount", "none may be given" if view.no_discount else view.discount and f"{view.discount} %"),
        ("Storage", view.storage),
        ("Barcodes", ", ".join(view.barcodes) or None),
        *((f"From {show_date(row.from_date)}", f"{row.treatment} {row.gst} %") for row in view.taxes[1:]),
        *_planned_schedules(view, today),
        *(
            (f"State {row.state}", f"{row.measure}{'' if row.is_on else ' (no more)'} from {show_date(row.from_date)}")
            for row in view.state_listings
        ),
        *((f"Batch {batch.number}", _batch_text(batch, pieces)) for batch in batches),
    ]
    head = f"{view.code}  {view.name}{'' if view.is_active else '  (not sold any more)'}"
    return "\n".join([head, *(f"  {name:14}  {value}" for name, value in lines if value)])


def found_text(found: Substitutes) -> str:
    """Return what may take an item's place as people read it."""
    if not found.is_known:
        return f"The salts of {found.name} are not all known with their strengths: enter them at the item."
    lines = [
        f"{one.code:12}  {show_quantity(one.stock_units, one.pieces_per_pack):>8}  {one.mrp_per_piece.grouped():>10}"
        f"  {'-' if one.margin is None else f'{one.margin} %':>8}  {one.name}"
        f"{'  (' + ', '.join(caution.replace('_', ' ') for caution in one.cautions) + ')' if one.cautions else ''}"
        for one in found.found
    ]
    return "\n".join(lines) or f"Nothing with the salts, strengths and form of {found.name} can be sold."


def advice_text(view: ItemView, advice: ItemAdvice, missing: Sequence[Problem]) -> str:
    """Return suggestions for an item as people read them."""
    lines = [f"{view.code}  {view.name}"]
    for one in advice.schedules:
        doubt = "" if one.is_certain else ", read the label"
        lines.append(f"  Schedule {one.schedule:5}  {one.because}{doubt}")
    if not advice.schedules:
        lines.append("  No list names its salts, which does not say that it is on no schedule: read the label.")
    lines += [f"  State order     {order}" for order in advice.state_orders]
    lines += [
        f"  GST {one.gst} %  {one.treatment.replace('_', '-')}  {one.goods} ({one.source}, {one.confidence})"
        for one in advice.taxes
    ]
    lines.append(f"  Unit {advice.uqc}, {advice.uqc_per_pack} in a sale pack")
    if advice.hsn_description is not None:
        lines.append(f"  HSN {view.hsn}  {advice.hsn_description}")
    lines += [f"  ! {explain(problem)}" for problem in missing]
    return "\n".join(lines)


def plan_json(plan: RatesPlan, *, done: bool) -> dict[str, Any]:
    """Return a bulk change of rates as machines read it."""
    return {"changed": done, **plan.model_dump(mode="json")}


def plan_text(plan: RatesPlan, *, done: bool) -> str:
    """Return a bulk change of rates as people read it."""
    lines = [
        f"{change.item:12}  {change.hsn or '-':8}  {change.before} % -> {change.after} %  {change.name}"
        f"{'' if change.replaces is None else f'  (instead of {change.replaces} %, planned from that day)'}"
        for change in plan.changes
    ]
    what = "changed" if done else "would change; --apply does it"
    lines.append(f"{len(plan.changes)} items {what}, from {show_date(plan.from_date)} on.")
    if plan.later:
        lines.append(f"They have another rate from a later day, which stays: {', '.join(plan.later)}.")
    return "\n".join(lines)


def _schedules(view: ItemView) -> str:
    return "not looked up" if view.schedules is None else ", ".join(view.schedules) or "none"


def _planned_schedules(view: ItemView, today: date) -> list[tuple[str, str]]:
    """Return what the item will be on, or on no more, a line for each day to come that says so."""
    known_from = view.schedules_known_from
    said: dict[date, list[str]] = {}
    if known_from is not None and known_from > today:
        said[known_from] = []
    for row in view.schedule_rows:
        if row.from_date > today:
            said.setdefault(row.from_date, []).append(f"{'on' if row.is_on else 'off'} {row.schedule}")
    return [(f"From {show_date(day)}", f"schedules: {', '.join(said[day]) or 'none'}") for day in sorted(said)]


def _batch_json(batch: BatchStock) -> dict[str, Any]:
    return {
        "batch": batch.number,
        "expiry": batch.expiry.isoformat() if batch.expiry else None,
        "mrp": str(batch.mrp),
        "units": batch.units,
        "held": batch.held,
    }


def _batch_text(batch: BatchStock, pieces: int) -> str:
    held = f"  held: {batch.held}" if batch.held is not None else ""
    return f"{show_quantity(batch.units, pieces)}  {batch.expires or '-'}  MRP {batch.mrp.grouped()}{held}"
