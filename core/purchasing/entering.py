"""What the window reads while goods are entered: a supplier with its taxes, items with what they cost before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.catalog.queries import taxes_on
from core.inventory.model import Batch
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import NO_PERCENT, Money, Percent
from core.parties.dto import PartyKind
from core.parties.queries import search_parties
from core.purchasing.advising import ItemPast, item_pasts
from core.purchasing.bill_dto import BillHead
from core.purchasing.bill_terms import terms_of_bill
from core.purchasing.goods import goods, supplier_named
from core.purchasing.order_queries import open_lines
from core.purchasing.supplier_units import units_of
from core.storage.prepared import Prepared

_BATCHES = Prepared(
    select(Batch.item_id, Batch.number, Batch.expiry, Batch.expiry_precision, Batch.mrp_paise)
    .where(Batch.item_id.in_(bindparam("ids", expanding=True)))
    .order_by(Batch.item_id, Batch.id)
)


class EntrySupplier(NamedTuple):
    """A supplier as a bill is entered for it; ``tax_type`` is what its tax invoices bear."""

    supplier_id: UUID
    name: str
    gstin: str | None
    payment_days: int
    tax_type: TaxType
    is_recoverable: bool
    orders: tuple[str, ...]


class KnownBatch(NamedTuple):
    """What a pack of a batch that came before prints."""

    expiry: Expiry | None
    mrp: Money


class EntryItem(NamedTuple):
    """An item as a line is entered for it.

    ``factor`` sale packs are what the supplier calls one; ``batches`` those known by number, the newest of each.
    """

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    kind: str
    pack_label: str
    pieces: int
    treatment: GstTreatment
    gst: Percent
    factor: int
    batches: dict[str, KnownBatch]
    past: ItemPast


class SupplierOffer(NamedTuple):
    """A supplier that fits what is typed. ``text`` names it alone: its name, or its number where others have that."""

    text: str
    about: str


def offer_suppliers(session: Session, typed: str, limit: int = 8) -> list[SupplierOffer]:
    """Return suppliers whose name, telephone or GSTIN begins as typed."""
    if not typed.strip():
        return []
    hits = search_parties(session, PartyKind.SUPPLIER, typed, limit)
    named = Counter(hit.name.casefold() for hit in hits)
    return [
        SupplierOffer(hit.name, "  ·  ".join(filter(None, (hit.number, hit.phone))))
        if named[hit.name.casefold()] == 1
        else SupplierOffer(hit.number or hit.phone or str(hit.party_id), hit.name)
        for hit in hits
    ]


def supplier_called(session: Session, text: str) -> tuple[UUID, str]:
    """Return the id and the name of the supplier that a text names: its telephone, GSTIN, whole name or id.

    Raises what ``supplier_named`` does.
    """
    supplier = supplier_named(session, text)
    return supplier.id, supplier.name


def entry_supplier(session: Session, text: str, today: date) -> EntrySupplier:
    """Return the supplier that a text names, with its open orders.

    Raises what ``supplier_named`` does, and RuleBroken ``purchases.own_gstin``.
    """
    supplier = supplier_named(session, text)
    head = BillHead(supplier=str(supplier.id), number="-", billed_on=today, total=Money(0))
    terms = terms_of_bill(session, supplier, head, today)
    orders = dict.fromkeys(line.number for line in open_lines(session, supplier.id))
    return EntrySupplier(
        supplier.id,
        supplier.name,
        supplier.gstin,
        supplier.payment_days or 0,
        terms.tax_type,
        terms.is_recoverable,
        tuple(orders),
    )


def entry_items(
    session: Session, item_ids: Sequence[UUID], supplier_id: UUID | None, today: date
) -> dict[UUID, EntryItem]:
    """Return what lines need of items. Raises RuleBroken ``items.no_tax`` where nobody said what GST one bears."""
    ids = list(dict.fromkeys(item_ids))
    rows, taxes, pasts = goods(session, ids), taxes_on(session, ids, today), item_pasts(session, ids, today)
    units = units_of(session, ids)
    batches: dict[UUID, dict[str, KnownBatch]] = {item_id: {} for item_id in ids}
    for row in _BATCHES.rows(session, {"ids": ids}):
        batches[row.item_id][row.number] = KnownBatch(_expiry(row), Money(row.mrp_paise))
    found: dict[UUID, EntryItem] = {}
    for item_id in ids:
        row = rows.get(item_id)
        if row is None:
            continue
        tax = taxes.get(item_id)
        if tax is None:
            raise RuleBroken("items.no_tax", item=row.name, date=today)
        of_supplier = units.get(item_id, {}).get(supplier_id, []) if supplier_id is not None else []
        factors = {unit.factor for unit in of_supplier}
        found[item_id] = EntryItem(
            item_id=item_id,
            code=row.code,
            name=row.name,
            manufacturer=row.manufacturer,
            kind=row.kind,
            pack_label=row.pack_label,
            pieces=row.pieces_per_pack,
            treatment=tax.treatment,
            gst=tax.gst if tax.treatment is GstTreatment.TAXABLE else NO_PERCENT,
            factor=factors.pop() if len(factors) == 1 else 1,
            batches=batches[item_id],
            past=pasts[item_id],
        )
    return found


def _expiry(row: Any) -> Expiry | None:
    if row.expiry is None or row.expiry_precision is None:
        return None
    return Expiry(row.expiry, ExpiryPrecision(row.expiry_precision))
