"""Understands a sheet of items and opening stock, line by line; what it cannot know it asks, and never guesses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from uuid import UUID

from core.boundary.cells import bare_amount, numbered_date, word
from core.boundary.frozen import load
from core.boundary.lines import LineProblem, placed
from core.boundary.sheets import Sheet, SheetRow
from core.catalog.coding import code_of
from core.catalog.dto import DrugSchedule, ItemKind, NewItem, Storage
from core.catalog.suggesting import rate_ended
from core.inventory.import_columns import ITEM_COLUMNS, place_columns
from core.inventory.import_dto import ImportedItem, ImportItems, OpeningStock
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import ZERO, Money, Percent, Rate
from core.kernel.packs import read_pack, read_pack_in_name
from core.kernel.quantity import parse_quantity
from core.storage.search_index import name_key

Cells = Mapping[str, str]

#: In paise; more than that in one line is a slip, and sums must stay whole numbers of 64 bits.
_MOST_WORTH = Money(10**13)
_NOTHING = re.compile(r"0?|0[.:]0*")
_NO_EXPIRY = re.compile(r"|-|nil|n/?a|none|[0/-]+", re.IGNORECASE)
_TREATMENTS = {"nil_rated": "nil", "exempted": "exempt", "nongst": "non_gst", "taxed": "taxable"}
_KINDS = {"medicine": "drug", "other": "goods", "general": "goods", "": "drug"}
_STORAGES = {
    **dict.fromkeys(("2_8", "2_8c", "2_8_c", "2_to_8", "2_to_8_c", "fridge", "refrigerated", "cold_storage"), "cold"),
    **dict.fromkeys(("room_temperature", "normal", "ambient"), "room"),
    **dict.fromkeys(("freezer", "deep_freeze"), "frozen"),
}
_UNSCHEDULED = {"NONE", "OTC", "NO"}
# the fields of an item that a file names otherwise
_FIELD_COLUMNS = {
    "salts": "salt",
    "pack_label": "pack",
    "pieces_per_pack": "pack",
    "treatment": "gst_treatment",
    "gst": "gst_percent",
    "schedules": "schedule",
    "barcodes": "barcode",
    "min_stock_units": "min_stock",
    "max_stock_units": "max_stock",
    "no_discount": "discount",
}


#: What stands as a pack where nobody filled it in: blank, a dash, ``1*``.
_SAYS_NOTHING = re.compile(r"[\s*.-]*|1\s*[*xX]\s*")
_PLACES = {"items.max_below_min": "max_stock_units"}


@dataclass(slots=True)
class _Found:
    """An item of the sheet as its lines come in."""

    line: int
    item: NewItem
    stock: list[OpeningStock] = field(default_factory=list)


#: What tells items apart in a sheet without codes.
_NAMING = ("name", "pack", "manufacturer")


class _MadeCodes:
    """Codes for the items of a sheet that has none: the same name, pack and maker is the same item."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, ...], str] = {}
        self._uses: Counter[str] = Counter()

    def of(self, cells: Cells) -> str:
        """Return the code of a line's item; a line without a name is refused for that."""
        key = tuple(name_key(cells.get(column, "")) for column in _NAMING)
        if key not in self._codes:
            base = code_of(cells["name"])
            self._uses[base] += 1
            # no base has a dash, so no two of these meet
            self._codes[key] = base if self._uses[base] == 1 else f"{base}-{self._uses[base]}"
        return self._codes[key]


def read_items(
    sheet: Sheet,
    command_id: UUID,
    *,
    today: date,
    skip_bad: bool = False,
    with_expired: bool = False,
    again: bool = False,
    keep_details: bool = False,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ImportItems:
    """Return the command to import a sheet, with a problem for each line that cannot be understood.

    A sheet without a column of codes has them made from the names: lines with the same name, pack and maker are one
    item, and the same sheet gives the same codes again. Lines with the same code are batches of one item; what the
    later ones leave blank of the item is as on the first.
    A month-only expiry is good to the month's end, and so is one given as a month's first or last day, which is how
    programs write a month. Stock that may not be sold ``today`` any more is a question unless it comes
    ``with_expired``, and so is a rate of GST that has ended. ``columns`` says what headers mean that go by other names.

    Raises RuleBroken ``sheet.column_twice``, ``sheet.no_column``, ``sheet.no_such_column``.
    """
    places, ignored = place_columns(sheet.header, columns)
    first_cells: dict[str, Cells] = {}
    found: dict[str, _Found] = {}
    barcodes: dict[str, str] = {}
    codes = None if "code" in places else _MadeCodes()
    problems: list[LineProblem] = []
    for row in sheet.rows:
        try:
            if row.fault is not None:
                raise RuleBroken(row.fault)
            cells = _cells(row, places, first_cells, codes)
            item = _read_item(cells)
            stock = _read_stock(cells, item, row.line)
            _ask_for_ended_rate(item, today)
            if not with_expired and stock and stock.expires and stock.expires.has_passed(today):
                raise RuleBroken("items.expired_stock", where="expiry", expiry=str(stock.expires))
            known = found.get(item.code)
            if known is not None:
                _refuse_difference(known, item)
            _refuse_barcode_of_other(item, barcodes)
        except RuleBroken as broken:
            problems.append(LineProblem.of(row.line, broken))
            continue
        entry = found.setdefault(item.code, _Found(row.line, item))
        entry.stock += [stock] if stock else []
    return ImportItems(
        command_id=command_id,
        items=tuple(
            ImportedItem(line=entry.line, item=entry.item, stock=tuple(entry.stock)) for entry in found.values()
        ),
        problems=tuple(problems),
        ignored_columns=ignored,
        skip_bad=skip_bad,
        again=again,
        keep_details=keep_details,
    )


def _cells(
    row: SheetRow,
    places: Mapping[str, int],
    first_cells: dict[str, Cells],
    codes: _MadeCodes | None,
) -> Cells:
    """Return a line's cells by column, what it leaves blank of its item filled in from the item's first line.

    Where the sheet has no codes, ``codes`` makes them.
    """
    cells = {column: row.cell(place) for column, place in places.items()}
    if codes is not None:
        cells["code"] = codes.of(cells)
    code = cells["code"].upper()
    if not code:
        raise RuleBroken("items.code_missing", where="code")
    first = first_cells.setdefault(code, cells)
    if codes is not None:  # one item however it is written on its lines
        cells |= {column: first[column] for column in _NAMING if column in first}
    return cells | {column: cells.get(column) or first.get(column, "") for column in ITEM_COLUMNS}


def _read_item(cells: Cells) -> NewItem:
    kind = word(cells["kind"], _KINDS)
    pack = read_pack(cells["pack"], cells["name"])
    if pack is None and kind != ItemKind.SERVICE:
        raise ask_pack(cells["pack"], cells["name"])
    pieces = pack.pieces_per_pack if pack else 1
    treatment, gst = _read_tax(cells)
    try:
        return load(
            NewItem,
            {
                "code": cells["code"],
                "name": cells["name"],
                "kind": kind,
                "brand": cells["brand"] or None,
                "manufacturer": cells["manufacturer"] or None,
                "salts": cells["salt"] or None,
                "form": cells["form"] or None,
                "pack_label": cells["pack"],
                "pieces_per_pack": pieces,
                "packs_per_box": pack.packs_per_box if pack else None,
                "hsn": re.sub(r"[ .]", "", cells["hsn"]) or None,
                "uqc": cells["uqc"] or None,
                "treatment": treatment,
                "gst": gst,
                "schedules": read_schedules(cells["schedule"]),
                "barcodes": list(dict.fromkeys(re.findall(r"[^\s,;|]+", cells["barcode"]))),
                "rack": cells["rack"] or None,
                "min_stock_units": _quantity(cells["min_stock"], pieces, "min_stock"),
                "max_stock_units": _quantity(cells["max_stock"], pieces, "max_stock"),
                "discount": _read_discount(cells["discount"]),
                "storage": _read_storage(cells["storage"]),
            },
        )
    except RuleBroken as broken:
        # what is checked against another field has no place of its own
        name = (broken.where or _PLACES.get(broken.code, "gst")).partition(".")[0]
        column = _FIELD_COLUMNS.get(name, name)
        values = broken.values | ({"field": column} if "field" in broken.values else {})
        raise RuleBroken(broken.code, where=column, **values) from None


def ask_pack(label: str, name: str) -> RuleBroken:
    """Return the question how many pieces are in a pack, with what the name says where the label says nothing."""
    in_name = read_pack_in_name(name) if _SAYS_NOTHING.fullmatch(label) else None
    if in_name is None:
        return RuleBroken("items.pack_unknown", where="pack", pack=label)
    return RuleBroken("items.pack_in_name", where="pack", name=name, pieces=in_name.pieces_per_pack)


def _read_tax(cells: Cells) -> tuple[str, str]:
    """Return treatment and rate; a rate that is missing, or zero without a reason, is a question."""
    treatment = word(cells["gst_treatment"], _TREATMENTS)
    if treatment and treatment not in set(GstTreatment):
        raise RuleBroken("items.no_treatment", where="gst_treatment", text=cells["gst_treatment"])
    rate = cells["gst_percent"] or _both_halves(cells["cgst_percent"], cells["sgst_percent"])
    if not rate:
        if treatment in {"", GstTreatment.TAXABLE}:
            raise RuleBroken("items.gst_missing", where="gst_percent")
        return treatment, "0"
    with placed("gst_percent"):
        if not treatment and not Percent.parse(rate):
            raise RuleBroken("items.zero_rate", where="gst_percent")
    return treatment or GstTreatment.TAXABLE, rate


def _both_halves(central: str, state: str) -> str:
    """Return the rate of which the halves are given apart, blank where neither is."""
    if not central and not state:
        return ""
    with placed("cgst_percent"):
        half = Percent.parse(central or "0")
    with placed("sgst_percent"):
        if half != Percent.parse(state or "0"):
            raise RuleBroken("items.halves_differ", central=central or "-", state=state or "-")
        return str(Percent(2 * half.basis_points))


def _ask_for_ended_rate(item: NewItem, today: date) -> None:
    """Ask where goods have a rate that the law took away: an old program's file often still holds it (facts A10)."""
    ended = rate_ended(item.gst, today) if item.kind is not ItemKind.SERVICE else None
    if ended is not None:
        since, left_for = ended
        code = "items.rate_left_for_few" if left_for else "items.rate_ended"
        raise RuleBroken(code, where="gst_percent", rate=str(item.gst), since=show_date(since), goods=left_for)


def _read_discount(text: str) -> str | None:
    """Return what a bill line begins with, None for a blank cell or a zero."""
    with placed("discount"):
        return str(percent) if text and (percent := Percent.parse(text)) else None


def _read_storage(text: str) -> str | None:
    if not text:
        return None
    storage = word(text.replace("\N{DEGREE SIGN}", " ").replace("/", " ").strip(" ."), _STORAGES)
    if storage not in set(Storage):
        raise RuleBroken("items.no_storage", where="storage", text=text)
    return storage


def read_schedules(text: str) -> list[str] | None:
    """Return None where nobody has said (blank), an empty list for ``none``, else each schedule.

    Raises RuleBroken ``items.no_schedule``.
    """
    names = [
        re.sub(r"^SCH(?:EDULE)?\.?[ -]*", "", name.strip().upper())
        for name in re.split(r"[,;/+&]", text)
        if name.strip()
    ]
    if not names:
        return None
    if len(names) == 1 and names[0] in _UNSCHEDULED:
        return []
    for name in names:
        if name not in set(DrugSchedule):
            raise RuleBroken("items.no_schedule", where="schedule", text=text)
    return names


def _read_stock(cells: Cells, item: NewItem, line: int) -> OpeningStock | None:
    """Return the stock of a line, None where it has no quantity."""
    units = _quantity(cells.get("quantity", ""), item.pieces_per_pack, "quantity")
    if not units:
        return None
    if item.kind is ItemKind.SERVICE:
        raise RuleBroken("items.service_has_no_stock", where="quantity")
    expiry = _read_expiry(cells.get("expiry", ""))
    if item.kind is ItemKind.DRUG and not cells.get("batch"):
        raise RuleBroken("items.batch_missing", where="batch")
    if item.kind is ItemKind.DRUG and expiry is None:
        raise RuleBroken("items.expiry_missing", where="expiry")
    mrp, rate = _read_prices(cells)
    if rate.times_per_pack(units, item.pieces_per_pack) > _MOST_WORTH:
        raise RuleBroken("items.worth_too_much", where="quantity")
    with placed("batch"):
        return load(
            OpeningStock,
            {
                "line": line,
                "batch": cells.get("batch", ""),
                "expiry": expiry.last_day.isoformat() if expiry else None,
                "expiry_precision": expiry.precision if expiry else None,
                "mrp": str(mrp),
                "purchase_rate": str(rate),
                "units": units,
                "location": cells.get("location") or None,
            },
        )


def _read_prices(cells: Cells) -> tuple[Money, Rate]:
    """Return MRP and purchase rate of a sale pack."""
    with placed("mrp"):
        mrp = Money.parse(bare_amount(cells.get("mrp") or "0"))
        if mrp <= ZERO:
            raise RuleBroken("items.mrp_missing")
    text = bare_amount(cells.get("purchase_rate", "")).replace(",", "")
    if not text:
        raise RuleBroken("items.rate_missing", where="purchase_rate")
    if re.fullmatch(r"\d{1,11}\.\d{5,30}", text):  # a rate worked out in the sheet: 17.3333333
        text = str(Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_UP))
    with placed("purchase_rate"):
        rate = Rate.parse(text)
        if rate.times(1) > mrp:
            raise RuleBroken("items.rate_above_mrp", rate=str(rate.times(1)), mrp=str(mrp))
    return mrp, rate


def _quantity(text: str, pieces: int, column: str) -> int | None:
    """Return smallest units; None for a blank cell or a zero."""
    if _NOTHING.fullmatch(text):
        return None
    with placed(column):
        return parse_quantity(text, pieces)


def _read_expiry(text: str) -> Expiry | None:
    """Return an expiry as packs and programs write it, None where there is none (blank, 00000000)."""
    if _NO_EXPIRY.fullmatch(text):
        return None
    with placed("expiry"):
        expiry = Expiry.parse(numbered_date(re.sub(r"^exp\.?[ :]*", "", text, flags=re.IGNORECASE)))
        if not 2000 <= expiry.last_day.year < 2100:
            raise RuleBroken("expiry.unreadable", text=text)
    month = Expiry.of_month(expiry.last_day.year, expiry.last_day.month)
    is_month = expiry.precision is ExpiryPrecision.MONTH or expiry.last_day in {
        month.last_day,
        month.last_day.replace(day=1),
    }
    return month if is_month else expiry


def _refuse_difference(known: _Found, item: NewItem) -> None:
    """Two lines of one item must say the same of it; which is right only a person knows."""
    for name in NewItem.model_fields:
        if getattr(known.item, name) != getattr(item, name):
            column = _FIELD_COLUMNS.get(name, name)
            raise RuleBroken("items.lines_differ", where=column, column=column, item=item.code, line=known.line)


def _refuse_barcode_of_other(item: NewItem, owners: dict[str, str]) -> None:
    for barcode in item.barcodes:
        if owners.get(barcode, item.code) != item.code:
            raise RuleBroken("items.barcode_taken", where="barcode", barcode=barcode, other=owners[barcode])
    owners.update(dict.fromkeys(item.barcodes, item.code))
