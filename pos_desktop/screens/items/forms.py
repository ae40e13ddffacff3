"""The forms of the items screen as data, and how what is typed becomes a command. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from core.catalog.dto import DrugSchedule, ItemDetails, ItemKind, ItemView, Storage
from core.inventory.items import sale_pack_mrp
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.kernel.pack_levels import PackLevels
from core.kernel.packs import read_pack
from core.kernel.quantity import parse_quantity, show_quantity
from pos_desktop.screens.items.rows import BatchRow
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.texts import tr

YES, NO = "yes", "no"
UNKNOWN = "not looked up"
COLUMNS = 5
#: Fields whose text a command takes as it stands, an empty one as nothing.
_PLAIN = (
    "brand", "manufacturer", "salts", "form", "levels", "sale_level", "mrp_level", "purchase_level", "hsn", "uqc",
    "uqc_per_pack", "rack", "discount", "storage",
)  # fmt: skip
_STOCK = ("batch", "expiry", "mrp", "purchase_rate", "quantity")


class Purpose(enum.Enum):
    """What a form is for."""

    ADD = "add"
    EDIT = "edit"
    TAX = "tax"
    SCHEDULES = "schedules"
    MRP = "mrp"
    HOLD = "hold"
    RELEASE = "release"
    LABELS = "labels"
    CORRECT = "correct"


@dataclass(slots=True)
class ItemForm(Form):
    """A form of this screen; ``seen`` is the item as it was when the form opened, ``batch`` the number it is about.

    ``on_pack`` is the MRP that the batch's packs print, ``expires`` its expiry. However often the form is sent, it is
    one command. ``is_confirmed`` once core has asked: whoever sends the same again means it.
    """

    purpose: Purpose = Purpose.ADD
    seen: ItemView | None = None
    batch: str = ""
    on_pack: str = ""
    expires: str = ""
    command_id: UUID = field(default_factory=new_id)
    is_confirmed: bool = False


def add_form(like: ItemView | None, *, with_stock: bool) -> ItemForm:
    """Return the form of a new item, filled from another where it is like one; its stock where one may receive."""
    fields = _details(like, is_new=True)
    if with_stock:
        fields += [
            FormField("batch", tr("First batch (optional)"), begins_row=True, most=40),
            FormField("expiry", tr("Expiry"), hint=tr("as printed: 03/2027")),
            FormField("mrp", tr("MRP"), hint=tr("of the level that prints it")),
            FormField("purchase_rate", tr("Cost of a sale pack"), hint=tr("before GST; 0 if nobody knows")),
            FormField("quantity", tr("Quantity"), hint=tr("packs, or packs:loose")),
        ]
    title = tr("New item") if like is None else tr("New item like {item}", item=like.code)
    return ItemForm(title=title, about="", fields=fields, columns=COLUMNS, purpose=Purpose.ADD)


def edit_form(seen: ItemView) -> ItemForm:
    """Return the form of what an item is."""
    fields = _details(seen, is_new=False)
    about = tr("GST (F5) and schedules (F6) change from a day on.")
    title = tr("Change {item}", item=seen.code)
    return ItemForm(title=title, about=about, fields=fields, columns=COLUMNS, purpose=Purpose.EDIT, seen=seen)


def tax_form(seen: ItemView, today: date) -> ItemForm:
    """Return the form of the GST that an item bears from a day on."""
    return ItemForm(
        title=tr("GST of {item}", item=seen.code),
        about=tr("Bills before that day keep the rate they have."),
        fields=[_treatment(seen), _rate(seen), _since(today)],
        purpose=Purpose.TAX,
        seen=seen,
    )


def schedules_form(seen: ItemView, today: date) -> ItemForm:
    """Return the form of the schedules that an item is on from a day on."""
    return ItemForm(
        title=tr("Schedules of {item}", item=seen.code),
        about=tr("Empty says that nobody has looked it up; none says that it is on none."),
        fields=[_schedules(seen), _since(today)],
        purpose=Purpose.SCHEDULES,
        seen=seen,
    )


def mrp_form(seen: ItemView, batch: BatchRow, today: date) -> ItemForm:
    """Return the form of the MRP that a batch is sold at from a day on."""
    return ItemForm(
        title=tr("MRP of batch {batch} of {item}", batch=batch.number, item=seen.code),
        about=tr("Its packs print {mrp}, which is the most it can be.", mrp=batch.on_pack),
        fields=[
            FormField("mrp", tr("MRP of a sale pack"), value=batch.mrp, most=15),
            _since(today),
            FormField("reason", tr("Reason"), hint=tr("a new ceiling price, a lower rate of GST"), most=200),
        ],
        purpose=Purpose.MRP,
        seen=seen,
        batch=batch.number,
        on_pack=batch.on_pack,
    )


def correct_form(seen: ItemView, batch: BatchRow) -> ItemForm:
    """Return the form that writes a batch as its packs print it, where something was mistyped."""
    return ItemForm(
        title=tr("Batch {batch} of {item} was mistyped", batch=batch.number, item=seen.code),
        about=tr("Write what its packs print. It stays the same batch, and bills keep what they printed."),
        fields=[
            FormField("number", tr("Batch"), value=batch.number, most=40),
            FormField("expiry", tr("Expiry"), value=batch.expiry, hint=tr("as printed: 03/2027"), most=10),
            FormField("mrp", tr("MRP of a sale pack"), value=batch.on_pack, most=15),
            FormField("reason", tr("Reason"), hint=tr("It is written down."), most=200),
        ],
        purpose=Purpose.CORRECT,
        seen=seen,
        batch=batch.number,
        on_pack=batch.on_pack,
        expires=batch.expiry,
    )


def hold_form(seen: ItemView, batch: BatchRow) -> ItemForm:
    """Return the form that holds a batch, or releases one that is held."""
    is_held = bool(batch.held)
    names = {"batch": batch.number, "item": seen.code}
    return ItemForm(
        title=tr("Release batch {batch} of {item}", **names)
        if is_held
        else tr("Hold batch {batch} of {item}", **names),
        about=tr("It may be sold again.") if is_held else tr("No bill takes it until it is released."),
        fields=[FormField("reason", tr("Reason"), hint=tr("shown to whoever wants to sell it"), most=200)],
        purpose=Purpose.RELEASE if is_held else Purpose.HOLD,
        seen=seen,
        batch=batch.number,
    )


def correction_data(form: ItemForm, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what is typed as ``CorrectBatch`` takes it: what was changed, and which batch is meant."""
    stands = {"number": form.batch, "expiry": form.expires, "mrp": form.on_pack}
    changed = {name: typed[name].strip() for name, before in stands.items() if typed[name].strip() != before}
    return {
        **{name: text or None for name, text in changed.items()},
        "command_id": str(form.command_id),
        "reason": typed["reason"],
        "printed": form.on_pack,
        "expires": form.expires or None,
        "confirmed": form.is_confirmed,
    }


#: What labels are of, where they are not of the packs of a batch.
SHELF = "shelf"
_PACKS = "packs"


def labels_form(seen: ItemView, batch: BatchRow | None) -> ItemForm:
    """Return the form that has labels printed: of the chosen batch's packs, of the shelf, for loose pieces."""
    of = [(SHELF, tr("the shelf"))]
    if batch is not None:
        of.insert(0, (_PACKS, tr("packs of batch {batch}", batch=batch.number)))
    return ItemForm(
        title=tr("Labels of {item}", item=seen.name),
        about=tr("They go to the printer for labels (Alt+S). Ctrl+P shows what waits."),
        fields=[
            FormField("of", tr("Of"), FieldKind.CHOICE, of[0][0], choices=of),
            FormField("copies", tr("How many"), hint=tr("empty: one for each pack, one for a shelf"), most=4),
            FormField("loose", tr("For loose pieces"), hint=tr("6 tablets; empty for packs"), most=40),
            FormField("start", tr("First free label of a sheet"), value="1", most=3),
        ],
        submit=tr("Print them"),
        purpose=Purpose.LABELS,
        seen=seen,
        batch=batch.number if batch is not None else "",
    )


def labels_data(form: ItemForm, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the labels of a form as the command takes them. Raises RuleBroken ``input.not_whole``."""
    assert form.seen is not None, "labels are of an item"
    numbers: dict[str, int | None] = {"copies": None, "start": 1}
    for name in numbers:
        text = typed[name].strip()
        if text:
            if not (text.isascii() and text.isdigit()):
                raise RuleBroken("input.not_whole", where=name, field=name)
            numbers[name] = int(text)
    batch = form.batch if typed["of"] == _PACKS else None
    return {"item": form.seen.code, "batch": batch, "loose": typed["loose"].strip() or None, **numbers}


def field_labels() -> dict[str, str]:
    """Return the words for an item's fields by their names in the tables, for its history."""
    labels = {one.name: one.label for one in _details(None, is_new=True)}
    return {
        **labels,
        "discount_bp": labels["discount"],
        "gst_bp": labels["gst"],
        "mrp_paise": tr("MRP"),
        "from_date": tr("From"),
        "schedule": tr("Schedule"),
        "pieces_per_pack": tr("Pieces in a pack"),
        "packs_per_box": tr("Packs in a box"),
        "schedules_known": tr("Schedules looked up"),
        "is_active": tr("Is sold"),
        "is_on": tr("Stands"),
        "is_listed": tr("Is listed"),
    }


def item_data(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what an item is, as a command takes it.

    Raises RuleBroken ``items.pack_unknown`` where neither label nor levels say how many pieces are in a pack.
    """
    data: dict[str, Any] = {name: typed[name].strip() or None for name in _PLAIN}
    data |= {"name": typed["name"], "kind": typed["kind"], "pack_label": typed["pack_label"].strip()}
    data["no_discount"] = typed["no_discount"] == YES
    data |= pack_reading(typed)
    pieces = int(data["pieces_per_pack"])
    for name in ("min_stock_units", "max_stock_units"):
        data[name] = _units(name, typed[name], pieces)
    return data


def schedule_names(text: str) -> list[str] | None:
    """Return the schedules that a text names: None for an empty one, which nobody has looked up."""
    cleaned = text.strip()
    if not cleaned or cleaned.casefold() == UNKNOWN:
        return None
    names = [] if cleaned.casefold() == "none" else [name.strip().upper() for name in cleaned.split(",")]
    for name in names:
        if name not in set(DrugSchedule):
            raise RuleBroken("items.no_schedule", where="schedules", text=name)
    return names


def stock_data(typed: Mapping[str, str], item: ItemDetails) -> list[dict[str, Any]]:
    """Return the first batch, none where nothing was typed of one; its MRP is of the level that prints it.

    Raises RuleBroken naming the field.
    """
    given = {name: typed.get(name, "").strip() for name in _STOCK}
    if not any(given.values()):
        return []
    units = _at("quantity", lambda: parse_quantity(given["quantity"], item.pieces_per_pack))
    if not given["mrp"]:
        raise RuleBroken("items.mrp_missing", where="mrp")
    if not given["purchase_rate"]:
        raise RuleBroken("items.rate_missing", where="purchase_rate")
    expires = _at("expiry", lambda: Expiry.parse(given["expiry"])) if given["expiry"] else None
    return [
        {
            "line": 1,
            "batch": given["batch"],
            "expiry": expires.last_day.isoformat() if expires else None,
            "expiry_precision": expires.precision if expires else None,
            "mrp": str(_at("mrp", lambda: sale_pack_mrp(item, Money.parse(given["mrp"])))),
            "purchase_rate": given["purchase_rate"],
            "units": units,
        }
    ]


def pack_note(typed: Mapping[str, str]) -> str:
    """Return how the pack is read, empty where it cannot be: nothing is guessed."""
    try:
        reading = pack_reading(typed)
    except RuleBroken:
        return ""
    pieces, packs = reading["pieces_per_pack"], reading.get("packs_per_box")
    if packs:
        return tr("{pieces} in a pack, {packs} packs in a box", pieces=pieces, packs=packs)
    return tr("{pieces} in a pack", pieces=pieces)


def pack_reading(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return ``pieces_per_pack`` and, where the label says it, ``packs_per_box``.

    Raises RuleBroken ``items.pack_unknown`` where neither label nor levels say it, and as ``PackLevels`` does.
    """
    levels, level = typed["levels"].strip(), typed["sale_level"].strip()
    if levels and level:
        return {"pieces_per_pack": _at("levels", lambda: PackLevels.parse(levels).pieces(level.casefold()))}
    reading = read_pack(typed["pack_label"], typed["name"])
    if reading is not None:
        return {"pieces_per_pack": reading.pieces_per_pack, "packs_per_box": reading.packs_per_box}
    if typed["kind"] == ItemKind.SERVICE:
        return {"pieces_per_pack": 1}
    raise RuleBroken("items.pack_unknown", where="pack_label", pack=typed["pack_label"])


def _units(name: str, text: str, pieces: int) -> int | None:
    return None if text.strip() in {"", "0"} else _at(name, lambda: parse_quantity(text, pieces))


def _at(name: str, read: Any) -> Any:
    """Read a text; what is wrong with it stands at its field."""
    try:
        return read()
    except RuleBroken as broken:
        raise RuleBroken(broken.code, where=name, **broken.values) from broken


def _details(seen: ItemView | None, *, is_new: bool) -> list[FormField]:
    def known(name: str) -> str:
        value = getattr(seen, name) if seen is not None else None
        return "" if value is None else str(value)

    def stock(name: str) -> str:
        units = getattr(seen, name) if seen is not None else None
        return "" if seen is None or units is None else show_quantity(units, seen.pieces_per_pack)

    kinds = [(kind.value, tr(kind.value.capitalize())) for kind in ItemKind]
    stores = [("", tr("Not said")), *((store.value, tr(store.value.capitalize())) for store in Storage)]
    no_discount = YES if seen is not None and seen.no_discount else NO
    fields = [
        FormField("name", tr("Name"), value=known("name"), span=2, most=300),
        FormField("code", tr("Code"), value="" if is_new else known("code"), most=40),
        FormField("kind", tr("Kind"), FieldKind.CHOICE, known("kind") or ItemKind.DRUG.value, choices=kinds),
        FormField("brand", tr("Brand"), value=known("brand"), most=100),
        FormField("manufacturer", tr("Maker"), value=known("manufacturer"), most=100),
        FormField(
            "salts", tr("Salts"), value=known("salts"), span=2, most=300,
            hint=tr("with strengths: Amoxicillin 500mg + Clavulanic Acid 125mg"),
        ),
        FormField("form", tr("Form"), value=known("form"), hint=tr("tablet, SR capsule, eye drops"), most=60),
        FormField("storage", tr("Storage"), FieldKind.CHOICE, known("storage"), choices=stores),
        FormField("pack_label", tr("Pack"), value=known("pack_label"), hint=tr("10's, 10*10, 100 ml"), most=100),
        FormField(
            "levels", tr("Pack levels"), value=known("levels"), span=2, most=200,
            hint=tr("from the largest: box 10 strip 10 tablet"),
        ),
        FormField("sale_level", tr("Level that is sold"), value=known("sale_level"), most=30),
        FormField("mrp_level", tr("Level with the MRP"), value=known("mrp_level"), most=30),
        FormField("purchase_level", tr("Level that is bought"), value=known("purchase_level"), most=30),
        FormField(
            "hsn", tr("HSN"), FieldKind.OFFERED, known("hsn"), hint=tr("4 to 8 digits, or words to look up"), most=40
        ),
        FormField("uqc", tr("UQC"), FieldKind.OFFERED, known("uqc"), hint=tr("TBS, PAC, BTL, NOS"), most=10),
        FormField("uqc_per_pack", tr("UQC in a pack"), value=known("uqc_per_pack"), most=20),
        FormField("rack", tr("Rack"), value=known("rack"), most=40),
        FormField("min_stock_units", tr("Least stock"), value=stock("min_stock_units"), hint=tr("packs, packs:loose")),
        FormField("max_stock_units", tr("Most stock"), value=stock("max_stock_units"), hint=tr("packs, packs:loose")),
        FormField("discount", tr("Discount in percent"), value=known("discount"), hint=tr("a line begins with it")),
        FormField(
            "no_discount", tr("Discount allowed"), FieldKind.CHOICE, no_discount,
            choices=((NO, tr("Yes")), (YES, tr("None may be given"))),
        ),
    ]  # fmt: skip
    if is_new:
        barcodes = FormField("barcodes", tr("Barcodes"), hint=tr("with commas between"), most=500)
        fields += [barcodes, replace(_treatment(seen), begins_row=True), _rate(seen), _schedules(seen)]
    return fields


def _treatment(seen: ItemView | None) -> FormField:
    words = {treatment.value: tr(treatment.value.replace("_", "-").capitalize()) for treatment in GstTreatment}
    chosen = seen.tax.treatment if seen is not None and seen.tax is not None else GstTreatment.TAXABLE
    return FormField("treatment", tr("GST treatment"), FieldKind.CHOICE, chosen.value, choices=list(words.items()))


def _rate(seen: ItemView | None) -> FormField:
    value = str(seen.tax.gst) if seen is not None and seen.tax is not None else ""
    return FormField("gst", tr("GST in percent"), FieldKind.OFFERED, value, hint=tr("5 for five percent"), most=6)


def _schedules(seen: ItemView | None) -> FormField:
    names = None if seen is None else seen.schedules
    value = "" if names is None else ", ".join(names) or "none"
    hint = tr("none; H, C1; empty: not looked up")
    return FormField("schedules", tr("Drug schedules"), FieldKind.OFFERED, value, hint=hint, most=60)


def _since(today: date) -> FormField:
    return FormField("from_date", tr("From"), value=f"{today:%d-%m-%Y}", hint=tr("DD-MM-YYYY"), most=10)
