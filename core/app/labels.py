"""Labels of what stands in the shop: which ones, how many of each, and the file that a printer takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from core.boundary.frozen import Frozen, Line
from core.catalog.gtin import is_gtin
from core.catalog.scanning import read_scan
from core.catalog.viewing import item_view
from core.inventory.batch_dto import BatchNumber
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.identity import batch_number
from core.inventory.queries import newest_mrp, sale_item
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.printing.label_codes import LabelCode, number_code, pack_code, text_code
from core.printing.label_sheets import labels_pdf
from core.printing.label_sizes import USUAL_ROLL, paper_named, roll_named
from core.printing.labels import Copies, Label, LooseLabel
from core.printing.tspl import to_tspl
from core.printing.zpl import to_zpl
from core.settings.dto import ShopView
from core.settings.queries import shop_view

#: What sheets are taken where no size is named.
_SHEET = "A4-24"


class WantedLabels(Frozen):
    """Labels to be made of an item, named by code or barcode.

    With ``batch`` they are of its packs, else of the item, for its shelf. ``copies`` is how many; without it one for
    each pack of the batch that stands, and one for a shelf. ``loose`` makes them labels for pieces handed over out of
    their container, and is the quantity as it shall stand there.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=48)]
    batch: BatchNumber | None = None
    copies: Annotated[int, Field(ge=1, le=5_000)] | None = None
    loose: Annotated[Line, StringConstraints(min_length=1, max_length=40)] | None = None


class LabelPaper(Frozen):
    """What labels are printed on: the name of a size, dots an inch of a label printer, first label of a sheet."""

    size: Annotated[Line, StringConstraints(max_length=20)] | None = None
    dpi: Literal[203, 300] = 203
    start: int = 1


@dataclass(frozen=True, slots=True)
class FoundLabels:
    """Labels ready to be printed. ``notes`` say what their codes leave out."""

    item: SaleItem
    labels: tuple[Copies, ...]
    notes: tuple[RuleBroken, ...] = ()


def labels_of(session: Session, wanted: WantedLabels, today: date) -> FoundLabels:
    """Return the labels that are wanted, of what stands at the default location. They say what every user may see, so
    no right is asked.

    Raises RuleBroken ``sales.no_such_item``, ``items.no_tax``, ``labels.no_such_batch``, ``labels.no_code``.
    """
    item = sale_item(session, wanted.item, today)
    if item is None:
        raise RuleBroken("sales.no_such_item", item=wanted.item, where="item")
    shop = shop_view(session)
    batches = _batches(item, wanted.batch)
    if wanted.loose is not None:
        return FoundLabels(item, (Copies(_loose(shop, item, batches, wanted.loose), wanted.copies or 1),))
    code = item_code(item_view(session, item.code, today).barcodes, item.code, today)
    if wanted.batch is None:
        ready = next((batch.mrp for batch in item.batches if batch.may_be_sold(today)), None)
        label = _label(shop, item, code, ready or newest_mrp(session, item.item_id, today))
        return FoundLabels(item, (Copies(label, wanted.copies or 1),))
    labels: list[Copies] = []
    notes: list[RuleBroken] = []
    for batch in batches:
        label, note = _pack_label(shop, item, batch, code, today)
        labels.append(Copies(label, wanted.copies or -(-batch.units // item.pieces_per_pack)))
        notes += [] if note is None else [note]
    return FoundLabels(item, tuple(labels), tuple(notes))


def label_file(ending: str, labels: Sequence[Copies], paper: LabelPaper, author: str) -> bytes | None:
    """Return the file that ends so: ``.zpl`` or ``.tspl`` for a label printer, ``.pdf`` for sheets or single labels;
    None for another ending.

    Raises RuleBroken ``labels.no_such_size``, ``labels.no_such_roll``, ``labels.no_such_place``,
    ``labels.start_without_sheet``, and what ``label_layout.lay_out`` does.
    """
    if ending == ".pdf":
        return labels_pdf(labels, paper_named(paper.size or _SHEET), start=paper.start, author=author)
    if ending not in {".zpl", ".tspl"}:
        return None
    size = roll_named(paper.size or USUAL_ROLL)
    if paper.start != 1:
        raise RuleBroken("labels.start_without_sheet", size=size.name, where="start")
    if ending == ".zpl":
        return to_zpl(labels, size, paper.dpi)
    return to_tspl(labels, size, paper.dpi)


def item_code(barcodes: Sequence[str], item: str, today: date) -> LabelCode:
    """Return the code that names an item: its EAN if it has one, else the GTIN of a larger pack, else its shortest
    other barcode or its own code as Code 128.

    Raises RuleBroken ``labels.no_code``.
    """
    found = (_number(barcode, today) for barcode in barcodes)
    gtins = sorted(filter(None, found), key=lambda gtin: (13, 8, 14).index(len(gtin)))
    if gtins:
        return number_code(gtins[0])
    return text_code(min(barcodes, key=len, default=item), today)


def _number(barcode: str, today: date) -> str | None:
    """Return the GTIN that a barcode is, in the form of its pack; None for another text."""
    scan = read_scan(barcode, today)
    return scan.gtin or (barcode if is_gtin(barcode) else None)  # an EAN-8 that may be a UPC-E too


def _batches(item: SaleItem, number: str | None) -> list[BatchStock]:
    if number is None:
        return []
    kept = batch_number(number)
    found = [batch for batch in item.batches if batch.number == kept]
    if not found:
        raise RuleBroken("labels.no_such_batch", item=item.name, batch=number, where="batch")
    return found


def _label(shop: ShopView, item: SaleItem, code: LabelCode, mrp: Money | None) -> Label:
    return Label(shop.name, item.name, item.pack_label, mrp, rack=item.rack, code=code)


def _loose(shop: ShopView, item: SaleItem, batches: Sequence[BatchStock], quantity: str) -> LooseLabel:
    batch = batches[0] if batches else None
    return LooseLabel(
        drug=item.name,
        quantity=quantity,
        dealer=shop.name,
        address=shop.address,
        batch=batch.number if batch else None,
        expiry=batch.expires if batch else None,
    )


def _pack_label(
    shop: ShopView, item: SaleItem, batch: BatchStock, code: LabelCode, today: date
) -> tuple[Label, RuleBroken | None]:
    """Return the label of a pack, and what its code leaves out where it does: an item without a GTIN has none to say
    a batch beside, and some batch numbers have no form in a GS1 code."""
    note: RuleBroken | None = None
    if code.gtin is not None:
        try:
            code = pack_code(code.gtin, batch.number, batch.expires, today)
        except RuleBroken as broken:
            note = broken
    label = _label(shop, item, code, batch.mrp)
    return replace(label, batch=batch.number, expiry=batch.expires), note
