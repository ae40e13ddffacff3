"""What a person should look at in a line before its goods go on the shelf. Nothing here stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.catalog.dto import ItemKind, ItemTaxView
from core.catalog.hsn import hsn_named
from core.inventory.identity import batch_number
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Money, Rate
from core.kernel.rounding import divide_half_away
from core.purchasing.domain import expires_short
from core.purchasing.proposing.history import ItemHistory
from core.purchasing.reading.invoice import FileLine

#: From so many percent on a price is said to have moved.
_DRIFT_PERCENT: Final = 10
_LEAST_HSN = 6


@dataclass(frozen=True, slots=True)
class ItemSide:
    """What of the shop a line is held against; ``pack_cost`` and ``pack_mrp`` are the line's own, of a sale pack."""

    kind: str
    name: str
    made_by: str
    tax: ItemTaxView | None
    history: ItemHistory
    pack_cost: Rate | None
    pack_mrp: Money | None


def warnings_of(line: FileLine, item: ItemSide | None, today: date) -> Iterator[RuleBroken]:
    """Yield what is odd about a line; what needs its item only where there is one."""
    yield from _of_expiry(line, today)
    yield from _of_hsn(line.hsn)
    if line.quantity and not line.rate.parts:
        yield RuleBroken("proposal.zero_rate")
    if item is None:
        return
    lacks = set(lacks_of(line, item))
    if "batch" in lacks:
        yield RuleBroken("proposal.no_batch")
    if "expiry" in lacks and not line.unread:
        yield RuleBroken("proposal.no_expiry")
    if "maker" in lacks:
        yield RuleBroken("proposal.no_maker", item=item.name)
    yield from _of_tax(line, item)
    yield from _of_batch(line, item)
    yield from _of_prices(item)


def lacks_of(line: FileLine, item: ItemSide | None) -> Iterator[str]:
    """Yield what a drug's purchase record must hold and nobody says (Drugs Rules 65(4)(4)(i), facts E6)."""
    if item is None or item.kind != ItemKind.DRUG:
        return
    if not batch_number(line.batch):
        yield "batch"
    if line.expiry is None:
        yield "expiry"
    if not item.made_by:
        yield "maker"


def _of_expiry(line: FileLine, today: date) -> Iterator[RuleBroken]:
    if line.unread:
        yield RuleBroken("proposal.expiry_unread", text=line.unread)
    elif line.expiry is None:
        return
    elif line.expiry.has_passed(today):
        yield RuleBroken("proposal.expired", expiry=str(line.expiry))
    elif expires_short(line.expiry, today):
        yield RuleBroken("proposal.short_dated", expiry=str(line.expiry), days=(line.expiry.last_day - today).days)


def _of_hsn(hsn: str) -> Iterator[RuleBroken]:
    digits = hsn.replace(" ", "").replace(".", "")
    if not digits:
        yield RuleBroken("proposal.no_hsn")
    elif hsn_named(digits) is None:
        yield RuleBroken("proposal.hsn_unknown", hsn=hsn)
    elif len(digits) < _LEAST_HSN:
        yield RuleBroken("proposal.hsn_short", hsn=hsn)


def _of_tax(line: FileLine, item: ItemSide) -> Iterator[RuleBroken]:
    if line.gst_percent is None or item.tax is None or line.gst_percent == item.tax.gst:
        return
    own = str(item.tax.gst) if item.tax.treatment is GstTreatment.TAXABLE else "0"
    yield RuleBroken("proposal.gst_differs", gst=str(line.gst_percent), item=item.name, own=own)


def _of_batch(line: FileLine, item: ItemSide) -> Iterator[RuleBroken]:
    number = batch_number(line.batch)
    known = item.history.batches.get(number, [])
    if known and all(batch.expiry != line.expiry for batch in known):
        expiries = ", ".join(dict.fromkeys(_said(batch.expiry) for batch in known))
        yield RuleBroken("proposal.batch_expiry_differs", batch=number, expiry=_said(line.expiry), known=expiries)
    if known and item.pack_mrp is not None and all(batch.mrp != item.pack_mrp for batch in known):
        mrps = ", ".join(dict.fromkeys(str(batch.mrp) for batch in known))
        yield RuleBroken("proposal.batch_mrp_differs", batch=number, mrp=str(item.pack_mrp), known=mrps)


def _of_prices(item: ItemSide) -> Iterator[RuleBroken]:
    last = item.history.last_mrp
    if item.pack_mrp is not None and last is not None and item.pack_mrp != last:
        yield RuleBroken("proposal.mrp_differs", mrp=str(item.pack_mrp), last=str(last))
    before, now = item.history.last_rate, item.pack_cost
    if before is not None and now is not None and before.parts:
        percent = divide_half_away((now.parts - before.parts) * 100, before.parts)
        if abs(now.parts - before.parts) * 100 > before.parts * _DRIFT_PERCENT:
            yield RuleBroken("proposal.rate_drifts", rate=now.grouped(), last=before.grouped(), percent=f"{percent:+d}")


def _said(expiry: Expiry | None) -> str:
    return str(expiry) if expiry is not None else "-"
